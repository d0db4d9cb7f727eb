"""Writes an organisation's phrase in Ukrainian, Russian and Korean.

The Slavic languages agree adjectives with the head and put what belongs to it behind, in the genitive; Korean puts
everything before the head. Which heads take which words otherwise is `organisations.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from translations.declension import agree, ordinal, russian_dative
from translations.knowledge import load
from translations.languages import Language
from translations.organisation_reading import Phrase, UnreadableError, described_topic
from translations.organisation_words import Adjective, Noun, Ordinal, Place, Topic


def write(phrase: Phrase, language: Language) -> str:
    """A phrase as a name; raises UnreadableError where a case or a preposition is not known."""
    if language is Language.KO:
        return re.sub(r"\s+", " ", _korean(phrase)).strip()
    return _capital(_slavic(phrase, language, genitive=False))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# -- Ukrainian and Russian -------------------------------------------------------------------------------------------


def _slavic(phrase: Phrase, language: Language, *, genitive: bool) -> str:
    nominative, genitive_form, gender = phrase.head.uk if language is Language.UK else phrase.head.ru
    before: list[str] = []
    after: list[str] = []
    if phrase.ordinal:
        before.append(_ordinal(phrase.ordinal, gender, language, genitive=genitive))
    own_adjective = _place_adjective(phrase, language)
    if own_adjective:
        agreed = agree(own_adjective, gender, language, "genitive" if genitive else "nominative")
        # It opens the name of a party or an army, and names are written with a capital: Українська партія.
        before.append("-".join(_capital(part) for part in agreed.split("-")))
    for described in phrase.adjectives:
        form = described.uk if language is Language.UK else described.ru
        if described.belongs == "phrase":
            after.append(form)
        else:
            before.append(agree(form, gender, language, "genitive" if genitive else "nominative"))
    head = genitive_form if genitive else nominative
    if before and (phrase.adjectives or own_adjective) and head[1:].islower():
        head = head[:1].lower() + head[1:]
    fields = [described_topic(*one) if one[0] else one[1] for one in phrase.topics]  # type: ignore[arg-type] # [0] is set
    if fields:
        after.append(_fields(phrase.head, fields, "", language))
    if phrase.nickname:
        after.append(phrase.nickname.uk if language is Language.UK else phrase.nickname.ru)
    if phrase.owner:
        after.append(_capital(_slavic(phrase.owner, language, genitive=True)))
    close = [_complement(phrase, *one, language) for one in phrase.complements if one[0] not in ("in", "to", "at")]
    far = [_complement(phrase, *one, language) for one in phrase.complements if one[0] in ("in", "to", "at")]
    after.extend(one for one in close if one)
    if phrase.place and not own_adjective:
        after.append(_place_case(phrase.place, language, 0))
    after.extend(far)
    return " ".join([*before, head, *after])


def _ordinal(written: Ordinal, gender: str, language: Language, *, genitive: bool) -> str:
    case = "genitive" if genitive else "nominative"
    if written.words:
        return agree(written.words[0 if language is Language.UK else 1], gender, language, case)  # type: ignore[arg-type] # one of two cases
    return ordinal(written.number, gender, language, case)  # type: ignore[arg-type] # one of two cases


def _place_adjective(phrase: Phrase, language: Language) -> str:
    """The place's adjective where it goes before the head: always for cities, for countries with some heads.

    A university named after its city bears the adjective too: University of Warsaw is Варшавський університет.
    """
    place = phrase.place or _named_after(phrase)
    if place is None:
        return ""
    adjective_form = (place.uk if language is Language.UK else place.ru)[2]
    if place.country and phrase.head.english not in load("organisations")["national_adjective"]:
        return ""
    return adjective_form


def _named_after(phrase: Phrase) -> Place | None:
    """The city of "University of X", when nothing else follows "of"."""
    if phrase.head.english not in load("organisations")["adjective_of_city"] or phrase.topics or phrase.adjectives:
        return None
    for preposition, complement in phrase.complements:
        (first, *more) = complement
        if preposition == "of" and isinstance(first, Place) and not more and not first.country:
            return first if first.uk[2] and first.ru[2] else None
    return None


def _place_case(place: Place, language: Language, case: int) -> str:
    """Genitive (0) or locative (1) of a place."""
    form = (place.uk if language is Language.UK else place.ru)[case]
    if not form:
        message = f"The case of {place.english} that is needed here is not known."
        raise UnreadableError(message)
    return form


def _complement(
    phrase: Phrase, preposition: str, complement: Sequence[Topic | Place | Phrase], language: Language
) -> str:
    """What stands behind a head with its preposition; empty when an adjective before the head said it already."""
    if preposition == "of" and complement[0] is _named_after(phrase) and phrase.place is None:
        return ""
    topics = [one for one in complement if isinstance(one, Topic)]
    if len(topics) == len(complement) and preposition in ("of", "for", "on"):
        return _fields(phrase.head, topics, preposition, language)
    if preposition in ("in", "to", "at"):
        return _location(phrase.head, preposition, complement, language)
    if preposition not in ("of", "for"):
        message = f"What “{preposition}” means in it is not clear."
        raise UnreadableError(message)
    ukrainian = language is Language.UK
    written = []
    for one in complement:
        if isinstance(one, Topic):
            written.append(one.uk if ukrainian else one.ru)
        elif isinstance(one, Place):
            written.append(_place_case(one, language, 0))
        else:
            written.append(_capital(_slavic(one, language, genitive=True)))
    return _joined(written, language)


def _joined(written: Sequence[str], language: Language) -> str:
    """A list with its last "and"."""
    *before, last = written
    return f"{', '.join(before)} {'та' if language is Language.UK else 'и'} {last}" if before else last


def _fields(head: Noun, topics: Sequence[Topic], preposition: str, language: Language) -> str:
    """Fields of work behind a head: in the genitive, or with з (питань) and по where the head or the field wants it.

    `preposition` is the English one, empty for fields that stood before the head.
    """
    ukrainian = language is Language.UK
    own = [
        row[2 if ukrainian else 3]
        for row in load("organisations")["own_fields"]
        if row[0] in (head.english, "any") and row[1] == topics[0].english
    ]
    if own and len(topics) == 1 and preposition != "on":
        return str(own[0])
    genitives = [topic.uk if ukrainian else topic.ru for topic in topics]
    if len(genitives) > 1:  # "science and technology" among others is two of them
        genitives = [part for genitive in genitives for part in re.split(r" (?:та|і|и) ", genitive)]
    if preposition == "on":
        return f"{'з питань' if ukrainian else 'по вопросам'} {_joined(genitives, language)}"
    concerned = load("organisations")["concerned"]
    if head.english not in concerned[preposition or "before"]:
        return _joined(genitives, language)
    if ukrainian:
        if head.english in concerned["with_questions"]:
            return f"з питань {_joined(genitives, language)}"
        return f"{_with(genitives[0])} {_joined(genitives, language)}"
    datives = [russian_dative(one) for one in genitives]
    return f"по {_joined(datives, language)}" if all(datives) else _joined(genitives, language)


def _with(following: str) -> str:
    """Ukrainian з before a word, or its easier form: із запобігання, зі справ."""
    if re.match(r"[зсшщ][бвгджзклмнпрстфхцчшщ]", following):
        return "зі"
    return "із" if re.match(r"[зсшщцч]", following) else "з"


def _location(head: Noun, preposition: str, complement: Sequence[Topic | Place | Phrase], language: Language) -> str:
    """Where an organisation is, or to whom it is accredited."""
    first = complement[0]
    if not isinstance(first, Place):
        message = f"What “{preposition}” means in it is not clear."
        raise UnreadableError(message)
    if first.english in load("organisations")["accredited"]:
        return f"при {_place_case(first, language, 1)}"
    places = [one for one in complement if isinstance(one, Place)]
    written = _joined([_place_case(one, language, 1) for one in places], language)
    return f"{_in(written, language)} {written}"


def _in(following: str, language: Language) -> str:
    """В or its other form before a hard beginning: у Франції, во Франции, во Львове."""
    if language is Language.UK:
        return "у" if re.match(r"[бвгджзклмнпрстфхцчшщ]", following, re.IGNORECASE) else "в"
    return "во" if re.match(r"[вф][бвгдзклмнпрстфхцчшщь]|льв|мн", following, re.IGNORECASE) else "в"


# -- Korean ----------------------------------------------------------------------------------------------------------


def _korean(phrase: Phrase) -> str:
    """Everything before the head: owner and places, ordinal, adjectives, fields of work."""
    outside: list[str] = []
    inside: list[str] = []
    local = ""
    for preposition, complement in phrase.complements:
        abroad = preposition in ("in", "to", "at")
        places = [one.ko for one in complement if isinstance(one, Place)]
        if places:
            joined = "·".join(places)
            if abroad and phrase.head.english in load("organisations")["missions"]:
                outside.insert(0, f"{joined} 주재")
            elif abroad:
                local = joined
            else:
                outside.append(joined)
        for one in complement:
            if isinstance(one, Phrase):
                outside.insert(0, _korean(one))
            elif isinstance(one, Topic):
                inside.append(one.ko)
    if phrase.place:
        outside.append(phrase.place.ko)
    if phrase.owner:
        outside.append(_korean(phrase.owner))
    if local:
        outside.append(local)
    if phrase.nickname:
        outside.append(phrase.nickname.ko)
    numbered = f"제{phrase.ordinal.number}" if phrase.ordinal else ""
    adjectives = "".join(_korean_adjective(described, phrase.head) for described in phrase.adjectives)
    fields = "".join((described.ko if described else "") + topic.ko for described, topic in phrase.topics)
    body = numbered + adjectives + fields + "".join(inside)
    head = _korean_head(phrase)
    joined_head = head.startswith("-")
    head = head[1:] if joined_head else head.strip()
    if body:
        named = body + head if joined_head else f"{body} {head}"
    elif joined_head and head == "군" and outside:
        outside[-1] += head
        named = ""
    else:
        named = head
    return _once(" ".join([*outside, named]), phrase)


def _korean_head(phrase: Phrase) -> str:
    if phrase.head.english != "Ministry":
        return phrase.head.ko
    suffixes = load("organisations")["korean_ministry_suffix"]
    return "-" + next((suffixes[place.english] for place in phrase.places() if place.english in suffixes), "부")


def _korean_adjective(described: Adjective, head: Noun) -> str:
    if described.ko == "국가":
        for word, heads in load("organisations")["korean_national"].items():
            if head.english in heads:
                return str(word)
    return described.ko


def _once(text: str, phrase: Phrase) -> str:
    """States' own words for a ministry, and what would be said twice said once."""
    places = [place.english for place in phrase.places()]
    for english, general, own in load("organisations")["korean_own_ministries"]:
        if english in places:
            text = text.replace(general, own)
    for twice, once in load("organisations")["korean_once"]:
        text = text.replace(twice, once)
    return text
