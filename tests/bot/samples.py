"""A small glossary and some news in it, for the tests of what subscribers see."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, select

from bot.events import FigureNews, MentionNews, News, PendingAlert, Reason, news_to_json
from bot.models import Channel, Chat, Delivery, DeliveryStatus, Event, Story
from bot.subscriptions import find_chat
from glossary.database import Database
from glossary.entries import Entry, EntryForm, Glossary, Relation
from glossary.figures import OPENER
from glossary.history import recorded_change
from glossary.models import Document, Entity, Figure, Form, Revision, Statement
from glossary.quantities import Quantity
from glossary.starter import Starter
from glossary.store import install_starter
from glossary.words import Bound, EntityType, FormKind, FormStatus, Measure, RelationKind, ScopeKind, StatementRelation
from translations.languages import Language

NOON = datetime(2025, 1, 12, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)

EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO


def names(**by_language: str) -> tuple[EntryForm, ...]:
    """Preferred full forms."""
    return tuple(EntryForm(Language(code), text, FormKind.FULL, True) for code, text in by_language.items())


def form(language: Language, text: str, kind: FormKind = FormKind.ALIAS) -> EntryForm:
    """Another form."""
    return EntryForm(language, text, kind)


ENTRIES = (
    Entry(
        "sbu",
        EntityType.ORG,
        "Security Service of Ukraine",
        (
            *names(en="Security Service of Ukraine", uk="Служба безпеки України"),
            *names(ru="Служба безопасности Украины", ko="우크라이나 보안국"),
            form(EN, "SBU", FormKind.ACRONYM),
            form(UK, "СБУ", FormKind.ACRONYM),
            form(RU, "СБУ", FormKind.ACRONYM),
        ),
        wikidata="Q1330318",
    ),
    Entry(
        "nis",
        EntityType.ORG,
        "National Intelligence Service",
        (
            *names(en="National Intelligence Service", uk="Національна розвідувальна служба"),
            *names(ru="Национальная разведывательная служба", ko="국가정보원"),
            form(EN, "NIS", FormKind.ACRONYM),
            form(KO, "국정원", FormKind.SHORT),
        ),
        note="South Korea's intelligence service",
    ),
    Entry(
        "kyiv",
        EntityType.PLACE,
        "Kyiv",
        (*names(en="Kyiv", uk="Київ", ru="Киев", ko="키이우"), form(EN, "Kiev", FormKind.FORBIDDEN)),
    ),
    Entry("russia", EntityType.PLACE, "Russia", names(en="Russia", uk="Росія", ru="Россия", ko="러시아")),
    Entry(
        "kursk-oblast",
        EntityType.PLACE,
        "Kursk Oblast",
        (
            *names(en="Kursk Oblast", uk="Курська область", ru="Курская область", ko="쿠르스크주"),
            form(EN, "Kursk region"),
        ),
        (Relation(RelationKind.PART_OF, "russia"),),
    ),
    Entry(
        "sudzha",
        EntityType.PLACE,
        "Sudzha",
        names(en="Sudzha", uk="Суджа", ru="Суджа", ko="수자"),
        (Relation(RelationKind.PART_OF, "kursk-oblast"),),
    ),
    Entry(
        "north-korea",
        EntityType.PLACE,
        "North Korea",
        (
            *names(en="North Korea", uk="Північна Корея", ru="Северная Корея", ko="북한"),
            form(EN, "North Korean", FormKind.ADJECTIVE),
        ),
    ),
    Entry(
        "tuva",
        EntityType.PLACE,
        "Tuva",
        (*names(en="Tuva", uk="Тува", ru="Тыва"), EntryForm(KO, "투바", FormKind.FULL, True, status=FormStatus.DRAFT)),
    ),
    Entry(
        "georgia-country",
        EntityType.PLACE,
        "Georgia (country)",
        names(en="Georgia", uk="Грузія", ru="Грузия", ko="조지아"),
    ),
    Entry(
        "georgia-state",
        EntityType.PLACE,
        "Georgia (state)",
        (*names(en="State of Georgia", uk="Джорджія", ru="Джорджия", ko="조지아주"), form(EN, "Georgia")),
    ),
    # Nothing in a name may become markup.
    Entry("chebol", EntityType.ORG, "Tom & <Jerry>", names(en="Tom & <Jerry>", ko="톰 & <제리>")),
)
GLOSSARY = Glossary.of(ENTRIES)


def stock(database: Database) -> None:
    """Put the glossary into a database."""
    with database.write() as session:
        install_starter(session, Starter(ENTRIES, "samples"), now=NOON)
        # What a starter brings is approved; one form shall be a draft.
        with recorded_change(session, actor="test", summary="a draft", now=NOON):
            session.exec(select(Form).where(Form.text == "투바")).one().status = FormStatus.DRAFT


def entity_id(session: Session, slug: str) -> int:
    """The row id of an entity."""
    found = session.exec(select(Entity.id).where(Entity.slug == slug)).one()
    assert found is not None
    return found


SENTENCE = "The SBU said on Sunday that it holds two North Korean soldiers in Kyiv."


def mention(slug: str, surface: str, sentence: str = SENTENCE, *, news: bool = True) -> MentionNews:
    """A mention where its surface stands first in the sentence."""
    start = sentence.index(surface)
    return MentionNews(slug, GLOSSARY[slug].type, surface, sentence, start, start + len(surface), news)


def people(value: float, bound: Bound = Bound.EXACT) -> Quantity:
    """A number of people."""
    low = value * 0.9 if bound is Bound.ABOUT else value
    high = {Bound.ABOUT: value * 1.1, Bound.MORE_THAN: None, Bound.AT_LEAST: None}.get(bound, value)
    return Quantity(value, low, high, bound, "people", f"{value:,.0f}")


SOME_12000 = people(12_000, Bound.ABOUT)
MORE_THAN_11000 = people(11_000, Bound.MORE_THAN)


def change(
    relation: StatementRelation = StatementRelation.RESTATES,
    before: Quantity | None = SOME_12000,
    after: Quantity = MORE_THAN_11000,
    *,
    measure: Measure = Measure.PERSONNEL,
    claimant: str | None = "nis",
    earlier: str | None = "Kyiv Courier",
) -> FigureNews:
    """A change of the number of North Korean personnel in Kursk Oblast."""
    return FigureNews(
        figure_id=7,
        measure=measure,
        subject="north-korea",
        place="kursk-oblast",
        scope=ScopeKind.TOTAL,
        claimant=claimant,
        claimant_name=GLOSSARY[claimant].name if claimant else "Kyiv Courier",
        relation=relation,
        before=before,
        before_claimant="nis" if before and earlier == GLOSSARY["nis"].name else None,
        before_claimant_name=earlier if before else None,
        after=after,
        sentence="North Korea has sent more than 11,000 soldiers to the Kursk region, the NIS said.",
    )


def news(
    *,
    mentions: Iterable[MentionNews] = (mention("sbu", "SBU"), mention("kyiv", "Kyiv")),
    figures: Iterable[FigureNews] = (),
    title: str = "Ukraine shows two prisoners",
    url: str = "https://courier.example/prisoners",
    language: Language = EN,
) -> News:
    """What one article brought."""
    return News(url, title, "Kyiv Courier", language, NOON, tuple(mentions), tuple(figures))


def alert(
    *told: News,
    language: Language = EN,
    reasons: Iterable[Reason] = (Reason(1, slug="sbu"),),
    channel: Channel = Channel.TELEGRAM,
) -> PendingAlert:
    """An alert about some news."""
    return PendingAlert(1, channel, 42, 0, language, tuple(reasons), told or (news(),))


def write_figure(
    session: Session,
    *quantities: Quantity,
    measure: Measure = Measure.PERSONNEL,
    subject: str = "north-korea",
    place: str | None = "kursk-oblast",
) -> int:
    """A figure with a statement for each quantity, each by another claimant in a document of its own."""
    ids = {slug: entity_id(session, slug) for slug in (subject, place) if slug is not None}
    figure = Figure(
        label=f"{subject}: {measure}",
        measure=measure,
        subject_id=ids[subject],
        place_id=ids.get(place or ""),
        scope=ScopeKind.TOTAL,
        unit=quantities[0].unit,
        opened_at=NOON,
        judged_at=NOON,
    )
    with recorded_change(session, actor=OPENER, summary="a figure", now=NOON):
        session.add(figure)
        session.flush()
    for number, quantity in enumerate(quantities):
        event = session.get_one(Event, write_event(session))
        session.add(
            Statement(
                revision_id=event.revision_id,
                figure_id=figure.id,
                measure=measure,
                subject_id=ids[subject],
                scope=ScopeKind.TOTAL,
                claimant_name=f"Claimant {number}",
                value=quantity.value,
                low=quantity.low,
                high=quantity.high,
                bound=quantity.bound,
                unit=quantity.unit,
                said=quantity.said,
                as_of=NOON.date() + timedelta(days=number),
                relation=StatementRelation.FIRST,
                surface="",
                start=0,
                end=0,
                sentence="",
                recorded_at=NOON,
            )
        )
    session.flush()
    return figure.id or 0


_numbers = itertools.count(1)


def write_event(session: Session, told: News | None = None, *, fanned_out: bool = True) -> int:
    """A document with its event."""
    told = told or news()
    number = next(_numbers)
    document = Document(url=f"{told.url}?{number}", outlet=told.outlet, language=told.language, first_seen_at=NOON)
    story = Story(title=told.title, started_at=NOON, updated_at=NOON)
    session.add_all([document, story])
    session.flush()
    revision = Revision(
        document_id=document.id or 0,
        number=1,
        title=told.title,
        text="",
        content_hash=str(number),
        fingerprint=b"",
        retrieved_at=NOON,
    )
    session.add(revision)
    session.flush()
    event = Event(
        revision_id=revision.id or 0,
        story_id=story.id or 0,
        news=news_to_json(told),
        created_at=NOON,
        fanned_out_at=NOON if fanned_out else None,
    )
    session.add(event)
    session.flush()
    return event.id or 0


def write_delivery(
    database: Database,
    address: int = 42,
    told: News | None = None,
    *,
    channel: Channel = Channel.TELEGRAM,
    topic: int = 0,
    language: Language = EN,
    reasons: Iterable[Reason] = (Reason(1, slug="sbu"),),
    due_at: datetime = NOON,
    status: DeliveryStatus = DeliveryStatus.PENDING,
) -> int:
    """A delivery to a chat, with its event; the chat is made where there is none."""
    with database.write() as session:
        chat = find_chat(session, channel, address)
        if chat is None:
            chat = Chat(channel=channel, address=address, language=language, created_at=NOON)
            session.add(chat)
            session.flush()
        delivery = Delivery(
            event_id=write_event(session, told),
            chat_id=chat.id or 0,
            topic=topic,
            reasons=[asdict(reason) for reason in reasons],
            status=status,
            due_at=due_at,
            created_at=NOON,
        )
        session.add(delivery)
        session.flush()
        return delivery.id or 0


def read_delivery(database: Database, delivery_id: int) -> Delivery:
    """A delivery as it stands in the database."""
    with database.read() as session:
        found = session.get_one(Delivery, delivery_id)
        session.expunge(found)
        return found
