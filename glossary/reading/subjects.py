"""Whose people or land is counted.

Owns the evidence for a party and its order, from the nearest to the farthest: the counted noun phrase, its owner, the
one who acts or suffers, another number of the sentence, the party spoken of before, the country of the place.
`glossary.reading.parties` says what a name stands for; `glossary.reading.measuring` and the place come before.
"""

from __future__ import annotations

import re

from glossary.attribution import Named
from glossary.lexicon import NUMBER
from glossary.reading.claimants import claim_of
from glossary.reading.counted import is_definite
from glossary.reading.enemies import counts_enemy, enemy_meant
from glossary.reading.parties import country_of, has_troops, is_attacker, is_claimant, is_owner, led_by, party_of
from glossary.reading.places import is_locative, is_locative_korean, is_place_anaphoric
from glossary.reading.sentence import PEOPLE_FLOWS, WEAPONS, Counted, Sentence, TriggerHit, is_currency
from glossary.reading.triggers import price_of
from glossary.words import EntityType, Measure
from translations.languages import Language

#: A Korean party stands at most so many characters before its number.
_KOREAN_PHRASE = 30
#: What was lost is no further from the word of loss than this, by its price.
_LOSS_REACHES = 8
_GENITIVE = re.compile(r"(?:'s|’s|s'|s’)(?:\s+(?:total|own|estimated))?\s*$")
#: Names of countries in the instrumental, by which Ukrainian and Russian say who acts.
_INSTRUMENTAL = ("ією", "єю", "ою", "иною", "ией", "ей", "ой", "ами")
#: Participles in the genitive plural, whose owner follows: полонених росіян.
_GENITIVE_PARTICIPLE = ("их", "ых")
#: Words between weapons and the verb of who sent them.
_SENDER_WITHIN = 4
#: What Korean adds to the name of who acts; of what happens to it, or where, it adds others.
_KOREAN_SUBJECT = ("이", "가", "은", "는", "군이", "군은", "측이", "측은")


def subject_of(
    sentence: Sentence, one: Counted, measure: Measure, trigger: TriggerHit | None, place: str | None
) -> str | None:
    """The party counted, from the nearest evidence to the farthest; None where none is left or two are named."""
    noun = one.noun
    parties = parties_in_phrase(sentence, one)
    if not parties and counts_enemy(sentence, one, trigger):
        return enemy_meant(sentence, one)
    if len(parties) > 1:
        return None
    if sentence.language is Language.KO and (one.of_told is not None or one.whole is not None):
        parties = []  # who stands before a part may be who acts upon it
    if sentence.language is Language.KO and measure in WEAPONS and _tells_downing(sentence):
        parties = [party for party in parties if not _acts(sentence, party, one)]
    if parties and measure is not Measure.AREA:
        return parties[0]
    if one.of_told is not None:
        return one.of_told.subject
    own = _possessor(sentence, one)
    if own is not None:
        return own
    if measure in WEAPONS:
        return _owner(sentence, one, trigger)
    if measure is Measure.AREA and trigger is None:
        before = sentence.counted[max(0, sentence.counted.index(one) - 1)]
        return before.subject if one.superseded and before.measure is Measure.AREA else None
    if one.part or one.superseded or one.whole is not None:
        linked = _linked(sentence, one)
        if linked is not None:
            return linked
    if (trigger is not None and trigger.kind.agent) or measure in (Measure.AREA, Measure.PERSONNEL):
        agent = _agent(sentence, one, trigger)
        if agent is not None or measure is not Measure.AREA:
            return agent
        return parties[0] if parties and not _places_follow(sentence, one) else None
    if measure in PEOPLE_FLOWS and (party := _described(sentence, one)) is not None:
        return party
    harmed = noun in (None, "dead", "life", "wounded", "casualty", "prisoner", "missing")
    sibling = next((other for other in sentence.counted if other.noun in ("civilian", "person")), None)
    if harmed and sibling is not None and sibling is not one and sibling.measure in PEOPLE_FLOWS:
        # The wounded beside killed civilians are civilians too.
        return sibling.subject or (country_of(place, sentence.glossary) if place is not None else None)
    if harmed:
        party = _sufferer(sentence, one) or _linked(sentence, one)
        if party is not None:
            return party
    elif noun in ("soldier", "person") and (party := _sufferer(sentence, one)) is not None:
        return party
    if noun in ("soldier", "prisoner", "casualty") or noun is None or is_definite(sentence, one):
        spoken = _spoken_of(sentence, one, here_only=place is not None and noun is None)
        if spoken is not None:
            return spoken
    if noun not in ("soldier", "prisoner") and measure in PEOPLE_FLOWS:
        where = place or (sentence.context.place if is_place_anaphoric(sentence) else None)
        if where is not None:
            return country_of(where, sentence.glossary)
        if noun in ("dead", "life", "wounded", "casualty", "missing"):
            return _spoken_of(sentence, one)
    return None


def _tells_downing(sentence: Sentence) -> bool:
    return any(hit.kind.name == "downed" for hit in sentence.hits)


def _acts(sentence: Sentence, party: str, one: Counted) -> bool:
    """Whether a party before a number is who shoots down or destroys: 우크라이나군은 드론 67대를 격추했다."""
    return any(
        named.tail.endswith(_KOREAN_SUBJECT)
        for named in sentence.named
        if named.end <= one.found.start and party_of(named.slug, sentence.glossary) == party
    )


def _owner(sentence: Sentence, one: Counted, trigger: TriggerHit | None) -> str | None:
    """Whose weapons: of who sends, fires or loses them; never of who shoots them down."""
    if one.whole is not None:
        owners = parties_in_phrase(sentence, one.whole)
        if one.whole.subject is not None or len(owners) == 1:
            return one.whole.subject or owners[0]
        return _sender(sentence, one.whole) or _owner(sentence, one.whole, one.whole.trigger)
    if trigger is not None and trigger.kind.agent:
        return _agent(sentence, one, trigger)
    by = _sender(sentence, one)
    if by is not None:
        return by
    index = sentence.counted.index(one)
    if index and _are_listed(sentence, sentence.counted[index - 1], one):
        return sentence.counted[index - 1].subject  # 430 of their servicemen, three tanks and two howitzers
    following = sentence.counted[index + 1 :][:1]
    if following and _are_listed(sentence, one, following[0]):
        owners = parties_in_phrase(sentence, following[0])  # 3 танки та 12 бронемашин армії РФ
        return owners[0] if len(owners) == 1 else None
    return None


def _sender(sentence: Sentence, one: Counted) -> str | None:
    """Who sent or fired weapons, as said behind them: drones launched by Russia; «шахедів», які запустила Росія."""
    limit = min((other.first for other in sentence.counted if other.first >= one.last), default=len(sentence.tokens))
    for hit in sentence.hits:
        if hit.kind.name != "supplied" or not 0 <= hit.first - one.last <= _SENDER_WITHIN or hit.first >= limit:
            continue
        by = _agent_behind(sentence, hit)
        if by is not None:
            return by
        relative = sentence.words.breaks.all(sentence.tokens, one.last, hit.first)
        for named in sentence.named:
            beside = one.last <= named.first < hit.first or named.first == hit.last
            if relative and beside and (party := party_of(named.slug, sentence.glossary)) is not None:
                return party
    return None


def _are_listed(sentence: Sentence, before: Counted, after: Counted) -> bool:
    """Whether two numbers stand side by side in a list."""
    between = sentence.tokens[before.last : after.first]
    if sentence.language is Language.KO:
        return len(between) <= 1
    return len(between) == 1 and sentence.words.joins.at(sentence.tokens, before.last) is not None


def parties_in_phrase(sentence: Sentence, one: Counted) -> list[str]:
    """The parties named inside the counted noun phrase, or right after it (soldiers from North Korea)."""
    tokens = sentence.tokens
    first = one.first if sentence.language is Language.KO else one.found.number
    inside = [
        named
        for named in sentence.named
        if named.first >= first
        and named.last <= one.last
        # 900,000 Swiss francs are nobody's yet.
        and not (is_currency(one.quantity.unit) and named.last <= one.found.last)
    ]
    parties = list(
        dict.fromkeys(party for named in inside if (party := party_of(named.slug, sentence.glossary)) is not None)
    )
    if parties:
        paired = sentence.language is Language.KO or len(inside) < 2
        return parties[-1:] if paired else parties
    if sentence.language is Language.KO:
        found = _before_korean(sentence, one)
        return [found] if found is not None else []
    owned = one.noun in ("soldier", "casualty", "dead", "wounded", "prisoner", "equipment")
    for named in sentence.named:
        gap = named.first - one.last
        if gap < 0 or (party := party_of(named.slug, sentence.glossary)) is None:
            continue
        between = [token.low for token in tokens[one.last : named.first]]
        if gap == 0 and (sentence.language is not Language.EN):
            return [party]
        if between and len(between) <= 2 and between[0] in sentence.words.sources and owned:
            return [party]
        if not named.adjective or any(tokens[at].kind == NUMBER for at in range(one.last, named.first)):
            continue
        if has_troops(sentence, named) and (
            (gap <= 6 and one.noun == "person")
            or (gap <= 2 and one.noun is None and tokens[one.last].low not in sentence.words.phrase_ends)
        ):
            return [party]
    return []


def _before_korean(sentence: Sentence, one: Counted) -> str | None:
    """In Korean the party stands before the number: 북한군 병사 2명, 러시아군 사망자는 300명."""
    limit = one.found.start
    for named in reversed(sentence.named):
        if named.end > limit or limit - named.end > _KOREAN_PHRASE:
            continue
        following = sentence.tokens[named.last].low if named.last < len(sentence.tokens) else ""
        if named.tail == "에서" and following in sentence.words.sources:
            return party_of(named.slug, sentence.glossary)  # 북한에서 온 병사 50여 명
        if named.tail.startswith(("에서", "에", "으로", "로", "와", "과")) or is_locative_korean(sentence, named):
            if one.noun in ("civilian", "person"):
                return None  # people there are the place's own
            continue
        if is_claimant(sentence, named):
            continue
        if any(other is not one and named.end <= other.found.start < limit for other in sentence.counted):
            continue
        between = sentence.text[named.end : limit]
        if re.search(r"[.;]", between) or is_attacker(sentence, named):
            continue
        party = party_of(named.slug, sentence.glossary)
        if party is not None:
            return party
    return None


def _possessor(sentence: Sentence, one: Counted) -> str | None:
    """Russia's 12,000 troops; its 300 dead."""
    tokens = sentence.tokens
    at = one.found.first - 1
    if at < 0:
        return None
    for named in sentence.named:
        gap = one.found.first - named.last
        if 0 <= gap <= 2 and sentence.language is Language.EN:
            text = sentence.text[named.start : one.found.start]
            if _GENITIVE.search(text):
                return party_of(named.slug, sentence.glossary)
    if tokens[at].low in sentence.words.possessives:
        return _nearest_party(sentence, at)
    # 3,800 of its dead; the bodies of 40 of their soldiers.
    inside = (here for here in range(one.found.last, one.last) if tokens[here].low in sentence.words.possessives)
    owned = next(inside, None) if sentence.language is not Language.KO else None
    return _nearest_party(sentence, owned) if owned is not None else None


def _described(sentence: Sentence, one: Counted) -> str | None:
    """Whose dead: an adjective or an owner right before the noun (the number of North Korean dead at 300)."""
    starts = [
        hit.first
        for hit in sentence.hits
        if hit.last <= one.found.first and one.found.first - hit.last <= 3 and "people" in hit.kind.units
    ]
    for named in sentence.named:
        entry = sentence.glossary.get(named.slug)
        owner = named.adjective or is_owner(sentence, named) or (entry is not None and entry.type is EntityType.ORG)
        fits = named.last in starts or (
            named.last + 1 in starts and sentence.words.party_words.at(sentence.tokens, named.last) is not None
        )
        if _is_owner_behind(sentence, one, named):
            return party_of(named.slug, sentence.glossary)
        if (
            named.first in [hit.last for hit in sentence.hits if hit.last <= one.found.first]
            and sentence.tokens[named.first - 1].low.endswith(_GENITIVE_PARTICIPLE)
            and sentence.language is not Language.EN
            and (party := party_of(named.slug, sentence.glossary)) is not None
        ):
            return party
        if owner and fits and (party := party_of(named.slug, sentence.glossary)) is not None:
            return party
        if sentence.language in (Language.UK, Language.RU) and any(
            _is_genitive_of(sentence, hit, named) and hit.last <= one.found.first
            for hit in sentence.hits
            if hit.kind.name in ("casualties", "lost")
        ):
            return party_of(named.slug, sentence.glossary)
    return None


def _is_owner_behind(sentence: Sentence, one: Counted, named: Named) -> bool:
    """Casualties among North Korean troops; losses of the 155th Brigade; the number of captured Russians."""
    tokens, words = sentence.tokens, sentence.words
    at = named.first - 1
    while at > 0 and tokens[at].low in words.demonstratives:
        at -= 1
    hits = [hit for hit in sentence.hits if hit.last <= one.found.first]
    if at >= 0 and tokens[at].low in words.sources and any(hit.last == at for hit in hits):
        return True
    headed = any(hit.kind.name == "strength" and named.first - hit.last == 1 for hit in hits)
    return sentence.language is Language.EN and headed and any(hit.last == named.first for hit in hits)


def _is_genitive_of(sentence: Sentence, hit: TriggerHit, named: Named) -> bool:
    """Whether a name follows a word of loss as its owner, with the owner's troops between: втрати військових КНДР."""
    if hit.last == named.first:
        return True
    troops = sentence.words.party_words.at(sentence.tokens, hit.last)
    return troops is not None and troops.last == named.first


def _sufferer(sentence: Sentence, one: Counted) -> str | None:
    """Who lost them: North Korea has suffered some 4,000 casualties."""
    index = sentence.counted.index(one)
    for hit in reversed(sentence.hits):
        if hit.kind.name == "lost" and hit.first < one.last and price_of(sentence, index, hit) < _LOSS_REACHES:
            return _agent(sentence, one, hit)
    return None


def _agent(sentence: Sentence, one: Counted, trigger: TriggerHit | None) -> str | None:
    """The party that acts: before its verb (Russia lost 1,000 men), or after the word of a passive's agent."""
    tokens = sentence.tokens
    verb = trigger.first if trigger is not None else one.found.first
    if trigger is not None and (behind := _agent_behind(sentence, trigger)) is not None:
        return behind
    if sentence.language is Language.KO:
        return _korean_agent(sentence, trigger) or _spoken_of(sentence, one)
    claim = claim_of(sentence, one)
    claimant = sentence.named[claim.mention] if claim is not None and claim.mention is not None else None
    cited = claim is not None and claim.source
    for at in range(verb - 1, -1, -1):
        if tokens[at].low in sentence.words.possessives or tokens[at].low in sentence.words.pronouns:
            party = _nearest_party(sentence, at)
            if party is not None:
                return party
        for named in sentence.named:
            if named.last - 1 != at or is_locative(sentence, named) or _is_counted(sentence, one, named):
                continue
            # Who says so is who acts only where nobody else is named: Kyiv said it captured 300.
            if named == claimant and (
                cited
                or (trigger is not None and trigger.kind.name == "strength")
                or _more_parties(sentence, named, verb)
            ):
                continue
            party = party_of(named.slug, sentence.glossary) or led_by(named.slug, sentence.glossary)
            if party is not None:
                return party
    follower = _subject_after(sentence, trigger) if trigger is not None else None
    if trigger is not None and trigger.kind.name == "supplied":
        return follower
    return follower or _spoken_of(sentence, one)


def _agent_behind(sentence: Sentence, trigger: TriggerHit) -> str | None:
    """Who acts in a passive: sent by Russia; випущених Росією."""
    tokens, slavic = sentence.tokens, sentence.language in (Language.UK, Language.RU)
    for named in sentence.named:
        between = tokens[trigger.last : named.first]
        if named.first < trigger.last or len(between) > 2:
            continue
        by = any(token.low in sentence.words.agents for token in between)
        instrumental = slavic and not between and tokens[named.last - 1].low.endswith(_INSTRUMENTAL)
        if (by or instrumental) and (party := party_of(named.slug, sentence.glossary)) is not None:
            return party
    return None


def _korean_agent(sentence: Sentence, trigger: TriggerHit | None) -> str | None:
    """The last name before the verb that a particle marks as its subject; who says so only if no other is marked."""
    marked = [
        named
        for named in sentence.named
        # A comma marks a headline's subject: "러시아, 병력 1500명 잃어".
        if named.tail.startswith(_KOREAN_SUBJECT)
        or (not named.tail and named.last < len(sentence.tokens) and sentence.tokens[named.last].text == ",")
    ]
    for named in reversed(marked):
        if trigger is not None and named.last > trigger.last:
            continue
        if is_claimant(sentence, named) and len(marked) > 1:
            continue
        party = party_of(named.slug, sentence.glossary)
        if party is not None:
            return party
    return None


def _subject_after(sentence: Sentence, trigger: TriggerHit) -> str | None:
    """Under Ukrainian control; под контролем Украины."""
    for named in sentence.named:
        if (
            0 <= named.first - trigger.last <= 1
            and (party := party_of(named.slug, sentence.glossary))
            and sentence.language is not Language.EN
        ):
            return party
    return None


def _is_counted(sentence: Sentence, one: Counted, named: Named) -> bool:
    """Whether a name belongs to another number's noun phrase."""
    return any(
        other is not one and other.found.number <= named.first and named.last <= other.last
        for other in sentence.counted
    )


def _more_parties(sentence: Sentence, claimant: Named, verb: int) -> bool:
    """Whether a party other than the claimant stands before the verb."""
    return any(
        named.first >= claimant.last
        and named.last <= verb
        and party_of(named.slug, sentence.glossary)
        and not is_locative(sentence, named)
        for named in sentence.named
    )


def _nearest_party(sentence: Sentence, at: int) -> str | None:
    """Whom a possessive means: the last party named before it in the sentence, else the one spoken of."""
    before = [one for one in sentence.named if one.last <= at and not is_locative(sentence, one)]
    troops = [one for one in before if has_troops(sentence, one)]
    for named in reversed(troops or before):
        party = party_of(named.slug, sentence.glossary)
        if party is not None and (troops or not is_owner(sentence, named)):
            return party
    spoken_of = sentence.context.recent_party or sentence.context.recent_actor
    if spoken_of is not None:
        return spoken_of
    # Named only after: its troops hold 800 square kilometres, Ukraine says.
    later = [claim.slug for claim in sentence.claims if claim.slug is not None and claim.first >= at]
    return party_of(later[0], sentence.glossary) if later else None


def _linked(sentence: Sentence, one: Counted) -> str | None:
    """A part's party is its whole's, a superseded number's that of what supersedes it."""
    others = [other for other in sentence.counted if other is not one]
    for other in ([one.whole] if one.whole else []) + sorted(
        others, key=lambda o: abs(o.found.start - one.found.start)
    ):
        if other.quantity.unit not in ("people", "none"):
            continue
        if other.subject is not None:
            return other.subject
        parties = parties_in_phrase(sentence, other)
        if len(parties) == 1:
            return parties[0]
    last = sentence.context.recently_counted
    return last.final.subject if last is not None and not others else None


def _spoken_of(sentence: Sentence, one: Counted, *, here_only: bool = False) -> str | None:
    """Troops without a name are those last named: in this sentence, else in those before (not if `here_only`)."""
    for named in reversed([named for named in sentence.named if named.last <= one.found.first]):
        if (
            has_troops(sentence, named)
            and not is_claimant(sentence, named)
            and not (is_attacker(sentence, named) and one.noun != "soldier")
            and (party := party_of(named.slug, sentence.glossary)) is not None
        ):
            return party
    return None if here_only else sentence.context.recent_party


def _places_follow(sentence: Sentence, one: Counted) -> bool:
    """Whether a name stands right after land, which is then where it lies: 800 square kilometres of Kursk."""
    return any(0 <= named.first - one.last <= 3 for named in sentence.named)
