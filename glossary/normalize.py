"""One normalisation, for the index of names and for the text they are looked for in, with a way back to the original.

Owns `fold` and `FoldedText`. Two spellings that a reader takes for the same name fold to the same string:

- Unicode NFC; case; Latin letters lose their diacritics (Erdoğan, Erdogan) and full-width Latin becomes plain, Cyrillic
  ones keep theirs (й, ї) except ё, which is written е as often as not, and the stress mark of dictionaries;
- every apostrophe is ``'``, every quotation mark ``"``, every hyphen and dash ``-``;
- every space, and a single line break, is one space; an empty line stays one, since no name crosses a paragraph;
- soft hyphens (with the line break after them), zero-width and direction marks are left out;
- a lone surrogate becomes U+FFFD, so that the result can always be encoded.

`fold` is idempotent. `glossary.matching` scans folded text and reports offsets of the original.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

_APOSTROPHES = "’‘ʼ‛′`´ʹʻʽˈ＇"
_QUOTES = "“”„‟«»＂"
_HYPHENS = "‐‑‒–—―−⁃﹘﹣－"
_SPACES = "\t\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
_ASCII_ODD = "\t\r\v\f\x1c\x1d\x1e\x1f`"
_SPACES += "\u2028\u2029\u202f\u205f\u3000"
# Latin letters that Unicode does not decompose into a plain letter and a mark (İ in lower case would be two).
_PLAIN = {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ı": "i", "İ": "i", "ħ": "h", "Ħ": "h", "ŧ": "t"}
_PLAIN |= {"Ŧ": "t", "\u212a": "k", "\u212b": "a"}  # the last two are the signs of kelvin and ångström


def _one_to_one() -> dict[str, str]:
    table = dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_HYPHENS, "-") | dict.fromkeys(_SPACES, " ")
    table |= dict.fromkeys(_QUOTES, '"')
    table |= {"ё": "е", "Ё": "е"} | _PLAIN
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        letter = chr(code)
        base = unicodedata.normalize("NFD", letter)[0]
        if base != letter and base.isascii():
            table.setdefault(letter, base)
    table |= {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in table}
    return table


_ONE = _one_to_one()
_ONE_PATTERN = re.compile("[\ud800-\udfff" + "".join(map(re.escape, _ONE)) + "]")
# What makes an English article other than ASCII, nearly always; replacing these first spares most of them the search.
_USUAL = "’‘“”—–\xa0é"

# What changes the length of the text, and so the offsets: a soft hyphen with the line break it made; invisible marks;
# the stress mark after a Cyrillic vowel; marks to compose with the letter before them; conjoining jamo; ligatures.
_INVISIBLE = "\u200b-\u200f\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff\ufe00-\ufe0f"
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
_LIGATURES = {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ﬁ": "fi", "ﬂ": "fl"}
_LIGATURES |= {"ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl"}
_NEEDS_EDIT = re.compile(f"[\xad{_INVISIBLE}{_MARKS}\u1100-\u11ff{''.join(_LIGATURES)}]")
_SPACE_CLASS = " \n" + _SPACES
_EDIT = re.compile(
    f"(?P<soft>\xad[{_SPACE_CLASS}]*\n[{_SPACE_CLASS}]*|[\xad{_INVISIBLE}]+)"
    f"|(?P<marked>[^{_MARKS}{_INVISIBLE}{_SPACE_CLASS}]?[{_MARKS}]+)"
    "|(?P<jamo>[가-힣]?[\u1100-\u11ff]+)"
    f"|(?P<ligature>[{''.join(_LIGATURES)}])"
    f"|(?P<spaces>[{_SPACE_CLASS}][{_SPACE_CLASS}{_INVISIBLE}{_MARKS}\xad]*[{_SPACE_CLASS}])"
)
_STRESS = "\u0300\u0301"


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A folded text that knows where each of its characters stood in the original.

    `_folded` and `_original` are the positions, ascending, at which the two begin to differ by another amount; between
    them a character is a character. `_replaced` says for each whether it opens a stretch that was rewritten as a whole.
    """

    text: str
    _folded: tuple[int, ...] = (0,)
    _original: tuple[int, ...] = (0,)
    _replaced: tuple[bool, ...] = (False,)

    @property
    def same_length(self) -> bool:
        """Whether every character stands where it stood, so that spans need no mapping."""
        return len(self._folded) == 1

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The start and end in the original of ``text[start:end]``, which must not be empty."""
        if len(self._folded) == 1:
            return start, end
        return self._at(start, ends=False), self._at(end - 1, ends=True)

    def _at(self, position: int, *, ends: bool) -> int:
        """Where the character at a position of the folded text begins, or ends, in the original."""
        index = bisect_right(self._folded, position) - 1
        # A stretch that vanished begins where the next one does: the last of those is the one the character is in.
        if self._replaced[index]:
            return self._original[index + 1] if ends else self._original[index]
        return self._original[index] + position - self._folded[index] + ends


def fold(text: str) -> str:
    """The normalised spelling of a text; equal for spellings that mean the same name."""
    flat = _replace_one_to_one(text)
    return fold_with_offsets(text).text if _is_uneven(flat) else _join_lines(flat.lower())


def fold_with_offsets(text: str) -> FoldedText:
    """Normalise a text and keep the way back. Linear in the text; most texts need no map at all."""
    flat = _replace_one_to_one(text)
    if not _is_uneven(flat):
        return FoldedText(_join_lines(flat.lower()))
    pieces: list[str] = []
    folded, original, replaced = [0], [0], [False]
    at = length = 0
    for start, end, replacement in _edits(flat):
        pieces.append(flat[at:start])
        length += start - at
        folded.append(length)
        original.append(start)
        replaced.append(True)
        pieces.append(replacement)
        length += len(replacement)
        folded.append(length)
        original.append(end)
        replaced.append(False)
        at = end
    pieces.append(flat[at:])
    return FoldedText(_join_lines("".join(pieces).lower()), tuple(folded), tuple(original), tuple(replaced))


def _replace_one_to_one(text: str) -> str:
    # Most of a text needs nothing; whole-text replacement of the few characters found is several times faster than
    # `str.translate`, which looks up every character of a text that is not ASCII.
    if not text.isascii():
        for character in _USUAL:
            text = text.replace(character, _ONE[character])
        if not text.isascii():
            for character in sorted(set(_ONE_PATTERN.findall(text))):
                text = text.replace(character, _ONE.get(character, "\ufffd"))
            return text
    for character in _ASCII_ODD:
        if character in text:
            text = text.replace(character, _ONE[character])
    return text


def _is_uneven(flat: str) -> bool:
    return (
        "  " in flat
        or ("\n" in flat and (" \n" in flat or "\n " in flat or "\n\n\n" in flat))
        or (not flat.isascii() and _NEEDS_EDIT.search(flat) is not None)
    )


def _edits(flat: str) -> Iterator[tuple[int, int, str]]:
    for match in _EDIT.finditer(flat):
        found = match[0]
        match match.lastgroup:
            case "soft":
                replacement = ""
            case "marked":
                replacement = _compose(found)
            case "jamo":
                replacement = unicodedata.normalize("NFC", found)
            case "ligature":
                replacement = _LIGATURES[found]
            case _:
                replacement = "\n\n" if found.count("\n") > 1 else " "
        if replacement != found:
            yield match.start(), match.end(), replacement


def _compose(cluster: str) -> str:
    """A letter and the marks on it as one letter; a Latin letter alone, a Cyrillic vowel without its stress."""
    composed = unicodedata.normalize("NFC", cluster)
    letter = composed[0] if unicodedata.combining(composed[0]) == 0 else ""
    return _LIGATURES.get(letter, _ONE.get(letter, letter))


def _join_lines(flat: str) -> str:
    if "\n" not in flat:
        return flat
    return "\n\n".join(paragraph.replace("\n", " ") for paragraph in flat.split("\n\n"))
