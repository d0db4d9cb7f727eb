"""One alert as its reader sees it: a message of HTML for Telegram, and the same as plain text for the terminal.

An alert is one message, however much is in it: it is read at a glance, and one message is what can be sent, recorded
and, after a crash, repeated as a whole. What does not fit is left out from its end and counted ("and 3 more changes");
the article itself is one tap away.

Headlines and sentences of another language may be had in the reader's (`bot.quotations`). Such a text is marked as a
machine's and stands above its original, which is always shown: a fact-checker quotes what was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.events import FigureNews, MentionNews, News, PendingAlert, Reason
from bot.messages.catalogue import Messages
from bot.messages.corrections import correction_html, correction_paragraphs
from bot.messages.forms import form_changes, form_changes_html
from bot.messages.markup import TEXT_LIMIT, Html, bold, escape, join, link, shorten, split_html, to_plain, utf16_length
from bot.messages.wording import date_text, entity_name, entity_title, figure_label, quantity_text
from bot.messages.work import work_html
from glossary.entries import Glossary
from glossary.words import NEWS, FormKind, StatementRelation
from translations.languages import Language

_NAMES = 6
_QUOTES = 3
_FORBIDDEN = 5
# Changes of figures that an article told in brief names.
_CHANGES = 3
_TITLE_LENGTH = 300
_BRIEF_TITLE_LENGTH = 150
_SENTENCE_LENGTH = 500
_BRIEF_SENTENCE_LENGTH = 250


@dataclass(frozen=True, slots=True)
class Rendered:
    """An alert ready to leave: `html` of at most 4,096 UTF-16 units, and `plain` without any markup."""

    html: Html
    plain: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A headline or sentence that an alert shows in another language than its reader's.

    `slugs` are the entities that the article was found to name in it.
    """

    text: str
    source: Language
    target: Language
    slugs: tuple[str, ...] = ()


_NONE: Mapping[Passage, str] = MappingProxyType({})


def passages(alert: PendingAlert) -> tuple[Passage, ...]:
    """What of an alert could be had in its reader's language, in the order in which it is shown, each once."""
    if _briefed(alert):
        found = dict.fromkeys(passage for one in _briefed(alert) for passage in _of_brief(one))
    elif alert.corrections:
        return ()
    else:
        later = [_passage(news.title, news, alert.language) for news in alert.news[1:]]
        found = dict.fromkeys([*_of_first(alert), *later])
    return tuple(passage for passage in found if passage.text and passage.source is not passage.target)


def _of_first(alert: PendingAlert) -> list[Passage]:
    """The headline and the quoted sentences of the article that the alert is about."""
    if not alert.news:
        return []
    first = alert.news[0]
    texts = [first.title, *(sentence for sentence, _ in _quoted(alert.reasons, first))]
    return [_passage(text, first, alert.language) for text in texts]


def _of_brief(alert: PendingAlert) -> list[Passage]:
    """The headline and the sentence of an alert that is told in brief."""
    if not alert.news:
        return []
    first = alert.news[0]
    texts = [first.title, *(sentence for sentence, _ in _quoted_in_brief(alert.reasons, first))]
    return [_passage(text, first, alert.language) for text in texts]


def render_alert(alert: PendingAlert, glossary: Glossary, translated: Mapping[Passage, str] = _NONE) -> Rendered:
    """The message for an alert, in its reader's language.

    It tells what the reader follows that was met, by the form to use; the article; the sentence, its surface in bold;
    each figure's change, worded to fit how it stands to what was known; forms not to use; the later articles of the
    story that joined; and how to stop. What is among `translated` stands above its original. Where not all fits,
    what is told of later articles goes first, then translations, then what the article itself brought.
    """
    if alert.corrections and not alert.digest:
        html = correction_html(alert.corrections, alert.language, glossary)
        return Rendered(html, to_plain(html))
    if alert.work is not None:
        html = work_html(alert.work, Messages(alert.language))
        return Rendered(html, to_plain(html))
    if not alert.news:
        html = _brief_html(alert, glossary, translated)
        return Rendered(html, to_plain(html))
    texts = {passage: translated[passage] for passage in passages(alert) if passage in translated}
    headed = {passage: text for passage, text in texts.items() if passage in _of_first(alert)}
    page = _Page(alert, glossary, texts)
    also, figures, quotes = len(page.also), len(page.figures), len(page.quotes)
    html = page.html(also, figures, quotes)
    while utf16_length(html) > TEXT_LIMIT and len(texts) + also + figures + quotes > 0:
        if len(texts) > len(headed) or (texts and not also):
            texts.popitem()
            page = _Page(alert, glossary, texts)
        elif also:
            also -= 1
        elif figures > 1 or not quotes:
            figures -= 1
        else:
            quotes -= 1
        html = page.html(also, figures, quotes)
    html = split_html(html)[0]  # names and addresses alone can be too long, if hardly ever
    return Rendered(html, to_plain(html))


def _briefed(alert: PendingAlert) -> tuple[PendingAlert, ...]:
    """The alerts that a digest or a complaint tells in brief."""
    return alert.digest or alert.complaint


def _brief_html(alert: PendingAlert, glossary: Glossary, translated: Mapping[Passage, str]) -> Html:
    """A digest, an editor's notice of a complaint, or changes of the glossary; shorter and shorter until it fits.

    What goes first are the quoted sentences of its last articles, then changes of figures, then translations.
    """
    messages = Messages(alert.language)
    items = _briefed(alert)
    if not items:
        lines = form_changes(alert.edits, alert.language, glossary, alert.reasons)
        return form_changes_html(lines, messages)
    heading = messages.text("complaint.heading") if alert.complaint else messages.plural("digest.heading", len(items))
    corrections = correction_paragraphs(alert.corrections, alert.language, glossary)
    stop = messages.text("digest.stop") if alert.digest else messages.text("complaint.why")
    texts = {one: translated[one] for one in passages(alert) if one in translated}

    def page(briefs: Sequence[Html], put_right: Sequence[Html] = corrections) -> Html:
        blocks = [heading, *_corrections_first(messages, put_right, len(corrections)), *briefs]
        if len(briefs) < len(items):
            blocks.append(messages.plural("alert.more_articles", len(items) - len(briefs)))
        if any(_is_shown(text, brief) for text in texts.values() for brief in briefs):
            blocks.append(messages.text("alert.translated_note"))
        return join("\n\n", [*blocks, stop])

    whole = [_brief(one, glossary, texts, _CHANGES, quotes=True) for one in items]
    bare = [_brief(one, glossary, texts, _CHANGES) for one in items]
    for quoted in range(len(items), -1, -1):
        html = page([*whole[:quoted], *bare[quoted:]])
        if utf16_length(html) <= TEXT_LIMIT:
            return html
    briefs: list[Html] = []
    for most, shown in ((1, texts), (1, _NONE), (0, _NONE)):
        briefs = [_brief(one, glossary, shown, most) for one in items]
        html = page(briefs)
        if utf16_length(html) <= TEXT_LIMIT:
            return html
    while utf16_length(html) > TEXT_LIMIT and len(briefs) > 1:
        briefs.pop()
        html = page(briefs)
    put_right = list(corrections)
    while utf16_length(html) > TEXT_LIMIT and len(put_right) > 1:
        put_right.pop()
        html = page(briefs, put_right)
    return split_html(html)[0]


def _corrections_first(messages: Messages, paragraphs: Sequence[Html], of: int) -> list[Html]:
    """What a digest puts right, before anything that is new in it."""
    if not paragraphs:
        return []
    left = [messages.plural("alert.more_changes", of - len(paragraphs))] if len(paragraphs) < of else []
    return [messages.text("correction.heading"), *paragraphs, *left]


def _is_shown(translation: str, brief: Html) -> bool:
    lengths = (_BRIEF_TITLE_LENGTH, _BRIEF_SENTENCE_LENGTH)
    return any(escape(shorten(translation, length)) in brief for length in lengths)


def _brief(
    item: PendingAlert, glossary: Glossary, translated: Mapping[Passage, str], most: int, *, quotes: bool = False
) -> Html:
    """One alert within another message: what was met, the headline, a sentence, at most so many figures' changes."""
    if not item.news:
        return join("\n", form_changes(item.edits, item.language, glossary, item.reasons))
    page = _Page(item, glossary, translated)
    return page.brief(most, quotes=quotes)


def _quoted_in_brief(reasons: tuple[Reason, ...], news: News) -> list[tuple[str, list[MentionNews]]]:
    """The one sentence to quote where an article is told in brief; none that is the headline over again."""
    return [one for one in _quoted(reasons, news) if one[0] != news.title][:1]


def _passage(text: str, news: News, target: Language) -> Passage:
    slugs = tuple(sorted({mention.slug for mention in news.mentions if mention.sentence == text}))
    return Passage(text, news.language, target, slugs)


def _quoted(reasons: tuple[Reason, ...], news: News) -> list[tuple[str, list[MentionNews]]]:
    """The sentences to quote, each with the mentions for which it is quoted."""
    met = {reason.via or reason.slug for reason in reasons}
    types = {reason.type for reason in reasons if reason.type is not None}
    sentences: dict[str, list[MentionNews]] = {}
    for mention in sorted(news.mentions, key=lambda one: not one.news):
        if mention.sentence and (mention.slug in met or mention.type in types):
            sentences.setdefault(mention.sentence, []).append(mention)
    if not sentences:
        # Followed for its figures alone: the sentence that states one is the evidence.
        sentences = {one.sentence: [] for one in news.figures[:1] if one.sentence}
    # Of one entity the first sentence is enough.
    shown: list[tuple[str, list[MentionNews]]] = []
    told: set[str] = set()
    for sentence, mentions in sentences.items():
        if mentions and {one.slug for one in mentions} <= told:
            continue
        told |= {one.slug for one in mentions}
        shown.append((sentence, mentions))
    return shown[:_QUOTES]


class _Page:
    """The pieces of one alert, each rendered once."""

    def __init__(self, alert: PendingAlert, glossary: Glossary, translated: Mapping[Passage, str]) -> None:
        self._messages = Messages(alert.language)
        self._language = alert.language
        self._glossary = glossary
        self._translated = translated
        first = alert.news[0]
        self._reasons = alert.reasons
        self._names = self._followed(alert.reasons, alert.news)
        self._head = self._messages.text("alert.follow", names=self._names)
        self._first, self._rest = first, alert.news[1:]
        self._article = self._article_lines(first)
        self.quotes = self._quotations(_quoted(alert.reasons, first), first, _SENTENCE_LENGTH)
        self._tells_figures = any(reason.figures for reason in alert.reasons)
        self.figures = self._changes(first)
        self._forbidden = self._forbidden_forms(alert.news)
        self.also = [self._later(one) for one in alert.news[1:]]

    def html(self, also: int, figures: int, quotes: int) -> Html:
        """The message with only so many of its later articles, figures and quotations."""
        lines = list(self.figures[:figures])
        if figures < len(self.figures):
            lines.append(self._messages.plural("alert.more_changes", len(self.figures) - figures))
        later = list(self.also[:also])
        if also < len(self.also):
            later.append(self._messages.plural("alert.more_articles", len(self.also) - also))
        if later:
            later.insert(0, self._messages.text("alert.also"))
        blocks = [
            self._head,
            self._article,
            *self.quotes[:quotes],
            join("\n", lines),
            self._forbidden,
            join("\n", later),
            self._messages.text("alert.translated_note") if self._translated else Html(""),
            self._messages.text("alert.stop"),
        ]
        return join("\n\n", [block for block in blocks if block])

    def brief(self, most: int, *, quotes: bool) -> Html:
        """What was met, the headline as a link, a sentence if wished, and at most so many of the figures' changes.

        Another language than the reader's is named, as in an alert.
        """
        title = link(self._first.url, shorten(self._first.title or self._first.url, _BRIEF_TITLE_LENGTH))
        byline = [title, escape(shorten(self._first.outlet, 60))]
        if self._first.language is not self._language:
            byline.append(self._messages.text(f"language.{self._first.language.value}"))
        line = join(" · ", byline)
        lines = [self._messages.text("digest.item", names=self._names)] if self._names else []
        lines.append(self._with_translation(line, self._first.title, self._first, _BRIEF_TITLE_LENGTH))
        if quotes:
            quoted = _quoted_in_brief(self._reasons, self._first)
            lines += self._quotations(quoted, self._first, _BRIEF_SENTENCE_LENGTH)
        changes = [*self.figures, *(change for one in self._rest for change in self._changes(one))]
        lines += changes[:most]
        if len(changes) > most:
            lines.append(self._messages.plural("alert.more_changes", len(changes) - most))
        if self._rest:
            lines.append(self._messages.plural("alert.more_articles", len(self._rest)))
        return join("\n", lines)

    def _followed(self, reasons: tuple[Reason, ...], news: tuple[News, ...]) -> Html:
        names: dict[Html, None] = {}
        for reason in reasons:
            names.update(dict.fromkeys(self._reason(reason, news)))
        shown = list(names)[:_NAMES]
        if len(names) > _NAMES:
            shown.append(Html("…"))
        return join(" · ", shown)

    def _reason(self, reason: Reason, news: tuple[News, ...]) -> list[Html]:
        if reason.slug is not None:
            followed = entity_title(self._glossary, reason.slug, self._language)
            if reason.via is None or reason.via == reason.slug:
                return [bold(followed)]
            met = bold(entity_title(self._glossary, reason.via, self._language))
            return [self._messages.text("alert.via", name=met, whole=followed)]
        if reason.type is not None:
            slugs = [one.slug for told in news for one in told.mentions if one.type is reason.type and one.news]
            if reason.via is not None:
                slugs.append(reason.via)
            return [bold(entity_title(self._glossary, slug, self._language)) for slug in slugs]
        figures = [one for told in news for one in told.figures if one.figure_id == reason.figure_id]
        return [bold(self._label(one)) for one in figures[:1]]

    def _article_lines(self, news: News) -> Html:
        byline = [escape(news.outlet)]
        if news.published_at is not None:
            byline.append(escape(date_text(news.published_at.date(), self._language)))
        if news.language is not self._language:
            byline.append(self._messages.text(f"language.{news.language.value}"))
        title = self._with_translation(self._title(news), news.title, news, _TITLE_LENGTH)
        return Html(f"{title}\n{join(' · ', byline)}")

    def _title(self, news: News) -> Html:
        return link(news.url, shorten(news.title or news.url, _TITLE_LENGTH))

    def _quotations(self, quoted: Iterable[tuple[str, list[MentionNews]]], news: News, limit: int) -> list[Html]:
        """Sentences with what is met in bold, each cut to so many characters."""
        shown: list[Html] = []
        for sentence, mentions in quoted:
            spans = [(one.start, one.end) for one in mentions]
            quote = self._messages.text("alert.quote", quote=emphasised(sentence, spans, limit))
            shown.append(self._with_translation(quote, sentence, news, limit, quoted=True))
        return shown

    def _with_translation(self, original: Html, text: str, news: News, limit: int, *, quoted: bool = False) -> Html:
        """The machine's text above the original, or the original alone."""
        translated = self._translated.get(_passage(text, news, self._language))
        if translated is None:
            return original
        shown = escape(shorten(translated, limit))
        if quoted:
            shown = self._messages.text("alert.quote", quote=shown)
        return Html(f"{self._messages.text('alert.translated', text=shown)}\n{original}")

    def _change(self, figure: FigureNews) -> Html:
        after = bold(quantity_text(figure.after, self._language, figure.measure))
        claimant = self._claimant(figure)
        label = self._label(figure)
        if figure.before is None or figure.relation is StatementRelation.FIRST:
            return self._messages.text("change.first", label=label, after=after, claimant=claimant)
        before = quantity_text(figure.before, self._language, figure.measure)
        earlier = self._earlier_claimant(figure)
        own = "_own" if earlier is None and figure.relation is not StatementRelation.CONTRADICTS else ""
        change = self._messages.text(
            f"change.{figure.relation.value}{own}", label=label, before=before, after=after, claimant=claimant
        )
        if earlier is None:
            return change
        return Html(f"{change} {self._messages.text('change.earlier', claimant=earlier)}")

    def _claimant(self, figure: FigureNews) -> str:
        if figure.claimant is not None and figure.claimant in self._glossary.entries:
            return entity_name(self._glossary, figure.claimant, self._language)
        return figure.claimant_name

    def _earlier_claimant(self, figure: FigureNews) -> str | None:
        """Who said what was known before, where that was somebody else."""
        if figure.before_claimant is not None:
            same = figure.before_claimant == figure.claimant
            return None if same else entity_name(self._glossary, figure.before_claimant, self._language)
        same = figure.claimant is None and figure.before_claimant_name == figure.claimant_name
        return None if same else figure.before_claimant_name

    def _label(self, figure: FigureNews) -> str:
        return figure_label(
            figure.measure,
            figure.subject,
            figure.place,
            figure.scope,
            self._language,
            self._glossary,
            days=(figure.period_from, figure.period_to),
        )

    def _forbidden_forms(self, news: Iterable[News]) -> Html:
        found: dict[tuple[str, str], None] = {}
        for one in news:
            for mention in one.mentions:
                use = _instead_of_forbidden(mention, one.language, self._glossary)
                if use is not None:
                    found[mention.surface, use] = None
        lines = [self._messages.text("alert.forbidden", surface=surface, use=use) for surface, use in found]
        return join("\n", lines[:_FORBIDDEN])

    def _later(self, news: News) -> Html:
        later = self._messages.text("alert.later", title=self._title(news), outlet=news.outlet)
        lines = [self._with_translation(later, news.title, news, _TITLE_LENGTH)]
        return join("\n", [*lines, *self._changes(news)])

    def _changes(self, news: News) -> list[Html]:
        """Each figure's change on a line; none for a reader who left figures out."""
        told = [one for one in news.figures if one.relation in NEWS] if self._tells_figures else []
        return [join(" ", [self._change(one), *self._pin(one)]) for one in told]

    def _pin(self, figure: FigureNews) -> list[Html]:
        """The value that an editor keeps, where this one does not replace it."""
        if figure.pinned is None:
            return []
        pinned = quantity_text(figure.pinned, self._language, figure.measure)
        return [self._messages.text("change.pinned", pinned=pinned)]


def _instead_of_forbidden(mention: MentionNews, language: Language, glossary: Glossary) -> str | None:
    """The form to use instead, in the article's language, where the surface is a form not to use; else None.

    A surface may carry an ending (Kiev's, Киевом), so it is forbidden when it begins with a forbidden form and is not a
    form that may be used.
    """
    entry = glossary.get(mention.slug)
    if entry is None:
        return None
    surface = mention.surface.casefold()
    forms = entry.forms_in(language)
    if any(form.kind is not FormKind.FORBIDDEN and surface == form.text.casefold() for form in forms):
        return None
    if any(form.kind is FormKind.FORBIDDEN and surface.startswith(form.text.casefold()) for form in forms):
        return entity_name(glossary, mention.slug, language)
    return None


def emphasised(sentence: str, spans: list[tuple[int, int]], limit: int = _SENTENCE_LENGTH) -> Html:
    """The sentence, cut around its first span where it is too long, with the spans in bold."""
    spans = sorted({(start, end) for start, end in spans if 0 <= start < end <= len(sentence)})
    left, right = 0, len(sentence)
    if right > limit:
        middle = spans[0][0] if spans else 0
        left = max(0, min(middle - limit // 2, len(sentence) - limit))
        right = left + limit
    pieces = ["…" if left > 0 else ""]
    at = left
    for start, end in spans:
        if start < at or end > right:
            continue  # overlaps the one before it, or is beyond the cut
        pieces += [escape(sentence[at:start]), bold(sentence[start:end])]
        at = end
    pieces += [escape(sentence[at:right]), "…" if right < len(sentence) else ""]
    return Html("".join(pieces))
