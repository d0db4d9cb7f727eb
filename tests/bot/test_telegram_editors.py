"""Editors in the chat: who has which role, and what they do with the names that the glossary lacks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlmodel import select

from bot.knowledge import KnowledgeKeeper
from bot.messages import Messages, to_plain
from bot.models import Role, RoleGrant
from bot.telegram.answers import PRESSES
from bot.telegram.buttons import ROLES, Action, decode, encode, encode_own
from bot.telegram.reading import COMMAND_NAMES
from bot.telegram.roles import commands_of
from glossary.candidates import ignore_candidate, list_candidates, record_names
from glossary.database import Database
from glossary.history import list_changes
from glossary.models import Document, Revision
from glossary.proposing import ProposedName, Spelling
from glossary.store import load_glossary
from glossary.words import EntityType, FormStatus, SpellingKind
from tests.bot.chatting import LANGUAGES, Chatting, make_context, running_bot, text
from tests.bot.samples import EN, KO, NOON, RU, UK
from tests.bot.telegram_server import Call, Person, Place, TelegramServer
from translations.languages import Language

ADMIN = Person(1, "Marta")
STRANGER = Person(50, "Jisoo")
NEWSROOM = Place(-7, "supergroup", "Newsroom")


def editor(language: Language = EN) -> Person:
    """Who is an editor in these tests, with a client in a language."""
    return Person(42, "Olena", {EN: "en", UK: "uk", RU: "ru", KO: "ko"}[language])


@pytest.fixture
async def desk(stocked: Database, telegram: TelegramServer) -> AsyncIterator[Chatting]:
    """A running bot with an admin by its settings and an editor, and a glossary that follows its changes."""
    context = make_context(stocked, telegram)
    context.settings.admins = frozenset({ADMIN.id})
    with stocked.write() as session:
        session.add(RoleGrant(user_id=42, role=Role.EDITOR, name="Olena", given_by=ADMIN.id, given_at=NOON))
    for person in (ADMIN, editor(), STRANGER):
        telegram.add(Place(person.id))
    context = replace(context, knowledge=KnowledgeKeeper(stocked).current)
    async with running_bot(context, telegram) as chatting:
        yield chatting


def propose(database: Database, *names: str, language: Language = EN, also: str | None = None) -> None:
    """An article that proposes names."""
    with database.write() as session:
        number = len(session.exec(select(Document)).all())
        url = f"https://courier.example/{number}"
        document = Document(url=url, outlet="Courier", language=language, first_seen_at=NOON)
        session.add(document)
        session.flush()
        revision = Revision(
            document_id=document.id or 0,
            number=1,
            title=f"Divers & <Frigates> {number}",
            text="",
            content_hash=url,
            fingerprint=b"",
            retrieved_at=NOON,
        )
        session.add(revision)
        proposed = [
            ProposedName(
                name,
                EntityType.PERSON,
                1,
                (Spelling(name, SpellingKind.NAME), *([Spelling(also, SpellingKind.NAME)] if also else [])),
                f"{name} spoke & waved <slowly>.",
            )
            for name in names
        ]
        record_names(session, document.id or 0, language, proposed, load_glossary(session), now=NOON)


def open_names(database: Database) -> list[str]:
    with database.read() as session:
        return [one.name for one in list_candidates(session, load_glossary(session)).items]


def button(call: Call, label: str) -> str:
    (found,) = (one["callback_data"] for one in call.buttons if one["text"] == label)
    return str(found)


def changes(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(one.actor, one.summary) for one in list_changes(session) if one.actor.startswith("telegram:")]


# Who may


@LANGUAGES
async def test_a_stranger_is_told_politely_that_editing_is_for_editors(desk: Chatting, language: Language) -> None:
    propose(desk.database, "Anton Relin")
    stranger = Person(50, "Jisoo", editor(language).language_code)
    messages = Messages(language)
    for command in ("/candidates", "/candidates 1 Anton Relin", "/candidates Anton Relin"):
        assert text(await desk.says(command, person=stranger)) == messages.plain("role.editors_only")
    for command in ("/editor", "/editor add 50", "/admin add 50"):
        assert text(await desk.says(command, person=stranger)) == messages.plain("role.admins_only")
        assert text(await desk.says(command, person=editor(language))) == messages.plain("role.admins_only")
    # Data that was never on a button of theirs, or is another's.
    shown = await desk.says("/candidates", person=editor(language), place=NEWSROOM)
    for data in (shown.buttons[1]["callback_data"], encode_own(50, Action.IGNORE, 1), encode(Action.ADD, "1.PERSON")):
        answer = await desk.taps(shown, data, person=stranger)
        assert (answer.text, answer.fields["show_alert"]) == (messages.plain("role.editors_only"), True)
    assert desk.now_reads(shown) is shown
    assert open_names(desk.database) == ["Anton Relin"]


async def test_another_editors_buttons_are_not_ones_own(desk: Chatting) -> None:
    propose(desk.database, "Anton Relin")
    shown = await desk.says("/candidates", person=editor(), place=NEWSROOM)
    answer = await desk.taps(shown, 1, person=ADMIN)
    assert answer.text == Messages(EN).plain("button.theirs")
    assert open_names(desk.database) == ["Anton Relin"]


async def test_who_speaks_as_a_channel_or_group_has_no_role(desk: Chatting) -> None:
    channel = Place(-9, "channel", "News")
    posted = await desk.says("/candidates", person=editor(), place=channel)
    assert text(posted) == Messages(EN).plain("role.editors_only")
    anonymous = {"sender_chat": NEWSROOM.to_json()}
    spoken = await desk.says("/candidates", person=editor(), place=NEWSROOM, **anonymous)
    assert text(spoken) == Messages(EN).plain("role.editors_only")


def test_every_action_of_editors_is_handled_and_its_data_fits() -> None:
    assert set(ROLES) <= set(PRESSES)
    longest = [encode_own(2**52, Action.ADD, f"{2**31}.PERSON"), encode_own(2**52, Action.UNDO, "f" * 16)]
    assert all(len(data.encode()) <= 64 for data in longest)
    press = decode(longest[0])
    assert press is not None
    assert (press.owner, press.own_argument) == (2**52, f"{2**31}.PERSON")
    assert [one.owner for one in map(decode, ("1:z:abc", "1:z:/abc", "1:z:x/abc")) if one] == [0, 0, 0]


# Giving and taking roles


@LANGUAGES
async def test_an_admin_gives_and_takes_a_role_and_both_are_recorded(desk: Chatting, language: Language) -> None:
    admin = Person(1, "Marta", editor(language).language_code)
    messages = Messages(language)
    label = messages.plain("role.editor")
    given = await desk.says("/editor add 50", person=admin)
    assert text(given) == messages.plain("role.given", person="50", role=label)
    again = await desk.says("/editor add 50", person=admin)
    assert text(again) == messages.plain("role.has", person="50", role=label)
    listed = text(await desk.says("/editor", person=admin))
    assert listed.startswith(to_plain(messages.plural("role.heading", 2, role=label)))
    assert "• Olena (42)\n• 50\n" in listed
    taken = await desk.says("/editor remove 50", person=admin)
    assert text(taken) == messages.plain("role.taken", person="50", role=label)
    again = await desk.says("/editor remove 50", person=admin)
    assert text(again) == messages.plain("role.has_not", person="50", role=label)
    with desk.database.read() as session:
        (grant,) = session.exec(select(RoleGrant).where(RoleGrant.user_id == 50))
    assert (grant.given_by, grant.taken_by, grant.given_at, grant.taken_at) == (1, 1, NOON, NOON)


async def test_a_role_is_given_by_answering_a_persons_message(desk: Chatting) -> None:
    spoken = {**desk.server.says("I would like to help", person=STRANGER, place=NEWSROOM)}
    given = await desk.says("/editor add", person=ADMIN, place=NEWSROOM, reply_to_message=spoken)
    assert text(given) == "✅ Jisoo (50) has the role “editor” now."
    shown = await desk.says("/candidates", person=STRANGER)
    assert text(shown) == to_plain(Messages(EN).text("candidates.none"))
    await desk.says("/editor remove", person=ADMIN, place=NEWSROOM, reply_to_message=spoken)
    assert "for editors" in text(await desk.says("/candidates", person=STRANGER))


async def test_an_admin_that_was_made_gives_roles_and_one_of_the_settings_stays(desk: Chatting) -> None:
    await desk.says("/admin add 50", person=ADMIN)
    assert "has the role “editor” now" in text(await desk.says("/editor add 1", person=STRANGER))
    assert "by the settings" in text(await desk.says("/admin remove 1", person=STRANGER))
    listed = text(await desk.says("/admin", person=STRANGER))
    assert "• 1 (by the settings)\n• 50\n" in listed


@pytest.mark.parametrize("whom", ["", "Olena", "0", "-5", "٤٢x", "9" * 400, "<b>", "4503599627370497"])
async def test_a_role_for_nobody_asks_for_whom(desk: Chatting, whom: str) -> None:
    answer = text(await desk.says(f"/editor add {whom}", person=ADMIN))
    assert answer.startswith("Whom?")


async def test_those_with_a_role_have_its_commands_in_their_own_menu_and_help(desk: Chatting) -> None:
    def menu(user_id: int) -> dict[str | None, list[str]]:
        return {
            call.fields.get("language_code"): [one["command"] for one in call.fields["commands"]]
            for call in desk.server.of("setMyCommands")
            if call.fields.get("scope") == {"type": "chat", "chat_id": user_id}
        }

    await desk.server.until(lambda: len(menu(1)) == 5 and len(menu(42)) == 5)
    assert set(menu(42)) == {None, "en", "uk", "ru", "ko"}
    assert all(names == [*COMMAND_NAMES, *commands_of(Role.EDITOR)] for names in menu(42).values())
    assert all(names == [*COMMAND_NAMES, *commands_of(Role.ADMIN)] for names in menu(1).values())
    assert {"candidates"} <= set(commands_of(Role.EDITOR)) < set(commands_of(Role.ADMIN)) >= {"editor", "admin"}
    assert "/candidates" in text(await desk.says("/help", person=editor()))
    assert "/candidates" not in text(await desk.says("/help", person=STRANGER))
    assert commands_of(None) == ()
    await desk.says("/editor add 50", person=ADMIN)
    await desk.server.until(lambda: len(menu(50)) == 5)
    await desk.says("/editor remove 50", person=ADMIN)
    await desk.server.until(lambda: len(desk.server.of("deleteMyCommands")) == 5)


# Candidates


@LANGUAGES
async def test_candidates_are_shown_with_counts_spellings_and_an_example(desk: Chatting, language: Language) -> None:
    messages = Messages(language)
    empty = await desk.says("/candidates", person=editor(language))
    assert text(empty) == to_plain(messages.text("candidates.none"))
    propose(desk.database, "Lee Sung-ryong", "Anton Relin")
    propose(desk.database, "Lee Sung-ryong", also="Lee Seong-ryong")
    shown = await desk.says("/candidates", person=editor(language))
    lines = text(shown).split("\n")
    assert lines[0] == to_plain(messages.plural("candidates.heading", 2))
    person = messages.plain("type.PERSON")
    assert lines[2] == f"Lee Sung-ryong · {person} · {messages.plain_plural('candidates.articles', 2)}"
    assert lines[3] == messages.plain("candidates.also", names="Lee Seong-ryong")
    assert "Lee Sung-ryong spoke & waved <slowly>." in lines[4]
    assert 'href="https://courier.example/1"' in shown.html
    ignore = messages.plain("button.ignore")
    assert [one["text"] for one in shown.buttons] == ["➕ Lee Sung-ryong", ignore, "➕ Anton Relin", ignore]


@LANGUAGES
async def test_what_is_ignored_is_listed_and_taken_up_again(desk: Chatting, language: Language) -> None:
    messages, person = Messages(language), editor(language)
    propose(desk.database, "Lee Sung-ryong", "Anton <Relin>")
    for _ in range(2):
        shown = await desk.says("/candidates", person=person)
        ignore = next(one["callback_data"] for one in shown.buttons if one["text"] == messages.plain("button.ignore"))
        await desk.taps(shown, ignore, person=person)
    shown = await desk.says("/candidates", person=person)
    assert text(shown) == to_plain(messages.text("candidates.none"))
    await desk.taps(shown, button(shown, messages.plain("button.candidates_ignored", n=2)), person=person)
    listed = desk.now_reads(shown)
    assert text(listed).startswith(to_plain(messages.plural("candidates.heading_ignored", 2)))
    restore = button(listed, messages.plain("button.restore", name="Anton <Relin>"))
    await desk.taps(listed, restore, person=person)
    done = desk.now_reads(shown)
    assert text(done) == to_plain(messages.text("candidates.restored", name="Anton <Relin>"))
    assert open_names(desk.database) == ["Anton <Relin>"]
    again = await desk.taps(listed, restore, person=person)
    assert again.text == messages.plain("candidates.restored_already", name="Anton <Relin>")
    await desk.taps(done, button(done, messages.plain("button.undo")), person=person)
    assert open_names(desk.database) == []
    named = await desk.says("/candidates Anton <Relin>", person=person)
    assert to_plain(messages.text("candidates.is_ignored")) in text(named)
    by_word = await desk.says(f"/candidates {messages.plain('words.ignored').split()[0]}", person=person)
    assert text(by_word).startswith(to_plain(messages.plural("candidates.heading_ignored", 2)))


async def test_where_nothing_is_ignored_the_list_says_so_and_leads_back(desk: Chatting) -> None:
    propose(desk.database, "Anton Relin")
    shown = await desk.says("/candidates ignored", person=editor())
    assert text(shown) == Messages(EN).plain("candidates.none_ignored")
    await desk.taps(shown, button(shown, "📋 All candidates"), person=editor())
    assert "Anton Relin" in text(desk.now_reads(shown))
    for argument in (0, 7, "x"):
        stale = encode_own(42, Action.CANDIDATES_IGNORED, argument)
        await desk.taps(shown, stale, person=editor())
        assert text(desk.now_reads(shown)) == Messages(EN).plain("candidates.none_ignored")
        await desk.taps(shown, encode_own(42, Action.CANDIDATES, 0), person=editor())
    gone = await desk.taps(shown, encode_own(42, Action.RESTORE, 99), person=editor())
    assert gone.text == Messages(EN).plain("candidates.gone")


@LANGUAGES
async def test_adding_asks_what_it_is_and_can_be_taken_back(desk: Chatting, language: Language) -> None:
    person, messages = editor(language), Messages(language)
    propose(desk.database, "Anton Relin")
    shown = await desk.says("/candidates", person=person)
    await desk.taps(shown, 0, person=person)
    asked = desk.now_reads(shown)
    assert text(asked).endswith(messages.plain("candidates.which"))
    kinds = [messages.plain(f"type.{kind}") for kind in ("PERSON", "ORG", "PLACE", "EVENT", "OTHER")]
    assert [one["text"] for one in asked.buttons][:5] == kinds
    tapped = await desk.taps(shown, button(asked, messages.plain("type.ORG")), person=person)
    assert tapped.text == messages.plain("button.added")
    done = desk.now_reads(shown)
    assert text(done) == to_plain(
        messages.text("candidates.added", name="Anton Relin", type=messages.plain("type.ORG"))
    )
    entry = desk.context.glossary()["anton-relin"]
    assert (entry.type, entry.forms[0].text, entry.forms[0].status) == (
        EntityType.ORG,
        "Anton Relin",
        FormStatus.APPROVED,
    )
    assert "Anton Relin" in text(await desk.says("/search anton relin", person=STRANGER))
    undone = await desk.taps(shown, button(done, messages.plain("button.undo")), person=person)
    assert undone.text == messages.plain("button.undone")
    assert desk.context.glossary().get("anton-relin") is None
    assert open_names(desk.database) == ["Anton Relin"]
    taken_back = desk.now_reads(shown)
    await desk.taps(shown, button(taken_back, messages.plain("button.redo")), person=person)
    assert open_names(desk.database) == []
    assert [actor for actor, _ in changes(desk.database)] == ["telegram:42"] * 3


@LANGUAGES
async def test_ignoring_is_done_by_one_tap_and_taken_back_by_another(desk: Chatting, language: Language) -> None:
    person, messages = editor(language), Messages(language)
    propose(desk.database, "Anton Relin")
    shown = await desk.says("/candidates", person=person)
    tapped = await desk.taps(shown, 1, person=person)
    assert tapped.text == messages.plain("button.ignored")
    done = desk.now_reads(shown)
    assert text(done) == to_plain(messages.text("candidates.ignored", name="Anton Relin"))
    assert open_names(desk.database) == []
    await desk.taps(shown, button(done, messages.plain("button.undo")), person=person)
    assert open_names(desk.database) == ["Anton Relin"]
    assert changes(desk.database) == [
        ("telegram:42", "Undo: Ignore the candidate Anton Relin"),
        ("telegram:42", "Ignore the candidate Anton Relin"),
    ]


async def test_two_taps_at_once_do_it_once_and_the_second_is_told(desk: Chatting) -> None:
    propose(desk.database, "Anton Relin", "Marta Halloran")
    shown = await desk.says("/candidates", person=editor())
    ignore, add = shown.buttons[1]["callback_data"], encode_own(42, Action.ADD, "2.PERSON")
    for data in (ignore, ignore, add, add):
        desk.server.taps(shown, data, person=editor())
    await desk.server.until(lambda: len(desk.server.of("answerCallbackQuery")) == 4)
    await desk.says("/start", person=Person(99))
    assert [one.text for one in desk.server.of("answerCallbackQuery")] == [
        "Ignored",
        "Anton Relin: ignored already.",
        "Added",
        "Marta Halloran: in the glossary already.",
    ]
    assert [summary for _, summary in changes(desk.database)] == [
        "Add Marta Halloran, a candidate",
        "Ignore the candidate Anton Relin",
    ]
    # What was done, with its button, is not lost by the second tap.
    assert "Added Marta Halloran" in text(desk.now_reads(shown))
    undo = button(desk.now_reads(shown), "↩️ Undo")
    for _ in range(2):
        desk.server.taps(shown, undo, person=editor())
    await desk.server.until(lambda: len(desk.server.of("answerCallbackQuery")) == 6)
    told = [one.text for one in desk.server.of("answerCallbackQuery")[4:]]
    assert told == ["Taken back", "This has been taken back already."]


async def test_what_was_changed_since_is_not_taken_back(desk: Chatting) -> None:
    propose(desk.database, "Anton Relin")
    shown = await desk.says("/candidates", person=editor())
    await desk.taps(shown, 1, person=editor())
    undo = button(desk.now_reads(shown), "↩️ Undo")
    await desk.taps(shown, encode_own(42, Action.ADD, "1.PERSON"), person=editor())
    answer = await desk.taps(shown, undo, person=editor())
    assert answer.text is not None
    assert answer.text.startswith(
        "Not done. The change “Ignore the candidate Anton Relin” cannot be undone: a candidate was changed later"
    )
    unknown = await desk.taps(shown, encode_own(42, Action.UNDO, "nothing"), person=editor())
    assert unknown.text == Messages(EN).plain("button.gone")


async def test_the_list_is_turned_page_by_page_and_back_to_the_first_where_it_ends(desk: Chatting) -> None:
    words = ("Amber", "Birch", "Cedar", "Dune", "Elm", "Fern", "Grove")
    propose(desk.database, *(f"Harbor {word} Company" for word in words))
    shown = await desk.says("/candidates", person=editor())
    await desk.taps(shown, button(shown, "▶"), person=editor())
    second = desk.now_reads(shown)
    assert "Harbor Grove Company" in text(second)
    assert [one["text"] for one in second.buttons[-1:]] == ["◀"]
    with desk.database.write() as session:
        for number in range(1, 6):
            ignore_candidate(session, number, actor="test", now=NOON)
    # By now there is no second page to turn on to.
    await desk.taps(shown, encode_own(42, Action.CANDIDATES, 2), person=editor())
    assert text(desk.now_reads(shown)).startswith("2 names that the glossary lacks")


async def test_the_longest_names_make_a_message_that_fits(desk: Chatting) -> None:
    wide = [f"<&> {letter * 70}" for letter in "갉낡닭맑밝"]
    propose(desk.database, *wide, language=KO, also="가" * 80)
    shown = await desk.says("/candidates", person=editor())
    assert len(shown.buttons) >= 2


@LANGUAGES
async def test_a_name_in_another_language_asks_for_an_english_one(desk: Chatting, language: Language) -> None:
    person, messages = editor(language), Messages(language)
    propose(desk.database, "Остап Вільшанський", language=UK)
    shown = await desk.says("/candidates", person=person)
    await desk.taps(shown, encode_own(42, Action.ADD, "1.PERSON"), person=person)
    asked = text(desk.now_reads(shown))
    assert asked == to_plain(messages.text("candidates.english", name="Остап Вільшанський", command="/candidates 1"))
    done = await desk.says("/candidates 1 Ostap Vilshanskyi", person=person)
    assert "Ostap Vilshanskyi" in text(done)
    forms = desk.context.glossary()["ostap-vilshanskyi"].forms
    assert [(form.language, form.text) for form in forms] == [(EN, "Ostap Vilshanskyi"), (UK, "Остап Вільшанський")]


async def test_bad_input_is_answered_helpfully_and_changes_nothing(desk: Chatting) -> None:
    propose(desk.database, "Anton Relin")
    for asked in ("Nobody <b>", "99", "99 Nobody", "99999999999999999999 Nobody"):
        answer = text(await desk.says(f"/candidates {asked}", person=editor()))
        assert answer == to_plain(Messages(EN).text("candidates.unknown", query=asked))
    assert "too long" in text(await desk.says("/candidates " + "가" * 4000, person=editor()))
    card = await desk.says("/candidates anton relin", person=editor())
    assert text(card).endswith("What is it?")
    refused = await desk.says("/candidates 1 Антон", person=editor())
    assert text(refused) == "Not done. The English name “Антон” has no Latin letters."
    for data in ("1.FRUIT", "x.PERSON", "", "99.PERSON"):
        answer = await desk.taps(card, encode_own(42, Action.ADD, data), person=editor())
        assert answer.text
    for action in (Action.CANDIDATE, Action.IGNORE):
        answer = await desk.taps(card, encode_own(42, action, "99"), person=editor())
        assert answer.text == "This name is no longer among the candidates."
    assert open_names(desk.database) == ["Anton Relin"]
    assert changes(desk.database) == []
