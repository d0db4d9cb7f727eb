"""The buttons of an alert and of a digest: less of this, wrong, more. What they say is rendered in `bot.messages`."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.delivery import news_of
from bot.digests import gathered, is_correction
from bot.feedback import complain
from bot.glossary_news import changes_from_json
from bot.latest import story_articles
from bot.messages import Html
from bot.messages.markup import join, shorten
from bot.messages.wording import entity_name
from bot.models import Channel, Delivery, Event, GlossaryEdits, Pace, Role
from bot.subscriptions import Followed, Target, find_chat, find_subscription, keep_wishes, unfollow_id
from bot.telegram.buttons import Action, Press, encode
from bot.telegram.cards import article_line, gone
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.names import ids_of
from bot.telegram.roles import holders
from bot.telegram.wishes import follows_only_one_thing, target_name
from glossary.entries import Glossary
from glossary.models import Figure

#: What `more` names: articles of the story, or of each story of a digest; entities and figures of the news.
_ARTICLES = 8
_ARTICLES_EACH = 3
#: More articles of a story are not counted.
_MOST_ARTICLES = 50
_CARDS = 4
_FIGURES = 3
#: How many times as many cards a digest has.
_DIGEST = 2
#: The items of a digest from which `wrong` lets choose; corrections come beside the twelve.
_ITEMS = 30
_LONGEST_ITEM = 60
#: The most subscriptions that `less` offers to choose from.
_REASONS = 8


def less(context: BotContext, ask: Ask, delivery_id: int) -> Reply:
    """Why this message came, and how to get less of it; a new message, so that the alert stays."""
    glossary = context.glossary()
    with context.database.read() as session:
        delivery = _delivery(session, ask, delivery_id)
        reasons = _reasons(session, ask, delivery) if delivery is not None else []
        if not reasons:
            return replace(gone(ask), fresh=True)
        if len(reasons) == 1:
            return replace(_offers(session, glossary, ask, reasons[0]), fresh=True)
        names = [(one.id, target_name(session, glossary, ask.messages, one.target)) for one in reasons[:_REASONS]]
        buttons = tuple(Button(shorten(name, 60), encode(Action.LESS_OF, number)) for number, name in names)
        return Reply(ask.messages.text("less.which"), buttons, fresh=True)


def less_of(context: BotContext, ask: Ask, subscription_id: int) -> Reply:
    """What can be done about one subscription of which an alert told."""
    glossary = context.glossary()
    with context.database.read() as session:
        found = _subscription(session, ask, subscription_id)
        return _offers(session, glossary, ask, found) if found is not None else gone(ask)


def do_less(context: BotContext, ask: Ask, press: Press) -> Reply:
    """Only figures, or a daily digest, or nothing more of a subscription. A second tap says the same again."""
    number, _, what = press.argument.partition(".")
    subscription_id = Press(press.action, number).id
    glossary = context.glossary()
    with context.database.write() as session:
        found = _subscription(session, ask, subscription_id)
        chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
        if found is None or chat is None or what not in {"figures", "daily", "stop"}:
            return gone(ask)
        name = target_name(session, glossary, ask.messages, found.target)
        if what == "stop":
            unfollow_id(session, chat.id or 0, ask.topic, found.id)
            return Reply(ask.messages.text("unsubscribe.done", name=name))
        wanted = replace(found, mentions=False, figures=True) if what == "figures" else replace(found, pace=Pace.DAILY)
        keep_wishes(session, chat.id or 0, ask.topic, wanted)
        card = Button(ask.messages.plain("button.wishes"), encode(Action.SUBSCRIPTION, found.id))
        if what == "figures":
            return Reply(ask.messages.text("less.figures_done", name=name), (card,))
        return Reply(ask.messages.text("less.daily_done", name=name, hour=f"{chat.digest_hour}:00"), (card,))


def _offers(session: Session, glossary: Glossary, ask: Ask, found: Followed) -> Reply:
    messages = ask.messages
    buttons = []
    if found.mentions and found.figures and not follows_only_one_thing(found):
        buttons.append(Button(messages.plain("button.only_figures"), encode(Action.DO_LESS, f"{found.id}.figures")))
    if found.pace is not Pace.DAILY:
        buttons.append(Button(messages.plain("button.daily_digest"), encode(Action.DO_LESS, f"{found.id}.daily")))
    buttons.append(Button(messages.plain("button.stop_this"), encode(Action.DO_LESS, f"{found.id}.stop")))
    name = target_name(session, glossary, messages, found.target)
    return Reply(messages.text("less.offers", name=name), tuple(buttons))


def wrong(context: BotContext, ask: Ask, delivery_id: int) -> Reply:
    """Tell the editors that a message is wrong; the message stays, and a second tap is thanked for all the same.

    Of a digest it is asked first which of its items.
    """
    with context.database.write() as session:
        delivery = _delivery(session, ask, delivery_id)
        items = _items(session, delivery) if delivery is not None else []
        if len(items) > 1:
            labels = [(one.id or 0, _label(session, context, ask, one)) for one in items[:_ITEMS]]
            buttons = tuple(Button(label, encode(Action.WRONG_ITEM, number)) for number, label in labels)
            return Reply(ask.messages.text("wrong.which"), buttons, fresh=True)
        if not items:
            return replace(gone(ask), keep=True)
        key = _complain(session, context, ask, items[0])
    return Reply(ask.messages.text(key), toast=ask.messages.plain(key), keep=True)


def wrong_item(context: BotContext, ask: Ask, delivery_id: int) -> Reply:
    """Tell the editors that one item of a digest is wrong; the question becomes the thanks."""
    with context.database.write() as session:
        item = _delivery(session, ask, delivery_id)
        if item is None:
            return replace(gone(ask), keep=True)
        key = _complain(session, context, ask, item)
        label = _label(session, context, ask, item)
    thanks = ask.messages.text("wrong.item", thanks=ask.messages.text(key), item=label)
    return Reply(thanks, toast=ask.messages.plain(key))


def _complain(session: Session, context: BotContext, ask: Ask, delivery: Delivery) -> str:
    """Note it and have the editors told; the key of the thanks."""
    editors = {one.user_id for role in Role for one in holders(session, context.settings, role)}
    first = complain(session, delivery, ask.user_id, editors=editors, now=context.clock())
    return "button.wrong_told" if first else "button.wrong_known"


def _items(session: Session, delivery: Delivery) -> list[Delivery]:
    """What a digest tells, or an alert, which tells itself."""
    return gathered(session, delivery) if delivery.window_at is not None else [delivery]


def _label(session: Session, context: BotContext, ask: Ask, item: Delivery) -> str:
    """An item of a digest as a button names it: by its headline, or by the entries whose forms were changed."""
    if item.edits_id is not None:
        changes = changes_from_json(session.get_one(GlossaryEdits, item.edits_id).changes)
        glossary = context.glossary()
        names = dict.fromkeys(entity_name(glossary, one.slug, ask.language) for one in changes)
        return shorten(ask.messages.plain("wrong.forms", names=", ".join(names)), _LONGEST_ITEM)
    told = news_of(session, item)
    title = (told[0].title or told[0].url) if told else ask.messages.plain("button.gone")
    if is_correction(item):
        title = ask.messages.plain("wrong.correction", title=title)
    return shorten(title, _LONGEST_ITEM)


def more(context: BotContext, ask: Ask, delivery_id: int) -> Reply:
    """The articles of the story, or of the stories of a digest, and cards of what is in them; a new message."""
    glossary = context.glossary()
    with context.database.read() as session:
        delivery = _delivery(session, ask, delivery_id)
        items = [one for one in _items(session, delivery) if one.event_id is not None] if delivery is not None else []
        if not items:
            return replace(gone(ask), fresh=True)
        digest = delivery is not None and delivery.window_at is not None
        listed, count = _articles(session, ask, items, _ARTICLES_EACH if digest else _ARTICLES)
        buttons = _cards(session, glossary, ask, items, _DIGEST if digest else 1)
    return Reply(join("\n\n", [ask.messages.plural("more.heading", count), *listed]), buttons, fresh=True)


def _articles(session: Session, ask: Ask, items: list[Delivery], most: int) -> tuple[list[Html], int]:
    """The articles of each story, so many of each, and how many they are in all."""
    events = (session.get(Event, one.event_id) for one in items)
    stories = dict.fromkeys(one.story_id for one in events if one is not None)
    listed, count = [], 0
    for story_id in stories:
        articles = story_articles(session, story_id, limit=_MOST_ARTICLES)
        count += len(articles)
        lines = [article_line(ask, one) for one in articles[:most]]
        if len(articles) > most:
            lines.append(ask.messages.plural("alert.more_articles", len(articles) - most))
        if lines:
            listed.append(join("\n", lines))
    return listed, count


def _cards(session: Session, glossary: Glossary, ask: Ask, items: list[Delivery], times: int) -> tuple[Button, ...]:
    """Buttons to the cards of what was told, first of what is followed; `times` as many as of one alert."""
    told = [news for one in items for news in news_of(session, one)]
    followed = [reason.get("via") or reason["slug"] for one in items for reason in one.reasons]
    slugs = dict.fromkeys(
        slug
        for slug in [*followed, *(mention.slug for news in told for mention in news.mentions)]
        if slug in glossary.entries
    )
    chosen = list(slugs)[: _CARDS * times]
    ids = ids_of(session, [glossary[slug] for slug in chosen])
    buttons = [
        Button(shorten(entity_name(glossary, slug, ask.language), 30), encode(Action.CARD_BELOW, ids[slug]), at % 2 > 0)
        for at, slug in enumerate(slug for slug in chosen if slug in ids)
    ]
    figure_ids = list(dict.fromkeys(figure.figure_id for news in told for figure in news.figures))
    for number in figure_ids[: _FIGURES * times]:
        if session.get(Figure, number) is not None:  # else it has been merged
            label = target_name(session, glossary, ask.messages, Target(figure_id=number))
            buttons.append(Button(shorten(label, 60), encode(Action.FIGURE, number)))
    return tuple(buttons)


def _delivery(session: Session, ask: Ask, delivery_id: int) -> Delivery | None:
    """A message of this chat and topic; a button of another chat's message is none of it."""
    chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
    delivery = session.get(Delivery, delivery_id)
    mine = chat is not None and delivery is not None and delivery.chat_id == chat.id and delivery.topic == ask.topic
    return delivery if mine else None


def _reasons(session: Session, ask: Ask, delivery: Delivery) -> list[Followed]:
    """The subscriptions for which a message came, or what is in a digest; those that there still are."""
    ids = dict.fromkeys(reason["subscription_id"] for one in _items(session, delivery) for reason in one.reasons)
    return [found for one in ids if (found := _subscription(session, ask, one)) is not None]


def _subscription(session: Session, ask: Ask, subscription_id: int) -> Followed | None:
    chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
    return find_subscription(session, chat.id or 0, ask.topic, subscription_id) if chat is not None else None
