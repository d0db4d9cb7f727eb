"""The settings of a chat: language, time zone, quiet hours, digests, mute. One message whose buttons change it.

What somebody types after a command (`/mute 2h`, `/quiet 23-7`, `/timezone Seoul`) sets the same as a button does. The
words that may be typed are those of all the catalogues.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

from babel.dates import format_date
from sqlmodel import Session, col, select

from bot.hours import LONGEST_MUTE, Hours, end_of_day, find_zone, hours_of, silent_until, zone_label
from bot.messages import Messages
from bot.messages.markup import join
from bot.models import Channel, Chat, Delivery, DeliveryStatus, Pace, Role
from bot.subscriptions import ensure_chat, find_chat
from bot.telegram.buttons import Action, Press, encode
from bot.telegram.cards import gone
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.names import is_word, words_of
from bot.telegram.wishes import marked, pace_text
from translations.languages import Language

#: The zones that have a button; any other can be typed.
_ZONES = (
    "Europe/Kyiv",
    "Asia/Seoul",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Warsaw",
    "Europe/Vilnius",
    "Europe/Istanbul",
    "Asia/Tbilisi",
    "Asia/Almaty",
    "America/New_York",
    "America/Los_Angeles",
    "UTC",
)
_QUIET = ("22:00-7:00", "23:00-7:00", "23:00-8:00", "0:00-8:00")
_DIGEST_HOURS = (6, 7, 8, 9, 12, 18, 20, 21)
_MUTES = ("1h", "3h", "8h", "today", "3d", "7d")
_LONGEST = 60
_PAGE_BUTTONS = {
    "language": "button.settings_language",
    "zone": "button.settings_zone",
    "quiet": "button.settings_quiet",
    "digest": "button.settings_digest",
    "mute": "button.settings_mute",
}

_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?")
_SPAN = re.compile(r"(\S+?)\s*[-–—~]\s*(\S+)")
_PIECE = re.compile(r"(\d{1,4})\s*([^\W\d_]+)\.?\s*")
_DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?)(?:[\sT]+(\S+))?")
_UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}
_UNITS["weeks"] = timedelta(weeks=1)


# --- what is shown


def settings(context: BotContext, ask: Ask) -> Reply:
    """All settings, with buttons to change each."""
    with context.database.read() as session:
        chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
        return _overview(ask, chat or _default(ask, context), context.clock())


def open_page(context: BotContext, ask: Ask, press: Press) -> Reply:
    """The choices of one setting, in the place of the overview."""
    with context.database.read() as session:
        chat = find_chat(session, Channel.TELEGRAM, ask.chat_id) or _default(ask, context)
        page = _PAGES.get(press.argument)
        return page(ask, chat, context.clock()) if page is not None else gone(ask)


def _default(ask: Ask, context: BotContext) -> Chat:
    """A chat that nothing is stored of yet, as it would be."""
    return Chat(channel=Channel.TELEGRAM, address=ask.chat_id, language=ask.language, created_at=context.clock())


def _overview(ask: Ask, chat: Chat, now: datetime, *, changed: bool = False) -> Reply:
    messages = Messages(chat.language)
    hours = hours_of(chat)
    local = now.astimezone(hours.zone)
    quiet = _span(hours.quiet) if hours.quiet else messages.plain("settings.none")
    muted = hours.muted_until if hours.muted_until is not None and hours.muted_until > now else None
    lines = [
        messages.text("settings.heading"),
        messages.text("settings.language", language=chat.language.own_name),
        messages.text("settings.zone", zone=zone_label(chat.timezone, chat.language, now), now=f"{local:%H:%M}"),
        messages.text("settings.quiet", quiet=quiet),
        messages.text("settings.pace", pace=pace_text(messages, chat.pace, chat)),
        messages.text("settings.hour", hour=f"{chat.digest_hour}:00"),
        messages.text("settings.mute", until=moment(muted, hours, now, chat.language))
        if muted is not None
        else messages.text("settings.unmuted"),
    ]
    buttons = [
        Button(messages.plain(key), encode(Action.SETTINGS, page), beside=number % 2 > 0)
        for number, (page, key) in enumerate(_PAGE_BUTTONS.items())
    ]
    if ask.private and ask.may(Role.EDITOR):
        on = chat.work_notices
        daily = messages.plain("settings.daily", hour=f"{chat.digest_hour}:00")
        when = daily if on else messages.plain("settings.none")
        lines.append(messages.text("settings.work", when=when))
        label = messages.plain("button.work_off" if on else "button.work_on")
        buttons.append(Button(label, encode(Action.SET, f"work.{'off' if on else 'on'}")))
    toast = messages.plain("settings.saved") if changed else ""
    return Reply(join("\n", lines), tuple(buttons), toast=toast)


def _span(quiet: tuple[time, time]) -> str:
    return f"{quiet[0]:%H:%M}–{quiet[1]:%H:%M}"


def moment(when: datetime, hours: Hours, now: datetime, language: Language) -> str:
    """A time on the chat's own clock, with its day where that is another."""
    local = when.astimezone(hours.zone)
    if local.date() == now.astimezone(hours.zone).date():
        return f"{local:%H:%M}"
    return f"{format_date(local.date(), 'long', locale=language.value)}, {local:%H:%M}"


def _page(ask: Ask, key: str, buttons: list[Button]) -> Reply:
    back = Button(ask.messages.plain("button.back"), encode(Action.SETTINGS, "all"))
    return Reply(ask.messages.text(key), (*buttons, back))


def _language_page(ask: Ask, chat: Chat, _now: datetime) -> Reply:
    buttons = [
        Button(
            marked(one.own_name, chosen=chat.language is one), encode(Action.SET, f"language.{one.value}"), at % 2 > 0
        )
        for at, one in enumerate(Language)
    ]
    return _page(ask, "language.which", buttons)


def _zone_page(ask: Ask, chat: Chat, now: datetime) -> Reply:
    buttons = [
        Button(
            marked(zone_label(one, ask.language, now), chosen=chat.timezone == one),
            encode(Action.SET, f"zone.{one}"),
            at % 2 > 0,
        )
        for at, one in enumerate(_ZONES)
    ]
    return _page(ask, "zone.which", buttons)


def _quiet_page(ask: Ask, chat: Chat, _now: datetime) -> Reply:
    present = hours_of(chat).quiet
    buttons = []
    for at, one in enumerate(_QUIET):
        span = _parse_span(one)
        label = marked(_span(span) if span else one, chosen=span == present)
        buttons.append(Button(label, encode(Action.SET, f"quiet.{one}"), at % 2 > 0))
    off = marked(ask.messages.plain("settings.none"), chosen=present is None)
    return _page(ask, "quiet.which", [*buttons, Button(off, encode(Action.SET, "quiet.off"))])


def _digest_page(ask: Ask, chat: Chat, _now: datetime) -> Reply:
    messages = ask.messages
    buttons = [
        Button(
            marked(messages.plain(f"pace.{one.value}", hour=f"{chat.digest_hour}:00"), chosen=chat.pace is one),
            encode(Action.SET, f"pace.{one.value}"),
            at > 0,
        )
        for at, one in enumerate(Pace)
    ]
    buttons += [
        Button(marked(f"{one}:00", chosen=chat.digest_hour == one), encode(Action.SET, f"hour.{one}"), at % 4 > 0)
        for at, one in enumerate(_DIGEST_HOURS)
    ]
    return _page(ask, "digest.which", buttons)


def _mute_page(ask: Ask, _chat: Chat, _now: datetime) -> Reply:
    buttons = [
        Button(_mute_label(ask.messages, one), encode(Action.SET, f"mute.{one}"), at % 3 > 0)
        for at, one in enumerate(_MUTES)
    ]
    unmute = Button(ask.messages.plain("button.unmute"), encode(Action.SET, "mute.off"))
    return _page(ask, "mute.which", [*buttons, unmute])


def _mute_label(messages: Messages, one: str) -> str:
    if one == "today":
        return messages.plain("button.mute_today")
    number, unit = int(one[:-1]), one[-1]
    return messages.plain_plural("mute.hours" if unit == "h" else "mute.days", number)


_PAGES: dict[str, Callable[[Ask, Chat, datetime], Reply]] = {
    "all": _overview,
    "language": _language_page,
    "zone": _zone_page,
    "quiet": _quiet_page,
    "digest": _digest_page,
    "mute": _mute_page,
}


# --- what changes it


def choose(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Set what a button says; the overview as it is then."""
    name, _, value = press.argument.partition(".")
    reply = _change(context, ask, name, value)
    return reply if reply is not None else gone(ask)


def mute(context: BotContext, ask: Ask) -> Reply:
    """Keep everything back for a while; without a time, buttons to choose one."""
    return _typed(context, ask, "mute")


def unmute(context: BotContext, ask: Ask) -> Reply:
    """Tell again, and first what was kept back."""
    return _change(context, ask, "mute", "off") or gone(ask)


def quiet(context: BotContext, ask: Ask) -> Reply:
    """The quiet hours, from when to when."""
    return _typed(context, ask, "quiet")


def timezone(context: BotContext, ask: Ask) -> Reply:
    """The time zone, by a city, its name, or its offset."""
    return _typed(context, ask, "zone")


def _typed(context: BotContext, ask: Ask, name: str) -> Reply:
    reply = _change(context, ask, name, ask.text) if 0 < len(ask.text) <= _LONGEST else None
    if reply is not None:
        return reply
    with context.database.read() as session:
        chat = find_chat(session, Channel.TELEGRAM, ask.chat_id) or _default(ask, context)
    page = _PAGES[name](ask, chat, context.clock())
    if not ask.text:
        return page
    return Reply(join("\n\n", [ask.messages.text("settings.unclear"), page.html]), page.buttons)


def _change(context: BotContext, ask: Ask, name: str, value: str) -> Reply | None:
    """Set a setting; None where the value is none."""
    now = context.clock()
    with context.database.write() as session:
        chat = find_chat(session, Channel.TELEGRAM, ask.chat_id) or _default(ask, context)
        before = hours_of(chat)
        change = _meant(name, value, before, now)
        if change is None:
            return None
        chat = ensure_chat(session, Channel.TELEGRAM, ask.chat_id, language=ask.language, now=now, title=ask.title)
        change(chat)
        session.flush()
        _let_go(session, chat, before, now)
        return _overview(ask, chat, now, changed=True)


def _meant(name: str, value: str, hours: Hours, now: datetime) -> Callable[[Chat], None] | None:
    """What a setting's value does to a chat; None for one that is not understood. Pure but for what it returns."""
    if name == "language" and value in set(Language):
        return _setter(language=Language(value))
    if name == "zone":
        zone = find_zone(value)
        return _setter(timezone=zone) if zone is not None else None
    if name == "pace" and value in set(Pace):
        return _setter(pace=Pace(value))
    if name == "hour" and value.isdecimal() and len(value) <= 2 and int(value) < 24:
        return _setter(digest_hour=int(value))
    if name == "work" and value in {"on", "off"}:
        return _setter(work_notices=value == "on")
    if name == "quiet":
        if is_word(value, "words.off"):
            return _setter(quiet_from=None, quiet_to=None)
        span = _parse_span(value)
        return None if span is None else _setter(quiet_from=_minutes(span[0]), quiet_to=_minutes(span[1]))
    if name == "mute":
        if is_word(value, "words.off"):
            return _setter(muted_until=None)
        until = parse_until(value, hours, now)
        return _setter(muted_until=until) if until is not None else None
    return None


def _setter(**values: object) -> Callable[[Chat], None]:
    def change(chat: Chat) -> None:
        for name, value in values.items():
            setattr(chat, name, value)

    return change


def _let_go(session: Session, chat: Chat, before: Hours, now: datetime) -> None:
    """What was kept back until a silence ends is due now, where that silence is no more or another.

    Where it still is silent, delivery keeps it back again, until the new end.
    """
    held = silent_until(before, now)
    if held is None or silent_until(hours_of(chat), now) == held:
        return
    waiting = select(Delivery).where(
        Delivery.chat_id == chat.id,
        Delivery.status == DeliveryStatus.PENDING,
        Delivery.attempts == 0,
        col(Delivery.due_at) == held,
    )
    for delivery in session.exec(waiting.with_for_update()):
        delivery.due_at = now


# --- what people write


def _clock(text: str) -> time | None:
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if hour == 24 and minute == 0:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _parse_span(text: str) -> tuple[time, time] | None:
    match = _SPAN.fullmatch(text.strip())
    ends = [_clock(match[1]), _clock(match[2])] if match is not None else [None, None]
    start, end = ends
    return (start, end) if start is not None and end is not None and start != end else None


def parse_until(text: str, hours: Hours, now: datetime) -> datetime | None:
    """When a mute ends as somebody writes it: ``2h``, ``1 day 12 hours``, ``today``, ``until 18:30``, ``13.01 9:00``.

    None for what is not understood, is over already, or is longer than `LONGEST_MUTE`.
    """
    wanted = text.casefold().strip()
    for word in words_of("words.until"):  # before the time, and in Korean behind it
        wanted = re.sub(rf"^{word}\s+|{word}$", "", wanted).strip()
    until = _day_end(wanted, hours, now) or _span_of(wanted, now) or _moment_of(wanted, hours, now)
    return until if until is not None and now < until <= now + LONGEST_MUTE else None


def _day_end(text: str, hours: Hours, now: datetime) -> datetime | None:
    return end_of_day(hours, now) if is_word(text, "words.today") or is_word(text, "words.tomorrow") else None


def _span_of(text: str, now: datetime) -> datetime | None:
    """So long from now, in pieces of a number and a unit."""
    units = {word: span for unit, span in _UNITS.items() for word in words_of(f"words.{unit}")}
    pieces = list(_PIECE.finditer(text))
    if not pieces or "".join(piece[0] for piece in pieces) != text or any(one[2] not in units for one in pieces):
        return None
    return now + sum((int(one[1]) * units[one[2]] for one in pieces), timedelta())


def _moment_of(text: str, hours: Hours, now: datetime) -> datetime | None:
    """A time of today or tomorrow, or a day with or without a time."""
    today = now.astimezone(hours.zone).date()
    at = _clock(text)
    if at is not None:
        until = datetime.combine(today, at, hours.zone)
        return until if until > now else datetime.combine(today + timedelta(days=1), at, hours.zone)
    match = _DAY.fullmatch(text)
    at = _clock(match[7]) if match is not None and match[7] else time()
    if match is None or at is None:
        return None
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6] or today.year, match[5], match[4])
    try:
        until = datetime(int(year), int(month), int(day), at.hour, at.minute, tzinfo=hours.zone)
        if not match[1] and not match[6] and until <= now:  # a day of next year
            until = until.replace(year=until.year + 1)
    except ValueError:
        return None
    return until
