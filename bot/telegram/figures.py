"""The known figures in the chat: a list of them, one with who says what and since when, and its chart."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from sqlmodel import Session

from bot.charts import ChartError, draw_figure
from bot.messages import Html, figure_label, quantity_text
from bot.messages.markup import escape, join, link, shorten
from bot.messages.wording import date_text, entity_name, range_text
from bot.models import Channel, Role
from bot.subscriptions import Target, UnknownTargetError, ensure_chat, find_chat, follow, list_subscriptions, unfollow
from bot.telegram.buttons import Action, encode
from bot.telegram.cards import choices, gone
from bot.telegram.context import Ask, BotContext, Button, File, Reply
from bot.telegram.names import LONGEST, Found, entry_of_id, find_name, ids_of
from glossary.entries import Entry, Glossary
from glossary.figure_views import FigureView, StatementView, held_count, list_figures

#: The most figures listed in one answer, and of those the ones that get a button.
_FIGURES = 40
_BUTTONS = 8
#: The statements that a figure's card tells, the newest.
_STATEMENTS = 8


def figures(context: BotContext, ask: Ask) -> Reply:
    """The known figures: all of them, or those about an entity and its parts."""
    if len(ask.text) > LONGEST:
        return Reply(ask.messages.text("name.long", limit=LONGEST))
    glossary = context.glossary()
    found = find_name(glossary, ask.text) if ask.text else Found()
    with context.database.read() as session:
        if ask.text and found.entry is None:
            key = "search.several" if found.exact else "search.near"
            return choices(session, ask, found, key, Action.FIGURES)
        return _listed(session, glossary, ask, found.entry)


def figures_of(context: BotContext, ask: Ask, entity_id: int) -> Reply:
    """The figures about an entity, by the button of its card; a new message, so that the card stays."""
    glossary = context.glossary()
    with context.database.read() as session:
        entry = entry_of_id(session, glossary, entity_id)
        if entry is None:
            return gone(ask)
        listed = _listed(session, glossary, ask, entry)
        return Reply(listed.html, listed.buttons, fresh=True)


def _listed(session: Session, glossary: Glossary, ask: Ask, entry: Entry | None) -> Reply:
    about = None if entry is None else {entry.slug, *glossary.parts(entry.slug)}
    found = list_figures(session, glossary, about=about)
    known = [one for one in found if is_listed(one)]
    editing = _editors_buttons(session, ask, unlisted=len(found) - len(known) if entry is None else 0)
    # What changed last comes first, since a list can be long.
    known.sort(key=lambda one: max((told.id for told in one.statements), default=0), reverse=True)
    messages = ask.messages
    name = "" if entry is None else entity_name(glossary, entry.slug, ask.language)
    if not known:
        none = messages.text("figures.none") if entry is None else messages.text("figures.none_for", name=name)
        return Reply(none, editing)
    if entry is None:
        heading = messages.plural("figures.heading", len(known))
    else:
        heading = messages.plural("figures.heading_for", len(known), name=name)
    lines = [heading, Html(""), *(_line(ask, glossary, one) for one in known[:_FIGURES])]
    if len(known) > _FIGURES:
        lines.append(messages.plural("figures.more", len(known) - _FIGURES))
    buttons = tuple(
        Button(shorten(label_for(ask, glossary, one), 60), encode(Action.FIGURE, one.id)) for one in known[:_BUTTONS]
    )
    return Reply(join("\n", lines), (*buttons, *editing))


def is_listed(figure: FigureView) -> bool:
    """Whether readers find a figure in the list: it is kept up, and a statement counts."""
    return not figure.retired and figure.current is not None


def _editors_buttons(session: Session, ask: Ask, *, unlisted: int) -> tuple[Button, ...]:
    """What editors find nowhere else: the statements that wait for them, the figures that the list leaves out."""
    if not ask.may(Role.EDITOR):
        return ()
    buttons = [*held_buttons(session, ask)]
    if unlisted:
        words = ask.messages.plain("button.unlisted", n=unlisted)
        buttons.append(Button(words, ask.own(Action.FIGURES_UNLISTED, 0), beside=bool(buttons)))
    return tuple(buttons)


def held_buttons(session: Session, ask: Ask) -> tuple[Button, ...]:
    """The way to the statements that wait for an editor, with how many they are; none where none does."""
    waiting = held_count(session)
    return (Button(ask.messages.plain("button.held", n=waiting), ask.own(Action.HELD, 0)),) if waiting else ()


def find_figure(session: Session, glossary: Glossary, figure_id: int) -> FigureView | None:
    """One figure as shown, or None where there is none."""
    return next(iter(list_figures(session, glossary, figure_id=figure_id)), None)


def label_for(ask: Ask, glossary: Glossary, figure: FigureView) -> str:
    """What a figure counts, in the reader's language, behind the name that an editor gave it, if one did."""
    days = (figure.scope.period_from, figure.scope.period_to)
    label = figure_label(
        figure.measure, figure.subject, figure.place, figure.scope.kind, ask.language, glossary, days=days
    )
    return f"{shorten(figure.name, 100)} · {label}" if figure.name else label


def _line(ask: Ask, glossary: Glossary, figure: FigureView) -> Html:
    messages = ask.messages
    notes = [messages.plural("figures.statements", len(figure.statements))]
    span = _range(ask, figure)
    if span:
        notes.insert(0, messages.text("figures.range", range=span))
    label, current = label_for(ask, glossary, figure), current_for(ask, figure)
    return Html(f"{messages.text('figures.line', label=label, current=current)} ({join(', ', notes)})")


def current_for(ask: Ask, figure: FigureView) -> str:
    """A figure's current value, or a dash where nothing counts."""
    return quantity_text(figure.current, ask.language, figure.measure) if figure.current else "–"


def _range(ask: Ask, figure: FigureView) -> str | None:
    """The range over the claimants, where they differ."""
    if figure.low is None or figure.high is None or figure.low == figure.high:
        return None
    return range_text(figure.low, figure.high, figure.unit, ask.language, figure.measure)


def show_figure(context: BotContext, ask: Ask, figure_id: int, *, fresh: bool = True) -> Reply:
    """A figure's card: its value and since when, the range, and the newest statements with who made them, and where."""
    glossary = context.glossary()
    with context.database.read() as session:
        return _card(session, glossary, ask, figure_id, fresh=fresh)


def _card(session: Session, glossary: Glossary, ask: Ask, figure_id: int, *, fresh: bool) -> Reply:
    figure = find_figure(session, glossary, figure_id)
    if figure is None:
        return gone(ask)
    messages = ask.messages
    lines = [messages.text("figure.heading", label=label_for(ask, glossary, figure), current=current_for(ask, figure))]
    if figure.since is not None:
        lines.append(messages.text("figure.since", day=date_text(figure.since, ask.language)))
    if figure.pin is not None:
        lines.append(messages.text("figure.pinned"))
    if figure.retired:
        lines.append(messages.text("figure.retired"))
    span = _range(ask, figure)
    if span:
        lines.append(messages.text("figure.range", range=span))
    told = [one for one in figure.statements if not one.held][-_STATEMENTS:]
    lines += [Html(""), *(Html(f"• {statement_line(ask, glossary, figure, one)}") for one in reversed(told))]
    if len(figure.statements) > len(told):
        lines.append(messages.plural("figure.earlier", len(figure.statements) - len(told)))
    return Reply(join("\n", lines), _buttons(session, glossary, ask, figure), fresh=fresh)


def statement_line(ask: Ask, glossary: Glossary, figure: FigureView, one: StatementView) -> Html:
    """A statement in a line; one that does not count is struck through."""
    claimant = entity_name(glossary, one.claimant, ask.language) if one.claimant else one.claimant_name or one.outlet
    quantity = escape(quantity_text(one.quantity, ask.language, figure.measure))
    if one.withdrawn or one.superseded:
        quantity = Html(f"<s>{quantity}</s>")
    return ask.messages.text(
        "figure.statement",
        day=date_text(one.day, ask.language) if one.day else "–",
        quantity=quantity,
        claimant=shorten(claimant, 80),
        outlet=link(one.url, shorten(one.outlet or one.title or one.url, 60)),
    )


def _buttons(session: Session, glossary: Glossary, ask: Ask, figure: FigureView) -> tuple[Button, ...]:
    messages = ask.messages
    chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
    followed = list_subscriptions(session, chat.id or 0, ask.topic) if chat is not None else ()
    if any(one.target.figure_id == figure.id for one in followed):
        first = Button(messages.plain("button.stop_one"), encode(Action.LEAVE_FIGURE, figure.id))
    else:
        first = Button(messages.plain("button.follow_figure"), encode(Action.FOLLOW_FIGURE, figure.id))
    buttons = [first, Button(messages.plain("button.chart"), encode(Action.CHART, figure.id))]
    entry = glossary.get(figure.subject)
    if entry is not None:
        ids = ids_of(session, [entry])
        name = shorten(entity_name(glossary, entry.slug, ask.language), 30)
        buttons += [Button(name, encode(Action.CARD_BELOW, one), beside=True) for one in ids.values()]
    if ask.may(Role.EDITOR):
        buttons.append(Button(messages.plain("button.edit"), ask.own(Action.FIGURE_EDIT_BELOW, figure.id)))
    return tuple(buttons)


def chart(context: BotContext, ask: Ask, figure_id: int) -> Reply:
    """A figure over time as a picture in the reader's language."""
    glossary = context.glossary()
    with context.database.read() as session:
        figure = find_figure(session, glossary, figure_id)
    if figure is None:
        return gone(ask)
    try:
        with tempfile.TemporaryDirectory() as folder:
            content = draw_figure(figure, glossary, ask.language, Path(folder) / "figure.png").read_bytes()
    except ChartError:
        return Reply(ask.messages.text("figure.no_chart"), toast=ask.messages.plain("figure.no_chart"), fresh=True)
    label, current = label_for(ask, glossary, figure), current_for(ask, figure)
    caption = ask.messages.text("figure.heading", label=label, current=current)
    return Reply(caption, file=File(f"exonym-figure-{figure_id}.png", content, picture=True), fresh=True)


def follow_figure(context: BotContext, ask: Ask, figure_id: int) -> Reply:
    """Follow one figure; its card stays, with the button to stop."""
    glossary = context.glossary()
    with context.database.write() as session:
        chat = ensure_chat(
            session, Channel.TELEGRAM, ask.chat_id, language=ask.language, now=context.clock(), title=ask.title
        )
        try:
            follow(session, chat.id or 0, ask.topic, Target(figure_id=figure_id), now=context.clock())
        except UnknownTargetError:
            return gone(ask)
        shown = _card(session, glossary, ask, figure_id, fresh=False)
        return replace(shown, toast=shown.toast or ask.messages.plain("button.figure_followed"))


def leave_figure(context: BotContext, ask: Ask, figure_id: int) -> Reply:
    """Stop following one figure; its card stays, with the button to follow."""
    glossary = context.glossary()
    with context.database.write() as session:
        chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
        if chat is not None:
            unfollow(session, chat.id or 0, ask.topic, Target(figure_id=figure_id))
        shown = _card(session, glossary, ask, figure_id, fresh=False)
        return replace(shown, toast=shown.toast or ask.messages.plain("button.figure_stopped"))
