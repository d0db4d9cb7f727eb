"""Events: what is news, who is told, and that five accounts of one story become one message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.articles import Article
from bot.events import (
    FigureNews,
    MentionNews,
    News,
    decide_news,
    fan_out_due,
    is_old,
    news_from_json,
    news_to_json,
    told_in_story,
)
from bot.models import Channel, Chat, Delivery, DeliveryStatus, Event, Story, Subscription
from glossary.database import Database
from glossary.entries import Entry, Glossary, Relation
from glossary.figures import FigureChange
from glossary.history import recorded_change
from glossary.matching import FoundMention
from glossary.models import Document, Entity, Figure, Revision
from glossary.quantities import Quantity
from glossary.statements import Scope
from glossary.words import Bound, EntityType, Measure, RelationKind, ScopeKind, StatementRelation, Via
from translations.languages import Language

NOON = datetime(2025, 1, 12, 12, 0, tzinfo=UTC)
REST = timedelta(seconds=5)
TEXT = "Kyiv shows two prisoners\n\nThe SBU said on Sunday that it holds two men in Kyiv. The NIS sent an interpreter."

GLOSSARY = Glossary.of(
    [
        Entry("russia", EntityType.PLACE, "Russia"),
        Entry("kursk-oblast", EntityType.PLACE, "Kursk Oblast", relations=(Relation(RelationKind.PART_OF, "russia"),)),
        Entry("sudzha", EntityType.PLACE, "Sudzha", relations=(Relation(RelationKind.PART_OF, "kursk-oblast"),)),
        Entry("sbu", EntityType.ORG, "Security Service of Ukraine"),
        Entry("nis", EntityType.ORG, "National Intelligence Service"),
        Entry("north-korea", EntityType.PLACE, "North Korea"),
    ]
)
TWELVE = Quantity(12_000, 10_800, 13_200, Bound.ABOUT, "people", "12,000")
ELEVEN = Quantity(11_000, 11_000, None, Bound.MORE_THAN, "people", "11,000")


def article(text: str = TEXT) -> Article:
    return Article(
        url="https://news.example/prisoners",
        title=text.partition("\n")[0],
        text=text,
        published=NOON,
        retrieved=NOON,
        outlet="News",
        language=Language.EN,
        content_hash="0",
    )


def found(slug: str, surface: str, *, certain: bool = True, text: str = TEXT) -> FoundMention:
    start = text.index(surface)
    return FoundMention(slug, start, start + len(surface), surface, surface, Via.EXACT, certain)


def change(relation: StatementRelation, figure_id: int = 7) -> FigureChange:
    return FigureChange(
        figure_id=figure_id,
        label="North Korean personnel in Kursk Oblast",
        measure=Measure.PERSONNEL,
        subject="north-korea",
        place="kursk-oblast",
        scope=Scope(ScopeKind.PERIOD, date(2025, 1, 1), date(2025, 1, 7)),
        claimant="nis",
        claimant_name="NIS",
        relation=relation,
        before=None if relation is StatementRelation.FIRST else TWELVE,
        before_claimant=None,
        before_claimant_name=None,
        after=ELEVEN,
        sentence="The NIS counts more than 11,000 of them.",
    )


def mention(slug: str, *, news: bool = True, type_: EntityType = EntityType.ORG) -> MentionNews:
    return MentionNews(slug, type_, slug.upper(), f"Of {slug.upper()}.", 3, 3 + len(slug), news)


def figure_news(figure_id: int = 7) -> FigureNews:
    made = decide_news(
        article(), [], [change(StatementRelation.RESTATES, figure_id)], GLOSSARY, told=(), is_revision=True
    )
    assert made is not None
    return made.figures[0]


class TestDecidingWhatIsNews:
    def test_a_mention_is_quoted_in_its_sentence(self) -> None:
        news = decide_news(article(), [found("sbu", "SBU")], [], GLOSSARY, told=(), is_revision=False)
        assert news is not None
        (one,) = news.mentions
        assert one.sentence.startswith("The SBU said on Sunday")
        assert one.sentence[one.start : one.end] == "SBU"

    def test_each_entity_is_told_once_by_its_first_mention(self) -> None:
        twice = [found("sbu", "SBU"), replace(found("sbu", "SBU"), start=0, end=4)]
        news = decide_news(article(), twice, [], GLOSSARY, told=(), is_revision=False)
        assert news is not None
        assert [one.surface for one in news.mentions] == ["SBU"]

    def test_an_uncertain_mention_is_no_news(self) -> None:
        unsure = [found("nis", "NIS", certain=False)]
        assert decide_news(article(), unsure, [], GLOSSARY, told=(), is_revision=False) is None

    def test_what_the_story_told_before_is_no_news_but_stands_beside_it(self) -> None:
        mentions = [found("sbu", "SBU"), found("nis", "NIS")]
        assert decide_news(article(), mentions, [], GLOSSARY, told={"sbu", "nis"}, is_revision=False) is None
        news = decide_news(article(), mentions, [], GLOSSARY, told={"sbu"}, is_revision=False)
        assert news is not None
        assert {one.slug: one.news for one in news.mentions} == {"sbu": False, "nis": True}

    def test_a_changed_text_s_mentions_are_no_news_but_its_figures_are(self) -> None:
        mentions = [found("sbu", "SBU")]
        assert decide_news(article(), mentions, [], GLOSSARY, told=(), is_revision=True) is None
        revised = [change(StatementRelation.REVISES_UP)]
        news = decide_news(article(), mentions, revised, GLOSSARY, told=(), is_revision=True)
        assert news is not None
        assert [one.news for one in news.mentions] == [False]
        assert [one.relation for one in news.figures] == [StatementRelation.REVISES_UP]

    @pytest.mark.parametrize(
        ("relation", "is_news"),
        [
            (StatementRelation.FIRST, True),
            (StatementRelation.RESTATES, True),
            (StatementRelation.REVISES_UP, True),
            (StatementRelation.REVISES_DOWN, True),
            (StatementRelation.CONTRADICTS, True),
            (StatementRelation.REPEATS, False),
            (StatementRelation.OLDER, False),
            (StatementRelation.UNRESOLVED, False),
        ],
    )
    def test_which_relations_are_news(self, relation: StatementRelation, is_news: bool) -> None:
        news = decide_news(article(), [], [change(relation)], GLOSSARY, told=(), is_revision=False)
        assert (news is not None) is is_news

    def test_an_article_of_three_days_ago_is_old_and_an_undated_one_is_not(self) -> None:
        assert is_old(NOON - timedelta(days=3), NOON)
        assert not is_old(NOON - timedelta(hours=47), NOON)
        assert not is_old(None, NOON)

    def test_news_survives_the_way_through_json(self) -> None:
        changes = [change(StatementRelation.FIRST), change(StatementRelation.RESTATES, 8)]
        news = decide_news(article(), [found("sbu", "SBU")], changes, GLOSSARY, told=(), is_revision=False)
        assert news is not None
        assert news_from_json(news_to_json(news)) == news


def test_news_of_an_earlier_version_can_still_be_read() -> None:
    """What was written without a field is read with its default; the literal is what the first version wrote."""
    quantity = {"value": 300.0, "low": 270.0, "high": 330.0, "bound": "about", "unit": "people", "said": "300"}
    figure = {
        "figure_id": 7,
        "measure": "killed",
        "subject": "north-korea",
        "place": None,
        "scope": "total",
        "claimant": "nis",
        "claimant_name": "NIS",
        "relation": "first",
        "before": None,
        "before_claimant_name": None,
        "after": quantity,
        "sentence": "About 300 were killed.",
    }
    value = {"url": "u", "title": "t", "outlet": "o", "language": "en", "published_at": None, "mentions": []}
    news = news_from_json({**value, "figures": [figure]})
    assert news.figures[0].after.value == 300


class Desk:
    """A database with the glossary's entities, one story, and chats that follow things."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._documents = 0
        with database.write() as session, recorded_change(session, actor="test", summary="entities", now=NOON):
            for entry in GLOSSARY.entries.values():
                session.add(Entity(slug=entry.slug, type=entry.type, name=entry.name, created_at=NOON))
            session.flush()
            subject = self.entity_id(session, "north-korea")
            for number in (7, 8):
                session.add(
                    Figure(
                        id=number,
                        label="personnel",
                        measure=Measure.PERSONNEL,
                        subject_id=subject,
                        scope=ScopeKind.TOTAL,
                        unit="people",
                        opened_at=NOON,
                        judged_at=NOON,
                    )
                )
            self.story = self._story(session)

    @staticmethod
    def entity_id(session: Session, slug: str) -> int:
        return session.exec(select(Entity.id).where(Entity.slug == slug)).one() or 0

    @staticmethod
    def _story(session: Session) -> int:
        story = Story(title="Two prisoners", started_at=NOON, updated_at=NOON)
        session.add(story)
        session.flush()
        return story.id or 0

    def another_story(self) -> int:
        with self.database.write() as session:
            return self._story(session)

    def chat(self, address: int, *, blocked: bool = False) -> int:
        with self.database.write() as session:
            chat = Chat(
                channel=Channel.TELEGRAM,
                address=address,
                language=Language.EN,
                created_at=NOON,
                blocked_at=NOON if blocked else None,
            )
            session.add(chat)
            session.flush()
            return chat.id or 0

    def follow(self, chat_id: int, slug: str | None = None, **options: object) -> None:
        with self.database.write() as session:
            entity_id = self.entity_id(session, slug) if slug else None
            session.add(Subscription(chat_id=chat_id, entity_id=entity_id, created_at=NOON, **options))

    def happen(
        self,
        mentions: Iterable[MentionNews] = (),
        figures: Iterable[FigureNews] = (),
        *,
        at: datetime = NOON,
        story: int | None = None,
    ) -> int:
        self._documents += 1
        url = f"https://news.example/{self._documents}"
        news = News(url, f"Article {self._documents}", "News", Language.EN, at, tuple(mentions), tuple(figures))
        with self.database.write() as session:
            document = Document(url=url, outlet="News", language=Language.EN, first_seen_at=at)
            session.add(document)
            session.flush()
            revision = Revision(
                document_id=document.id or 0,
                number=1,
                title=news.title,
                text="",
                content_hash="",
                fingerprint=b"",
                retrieved_at=at,
            )
            session.add(revision)
            session.flush()
            event = Event(
                revision_id=revision.id or 0, story_id=story or self.story, news=news_to_json(news), created_at=at
            )
            session.add(event)
            session.flush()
            return event.id or 0

    def fan_out(self, now: datetime = NOON + REST) -> int:
        return fan_out_due(self.database, GLOSSARY, now, REST)

    def deliveries(self) -> list[Delivery]:
        with self.database.read() as session:
            return list(session.exec(select(Delivery).order_by("id")))


@pytest.fixture
def desk(any_database: Database) -> Desk:
    return Desk(any_database)


class TestFanningOut:
    def test_only_who_follows_is_told(self, desk: Desk) -> None:
        follower, other = desk.chat(1), desk.chat(2)
        desk.follow(follower, "sbu")
        desk.follow(other, "nis")
        desk.happen([mention("sbu")])
        desk.fan_out()
        (delivery,) = desk.deliveries()
        assert (delivery.chat_id, delivery.status) == (follower, DeliveryStatus.PENDING)
        assert [reason["slug"] for reason in delivery.reasons] == ["sbu"]

    def test_a_chat_gets_one_message_with_all_its_reasons(self, desk: Desk) -> None:
        chat = desk.chat(1)
        desk.follow(chat, "sbu")
        desk.follow(chat, "nis")
        desk.follow(chat, type=EntityType.ORG)
        desk.happen([mention("sbu"), mention("nis")], [figure_news()])
        desk.fan_out()
        (delivery,) = desk.deliveries()
        assert len(delivery.reasons) == 3

    def test_topics_of_one_chat_are_told_apart(self, desk: Desk) -> None:
        chat = desk.chat(1)
        desk.follow(chat, "sbu", topic=5)
        desk.follow(chat, "sbu", topic=9)
        desk.happen([mention("sbu")])
        desk.fan_out()
        assert [delivery.topic for delivery in desk.deliveries()] == [5, 9]

    def test_following_the_whole_includes_its_parts_unless_switched_off(self, desk: Desk) -> None:
        with_parts, without = desk.chat(1), desk.chat(2)
        desk.follow(with_parts, "russia")
        desk.follow(without, "russia", parts=False)
        desk.happen([mention("sudzha", type_=EntityType.PLACE)])
        desk.fan_out()
        (delivery,) = desk.deliveries()
        assert delivery.chat_id == with_parts
        assert (delivery.reasons[0]["slug"], delivery.reasons[0]["via"]) == ("russia", "sudzha")

    def test_mentions_or_figures_can_be_left_out(self, desk: Desk) -> None:
        mentions_only, figures_only = desk.chat(1), desk.chat(2)
        desk.follow(mentions_only, "north-korea", figures=False)
        desk.follow(figures_only, "north-korea", mentions=False)
        desk.happen([mention("north-korea")])
        desk.happen([], [figure_news()], story=desk.another_story())
        desk.fan_out()
        assert [(one.chat_id, one.event_id) for one in desk.deliveries()] == [(mentions_only, 1), (figures_only, 2)]

    def test_who_follows_a_claimant_or_a_place_is_told_of_the_figure(self, desk: Desk) -> None:
        chats = {slug: desk.chat(number) for number, slug in enumerate(("nis", "kursk-oblast", "russia", "sbu"), 1)}
        for slug, chat in chats.items():
            desk.follow(chat, slug)
        desk.happen([], [figure_news()])
        desk.fan_out()
        assert {one.chat_id for one in desk.deliveries()} == {chats["nis"], chats["kursk-oblast"], chats["russia"]}

    def test_one_figure_can_be_followed_alone(self, desk: Desk) -> None:
        seven, eight = desk.chat(1), desk.chat(2)
        desk.follow(seven, figure_id=7)
        desk.follow(eight, figure_id=8)
        desk.happen([], [figure_news(7)])
        desk.fan_out()
        assert [one.chat_id for one in desk.deliveries()] == [seven]

    def test_an_entity_told_in_the_story_before_tells_nobody_again(self, desk: Desk) -> None:
        chat = desk.chat(1)
        desk.follow(chat, "sbu")
        desk.happen([mention("sbu", news=False), mention("nis")])
        desk.fan_out()
        assert desk.deliveries() == []

    def test_a_chat_that_blocked_the_bot_is_left_out(self, desk: Desk) -> None:
        desk.follow(desk.chat(1, blocked=True), "sbu")
        desk.happen([mention("sbu")])
        desk.fan_out()
        assert desk.deliveries() == []

    def test_an_event_that_cannot_be_read_does_not_hold_up_the_next(self, desk: Desk) -> None:
        desk.follow(desk.chat(1), "sbu")
        broken = desk.happen([mention("sbu")])
        with desk.database.write() as session:
            session.exec(select(Event).where(Event.id == broken)).one().news = {"nonsense": True}
        desk.happen([mention("sbu")], story=desk.another_story())
        desk.fan_out()
        assert [one.event_id for one in desk.deliveries()] == [broken + 1]

    def test_who_left_out_figures_is_not_told_of_the_story_s(self, desk: Desk) -> None:
        desk.follow(desk.chat(1), "sbu", figures=False)
        desk.happen([mention("sbu")])
        desk.happen([], [figure_news()], at=NOON + timedelta(seconds=1))
        desk.fan_out(NOON + timedelta(seconds=9))
        (delivery,) = desk.deliveries()
        assert delivery.also == []
        assert delivery.reasons[0]["figures"] is False

    def test_fanning_out_again_writes_nothing(self, desk: Desk) -> None:
        desk.follow(desk.chat(1), "sbu")
        desk.happen([mention("sbu")])
        assert desk.fan_out() == 1
        assert desk.fan_out() == 0
        assert len(desk.deliveries()) == 1


class TestSettling:
    def test_a_story_that_is_still_moving_waits(self, desk: Desk) -> None:
        desk.follow(desk.chat(1), "sbu")
        desk.happen([mention("sbu")])
        assert desk.fan_out(NOON + timedelta(seconds=4)) == 0
        assert desk.fan_out(NOON + timedelta(seconds=5)) == 1

    def test_a_story_that_never_rests_waits_a_minute_at_most(self, desk: Desk) -> None:
        desk.follow(desk.chat(1), "sbu")
        for second in range(0, 61, 4):
            desk.happen([mention("sbu")], at=NOON + timedelta(seconds=second))
        assert desk.fan_out(NOON + timedelta(seconds=60)) > 0

    def test_five_accounts_of_one_story_are_one_message_with_the_figures_changes(self, desk: Desk) -> None:
        desk.follow(desk.chat(1), "sbu")
        first = desk.happen([mention("sbu")])
        later = [
            desk.happen([mention("sbu", news=False)], [figure_news(7)], at=NOON + timedelta(seconds=n)) for n in (1, 2)
        ]
        later += [desk.happen([mention("nis")], [figure_news(8)], at=NOON + timedelta(seconds=n)) for n in (3, 4)]
        desk.fan_out(NOON + timedelta(seconds=9))
        (delivery,) = desk.deliveries()
        assert (delivery.event_id, delivery.also) == (first, later)

    def test_an_event_after_the_message_left_begins_a_new_one(self, desk: Desk) -> None:
        chat = desk.chat(1)
        desk.follow(chat, "north-korea")
        desk.happen([mention("north-korea")])
        desk.fan_out()
        with desk.database.write() as session:
            session.exec(select(Delivery)).one().status = DeliveryStatus.SENT
        later = NOON + timedelta(hours=1)
        second = desk.happen([], [figure_news()], at=later)
        desk.fan_out(later + REST)
        assert [one.event_id for one in desk.deliveries()] == [1, second]

    def test_a_figure_s_change_alone_is_not_sent_to_who_does_not_follow_it(self, desk: Desk) -> None:
        desk.follow(desk.chat(1), "sbu")
        desk.happen([], [figure_news()])
        desk.fan_out()
        assert desk.deliveries() == []


def test_what_a_story_s_events_named_is_remembered(desk: Desk) -> None:
    desk.happen([mention("sbu"), mention("nis", news=False)])
    with desk.database.read() as session:
        assert told_in_story(session, desk.story) == {"sbu", "nis"}
        assert told_in_story(session, desk.story + 1) == frozenset()
