"""The glossary: `exonym glossary ...`, and names said in other languages: `exonym translate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import ACTOR, AsJson
from bot.cli.printing import (
    confirmed,
    language_of,
    now,
    print_json,
    print_line,
    print_table,
    progress_bar,
    read_file,
    slug_of,
    write_file,
)
from bot.settings import load_settings
from glossary.words import EntityType
from translations.languages import Language

group = typer.Typer(help="The glossary: show, correct, export and import it.", no_args_is_help=True)


def translate(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Names to translate.")],
    kind: Annotated[EntityType | None, typer.Option("--type", help="What the names are; guessed if not given.")] = None,
    source: Annotated[Language, typer.Option("--from", help="The names' language.")] = Language.EN,
    to: Annotated[str, typer.Option(help="Target languages, separated by commas.")] = "uk,ru,ko",
    no_glossary: Annotated[bool, typer.Option("--no-glossary", help="Leave out the database and the starter.")] = False,
    engine_only: Annotated[bool, typer.Option("--engine-only", help="Ask only the Argos model.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say names in other languages, offline."""
    from bot.naming import translate_names
    from bot.workspace import current_glossary, open_translator

    settings = load_settings()
    targets = tuple(dict.fromkeys(language_of(code) for code in to.split(",") if code.strip()))
    if not targets:
        raise typer.BadParameter("say at least one language.", param_hint="--to")
    glossary = None if no_glossary or engine_only else current_glossary(settings)
    answers = translate_names(
        names, kind, source, targets, glossary=glossary, translator=open_translator(settings), engine_only=engine_only
    )
    if as_json:
        print_json(answers)
        return
    print_table(
        "Names",
        ("name", "language", "form", "source", "status", "problems"),
        (
            (
                answer["name"],
                form["language"],
                form["text"] or "-",
                form["model"] or form["source"] or "-",
                form["status"],
                "; ".join(form["problems"]),
            )
            for answer in answers
            for form in answer["forms"]
        ),
    )


@group.command("list")
def glossary_list(
    kind: Annotated[EntityType | None, typer.Option("--type", help="Only entities of one type.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the entities with the form to use in each language."""
    from bot.views import entry_json
    from bot.workspace import open_workspace

    with open_workspace(load_settings()) as workspace:
        glossary = workspace.keeper.glossary()
    entries = [entry for entry in glossary.entries.values() if kind is None or entry.type is kind]
    if as_json:
        print_json([entry_json(entry, glossary) for entry in entries])
        return
    print_table(
        f"{len(entries)} entities",
        ("slug", "type", *(language.value for language in Language)),
        (
            (
                entry.slug,
                entry.type.value,
                *(form.text if (form := entry.preferred(language)) else "-" for language in Language),
            )
            for entry in entries
        ),
    )


@group.command("show")
def glossary_show(
    entity: Annotated[str, typer.Argument(help="A slug or a name in any of the four languages.")],
    as_json: AsJson = False,
) -> None:
    """Show one entity with all its forms."""
    from bot.views import entry_json
    from bot.workspace import open_workspace

    with open_workspace(load_settings()) as workspace:
        glossary = workspace.keeper.glossary()
        entry = glossary[slug_of(workspace, entity)]
    if as_json:
        print_json(entry_json(entry, glossary))
        return
    print_line(f"{entry.name}  {entry.type.value}  {entry.slug}")
    if entry.note:
        print_line(entry.note)
    for relation in entry.relations:
        target = glossary.get(relation.target)
        print_line(f"{relation.kind.value}: {target.name if target else relation.target}")
    print_table(
        "Forms",
        ("language", "kind", "form", "use", "weak", "source", "status", "problems"),
        (
            (
                form.language.value,
                form.kind.value,
                form.text,
                "preferred" if form.preferred else "",
                "weak" if form.weak else "",
                form.model or form.provenance.value,
                form.status.value,
                "; ".join(form.problems),
            )
            for form in entry.forms
        ),
    )


@group.command("add")
def glossary_add(
    name: Annotated[str, typer.Argument(help="The canonical English name.")],
    kind: Annotated[EntityType, typer.Option("--type", help="What it is.")],
    uk: Annotated[str | None, typer.Option(help="The Ukrainian form.")] = None,
    ru: Annotated[str | None, typer.Option(help="The Russian form.")] = None,
    ko: Annotated[str | None, typer.Option(help="The Korean form.")] = None,
    note: Annotated[str | None, typer.Option(help="What a reader should know.")] = None,
    weak: Annotated[bool, typer.Option("--weak", help="Its forms mean other things too and need support.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add an entity; forms that are not given are made as drafts."""
    from bot.views import entry_json
    from bot.workspace import open_workspace
    from glossary.editing import add_entity
    from glossary.forms import fill_missing
    from glossary.matching import collisions

    with open_workspace(load_settings()) as workspace:
        given = {Language.UK: uk, Language.RU: ru, Language.KO: ko}
        with workspace.database.write() as session:
            slug = add_entity(
                session,
                name=name,
                type=kind,
                forms={language: text for language, text in given.items() if text},
                weak=weak,
                note=note,
                actor=ACTOR,
                now=now(),
            )
        fill_missing(workspace.database, workspace.translator(), slugs=[slug], now=now())
        glossary = workspace.keeper.glossary()
    if as_json:
        print_json(entry_json(glossary[slug], glossary))
    else:
        print_line(f"Added {name} as {slug}.")
        for shared in collisions(glossary, slug):
            print_line(str(shared.explained(glossary)))


@group.command("fill")
def glossary_fill() -> None:
    """Make drafts of all forms that are missing, and better ones of what an older package guessed."""
    from bot.workspace import open_workspace
    from glossary.forms import fill_missing, renew_drafts

    with open_workspace(load_settings()) as workspace:
        translator = workspace.translator()
        with progress_bar("missing forms") as progress:
            report = fill_missing(workspace.database, translator, now=now(), progress=progress)
        with progress_bar("older drafts") as progress:
            renewed = renew_drafts(workspace.database, translator, now=now(), progress=progress)
    print_line(f"{report.made} forms made, {renewed} renewed, {report.missing} still missing.")


@group.command("export")
def glossary_export(
    format_: Annotated[str, typer.Option("--format", help="csv, tbx or json.")] = "csv",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A file; standard output if not given.")] = None,
) -> None:
    """Export the whole glossary."""
    from bot.workspace import open_workspace
    from glossary.exchange import export_glossary

    with open_workspace(load_settings()) as workspace:
        content = export_glossary(workspace.keeper.glossary(), format_)
    if output is None:
        sys.stdout.buffer.write(content)
        return
    write_file(output, content)
    print(f"Written to {output}.", file=sys.stderr)


@group.command("import")
def glossary_import(
    file: Annotated[Path, typer.Argument(help="A CSV, TBX or JSON file, as exported.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Apply without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
) -> None:
    """Import a glossary: shows what would change, asks, and applies it as one change that can be undone."""
    from bot.workspace import open_workspace
    from glossary.exchange import apply_import, plan_import, read_glossary

    parsed = read_glossary(read_file(file), file.name)
    with open_workspace(load_settings()) as workspace:
        plan = plan_import(workspace.keeper.glossary(), parsed)
        print_line(
            f"{len(plan.new)} new, {len(plan.changed)} changed, {plan.unchanged} unchanged,"
            f" {len(plan.conflicts)} in conflict."
        )
        for line in [*plan.conflicts, *plan.changed][:40]:
            print_line(f"  {line}")
        for shared in plan.shared[:40]:
            print_line(f"  {shared}")
        if dry_run or not (plan.new or plan.changed):
            return
        if not yes and not confirmed("Apply?"):
            return
        with workspace.database.write() as session:
            change = apply_import(session, plan, actor=ACTOR, now=now())
    print_line(f"Applied; `exonym glossary undo {change}` takes it back.")


@group.command("check")
def glossary_check(as_json: AsJson = False) -> None:
    """List the forms that stand for several entities, and how the article's context tells them apart."""
    from bot.workspace import open_workspace
    from glossary.matching import collisions

    with open_workspace(load_settings()) as workspace:
        glossary = workspace.keeper.glossary()
    found = collisions(glossary)
    if as_json:
        print_json(
            [
                {"language": one.language.value, "text": one.text, "strong": list(one.strong), "weak": list(one.weak)}
                for one in found
            ]
        )
        return
    for one in found:
        print_line(str(one.explained(glossary)))
    print_line(f"{len(found)} forms stand for several entities.")


@group.command("history")
def glossary_history(
    limit: Annotated[int, typer.Option(help="How many changes.", min=1)] = 20, as_json: AsJson = False
) -> None:
    """List the newest changes: who, when, what."""
    from bot.workspace import open_workspace
    from glossary.history import list_changes

    with open_workspace(load_settings()) as workspace, workspace.database.read() as session:
        changes = list_changes(session, limit=limit)
    if as_json:
        print_json(
            [
                {
                    "change": one.id,
                    "at": one.at.isoformat(),
                    "actor": one.actor,
                    "summary": one.summary,
                    "rows": one.rows,
                    "undoes": one.undoes,
                    "undone": one.undone,
                }
                for one in changes
            ]
        )
        return
    print_table(
        "Changes",
        ("change", "when", "who", "what", ""),
        (
            (one.id, f"{one.at:%Y-%m-%d %H:%M}", one.actor, one.summary, "undone" if one.undone else "")
            for one in changes
        ),
    )


@group.command("undo")
def glossary_undo(change: Annotated[str, typer.Argument(help="A change's id, as the history lists it.")]) -> None:
    """Take one change back. An undo is a change too, so it can itself be undone."""
    from bot.workspace import open_workspace
    from glossary.history import undo

    with open_workspace(load_settings()) as workspace, workspace.database.write() as session:
        made = undo(session, change, actor=ACTOR, now=now())
    print_line(f"Undone, as change {made}.")
