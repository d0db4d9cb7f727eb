"""The statements that wait for an editor, in the chat: one after another, to release, to reject or to correct.

A number that is a hundred times what is known, or the second one of a claimant in one text, is held
(`glossary.figures`), and changes nothing until an editor has judged it. The drafts of forms are a queue of their own,
`reviewing`; each of the two leads to the other.
"""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.messages import Html
from bot.messages.markup import join
from bot.telegram.buttons import Action, Press, row_id
from bot.telegram.cards import gone
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.statement_editing import StatementStep, described, find_statement, step_and_show
from glossary.entries import Glossary
from glossary.figure_history import history_revision
from glossary.figure_views import held_count, next_held
from glossary.forms import review_count


def first(context: BotContext, ask: Ask, press: Press) -> Reply:
    """The first that waits, in a message of its own."""
    return replace(following(context, ask, press), fresh=True)


def following(context: BotContext, ask: Ask, press: Press) -> Reply:
    """The next one, in the place of the one shown."""
    glossary = context.glossary()
    with context.database.read() as session:
        return _next(session, glossary, ask, after=row_id(press.own_argument))


def decide(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Release or reject the statement that is shown, unless its figure was edited meanwhile: ``a.55.340``; the next."""
    if press.own_parts(3)[0] not in {StatementStep.RELEASE, StatementStep.REJECT}:
        return replace(gone(ask), keep=True)
    glossary = context.glossary()
    return step_and_show(context, ask, press, lambda session, number: _next(session, glossary, ask, after=number))


def _next(session: Session, glossary: Glossary, ask: Ask, *, after: int) -> Reply:
    # Behind the last one the queue begins again with those that were left for later.
    number = next_held(session, after) or next_held(session)
    found = find_statement(session, glossary, number) if number is not None else None
    drafts = review_count(session)
    to_drafts = (Button(ask.messages.plain("button.drafts", n=drafts), ask.own(Action.SKIP, "0.")),) if drafts else ()
    if found is None:
        return Reply(ask.messages.text("held.none"), to_drafts)
    figure, one = found
    messages, seen = ask.messages, history_revision(session)
    release, reject = StatementStep.RELEASE, StatementStep.REJECT
    buttons = [
        Button(messages.plain(f"statement_step.{step.name.lower()}"),
               ask.own(Action.HELD_STEP, f"{step.value}.{one.id}.{seen}"), beside=step is reject)
        for step in (release, reject)
    ]  # fmt: skip
    buttons += [
        Button(messages.plain("button.correct"), ask.own(Action.FIGURE_PROMPT, f"states.{one.id}.{seen}")),
        Button(messages.plain("button.edit"), ask.own(Action.FIGURE_EDIT_BELOW, f"{figure.id}.0"), beside=True),
        Button(messages.plain("button.later"), ask.own(Action.HELD_NEXT, one.id), beside=True),
    ]
    heading = messages.plural("held.heading", held_count(session))
    text = join("\n", [heading, Html(""), described(ask, glossary, figure, one)])
    return Reply(text, (*buttons, *to_drafts))
