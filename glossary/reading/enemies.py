"""Whom a side calls the enemy.

Owns the words for it (ворог, противник, 적군, окупанти) and whom they mean: the other side of the war of who speaks, or
else of who acts against it. Where neither is known the party stays unresolved; it is never guessed.
"""

from __future__ import annotations

from glossary.reading.claimants import claim_of, claimant_of
from glossary.reading.parties import is_claimant, party_of, side_of
from glossary.reading.places import is_locative
from glossary.reading.sentence import Counted, Sentence, TriggerHit

#: Words between the losses or the name of the acting enemy and its verb or number.
_OWNER_WITHIN = 2


def counts_enemy(sentence: Sentence, one: Counted, trigger: TriggerHit | None) -> bool:
    """Whether it is the enemy that is counted: 450 окупантів, втрати ворога, the enemy lost 1,500 men."""
    hits = sentence.words.enemies.all(sentence.tokens)
    if not hits:
        return False
    for hit in hits:
        if one.first <= hit.first <= one.last:
            return True
        beside = trigger is not None and 0 <= hit.first - trigger.last <= _OWNER_WITHIN and hit.last <= one.found.first
        if beside and trigger is not None and trigger.kind.name in ("casualties", "lost"):
            return True
        before = trigger is not None and hit.last <= trigger.first and trigger.kind.agent
        if before and trigger is not None and not _is_other_between(sentence, hit.last, trigger.first):
            return True
    return False


def enemy_meant(sentence: Sentence, one: Counted) -> str | None:
    """The party that the enemy is, for the side that speaks or acts."""
    adversaries = sentence.words.adversaries
    slug, _ = claimant_of(sentence, claim_of(sentence, one))
    speaking = side_of(slug, sentence.glossary)
    if slug is not None:
        return adversaries.get(speaking or "")
    acting = {
        party
        for named in sentence.named
        if not named.adjective
        and not is_locative(sentence, named)
        and (party := party_of(named.slug, sentence.glossary)) is not None
    }
    if len(acting) == 1:
        return adversaries.get(acting.pop())
    before = sentence.context.claimant
    return adversaries.get(side_of(before[0], sentence.glossary) or "") if before is not None and not acting else None


def _is_other_between(sentence: Sentence, first: int, last: int) -> bool:
    """Whether another party is named between the word and the verb."""
    return any(
        first <= named.first < last
        and party_of(named.slug, sentence.glossary) is not None
        and not is_locative(sentence, named)
        and not is_claimant(sentence, named)
        for named in sentence.named
    )
