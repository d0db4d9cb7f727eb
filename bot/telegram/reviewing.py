"""The review queue in the chat: one draft after another, to approve, to reject, to write anew or to leave for later.

The statements that wait for an editor are a queue of their own, `held`, and so is what readers question, `complaints`;
this one leads to both.
"""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.messages import Html
from bot.messages.markup import join
from bot.telegram.buttons import Action, Press, row_id
from bot.telegram.complaints import complaint_buttons
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.editing import FormStep, change_form, origin
from bot.telegram.figures import held_buttons
from bot.telegram.refusing import refused
from bot.telegram.undoing import undo_button
from glossary.errors import RefusedError
from glossary.forms import ReviewItem, review_count, review_queue
from glossary.history import glossary_revision, list_changes
from glossary.models import Entity, Form
from translations.languages import Language


def review(context: BotContext, ask: Ask) -> Reply:
    """``/review``, or ``/review ko`` for the drafts of one language."""
    language = _language_of(ask.text)
    if ask.text and language is None:
        return Reply(ask.messages.text("review.how"))
    with context.database.read() as session:
        return _next(session, ask, language, after=0)


def skip(context: BotContext, ask: Ask, press: Press) -> Reply:
    """The next draft: ``after.language``."""
    after, _, code = press.own_argument.partition(".")
    with context.database.read() as session:
        return _next(session, ask, _language_of(code), after=row_id(after))


def decide(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Approve or reject the draft that is shown, unless its entry changed meanwhile: ``a.form.seen.language``."""
    sign, _, rest = press.own_argument.partition(".")
    form_id, _, rest = rest.partition(".")
    seen, _, code = rest.partition(".")
    if sign not in {FormStep.APPROVE, FormStep.REJECT}:
        return Reply(ask.messages.text("button.old"), toast=ask.messages.plain("button.old"), keep=True)
    step = FormStep(sign)
    try:
        with context.database.write() as session:
            form = session.get(Form, row_id(form_id))
            if form is not None:
                change_form(session, form, step, ask, context, seen=row_id(seen))
                done = ask.messages.plain(f"form_done.{step.name.lower()}", form=form.text)
                change = list_changes(session, limit=1)[0].id
            following = _next(session, ask, _language_of(code), after=row_id(form_id))
    except RefusedError as error:
        return refused(ask, error)
    if form is None:
        return following
    return replace(following, buttons=(*following.buttons, undo_button(ask, change)), toast=done)


def _language_of(text: str) -> Language | None:
    wanted = text.strip().casefold()
    for one in Language:
        if wanted in {one.value, one.own_name.casefold(), one.english_name.casefold()}:
            return one
    return None


def _next(session: Session, ask: Ask, language: Language | None, *, after: int) -> Reply:
    waiting = review_count(session, language)
    # Behind the last draft the queue begins again with those that were left for later.
    found = review_queue(session, limit=1, language=language, after=after) or review_queue(
        session, limit=1, language=language
    )
    if not found:
        return Reply(ask.messages.text("review.none"), _other_queues(session, ask))
    return _shown(session, ask, found[0], waiting, language)


def _shown(session: Session, ask: Ask, item: ReviewItem, waiting: int, only: Language | None) -> Reply:
    messages = ask.messages
    entity_id = session.get_one(Form, item.form_id).entity_id
    entity = session.get_one(Entity, entity_id)
    named = messages.plain(f"language.{item.language.value}")
    lines = [
        messages.plural("review.heading", waiting),
        Html(""),
        messages.text("review.entry", name=item.name, type=messages.plain(f"type.{entity.type.value}")),
        messages.text("card.forms", language=named, form=item.text),
        origin(ask, item.provenance.value, item.model, item.confidence, list(item.problems)),
    ]
    code = only.value if only else ""
    seen = glossary_revision(session)

    buttons = (
        Button(messages.plain("form_step.approve"), ask.own(Action.REVIEW, f"a.{item.form_id}.{seen}.{code}")),
        Button(
            messages.plain("form_step.reject"), ask.own(Action.REVIEW, f"r.{item.form_id}.{seen}.{code}"), beside=True
        ),
        Button(messages.plain("button.new_form"), ask.own(Action.PROMPT, f"form.{entity_id}.{item.language.value}")),
        Button(messages.plain("button.edit"), ask.own(Action.EDIT_BELOW, f"{entity_id}"), beside=True),
        Button(messages.plain("button.later"), ask.own(Action.SKIP, f"{item.form_id}.{code}"), beside=True),
    )
    return Reply(join("\n", lines), (*buttons, *_other_queues(session, ask)))


def _other_queues(session: Session, ask: Ask) -> tuple[Button, ...]:
    """The ways to what else waits for editors."""
    return (*held_buttons(session, ask), *complaint_buttons(session, ask))
