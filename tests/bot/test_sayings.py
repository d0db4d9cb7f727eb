"""What the lower packages say has words in every catalogue, with the same values, and nothing of it stays English."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import bot
import glossary
import translations
from bot.cli.options import ACTOR
from bot.messages import Messages
from bot.messages.sayings import FAMILIES, key_of, say, say_actor, say_problem, say_source_problem, say_summary
from bot.privacy import NOBODY
from bot.sources.errors import SourceProblem
from glossary.deeds import Deed
from glossary.figures import OPENER
from glossary.forms import FILLER
from glossary.refusals import Difference, Field, Place, Refusal, Row, Rows
from glossary.store import STARTER_ACTOR
from glossary.words import FormStatus, Measure, RelationKind
from tests.bot.samples import EN, KO, RU, UK
from tests.bot.test_messages import LANGUAGES, texts
from translations.languages import Language
from translations.phrases import Phrase, Saying
from translations.quality import Problem, problems_of

PHRASES = [phrase for family in FAMILIES for phrase in family]
# Values of our own words; whatever else is a name, an address or a quotation, which no language changes.
SAMPLES: dict[str, Any] = {
    "n": 12_345,
    "limit": 200,
    "language": Language.KO,
    "relation": RelationKind.PART_OF,
    "measure": Measure.KILLED,
    "other_measure": Measure.AREA,
    "unit": "people",
    "other_unit": "km2",
    "field": Field.NAME,
    "where": Place.ROW.of(number=3),
    "row": Row.STATEMENT.of(),
    "rows": Rows.FORM.of(number=2),
    "reason": Refusal.FILE_EMPTY.of(),
    "summary": "Undo: Edit 7",
    "later": "Add “7” (uk) to 8",
    "problems": "The form is a copy of the source. The model is not sure of the form (0.31).",
    "score": "0.31",
}
# What is written in Latin letters in any language: formats, protocols, names of settings.
LATIN = {"CSV", "UTF", "JSON", "Feed", "XML", "TBX", "PDF", "HTTP", "http", "https", "UTC", "Wikidata", "Q", "slug",
         "MiB", "MB", "km", "EXONYM", "ALLOW", "PRIVATE", "SOURCES"}  # fmt: skip


def sample(phrase: Phrase) -> Saying:
    return phrase.of(**{name: SAMPLES.get(name, "7") for name in phrase.placeholders})


def families(package: Any) -> set[type[Phrase]]:
    """The families of phrases that a package declares."""
    modules = Path(package.__file__).parent.rglob("*.py")
    return {
        family
        for path in modules
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "Phrase" for base in node.bases)
        for family in Phrase.__subclasses__()
        if family.__name__ == node.name
    }


def test_every_family_that_the_packages_declare_is_said_in_the_chat() -> None:
    assert set(FAMILIES) == families(glossary) | families(translations) | families(bot)
    assert len(set(FAMILIES.values())) == len(FAMILIES)


def test_every_phrase_has_a_sentence_with_its_values_in_every_catalogue() -> None:
    for language in Language:
        catalogue = texts(language)
        assert [key_of(phrase) for phrase in PHRASES if key_of(phrase) not in catalogue] == [], language
        for phrase in PHRASES:
            for form in catalogue[key_of(phrase)]:
                assert set(re.findall(r"{(\w+)}", form)) == phrase.placeholders, (language, phrase)


def test_the_english_catalogue_has_the_words_of_the_command_line() -> None:
    catalogue = texts(EN)
    assert {key_of(phrase): catalogue[key_of(phrase)][-1] for phrase in PHRASES} == {
        key_of(phrase): phrase.value for phrase in PHRASES
    }
    counted = {phrase for phrase in PHRASES if len(catalogue[key_of(phrase)]) > 1}
    assert counted == {phrase for phrase in PHRASES if "n" in phrase.placeholders}


@pytest.mark.parametrize("language", [UK, RU, KO])
def test_nothing_of_a_saying_stays_english(language: Language) -> None:
    for phrase in PHRASES:
        said = say(Messages(language), sample(phrase))
        assert set(re.findall("[A-Za-z]+", said)) <= LATIN, said
        assert "{" not in said


def test_every_refusal_and_problem_is_said_somewhere() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for package in (glossary, translations, bot)
        for path in Path(str(package.__file__)).parent.rglob("*.py")
    )
    used = set(re.findall(r"\b(?:Refusal|SourceProblem|Problem|Deed|Difference|Sharing|Place)\.([A-Z_0-9]+)\b", source))
    used |= {one.name for one in FormStatus}  # a difference has the name of the status
    by_table = {*Row, *Rows}
    assert [one for one in PHRASES if one.name not in used and one not in by_table] == []


@LANGUAGES
def test_every_word_of_ours_in_a_saying_is_translated(language: Language) -> None:
    messages = Messages(language)
    for field in Field:
        assert say(messages, Refusal.EMPTY.of(field=field)).startswith(messages.plain(f"field.{field.name.lower()}"))
    for relation in RelationKind:
        said = say(messages, Difference.RELATION.of(relation=relation, slug="russia"))
        assert said == f"{messages.plain(f'relation.{relation.value}')}: russia"
    for one in Language:
        for named in (one, one.english_name):
            said = say(messages, Refusal.FORM_REJECTED.of(form="x", language=named))
            assert messages.plain(f"language.{one.value}") in said
    for unit in ("people", "items", "km2", "km", "percent", "year", "days", "none"):
        said = say(messages, Refusal.OTHER_UNIT.of(unit=unit, other_unit="USD"))
        assert messages.plain(f"unit_name.{unit}") in said
        assert "USD" in said


@pytest.mark.parametrize(
    ("language", "n", "words"),
    [
        (EN, 201, "has 201 characters"),
        (UK, 201, "201 символ,"),
        (UK, 203, "203 символи,"),
        (UK, 211, "211 символів,"),
        (RU, 1_002, "1\N{NO-BREAK SPACE}002 символа,"),
        (RU, 512, "512 символов,"),
        (KO, 12_000, "12,000자입니다"),
    ],
)
def test_a_count_agrees_with_its_noun_and_is_written_as_the_language_does(
    language: Language, n: int, words: str
) -> None:
    assert words in say(Messages(language), Refusal.LONG.of(field=Field.FORM, n=n, limit=200))


@LANGUAGES
def test_the_kept_summary_of_a_change_is_said_in_the_readers_language(language: Language) -> None:
    messages = Messages(language)
    merged = messages.plain("deed.merge", name="Tyva", other="Tuva")
    for summary, said in (
        ("Add Kyzyl", messages.plain("deed.add", name="Kyzyl")),
        ("Add “Тыва” (ru) to Tuva",
         messages.plain("deed.add_form", form="Тыва", language=messages.plain("language.ru"), name="Tuva")),
        ("Undo: Undo: Merge Tyva into Tuva",
         messages.plain("deed.undo", summary=messages.plain("deed.undo", summary=merged))),
        ("Rename “Troops into Kursk” to “Troops”",
         messages.plain("deed.rename_figure", label="Troops into Kursk", new="Troops")),
        ("something that an older version wrote", "something that an older version wrote"),
        ("Approve “Toubavie” (fr)", "Approve “Toubavie” (fr)"),
        ("Add the relation of Tuva, next_to: Russia", "Add the relation of Tuva, next_to: Russia"),
        ("", ""),
    ):  # fmt: skip
        assert say_summary(messages, summary) == said


def test_a_number_within_a_kept_sentence_is_written_as_the_language_does() -> None:
    summary = str(Deed.IMPORT.of(new=12, changed=1_200))
    assert "1,200" in summary
    assert "1,200" in say_summary(Messages(KO), summary)
    assert "1\N{NO-BREAK SPACE}200" in say_summary(Messages(UK), summary)


@LANGUAGES
def test_a_part_of_the_program_that_changed_something_has_a_name(language: Language) -> None:
    messages = Messages(language)
    for actor in (STARTER_ACTOR, OPENER, FILLER, ACTOR, NOBODY):
        assert say_actor(messages, actor) != actor or language is EN
        assert not re.search("[A-Za-z]", say_actor(messages, actor)) or language is EN
    assert say_actor(messages, "telegram:42") == "telegram:42"


def test_every_summary_is_understood_again() -> None:
    for saying in map(sample, Deed):
        found = Deed.read(str(saying))
        assert found is not None, saying
        assert (found.phrase, str(found)) == (saying.phrase, str(saying))


@pytest.mark.parametrize("language", [UK, RU, KO])
def test_every_kept_problem_of_a_source_is_understood_again(language: Language) -> None:
    messages = Messages(language)
    for problem in SourceProblem:
        values: dict[str, object] = {name: f"https://{name}.example/f" for name in problem.placeholders}
        saying = problem.of(**values | ({"n": 5_000_000} if "n" in values else {}))
        assert say_source_problem(messages, str(saying)) == say(messages, saying)


@LANGUAGES
def test_the_checks_of_a_form_are_said_in_the_readers_language(language: Language) -> None:
    messages = Messages(language)
    script, digits = problems_of("47th Umerov", "Umerov", EN, UK)[:2]
    said = messages.plain("problem.other_script", language=messages.plain("language.uk"))
    assert say_problem(messages, script) == said
    assert say_problem(messages, digits) == messages.plain("problem.lost_digits", digits="47")
    aside = str(Problem.PUT_ASIDE.of(form="Умерофф", problems=f"{script} {Problem.UNSURE.of(score='0.31')}"))
    score = messages.plain("problem.unsure", score="0.31" if language in {EN, KO} else "0,31")
    assert say_problem(messages, aside) == messages.plain(
        "problem.put_aside", form="Умерофф", problems=f"{said} {score}"
    )
    assert say_problem(messages, "A remark from a file.") == "A remark from a file."
