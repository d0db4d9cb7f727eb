"""Deliveries: each arrives once, in order, at the pace that Telegram allows, whatever goes wrong with the others."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from rich.console import Console
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.delivery import (
    BACKOFF,
    LEASE,
    PER_SECOND,
    ChannelClosedError,
    DeliveryError,
    DeliveryReport,
    GoneError,
    Sender,
    TerminalSender,
    UnansweredError,
    UnreachableError,
    deliver_due,
)
from bot.events import PendingAlert, Reason
from bot.messages.render import Rendered
from bot.models import Channel, Chat, Delivery, DeliveryStatus, Event
from bot.subscriptions import find_chat
from bot.telegram import TelegramSender
from glossary.database import Database
from tests.bot.samples import (
    EN,
    GLOSSARY,
    KO,
    NOON,
    SECOND,
    change,
    news,
    read_delivery,
    write_delivery,
    write_event,
)
from tests.bot.telegram_rules import RefusedError
from tests.bot.telegram_server import TOKEN, Place, TelegramServer

MINUTE = timedelta(minutes=1)


@dataclass
class Recorder:
    """A sender that keeps what it was given and may fail."""

    failing: Callable[[PendingAlert], Exception | None] = lambda _alert: None
    sent: list[tuple[PendingAlert, Rendered]] = field(default_factory=list)

    async def send(self, alert: PendingAlert, rendered: Rendered) -> int | None:
        error = self.failing(alert)
        if error is not None:
            raise error
        self.sent.append((alert, rendered))
        return 1000 + len(self.sent)

    @property
    def addresses(self) -> list[int]:
        return [alert.address for alert, _ in self.sent]


async def deliver(
    database: Database, sender: Sender, after: timedelta = timedelta(), channel: Channel = Channel.TELEGRAM
) -> DeliveryReport:
    return await deliver_due(database, {channel: sender}, lambda: GLOSSARY, NOON + after)


def statuses(database: Database, *ids: int) -> list[DeliveryStatus]:
    return [read_delivery(database, one).status for one in ids]


# --- the queue


async def test_what_is_due_is_sent_once_and_recorded(database: Database) -> None:
    due, later = write_delivery(database, 42), write_delivery(database, 43, due_at=NOON + MINUTE)
    sender = Recorder()
    assert await deliver(database, sender) == DeliveryReport(sent=1)
    assert await deliver(database, sender, 2 * SECOND) == DeliveryReport()
    sent = read_delivery(database, due)
    assert (sent.status, sent.message_id, sent.sent_at, sent.error) == (DeliveryStatus.SENT, 1001, NOON, None)
    assert read_delivery(database, later).status is DeliveryStatus.PENDING
    assert await deliver(database, sender, MINUTE) == DeliveryReport(sent=1)
    assert sender.addresses == [42, 43]


async def test_the_alert_is_loaded_whole(any_database: Database) -> None:
    with any_database.write() as session:
        joined = write_event(session, news(title="한국 국정원 발표", language=KO, figures=[change()]))
    reason = Reason(5, slug="kursk-oblast", via="sudzha")
    delivery = write_delivery(any_database, -7, topic=3, language=KO, reasons=[reason])
    with any_database.write() as session:
        session.get_one(Delivery, delivery).also = [joined, 999_999]
    sender = Recorder()
    await deliver(any_database, sender)
    ((alert, rendered),) = sender.sent
    assert alert == PendingAlert(delivery, Channel.TELEGRAM, -7, 3, KO, (reason,), (news(), alert.news[1]), attempts=0)
    assert alert.news[1].figures == (change(),)
    assert "한국 국정원 발표" in rendered.plain


async def test_a_delivery_is_marked_before_its_request_leaves(database: Database) -> None:
    delivery = write_delivery(database)
    seen: list[DeliveryStatus] = []

    def look(alert: PendingAlert) -> None:
        # No transaction is open meanwhile: another one writes.
        with database.write() as session:
            seen.append(session.get_one(Delivery, alert.delivery_id).status)

    await deliver(database, Recorder(look))
    assert seen == [DeliveryStatus.SENDING]
    assert statuses(database, delivery) == [DeliveryStatus.SENT]


async def test_what_a_crash_left_in_flight_is_sent_once_more_after_its_lease(any_database: Database) -> None:
    delivery = write_delivery(any_database)

    def crash(_alert: PendingAlert) -> Exception | None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await deliver(any_database, Recorder(crash))
    assert statuses(any_database, delivery) == [DeliveryStatus.SENDING]
    sender = Recorder()
    assert await deliver(any_database, sender, LEASE - SECOND) == DeliveryReport()
    assert await deliver(any_database, sender, LEASE) == DeliveryReport(sent=1, deferred=1)
    assert await deliver(any_database, sender, 2 * LEASE) == DeliveryReport()
    assert statuses(any_database, delivery) == [DeliveryStatus.SENT]


async def test_what_crashes_twice_is_given_up(database: Database) -> None:
    delivery = write_delivery(database)

    def crash(_alert: PendingAlert) -> Exception | None:
        raise asyncio.CancelledError

    for after in (timedelta(), LEASE):
        with pytest.raises(asyncio.CancelledError):
            await deliver(database, Recorder(crash), after)
    sender = Recorder()
    assert await deliver(database, sender, 3 * LEASE) == DeliveryReport(failed=1)
    assert (sender.sent, statuses(database, delivery)) == ([], [DeliveryStatus.FAILED])


async def test_two_workers_send_a_delivery_once(any_database: Database) -> None:
    for address in range(1, 9):
        write_delivery(any_database, address)
    sender = Recorder()
    reports = await asyncio.gather(*(deliver(any_database, sender) for _ in range(3)))
    assert sum(report.sent for report in reports) == 8
    assert sorted(sender.addresses) == list(range(1, 9))


async def test_a_chats_alerts_keep_their_order_and_wait_behind_one_that_is_put_off(database: Database) -> None:
    first, second = write_delivery(database, 42), write_delivery(database, 42)
    other = write_delivery(database, 43)
    broken = Recorder(lambda alert: UnreachableError("no route") if alert.delivery_id == first else None)
    assert await deliver(database, broken) == DeliveryReport(sent=1, deferred=1)
    assert statuses(database, first, second, other) == [
        DeliveryStatus.PENDING,
        DeliveryStatus.PENDING,
        DeliveryStatus.SENT,
    ]
    sender = Recorder()
    assert await deliver(database, sender, 5 * SECOND) == DeliveryReport()
    assert await deliver(database, sender, BACKOFF[0]) == DeliveryReport(sent=1)
    assert await deliver(database, sender, BACKOFF[0] + SECOND) == DeliveryReport(sent=1)
    assert [alert.delivery_id for alert, _ in sender.sent] == [first, second]


async def test_a_chat_gets_one_message_a_second_and_a_group_one_in_three(database: Database) -> None:
    for address in (42, 42, -7, -7):
        write_delivery(database, address)
    sender = Recorder()
    for seconds in range(5):
        await deliver(database, sender, seconds * SECOND)
    assert sender.addresses == [42, -7, 42, -7]
    assert await deliver(database, sender, MINUTE) == DeliveryReport()


async def test_no_more_leave_in_a_second_than_telegram_takes(database: Database) -> None:
    for address in range(1, PER_SECOND + 4):
        write_delivery(database, address)
    sender = Recorder()
    assert (await deliver(database, sender)).sent == PER_SECOND
    assert (await deliver(database, sender, SECOND / 2)).sent == 0
    assert (await deliver(database, sender, SECOND)).sent == 3


async def test_one_bad_delivery_never_stops_the_rest(database: Database) -> None:
    unreadable, refused, broken, good = (write_delivery(database, address) for address in (1, 2, 3, 4))
    with database.write() as session:
        event = session.get_one(Event, session.get_one(Delivery, unreadable).event_id)
        event.news = {"of another": "version"}
    errors: dict[int, Exception] = {refused: DeliveryError("refused"), broken: ZeroDivisionError("ours")}
    sender = Recorder(lambda alert: errors.get(alert.delivery_id))
    assert await deliver(database, sender) == DeliveryReport(sent=1, failed=3)
    assert [read_delivery(database, one).error for one in (unreadable, refused, broken, good)] == [
        "Its news cannot be read: KeyError('url')",
        "refused",
        "ZeroDivisionError: ours",
        None,
    ]


async def test_a_failing_network_is_left_alone_until_the_next_round(database: Database) -> None:
    for address in range(1, 9):
        write_delivery(database, address)
    tried: list[int] = []

    def fail(alert: PendingAlert) -> Exception:
        tried.append(alert.address)
        return UnreachableError("no route")

    assert await deliver(database, Recorder(fail)) == DeliveryReport(deferred=3)
    assert tried == [1, 2, 3]


async def test_a_message_whose_answer_never_came_is_sent_once_more_and_no_third_time(database: Database) -> None:
    delivery = write_delivery(database)
    sent: list[int] = []

    def swallow(alert: PendingAlert) -> Exception:
        sent.append(alert.delivery_id)
        return UnansweredError("timed out")

    assert await deliver(database, Recorder(swallow)) == DeliveryReport(deferred=1)
    assert await deliver(database, Recorder(swallow), BACKOFF[0]) == DeliveryReport(failed=1)
    assert await deliver(database, Recorder(swallow), BACKOFF[-1] * 2) == DeliveryReport()
    assert sent == [delivery, delivery]


async def test_what_never_arrives_is_given_up_with_its_reason(database: Database) -> None:
    delivery = write_delivery(database)
    sender = Recorder(lambda _alert: UnreachableError("no route"))
    after = timedelta()
    for wait in BACKOFF:
        assert await deliver(database, sender, after) == DeliveryReport(deferred=1)
        assert read_delivery(database, delivery).due_at == NOON + after + wait
        after += wait
    assert await deliver(database, sender, after) == DeliveryReport(failed=1)
    failed = read_delivery(database, delivery)
    assert (failed.status, failed.error) == (DeliveryStatus.FAILED, "no route")


async def test_a_chat_that_is_gone_cancels_what_waits_for_it(any_database: Database) -> None:
    mine = [write_delivery(any_database, 42), write_delivery(any_database, 42)]
    other = write_delivery(any_database, 43)
    sender = Recorder(lambda alert: GoneError("blocked") if alert.address == 42 else None)
    assert await deliver(any_database, sender) == DeliveryReport(sent=1, cancelled=2)
    assert statuses(any_database, *mine, other) == [
        DeliveryStatus.CANCELLED,
        DeliveryStatus.CANCELLED,
        DeliveryStatus.SENT,
    ]
    # What was written in the meantime is cancelled too.
    late = write_delivery(any_database, 42)
    assert await deliver(any_database, sender, MINUTE) == DeliveryReport(cancelled=1)
    assert statuses(any_database, late) == [DeliveryStatus.CANCELLED]


async def test_a_closed_channel_keeps_its_deliveries(database: Database) -> None:
    delivery = write_delivery(database)
    with pytest.raises(ChannelClosedError):
        await deliver(database, Recorder(lambda _alert: ChannelClosedError("The token was refused.")))
    assert await deliver(database, Recorder(), SECOND) == DeliveryReport(sent=1)
    assert statuses(database, delivery) == [DeliveryStatus.SENT]


async def test_a_channel_without_a_sender_waits(database: Database) -> None:
    delivery = write_delivery(database)
    assert await deliver(database, Recorder(), channel=Channel.TERMINAL) == DeliveryReport()
    assert statuses(database, delivery) == [DeliveryStatus.PENDING]


# --- the terminal


async def test_the_terminal_prints_all_it_has_without_reading_markup(database: Database) -> None:
    for title in ("First [bold]title[/bold]", "Second"):
        write_delivery(database, 0, news(title=title), channel=Channel.TERMINAL)
    output = io.StringIO()
    sender = TerminalSender(Console(file=output, width=60))
    assert await deliver(database, sender, channel=Channel.TERMINAL) == DeliveryReport(sent=2)
    printed = output.getvalue()
    assert "First [bold]title[/bold] (https://courier.example/prisoners)\n" in printed
    assert printed.index("First") < printed.index("Second")


# --- Telegram


@pytest.fixture
async def sender(telegram: TelegramServer) -> AsyncIterator[TelegramSender]:
    telegram.add(Place(42))
    telegram.add(Place(43))
    async with Bot(TOKEN, base_url=f"{telegram.url}/bot") as bot:
        yield TelegramSender(bot)


async def test_an_alert_arrives_in_a_chat_as_one_message_without_a_preview(
    database: Database, telegram: TelegramServer, sender: TelegramSender
) -> None:
    delivery = write_delivery(database, 42, news(figures=[change()]))
    assert await deliver(database, sender) == DeliveryReport(sent=1)
    (message,) = telegram.sent(42)
    assert message.text is not None
    assert "North Korean personnel in Kursk Oblast: about 12,000 → more than 11,000" in message.text
    assert message.fields["link_preview_options"] == {"is_disabled": True}
    assert [one["callback_data"] for one in message.buttons] == [
        f"1:al:{delivery}",
        f"1:aw:{delivery}",
        f"1:am:{delivery}",
        "1:l:",
    ]
    assert read_delivery(database, delivery).message_id == message.fields["message_id"]


async def test_an_alert_for_a_topic_arrives_there(
    database: Database, telegram: TelegramServer, sender: TelegramSender
) -> None:
    telegram.add(Place(-7, "supergroup", topics=frozenset({3})))
    write_delivery(database, -7, topic=3)
    await deliver(database, sender)
    assert telegram.sent(-7)[0].fields["message_thread_id"] == 3


async def test_when_telegram_asks_to_wait_nothing_leaves_until_then(
    database: Database, telegram: TelegramServer, sender: TelegramSender
) -> None:
    for address in (42, 43):
        write_delivery(database, address)
    telegram.flood(30)
    assert await deliver(database, sender) == DeliveryReport(deferred=1)
    assert await deliver(database, sender, 29 * SECOND) == DeliveryReport()
    assert len(telegram.refusals) == 1
    assert await deliver(database, sender, 30 * SECOND) == DeliveryReport(sent=2)
    assert [call.chat_id for call in telegram.sent()] == [42, 43]


async def test_a_user_who_blocked_the_bot_is_marked_so(
    database: Database, telegram: TelegramServer, sender: TelegramSender
) -> None:
    blocked, good = write_delivery(database, 42), write_delivery(database, 43)
    telegram.block(42)
    assert await deliver(database, sender) == DeliveryReport(sent=1, cancelled=1)
    assert statuses(database, blocked, good) == [DeliveryStatus.CANCELLED, DeliveryStatus.SENT]
    with database.read() as session:
        chat = find_chat(session, Channel.TELEGRAM, 42)
        assert chat is not None
        assert chat.blocked_at == NOON


async def test_a_chat_that_telegram_does_not_know_is_gone(
    database: Database, telegram: TelegramServer, sender: TelegramSender
) -> None:
    delivery = write_delivery(database, 44)
    assert await deliver(database, sender) == DeliveryReport(cancelled=1)
    assert read_delivery(database, delivery).error == "Chat not found"


async def test_a_group_that_moved_gets_its_alert_at_the_new_address(
    database: Database, telegram: TelegramServer, sender: TelegramSender
) -> None:
    telegram.migrate(telegram.add(Place(-7, "group")), Place(-1007, "supergroup"))
    delivery = write_delivery(database, -7)
    assert await deliver(database, sender) == DeliveryReport(sent=1, deferred=1)
    assert [call.chat_id for call in telegram.sent()] == [-1007]
    with database.read() as session:
        assert session.get_one(Chat, read_delivery(database, delivery).chat_id).address == -1007


async def test_a_broken_connection_is_tried_again_later(
    database: Database, telegram: TelegramServer, sender: TelegramSender
) -> None:
    delivery = write_delivery(database, 42)
    telegram.drop()
    telegram.refuse(RefusedError(502, "Bad Gateway"), times=1)
    assert await deliver(database, sender) == DeliveryReport(deferred=1)
    assert await deliver(database, sender, BACKOFF[0]) == DeliveryReport(deferred=1)
    assert await deliver(database, sender, BACKOFF[0] + BACKOFF[1]) == DeliveryReport(sent=1)
    assert read_delivery(database, delivery).attempts == 2


async def test_what_telegram_refuses_is_not_sent_again(
    database: Database, telegram: TelegramServer, sender: TelegramSender
) -> None:
    delivery = write_delivery(database, 42)
    telegram.refuse(RefusedError(400, "Bad Request: message text is strange"), times=1)
    assert await deliver(database, sender) == DeliveryReport(failed=1)
    assert read_delivery(database, delivery).error == "Message text is strange"


async def test_a_refused_token_closes_the_channel(database: Database, telegram: TelegramServer) -> None:
    delivery = write_delivery(database, 42)
    request = HTTPXRequest()
    sender = TelegramSender(Bot("1:WRONG", base_url=f"{telegram.url}/bot", request=request))
    with pytest.raises(ChannelClosedError, match="TELEGRAM_BOT_TOKEN"):
        await deliver(database, sender)
    await request.shutdown()
    assert statuses(database, delivery) == [DeliveryStatus.PENDING]


@pytest.mark.parametrize("language", [EN, KO])
async def test_the_strictest_of_alerts_is_taken(
    language: str, database: Database, telegram: TelegramServer, sender: TelegramSender
) -> None:
    told = news(title="<b>& ‘Title’</b> 😀" * 300, figures=[change()] * 80)
    write_delivery(database, 42, told, reasons=[Reason(1, slug="chebol"), Reason(2, slug="sbu")])
    assert await deliver(database, sender) == DeliveryReport(sent=1)
    assert telegram.refusals == []
