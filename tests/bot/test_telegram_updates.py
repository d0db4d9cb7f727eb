"""How updates come in: in order, none lost, each confirmed to Telegram once it has been dealt with."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs
from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter

from bot.telegram import build_application, start_application, stop_application
from bot.telegram.updates import Patience, Polling
from glossary.database import Database
from tests.bot.chatting import OLENA, Chatting, Seen, make_context
from tests.bot.telegram_rules import RefusedError
from tests.bot.telegram_server import TOKEN, Person, Place, TelegramServer

KINDS = ["message"]
TWO_PROGRAMS = "another program takes this bot's updates with the same token; stop one of the two"


@pytest.fixture
async def bot(telegram: TelegramServer) -> Bot:
    return Bot(TOKEN, f"{telegram.url}/bot")


def unconfirmed(telegram: TelegramServer) -> list[str]:
    return [one["message"]["text"] for one in telegram.pending]


async def test_a_flood_is_handled_in_order_without_loss(bot: Bot, telegram: TelegramServer) -> None:
    seen = Seen()
    said = [f"Курськ {number}" for number in range(500)]
    for text in said[:300]:
        telegram.says(text, person=OLENA)
    async with bot:
        polling = Polling(bot, seen, KINDS)
        await polling.start()
        for number, text in enumerate(said[300:]):
            telegram.says(text, person=Person(43 + number % 5))
        await seen.until(500)
        await polling.stop()
    assert seen.texts == said
    assert unconfirmed(telegram) == []


async def test_what_was_fetched_and_not_handled_comes_again_after_a_kill(bot: Bot, telegram: TelegramServer) -> None:
    for number in range(5):
        telegram.says(f"Sudzha {number}", person=OLENA)
    seen = Seen()
    seen.free.clear()
    async with bot:
        polling = Polling(bot, seen, KINDS)
        await polling.start()
        await seen.begun.wait()
        # The program is killed: nothing of it runs any more.
        assert polling._task is not None
        polling._task.cancel()
    assert seen.texts == []
    assert len(unconfirmed(telegram)) == 5
    again = Seen()
    other = Bot(TOKEN, f"{telegram.url}/bot")
    async with other:
        polling = Polling(other, again, KINDS)
        await polling.start()
        await again.until(5)
        await polling.stop()
    assert again.texts == [f"Sudzha {number}" for number in range(5)]


async def test_a_stop_finishes_the_update_at_work_and_leaves_the_others_to_the_next_start(
    bot: Bot, telegram: TelegramServer
) -> None:
    for number in range(3):
        telegram.says(f"NIS {number}", person=OLENA)
    seen = Seen()
    seen.free.clear()
    async with bot:
        polling = Polling(bot, seen, KINDS)
        await polling.start()
        await seen.begun.wait()
        stop = asyncio.create_task(polling.stop())
        await asyncio.sleep(0)
        seen.free.set()
        await stop
        await polling.stop()
    assert seen.texts == ["NIS 0"]
    assert unconfirmed(telegram) == ["NIS 1", "NIS 2"]


async def test_a_failure_to_confirm_at_the_end_is_told(bot: Bot, telegram: TelegramServer) -> None:
    telegram.says("Kursk", person=OLENA)
    seen = Seen()
    async with bot:
        polling = Polling(bot, seen, KINDS)
        await polling.start()
        await seen.until(1)
        telegram.refuse(RefusedError(502, "Bad Gateway"), method="getUpdates")
        with capture_logs() as logs:
            await polling.stop()
    assert [one["event"] for one in logs] == ["the last updates are not confirmed, and may be answered again"]


async def test_a_webhook_of_before_is_removed(bot: Bot, telegram: TelegramServer) -> None:
    telegram.webhook = {"url": "https://bot.example.org/old"}
    telegram.says("Kursk", person=OLENA)
    seen = Seen()
    async with bot:
        polling = Polling(bot, seen, KINDS)
        await polling.start()
        await seen.until(1)
        await polling.stop()
    assert telegram.webhook == {}


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.updates._WAITS", (0.001, 0.01))


@pytest.mark.usefixtures("_quick")
async def test_two_programs_with_one_token_are_told_once(bot: Bot, telegram: TelegramServer) -> None:
    conflict = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    telegram.refuse(RefusedError(409, conflict), method="getUpdates", times=20)
    telegram.says("Kursk", person=OLENA)
    seen = Seen()
    with capture_logs() as logs:
        async with bot:
            polling = Polling(bot, seen, KINDS)
            await polling.start()
            await seen.until(1)
            # Each of the two gets an update now and then.
            telegram.refuse(RefusedError(409, conflict), method="getUpdates", times=5)
            telegram.says("Sudzha", person=OLENA)
            await seen.until(2)
            assert (
                polling.trouble == "another program takes this bot's updates with the same token; stop one of the two"
            )
            await polling.stop()
    told = [one["reason"] for one in logs if one["event"] == "updates cannot be fetched"]
    assert told == [TWO_PROGRAMS]


def test_a_failure_is_told_once_until_it_changes_or_ends() -> None:
    patience = Patience("updates cannot be fetched")
    with capture_logs() as logs:
        waits = [patience.after(NetworkError("away")) for _ in range(8)]
        patience.after(InvalidToken("1:SECRET was rejected"))
        patience.succeeded()
        again = patience.after(NetworkError("away"))
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert again == 1
    assert [one["reason"] for one in logs] == ["away", "Telegram refuses the bot's token", "away"]


def test_telegram_s_own_wish_to_be_left_alone_is_met() -> None:
    assert Patience("updates cannot be fetched").after(RetryAfter(17)) == 17


def test_a_conflict_is_told_again_after_time_without_one() -> None:
    patience = Patience("updates cannot be fetched")
    with capture_logs() as logs:
        patience.after(Conflict("terminated"))
        patience.succeeded(undisturbed=False)
        patience.after(Conflict("terminated"))
        patience.succeeded()
        patience.after(Conflict("terminated"))
    assert len(logs) == 2


# --- the whole bot


async def test_a_handler_that_fails_stops_nothing_behind_it(
    chatting: Chatting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(chatting.context.database, "write", fail)
    for _ in range(3):
        chatting.server.says("/subscribe SBU", person=OLENA)
    assert "Commands" in (await chatting.says("/help", person=Person(43))).html
    assert len(chatting.server.sent(42)) == 3


async def test_a_program_that_starts_again_answers_what_came_meanwhile(
    stocked: Database, telegram: TelegramServer
) -> None:
    for number in range(3):
        telegram.says("/subscriptions", person=Person(50 + number))
    for _ in range(2):
        application = build_application(make_context(stocked, telegram))
        await start_application(application)
        await telegram.until(lambda: len(telegram.sent()) >= 3)
        await stop_application(application)
    assert sorted(call.chat_id or 0 for call in telegram.sent()) == [50, 51, 52]


async def test_two_taps_at_once_are_each_answered_and_do_one_thing(chatting: Chatting) -> None:
    card = await chatting.says("SBU")
    (follow,) = [one["callback_data"] for one in card.buttons if one["callback_data"].startswith("1:k:")]
    for _ in range(2):
        chatting.server.taps(card, follow, person=OLENA)
    await chatting.server.until(lambda: len(chatting.server.of("answerCallbackQuery")) == 2)
    await chatting.says("/start", person=Person(99))
    assert len(chatting.followed()) == 1
    # The second finds the message as it should be.
    ((method, refusal),) = chatting.server.refusals
    assert method == "editMessageText"
    assert "not modified" in refusal.description
    chatting.server.refusals.clear()


@pytest.mark.parametrize("reachable", [True, False])
async def test_a_button_of_a_message_that_is_gone_is_answered_below(chatting: Chatting, reachable: bool) -> None:
    card = await chatting.says("SBU")
    (follow,) = [one["callback_data"] for one in card.buttons if one["callback_data"].startswith("1:k:")]
    if reachable:
        # It is deleted between the tap and the answer.
        gone = RefusedError(400, "Bad Request: message to edit not found")
        chatting.server.refuse(gone, method="editMessageText", times=1)
    chatting.server.taps(card, follow, person=OLENA, reachable=reachable)
    await chatting.server.until(lambda: len(chatting.server.sent(42)) == 2)
    assert len(chatting.followed()) == 1
    chatting.server.refusals.clear()


async def test_a_group_that_asks_too_much_is_left_alone_and_answered_again_later(chatting: Chatting) -> None:
    group, now = Place(-7, "supergroup"), [0.0]

    def one_a_second() -> float:
        now[0] += 1
        return now[0]

    chatting.server.limit_rates(one_a_second)
    for _ in range(25):
        chatting.server.says("/help", person=OLENA, place=group)
    # Somebody else is answered all the same, when all of these have been dealt with.
    assert "Commands" in (await chatting.says("/help", person=Person(43))).html
    answered = len(chatting.server.sent(-7))
    assert answered == 20
    assert {one.code for _, one in chatting.server.refusals} == {429}
    chatting.server.refusals.clear()
    now[0] += 60
    assert "Commands" in (await chatting.says("/help", place=group)).html


# --- the menus


async def test_a_group_s_members_are_offered_what_changes_nothing_there(chatting: Chatting) -> None:
    group = Place(-7, "supergroup", admins=frozenset({42}))
    for code in ("en", "uk", "ru", "ko", "pl", None):
        member, admin = Person(43, language_code=code), Person(42, language_code=code)
        theirs = set(chatting.server.menu(member, group))
        assert {"search", "glossary", "figures", "latest", "help", "subscriptions"} <= theirs
        assert not theirs & {"subscribe", "unsubscribe", "language", "mute", "timezone", "delete_me"}
        assert theirs | {"subscribe", "unsubscribe", "mute"} <= set(chatting.server.menu(admin, group))
        # In their own chat, everybody decides.
        assert {"subscribe", "delete_me"} <= set(chatting.server.menu(member))
