"""What a translated sentence must keep, and what happens without a package."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from translations.engine import Engine
from translations.languages import Language
from translations.packages import ensure_bundled
from translations.sentences import NameInSentence, Sentence, numbers, problems, translate_checked

KURSK = NameInSentence("Kursk Oblast", ("Курська область", "Курщина"))
ORIGINAL = Sentence("Some 12,500 people left Kursk Oblast within 3.5 days.", (KURSK,))


@pytest.mark.parametrize(
    "translated",
    [
        "Близько 12 500 людей виїхали з Курської області за 3,5 дня.",
        "За 3,5 дня з Курщини виїхали близько 12 500 осіб.",
    ],
)
def test_keeps_a_translation_with_the_same_numbers_and_a_known_form(translated: str) -> None:
    assert problems(ORIGINAL, translated, Language.UK) == ()


def test_a_changed_number_is_a_problem() -> None:
    (problem,) = problems(ORIGINAL, "Близько 12 000 людей виїхали з Курщини за 3,5 дня.", Language.UK)
    assert problem == "the numbers 12500, 3.5 became 12000, 3.5"


def test_a_lost_number_is_a_problem() -> None:
    assert problems(ORIGINAL, "Тисячі людей виїхали з Курщини.", Language.UK)


def test_a_name_in_an_unknown_form_is_a_problem() -> None:
    (problem,) = problems(ORIGINAL, "Близько 12 500 людей покинули Кирщину за 3,5 дня.", Language.UK)
    assert problem == "Kursk Oblast is in no form that the glossary has"


def test_a_copied_original_is_a_problem() -> None:
    assert problems(Sentence("The council met."), "The council met.", Language.KO)


def test_korean_forms_are_found_before_their_particles() -> None:
    sentence = Sentence("Two ships left Incheon.", (NameInSentence("Incheon", ("인천",)),))
    assert problems(sentence, "두 척의 배가 인천을 떠났다.", Language.KO) == ()


def test_a_name_without_a_form_in_the_language_is_no_problem() -> None:
    sentence = Sentence("The mayor of Yalova spoke.", (NameInSentence("Yalova", ()),))
    assert problems(sentence, "Выступил мэр Яловы.", Language.RU) == ()


@pytest.mark.parametrize("written", ["1,234,567", "1 234 567", "1.234.567", "1\u00a0234\u202f567", "1'234'567"])
def test_reads_thousands_however_they_are_separated(written: str) -> None:
    assert numbers(f"about {written} won") == ["1234567"]


def test_without_a_package_there_is_nothing_to_show(tmp_path: Path) -> None:
    ensure_bundled(tmp_path)  # name packages are no packages for sentences
    assert translate_checked(Engine(tmp_path), [ORIGINAL, ORIGINAL], Language.EN, Language.UK) == [None, None]


def test_shows_only_what_holds(tmp_path: Path) -> None:
    """A name package told to be a general one stands in: it spells names well and loses what is no name."""
    (installed,) = (one for one in ensure_bundled(tmp_path) if one.target is Language.UK)
    general = Path(shutil.copytree(installed.path, tmp_path / "general"))
    metadata = json.loads((general / "metadata.json").read_text())
    del metadata["purpose"]
    (general / "metadata.json").write_text(json.dumps(metadata))
    asked = [
        Sentence("Kravchenko", (NameInSentence("Kravchenko", ("Кравченко",)),)),
        Sentence("Kravchenko", (NameInSentence("Kravchenko", ("Бондаренко",)),)),
        Sentence("2027"),
    ]
    assert translate_checked(Engine(tmp_path), asked, Language.EN, Language.UK) == ["Кравченко", None, None]
