"""Reading articles: `exonym analyze`, `exonym ingest`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli.options import AsJson
from bot.cli.printing import (
    interval,
    name_of,
    print_json,
    print_json_line,
    print_line,
    print_table,
    said,
)
from bot.errors import BotError
from bot.settings import load_settings
from translations.languages import Language


def analyze(
    file: Annotated[str, typer.Argument(help="A text or HTML file, or - for standard input.")],
    lang: Annotated[Language | None, typer.Option(help="The text's language; found out if not given.")] = None,
    published: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of publication.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find the names and figures of one text. Stores nothing."""
    from bot.analysis import analyze_text, read_text
    from bot.workspace import current_glossary

    text = read_text(file)
    analysis = analyze_text(text, current_glossary(load_settings()), lang, published.date() if published else None)
    if as_json:
        print_json(analysis)
        return
    print_table(
        f"Names ({analysis['language']})",
        ("entity", "type", "as written", "via", "certain"),
        (
            (one["entity"]["name"], one["type"], one["surface"], one["via"], "yes" if one["certain"] else "no")
            for one in analysis["mentions"]
        ),
    )
    print_table(
        "Figures",
        ("measure", "of", "in", "quantity", "according to", "as written"),
        (
            (
                one["measure"],
                name_of(one["subject"]),
                name_of(one["place"]),
                interval(one),
                name_of(one["claimant"]),
                one["surface"],
            )
            for one in analysis["figures"]
        ),
    )
    if analysis["candidates"]:
        names = ", ".join(f"{one['surface']} ({one['count']})" for one in analysis["candidates"])
        print_line(f"Not in the glossary: {names}")


def ingest(
    addresses: Annotated[list[str], typer.Argument(metavar="PATH_OR_URL...", help="Files, folders, feeds and pages.")],
    published: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of publication.")] = None,
    alert: Annotated[bool, typer.Option("--alert", help="Make events of first polls and old articles too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read articles, each once, into the database."""
    from bot.ingesting import ingest_all
    from bot.views import article_json
    from bot.workspace import open_workspace

    dated = published.replace(tzinfo=UTC) if published else None
    failed = 0
    counts: dict[str, int] = {}
    with open_workspace(load_settings()) as workspace:

        async def read() -> None:
            nonlocal failed
            async for result in ingest_all(workspace, addresses, published=dated, alert=alert or None):
                counts[result.status.value] = counts.get(result.status.value, 0) + 1
                failed += result.error is not None
                if as_json:
                    print_json_line(article_json(result))
                    continue
                print_line(f"{result.status.value:>10}  {result.title or result.url}")
                if result.error:
                    print_line(f"{'':>12}{result.error}")
                for change in result.changes:
                    before = f"{said(change.before, change.measure)} -> " if change.before else ""
                    told = f"{change.label}: {before}{said(change.after, change.measure)} ({change.relation.value})"
                    print_line(f"{'':>12}{told}")

        asyncio.run(read())
    if not as_json:
        print_line(", ".join(f"{count} {status}" for status, count in counts.items()) or "nothing to read")
    if failed:
        message = f"{failed} of {sum(counts.values())} could not be read."
        raise BotError(message)
