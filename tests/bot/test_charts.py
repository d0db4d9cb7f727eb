"""Charts: a picture of the right size in every language, without empty boxes, whatever the statements are."""

from __future__ import annotations

import importlib.util
import struct
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from bot import charts
from bot.charts import ChartError, draw_figure
from glossary.entries import Entry, EntryForm, Glossary
from glossary.figure_views import FigureView, StatementView
from glossary.figures import Pin
from glossary.quantities import Quantity
from glossary.statements import Scope
from glossary.words import Bound, EntityType, FormKind, Measure, ScopeKind, StatementRelation
from translations.languages import Language

EN, UK, RU, KO = Language.EN, Language.UK, Language.RU, Language.KO


def entry(slug: str, type_: EntityType, en: str, uk: str, ru: str, ko: str) -> Entry:
    texts = {EN: en, UK: uk, RU: ru, KO: ko}
    forms = (EntryForm(language, text, FormKind.FULL, preferred=True) for language, text in texts.items())
    return Entry(slug, type_, en, tuple(forms))


GLOSSARY = Glossary.of(
    [
        entry("north-korea", EntityType.PLACE, "North Korea", "Північна Корея", "Северная Корея", "북한"),
        entry("kursk-oblast", EntityType.PLACE, "Kursk Oblast", "Курська область", "Курская область", "쿠르스크주"),
        entry(
            "sbu", EntityType.ORG, "Security Service of Ukraine", "Служба безпеки України", "СБУ", "우크라이나 보안국"
        ),
    ]
)
ABOUT = Quantity(12_000, 10_800, 13_200, Bound.ABOUT, "people", "12,000")
MORE = Quantity(11_000, 11_000, None, Bound.MORE_THAN, "people", "11,000")
LESS = Quantity(3_000, None, 3_000, Bound.LESS_THAN, "people", "3,000")
RANGE = Quantity(None, 10_000, 12_000, Bound.BETWEEN, "people", "10,000 to 12,000")
EXACT = Quantity(9_500, 9_500, 9_500, Bound.EXACT, "people", "9,500")


def said(quantity: Quantity, day: date | None, **more: Any) -> StatementView:
    values: dict[str, Any] = {
        "id": 1,
        "document_id": 1,
        "url": "https://news.example/article",
        "title": "Losses",
        "outlet": "Example News",
        "published_at": None,
        "claimant": None,
        "claimant_name": "Example News",
        "as_of": day,
        "quantity": quantity,
        "relation": StatementRelation.FIRST,
        "sentence": "There are some.",
        "superseded": False,
        "part": False,
        "withdrawn": False,
    }
    return StatementView(**(values | more))


def figure(*statements: StatementView, **more: Any) -> FigureView:
    values: dict[str, Any] = {
        "id": 1,
        "label": "North Korean personnel",
        "measure": Measure.PERSONNEL,
        "subject": "north-korea",
        "place": "kursk-oblast",
        "scope": Scope(ScopeKind.TOTAL),
        "unit": "people",
        "current": None,
        "low": None,
        "high": None,
        "statements": statements,
        "retired": False,
    }
    return FigureView(**(values | more))


SEVERAL = figure(
    said(ABOUT, date(2024, 10, 18), claimant="sbu", claimant_name="SBU"),
    said(MORE, date(2024, 11, 4)),
    said(LESS, date(2024, 12, 1), claimant_name="Ще одне видання"),
    said(RANGE, date(2025, 1, 10), claimant="sbu", claimant_name="SBU"),
    said(EXACT, date(2025, 1, 11), superseded=True),
    said(EXACT, date(2025, 1, 12), withdrawn=True, claimant_name="Withdrawn Weekly"),
)


def size(path: Path) -> tuple[int, int]:
    header = path.read_bytes()[:24]
    assert header.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", header[16:24])
    return width, height


def texts(figure_: FigureView, language: Language) -> list[str]:
    """All that is written in a chart, as matplotlib holds it."""
    series = charts._series(figure_, GLOSSARY, language)
    canvas = charts._paint(figure_, series, GLOSSARY, language, charts._font_family())
    assert isinstance(canvas, Figure)
    labels = [label.get_text() for axes in canvas.axes for label in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    return [text.get_text().replace("\n", " ") for text in canvas.texts] + [label for label in labels if label]


@pytest.fixture
def without_hangul(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As on a machine with no Korean font at all."""
    monkeypatch.setattr(charts, "_KOREAN_FONTS", ())
    monkeypatch.setattr(charts, "find_spec", lambda name: None)
    _forget_fonts()
    yield
    monkeypatch.undo()
    _forget_fonts()


def _forget_fonts() -> None:
    for cached in (charts._font_files, charts._font_family, charts._letters):
        cached.cache_clear()


@pytest.mark.parametrize("language", list(Language))
def test_a_chart_is_a_square_picture_for_a_phone_in_every_language(tmp_path: Path, language: Language) -> None:
    path = tmp_path / "charts" / f"{language}.png"
    assert draw_figure(SEVERAL, GLOSSARY, language, path) == path
    assert size(path) == (1080, 1080)
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_the_words_are_the_readers() -> None:
    ukrainian, english = texts(SEVERAL, UK), texts(SEVERAL, EN)
    assert "Північна Корея" in ukrainian[0]
    assert "Курська область" in ukrainian[0]
    assert any(text.startswith("Служба безпеки України: 10") for text in ukrainian)
    assert any(text.startswith("Security Service of Ukraine: 10,000") for text in english)
    assert "Oct 18\n2024" in english
    assert any(text.startswith("18 жовт.") for text in ukrainian)
    assert "12,000" in english


def test_a_claimants_latest_statement_that_counts_stands_in_the_legend() -> None:
    assert "Example News: more than 11,000" in texts(SEVERAL, EN)


def test_a_pinned_value_has_a_line_of_its_own_in_every_language(tmp_path: Path) -> None:
    value = Quantity(None, 13_000, 17_000, Bound.BETWEEN, "people", "13,000 to 17,000")
    pinned = replace(SEVERAL, pin=Pin(quantity=value), current=value)
    assert "Kept by an editor: 13,000–17,000" in texts(pinned, EN)
    assert "편집자 고정값: 13,000~17,000명" in texts(pinned, KO)
    assert size(draw_figure(pinned, GLOSSARY, UK, tmp_path / "pinned.png")) == (1080, 1080)
    assert len(texts(pinned, EN)) == len(texts(SEVERAL, EN)) + 1


def test_without_a_korean_font_the_labels_are_english_and_no_box_is_drawn(tmp_path: Path, without_hangul: None) -> None:
    assert not charts._draws("가")
    korean = figure(said(ABOUT, date(2025, 1, 2), claimant_name="연합뉴스", url="https://www.yna.example/1"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of a letter that the font does not have
        draw_figure(korean, GLOSSARY, KO, tmp_path / "ko.png")
    assert "www.yna.example: about 12,000" in texts(korean, EN)


@pytest.mark.skipif(importlib.util.find_spec("koreanize_matplotlib") is None, reason="the Korean font is not installed")
def test_with_the_korean_font_the_labels_are_korean(tmp_path: Path) -> None:
    korean = figure(said(ABOUT, date(2025, 1, 2), claimant_name="연합뉴스"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_figure(korean, GLOSSARY, KO, tmp_path / "ko.png")
    assert any(text.startswith("연합뉴스") for text in texts(korean, KO))
    assert "북한" in texts(korean, KO)[0]


def test_a_claimant_in_a_script_that_no_font_has_is_named_by_the_site(tmp_path: Path) -> None:
    odd = figure(said(ABOUT, date(2025, 1, 2), claimant_name="\U00012000\U00012001", url="https://ur.example/1"))
    draw_figure(odd, GLOSSARY, EN, tmp_path / "odd.png")
    assert "ur.example: about 12,000" in texts(odd, EN)


@pytest.mark.parametrize(
    "statements",
    [
        (said(MORE, date(2025, 1, 2)),),
        (said(Quantity(0, 0, 0, Bound.EXACT, "people", "0"), date(2025, 1, 2)),),
        tuple(said(ABOUT, date(2025, 1, 2), claimant_name=f"Outlet {number}") for number in range(12)),
        tuple(said(EXACT, date(2020 + number, 1, 2)) for number in range(6)),
        (said(Quantity(5e12, 5e12, None, Bound.AT_LEAST, "USD", "5tn"), date(2025, 1, 2)),),
        (said(ABOUT, date(2025, 1, 2), claimant_name="$a$ and $b$ " * 20),),
        (said(ABOUT, date(2025, 1, 2), claimant_name="x" * 300, withdrawn=True),),
        (said(ABOUT, None, published_at=datetime(2025, 1, 2, tzinfo=UTC)),),
    ],
)
def test_unusual_figures_are_drawn_too(tmp_path: Path, statements: tuple[StatementView, ...]) -> None:
    path = tmp_path / "chart.png"
    draw_figure(figure(*statements, unit=statements[0].quantity.unit), GLOSSARY, RU, path)
    assert size(path) == (1080, 1080)
    assert imread(path).min() < 0.5, "something is drawn"


def test_dollar_signs_are_no_formula() -> None:
    odd = figure(said(ABOUT, date(2025, 1, 2), claimant_name="$x$"))
    assert r"\$x\$: about 12,000" in texts(odd, EN)


@pytest.mark.parametrize(
    "statements",
    [(), (said(ABOUT, None),), (said(Quantity(None, None, None, Bound.ABOUT, "none", "x"), date(2025, 1, 2)),)],
)
def test_a_figure_with_nothing_to_draw_is_one_sentence(tmp_path: Path, statements: tuple[StatementView, ...]) -> None:
    with pytest.raises(ChartError, match="no statement with a number and a day"):
        draw_figure(figure(*statements), GLOSSARY, EN, tmp_path / "chart.png")
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ChartError, match="cannot be written"):
        draw_figure(SEVERAL, GLOSSARY, EN, tmp_path / "file" / "chart.png")


def test_threads_draw_at_once(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.png" for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda path: draw_figure(SEVERAL, GLOSSARY, UK, path), paths))
    assert done == paths
    assert len({path.read_bytes() for path in paths}) == 1
