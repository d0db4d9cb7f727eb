"""The buttons under a notice of work that waits: each opens a queue in a message of its own; the notice stays."""

from __future__ import annotations

from dataclasses import replace

from bot.telegram import candidates, complaints, held, reviewing
from bot.telegram.buttons import Press
from bot.telegram.cards import gone
from bot.telegram.context import Ask, BotContext, Reply


def open_queue(context: BotContext, ask: Ask, press: Press) -> Reply:
    """The first of a queue."""
    match press.own_argument:
        case "candidates":
            return replace(candidates.candidates(context, replace(ask, text="")), fresh=True)
        case "drafts":
            return replace(reviewing.review(context, replace(ask, text="")), fresh=True)
        case "held":
            return held.first(context, ask, press)
        case "complaints":
            return complaints.first(context, ask, press)
    return replace(gone(ask), keep=True)
