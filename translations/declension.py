"""The cases of Ukrainian and Russian that a composed name needs: adjectives, ordinals, places, and "по" with a dative.

Endings decide where they settle the case, and what they do not settle is no guess: the function answers with an empty
string, or the exceptions of `declension.yaml` know it. Whose case is needed where is the composition's business.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from translations.knowledge import load, rows
from translations.languages import Language

Case = Literal["nominative", "genitive", "locative"]
Gender = str  # m, f, n, or p for a plural

_CASES: tuple[Case, ...] = ("nominative", "genitive", "locative")

# Language and kind of stem: gender -> endings in the order of _CASES.
_ADJECTIVES = {
    (Language.UK, "hard"): {
        "m": ("ий", "ого", "ому"),
        "f": ("а", "ої", "ій"),
        "n": ("е", "ого", "ому"),
        "p": ("і", "их", "их"),
    },
    (Language.UK, "soft"): {
        "m": ("ій", "ього", "ьому"),
        "f": ("я", "ьої", "ій"),
        "n": ("є", "ього", "ьому"),
        "p": ("і", "іх", "іх"),
    },
    (Language.RU, "hard"): {
        "m": ("ый", "ого", "ом"),
        "f": ("ая", "ой", "ой"),
        "n": ("ое", "ого", "ом"),
        "p": ("ые", "ых", "ых"),
    },
    (Language.RU, "velar"): {
        "m": ("ий", "ого", "ом"),
        "f": ("ая", "ой", "ой"),
        "n": ("ое", "ого", "ом"),
        "p": ("ие", "их", "их"),
    },
    (Language.RU, "stressed"): {
        "m": ("ой", "ого", "ом"),
        "f": ("ая", "ой", "ой"),
        "n": ("ое", "ого", "ом"),
        "p": ("ые", "ых", "ых"),
    },
    (Language.RU, "hushing"): {
        "m": ("ий", "его", "ем"),
        "f": ("ая", "ей", "ей"),
        "n": ("ее", "его", "ем"),
        "p": ("ие", "их", "их"),
    },
    (Language.RU, "soft"): {
        "m": ("ий", "его", "ем"),
        "f": ("яя", "ей", "ей"),
        "n": ("ее", "его", "ем"),
        "p": ("ие", "их", "их"),
    },
}
_THIRD = {  # третий has a stem of its own
    "m": ("третий", "третьего", "третьем"),
    "f": ("третья", "третьей", "третьей"),
    "n": ("третье", "третьего", "третьем"),
    "p": ("третьи", "третьих", "третьих"),
}


def agree(masculine: str, gender: Gender, language: Language, case: Case = "nominative") -> str:
    """An adjective, given in the masculine, in a gender (or plural) and case; of several words each agrees."""
    if " " in masculine:
        return " ".join(agree(word, gender, language, case) for word in masculine.split())
    column = _CASES.index(case)
    if masculine.lower() == "третий" and language is Language.RU:
        return masculine[0] + _THIRD[gender][column][1:]
    return masculine[:-2] + _ADJECTIVES[language, _stem(masculine, language)][gender][column]


def _stem(masculine: str, language: Language) -> str:
    if language is Language.UK:
        return "soft" if masculine.endswith("ій") else "hard"
    if masculine.endswith("ой"):
        return "stressed"
    if masculine.endswith("ый"):
        return "hard"
    return "velar" if masculine[-3] in "гкх" else "hushing" if masculine[-3] in "жшчщ" else "soft"


def ordinal(number: int, gender: Gender, language: Language, case: Case = "nominative") -> str:
    """Digits with the ending that their last sound asks for: 47-ма бригада, 47-ї бригади, 40-ва, 3-й полк."""
    if language is Language.RU:
        endings = {"m": ("й", "го", "м"), "f": ("я", "й", "й"), "n": ("е", "го", "м"), "p": ("е", "х", "х")}
        return f"{number}-{endings[gender][_CASES.index(case)]}"
    if case != "nominative":
        oblique = {"m": ("го", "му"), "f": ("ї", "й"), "n": ("го", "му"), "p": ("х", "х")}
        return f"{number}-{oblique[gender][_CASES.index(case) - 1]}"
    unit = number % 10 if not 10 <= number % 100 <= 19 else 0
    feminine = {1: "ша", 2: "га", 3: "тя", 7: "ма", 8: "ма"}.get(unit, "та")
    neuter = {1: "ше", 2: "ге", 3: "тє", 7: "ме", 8: "ме"}.get(unit, "те")
    if number % 100 == 40:
        feminine, neuter = "ва", "ве"
    return f"{number}-{ {'m': 'й', 'f': feminine, 'n': neuter, 'p': 'ті'}[gender] }"


# -- places ----------------------------------------------------------------------------------------------------------

# Ending of a place's name -> genitive and locative; the first that fits decides, and "" is no answer.
_PLACES = {
    Language.UK: (
        (r"(ськ|цьк)$", r"\1а", r"\1у"),
        (r"(ськ|цьк|зьк)е$", r"\1ого", r"\1ому"),
        (r"(ин|ов|ев|[рлт]н|вн|зн)е$", r"\1ого", r"\1ому"),
        (r"(?<=[бвгджзклмнпрстфхцчшщ])ий$", "ого", "ому"),
        (r"([бвгджзлмнпрстфхцчшщ])\1я$", r"\1\1я", r"\1\1і"),
        (r"([аеиоуіїєюя])я$", r"\1ї", r"\1ї"),
        (r"я$", "і", "і"),
        (r"([жчшщц])а$", r"\1і", r"\1і"),
        (r"([оуеиі]а)$", r"\1", r"\1"),
        (r"га$", "ги", "зі"),
        (r"ка$", "ки", "ці"),
        (r"ха$", "хи", "сі"),
        (r"а$", "и", "і"),
        (r"піль$", "поля", "полі"),
        (r"(?<=[ое]л)ь$|(?<=[іиую]л)ь$", "я", "і"),
        (r"(?<=ан)ь$", "і", "і"),
        (r"ь$", "", ""),
        (r"([жчшщ])ів$", r"\1ева", r"\1еві"),
        (r"їв$", "єва", "єві"),
        (r"ів$", "ова", "ові"),
        (r"лець$", "льця", "льці"),
        (r"ець$", "ця", "ці"),
        (r"вці$", "вців", "вцях"),
        (r"([ое]в|єв|[иі]н)о$", r"\1а", r"\1і"),
        (r"([аеиоуіїєюя][бвгджзклмнпрстфхчшщ])и$", r"\1", r"\1ах"),
        (r"и$", "", ""),
        (r"([аеоу])й$", r"\1я", r"\1ї"),
        (r"([кгх])$", r"\1а", r"\1у"),
        (r"([бвджзлмнпрстфцчшщ])$", r"\1а", r"\1і"),
        (r"([оеєуюіїя])$", r"\1", r"\1"),
    ),
    Language.RU: (
        (r"(ск|цк)$", r"\1а", r"\1е"),
        (r"(ск|цк|н|в)ое$", r"\1ого", r"\1ом"),
        (r"(?<=[бвгджзклмнпрстфхцчшщ])[ыи]й$", "ого", "ом"),
        (r"ия$", "ии", "ии"),
        (r"я$", "и", "е"),
        (r"([оуеи]а)$", r"\1", r"\1"),
        (r"([гкхжчшщ])а$", r"\1и", r"\1е"),
        (r"а$", "ы", "е"),
        (r"(?<=[еиуоюв]л)ь$", "я", "е"),
        (r"(?<=[аер][нмч])ь$|(?<=вер)ь$", "и", "и"),
        (r"ь$", "", ""),
        (r"лец$", "льца", "льце"),
        (r"ец$", "ца", "це"),
        (r"цы$", "цов", "цах"),
        (r"([аеиоуэюя][бвгджзклмнпрстфхчшщ])ы$", r"\1", r"\1ах"),
        (r"ы$|ки$", "", ""),
        (r"([аеоу])й$", r"\1я", r"\1е"),
        (r"([бвгджзклмнпрстфхцчшщ])$", r"\1а", r"\1е"),
        (r"([оеуиюэё])$", r"\1", r"\1"),
    ),
}
# A country's name is no city's: Ірану, не Ірана.
_COUNTRIES = ((r"([бвгджзклмнпрстфхцчшщ])$", r"\1у", r"\1і"), (r"([аеоу])й$", r"\1ю", r"\1ї"), (r"ь$", "ю", "і"))


@cache
def _exceptions(language: Language) -> dict[str, tuple[str, str]]:
    return {
        name: (genitive, locative) for name, genitive, locative in rows("declension", str(language.value), widths=(3,))
    }


def decline_place(name: str, language: Language, case: Case, *, country: bool = False) -> str:
    """A place's name in a case of Ukrainian or Russian; empty where its ending does not settle it.

    A name of an adjective and a noun has both declined (Біла Церква: Білої Церкви), one with a hyphen its last part
    (Нью-Йорк: Нью-Йорка), unless it lies on a river (Ростов-на-Дону: Ростова-на-Дону).
    """
    if case == "nominative":
        return name
    column = _CASES.index(case) - 1
    if name in _exceptions(language):
        return _exceptions(language)[name][column]
    on_river = re.fullmatch(r"([^\s-]+)(-(?:на|над|в|у|під|под)-.+)", name)
    if on_river:
        stem = decline_place(on_river[1], language, case)
        return stem + on_river[2] if stem else ""
    words = name.split()
    if len(words) > 2:
        return ""
    if len(words) == 2:
        return _described(words[0], words[1], language, case)
    before, hyphen, last = name.rpartition("-")
    if last in _exceptions(language):
        return before + hyphen + _exceptions(language)[last][column]
    patterns = _PLACES[language]
    if country and language is Language.UK:
        patterns = (*_COUNTRIES, *patterns)
    for ending, *cases in patterns:
        if re.search(ending, last):
            return before + hyphen + re.sub(ending, cases[column], last) if cases[column] else ""
    return ""


_DESCRIBING = {
    Language.UK: (("ий", "m"), ("ій", "m"), ("а", "f"), ("я", "f"), ("е", "n"), ("є", "n")),
    Language.RU: (("ый", "m"), ("ий", "m"), ("ой", "m"), ("ая", "f"), ("яя", "f"), ("ое", "n"), ("ее", "n")),
}


def _described(described: str, noun: str, language: Language, case: Case) -> str:
    """An adjective and a noun, each in the case: Чорний Яр, Північна Македонія, Великое Село."""
    declined = decline_place(noun, language, case)
    for ending, gender in _DESCRIBING[language]:
        if described.endswith(ending) and declined:
            fits = {"m": noun[-1] not in "аяоеєё", "f": noun[-1] in "аяь", "n": noun[-1] in "оеєё"}[gender]
            if not fits:
                return ""
            return f"{agree(_masculine(described, language), gender, language, case)} {declined}"
    return ""


def _masculine(form: str, language: Language) -> str:
    """The masculine of an adjective in the nominative of any gender: Північна is Північний, Нижняя Нижний."""
    if form.endswith(("ий", "ій", "ый", "ой")):
        return form
    if language is Language.UK:
        return form[:-1] + ("ій" if form[-1] in "яє" else "ий")
    stem = form[:-2]
    return stem + ("ий" if stem[-1] in "гкхжшчщ" or form.endswith(("яя", "ее")) else "ый")


# -- по with a dative ------------------------------------------------------------------------------------------------

_DATIVE_ADJECTIVES = (("ого", "ому"), ("его", "ему"), ("ой", "ой"), ("ей", "ей"), ("ых", "ым"), ("их", "им"))
_DATIVE_NOUNS = (
    (r"([гкх])и$", r"\1е"),
    (r"([лн])и$", r"\1е"),
    (r"ьи$", "ье"),
    (r"ы$", "е"),
    (r"и$", "и"),
    (r"а$", "у"),
    (r"я$", "ю"),
    (r"цев$", "цам"),
    (r"ов$", "ам"),
    (r"(ев|ей)$", "ям"),
    (r"ий$", "иям"),
    (r"ых$", "ым"),
    (r"их$", "им"),
    (r"([жчшщ])ек$", r"\1кам"),
    (r"([бвдзлмнпрстф])ок$", r"\1кам"),
    (r"([бвгджзклмнпрстфхц])$", r"\1ам"),
)


def russian_dative(genitive: str) -> str:
    """A field of work from the Russian genitive into the dative, for "по": правам человека of прав человека.

    The adjectives in front and the first noun change, what the noun governs stays. Empty where an ending is not known.
    """
    own: dict[str, str] = load("declension")["russian_datives"]
    if genitive in own:
        return own[genitive]
    words = genitive.split()
    for index, word in enumerate(words[:-1]):
        ending = next(((old, new) for old, new in _DATIVE_ADJECTIVES if word.endswith(old) and len(word) > 5), None)
        if ending:
            words[index] = word.removesuffix(ending[0]) + ending[1]
        elif not word.endswith("о"):  # временно (оккупированных) stays
            return " ".join([*words[:index], _dative_noun(word), *words[index + 1 :]]) if _dative_noun(word) else ""
    last = _dative_noun(words[-1])
    return " ".join([*words[:-1], last]) if last else ""


def _dative_noun(genitive: str) -> str:
    for ending, replacement in _DATIVE_NOUNS:
        if re.search(ending, genitive):
            return re.sub(ending, replacement, genitive)
    return ""
