"""Finding names in texts: labelled sentences in four languages, properties that always hold, and bad input."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from glossary.entries import Entry, EntryForm, Glossary
from glossary.inflect import is_capitals, surfaces
from glossary.matching import Collision, Matcher, collisions, form_problem
from glossary.normalize import fold
from glossary.starter import load_starter
from glossary.words import EntityType, FormKind, FormStatus, Via
from tests.glossary.labelled import sentences, small_glossary, starter_sentences
from translations.languages import Language


@cache
def matcher() -> Matcher:
    return Matcher(small_glossary())


@cache
def starter_matcher() -> Matcher:
    return Matcher(load_starter().glossary())


@pytest.mark.parametrize("language", list(Language))
def test_labelled_sentences_are_found_with_recall_97_and_precision_98(language: Language) -> None:
    labelled = [(matcher(), *one) for one in sentences(language)]
    labelled += [(starter_matcher(), *one) for one in starter_sentences(language)]
    assert len(labelled) >= 70
    counts: Counter[str] = Counter()
    for finder, text, labels in labelled:
        seen = {(one.start, one.end, one.slug, one.certain) for one in finder.find(text, language)}
        wanted = set(labels)
        counts.update(right=len(seen & wanted), found=len(seen), wanted=len(wanted))
        for wrong in sorted(seen ^ wanted):
            print(f"  {'missed' if wrong in wanted else 'wrong '} {text[wrong[0] : wrong[1]]!r} {wrong[2:]} in {text}")
    recall, precision = counts["right"] / counts["wanted"], counts["right"] / counts["found"]
    print(f"{language}: {len(labelled)} sentences, {counts['wanted']} mentions, {recall=:.3f}, {precision=:.3f}")
    assert recall >= 0.97
    assert precision >= 0.98


CARRIERS = {
    Language.EN: "On Monday, reports say, {} was in the news again.",
    Language.UK: "У понеділок, як пишуть, {} знову в новинах.",
    Language.RU: "В понедельник, как пишут, {} снова в новостях.",
    Language.KO: "월요일에 {} 관련 보도가 나왔다.",
}


@pytest.mark.parametrize("language", list(Language))
def test_every_form_finds_itself_in_a_sentence(language: Language) -> None:
    for glossary, finder in ((small_glossary(), matcher()), (load_starter().glossary(), starter_matcher())):
        owners: dict[str, set[str]] = {}
        for entry in glossary.entries.values():
            for form in entry.forms_in(language):
                owners.setdefault(form.text, set()).add(entry.slug)
        for text, slugs in owners.items():
            sentence = CARRIERS[language].format(text)
            start = sentence.index(text)
            found = [one for one in finder.find(sentence, language) if one.start == start]
            assert found, text
            assert found[0].surface == text
            assert found[0].slug in slugs


def as_written(surface: str, form: EntryForm) -> str:
    """A folded surface with the capitals of a name; the first part of a compound with a second one."""
    if surface == fold(form.text):
        return form.text
    if is_capitals(form.text):
        return surface.upper()
    written = re.sub(r"(?<![\w'])[^\W\d_]", lambda letter: letter[0].upper(), surface)
    is_joint = form.kind is FormKind.ADJECTIVE and form.text[-1] == "й" and re.search("[^г]о$", surface)
    return f"{written}-азійський" if is_joint else written


def not_found(glossary: Glossary, finder: Matcher, language: Language) -> list[tuple[str, str]]:
    """The surfaces of a glossary that no mention of their entities covers, each with its form."""
    written = [
        (surface, form, entry.slug)
        for entry in glossary.entries.values()
        for form in entry.forms_in(language)
        for surface, _ in surfaces(form.text, form.kind, entry.type, language)
    ]
    owners: dict[str, set[str]] = {}
    for surface, _, slug in written:
        owners.setdefault(surface, set()).add(slug)
    missing = []
    for surface, form, _ in written:
        name = as_written(surface, form)
        text = CARRIERS[language].format(name)
        start = text.index(name)
        end = start + len(name.removesuffix("-азійський"))
        mentions = finder.find(text, language)
        if not any(one.start <= start and end <= one.end and one.slug in owners[surface] for one in mentions):
            missing.append((name, form.text))
    return missing


@pytest.mark.parametrize("language", list(Language))
def test_every_form_of_the_starter_is_found_in_every_case_and_spelling(language: Language) -> None:
    assert not_found(load_starter().glossary(), starter_matcher(), language) == []


_LETTERS = {
    Language.EN: "abdeghiklmnorstuvz",
    Language.UK: "абвгдеийіклмнорстуцьяє",
    Language.RU: "абвгдейиклмнорстуцьыя",
    Language.KO: "가나다라마바사강동북산원한",
}


@st.composite
def _names(draw: st.DrawFn) -> tuple[Language, EntityType, EntryForm]:
    language = draw(st.sampled_from(Language))
    shortest = 2 if language is Language.KO else 4
    word = st.text(_LETTERS[language], min_size=shortest, max_size=9).map(str.capitalize)
    text = draw(st.lists(word, min_size=1, max_size=3).map(" ".join))
    kind = draw(st.sampled_from([FormKind.FULL, FormKind.SHORT, FormKind.ALIAS, FormKind.ADJECTIVE]))
    if kind is FormKind.ADJECTIVE and language in (Language.UK, Language.RU):
        text = f"{text.rpartition(' ')[2].lower()}{'ський' if language is Language.UK else 'ский'}"
    return language, draw(st.sampled_from(EntityType)), EntryForm(language, text, kind)


@settings(deadline=None, max_examples=300)  # the first example loads dictionaries
@given(_names())
def test_any_form_is_found_in_every_case_and_spelling(name: tuple[Language, EntityType, EntryForm]) -> None:
    language, type_, form = name
    assume(form_problem(form.text, form.kind, language) is None)
    glossary = Glossary.of([Entry("one", type_, form.text, (form,))])
    assert not_found(glossary, Matcher(glossary), language) == []


# Pieces that names are made of and that stand around them, so that hypothesis soon builds texts full of near misses.
_PIECES = st.sampled_from(
    [form.text for entry in small_glossary().entries.values() for form in entry.forms]
    + [
        "Курську",
        "Служби безпеки України",
        "북한군이",
        "국정원은",
        "Zelensky's",
        "Kim",
        "Путиным",
        "us",
        "U.S",
        "«",
        "»",
    ]
    + [
        " ",
        " ",
        " ",
        "\n",
        "\n\n",
        ", ",
        ".",
        "-",
        "'",
        "’",
        "\u200b",
        "\xad\n",
        "\xa0",
        "x",
        "ї",
        "가",
        "1",
        "\ud800",
        "İ",
    ]
)
_TEXTS = st.lists(_PIECES, max_size=14).map("".join) | st.text(max_size=60)


@settings(deadline=None)  # the first example loads dictionaries and builds an index
@given(_TEXTS, st.sampled_from(list(Language)))
def test_offsets_give_back_the_surface_and_mentions_are_in_order_and_apart(text: str, language: Language) -> None:
    last = 0
    for one in matcher().find(text, language):
        assert text[one.start : one.end] == one.surface
        assert last <= one.start < one.end
        assert one.slug in small_glossary().entries
        last = one.end


@settings(deadline=None)  # the first example loads dictionaries and builds an index
@given(_TEXTS, st.sampled_from([Language.EN, Language.UK, Language.RU]))
def test_no_mention_begins_or_ends_inside_a_word(text: str, language: Language) -> None:
    for one in matcher().find(text, language):
        assert not (text[: one.start][-1:].isalnum() and one.surface[0].isalnum())
        assert not (text[one.end :][:1].isalnum() and one.surface[-1].isalnum())


@settings(deadline=None)  # the first example loads dictionaries and builds an index
@given(_TEXTS)
def test_no_korean_mention_begins_inside_a_word(text: str) -> None:
    for one in matcher().find(text, Language.KO):
        before, first = text[: one.start][-1:], one.surface[0]
        assert not ("가" <= before <= "힣" and "가" <= first <= "힣")


@settings(deadline=None)  # the first example loads dictionaries and builds an index
@given(st.lists(_PIECES, max_size=10).map("".join))
def test_the_same_text_gives_the_same_mentions_from_a_new_matcher(text: str) -> None:
    assert Matcher(small_glossary()).find(text, Language.EN) == matcher().find(text, Language.EN)


def found(text: str, language: Language) -> list[tuple[str, str, bool]]:
    return [(one.surface, one.slug, one.certain) for one in matcher().find(text, language)]


def via(text: str, language: Language) -> list[tuple[str, Via]]:
    return [(one.surface, one.via) for one in matcher().find(text, language)]


def test_a_mention_says_how_it_was_found() -> None:
    assert via("SBU", Language.EN) == [("SBU", Via.EXACT)]
    assert via("The SBU’s chief met Ukrainians.", Language.EN) == [
        ("SBU", Via.POSSESSIVE),
        ("Ukrainians", Via.ADJECTIVE),
    ]
    assert via("the WHO’s map, the United States’ map, the 'DPRK'", Language.EN) == [
        ("WHO", Via.POSSESSIVE),
        ("United States", Via.POSSESSIVE),
        ("DPRK", Via.EXACT),
    ]
    assert via("the ‘NIS’", Language.EN) == [("NIS", Via.EXACT)]
    assert via("у Курську", Language.UK) == [("Курську", Via.INFLECTED)]
    assert via("국정원은 쿠르스크에서", Language.KO) == [("국정원", Via.PARTICLE), ("쿠르스크", Via.PARTICLE)]
    assert via("Kyrylo Budanov spoke. Budanov left.", Language.EN)[1] == ("Budanov", Via.SURNAME)


def test_a_mention_names_the_form_that_matched() -> None:
    kiev = matcher().find("He was born in Kiev.", Language.EN)[0]
    assert (kiev.slug, kiev.form) == ("kyiv", "Kiev")
    assert matcher().find("у Пхеньяні", Language.UK)[0].form == "Пхеньян"


def test_a_two_line_brief_about_the_sbu_is_certain() -> None:
    assert found("SBU detained a man in Odesa.\nHe had sold pictures of a port.", Language.EN) == [("SBU", "sbu", True)]


def test_a_weak_form_becomes_certain_by_another_form_a_relative_or_a_context_word() -> None:
    assert found("The NIS said so.", Language.EN) == [("NIS", "nis", False)]
    assert ("NIS", "nis", True) in found("The National Intelligence Service (NIS) said so.", Language.EN)
    assert ("NIS", "nis", True) in found("South Korea's NIS said so.", Language.EN)
    assert found("Seoul: the NIS said so.", Language.EN) == [("NIS", "nis", True)]


def test_a_form_of_two_entities_goes_to_the_one_the_article_supports() -> None:
    assert found("Tbilisi, Georgia", Language.EN) == [("Georgia", "georgia", True)]
    assert found("Atlanta, Georgia", Language.EN) == [("Georgia", "georgia-us", True)]
    assert found("Georgia", Language.EN)[0][2] is False


def harrow(slug: str, *, weak: bool = False) -> Entry:
    form = EntryForm(Language.EN, "Harrow", FormKind.FULL, weak=weak)
    return Entry(slug, EntityType.PLACE, slug.title(), (form,))


@pytest.mark.parametrize(
    ("entries", "strong", "weak", "resolution"),
    [
        ([harrow("one"), harrow("two"), harrow("three", weak=True)], ("one", "two"), ("three",), "not certain"),
        ([harrow("one"), harrow("two", weak=True)], ("one",), ("two",), "always taken for One (one)"),
        ([harrow("one", weak=True), harrow("two", weak=True)], (), ("one", "two"), "with support in the article"),
    ],
)
def test_forms_that_entities_share_are_reported_with_how_they_are_told_apart(
    entries: list[Entry], strong: tuple[str, ...], weak: tuple[str, ...], resolution: str
) -> None:
    glossary = Glossary.of([*entries, Entry("four", EntityType.PLACE, "Four")])
    (shared,) = collisions(glossary)
    assert shared == Collision(Language.EN, "Harrow", strong, weak)
    explained = str(shared.explained(glossary))
    assert all(f"{slug.title()} ({slug})" in explained for slug in (*strong, *weak))
    assert resolution in explained
    assert collisions(glossary, "one") == (shared,)
    assert collisions(glossary, "four") == ()


def test_the_starter_shares_only_weak_forms() -> None:
    assert [one for one in collisions(load_starter().glossary()) if len(one.strong) > 1] == []


STORY = {
    Language.EN: "SBU officers and South Korea's NIS questioned a man from Tuva whom North Koreans had left near "
    "Sudzha in Kursk, Zelenskiy said.",
    Language.UK: "СБУ й південнокорейська НРС допитали уродженця Туви, якого бійці КНДР лишили під Суджею на "
    "Курщині, повідомили в офісі Володимира Зеленського.",
    Language.RU: "СБУ и южнокорейская НРС допросили уроженца Тувы, которого бойцы КНДР оставили под Суджей в Курской "
    "области, сообщили в офисе Зеленского.",
    Language.KO: "SBU와 한국 국정원은 북한군이 쿠르스크주 수자 근처에 두고 간 투바 출신 남성을 조사했다고 "
    "젤렌스키 대통령이 밝혔다.",
}


@pytest.mark.parametrize("language", list(Language))
def test_the_starter_glossary_is_found_in_each_language(language: Language) -> None:
    certain = {one.slug for one in starter_matcher().find(STORY[language], language) if one.certain}
    assert certain >= {"sbu", "nis", "tuva", "north-korea", "sudzha", "kursk-oblast", "volodymyr-zelensky"}


def test_a_family_name_goes_to_the_person_introduced_before_and_not_after() -> None:
    text = "Budanov spoke. Later Kyrylo Budanov left, and Budanov's car was seen."
    assert found(text, Language.EN) == [
        ("Kyrylo Budanov", "kyrylo-budanov", True),
        ("Budanov", "kyrylo-budanov", True),
    ]


def test_of_two_people_of_one_family_name_neither_is_certain() -> None:
    one, other = (
        Entry(slug, EntityType.PERSON, name, (EntryForm(Language.EN, name, FormKind.FULL, preferred=True),))
        for slug, name in (("ann", "Ann Harrow"), ("bob", "Bob Harrow"))
    )
    mentions = Matcher(Glossary.of([one, other])).find("Ann Harrow met Bob Harrow. Harrow smiled.", Language.EN)
    assert [(one.slug, one.certain) for one in mentions] == [("ann", True), ("bob", True), ("bob", False)]


def test_a_name_is_found_across_a_line_break_but_not_across_a_paragraph() -> None:
    assert found("Security Service\nof Ukraine", Language.EN) == [("Security Service\nof Ukraine", "sbu", True)]
    assert found("the Black\n\nSea", Language.EN) == []
    assert found("from Sudzha\n\nRussia", Language.EN) == [("Sudzha", "sudzha", True), ("Russia", "russia", True)]


def test_the_longest_name_wins() -> None:
    assert found("the Kursk region of Russia", Language.EN)[0] == ("Kursk region", "kursk-oblast", True)
    assert found("Служба безпеки України", Language.UK) == [("Служба безпеки України", "sbu", True)]


def test_a_swallowed_name_is_found_when_the_longer_one_is_none() -> None:
    shorter, longer = (
        Entry(slug, EntityType.ORG, name, (EntryForm(Language.EN, name, FormKind.FULL, preferred=True),))
        for slug, name in (("harrow", "Harrow"), ("harrow-gate", "Harrow Gate Works"))
    )
    mentions = Matcher(Glossary.of([shorter, longer])).find("The Harrow gate works again.", Language.EN)
    assert [(one.slug, one.surface) for one in mentions] == [("harrow", "Harrow")]


def test_rejected_forms_are_not_looked_for() -> None:
    form = EntryForm(Language.EN, "Harrowgate", FormKind.ALIAS, status=FormStatus.REJECTED)
    entry = Entry("harrow", EntityType.PLACE, "Harrow", (form,))
    assert Matcher(Glossary.of([entry])).find("In Harrowgate", Language.EN) == ()


def test_an_empty_glossary_and_an_empty_text_give_nothing() -> None:
    assert Matcher(Glossary.of([])).find("SBU", Language.EN) == ()
    for language in Language:
        assert matcher().find("", language) == ()


def test_a_matcher_knows_the_revision_of_its_glossary() -> None:
    assert Matcher(Glossary.of([], revision=41)).revision == 41


def test_threads_share_a_matcher_whose_index_is_not_built_yet() -> None:
    fresh = Matcher(small_glossary())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: fresh.find("SBU and СБУ in Kursk", Language.EN), range(16)))
    assert len(set(answers)) == 1
    assert len(answers[0]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "A" * 200_000,
        "가" * 200_000,
        "북한" * 50_000,
        "Kim " * 25_000,
        "Ukraine" * 25_000,
        "U.S." * 50_000,
        "\n" * 200_000,
        "\ud800" * 200_000,
        "Security Service of " * 10_000,
        "Trump " * 20_000,
        "Washington " * 20_000,
        "\0" * 200_000,
        "\xad" * 200_000,
        "«Киев" * 40_000,
        "aр" * 100_000,
    ],
    ids=lambda text: repr(text[:12]),
)
@pytest.mark.parametrize("language", [Language.EN, Language.UK, Language.KO])
def test_one_stretch_repeated_is_read_to_its_end(text: str, language: Language) -> None:
    # Were a step quadratic, this would take hours.
    last = 0
    for one in matcher().find(text, language):
        assert text[one.start : one.end] == one.surface
        assert last <= one.start < one.end
        last = one.end


@pytest.mark.parametrize("odd", ["\ud800", "\0", "\udfff\0", "\ufffe", "\x1b", "\u202e"])
def test_names_are_found_between_characters_that_no_text_should_have(odd: str) -> None:
    text = f"{odd}SBU{odd} and {odd}Kyrylo Budanov{odd} in Kyiv{odd}"
    mentions = matcher().find(text, Language.EN)
    assert [one.slug for one in mentions] == ["sbu", "kyrylo-budanov", "kyiv"]
    assert [text[one.start : one.end] for one in mentions] == [one.surface for one in mentions]


@pytest.mark.slow
def test_an_article_of_ten_megabytes_is_read() -> None:
    sentence = (
        "The SBU and the Security Service of Ukraine questioned two North Koreans in Kyiv, Zelensky’s office said. "
    )
    text = sentence * (10_000_000 // len(sentence))
    mentions = matcher().find(text, Language.EN)
    assert len(mentions) == 5 * (len(text) // len(sentence))


@pytest.mark.parametrize(
    ("text", "kind", "language"),
    [
        ("K", FormKind.SHORT, Language.EN),
        ("Я", FormKind.ALIAS, Language.RU),
        ("the", FormKind.SHORT, Language.EN),
        ("Army", FormKind.SHORT, Language.EN),
        ("у", FormKind.SHORT, Language.UK),
        ("정부", FormKind.SHORT, Language.KO),
        ("12", FormKind.ALIAS, Language.EN),
        ("", FormKind.FULL, Language.EN),
        ("...", FormKind.FULL, Language.EN),
        ("x" * 201, FormKind.FULL, Language.EN),
    ],
)
def test_a_form_that_would_be_found_everywhere_is_refused_with_a_reason(
    text: str, kind: FormKind, language: Language
) -> None:
    problem = form_problem(text, kind, language)
    assert problem is not None
    assert str(problem).endswith(".")


@pytest.mark.parametrize(
    ("text", "kind", "language"),
    [
        ("US", FormKind.ACRONYM, Language.EN),
        ("WHO", FormKind.ACRONYM, Language.EN),
        ("G7", FormKind.FULL, Language.EN),
        ("F-16", FormKind.FULL, Language.EN),
        ("Т-90", FormKind.SHORT, Language.RU),
        ("Georgia", FormKind.FULL, Language.EN),
        ("Ын", FormKind.SHORT, Language.RU),
        ("北", FormKind.ALIAS, Language.KO),
        ("국정원", FormKind.SHORT, Language.KO),
    ],
)
def test_a_form_that_can_be_told_apart_is_accepted(text: str, kind: FormKind, language: Language) -> None:
    assert form_problem(text, kind, language) is None
