"""Deliveries on their way: claimed, rendered, sent, recorded. Before it: `bot.events`, which writes them.

A delivery is marked SENDING in a transaction of its own before its request leaves, and SENT in another after the
answer. One that is found SENDING when its lease is over was in flight when the process died: nobody knows whether it
arrived. It is sent once more, and is the only message that may come twice (the Bot API has no key to recognise a
repeated request); found so a second time, it fails. A request that times out is the same case, seen alive.

Deliveries leave one at a time, so that one message at most is in flight; a chat's leave in the order they were
written, and wait behind one that is put off. No transaction is open while a message is translated, rendered or sent.
What is due is translated together before any of it is marked: whatever happens in a model, nothing was in flight yet.
Channels (`Sender`) tell what went wrong by the errors below; this module decides what that means, with `now` as an
argument.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa
import structlog
from rich.console import Console
from rich.text import Text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from bot.digests import gathered, hold_back, wished_languages
from bot.editors_work import waiting_from_json
from bot.errors import BotError
from bot.events import PendingAlert, Reason, about_to_leave, news_from_json
from bot.glossary_news import changes_for, changes_from_json
from bot.hours import hours_of, silent_until
from bot.messages.render import Rendered, passages, render_alert
from bot.models import Channel, Chat, Delivery, DeliveryStatus, Event, Feedback, GlossaryEdits, WorkNotice
from bot.news import News
from bot.quotations import AlertTranslator
from bot.retelling import retold
from bot.subscriptions import mark_blocked, move_chat
from glossary.database import Database
from glossary.entries import Glossary
from glossary.words import EntityType

log = structlog.get_logger(__name__)

#: How long after its round began a delivery that is still leaving counts as abandoned.
LEASE = timedelta(minutes=3)
#: A round claims nothing more after so long; with the longest request it ends well within the lease.
ROUND_SECONDS = 60.0
#: How long to wait after each failed attempt; when they are used up, the delivery has failed.
BACKOFF = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=8),
)
#: Telegram's limits (https://core.telegram.org/bots/faq): about 30 messages a second in all, one a second to a chat,
#: 20 a minute to a group. We stay under the first.
PER_SECOND = 25
CHAT_INTERVAL = timedelta(seconds=1)
GROUP_INTERVAL = timedelta(seconds=3)
#: How many deliveries are looked at together for what to translate.
LOOK_AHEAD = 50
#: A channel that fails so often in a row is not asked again in this round: it is the network, not the message.
FAILURES_IN_A_ROW = 3

_INTERRUPTED = "Interrupted while it was sent."
_TAKEN_BACK = "An editor took back what it told."
_FLOOD = "Telegram asked to wait."


class DeliveryError(BotError):
    """A message did not arrive, and will not: what was sent was refused."""


class UnreachableError(DeliveryError):
    """The message may go through later: no connection, no answer, a fault at the other end."""


class UnansweredError(DeliveryError):
    """The message left and no answer came: nobody knows whether it arrived."""


class GoneError(DeliveryError):
    """The chat cannot be written to: it blocked the bot, or is no more."""


class MovedError(DeliveryError):
    """The chat has another address now."""

    def __init__(self, address: int) -> None:
        super().__init__("The chat has moved.")
        self.address = address


class FloodError(DeliveryError):
    """Too much was sent; nothing may be sent for so long."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(_FLOOD)
        self.wait = wait


class ChannelClosedError(BotError):
    """A channel cannot be used at all, whatever the message: its token was refused."""


class Sender(Protocol):
    """A way to a reader. Raises `DeliveryError`, or `ChannelClosedError`."""

    async def send(self, alert: PendingAlert, rendered: Rendered) -> int | None:
        """Send a message; return its id there, where it has one."""
        ...


class TerminalSender:
    """Prints alerts for the person at the terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def send(self, alert: PendingAlert, rendered: Rendered) -> None:
        """Print the plain text between rules; it is nobody's markup."""
        self._console.rule(style="dim")
        self._console.print(Text(rendered.plain), soft_wrap=True)


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What one round did. `deferred` will be tried again, `failed` will not."""

    sent: int = 0
    failed: int = 0
    deferred: int = 0
    cancelled: int = 0


async def deliver_due(
    database: Database,
    senders: Mapping[Channel, Sender],
    glossary: Callable[[], Glossary],
    now: datetime,
    translator: AlertTranslator | None = None,
) -> DeliveryReport:
    """Send what is due, over the channels there are; one bad delivery never stops the rest.

    A round sends at most `PER_SECOND` messages to Telegram and one to each chat there, so rounds follow each other at
    the pace of the schedule and nothing here waits. The terminal takes all it has. Deliveries of channels without a
    sender stay where they are.

    Args:
        database: where the deliveries are.
        senders: a sender for each open channel.
        glossary: gives the current snapshot, from which names are rendered.
        now: the time of this round.
        translator: puts headlines and quotations into the readers' languages; without one they stay as written.
    """
    round_ = _Round(database, now)
    report = await asyncio.to_thread(round_.tidy)

    def render(alert: PendingAlert) -> Rendered:
        translated = translator.translated(passages(alert)) if translator is not None else {}
        return render_alert(alert, glossary(), translated)

    # A copy: a channel may open while another one is served.
    for channel, sender in tuple(senders.items()):
        report = await _deliver_channel(round_, channel, sender, render, translator, report)
    return report


async def _deliver_channel(
    round_: _Round,
    channel: Channel,
    sender: Sender,
    render: Callable[[PendingAlert], Rendered],
    translator: AlertTranslator | None,
    report: DeliveryReport,
) -> DeliveryReport:
    loop = asyncio.get_running_loop()
    end = loop.time() + ROUND_SECONDS
    failures = claims = 0
    while failures < FAILURES_IN_A_ROW and loop.time() < end:
        if translator is not None and claims % LOOK_AHEAD == 0:
            due = await asyncio.to_thread(round_.foreign, channel)
            await translator.prepare(passage for alert in due for passage in passages(alert))
        claims += 1
        claimed = await asyncio.to_thread(round_.claim, channel)
        if claimed is None:
            break
        outcome = DeliveryReport()
        try:
            if isinstance(claimed, _Unreadable):
                raise DeliveryError(claimed.reason) from claimed.cause
            rendered = await asyncio.to_thread(render, claimed.alert)
            message_id = await sender.send(claimed.alert, rendered)
        except ChannelClosedError:
            await asyncio.to_thread(round_.release, claimed.delivery_id)
            raise
        except FloodError as flood:
            await asyncio.to_thread(round_.hold, claimed.delivery_id, flood.wait)
            return replace(report, deferred=report.deferred + 1)
        except UnansweredError:
            failures += 1
            outcome = await asyncio.to_thread(round_.doubt, claimed.delivery_id)
        except UnreachableError as error:
            failures += 1
            outcome = await asyncio.to_thread(round_.retry, claimed.delivery_id, str(error))
        except GoneError as error:
            outcome = await asyncio.to_thread(round_.cancel, claimed.delivery_id, str(error))
        except MovedError as moved:
            outcome = await asyncio.to_thread(round_.move, claimed.delivery_id, moved.address)
        except DeliveryError as error:
            log.error("an alert cannot be delivered", delivery=claimed.delivery_id, reason=str(error))
            outcome = await asyncio.to_thread(round_.fail, claimed.delivery_id, str(error))
        except Exception as error:
            # The boundary of one alert: a fault of ours in rendering or sending it must not hold up the others.
            log.exception("an alert cannot be delivered", delivery=claimed.delivery_id)
            outcome = await asyncio.to_thread(round_.fail, claimed.delivery_id, f"{type(error).__name__}: {error}")
        else:
            failures = 0
            await asyncio.to_thread(round_.record, claimed.delivery_id, message_id)
            outcome = DeliveryReport(sent=1)
        report = _sum(report, outcome)
    return report


def _sum(one: DeliveryReport, other: DeliveryReport) -> DeliveryReport:
    return DeliveryReport(
        one.sent + other.sent,
        one.failed + other.failed,
        one.deferred + other.deferred,
        one.cancelled + other.cancelled,
    )


@dataclass(frozen=True, slots=True)
class _Claimed:
    delivery_id: int
    alert: PendingAlert


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """A delivery whose news cannot be read from the database."""

    delivery_id: int
    reason: str
    cause: Exception


class _Round:
    """The transactions of one round; each method is one."""

    def __init__(self, database: Database, now: datetime) -> None:
        self._database = database
        self._now = now

    def tidy(self) -> DeliveryReport:
        """Take up what was interrupted, and cancel what waits for chats that cannot be reached."""
        failed = deferred = cancelled = 0
        with self._database.write() as session:
            abandoned = select(Delivery).where(
                Delivery.status == DeliveryStatus.SENDING, col(Delivery.due_at) <= self._now
            )
            for delivery in session.exec(abandoned.with_for_update(skip_locked=True)):
                outcome = _doubt(delivery, self._now)
                failed += outcome.failed
                deferred += outcome.deferred
            waiting_for_blocked = (
                select(Chat)
                .join(Delivery, col(Delivery.chat_id) == col(Chat.id))
                .where(col(Chat.blocked_at).is_not(None), Delivery.status == DeliveryStatus.PENDING)
                .distinct()
            )
            for chat in session.exec(waiting_for_blocked).all():
                cancelled += mark_blocked(session, chat, chat.blocked_at or self._now)
        return DeliveryReport(failed=failed, deferred=deferred, cancelled=cancelled)

    def foreign(self, channel: Channel) -> list[PendingAlert]:
        """The next alerts of a channel that tell of an article in another language than their reader's."""
        with self._database.read() as session:
            due = (
                select(Delivery, Chat)
                .join(Chat, col(Chat.id) == col(Delivery.chat_id))
                .where(
                    col(Chat.channel) == channel,
                    col(Chat.blocked_at).is_(None),
                    col(Delivery.status) == DeliveryStatus.PENDING,
                    col(Delivery.due_at) <= self._now,
                )
                .order_by(col(Delivery.id))
                .limit(LOOK_AHEAD)
            )
            alerts = []
            for delivery, chat in session.exec(due):
                with suppress(KeyError, TypeError, ValueError):  # told of when it is claimed
                    alerts.append(_load(session, delivery, chat))
        return [alert for alert in alerts if passages(alert)]

    def claim(self, channel: Channel) -> _Claimed | _Unreadable | None:
        """Mark the next delivery of a channel as leaving, and load it; None when nothing more may leave now."""
        with self._database.write() as session:
            if channel is Channel.TELEGRAM and not self._telegram_is_open(session):
                return None
            while (found := session.exec(self._due(channel)).first()) is not None:
                delivery, chat = found
                silence = silent_until(hours_of(chat), self._now)
                if silence is not None:
                    if delivery.error == _FLOOD:
                        delivery.error = None  # that wait is over, and must not keep the others waiting
                    hold_back(session, delivery, silence, self._now)
                    continue
                delivery.status = DeliveryStatus.SENDING
                delivery.due_at = self._now + LEASE
                delivery_id = delivery.id or 0
                try:
                    alert = about_to_leave(session, delivery, _load(session, delivery, chat))
                except (KeyError, TypeError, ValueError) as error:
                    return _Unreadable(delivery_id, f"Its news cannot be read: {error!r}", error)
                if alert is not None:
                    return _Claimed(delivery_id, alert)
                delivery.status = DeliveryStatus.CANCELLED
                delivery.error = _TAKEN_BACK
                session.flush()
        return None

    def _due(self, channel: Channel) -> Select[Delivery, Chat]:
        """The oldest delivery that is due, is the first in its chat's queue, and does not crowd its chat."""
        earlier, latest = aliased(Delivery), aliased(Delivery)
        waiting = [DeliveryStatus.PENDING, DeliveryStatus.SENDING]
        behind = sa.exists().where(
            col(earlier.chat_id) == col(Delivery.chat_id),
            col(earlier.status).in_(waiting),
            col(earlier.id) < col(Delivery.id),
            # Only what was tried holds up the others, not what has yet to become due: a digest, what is held back.
            (col(earlier.due_at) <= self._now) | (col(earlier.attempts) > 0) | col(earlier.error).is_not(None),
        )
        statement = (
            select(Delivery, Chat)
            .join(Chat, col(Chat.id) == col(Delivery.chat_id))
            .where(
                col(Chat.channel) == channel,
                col(Chat.blocked_at).is_(None),
                col(Delivery.status) == DeliveryStatus.PENDING,
                col(Delivery.due_at) <= self._now,
                ~behind,
            )
            .order_by(col(Delivery.id))
            .limit(1)
            .with_for_update(of=Delivery, skip_locked=True)
        )
        if channel is Channel.TELEGRAM:
            interval = sa.case((col(Chat.address) < 0, self._now - GROUP_INTERVAL), else_=self._now - CHAT_INTERVAL)
            crowded = sa.exists().where(
                col(latest.chat_id) == col(Delivery.chat_id),
                col(latest.sent_at) > interval,
            )
            statement = statement.where(~crowded)
        return statement

    def _telegram_is_open(self, session: Session) -> bool:
        """Whether Telegram may be written to: no flood gate is shut, and this second has room."""
        gate = session.exec(
            select(Delivery.id)
            .where(
                Delivery.status == DeliveryStatus.PENDING, Delivery.error == _FLOOD, col(Delivery.due_at) > self._now
            )
            .limit(1)
        ).first()
        if gate is not None:
            return False
        recent = session.exec(
            select(sa.func.count())
            .select_from(Delivery)
            .join(Chat, col(Chat.id) == col(Delivery.chat_id))
            .where(Chat.channel == Channel.TELEGRAM, col(Delivery.sent_at) > self._now - timedelta(seconds=1))
        ).one()
        return recent < PER_SECOND

    def record(self, delivery_id: int, message_id: int | None) -> None:
        """It has arrived."""
        with self._database.write() as session:
            delivery = session.get_one(Delivery, delivery_id)
            delivery.status = DeliveryStatus.SENT
            delivery.sent_at = self._now
            delivery.message_id = message_id
            delivery.error = None

    def release(self, delivery_id: int) -> None:
        """It never left."""
        with self._database.write() as session:
            delivery = session.get_one(Delivery, delivery_id)
            delivery.status = DeliveryStatus.PENDING
            delivery.due_at = self._now

    def hold(self, delivery_id: int, wait: timedelta) -> None:
        """Put it off for as long as the channel asks; while it waits so, nothing else leaves there either.

        Being asked to wait is no failed attempt.
        """
        with self._database.write() as session:
            delivery = session.get_one(Delivery, delivery_id)
            delivery.status = DeliveryStatus.PENDING
            delivery.due_at = self._now + wait
            delivery.error = _FLOOD

    def retry(self, delivery_id: int, reason: str) -> DeliveryReport:
        """Put it off after a failed attempt, or give it up after the last."""
        with self._database.write() as session:
            delivery = session.get_one(Delivery, delivery_id)
            delivery.error = reason
            delivery.attempts += 1
            if delivery.attempts > len(BACKOFF):
                delivery.status = DeliveryStatus.FAILED
                return DeliveryReport(failed=1)
            delivery.status = DeliveryStatus.PENDING
            delivery.due_at = self._now + BACKOFF[delivery.attempts - 1]
            return DeliveryReport(deferred=1)

    def doubt(self, delivery_id: int) -> DeliveryReport:
        """Nobody knows whether it arrived: send it once more, and not a third time."""
        with self._database.write() as session:
            return _doubt(session.get_one(Delivery, delivery_id), self._now + BACKOFF[0])

    def fail(self, delivery_id: int, reason: str) -> DeliveryReport:
        """Give it up at once: the same message would be refused again."""
        with self._database.write() as session:
            delivery = session.get_one(Delivery, delivery_id)
            delivery.status = DeliveryStatus.FAILED
            delivery.attempts += 1
            delivery.error = reason
        return DeliveryReport(failed=1)

    def cancel(self, delivery_id: int, reason: str) -> DeliveryReport:
        """Its chat cannot be reached: cancel it and what waits behind it."""
        with self._database.write() as session:
            delivery = session.get_one(Delivery, delivery_id)
            delivery.status = DeliveryStatus.CANCELLED
            delivery.error = reason
            chat = session.get_one(Chat, delivery.chat_id)
            return DeliveryReport(cancelled=1 + mark_blocked(session, chat, self._now))

    def move(self, delivery_id: int, address: int) -> DeliveryReport:
        """Its chat has another address: note that, and send it there next."""
        with self._database.write() as session:
            delivery = session.get_one(Delivery, delivery_id)
            delivery.attempts += 1
            if delivery.attempts > len(BACKOFF):
                delivery.status = DeliveryStatus.FAILED
                delivery.error = "The chat never stopped moving."
                return DeliveryReport(failed=1)
            delivery.status = DeliveryStatus.PENDING
            delivery.due_at = self._now
            session.flush()
            chat = session.get_one(Chat, delivery.chat_id)
            move_chat(session, chat.channel, chat.address, address)
        return DeliveryReport(deferred=1)


def _doubt(delivery: Delivery, again: datetime) -> DeliveryReport:
    if delivery.error == _INTERRUPTED:
        delivery.status = DeliveryStatus.FAILED
        return DeliveryReport(failed=1)
    delivery.status = DeliveryStatus.PENDING
    delivery.attempts += 1
    delivery.error = _INTERRUPTED
    delivery.due_at = again
    return DeliveryReport(deferred=1)


def _load(session: Session, delivery: Delivery, chat: Chat) -> PendingAlert:
    """The alert of a delivery, whatever it tells."""
    alert = PendingAlert(
        delivery_id=delivery.id or 0,
        channel=chat.channel,
        address=chat.address,
        topic=delivery.topic,
        language=chat.language,
        reasons=tuple(
            Reason(**{**one, "type": EntityType(one["type"]) if one["type"] else None}) for one in delivery.reasons
        ),
        news=(),
        attempts=delivery.attempts,
    )
    if delivery.window_at is not None:
        return replace(alert, digest=tuple(_load(session, one, chat) for one in gathered(session, delivery)))
    if delivery.feedback_id is not None:
        return replace(alert, complaint=_complaint(session, delivery.feedback_id, chat))
    if delivery.notice_id is not None:
        return replace(alert, work=waiting_from_json(session.get_one(WorkNotice, delivery.notice_id).waiting))
    if delivery.edits_id is not None:
        changes = changes_from_json(session.get_one(GlossaryEdits, delivery.edits_id).changes)
        return replace(alert, edits=changes_for(changes, alert.reasons))
    return replace(alert, news=news_of(session, delivery))


def news_of(session: Session, delivery: Delivery) -> tuple[News, ...]:
    """The news of a delivery's event, and of later events of the story that joined it, as its chat reads them."""
    wanted = [delivery.event_id, *delivery.also]
    kept = {event.id: event for event in session.exec(select(Event).where(col(Event.id).in_(wanted)))}
    languages = wished_languages(session, delivery)
    # An event that joined may have gone with its document; the first cannot, its delivery would have gone too.
    found = [kept[event_id] for event_id in wanted if event_id in kept]
    return tuple(retold(session, news_from_json(event.news), event.story_id, languages) for event in found)


def _complaint(session: Session, feedback_id: int, reader: Chat) -> tuple[PendingAlert, ...]:
    """What the message told of which somebody said that it is wrong, for the editor who is to read it."""
    told = _load(session, session.get_one(Delivery, session.get_one(Feedback, feedback_id).delivery_id), reader)
    return told.digest or (told,)
