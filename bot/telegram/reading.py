"""Answers that change nothing: help, names, figures, the glossary as a file."""

from __future__ import annotations

from sqlmodel import Session

from bot.messages import Html, Messages, figure_label, quantity_text
from bot.messages.markup import escape, join, shorten
from bot.messages.wording import entity_name, entity_title, range_text
from bot.models import Channel
from bot.subscriptions import find_chat, list_subscriptions
from bot.telegram.buttons import Action, encode
from bot.telegram.context import Ask, BotContext, Button, File, Reply
from bot.telegram.names import LONGEST, Found, entry_of_id, find_name, ids_of
from glossary.entries import Entry, Glossary
from glossary.exchange.csv_format import export_csv
from glossary.figures import FigureView, list_figures
from glossary.words import FormKind, FormStatus, RelationKind
from translations.languages import Language

#: The most figures listed in one answer.
_FIGURES = 40
#: The commands in the order in which help and menu list them; each has a description in the catalogues.
COMMAND_NAMES = (
    "subscribe",
    "unsubscribe",
    "subscriptions",
    "search",
    "figures",
    "export",
    "language",
    "help",
    "start",
)


def start(context: BotContext, ask: Ask) -> Reply:
    """The short tour."""
    return Reply(join("\n\n", [ask.messages.text("start"), help_(context, ask).html]))


def help_(_context: BotContext, ask: Ask) -> Reply:
    """All commands."""
    lines = [
        ask.messages.text("help.line", command=name, description=ask.messages.plain(f"command.{name}"))
        for name in COMMAND_NAMES
    ]
    return Reply(ask.messages.text("help", commands=join("\n", lines)))


def search(context: BotContext, ask: Ask) -> Reply:
    """An entity's card, or the entities that a name may mean."""
    if not ask.text:
        return Reply(ask.messages.text("search.how"))
    if len(ask.text) > LONGEST:
        return too_long(ask)
    glossary = context.glossary()
    found = find_name(glossary, ask.text)
    with context.database.read() as session:
        if found.entry is not None:
            return card(session, glossary, ask, found.entry)
        key = "search.several" if found.exact else "search.near"
        return choices(session, ask, found, key, Action.CARD)


def show_card(context: BotContext, ask: Ask, entity_id: int) -> Reply:
    """The card of an entity that was chosen by a button."""
    glossary = context.glossary()
    with context.database.read() as session:
        entry = entry_of_id(session, glossary, entity_id)
        return gone(ask) if entry is None else card(session, glossary, ask, entry)


def card(session: Session, glossary: Glossary, ask: Ask, entry: Entry) -> Reply:
    """All there is to know of how an entity is written, with a button to follow it, or to stop."""
    messages = ask.messages
    lines = [
        messages.text(
            "card.heading",
            name=entity_name(glossary, entry.slug, ask.language),
            type=messages.plain(f"type.{entry.type.value}"),
        )
    ]
    if entry.note:
        lines.append(escape(entry.note))
    wholes = entry.targets(RelationKind.PART_OF)
    if wholes:
        names = ", ".join(entity_name(glossary, slug, ask.language) for slug in wholes)
        lines.append(messages.text("card.part_of", names=names))
    lines += [Html(""), *(_forms(messages, entry, language) for language in Language)]
    return Reply(join("\n", lines), follow_buttons(session, ask, entry))


def _forms(messages: Messages, entry: Entry, language: Language) -> Html:
    """One language's line of a card: the form to use, the others, and those not to use."""
    name = messages.plain(f"language.{language.value}")
    preferred = entry.preferred(language)
    if preferred is None or preferred.status is FormStatus.REJECTED:
        parts = [messages.text("card.no_form", language=name)]
    else:
        key = "card.draft" if preferred.status is FormStatus.DRAFT else "card.forms"
        parts = [messages.text(key, language=name, form=preferred.text)]
    forms = [form for form in entry.forms_in(language) if form is not preferred and form.kind is not FormKind.ADJECTIVE]
    allowed = dict.fromkeys(form.text for form in forms if form.kind is not FormKind.FORBIDDEN)
    forbidden = dict.fromkeys(form.text for form in forms if form.kind is FormKind.FORBIDDEN)
    if allowed:
        parts.append(messages.text("card.other", forms=shorten(", ".join(allowed), 300)))
    if forbidden:
        parts.append(messages.text("card.forbidden", forms=shorten(", ".join(forbidden), 200)))
    return join(" · ", parts)


def follow_buttons(session: Session, ask: Ask, entry: Entry) -> tuple[Button, ...]:
    """The button to follow an entity, or to stop where the chat follows it; none for one that was just removed."""
    entity_id = ids_of(session, [entry]).get(entry.slug)
    if entity_id is None:
        return ()
    chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
    followed = list_subscriptions(session, chat.id or 0, ask.topic) if chat is not None else ()
    if any(one.target.slug == entry.slug for one in followed):
        return (Button(ask.messages.plain("button.stop_one"), encode(Action.LEAVE, entity_id)),)
    return (Button(ask.messages.plain("button.follow"), encode(Action.CARD_FOLLOW, entity_id)),)


def choices(session: Session, ask: Ask, found: Found, key: str, action: Action) -> Reply:
    """Buttons for what a name may mean; where it means nothing, that."""
    if not found.choices:
        return Reply(ask.messages.text("name.unknown", query=ask.text))
    ids = ids_of(session, found.choices)
    glossary = Glossary.of(found.choices)
    buttons = tuple(
        Button(shorten(_choice(ask, glossary, entry), 60), encode(action, ids[entry.slug]))
        for entry in found.choices
        if entry.slug in ids
    )
    return Reply(ask.messages.text(key, query=ask.text), buttons)


def _choice(ask: Ask, glossary: Glossary, entry: Entry) -> str:
    return f"{entity_title(glossary, entry.slug, ask.language)} · {ask.messages.plain(f'type.{entry.type.value}')}"


def figures(context: BotContext, ask: Ask) -> Reply:
    """The known figures: all of them, or those about an entity and its parts."""
    if len(ask.text) > LONGEST:
        return too_long(ask)
    glossary = context.glossary()
    found = find_name(glossary, ask.text) if ask.text else Found()
    entry = found.entry
    with context.database.read() as session:
        if ask.text and entry is None:
            key = "search.several" if found.exact else "search.near"
            return choices(session, ask, found, key, Action.CARD)
        known = [one for one in list_figures(session, glossary) if not one.retired and one.current is not None]
    if entry is not None:
        about = {entry.slug, *glossary.parts(entry.slug)}
        known = [one for one in known if one.subject in about or one.place in about]
    return Reply(_figure_list(ask, glossary, known, entry))


def _figure_list(ask: Ask, glossary: Glossary, known: list[FigureView], entry: Entry | None) -> Html:
    messages = ask.messages
    name = "" if entry is None else entity_name(glossary, entry.slug, ask.language)
    if not known:
        return messages.text("figures.none") if entry is None else messages.text("figures.none_for", name=name)
    if entry is None:
        heading = messages.plural("figures.heading", len(known))
    else:
        heading = messages.plural("figures.heading_for", len(known), name=name)
    lines = [heading, Html(""), *(_figure_line(ask, glossary, one) for one in known[:_FIGURES])]
    if len(known) > _FIGURES:
        lines.append(messages.plural("figures.more", len(known) - _FIGURES))
    return join("\n", lines)


def _figure_line(ask: Ask, glossary: Glossary, figure: FigureView) -> Html:
    messages, language = ask.messages, ask.language
    label = figure_label(
        figure.measure,
        figure.subject,
        figure.place,
        figure.scope.kind,
        language,
        glossary,
        days=(figure.scope.period_from, figure.scope.period_to),
    )
    current = quantity_text(figure.current, language, figure.measure) if figure.current else "–"
    notes = [messages.plural("figures.statements", len(figure.statements))]
    if figure.low is not None and figure.high is not None and figure.low != figure.high:
        span = range_text(figure.low, figure.high, figure.unit, language, figure.measure)
        notes.insert(0, messages.text("figures.range", range=span))
    return Html(f"{messages.text('figures.line', label=label, current=current)} ({join(', ', notes)})")


def export(context: BotContext, ask: Ask) -> Reply:
    """The glossary as a CSV file."""
    glossary = context.glossary()
    if not glossary.entries:
        return Reply(ask.messages.text("export.empty"))
    caption = ask.messages.plural("export.caption", len(glossary.entries))
    name = f"exonym-glossary-{context.clock():%Y-%m-%d}.csv"
    return Reply(caption, file=File(name, export_csv(glossary)))


def unknown_command(_context: BotContext, ask: Ask) -> Reply:
    """There is no such command; `text` is the command."""
    return Reply(ask.messages.text("unknown.command", command=shorten(ask.text, LONGEST)))


def unknown_content(_context: BotContext, ask: Ask) -> Reply:
    """A picture, a voice message: nothing that can be looked up."""
    return Reply(ask.messages.text("unknown.content"))


def too_long(ask: Ask) -> Reply:
    """A name of an article's length."""
    return Reply(ask.messages.text("name.long", limit=LONGEST))


def gone(ask: Ask) -> Reply:
    """What a button was about has been removed meanwhile."""
    return Reply(ask.messages.text("button.gone"), toast=ask.messages.plain("button.gone"))
