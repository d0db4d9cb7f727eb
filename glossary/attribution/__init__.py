"""Who says so: the claims of a sentence, in four languages.

Owns `Claim` and its reading:

    reader      what all languages share: names in a sentence, claims, the words of saying
    spaced      English, Ukrainian and Russian: the SBU said; заявив Зеленський; за даними ГУР
    korean      국정원은 ... 밝혔다; ...고 젤렌스키 대통령이 말했다; 국정원에 따르면
    captions    a name beside what it says, without a verb: Зеленський: ...; ... - Генштаб; 국정원 "..."

`glossary.reading.claimants` decides which claim covers which quantity.
"""

from __future__ import annotations

from collections.abc import Sequence

from glossary.attribution.captions import read_captions
from glossary.attribution.korean import KoreanReader
from glossary.attribution.reader import Claim, Named, claim_words, government
from glossary.attribution.spaced import SpacedReader
from glossary.entries import Glossary
from glossary.lexicon import Token
from translations.languages import Language

__all__ = ["Claim", "Named", "claim_words", "government", "is_claim_verb", "read_claims"]


def is_claim_verb(tokens: Sequence[Token], index: int, language: Language) -> bool:
    """Whether a verb of saying begins at a token."""
    return claim_words(language).verbs.at(tokens, index) is not None


def read_claims(tokens: Sequence[Token], named: Sequence[Named], language: Language, glossary: Glossary) -> list[Claim]:
    """The claims of one sentence, in order; a caption only where nothing else says who speaks."""
    words = claim_words(language)
    reader = (KoreanReader if language is Language.KO else SpacedReader)(tokens, named, words, glossary)
    said = reader.read()
    if all(claim.anaphoric and not claim.name for claim in said):
        said = read_captions(reader) or said
    return sorted(said, key=lambda claim: claim.first)
