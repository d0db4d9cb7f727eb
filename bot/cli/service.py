"""The service and its upkeep: `exonym follow`, `run`, `demo`, `doctor`, `db ...`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot.cli.options import AsJson
from bot.cli.printing import (
    now,
    plain,
    print_json,
    print_line,
    slug_of,
)
from bot.errors import BotError
from bot.logs import configure_logs
from bot.settings import load_settings
from translations.languages import Language

group = typer.Typer(help="The database.", no_args_is_help=True)


def follow(
    entities: Annotated[list[str], typer.Argument(metavar="NAME...", help="Entities to be told of in the terminal.")],
) -> None:
    """Follow entities in the terminal: `exonym run` prints what is new of them."""
    from bot.subscriptions import Target, follow_in_terminal
    from bot.workspace import open_workspace

    with open_workspace(load_settings()) as workspace:
        slugs = [slug_of(workspace, entity) for entity in entities]
        with workspace.database.write() as session:
            for slug in slugs:
                follow_in_terminal(session, Target(slug=slug), language=Language.EN, now=now())
    print_line(f"Following {', '.join(slugs)}.")


def run() -> None:
    """Run the service: poll the sources, tell the subscribers. Without a token it tells the terminal."""
    from bot.jobs import run_service
    from bot.workspace import open_workspace

    settings = load_settings()
    configure_logs("info", as_json=settings.log_json)
    with open_workspace(settings) as workspace:
        asyncio.run(run_service(workspace, Console(highlight=False)))


def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder for what the demo leaves.")] = Path(
        "demo-output"
    ),
    language: Annotated[Language, typer.Option("--language", help="The reader's language.")] = Language.EN,
) -> None:
    """See it work in a minute: a bundled feed, offline, without a token, in a database of its own."""
    from bot.demo import run_demo

    run_demo(output, language, Console())


@group.command("upgrade")
def db_upgrade() -> None:
    """Bring the database's schema to this version."""
    from bot import migrate
    from glossary.database import Database

    database = Database(load_settings().database_url)
    try:
        before, after = migrate.upgrade(database)
    finally:
        database.dispose()
    told = f"The schema is at {after}" + ("." if before == after else f", from {before or 'nothing'}.")
    print_line(told)


@group.command("backup")
def db_backup(output: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write a consistent copy of the SQLite database, also while the service runs."""
    from bot.backup import backup

    backup(load_settings().database_url, output)
    print_line(f"Written to {output}.")


def doctor(as_json: AsJson = False) -> None:
    """Check the installation: settings, database, packages, languages, sources."""
    from bot.doctor import examine

    findings = examine(load_settings())
    if as_json:
        print_json([{"check": one.check, "ok": one.ok, "detail": one.detail} for one in findings])
    else:
        for one in findings:
            mark = Text("ok  ", "green") if one.ok else Text("look", "red")
            Console().print(mark.append(f" {plain(one.check)}: {plain(one.detail)}", "none"), soft_wrap=True)
    wrong = sum(not one.ok for one in findings)
    if wrong:
        message = f"{wrong} of {len(findings)} checks found something to look at."
        raise BotError(message)
