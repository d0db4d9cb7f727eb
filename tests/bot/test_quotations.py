"""Alerts in their readers' language: by genuine packages, checked, once for all, and never in an alert's way."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from sqlmodel import select

from bot.delivery import DeliveryReport, TerminalSender, deliver_due
from bot.events import News, PendingAlert, Reason
from bot.knowledge import Knowledge
from bot.messages import Messages
from bot.messages.markup import utf16_length
from bot.messages.render import Passage, Rendered, passages, render_alert
from bot.models import Channel, Chat, Delivery, DeliveryStatus, Event
from bot.quotations import AlertTranslator, translate_passages
from glossary.database import Database
from glossary.matching import Matcher
from tests.bot.samples import (
    EN,
    GLOSSARY,
    KO,
    NOON,
    RU,
    SECOND,
    UK,
    alert,
    mention,
    news,
    read_delivery,
    write_delivery,
)
from tests.bot.telegram_rules import parse_html
from tests.bot.test_delivery import Recorder
from tests.translations.general_package import write_general_package
from translations.engine import Engine, InstalledPackage
from translations.errors import TranslationError
from translations.languages import Language

KNOWLEDGE = Knowledge(GLOSSARY, Matcher(GLOSSARY))
TITLE = "Guards & scouts freed 12,500 hostages"
SENTENCE = "The SBU said it moved at least 300 crates out of Kyiv <by rail>."
IN_UKRAINIAN = "У СБУ кажуть, що вивезли щонайменше 300 ящиків з Києва <залізницею>."
LEXICON = {
    "Guards": "Охоронці",
    "&": "&",
    "scouts": "розвідники",
    "freed": "звільнили",
    "12,500": "12 500",
    "hostages": "заручників",
    "The": "У",
    "SBU": "СБУ",
    "said": "кажуть,",
    "it": "що",
    "moved": "вивезли",
    "at": "",
    "least": "щонайменше",
    "crates": "ящиків",
    "out": "",
    "of": "з",
    "Kyiv": "Києва",
    "<by": "",
    "rail>.": "<залізницею>.",
}


def told(title: str = TITLE, sentence: str = SENTENCE) -> News:
    return news(title=title, mentions=[mention("sbu", "SBU", sentence)])


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    write_general_package(tmp_path / "packages", EN, UK, LEXICON)
    return Engine(tmp_path / "packages")


def translated(engine: Engine, *texts: str, target: Language = UK) -> list[str | None]:
    return translate_passages(engine, KNOWLEDGE, [Passage(text, EN, target) for text in texts], EN, target)


# --- what may be shown


def test_a_headline_and_a_sentence_are_said_in_the_readers_language(engine: Engine) -> None:
    assert translated(engine, TITLE, SENTENCE) == ["Охоронці & розвідники звільнили 12 500 заручників", IN_UKRAINIAN]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("300", "30"),  # a digit lost
        ("300", "сотні"),  # the number said by no digits
        ("SBU", "служба"),  # the name gone
        ("Kyiv", "Суджі"),  # another place in its stead
        ("crates", "ящиків у Росії"),  # a place that nobody named
        ("least", "щонайбільше"),  # another bound: at most
    ],
)
def test_a_translation_that_changes_what_counts_is_not_shown(tmp_path: Path, word: str, said: str) -> None:
    write_general_package(tmp_path, EN, UK, {**LEXICON, word: said})
    assert translated(Engine(tmp_path), SENTENCE) == [None]


class Phrasebook(Engine):
    """An engine with one answer, to see what is made of it whatever model gave it."""

    def __init__(self, answer: str, source: Language, target: Language) -> None:
        super().__init__(Path("nowhere"))
        self._answer = answer
        self._package = InstalledPackage(Path("nowhere"), source, target, "1.0", "general")

    def packages(self) -> tuple[InstalledPackage, ...]:
        return (self._package,)

    def translate_sentences(self, sentences: Sequence[str], source: Language, target: Language) -> list[str]:
        return [self._answer for _ in sentences]


def is_shown(original: str, source: Language, text: str, target: Language) -> bool:
    engine = Phrasebook(text, source, target)
    return translate_passages(engine, KNOWLEDGE, [Passage(original, source, target)], source, target) == [text]


IN_ENGLISH = (
    "The National Intelligence Service said on January 14 that more than 11,000 North Korean troops are near Sudzha,"
    " and that twelve were buried in Kyiv at a cost of $2.5 million."
)
IN_RUSSIAN = (
    "Национальная разведывательная служба заявила 14 января, что близ Суджи находятся более 11 тысяч военных"
    " из Северной Кореи, а двенадцать похоронены в Киеве, что обошлось в 2,5 млн долларов."
)
IN_KOREAN = (
    "국가정보원은 1월 14일 북한군 1만1000명 이상이 수자 인근에 있으며 12명이 키이우에 묻혔고"
    " 비용은 250만 달러였다고 밝혔다."
)


@pytest.mark.parametrize(
    ("original", "source", "text", "target"),
    [
        (IN_ENGLISH, EN, IN_RUSSIAN, RU),
        (IN_ENGLISH, EN, IN_KOREAN, KO),
        (IN_RUSSIAN, RU, IN_ENGLISH, EN),
        (IN_RUSSIAN, RU, IN_KOREAN, KO),
        # Digits may not become words, words may become digits.
        (IN_KOREAN, KO, IN_ENGLISH.replace("twelve", "12"), EN),
        (IN_KOREAN, KO, IN_RUSSIAN.replace("двенадцать", "12"), RU),
    ],
)
def test_a_good_translation_is_shown_however_a_language_writes_numbers_and_names(
    original: str, source: Language, text: str, target: Language
) -> None:
    assert is_shown(original, source, text, target)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("14", "15"),
        ("более 11", "менее 11"),
        ("11 тысяч", "11 миллионов"),
        ("11 тысяч", "1100"),
        ("двенадцать", "двадцать"),
        ("2,5 млн", "2,5 млрд"),
        ("Суджи", "Тувы"),
        ("в Киеве", "в России"),
        ("Северной Кореи", "Китая"),
        ("Национальная разведывательная служба", "Служба безопасности Украины"),
    ],
)
def test_a_translation_that_is_wrong_in_one_place_is_not_shown(right: str, wrong: str) -> None:
    assert right in IN_RUSSIAN
    assert not is_shown(IN_ENGLISH, EN, IN_RUSSIAN.replace(right, wrong), RU)
    in_digits = IN_RUSSIAN.replace(right, wrong).replace("двенадцать", "12").replace("двадцать", "20")
    assert not is_shown(IN_KOREAN, KO, in_digits, RU)


def test_an_entity_that_only_the_article_makes_sure_is_looked_for_too(tmp_path: Path) -> None:
    write_general_package(tmp_path, EN, UK, {"Georgia": "Англія", "replied.": "відповіла."})
    passage = Passage("Georgia replied.", EN, UK)
    engine = Engine(tmp_path)
    assert translate_passages(engine, KNOWLEDGE, [passage], EN, UK) == ["Англія відповіла."]
    named = Passage("Georgia replied.", EN, UK, ("georgia-country",))
    assert translate_passages(engine, KNOWLEDGE, [named], EN, UK) == [None]


# --- what is shown


def test_passages_are_what_an_alert_shows_in_another_language() -> None:
    later = news(title="Later story", language=UK)
    whole = alert(told(), later, language=UK)
    assert passages(whole) == (Passage(TITLE, EN, UK), Passage(SENTENCE, EN, UK, ("sbu",)))
    assert [one.text for one in passages(alert(told(), later, language=RU))] == [TITLE, SENTENCE, "Later story"]
    assert passages(alert(told(), language=EN)) == ()


@pytest.mark.parametrize("language", [UK, RU, KO])
def test_a_translation_is_marked_and_stands_above_its_original(language: Language) -> None:
    whole = alert(told(), language=language)
    texts = {one: f"Машинний <текст> & {number}" for number, one in enumerate(passages(whole))}
    rendered = render_alert(whole, GLOSSARY, texts)
    parse_html(rendered.html)
    lines = rendered.plain.splitlines()
    quote = Messages(language).plain("alert.quote", quote="Машинний <текст> & 1")
    assert lines.index("🌐 Машинний <текст> & 0") + 1 == lines.index(f"{TITLE} (https://courier.example/prisoners)")
    assert lines[lines.index(f"🌐 {quote}") + 1] == Messages(language).plain("alert.quote", quote=SENTENCE)
    assert Messages(language).plain("alert.translated_note") in lines
    assert "&lt;текст&gt; &amp; 0" in rendered.html


def test_without_a_translation_the_original_stands_alone() -> None:
    plain = render_alert(alert(told(), language=UK), GLOSSARY).plain
    assert SENTENCE in plain
    assert "🌐" not in plain


@pytest.mark.parametrize("language", [UK, RU, KO])
def test_an_alert_with_long_translations_fits_and_keeps_the_originals(language: Language) -> None:
    sentences = [f"The {name} & others met <again> " + "for long talks " * 26 + "." for name in ("SBU", "NIS", "Tuva")]
    mentions = [
        mention(slug, name, one)
        for slug, name, one in zip(("sbu", "nis", "tuva"), ("SBU", "NIS", "Tuva"), sentences, strict=True)
    ]
    reasons = [Reason(number, slug=slug) for number, slug in enumerate(("sbu", "nis", "tuva"))]
    whole = alert(
        news(title="H" * 290, mentions=mentions),
        *(news(title=f"Later {number} " + "t" * 200, mentions=[]) for number in range(6)),
        language=language,
        reasons=reasons,
    )
    texts = dict.fromkeys(passages(whole), "<переклад> & далі " * 40)
    rendered = render_alert(whole, GLOSSARY, texts)
    parse_html(rendered.html)
    assert utf16_length(rendered.html) <= 4096
    assert all(name in rendered.plain for name in ("The SBU", "The NIS", "The Tuva"))
    assert "🌐" in rendered.plain
    assert rendered.plain.index("🌐") < rendered.plain.index("HHH")


# --- in digests


def digest(*items: PendingAlert, language: Language = UK) -> PendingAlert:
    return replace(alert(language=language), news=(), reasons=(), digest=items)


def test_an_article_in_a_digest_is_quoted_as_an_alert_would_and_never_with_its_headline_twice() -> None:
    alone = news(title=SENTENCE, mentions=[mention("sbu", "SBU", SENTENCE)])
    whole = digest(alert(told(), news(title="Later"), language=UK), alert(alone, language=UK))
    assert [one.text for one in passages(whole)] == [TITLE, SENTENCE]
    text = render_alert(whole, GLOSSARY).html
    assert "«The <b>SBU</b> said it moved" in text
    assert text.count("said it moved") == 2


@pytest.mark.parametrize("language", [UK, RU, KO])
def test_in_a_digest_a_translation_stands_marked_above_its_original(language: Language) -> None:
    whole = digest(alert(told(), language=language), language=language)
    texts = {one: f"Машинний <текст> & {number}" for number, one in enumerate(passages(whole))}
    rendered = render_alert(whole, GLOSSARY, texts)
    parse_html(rendered.html)
    lines = rendered.plain.splitlines()
    above = lines.index("🌐 Машинний <текст> & 0")
    assert lines[above + 1].startswith(f"{TITLE} (https://courier.example/prisoners)")
    quote = Messages(language).plain("alert.quote", quote="Машинний <текст> & 1")
    assert lines[lines.index(f"🌐 {quote}") + 1] == Messages(language).plain("alert.quote", quote=SENTENCE)
    assert lines[above + 1].endswith(f" · {Messages(language).plain('language.en')}")
    assert lines.count(Messages(language).plain("alert.translated_note")) == 1


@pytest.mark.parametrize("language", [UK, RU, KO])
def test_a_full_digest_fits_and_loses_quotations_and_translations_before_articles(language: Language) -> None:
    long = [f"The SBU & others met <again> {number} " + "for long talks " * 20 + "." for number in range(12)]
    items = [
        alert(news(title=f"Headline {number} " + "h" * 90, mentions=[mention("sbu", "SBU", one)]), language=language)
        for number, one in enumerate(long)
    ]
    whole = digest(*items, language=language)
    rendered = render_alert(whole, GLOSSARY, dict.fromkeys(passages(whole), "<переклад> & далі " * 20))
    parse_html(rendered.html)
    assert utf16_length(rendered.html) <= 4096
    assert all(f"Headline {number} " in rendered.plain for number in range(12))
    note = Messages(language).plain("alert.translated_note")
    assert (note in rendered.plain) == ("<переклад>" in rendered.plain)
    quoted = render_alert(digest(*items[:5], language=language), GLOSSARY).plain
    assert "met <again> 0" in quoted


# --- in a round of deliveries


class Watched(Engine):
    """The real engine, which counts what it is asked and can be made to fail or to hang."""

    def __init__(self, folder: Path, then: Callable[[], object] = lambda: None) -> None:
        super().__init__(folder)
        self.asked: list[list[str]] = []
        self._then = then

    def translate_sentences(self, sentences: Sequence[str], source: Language, target: Language) -> list[str]:
        self.asked.append(list(sentences))
        self._then()
        return super().translate_sentences(sentences, source, target)


@pytest.fixture
def folder(engine: Engine, tmp_path: Path) -> Path:
    """The folder of the genuine package."""
    assert engine.packages()
    return tmp_path / "packages"


def plain(sender: Recorder) -> list[str]:
    return [rendered.plain for _, rendered in sender.sent]


async def deliver(
    database: Database, sender: Recorder, translator: AlertTranslator, after: float = 0
) -> DeliveryReport:
    now = NOON + after * SECOND
    return await deliver_due(database, {Channel.TELEGRAM: sender}, lambda: GLOSSARY, now, translator)


async def test_readers_of_one_alert_share_its_translation_in_one_call(any_database: Database, folder: Path) -> None:
    for address in range(10, 20):
        write_delivery(any_database, address, told(), language=UK)
    write_delivery(any_database, 20, told(), language=EN)
    watched = Watched(folder)
    translator = AlertTranslator(watched, lambda: KNOWLEDGE)
    sender = Recorder()
    assert await deliver(any_database, sender, translator) == DeliveryReport(sent=11)
    assert watched.asked == [[TITLE, SENTENCE]]
    assert [IN_UKRAINIAN in text for text in plain(sender)] == [True] * 10 + [False]
    assert all(SENTENCE in text for text in plain(sender))
    write_delivery(any_database, 30, told(), language=UK)
    await deliver(any_database, sender, translator, 5)
    assert IN_UKRAINIAN in plain(sender)[-1]
    assert len(watched.asked) == 1


async def test_a_digest_is_told_in_the_readers_language_and_what_fails_its_check_in_the_original(
    any_database: Database, folder: Path
) -> None:
    wrong = "Guards freed 12,500 scouts in Tuva"  # the lexicon has no Tuva, so that the name stays in Latin letters
    for told_ in (told(), told(wrong)):
        write_delivery(any_database, 42, told_, language=UK)
    with any_database.write() as session:
        chat = session.exec(select(Chat)).one()
        chat.quiet_from, chat.quiet_to = 13 * 60, 15 * 60  # in Kyiv
    watched = Watched(folder)
    translator = AlertTranslator(watched, lambda: KNOWLEDGE)
    sender = Recorder()
    assert await deliver(any_database, sender, translator) == DeliveryReport()
    assert await deliver(any_database, sender, translator, 3600) == DeliveryReport(sent=1)
    (text,) = plain(sender)
    assert text.index("🌐 Охоронці & розвідники звільнили 12 500 заручників") < text.index(TITLE)
    assert text.count(f"🌐 «{IN_UKRAINIAN}»\n«{SENTENCE}»") == 2
    assert f"\n{wrong} (" in text
    assert "Tuva" not in text.replace(wrong, "")


async def test_a_model_that_hangs_does_not_hold_up_a_digest(
    database: Database, folder: Path, gate: threading.Event
) -> None:
    write_delivery(database, 42, told(), language=UK)
    with database.write() as session:
        session.exec(select(Chat)).one().muted_until = NOON + SECOND
    translator = AlertTranslator(Watched(folder, gate.wait), lambda: KNOWLEDGE, patience=0)
    sender = Recorder()
    await deliver(database, sender, translator)
    assert await deliver(database, sender, translator, 2) == DeliveryReport(sent=1)
    assert SENTENCE in plain(sender)[0]
    assert "🌐" not in plain(sender)[0]


async def test_no_transaction_is_open_and_nothing_in_flight_while_a_model_works(
    database: Database, folder: Path
) -> None:
    delivery = write_delivery(database, 42, told(), language=UK)
    seen: list[DeliveryStatus] = []

    def look() -> None:
        write_delivery(database, 43, told(), language=EN)  # another transaction writes meanwhile
        seen.append(read_delivery(database, delivery).status)

    sender = Recorder()
    await deliver(database, sender, AlertTranslator(Watched(folder, look), lambda: KNOWLEDGE))
    assert seen == [DeliveryStatus.PENDING]
    assert IN_UKRAINIAN in plain(sender)[0]


@pytest.mark.parametrize("error", [TranslationError("no"), RuntimeError("full"), MemoryError(), KeyError()])
async def test_a_model_that_fails_costs_no_alert(database: Database, folder: Path, error: Exception) -> None:
    write_delivery(database, 42, told(), language=UK)

    def fail() -> None:
        raise error

    sender = Recorder()
    translator = AlertTranslator(Watched(folder, fail), lambda: KNOWLEDGE)
    assert await deliver(database, sender, translator) == DeliveryReport(sent=1)
    assert SENTENCE in plain(sender)[0]
    assert "🌐" not in plain(sender)[0]


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What a hanging model waits for; opened in the end."""
    event = threading.Event()
    yield event
    event.set()


async def test_a_model_that_hangs_delays_one_round_by_its_patience_and_no_other(
    database: Database, folder: Path, gate: threading.Event
) -> None:
    write_delivery(database, 42, told(), language=UK)
    hanging = Watched(folder, gate.wait)
    translator = AlertTranslator(hanging, lambda: KNOWLEDGE, patience=0)
    sender = Recorder()
    assert await deliver(database, sender, translator) == DeliveryReport(sent=1)
    write_delivery(database, 43, told("Another headline"), language=UK)
    assert await deliver(database, sender, translator, 5) == DeliveryReport(sent=1)
    assert all("🌐" not in text for text in plain(sender))
    assert len(hanging.asked) <= 1  # one thread hangs, not one for each round

    # What it answers in the end is there for the next reader.
    gate.set()
    while not translator.translated(passages(alert(told(), language=UK))):
        await asyncio.sleep(0)
    write_delivery(database, 44, told(), language=UK)
    await deliver(database, sender, translator, 10)
    assert IN_UKRAINIAN in plain(sender)[-1]


async def test_a_package_that_comes_later_is_used_without_a_restart(database: Database, tmp_path: Path) -> None:
    translator = AlertTranslator(Engine(tmp_path / "packages"), lambda: KNOWLEDGE)
    sender = Recorder()
    write_delivery(database, 42, told(), language=UK)
    await deliver(database, sender, translator)
    write_general_package(tmp_path / "packages", EN, UK, LEXICON)
    write_delivery(database, 43, told(), language=UK)
    await deliver(database, sender, translator, 5)
    assert [IN_UKRAINIAN in text for text in plain(sender)] == [False, True]


async def test_an_alert_that_cannot_be_read_spoils_no_translation(database: Database, folder: Path) -> None:
    broken = write_delivery(database, 42, told(), language=UK)
    write_delivery(database, 43, told(), language=UK)
    with database.write() as session:
        session.get_one(Event, session.get_one(Delivery, broken).event_id).news = {"of another": "version"}
    sender = Recorder()
    report = await deliver(database, sender, AlertTranslator(Engine(folder), lambda: KNOWLEDGE))
    assert report == DeliveryReport(sent=1, failed=1)
    assert IN_UKRAINIAN in plain(sender)[0]


async def test_the_terminal_prints_both(database: Database, folder: Path) -> None:
    write_delivery(database, 0, told(), language=UK, channel=Channel.TERMINAL)
    output = io.StringIO()
    senders = {Channel.TERMINAL: TerminalSender(Console(file=output, width=60))}
    translator = AlertTranslator(Engine(folder), lambda: KNOWLEDGE)
    await deliver_due(database, senders, lambda: GLOSSARY, NOON, translator)
    printed = output.getvalue()
    assert printed.index(f"🌐 «{IN_UKRAINIAN}»") < printed.index(f"«{SENTENCE}»")


def test_a_rendered_alert_is_what_it_was_where_nothing_is_translated() -> None:
    whole = alert(told(), language=UK)
    assert render_alert(whole, GLOSSARY, {}) == render_alert(whole, GLOSSARY)
    assert isinstance(render_alert(whole, GLOSSARY), Rendered)
