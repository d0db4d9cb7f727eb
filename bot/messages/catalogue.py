"""The message catalogues: one gettext file a language, read once, at run time.

A message is asked for by its key (``subscribe.done``), and every catalogue has every key with the same placeholders and
the plural forms of its language; the tests hold them to it. Values put into a message are escaped for HTML unless they
are `Html` already, so that a name from an article can never become markup.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from babel.messages.pofile import read_po

from bot.messages.markup import Html, escape
from translations.languages import Language


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """`texts` holds a tuple of plural forms for each key, of length one where the message does not count anything."""

    texts: dict[str, tuple[str, ...]]
    plural_index: Callable[[int], int]


class Messages:
    """The messages of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._catalogue = _load(language)

    def text(self, key: str, /, **values: object) -> Html:
        """A message as HTML, its values escaped. Raises `KeyError` for a key or value that is missing."""
        return Html(self._catalogue.texts[key][0].format_map({name: escape(value) for name, value in values.items()}))

    def plural(self, key: str, n: int, /, **values: object) -> Html:
        """A message that counts, in the form that the language uses for `n`; `{n}` and the values escaped."""
        pattern = self._pattern(key, n)
        return Html(pattern.format_map({name: escape(value) for name, value in {"n": n, **values}.items()}))

    def plain(self, key: str, /, **values: object) -> str:
        """A message as plain text for where no HTML is read: buttons, menus, the parts of a wording."""
        return self._catalogue.texts[key][0].format_map(values)

    def plain_plural(self, key: str, n: int, /, **values: object) -> str:
        """As `plain`, in the form that the language uses for `n`."""
        return self._pattern(key, n).format_map({"n": n, **values})

    def _pattern(self, key: str, n: int) -> str:
        return self._catalogue.texts[key][self._catalogue.plural_index(abs(n))]


def language_of(code: str | None) -> Language:
    """The language of ours for an IETF tag such as Telegram's ``language_code`` (``uk``, ``ko-KR``); else English."""
    primary = (code or "").replace("_", "-").split("-", maxsplit=1)[0].lower()
    return Language(primary) if primary in set(Language) else Language.EN


@lru_cache(maxsize=len(Language))
def _load(language: Language) -> _Catalogue:
    with resources.files(__package__).joinpath(f"{language.value}.po").open("rb") as file:
        catalogue = read_po(file, locale=language.value, abort_invalid=True)
    texts: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        key, text = message.id, message.string
        if not key or text is None:
            continue  # the header
        texts[key if isinstance(key, str) else key[0]] = (text,) if isinstance(text, str) else tuple(text)
    # The rule of the catalogue's own Plural-Forms header, compiled by the standard library.
    return _Catalogue(texts, gettext.c2py(catalogue.plural_expr))
