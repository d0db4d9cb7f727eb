"""The sources in the chat: how they fare, adding and removing them, pausing one."""

from __future__ import annotations

import asyncio

from sqlmodel import Session, col, select

from bot.ingesting import register_source
from bot.messages import Html
from bot.messages.markup import join, shorten
from bot.messages.sayings import say, say_source_problem
from bot.messages.wording import date_text
from bot.models import Source
from bot.polling import is_url, pause_source
from bot.sources.errors import SourceError
from bot.telegram.buttons import Action, Press, row_id
from bot.telegram.cards import gone
from bot.telegram.context import Ask, BotContext, Button, Reply

_PAGE = 8


def sources(context: BotContext, ask: Ask) -> Reply:
    """``/sources``: all of them; ``/sources add ADDRESS [NAME]`` reads an address once and keeps it to poll."""
    verb, _, rest = ask.text.partition(" ")
    if verb.lower() == "add" and rest.strip():
        return _add(context, ask, rest.strip())
    with context.database.read() as session:
        return _page(session, ask, 0)


def turn(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Another page of the list."""
    with context.database.read() as session:
        return _page(session, ask, row_id(press.own_argument))


def _add(context: BotContext, ask: Ask, text: str) -> Reply:
    address, _, name = text.partition(" ")
    if not is_url(address):
        return Reply(ask.messages.text("sources.web_only"))  # a folder of the machine is for its own command line
    try:
        # Answers run in a thread, which has no loop of its own.
        source = asyncio.run(
            register_source(
                context.database, address, name.strip() or None, private=context.settings.allow_private_sources
            )
        )
    except SourceError as error:
        return Reply(ask.messages.text("sources.refused", reason=say(ask.messages, error.problem)))
    open_ = Button(ask.messages.plain("button.sources"), ask.own(Action.SOURCES, 0))
    return Reply(ask.messages.text("sources.added", name=source.name), (open_,))


def _page(session: Session, ask: Ask, page: int) -> Reply:
    rows = session.exec(select(Source).order_by(col(Source.failures).desc(), col(Source.name))).all()
    messages = ask.messages
    if not rows:
        return Reply(messages.text("sources.none"))
    pages = -(-len(rows) // _PAGE)
    page = min(page, pages - 1)
    shown = rows[page * _PAGE : (page + 1) * _PAGE]
    lines = [messages.plural("sources.heading", len(rows)), Html(""), *(_line(ask, row) for row in shown)]
    buttons = [Button(shorten(f"{_sign(row)} {row.name}", 60), ask.own(Action.SOURCE, row.id or 0)) for row in shown]
    for place, (sign, to) in enumerate(
        (sign, to) for sign, to in (("◀", page - 1), ("▶", page + 1)) if 0 <= to < pages
    ):
        buttons.append(Button(sign, ask.own(Action.SOURCES, to), beside=place > 0))
    return Reply(join("\n", lines), tuple(buttons))


def _sign(row: Source) -> str:
    return "⏸" if row.paused else "⚠️" if row.failures else "✓"


def _line(ask: Ask, row: Source) -> Html:
    messages = ask.messages
    when = date_text(row.polled_at.date(), ask.language) if row.polled_at else "–"
    line = messages.text("sources.line", sign=_sign(row), name=shorten(row.name, 80), day=when)
    if not row.failures:
        return line
    reason = shorten(say_source_problem(messages, row.last_error or ""), 150)
    return join("\n", [line, messages.plural("sources.failing", row.failures, reason=reason)])


def show(context: BotContext, ask: Ask, press: Press) -> Reply:
    """One source with what can be done to it."""
    with context.database.read() as session:
        row = session.get(Source, row_id(press.own_argument))
        return gone(ask) if row is None else _source(ask, row)


def _source(ask: Ask, row: Source, *, sure: bool = False) -> Reply:
    messages, at = ask.messages, row.id or 0
    lines = [
        messages.text(
            "sources.one", name=row.name, kind=messages.plain(f"source.{row.kind.value}"), address=row.address
        ),
        _line(ask, row),
    ]
    turn_ = messages.plain("button.resume" if row.paused else "button.pause")
    buttons = [Button(turn_, ask.own(Action.SOURCE_STEP, f"{'g' if row.paused else 's'}.{at}"))]
    if sure:
        lines.append(messages.text("sources.sure"))
        buttons.append(
            Button(messages.plain("button.remove_sure"), ask.own(Action.SOURCE_STEP, f"x.{at}"), beside=True)
        )
    else:
        buttons.append(Button(messages.plain("button.remove"), ask.own(Action.SOURCE_STEP, f"q.{at}"), beside=True))
    buttons.append(Button(messages.plain("button.back"), ask.own(Action.SOURCES, 0)))
    return Reply(join("\n", lines), tuple(buttons))


def take_step(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Pause, go on, ask whether to remove, or remove: ``s``, ``g``, ``q`` or ``x`` and the source."""
    sign, _, at = press.own_argument.partition(".")
    with context.database.write() as session:
        row = session.get(Source, row_id(at))
        if row is None or sign not in {"s", "g", "q", "x"}:
            return gone(ask)
        if sign == "q":
            return _source(ask, row, sure=True)
        if sign == "x":
            name = row.name
            session.delete(row)
            session.flush()
            return Reply(ask.messages.text("sources.removed", name=name), toast=ask.messages.plain("button.removed"))
        pause_source(session, row_id(at), paused=sign == "s", now=context.clock())
        return _source(ask, row)
