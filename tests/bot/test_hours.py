"""A chat's own hours: zones by any name, quiet hours over midnight, windows of digests, days that are 23 hours long."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hours import (
    Hours,
    end_of_day,
    find_zone,
    hours_of,
    last_daily,
    next_window,
    silent_until,
    zone_label,
    zone_of,
)
from bot.models import Channel, Chat, Pace
from tests.bot.samples import EN, KO, NOON, RU, UK
from translations.languages import Language

KYIV = ZoneInfo("Europe/Kyiv")
NIGHT = (time(23), time(7))


def kyiv(day: int, hour: int, minute: int = 0, month: int = 1, fold: int = 0) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=KYIV, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("Europe/Kyiv", "Europe/Kyiv"),
        ("europe/kiev", "Europe/Kyiv"),
        ("Київ", "Europe/Kyiv"),
        ("키이우", "Europe/Kyiv"),
        ("Сеул", "Asia/Seoul"),
        ("서울", "Asia/Seoul"),
        ("new york", "America/New_York"),
        ("Нью-Йорк", "America/New_York"),
        ("+5:30", "UTC+5:30"),
        ("UTC -3", "UTC-3"),
        ("gmt+02", "UTC+2"),
        ("utc", "UTC"),
        ("Atlantis", None),
        ("+25", None),
        ("", None),
        ("../../etc/passwd", None),
    ],
)
def test_a_zone_is_found_by_its_name_a_city_or_an_offset(written: str, zone: str | None) -> None:
    assert find_zone(written) == zone


@pytest.mark.parametrize(
    ("language", "label"),
    [(EN, "Kyiv (UTC+2)"), (UK, "Київ (UTC+2)"), (RU, "Киев (UTC+2)"), (KO, "키이우 (UTC+2)")],
)
def test_a_zone_is_named_in_the_readers_language(language: Language, label: str) -> None:
    assert zone_label("Europe/Kyiv", language, NOON) == label


def test_a_chat_without_a_zone_has_that_of_its_language() -> None:
    assert zone_of("", KO) == ZoneInfo("Asia/Seoul")
    assert zone_of("", EN) == UTC
    assert zone_of("Of/Another_Version", UK) == UTC
    assert zone_of("UTC+5:30", EN).utcoffset(NOON) == timedelta(hours=5, minutes=30)


def test_a_chats_row_says_its_hours() -> None:
    chat = Chat(channel=Channel.TELEGRAM, address=1, language=UK, created_at=NOON, quiet_from=1380, quiet_to=420)
    assert hours_of(chat) == Hours(KYIV, 9, NIGHT)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (kyiv(12, 22, 59), None),
        (kyiv(12, 23), kyiv(13, 7)),
        (kyiv(13, 6, 59), kyiv(13, 7)),
        (kyiv(13, 7), None),
    ],
)
def test_quiet_hours_reach_over_midnight(now: datetime, until: datetime | None) -> None:
    assert silent_until(Hours(KYIV, quiet=NIGHT), now) == until


def test_a_mute_that_ends_in_quiet_hours_goes_on_until_they_end() -> None:
    hours = Hours(KYIV, quiet=NIGHT, muted_until=kyiv(12, 23, 30))
    assert silent_until(hours, kyiv(12, 20)) == kyiv(13, 7)
    assert silent_until(Hours(KYIV, muted_until=kyiv(12, 21)), kyiv(12, 20)) == kyiv(12, 21)
    assert silent_until(Hours(KYIV, muted_until=kyiv(12, 21)), kyiv(12, 21)) is None


def test_a_daily_digest_comes_at_its_hour_of_the_chats_own_day() -> None:
    assert next_window(Pace.DAILY, Hours(KYIV, 9), kyiv(12, 8, 59)) == kyiv(12, 9)
    assert next_window(Pace.DAILY, Hours(KYIV, 9), kyiv(12, 9)) == kyiv(13, 9)
    # When summer time begins, a day has 23 hours; when it ends, 25.
    assert next_window(Pace.DAILY, Hours(KYIV, 9), kyiv(29, 9, month=3)) - kyiv(29, 9, month=3) == timedelta(hours=23)
    assert next_window(Pace.DAILY, Hours(KYIV, 9), kyiv(25, 9, month=10)) - kyiv(25, 9, month=10) == timedelta(hours=25)


def test_an_hour_that_is_left_out_is_made_up_for_and_one_that_comes_twice_counts_once() -> None:
    # On 30 March 2025 Kyiv goes from 3:00 to 4:00, on 26 October from 4:00 back to 3:00.
    gap = next_window(Pace.DAILY, Hours(KYIV, 3), kyiv(30, 1, month=3))
    assert gap.astimezone(KYIV).hour == 4
    first = next_window(Pace.DAILY, Hours(KYIV, 3), kyiv(26, 1, month=10))
    assert first == kyiv(26, 3, month=10)
    assert next_window(Pace.DAILY, Hours(KYIV, 3), first) == kyiv(27, 3, month=10)


def test_quiet_hours_that_end_within_a_repeated_hour_end_then() -> None:
    quiet = Hours(KYIV, quiet=(time(1), time(3, 30)))
    assert silent_until(quiet, kyiv(26, 2, month=10)) == kyiv(26, 3, 30, month=10)
    assert silent_until(quiet, kyiv(26, 3, 10, month=10, fold=1)) == kyiv(26, 3, 30, month=10, fold=1)


def test_the_daily_hour_that_came_last_is_of_the_chats_own_day() -> None:
    kyiv = Hours(zone_of("Europe/Kyiv", EN), digest_hour=3)
    seoul = Hours(zone_of("Asia/Seoul", EN), digest_hour=9)
    for hours, now, day, moment in (
        (seoul, "2025-01-12T23:59", "2025-01-12", "2025-01-12T00:00"),
        (seoul, "2025-01-13T00:00", "2025-01-13", "2025-01-13T00:00"),
        (kyiv, "2025-03-30T00:59", "2025-03-29", "2025-03-29T01:00"),
        (kyiv, "2025-03-30T01:00", "2025-03-30", "2025-03-30T01:00"),  # its clock goes from 3:00 to 4:00
        (kyiv, "2025-10-26T00:00", "2025-10-26", "2025-10-26T00:00"),  # the first of two
        (kyiv, "2025-10-26T01:30", "2025-10-26", "2025-10-26T00:00"),
    ):
        at = datetime.fromisoformat(f"{now}+00:00")
        assert last_daily(hours, at) == (date.fromisoformat(day), datetime.fromisoformat(f"{moment}+00:00"))


def test_hourly_digests_come_on_the_full_hour_of_the_zones_own_clock() -> None:
    assert next_window(Pace.HOURLY, Hours(KYIV), kyiv(12, 14, 5)) == kyiv(12, 15)
    india = Hours(zone_of("Asia/Kolkata", EN))
    assert next_window(Pace.HOURLY, india, NOON) == NOON + timedelta(minutes=30)


def test_a_digest_that_falls_into_quiet_hours_comes_when_they_end() -> None:
    assert next_window(Pace.DAILY, Hours(KYIV, 5, NIGHT), kyiv(12, 12)) == kyiv(13, 7)
    assert next_window(Pace.HOURLY, Hours(KYIV, 9, NIGHT), kyiv(12, 22, 30)) == kyiv(13, 7)


def test_the_day_ends_at_the_chats_own_midnight() -> None:
    assert end_of_day(Hours(KYIV), kyiv(12, 23, 30)) == kyiv(13, 0)


@given(
    st.integers(0, 3 * 366 * 24 * 60),
    st.sampled_from(["Europe/Kyiv", "Asia/Seoul", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
    st.integers(0, 23),
    st.tuples(st.times(), st.times()),
    st.sampled_from(list(Pace)),
)
def test_whatever_the_hours_a_window_comes_later_within_two_days_and_never_in_silence(
    minutes: int, zone: str, hour: int, quiet: tuple[time, time], pace: Pace
) -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    hours = Hours(ZoneInfo(zone), hour, None if quiet[0] == quiet[1] else quiet)
    window = next_window(pace, hours, now)
    assert now < window <= now + timedelta(hours=51)
    assert silent_until(hours, window) is None
