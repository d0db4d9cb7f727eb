"""What is news in an article, and who is told.

Owns the decision whether a revision makes an event, and the fan-out of events to deliveries: those of articles to who
follows what is in them, those of edits to who was told otherwise (`bot.corrections`). What comes after is
`bot.delivery`, which renders and sends.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from bot.articles import Article
from bot.corrections import chats_told_otherwise, corrections_due, note_edits, note_told, refreshed
from bot.digests import Coverage, coverage_of, release_waiting, schedule
from bot.editors_work import Waiting
from bot.glossary_news import FormChange, fan_out_edits
from bot.models import Channel, Chat, Delivery, DeliveryStatus, Event, EventKind, Subscription
from bot.news import Correction, FigureNews, MentionNews, News, is_old, news_from_json, news_to_json
from glossary.database import Database, DatabaseUnreachableError
from glossary.entries import Glossary
from glossary.figures import FigureChange
from glossary.matching import FoundMention
from glossary.models import Entity
from glossary.sentences import sentence_around
from glossary.words import NEWS, EntityType
from translations.languages import Language

__all__ = [
    "Correction",
    "FigureNews",
    "MentionNews",
    "News",
    "PendingAlert",
    "Reason",
    "about_to_leave",
    "decide_news",
    "fan_out_due",
    "is_old",
    "news_from_json",
    "news_to_json",
    "told_in_story",
]

log = structlog.get_logger(__name__)

#: However busy a story is, its first event waits no longer than this.
MOST_SETTLING = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a chat is told: one subscription's target. One of `slug`, `figure_id` and `type` is set; none where all
    changes of the glossary are followed.

    `via` is the entity actually met, where the followed one is its whole (Kursk Oblast is followed, Sudzha was met).
    `figures` is false where the subscriber left out figures.
    """

    subscription_id: int
    slug: str | None = None
    figure_id: int | None = None
    type: EntityType | None = None
    via: str | None = None
    figures: bool = True


@dataclass(frozen=True, slots=True)
class PendingAlert:
    """One message to be rendered and sent: the news of one article, and of later ones of its story that joined it.

    `news[0]` is the article that the alert is about. Where there are `corrections`, they are what is told, in a digest
    before anything else, and `reply_to` is the message of this chat that they put right. Where it is no news that is
    told, there is exactly one of `digest` (the alerts gathered in it), `edits` (the changes of the glossary),
    `complaint` (what the message told of which somebody said that it is wrong) and `work` (what waits for editors).
    """

    delivery_id: int
    channel: Channel
    address: int
    topic: int
    language: Language
    reasons: tuple[Reason, ...]
    news: tuple[News, ...]
    attempts: int = 0
    corrections: tuple[Correction, ...] = ()
    reply_to: int | None = None
    digest: tuple[PendingAlert, ...] = ()
    edits: tuple[FormChange, ...] = ()
    complaint: tuple[PendingAlert, ...] = ()
    work: Waiting | None = None


def decide_news(
    article: Article,
    mentions: Sequence[FoundMention],
    changes: Sequence[FigureChange],
    glossary: Glossary,
    *,
    told: Collection[str],
    is_revision: bool,
) -> News | None:
    """What a revision brought, or None if nothing in it is new.

    `told` are the slugs that the story's events have named already: an entity is news once a story. A changed text's
    mentions are not news, its figures are. Mentions that are not certain are neither.
    """
    found: dict[str, MentionNews] = {}
    # The headline stands above the quotation anyway, so a mention in the body is quoted before one up there.
    body = len(article.title) if article.text.startswith(article.title) else 0
    for mention in sorted(mentions, key=lambda one: (one.start < body, one.start)):
        entry = glossary.get(mention.slug)
        if not mention.certain or mention.slug in found or entry is None:
            continue
        sentence, offset = sentence_around(article.text, mention.start, mention.end, article.language)
        found[mention.slug] = MentionNews(
            slug=mention.slug,
            type=entry.type,
            surface=mention.surface,
            sentence=sentence,
            start=mention.start - offset,
            end=mention.end - offset,
            news=not is_revision and mention.slug not in told,
        )
    figures = tuple(_figure_news(change) for change in changes if change.relation in NEWS)
    if not figures and not any(mention.news for mention in found.values()):
        return None
    return News(
        url=article.url,
        title=article.title,
        outlet=article.outlet,
        language=article.language,
        published_at=article.published,
        mentions=tuple(found.values()),
        figures=figures,
    )


def _figure_news(change: FigureChange) -> FigureNews:
    return FigureNews(
        figure_id=change.figure_id,
        measure=change.measure,
        subject=change.subject,
        place=change.place,
        scope=change.scope.kind,
        claimant=change.claimant,
        claimant_name=change.claimant_name,
        relation=change.relation,
        before=change.before,
        before_claimant=change.before_claimant,
        before_claimant_name=change.before_claimant_name,
        after=change.after,
        sentence=change.sentence,
        period_from=change.scope.period_from,
        period_to=change.scope.period_to,
        statement_id=change.statement_id,
        before_statement_id=change.before_statement_id,
        pinned=change.pinned,
    )


def told_in_story(session: Session, story_id: int) -> frozenset[str]:
    """The slugs that the events of a story have named so far."""
    kept = session.exec(select(Event.news).where(Event.story_id == story_id)).all()
    return frozenset(mention["slug"] for news in kept for mention in news["mentions"])


def fan_out_due(database: Database, glossary: Glossary, now: datetime, settle: timedelta) -> int:
    """Turn every event whose story has come to rest into deliveries; return how many deliveries were written or joined.

    A story rests when it brought no event for `settle`, or when its oldest waiting event is `MOST_SETTLING` old: five
    outlets that tell one thing within seconds become one message. Each event is a transaction of its own, so that the
    job goes on where it was killed. What editors changed is noted first: it makes events too. What waits for its story
    to be told more widely is looked at again.
    """
    note_edits(database)
    with database.read() as session:
        waiting = session.exec(
            select(Event.id, Event.story_id, Event.created_at)
            .where(col(Event.fanned_out_at).is_(None))
            .order_by(col(Event.id))
        ).all()
    newest: dict[int, datetime] = {}
    oldest: dict[int, datetime] = {}
    for _, story_id, created_at in waiting:
        newest[story_id] = max(created_at, newest.get(story_id, created_at))
        oldest[story_id] = min(created_at, oldest.get(story_id, created_at))
    written = 0
    for event_id, story_id, _ in waiting:
        if now - newest[story_id] >= settle or now - oldest[story_id] >= MOST_SETTLING:
            try:
                with database.write() as session:
                    written += _fan_out(session, event_id or 0, glossary, now)
            except DatabaseUnreachableError:
                raise
            except Exception:
                # The boundary of one event: one that cannot be read must not hold up the alerts of the others.
                log.exception("an event cannot be fanned out", id=event_id)
    return written + release_waiting(database, now) + fan_out_edits(database, glossary, now)


def _fan_out(session: Session, event_id: int, glossary: Glossary, now: datetime) -> int:
    event = session.exec(select(Event).where(Event.id == event_id).with_for_update(skip_locked=True)).one_or_none()
    if event is None or event.fanned_out_at is not None:
        return 0  # another worker has it
    news = refreshed(session, news_from_json(event.news))
    event.fanned_out_at = now
    if news.corrects:
        return _fan_out_correction(session, event_id, news, now)
    reasons: dict[tuple[int, int], list[Reason]] = {}
    for subscription, slug in _subscriptions(session, news, glossary):
        reason = _reason(subscription, slug, news, glossary)
        if reason is not None:
            reasons.setdefault((subscription.chat_id, subscription.topic), []).append(reason)
    waiting = _waiting_in_story(session, event.story_id)
    coverage = coverage_of(session, [event.story_id])[event.story_id] if reasons else Coverage()
    written = 0
    for (chat_id, topic), found in reasons.items():
        delivery = waiting.get((chat_id, topic))
        if delivery is None:
            delivery = Delivery(
                event_id=event_id,
                chat_id=chat_id,
                topic=topic,
                reasons=[asdict(reason) for reason in found],
                status=DeliveryStatus.WAITING,
                due_at=now,
                created_at=now,
            )
            session.add(delivery)
        else:
            known = {one["subscription_id"] for one in delivery.reasons}
            added = [asdict(reason) for reason in found if reason.subscription_id not in known]
            delivery.reasons = [*delivery.reasons, *added]
            delivery.also = [*delivery.also, event_id]
        if delivery.status is not DeliveryStatus.PENDING:
            schedule(session, delivery, coverage, now)
        written += 1
    if news.figures:
        # Whoever is about to be told of this story is told of its figures in the same message.
        for place, delivery in waiting.items():
            if place not in reasons and any(one.get("figures", True) for one in delivery.reasons):
                delivery.also = [*delivery.also, event_id]
                written += 1
    return written


def _fan_out_correction(session: Session, event_id: int, news: News, now: datetime) -> int:
    """One message to each chat that was told otherwise; what it tells is found when it leaves."""
    chats = chats_told_otherwise(session, news.corrects)
    session.add_all(
        Delivery(
            event_id=event_id,
            chat_id=chat_id,
            topic=topic,
            reasons=[],
            status=DeliveryStatus.PENDING,
            due_at=now,
            created_at=now,
        )
        for chat_id, topic in sorted(chats)
    )
    return len(chats)


def _subscriptions(session: Session, news: News, glossary: Glossary) -> Sequence[tuple[Subscription, str | None]]:
    """The subscriptions that this news may concern, each with the slug of its entity."""
    met = {mention.slug for mention in news.mentions}
    met |= {party for figure in news.figures for party in (figure.subject, figure.place, figure.claimant) if party}
    types = {entry.type for slug in met if (entry := glossary.get(slug))}
    rows = session.exec(
        select(Subscription, Entity.slug)
        .join(Chat, col(Chat.id) == col(Subscription.chat_id))
        .join(Entity, col(Entity.id) == col(Subscription.entity_id), isouter=True)
        .where(
            col(Chat.blocked_at).is_(None),
            col(Entity.slug).in_(met.union(*(glossary.wholes(slug) for slug in met)))
            | col(Subscription.figure_id).in_([figure.figure_id for figure in news.figures])
            | col(Subscription.type).in_(types),
        )
        .order_by(col(Subscription.id))
    )
    return rows.all()


def _reason(subscription: Subscription, slug: str | None, news: News, glossary: Glossary) -> Reason | None:
    """Why this subscription is concerned by this news, or None. Pure but for reading the row."""
    identity = subscription.id or 0
    if subscription.figure_id is not None:
        met = any(figure.figure_id == subscription.figure_id for figure in news.figures)
        return Reason(identity, figure_id=subscription.figure_id) if met else None
    mentioned = [mention.slug for mention in news.mentions if mention.news] if subscription.mentions else []
    counted = [
        party
        for figure in (news.figures if subscription.figures else ())
        for party in (figure.subject, figure.place, figure.claimant)
        if party is not None
    ]
    if subscription.type is not None:
        of_type = (
            one for one in [*mentioned, *counted] if (entry := glossary.get(one)) and entry.type is subscription.type
        )
        met_slug = next(of_type, None)
        told = subscription.figures
        return Reason(identity, type=subscription.type, via=met_slug, figures=told) if met_slug else None
    if slug is None:
        return None
    if slug in mentioned or slug in counted:
        return Reason(identity, slug=slug, figures=subscription.figures)
    if subscription.parts:
        for part in [*mentioned, *counted]:
            if slug in glossary.wholes(part):
                return Reason(identity, slug=slug, via=part, figures=subscription.figures)
    return None


def _waiting_in_story(session: Session, story_id: int) -> dict[tuple[int, int], Delivery]:
    """The deliveries of a story that have not left yet, by chat and topic, on their own or in a digest.

    Locked, with their digests, so that none leaves meanwhile.
    """
    rows = session.exec(
        select(Delivery)
        .join(Event, col(Event.id) == col(Delivery.event_id))
        .where(
            Event.story_id == story_id,
            Event.kind != EventKind.CORRECTION,
            Delivery.attempts == 0,
            col(Delivery.status).in_((DeliveryStatus.PENDING, DeliveryStatus.WAITING, DeliveryStatus.GATHERED)),
        )
        .order_by(col(Delivery.id))
        .with_for_update(of=Delivery)
    ).all()
    digests = {one.digest_id for one in rows if one.status is DeliveryStatus.GATHERED}
    coming = session.exec(
        select(Delivery.id)
        .where(col(Delivery.id).in_(digests), Delivery.status == DeliveryStatus.PENDING, Delivery.attempts == 0)
        .order_by(col(Delivery.id))
        .with_for_update()
    ).all()
    return {
        (one.chat_id, one.topic): one
        for one in rows
        if one.status is not DeliveryStatus.GATHERED or one.digest_id in coming
    }


def about_to_leave(session: Session, delivery: Delivery, alert: PendingAlert) -> PendingAlert | None:
    """An alert as it is to be told now, noted as told; None where nothing is left to tell.

    Within the transaction that marks the delivery as leaving. What an editor took back since is left out, and what was
    corrected is so; a correction tells what differs now from what its chat was told last. A digest tells the
    corrections that were gathered in it as one; where nothing else is in it, it is that correction.
    """
    delivery_id = delivery.id or 0
    if alert.digest:
        news = [one for one in alert.digest if not _corrected_by(one)]
        left = [one for item in news if (one := _as_it_is(session, item)) is not None]
        told = [figure for one in left for figure in _told_figures(one)]
        wrong = {number for one in alert.digest for number in _corrected_by(one)}
        corrections, reply_to = (
            corrections_due(session, delivery_id, delivery.chat_id, delivery.topic, wrong) if wrong else ((), None)
        )
        note_told(session, delivery_id, told, corrections)
        if not left and not corrections:
            return None
        return replace(alert, digest=tuple(left), corrections=corrections, reply_to=reply_to if not left else None)
    if not alert.news:
        return alert if alert.edits or alert.complaint or alert.work else None
    wrong = _corrected_by(alert)
    if wrong:
        corrections, reply_to = corrections_due(session, delivery_id, delivery.chat_id, delivery.topic, wrong)
        note_told(session, delivery_id, (), corrections)
        return replace(alert, corrections=corrections, reply_to=reply_to) if corrections else None
    present = _as_it_is(session, alert)
    if present is not None:
        note_told(session, delivery_id, _told_figures(present))
    return present


def _corrected_by(alert: PendingAlert) -> set[int]:
    """The statements of which a correction may put right what was told; none for other alerts."""
    return {number for news in alert.news[:1] for number in news.corrects}


def _as_it_is(session: Session, alert: PendingAlert) -> PendingAlert | None:
    """An alert without what an editor took back since; None where no reason is left to tell it."""
    news = tuple(refreshed(session, one, lock=True) for one in alert.news)
    figures = [figure for one in news for figure in one.figures]
    if len(figures) < sum(len(one.figures) for one in alert.news):
        reasons = tuple(one for one in alert.reasons if _still_holds(one, news))
        if not reasons:
            return None
        alert = replace(alert, reasons=reasons)
    return replace(alert, news=news)


def _told_figures(alert: PendingAlert) -> list[FigureNews]:
    """The figures that an alert tells: none to who left them out."""
    return [figure for one in alert.news for figure in one.figures] if any(one.figures for one in alert.reasons) else []


def _still_holds(reason: Reason, news: Sequence[News]) -> bool:
    """Whether what is left of the news still gives a reason to tell it."""
    figures = [figure for one in news for figure in one.figures]
    if reason.figure_id is not None:
        return any(figure.figure_id == reason.figure_id for figure in figures)
    named = {mention.slug for one in news for mention in one.mentions if mention.news}
    counted = {party for figure in figures for party in (figure.subject, figure.place, figure.claimant)}
    return (reason.via or reason.slug) in named | counted
