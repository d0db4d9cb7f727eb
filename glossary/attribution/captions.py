"""Claims without a verb, as headlines make them: a name beside what it says.

Owns three forms: a name and a colon before (Зеленський: ...), a dash and a name behind (... - Генштаб ЗСУ), and in
Korean a name before or behind a quotation (국정원 "..."). They count only where no verb says who speaks.
"""

from __future__ import annotations

from glossary.attribution.reader import Claim, ClaimReader
from glossary.lexicon import NUMBER

#: A name before its colon or behind its dash is of so many words at most.
_WORDS = 8
_DASHES = frozenset("—–-|/")
_LAST_MARKS = frozenset('.!?…")»”')


def read_captions(reader: ClaimReader) -> list[Claim]:
    """The claim that a headline's form makes, if any."""
    claim = _before_colon(reader) or _behind_dash(reader) or reader.beside_quotation(_past_tag(reader))
    return [claim] if claim is not None else []


def _before_colon(reader: ClaimReader) -> Claim | None:
    """Зеленський: ...; Міноборони РФ: ...; the mayor of Kharkiv: ..."""
    tokens = reader.tokens
    colon = next((at for at in range(min(_WORDS + 1, len(tokens))) if tokens[at].text == ":"), None)
    if not colon or colon + 1 == len(tokens) or any(token.kind == NUMBER for token in tokens[:colon]):
        return None
    if tokens[colon + 1].glued:
        return None
    return reader.alone(_past_tag(reader), colon)


def _behind_dash(reader: ClaimReader) -> Claim | None:
    """... - Генштаб; ... — разведка Южной Кореи; ... | NIS."""
    tokens = reader.tokens
    end = len(tokens)
    while end and tokens[end - 1].text in _LAST_MARKS:
        end -= 1
    for dash in range(end - 1, max(0, end - _WORDS - 1), -1):
        if tokens[dash].kind == NUMBER or tokens[dash].text in ",:;":
            return None
        joins = tokens[dash].glued or (dash + 1 < end and tokens[dash + 1].glued)
        if tokens[dash].text in _DASHES and not (joins and tokens[dash].text in "-/"):
            return reader.alone(dash + 1, end)
    return None


def _past_tag(reader: ClaimReader) -> int:
    """The first token behind a tag in brackets: [속보] ..., (ОНОВЛЕНО) ..."""
    tokens = reader.tokens
    if tokens and tokens[0].text in "[(":
        closing = next((at for at in range(1, min(6, len(tokens))) if tokens[at].text in "])"), None)
        return closing + 1 if closing is not None else 0
    return 0
