"""Following and settings in the chat: wishes, an alert's buttons, hours, mutes, what is stored and removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.delivery import deliver_due
from bot.events import fan_out_due
from bot.glossary_news import BATCH, fan_out_edits
from bot.hours import Hours, zone_of
from bot.messages import Messages, to_plain
from bot.models import Channel, Chat, Delivery, Event, Feedback, Pace, Role, RoleGrant, Story, StoryDocument
from bot.privacy import NOBODY
from bot.subscriptions import Followed, Target, find_chat, list_subscriptions
from bot.telegram import TelegramSender
from bot.telegram.buttons import Action, encode
from bot.telegram.roles import give_role
from bot.telegram.settings import parse_until
from glossary.history import list_changes, recorded_change
from glossary.models import Form, Revision
from glossary.words import EntityType, FormStatus
from tests.bot.chatting import LANGUAGES, Chatting, speaker, text
from tests.bot.samples import EN, KO, MORE_THAN_11000, NOON, RU, SOME_12000, UK, news, write_event, write_figure
from tests.bot.telegram_server import Call, Person, Place
from translations.languages import Language

GROUP = Place(-7, "supergroup", "Newsroom", admins=frozenset({42}))
MEMBER = Person(50, "Jisoo")
EDITOR = Person(7, "Marta")


def data(call: Call, words: str) -> str:
    """What the button says that has these words."""
    (found,) = (one["callback_data"] for one in call.buttons if words in one["text"])
    return str(found)


def row(chatting: Chatting, address: int = 42) -> Chat:
    with chatting.database.read() as session:
        chat = find_chat(session, Channel.TELEGRAM, address)
        assert chat is not None
        return chat


def followed(chatting: Chatting, address: int = 42) -> list[Followed]:
    with chatting.database.read() as session:
        return list(list_subscriptions(session, row(chatting, address).id or 0, 0))


async def deliver(chatting: Chatting, now: datetime = NOON) -> None:
    fan_out_due(chatting.database, chatting.context.glossary(), now, timedelta())
    senders = {Channel.TELEGRAM: TelegramSender(chatting.application.bot)}
    await deliver_due(chatting.database, senders, chatting.context.glossary, now)


async def alerted(chatting: Chatting, language: Language = EN) -> Call:
    """An alert that came to somebody who follows the SBU."""
    await chatting.says("/subscribe SBU", person=speaker(language))
    with chatting.database.write() as session:
        write_event(session, fanned_out=False)
        event = session.exec(select(Event)).one()
        revision = session.get_one(Revision, event.revision_id)
        session.add(StoryDocument(document_id=revision.document_id, story_id=event.story_id, profile={}))
    await deliver(chatting)
    return chatting.server.sent(42)[-1]


# --- what is followed


@LANGUAGES
async def test_everything_of_a_type_and_the_glossarys_changes_are_followed_by_word_or_button(
    chatting: Chatting, language: Language
) -> None:
    person, messages = speaker(language), Messages(language)
    how = await chatting.says("/subscribe", person=person)
    await chatting.taps(how, data(how, messages.plain("types.ORG")), person=person)
    await chatting.says(f"/subscribe {messages.plain('types.PLACE').upper()}", person=person)
    done = await chatting.says(f"/subscribe {messages.plain('subscriptions.glossary')}", person=person)
    assert messages.plain("subscriptions.glossary") in text(done)
    everything = [Target(type=EntityType.ORG), Target(type=EntityType.PLACE), Target(glossary=True)]
    assert chatting.followed() == everything
    again = await chatting.says(f"/subscribe {messages.plain('subscriptions.glossary')}", person=person)
    name = messages.plain("subscriptions.glossary")
    assert text(again) == to_plain(messages.text("subscribe.already", name=name))
    listed = await chatting.says("/subscriptions", person=person)
    assert messages.plain("subscriptions.changes") in text(listed)
    await chatting.taps(listed, data(listed, name), person=person)
    card = chatting.now_reads(listed)
    assert [one for one in card.buttons if messages.plain("subscriptions.mentions") in one["text"]] == []


@LANGUAGES
async def test_the_card_of_a_subscription_sets_every_wish(chatting: Chatting, language: Language) -> None:
    person, messages = speaker(language), Messages(language)
    await chatting.says("/subscribe Russia", person=person)
    listed = await chatting.says("/subscriptions", person=person)
    await chatting.taps(listed, 0, person=person)
    for words in (
        messages.plain("subscriptions.mentions"),
        messages.plain("subscriptions.parts"),
        messages.plain("subscriptions.changes"),
        messages.plain("pace.hourly"),
        "English",
        "한국어",
        messages.plain_plural("wishes.sources_button", 2),
    ):
        await chatting.taps(listed, data(chatting.now_reads(listed), words), person=person)
    (one,) = followed(chatting)
    wishes = Followed(one.id, Target(slug="russia"), mentions=False, figures=True, parts=False)
    languages = frozenset({EN, KO})
    assert one == replace(wishes, changes=True, pace=Pace.HOURLY, languages=languages, sources=2)
    card = chatting.now_reads(listed)
    assert to_plain(messages.plural("wishes.sources", 2)) in text(card)
    assert f"✓ {messages.plain('pace.hourly')}" in [button["text"] for button in card.buttons]
    await chatting.taps(card, data(card, messages.plain("button.back")), person=person)
    assert messages.plain("pace.hourly") in text(chatting.now_reads(listed))


async def test_two_taps_are_one_and_what_would_leave_nothing_is_refused(chatting: Chatting) -> None:
    await chatting.says("/subscribe SBU")
    (one,) = followed(chatting)
    listed = await chatting.says("/subscriptions")
    off = encode(Action.WISH, f"{one.id}.mentions.0")
    await chatting.taps(listed, off)
    await chatting.taps(listed, off)
    assert not followed(chatting)[0].mentions
    answer = await chatting.taps(listed, encode(Action.WISH, f"{one.id}.figures.0"))
    assert answer.text == Messages(EN).plain("wishes.nothing_left")
    assert followed(chatting)[0].figures
    chatting.server.refusals.clear()  # an edit that changes nothing


@pytest.mark.parametrize(
    "argument", ["", "1", "1.", "1.colour.1", "1.pace.yearly", "1.sources.9", "1.xx.1", "9.mentions.0", "x.y.z"]
)
async def test_a_wish_that_there_is_not_is_answered_politely(chatting: Chatting, argument: str) -> None:
    await chatting.says("/subscribe SBU")
    listed = await chatting.says("/subscriptions")
    answer = await chatting.taps(listed, encode(Action.WISH, argument))
    assert answer.text == Messages(EN).plain("button.gone")


async def test_a_chat_cannot_open_or_change_what_another_follows(chatting: Chatting) -> None:
    await chatting.says("/subscribe SBU")
    (one,) = followed(chatting)
    other = await chatting.says("/help", person=MEMBER)
    for button in (encode(Action.SUBSCRIPTION, one.id), encode(Action.WISH, f"{one.id}.pace.daily")):
        answer = await chatting.taps(other, button, person=MEMBER)
        assert answer.text == "That is no longer there."
    assert followed(chatting)[0].pace is Pace.AT_ONCE
    chatting.server.refusals.clear()  # an edit that changes nothing


async def test_one_figure_has_a_card_without_what_it_has_no_use_for(chatting: Chatting) -> None:
    with chatting.database.write() as session:
        figure_id = write_figure(session, SOME_12000, MORE_THAN_11000)
    card = await chatting.says(f"/start f-{figure_id}")
    await chatting.taps(card, data(card, "Follow this figure"))
    listed = await chatting.says("/subscriptions")
    await chatting.taps(listed, 0)
    shown = [one["text"] for one in chatting.now_reads(listed).buttons]
    assert "✓ at once" in shown
    assert not any("mentions" in one for one in shown)


# --- an alert's buttons


@LANGUAGES
async def test_less_of_this_offers_figures_a_digest_and_an_end(chatting: Chatting, language: Language) -> None:
    person, messages = speaker(language), Messages(language)
    alert = await alerted(chatting, language)
    for key, kept in (
        ("button.only_figures", lambda one: not one.mentions and one.figures),
        ("button.daily_digest", lambda one: one.pace is Pace.DAILY),
    ):
        await chatting.taps(alert, data(alert, messages.plain("button.less")), person=person)
        offers = chatting.server.sent(42)[-1]
        await chatting.taps(offers, data(offers, messages.plain(key)), person=person)
        assert kept(followed(chatting)[0])
    await chatting.taps(alert, data(alert, messages.plain("button.less")), person=person)
    offers = chatting.server.sent(42)[-1]
    await chatting.taps(offers, data(offers, messages.plain("button.stop_this")), person=person)
    assert chatting.followed() == []
    gone = await chatting.taps(alert, data(alert, messages.plain("button.less")), person=person)
    assert gone.text == messages.plain("button.gone")


async def test_an_alert_of_several_subscriptions_asks_which_is_too_much(chatting: Chatting) -> None:
    await chatting.says("/subscribe organisations")
    alert = await alerted(chatting)
    await chatting.taps(alert, data(alert, "Less"))
    asked = chatting.server.sent(42)[-1]
    assert len(asked.buttons) == 2
    await chatting.taps(asked, data(asked, "Security Service"))
    assert "follows Security Service of Ukraine (SBU)" in text(chatting.now_reads(asked))


@LANGUAGES
async def test_what_is_said_to_be_wrong_is_kept_and_told_to_the_editors_once(
    chatting: Chatting, language: Language
) -> None:
    person, messages = speaker(language), Messages(language)
    with chatting.database.write() as session:
        give_role(session, EDITOR.id, Role.EDITOR, name="Marta", by=1, now=NOON)
    await chatting.says("/language en", person=EDITOR)
    alert = await alerted(chatting, language)
    button = data(alert, messages.plain("button.wrong"))
    first = await chatting.taps(alert, button, person=person)
    second = await chatting.taps(alert, button, person=person)
    assert [first.text, second.text] == [messages.plain("button.wrong_told"), messages.plain("button.wrong_known")]
    for seconds in range(3):
        await deliver(chatting, NOON + timedelta(seconds=seconds))
    (notice,) = (one for one in chatting.server.sent(EDITOR.id) if "wrong" in text(one))
    assert "Ukraine shows two prisoners" in text(notice)
    assert [one["callback_data"] for one in notice.buttons] == [encode(Action.LIST)]
    with chatting.database.read() as session:
        assert [one.user_id for one in session.exec(select(Feedback))] == [42]


@LANGUAGES
async def test_more_names_the_articles_of_the_story_and_opens_cards(chatting: Chatting, language: Language) -> None:
    person, messages = speaker(language), Messages(language)
    alert = await alerted(chatting, language)
    await chatting.taps(alert, data(alert, messages.plain("button.more")), person=person)
    more = chatting.server.sent(42)[-1]
    assert text(more).startswith(to_plain(messages.plural("more.heading", 1)))
    assert "Ukraine shows two prisoners" in text(more)
    assert encode(Action.CARD_BELOW, "")[:4] in more.buttons[0]["callback_data"]


@pytest.mark.parametrize("action", [Action.LESS, Action.WRONG, Action.WRONG_ITEM, Action.MORE])
async def test_the_button_of_somebody_elses_alert_does_nothing(chatting: Chatting, action: Action) -> None:
    alert = await alerted(chatting)
    number = data(alert, "More").rpartition(":")[2]
    other = await chatting.says("/help", person=MEMBER)
    for argument in (number, "999", ""):
        answer = await chatting.taps(other, encode(action, argument), person=MEMBER)
        assert answer.text == "That is no longer there."
    with chatting.database.read() as session:
        assert session.exec(select(Feedback)).all() == []


@LANGUAGES
async def test_a_digest_arrives_as_one_message_with_a_way_to_stop_it(chatting: Chatting, language: Language) -> None:
    person, messages = speaker(language), Messages(language)
    await chatting.says("/subscribe SBU", person=person)
    listed = await chatting.says("/subscriptions", person=person)
    (one,) = followed(chatting)
    await chatting.taps(listed, encode(Action.WISH, f"{one.id}.pace.hourly"), person=person)
    with chatting.database.write() as session:
        write_event(session, fanned_out=False)
        write_event(session, fanned_out=False)
    before = len(chatting.server.sent(42))
    await deliver(chatting)
    await deliver(chatting, NOON + timedelta(hours=1))
    (digest,) = chatting.server.sent(42)[before:]
    assert text(digest).startswith(to_plain(messages.plural("digest.heading", 2)))
    assert text(digest).endswith(to_plain(messages.text("digest.stop")))
    await chatting.taps(digest, data(digest, messages.plain("button.less")), person=person)
    assert encode(Action.DO_LESS, f"{one.id}.stop") in [
        b["callback_data"] for b in chatting.server.sent(42)[-1].buttons
    ]


async def digested(chatting: Chatting, language: Language, *titles: str) -> Call:
    """An hourly digest of so many stories to somebody who follows the SBU."""
    person = speaker(language)
    await chatting.says("/subscribe SBU", person=person)
    listed = await chatting.says("/subscriptions", person=person)
    (one,) = followed(chatting)
    await chatting.taps(listed, encode(Action.WISH, f"{one.id}.pace.hourly"), person=person)
    with chatting.database.write() as session:
        for title in titles:
            event = session.get_one(Event, write_event(session, news(title=title), fanned_out=False))
            revision = session.get_one(Revision, event.revision_id)
            session.add(StoryDocument(document_id=revision.document_id, story_id=event.story_id, profile={}))
    await deliver(chatting)
    await deliver(chatting, NOON + timedelta(hours=1))
    return chatting.server.sent(42)[-1]


@LANGUAGES
async def test_more_of_a_digest_lists_the_articles_of_its_stories_and_opens_cards(
    chatting: Chatting, language: Language
) -> None:
    person, messages = speaker(language), Messages(language)
    digest = await digested(chatting, language, "A bridge reopens", "Two <prisoners> are shown")
    await chatting.taps(digest, data(digest, messages.plain("button.more")), person=person)
    more = chatting.server.sent(42)[-1]
    assert text(more).startswith(to_plain(messages.plural("more.heading", 2)))
    assert text(more).index("A bridge reopens") < text(more).index("Two <prisoners> are shown")
    cards = [one for one in more.buttons if one["callback_data"].startswith(encode(Action.CARD_BELOW))]
    assert len(cards) == 2
    await chatting.taps(more, cards[0]["callback_data"], person=person)
    assert "Security Service of Ukraine" in text(chatting.server.sent(42)[-1])


@LANGUAGES
async def test_of_a_digest_it_is_asked_which_item_is_wrong_and_the_editors_are_told_of_that(
    chatting: Chatting, language: Language
) -> None:
    person, messages = speaker(language), Messages(language)
    with chatting.database.write() as session:
        give_role(session, EDITOR.id, Role.EDITOR, name="Marta", by=1, now=NOON)
    await chatting.says("/language en", person=EDITOR)
    digest = await digested(chatting, language, "A bridge reopens", "Two <prisoners> are shown")
    await chatting.taps(digest, data(digest, messages.plain("button.wrong")), person=person)
    asked = chatting.server.sent(42)[-1]
    assert text(asked) == to_plain(messages.text("wrong.which"))
    assert [one["text"] for one in asked.buttons] == ["A bridge reopens", "Two <prisoners> are shown"]
    first = await chatting.taps(asked, data(asked, "prisoners"), person=person)
    assert first.text == messages.plain("button.wrong_told")
    assert "Two <prisoners> are shown" in text(chatting.now_reads(asked))
    again = await chatting.taps(asked, data(asked, "prisoners"), person=person)
    assert again.text == messages.plain("button.wrong_known")
    for seconds in range(3):
        await deliver(chatting, NOON + timedelta(hours=1, seconds=seconds))
    (notice,) = (one for one in chatting.server.sent(EDITOR.id) if "wrong" in text(one))
    assert "Two <prisoners> are shown" in text(notice)
    assert "bridge" not in text(notice)


async def test_a_digest_of_one_item_is_wrong_without_a_question(chatting: Chatting) -> None:
    digest = await digested(chatting, EN, "A bridge reopens")
    answer = await chatting.taps(digest, data(digest, "Wrong"))
    assert answer.text == Messages(EN).plain("button.wrong_told")
    with chatting.database.read() as session:
        (said,) = session.exec(select(Feedback))
        assert session.get_one(Delivery, said.delivery_id).event_id is not None


@LANGUAGES
async def test_a_changed_form_is_told_in_the_readers_language(chatting: Chatting, language: Language) -> None:
    person, messages = speaker(language), Messages(language)
    fan_out_edits(chatting.database, chatting.context.glossary(), NOON)
    await chatting.says(f"/subscribe {messages.plain('subscriptions.glossary')}", person=person)
    with (
        chatting.database.write() as session,
        recorded_change(session, actor="telegram:1", summary="approve", now=NOON),
    ):
        session.exec(select(Form).where(Form.text == "투바")).one().status = FormStatus.APPROVED
    await deliver(chatting, NOON + BATCH)
    message = chatting.server.sent(42)[-1]
    assert text(message).startswith(to_plain(messages.text("forms.heading")))
    spoken = messages.plain("language.ko")
    assert to_plain(messages.text("forms.preferred", language=spoken, form="투바")) in text(message)
    assert data(message, messages.plain("button.wrong")).startswith("1:aw:")


# --- settings


@LANGUAGES
async def test_the_settings_are_one_message_whose_buttons_change_each(chatting: Chatting, language: Language) -> None:
    person, messages = speaker(language), Messages(language)
    shown = await chatting.says("/settings", person=person)
    assert text(shown).startswith(to_plain(messages.text("settings.heading")))

    async def choose(page: str, argument: str) -> None:
        await chatting.taps(shown, data(chatting.now_reads(shown), messages.plain(page)), person=person)
        await chatting.taps(shown, encode(Action.SET, argument), person=person)

    await choose("button.settings_zone", "zone.America/New_York")
    await choose("button.settings_quiet", "quiet.23:00-7:00")
    await choose("button.settings_digest", "hour.18")
    await choose("button.settings_digest", "pace.daily")
    await choose("button.settings_mute", "mute.3h")
    chat = row(chatting)
    assert (chat.timezone, chat.quiet_from, chat.quiet_to) == ("America/New_York", 23 * 60, 7 * 60)
    assert (chat.digest_hour, chat.pace, chat.muted_until) == (18, Pace.DAILY, NOON + timedelta(hours=3))
    now = text(chatting.now_reads(shown))
    city = {EN: "New York", UK: "Нью-Йорк", RU: "Нью-Йорк", KO: "뉴욕"}[language]
    assert f"{city} (UTC-5)" in now
    assert "23:00–07:00" in now
    assert to_plain(messages.text("settings.mute", until="10:00")) in now
    await chatting.says("/subscribe SBU", person=person)
    assert followed(chatting)[0].pace is Pace.DAILY
    await choose("button.settings_language", "language.ko")
    assert text(chatting.now_reads(shown)).startswith(to_plain(Messages(KO).text("settings.heading")))


@pytest.mark.parametrize(
    "argument", ["", "zone.Atlantis", "hour.24", "hour.-1", "quiet.25-3", "mute.", "size.9", "pace."]
)
async def test_a_setting_that_there_is_not_changes_nothing(chatting: Chatting, argument: str) -> None:
    shown = await chatting.says("/settings")
    answer = await chatting.taps(shown, encode(Action.SET, argument))
    assert answer.text == Messages(EN).plain("button.gone")
    with chatting.database.read() as session:
        assert find_chat(session, Channel.TELEGRAM, 42) is None


@LANGUAGES
async def test_a_mute_keeps_back_until_it_is_ended(chatting: Chatting, language: Language) -> None:
    person, messages = speaker(language), Messages(language)
    await chatting.says("/subscribe SBU", person=person)
    written = {EN: "2h", UK: "2 години", RU: "2 часа", KO: "2시간"}[language]
    answer = await chatting.says(f"/mute {written}", person=person)
    assert row(chatting).muted_until == NOON + timedelta(hours=2)
    until = {EN: "14:00", UK: "16:00", RU: "14:00", KO: "23:00"}[language]
    assert to_plain(messages.text("settings.mute", until=until)) in text(answer)
    with chatting.database.write() as session:
        write_event(session, fanned_out=False)
        write_event(session, fanned_out=False)
    before = len(chatting.server.sent(42))
    await deliver(chatting)
    assert len(chatting.server.sent(42)) == before
    await chatting.says("/unmute", person=person)
    assert row(chatting).muted_until is None
    await deliver(chatting)
    assert text(chatting.server.sent(42)[-1]).startswith(to_plain(messages.plural("digest.heading", 2)))


@LANGUAGES
async def test_what_is_not_understood_is_asked_for_with_examples(chatting: Chatting, language: Language) -> None:
    person, messages = speaker(language), Messages(language)
    for command, key in (("mute", "mute.which"), ("quiet", "quiet.which"), ("timezone", "zone.which")):
        asked = await chatting.says(f"/{command}", person=person)
        assert text(asked) == to_plain(messages.text(key))
        for nonsense in ("<b>soon</b>", "가" * 4000):
            unclear = await chatting.says(f"/{command} {nonsense}", person=person)
            assert text(unclear).startswith(to_plain(messages.text("settings.unclear")))
            assert text(asked) in text(unclear)


@pytest.mark.parametrize(
    ("written", "until"),
    [
        ("2h", "2025-01-12 16:00"),
        ("1 day 12 hours", "2025-01-14 02:00"),
        ("90 хв", "2025-01-12 15:30"),
        ("1 ч 30 мин", "2025-01-12 15:30"),
        ("3일", "2025-01-15 14:00"),
        ("2 тижні", "2025-01-26 14:00"),
        ("today", "2025-01-13 00:00"),
        ("до завтра", "2025-01-13 00:00"),
        ("내일까지", "2025-01-13 00:00"),
        ("until 18:30", "2025-01-12 18:30"),
        ("18:30까지", "2025-01-12 18:30"),
        ("9", "2025-01-13 09:00"),
        ("до 15.01", "2025-01-15 00:00"),
        ("2025-01-15 9:30", "2025-01-15 09:30"),
        ("11.01", "2026-01-11 00:00"),
        ("soon", None),
        ("0h", None),
        ("-2h", None),
        ("2 parsecs", None),
        ("25:00", None),
        ("2020-01-01", None),
        ("31.02", None),
        ("9999 weeks", None),
        ("9" * 40, None),
        ("", None),
    ],
)
def test_a_mute_is_written_as_people_write_it(written: str, until: str | None) -> None:
    zone = zone_of("Europe/Kyiv", EN)  # where it is 14:00
    expected = datetime.fromisoformat(until).replace(tzinfo=zone).astimezone(UTC) if until else None
    assert parse_until(written, Hours(zone), NOON) == expected


# --- what is stored


@LANGUAGES
async def test_privacy_says_what_is_stored_and_how_it_is_removed(chatting: Chatting, language: Language) -> None:
    answer = await chatting.says("/privacy", person=speaker(language))
    assert text(answer) == to_plain(Messages(language).text("privacy"))
    assert "/delete_me" in text(answer)


@LANGUAGES
async def test_delete_me_shows_asks_and_removes_everything_of_a_person(chatting: Chatting, language: Language) -> None:
    person, messages = speaker(language), Messages(language)
    empty = await chatting.says("/delete_me", person=person)
    assert text(empty) == to_plain(messages.text("erase.nothing"))
    alert = await alerted(chatting, language)
    await chatting.taps(alert, data(alert, messages.plain("button.wrong")), person=person)
    with chatting.database.write() as session:
        give_role(session, 42, Role.EDITOR, name="Olena", by=42, now=NOON)
        with recorded_change(session, actor="telegram:42", summary="approve", now=NOON):
            session.exec(select(Form).where(Form.text == "투바")).one().status = FormStatus.APPROVED
    asked = await chatting.says("/delete_me", person=person)
    for key in ("subscriptions", "messages", "feedback", "roles", "changes"):
        assert to_plain(messages.plural(f"erase.{key}", 1)) in text(asked)
    await chatting.taps(asked, data(asked, messages.plain("button.keep")), person=person)
    assert chatting.followed() == [Target(slug="sbu")]
    asked = await chatting.says("/delete_me", person=person)
    button = data(asked, messages.plain("button.erase"))
    await chatting.taps(asked, button, person=person)
    assert text(chatting.now_reads(asked)) == to_plain(messages.text("erase.done"))
    with chatting.database.read() as session:
        assert find_chat(session, Channel.TELEGRAM, 42) is None
        for table in (Delivery, Feedback, RoleGrant):
            assert session.exec(select(table)).all() == []
        assert list_changes(session, limit=1)[0].actor == NOBODY
        assert session.exec(select(Story)).all() != []
    await chatting.taps(asked, button, person=person)
    assert text(chatting.now_reads(asked)) == to_plain(messages.text("erase.nothing"))


async def test_what_others_have_stays_when_somebody_is_removed(chatting: Chatting) -> None:
    await chatting.says("/subscribe SBU", person=MEMBER)
    await chatting.says("/subscribe SBU")
    asked = await chatting.says("/delete_me")
    await chatting.taps(asked, data(asked, "Remove"))
    assert chatting.followed(MEMBER.id) == [Target(slug="sbu")]


# --- groups


async def test_in_a_group_only_administrators_set_hours_and_wishes_and_remove_what_is_stored(
    chatting: Chatting,
) -> None:
    await chatting.says("/subscribe SBU", place=GROUP)
    (one,) = followed(chatting, GROUP.id)
    listed = await chatting.says("/subscriptions", person=MEMBER, place=GROUP)
    for button in (
        encode(Action.WISH, f"{one.id}.pace.daily"),
        encode(Action.SET, "mute.3h"),
        encode(Action.DO_LESS, f"{one.id}.stop"),
        encode(Action.FOLLOW_KIND, "ORG"),
        encode(Action.ERASE, "yes"),
    ):
        answer = await chatting.taps(listed, button, person=MEMBER)
        assert "administrators" in (answer.text or "")
    for command in ("/mute 2h", "/quiet 22-7", "/timezone Seoul", "/unmute", "/delete_me"):
        assert "administrators" in text(await chatting.says(command, person=MEMBER, place=GROUP))
    assert followed(chatting, GROUP.id) == [one]
    assert (row(chatting, GROUP.id).muted_until, row(chatting, GROUP.id).timezone) == (None, "")
    asked = await chatting.says("/delete_me", place=GROUP)
    assert text(asked).startswith("This is stored of this chat:")
    await chatting.taps(asked, data(asked, "Remove"))
    assert chatting.followed(GROUP.id) == []


async def test_a_channel_and_a_topic_have_what_they_asked_for(chatting: Chatting) -> None:
    channel = Place(-100, "channel", "Daily")
    await chatting.says("/mute 2h", place=channel)
    assert row(chatting, -100).muted_until == NOON + timedelta(hours=2)
    forum = Place(-9, "supergroup", topics=frozenset({3}), admins=frozenset({42}))
    answer = await chatting.says("/subscribe SBU", place=forum, topic=3)
    await chatting.taps(answer, data(answer, "What, when"))
    card = chatting.now_reads(answer)
    await chatting.taps(answer, data(card, "hourly"))
    with chatting.database.read() as session:
        (one,) = list_subscriptions(session, row(chatting, -9).id or 0, 3)
    assert one.pace is Pace.HOURLY


def test_the_buttons_fit_telegram_whatever_the_number() -> None:
    for action in (Action.LESS, Action.WRONG, Action.MORE, Action.LESS_OF, Action.SUBSCRIPTION):
        assert len(encode(action, 2**31 - 1).encode()) <= 64
    assert len(encode(Action.WISH, f"{2**31 - 1}.sources.3").encode()) <= 64
    assert len(encode(Action.SET, "zone.America/Los_Angeles").encode()) <= 64
