"""Finding names in texts: labelled sentences in four languages, properties that always hold, and bad input."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from glossary.matching import Matcher
from tests.glossary.labelled import sentences, small_glossary
from translations.languages import Language


@cache
def matcher() -> Matcher:
    return Matcher(small_glossary())


@pytest.mark.parametrize("language", list(Language))
def test_labelled_sentences_are_found_with_recall_97_and_precision_98(language: Language) -> None:
    labelled = sentences(language)
    assert len(labelled) >= 30
    counts: Counter[str] = Counter()
    for text, labels in labelled:
        found = {(one.start, one.end, one.slug, one.certain) for one in matcher().find(text, language)}
        wanted = set(labels)
        counts.update(right=len(found & wanted), found=len(found), wanted=len(wanted))
        for wrong in sorted(found ^ wanted):
            print(f"  {'missed' if wrong in wanted else 'wrong '} {text[wrong[0] : wrong[1]]!r} {wrong[2:]} in {text}")
    recall, precision = counts["right"] / counts["wanted"], counts["right"] / counts["found"]
    print(f"{language}: {len(labelled)} sentences, {counts['wanted']} mentions, {recall=:.3f}, {precision=:.3f}")
    assert recall >= 0.97
    assert precision >= 0.98
