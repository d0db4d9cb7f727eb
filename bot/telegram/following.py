"""Answers that change what a chat has: what it follows, and its language. In a group they are its administrators'."""

from __future__ import annotations

from sqlmodel import Session

from bot.messages import Messages
from bot.messages.markup import join, shorten
from bot.messages.wording import entity_name, entity_title
from bot.models import Channel, Chat, Pace
from bot.subscriptions import (
    Outcome,
    Target,
    UnknownTargetError,
    ensure_chat,
    find_chat,
    follow,
    list_subscriptions,
    unfollow,
    unfollow_all,
    unfollow_id,
)
from bot.telegram.buttons import Action, Press, encode
from bot.telegram.cards import card, choices, gone
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.names import LONGEST, entry_of_id, find_name, ids_of
from bot.telegram.wishes import pace_text, target_name, told
from glossary.entries import Entry, Glossary
from glossary.words import EntityType
from translations.languages import Language

#: The most subscriptions that get a button of their own; Telegram allows a hundred buttons.
_BUTTONS = 50
# The kind that a button names beside the types.
_GLOSSARY = "glossary"


def subscribe(context: BotContext, ask: Ask) -> Reply:
    """Follow an entity's mentions and figures, and its parts."""
    if not ask.text:
        return Reply(ask.messages.text("subscribe.how"), _kinds(ask.messages))
    if len(ask.text) > LONGEST:
        return Reply(ask.messages.text("name.long", limit=LONGEST))
    kind = _kind_named(ask.text)
    if kind is not None:
        return _follow_kind(context, ask, kind)
    glossary = context.glossary()
    found = find_name(glossary, ask.text)
    with context.database.write() as session:
        if found.entry is None:
            key = "subscribe.which" if found.exact else "subscribe.near"
            return choices(session, ask, found, key, Action.FOLLOW)
        try:
            outcome = _follow(session, context, ask, found.entry)
        except UnknownTargetError:
            return gone(ask)  # removed since the snapshot was taken
        key = "subscribe.already" if outcome is Outcome.SAME else "subscribe.done"
        return _followed(session, glossary, ask, found.entry, key)


def _kinds(messages: Messages) -> tuple[Button, ...]:
    """Buttons to follow everything of a type, or the changes of the glossary."""
    buttons = [
        Button(messages.plain(f"types.{type_.value}"), encode(Action.FOLLOW_KIND, type_.value), beside=number % 2 > 0)
        for number, type_ in enumerate(EntityType)
        if type_ is not EntityType.OTHER
    ]
    return (*buttons, Button(messages.plain("subscriptions.glossary"), encode(Action.FOLLOW_KIND, _GLOSSARY)))


def _kind_named(text: str) -> Target | None:
    """What everything of a type, or the glossary's changes, is called in any of the languages; else None."""
    wanted = text.casefold()
    for language in Language:
        messages = Messages(language)
        for type_ in EntityType:
            if wanted == messages.plain(f"types.{type_.value}").casefold():
                return Target(type=type_)
        if wanted == messages.plain("subscriptions.glossary").casefold():
            return Target(glossary=True)
    return None


def follow_kind(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Follow everything of a type, or the glossary's changes, by a button."""
    if press.argument == _GLOSSARY:
        return _follow_kind(context, ask, Target(glossary=True))
    if press.argument not in set(EntityType):
        return gone(ask)
    return _follow_kind(context, ask, Target(type=EntityType(press.argument)))


def _follow_kind(context: BotContext, ask: Ask, target: Target) -> Reply:
    with context.database.write() as session:
        chat = _chat(session, context, ask)
        outcome = follow(session, chat.id or 0, ask.topic, target, now=context.clock())
        followed = list_subscriptions(session, chat.id or 0, ask.topic)
        (subscription_id,) = (one.id for one in followed if one.target == target)
        name = target_name(session, context.glossary(), ask.messages, target)
    key = "subscribe.already" if outcome is Outcome.SAME else "subscribe.kind_done"
    buttons = (
        Button(ask.messages.plain("button.wishes"), encode(Action.SUBSCRIPTION, subscription_id)),
        Button(ask.messages.plain("button.stop_one"), encode(Action.STOP, subscription_id), beside=True),
    )
    return Reply(ask.messages.text(key, name=name), buttons)


def follow_chosen(context: BotContext, ask: Ask, entity_id: int) -> Reply:
    """Follow the entity that was chosen by a button. A second tap says the same again."""
    glossary = context.glossary()
    with context.database.write() as session:
        entry = entry_of_id(session, glossary, entity_id)
        if entry is None:
            return gone(ask)
        _follow(session, context, ask, entry)
        return _followed(session, glossary, ask, entry, "subscribe.done")


def follow_from_card(context: BotContext, ask: Ask, entity_id: int) -> Reply:
    """Follow the entity of a card; the card stays, with the button to stop."""
    glossary = context.glossary()
    with context.database.write() as session:
        entry = entry_of_id(session, glossary, entity_id)
        if entry is None:
            return gone(ask)
        _follow(session, context, ask, entry)
        shown = card(session, glossary, ask, entry)
        return Reply(shown.html, shown.buttons, toast=_toast(ask, "button.followed", glossary, entry))


def _follow(session: Session, context: BotContext, ask: Ask, entry: Entry) -> Outcome:
    chat = _chat(session, context, ask)
    return follow(session, chat.id or 0, ask.topic, Target(slug=entry.slug), now=context.clock())


def _chat(session: Session, context: BotContext, ask: Ask) -> Chat:
    return ensure_chat(
        session, Channel.TELEGRAM, ask.chat_id, language=ask.language, now=context.clock(), title=ask.title
    )


def _followed(session: Session, glossary: Glossary, ask: Ask, entry: Entry, key: str) -> Reply:
    lines = [ask.messages.text(key, name=entity_title(glossary, entry.slug, ask.language))]
    chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
    followed = list_subscriptions(session, chat.id or 0, ask.topic) if chat is not None else ()
    subscription_id = next((one.id for one in followed if one.target.slug == entry.slug), 0)
    parts = len(glossary.parts(entry.slug))
    if parts:
        lines.append(ask.messages.plural("subscribe.parts", parts))
    stop = Button(ask.messages.plain("button.stop_one"), encode(Action.LEAVE, ids_of(session, [entry])[entry.slug]))
    wishes = Button(ask.messages.plain("button.wishes"), encode(Action.SUBSCRIPTION, subscription_id), beside=True)
    return Reply(join("\n", lines), (stop, wishes), toast=_toast(ask, "button.followed", glossary, entry))


def _toast(ask: Ask, key: str, glossary: Glossary, entry: Entry) -> str:
    return ask.messages.plain(key, name=shorten(entity_name(glossary, entry.slug, ask.language), 100))


def unsubscribe(context: BotContext, ask: Ask) -> Reply:
    """Stop following an entity; without a name, buttons to choose what stops."""
    if not ask.text:
        with context.database.read() as session:
            listed = _listed(session, context.glossary(), ask, stopping=True)
        if not listed.buttons:
            return listed
        return Reply(join("\n\n", [listed.html, ask.messages.text("unsubscribe.which")]), listed.buttons)
    if len(ask.text) > LONGEST:
        return Reply(ask.messages.text("name.long", limit=LONGEST))
    glossary = context.glossary()
    found = find_name(glossary, ask.text)
    with context.database.write() as session:
        candidates = (found.entry,) if found.entry is not None else found.choices if found.exact else ()
        chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
        stopped = [entry for entry in candidates if chat is not None and _unfollow(session, chat, ask, entry)]
        if stopped:
            names = ", ".join(entity_title(glossary, entry.slug, ask.language) for entry in stopped)
            return Reply(ask.messages.text("unsubscribe.done", name=names))
        if not candidates:
            return choices(session, ask, found, "subscribe.near", Action.LEAVE)
        return Reply(
            ask.messages.text("unsubscribe.not", name=entity_title(glossary, candidates[0].slug, ask.language))
        )


def _unfollow(session: Session, chat: Chat, ask: Ask, entry: Entry) -> bool:
    try:
        return unfollow(session, chat.id or 0, ask.topic, Target(slug=entry.slug))
    except UnknownTargetError:
        return False  # the subscription went with the entity


def leave(context: BotContext, ask: Ask, entity_id: int) -> Reply:
    """Stop following an entity, by its button; offers to follow it again."""
    glossary = context.glossary()
    with context.database.write() as session:
        entry = entry_of_id(session, glossary, entity_id)
        if entry is None:
            return gone(ask)
        chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
        if chat is not None:
            _unfollow(session, chat, ask, entry)
    again = Button(ask.messages.plain("button.follow"), encode(Action.FOLLOW, entity_id))
    name = entity_title(glossary, entry.slug, ask.language)
    return Reply(
        ask.messages.text("unsubscribe.done", name=name),
        (again,),
        toast=_toast(ask, "button.stopped", glossary, entry),
    )


def subscriptions(context: BotContext, ask: Ask) -> Reply:
    """What the chat and topic follows, each with a button to its card."""
    glossary = context.glossary()
    with context.database.read() as session:
        return _listed(session, glossary, ask)


def list_from_alert(context: BotContext, ask: Ask) -> Reply:
    """The subscriptions, as a new message below the alert that asked for them."""
    listed = subscriptions(context, ask)
    return Reply(listed.html, listed.buttons, fresh=True)


def stop(context: BotContext, ask: Ask, subscription_id: int) -> Reply:
    """Stop a subscription by its button in the list; the list that is left."""
    glossary = context.glossary()
    with context.database.write() as session:
        chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
        stopped = unfollow_id(session, chat.id or 0, ask.topic, subscription_id) if chat is not None else None
        left = _listed(session, glossary, ask)
        toast = ask.messages.plain("button.gone")
        if stopped is not None:
            name = shorten(target_name(session, glossary, ask.messages, stopped), 100)
            toast = ask.messages.plain("button.stopped", name=name)
        return Reply(left.html, left.buttons, toast=toast)


def stop_all(context: BotContext, ask: Ask) -> Reply:
    """Stop everything that the chat and topic follows."""
    with context.database.write() as session:
        chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
        count = unfollow_all(session, chat.id or 0, ask.topic) if chat is not None else 0
    return Reply(ask.messages.plural("unsubscribe.all", count))


def _listed(session: Session, glossary: Glossary, ask: Ask, *, stopping: bool = False) -> Reply:
    """The subscriptions, each with a button that opens its card, or stops it."""
    chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
    followed = list_subscriptions(session, chat.id or 0, ask.topic) if chat is not None else ()
    if chat is None or not followed:
        return Reply(ask.messages.text("subscriptions.none"))
    names = {one.id: target_name(session, glossary, ask.messages, one.target) for one in followed}
    lines = [ask.messages.plural("subscriptions.heading", len(followed))]
    for one in followed:
        what = told(glossary, ask.messages, one)
        if one.pace is not Pace.AT_ONCE:
            what = join(", ", [what, pace_text(ask.messages, one.pace, chat)])
        lines.append(ask.messages.text("subscriptions.line", name=names[one.id], what=what))
    action, label = (Action.STOP, "button.stop") if stopping else (Action.SUBSCRIPTION, "button.subscription")
    buttons = [
        Button(ask.messages.plain(label, name=shorten(names[one.id], 50)), encode(action, one.id))
        for one in followed[:_BUTTONS]
    ]
    if len(followed) > 1:
        buttons.append(Button(ask.messages.plain("button.stop_all"), encode(Action.STOP_ALL)))
    return Reply(join("\n", lines), tuple(buttons))


def language(context: BotContext, ask: Ask) -> Reply:
    """Choose the language, by its name or code, or by buttons that say each in itself."""
    wanted = ask.text.casefold()
    for one in Language:
        if wanted and wanted in {one.value, one.own_name.casefold(), one.english_name.casefold()}:
            return set_language(context, ask, one.value)
    buttons = tuple(Button(one.own_name, encode(Action.LANGUAGE, one.value)) for one in Language)
    return Reply(ask.messages.text("language.which"), buttons)


def set_language(context: BotContext, ask: Ask, code: str) -> Reply:
    """Answer and alert in a language from now on."""
    if code not in set(Language):
        return gone(ask)
    chosen = Language(code)
    with context.database.write() as session:
        _chat(session, context, ask).language = chosen
    return Reply(Messages(chosen).text("language.set"))
