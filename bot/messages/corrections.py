"""A correction as its reader sees it: what was told, what is so, and where it was read."""

from __future__ import annotations

from bot.messages.catalogue import Messages
from bot.messages.markup import TEXT_LIMIT, Html, bold, join, link, shorten, split_html, utf16_length
from bot.messages.wording import entity_name, figure_label, quantity_text
from bot.news import Correction, FigureNews, Standing
from glossary.entries import Glossary
from translations.languages import Language

_TITLE_LENGTH = 300


def correction_html(corrections: tuple[Correction, ...], language: Language, glossary: Glossary) -> Html:
    """The message that puts right what one chat was told; what does not fit is left out from its end and counted."""
    messages = Messages(language)
    paragraphs = correction_paragraphs(corrections, language, glossary)
    heading, stop = messages.text("correction.heading"), messages.text("alert.stop")
    html = join("\n\n", [heading, *paragraphs, stop])
    shown = len(paragraphs)
    while utf16_length(html) > TEXT_LIMIT and shown > 1:
        shown -= 1
        left = messages.plural("alert.more_changes", len(paragraphs) - shown)
        html = join("\n\n", [heading, *paragraphs[:shown], left, stop])
    return split_html(html)[0]


def correction_paragraphs(
    corrections: tuple[Correction, ...], language: Language, glossary: Glossary
) -> tuple[Html, ...]:
    """A paragraph for each statement that is put right, with a link to its article."""
    messages = Messages(language)
    return tuple(_paragraph(one, messages, glossary) for one in corrections)


def _paragraph(correction: Correction, messages: Messages, glossary: Glossary) -> Html:
    language, told = messages.language, correction.told
    counted = correction.told_standing is Standing.COUNTS
    lines = [
        messages.text(
            "correction.told" if counted else "correction.told_gone",
            label=_label(told, language, glossary),
            told=quantity_text(told.after, language, told.measure),
            claimant=_claimant(told, language, glossary),
        )
    ]
    after = bold(quantity_text(correction.so.after, language, told.measure))
    if correction.standing is Standing.COUNTS:
        lines.append(messages.text("correction.corrected" if counted else "correction.stands", after=after))
    else:
        lines.append(messages.text(f"correction.{correction.standing.value}"))
    if correction.standing is not Standing.RETIRED:
        if correction.current is None:
            lines.append(messages.text("correction.unknown"))
        else:
            current = bold(quantity_text(correction.current, language, told.measure))
            lines.append(messages.text("correction.now", current=current))
    lines.append(link(correction.url, shorten(correction.title or correction.url, _TITLE_LENGTH)))
    return join("\n", lines)


def _label(figure: FigureNews, language: Language, glossary: Glossary) -> str:
    days = (figure.period_from, figure.period_to)
    return figure_label(figure.measure, figure.subject, figure.place, figure.scope, language, glossary, days=days)


def _claimant(figure: FigureNews, language: Language, glossary: Glossary) -> str:
    if figure.claimant is not None and figure.claimant in glossary.entries:
        return entity_name(glossary, figure.claimant, language)
    return figure.claimant_name
