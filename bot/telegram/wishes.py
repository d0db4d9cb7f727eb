"""The card of one subscription: what of it is told, when, from which articles. Its buttons say how things stand.

A button sets a wish and does not turn it round, so that two taps are one.
"""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.messages import Html, Messages, figure_label
from bot.messages.markup import join
from bot.messages.wording import entity_title
from bot.models import Channel, Chat, Pace
from bot.subscriptions import Followed, Target, find_chat, find_subscription, keep_wishes
from bot.telegram.buttons import Action, Press, encode
from bot.telegram.cards import gone
from bot.telegram.context import Ask, BotContext, Button, Reply
from glossary.entries import Glossary
from glossary.models import Entity, Figure
from translations.languages import Language

_SOURCES = (1, 2, 3)
_KINDS = ("mentions", "figures", "parts", "changes")


def show_subscription(context: BotContext, ask: Ask, subscription_id: int) -> Reply:
    """The card of a subscription."""
    glossary = context.glossary()
    with context.database.read() as session:
        return _card(session, glossary, ask, subscription_id)


def set_wish(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Set one wish of a subscription; its argument is the subscription's id, the wish and its value."""
    number, _, rest = press.argument.partition(".")
    name, _, value = rest.partition(".")
    subscription_id = Press(press.action, number).id
    glossary = context.glossary()
    with context.database.write() as session:
        chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
        found = find_subscription(session, chat.id or 0, ask.topic, subscription_id) if chat is not None else None
        wanted = _wanted(found, name, value) if found is not None else None
        if chat is None or wanted is None:
            return gone(ask)
        kept = keep_wishes(session, chat.id or 0, ask.topic, wanted)
        shown = _card(session, glossary, ask, subscription_id)
        # Nothing left to tell is no wish; the card stays as it is.
        return shown if kept == wanted else replace(shown, toast=ask.messages.plain("wishes.nothing_left"), keep=True)


def _wanted(found: Followed, name: str, value: str) -> Followed | None:
    """A subscription with one wish set; None for a wish or value that there is not."""
    on = value == "1"
    match name:
        case "mentions":
            return replace(found, mentions=on)
        case "figures":
            return replace(found, figures=on)
        case "parts":
            return replace(found, parts=on)
        case "changes":
            return replace(found, changes=on)
        case "pace" if value in set(Pace):
            return replace(found, pace=Pace(value))
        case "sources" if value in {str(one) for one in _SOURCES}:
            return replace(found, sources=int(value))
        case _ if name in set(Language):
            changed = found.languages | {Language(name)} if on else found.languages - {Language(name)}
            # All of them is no choice.
            return replace(found, languages=frozenset() if len(changed) == len(Language) else changed)
    return None


def follows_only_one_thing(found: Followed) -> bool:
    """Whether there is nothing to choose of what is told: one figure, or the glossary's changes."""
    return found.target.figure_id is not None or found.target.glossary


def _card(session: Session, glossary: Glossary, ask: Ask, subscription_id: int) -> Reply:
    chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
    found = find_subscription(session, chat.id or 0, ask.topic, subscription_id) if chat is not None else None
    if chat is None or found is None:
        return gone(ask)
    messages = ask.messages
    lines = [messages.text("wishes.heading", name=target_name(session, glossary, messages, found.target))]
    if not follows_only_one_thing(found):
        lines.append(messages.text("wishes.what", what=told(glossary, messages, found)))
    lines.append(messages.text("wishes.when", when=pace_text(messages, found.pace, chat)))
    if not found.target.glossary:
        lines.append(messages.text("wishes.languages", languages=_languages(messages, found)))
        lines.append(messages.plural("wishes.sources", found.sources))
    return Reply(join("\n", lines), tuple(_buttons(glossary, messages, found, chat)))


def told(glossary: Glossary, messages: Messages, found: Followed) -> Html:
    """What of a subscription is told, in words."""
    if found.target.figure_id is not None:
        return messages.text("subscriptions.figure")
    if found.target.glossary:
        return messages.text("subscriptions.changes")
    wishes = {"mentions": found.mentions, "figures": found.figures, "changes": found.changes}
    wishes["parts"] = found.parts and _has_parts(glossary, found)
    return join(", ", [messages.text(f"subscriptions.{name}") for name in _KINDS if wishes[name]])


def _has_parts(glossary: Glossary, found: Followed) -> bool:
    return found.target.slug is not None and bool(glossary.parts(found.target.slug))


def pace_text(messages: Messages, pace: Pace, chat: Chat) -> Html:
    """When a chat is told, in words."""
    return messages.text(f"pace.{pace.value}", hour=f"{chat.digest_hour}:00")


def _languages(messages: Messages, found: Followed) -> str:
    if not found.languages:
        return messages.plain("wishes.all_languages")
    return ", ".join(messages.plain(f"language.{one.value}") for one in Language if one in found.languages)


def _buttons(glossary: Glossary, messages: Messages, found: Followed, chat: Chat) -> list[Button]:
    buttons = []

    def add(label: str, wish: str, *, chosen: bool, beside: bool) -> None:
        data = encode(Action.WISH, f"{found.id}.{wish}")
        buttons.append(Button(marked(label, chosen=chosen), data, beside))

    if not follows_only_one_thing(found):
        kinds = [one for one in _KINDS if one != "parts" or _has_parts(glossary, found)]
        for at, kind in enumerate(kinds):
            on: bool = getattr(found, kind)
            add(messages.plain(f"subscriptions.{kind}"), f"{kind}.{int(not on)}", chosen=on, beside=at % 2 > 0)
    for pace in Pace:
        label = messages.plain(f"pace.{pace.value}", hour=f"{chat.digest_hour}:00")
        add(label, f"pace.{pace.value}", chosen=found.pace is pace, beside=pace is not Pace.AT_ONCE)
    if not found.target.glossary:
        for at, one in enumerate(Language):
            on = one in found.languages
            add(one.own_name, f"{one.value}.{int(not on)}", chosen=on, beside=at % 2 > 0)
        for number in _SOURCES:
            label = messages.plain_plural("wishes.sources_button", number)
            add(label, f"sources.{number}", chosen=found.sources == number, beside=number > 1)
    buttons.append(Button(messages.plain("button.stop_one"), encode(Action.STOP, found.id)))
    buttons.append(Button(messages.plain("button.back"), encode(Action.LIST_HERE), beside=True))
    return buttons


def marked(label: str, *, chosen: bool) -> str:
    """The label of a choice."""
    return f"✓ {label}" if chosen else label


def target_name(session: Session, glossary: Glossary, messages: Messages, target: Target) -> str:
    """What is followed, by name."""
    if target.slug is not None:
        return entity_title(glossary, target.slug, messages.language)
    if target.figure_id is not None:
        return _figure_name(session, glossary, messages, target.figure_id)
    if target.glossary:
        return messages.plain("subscriptions.glossary")
    return messages.plain("subscriptions.type", type=messages.plain(f"type.{target.type}"))


def _figure_name(session: Session, glossary: Glossary, messages: Messages, figure_id: int) -> str:
    figure = session.get_one(Figure, figure_id)
    subject = session.get_one(Entity, figure.subject_id).slug
    place = session.get_one(Entity, figure.place_id).slug if figure.place_id is not None else None
    return figure_label(
        figure.measure,
        subject,
        place,
        figure.scope,
        messages.language,
        glossary,
        days=(figure.period_from, figure.period_to),
    )
