"""Editing in the chat: entries and their forms, the review queue, sources, a file to import, and taking it all back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlmodel import select

from bot.knowledge import KnowledgeKeeper
from bot.messages import Messages, to_plain
from bot.models import Role, RoleGrant, Source, SourceKind
from bot.telegram.buttons import Action, decode, encode_own
from bot.telegram.roles import ADMIN_COMMANDS, EDITOR_COMMANDS
from glossary.database import Database
from glossary.editing import reject_form
from glossary.entries import Entry, EntryForm
from glossary.exchange import export_glossary
from glossary.models import Form
from glossary.store import load_glossary
from glossary.words import EntityType, FormKind, FormStatus, RelationKind
from tests.bot.chatting import LANGUAGES, Chatting, make_context, running_bot, text
from tests.bot.samples import EN, KO, NOON, RU, UK, entity_id
from tests.bot.telegram_server import Call, Person, Place, TelegramServer
from tests.bot.web import Answer, Web
from translations.languages import Language

STRANGER = Person(50, "Jisoo")
OTHER_EDITOR = Person(43, "Marta")


def editor(language: Language = EN) -> Person:
    """Who is an editor in these tests."""
    return Person(42, language_code={EN: "en", UK: "uk", RU: "ru", KO: "ko"}[language])


@pytest.fixture
async def desk(stocked: Database, telegram: TelegramServer) -> AsyncIterator[Chatting]:
    """A running bot with two editors, whose glossary follows what is changed."""
    context = make_context(stocked, telegram)
    context.settings.allow_private_sources = True
    with stocked.write() as session:
        for user_id in (42, 43):
            session.add(RoleGrant(user_id=user_id, role=Role.EDITOR, name="", given_by=1, given_at=NOON))
    for person in (editor(), OTHER_EDITOR, STRANGER):
        telegram.add(Place(person.id))
    context = replace(context, knowledge=KnowledgeKeeper(stocked).current)
    async with running_bot(context, telegram) as chatting:
        yield chatting


def entry(desk: Chatting, slug: str) -> Entry:
    """An entry as the database has it."""
    with desk.database.read() as session:
        return load_glossary(session)[slug]


def form(desk: Chatting, slug: str, language: Language) -> EntryForm | None:
    """The form to use."""
    return entry(desk, slug).preferred(language)


def at(call: Call, words: str) -> int:
    """The number of the button that says this."""
    (index,) = (place for place, button in enumerate(call.buttons) if words in button["text"])
    return index


async def opened(desk: Chatting, call: Call, words: str, person: Person | None = None) -> Call:
    """Tap a button; what its message has become."""
    await desk.taps(call, at(call, words), person=person or editor())
    return desk.now_reads(call)


async def prompted(desk: Chatting, call: Call, words: str, answer: str, person: Person | None = None) -> Call:
    """Tap a button that asks for a text, answer it; what the bot says to that."""
    before = len(desk.server.sent(42))
    await desk.taps(call, at(call, words), person=person or editor())
    question = desk.server.sent(42)[before]
    assert question.fields["reply_markup"]["force_reply"] is True
    return await desk.says(answer, person=person or editor(), answering=question)


# --- who may


@pytest.mark.parametrize("command", [*EDITOR_COMMANDS, *ADMIN_COMMANDS])
@LANGUAGES
async def test_a_stranger_is_told_who_may(desk: Chatting, command: str, language: Language) -> None:
    person = Person(50, language_code=language.value)
    who = "admins" if command in ADMIN_COMMANDS else "editors"
    assert text(await desk.says(f"/{command}", person=person)) == to_plain(Messages(language).text(f"role.{who}_only"))


async def test_a_strangers_answer_to_an_editors_question_changes_nothing(desk: Chatting) -> None:
    group = Place(-7, "supergroup", "Newsroom")
    card = await desk.says("/edit Tuva", person=editor(), place=group)
    listed = await opened_in(desk, card, "Korean")
    before = len(desk.server.sent(-7))
    await desk.taps(listed, at(listed, "Another form"), person=editor())
    question = desk.server.sent(-7)[before]
    answer = await desk.says("투우바", person=STRANGER, place=group, answering=question)
    assert text(answer) == to_plain(Messages(EN).text("role.editors_only"))
    assert "투우바" not in {one.text for one in entry(desk, "tuva").forms}


async def opened_in(desk: Chatting, call: Call, words: str) -> Call:
    await desk.taps(call, at(call, words), person=editor())
    return desk.now_reads(call)


# --- adding and editing


@pytest.mark.parametrize(
    ("language", "word"), [(EN, "person"), (UK, "особа"), (RU, "люди"), (KO, "인물"), (KO, "PERSON")]
)
async def test_an_entry_is_added_and_taken_back(desk: Chatting, language: Language, word: str) -> None:
    person, messages = editor(language), Messages(language)
    added = await desk.says(f"/add {word} Lee Seong-kweun", person=person)
    assert text(added) == to_plain(messages.text("add.done", name="Lee Seong-kweun"))
    assert entry(desk, "lee-seong-kweun").type is EntityType.PERSON
    await desk.taps(added, at(added, messages.plain("button.undo")), person=person)
    with desk.database.read() as session:
        assert load_glossary(session).get("lee-seong-kweun") is None


@pytest.mark.parametrize("asked", ["/add", "/add person", "/add dragon Smaug", "/add person " + "x" * 3000])
async def test_what_cannot_be_added_is_answered_with_how(desk: Chatting, asked: str) -> None:
    answer = text(await desk.says(asked, person=editor()))
    assert "/add person" in answer or "too long" in answer


async def test_a_name_that_stands_for_another_entry_is_refused_with_the_reason(desk: Chatting) -> None:
    answer = text(await desk.says("/add org SBU", person=editor()))
    assert answer.startswith("Not done. “SBU” (English) already stands for Security Service of Ukraine (sbu);")


@LANGUAGES
async def test_a_draft_is_approved_rejected_and_taken_back_from_the_edit_card(
    desk: Chatting, language: Language
) -> None:
    person, messages = editor(language), Messages(language)
    card = await desk.says("/edit Tuva", person=person)
    assert "✎ 투바" in text(card) or "★ 투바" in text(card)
    listed = await opened(desk, card, messages.plain("language.ko"), person)
    shown = await opened(desk, listed, "투바", person)
    after = await opened(desk, shown, messages.plain("form_step.approve"), person)
    found = form(desk, "tuva", KO)
    assert found is not None
    assert found.status is FormStatus.APPROVED
    await desk.taps(after, at(after, messages.plain("button.undo")), person=person)
    found = form(desk, "tuva", KO)
    assert found is not None
    assert found.status is FormStatus.DRAFT


@pytest.mark.parametrize(
    ("step", "kind", "status"),
    [("Reject", FormKind.ALIAS, FormStatus.REJECTED), ("Not to be used", FormKind.FORBIDDEN, FormStatus.APPROVED)],
)
async def test_a_form_is_rejected_or_forbidden(desk: Chatting, step: str, kind: FormKind, status: FormStatus) -> None:
    card = await desk.says("/edit National Intelligence Service", person=editor())
    listed = await opened(desk, card, "Korean")
    shown = await opened(desk, listed, "국정원")
    await opened(desk, shown, step)
    (found,) = (one for one in entry(desk, "nis").forms if one.text == "국정원")
    assert found.status is status
    if kind is FormKind.FORBIDDEN:
        assert found.kind is kind


@LANGUAGES
async def test_a_form_is_typed_in_answer_to_a_question(desk: Chatting, language: Language) -> None:
    person, messages = editor(language), Messages(language)
    card = await desk.says("/edit Sudzha", person=person)
    listed = await opened(desk, card, messages.plain("language.ko"), person)
    answer = await prompted(desk, listed, messages.plain("button.new_form"), "수드자", person)
    assert text(answer) == to_plain(messages.text("edit.done", name="Sudzha"))
    (found,) = (one for one in entry(desk, "sudzha").forms if one.text == "수드자")
    assert (found.language, found.status) == (KO, FormStatus.APPROVED)
    await desk.taps(answer, at(answer, messages.plain("button.undo")), person=person)
    assert "수드자" not in {one.text for one in entry(desk, "sudzha").forms}


async def test_name_note_and_type_are_changed(desk: Chatting) -> None:
    card = await desk.says("/edit Sudzha", person=editor())
    await prompted(desk, card, "Note", "A town near the border\nof two regions.")
    assert entry(desk, "sudzha").note == "A town near the border of two regions."
    await prompted(desk, card, "Note", "-")
    assert entry(desk, "sudzha").note is None
    await prompted(desk, card, "Name", "Sudja")
    assert entry(desk, "sudzha").name == "Sudja"
    types = await opened(desk, card, "Type")
    await opened(desk, types, "event")
    assert entry(desk, "sudzha").type is EntityType.EVENT


async def test_an_entry_becomes_part_of_another(desk: Chatting) -> None:
    await desk.says("/add place Guevo", person=editor())
    card = await desk.says("/edit Guevo", person=editor())
    await prompted(desk, card, "Part of", "Курська область")
    assert entry(desk, "guevo").targets(RelationKind.PART_OF) == ("kursk-oblast",)


async def test_two_entries_are_merged_after_a_question_and_come_apart_again(desk: Chatting) -> None:
    await desk.says("/add org South Korean intelligence agency", person=editor())
    card = await desk.says("/edit South Korean intelligence agency", person=editor())
    sure = await prompted(desk, card, "Merge into", "NIS")
    assert "Merge South Korean intelligence agency into National Intelligence Service?" in text(sure)
    done = await opened(desk, sure, "Merge")
    assert "South Korean intelligence agency" in {one.text for one in entry(desk, "nis").forms}
    await desk.taps(done, at(done, "Undo"), person=editor())
    assert entry(desk, "south-korean-intelligence-agency").name == "South Korean intelligence agency"


async def test_an_entry_is_not_merged_into_itself(desk: Chatting) -> None:
    card = await desk.says("/edit NIS", person=editor())
    assert text(await prompted(desk, card, "Merge into", "국정원")) == "That is the same entry."


async def test_the_later_of_two_editors_is_told(desk: Chatting) -> None:
    card = await desk.says("/edit Tuva", person=editor())
    listed = await opened(desk, card, "Korean")
    shown = await opened(desk, listed, "투바")
    with desk.database.write() as session:
        (found,) = (
            one
            for one in session.exec(select(Form).where(Form.entity_id == entity_id(session, "tuva")))
            if one.text == "투바"
        )
        reject_form(session, found.id or 0, actor="telegram:43", now=NOON)
    answer = await desk.taps(shown, at(shown, "Approve"), person=editor())
    assert answer.text == (
        "Not done. telegram:43 has changed Tuva meanwhile (“Reject “투바” (Korean)”); look at it again."
    )
    kept = next(one for one in entry(desk, "tuva").forms if one.text == "투바")
    assert kept.status is FormStatus.REJECTED


async def test_two_taps_on_one_button_do_it_once(desk: Chatting) -> None:
    card = await desk.says("/edit Tuva", person=editor())
    listed = await opened(desk, card, "Korean")
    shown = await opened(desk, listed, "투바")
    for _ in range(2):
        desk.server.taps(shown, at(shown, "Reject"), person=editor())
    await desk.server.until(lambda: len(desk.server.of("answerCallbackQuery")) == 4)
    answers = [one.text for one in desk.server.of("answerCallbackQuery")[2:]]
    assert answers[0] == "Rejected: 투바"
    assert "has changed Tuva meanwhile" in answers[1]


async def test_html_in_a_form_stays_text(desk: Chatting) -> None:
    card = await desk.says("/edit Sudzha", person=editor())
    listed = await opened(desk, card, "English")
    await prompted(desk, listed, "Another form", "Sud<b>zha & Co")
    again = await desk.says("/edit Sudzha", person=editor())
    assert "Sud&lt;b&gt;zha &amp; Co" in again.html


def test_every_editing_button_fits_64_bytes_at_its_longest() -> None:
    longest = encode_own(2**52, Action.PROMPT, "merge.999999999")
    assert len(longest.encode()) <= 64
    assert decode(longest) is not None
    assert len(encode_own(2**52, Action.REVIEW, "a.999999999.999999999.ko").encode()) <= 64
    assert len(encode_own(2**52, Action.UNDO, "f" * 32).encode()) <= 64


# --- the review queue


@LANGUAGES
async def test_the_queue_is_worked_through_draft_by_draft(desk: Chatting, language: Language) -> None:
    person, messages = editor(language), Messages(language)
    shown = await desk.says("/review", person=person)
    assert "투바" in text(shown)
    await desk.taps(shown, at(shown, messages.plain("form_step.approve")), person=person)
    found = form(desk, "tuva", KO)
    assert found is not None
    assert found.status is FormStatus.APPROVED
    left = desk.now_reads(shown)
    assert "투바" not in text(left) or to_plain(messages.text("review.none")) in text(left)
    await desk.taps(left, at(left, messages.plain("button.undo")), person=person)
    found = form(desk, "tuva", KO)
    assert found is not None
    assert found.status is FormStatus.DRAFT


async def test_the_queue_of_one_language_holds_only_its_drafts(desk: Chatting) -> None:
    assert "투바" in text(await desk.says("/review Korean", person=editor()))
    assert text(await desk.says("/review en", person=editor())) == "No draft waits for review."
    assert "Write nothing" in text(await desk.says("/review klingon", person=editor()))


# --- what was changed


@LANGUAGES
async def test_the_history_lists_changes_and_takes_one_back(desk: Chatting, language: Language) -> None:
    person, messages = editor(language), Messages(language)
    await desk.says("/add org Ministry of Silly Walks", person=person)
    listed = await desk.says("/history", person=person)
    assert messages.plain("deed.add", name="Ministry of Silly Walks") in text(listed)
    assert "telegram:42" in text(listed)
    await desk.taps(listed, 0, person=person)
    with desk.database.read() as session:
        assert load_glossary(session).get("ministry-of-silly-walks") is None
    assert to_plain(messages.text("undo.done", summary="|")).split("|")[0] in text(desk.now_reads(listed))


# --- sources

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Front &amp; Rear</title>
<link>https://front.example</link><description>x</description></channel></rss>"""


@LANGUAGES
async def test_a_source_is_added_paused_and_removed(desk: Chatting, language: Language) -> None:
    person, messages = editor(language), Messages(language)
    with Web() as web:
        web.route("/feed.xml", Answer(FEED, headers={"Content-Type": "application/rss+xml"}))
        added = await desk.says(f"/sources add {web.url('/feed.xml')}", person=person)
    assert "Front & Rear" in text(added)
    listed = await desk.says("/sources", person=person)
    shown = await opened(desk, listed, "Front & Rear", person)
    paused = await opened(desk, shown, messages.plain("button.pause"), person)
    with desk.database.read() as session:
        (row,) = session.exec(select(Source)).all()
        assert row.paused
    asked = await opened(desk, paused, messages.plain("button.remove"), person)
    await opened(desk, asked, messages.plain("button.remove_sure"), person)
    with desk.database.read() as session:
        assert session.exec(select(Source)).all() == []


@pytest.mark.parametrize("address", ["/etc/passwd", "file:///etc", "nonsense", "ftp://x.example/feed"])
async def test_a_folder_of_the_machine_is_no_source_for_the_chat(desk: Chatting, address: str) -> None:
    assert "http or https" in text(await desk.says(f"/sources add {address}", person=editor()))


async def test_a_source_that_fails_says_why(desk: Chatting) -> None:
    with desk.database.write() as session:
        session.add(Source(kind=SourceKind.FEED, address="https://dead.example/f", name="Dead <feed>", due_at=NOON,
                           failures=3, last_error="The server answered 503."))  # fmt: skip
    assert "failed 3 times: The server answered 503." in text(await desk.says("/sources", person=editor()))
    assert "Dead <feed>: The server answered 503." in text(await desk.says("/status", person=editor()))


@LANGUAGES
async def test_stats_count_the_glossary_by_language(desk: Chatting, language: Language) -> None:
    messages = Messages(language)
    answer = text(await desk.says("/stats", person=editor(language)))
    with desk.database.read() as session:
        glossary = load_glossary(session)
    assert to_plain(messages.plural("glossary.heading", len(glossary.entries))) in answer
    approved = sum(
        (found := one.preferred(UK)) is not None and found.status is FormStatus.APPROVED
        for one in glossary.entries.values()
    )
    assert f"{approved}" in next(line for line in answer.splitlines() if messages.plain("language.uk") in line)


# --- a file to import


async def sent(desk: Chatting, content: bytes, name: str = "glossary.csv", person: Person | None = None) -> Call:
    """Send a document; what the bot says to it."""
    person = person or editor()
    before = len(desk.server.sent(person.id))
    desk.server.sends_file(name, content, person=person)
    await desk.server.until(lambda: len(desk.server.sent(person.id)) > before)
    return desk.server.sent(person.id)[before]


CSV = "slug,type,en,uk,ru,ko\n,PLACE,Guevo,Гуєво,Гуево,\nsudzha,PLACE,Sudzha,Суджа,Суджа,수드자\n"


@LANGUAGES
async def test_a_csv_shows_what_it_would_change_is_applied_and_taken_back(desk: Chatting, language: Language) -> None:
    person, messages = editor(language), Messages(language)
    asked = await sent(desk, b"\xef\xbb\xbf" + CSV.encode(), person=person)
    assert text(asked).startswith(to_plain(messages.text("import.heading", new=1, changed=1, unchanged=0, conflicts=0)))
    with desk.database.read() as session:
        assert load_glossary(session).get("guevo") is None  # nothing before it is agreed to
    await desk.taps(asked, at(asked, messages.plain("button.apply")), person=person)
    done = desk.now_reads(asked)
    assert text(done) == to_plain(messages.text("import.done", new=1, changed=1))
    found = form(desk, "sudzha", KO)
    assert found is not None
    assert found.text == "수드자"
    await desk.taps(done, at(done, messages.plain("button.undo")), person=person)
    with desk.database.read() as session:
        assert load_glossary(session).get("guevo") is None


@pytest.mark.parametrize("format_", ["tbx", "json", "csv"])
async def test_an_export_sent_back_changes_nothing(desk: Chatting, format_: str) -> None:
    with desk.database.read() as session:
        content = export_glossary(load_glossary(session), format_)
    answer = await sent(desk, content, f"glossary.{format_}")
    assert "nothing to apply" in text(answer)
    assert answer.buttons == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(100)),
        ("empty.csv", b""),
        ("columns.csv", b"name,value\nKyiv,1\n"),
        ("broken.tbx", b"<tbx><unclosed>"),
        ("broken.json", b'{"entities": ['),
        ("bomb.tbx", b'<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><tbx>&b;</tbx>'),
    ],
)
async def test_a_file_that_is_no_glossary_is_told_why(desk: Chatting, name: str, content: bytes) -> None:
    assert text(await sent(desk, content, name)).startswith("This is no glossary file:")


async def test_a_cell_that_begins_a_formula_is_a_name_like_any_other(desk: Chatting) -> None:
    cells = "slug,type,en,uk,ru,ko\n,ORG,'=HYPERLINK(1),,,\n,ORG,+Plus,,,\n,ORG,@Home,,,\n"
    asked = await sent(desk, cells.encode())
    assert "=HYPERLINK(1)" in text(asked)
    await desk.taps(asked, at(asked, "Apply"), person=editor())
    with desk.database.read() as session:
        assert {"=HYPERLINK(1)", "+Plus", "@Home"} <= {one.name for one in load_glossary(session).entries.values()}


async def test_a_file_that_is_gone_or_a_glossary_that_moved_on_applies_nothing(desk: Chatting) -> None:
    asked = await sent(desk, CSV.encode())
    await desk.says("/add place Guevo", person=editor())
    answer = await desk.taps(asked, at(asked, "Apply"), person=editor())
    assert answer.text == Messages(EN).plain("import.other")
    asked = await sent(desk, CSV.encode())
    desk.server.forget_files()
    answer = await desk.taps(asked, at(asked, "Apply"), person=editor())
    assert answer.text == Messages(EN).plain("import.gone")
    desk.server.refusals.clear()


async def test_a_file_beyond_what_telegram_hands_out_is_refused(desk: Chatting) -> None:
    assert "20 MB are the most" in text(await sent(desk, b"x" * 20_000_001))


async def test_a_strangers_file_is_not_read(desk: Chatting) -> None:
    answer = await sent(desk, CSV.encode(), person=STRANGER)
    assert text(answer) == to_plain(Messages(EN).text("role.editors_only"))
    assert desk.server.of("getFile") == []
