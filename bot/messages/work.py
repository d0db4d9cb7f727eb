"""What waits for editors, as they are told of it once a day."""

from __future__ import annotations

from bot.editors_work import LEAST_ARTICLES, Queue, Waiting
from bot.messages.catalogue import Messages
from bot.messages.markup import Html, join


def queues_of(waiting: Waiting) -> tuple[tuple[str, Queue], ...]:
    """The queues in which something waits, by name, in the order in which they are told."""
    queues = (
        ("candidates", waiting.candidates),
        ("drafts", waiting.drafts),
        ("held", waiting.held),
        ("complaints", waiting.complaints),
    )
    return tuple((name, queue) for name, queue in queues if queue.all)


def work_html(waiting: Waiting, messages: Messages) -> Html:
    """The message: a line for each queue, what is new of it, and how to stop being told."""
    lines = []
    for name, queue in queues_of(waiting):
        line = messages.plural(f"work.{name}", queue.all, articles=LEAST_ARTICLES)
        lines.append(join(", ", [line, messages.plural("work.new", queue.new)]) if queue.new else line)
    return join("\n\n", [messages.text("work.heading"), join("\n", lines), messages.text("work.stop")])
