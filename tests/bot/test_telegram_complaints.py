"""What readers say is wrong with an entity: said by a button of its card, told to editors once, and settled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.editors_work import Queue, waiting_work
from bot.feedback import complain_of_entity, complained_entities
from bot.knowledge import KnowledgeKeeper
from bot.messages import Messages, to_plain
from bot.models import Role, RoleGrant
from bot.privacy import erase, stored_of
from bot.telegram.buttons import Action, decode, encode, encode_own
from glossary.database import Database
from glossary.editing import add_entity, add_form
from glossary.history import list_changes, undo
from glossary.words import EntityType, FormKind
from tests.bot.chatting import LANGUAGES, Chatting, make_context, running_bot, text
from tests.bot.samples import GLOSSARY, KO, NOON, entity_id, stock
from tests.bot.telegram_server import Call, Person, Place, TelegramServer
from translations.languages import Language

HOUR = timedelta(hours=1)


@pytest.fixture
async def desk(stocked: Database, telegram: TelegramServer) -> AsyncIterator[Chatting]:
    """A running bot with one editor."""
    with stocked.write() as session:
        session.add(RoleGrant(user_id=42, role=Role.EDITOR, name="", given_by=1, given_at=NOON))
    for number in (42, 50, 51):
        telegram.add(Place(number))
    context = replace(make_context(stocked, telegram), knowledge=KnowledgeKeeper(stocked).current)
    async with running_bot(context, telegram) as chatting:
        yield chatting


def at(call: Call, words: str) -> int:
    """The number of the button that says this."""
    (index,) = (place for place, button in enumerate(call.buttons) if words in button["text"])
    return index


@LANGUAGES
async def test_a_reader_says_so_once_and_an_editor_settles_it(desk: Chatting, language: Language) -> None:
    reader, editor, messages = (
        Person(50, language_code=language),
        Person(42, language_code=language),
        Messages(language),
    )
    card = await desk.says("/search Tuva", person=reader)
    wrong = at(card, messages.plain("button.wrong"))
    told = [(await desk.taps(card, wrong, person=reader)).text for _ in range(2)]
    assert told == [messages.plain("button.wrong_told"), messages.plain("button.wrong_known")]
    assert (await desk.taps(card, wrong, person=Person(51))).text == Messages(Language.EN).plain("button.wrong_told")
    assert desk.now_reads(card) is card
    before = len(desk.server.sent(42)) + 1
    review = await desk.says("/review", person=editor)
    await desk.taps(review, at(review, messages.plain("button.complaints", n=1)), person=editor)
    queue = desk.server.sent(42)[before]
    assert text(queue).startswith(to_plain(messages.plural("complaints.heading", 1)))
    assert "투바" in text(queue)
    edit = decode(queue.buttons[at(queue, messages.plain("button.edit"))]["callback_data"])
    assert edit is not None
    assert (edit.action, edit.owner) == (Action.EDIT_BELOW, 42)
    await desk.taps(queue, at(queue, messages.plain("button.settled")), person=editor)
    assert text(desk.now_reads(queue)) == to_plain(messages.text("complaints.none"))
    assert desk.server.of("answerCallbackQuery")[-1].text == messages.plain("complaints.settled")
    # What is settled may be said again, if it is still wrong.
    assert (await desk.taps(card, wrong, person=reader)).text == messages.plain("button.wrong_told")


async def test_the_queue_goes_round_until_all_is_decided(desk: Chatting) -> None:
    with desk.database.write() as session:
        for slug in ("tuva", "sudzha"):
            complain_of_entity(session, entity_id(session, slug), 50, now=NOON + HOUR)
    editor = Person(42)
    queue = await desk.says("/review", person=editor)
    before = len(desk.server.sent(42))
    await desk.taps(queue, at(queue, "Said to be wrong: 2"), person=editor)
    queue = desk.server.sent(42)[before]
    seen = [text(queue)]
    for _ in range(2):
        await desk.taps(queue, at(queue, "Later"), person=editor)
        queue = desk.now_reads(queue)
        seen.append(text(queue))
    assert ["Tuva" in seen[0], "Sudzha" in seen[1], seen[2] == seen[0]] == [True, True, True]


@pytest.mark.parametrize("action", [Action.COMPLAINTS, Action.COMPLAINTS_NEXT, Action.COMPLAINTS_SETTLE])
async def test_the_queue_is_for_editors_and_old_buttons_are_answered(desk: Chatting, action: Action) -> None:
    card = await desk.says("/search Tuva", person=Person(50))
    stranger = await desk.taps(card, encode_own(50, action, "1"), person=Person(50))
    assert stranger.text == Messages(Language.EN).plain("role.editors_only")
    for data in ("", "x", "999999999", "1.2.3"):
        await desk.taps(
            await desk.says("/search Tuva", person=Person(42)), encode_own(42, action, data), person=Person(42)
        )
        gone = await desk.taps(card, encode(Action.WRONG_ENTITY, data or "x"), person=Person(50))
        assert gone.text in {
            Messages(Language.EN).plain("button.gone"),
            Messages(Language.EN).plain("button.wrong_told"),
        }


def test_an_edit_settles_it_and_editors_are_told_of_what_is_new(any_database: Database) -> None:
    stock(any_database)
    with any_database.write() as session:
        tuva, by = entity_id(session, "tuva"), {"actor": "telegram:42"}
        assert complain_of_entity(session, tuva, 50, now=NOON + HOUR)
        assert not complain_of_entity(session, tuva, 50, now=NOON + HOUR)
        assert waiting_work(session, GLOSSARY, None).complaints == Queue(1, 1)
        assert waiting_work(session, GLOSSARY, NOON + HOUR).complaints == Queue(1, 0)
        assert waiting_work(session, GLOSSARY, NOON).is_news
        add_form(session, "tuva", KO, "투와", FormKind.ALIAS, now=NOON + 2 * HOUR, **by)
        assert complained_entities(session) == ()
        assert complain_of_entity(session, tuva, 50, now=NOON + 3 * HOUR)
        assert complained_entities(session) == (tuva,)
        # An entity that is gone waits for nobody, and what was said of it holds no undo up.
        add_entity(session, name="Guevo", type=EntityType.PLACE, now=NOON, **by)
        (added,) = list_changes(session, limit=1)
        assert complain_of_entity(session, entity_id(session, "guevo"), 50, now=NOON + HOUR)
        undo(session, added.id, now=NOON + 4 * HOUR, **by)
        assert complained_entities(session) == (tuva,)
        assert stored_of(session, 50, 50).feedback == 2
        erase(session, 50, 50)
        assert stored_of(session, 50, 50).feedback == 0
