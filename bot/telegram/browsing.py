"""Leafing through what there is: the glossary by type and state, the newest articles, those about an entity.

The state of a list is in its buttons, so that any page of any old message can be turned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.latest import LatestArticle, Page, latest_articles
from bot.messages import Html
from bot.messages.markup import join, shorten
from bot.messages.render import emphasised
from bot.messages.wording import entity_name
from bot.telegram.buttons import Action, Press, encode
from bot.telegram.cards import article_line, gone
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.names import entry_of_id, ids_of
from glossary.entries import Entry, Glossary
from glossary.words import EntityType, FormStatus
from translations.languages import Language

_ENTRIES = 8  # of a page, one button each
_ARTICLES = 6
_FURTHEST_PAGE = 10_000


class State(StrEnum):
    """Which entries a list shows, by their form in the reader's language."""

    ALL = "a"
    DRAFT = "d"
    MISSING = "m"


@dataclass(frozen=True, slots=True)
class _View:
    """A page of the glossary: of one type or all, in one state or all. `page` counts from 0."""

    type: EntityType | None = None
    state: State = State.ALL
    page: int = 0

    def __str__(self) -> str:
        return f"{self.type.value if self.type else ''}.{self.state.value}.{self.page}"

    @classmethod
    def of(cls, argument: str) -> _View | None:
        """The view of a button's argument; None for one that is none."""
        type_, _, rest = argument.partition(".")
        state, _, page = rest.partition(".")
        if (type_ and type_ not in set(EntityType)) or state not in set(State) or not _is_page(page):
            return None
        return cls(EntityType(type_) if type_ else None, State(state), int(page))


def _is_page(text: str) -> bool:
    return text.isdecimal() and len(text) < 6 and int(text) < _FURTHEST_PAGE


def browse(context: BotContext, ask: Ask) -> Reply:
    """The first page of the glossary; a word after the command is a type or a state (`/glossary persons`)."""
    view = _View()
    wanted = ask.text.casefold()
    if wanted:
        messages = ask.messages
        types = {messages.plain(f"types.{one.value}").casefold(): one for one in EntityType}
        states = {messages.plain(f"state.{one.name.lower()}").casefold(): one for one in State}
        if wanted in types:
            view = replace(view, type=types[wanted])
        elif wanted in states:
            view = replace(view, state=states[wanted])
        else:
            return Reply(messages.text("glossary.filters", filters=", ".join([*types, *states])))
    return _page(context, ask, view)


def turn(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Another page or another filter, by its button."""
    view = _View.of(press.argument)
    return gone(ask) if view is None else _page(context, ask, view)


def _page(context: BotContext, ask: Ask, view: _View) -> Reply:
    glossary, messages = context.glossary(), ask.messages
    entries = sorted(
        (entry for entry in glossary.entries.values() if _is_in(entry, view, ask.language)),
        key=lambda entry: (entity_name(glossary, entry.slug, ask.language).casefold(), entry.slug),
    )
    pages = max(1, -(-len(entries) // _ENTRIES))
    view = replace(view, page=min(view.page, pages - 1))
    shown = entries[view.page * _ENTRIES : (view.page + 1) * _ENTRIES]
    heading = messages.plural("glossary.heading", len(entries))
    place = messages.text("glossary.page", page=view.page + 1, pages=pages)
    with context.database.read() as session:
        ids = ids_of(session, shown)
    buttons = [
        Button(_entry_label(glossary, ask, entry), encode(Action.CARD_BELOW, ids[entry.slug]))
        for entry in shown
        if entry.slug in ids
    ]
    buttons += _turning(view, pages) + _filters(ask, view)
    return Reply(Html(f"{heading} {place}"), tuple(buttons))


def _is_in(entry: Entry, view: _View, language: Language) -> bool:
    if view.type is not None and entry.type is not view.type:
        return False
    form = entry.preferred(language)
    missing = form is None or form.status is FormStatus.REJECTED
    if view.state is State.MISSING:
        return missing
    return view.state is State.ALL or (form is not None and form.status is FormStatus.DRAFT)


def _entry_label(glossary: Glossary, ask: Ask, entry: Entry) -> str:
    name = entity_name(glossary, entry.slug, ask.language)
    return shorten(name if name == entry.name else f"{name} · {entry.name}", 60)


def _turning(view: _View, pages: int) -> list[Button]:
    steps = (("◀", view.page - 1), ("▶", view.page + 1))
    turning = [(sign, page) for sign, page in steps if 0 <= page < pages]
    return [
        Button(sign, encode(Action.BROWSE, str(replace(view, page=page))), beside=number > 0)
        for number, (sign, page) in enumerate(turning)
    ]


def _filters(ask: Ask, view: _View) -> list[Button]:
    """The types in one row and the states in another; the chosen one is marked, and a tap on it chooses all again."""
    messages = ask.messages
    buttons = []
    for number, type_ in enumerate((EntityType.PERSON, EntityType.ORG, EntityType.PLACE)):
        chosen = view.type is type_
        other = replace(view, type=None if chosen else type_, page=0)
        label = messages.plain(f"types.{type_.value}")
        buttons.append(Button(_marked(label, chosen), encode(Action.BROWSE, str(other)), beside=number > 0))
    for number, state in enumerate((State.DRAFT, State.MISSING)):
        chosen = view.state is state
        other = replace(view, state=State.ALL if chosen else state, page=0)
        label = messages.plain(f"state.{state.name.lower()}")
        buttons.append(Button(_marked(label, chosen), encode(Action.BROWSE, str(other)), beside=number > 0))
    return buttons


def _marked(label: str, chosen: bool) -> str:
    return f"✓ {label}" if chosen else label


def latest(context: BotContext, ask: Ask) -> Reply:
    """The newest articles of all sources."""
    return _latest(context, ask, 0)


def turn_latest(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Another page of the newest articles."""
    return _latest(context, ask, int(press.argument)) if _is_page(press.argument) else gone(ask)


def _latest(context: BotContext, ask: Ask, number: int) -> Reply:
    with context.database.read() as session:
        page = latest_articles(session, limit=_ARTICLES, skip=number * _ARTICLES)
    if not page.articles:
        return Reply(ask.messages.text("latest.none"))
    lines = [ask.messages.text("latest.heading"), Html(""), *(article_line(ask, one) for one in page.articles)]
    return Reply(join("\n", lines), _turning_list(number, page, lambda at: encode(Action.LATEST, at)))


def articles_of(context: BotContext, ask: Ask, press: Press) -> Reply:
    """The articles that mention an entity or its parts, with the sentence; its argument is the entity's id and a page.

    The first page is a new message, so that the card stays.
    """
    entity_id, _, at = press.argument.partition(".")
    if not entity_id.isdecimal() or len(entity_id) > 18 or not _is_page(at or "0"):
        return gone(ask)
    number = int(at or 0)
    glossary = context.glossary()
    with context.database.read() as session:
        entry = entry_of_id(session, glossary, int(entity_id))
        if entry is None:
            return gone(ask)
        about = glossary.parts(entry.slug) | {entry.slug}
        page = latest_articles(session, about=about, limit=_ARTICLES, skip=number * _ARTICLES)
    name = entity_name(glossary, entry.slug, ask.language)
    if not page.articles:
        return Reply(ask.messages.text("articles.none", name=name), fresh=not at)
    lines = [ask.messages.text("articles.heading", name=name)]
    for one in page.articles:
        lines += [Html(""), article_line(ask, one), _quotation(one)]
    turning = _turning_list(number, page, lambda to: encode(Action.ARTICLES, f"{entity_id}.{to}"))
    return Reply(join("\n", lines), turning, fresh=not at)


def _quotation(article: LatestArticle) -> Html:
    return Html(f"<blockquote>{emphasised(article.sentence, list(article.surfaces))}</blockquote>")


def _turning_list(number: int, page: Page, data: Callable[[int], str]) -> tuple[Button, ...]:
    buttons = []
    if number > 0:
        buttons.append(Button("◀", data(number - 1)))
    if page.more:
        buttons.append(Button("▶", data(number + 1), beside=number > 0))
    return tuple(buttons)
