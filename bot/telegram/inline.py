"""Inline mode: ``@bot Kursk`` in any chat offers the forms of a name in the four languages, to insert one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from bot.messages import Messages
from bot.messages.markup import shorten
from bot.messages.wording import entity_title
from bot.telegram.names import LONGEST, find_name
from glossary.entries import Entry, Glossary
from glossary.words import FormKind, FormStatus
from translations.languages import Language

#: Telegram takes at most 50 results; more than a screen is not read while typing.
_RESULTS = 20


@dataclass(frozen=True, slots=True)
class Insert:
    """One offer: `text` is what is inserted, `title` and `about` what is shown; `id` is unique within an answer."""

    id: str
    text: str
    title: str
    about: str


def offers(glossary: Glossary, query: str, language: Language) -> tuple[Insert, ...]:
    """The forms to use of what a name may mean, the best meaning first; none for an empty or endless query.

    Args:
        glossary: the current one.
        query: what stands behind the bot's name.
        language: the person's; their own language's form comes last, since they have typed it already.
    """
    name = query.strip()
    if not name or len(name) > LONGEST:
        return ()
    found = find_name(glossary, name)
    entries = (found.entry,) if found.entry is not None else found.choices
    return tuple(offer for entry in entries for offer in _forms(glossary, entry, language))[:_RESULTS]


def _forms(glossary: Glossary, entry: Entry, language: Language) -> list[Insert]:
    messages = Messages(language)
    about = f"{entity_title(glossary, entry.slug, language)} · {messages.plain(f'type.{entry.type.value}')}"
    offered = []
    for one in sorted(Language, key=lambda other: other is language):
        name = messages.plain(f"language.{one.value}")
        form = entry.preferred(one)
        if form is not None and form.status is not FormStatus.REJECTED:
            title = form.text if form.status is FormStatus.APPROVED else messages.plain("inline.draft", form=form.text)
            offered.append(_offer(entry, one, form.text, title, f"{name} · {about}"))
        acronyms = entry.forms_in(one, FormKind.ACRONYM)[:1]
        offered += [_offer(entry, one, form.text, form.text, f"{name} · {about}") for form in acronyms]
    return offered


def _offer(entry: Entry, language: Language, text: str, title: str, about: str) -> Insert:
    # A result's id takes 64 bytes, and a slug can be longer.
    key = hashlib.sha256(f"{entry.slug}\n{language.value}\n{text}".encode()).hexdigest()[:32]
    return Insert(key, text, shorten(title, 120), shorten(about, 200))
