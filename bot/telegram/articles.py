"""An article that somebody forwards, pastes or links: its names with the forms to use, its figures, and what is new.

Nothing of it is stored: it is analysed as `exonym analyze` does, and compared with what is known.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Sequence

from bot.articles import Article, ArticleDraft, EmptyArticleError, UnsupportedLanguageError, accept
from bot.drafts import draft_of_page
from bot.messages import Html, figure_label, quantity_text
from bot.messages.markup import join, shorten
from bot.messages.sayings import say
from bot.messages.wording import entity_name, entity_title
from bot.polling import is_url
from bot.sources.errors import SourceError
from bot.sources.fetching import Fetcher
from bot.telegram.buttons import Action, encode
from bot.telegram.context import Ask, BotContext, Button, Reply
from bot.telegram.names import LONGEST, ids_of
from bot.telegram.reading import search
from glossary.entries import Glossary
from glossary.figures import FigureChange, compare_statements
from glossary.matching import FoundMention
from glossary.proposing import propose_names
from glossary.statements import StatementDraft, read_statements
from glossary.words import NEWS, FormKind
from translations.languages import Language

_NAMES = 25  # entities that are listed, the most mentioned first
_BUTTONS = 6
_FIGURES = 15
_CANDIDATES = 12
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


def message(context: BotContext, ask: Ask) -> Reply | None:
    """What is written without a command: a link or an article is read, anything shorter is a name to look up."""
    written = ask.text.strip()
    if _LINK.fullmatch(written):
        return _linked(context, ask, written)
    if ask.forwarded is not None or len(written) > LONGEST or "\n" in written:
        return _pasted(context, ask, written)
    return search(context, ask)


def _linked(context: BotContext, ask: Ask, address: str) -> Reply:
    if not is_url(address):
        return Reply(ask.messages.text("article.no_link"))

    async def fetch() -> ArticleDraft:
        async with Fetcher(context.settings.allow_private_sources) as fetcher:
            return draft_of_page(await fetcher.fetch(address), context.clock())

    try:
        draft = asyncio.run(fetch())  # answers run in a thread, which has no loop of its own
    except SourceError as error:
        reason = shorten(say(ask.messages, error.problem), 300)
        return Reply(ask.messages.text("article.unread", reason=reason))
    return _analysed(context, ask, draft)


def _pasted(context: BotContext, ask: Ask, text: str) -> Reply:
    now = context.clock()
    title = shorten(text.partition("\n")[0], 200)
    outlet = ask.forwarded.outlet if ask.forwarded else ""
    published = ask.forwarded.at if ask.forwarded else None
    return _analysed(context, ask, ArticleDraft("", title, text, published, now, outlet))


def _analysed(context: BotContext, ask: Ask, draft: ArticleDraft) -> Reply:
    messages = ask.messages
    try:
        article = accept(draft)
    except EmptyArticleError:
        return Reply(messages.text("article.empty"))
    except UnsupportedLanguageError:
        return Reply(messages.text("article.language"))
    knowledge = context.knowledge()
    glossary = knowledge.glossary
    mentions = knowledge.matcher.find(article.text, article.language)
    published = article.published.date() if article.published else None
    statements = read_statements(
        article.text, article.language, mentions, glossary, published=published, outlet=article.outlet
    )
    with context.database.read() as session:
        changes = compare_statements(session, statements, glossary)
        named = Counter(one.slug for one in mentions if one.certain)
        slugs = [slug for slug, _ in named.most_common(_NAMES)]
        ids = ids_of(session, [glossary[slug] for slug in slugs[:_BUTTONS]])
    unknown = propose_names(article.text, article.language, mentions)
    parts = [
        messages.text("article.heading", title=shorten(article.title, 200)),
        _names(ask, glossary, article, mentions, slugs, len(named)),
        _figures(ask, glossary, statements, changes),
    ]
    if unknown:
        names = ", ".join(dict.fromkeys(one.surface for one in unknown[:_CANDIDATES]))
        parts.append(messages.text("article.candidates", names=names))
    buttons = tuple(
        Button(
            shorten(entity_name(glossary, slug, ask.language), 30), encode(Action.CARD_BELOW, ids[slug]), number % 2 > 0
        )
        for number, slug in enumerate(slug for slug in slugs[:_BUTTONS] if slug in ids)
    )
    return Reply(join("\n\n", parts), buttons)


def _names(
    ask: Ask, glossary: Glossary, article: Article, mentions: Sequence[FoundMention], slugs: Sequence[str], count: int
) -> Html:
    """The entities, each with its form in the reader's language; forms of the article that are not to be used."""
    messages = ask.messages
    if not slugs:
        return messages.text("article.no_names")
    lines = [messages.plural("article.names", count)]
    for slug in slugs:
        surfaces = Counter(one.surface for one in mentions if one.slug == slug and one.certain)
        written = ", ".join(surface for surface, _ in surfaces.most_common(3))
        lines.append(messages.text("article.name", surface=written, form=entity_title(glossary, slug, ask.language)))
        instead = glossary[slug].preferred(article.language)
        wrong = _forbidden(glossary, slug, article.language) & {one.form for one in mentions if one.slug == slug}
        if wrong and instead is not None:
            lines.append(messages.text("article.forbidden", wrong=", ".join(sorted(wrong)), right=instead.text))
    if count > len(slugs):
        lines.append(messages.plural("article.more_names", count - len(slugs)))
    return join("\n", lines)


def _forbidden(glossary: Glossary, slug: str, language: Language) -> set[str]:
    return {form.text for form in glossary[slug].forms_in(language, FormKind.FORBIDDEN)}


def _figures(
    ask: Ask, glossary: Glossary, statements: Sequence[StatementDraft], changes: Sequence[FigureChange]
) -> Html:
    """The figures that the article states: first those that change what is known, then the rest as they are said."""
    messages = ask.messages
    if not statements:
        return messages.text("article.no_figures")
    news = [one for one in changes if one.relation in NEWS]
    lines = [messages.plural("article.figures", len(statements))]
    for change in news[:_FIGURES]:
        before = quantity_text(change.before, ask.language, change.measure) if change.before else ""
        key = "article.new_figure" if change.before is None else "article.changed_figure"
        lines.append(
            messages.text(
                key,
                label=_label(ask, glossary, change),
                before=before,
                after=quantity_text(change.after, ask.language, change.measure),
            )
        )
    told = {(change.measure, change.after) for change in news}
    rest = [one for one in statements if (one.measure, one.quantity) not in told]
    for statement in rest[: max(0, _FIGURES - len(news))]:
        said = quantity_text(statement.quantity, ask.language, statement.measure)
        whose = entity_name(glossary, statement.subject, ask.language) if statement.subject else "–"
        measure = messages.plain(f"measure.{statement.measure.value}")
        lines.append(messages.text("article.figure", subject=whose, measure=measure, quantity=said))
    return join("\n", lines)


def _label(ask: Ask, glossary: Glossary, change: FigureChange) -> str:
    days = (change.scope.period_from, change.scope.period_to)
    return figure_label(
        change.measure, change.subject, change.place, change.scope.kind, ask.language, glossary, days=days
    )
