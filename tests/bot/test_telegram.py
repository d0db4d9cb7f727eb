"""The bot in the chat, driven as its users drive it: their updates go in by the Bot API, its answers come out there."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.delivery import DeliveryReport, deliver_due
from bot.events import fan_out_due
from bot.messages import Messages, to_plain
from bot.models import Channel, DeliveryStatus, Role
from bot.subscriptions import Target, find_chat, follow, list_subscriptions, mark_blocked
from bot.telegram import (
    TelegramSender,
    TelegramUnreachableError,
    build_application,
    start_application,
    stop_application,
)
from bot.telegram.answers import COMMANDS
from bot.telegram.buttons import Action, decode, encode
from bot.telegram.reading import COMMAND_NAMES
from bot.telegram.roles import commands_of
from glossary.database import Database, DatabaseUnreachableError
from glossary.quantities import Quantity
from glossary.words import Bound, EntityType, Measure
from tests.bot.chatting import LANGUAGES, OLENA, Chatting, make_context, speaker, text
from tests.bot.samples import (
    EN,
    KO,
    MORE_THAN_11000,
    NOON,
    RU,
    SOME_12000,
    UK,
    people,
    read_delivery,
    write_delivery,
    write_event,
    write_figure,
)
from tests.bot.telegram_rules import RefusedError
from tests.bot.telegram_server import BOT_USERNAME, Person, Place, TelegramServer
from translations.languages import Language

GROUP = Place(-7, "supergroup", "Newsroom", admins=frozenset({42}))
MEMBER = Person(50, "Jisoo")


# --- the menu


async def test_the_menu_is_registered_in_each_language_and_english_is_the_rest(chatting: Chatting) -> None:
    menus = {call.fields.get("language_code"): call.fields["commands"] for call in chatting.server.of("setMyCommands")}
    assert set(menus) == {None, "en", "uk", "ru", "ko"}
    assert menus[None] == menus["en"]
    for code, menu in menus.items():
        assert [one["command"] for one in menu] == list(COMMAND_NAMES)
        messages = Messages(Language(code or "en"))
        assert [one["description"] for one in menu] == [messages.plain(f"command.{name}") for name in COMMAND_NAMES]


def test_every_command_of_the_menu_is_handled_and_the_other_way_round() -> None:
    assert sorted([*COMMAND_NAMES, *commands_of(Role.ADMIN)]) == sorted(command.name for command in COMMANDS)


@LANGUAGES
async def test_start_and_help_list_every_command_in_the_readers_language(
    chatting: Chatting, language: Language
) -> None:
    messages = Messages(language)
    start = text(await chatting.says("/start", person=speaker(language)))
    assert start.startswith(to_plain(messages.text("start")))
    for answer in (start, text(await chatting.says("/help", person=speaker(language)))):
        for name in COMMAND_NAMES:
            assert f"/{name} – {messages.plain(f'command.{name}')}" in answer


# --- following


@pytest.mark.parametrize(
    ("language", "asked", "title", "word"),
    [
        (EN, "SBU", "Security Service of Ukraine (SBU)", "figures that change"),
        (UK, "сбу", "Служба безпеки України (СБУ)", "зміни чисел"),
        (RU, "Служба безопасности Украины", "Служба безопасности Украины (СБУ)", "изменения чисел"),
        (KO, "우크라이나 보안국", "우크라이나 보안국", "수치 변경"),
    ],
)
async def test_plain_subscribe_follows_mentions_figures_and_parts(
    chatting: Chatting, language: Language, asked: str, title: str, word: str
) -> None:
    answer = await chatting.says(f"/subscribe {asked}", person=speaker(language))
    assert title in text(answer)
    assert word in text(answer)
    assert "/unsubscribe" in text(answer)
    with chatting.database.read() as session:
        chat = find_chat(session, Channel.TELEGRAM, 42)
        assert chat is not None
        assert chat.language is language
        (one,) = list_subscriptions(session, chat.id or 0, 0)
    assert (one.target, one.mentions, one.figures, one.parts) == (Target(slug="sbu"), True, True, True)


async def test_to_subscribe_twice_says_so(chatting: Chatting) -> None:
    await chatting.says("/subscribe SBU")
    assert "already" in text(await chatting.says("/subscribe Security Service of Ukraine"))
    assert chatting.followed() == [Target(slug="sbu")]


async def test_to_follow_a_place_says_how_many_parts_it_has(chatting: Chatting) -> None:
    assert "That includes 2 entries that are part of it." in text(await chatting.says("/subscribe Russia"))


@LANGUAGES
async def test_subscribe_alone_says_how(chatting: Chatting, language: Language) -> None:
    answer = await chatting.says("/subscribe", person=speaker(language))
    assert text(answer) == to_plain(Messages(language).text("subscribe.how"))
    assert chatting.followed() == []


@LANGUAGES
async def test_a_name_that_several_entries_share_offers_buttons(chatting: Chatting, language: Language) -> None:
    answer = await chatting.says("/subscribe Georgia", person=speaker(language))
    assert text(answer) == to_plain(Messages(language).text("subscribe.which", query="Georgia"))
    assert len(answer.buttons) == 2
    wanted = {EN: "State of Georgia", UK: "Джорджія", RU: "Джорджия", KO: "조지아주"}[language]
    (index,) = (at for at, button in enumerate(answer.buttons) if button["text"].startswith(wanted))
    tapped = await chatting.taps(answer, index, person=speaker(language))
    assert tapped.text == Messages(language).plain("button.followed", name=wanted)
    assert wanted in text(chatting.now_reads(answer))
    assert chatting.followed() == [Target(slug="georgia-state")]


async def test_two_taps_at_once_follow_once_and_both_are_answered(chatting: Chatting) -> None:
    answer = await chatting.says("/subscribe Georgia")
    for _ in range(2):
        chatting.server.taps(answer, 0, person=OLENA)
    await chatting.server.until(lambda: len(chatting.server.of("answerCallbackQuery")) == 2)
    await chatting.says("/start", person=Person(99))
    assert len(chatting.followed()) == 1
    # The second edit would change nothing, and is the one thing that Telegram may refuse here.
    (refusal,) = chatting.server.refusals
    assert "not modified" in refusal[1].description
    chatting.server.refusals.clear()


@LANGUAGES
async def test_a_misspelt_name_offers_the_nearest(chatting: Chatting, language: Language) -> None:
    asked = {EN: "Sudhza", UK: "Курска область", RU: "Суджаа", KO: "쿠르스크"}[language]
    answer = await chatting.says(f"/subscribe {asked}", person=speaker(language))
    assert text(answer) == to_plain(Messages(language).text("subscribe.near", query=asked))
    wanted = {EN: "Sudzha", UK: "Курська область", RU: "Суджа", KO: "쿠르스크주"}[language]
    assert answer.buttons[0]["text"].startswith(wanted)
    await chatting.taps(answer, 0, person=speaker(language))
    assert len(chatting.followed()) == 1


@LANGUAGES
async def test_a_name_like_nothing_is_said_to_be_unknown(chatting: Chatting, language: Language) -> None:
    asked = "<b>zzzqqq</b> & 쀍쀍쀍"
    for command in ("/subscribe", "/unsubscribe", "/search", "/figures"):
        answer = await chatting.says(f"{command} {asked}", person=speaker(language))
        assert text(answer) == to_plain(Messages(language).text("name.unknown", query=asked))


@LANGUAGES
async def test_unsubscribe_stops_by_name(chatting: Chatting, language: Language) -> None:
    person = speaker(language)
    await chatting.says("/subscribe SBU", person=person)
    name = {EN: "SBU", UK: "СБУ", RU: "СБУ", KO: "우크라이나 보안국"}[language]
    done = text(await chatting.says(f"/unsubscribe {name}", person=person))
    title = {EN: "Security Service of Ukraine (SBU)", KO: "우크라이나 보안국"}.get(language, "(СБУ)")
    assert title in done
    assert chatting.followed() == []
    again = text(await chatting.says(f"/unsubscribe {name}", person=person))
    assert (
        again == to_plain(Messages(language).text("unsubscribe.not", name=done.split(": ")[-1].rstrip(".")))
        or "/subscriptions" in again
    )


@LANGUAGES
async def test_the_subscriptions_are_listed_with_buttons_to_stop_each(chatting: Chatting, language: Language) -> None:
    person, messages = speaker(language), Messages(language)
    empty = await chatting.says("/subscriptions", person=person)
    assert text(empty) == to_plain(messages.text("subscriptions.none"))
    assert text(await chatting.says("/unsubscribe", person=person)) == text(empty)
    await chatting.says("/subscribe SBU", person=person)
    await chatting.says("/subscribe Russia", person=person)
    listed = await chatting.says("/subscriptions", person=person)
    assert text(listed).startswith(to_plain(messages.plural("subscriptions.heading", 2)))
    assert messages.plain("subscriptions.parts") in text(listed)
    listed = await chatting.says("/unsubscribe", person=person)
    tapped = await chatting.taps(listed, 0, person=person)
    assert tapped.text is not None
    assert chatting.followed() == [Target(slug="russia")]
    left = chatting.now_reads(listed)
    assert text(left).startswith(to_plain(messages.plural("subscriptions.heading", 1)))
    await chatting.taps(listed, encode(Action.STOP_ALL), person=person)
    assert chatting.followed() == []
    assert text(chatting.now_reads(listed)) == to_plain(messages.plural("unsubscribe.all", 1))


async def test_unsubscribe_alone_asks_what_should_stop(chatting: Chatting) -> None:
    await chatting.says("/subscribe SBU")
    answer = await chatting.says("/unsubscribe")
    assert text(answer).endswith("What should stop?")
    await chatting.taps(answer, 0)
    assert chatting.followed() == []


async def test_every_kind_of_subscription_has_a_name_in_the_list(chatting: Chatting) -> None:
    await chatting.says("/subscribe SBU")
    with chatting.database.write() as session:
        chat = find_chat(session, Channel.TELEGRAM, 42)
        assert chat is not None
        follow(session, chat.id or 0, 0, Target(type=EntityType.ORG), now=NOON, figures=False)
    listed = text(await chatting.says("/subscriptions"))
    assert "• every entry of the type “organisation” (mentions)" in listed


# --- looking up


@pytest.mark.parametrize(
    ("language", "asked", "lines"),
    [
        (EN, "국정원", ["National Intelligence Service · organisation", "Korean: 국가정보원 · also: 국정원"]),
        (UK, "Kiev", ["Київ · місце", "англійська: Kyiv · небажано: Kiev", "корейська: 키이우"]),
        (RU, "tuva", ["Тыва · место", "корейский: 투바 (черновик)"]),
        (KO, "Суджа", ["수자 · 장소", "상위: 쿠르스크주", "우크라이나어: Суджа"]),
    ],
)
async def test_search_and_plain_text_give_a_card_in_the_readers_language(
    chatting: Chatting, language: Language, asked: str, lines: list[str]
) -> None:
    card = await chatting.says(f"/search {asked}", person=speaker(language))
    for line in lines:
        assert line in text(card).splitlines()
    plain = await chatting.says(asked, person=speaker(language))
    assert plain.text == card.text
    offered = [Messages(language).plain(f"button.{what}") for what in ("follow", "wrong")]
    assert [one["text"] for one in card.buttons] == offered


async def test_a_form_that_is_missing_is_said_to_be(chatting: Chatting) -> None:
    assert "Ukrainian: no form yet" in text(await chatting.says("Tom & <Jerry>"))


async def test_a_card_is_followed_and_left_by_its_button(chatting: Chatting) -> None:
    card = await chatting.says("NIS")
    await chatting.taps(card, 0)
    assert chatting.followed() == [Target(slug="nis")]
    followed = chatting.now_reads(card)
    assert followed.text == card.text
    assert followed.buttons[0]["text"] == "🔕 Stop following"
    await chatting.taps(card, followed.buttons[0]["callback_data"])
    assert chatting.followed() == []
    assert "no longer follows National Intelligence Service (NIS)" in text(chatting.now_reads(card))


async def test_a_choice_among_near_names_becomes_the_card(chatting: Chatting) -> None:
    answer = await chatting.says("/search Sudhza")
    assert "nearest" in text(answer)
    await chatting.taps(answer, 0)
    assert text(chatting.now_reads(answer)).startswith("Sudzha · place")


@LANGUAGES
async def test_what_is_no_text_is_answered_helpfully(chatting: Chatting, language: Language) -> None:
    person, messages = speaker(language), Messages(language)
    sticker = {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1}
    chatting.server.sends({"sticker": {**sticker, "is_animated": False, "is_video": False}}, person=person)
    await chatting.server.until(lambda: bool(chatting.server.sent(42)))
    assert text(chatting.server.sent(42)[0]) == to_plain(messages.text("unknown.content"))
    assert text(await chatting.says("/search", person=person)) == to_plain(messages.text("search.how"))
    unknown = await chatting.says("/frobnicate now", person=person)
    assert text(unknown) == to_plain(messages.text("unknown.command", command="/frobnicate"))


@LANGUAGES
async def test_figures_are_said_to_be_none_where_there_are_none(chatting: Chatting, language: Language) -> None:
    person, messages = speaker(language), Messages(language)
    assert text(await chatting.says("/figures", person=person)) == to_plain(messages.text("figures.none"))
    name = {EN: "Sudzha", KO: "수자"}.get(language, "Суджа")
    about = text(await chatting.says("/figures Sudzha", person=person))
    assert about == to_plain(messages.text("figures.none_for", name=name))


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            EN,
            [
                "2 known figures:",
                "• North Korean personnel in Kursk Oblast: more than 11,000 (2 statements)",
                "• Russia, area: 100 km² (1 statement)",
            ],
        ),
        (UK, ["2 відомі числа:", "• Північна Корея, особовий склад (Курська область): понад 11 000 (2 твердження)"]),
        (RU, ["2 известных числа:", "• Россия, площадь: 100 км² (1 утверждение)"]),
        (KO, ["알려진 수치 2건:", "• 쿠르스크주 북한 병력: 11,000명 초과 (발표 2건)"]),
    ],
)
async def test_known_figures_are_listed(chatting: Chatting, language: Language, lines: list[str]) -> None:
    with chatting.database.write() as session:
        write_figure(session, SOME_12000, MORE_THAN_11000)
        area = Quantity(100, 100, 100, Bound.EXACT, "km2", "100")
        write_figure(session, area, measure=Measure.AREA, subject="russia", place=None)
    answer = text(await chatting.says("/figures", person=speaker(language))).splitlines()
    assert set(lines) <= set(answer)


async def test_figures_of_an_entity_are_those_about_it_and_its_parts(chatting: Chatting) -> None:
    with chatting.database.write() as session:
        write_figure(session, people(300), people(350), measure=Measure.KILLED)
        write_figure(session, people(5), measure=Measure.KILLED, place=None)
    whole = text(await chatting.says("/figures Russia"))
    assert whole.startswith("1 known figure about Russia:")
    assert "• North Korean deaths in Kursk Oblast: 350 (sources say 300–350, 2 statements)" in whole
    assert text(await chatting.says("/figures North Korea")).startswith("2 known figures about North Korea:")
    assert "No figure about Sudzha" in text(await chatting.says("/figures Sudzha"))
    assert "Was one" in text(await chatting.says("/subscribe Georgiaa"))
    assert len((await chatting.says("/figures Georgia")).buttons) == 2


async def test_a_long_answer_comes_in_parts_and_says_what_it_leaves_out(chatting: Chatting) -> None:
    with chatting.database.write() as session:
        for _ in range(43):
            quantity = Quantity(None, 10**15, 10**16, Bound.BETWEEN, "items", "x" * 30)
            write_figure(session, quantity, measure=Measure.MUNITIONS, subject="chebol")
    await chatting.says("/figures")
    await chatting.says("/start", person=Person(99))
    parts = chatting.server.sent(42)
    assert len(parts) == 2
    assert text(parts[0]).startswith("43 known figures:")
    assert "… and 3 more." in text(parts[1])


@LANGUAGES
async def test_the_glossary_comes_as_a_csv_file(chatting: Chatting, language: Language) -> None:
    answer = await chatting.says("/export", person=speaker(language))
    assert answer.method == "sendDocument"
    assert answer.upload is not None
    assert answer.upload.name == "exonym-glossary-2025-01-12.csv"
    assert "국가정보원" in answer.upload.content.decode("utf-8-sig")
    assert text(answer) == to_plain(Messages(language).plural("export.caption", 11))


# --- languages


async def test_the_language_is_chosen_by_button_or_name_and_stays(chatting: Chatting) -> None:
    asked = await chatting.says("/language")
    assert [one["text"] for one in asked.buttons] == ["English", "українська", "русский", "한국어"]
    await chatting.taps(asked, 3)
    assert text(chatting.now_reads(asked)) == "이제 여기에서 한국어를 씁니다."
    assert text(await chatting.says("/subscriptions")).startswith("아직 구독이 없습니다.")
    assert text(await chatting.says("/language Українська")) == "Відтепер тут пишемо українською."
    assert text(await chatting.says("/search")).startswith("Напишіть ім’я чи назву")
    assert text(await chatting.says("/language Klingon")) == "Якою мовою тут писати?"


async def test_a_client_in_another_language_is_answered_in_english(chatting: Chatting) -> None:
    for code in ("de", None):
        assert text(await chatting.says("/search", person=Person(42, language_code=code))).startswith("Write a name")


# --- buttons of another time


@pytest.mark.parametrize("action", [Action.FOLLOW, Action.CARD, Action.CARD_FOLLOW, Action.LEAVE, Action.STOP])
async def test_a_button_about_what_is_gone_says_so(chatting: Chatting, action: Action) -> None:
    message = await chatting.says("NIS")
    for argument in ("999999", "", "x" * 50, "9" * 40):
        answer = await chatting.taps(message, f"1:{action.value}:{argument}")
        assert answer.text == "That is no longer there."
    chatting.server.refusals.clear()  # an edit that changes nothing


def test_the_data_of_a_button_comes_back() -> None:
    for action in Action:
        data = encode(action, 10**17)
        assert len(data.encode()) <= 64
        press = decode(data)
        assert press is not None
        assert (press.action, press.id) == (action, 10**17)
    assert decode(None) is None


# --- groups, topics, channels


async def test_in_a_group_only_administrators_change_what_it_follows(chatting: Chatting) -> None:
    refused = await chatting.says("/subscribe SBU", person=MEMBER, place=GROUP)
    assert text(refused) == "In a group only its administrators change this."
    assert chatting.followed(GROUP.id) == []
    await chatting.says(f"/subscribe@{BOT_USERNAME} SBU", place=GROUP)
    assert chatting.followed(GROUP.id) == [Target(slug="sbu")]
    for command in ("/unsubscribe SBU", "/language ko"):
        assert text(await chatting.says(command, person=MEMBER, place=GROUP)) == text(refused)
    listed = await chatting.says("/subscriptions", person=MEMBER, place=GROUP)
    assert "Security Service of Ukraine" in text(listed)
    stop = listed.buttons[0]["callback_data"].replace(":sc:", ":u:")
    answer = await chatting.taps(listed, stop, person=MEMBER)
    assert answer.text == text(refused)
    assert chatting.followed(GROUP.id) == [Target(slug="sbu")]
    await chatting.taps(listed, stop)
    assert chatting.followed(GROUP.id) == []


async def test_an_administrator_who_stays_anonymous_may_change_it(chatting: Chatting) -> None:
    anonymous = Person(1087968824, "Group")
    await chatting.says("/subscribe SBU", person=anonymous, place=GROUP, sender_chat=GROUP.to_json())
    assert chatting.followed(GROUP.id) == [Target(slug="sbu")]
    other = Place(-8, "channel").to_json()
    answer = await chatting.says("/subscribe NIS", person=MEMBER, place=GROUP, sender_chat=other)
    assert "administrators" in text(answer)


async def test_a_topic_follows_for_itself_and_is_answered_there(chatting: Chatting) -> None:
    forum = Place(-9, "supergroup", topics=frozenset({3, 4}), admins=frozenset({42}))
    answer = await chatting.says("/subscribe SBU", place=forum, topic=3)
    assert answer.fields["message_thread_id"] == 3
    assert (chatting.followed(-9, 3), chatting.followed(-9, 4)) == ([Target(slug="sbu")], [])
    await chatting.taps(answer, 0)
    assert chatting.followed(-9, 3) == []


async def test_a_group_is_kept_with_its_title_and_a_person_without_a_name(chatting: Chatting) -> None:
    await chatting.says("/subscribe SBU", place=GROUP)
    await chatting.says("/subscribe SBU")
    with chatting.database.read() as session:
        chats = [find_chat(session, Channel.TELEGRAM, address) for address in (GROUP.id, 42)]
        assert [chat.title for chat in chats if chat is not None] == ["Newsroom", ""]


async def test_a_channel_subscribes_by_a_post(chatting: Chatting) -> None:
    channel = Place(-100, "channel", "Daily")
    await chatting.says("/subscribe SBU", place=channel)
    assert chatting.followed(-100) == [Target(slug="sbu")]


async def test_in_a_group_nobody_is_interrupted(chatting: Chatting) -> None:
    for words in ("NIS", "/weather Kyiv", "/subscribe@another_bot SBU"):
        chatting.server.says(words, person=MEMBER, place=GROUP)
    answer = await chatting.says(f"/frobnicate@{BOT_USERNAME}", person=MEMBER, place=GROUP)
    assert text(answer) == "There is no command /frobnicate. What there is: /help"
    assert len(chatting.server.sent(GROUP.id)) == 1


async def test_a_group_that_becomes_a_supergroup_keeps_what_it_follows(chatting: Chatting) -> None:
    group = Place(-70, "group", admins=frozenset({42}))
    await chatting.says("/subscribe SBU", place=group)
    chatting.server.sends({"migrate_to_chat_id": -10070}, person=OLENA, place=group)
    await chatting.says("/start", person=Person(99))
    assert chatting.followed(-10070) == [Target(slug="sbu")]
    assert chatting.followed(-70) == []


async def test_who_blocks_the_bot_is_told_nothing_until_they_come_back(chatting: Chatting) -> None:
    await chatting.says("/subscribe SBU")
    waiting = write_delivery(chatting.database, 42)
    chatting.server.membership(Place(42), "kicked", person=OLENA)
    await chatting.says("/start", person=Person(99))
    assert read_delivery(chatting.database, waiting).status is DeliveryStatus.CANCELLED
    chatting.server.membership(Place(42), "member", person=OLENA, before="kicked")
    await chatting.says("/start", person=Person(99))
    with chatting.database.read() as session:
        chat = find_chat(session, Channel.TELEGRAM, 42)
        assert chat is not None
        assert chat.blocked_at is None


async def test_who_speaks_can_be_spoken_to_again(chatting: Chatting) -> None:
    await chatting.says("/subscribe SBU")
    with chatting.database.write() as session:
        chat = find_chat(session, Channel.TELEGRAM, 42)
        assert chat is not None
        mark_blocked(session, chat, NOON)
    assert "Security Service" in text(await chatting.says("/subscriptions"))
    with chatting.database.read() as session:
        chat = find_chat(session, Channel.TELEGRAM, 42)
        assert chat is not None
        assert chat.blocked_at is None


# --- what goes wrong


@LANGUAGES
async def test_a_fault_of_ours_is_recorded_and_told_politely(
    chatting: Chatting, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await chatting.says("NIS", person=speaker(language))

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(chatting.context.database, "write", fail)
    messages = Messages(language)
    sorry = await chatting.says("/subscribe SBU", person=speaker(language))
    assert text(sorry) == to_plain(messages.text("error.unexpected"))
    answer = await chatting.taps(message, 0, person=speaker(language))
    assert (answer.text, answer.fields["show_alert"]) == (messages.plain("error.unexpected"), True)


async def test_a_database_that_is_away_is_told_politely(chatting: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise DatabaseUnreachableError("The database did not answer.")

    monkeypatch.setattr(chatting.context.database, "read", fail)
    sorry = await chatting.says("/subscriptions", person=speaker(KO))
    assert text(sorry) == to_plain(Messages(KO).text("error.unexpected"))


async def test_a_bot_that_is_asked_to_wait_does_not_answer_all_the_more(chatting: Chatting) -> None:
    chatting.server.flood(5, chat_id=42)
    chatting.server.says("/help", person=OLENA)
    await chatting.says("/help", person=Person(43))
    assert chatting.server.sent(42) == []
    chatting.server.refusals.clear()


async def test_a_user_who_blocks_the_bot_while_it_answers_disturbs_nobody(chatting: Chatting) -> None:
    chatting.server.block(42)
    chatting.server.says("/help", person=OLENA)
    assert "Commands" in text(await chatting.says("/help", person=Person(43)))


async def test_a_broken_connection_to_one_answer_disturbs_nobody(chatting: Chatting) -> None:
    chatting.server.drop(chat_id=42)
    chatting.server.says("/help", person=OLENA)
    assert "Commands" in text(await chatting.says("/help", person=Person(43)))
    assert "Commands" in text(await chatting.says("/help"))


async def test_a_refused_token_is_said_in_a_sentence_without_the_token(
    stocked: Database, telegram: TelegramServer
) -> None:
    application = build_application(make_context(stocked, telegram, "987:SECRET"))
    with pytest.raises(TelegramUnreachableError, match="check TELEGRAM_BOT_TOKEN") as caught:
        await start_application(application)
    assert caught.value.__cause__ is None
    assert "SECRET" not in str(caught.value)
    await stop_application(application)


async def test_without_a_token_there_is_a_sentence_where_to_get_one(
    stocked: Database, telegram: TelegramServer
) -> None:
    context = make_context(stocked, telegram)
    context.settings.telegram_bot_token = None
    with pytest.raises(TelegramUnreachableError, match="BotFather"):
        build_application(context)


async def test_a_telegram_that_is_away_at_the_start_is_tried_again(
    stocked: Database, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.application._RETRY_SECONDS", (0.01, 0.01))
    telegram.drop(method="getMe", times=2)
    application = build_application(make_context(stocked, telegram))
    await start_application(application, asyncio.Event())
    assert application.running
    await stop_application(application)
    assert len(telegram.of("getMe")) == 1


async def test_a_service_that_is_stopped_does_not_wait_for_telegram(
    stocked: Database, telegram: TelegramServer
) -> None:
    telegram.drop(method="getMe", times=99)
    stopping = asyncio.Event()
    stopping.set()
    application = build_application(make_context(stocked, telegram))
    await start_application(application, stopping)
    assert not application.running
    await stop_application(application)
    with pytest.raises(TelegramUnreachableError, match="cannot be reached"):
        await start_application(build_application(make_context(stocked, telegram)))


async def test_a_menu_that_is_refused_does_not_keep_the_bot_from_starting(
    stocked: Database, telegram: TelegramServer
) -> None:
    telegram.refuse(RefusedError(429, "Too Many Requests", retry_after=5), method="setMyCommands")
    application = build_application(make_context(stocked, telegram))
    await start_application(application)
    assert application.running
    await stop_application(application)


# --- from the command to the alert


@LANGUAGES
async def test_who_subscribes_gets_the_alert_and_its_button_leads_to_the_subscriptions(
    chatting: Chatting, language: Language
) -> None:
    person, messages = speaker(language), Messages(language)
    await chatting.says("/subscribe SBU", person=person)
    with chatting.database.write() as session:
        write_event(session, fanned_out=False)
    assert fan_out_due(chatting.database, chatting.context.glossary(), NOON, timedelta()) == 1
    sender = TelegramSender(chatting.application.bot)
    report = await deliver_due(chatting.database, {Channel.TELEGRAM: sender}, chatting.context.glossary, NOON)
    assert report == DeliveryReport(sent=1)
    alert = chatting.server.sent(42)[-1]
    title = {EN: "Security Service of Ukraine (SBU)", UK: "Служба безпеки України (СБУ)"}
    title |= {RU: "Служба безопасности Украины (СБУ)", KO: "우크라이나 보안국"}
    assert text(alert).startswith(f"🔔 {title[language]}\n")
    assert text(alert).endswith(to_plain(messages.text("alert.stop")))
    await chatting.taps(alert, encode(Action.LIST), person=person)
    listed = chatting.server.sent(42)[-1]
    assert text(listed).startswith(to_plain(messages.plural("subscriptions.heading", 1)))
    await chatting.taps(listed, 0, person=person)
    card = chatting.now_reads(listed)
    stop = next(one["callback_data"] for one in card.buttons if one["text"] == messages.plain("button.stop_one"))
    await chatting.taps(card, stop, person=person)
    assert chatting.followed() == []
