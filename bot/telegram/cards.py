"""The card of an entity: how it is written in four languages, what was last read of it, what can be done with it."""

from __future__ import annotations

from sqlmodel import Session

from bot.latest import LatestArticle, latest_articles
from bot.messages import Html, Messages
from bot.messages.markup import escape, join, link, shorten
from bot.messages.wording import date_text, entity_name, entity_title
from bot.models import Channel, Role
from bot.subscriptions import find_chat, list_subscriptions
from bot.telegram.buttons import Action, encode
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.names import Found, entry_of_id, ids_of
from glossary.entries import Entry, Glossary
from glossary.figure_views import has_figures
from glossary.words import FormKind, FormStatus, RelationKind
from translations.languages import Language

#: The articles that a card names; its button shows more.
_LATEST = 3
_LONGEST_TITLE = 150


def show_card(context: BotContext, ask: Ask, entity_id: int, *, fresh: bool = False) -> Reply:
    """The card of an entity that was chosen by a button; `fresh` leaves the message with the button as it is."""
    glossary = context.glossary()
    with context.database.read() as session:
        entry = entry_of_id(session, glossary, entity_id)
        if entry is None:
            return gone(ask)
        shown = card(session, glossary, ask, entry)
        return Reply(shown.html, shown.buttons, fresh=fresh)


def card(session: Session, glossary: Glossary, ask: Ask, entry: Entry) -> Reply:
    """All there is to know of how an entity is written, the newest articles, and buttons for the rest."""
    messages = ask.messages
    lines = [
        messages.text(
            "card.heading",
            name=entity_name(glossary, entry.slug, ask.language),
            type=messages.plain(f"type.{entry.type.value}"),
        )
    ]
    if entry.note:
        lines.append(escape(shorten(entry.note, 500)))
    wholes = entry.targets(RelationKind.PART_OF)
    if wholes:
        names = ", ".join(entity_name(glossary, slug, ask.language) for slug in wholes)
        lines.append(messages.text("card.part_of", names=names))
    lines += [Html(""), *(_forms(messages, entry, language) for language in Language)]
    page = latest_articles(session, about=_about(glossary, entry), limit=_LATEST)
    if page.articles:
        lines += [Html(""), messages.text("card.latest"), *(article_line(ask, one) for one in page.articles)]
    return Reply(join("\n", lines), _buttons(session, glossary, ask, entry, read_of=bool(page.articles)))


def _about(glossary: Glossary, entry: Entry) -> frozenset[str]:
    return glossary.parts(entry.slug) | {entry.slug}


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


def article_line(ask: Ask, article: LatestArticle) -> Html:
    """An article of a list: its day, its headline as a link, its outlet."""
    return ask.messages.text(
        "article.line",
        day=date_text((article.published or article.seen).date(), ask.language),
        title=link(article.url, shorten(article.title or article.url, _LONGEST_TITLE)),
        outlet=shorten(article.outlet, 60),
    )


def _buttons(session: Session, glossary: Glossary, ask: Ask, entry: Entry, *, read_of: bool) -> tuple[Button, ...]:
    """To follow or stop; to see articles and figures where there are any; to edit, for editors; for
    others, to tell the editors that a form is wrong.

    None for an entity that was just removed.
    """
    entity_id = ids_of(session, [entry]).get(entry.slug)
    if entity_id is None:
        return ()
    messages = ask.messages
    buttons = [follow_button(session, ask, entry, entity_id)]
    if read_of:
        buttons.append(Button(messages.plain("button.articles"), encode(Action.ARTICLES, entity_id), beside=False))
    about = _about(glossary, entry)
    if has_figures(session, about):
        buttons.append(Button(messages.plain("button.figures"), encode(Action.FIGURES, entity_id), beside=read_of))
    if ask.may(Role.EDITOR):
        buttons.append(Button(messages.plain("button.edit"), ask.own(Action.EDIT_BELOW, entity_id)))
    else:
        buttons.append(Button(messages.plain("button.wrong"), encode(Action.WRONG_ENTITY, entity_id)))
    return tuple(buttons)


def follow_button(session: Session, ask: Ask, entry: Entry, entity_id: int) -> Button:
    """To follow an entity, or to stop where the chat follows it."""
    chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
    followed = list_subscriptions(session, chat.id or 0, ask.topic) if chat is not None else ()
    if any(one.target.slug == entry.slug for one in followed):
        return Button(ask.messages.plain("button.stop_one"), encode(Action.LEAVE, entity_id))
    return Button(ask.messages.plain("button.follow"), encode(Action.CARD_FOLLOW, entity_id))


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


def gone(ask: Ask) -> Reply:
    """What a button was about has been removed meanwhile."""
    return Reply(ask.messages.text("button.gone"), toast=ask.messages.plain("button.gone"))
