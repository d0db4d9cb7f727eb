"""Changes of the glossary's forms as their reader sees them: how each form stands now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.glossary_news import Follows, FormChange
from bot.messages.catalogue import Messages
from bot.messages.markup import Html, join
from bot.messages.wording import entity_name
from glossary.entries import Glossary
from translations.languages import Language

#: The changes that one message tells, and those of one entity.
_MOST = 20


def form_changes(
    changes: Iterable[FormChange], language: Language, glossary: Glossary, reasons: Sequence[Follows] = ()
) -> list[Html]:
    """A line for each change, below a line for each entity; at most so many, and how many more there are.

    An entity that is told as a part of what is followed says of what, by the `reasons`.
    """
    messages = Messages(language)
    lines: list[Html] = []
    told, all_ = "", list(changes)
    for change in all_[:_MOST]:
        if change.slug != told:
            name = messages.text("forms.entity", name=entity_name(glossary, change.slug, language))
            whole = _followed_whole(change, reasons)
            if whole is not None:
                name = messages.text("alert.via", name=name, whole=entity_name(glossary, whole, language))
            lines.append(name)
            told = change.slug
        spoken = messages.plain(f"language.{change.language.value}")
        lines.append(messages.text(f"forms.{change.state.value}", language=spoken, form=change.text))
    if len(all_) > _MOST:
        lines.append(messages.plural("forms.more", len(all_) - _MOST))
    return lines


def _followed_whole(change: FormChange, reasons: Sequence[Follows]) -> str | None:
    """What is followed for the sake of which a part is told; None where it would be told without that."""
    wholes = [one.slug for one in reasons if one.via == change.slug]
    itself = any(change.slug == one.slug or change.type is one.type for one in reasons)
    everything = any(one.slug is None and one.type is None for one in reasons)
    return None if itself or everything else next(iter(wholes), None)


def form_changes_html(lines: list[Html], messages: Messages) -> Html:
    """The message that tells changes of the glossary."""
    return join("\n\n", [messages.text("forms.heading"), join("\n", lines), messages.text("digest.stop")])
