"""Names into other languages: memory, then rules, then the model, then checks, then transliteration.

`NameTranslator.translate` is the whole order of the work. Memory and rules answer at once; what they leave open is
collected, and each target asks the model once for the whole list (and once more for the words of Korean names that it
lost). An organisation or an acronym never reaches the model: it is known, composed, or missing with the reason.
Everything that comes out is a draft for an editor.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from translations import memory
from translations.cyrillic import transliterate_latin
from translations.engine import Candidate, Engine, NoPackageError
from translations.hangul import write_place
from translations.languages import Language
from translations.organisations import (
    is_acronym,
    is_known_organisation,
    looks_like_organisation,
    organisation_forms,
)
from translations.persons import NameWord, PersonForm, is_person, person_forms
from translations.places import has_place_ending, has_place_word, place_forms
from translations.quality import Problem, normalised, problems_of, refusal, written_in

# The width of the model's search and the answers asked for each name, of which the first that passes the checks is
# taken. Four beams cost twice as much, and on 2,500 held-out names were right for less than 0.3 % more of them.
_BEAMS = 2
_CANDIDATES = 2


@dataclass(frozen=True, slots=True)
class NameQuery:
    """A name to translate; `type` is PERSON, PLACE or ORG; with any other, or None, it is guessed from the name."""

    text: str
    type: str | None = None


@dataclass(frozen=True, slots=True)
class NameForm:
    """A name's form in one language.

    `source` is cldr, memory, rule, argos or transliteration and None when the form is missing; `model` is the label of
    the package that wrote it, `confidence` that model's score in 0..1. `status` is draft or missing; `problems` are
    sentences for the editor, and tell why a form is missing.
    """

    language: Language
    text: str | None
    source: str | None
    model: str | None
    confidence: float | None
    status: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Open:
    """A name that waits for the model: what memory and rules have of it, and the texts to ask for."""

    name: str
    person: PersonForm | None  # the words of a person's name, some of them open; None for a place or a whole name
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """A model's candidates for one text, or none when there is no package."""

    candidates: tuple[Candidate, ...]
    model: str | None


class NameTranslator:
    """Translates names offline; without an engine the model's place is taken by transliteration."""

    def __init__(self, engine: Engine | None) -> None:
        self._engine = engine

    @property
    def version(self) -> str:
        """The labels of the packages that it answers with: what failed may be tried again when they change."""
        packages = self._engine.packages() if self._engine is not None else ()
        return ", ".join(sorted(package.label for package in packages))

    def translate(
        self,
        names: Sequence[NameQuery],
        source: Language,
        targets: Sequence[Language],
        *,
        engine_only: bool = False,
    ) -> list[tuple[NameForm, ...]]:
        """The forms of each name in the targets, in the order of both.

        Args:
            names: names in `source`; one in another script is taken for what its letters say.
            source: any of the four languages.
            targets: any of the four; the source's own name for a name is the name itself.
            engine_only: leaves out memory, rules and transliteration. Organisations are then missing.

        Never raises for a bad name: its forms are missing, with the reason among their problems.
        """
        prepared = [_prepare(query, source, targets, engine_only=engine_only) for query in names]
        answers: dict[Language, Mapping[str, _Answer]] = {}
        for column, target in enumerate(targets):
            waiting = [one for row in prepared if isinstance(one := row[column], _Open)]
            answers[target] = self._ask([text for one in waiting for text in one.asked], source, target)
            lost = [word for one in waiting for word in _lost_words(one, target, answers[target])]
            if lost:
                answers[target] = {**answers[target], **self._ask(lost, source, target)}
        return [
            tuple(
                _finish(one, source, target, answers[target], engine_only=engine_only)
                if isinstance(one, _Open)
                else one
                for one, target in zip(row, targets, strict=True)
            )
            for row in prepared
        ]

    def _ask(self, texts: Sequence[str], source: Language, target: Language) -> Mapping[str, _Answer]:
        """One call of the model for all texts of a target; no answers where there is no package."""
        unique = list(dict.fromkeys(text for text in texts if text))
        if not unique or self._engine is None:
            return {}
        try:
            candidates = self._engine.translate_names(unique, source, target, beams=_BEAMS, candidates=_CANDIDATES)
        except NoPackageError:
            return {}
        package = self._engine.name_package(source, target)
        label = package.label if package is not None else None
        return {text: _Answer(found, label) for text, found in zip(unique, candidates, strict=True)}


def guess_type(name: str, source: Language) -> str:
    """PERSON, PLACE or ORG of a name that came without a type."""
    if is_acronym(name) and is_known_organisation(name, source):
        return "ORG"  # NIS is a service, Nis a town
    if memory.place(name, source) is None and looks_like_organisation(name, source):
        return "ORG"
    english = source is Language.EN
    if memory.place(re.sub(r"[ -]\d+$", "", name), source) is not None or (english and has_place_word(name)):
        return "PLACE"
    if is_person(name, source):
        return "PERSON"
    if english and _PHRASE.search(name):
        return "ORG"
    if english and has_place_ending(name):
        return "PLACE"
    return "PERSON" if " " in name and source is not Language.KO else "PLACE"


# Words that make a phrase of a name (Battle of Bakhmut): it is composed of known words or missing, never spelt out.
_PHRASE = re.compile(r" (?:of|for|and|on|at|to|against|in) ")


# -- before the model ------------------------------------------------------------------------------------------------


def _prepare(
    query: NameQuery, declared: Language, targets: Sequence[Language], *, engine_only: bool
) -> list[NameForm | _Open]:
    """What memory and rules say of a name in each language, or what to ask the model for."""
    name = normalised(query.text)
    reason = refusal(name)
    source = written_in(name, declared) if reason is None else None
    if source is Language.RU and declared is not source and _is_rather_ukrainian(name):
        source = Language.UK
    if source is None:
        return [_missing(target, reason or "The name mixes scripts; give it in one of them.") for target in targets]
    shown = name
    name = _sane_case(name)
    kind = query.type if query.type in ("PERSON", "PLACE", "ORG") else guess_type(name, source)
    others = [target for target in targets if target is not source]
    if kind == "ORG" or (is_acronym(name) and not _is_known(name, source)):
        found = _organisation(name, source, others, engine_only=engine_only)
    elif engine_only:
        found = {target: _ask_only(name, kind, target) for target in others}
    elif kind == "PLACE":
        found = _place(name, source, others)
    else:
        found = _person(name, source, others, guessed=query.type is None)
    said = () if source is declared else (str(Problem.SAME_LANGUAGE.of(language=source.english_name)),)
    itself = NameForm(source, shown, "memory", None, None, "draft", said)
    return [itself if target is source else found[target] for target in targets]


def _is_rather_ukrainian(name: str) -> bool:
    """Whether a Cyrillic name without a letter of its own language is known as Ukrainian and not as Russian."""
    parts = [name, *name.split()]

    def is_known(part: str, language: Language) -> bool:
        return _is_known(part, language) or is_known_organisation(part, language)

    return any(is_known(part, Language.UK) and not is_known(part, Language.RU) for part in parts)


def _place(name: str, source: Language, targets: Sequence[Language]) -> dict[Language, NameForm | _Open]:
    place = place_forms(name, source)
    found: dict[Language, NameForm | _Open] = {}
    for target in targets:
        if place is not None and target in place.forms:
            found[target] = _kept(name, place.forms[target], place.source, source, target)
        else:
            found[target] = _Open(name, None, (_askable(name),))
    return found


def _person(
    name: str, source: Language, targets: Sequence[Language], *, guessed: bool
) -> dict[Language, NameForm | _Open]:
    found: dict[Language, NameForm | _Open] = {}
    for target, person in person_forms(name, source, targets).items():
        if person.text is not None:
            found[target] = _kept(name, person.text, person.source, source, target)
            continue
        known = memory.place(name, source) if guessed else None
        if known is not None and target in known.forms:
            found[target] = _kept(name, known.forms[target], known.source, source, target)
            continue
        open_words = [word.surface for word in person.words if word.form is None]
        asked = [name] if target is Language.KO else open_words  # Korean is best written whole
        found[target] = _Open(name, person, tuple(_askable(text) for text in asked))
    return found


def _sane_case(name: str) -> str:
    """A name shouted in capitals, or typed without any, in the case of names; an acronym stays."""
    if is_acronym(name) or not re.fullmatch(r"[\w\s'’ʼ.\-]+", name):
        return name
    if (name.isupper() and len(name) > 5) or name.islower():
        return re.sub(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*", lambda word: word.group().capitalize(), name)
    return name


def _is_known(name: str, source: Language) -> bool:
    return bool(memory.place(name, source) or memory.given_names(name, source) or memory.surnames(name, source))


def _organisation(
    name: str, source: Language, targets: Sequence[Language], *, engine_only: bool
) -> dict[Language, NameForm | _Open]:
    if engine_only:
        reason = "Organisations and acronyms are never given to the model."
        return {target: _missing(target, reason) for target in targets}
    organisation = organisation_forms(name, source)
    found: dict[Language, NameForm | _Open] = {}
    for target in targets:
        form = organisation.forms.get(target)
        if form is None:
            found[target] = _missing(target, organisation.problem or "The organisation is not known.")
        else:
            found[target] = NameForm(target, form, organisation.source, None, None, "draft", ())
    return found


def _ask_only(name: str, kind: str, target: Language) -> _Open:
    """The bare model's way: persons word by word into Cyrillic, all else whole."""
    if kind == "PERSON" and target is not Language.KO:
        words = tuple(NameWord(word, None, "") for word in name.split())
        return _Open(name, PersonForm(words), tuple(_askable(word.surface) for word in words))
    return _Open(name, None, (_askable(name),))


def _askable(text: str) -> str:
    """The part of a text that a model may see: no digits, no symbols but hyphens and apostrophes inside words."""
    text = re.sub(r"[^\w\s'’ʼ\-]|[\d_]", " ", text)
    return re.sub(r"(?<!\w)[\-'’ʼ]+|[\-'’ʼ]+(?!\w)|\s+", " ", text).strip()


def _kept(name: str, form: str, origin: str, source: Language, target: Language) -> NameForm:
    """A form of memory or rules; a rule's is checked like a model's, memory's needs no check."""
    problems = problems_of(name, form, source, target) if origin == "rule" else ()
    return NameForm(target, form, origin, None, None, "draft", problems)


def _missing(target: Language, reason: str) -> NameForm:
    return NameForm(target, None, None, None, None, "missing", (reason,))


# -- after the model -------------------------------------------------------------------------------------------------


def _finish(
    one: _Open, source: Language, target: Language, answers: Mapping[str, _Answer], *, engine_only: bool
) -> NameForm:
    """The model's answer where it passes the checks, else transliteration where that passes, else what there is."""
    source = written_in(one.name, source) or source
    answered = _from_model(one, source, target, answers)
    if answered is not None and (engine_only or not answered.problems):
        return answered
    if engine_only:
        return _missing(target, f"There is no model from {source.english_name} to {target.english_name}.")
    spelt = _spelt_out(one, source, target)
    problems = problems_of(one.name, spelt, source, target)
    reason = Problem.SPELT_OUT.of()
    if answered is not None:
        if problems:
            return answered
        reason = Problem.PUT_ASIDE.of(form=answered.text, problems=" ".join(answered.problems))
    if not spelt:
        return _missing(target, "The name could not be written in the language.")
    return NameForm(target, spelt, "transliteration", None, None, "draft", (str(reason), *problems))


def _from_model(one: _Open, source: Language, target: Language, answers: Mapping[str, _Answer]) -> NameForm | None:
    """The name put together from the model's answers and what was known; None when a text has no answer."""
    found = [answers.get(text) for text in one.asked]
    if any(answer is None or not answer.candidates for answer in found):
        return None
    answered = [answer for answer in found if answer is not None]
    if one.person is not None and target is not Language.KO:
        chosen = [_choose(text, answer, source, target) for text, answer in zip(one.asked, answered, strict=True)]
        forms = iter(chosen)
        text = " ".join(
            word.prefix + (word.form or _with_marks(word.surface, next(forms).text)) for word in one.person.words
        )
    else:
        chosen = [_choose(one.asked[0], answered[0], source, target)]
        singly = [answers[word].candidates for word in _lost_words(one, target, answers) if word in answers]
        text = _whole(one, chosen[0].text, [candidates[0].text if candidates else "" for candidates in singly], target)
    score = min(candidate.score for candidate in chosen)
    problems = problems_of(one.name, text, source, target, score=score)
    return NameForm(target, text, "argos", answered[0].model, score, "draft", problems)


def _choose(name: str, answer: _Answer, source: Language, target: Language) -> Candidate:
    """The best candidate without a problem, else the best."""
    for candidate in answer.candidates:
        if not problems_of(name, candidate.text, source, target):
            return candidate
    return answer.candidates[0]


def _lost_words(one: _Open, target: Language, answers: Mapping[str, _Answer]) -> list[str]:
    """The open words of a person's name whose whole Korean form came back with fewer or more words than it has."""
    if one.person is None or target is not Language.KO or len(one.person.words) == 1:
        return []
    answer = answers.get(one.asked[0])
    if answer is None or not answer.candidates or len(answer.candidates[0].text.split()) == len(one.person.words):
        return []
    return [_askable(word.surface) for word in one.person.words if word.form is None]


def _whole(one: _Open, written: str, singly: list[str], target: Language) -> str:
    """A name that the model wrote whole, the known words put in: 마이클 stays 마이클.

    Where the model lost or added a word, the name is put together from the answers to its open words (`singly`).
    """
    if one.person is None:
        return _with_marks(one.name, _joined_place(written, target))
    known, words = one.person.words, written.split()
    if len(words) == len(known):
        if _is_turned_round(known, words):
            words.reverse()
        return " ".join(
            word.prefix + word.form if word.form else answer for word, answer in zip(known, words, strict=True)
        )
    if len(singly) != sum(word.form is None for word in known) or not all(singly):
        return written  # a word without a letter has no answer of its own
    answers = iter(singly)
    return " ".join(word.prefix + (word.form or next(answers)) for word in known)


def _joined_place(text: str, target: Language) -> str:
    """The words of a foreign place joined by hyphens in Cyrillic, as its orthographies ask: Ель-Фашер, Хан-Юніс."""
    if target not in (Language.UK, Language.RU) or not re.fullmatch(r"[\w'’ʼ\- ]+", text):
        return text
    return "-".join(text.split())


def _is_turned_round(known: Sequence[NameWord], words: Sequence[str]) -> bool:
    """Whether the model put the family name first (고이타 아시미 of Assimi Goita), as some of its examples do.

    Each word is compared with both of the answer's by sound, letter by letter.
    """
    if len(words) != 2:
        return False

    def alike(word: NameWord, answer: str) -> float:
        sound = word.form or transliterate_latin(word.surface, Language.KO)
        first, second = (unicodedata.normalize("NFD", text) for text in (sound, answer))
        return SequenceMatcher(None, first, second, autojunk=False).ratio()

    straight = alike(known[0], words[0]) + alike(known[1], words[1])
    crossed = alike(known[0], words[1]) + alike(known[1], words[0])
    return crossed > straight + _SURELY_TURNED


_SURELY_TURNED = 0.3  # of 2, the sum of two ratios; names that sound alike stay as they are


def _with_marks(surface: str, form: str) -> str:
    """Digits and marks of the source put back behind a form that the model wrote without them."""
    digits = re.findall(r"\d[\d.,/\-]*", surface)
    return " ".join([form, *digits]) if digits else form


def _spelt_out(one: _Open, source: Language, target: Language) -> str:
    """Transliteration of what is open; the known words stay."""
    words: Iterable[NameWord] = (
        one.person.words if one.person else [NameWord(word, None, "") for word in one.name.split()]
    )
    text = " ".join(word.prefix + (word.form or _letters(word.surface, source, target)) for word in words).strip()
    if one.person is None:
        text = _joined_place(text, target)
    return text.replace("-", "") if target is Language.KO else text  # Hangul writes a double name together


def _letters(word: str, source: Language, target: Language) -> str:
    if source is Language.EN:
        # Digits and marks stay where they are.
        return re.sub(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*", lambda part: transliterate_latin(part.group(), target), word)
    return write_place(word, target) if re.fullmatch("[가-힣]+", word) else word
