"""A database made ready, with the glossary in it: what every command and the service begin with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot import migrate
from bot.clock import utc_now
from bot.knowledge import KnowledgeKeeper
from bot.settings import Settings
from glossary.database import Database
from glossary.entries import Glossary
from glossary.starter import load_starter, starter_version
from glossary.store import install_starter, installed_starter

if TYPE_CHECKING:
    from translations.names import NameTranslator

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Workspace:
    """Settings, the migrated database, and the keeper of its glossary."""

    settings: Settings
    database: Database
    keeper: KnowledgeKeeper

    def translator(self) -> NameTranslator:
        """What makes forms that the glossary lacks, from the packages in the data folder; bundled ones are unpacked."""
        return open_translator(self.settings)


@contextmanager
def open_workspace(settings: Settings) -> Iterator[Workspace]:
    """Create, migrate and fill the database where that has not been done, and close it in the end.

    Raises:
        GlossaryError: the database cannot be opened.
        MigrationError: it is of a newer version.
    """
    database = Database(settings.database_url)
    try:
        migrate.upgrade(database)
        _bring_starter(database)
        yield Workspace(settings, database, KnowledgeKeeper(database))
    finally:
        database.dispose()


def _bring_starter(database: Database) -> None:
    # Asked without a lock first: most commands find it installed, and the service may be writing.
    with database.read() as session:
        if installed_starter(session) == starter_version():
            return
    starter = load_starter()
    with database.write() as session:
        install_starter(session, starter, now=utc_now())


def current_glossary(settings: Settings) -> Glossary:
    """The database's glossary, or the starter's where there is no database yet. Creates and changes nothing."""
    if Database.exists(settings.database_url):
        database = Database(settings.database_url)
        try:
            if migrate.current(database) is not None:
                return KnowledgeKeeper(database).glossary()
        finally:
            database.dispose()
    return load_starter().glossary()


def open_translator(settings: Settings) -> NameTranslator:
    """The translator over the packages of the data folder; the bundled ones are unpacked there first.

    What keeps one from being unpacked is said on stderr; the others, memory and rules answer all the same.
    """
    # Argos and its libraries take a second to import, and most commands translate nothing.
    from translations.engine import Engine
    from translations.names import NameTranslator
    from translations.packages import PackageError, ensure_bundled

    try:
        ensure_bundled(settings.packages_dir)
    except PackageError as error:
        log.error("a bundled package is not in place; `exonym doctor` tells more", reason=str(error))
    return NameTranslator(Engine(settings.packages_dir))
