"""Every command, every button and every kind of update, in every language: answered, in that language, and accepted.

A drive does as a user would: it writes, taps the buttons that the bot has put there, and sends what people send. Each
names the commands and actions that it is about; that all of them together are all that there are is a test of its own,
so that a command or an action without a drive fails. What a drive brings out is looked at in `Scene.check`: each text
that reached the person is in their language, fits, and was accepted by the stand-in.
"""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from babel.messages.pofile import read_po
from sqlmodel import col, select

import bot
from bot import migrate
from bot.articles import ArticleDraft
from bot.delivery import deliver_due
from bot.editors_work import notify_editors
from bot.events import fan_out_due
from bot.knowledge import Knowledge, KnowledgeKeeper
from bot.messages import Html, Messages, to_plain
from bot.messages.markup import utf16_length
from bot.messages.wording import entity_name
from bot.models import Channel, Event, Role, Source, SourceKind, StoryDocument
from bot.pipeline import process_article
from bot.subscriptions import Target, find_chat, list_subscriptions
from bot.telegram import TelegramSender
from bot.telegram.answers import COMMANDS, PRESSES
from bot.telegram.buttons import Action, decode
from bot.telegram.roles import give_role
from glossary.candidates import record_names
from glossary.database import Database
from glossary.editing import add_entity, add_form
from glossary.entries import Glossary
from glossary.exchange import export_glossary
from glossary.history import recorded_change
from glossary.matching import Matcher
from glossary.models import Document, Form, Revision, Statement
from glossary.proposing import ProposedName, Spelling
from glossary.store import load_glossary
from glossary.words import EntityType, FormKind, FormStatus, Measure, SpellingKind
from tests.bot.chatting import Chatting, make_context, running_bot, text
from tests.bot.samples import (
    EN,
    KO,
    MORE_THAN_11000,
    NOON,
    RU,
    SOME_12000,
    UK,
    entity_id,
    news,
    people,
    stock,
    write_event,
    write_figure,
)
from tests.bot.telegram_server import BOT_USERNAME, Call, Person, Place, running_telegram
from tests.bot.web import Web
from translations.languages import Language

# The tests of a language share its bot, and so a loop.
SHARED = pytest.mark.asyncio(loop_scope="module")

ADMIN = 1
BYSTANDER = 99
CODES = {EN: "en", UK: "uk", RU: "ru", KO: "ko"}

# An article in each language, of our own.
ARTICLES = {
    EN: "Two prisoners questioned\nThe Security Service of Ukraine questioned 12 North Korean soldiers near Sudzha on "
    "Monday, officials in Kyiv said.",
    UK: "Допитано двох полонених\nСлужба безпеки України в понеділок допитала 12 північнокорейських солдатів біля "
    "Суджі, повідомили в Києві.",
    RU: "Допрошены двое пленных\nСлужба безопасности Украины в понедельник допросила 12 северокорейских солдат у "
    "Суджи, сообщили в Киеве.",
    KO: "포로 두 명 신문\n우크라이나 보안국은 월요일 수자 인근에서 북한 병사 12명을 신문했다고 키이우에서 밝혔다.",
}


# --- the catalogues as they are on disk


@cache
def catalogue(language: Language) -> dict[str, tuple[str, ...]]:
    """The texts of a language by key, without markup."""
    with (Path(bot.__file__).parent / "messages" / f"{language}.po").open("rb") as file:
        found = {one.id if isinstance(one.id, str) else one.id[0]: one.string for one in read_po(file) if one.id}
    forms = {key: (told,) if isinstance(told, str) else tuple(told) for key, told in found.items()}
    return {key: tuple(_spaced(to_plain(Html(one))) for one in told) for key, told in forms.items()}


def _spaced(said: str) -> str:
    return said.replace("\xa0", " ").replace("\u202f", " ")


def _pieces(template: str) -> list[str]:
    """What a text says besides its values."""
    return re.split(r"\{\w*\}", template)


def says(language: Language, key: str, said: str) -> bool:
    """Whether a text holds a message of the catalogue, with any values."""
    patterns = (".*?".join(map(re.escape, _pieces(one))) for one in catalogue(language)[key])
    return any(re.search(pattern, _spaced(said), re.DOTALL) for pattern in patterns)


@cache
def fragments(language: Language, letters: int) -> tuple[str, ...]:
    """The pieces of a catalogue that have so many letters; without what is the same in every language, commands."""
    pieces = {piece.strip() for told in catalogue(language).values() for one in told for piece in _pieces(one)}
    return tuple(piece for piece in pieces if len(re.sub(r"/\w+|[\W\d_]", "", piece)) >= letters)


@cache
def foreign_fragments(language: Language) -> tuple[str, ...]:
    """What other languages' catalogues say, and this one's does not."""
    own = "\n".join(one for told in catalogue(language).values() for one in told)
    others = {piece for other in Language if other is not language for piece in fragments(other, 8)}
    return tuple(piece for piece in others if piece not in own)


# --- a bot for each language


@dataclass
class Scene:
    """A running bot and one person who talks to it; what was driven."""

    chatting: Chatting
    language: Language
    web: Web
    person: Person
    figure: int
    driven: set[str] = field(default_factory=set)
    #: The calls and refusals of before.
    before: tuple[int, int] = (0, 0)

    @property
    def messages(self) -> Messages:
        return Messages(self.language)

    @property
    def server(self) -> Any:
        return self.chatting.server

    async def say(self, written: str, **where: Any) -> Call:
        """Write; the answer."""
        if written.startswith("/"):
            self.driven.add(written[1:].split(maxsplit=1)[0].partition("@")[0])
        return await self.chatting.says(written, person=where.pop("person", self.person), **where)

    def button(self, call: Call, action: Action, number: int = 0) -> str:
        """The data of a button of a message as it stands."""
        offered = [one["callback_data"] for one in self.chatting.now_reads(call).buttons]
        found = [data for data in offered if (press := decode(data)) is not None and press.action is action]
        assert found, f"{action.name} is not offered, but {offered}"
        return str(found[number])

    async def tap(self, call: Call, action: Action, number: int = 0) -> Call:
        """Tap a button that stands there; what it became, or the message that it brought."""
        count, edits = len(self.sent()), len(self.server.of("editMessageText"))
        await self.chatting.taps(call, self.button(call, action, number), person=self.person)
        self.driven.add(action)
        if len(self.sent()) > count:
            return self.sent()[-1]
        changed = self.server.of("editMessageText")[edits:]
        return self.chatting.now_reads(call) if changed else call

    async def type(self, call: Call, action: Action, written: str, number: int = 0) -> Call:
        """Tap a button that asks for a text, and write it."""
        question = await self.tap(call, action, number)
        assert question.fields["reply_markup"]["force_reply"] is True
        return await self.say(written, answering=question)

    def sent(self) -> list[Call]:
        return list(self.server.sent(self.person.id))

    async def comes(self) -> Call:
        """What the bot says to what was sent just now."""
        count = len(self.sent())
        await self.server.until(lambda: len(self.sent()) > count)
        return self.sent()[count]

    def becomes(self, role: Role) -> None:
        """The person has a role from now on."""
        with self.chatting.database.write() as session:
            give_role(session, self.person.id, role, name="", by=ADMIN, now=NOON)

    def shows(self, call: Call, key: str) -> None:
        """A message says what the catalogue of the person's language has for a key."""
        assert says(self.language, key, text(call)), f"{key}: {text(call)}"

    async def stops_all(self) -> None:
        """Follow nothing any more, so that no later drive is told of it."""
        listed = await self.say("/unsubscribe")
        await self.tap(listed, Action.STOP_ALL if len(listed.buttons) > 1 else Action.STOP)

    def followed(self) -> list[Target]:
        return self.chatting.followed(self.person.id)

    def check(self) -> None:
        """All that reached the person in this drive is in their language, and fits."""
        calls, refused = self.server.calls[self.before[0] :], self.server.refusals[self.before[1] :]
        assert [(method, one.description) for method, one in refused if not one.scripted] == []
        mine = [one for one in calls if (one.chat_id or 0) <= 0 or one.chat_id == self.person.id]
        told = [one for one in mine if one.method.startswith(("send", "edit", "answer"))]
        assert told, "nothing was answered"
        for call in told:
            said = [text(call), *(one["text"] for one in call.buttons)]
            if call.method == "answerInlineQuery":
                said = [one["description"] for one in call.fields["results"]]
            self._speaks("\n".join(said), blank=call.method.startswith("answer"))
            limit = {"sendMessage": 4096, "editMessageText": 4096, "answerCallbackQuery": 200}.get(call.method, 1024)
            assert utf16_length(text(call)) <= limit

    def _speaks(self, said: str, *, blank: bool) -> None:
        own = _spaced(said)
        # Each language is named in itself.
        names = [one.own_name for one in Language if one is not self.language]
        said = re.sub("|".join(map(re.escape, [*QUOTED, *names])), "", own)
        foreign = [piece for piece in foreign_fragments(self.language) if piece in said]
        assert foreign == [], said
        assert (blank and not own) or any(piece in own for piece in fragments(self.language, 2)), own
        if self.language is not EN:
            # Names are in any language, sentences are not, unless they are an article's.
            prose = re.findall(r"[A-Za-z’']+(?:,? [A-Za-z’']+){4,}", said)
            assert prose == [], said


TOWNS = ("bakery", "museum", "harbour", "library", "hospital", "stadium", "theatre", "market")
# What stands in our articles, our glossary and files in English, and is shown to everybody as it is.
QUOTED = (
    "Ukraine shows two prisoners",
    "Two prisoners of war shown",
    "The SBU said on Sunday that it holds two North Korean soldiers in Kyiv",
    "South Korea's intelligence service",
    "Security Service of Ukraine",
    "National Intelligence Service",
    "slug, type, en, uk, ru, ko",
    *(
        f"The SBU guarded the {town} in Sudzha on day {number} while the {town} was repaired"
        for number, town in enumerate(TOWNS, start=1)
    ),
)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the glossary of `samples`, articles, a figure and candidates; made once."""
    path = tmp_path_factory.mktemp("furnished") / "furnished.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    stock(database)
    with database.read() as session:
        glossary = load_glossary(session)
    knowledge = Knowledge(glossary, Matcher(glossary))
    for number, place in enumerate(TOWNS):
        title = f"The {place} opens"
        body = f"{title}\nThe SBU guarded the {place} in Sudzha on day {number + 1} while the {place} was repaired.\n"
        day = datetime(2025, 1, number + 1, tzinfo=UTC)
        draft = ArticleDraft(f"https://ledger.example/{number}", title, body, day, NOON, "Ledger")
        assert process_article(draft, knowledge, database, source="test", alert=False, now=NOON).error is None
    with database.write() as session:
        write_figure(session, SOME_12000, MORE_THAN_11000)
        proposed = [
            ProposedName(name, EntityType.PERSON, 1, (Spelling(name, SpellingKind.NAME),), f"{name} spoke.")
            for name in (f"Anton Relin{letter * 2}" for letter in "abcdefghijkl")
        ]
        document = Document(url="https://ledger.example/names", outlet="Ledger", language=EN, first_seen_at=NOON)
        session.add(document)
        session.flush()
        revision = {"title": "Names", "text": "", "content_hash": "names", "fingerprint": b"", "retrieved_at": NOON}
        session.add(Revision(document_id=document.id or 0, number=1, **revision))
        record_names(session, document.id or 0, EN, proposed, glossary, now=NOON)
        for number in range(10):
            address = f"https://ledger.example/feed{number}"
            session.add(Source(kind=SourceKind.FEED, address=address, name=f"Feed {number}", due_at=NOON))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@dataclass(frozen=True)
class Stage:
    """What the drives of one language share."""

    chatting: Chatting
    language: Language
    web: Web
    numbers: Iterator[int]
    figure: int


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=list(Language))
async def stage(
    request: pytest.FixtureRequest, furnished: Path, one_certificate: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """A bot for one language, shared by its drives; each has a person of its own."""
    language: Language = request.param
    path = shutil.copy(furnished, tmp_path_factory.mktemp(language.value) / "stage.sqlite3")
    database = Database(f"sqlite:///{path}")
    with pytest.MonkeyPatch.context() as patch, running_telegram() as telegram, Web() as web:
        patch.setenv("SSL_CERT_FILE", str(one_certificate))
        context = make_context(database, telegram)
        context.settings.admins = frozenset({ADMIN})
        context.settings.allow_private_sources = True
        context = replace(context, knowledge=KnowledgeKeeper(database).current)
        for known in (ADMIN, BYSTANDER, 77):
            telegram.add(Place(known))
        async with running_bot(context, telegram) as chatting:
            yield Stage(chatting, language, web, itertools.count(1000), 1)
    database.dispose()


@pytest.fixture
def scene(stage: Stage) -> Scene:
    """A person whom the bot has never met."""
    person = Person(next(stage.numbers), language_code=CODES[stage.language])
    scene = Scene(stage.chatting, stage.language, stage.web, person, stage.figure)
    scene.before = len(scene.server.calls), len(scene.server.refusals)
    return scene


# --- commands

# What is written behind each command, and what the answer says: a key of the catalogues. {code} is the language's.
SAID: dict[str, tuple[tuple[str, str], ...]] = {
    "start": (("", "start"), ("e-sbu", "card.heading"), ("f-1", "figure.heading"), ("e-<b>", "start")),
    "help": (("", "help"),),
    "subscribe": (
        ("", "subscribe.how"),
        ("SBU", "subscribe.done"),
        ("СБУ", "subscribe.already"),
        ("Georgia", "subscribe.which"),
        ("Sudhza", "subscribe.near"),
        ("<b>쀍쀍쀍</b>", "name.unknown"),
    ),
    "unsubscribe": (("", "subscriptions.none"), ("국정원", "unsubscribe.not"), ("쀍쀍쀍", "name.unknown")),
    "subscriptions": (("", "subscriptions.none"),),
    "search": (("", "search.how"), ("Курская область", "card.heading"), ("Georgia", "search.several")),
    "glossary": (("", "glossary.page"), ("dragons", "glossary.filters")),
    "figures": (("", "figures.heading"), ("Тува", "figures.none_for"), ("북한", "figures.heading_for")),
    "latest": (("", "latest.heading"),),
    "export": (("", "export.caption"), ("tbx", "export.caption"), ("dragons", "export.how")),
    "language": (("", "language.which"), ("Klingon", "language.which"), ("{code}", "language.set")),
    "settings": (("", "settings.heading"),),
    "timezone": (("", "zone.which"), ("Seoul", "settings.zone"), ("Atlantis", "settings.unclear")),
    "quiet": (("", "quiet.which"), ("23-7", "settings.quiet"), ("soon", "settings.unclear")),
    "mute": (("", "mute.which"), ("2h", "settings.mute"), ("soon", "settings.unclear")),
    "unmute": (("", "settings.unmuted"),),
    "privacy": (("", "privacy"),),
    "delete_me": (("", "erase.nothing"),),
    "add": (("", "add.how"), ("person Arnika Velt {code}", "add.done"), ("org SBU", "refusal.name_taken")),
    "edit": (("", "edit.how"), ("Tuva", "edit.heading"), ("Georgia", "search.several")),
    "review": (("", "review.heading"), ("ko", "review.heading"), ("dragons", "review.how")),
    "candidates": (("", "candidates.heading"), ("Nobody here", "candidates.unknown"), ("1", "candidates.which")),
    "history": (("", "history.heading"),),
    "sources": (("", "sources.heading"), ("add /etc/passwd", "sources.web_only")),
    "stats": (("", "stats.articles"),),
    "status": (("", "status.drafts"),),
    "editor": (("", "role.heading"), ("add 77", "role.given"), ("add Olena", "role.whom"), ("remove 77", "role.taken")),
    "admin": (("", "role.heading"), ("remove 1", "role.fixed"), ("add <b>", "role.whom")),
}
# Whatever stands behind them, these only show.
DEAF = {"help", "subscriptions", "latest", "settings", "unmute", "privacy", "delete_me", "history", "stats", "status"}


def test_every_command_has_its_drive() -> None:
    assert set(SAID) == {one.name for one in COMMANDS}


@SHARED
@pytest.mark.parametrize("name", SAID)
async def test_a_command_is_answered_in_the_readers_language(scene: Scene, name: str) -> None:
    role = next(one.role for one in COMMANDS if one.name == name)
    if role is not None:
        scene.shows(await scene.say(f"/{name}"), f"role.{role}s_only")
        scene.becomes(role)
    for argument, key in SAID[name]:
        written = argument.format(code=scene.language.value)
        scene.shows(await scene.say(f"/{name} {written}".strip()), key)
    assert scene.driven == {name}
    scene.check()


@SHARED
@pytest.mark.parametrize("name", SAID)
async def test_a_command_with_anything_behind_it_is_answered_and_changes_nothing(scene: Scene, name: str) -> None:
    """4,096 characters, markup of two kinds, a formula, and what turns round or cannot be seen."""
    scene.becomes(Role.ADMIN)
    first = await scene.say(f"/{name}")
    bad = [
        ("</b><a href='x'>&lt;*bold* _it_ [x](http://a.example) `c` ||s|| 가" * 80)[: 4096 - len(name) - 2],
        '=HYPERLINK("x") %s {0} {name} @' + BOT_USERNAME + " '; DROP TABLE entity; --",
        "\u202e\u200b\u2800 -1 ٤٢ 😀",
    ]
    entries = set(scene.chatting.context.glossary().entries)
    for argument in bad:
        answer = await scene.say(f"/{name} {argument}")
        assert answer.text
        if name in DEAF:
            assert text(answer) == text(first)
    assert scene.followed() == []
    assert set(scene.chatting.context.glossary().entries) == entries
    scene.check()


# --- buttons

Drive = Callable[[Scene], Awaitable[None]]
DRIVES: list[tuple[frozenset[Action], Drive]] = []


def drives(*actions: Action) -> Callable[[Drive], Drive]:
    """What a drive taps."""

    def note(drive: Drive) -> Drive:
        DRIVES.append((frozenset(actions), drive))
        return drive

    return note


@drives(Action.FOLLOW, Action.SUBSCRIPTION, Action.WISH, Action.LIST_HERE, Action.STOP, Action.LEAVE)
async def following_one_thing(scene: Scene) -> None:
    chosen = await scene.say("/subscribe Georgia")
    done = await scene.tap(chosen, Action.FOLLOW)
    scene.shows(done, "subscribe.done")
    card = await scene.tap(done, Action.SUBSCRIPTION)
    scene.shows(card, "wishes.heading")
    for number in (0, 2, 4, 7, 11):
        scene.shows(await scene.tap(card, Action.WISH, number), "wishes.when")
    listed = await scene.tap(card, Action.LIST_HERE)
    scene.shows(listed, "subscriptions.heading")
    card = await scene.tap(listed, Action.SUBSCRIPTION)
    scene.shows(await scene.tap(card, Action.STOP), "subscriptions.none")
    done = await scene.say("/subscribe Kursk Oblast")
    scene.shows(await scene.tap(done, Action.LEAVE), "unsubscribe.done")
    assert scene.followed() == []


@drives(Action.FOLLOW_KIND, Action.STOP_ALL)
async def following_everything(scene: Scene) -> None:
    for number in range(5):
        how = await scene.say("/subscribe")
        scene.shows(await scene.tap(how, Action.FOLLOW_KIND, number), "subscribe.kind_done")
    listed = await scene.say("/unsubscribe")
    scene.shows(listed, "unsubscribe.which")
    scene.shows(await scene.tap(listed, Action.STOP_ALL), "unsubscribe.all")
    assert scene.followed() == []


@drives(Action.CARD, Action.CARD_FOLLOW, Action.LEAVE, Action.ARTICLES, Action.FIGURES)
async def cards(scene: Scene) -> None:
    card = await scene.tap(await scene.say("/search Sudhza"), Action.CARD)
    scene.shows(card, "card.part_of")
    scene.shows(await scene.tap(card, Action.CARD_FOLLOW), "card.heading")
    scene.shows(await scene.tap(card, Action.LEAVE), "unsubscribe.done")
    card = await scene.say("Sudzha")
    articles = await scene.tap(card, Action.ARTICLES)
    scene.shows(articles, "articles.heading")
    scene.shows(await scene.tap(articles, Action.ARTICLES), "articles.heading")
    card = await scene.say("Kursk Oblast")
    scene.shows(await scene.tap(card, Action.FIGURES), "figures.heading_for")


@drives(Action.FIGURE, Action.CHART, Action.FOLLOW_FIGURE, Action.LEAVE_FIGURE, Action.CARD_BELOW)
async def figures(scene: Scene) -> None:
    figure = await scene.tap(await scene.say("/figures"), Action.FIGURE)
    scene.shows(figure, "figure.heading")
    chart = await scene.tap(figure, Action.CHART)
    assert chart.method == "sendPhoto"
    await scene.tap(figure, Action.FOLLOW_FIGURE)
    assert scene.followed() == [Target(figure_id=scene.figure)]
    await scene.tap(figure, Action.LEAVE_FIGURE)
    assert scene.followed() == []
    scene.shows(await scene.tap(figure, Action.CARD_BELOW), "card.heading")


@drives(Action.BROWSE, Action.LATEST, Action.CARD_BELOW)
async def leafing(scene: Scene) -> None:
    turning = [one for one in (await scene.say("/glossary")).buttons if one["callback_data"].startswith("1:b:")]
    for number in range(len(turning)):
        page = await scene.say("/glossary")
        scene.shows(await scene.tap(page, Action.BROWSE, number), "glossary.heading")
    scene.shows(await scene.tap(await scene.say("/glossary"), Action.CARD_BELOW), "card.heading")
    scene.shows(await scene.tap(await scene.say("/latest"), Action.LATEST), "latest.heading")


@drives(Action.LANGUAGE, Action.SETTINGS, Action.SET)
async def settings(scene: Scene) -> None:
    own = list(Language).index(scene.language)
    scene.shows(await scene.tap(await scene.say("/language"), Action.LANGUAGE, own), "language.set")
    overview = await scene.say("/settings")
    for number, key in enumerate(("language.which", "zone.which", "quiet.which", "digest.which", "mute.which")):
        page = await scene.tap(overview, Action.SETTINGS, number)
        scene.shows(page, key)
        scene.shows(await scene.tap(page, Action.SET, own if number == 0 else 1), "settings.heading")


@drives(Action.ERASE)
async def being_forgotten(scene: Scene) -> None:
    await scene.say("/subscribe SBU")
    scene.shows(await scene.tap(await scene.say("/delete_me"), Action.ERASE, 1), "erase.kept")
    asked = await scene.say("/delete_me")
    scene.shows(asked, "erase.ask")
    scene.shows(await scene.tap(asked, Action.ERASE), "erase.done")


def happen(scene: Scene, *titles: str) -> None:
    """Something that those who follow the SBU are told of."""
    with scene.chatting.database.write() as session:
        for title in titles:
            url = f"https://courier.example/{scene.person.id}/{title.replace(' ', '-')}"
            event = session.get_one(Event, write_event(session, news(title=title, url=url), fanned_out=False))
            document = session.get_one(Revision, event.revision_id).document_id
            session.add(StoryDocument(document_id=document, story_id=event.story_id, profile={}))


async def deliver(scene: Scene, now: datetime = NOON) -> None:
    chatting = scene.chatting
    fan_out_due(chatting.database, chatting.context.glossary(), now, timedelta())
    senders = {Channel.TELEGRAM: TelegramSender(chatting.application.bot)}
    # A round sends only so much; whoever else is due may come first.
    while (await deliver_due(chatting.database, senders, chatting.context.glossary, now)).sent:
        now += timedelta(seconds=1)


@drives(Action.LIST, Action.LESS, Action.LESS_OF, Action.DO_LESS, Action.WRONG, Action.MORE)
async def an_alert(scene: Scene) -> None:
    await scene.say("/subscribe SBU")
    await scene.tap(await scene.say("/subscribe"), Action.FOLLOW_KIND, 1)
    happen(scene, "Ukraine shows two prisoners")
    await deliver(scene)
    alert = scene.sent()[-1]
    scene.shows(alert, "alert.stop")
    scene.shows(await scene.tap(alert, Action.LIST), "subscriptions.heading")
    scene.shows(await scene.tap(alert, Action.MORE), "more.heading")
    await scene.tap(alert, Action.WRONG)
    which = await scene.tap(alert, Action.LESS)
    scene.shows(which, "less.which")
    offers = await scene.tap(which, Action.LESS_OF)
    scene.shows(offers, "less.offers")
    scene.shows(await scene.tap(offers, Action.DO_LESS), "less.figures_done")
    await scene.stops_all()


@drives(Action.WRONG_ITEM, Action.WRONG, Action.MORE, Action.LESS)
async def a_digest(scene: Scene) -> None:
    done = await scene.say("/subscribe SBU")
    await scene.tap(await scene.tap(done, Action.SUBSCRIPTION), Action.WISH, 4)
    happen(scene, "Ukraine shows two prisoners", "Two prisoners of war shown")
    await deliver(scene)
    await deliver(scene, NOON + timedelta(hours=1))
    digest = scene.sent()[-1]
    scene.shows(digest, "digest.stop")
    scene.shows(await scene.tap(digest, Action.MORE), "more.heading")
    scene.shows(await scene.tap(digest, Action.LESS), "less.offers")
    which = await scene.tap(digest, Action.WRONG)
    scene.shows(which, "wrong.which")
    scene.shows(await scene.tap(which, Action.WRONG_ITEM), "button.wrong_told")
    await scene.stops_all()


@drives(Action.WORK)
async def work_that_waits(scene: Scene) -> None:
    scene.becomes(Role.EDITOR)
    await scene.say("/unmute")
    own_entry(scene)
    tomorrow = NOON + timedelta(days=1)
    notify_editors(scene.chatting.database, scene.chatting.context.glossary(), frozenset({ADMIN}), tomorrow)
    await deliver(scene, tomorrow)
    notice = scene.sent()[-1]
    scene.shows(notice, "work.drafts")
    scene.shows(await scene.tap(notice, Action.WORK), "review.heading")


@drives(Action.WRONG_ENTITY, Action.COMPLAINTS, Action.COMPLAINTS_NEXT, Action.COMPLAINTS_SETTLE)
async def what_readers_question(scene: Scene) -> None:
    for name in ("Kyiv", "North Korea"):
        await scene.tap(await scene.say(name), Action.WRONG_ENTITY)
    scene.becomes(Role.EDITOR)
    queue = await scene.tap(await scene.say("/review"), Action.COMPLAINTS)
    scene.shows(queue, "complaints.heading")
    queue = await scene.tap(queue, Action.COMPLAINTS_NEXT)
    scene.shows(queue, "complaints.heading")
    for key in ("complaints.heading", "complaints.none"):
        queue = await scene.tap(queue, Action.COMPLAINTS_SETTLE)
        scene.shows(queue, key)


@drives(Action.CANDIDATES_IGNORED, Action.RESTORE)
async def ignored_candidates(scene: Scene) -> None:
    scene.becomes(Role.EDITOR)
    await scene.tap(await scene.say("/candidates"), Action.IGNORE)
    ignored = await scene.tap(await scene.say("/candidates"), Action.CANDIDATES_IGNORED)
    scene.shows(ignored, "candidates.heading_ignored")
    scene.shows(await scene.tap(ignored, Action.RESTORE), "candidates.restored")


@drives(Action.CANDIDATES, Action.CANDIDATE, Action.ADD, Action.IGNORE, Action.UNDO)
async def candidates(scene: Scene) -> None:
    scene.becomes(Role.EDITOR)
    scene.shows(await scene.tap(await scene.say("/candidates"), Action.CANDIDATES), "candidates.heading")
    asked = await scene.tap(await scene.say("/candidates"), Action.CANDIDATE)
    scene.shows(asked, "candidates.which")
    done = await scene.tap(asked, Action.ADD)
    scene.shows(done, "candidates.added")
    scene.shows(await scene.tap(done, Action.UNDO), "undo.done")
    done = await scene.tap(await scene.say("/candidates"), Action.IGNORE)
    scene.shows(done, "candidates.ignored")
    scene.shows(await scene.tap(done, Action.UNDO), "undo.done")


def own_entry(scene: Scene) -> str:
    """An entry that only one drive edits, with a draft in Korean; its name."""
    name = f"Varnholm {scene.person.id}"
    with scene.chatting.database.write() as session:
        slug = add_entity(session, name=name, type=EntityType.PLACE, actor="test", now=NOON)
        number = add_form(session, slug, KO, f"바른홀름 {scene.person.id}", FormKind.FULL, actor="test", now=NOON)
        with recorded_change(session, actor="test", summary="a draft", now=NOON):
            session.get_one(Form, number).status = FormStatus.DRAFT
    return name


@drives(Action.EDIT, Action.EDIT_FORMS, Action.EDIT_FORM, Action.FORM_STEP, Action.EDIT_TYPE, Action.UNDO)
async def editing_what_is_tapped(scene: Scene) -> None:
    scene.becomes(Role.EDITOR)
    name, korean = own_entry(scene), list(Language).index(KO)
    for number in range(3):
        card = await scene.say(f"/edit {name}")
        scene.shows(card, "edit.legend")
        forms = await scene.tap(card, Action.EDIT_FORMS, korean)
        scene.shows(forms, "edit.forms")
        form = await scene.tap(forms, Action.EDIT_FORM)
        scene.shows(form, "edit.form")
        done = await scene.tap(form, Action.FORM_STEP, number)
        scene.shows(await scene.tap(done, Action.UNDO), "undo.done")
    types = await scene.tap(await scene.say(f"/edit {name}"), Action.EDIT_TYPE)
    scene.shows(types, "edit.which_type")
    card = await scene.tap(types, Action.EDIT)
    scene.shows(card, "edit.legend")
    scene.shows(await scene.tap(await scene.tap(card, Action.EDIT_TYPE), Action.EDIT_TYPE, 1), "edit.done")


@drives(Action.PROMPT, Action.MERGE)
async def editing_what_is_typed(scene: Scene) -> None:
    scene.becomes(Role.EDITOR)
    card = await scene.say(f"/edit {own_entry(scene)}")
    for number, written in enumerate((f"Varnstad {scene.person.id}", "A town of ours.", "Курська область")):
        scene.shows(await scene.type(card, Action.PROMPT, written, number), "edit.done")
    forms = await scene.tap(card, Action.EDIT_FORMS)
    scene.shows(await scene.type(forms, Action.PROMPT, f"Varn {scene.person.id}"), "edit.done")
    # What cannot be: nothing of it is done, and it is said why.
    scene.shows(await scene.type(forms, Action.PROMPT, "SBU"), "refusal.name_taken")
    card = await scene.say(f"/edit Varnstad {scene.person.id}")
    scene.shows(await scene.type(card, Action.PROMPT, "Nobody at all", 3), "name.unknown")
    scene.shows(await scene.type(card, Action.PROMPT, f"Varnstad {scene.person.id}", 3), "edit.same_entry")
    sure = await scene.type(card, Action.PROMPT, "Sudzha", 3)
    scene.shows(sure, "edit.merge_sure")
    done = await scene.tap(sure, Action.MERGE)
    scene.shows(done, "edit.merged")
    scene.shows(await scene.tap(done, Action.UNDO), "undo.done")


@drives(Action.REVIEW, Action.SKIP, Action.EDIT_BELOW, Action.PROMPT, Action.UNDO)
async def reviewing(scene: Scene) -> None:
    scene.becomes(Role.EDITOR)
    own_entry(scene)
    queue = await scene.say("/review")
    scene.shows(await scene.tap(queue, Action.EDIT_BELOW), "edit.legend")
    question = await scene.tap(queue, Action.PROMPT)
    assert question.fields["reply_markup"]["force_reply"] is True
    scene.shows(await scene.tap(queue, Action.SKIP), "review.heading")
    for number in (0, 1):
        queue = await scene.say("/review ko")
        done = await scene.tap(queue, Action.REVIEW, number)
        scene.shows(await scene.tap(done, Action.UNDO), "undo.done")


@drives(Action.HISTORY, Action.UNDO)
async def history(scene: Scene) -> None:
    scene.becomes(Role.EDITOR)
    for letter in "abcdefghi":
        await scene.say(f"/add place Varnby {letter} {scene.person.id}")
    changes = await scene.say("/history")
    scene.shows(await scene.tap(changes, Action.HISTORY), "history.heading")
    changes = await scene.say("/history")
    scene.shows(await scene.tap(changes, Action.UNDO), "undo.done")


@drives(Action.SOURCES, Action.SOURCE, Action.SOURCE_STEP)
async def sources(scene: Scene) -> None:
    scene.becomes(Role.EDITOR)
    scene.shows(await scene.tap(await scene.say("/sources"), Action.SOURCES), "sources.heading")
    source = await scene.tap(await scene.say("/sources"), Action.SOURCE)
    scene.shows(source, "sources.one")
    scene.shows(await scene.tap(source, Action.SOURCE_STEP), "sources.one")
    scene.shows(await scene.tap(source, Action.SOURCE_STEP, 1), "sources.sure")
    scene.shows(await scene.tap(source, Action.SOURCE_STEP, 1), "sources.removed")


def own_figures(scene: Scene) -> tuple[int, int]:
    """Two figures of deaths that only one drive edits."""
    with scene.chatting.database.write() as session:
        first = write_figure(session, people(300), people(320), people(350), measure=Measure.KILLED, subject="tuva")
        second = write_figure(session, people(310), measure=Measure.KILLED, subject="tuva", place=None)
        with recorded_change(session, actor="test", summary="surfaces", now=NOON):
            for one in session.exec(select(Statement).where(col(Statement.figure_id).in_([first, second]))):
                one.surface, one.claimant_id = f"{one.said} people", entity_id(session, "nis")
        return first, second


@drives(Action.FIGURE_EDIT_BELOW, Action.FIGURE_STEP, Action.STATEMENT, Action.STATEMENT_STEP, Action.FIGURE_EDIT)
async def editing_a_figure_by_taps(scene: Scene) -> None:
    scene.becomes(Role.EDITOR)
    number, _ = own_figures(scene)
    edit = await scene.tap(await scene.say(f"/start f-{number}"), Action.FIGURE_EDIT_BELOW)
    scene.shows(edit, "figure_edit.heading")
    for step, key in enumerate(("statement_done.pin", "statement_done.withdraw", "statement_done.hold")):
        statement = await scene.tap(edit, Action.STATEMENT)
        scene.shows(statement, "figure_edit.sentence")
        done = await scene.tap(statement, Action.STATEMENT_STEP, step)
        scene.shows(done, key)
        scene.shows(await scene.tap(done, Action.UNDO), "undo.done")
        edit = await scene.tap(await scene.say(f"/start f-{number}"), Action.FIGURE_EDIT_BELOW)
    statement = await scene.tap(edit, Action.STATEMENT)
    scene.shows(await scene.tap(statement, Action.FIGURE_EDIT), "figure_edit.heading")
    retired = await scene.tap(edit, Action.FIGURE_STEP)
    scene.shows(retired, "figure_done.retire")
    scene.shows(await scene.tap(retired, Action.FIGURE_STEP), "figure_done.restore")


@drives(Action.FIGURE_PROMPT, Action.FIGURE_SPLIT, Action.FIGURE_MERGE, Action.FIGURE_MERGE_INTO, Action.UNDO)
async def editing_figures_by_words(scene: Scene) -> None:
    scene.becomes(Role.EDITOR)
    first, second = own_figures(scene)
    edit = await scene.tap(await scene.say(f"/start f-{first}"), Action.FIGURE_EDIT_BELOW)
    scene.shows(await scene.type(edit, Action.FIGURE_PROMPT, "Тува 투바"), "figure_typed.label")
    scene.shows(await scene.type(edit, Action.FIGURE_PROMPT, "350", 1), "figure_typed.pin")
    scene.shows(await scene.type(edit, Action.FIGURE_PROMPT, "<b>many</b>", 1), "figure_edit.no_quantity")
    statement = await scene.tap(edit, Action.STATEMENT)
    scene.shows(await scene.type(statement, Action.FIGURE_PROMPT, "360"), "figure_typed.states")
    edit = await scene.tap(await scene.say(f"/start f-{first}"), Action.FIGURE_EDIT_BELOW)
    choosing = await scene.tap(edit, Action.FIGURE_SPLIT)
    scene.shows(choosing, "figure_edit.split")
    nis = entity_name(scene.chatting.context.glossary(), "nis", scene.language)
    assert any(nis in one["text"] for one in scene.chatting.now_reads(choosing).buttons)
    choosing = await scene.tap(choosing, Action.FIGURE_SPLIT)
    scene.shows(choosing, "figure_edit.chosen")
    scene.shows(await scene.type(choosing, Action.FIGURE_PROMPT, "Varn"), "figure_typed.split")
    edit = await scene.tap(await scene.say(f"/start f-{second}"), Action.FIGURE_EDIT_BELOW)
    which = await scene.tap(edit, Action.FIGURE_MERGE)
    scene.shows(which, "figure_edit.which_winner")
    sure = await scene.tap(which, Action.FIGURE_MERGE_INTO)
    scene.shows(sure, "figure_edit.merge_sure")
    done = await scene.tap(sure, Action.FIGURE_MERGE_INTO)
    scene.shows(done, "figure_done.merge")
    scene.shows(await scene.tap(done, Action.UNDO), "undo.done")


@drives(Action.HELD, Action.HELD_NEXT, Action.HELD_STEP, Action.FIGURES_UNLISTED)
async def deciding_on_what_waits(scene: Scene) -> None:
    scene.becomes(Role.EDITOR)
    number, other = own_figures(scene)
    edit = await scene.tap(await scene.say(f"/start f-{other}"), Action.FIGURE_EDIT_BELOW)
    await scene.tap(edit, Action.FIGURE_STEP)
    for which in (2, 1):
        edit = await scene.tap(await scene.say(f"/start f-{number}"), Action.FIGURE_EDIT_BELOW)
        await scene.tap(await scene.tap(edit, Action.STATEMENT, which), Action.STATEMENT_STEP, 2)
    listed = await scene.say("/figures")
    scene.shows(await scene.tap(listed, Action.FIGURES_UNLISTED), "figure_edit.unlisted")
    waiting = await scene.tap(listed, Action.HELD)
    scene.shows(waiting, "held.heading")
    scene.shows(await scene.tap(waiting, Action.HELD_NEXT), "held.heading")
    scene.shows(await scene.tap(waiting, Action.HELD_STEP), "statement_done.release")
    done = await scene.tap(await scene.tap(await scene.say("/figures"), Action.HELD), Action.HELD_STEP, 1)
    scene.shows(done, "statement_done.reject")


@drives(Action.IMPORT, Action.UNDO)
async def importing(scene: Scene) -> None:
    scene.becomes(Role.EDITOR)
    with scene.chatting.database.read() as session:
        glossary = load_glossary(session)
    number = scene.person.id
    csv = f"slug,type,en,uk,ru,ko\n,PLACE,Varnhus {number},Варнхус {number},Варнхус {number},\n"
    tbx = export_glossary(Glossary.of((replace(glossary["sudzha"], note=f"A town, {number}", relations=()),)), "tbx")
    for name, content in (("glossary.csv", csv.encode()), ("glossary.tbx", tbx)):
        scene.server.sends_file(name, content, person=scene.person)
        shown = await scene.comes()
        scene.shows(shown, "import.heading")
        done = await scene.tap(shown, Action.IMPORT)
        scene.shows(done, "import.done")
        scene.shows(await scene.tap(done, Action.UNDO), "undo.done")


def test_every_action_has_its_drive_and_its_handler() -> None:
    tapped = frozenset[Action]().union(*(actions for actions, _ in DRIVES))
    assert (set(Action) - tapped, set(Action) - set(PRESSES)) == (set(), set())


@SHARED
@pytest.mark.parametrize(("actions", "drive"), DRIVES, ids=[drive.__name__ for _, drive in DRIVES])
async def test_a_button_is_answered_in_the_readers_language(
    scene: Scene, actions: frozenset[Action], drive: Drive
) -> None:
    await drive(scene)
    assert actions - scene.driven == set()
    scene.check()


# --- every other kind of update


@SHARED
async def test_a_name_is_looked_up_and_what_is_none_is_said_to_be(scene: Scene) -> None:
    for written, key in (("Sudhza", "search.near"), ("Kiev", "card.forbidden"), ("쀍쀍쀍", "name.unknown")):
        scene.shows(await scene.say(written), key)
    for written in ("/frobnicate", "/FROBNICATE now", "/пошук СБУ", "/검색", f"/nothing@{BOT_USERNAME}"):
        scene.shows(await scene.say(written), "unknown.command")
    scene.check()


@SHARED
async def test_an_article_is_read_however_it_comes(scene: Scene) -> None:
    article = ARTICLES[scene.language]
    scene.shows(await scene.say(article), "article.heading")
    channel = {"id": -100, "type": "channel", "title": "Ledger"}
    origins: list[dict[str, Any]] = [
        {"type": "channel", "date": 1_736_600_000, "chat": channel, "message_id": 5},
        {"type": "hidden_user", "date": 1_736_600_000, "sender_user_name": "somebody"},
        {"type": "user", "date": 1_736_600_000, "sender_user": Person(5).to_json()},
        {"type": "chat", "date": 1_736_600_000, "sender_chat": {**channel, "type": "supergroup"}},
    ]
    title, _, brief = article.partition("\n")
    for origin in origins:
        scene.shows(await scene.say(brief, forward_origin=origin), "article.names")
    body = f"<article><h1>{title}</h1><p>{brief}</p></article>"
    scene.web.page("/article", f"<html lang='{scene.language}'><body>{body}</body></html>")
    scene.shows(await scene.say(scene.web.url("/article")), "article.names")
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 10, "height": 10}]
    scene.server.sends({"photo": photo, "caption": article}, person=scene.person)
    scene.shows(await scene.comes(), "article.names")
    german = "Neue Sanktionen beschlossen\nDie Regierung hat am Montag in Berlin neue Sanktionen beschlossen."
    scene.shows(await scene.say(german), "article.language")
    scene.shows(await scene.say(scene.web.url("/nothing")), "article.unread")
    scene.check()


# What people send that is no text, as the Bot API tells it; https://core.telegram.org/bots/api#message.
_FILE = {"file_id": "f", "file_unique_id": "f"}
CONTENT: dict[str, Any] = {
    "sticker": {**_FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False},
    "photo": [{**_FILE, "width": 1, "height": 1}],
    "voice": {**_FILE, "duration": 1},
    "video": {**_FILE, "duration": 1, "width": 1, "height": 1},
    "location": {"latitude": 50.45, "longitude": 30.52},
    "contact": {"phone_number": "380", "first_name": "Olena"},
    "dice": {"emoji": "🎲", "value": 1},
}


@SHARED
@pytest.mark.parametrize("kind", CONTENT)
async def test_what_cannot_be_read_is_answered_with_what_can(scene: Scene, kind: str) -> None:
    scene.server.sends({kind: CONTENT[kind]}, person=scene.person)
    scene.shows(await scene.comes(), "unknown.content")
    scene.check()


@SHARED
async def test_inline_mode_offers_forms_with_their_languages(scene: Scene) -> None:
    for query in ("SBU", "Sudhza", "Грузія", "북한"):
        count = len(scene.server.of("answerInlineQuery"))
        scene.server.types_inline(query, person=scene.person)
        await scene.server.until(lambda count=count: len(scene.server.of("answerInlineQuery")) > count)
        assert scene.server.of("answerInlineQuery")[count].fields["results"]
    scene.check()


@SHARED
async def test_a_file_is_for_editors_and_one_that_is_no_glossary_is_told_why(scene: Scene) -> None:
    scene.server.sends_file("glossary.csv", b"slug", person=scene.person)
    scene.shows(await scene.comes(), "role.editors_only")
    scene.becomes(Role.EDITOR)
    for name, content, key in (
        ("glossary.csv", b"name,value\nKyiv,1\n", "import.unreadable"),
        ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(100), "import.unreadable"),
        ("empty.csv", b"", "import.unreadable"),
        ("broken.tbx", b"<tbx><unclosed>", "import.unreadable"),
        ("broken.json", b'{"entities": [', "import.unreadable"),
        ("same.csv", b"slug,type,en\nkyiv,PLACE,Kyiv\n", "import.nothing"),
        ("large.csv", b"x" * 20_000_001, "import.large"),
    ):
        scene.server.sends_file(name, content, person=scene.person)
        scene.shows(await scene.comes(), key)
    scene.check()


@SHARED
async def test_a_group_is_answered_in_its_language_and_goes_with_it_when_it_moves(scene: Scene) -> None:
    number = scene.person.id
    group = Place(-number, "group", admins=frozenset({number}))
    moved = Place(-1_000_000 - number, "supergroup", admins=frozenset({number}))
    scene.server.membership(group, "member", person=scene.person)
    scene.shows(await scene.say("/subscribe SBU", place=group), "subscribe.done")
    stranger = Person(number + 500_000, language_code=scene.person.language_code)
    scene.shows(await scene.say("/unsubscribe SBU", place=group, person=stranger), "group.admins")
    scene.server.upgrades(group, moved, person=scene.person)
    scene.shows(await scene.say("/subscriptions", place=moved), "subscriptions.heading")
    scene.server.membership(moved, "kicked", person=scene.person, before="member")
    await scene.say("/start", person=Person(BYSTANDER))
    with scene.chatting.database.read() as session:
        chat = find_chat(session, Channel.TELEGRAM, moved.id)
        assert chat is not None
        assert chat.blocked_at is not None
        assert [one.target for one in list_subscriptions(session, chat.id or 0, 0)] == [Target(slug="sbu")]
    scene.server.membership(moved, "administrator", person=scene.person, before="kicked")
    scene.shows(await scene.say("/subscriptions", place=moved), "subscriptions.heading")
    scene.check()


@SHARED
async def test_a_channel_and_a_topic_are_answered_where_they_asked(scene: Scene) -> None:
    number = scene.person.id
    channel = Place(-number, "channel", "Ledger")
    scene.shows(await scene.say(f"/language {scene.language.value}", place=channel), "language.set")
    scene.shows(await scene.say("/subscribe SBU", place=channel), "subscribe.done")
    forum = Place(-1_000_000 - number, "supergroup", topics=frozenset({3}), admins=frozenset({number}))
    answer = await scene.say("/subscribe SBU", place=forum, topic=3)
    scene.shows(answer, "subscribe.done")
    assert answer.fields["message_thread_id"] == 3
    # A thread of answers in a group is no topic.
    thread = {"message_thread_id": 17}
    plain = Place(-2_000_000 - number, "supergroup", admins=frozenset({number}))
    assert "message_thread_id" not in (await scene.say("/help", place=plain, **thread)).fields
    scene.check()
