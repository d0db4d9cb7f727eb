"""Candidates in the chat: what articles name and the glossary lacks, for editors to add or to ignore.

Owns `/candidates` and its buttons. The open ones and the ignored are a list each. The list becomes the question what a
name is, that becomes what was done, with a button to take it back. Who may tap is checked by the desk
(`buttons.ROLES`); what is decided, by `glossary.candidates`.
"""

from __future__ import annotations

from bot.messages import Html
from bot.messages.markup import join, link, shorten
from bot.telegram.buttons import Action, Press, row_id
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.names import LONGEST, is_word
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
    restore_candidate,
    view_candidate,
)
from glossary.editing import EditRefusedError
from glossary.refusals import Refusal
from glossary.words import EntityType

_PAGE = 5
# A page is one message, of 4,096 characters at most: five names with what is said of each.
_LONGEST_LABEL = 40
_LONGEST_SPELLINGS = 150
_LONGEST_SENTENCE = 200
_LONGEST_TITLE = 80


def candidates(context: BotContext, ask: Ask) -> Reply:
    """The candidates of most articles; with a number or a name that one; with an English name behind, added.

    With the word for it (``/candidates ignored``), those that are ignored.
    """
    if not ask.text or is_word(ask.text, "words.ignored"):
        return _page(context, ask, 0, ignored=bool(ask.text))
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


def turn_ignored(context: BotContext, ask: Ask, press: Press) -> Reply:
    """A page of the ignored ones."""
    return _page(context, ask, row_id(press.own_argument), ignored=True)


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


def restore(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Take up again what was ignored."""
    number = row_id(press.own_argument)
    with context.database.write() as session:
        try:
            view = view_candidate(session, number)
            change = restore_candidate(session, number, actor=actor_of(ask), now=context.clock())
        except UnknownCandidateError:
            return _told(ask, "candidates.gone")
        except CandidateDecidedError:
            return _told(ask, "candidates.restored_already", name=shorten(view.name, 100))
    done = ask.messages.text("candidates.restored", name=view.name)
    return Reply(done, (undo_button(ask, change), _back(ask)), toast=ask.messages.plain("button.restored"))


def _page(context: BotContext, ask: Ask, page: int, *, ignored: bool = False) -> Reply:
    glossary = context.glossary()
    with context.database.read() as session:
        found = list_candidates(session, glossary, ignored=ignored, offset=page * _PAGE, limit=_PAGE)
        if not found.items and page:  # emptied meanwhile
            page, found = 0, list_candidates(session, glossary, ignored=ignored, limit=_PAGE)
        others = list_candidates(session, glossary, ignored=not ignored, limit=0).total
    key = "candidates.none_ignored" if ignored else "candidates.none"
    parts = [ask.messages.text(key)] if not found.items else [_heading(ask, found.total, ignored=ignored)]
    parts += [_described(ask, one) for one in found.items]
    buttons = [button for one in found.items for button in (_ignored(ask, one) if ignored else _open(ask, one))]
    turning = Action.CANDIDATES_IGNORED if ignored else Action.CANDIDATES
    if page:
        buttons.append(Button("◀", ask.own(turning, page - 1)))
    if (page + 1) * _PAGE < found.total:
        buttons.append(Button("▶", ask.own(turning, page + 1), beside=page > 0))
    if ignored:
        buttons.append(_back(ask))
    elif others:
        label = ask.messages.plain("button.candidates_ignored", n=others)
        buttons.append(Button(label, ask.own(Action.CANDIDATES_IGNORED, 0)))
    return Reply(join("\n\n", parts), tuple(buttons))


def _heading(ask: Ask, total: int, *, ignored: bool) -> Html:
    return ask.messages.plural("candidates.heading_ignored" if ignored else "candidates.heading", total)


def _open(ask: Ask, one: CandidateView) -> tuple[Button, ...]:
    """To add one, or to ignore it."""
    add_ = ask.messages.plain("button.add", name=shorten(one.name, _LONGEST_LABEL))
    ignore_ = ask.messages.plain("button.ignore")
    return (
        Button(add_, ask.own(Action.CANDIDATE, one.id)),
        Button(ignore_, ask.own(Action.IGNORE, one.id), beside=True),
    )


def _ignored(ask: Ask, one: CandidateView) -> tuple[Button, ...]:
    """To take the ignoring of one back."""
    label = ask.messages.plain("button.restore", name=shorten(one.name, _LONGEST_LABEL))
    return (Button(label, ask.own(Action.RESTORE, one.id)),)


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
    parts = [_described(ask, one)]
    if one.ignored:
        parts.append(ask.messages.text("candidates.is_ignored"))
        buttons += _ignored(ask, one)
    else:
        buttons.append(Button(ask.messages.plain("button.ignore"), ask.own(Action.IGNORE, one.id)))
    parts.append(ask.messages.text("candidates.which"))
    return Reply(join("\n\n", parts), (*buttons, _back(ask, beside=True)))


def _back(ask: Ask, *, beside: bool = False) -> Button:
    return Button(ask.messages.plain("button.candidates"), ask.own(Action.CANDIDATES, 0), beside)


def _told(ask: Ask, key: str, **values: str) -> Reply:
    """Say over the chat why nothing was done; the message stays, for it says what was done before."""
    return Reply(ask.messages.text(key, **values), toast=ask.messages.plain(key, **values), keep=True)
