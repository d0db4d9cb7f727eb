"""Whether the words beside a name make it part of another name: the Kursk submarine, George Washington, New Moscow.

Owns `is_part_of_another`, a pure decision on a stretch of text. `deciding` asks it for places named in one word and for
people; what the words are is data (`matching.yaml`).
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from glossary.inflect import is_given_name, is_in_dictionary, is_only_a_name, is_persons_noun
from glossary.matching.index import Form
from glossary.matching.words import words_of
from glossary.normalize import fold
from glossary.words import EntityType
from translations.languages import Language

#: The word before a name with the space after it, capitalised or in Hangul.
NAME_BEFORE = {
    Language.KO: re.compile(r"(?<!\w)([가-힣]{1,7}) $"),
    **dict.fromkeys((Language.EN, Language.UK, Language.RU), re.compile(r"(?<!\w)([A-ZА-ЯЁІЇЄҐ][^\W\d_]+(?:-\w+)?) $")),
}
_WORD_BEFORE = re.compile(r"(?<!\w)([^\W\d_][\w’'ʼ-]*) $")
_BODY_OF = re.compile(r"(?<!\w)([A-Z][a-z]+) of $")
_SMALL_WORD_BEFORE = re.compile(r"(?<!\w)[^\W\d_A-ZА-ЯЁІЇЄҐ][\w’'ʼ-]*,? $")
_NEXT_WORD = re.compile(r" ([^\W\d_][\w’'ʼ-]*)(?: ([^\W\d_][\w’'ʼ-]*))?")
_STATE_AFTER = re.compile(r", ((?:(?:New|North|South|West|Rhode) )?[A-Z][a-z]+)(?!\w)")
_BEFORE_MORE = frozenset(" ,-주")
_NUMBERED = re.compile(r"[-‐‑]\d")
_YOUNGER = {
    Language.EN: re.compile(r",? (?:Jr|Junior|II|III|IV)\b"),
    Language.UK: re.compile(r"(?:,? |-)молодш\w+", re.IGNORECASE),
    Language.RU: re.compile(r"(?:,? |-)младш\w+", re.IGNORECASE),
    Language.KO: re.compile(r" ?주니어"),
}
# Endings of towns that are family names too (Николаев, Ростова), of what stands alone and of plural adjectives.
_FAMILY_ENDING = re.compile(r"(?:[оеє]в|[иії]н)(?:а|у|ові|ым|им|ом|ой|ою|е|і)?$")
_PLURAL_ADJECTIVE = re.compile(r"(?:ые|ие|ых|их|ым|им|ыми|ими|і)$")
_PATRONYMIC_AFTER = re.compile(r" [А-ЯІЇЄҐ][а-яіїєґ']+(?:ович|[еєй]вич|йович|івн|ївн|овн|евн)[а-яіїє]{0,3}(?!\w)")
_INITIAL_BEFORE = re.compile(r"(?<!\w)[А-ЯЁІЇЄҐ]\. ?$")
_INITIAL_AFTER = re.compile(r" [А-ЯЁІЇЄҐ]\.")
_HYPHENATED = re.compile(r"[-‐‑]([^\W\d_][\w’'ʼ]*)")
_ENDS_THERE = re.compile(r"[.,;:!?)…]|$")
#: So far before a name a vessel may be spoken of that has it.
_PAST = 600
_QUOTED = frozenset('«»“”„"')
_OPENING, _CLOSING = "«“„\"'‘", "»”“\"'’"


def begins_sentence(text: str, at: int) -> bool:
    """Whether nothing of a sentence stands before a place of a text, so that a capital there tells nothing."""
    before = text[max(0, at - 3) : at].rstrip(" \"'“”«»„‘’(")
    return not before or before[-1] in ".!?…:\n"


def is_part_of_another(
    text: str, start: int, end: int, form: Form, language: Language, ends: AbstractSet[int], starts: AbstractSet[int]
) -> bool:
    """Whether ``text[start:end]``, found as a form, is no name of its own there.

    `starts` and `ends` are where other names of the text begin and end: what is known by itself is no part of this one.
    """
    if form.in_phrase and _begins_phrase(text, start, end, language):
        return True
    if language is Language.KO or form.type is not EntityType.PLACE:
        return False
    if form.is_adjective:
        return _is_of_a_person_or_street(text, start, end, language, ends)
    return (
        _NUMBERED.match(text, end) is not None
        or _goes_on(text, start, end, form, language, starts)
        or _is_preceded(text, start, end, form, language, ends)
        or _is_title(text, start, end, form, language)
        or (
            (_is_in_a_state(text, end) or _is_vessel(text, start, end, form))
            if language is Language.EN
            else (
                _is_hyphenated(text, end, language, starts) or _is_slavic_person(text, start, end, form, language, ends)
            )
        )
    )


def _is_of_a_person_or_street(text: str, start: int, end: int, language: Language, ends: AbstractSet[int]) -> bool:
    """Whether an adjective with a capital is a family name (Николай Харьковский), or names a street."""
    if not text[start].isupper() or text[start:end].isupper():
        return False
    if text[start - 1 : start] in _QUOTED and text[end : end + 1] in _QUOTED:  # a car, a club: «Москвич»
        return True
    before = _WORD_BEFORE.search(text, max(0, start - 40), start)
    if before is not None and before.end(1) not in ends and _is_given(before, text, language):
        return True
    words = words_of(language)
    if not words.street_stems or _PLURAL_ADJECTIVE.search(text, start, end):
        return False
    following = _NEXT_WORD.match(text, end)
    return following is not None and following[1].lower().startswith(words.street_stems)


def _is_given(word: re.Match[str], text: str, language: Language) -> bool:
    """Whether a word before a name is a given name, and none whose capital only begins a sentence (Слава Україні)."""
    given = word[1]
    if not given[0].isupper() or given.isupper() or given.lower() in words_of(language).not_given:
        return False
    if not is_given_name(given, language):
        return False
    return language is Language.EN or not begins_sentence(text, word.start(1)) or is_only_a_name(given, language)


def _is_foreign_name(word: str, language: Language) -> bool:
    """Whether a capitalised word before a town can only be a name, since no dictionary has it (Дензел Вашингтон)."""
    return word.istitle() and word.isalpha() and len(word) > 3 and not is_in_dictionary(word.lower(), language)


def _is_vessel(text: str, start: int, end: int, form: Form) -> bool:
    """Whether "the" makes an English town a ship's name where ships were spoken of (The Kursk sank)."""
    if not form.is_part or text[start - 4 : start].lower() != "the ":
        return False
    words = words_of(Language.EN)
    if not _ENDS_THERE.match(text, end) and _next_word(text, end)[1].split(" ")[0] not in words.ship_verbs:
        return False
    return any(vessel in text[max(0, start - _PAST) : start].lower() for vessel in words.vessels)


def _is_hyphenated(text: str, end: int, language: Language, starts: AbstractSet[int]) -> bool:
    """Whether a Slavic name is the first part of a compound (Москва-река, Київ-Пасажирський), of two names is none."""
    joined = _HYPHENATED.match(text, end)
    if joined is None or joined.start(1) in starts:
        return False
    words, second = words_of(language), joined[1]
    if second[0].islower():
        return second not in words.particles_after
    return second.lower().startswith(words.compound_stems)


def _is_slavic_person(text: str, start: int, end: int, form: Form, language: Language, ends: AbstractSet[int]) -> bool:
    """Whether a town is somebody's family name: initials beside it, a given name after it, a person's noun before."""
    if _INITIAL_BEFORE.search(text, max(0, start - 4), start):
        return True
    before = _WORD_BEFORE.search(text, max(0, start - 40), start)
    nominative = form.is_part and text[start:end] == form.text  # Дензел Вашингтон, but Росгвардия Ростова
    if nominative and before is not None and before.end(1) not in ends and _is_foreign_name(before[1], language):
        return True
    if form.is_capital or not form.is_part or not _FAMILY_ENDING.search(text, start, end):
        return False
    if _INITIAL_AFTER.match(text, end):
        return True
    words = words_of(language)
    following = _NEXT_WORD.match(text, end)
    if following is not None and following[1][0].isupper() and is_only_a_name(following[1], language):
        return before is None or not words.place_before.search(f"{before[1].lower()} ")
    return (
        before is not None
        and before.end(1) not in ends
        and text[end - 1] in "внВН"
        and is_persons_noun(before[1].lower(), language)
    )


def _begins_phrase(text: str, start: int, end: int, language: Language) -> bool:
    """Whether a fixed phrase begins with the name and means something else (Brussels sprouts, американские горки)."""
    if text[end : end + 1] not in (" ", "("):
        return False
    words = words_of(language)
    surface = fold(text[start:end])
    whole_words = language is Language.EN
    heads = (surface,) if whole_words else (head for head in words.phrases if surface.startswith(head))
    for head in heads:
        for following in words.phrases.get(head, ()):
            rest = fold(text[end + 1 : end + 2 + len(following)])
            if rest.startswith(following) and not (whole_words and rest[len(following) :].isalnum()):
                return True
    return False


def _is_in_a_state(text: str, end: int) -> bool:
    """Whether a state follows, so that it is another place of the name (Moscow, Idaho)."""
    state = _STATE_AFTER.match(text, end)
    return state is not None and state[1].lower() in words_of(Language.EN).states


def is_part_of_another_person(text: str, start: int, end: int, language: Language) -> bool:
    """Whether what follows a person's name makes it another's: a son's (Jr), or a thing's (Trump Tower)."""
    strangers = words_of(language).strangers
    before = NAME_BEFORE[language].search(text, max(0, start - 10), start) if strangers else None
    if before is not None and before[1] in strangers:
        return True
    after = text[end : end + 2]
    if after[:1] not in _BEFORE_MORE or (language is Language.EN and not (after[1:].isupper() or after == ", ")):
        return False  # what nearly all are: a name with nothing after it that could be part of it
    if _YOUNGER[language].match(text, end) is not None:
        return True
    if language in (Language.UK, Language.RU) and " " not in text[start:end] and _PATRONYMIC_AFTER.match(text, end):
        return True  # then it is a given name: Єрмак Тимофійович
    return " " not in text[start:end] and _next_word(text, end)[0] in words_of(language).after_person


def is_a_younger_person(form: Form, language: Language) -> bool:
    """Whether a form says itself that a person is the younger one."""
    return _YOUNGER[language].search(form.text) is not None


def _next_word(text: str, end: int) -> tuple[str, str]:
    """The next two words where only spaces part them from a name: the first if it has a capital, and both small."""
    match = _NEXT_WORD.match(text, end)
    if match is None:
        return "", ""
    return (match[1].lower() if match[1][0].isupper() else ""), f"{match[1]} {match[2] or ''}".strip().lower()


def _goes_on(text: str, start: int, end: int, form: Form, language: Language, starts: AbstractSet[int]) -> bool:
    if text[end : end + 1] != " " or end + 1 in starts:
        return False
    words = words_of(language)
    capitalised, following = _next_word(text, end)
    surface = text[start:end].lower()
    if capitalised and capitalised in words.after_place:
        return True
    if form.is_part and set(following.split()) & words.vessels:
        return True
    return bool(capitalised) and surface in words.also_given and not _may_follow(capitalised, language)


def _may_follow(capitalised: str, language: Language) -> bool:
    words = words_of(language)
    return capitalised in words.after_also_given or capitalised in words.before_surname


def _is_preceded(text: str, start: int, end: int, form: Form, language: Language, ends: AbstractSet[int]) -> bool:
    if text[start - 1 : start] != " ":
        return False
    before = _WORD_BEFORE.search(text, max(0, start - 40), start)
    if before is None or before.end(1) in ends:
        return False
    words = words_of(language)
    word, low, at = before[1], before[1].lower(), before.start(1)
    if form.is_part and low.startswith(words.vessel_stems):
        return True
    if low == "of" and words.before_of and (body := _BODY_OF.search(text, max(0, start - 40), start)) is not None:
        return body[1].lower() in words.before_of
    if not word[0].isupper() or word.isupper():
        return False
    if _is_name_of_its_own(text, at, end):
        if words.new is not None and words.new.fullmatch(low):
            return True
        # South London is in London, but North Kursk is a place of its own.
        if form.is_part and not form.is_capital and words.compass is not None and words.compass.fullmatch(low):
            return True
    return _is_given(before, text, language)


def _is_name_of_its_own(text: str, start: int, end: int) -> bool:
    """Whether the capital at the start of a stretch can only be a name's: in quotes, or amid words in small letters."""
    if start and text[start - 1] in _OPENING and text[end : end + 1] and text[end] in _CLOSING:
        return True
    if _next_word(text, end)[0]:
        return False
    if _SMALL_WORD_BEFORE.search(text, max(0, start - 40), start) is not None:
        return True
    before = _WORD_BEFORE.search(text, max(0, start - 40), start)  # Жителі Нового Лондона, at a sentence's start
    return before is not None and not before[1].isupper() and begins_sentence(text, before.start(1))


def _is_title(text: str, start: int, end: int, form: Form, language: Language) -> bool:
    """Whether a place stands alone in quotes: готель «Київ», «Курск» затонув; in English after a vessel's noun."""
    if not start or text[start - 1] not in _OPENING or text[end : end + 1] == "" or text[end] not in _CLOSING:
        return False
    if language is not Language.EN and form.is_part:
        return True
    noun = _WORD_BEFORE.search(text, max(0, start - 41), start - 1)
    if noun is None:
        return False
    words, low = words_of(language), noun[1].lower()
    if language is Language.EN:
        return form.is_part and low in words.vessels
    return low.startswith((*words.vessel_stems, *words.named_stems))
