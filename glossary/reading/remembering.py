"""What a sentence leaves to those after it: the party and the place spoken of, who spoke, what was counted.

Owns the writing of `Context`; the modules beside this one read it.
"""

from __future__ import annotations

from collections.abc import Sequence

from glossary.reading.drafts import Telling
from glossary.reading.parties import has_troops, is_attacker, party_of
from glossary.reading.places import is_locative
from glossary.reading.sentence import PEOPLE_FLOWS, STOCKS, WEAPONS, Sentence
from glossary.words import EntityType, Measure

#: A party's troops are named within so many words of it: Russia's elite airborne *troops*.
_TROOPS_WITHIN = 3
#: A thing that a later pronoun means is the sentence's subject: its first name, or one among its first words.
_OPENING = 8


def remember(sentence: Sentence, drafts: Sequence[Telling]) -> None:
    """Write down what the sentences after this one may refer to."""
    context, tokens = sentence.context, sentence.tokens
    for named in sentence.named:
        party = party_of(named.slug, sentence.glossary)
        near = any(
            sentence.words.soldiers.at(tokens, at) is not None
            for at in range(named.last, min(named.last + _TROOPS_WITHIN, len(tokens)))
        )
        if party is not None and (near or has_troops(sentence, named)) and not is_attacker(sentence, named):
            context.party, context.party_age = party, 0
    actors = [
        party
        for named in sentence.named
        if not named.adjective
        and not is_locative(sentence, named)
        and (party := party_of(named.slug, sentence.glossary)) is not None
    ]
    if actors:
        context.actor, context.actor_age = actors[0], 0
    for draft in drafts:
        if draft.final.subject is not None and draft.final.measure in PEOPLE_FLOWS | STOCKS:
            context.party, context.party_age = draft.final.subject, 0
    places = [named.slug for named in sentence.named if is_locative(sentence, named)]
    if places:
        best = places[0]
        for slug in places:
            if best in sentence.glossary.wholes(slug):
                best = slug
        context.place = best
    context.told = tuple(drafts)
    for index, named in enumerate(sentence.named):
        entry = sentence.glossary.get(named.slug)
        if entry is None or is_locative(sentence, named):
            continue
        if entry.type is EntityType.PERSON:
            context.person = (named.slug, entry.name)
        elif entry.type is EntityType.ORG and (index == 0 or named.first < _OPENING):
            context.thing = (named.slug, entry.name)
    spoken = [claim for claim in sentence.claims if not claim.anaphoric and (claim.slug or claim.name)]
    if spoken:
        context.claimant = (spoken[-1].slug, spoken[-1].name)
    counted = [draft for draft in drafts if draft.final.measure in PEOPLE_FLOWS | STOCKS | WEAPONS | {Measure.AREA}]
    if counted:
        context.counted, context.counted_age = counted[-1], 0
