"""A glossary as a file in the chat: an editor sends one, is shown what it would change, and applies it or not.

Nothing is kept between the two: the answer is a reply to the file, so that the button finds it again; what was shown is
told from another plan by its digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.messages import Messages
from bot.messages.markup import join, shorten
from bot.messages.sayings import say
from bot.telegram.buttons import Action, Press
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.undoing import actor_of, undo_button
from glossary.exchange import (
    Conflict,
    ExchangeError,
    ImportPlan,
    PlannedEntry,
    apply_import,
    plan_import,
    read_glossary,
)
from translations.phrases import Saying

#: The Bot API hands out files of up to 20 MB (https://core.telegram.org/bots/api#getfile).
MAX_BYTES = 20_000_000
_SHOWN = 8  # of each kind: new, changed, in conflict


def document(context: BotContext, ask: Ask) -> Reply:
    """What a file that was sent would change, with a button to apply it."""
    messages = ask.messages
    if ask.document is None:
        return Reply(messages.text("import.large", megabytes=MAX_BYTES // 1_000_000))
    try:
        plan = plan_import(context.glossary(), read_glossary(ask.document.content, ask.document.name))
    except ExchangeError as error:
        return Reply(messages.text("import.unreadable", reason=say(messages, error.reason)))
    heading = messages.text(
        "import.heading",
        new=len(plan.new),
        changed=len(plan.changed),
        unchanged=plan.unchanged,
        conflicts=len(plan.conflicts),
    )
    parts = [heading]
    listed: dict[str, Sequence[PlannedEntry | Conflict | Saying]] = {
        "new": plan.new,
        "changed": plan.changed,
        "conflicts": plan.conflicts,
        "shared": plan.shared,
    }
    for key, found in listed.items():
        if found:
            lines = [messages.text("import.item", item=shorten(_told(messages, one), 250)) for one in found[:_SHOWN]]
            more = [messages.plural("article.more_names", len(found) - _SHOWN)] if len(found) > _SHOWN else []
            parts.append(join("\n", [messages.text(f"import.{key}"), *lines, *more]))
    if not (plan.new or plan.changed):
        return Reply(join("\n\n", [*parts, messages.text("import.nothing")]), quoting=True)
    button = Button(messages.plain("button.apply"), ask.own(Action.IMPORT, _digest(plan)))
    return Reply(join("\n\n", parts), (button,), quoting=True)


def _told(messages: Messages, one: PlannedEntry | Conflict | Saying) -> str:
    """What a plan does to an entry, or why it leaves one out, or who will share a form."""
    if isinstance(one, PlannedEntry):
        differences = "; ".join(say(messages, difference) for difference in one.differences)
        return f"{one.entry.name} ({one.entry.slug}): {differences}"
    if isinstance(one, Conflict):
        return f"{one.name} ({say(messages, one.where)}): {say(messages, one.reason)}"
    return say(messages, one)


def apply(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Apply what was shown, if it would still do the same."""
    messages = ask.messages
    if ask.document is None:
        return Reply(messages.text("import.gone"), toast=messages.plain("import.gone"), keep=True)
    try:
        plan = plan_import(context.glossary(), read_glossary(ask.document.content, ask.document.name))
        if _digest(plan) != press.own_argument:
            return Reply(messages.text("import.other"), toast=messages.plain("import.other"), keep=True)
        with context.database.write() as session:
            change = apply_import(session, plan, actor=actor_of(ask), now=context.clock())
    except ExchangeError:
        return Reply(messages.text("import.other"), toast=messages.plain("import.other"), keep=True)
    done = messages.text("import.done", new=len(plan.new), changed=len(plan.changed))
    return Reply(done, (undo_button(ask, change),), toast=messages.plain("button.applied"))


def _digest(plan: ImportPlan) -> str:
    """Of all that the plan would do; twelve digits fit the button."""
    told = "\n".join(f"{one.before!r}>{one.entry!r}" for one in (*plan.new, *plan.changed))
    return hashlib.sha256(told.encode()).hexdigest()[:12]
