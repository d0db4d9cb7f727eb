"""A known figure over time as a picture: one stepped line and one kind of mark for each claimant, bounds as bars.

Owns matplotlib, by its object interface only, so that threads can draw at once; and the choice of a font. DejaVu Sans,
which comes with matplotlib, has no Hangul: NanumGothic is taken from the package that carries it, or a Korean font of
the system, and where there is neither, a Korean reader's chart is labelled in English rather than in empty boxes.
"""

from __future__ import annotations

import os
import tempfile
import textwrap
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from babel.dates import format_skeleton
from babel.numbers import format_compact_decimal, format_decimal

from bot.errors import BotError
from bot.messages.catalogue import Messages
from bot.messages.wording import entity_name, figure_label, quantity_text
from glossary.entries import Glossary
from glossary.figure_views import FigureView, StatementView
from glossary.quantities import Quantity
from glossary.words import Measure
from translations.languages import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# A square of 1080 pixels fills a phone held upright and is not scaled by Telegram. 5.4 inches at 200 dots make type of
# 10 points 28 pixels high.
_INCHES = 5.4
_DPI = 200
# Colours that stay apart for colour-blind readers (Okabe and Ito 2008, without the yellow, which is faint on white).
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
_MARKS = ("o", "s", "^", "D", "v", "P", "X")
_PIN_COLOUR = "#555555"
_LONGEST_NAME = 34
_HANGUL_SAMPLE = "가힣"
_KOREAN_FONTS = ("NanumGothic", "Noto Sans CJK KR", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic")
_fonts_lock = threading.Lock()


class ChartError(BotError):
    """A figure cannot be drawn."""


def draw_figure(figure: FigureView, glossary: Glossary, language: Language, path: Path) -> Path:
    """Draw a figure as a PNG of 1080 by 1080 pixels for a reader of a language; returns the path.

    Each claimant's statements are joined by a line that steps where the claim changes. A bar spans the interval that a
    statement means, an arrow its open side. Superseded and withdrawn statements are hollow and join no line. A dashed
    line stands where an editor has pinned a value.

    Raises:
        ChartError: no statement has a number and a day, or the file cannot be written.
    """
    family = _font_family()
    if language is Language.KO and not _draws(_HANGUL_SAMPLE):
        language = Language.EN
    series = _series(figure, glossary, language)
    if not series:
        message = "This figure has no statement with a number and a day to draw yet."
        raise ChartError(message)
    canvas = _paint(figure, series, glossary, language, family)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A reader of the path sees the old picture or the new one, never half of one.
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".png", delete=False) as file:
            canvas.savefig(file, format="png", dpi=_DPI)
        Path(file.name).chmod(0o644)
        os.replace(file.name, path)  # noqa: PTH105  (Path.replace does the same; this one is known to be atomic)
    except OSError as error:
        message = f"The chart cannot be written to {path}: {error.strerror or error}."
        raise ChartError(message) from error
    return path


# --- What is drawn ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Point:
    """One statement: where it stands, how far it reaches (None on an open side), and whether it counts."""

    day: date
    value: float
    low: float | None
    high: float | None
    counts: bool
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class _Series:
    """What one claimant has said, the oldest first."""

    name: str
    points: tuple[_Point, ...]

    @property
    def latest(self) -> _Point:
        counting = [point for point in self.points if point.counts]
        return (counting or list(self.points))[-1]


def _series(figure: FigureView, glossary: Glossary, language: Language) -> list[_Series]:
    found: dict[str, tuple[StatementView, list[_Point]]] = {}
    for statement in figure.statements:
        point = _point(statement)
        if point is not None:
            key = statement.claimant or f"name:{statement.claimant_name}"
            found.setdefault(key, (statement, []))[1].append(point)
    series = [
        _Series(_claimant_name(statement, glossary, language), tuple(sorted(points, key=lambda one: one.day)))
        for statement, points in found.values()
    ]
    return sorted(series, key=lambda one: one.points[0].day)


def _point(statement: StatementView) -> _Point | None:
    quantity, day = statement.quantity, statement.day
    value = _size(quantity)
    if day is None or value is None:
        return None
    return _Point(day, value, quantity.low, quantity.high, statement.counts, quantity)


def _size(quantity: Quantity) -> float | None:
    """Where a quantity is drawn: at the number said, else in the middle of its ends; None where it has neither."""
    ends = [end for end in (quantity.low, quantity.high) if end is not None]
    return quantity.value if quantity.value is not None else sum(ends) / len(ends) if ends else None


def _claimant_name(statement: StatementView, glossary: Glossary, language: Language) -> str:
    """The claimant in the reader's language; the site's name where no font can write it."""
    name = statement.claimant_name
    if statement.claimant is not None:
        name = entity_name(glossary, statement.claimant, language)
        if not _draws(name):
            name = entity_name(glossary, statement.claimant, Language.EN)
    if not _draws(name):
        name = urlsplit(statement.url).hostname or statement.outlet
    return textwrap.shorten(name, _LONGEST_NAME, placeholder=" …") if " " in name else name[:_LONGEST_NAME]


# --- Painting --------------------------------------------------------------------------------------------------------


def _paint(
    figure: FigureView, series: Sequence[_Series], glossary: Glossary, language: Language, family: Sequence[str]
) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    canvas = Canvas(figsize=(_INCHES, _INCHES), dpi=_DPI, facecolor="white")
    FigureCanvasAgg(canvas)
    drawn = list(series[: len(_COLOURS)])
    pinned = figure.current if figure.pin is not None else None
    # The legend is a line a claimant below the axes, each with the latest claim: nothing can cover anything.
    bottom = 0.13 + 0.045 * (len(drawn) + (pinned is not None))
    axes = canvas.add_axes((0.15, bottom, 0.81, 0.86 - bottom))
    last = max(point.day for one in series for point in one.points)
    first = min(point.day for one in series for point in one.points)
    span = max((last - first).days, 2)
    for number, one in enumerate(drawn):
        # Claims of one day stand beside each other.
        shift = timedelta(days=span * 0.018 * (number - (len(drawn) - 1) / 2))
        _paint_series(axes, one, _COLOURS[number], _MARKS[number], shift, last)
    pin = _size(pinned) if pinned is not None else None
    if pin is not None:
        axes.axhline(pin, color=_PIN_COLOUR, linewidth=1.4, linestyle=(0, (6, 3)), zorder=1)
    _set_limits(axes, series, pin, first, last, span)
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=figure.unit in {"people", "items", "days", "year"}))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _number(value, figure, language)))
    _date_axis(axes, first, last, span, language)
    for edge in ("top", "right"):
        axes.spines[edge].set_visible(False)
    axes.grid(axis="y", color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    days = (figure.scope.period_from, figure.scope.period_to)
    title = figure_label(figure.measure, figure.subject, figure.place, figure.scope.kind, language, glossary, days=days)
    canvas.text(0.03, 0.965, _plain(textwrap.fill(title, 44)), fontsize=11, fontweight="bold", va="top", family=family)
    _legend(canvas, drawn, figure, language, family)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontfamily(list(family))
        label.set_fontsize(9)
    return canvas


def _paint_series(axes: Axes, series: _Series, colour: str, mark: str, shift: timedelta, last: date) -> None:
    counting = [point for point in series.points if point.counts]
    if counting:
        days = [_x(point.day, shift) for point in counting]
        values = [point.value for point in counting]
        # A claim stands until its claimant makes another, or to the end of what is known.
        end = max(days[-1], _x(last, shift))
        axes.step([*days, end], [*values, values[-1]], where="post", color=colour, linewidth=1.6, alpha=0.75)
    for point in series.points:
        x = _x(point.day, shift)
        alpha = 1.0 if point.counts else 0.5
        low = point.low if point.low is not None else point.value
        high = point.high if point.high is not None else point.value
        if low < high:
            axes.errorbar([x], [point.value], yerr=[[point.value - low], [high - point.value]], color=colour,
                          elinewidth=1.6, capsize=4, capthick=1.6, alpha=alpha)  # fmt: skip
        face = colour if point.counts else "white"
        axes.plot([x], [point.value], marker=mark, markersize=7.5, color=colour, markerfacecolor=face, alpha=alpha,
                  linestyle="none", zorder=3)  # fmt: skip
        for open_side, direction in ((point.high is None, 1), (point.low is None, -1)):
            if open_side:
                axes.annotate("", xy=(x, point.value), xytext=(0, direction * 24), textcoords="offset points",
                              arrowprops={"arrowstyle": "<|-", "color": colour, "linewidth": 1.6,
                                          "alpha": alpha})  # fmt: skip


def _x(day: date, shift: timedelta) -> float:
    from matplotlib.dates import date2num

    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return float(date2num(midnight + shift))  # type: ignore[no-untyped-call]  # matplotlib has no types for it


def _set_limits(axes: Axes, series: Sequence[_Series], pin: float | None, first: date, last: date, span: int) -> None:
    points = [point for one in series for point in one.points]
    reaches = [end for point in points for end in (point.low, point.value, point.high, pin) if end is not None]
    low, high = min(reaches), max(reaches)
    if 0 <= low < high / 2:
        low = 0.0  # the eye compares heights from the foot of the picture
    margin = (high - low) * 0.15 or max(abs(high) * 0.1, 1.0)
    axes.set_ylim(low - (margin if low != 0 else 0.0), high + margin)
    edge = timedelta(days=span * 0.12)
    axes.set_xlim(_x(first, -edge), _x(last, edge))


def _date_axis(axes: Axes, first: date, last: date, span: int, language: Language) -> None:
    ticks = min(5, (last - first).days + 1)
    step = (last - first).days / max(ticks - 1, 1)
    days = sorted({first + timedelta(days=round(step * number)) for number in range(ticks)})
    skeleton = "MMMd" if span <= 300 else "yMMM"
    labels = [format_skeleton(skeleton, day, locale=language.value) for day in days]
    if skeleton == "MMMd":
        # The year once, under the first day, and again where it changes.
        years = [str(day.year) for day in days]
        shown = [year if number == 0 or year != years[number - 1] else "" for number, year in enumerate(years)]
        labels = [f"{label}\n{year}" if year else label for label, year in zip(labels, shown, strict=True)]
    axes.set_xticks([_x(day, timedelta()) for day in days], labels)


def _legend(
    canvas: Figure, series: Sequence[_Series], figure: FigureView, language: Language, family: Sequence[str]
) -> None:
    from matplotlib.lines import Line2D

    lines = len(series)
    if figure.pin is not None and figure.current is not None:
        lines += 1
        y = 0.035 + 0.045 * (lines - 1)
        line = Line2D([0.035, 0.065], [y + 0.009, y + 0.009], color=_PIN_COLOUR, linewidth=1.4, linestyle=(0, (4, 2)))
        line.set_transform(canvas.transFigure)
        canvas.add_artist(line)
        pinned = quantity_text(figure.current, language, figure.measure)
        text = Messages(language).plain("chart.pinned", pinned=pinned)
        canvas.text(0.08, y, _plain(text), fontsize=9.5, family=family)
    for number, one in enumerate(series):
        y = 0.035 + 0.045 * (len(series) - 1 - number)
        # Hollow, as in the picture, where nothing that the claimant said counts.
        face = _COLOURS[number] if one.latest.counts else "white"
        mark = Line2D([0.05], [y + 0.009], marker=_MARKS[number], color=_COLOURS[number], markerfacecolor=face,
                      markersize=7.5)  # fmt: skip
        mark.set_transform(canvas.transFigure)
        canvas.add_artist(mark)
        text = f"{one.name}: {quantity_text(one.latest.quantity, language, figure.measure)}"
        canvas.text(0.08, y, _plain(textwrap.shorten(text, 60, placeholder=" …")), fontsize=9.5, family=family)


def _number(value: float, figure: FigureView, language: Language) -> str:
    if figure.unit == "year" and figure.measure in {Measure.BIRTH_YEAR, Measure.SINCE_YEAR}:
        return format_decimal(value, format="0", locale=language.value)
    if abs(value) >= 1_000_000:
        return str(format_compact_decimal(value, locale=language.value, fraction_digits=1))
    return format_decimal(value, format="#,##0.##", locale=language.value)


def _plain(text: str) -> str:
    """Text as it stands: a pair of dollar signs would be taken for a formula."""
    return text.replace("$", r"\$")


# --- Fonts -----------------------------------------------------------------------------------------------------------


@cache
def _font_files() -> tuple[Path, ...]:
    """The font of matplotlib, then one with Hangul where there is one."""
    from matplotlib import font_manager

    found = [Path(font_manager.findfont("DejaVu Sans"))]
    # The package is only a carrier of the font; importing it would change matplotlib's settings for the process.
    carrier = find_spec("koreanize_matplotlib")
    places = carrier.submodule_search_locations if carrier is not None else None
    carried = [Path(place) / "fonts" / "NanumGothic.ttf" for place in places or ()]
    installed = {font.name: Path(font.fname) for font in font_manager.fontManager.ttflist}
    known = [installed[name] for name in _KOREAN_FONTS if name in installed]
    return (*found, *[path for path in (*carried, *known) if path.is_file()][:1])


def writes_korean() -> bool:
    """Whether a font with Hangul was found."""
    return _draws(_HANGUL_SAMPLE)


@cache
def _font_family() -> tuple[str, ...]:
    """The names of the fonts, in the order in which a letter is looked for."""
    from matplotlib import font_manager

    with _fonts_lock:
        names = []
        for path in _font_files():
            known = {Path(font.fname) for font in font_manager.fontManager.ttflist}
            for weight in (path, path.with_stem(f"{path.stem}Bold")):
                if weight not in known and weight.is_file():
                    font_manager.fontManager.addfont(str(weight))
            names.append(font_manager.get_font(str(path)).family_name)
    return tuple(names)


@cache
def _letters() -> frozenset[int]:
    from matplotlib import font_manager

    return frozenset(code for path in _font_files() for code in font_manager.get_font(str(path)).get_charmap())


def _draws(text: Iterable[str]) -> bool:
    """Whether every letter of a text has a picture in one of the fonts."""
    return all(ord(letter) in _letters() or letter.isspace() for letter in text)
