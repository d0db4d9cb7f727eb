"""The buttons of an alert: less of this, wrong, more. What an alert itself says is rendered in `bot.messages`."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session, col, select

from bot.digests import gathered
from bot.feedback import complain
from bot.latest import story_articles
from bot.messages.markup import join, shorten
from bot.messages.wording import entity_name
from bot.models import Channel, Delivery, Event, Pace, Role
from bot.news import News, news_from_json
from bot.subscriptions import Followed, Target, find_chat, find_subscription, keep_wishes, unfollow_id
from bot.telegram.buttons import Action, Press, encode
from bot.telegram.cards import article_line, gone
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.names import ids_of
from bot.telegram.roles import holders
from bot.telegram.wishes import follows_only_one_thing, target_name
from glossary.entries import Glossary
from glossary.models import Figure

#: What `more` names: articles of the story, entities and figures of the news.
_ARTICLES = 8
_CARDS = 4
_FIGURES = 3
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
    """Tell the editors that a message is wrong; the message stays, and a second tap is thanked for all the same."""
    with context.database.write() as session:
        delivery = _delivery(session, ask, delivery_id)
        if delivery is None:
            return replace(gone(ask), keep=True)
        editors = {one.user_id for role in Role for one in holders(session, context.settings, role)}
        first = complain(session, delivery, ask.user_id, editors=editors, now=context.clock())
    key = "button.wrong_told" if first else "button.wrong_known"
    return Reply(ask.messages.text(key), toast=ask.messages.plain(key), keep=True)


def more(context: BotContext, ask: Ask, delivery_id: int) -> Reply:
    """The articles of the story, and cards of what is in it; a new message."""
    glossary = context.glossary()
    with context.database.read() as session:
        delivery = _delivery(session, ask, delivery_id)
        event = session.get(Event, delivery.event_id) if delivery is not None and delivery.event_id else None
        if delivery is None or event is None:
            return replace(gone(ask), fresh=True)
        articles = story_articles(session, event.story_id, limit=_ARTICLES)
        ids = [event.id, *delivery.also]
        told = [news_from_json(one.news) for one in session.exec(select(Event).where(col(Event.id).in_(ids)))]
        buttons = _cards(session, glossary, ask, told)
    heading = ask.messages.plural("more.heading", len(articles))
    return Reply(join("\n", [heading, *(article_line(ask, one) for one in articles)]), buttons, fresh=True)


def _cards(session: Session, glossary: Glossary, ask: Ask, told: list[News]) -> tuple[Button, ...]:
    slugs = dict.fromkeys(
        mention.slug for news in told for mention in news.mentions if mention.slug in glossary.entries
    )
    ids = ids_of(session, [glossary[slug] for slug in list(slugs)[:_CARDS]])
    buttons = [
        Button(shorten(entity_name(glossary, slug, ask.language), 30), encode(Action.CARD_BELOW, number), at % 2 > 0)
        for at, (slug, number) in enumerate(ids.items())
    ]
    figure_ids = list(dict.fromkeys(figure.figure_id for news in told for figure in news.figures))[:_FIGURES]
    for number in figure_ids:
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
    told = gathered(session, delivery) if delivery.window_at is not None else [delivery]
    ids = dict.fromkeys(reason["subscription_id"] for one in told for reason in one.reasons)
    return [found for one in ids if (found := _subscription(session, ask, one)) is not None]


def _subscription(session: Session, ask: Ask, subscription_id: int) -> Followed | None:
    chat = find_chat(session, Channel.TELEGRAM, ask.chat_id)
    return find_subscription(session, chat.id or 0, ask.topic, subscription_id) if chat is not None else None
