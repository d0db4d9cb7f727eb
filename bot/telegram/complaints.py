"""What readers say is wrong with an entity, in the chat: saying so, and the queue of it for editors.

What is said waits until an editor edits the entity, or says that it is settled (`bot.feedback`); editors learn of it by
their daily notice of work and under the review of drafts.
"""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.feedback import complain_of_entity, complained_entities, settle_complaints
from bot.messages import Html
from bot.messages.markup import join
from bot.telegram.buttons import Action, Press, row_id
from bot.telegram.cards import card, gone
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.names import entry_of_id
from glossary.entries import Glossary


def say_wrong(context: BotContext, ask: Ask, press: Press) -> Reply:
    """A reader says that a form of an entity is wrong; its card stays, and a second tap is thanked for all the same."""
    glossary = context.glossary()
    with context.database.write() as session:
        if entry_of_id(session, glossary, press.id) is None:
            return replace(gone(ask), keep=True)
        first = complain_of_entity(session, press.id, ask.user_id, now=context.clock())
    key = "button.wrong_told" if first else "button.wrong_known"
    return Reply(ask.messages.text(key), toast=ask.messages.plain(key), keep=True)


def first(context: BotContext, ask: Ask, press: Press) -> Reply:
    """The first entity that a reader questions, in a message of its own."""
    return replace(following(context, ask, press), fresh=True)


def following(context: BotContext, ask: Ask, press: Press) -> Reply:
    """The next one, in the place of the one shown."""
    glossary = context.glossary()
    with context.database.read() as session:
        return _next(session, glossary, ask, after=row_id(press.own_argument))


def settle(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Nothing is wrong with the entity, or not any more; the next one."""
    glossary, entity_id = context.glossary(), row_id(press.own_argument)
    with context.database.write() as session:
        settle_complaints(session, entity_id)
        shown = _next(session, glossary, ask, after=0)
    return replace(shown, toast=ask.messages.plain("complaints.settled"))


def complaint_buttons(session: Session, ask: Ask) -> tuple[Button, ...]:
    """The way to what readers question, with how many entities that is; none where nothing is."""
    waiting = len(complained_entities(session))
    words = ask.messages.plain("button.complaints", n=waiting)
    return (Button(words, ask.own(Action.COMPLAINTS, 0)),) if waiting else ()


def _next(session: Session, glossary: Glossary, ask: Ask, *, after: int) -> Reply:
    """The entity that stands behind `after` in the queue; behind the last one it begins again."""
    waiting = complained_entities(session)
    rest = waiting[waiting.index(after) + 1 :] if after in waiting else ()
    for entity_id in (*rest, *waiting):
        entry = entry_of_id(session, glossary, entity_id)
        if entry is not None:
            shown = card(session, glossary, ask, entry)
            heading = ask.messages.plural("complaints.heading", len(waiting))
            buttons = (
                Button(ask.messages.plain("button.edit"), ask.own(Action.EDIT_BELOW, entity_id)),
                Button(ask.messages.plain("button.settled"), ask.own(Action.COMPLAINTS_SETTLE, entity_id), beside=True),
                Button(ask.messages.plain("button.later"), ask.own(Action.COMPLAINTS_NEXT, entity_id), beside=True),
            )
            return Reply(join("\n", [heading, Html(""), shown.html]), buttons)
    return Reply(ask.messages.text("complaints.none"))
