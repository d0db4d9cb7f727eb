"""From a text to the stretches that may be names: a pass of the automaton, one over words in capitals, and the checks.

Owns `Hit`, `hits` (which may overlap) and `settled` (which do not). What a hit is, `deciding` says.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from glossary.matching.index import HYPHENS, JOINTS, STRIDE, VIAS, Form, Index, in_one_script, view_of
from glossary.matching.words import LONGEST_TAIL
from glossary.normalize import fold, fold_with_offsets
from glossary.words import Via
from translations.languages import Language


class Hit(NamedTuple):
    """A stretch of the original text, and the forms that it may be."""

    start: int
    end: int
    options: tuple[tuple[int, Via], ...]


#: Start and end in the original of a start and end in the folded text.
_Span = Callable[[int, int], tuple[int, int]]
_Options = tuple[tuple[int, Via], ...]


@dataclass(frozen=True, slots=True)
class _Scan:
    """One text being searched.

    `seen` remembers what each surface may be where the marks around it are alike: a text that repeats a name of many
    people pays for them once.
    """

    index: Index
    text: str
    span: _Span
    view: str
    seen: dict[tuple[int, str, str | bool, str | bool], _Options]


_PLAIN_BEFORE = frozenset(' \n("“„«')
_PLAIN_AFTER = frozenset(["", *' \n.,;:!?)"”…'])

# One word in capitals, or letters with full stops (U.S.); what stands around it is checked after.
_ACRONYM = {
    Language.EN: re.compile(r"[A-Z](?:[A-Z0-9]+|(?:\.[A-Z])+\.?)"),
    Language.KO: re.compile(r"[A-Z](?:[A-Z0-9]+|(?:\.[A-Z])+\.?)"),
    Language.UK: re.compile(r"[A-ZА-ЯЁІЇЄҐ](?:[A-ZА-ЯЁІЇЄҐ0-9]+|(?:\.[A-ZА-ЯЁІЇЄҐ])+\.?)"),
    Language.RU: re.compile(r"[A-ZА-ЯЁІЇЄҐ](?:[A-ZА-ЯЁІЇЄҐ0-9]+|(?:\.[A-ZА-ЯЁІЇЄҐ])+\.?)"),
}
_AFTER_ACRONYM = re.compile(r"(?:[-'’ʼ])?([а-яёіїєґ]{1,3})(?!\w)")
_POSSESSIVE = re.compile(r"['’ʼ`][sS](?!\w)|(?<=[sSxXzZ])['’](?!\w)")
_HANGUL_TAIL = re.compile(r"\w{,14}(?!\w)")
_WORD_CHARACTER = re.compile(r"\w")
_APOSTROPHES = "'’ʼ`‘"
_OPENING = frozenset("'‘’`")
_CLOSING = {"»": "«", "”": "“", "“": "„", "’": "‘"}
_PREFIX_JOINED = re.compile(r"[а-яёіїєґ]*[оОеЕ][-‐‑–]$", re.IGNORECASE)
_NAME_AFTER = re.compile(r" ?[А-ЯЁІЇЄҐ][а-яёіїєґ]")
# Modi'in is another name, Modi's and Modi'll are not.
_WORD_GOES_ON = re.compile(r"['’ʼ`‘](?!(?:s|S|ll|d|ve|re|m)(?!\w))[a-z]")
_FOLLOWING = re.compile(r"[ -]([A-Za-z]+)")
_PLAIN_HYPHENS = frozenset("-‐‑–")
# A word that the end of a line broke: the hyphen may be the break's (Zelen-/sky) or the name's own (Kim Jong-/un).
_BROKEN = re.compile(r"(?<=[^\W\d_])[-‐‑][ \t\r]*\n[ \t]*(?=[^\W\d_])")
_RIVER_JOINED = re.compile(r"[-‐‑–](?:на|над|под|під)[-‐‑–]")


def hits(index: Index, text: str) -> list[Hit]:
    """Every stretch of a text that may be a name, in no order; they may overlap."""
    found = _hits(index, text)
    if "-\n" in text or "-\r\n" in text or "‐\n" in text or "‐\r\n" in text:
        found.extend(_across_lines(index, text))
    return found


def _across_lines(index: Index, text: str) -> Iterator[Hit]:
    """The hits in which a line ends after a hyphen: found in the text without the break, with the hyphen or not."""
    breaks = list(_BROKEN.finditer(text))
    for joint in ("", "-"):
        # Where the breaks stand in the joined text, and by how much the original is ahead from each on.
        places: list[int] = []
        ahead = [0]
        for found in breaks:
            places.append(found.start() - ahead[-1])
            ahead.append(ahead[-1] + len(found[0]) - len(joint))
        for start, end, options in _hits(index, _BROKEN.sub(joint, text)) if breaks else ():
            before, within = bisect_right(places, start), bisect_left(places, end)
            if before < within:
                yield Hit(start + ahead[before], end + ahead[within], options)


def _hits(index: Index, text: str) -> list[Hit]:
    folded = fold_with_offsets(text)
    view = view_of(folded.text, index.language)
    view = f"{view} " if index.spaced else f" {view} "
    scan = _Scan(index, text, folded.span, view, {})
    found: list[Hit] = []
    codes, forms, alone = index.codes, index.forms, index.alone
    plain = index.spaced and folded.same_length
    for number, start, end in index.automaton.find_matches_as_indexes(view):
        # Most matches are a form as the glossary writes it between plain marks, which needs no further check.
        if plain and (code := codes[number]) >= 0:
            options = alone.get(code)
            if options is None:
                options = alone[code] = ((code // STRIDE, VIAS[code % STRIDE]),)
            last = end - 1
            if (
                forms[options[0][0]].plain == text[start:last]
                and text[last : last + 1] in _PLAIN_AFTER
                and (not start or text[start - 1] in _PLAIN_BEFORE)
            ):
                found.append(Hit(start, last, options))
                continue
        found.extend(_check(scan, number, start, end))
    if index.acronyms:
        found.extend(_capitals(index, text))
    if index.countries:
        found.extend(_countries(index, text))
    return found


def _check(scan: _Scan, number: int, start: int, end: int) -> Iterator[Hit]:
    """The hit that a match of the automaton is, or those inside it if it is none itself."""
    hit = _hit(scan, number, start, end)
    if hit is not None:
        yield hit
    elif " " in scan.view[start + 1 : end - 1] or not scan.index.spaced:
        yield from _inside(scan, start, end)


def _hit(scan: _Scan, number: int, start: int, end: int) -> Hit | None:
    index, text, view = scan.index, scan.text, scan.view
    first, last = scan.span(start, end - 1)
    if index.spaced and not _stands_alone(index, text, first, last):
        return None
    surface = text[first:last]
    if text[last : last + 1] in _CLOSING and _CLOSING[text[last : last + 1]] in surface:
        last += 1  # a name that ends in a quoted one: ЧВК «Вагнер»
    # What follows the name, as far as it says anything: of a Korean one what is glued to it and names goods, of another
    # one its possessive ending, and the word or the hyphen after it.
    glued: str | bool
    after: str | bool
    if index.spaced:
        glued = index.language is Language.EN and _is_possessive(text, first, last)
        after = _describer(index, text, last) or (index.joins_by_o and _is_joined_on(text, last))
    else:
        stop = view.find(" ", end, end + LONGEST_TAIL)
        if stop < 0:
            return None
        glued = view[end:stop]
        after = index.data.names_goods(view[start + 1 : stop], view[stop + 1 : stop + 1 + LONGEST_TAIL])
    key = (number, surface, glued, after)
    options = scan.seen.get(key)
    if options is None:
        options = scan.seen[key] = tuple(_options(index, *key, view[start + 1 : end]))
    if text[last : last + 1] == "." and any(index.forms[number].text[-1] == "." for number, _ in options):
        last += 1  # Washington, D.C.
    return Hit(first, last, options) if options else None


def _options(
    index: Index, number: int, surface: str, glued: str | bool, after: str | bool, seen_as: str
) -> Iterator[tuple[int, Via]]:
    """The forms that a surface may be, by what follows it (see `_hit`) and how the automaton saw it."""
    code = index.codes[number]
    codes: Sequence[int] = (code,) if code >= 0 else index.shared[number]
    for code in codes:
        form = index.forms[code // STRIDE]
        via = VIAS[code % STRIDE]
        if form.capitals and not _case_fits(form, via, surface):
            continue
        if after in form.yields_to:
            continue
        if via is Via.ADJECTIVE and index.joins_by_o and _is_joint(surface, form) and after is not True:
            continue
        if isinstance(glued, str):
            if after is not True and not index.data.may_follow(seen_as[-1], glued, form.type, seen_as + glued):
                continue
            if glued and via is Via.EXACT:
                via = Via.PARTICLE
        elif glued and via is Via.EXACT:
            via = Via.POSSESSIVE
        yield code // STRIDE, via


def _inside(scan: _Scan, start: int, end: int) -> Iterator[Hit]:
    """The hits that a match swallowed which turned out to be none: shorter ones, and later ones."""
    automaton, view = scan.index.automaton, scan.view
    stop = end - 1
    while stop > start + 1:  # The next longest at the same start.
        shorter = automaton.find_matches_as_indexes(view[start:stop])
        if not shorter or shorter[0][1] != 0:
            break
        number, _, stop_at = shorter[0]
        hit = _hit(scan, number, start, start + stop_at)
        if hit is not None:
            yield hit
            break
        stop = start + stop_at - 1
    at = start + 1
    while at < end:
        window = view[at : end + scan.index.longest]
        for number, offset, offset_end in automaton.find_matches_as_indexes(window):
            if at + offset >= end:
                return
            hit = _hit(scan, number, at + offset, at + offset_end)
            at += offset_end if hit else offset + 1
            if hit:
                yield hit
            break
        else:
            return


def _stands_alone(index: Index, text: str, first: int, last: int) -> bool:
    """Whether the marks around a match let it be a word of its own."""
    if first:
        before = text[first - 1]
        if before not in " \n(":
            if before.isalnum():
                return False
            beyond = text[first - 2 : first - 1]
            if before in _APOSTROPHES and beyond.isalpha():
                return False
            if before in "-‐‑–" and index.language is not Language.EN and _joined(text, first):
                return False
    after = text[last : last + 1]
    if after.isalnum():
        return False
    if index.language is not Language.EN and after:
        if after in _APOSTROPHES and text[last + 1 : last + 2].isalpha():
            return False
        if after in "-‐‑–" and _RIVER_JOINED.match(text, last):
            return False
    elif after and after in _APOSTROPHES:
        return _WORD_GOES_ON.match(text, last) is None
    return True


def _joined(text: str, first: int) -> bool:
    """Whether a name is the second part of a compound (Ивано-Франковск); adjectives are names of their own."""
    return text[first].isupper() and _PREFIX_JOINED.search(text[max(0, first - 24) : first]) is not None


def _capitals(index: Index, text: str) -> Iterator[Hit]:
    for match in _ACRONYM[index.language].finditer(text):
        word = match[0]
        codes = index.acronyms.get(word)
        end = match.end()
        if codes is None and "." in word and not _are_initials(text, word, end):
            codes = index.acronyms.get(word.replace(".", ""))
        if codes is None and index.joins_by_o:
            codes = index.acronyms.get(in_one_script(word))
        if codes is None and end < len(text) and word[-1] == ".":
            continue
        if codes is None:
            continue
        start = match.start()
        if start and _WORD_CHARACTER.match(text[start - 1]):
            continue
        via = _after_acronym(index, text, word, end)
        if via is None or (word.lower() in index.data.common and _among_capitals(text, start, end)):
            continue
        options = []
        for code in codes:
            form = index.forms[code // STRIDE]
            if via is Via.PARTICLE:
                tail = _HANGUL_TAIL.match(text, end)
                if not tail or not index.data.may_follow(word[-1], fold(tail[0]), form.type, ""):
                    continue
            options.append((code // STRIDE, via))
        if via is Via.INFLECTED and (ending := _AFTER_ACRONYM.match(text, end)):
            end = ending.end()
        elif index.language is Language.EN and text[end : end + 1] == "s":
            end += 1
        if options:
            yield Hit(start, end, tuple(options))


def _countries(index: Index, text: str) -> Iterator[Hit]:
    """Countries that Korean writes as one syllable each: 북러, 한·미·일, 대북, 러 국방부."""
    pattern = index.data.abbreviated
    for match in pattern.finditer(text) if pattern is not None else ():
        start, end = match.span()
        stands_alone = match["alone"] is not None or match["character"] is not None
        # In a compound a country only describes, as an adjective does (російсько-український).
        via = Via.EXACT if stands_alone else Via.ADJECTIVE
        if match["towards"] is not None:  # any noun may be glued on: 대북제재
            spans = [(start, end)]
        elif match["alone"] is not None or _may_end(index, text, end, together=not stands_alone):
            spans = [(at, at + 1) for at in range(start, end)]
        else:
            continue
        for first, last in spans:
            number = index.countries.get(index.data.syllables.get(text[last - 1], ""))
            if number is not None:
                yield Hit(first, last, ((number, via),))


def _may_end(index: Index, text: str, end: int, *, together: bool) -> bool:
    """Whether countries of one syllable, or one written as a character, may end here by what is glued on."""
    tail = _HANGUL_TAIL.match(text, end)
    if tail is None:
        return False
    may_follow = index.data.may_follow_countries if together else index.data.may_follow_country
    return may_follow(text[end - 1], fold(tail[0]))


def _are_initials(text: str, word: str, end: int) -> bool:
    """Whether two Cyrillic letters with full stops are somebody's initials (В.С. Петренко)."""
    return len(word) == 4 and not word.isascii() and _NAME_AFTER.match(text, end) is not None


def _after_acronym(index: Index, text: str, word: str, end: int) -> Via | None:
    """How an acronym is found by what follows it; None if it is part of something else."""
    after = text[end : end + 1]
    if not after or not (after.isalnum() or after == "_" or after in "'’ʼ`-‐‑–"):
        return Via.EXACT
    match index.language:
        case Language.EN:
            if _is_possessive(text, end - len(word), end):
                return Via.POSSESSIVE
            plural = after == "s" and not _WORD_CHARACTER.match(text[end + 1 : end + 2])
            return Via.EXACT if plural or not (after.isalnum() or after == "_") else None
        case Language.KO:
            return Via.PARTICLE if "가" <= after <= "힣" else None if after.isalnum() else Via.EXACT
        case _:
            ending = _AFTER_ACRONYM.match(text, end)
            if ending is None:
                return None if after.isalnum() or after == "_" else Via.EXACT
            return Via.INFLECTED if ending[1] in index.endings else None


def _case_fits(form: Form, via: Via, surface: str) -> bool:
    """Whether the capitals of a surface are those of a name; `form.capitals` are the words that must have one."""
    if form.strict:
        return surface.startswith(form.text) or surface.isupper()
    words = JOINTS.split(surface)  # words at even places, what joins them at odd ones
    if via is Via.SURNAME:  # of "von der Leyen" one word has a capital
        return words[-1][:1].isupper()
    if form.words == 1 or len(words) != 2 * form.words - 1:
        return words[0][:1].isupper()
    if form.small_after and words[0][:1].isupper():
        return True
    # After a hyphen a name may go on with a small letter (Kim Jong-un).
    return all(words[2 * at][:1].isupper() or (at and words[2 * at - 1] in HYPHENS) for at in form.capitals)


def _describer(index: Index, text: str, last: int) -> str:
    """The next word, lower case, if some names only describe before it (a Russian military ID); empty if it is none."""
    if text[last : last + 1] not in (" ", "-"):
        return ""
    following = _FOLLOWING.match(text, last)
    word = following[1].lower() if following else ""
    return word if word in index.describers else ""


def _is_joint(surface: str, form: Form) -> bool:
    """Whether an adjective stands in the shape that only compounds have (російсько-український)."""
    return surface[-1] in "оО" and surface[-2] not in "гГ" and form.text[-1] == "й"  # not російського


def _is_joined_on(text: str, last: int) -> bool:
    return text[last : last + 1] in _PLAIN_HYPHENS and text[last + 1 : last + 2].isalpha()


def _is_possessive(text: str, start: int, end: int) -> bool:
    """Whether an English name is followed by its possessive ending; the mark after a name in quotes is none."""
    ending = _POSSESSIVE.match(text, end)
    return ending is not None and (len(ending[0]) > 1 or text[start - 1 : start] not in _OPENING)


def _among_capitals(text: str, start: int, end: int) -> bool:
    """Whether the words before and after are in capitals too, as in a headline, so that capitals tell nothing."""
    around = re.findall(r"[^\W\d_]{2,}", text[max(0, start - 24) : start])[-1:]
    around += re.findall(r"[^\W\d_]{2,}", text[end : end + 24])[:1]
    return bool(around) and all(word.isupper() for word in around)


# Overlaps: settled here and nowhere else


def settled(hits: Iterable[Hit]) -> list[Hit]:
    """The leftmost hits, of those at one start the longest; of equal ones, the options of all."""
    settled: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not settled or hit.start >= settled[-1].end:
            settled.append(hit)
        elif hit.start == settled[-1].start and hit.end == settled[-1].end:
            known = settled[-1].options
            if hit.options != known:  # an acronym is found by the automaton and among words in capitals
                settled[-1] = Hit(hit.start, hit.end, known + hit.options)
    return settled
