"""When a chat may be told: its time zone, quiet hours, mutes and digests' windows. Pure: `now` is an argument.

Hours are those of the wall clock. Where a change to summer time leaves out an hour, what was to happen within it
happens right behind the gap; an hour that comes twice counts the first time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global

from bot.models import Chat, Pace
from translations.languages import Language

#: The zone of a chat that has chosen none, where its language is spoken in one; else UTC.
ZONE_OF_LANGUAGE = {Language.UK: "Europe/Kyiv", Language.KO: "Asia/Seoul"}
#: No mute is longer.
LONGEST_MUTE = timedelta(days=366)

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-\N{MINUS SIGN}])\s*(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
# Where CLDR has not taken up the name that is used now.
_CITIES = {("Europe/Kyiv", Language.KO): "키이우"}
# Zones of one link or system, which no city has.
_NO_CITIES = ("Etc/", "SystemV/", "US/", "posix/", "right/")


@dataclass(frozen=True, slots=True)
class Hours:
    """A chat's own times. `quiet` is from when to when, over midnight where the end is the earlier; None for never."""

    zone: tzinfo = UTC
    digest_hour: int = 9
    quiet: tuple[time, time] | None = None
    muted_until: datetime | None = None


def hours_of(chat: Chat) -> Hours:
    """The times that a chat has chosen, or the defaults."""
    quiet = None
    if chat.quiet_from is not None and chat.quiet_to is not None and chat.quiet_from != chat.quiet_to:
        quiet = (_time(chat.quiet_from), _time(chat.quiet_to))
    return Hours(zone_of(chat.timezone, chat.language), chat.digest_hour, quiet, chat.muted_until)


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def silent_until(hours: Hours, now: datetime) -> datetime | None:
    """When the mute or the quiet hours of this moment are over; None where nothing keeps a message back.

    Quiet hours in which a mute ends keep on being quiet.
    """
    until = now
    if hours.muted_until is not None and hours.muted_until > until:
        until = hours.muted_until
    until = _quiet_until(hours, until) or until
    return until if until > now else None


def _quiet_until(hours: Hours, now: datetime) -> datetime | None:
    if hours.quiet is None:
        return None
    start, end = hours.quiet
    local = now.astimezone(hours.zone)
    at = local.time().replace(fold=0)
    if start <= end:
        quiet, day = start <= at < end, local.date()
    else:
        quiet, day = at >= start or at < end, local.date() + (_DAY if at >= start else timedelta())
    # Of an hour that comes twice, the quiet may be in the second.
    return _next(day, end, hours.zone, now, folds=(0, 1)) if quiet else None


def next_window(pace: Pace, hours: Hours, now: datetime) -> datetime:
    """When the digest leaves into which something of this moment goes: always later than `now`, never in silence."""
    if pace is Pace.DAILY:
        window = _next(now.astimezone(hours.zone).date(), time(hours.digest_hour), hours.zone, now)
    else:
        # Full hours of the zone's own clock, of which some are half an hour from those of UTC.
        offset = now.astimezone(hours.zone).utcoffset() or timedelta()
        passed = (now.astimezone(UTC) + offset).replace(minute=0, second=0, microsecond=0)
        window = passed - offset + _HOUR
    return silent_until(hours, window) or window


def _next(day: date, at: time, zone: tzinfo, now: datetime, folds: tuple[int, ...] = (0,)) -> datetime:
    """When the wall clock shows `at` next after `now`, on `day` or later; in UTC."""
    while True:
        for fold in folds:
            moment = datetime.combine(day, at, zone).replace(fold=fold).astimezone(UTC)
            if moment > now:
                return moment
        day += _DAY


def last_daily(hours: Hours, now: datetime) -> tuple[date, datetime]:
    """The hour of daily digests that came last: its day by the chat's own calendar, and the moment."""
    day = now.astimezone(hours.zone).date()
    while (moment := datetime.combine(day, time(hours.digest_hour), hours.zone).astimezone(UTC)) > now:
        day -= _DAY
    return day, moment


def end_of_day(hours: Hours, now: datetime) -> datetime:
    """The midnight that comes next."""
    return _next(now.astimezone(hours.zone).date() + _DAY, time(), hours.zone, now)


# --- time zones -----------------------------------------------------------------------------------------------------


def zone_of(name: str, language: Language) -> tzinfo:
    """The zone of a stored name, or of the language where there is none; UTC for a name that is unknown here."""
    offset = _offset(name)
    if offset is not None:
        return timezone(offset)
    wanted = name or ZONE_OF_LANGUAGE.get(language, "UTC")
    return ZoneInfo(wanted) if wanted != "UTC" and wanted in available_timezones() else UTC


def find_zone(text: str) -> str | None:
    """The name to store for a zone as somebody writes it: ``Europe/Kyiv``, ``+5:30``, ``UTC-3``, ``Сеул``; or None."""
    wanted = " ".join(text.split())
    offset = _offset(wanted)
    if offset is not None:
        return _offset_name(offset)
    return _zones().get(_key(wanted))


def zone_label(name: str, language: Language, now: datetime) -> str:
    """A zone as a reader knows it, with its offset at this time: ``Сеул (UTC+9)``."""
    zone = zone_of(name, language)
    label = _offset_name(now.astimezone(zone).utcoffset() or timedelta())
    chosen = name or ZONE_OF_LANGUAGE.get(language, "UTC")
    city = None if _offset(chosen) is not None else _CITIES.get((chosen, language)) or _city(chosen, language)
    return f"{city} ({label})" if city else label


def _offset(text: str) -> timedelta | None:
    match = _OFFSET.fullmatch(text.strip())
    if match is None:
        return None
    sign, hours, minutes = match[1], int(match[2]), int(match[3] or 0)
    if hours > 14:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return offset if sign == "+" else -offset


def _offset_name(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02}" if rest else "")


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """The IANA names by what people call them: themselves, and their cities in each of our languages."""
    found: dict[str, str] = {}
    aliases = get_global("zone_aliases")
    names = available_timezones()
    for name in sorted(names):
        newest = aliases.get(name, name)
        stored = newest if newest in names and not newest.startswith(_NO_CITIES) else name
        found.setdefault(_key(name), stored)
        for language in Language:
            for city in (_CITIES.get((name, language)), _city(name, language)):
                if city:
                    found.setdefault(_key(city), stored)
    return found


def _key(text: str) -> str:
    return text.casefold().replace("_", " ").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def _city(name: str, language: Language) -> str | None:
    """The city of an IANA name in a language (CLDR's exemplar city), else in English; None for a zone without one."""
    if "/" not in name or name.startswith(_NO_CITIES):
        return None
    known = Locale(language.value).time_zones
    # CLDR keeps a zone under the first name that it had.
    cities = (known[one].get("city") for one in (name, *_former_names().get(name, ())) if one in known)
    return next((city for city in cities if city), None) or name.rpartition("/")[2].replace("_", " ")


@lru_cache(maxsize=1)
def _former_names() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for former, name in sorted(get_global("zone_aliases").items()):
        found.setdefault(name, []).append(former)
    return found
