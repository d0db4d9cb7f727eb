"""The sources: `exonym sources ...`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.cli.options import LARGEST_NUMBER, AsJson
from bot.cli.printing import (
    now,
    print_json,
    print_json_line,
    print_line,
    print_table,
)
from bot.errors import BotError
from bot.settings import load_settings

group = typer.Typer(help="The sources that are polled.", no_args_is_help=True)


@group.command("list")
def sources_list(as_json: AsJson = False) -> None:
    """List the sources and how they fare."""
    from sqlmodel import select

    from bot.models import Source
    from bot.workspace import open_workspace

    with open_workspace(load_settings()) as workspace, workspace.database.read() as session:
        rows = session.exec(select(Source).order_by("id")).all()
        sources = [row.model_dump(mode="json", exclude={"etag", "last_modified"}) for row in rows]
    if as_json:
        print_json(sources)
        return
    print_table(
        f"{len(sources)} sources",
        ("id", "kind", "name", "address", "last polled", "failures", "error"),
        (
            (
                str(one["id"]),
                one["kind"],
                one["name"],
                one["address"],
                one["polled_at"] or "never",
                str(one["failures"]),
                one["last_error"] or ("paused" if one["paused"] else ""),
            )
            for one in sources
        ),
    )


@group.command("add")
def sources_add(
    address: Annotated[str, typer.Argument(help="A feed, a page, a folder or a file.")],
    name: Annotated[str | None, typer.Option(help="What to call it.")] = None,
) -> None:
    """Register a source; it is polled from now on."""
    from bot.ingesting import register_source
    from bot.workspace import open_workspace

    with open_workspace(load_settings()) as workspace:
        private = workspace.settings.allow_private_sources
        source = asyncio.run(register_source(workspace.database, address, name, private=private))
    print_line(f"Source {source.id}: {source.name} ({source.kind.value}).")


@group.command("remove")
def sources_remove(
    source: Annotated[int, typer.Argument(help="A source's number, as listed.", min=1, max=LARGEST_NUMBER)],
) -> None:
    """Forget a source; its articles stay."""
    from bot.models import Source
    from bot.workspace import open_workspace

    with open_workspace(load_settings()) as workspace, workspace.database.write() as session:
        row = session.get(Source, source)
        if row is None:
            message = f"There is no source {source}; `exonym sources list` shows them."
            raise BotError(message)
        session.delete(row)
    print_line(f"Removed source {source}.")


@group.command("pause")
def sources_pause(
    source: Annotated[int, typer.Argument(help="A source's number, as listed.", min=1, max=LARGEST_NUMBER)],
    resume: Annotated[bool, typer.Option("--resume", help="Poll it again.")] = False,
) -> None:
    """Leave a source unpolled until it is resumed."""
    from bot.polling import pause_source
    from bot.workspace import open_workspace

    with open_workspace(load_settings()) as workspace, workspace.database.write() as session:
        name = pause_source(session, source, paused=not resume, now=now())
        if name is None:
            message = f"There is no source {source}; `exonym sources list` shows them."
            raise BotError(message)
    print_line(f"{name} is {'polled again' if resume else 'paused'}.")


@group.command("poll")
def sources_poll(
    alert: Annotated[bool, typer.Option("--alert", help="Make events of first polls and old articles too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Poll every source now."""
    from bot.ingesting import poll_all
    from bot.views import article_json
    from bot.workspace import open_workspace

    with open_workspace(load_settings()) as workspace:
        reports = asyncio.run(poll_all(workspace, alert=alert or None))
    for report in reports:
        if as_json:
            for result in report.results:
                print_json_line(article_json(result))
        else:
            done = report.error or ("not modified" if report.not_modified else f"{len(report.results)} articles")
            print_line(f"{report.source}: {done}")
    failed = sum(report.error is not None for report in reports)
    if failed:
        message = f"{failed} of {len(reports)} sources could not be polled."
        raise BotError(message)
