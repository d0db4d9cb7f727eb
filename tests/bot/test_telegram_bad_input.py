"""What people send that nobody asked for, and what Telegram does meanwhile: it is answered, and nothing is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.knowledge import KnowledgeKeeper
from bot.messages import Messages, to_plain
from bot.models import Channel, Chat, Role
from bot.subscriptions import Target, find_chat
from bot.telegram import build_application, start_application, stop_application
from bot.telegram.application import _INTAKE
from bot.telegram.buttons import CHANGES, ROLES, Action, encode, encode_own
from bot.telegram.roles import give_role
from glossary.database import Database
from glossary.history import list_changes
from tests.bot.chatting import LANGUAGES, OLENA, Chatting, make_context, running_bot, speaker, text
from tests.bot.samples import KO, NOON, UK, entity_id
from tests.bot.telegram_server import BOT_USERNAME, Person, Place, TelegramServer
from translations.languages import Language

TWO = pytest.mark.parametrize("language", [UK, KO])
MEMBER = Person(50, "Jisoo")
OTHER_EDITOR = Person(43, "Marta")
GROUP = Place(-7, "supergroup", "<b>Newsroom</b> & *Co*", admins=frozenset({42}))
CHANNEL = Place(-100, "channel", "Daily")


@pytest.fixture
async def desk(stocked: Database, telegram: TelegramServer) -> AsyncIterator[Chatting]:
    """A running bot with two editors, whose glossary follows what is changed."""
    context = make_context(stocked, telegram)
    with stocked.write() as session:
        for user_id in (42, 43):
            give_role(session, user_id, Role.EDITOR, name="", by=1, now=NOON)
    for person in (OLENA, OTHER_EDITOR, MEMBER):
        telegram.add(Place(person.id))
    context = replace(context, knowledge=KnowledgeKeeper(stocked).current)
    async with running_bot(context, telegram) as chatting:
        yield chatting


async def handled(chatting: Chatting) -> None:
    """Whatever was sent before has been dealt with when this returns."""
    await chatting.says("/start", person=Person(99))


def speaking(person: Person, language: Language) -> Person:
    return replace(person, language_code=language.value)


def state_of(chatting: Chatting) -> tuple[int, list[Any]]:
    """What could have been changed: the glossary's history, and what chats have."""
    with chatting.database.read() as session:
        chats = [one.model_dump() for one in session.exec(select(Chat))]
        return len(list_changes(session)), [chats, chatting.followed(), chatting.followed(GROUP.id)]


# --- buttons that are not one's own, or mean nothing


@TWO
async def test_an_editors_buttons_are_nobody_elses(desk: Chatting, language: Language) -> None:
    """Each of them, tapped by somebody without a role and by another editor."""
    messages = Messages(language)
    shown = await desk.says("/edit Tuva", person=speaking(OLENA, language), place=GROUP)
    before = state_of(desk)
    for action in ROLES:
        data = encode_own(42, action, "1.1.1")
        answer = await desk.taps(shown, data, person=speaking(MEMBER, language))
        assert (answer.text, answer.fields["show_alert"]) == (messages.plain("role.editors_only"), True)
        answer = await desk.taps(shown, data, person=speaking(OTHER_EDITOR, language))
        assert (answer.text, answer.fields["show_alert"]) == (messages.plain("button.theirs"), True)
    assert desk.now_reads(shown) is shown
    assert state_of(desk) == before


@TWO
async def test_what_a_group_has_is_changed_by_no_button_of_a_member(chatting: Chatting, language: Language) -> None:
    await chatting.says("/subscribe SBU", person=speaker(language), place=GROUP)
    listed = await chatting.says("/subscriptions", person=speaker(language), place=GROUP)
    before = state_of(chatting)
    for action in CHANGES:
        answer = await chatting.taps(listed, encode(action, "1.figures.0"), person=speaking(MEMBER, language))
        assert (answer.text, answer.fields["show_alert"]) == (Messages(language).plain("group.admins"), True)
    assert chatting.now_reads(listed) is listed
    assert state_of(chatting) == before


GARBAGE = ("", "x", "9" * 30, "a.1.999999999.uk", "1.-2.xx", "٣")


@TWO
async def test_no_data_makes_any_button_fail(desk: Chatting, language: Language) -> None:
    """Every action with what it cannot mean: old, another program's, made up."""
    person, messages = speaking(OLENA, language), Messages(language)
    shown = await desk.says("/edit Tuva", person=person)
    before = state_of(desk)[0]
    unexpected = to_plain(messages.text("error.unexpected"))
    with capture_logs() as logs:
        for action in Action:
            for argument in GARBAGE:
                data = encode_own(42, action, argument) if action in ROLES else encode(action, argument)
                assert len(data.encode()) <= 64
                desk.server.taps(shown, data, person=person)
        await handled(desk)
    answers = desk.server.of("answerCallbackQuery")
    assert len(answers) == len(Action) * len(GARBAGE)
    assert unexpected not in {one.text for one in [*answers, *desk.server.sent(42)]}
    assert [one for one in logs if one["log_level"] == "error"] == []
    assert state_of(desk)[0] == before
    desk.server.refusals.clear()  # edits that change nothing


@LANGUAGES
@pytest.mark.parametrize("data", ["0:f:1", "2:f:1", "f:1", "1", "1:", "::", "1:zz:1", "1:F", "x" * 64, "가" * 21])
async def test_the_button_of_another_version_is_answered_politely(
    chatting: Chatting, language: Language, data: str
) -> None:
    message = await chatting.says("NIS", person=speaker(language))
    answer = await chatting.taps(message, data, person=speaker(language))
    assert answer.text == Messages(language).plain("button.old")
    # So is one below a message that inline mode inserted somewhere.
    chatting.server.taps_inline(data, person=speaker(language))
    await chatting.server.until(lambda: len(chatting.server.of("answerCallbackQuery")) == 2)
    assert chatting.server.of("answerCallbackQuery")[1].text == Messages(language).plain("button.old")


# --- taps that come late, and messages that are gone


@TWO
async def test_a_tap_that_waited_too_long_is_done_all_the_same(chatting: Chatting, language: Language) -> None:
    """As after a pause of the service: Telegram takes no answer to the tap any more."""
    person, messages = speaker(language), Messages(language)
    card = await chatting.says("SBU", person=person)
    chatting.server.taps(card, 0, person=person)
    chatting.server.expire_queries()
    await handled(chatting)
    assert chatting.followed() == [Target(slug="sbu")]
    labels = [one["text"] for one in chatting.now_reads(card).buttons]
    assert messages.plain("button.stop_one") in labels
    # What would have been shown over the chat comes as a message: that something must be left to tell.
    listed = await chatting.says("/subscriptions", person=person)
    await chatting.taps(listed, 0, person=person)
    wishes = chatting.now_reads(listed)
    off = [one["callback_data"] for one in wishes.buttons if one["callback_data"].endswith(".0")]
    await chatting.taps(listed, off[0], person=person)
    count = len(chatting.server.sent(42))
    chatting.server.taps(listed, off[1], person=person)
    chatting.server.expire_queries()
    await handled(chatting)
    assert len(chatting.server.sent(42)) == count + 1
    assert text(chatting.server.sent(42)[-1]) == text(chatting.now_reads(listed))
    late = {"query is too old and response timeout expired or query ID is invalid"}
    assert {one.description.removeprefix("Bad Request: ") for _, one in chatting.server.refusals} == late
    chatting.server.refusals.clear()


@TWO
async def test_a_button_of_a_message_that_is_too_old_is_answered_below(chatting: Chatting, language: Language) -> None:
    person = speaker(language)
    card = await chatting.says("SBU", person=person)
    for data in (card.buttons[0]["callback_data"], encode(Action.LIST), encode(Action.LANGUAGE, language.value)):
        count = len(chatting.server.sent(42))
        sent = await chatting.says("SBU", person=person)
        chatting.server.taps(sent, data, person=person, reachable=False)
        await chatting.server.until(lambda count=count: len(chatting.server.sent(42)) > count + 1)
    assert chatting.followed() == [Target(slug="sbu")]


async def test_an_answer_of_two_messages_takes_the_place_of_none(
    chatting: Chatting, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice = await chatting.says("/search Sudhza")
    with chatting.database.read() as session:
        nis = entity_id(session, "nis")
    # A note longer than any card, as a later program may show.
    monkeypatch.setattr("bot.telegram.cards.shorten", lambda words, _limit: words + " Ядро" * 1500)
    await chatting.taps(choice, encode(Action.CARD, nis))
    parts = chatting.server.sent(42)[1:]
    assert len(parts) > 1
    assert sum((part.text or "").count("Ядро") for part in parts) >= 1500
    assert chatting.now_reads(choice) is choice


# --- who speaks, and in whose name


@LANGUAGES
async def test_a_name_is_a_name_whatever_it_holds(chatting: Chatting, language: Language) -> None:
    admin = speaking(Person(1), language)
    chatting.context.settings.admins = frozenset({1})
    chatting.server.add(Place(50))
    person = Person(50, "</b><a href='x'>*J_i*[s](http://a.example)&amp;")
    spoken = chatting.server.says("I would like to help", person=person, place=GROUP)
    given = await chatting.says("/editor add", person=admin, place=GROUP, reply_to_message=spoken)
    shown = f"{person.name} (50)"
    role = Messages(language).plain("role.editor")
    assert text(given) == to_plain(Messages(language).text("role.given", person=shown, role=role))
    assert person.name in text(given)
    await chatting.server.until(lambda: len(chatting.server.of("setMyCommands")) >= 5)


@TWO
async def test_an_anonymous_administrator_and_a_channel_speak_for_their_own_chat_alone(
    chatting: Chatting, language: Language
) -> None:
    group = replace(GROUP, id=-8)
    await chatting.says(f"/language {language.value}", place=group, sender=group)
    done = await chatting.says("/subscribe SBU", place=group, sender=group)
    assert "SBU" in text(done) or "СБУ" in text(done) or "보안국" in text(done)
    assert chatting.followed(-8) == [Target(slug="sbu")]
    # Whoever writes as a channel is no administrator of the group, and nobody's editor.
    refused = await chatting.says("/unsubscribe SBU", place=group, sender=CHANNEL)
    assert text(refused) == to_plain(Messages(language).text("group.admins"))
    refused = await chatting.says("/edit Tuva", place=group, sender=group)
    assert text(refused) == to_plain(Messages(language).text("role.editors_only"))
    assert chatting.followed(-8) == [Target(slug="sbu")]


async def test_what_a_channel_posts_is_answered_there_and_not_where_it_is_discussed(chatting: Chatting) -> None:
    posted = await chatting.says("/subscribe SBU", place=CHANNEL)
    assert "follows" in text(posted)
    for words in ("/subscribe SBU", f"/frobnicate@{BOT_USERNAME}", "SBU"):
        chatting.server.forwards_post(words, channel=CHANNEL, group=GROUP)
    await handled(chatting)
    assert chatting.server.sent(GROUP.id) == []
    assert chatting.followed(GROUP.id) == []


@TWO
async def test_an_administrator_is_known_where_a_group_hides_its_members(
    chatting: Chatting, language: Language
) -> None:
    """Telegram tells a bot that is no administrator nothing of a member there, but who administers it."""
    hidden = replace(GROUP, closed_lists=True, statuses={5: "creator", 6: "restricted"})
    refused = await chatting.says("/subscribe SBU", person=speaking(MEMBER, language), place=hidden)
    assert text(refused) == to_plain(Messages(language).text("group.admins"))
    await chatting.says("/subscribe SBU", person=speaker(language), place=hidden)
    assert chatting.followed(GROUP.id) == [Target(slug="sbu")]
    await chatting.says("/unsubscribe SBU", person=Person(5, language_code=language.value), place=hidden)
    assert chatting.followed(GROUP.id) == []
    refusals = {(method, one.description) for method, one in chatting.server.refusals}
    assert refusals == {("getChatMember", "Bad Request: CHAT_ADMIN_REQUIRED")}
    chatting.server.refusals.clear()


async def test_of_all_states_of_a_member_two_may_change_what_a_group_has(chatting: Chatting) -> None:
    known = {1: "creator", 2: "administrator", 3: "member", 4: "restricted", 5: "left", 6: "kicked"}
    group = replace(GROUP, admins=frozenset(), statuses=known)
    for user_id, status in known.items():
        answer = text(await chatting.says("/mute 2h", person=Person(user_id), place=group))
        assert ("administrators" in answer) is (status not in {"creator", "administrator"})


@TWO
async def test_a_message_of_nobody_is_answered_and_changes_nothing(chatting: Chatting, language: Language) -> None:
    await chatting.says(f"/language {language.value}", place=GROUP)
    chatting.server.add(GROUP)
    for number, written in enumerate(("/subscribe SBU", "/edit Tuva", "/help", "/history", "SBU")):
        entity = [{"type": "bot_command", "offset": 0, "length": len(written.split()[0])}]
        message = {"message_id": 5000 + number, "date": 1_736_600_000, "chat": GROUP.to_json(), "text": written}
        chatting.server.happens("message", {**message, "entities": entity} if written[0] == "/" else message)
    await handled(chatting)
    answers = [text(one) for one in chatting.server.sent(GROUP.id)[1:]]
    messages = Messages(language)
    only = to_plain(messages.text("role.editors_only"))
    assert answers[:2] == [to_plain(messages.text("group.admins")), only]
    assert (len(answers), answers[3]) == (4, only)
    assert chatting.followed(GROUP.id) == []


async def test_what_is_edited_is_not_answered_again(stocked: Database, telegram: TelegramServer) -> None:
    """Not even what was edited before the bot said for the first time what it wants to hear of."""
    for place in (None, GROUP, CHANNEL):
        for words in ("/subscribe SBU", "SBU", "/frobnicate"):
            telegram.edits(telegram.says(words, person=OLENA, place=place), "/subscribe NIS")
    async with running_bot(make_context(stocked, telegram), telegram) as chatting:
        await handled(chatting)
        assert chatting.followed() == chatting.followed(CHANNEL.id) == [Target(slug="sbu")]
        assert [len(telegram.sent(chat_id)) for chat_id in (42, GROUP.id, CHANNEL.id)] == [3, 1, 1]


# --- chats that come, go and move


@pytest.mark.parametrize("place", [GROUP, replace(GROUP, topics=frozenset({3})), CHANNEL, Place(42)])
@pytest.mark.parametrize("status", ["left", "kicked"])
async def test_a_chat_that_the_bot_is_removed_from_keeps_what_it_follows_for_its_return(
    chatting: Chatting, place: Place, status: Any
) -> None:
    chatting.server.membership(place, "member", person=OLENA)
    topic = 3 if place.topics else None
    await chatting.says("/subscribe SBU", place=place, topic=topic)
    count = len(chatting.server.sent(place.id))

    async def is_blocked() -> bool:
        await handled(chatting)
        with chatting.database.read() as session:
            chat = find_chat(session, Channel.TELEGRAM, place.id)
            assert chat is not None
            return chat.blocked_at is not None

    chatting.server.membership(place, status, person=OLENA, before="administrator")
    assert await is_blocked()
    # What was said before the removal is not answered any more; nobody is told of that.
    chatting.server.says("/help", person=OLENA, place=place, topic=topic)
    with capture_logs() as logs:
        await handled(chatting)
    assert [one["event"] for one in logs if one["log_level"] != "debug"] == ["an answer was not wanted"]
    assert len(chatting.server.sent(place.id)) == count
    chatting.server.membership(place, "restricted" if place.id < 0 else "member", person=OLENA, before=status)
    assert not await is_blocked()
    assert chatting.followed(place.id, topic or 0) == [Target(slug="sbu")]


@pytest.mark.parametrize("why", ["silenced", "no admin", "deactivated"])
async def test_who_cannot_be_answered_is_not_told_so_again_and_again(chatting: Chatting, why: Any) -> None:
    chatting.server.close(GROUP.id, why)
    chatting.server.says("/help", person=OLENA, place=GROUP)
    with capture_logs() as logs:
        await handled(chatting)
    assert [one["event"] for one in logs] == ["an answer was not wanted"]
    assert len([one for method, one in chatting.server.refusals if method == "sendMessage"]) == 1


@TWO
async def test_a_group_that_moves_while_it_is_answered_gets_the_answer_where_it_is(
    chatting: Chatting, language: Language
) -> None:
    old, new = replace(GROUP, id=-70), replace(GROUP, id=-10070)
    chatting.server.add(old)
    chatting.server.migrate(old, new)
    chatting.server.says("/help", person=speaker(language), place=old)
    await chatting.server.until(lambda: bool(chatting.server.sent(new.id)))
    assert to_plain(Messages(language).text("command.help")) in text(chatting.server.sent(new.id)[0])
    # To see whether somebody is an administrator, it is asked of the chat that was: what it has goes on to the new one.
    chatting.server.says("/mute 2h", person=speaker(language), place=old)
    await handled(chatting)
    assert len(chatting.server.sent(new.id)) == 1
    await chatting.says("/mute 2h", person=speaker(language), place=new)


# --- posts


async def test_a_bot_that_is_posted_to_answers_as_one_that_asks(stocked: Database, telegram: TelegramServer) -> None:
    context = make_context(stocked, telegram)
    context.settings.webhook_url, context.settings.webhook_port = "https://bot.example.org", 0
    application = build_application(context)
    await start_application(application)
    await telegram.until(lambda: bool(telegram.webhook))
    said = telegram.says("/subscribe SBU", person=OLENA)
    telegram.edits(said, "/subscribe NIS")
    telegram.post_updates(application.bot_data[_INTAKE].port)
    await telegram.until(lambda: bool(telegram.sent(42)))
    done = telegram.sent(42)[0]
    for _ in range(2):
        telegram.taps(done, 0, person=OLENA)
    await telegram.until(lambda: len(telegram.of("answerCallbackQuery")) == 2 and not telegram.pending)
    assert telegram.post_failed is None
    await stop_application(application)
    # What comes now waits for the next start: nobody takes it, and it is posted until somebody does.
    telegram.says("/help", person=OLENA)
    await telegram.until(lambda: telegram.post_failed is not None)
    assert len(telegram.pending) == 1
    assert [one.description for _, one in telegram.refusals if "not modified" not in one.description] == []
