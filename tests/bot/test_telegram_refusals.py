"""What is refused in the chat: the whole answer is in the reader's language, and nothing is half done."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.knowledge import KnowledgeKeeper
from bot.messages import Messages, to_plain
from bot.messages.sayings import say
from bot.models import Role, RoleGrant, Source, SourceKind
from bot.sources.errors import SourceProblem
from bot.telegram.buttons import Action, encode_own
from glossary.database import Database
from glossary.deeds import Deed
from glossary.editing import add_form, edit_entity, reject_form
from glossary.exchange.csv_format import COLUMNS, MAX_ROWS
from glossary.history import list_changes, recorded_change
from glossary.models import Form
from glossary.refusals import Field, Place, Refusal, Row, Rows
from glossary.store import load_glossary
from glossary.words import EntityType, FormKind
from tests.bot.chatting import LANGUAGES, Chatting, make_context, running_bot, text
from tests.bot.samples import EN, KO, NOON, RU, UK, entity_id
from tests.bot.telegram_server import Call, Person, TelegramServer
from tests.bot.telegram_server import Place as Room
from tests.bot.web import Answer, Web
from translations.languages import Language
from translations.phrases import Saying
from translations.quality import Problem

# Words that stand in Latin letters in any language.
FORMATS = {"CSV", "UTF", "HTTP", "SOURCES", "EXONYM", "ALLOW", "PRIVATE", "https", "http"}
NEVER_ENGLISH = {"not", "done", "the", "refused", "this", "cannot", "changed"}


@pytest.fixture
async def desk(stocked: Database, telegram: TelegramServer) -> AsyncIterator[Chatting]:
    """A running bot with an editor, whose glossary follows what is changed; private addresses are no sources."""
    context = make_context(stocked, telegram)
    with stocked.write() as session:
        session.add(RoleGrant(user_id=42, role=Role.EDITOR, name="", given_by=1, given_at=NOON))
    telegram.add(Room(42))
    context = replace(context, knowledge=KnowledgeKeeper(stocked).current)
    async with running_bot(context, telegram) as chatting:
        yield chatting


def editor(language: Language) -> Person:
    return Person(42, language_code={EN: "en", UK: "uk", RU: "ru", KO: "ko"}[language])


def english_words(saying: Saying) -> set[str]:
    """The words of the English sentence that are not of its values."""
    bare = re.sub(r"{\w+}", " ", saying.phrase.value)
    return {word.lower() for word in re.findall("[A-Za-z]{3,}", bare) if word not in FORMATS} | NEVER_ENGLISH


def assert_said(answer: str, frame: str, saying: Saying, language: Language) -> None:
    """An answer says a reason within its frame in the reader's language, and no word of the English sentence."""
    messages = Messages(language)
    reason = say(messages, saying).replace("\N{NO-BREAK SPACE}", " ")
    assert answer == to_plain(messages.text(frame, reason=reason))
    if language is not EN:
        for value in saying.values.values():
            answer = answer.replace(str(value), "")
        assert set(re.findall("[a-z]{3,}", answer)) & english_words(saying) == set()


def at(call: Call, words: str) -> int:
    (index,) = (place for place, button in enumerate(call.buttons) if words in button["text"])
    return index


async def opened(desk: Chatting, call: Call, words: str, person: Person) -> Call:
    """Tap a button; what its message has become."""
    await desk.taps(call, at(call, words), person=person)
    return desk.now_reads(call)


async def typed(desk: Chatting, call: Call, words: str, answer: str, person: Person) -> str:
    """Tap a button that asks for a text, answer it; what the bot says to that."""
    before = len(desk.server.sent(42))
    await desk.taps(call, at(call, words), person=person)
    return text(await desk.says(answer, person=person, answering=desk.server.sent(42)[before]))


async def sent(desk: Chatting, content: bytes, person: Person, name: str = "glossary.csv") -> Call:
    """Send a document; what the bot says to it."""
    before = len(desk.server.sent(42))
    desk.server.sends_file(name, content, person=person)
    await desk.server.until(lambda: len(desk.server.sent(42)) > before)
    return desk.server.sent(42)[before]


def contents(desk: Chatting) -> tuple[object, int]:
    """The glossary and how many changes it had."""
    with desk.database.read() as session:
        return dict(load_glossary(session).entries), len(list_changes(session, limit=1000))


# --- edits


@LANGUAGES
async def test_names_that_cannot_be_are_refused(desk: Chatting, language: Language) -> None:
    person, kind, before = editor(language), Messages(language).plain("type.ORG"), contents(desk)
    taken = Refusal.NAME_TAKEN.of(form="SBU", language=EN, name="Security Service of Ukraine", slug="sbu")
    for name, saying in (
        ("SBU", taken),
        ("Army", Refusal.COMMON_WORD.of(form="Army")),
        ("Q", Refusal.SINGLE_LETTER.of(form="Q")),
        ("Тува", Refusal.NO_LATIN_LETTERS.of(name="Тува")),
        ("<1> & 2", Refusal.OTHER_LETTERS.of(form="<1> & 2", language="English")),
    ):
        assert_said(text(await desk.says(f"/add {kind} {name}", person=person)), "edit.refused", saying, language)
    assert contents(desk) == before


@LANGUAGES
async def test_forms_that_cannot_be_are_refused(desk: Chatting, language: Language) -> None:
    person, messages, before = editor(language), Messages(language), contents(desk)
    card = await desk.says("/edit Tuva", person=person)
    for spoken, form, saying in (
        (UK, "Росія", Refusal.NAME_TAKEN.of(form="Росія", language=UK, name="Russia", slug="russia")),
        (KO, "정부", Refusal.COMMON_WORD.of(form="정부")),
        (RU, "ы" * 201, Refusal.LONG.of(field=Field.FORM, n=201, limit=200)),
    ):
        listed = await opened(desk, card, messages.plain(f"language.{spoken.value}"), person)
        answer = await typed(desk, listed, messages.plain("button.new_form"), form, person)
        assert_said(answer, "edit.refused", saying, language)
        card = await opened(desk, listed, messages.plain("button.back"), person)
    assert contents(desk) == before


@LANGUAGES
async def test_the_later_of_two_editors_is_told_by_whom_and_what(desk: Chatting, language: Language) -> None:
    person, messages = editor(language), Messages(language)
    card = await desk.says("/edit Tuva", person=person)
    listed = await opened(desk, card, messages.plain("language.ko"), person)
    shown = await opened(desk, listed, "투바", person)
    with desk.database.write() as session:
        forms = session.exec(select(Form).where(Form.entity_id == entity_id(session, "tuva"))).all()
        (draft,) = (one.id or 0 for one in forms if one.text == "투바")
        reject_form(session, draft, actor="telegram:43", now=NOON)
    answer = await desk.taps(shown, at(shown, messages.plain("form_step.approve")), person=person)
    summary = str(Deed.REJECT.of(form="투바", language=KO))
    saying = Refusal.CHANGED_MEANWHILE.of(actor="telegram:43", name="Tuva", summary=summary)
    assert_said(answer.text or "", "edit.refused", saying, language)
    assert "Reject" not in (answer.text or "") or language is EN


@LANGUAGES
async def test_the_name_of_an_entry_is_not_rejected_or_removed(desk: Chatting, language: Language) -> None:
    person, messages, before = editor(language), Messages(language), contents(desk)
    card = await desk.says("/edit Tuva", person=person)
    listed = await opened(desk, card, messages.plain("language.en"), person)
    shown = await opened(desk, listed, "Tuva", person)
    answer = await desk.taps(shown, at(shown, messages.plain("form_step.remove")), person=person)
    assert_said(answer.text or "", "edit.refused", Refusal.FORM_IS_NAME.of(form="Tuva"), language)
    assert contents(desk) == before


@LANGUAGES
async def test_relations_in_a_ring_and_an_entry_merged_with_itself_are_refused(
    desk: Chatting, language: Language
) -> None:
    person, messages, before = editor(language), Messages(language), contents(desk)
    with desk.database.read() as session:
        sudzha, kursk = entity_id(session, "sudzha"), entity_id(session, "kursk-oblast")
    card = await desk.says("/edit Kursk Oblast", person=person)
    answer = await typed(desk, card, messages.plain("button.part_of"), "Sudzha", person)
    assert_said(answer, "edit.refused", Refusal.RING.of(other="Sudzha", name="Kursk Oblast"), language)
    twice = await desk.taps(card, encode_own(42, Action.MERGE, f"{kursk}.{kursk}"), person=person)
    assert_said(twice.text or "", "edit.refused", Refusal.MERGED_WITH_ITSELF.of(name="Kursk Oblast"), language)
    card = await desk.says("/edit Sudzha", person=person)
    answer = await typed(desk, card, messages.plain("button.part_of"), "Kursk Oblast", person)
    known = Refusal.RELATION_KNOWN.of(name="Sudzha", relation="part_of", other="Kursk Oblast")
    assert_said(answer, "edit.refused", known, language)
    assert sudzha != kursk
    assert contents(desk) == before


# --- undoing


@LANGUAGES
async def test_an_undo_that_others_built_upon_is_refused(desk: Chatting, language: Language) -> None:
    person, messages = editor(language), Messages(language)
    added = await desk.says(f"/add {messages.plain('type.PLACE')} Guevo", person=person)
    with desk.database.write() as session:
        add_form(session, "guevo", RU, "Гуево", FormKind.FULL, actor="telegram:43", now=NOON)
    answer = await desk.taps(added, at(added, messages.plain("button.undo")), person=person)
    summary = str(Deed.ADD.of(name="Guevo"))
    saying = Refusal.REFERRED_TO.of(summary=summary, rows=Rows.FORM.of(number=1))
    assert_said(answer.text or "", "edit.refused", saying, language)
    with desk.database.write() as session:
        edit_entity(session, "guevo", note="A village.", actor="telegram:43", now=NOON + timedelta(hours=1))
        later = list_changes(session, limit=1)[0].id
    answer = await desk.taps(added, at(added, messages.plain("button.undo")), person=person)
    saying = Refusal.CHANGED_LATER.of(
        summary=summary, row=Row.ENTITY.of(name="Guevo"), later=str(Deed.EDIT.of(name="Guevo")), actor="telegram:43",
        time=f"{NOON + timedelta(hours=1):%Y-%m-%d %H:%M}", change=later,
    )  # fmt: skip
    assert (answer.text or "")[:150] == to_plain(messages.text("edit.refused", reason=say(messages, saying)))[:150]


@LANGUAGES
async def test_the_history_is_told_in_the_readers_language(desk: Chatting, language: Language) -> None:
    person, messages = editor(language), Messages(language)
    added = await desk.says(f"/add {messages.plain('type.PLACE')} Guevo", person=person)
    await desk.taps(added, at(added, messages.plain("button.undo")), person=person)
    added_said, undone_said = (say(messages, one) for one in (Deed.ADD.of(name="Guevo"),
                               Deed.UNDO.of(summary=str(Deed.ADD.of(name="Guevo")))))  # fmt: skip
    assert text(desk.now_reads(added)) == to_plain(messages.text("undo.done", summary=added_said))
    listed = text(await desk.says("/history", person=person))
    assert added_said in listed
    assert undone_said in listed


# --- files


@pytest.mark.parametrize(
    ("content", "saying"),
    [
        (b"\xef\xbb\xbfwort,zahl\nKyiv,1\n",
         Refusal.WRONG_COLUMNS.of(columns=", ".join(COLUMNS[:6]), found="“wort”, “zahl”")),
        (b"\xff\xd8\xff\xe0" + bytes(100), Refusal.NOT_UTF8.of()),
        ("slug,en\nkyiv,Київ\n".encode("cp1251"), Refusal.NOT_UTF8.of()),
        (b"", Refusal.FILE_EMPTY.of()),
        (b'slug,en\nkyiv,"Kyiv\n', Refusal.NOT_CSV.of(line=2)),
        (b"slug,en\nkyiv,Kyiv,more\n", Refusal.MORE_CELLS.of(where=Place.ROW.of(number=2))),
        (b"slug,en\n" + b"kyiv,Kyiv\n" * 100_000, Refusal.TABLE_LONG.of(n=MAX_ROWS)),
        (b"slug,type,en\nkyiv,STADT,Kyiv\n",
         Refusal.NO_SUCH_WORD.of(where=Place.ROW.of(number=2), word="STADT", words=", ".join(EntityType))),
        (b"<tbx><unclosed>", Refusal.NOT_XML_AT.of(line=1)),
    ],
    ids=["columns", "photo", "other-encoding", "empty", "quote", "cells", "100000-rows", "type", "xml"],
)  # fmt: skip
@LANGUAGES
async def test_a_file_that_cannot_be_read_is_told_why(
    desk: Chatting, content: bytes, saying: Saying, language: Language
) -> None:
    before = contents(desk)
    answer = await sent(desk, content, editor(language))
    assert_said(text(answer), "import.unreadable", saying, language)
    assert answer.buttons == []
    assert contents(desk) == before


@LANGUAGES
async def test_what_an_import_would_change_and_leave_out_is_told(desk: Chatting, language: Language) -> None:
    person, messages, before = editor(language), Messages(language), contents(desk)
    rows = (
        "slug,type,en,uk,ru,ko,uk_also",
        ",PLACE,Guevo,Гуєво,Гуево,,",  # new
        "tuva,,,,,,Тива",  # changed
        ",ORG,'=HYPERLINK(1),,,,",  # cells that a spreadsheet would take for a formula
        ",ORG,'+Plus,,,,",
        ",ORG,'-Minus,,,,",
        ",ORG,'@Home,,,,",
        ",ORG,=SUM(A1),,,,",
        "courier,ORG,SBU,,,,",  # another entry's name
        ",ORG,Army,,,,",  # a common word
        "tuva,,,,,,",  # twice
    )
    answer = await sent(desk, "\ufeff".encode() + "\n".join(rows).encode(), person)
    told = text(answer)
    expected = {
        "guevo": "Guevo (guevo): " + messages.plain("difference.new"),
        "tuva": "Tuva (tuva): "
        + messages.plain("difference.adds", form="Тива", language=messages.plain("language.uk")),
        "taken": f"SBU ({say(messages, Place.ROW.of(number=9))}): "
        + say(messages, Refusal.FORM_TAKEN.of(form="SBU", language=EN, slug="sbu")),
        "common": say(messages, Refusal.COMMON_WORD.of(form="Army")),
        "twice": say(messages, Refusal.TWICE_IN_FILE.of(slug="tuva")),
    }
    assert {name: one for name, one in expected.items() if one not in told} == {}
    for formula in ("=HYPERLINK(1)", "+Plus", "-Minus", "@Home", "=SUM(A1)"):
        assert f"{formula} (" in told
    if language is not EN:
        words = {word for one in (Refusal.FORM_TAKEN, Refusal.COMMON_WORD, Refusal.TWICE_IN_FILE)
                 for word in re.findall("[a-z]{4,}", one.value.lower())} - {"form", "language", "slug"}  # fmt: skip
        assert words & set(re.findall("[a-z]+", told.lower())) == set()
    assert contents(desk) == before


# --- sources and pages


@LANGUAGES
async def test_an_address_that_cannot_be_read_is_told_why(desk: Chatting, language: Language) -> None:
    person = editor(language)
    with Web() as web:
        private = web.url("/feed.xml")
        answer = text(await desk.says(f"/sources add {private}", person=person))
        assert_said(answer, "sources.refused", SourceProblem.PRIVATE.of(address=private), language)
        linked = text(await desk.says(private, person=person))
        assert_said(linked, "article.unread", SourceProblem.PRIVATE.of(address=private), language)
        desk.context.settings.allow_private_sources = True
        gone = web.page("/gone", "", status=404)
        answer = text(await desk.says(f"/sources add {gone}", person=person))
        assert_said(answer, "sources.refused", SourceProblem.GONE.of(address=gone, status="404"), language)
        picture = web.route("/photo", Answer(b"\x89PNG\r\n", headers={"Content-Type": "image/png"}))
        linked = text(await desk.says(picture, person=person))
        assert_said(linked, "article.unread", SourceProblem.IMAGE.of(address=picture), language)
        broken = web.route("/feed", Answer(b"<rss><channel><item><ti", headers={"Content-Type": "application/rss+xml"}))
        answer = text(await desk.says(f"/sources add {broken}", person=person))
        assert_said(answer, "sources.refused", SourceProblem.MALFORMED_FEED.of(address=broken), language)
    with desk.database.read() as session:
        assert session.exec(select(Source)).all() == []


@LANGUAGES
async def test_a_source_that_fails_says_why_in_the_readers_language(desk: Chatting, language: Language) -> None:
    address = "https://dead.example/f"
    saying = SourceProblem.BUSY.of(address=address, status="503")
    with desk.database.write() as session:
        session.add(Source(kind=SourceKind.FEED, address=address, name="Dead", due_at=NOON, failures=3,
                           last_error=str(saying)))  # fmt: skip
    said = say(Messages(language), saying)
    for command in ("/sources", "/status"):
        assert said in text(await desk.says(command, person=editor(language)))
    assert (language is EN) is (said == str(saying))


# --- what checks found


@LANGUAGES
async def test_what_a_check_found_of_a_draft_is_said_in_the_readers_language(
    desk: Chatting, language: Language
) -> None:
    person, messages = editor(language), Messages(language)
    found = [Problem.OTHER_ALPHABET.of(language="Ukrainian"), Problem.UNSURE.of(score="0.31")]
    with desk.database.write() as session:
        row = session.exec(select(Form).where(Form.text == "투바")).one()
        with recorded_change(session, actor="test", summary="a check", now=NOON):
            row.problems = [*map(str, found), "A remark from a file."]
    said = " ".join([*(say(messages, one) for one in found), "A remark from a file."])
    card = await desk.says("/edit Tuva", person=person)
    listed = await opened(desk, card, messages.plain("language.ko"), person)
    shown = text(await opened(desk, listed, "투바", person))
    assert to_plain(messages.text("edit.problems", problems=said)) in shown
    assert to_plain(messages.text("edit.problems", problems=said)) in text(await desk.says("/review", person=person))
