"""Candidates in the chat: what articles name and the glossary lacks, for editors to add or to ignore.

Owns `/candidates` and its buttons. The list becomes the question what a name is, that becomes what was done, with a
button to take it back. Who may tap is checked by the desk (`buttons.ROLES`); what is decided, by `glossary.candidates`.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.messages import Html
from bot.messages.markup import join, link, shorten
from bot.telegram.buttons import Action, Press, row_id
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.names import LONGEST
from bot.telegram.refusing import refused
from bot.telegram.undoing import actor_of, undo_button
from glossary.candidates import (
    CandidateDecidedError,
    CandidateView,
    UnknownCandidateError,
    add_candidate,
    find_candidate,
    ignore_candidate,
    list_candidates,
    view_candidate,
)
from glossary.editing import EditRefusedError
from glossary.entries import Glossary
from glossary.refusals import Refusal
from glossary.words import EntityType

_PAGE = 5
# A page is one message, of 4,096 characters at most: five names with what is said of each.
_LONGEST_LABEL = 40
_LONGEST_SPELLINGS = 150
_LONGEST_SENTENCE = 200
_LONGEST_TITLE = 80


def candidates(context: BotContext, ask: Ask) -> Reply:
    """The candidates of most articles; with a number or a name that one; with an English name behind, added."""
    if not ask.text:
        return _page(context, ask, 0)
    if len(ask.text) > LONGEST:
        return Reply(ask.messages.text("name.long", limit=LONGEST))
    number, _, english = ask.text.partition(" ")
    try:
        if number.isdecimal() and english.strip():
            return _add(context, ask, int(number[:18]), None, english.strip())
        with context.database.read() as session:
            return _asked(ask, view_candidate(session, find_candidate(session, ask.text)))
    except UnknownCandidateError as error:
        if error.reason.phrase is Refusal.SEVERAL_CANDIDATES:
            return refused(ask, error)
        return Reply(ask.messages.text("candidates.unknown", query=ask.text))


def turn(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Another page of the list."""
    return _page(context, ask, row_id(press.own_argument))


def choose(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Ask what a candidate is, before it is added; the recogniser's guess comes first."""
    try:
        with context.database.read() as session:
            return _asked(ask, view_candidate(session, row_id(press.own_argument)))
    except UnknownCandidateError:
        return _told(ask, "candidates.gone")


def add(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Add a candidate as what was tapped."""
    number, _, type_ = press.own_argument.partition(".")
    if type_ not in set(EntityType):
        return _told(ask, "button.old")
    try:
        return _add(context, ask, row_id(number), EntityType(type_), None)
    except UnknownCandidateError:
        return _told(ask, "candidates.gone")


def _add(context: BotContext, ask: Ask, number: int, type_: EntityType | None, english: str | None) -> Reply:
    with context.database.write() as session:
        view = view_candidate(session, number)
        if english is None and not view.has_english_name:
            how = ask.messages.text("candidates.english", name=view.name, command=f"/candidates {number}")
            return Reply(how, (_back(ask),))
        try:
            added = add_candidate(session, number, type=type_, name=english, actor=actor_of(ask), now=context.clock())
        except CandidateDecidedError:
            return _told(ask, "candidates.known", name=shorten(view.name, 100))
        except EditRefusedError as error:
            return refused(ask, error)
    kind = ask.messages.plain(f"type.{(type_ or view.type).value}")
    done = ask.messages.text("candidates.added", name=added.name, type=kind)
    return Reply(done, (undo_button(ask, added.change), _back(ask)), toast=ask.messages.plain("button.added"))


def ignore(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Ignore a candidate from now on, in any spelling."""
    number = row_id(press.own_argument)
    with context.database.write() as session:
        try:
            view = view_candidate(session, number)
            change = ignore_candidate(session, number, actor=actor_of(ask), now=context.clock())
        except UnknownCandidateError:
            return _told(ask, "candidates.gone")
        except CandidateDecidedError:
            return _told(ask, "candidates.ignored_already", name=shorten(view.name, 100))
    done = ask.messages.text("candidates.ignored", name=view.name)
    return Reply(done, (undo_button(ask, change), _back(ask)), toast=ask.messages.plain("button.ignored"))


def _page(context: BotContext, ask: Ask, page: int) -> Reply:
    glossary = context.glossary()
    with context.database.read() as session:
        found = list_candidates(session, glossary, offset=page * _PAGE, limit=_PAGE)
        if not found.items and page:
            return _first(session, glossary, ask)
    return _shown(ask, found.items, found.total, page)


def _first(session: Session, glossary: Glossary, ask: Ask) -> Reply:
    """The first page, where a later one has emptied meanwhile."""
    found = list_candidates(session, glossary, limit=_PAGE)
    return _shown(ask, found.items, found.total, 0)


def _shown(ask: Ask, items: tuple[CandidateView, ...], total: int, page: int) -> Reply:
    if not items:
        return Reply(ask.messages.text("candidates.none"))
    parts = [ask.messages.plural("candidates.heading", total)]
    buttons: list[Button] = []
    for one in items:
        parts.append(_described(ask, one))
        add_ = ask.messages.plain("button.add", name=shorten(one.name, _LONGEST_LABEL))
        buttons.append(Button(add_, ask.own(Action.CANDIDATE, one.id)))
        buttons.append(Button(ask.messages.plain("button.ignore"), ask.own(Action.IGNORE, one.id), beside=True))
    if page:
        buttons.append(Button("◀", ask.own(Action.CANDIDATES, page - 1)))
    if (page + 1) * _PAGE < total:
        buttons.append(Button("▶", ask.own(Action.CANDIDATES, page + 1), beside=page > 0))
    return Reply(join("\n\n", parts), tuple(buttons))


def _described(ask: Ask, one: CandidateView) -> Html:
    messages = ask.messages
    heading = messages.text(
        "candidates.line",
        name=one.name,
        type=messages.plain(f"type.{one.type.value}"),
        articles=messages.plain_plural("candidates.articles", one.articles),
    )
    lines = [heading]
    if one.spellings:
        lines.append(messages.text("candidates.also", names=shorten(", ".join(one.spellings), _LONGEST_SPELLINGS)))
    if one.example is not None:
        title = link(one.example.url, shorten(one.example.title, _LONGEST_TITLE))
        sentence = shorten(one.example.sentence, _LONGEST_SENTENCE)
        lines.append(messages.text("candidates.example", sentence=sentence, article=title))
    return join("\n", lines)


def _asked(ask: Ask, one: CandidateView) -> Reply:
    kinds = sorted(EntityType, key=lambda kind: kind is not one.type)
    buttons = [
        Button(ask.messages.plain(f"type.{kind.value}"), ask.own(Action.ADD, f"{one.id}.{kind.value}"),
               beside=at % 3 > 0)
        for at, kind in enumerate(kinds)
    ]  # fmt: skip
    buttons.append(Button(ask.messages.plain("button.ignore"), ask.own(Action.IGNORE, one.id)))
    return Reply(
        join("\n\n", [_described(ask, one), ask.messages.text("candidates.which")]), (*buttons, _back(ask, beside=True))
    )


def _back(ask: Ask, *, beside: bool = False) -> Button:
    return Button(ask.messages.plain("button.candidates"), ask.own(Action.CANDIDATES, 0), beside)


def _told(ask: Ask, key: str, **values: str) -> Reply:
    """Say over the chat why nothing was done; the message stays, for it says what was done before."""
    return Reply(ask.messages.text(key, **values), toast=ask.messages.plain(key, **values), keep=True)
