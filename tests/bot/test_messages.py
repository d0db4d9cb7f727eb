"""What the bot says: complete catalogues, right plurals, escaped values, and alerts that read well and always fit."""

from __future__ import annotations

import ast
import re
import string
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.events import Reason
from bot.messages import (
    Html,
    Messages,
    entity_name,
    figure_label,
    language_of,
    measure_text,
    quantity_text,
    split_html,
    to_plain,
)
from bot.messages.markup import escape, link, shorten, utf16_length
from bot.messages.render import render_alert
from bot.messages.sayings import FAMILIES, key_of
from bot.messages.wording import date_text, entity_title, range_text
from glossary.quantities import Quantity
from glossary.words import NEWS, Bound, EntityType, Measure, ScopeKind, StatementRelation
from tests.bot.samples import (
    EN,
    GLOSSARY,
    KO,
    MORE_THAN_11000,
    NOON,
    RU,
    SOME_12000,
    UK,
    alert,
    change,
    mention,
    news,
    people,
)
from tests.bot.telegram_rules import parse_html
from translations.languages import Language

PACKAGE = Path(bot.__file__).parent
FORMS = {EN: 2, UK: 3, RU: 3, KO: 1}
LANGUAGES = pytest.mark.parametrize("language", list(Language))


def texts(language: Language) -> dict[str, tuple[str, ...]]:
    """The catalogue as it stands in its file."""
    with (PACKAGE / "messages" / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language.value)
    found: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
            assert not message.fuzzy, key
    return found


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


# --- catalogues


@LANGUAGES
def test_every_catalogue_has_every_key_with_its_placeholders_and_plurals(language: Language) -> None:
    english, own = texts(EN), texts(language)
    assert own.keys() == english.keys()
    for key, forms in own.items():
        counted = len(english[key]) > 1
        assert len(forms) == (FORMS[language] if counted else 1), key
        for form in forms:
            assert form.strip(), key
            assert fields(form) == fields(english[key][0]), key
            assert sorted(re.findall(r"</?\w+>", form)) == sorted(re.findall(r"</?\w+>", english[key][0])), key
            parse_html(Html(form.format_map(dict.fromkeys(fields(form), "x"))))


def test_every_key_that_the_code_asks_for_exists_and_none_is_unused() -> None:
    known = set(texts(EN))
    asked: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                asked.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                # f"measure.{...}": every key of that family.
                prefix = str(node.values[0].value)
                asked |= {key for key in known if prefix.endswith(".") and key.startswith(prefix)}
    asked |= {key_of(phrase) for family in FAMILIES for phrase in family}
    # f"{order}_place" has no beginning to go by.
    asked |= {"label.plain_place", "label.attributive_place"}
    assert known - asked == set()
    words = {
        key for key in asked if re.fullmatch(r"(alert|subscribe|unsubscribe|search|card|figures|button)\.\w+", key)
    }
    assert words - known == set()


@pytest.mark.parametrize(
    ("language", "n", "expected"),
    [
        (EN, 1, "1 subscription "),
        (EN, 21, "21 subscriptions "),
        (UK, 1, "1 підписку"),
        (UK, 3, "3 підписки"),
        (UK, 12, "12 підписок"),
        (UK, 21, "21 підписку"),
        (RU, 1, "остановлена 1 подписка"),
        (RU, 24, "остановлены 24 подписки"),
        (RU, 111, "остановлено 111 подписок"),
        (KO, 5, "구독 5건"),
    ],
)
def test_plurals_follow_the_language(language: Language, n: int, expected: str) -> None:
    assert expected in Messages(language).plural("unsubscribe.all", n)


@LANGUAGES
def test_values_are_escaped_and_markup_is_not(language: Language) -> None:
    messages = Messages(language)
    assert "<b>&lt;i&gt; &amp; &quot;x&quot;</b>" in messages.text("subscribe.already", name='<i> & "x"')
    assert "<b><i>x</i></b>" in messages.text("subscribe.already", name=Html("<i>x</i>"))
    assert "\x00" not in messages.text("subscribe.already", name="a\x00b")


def test_a_missing_key_or_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        Messages(EN).text("no.such.key")
    with pytest.raises(KeyError):
        Messages(EN).text("subscribe.done")


@pytest.mark.parametrize(
    ("code", "language"),
    [("uk", UK), ("ko-KR", KO), ("ru_RU", RU), ("en-GB", EN), ("de", EN), ("", EN), (None, EN), ("UK", UK)],
)
def test_the_language_is_that_of_the_client_or_english(code: str | None, language: Language) -> None:
    assert language_of(code) is language


# --- markup


def test_a_link_that_telegram_would_refuse_is_told_as_text() -> None:
    assert link("https://a.example/?x=1&y=2", "A & B") == '<a href="https://a.example/?x=1&amp;y=2">A &amp; B</a>'
    assert link("/var/news/a.txt", "A & B") == "A &amp; B"
    assert link("https://a.example/" + "x" * 2000, "A") == "A"


def test_plain_text_has_no_markup_and_keeps_addresses() -> None:
    html = Html('<b>Tom &amp; &lt;Jerry&gt;</b> <a href="https://a.example/?x=1&amp;y=2">there</a>')
    assert to_plain(html) == "Tom & <Jerry> there (https://a.example/?x=1&y=2)"


def test_a_long_text_is_split_after_a_sentence() -> None:
    html = Html("<b>" + "The SBU said so. " * 20 + "</b>")
    parts = split_html(html, 100)
    assert all(to_plain(part).rstrip().endswith("so.") for part in parts)
    assert all(utf16_length(part) <= 100 for part in parts)


def test_a_paragraph_is_a_better_end_than_a_sentence() -> None:
    first, second = "One. " * 12, "Two. " * 12
    assert [to_plain(part).strip() for part in split_html(Html(f"{first}\n\n{second}"), 100)] == [
        first.strip(),
        second.strip(),
    ]


pieces = st.one_of(
    st.text('aб가 .\n&<>"😀', max_size=80).map(escape),
    st.text("aб가 .&<", min_size=1, max_size=60).filter(str.strip).map(lambda text: Html(f"<b>{escape(text)}</b>")),
    st.text("a <", min_size=1, max_size=20).map(lambda text: link("https://a.example/?x=1&y=2", text + ".")),
    st.text("a가", min_size=1, max_size=20).map(lambda text: Html(f"<i>{text}<b>{text}</b>. </i>")),
)


@given(st.lists(pieces, max_size=30).map(lambda all_: Html("".join(all_))), st.integers(90, 300))
def test_split_parts_fit_are_whole_and_lose_nothing(html: Html, limit: int) -> None:
    parts = split_html(html, limit)
    assert all(utf16_length(part) <= limit for part in parts)
    for part in parts:
        parse_html(part)

    def letters(text: str) -> str:
        return "".join(re.sub(r"\(https:\S+\)", "", text).split())

    assert letters("".join(to_plain(part) for part in parts)) == letters(to_plain(html))


def test_shortening_cuts_at_a_word() -> None:
    assert shorten("Ministry of National Defence", 22) == "Ministry of National…"
    assert shorten("국방부", 3) == "국방부"
    assert shorten("x" * 10, 5) == "xxxx…"


# --- wording


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (EN, ["about 12,000", "more than 11,000", "at least 300", "at most 300", "under 300", "2,000–9,999"]),
        (UK, ["близько 12 000", "понад 11 000", "щонайменше 300", "щонайбільше 300", "менш ніж 300", "2 000–9 999"]),
        (RU, ["около 12 000", "более 11 000", "не менее 300", "не более 300", "менее 300", "2 000–9 999"]),
        (KO, ["약 12,000명", "11,000명 초과", "최소 300명", "최대 300명", "300명 미만", "2,000~9,999명"]),
    ],
)
def test_quantities_say_their_bound(language: Language, expected: list[str]) -> None:
    said = [
        SOME_12000,
        MORE_THAN_11000,
        people(300, Bound.AT_LEAST),
        people(300, Bound.AT_MOST),
        people(300, Bound.LESS_THAN),
        Quantity(None, 2000, 9999, Bound.BETWEEN, "people", "several thousand"),
    ]
    assert [quantity_text(one, language).replace("\xa0", " ") for one in said] == expected


@pytest.mark.parametrize(
    ("quantity", "measure", "expected"),
    [
        (Quantity(388.498, 388.498, 388.498, Bound.EXACT, "km2", "150"), Measure.AREA, "388.5 km²|388,5 км²|388.5km²"),
        (Quantity(1999, 1999, 1999, Bound.EXACT, "year", "1999"), Measure.BIRTH_YEAR, "1999|1999|1999년"),
        (Quantity(21, 21, 21, Bound.EXACT, "year", "21"), Measure.AGE, "21 years|21 р.|21세"),
        (Quantity(1, 1, 1, Bound.EXACT, "days", "one"), Measure.DURATION, "1 day|1 дн.|1일"),
        (Quantity(3, 3, 3, Bound.EXACT, "year", "three"), Measure.DURATION, "3 years|3 р.|3년"),
        (Quantity(60, 60, 60, Bound.EXACT, "items", "60"), Measure.EQUIPMENT, "60|60|60대"),
        (Quantity(60, 60, 60, Bound.EXACT, "items", "60"), Measure.OTHER, "60|60|60개"),
        (Quantity(20, 20, 20, Bound.EXACT, "percent", "20"), Measure.SHARE, "20%|20 %|20%"),
        (Quantity(2.5e9, 2.5e9, 2.5e9, Bound.EXACT, "USD", "2.5"), Measure.MONEY, "$2.5B|2,5 млрд USD|US$25억"),
        (Quantity(1500, 1500, 1500, Bound.EXACT, "UAH", "1500"), Measure.MONEY, "1,500 UAH|1 500 UAH|1,500 UAH"),
        (Quantity(None, 5, None, Bound.BETWEEN, "people", "x"), Measure.KILLED, "at least 5|щонайменше 5|최소 5명"),
        (Quantity(None, None, 5, Bound.BETWEEN, "people", "x"), Measure.KILLED, "at most 5|щонайбільше 5|최대 5명"),
        (Quantity(None, None, None, Bound.BETWEEN, "people", "many"), Measure.KILLED, "many|many|many"),
        (Quantity(1, 1, 1, Bound.EXACT, "none", "9 January"), Measure.DATE, "9 January|9 January|9 January"),
    ],
)
def test_units_follow_the_language(quantity: Quantity, measure: Measure, expected: str) -> None:
    said = [quantity_text(quantity, language, measure).replace("\xa0", " ") for language in (EN, UK, KO)]
    assert said == expected.split("|")


def test_a_range_has_its_unit_once() -> None:
    assert range_text(100, 200, "km2", EN, Measure.AREA) == "100–200 km²"
    assert range_text(100, 100, "people", KO, Measure.KILLED) == "100명"
    assert range_text(100, None, "people", EN, Measure.KILLED) == "at least 100"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (EN, "North Korean personnel in Kursk Oblast"),
        (UK, "Північна Корея, особовий склад (Курська область)"),
        (RU, "Северная Корея, личный состав (Курская область)"),
        (KO, "쿠르스크주 북한 병력"),
    ],
)
def test_a_figure_is_labelled_in_the_readers_language(language: Language, expected: str) -> None:
    label = figure_label(Measure.PERSONNEL, "north-korea", "kursk-oblast", ScopeKind.TOTAL, language, GLOSSARY)
    assert label == expected


def test_a_label_without_adjective_place_or_total() -> None:
    assert figure_label(Measure.AREA, "north-korea", None, "total", EN, GLOSSARY) == "North Korea, area"
    assert figure_label(Measure.KILLED, "russia", "russia", "event", EN, GLOSSARY) == "Russia, deaths, in one event"
    assert figure_label(Measure.KILLED, "gone", None, "period", KO, GLOSSARY) == "gone 사망자, 특정 기간"


def test_a_label_tells_the_days_of_its_period() -> None:
    first, last = date(2025, 1, 9), date(2025, 1, 11)

    def label(language: Language, *days: date | None) -> str:
        told = figure_label(Measure.KILLED, "russia", None, "period", language, GLOSSARY, days=(days[0], days[1]))
        return told.replace("\u202f", " ")

    assert label(EN, first, last) == "Russia, deaths, January 9, 2025 to January 11, 2025"
    assert label(UK, first, None) == "Росія, загиблі, 9 січня 2025 р."
    assert label(KO, first, first) == "러시아 사망자, 2025년 1월 9일"


@LANGUAGES
def test_every_measure_and_scope_has_its_word(language: Language) -> None:
    assert len({measure_text(measure, language) for measure in Measure}) == len(Measure)
    labels = {figure_label(Measure.KILLED, "russia", None, scope, language, GLOSSARY) for scope in ScopeKind}
    assert len(labels) == len(ScopeKind)


def test_names_fall_back_to_english_and_then_to_the_slug() -> None:
    assert entity_name(GLOSSARY, "chebol", UK) == "Tom & <Jerry>"
    assert entity_name(GLOSSARY, "gone", UK) == "gone"
    assert entity_title(GLOSSARY, "sbu", UK) == "Служба безпеки України (СБУ)"
    assert entity_title(GLOSSARY, "sbu", KO) == "우크라이나 보안국"


def test_dates_are_written_out() -> None:
    written = [date_text(NOON.date(), language).replace("\u202f", " ") for language in Language]
    assert written == ["January 12, 2025", "12 січня 2025 р.", "12 января 2025 г.", "2025년 1월 12일"]


# --- alerts


def test_an_alert_tells_what_was_met_where_and_how_to_stop() -> None:
    rendered = render_alert(alert(news(figures=[change()])), GLOSSARY)
    assert rendered.plain == (
        "🔔 Security Service of Ukraine (SBU)\n"
        "\n"
        "Ukraine shows two prisoners (https://courier.example/prisoners)\n"
        "Kyiv Courier · January 12, 2025\n"
        "\n"
        "“The SBU said on Sunday that it holds two North Korean soldiers in Kyiv.”\n"
        "\n"
        "📊 North Korean personnel in Kursk Oblast: about 12,000 → more than 11,000 (another source, compatible). "
        "Source: National Intelligence Service. Earlier source: Kyiv Courier.\n"
        "\n"
        "To stop: /unsubscribe"
    )
    assert "“The <b>SBU</b> said" in rendered.html


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            UK,
            [
                "🔔 Служба безпеки України (СБУ)",
                "Kyiv Courier · 12 січня 2025 р. · англійська",
                "Північна Корея, особовий склад (Курська область): близько 12 000 → понад 11 000 (інше джерело",
                "Джерело: Національна розвідувальна служба.",
                "Зупинити: /unsubscribe",
            ],
        ),
        (
            RU,
            [
                "🔔 Служба безопасности Украины (СБУ)",
                "Kyiv Courier · 12 января 2025 г. · английский",
                "Северная Корея, личный состав (Курская область): около 12 000 → более 11 000 (другой источник",
                "Источник: Национальная разведывательная служба.",
            ],
        ),
        (
            KO,
            [
                "🔔 우크라이나 보안국",
                "Kyiv Courier · 2025년 1월 12일 · 영어",
                "쿠르스크주 북한 병력: 약 12,000명 → 11,000명 초과 (다른 출처",
                "출처: 국가정보원.",
                "구독 해지: /unsubscribe",
            ],
        ),
    ],
)
def test_an_alert_is_in_its_readers_language(language: Language, lines: list[str]) -> None:
    plain = render_alert(alert(news(figures=[change()]), language=language), GLOSSARY).plain
    plain = plain.replace("\xa0", " ").replace("\u202f", " ")
    for line in lines:
        assert line in plain


NIS = "National Intelligence Service"


@pytest.mark.parametrize(
    ("relation", "earlier", "before", "after", "expected"),
    [
        (StatementRelation.FIRST, None, None, people(300, Bound.AT_LEAST), "at least 300 (first figure known)"),
        (StatementRelation.RESTATES, "KCNA", people(300), people(310), "300 → 310 (another source, compatible)"),
        (StatementRelation.RESTATES, NIS, people(300), people(310), "300 → 310 (the same source, compatible)"),
        (
            StatementRelation.REVISES_UP,
            NIS,
            people(10, Bound.AT_LEAST),
            people(14, Bound.AT_LEAST),
            "at least 10 → at least 14 (the same source raised it)",
        ),
        (StatementRelation.REVISES_DOWN, NIS, people(14), people(12), "14 → 12 (the same source lowered it)"),
        (StatementRelation.REVISES_UP, "KCNA", people(9), people(14), "9 → 14 (later and higher, another source)"),
        (StatementRelation.REVISES_DOWN, "KCNA", people(14), people(9), "14 → 9 (later and lower, another source)"),
        (
            StatementRelation.CONTRADICTS,
            "KCNA",
            people(300),
            people(90),
            "300 ≠ 90 (the sources contradict each other)",
        ),
    ],
)
def test_a_change_is_worded_by_its_relation_and_who_said_it(
    relation: StatementRelation, earlier: str | None, before: Quantity | None, after: Quantity, expected: str
) -> None:
    told = news(figures=[change(relation, before, after, measure=Measure.KILLED, earlier=earlier)])
    plain = render_alert(alert(told), GLOSSARY).plain
    assert f"North Korean deaths in Kursk Oblast: {expected}. Source: {NIS}." in plain
    assert ("Earlier source: KCNA." in plain) == (earlier == "KCNA")


@LANGUAGES
def test_every_change_is_news_in_every_language(language: Language) -> None:
    told = news(figures=[change(relation, earlier=earlier) for relation in sorted(NEWS) for earlier in (NIS, "KCNA")])
    plain = render_alert(alert(told, language=language), GLOSSARY).plain
    lines = {line for line in plain.splitlines() if line.startswith(tuple("📊📈📉❗"))}
    # A first figure has no earlier source, and sources that contradict each other are never the same.
    assert len(lines) == 2 * len(NEWS) - 1


def test_the_earlier_claimant_is_named_in_the_readers_language() -> None:
    told = news(figures=[change(claimant="sbu", earlier=NIS)])
    assert "이전 출처: 국가정보원." in render_alert(alert(told, language=KO), GLOSSARY).plain


def test_a_claimant_that_the_glossary_lacks_is_named_as_the_text_does() -> None:
    assert "Source: Kyiv Courier." in render_alert(alert(news(figures=[change(claimant=None)])), GLOSSARY).plain


def test_a_part_that_was_met_is_told_with_its_whole() -> None:
    sentence = "Fighting went on near Sudzha."
    told = news(mentions=[mention("sudzha", "Sudzha", sentence)])
    rendered = render_alert(alert(told, reasons=[Reason(1, slug="kursk-oblast", via="sudzha")]), GLOSSARY)
    assert "🔔 Sudzha (part of Kursk Oblast)" in rendered.plain
    assert "near <b>Sudzha</b>." in rendered.html


def test_all_reasons_stand_in_one_message() -> None:
    reasons = [Reason(1, slug="sbu"), Reason(2, slug="kyiv"), Reason(3, figure_id=7), Reason(4, type=EntityType.PLACE)]
    rendered = render_alert(alert(news(figures=[change()]), reasons=reasons), GLOSSARY)
    heading = rendered.plain.splitlines()[0]
    assert heading == "🔔 Security Service of Ukraine (SBU) · Kyiv · North Korean personnel in Kursk Oblast"
    assert "The <b>SBU</b> said on Sunday that it holds two North Korean soldiers in <b>Kyiv</b>." in rendered.html


def test_an_alert_about_a_figure_alone_quotes_the_sentence_that_states_it() -> None:
    rendered = render_alert(alert(news(figures=[change()]), reasons=[Reason(1, figure_id=7)]), GLOSSARY)
    assert "“North Korea has sent more than 11,000 soldiers to the Kursk region, the NIS said.”" in rendered.plain


def test_a_form_not_to_use_is_pointed_out() -> None:
    sentence = "The SBU brought them to Kiev's outskirts."
    told = news(mentions=[mention("sbu", "SBU", sentence), mention("kyiv", "Kiev's", sentence)])
    plain = render_alert(alert(told), GLOSSARY).plain
    assert "⚠️ Form not to use: “Kiev's”. Write “Kyiv”." in plain
    assert "Form not to use" not in render_alert(alert(), GLOSSARY).plain


def test_later_articles_of_the_story_are_short_sections_with_their_figures() -> None:
    later = news(title="한국 국정원 발표", url="https://b.example/2", figures=[change()], mentions=[], language=KO)
    plain = render_alert(alert(news(), later), GLOSSARY).plain
    section = plain[plain.index("Also in this story:") :].splitlines()
    assert section[1] == "• 한국 국정원 발표 (https://b.example/2) · Kyiv Courier"
    assert section[2].startswith("📊 North Korean personnel in Kursk Oblast: about 12,000 → more than 11,000")


@LANGUAGES
def test_an_alert_that_is_too_long_is_cut_to_one_message_and_says_what_is_left_out(language: Language) -> None:
    sentence = "Служба " + "дуже " * 400 + "SBU."
    told = news(mentions=[mention("sbu", "SBU", sentence)], figures=[change()] * 60, title="<Заголовок> & " * 200)
    later = [news(title=f"Стаття {number}", figures=[change()]) for number in range(30)]
    rendered = render_alert(alert(told, *later, language=language), GLOSSARY)
    assert utf16_length(rendered.html) <= 4096
    assert len(parse_html(rendered.html)) > 3000
    messages = Messages(language)
    assert to_plain(messages.plural("alert.more_articles", 30)) in rendered.plain
    assert rendered.plain.endswith(to_plain(messages.text("alert.stop")))
    assert "<b>SBU</b>" in rendered.html


@LANGUAGES
def test_markup_in_names_titles_and_sentences_stays_text(language: Language) -> None:
    sentence = 'The <b>firm</b> Tom & <Jerry> said: "no".'
    told = news(
        mentions=[mention("chebol", "Tom & <Jerry>", sentence)],
        title="<script>alert(1)</script>",
        url='https://a.example/?q="><b>',
    )
    rendered = render_alert(alert(told, reasons=[Reason(1, slug="chebol")], language=language), GLOSSARY)
    seen = parse_html(rendered.html)
    assert "<script>alert(1)</script>" in seen
    assert sentence in seen


def test_names_alone_can_never_make_a_message_too_long() -> None:
    reasons = [Reason(number, slug="&" * 2000 + str(number)) for number in range(9)]
    assert utf16_length(render_alert(alert(reasons=reasons), GLOSSARY).html) <= 4096
