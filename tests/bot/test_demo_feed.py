"""The demo's sample feed holds what the demo is to show; the demo itself is tested where it runs."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import bot
from bot.articles import detect_language
from bot.drafts import draft_of_item
from bot.sources.feeds import Feed, parse_feed
from bot.stories import NEAR_COPY, fingerprint, similarity

FEED = Path(bot.__file__).parent / "demo" / "feed.xml"


@pytest.fixture(scope="module")
def feed() -> Feed:
    return parse_feed(FEED.read_bytes(), content_type="application/rss+xml", url=FEED.as_uri())


def test_every_item_carries_its_article_whole(feed: Feed) -> None:
    assert 12 <= len(feed.items) <= 14
    for item in feed.items:
        assert item.published is not None
        assert item.outlet != feed.title, item.title
        assert draft_of_item(item, item.published) is not None, item.title


def test_articles_come_over_several_weeks_in_our_languages_and_one_in_a_fifth(feed: Feed) -> None:
    languages = Counter(detect_language(f"{item.title}\n\n{item.text}") for item in feed.items)
    assert set(languages) == {"en", "uk", "ru", "ko", "pl"}
    assert languages["pl"] == 1
    days = {item.published.date() for item in feed.items if item.published}
    assert len(days) >= 8
    assert (max(days) - min(days)).days > 60


def test_exactly_one_article_is_a_near_copy_of_another(feed: Feed) -> None:
    sketches = [fingerprint(f"{item.title}\n\n{item.text}") for item in feed.items]
    near = [
        (at, other)
        for at, sketch in enumerate(sketches)
        for other in range(at)
        if similarity(sketch, sketches[other]) >= NEAR_COPY
    ]
    assert len(near) == 1
    copy, original = (feed.items[at] for at in near[0])
    assert copy.outlet != original.outlet


def test_the_story_of_the_two_prisoners_is_told_in_four_languages(feed: Feed) -> None:
    first, last = date(2025, 1, 11), date(2025, 1, 12)
    told = [item for item in feed.items if item.published and first <= item.published.date() <= last]
    assert {detect_language(item.text) for item in told} == {"en", "uk", "ru", "ko"}
