"""Editing entries in the chat: adding one, its forms, type, note and relations, and merging two.

What is tapped is in the button: the row, and the glossary's revision that the editor saw, so that the later of two
editors is told. What must be typed is asked for by a message that is replied to; its last line says what it asks for,
so that nothing has to be remembered between the two. What may be done, and its history, is `glossary.editing`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from sqlmodel import Session, col, select

from bot.messages import Html
from bot.messages.markup import escape, join, shorten
from bot.messages.sayings import say_problem
from bot.telegram.buttons import Action, Press, row_id
from bot.telegram.cards import choices, gone
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.names import LONGEST, find_name, ids_of, type_of
from bot.telegram.refusing import refused
from bot.telegram.undoing import actor_of, undo_button
from glossary.editing import (
    add_entity,
    add_form,
    approve_form,
    edit_entity,
    forbid_form,
    merge_entities,
    reject_form,
    relate,
    remove_form,
    set_preferred,
)
from glossary.errors import GlossaryError
from glossary.history import glossary_revision, list_changes
from glossary.models import Entity, Form
from glossary.words import EntityType, FormKind, FormStatus, RelationKind
from translations.languages import Language

_FORMS = 20  # of one language that get a button
_STATUS_SIGNS = {FormStatus.APPROVED: "✓", FormStatus.DRAFT: "✎", FormStatus.REJECTED: "✗"}
_CODE = re.compile(r"#(?P<what>form|name|note|part|merge)\.(?P<entity>\d{1,9})(?:\.(?P<language>en|uk|ru|ko))?$")


# --- Adding -----------------------------------------------------------------------------------------------------------


def add(context: BotContext, ask: Ask) -> Reply:
    """``/add person Lee Seong-kweun``: a new entry by its type and English name; machines fill its other forms."""
    word, _, name = ask.text.partition(" ")
    type_ = type_of(ask.messages, word)
    if type_ is None or not name.strip():
        types = ", ".join(ask.messages.plain(f"type.{one.value}") for one in EntityType)
        return Reply(ask.messages.text("add.how", types=types))
    if len(name) > LONGEST:
        return Reply(ask.messages.text("name.long", limit=LONGEST))

    def make(session: Session) -> str:
        return add_entity(session, name=name.strip(), type=type_, actor=actor_of(ask), now=context.clock())

    return _done(context, ask, make, "add.done", name=name.strip())


# --- The views --------------------------------------------------------------------------------------------------------


def edit(context: BotContext, ask: Ask) -> Reply:
    """``/edit Tuva``: an entry with everything about it that can be changed."""
    if not ask.text:
        return Reply(ask.messages.text("edit.how"))
    if len(ask.text) > LONGEST:
        return Reply(ask.messages.text("name.long", limit=LONGEST))
    found = find_name(context.glossary(), ask.text)
    with context.database.read() as session:
        if found.entry is None:
            return choices(session, ask, found, "search.several" if found.exact else "search.near", Action.CARD)
        entity_id = ids_of(session, [found.entry]).get(found.entry.slug)
        return gone(ask) if entity_id is None else _entry(session, ask, entity_id)


def show_entry(context: BotContext, ask: Ask, press: Press) -> Reply:
    """An entry to edit, by its button."""
    with context.database.read() as session:
        return _entry(session, ask, row_id(press.own_argument))


def _entry(session: Session, ask: Ask, entity_id: int) -> Reply:
    entity = session.get(Entity, entity_id)
    if entity is None:
        return gone(ask)
    messages, at = ask.messages, f"{entity_id}"
    lines = [messages.text("edit.heading", name=entity.name, type=messages.plain(f"type.{entity.type.value}"))]
    if entity.note:
        lines.append(escape(shorten(entity.note, 500)))
    lines.append(messages.text("edit.legend"))
    rows = session.exec(select(Form).where(Form.entity_id == entity_id).order_by(col(Form.id))).all()
    for language in Language:
        forms = ", ".join(_shown(form) for form in rows if form.language is language) or "–"
        lines.append(messages.text("edit.line", language=messages.plain(f"language.{language.value}"),
                                   forms=shorten(forms, 500)))  # fmt: skip
    buttons = [
        Button(messages.plain(f"language.{one.value}"), ask.own(Action.EDIT_FORMS, f"{at}.{one.value}"), place % 2 > 0)
        for place, one in enumerate(Language)
    ]
    buttons += [
        Button(messages.plain("button.type"), ask.own(Action.EDIT_TYPE, at)),
        Button(messages.plain("button.rename"), ask.own(Action.PROMPT, f"name.{at}"), beside=True),
        Button(messages.plain("button.note"), ask.own(Action.PROMPT, f"note.{at}"), beside=True),
        Button(messages.plain("button.part_of"), ask.own(Action.PROMPT, f"part.{at}")),
        Button(messages.plain("button.merge"), ask.own(Action.PROMPT, f"merge.{at}"), beside=True),
    ]
    return Reply(join("\n", lines), tuple(buttons))


def _shown(form: Form) -> str:
    """A form with its signs: ★ the one to use, ⛔ one not to use, else its status."""
    sign = "⛔" if form.kind is FormKind.FORBIDDEN else "★" if form.preferred else _STATUS_SIGNS[form.status]
    return f"{sign} {form.text}"


def show_forms(context: BotContext, ask: Ask, press: Press) -> Reply:
    """The forms of an entry in one language, a button each."""
    entity_id, _, code = press.own_argument.partition(".")
    if code not in set(Language):
        return gone(ask)
    with context.database.read() as session:
        return _forms(session, ask, row_id(entity_id), Language(code))


def _forms(session: Session, ask: Ask, entity_id: int, language: Language) -> Reply:
    entity = session.get(Entity, entity_id)
    if entity is None:
        return gone(ask)
    messages = ask.messages
    rows = session.exec(
        select(Form).where(Form.entity_id == entity_id, Form.language == language).order_by(col(Form.id)).limit(_FORMS)
    ).all()
    name = messages.plain(f"language.{language.value}")
    lines = [messages.text("edit.forms", name=entity.name, language=name), messages.text("edit.legend")]
    buttons = [
        Button(
            shorten(f"{_shown(form)} · {messages.plain(f'kind.{form.kind.value}')}", 60),
            ask.own(Action.EDIT_FORM, form.id or 0),
        )
        for form in rows
    ]
    buttons += [
        Button(messages.plain("button.new_form"), ask.own(Action.PROMPT, f"form.{entity_id}.{language.value}")),
        Button(messages.plain("button.back"), ask.own(Action.EDIT, entity_id), beside=True),
    ]
    return Reply(join("\n", lines), tuple(buttons))


def show_form(context: BotContext, ask: Ask, press: Press) -> Reply:
    """One form with what can be done to it."""
    with context.database.read() as session:
        form = session.get(Form, row_id(press.own_argument))
        entity = session.get(Entity, form.entity_id) if form is not None else None
        if form is None or entity is None:
            return gone(ask)
        return _form(ask, form, entity, glossary_revision(session))


def _form(ask: Ask, form: Form, entity: Entity, seen: int) -> Reply:
    messages = ask.messages
    lines = [
        messages.text("edit.form", form=_shown(form), name=entity.name,
                      language=messages.plain(f"language.{form.language.value}"),
                      kind=messages.plain(f"kind.{form.kind.value}")),
        origin(ask, form.provenance.value, form.model, form.confidence, form.problems),
    ]  # fmt: skip
    forbidden = form.kind is FormKind.FORBIDDEN
    offered = [
        (FormStep.APPROVE, not forbidden and form.status is not FormStatus.APPROVED),
        (FormStep.PREFER, not forbidden and not form.preferred),
        (FormStep.REJECT, not forbidden and form.status is not FormStatus.REJECTED),
        (FormStep.FORBID, not forbidden and not form.preferred),
        (FormStep.REMOVE, True),
    ]
    buttons = [
        Button(messages.plain(f"form_step.{step.name.lower()}"),
               ask.own(Action.FORM_STEP, f"{step.value}.{form.id}.{seen}"), place % 2 > 0)
        for place, step in enumerate(step for step, fits in offered if fits)
    ]  # fmt: skip
    back = ask.own(Action.EDIT_FORMS, f"{form.entity_id}.{form.language.value}")
    return Reply(join("\n", lines), (*buttons, Button(messages.plain("button.back"), back)))


def origin(ask: Ask, provenance: str, model: str | None, confidence: float | None, problems: list[str]) -> Html:
    """Where a form comes from, how sure its maker was, and what a check found."""
    messages = ask.messages
    parts = [messages.plain(f"provenance.{provenance}")]
    if model:
        parts.append(model)
    if confidence is not None:
        parts.append(f"{confidence:.0%}")
    line = messages.text("edit.origin", origin=", ".join(parts))
    found = " ".join(say_problem(messages, one) for one in problems)
    return join("\n", [line, messages.text("edit.problems", problems=found)]) if found else line


# --- What is tapped ---------------------------------------------------------------------------------------------------


class FormStep(StrEnum):
    """What can be done to a form, by its sign in a button."""

    APPROVE = "a"
    PREFER = "p"
    REJECT = "r"
    FORBID = "f"
    REMOVE = "x"


def take_step(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Do to a form what was tapped, unless the entry changed after it was shown; the forms as they are then."""
    sign, _, rest = press.own_argument.partition(".")
    form_id, _, seen = rest.partition(".")
    if sign not in set(FormStep):
        return gone(ask)
    step = FormStep(sign)
    with context.database.read() as session:
        form = session.get(Form, row_id(form_id))
    if form is None:
        return gone(ask)

    def make(session: Session) -> str:
        change_form(session, form, step, ask, context, seen=row_id(seen))
        return ""

    done = _done(context, ask, make, f"form_done.{step.name.lower()}", form=form.text)
    if done.keep:
        return done
    with context.database.read() as session:
        shown = _forms(session, ask, form.entity_id, form.language)
    return replace(shown, buttons=(*done.buttons[:1], *shown.buttons), toast=done.toast)


def change_form(
    session: Session, form: Form, step: FormStep, ask: Ask, context: BotContext, *, seen: int | None
) -> None:
    """One step on one form. Raises what `glossary.editing` raises."""
    actor, now = actor_of(ask), context.clock()
    form_id = form.id or 0
    if step is FormStep.APPROVE:
        approve_form(session, form_id, actor=actor, now=now, seen=seen)
    elif step is FormStep.PREFER:
        set_preferred(session, form_id, actor=actor, now=now, seen=seen)
    elif step is FormStep.REJECT:
        reject_form(session, form_id, actor=actor, now=now, seen=seen)
    elif step is FormStep.REMOVE:
        remove_form(session, form_id, actor=actor, now=now, seen=seen)
    else:
        slug = session.get_one(Entity, form.entity_id).slug
        forbid_form(session, slug, form.language, form.text, actor=actor, now=now, seen=seen)


def ask_type(context: BotContext, ask: Ask, press: Press) -> Reply:
    """The types to choose from, and the choice itself: ``12`` asks, ``12.ORG.340`` sets."""
    entity_id, _, rest = press.own_argument.partition(".")
    with context.database.read() as session:
        entity = session.get(Entity, row_id(entity_id))
        seen = glossary_revision(session)
    if entity is None:
        return gone(ask)
    if not rest:
        buttons = [
            Button(ask.messages.plain(f"type.{one.value}"),
                   ask.own(Action.EDIT_TYPE, f"{entity_id}.{one.value}.{seen}"), place % 3 > 0)
            for place, one in enumerate(EntityType)
        ]  # fmt: skip
        back = Button(ask.messages.plain("button.back"), ask.own(Action.EDIT, entity_id))
        return Reply(ask.messages.text("edit.which_type", name=entity.name), (*buttons, back))
    type_, _, shown = rest.partition(".")
    if type_ not in set(EntityType):
        return gone(ask)

    def make(session: Session) -> str:
        edit_entity(session, entity.slug, type=EntityType(type_), actor=actor_of(ask), now=context.clock(),
                    seen=row_id(shown))  # fmt: skip
        return entity.slug

    return _done(context, ask, make, "edit.done", name=entity.name)


def merge(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Merge an entry into another, after it was asked: ``12.15`` is the one that goes and the one that stays."""
    gone_id, _, kept_id = press.own_argument.partition(".")
    with context.database.read() as session:
        loser, winner = session.get(Entity, row_id(gone_id)), session.get(Entity, row_id(kept_id))
    if loser is None or winner is None:
        return gone(ask)

    def make(session: Session) -> str:
        merge_entities(session, loser.slug, winner.slug, actor=actor_of(ask), now=context.clock())
        return winner.slug

    return _done(context, ask, make, "edit.merged", loser=loser.name, winner=winner.name)


# --- What is typed ----------------------------------------------------------------------------------------------------


def prompt(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Ask for a text that is to be typed, as a reply to this message."""
    what, _, rest = press.own_argument.partition(".")
    code = f"#{press.own_argument}"
    if _CODE.match(code) is None:
        return gone(ask)
    entity_id, _, language = rest.partition(".")
    with context.database.read() as session:
        entity = session.get(Entity, row_id(entity_id))
    if entity is None:
        return gone(ask)
    named = ask.messages.plain(f"language.{language}") if language else ""
    question = ask.messages.text(f"prompt.{what}", name=entity.name, language=named)
    return asking(question, code)


def asking(question: Html, code: str) -> Reply:
    """A message that asks for a text; its last line says to whoever reads the answer what it asks for."""
    return Reply(join("\n", [question, Html(f"<code>{escape(code)}</code>")]), fresh=True, prompt=True)


def is_prompt(text: str) -> bool:
    """Whether a message of ours asks for a text."""
    return _CODE.search(text) is not None


def typed(context: BotContext, ask: Ask) -> Reply | None:
    """What was typed in reply to a prompt; None where the message answers none, and is somebody's plain text."""
    asked = _CODE.search(ask.answers)
    if asked is None:
        return None
    what, language = asked["what"], asked["language"]
    with context.database.read() as session:
        entity = session.get(Entity, int(asked["entity"]))
    if entity is None:
        return gone(ask)
    text = " ".join(ask.text.split())
    actor, now = actor_of(ask), context.clock()
    if what in {"part", "merge"}:
        return _other_entry(context, ask, what, entity, text)

    def make(session: Session) -> str:
        if what == "form":
            kind = FormKind.ALIAS if _has_preferred(session, entity, Language(language)) else FormKind.FULL
            add_form(session, entity.slug, Language(language), text, kind, actor=actor, now=now)
        elif what == "name":
            edit_entity(session, entity.slug, name=text, actor=actor, now=now)
        else:
            edit_entity(session, entity.slug, note="" if text == "-" else ask.text.strip(), actor=actor, now=now)
        return entity.slug

    return _done(context, ask, make, "edit.done", name=entity.name)


def _has_preferred(session: Session, entity: Entity, language: Language) -> bool:
    query = select(Form.id).where(Form.entity_id == entity.id, Form.language == language, Form.preferred)
    return session.exec(query).first() is not None


def _other_entry(context: BotContext, ask: Ask, what: str, entity: Entity, text: str) -> Reply:
    """The entry that another is part of, or is to be merged into."""
    found = find_name(context.glossary(), text[:LONGEST])
    if found.entry is None:
        key = "search.several" if found.exact else "name.unknown"
        return Reply(ask.messages.text(key, query=text[:LONGEST]))
    other = found.entry
    if what == "merge":
        with context.database.read() as session:
            kept = ids_of(session, [other]).get(other.slug)
        if kept is None or kept == entity.id:
            return Reply(ask.messages.text("edit.same_entry"))
        question = ask.messages.text("edit.merge_sure", loser=entity.name, winner=other.name)
        sure = Button(ask.messages.plain("button.merge_sure"), ask.own(Action.MERGE, f"{entity.id}.{kept}"))
        return Reply(question, (sure,))

    def make(session: Session) -> str:
        relate(session, entity.slug, RelationKind.PART_OF, other.slug, actor=actor_of(ask), now=context.clock())
        return entity.slug

    return _done(context, ask, make, "edit.done", name=entity.name)


# --- What the edits have in common ------------------------------------------------------------------------------------


def _done(context: BotContext, ask: Ask, make: Callable[[Session], str], key: str, **values: str) -> Reply:
    """Make a change; say that it was made, with a button to take it back, or why it was not."""
    try:
        with context.database.write() as session:
            slug = make(session)
            change = list_changes(session, limit=1)[0].id
            entity_id = session.exec(select(Entity.id).where(Entity.slug == slug)).one_or_none() if slug else None
    except GlossaryError as error:
        return refused(ask, error)
    buttons = [undo_button(ask, change)]
    if entity_id is not None:
        buttons.append(Button(ask.messages.plain("button.edit"), ask.own(Action.EDIT, entity_id), beside=True))
    short = {name: shorten(value, 60) for name, value in values.items()}
    return Reply(ask.messages.text(key, **values), tuple(buttons), toast=ask.messages.plain(key, **short))
