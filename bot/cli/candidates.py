"""Names that articles have and the glossary lacks: `exonym candidates ...`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from bot.cli.options import ACTOR, AsJson
from bot.cli.printing import (
    now,
    print_json,
    print_line,
    print_table,
)
from bot.settings import load_settings
from glossary.words import EntityType
from translations.languages import Language

group = typer.Typer(
    help="Names that articles have and the glossary lacks: list, add, ignore and restore them.", no_args_is_help=True
)

CandidateName = Annotated[str, typer.Argument(metavar="CANDIDATE", help="Its number, as listed, or any spelling.")]


@group.command("list")
def candidates_list(
    minimum: Annotated[int, typer.Option("--min", help="Only names of so many articles or more.", min=1)] = 1,
    language: Annotated[Language | None, typer.Option("--lang", help="Only names in one language.")] = None,
    limit: Annotated[int, typer.Option(help="How many at most, those of most articles first.", min=1)] = 50,
    ignored: Annotated[bool, typer.Option("--ignored", help="List the ignored ones instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the names that the glossary lacks, with their spellings, and an article that has them."""
    from bot.views import candidate_json
    from bot.workspace import open_workspace
    from glossary.candidates import list_candidates

    with open_workspace(load_settings()) as workspace:
        glossary = workspace.keeper.glossary()
        with workspace.database.read() as session:
            page = list_candidates(session, glossary, minimum=minimum, language=language, ignored=ignored, limit=limit)
    if as_json:
        print_json([candidate_json(one) for one in page.items])
        return
    print_table(
        f"{len(page.items)} of {page.total} candidates",
        ("id", "name", "type", "lang", "articles", "also", "last seen", "example"),
        (
            (
                str(one.id),
                one.name,
                one.type.value,
                one.language.value,
                str(one.articles),
                ", ".join(one.spellings),
                f"{one.last_seen_at:%Y-%m-%d}",
                f"{one.example.sentence} ({one.example.url})" if one.example else "",
            )
            for one in page.items
        ),
    )


@group.command("add")
def candidates_add(
    candidate: CandidateName,
    kind: Annotated[
        EntityType | None, typer.Option("--type", help="What it is; the recogniser's guess if not given.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The English name, if it is not the candidate's own.")] = None,
    uk: Annotated[str | None, typer.Option(help="The Ukrainian form.")] = None,
    ru: Annotated[str | None, typer.Option(help="The Russian form.")] = None,
    ko: Annotated[str | None, typer.Option(help="The Korean form.")] = None,
    note: Annotated[str | None, typer.Option(help="What a reader should know.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make an entity of a candidate: its spellings become forms, and missing forms are made as drafts."""
    from bot.views import entry_json
    from bot.workspace import open_workspace
    from glossary.candidates import add_candidate, find_candidate
    from glossary.forms import fill_missing

    with open_workspace(load_settings()) as workspace:
        given = {Language.UK: uk, Language.RU: ru, Language.KO: ko}
        with workspace.database.write() as session:
            added = add_candidate(
                session,
                find_candidate(session, candidate),
                type=kind,
                name=name,
                forms={language: text for language, text in given.items() if text},
                note=note,
                actor=ACTOR,
                now=now(),
            )
        fill_missing(workspace.database, workspace.translator(), slugs=[added.slug], now=now())
        glossary = workspace.keeper.glossary()
    if as_json:
        print_json({"change": added.change, "entity": entry_json(glossary[added.slug], glossary)})
        return
    undoing = f"`exonym glossary undo {added.change}` takes it back"
    print_line(f"Added {added.name} as {added.slug}; {undoing}.")


@group.command("ignore")
def candidates_ignore(candidate: CandidateName, as_json: AsJson = False) -> None:
    """Decide that a name is no entity, however it is spelt."""
    from glossary.candidates import ignore_candidate

    _decide_on(candidate, ignore_candidate, "Ignored", as_json=as_json)


@group.command("restore")
def candidates_restore(candidate: CandidateName, as_json: AsJson = False) -> None:
    """Take an ignored name up again."""
    from glossary.candidates import restore_candidate

    _decide_on(candidate, restore_candidate, "Restored", as_json=as_json)


def _decide_on(candidate: str, decide: Callable[..., str], done: str, *, as_json: bool) -> None:
    from bot.views import candidate_json
    from bot.workspace import open_workspace
    from glossary.candidates import find_candidate, view_candidate

    with open_workspace(load_settings()) as workspace, workspace.database.write() as session:
        number = find_candidate(session, candidate)
        change = decide(session, number, actor=ACTOR, now=now())
        view = view_candidate(session, number)
    if as_json:
        print_json({"change": change, "candidate": candidate_json(view)})
    else:
        print_line(f"{done} {view.name}; `exonym glossary undo {change}` takes it back.")
