"""Near-copies and stories, on articles written for the purpose and labelled by the event that they tell of."""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.stories import (
    NEAR_COPY,
    Profile,
    Rarity,
    StoryProfile,
    choose_story,
    fingerprint,
    likeness,
    profile,
    says_other_numbers,
    similarity,
)
from tests.bot.labelled_news import ARTICLES, LATER, Labelled
from tests.bot.labelled_news import COPIES as TEXTS
from translations.languages import Language

# ---- near-copies ----------------------------------------------------------------------------------------------------


def alike(one: str, other: str) -> float:
    return similarity(fingerprint(one), fingerprint(other))


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_is_wholly_like_itself_whatever_its_blanks_and_capitals(language: str) -> None:
    text = TEXTS[language]
    assert alike(text, text.replace(" ", "\n ").upper()) == 1.0


@pytest.mark.parametrize("language", TEXTS)
def test_small_edits_another_heading_and_boilerplate_leave_a_near_copy(language: str) -> None:
    text = TEXTS[language]
    words = text.split()
    edited = " ".join(word for place, word in enumerate(words) if place % 25 != 7)
    heading = " ".join(words[3:6][::-1])
    around = "Harbour Wire 2025 Sign up Follow us Terms of use"
    assert alike(text, f"{heading}\n{edited}\n{around}") >= NEAR_COPY


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(TEXTS, 2)))
def test_a_translation_is_no_near_copy(one: str, other: str) -> None:
    assert alike(TEXTS[one], TEXTS[other]) < 0.1


def test_other_accounts_of_the_event_are_no_near_copies() -> None:
    for one, other in itertools.combinations(ARTICLES + LATER, 2):
        assert alike(one.text, other.text) < NEAR_COPY


def test_half_of_a_text_is_no_near_copy() -> None:
    words = TEXTS["en"].split()
    assert alike(TEXTS["en"], " ".join(words[: len(words) // 2])) < NEAR_COPY


def test_a_long_text_is_judged_by_a_sample_of_its_shingles() -> None:
    generator = random.Random(7)  # noqa: S311 - the same texts in every run
    words = [f"w{generator.randrange(3_000)}" for _ in range(6_000)]
    other = [*words[:4_000], *(f"v{generator.randrange(3_000)}" for _ in range(2_000))]
    assert len(fingerprint(" ".join(words))) == 1_024
    # 4,000 of 8,000 shingles are shared.
    assert alike(" ".join(words), " ".join(other)) == pytest.approx(0.5, abs=0.1)


def test_a_fingerprint_is_the_same_in_another_process() -> None:
    script = "import sys; from bot.stories import fingerprint; print(fingerprint(sys.argv[1]).hex())"
    run = subprocess.run(  # noqa: S603 - our own interpreter and a constant script
        [sys.executable, "-c", script, TEXTS["ko"]],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "5"},
    )
    assert run.stdout.strip() == fingerprint(TEXTS["ko"]).hex()


@pytest.mark.parametrize(("text", "size"), [("", 0), ("…", 0), ("Так", 4), ("Так і є", 4), ("так і є було", 8)])
def test_short_texts_have_small_fingerprints(text: str, size: int) -> None:
    assert len(fingerprint(text)) == size


def test_texts_without_words_are_not_alike() -> None:
    assert alike("", "") == 0.0


@pytest.mark.parametrize("language", TEXTS)
def test_a_copy_with_another_figure_says_something_new(language: str) -> None:
    text = TEXTS[language]
    changed = text.replace("214", "221")
    assert alike(text, changed) >= NEAR_COPY
    assert says_other_numbers(changed, text)
    assert not says_other_numbers(text.replace(". ", ".\n"), text)


def test_a_copy_that_is_dated_anew_says_nothing_new() -> None:
    assert not says_other_numbers("Updated 16 January 2025, 09:30\n" + TEXTS["en"], TEXTS["en"])


# ---- profiles -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Some 12,000 troops and 3.5 million shells since 11 January 2025, at 10:30"),
        ("uk", "Близько 12 тисяч військових і 3,5 млн снарядів з 11 січня 2025 року"),
        ("ru", "Около 12 тыс. военных и 3,5 миллиона снарядов с 11 января 2025 года"),
        ("ko", "2025년 1월 11일부터 병력 약 1만 2000명과 포탄 350만 발"),
    ],
)
def test_numbers_are_the_same_in_four_languages(language: str, text: str) -> None:
    assert profile("", text, Language(language), [], None).numbers == {"12000", "3500000"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Two soldiers were captured and are being interrogated."),
        ("uk", "Двох військових узяли в полон, триває допит."),
        ("ru", "Двоих военных взяли в плен, идёт допрос."),
        ("ko", "병사 두 명이 생포돼 심문을 받고 있다."),
    ],
)
def test_themes_are_the_same_in_four_languages(language: str, text: str) -> None:
    assert set(profile("", text, Language(language), [], None).themes) == {"captured", "interrogated"}


def test_what_is_mentioned_first_counts_most() -> None:
    entities = profile("", "x", Language.EN, ["sbu", *["ukraine"] * 20, "tuva"], None).entities
    assert entities["sbu"] > 2 * entities["tuva"]


def test_a_profile_survives_json() -> None:
    for article in ARTICLES:
        one = profiled(article)
        assert Profile.from_json(json.loads(json.dumps(one.to_json()))) == one


# ---- stories --------------------------------------------------------------------------------------------------------


def profiled(article: Labelled) -> Profile:
    return profile(article.title, article.text, article.language, article.mentions, article.when)


def told(articles: Sequence[Labelled]) -> list[int]:
    """The story of each article, as they come in one after the other."""
    stories: dict[int, list[Profile]] = {}
    chosen = []
    for article in articles:
        one = profiled(article)
        story = choose_story(one, [StoryProfile(number, found) for number, found in stories.items()])
        if story is None:
            story = len(stories) + 1
        stories.setdefault(story, []).append(one)
        chosen.append(story)
    return chosen


def precision_and_recall(articles: Sequence[Labelled]) -> tuple[float, float]:
    """Over pairs of articles: of those put together, how many belong so; of those that belong so, how many were."""
    pairs = list(itertools.combinations(zip(articles, told(articles), strict=True), 2))
    together = [one[0].event == other[0].event for one, other in pairs if one[1] == other[1]]
    belong = [one[1] == other[1] for one, other in pairs if one[0].event == other[0].event]
    return sum(together) / len(together), sum(belong) / len(belong)


def in_time(articles: Sequence[Labelled], seed: int) -> list[Labelled]:
    """The articles as a bot gets them: by their time, up to a day early or late."""
    generator = random.Random(seed)  # noqa: S311 - the same order in every run
    return sorted(articles, key=lambda article: (article.day or 12) + (generator.uniform(-1, 1) if seed else 0))


@pytest.mark.parametrize("seed", range(6))
def test_accounts_of_one_event_become_one_story_and_others_stay_apart(seed: int) -> None:
    precision, recall = precision_and_recall(in_time(ARTICLES, seed))
    assert precision >= 0.97
    assert recall >= 0.8


@pytest.mark.parametrize("seed", range(6))
def test_the_weights_hold_for_articles_that_did_not_find_them(seed: int) -> None:
    precision, recall = precision_and_recall(in_time(LATER, seed))
    assert precision >= 0.97
    assert recall >= 0.8


def event(name: str) -> list[Labelled]:
    return [article for article in ARTICLES if article.event == name]


@pytest.mark.parametrize("name", sorted({article.event for article in ARTICLES} - {"capture"}))
def test_an_event_alone_is_one_story_in_whatever_languages(name: str) -> None:
    assert set(told(event(name))) == {1}


def test_an_account_of_another_side_of_an_event_may_begin_a_story_but_the_rest_hold_together() -> None:
    """What the prisoners said about themselves shares two names and no day with the first news of their capture."""
    stories = told(event("capture"))
    assert max(stories.count(story) for story in stories) >= 0.7 * len(stories)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("monday", "thursday"),
        ("capture", "monday"),
        ("capture", "losses"),
        ("capture", "assault"),
        ("capture", "exchange"),
        ("capture", "agent"),
        ("losses", "launch"),
        ("warsaw", "wishes"),
    ],
)
def test_two_events_with_the_same_actors_stay_two_stories(one: str, other: str) -> None:
    for articles in (event(one) + event(other), event(other) + event(one)):
        stories = told(articles)
        ours = {story for story, article in zip(stories, articles, strict=True) if article.event == one}
        theirs = {story for story, article in zip(stories, articles, strict=True) if article.event == other}
        assert not ours & theirs


def test_the_first_article_begins_a_story() -> None:
    assert choose_story(profiled(ARTICLES[0]), []) is None
    assert choose_story(profiled(ARTICLES[0]), [StoryProfile(4, [])]) is None


def test_a_document_without_a_date_fits_every_day() -> None:
    first = profiled(event("agent")[0])
    for days in (0, 3, 30):
        when = datetime(2025, 1, 12, tzinfo=UTC) + timedelta(days=days)
        later = profile("", "", first.language, [], when)
        assert alike_by(undated(first), later) == alike_by(undated(first), undated(later))


def alike_by(one: Profile, other: Profile) -> float:
    weigh = Rarity([])
    return likeness(weigh.weighed(one), weigh.weighed(other))


def undated(one: Profile) -> Profile:
    return replace(one, when=None)


def test_likeness_fades_with_the_days_between() -> None:
    article = event("agent")[0]
    one = profiled(article)
    assert one.when is not None
    scores = [alike_by(one, replace(one, when=one.when + timedelta(days=days))) for days in (0, 1, 3, 6, 9)]
    assert scores[0] == scores[1]
    assert scores[1] > scores[2] > scores[3] > scores[4]


def test_sharing_what_every_story_mentions_says_little() -> None:
    recent = [
        StoryProfile(number, [profile("", "", Language.EN, ["sumy", f"x{number}"], None)]) for number in range(50)
    ]
    weigh = Rarity(recent)
    assert weigh.entities["sumy"] < 0.3 * weigh.entities["tuva"]
    assert Rarity([]).entities["ukraine"] < 0.3 * Rarity([]).entities["tuva"]


def test_a_story_told_often_does_not_make_its_entities_common() -> None:
    one = profiled(event("agent")[0])
    often, once = Rarity([StoryProfile(1, [one] * 30)]), Rarity([StoryProfile(1, [one])])
    assert often.entities["odesa"] == once.entities["odesa"]


def test_of_stories_equally_alike_the_newest_is_chosen() -> None:
    one = profiled(event("agent")[0])
    assert choose_story(one, [StoryProfile(3, [one]), StoryProfile(9, [one]), StoryProfile(5, [one])]) == 9
