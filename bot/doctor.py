"""The installation examined: what is there, what is missing, and what to do about it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from bot import migrate
from bot.charts import writes_korean
from bot.errors import BotError
from bot.models import ArticleFailure, Chat, Delivery, DeliveryStatus, Source
from bot.settings import Settings
from bot.workspace import Workspace, open_workspace
from glossary.entries import Glossary
from glossary.errors import GlossaryError
from glossary.proposing import recogniser
from glossary.words import FormStatus
from translations.engine import Engine, InstalledPackage
from translations.errors import TranslationError
from translations.languages import Language
from translations.packages import ensure_bundled, package_problems


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined; `ok` is false where somebody should look."""

    check: str
    ok: bool
    detail: str


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Examine everything that can be examined without the network. The database is made ready if it is not."""
    findings = [_data_folder(settings), *_packages(settings), _english_model(), _fonts(), _token(settings)]
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
    folder = settings.packages_dir
    try:
        healed = ensure_bundled(folder)
    except TranslationError as error:
        yield Finding("packages", False, str(error))
    else:
        done = f", {len(healed)} bundled unpacked just now" if healed else ""
        yield Finding("packages", True, f"{len(Engine(folder).packages())} in {folder}{done}")
    problems = package_problems(folder)
    for one in problems:
        yield Finding(f"package {one.path.name}", False, f"{one.problem} {one.advice}")
    unusable = {one.path for one in problems}
    engine = Engine(folder)
    usable = [package for package in engine.packages() if package.path not in unusable]
    for target in Language:
        if target is Language.EN:
            continue
        pair = f"names, English to {target.english_name}"
        own = next((one for one in usable if _serves(one, "names", Language.EN, target)), None)
        if own is None:
            advice = "no package; forms come from rules alone. `exonym models install --bundled` brings it."
            yield Finding(pair, False, advice)
        else:
            yield Finding(pair, True, own.label)
    yield from _sentences(usable)


def _serves(package: InstalledPackage, purpose: str, source: Language, target: Language) -> bool:
    return (package.purpose, package.source, package.target) == (purpose, source, target)


def _sentences(usable: Sequence[InstalledPackage]) -> Iterator[Finding]:
    """For each language of readers, which articles' sentences they get in it; none is a gap that may be meant."""

    def direct(source: Language, target: Language) -> str | None:
        return next((one.label for one in usable if _serves(one, "general", source, target)), None)

    for target in Language:
        known, gaps = [], []
        for source in Language:
            label = direct(source, target)
            legs = (direct(source, Language.EN), direct(Language.EN, target))
            if source is target:
                continue
            if label is not None:
                known.append(f"{source.english_name} ({label})")
            elif all(legs):
                known.append(f"{source.english_name} (by English)")
            else:
                gaps.append(source)
        told = [f"from {', '.join(known)}"] if known else []
        if gaps:
            names = ", ".join(source.english_name for source in gaps)
            advice = f"`exonym models install --from {gaps[0]} --to {target}` brings one"
            told.append(f"no general package from {names}: quotations stay in the original; {advice}")
        yield Finding(f"sentences into {target.english_name}", True, "; ".join(told))


def _english_model() -> Finding:
    check = "spaCy's English model"
    model = recogniser(Language.EN)
    if model is None:
        return Finding(check, False, "not installed or of another version; install the project's requirements again.")
    return Finding(check, True, f"{model.meta['lang']}_{model.meta['name']} {model.meta['version']}")


def _fonts() -> Finding:
    if writes_korean():
        return Finding("fonts", True, "charts can be labelled in all four languages")
    advice = (
        "no font with Hangul: Korean readers' charts are labelled in English. Install koreanize-matplotlib or a font."
    )
    return Finding("fonts", False, advice)


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
        check = f"{language.english_name} forms"
        forms = {entry.slug: entry.preferred(language) for entry in glossary.entries.values()}
        lacking = [slug for slug, form in forms.items() if form is None]
        drafts = sum(form is not None and form.status is FormStatus.DRAFT for form in forms.values())
        waiting = f"; {drafts} are drafts that wait for review" if drafts else ""
        if not lacking:
            yield Finding(check, True, f"every entity has one{waiting}")
            continue
        able = language is Language.EN or engine.name_package(Language.EN, language) is not None
        advice = "`exonym glossary fill` makes what can be made" if able else "there is no package that could make them"
        some = ", ".join(lacking[:5]) + (" ..." if len(lacking) > 5 else "")
        yield Finding(check, False, f"{len(lacking)} missing ({some}); {advice}{waiting}")


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
