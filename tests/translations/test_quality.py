"""What is refused before translation, and what is found wrong with a form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translations.languages import Language
from translations.names import NameQuery, NameTranslator
from translations.quality import LONGEST, normalised, problems_of, refusal, written_in

EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO


def test_a_good_form_has_no_problem() -> None:
    assert problems_of("Rustem Umerov", "Рустем Умєров", EN, UK) == ()
    assert problems_of("Rustem Umerov", "루스템 우메로우", EN, KO, score=0.8) == ()
    assert problems_of("Charles III", "Чарльз III", EN, RU) == ()


@pytest.mark.parametrize(
    ("name", "form", "target", "said"),
    [
        ("Umerov", "", UK, "empty"),
        ("Umerov", "Umerov", UK, "copy"),
        ("Umerov", "우메로", UK, "not written with"),
        ("Umerov", "Умэров", UK, "does not have"),
        ("Umerov", "Умєров", RU, "does not have"),
        ("Umerov", "Умеееееров", RU, "repeats"),
        ("Umerov", "Умеровровровров", RU, "repeats"),
        ("47 Umerov", "Умеров", RU, "digits"),
        ("Umerov", "Умеров 4", RU, "digits"),
        ("Umerov", "Ум", RU, "short"),
        ("Umerov", "Умеровалиннодоконстанти", RU, "long"),
    ],
)
def test_a_wrong_form_is_told_in_a_sentence(name: str, form: str, target: Language, said: str) -> None:
    problems = problems_of(name, form, EN, target)
    assert any(said in problem for problem in problems)


def test_a_model_that_is_not_sure_is_a_problem() -> None:
    assert problems_of("Umerov", "Умеров", EN, RU, score=0.1)
    assert not problems_of("Umerov", "Умеров", EN, RU, score=0.9)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "empty"),
        ("x" * (LONGEST + 1), "characters"),
        ("Kyiv 🇺🇦", "emoji"),
        ("שלום", "right to left"),
        ("東京", "script"),
        ("Кyiv", "two scripts"),
        ("2024", "no letters"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused_with_the_reason(name: str, said: str) -> None:
    reason = refusal(normalised(name))
    assert reason is not None
    assert said in reason


@pytest.mark.parametrize("name", ["Rustem Umerov", "Мар'яна Безугла", "김정은", "Łódź", "O’Brien", "47th Brigade"])
def test_real_names_are_not_refused(name: str) -> None:
    assert refusal(normalised(name)) is None


def test_invisible_and_direction_marks_are_taken_out() -> None:
    assert normalised("\u202eKyiv\u200b  Oblast \ufeff") == "Kyiv Oblast"


def test_the_language_of_a_name_is_told_by_its_letters() -> None:
    assert written_in("Київ", EN) is UK
    assert written_in("Крым", EN) is RU
    assert written_in("서울", EN) is KO
    assert written_in("Москва", UK) is UK
    assert written_in("Kyiv Киев", EN) is None


@given(st.text(max_size=200), st.sampled_from([None, "PERSON", "PLACE", "ORG"]), st.sampled_from(list(Language)))
def test_no_text_whatever_crashes_or_leaves_an_empty_form(text: str, kind: str | None, source: Language) -> None:
    for form in NameTranslator(None).translate([NameQuery(text, kind)], source, list(Language))[0]:
        assert (form.status == "missing") == (form.text is None)
        assert form.text is None or form.text.strip()
        assert form.text is not None or form.problems


@given(st.text(alphabet="abehiklnoprstuvyzOKSV-' ", min_size=1, max_size=30), st.sampled_from(["PERSON", "PLACE"]))
def test_latin_names_of_any_spelling_get_a_form_or_a_reason(text: str, kind: str) -> None:
    for form in NameTranslator(None).translate([NameQuery(text, kind)], Language.EN, list(Language))[0]:
        assert form.text or form.problems
