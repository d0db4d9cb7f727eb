"""The command line: `exonym`. Each command reads its settings, calls one function and prints the answer.

Heavy libraries are imported by the commands that need them, so that the first answer comes at once. A person's
mistake or a bad file ends in one plain sentence on stderr and exit status 1; wrong usage in 2. With `--json`, stdout
holds JSON alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

import structlog
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from bot.errors import BotError
from bot.logs import configure_logs
from bot.settings import load_settings
from glossary.errors import GlossaryError
from glossary.words import EntityType, Measure
from translations.errors import TranslationError
from translations.languages import Language

if TYPE_CHECKING:
    from sqlmodel import Session

    from glossary.entries import Glossary
    from glossary.figures import FigureView, StatementView
    from glossary.models import Figure, Statement
    from glossary.quantities import Quantity
    from translations.engine import InstalledPackage


app = typer.Typer(
    name="exonym",
    help="A multilingual entity glossary and alert bot: names in four languages, and news of what you follow.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


class _ListsByDefault(TyperGroup):
    """A group whose command `list` may be left out: ``exonym figures kursk-oblast``."""

    default = "list"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default command before what is no command of the group."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = [self.default, *args]
        return super().parse_args(ctx, args)


figures_app = typer.Typer(
    cls=_ListsByDefault, help="The known figures: list them with who says what, and put them right."
)
glossary_app = typer.Typer(help="The glossary: show, correct, export and import it.", no_args_is_help=True)
candidates_app = typer.Typer(
    help="Names that articles have and the glossary lacks: list, add, ignore and restore them.", no_args_is_help=True
)
sources_app = typer.Typer(help="The sources that are polled.", no_args_is_help=True)
models_app = typer.Typer(help="The Argos packages that translate names and sentences.", no_args_is_help=True)
db_app = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(figures_app, name="figures")
app.add_typer(glossary_app, name="glossary")
app.add_typer(candidates_app, name="candidates")
app.add_typer(sources_app, name="sources")
app.add_typer(models_app, name="models")
app.add_typer(db_app, name="db")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]

#: Who the history names for what is done on the command line.
ACTOR = "command line"

#: The width of a table where no terminal sets one.
_PIPE_WIDTH = 300

#: The largest number that a row can have in each of the databases.
_LARGEST_NUMBER = 2**31 - 1

#: Control characters, and the marks that turn a line's direction around.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def main() -> None:
    """Run the command line: the entry point `exonym`."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # started with it closed
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for good
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        try:
            app()
        finally:
            sys.stdout.flush()  # here, where it can still be said that it failed
    except (BotError, GlossaryError, TranslationError) as error:
        _print_error(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        _give_up_output()  # the reader of a pipe has gone; nothing more can be said
        sys.exit(1)
    except OSError as error:
        _give_up_output()
        where = f"{error.filename}: " if error.filename else "The answer cannot be written: "
        _print_error(f"{where}{error.strerror or error}.")
        sys.exit(1)
    except Exception as error:  # the last resort: no person can act on a traceback that was not asked for
        structlog.get_logger().info("unexpected error", exc_info=True)
        _print_error(f"Exonym failed unexpectedly ({type(error).__name__}: {error}); --verbose tells where.")
        sys.exit(1)


def _give_up_output() -> None:
    """Let what stands in the buffer go nowhere: the interpreter would complain of it when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@app.callback()
def _begin(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what happens to stderr.")] = False,
) -> None:
    configure_logs("info" if verbose else "error", as_json=False)


# --- reading articles ------------------------------------------------------------------------------------------------


@app.command()
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
        _print_json(analysis)
        return
    _print_table(
        f"Names ({analysis['language']})",
        ("entity", "type", "as written", "via", "certain"),
        (
            (one["entity"]["name"], one["type"], one["surface"], one["via"], "yes" if one["certain"] else "no")
            for one in analysis["mentions"]
        ),
    )
    _print_table(
        "Figures",
        ("measure", "of", "in", "quantity", "according to", "as written"),
        (
            (
                one["measure"],
                _name(one["subject"]),
                _name(one["place"]),
                _interval(one),
                _name(one["claimant"]),
                one["surface"],
            )
            for one in analysis["figures"]
        ),
    )
    if analysis["candidates"]:
        names = ", ".join(f"{one['surface']} ({one['count']})" for one in analysis["candidates"])
        _print_line(f"Not in the glossary: {names}")


@app.command()
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
                    _print_json_line(article_json(result))
                    continue
                _print_line(f"{result.status.value:>10}  {result.title or result.url}")
                if result.error:
                    _print_line(f"{'':>12}{result.error}")
                for change in result.changes:
                    before = f"{_said(change.before, change.measure)} -> " if change.before else ""
                    told = f"{change.label}: {before}{_said(change.after, change.measure)} ({change.relation.value})"
                    _print_line(f"{'':>12}{told}")

        asyncio.run(read())
    if not as_json:
        _print_line(", ".join(f"{count} {status}" for status, count in counts.items()) or "nothing to read")
    if failed:
        message = f"{failed} of {sum(counts.values())} could not be read."
        raise BotError(message)


# --- figures ---------------------------------------------------------------------------------------------------------

FigureId = Annotated[int, typer.Argument(metavar="FIGURE", help="A figure's number.", min=1, max=_LARGEST_NUMBER)]
StatementId = Annotated[
    int, typer.Argument(metavar="STATEMENT", help="A statement's number.", min=1, max=_LARGEST_NUMBER)
]


@figures_app.command("list")
def figures_list(
    entity: Annotated[str | None, typer.Argument(help="Only figures of this entity: a slug or a name.")] = None,
    retired: Annotated[bool, typer.Option(help="Show retired figures too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the known figures: current value, since when, range over the claimants, and who says what."""
    from bot.views import figure_json
    from bot.workspace import open_workspace
    from glossary.figures import claims_of, list_figures

    with open_workspace(load_settings()) as workspace:
        glossary = workspace.keeper.glossary()
        slug = _slug(workspace, entity) if entity is not None else None
        with workspace.database.read() as session:
            found = [one for one in list_figures(session, glossary, entity=slug) if retired or not one.retired]
    if as_json:
        _print_json([figure_json(figure, glossary) for figure in found])
        return
    _print_table(
        "Known figures",
        ("id", "figure", "now", "since", "range", "who says what", "sources"),
        (
            (
                str(figure.id),
                figure.label,
                _current(figure),
                str(figure.since or ""),
                _range(figure),
                "; ".join(
                    f"{_claimant(one.claimant, one.claimant_name, glossary)}: {_said(one.quantity, figure.measure)}"
                    for one in claims_of(figure)
                ),
                str(len({one.document_id for one in figure.statements})),
            )
            for figure in found
        ),
    )
    held = sum(len(figure.held) for figure in found)
    if held:
        _print_line(f"{held} more held for an editor; `exonym figures held` lists them.")


@figures_app.command("show")
def figures_show(figure: FigureId, as_json: AsJson = False) -> None:
    """Show one figure with its claimants and all its statements."""
    from bot.views import figure_json
    from bot.workspace import open_workspace
    from glossary.figures import claims_of, list_figures

    with open_workspace(load_settings()) as workspace:
        glossary = workspace.keeper.glossary()
        with workspace.database.read() as session:
            found = list_figures(session, glossary, figure_id=figure)
    if not found:
        message = f"There is no figure {figure}; `exonym figures` lists them."
        raise BotError(message)
    (view,) = found
    if as_json:
        _print_json(figure_json(view, glossary))
        return
    _print_line(f"{view.label}: {_current(view)}" + (f", since {view.since}" if view.since else ""))
    if view.pin is not None and view.latest is not None:
        _print_line(f"An editor has pinned this; the latest statement is {_said(view.latest, view.measure)}.")
    if view.retired:
        _print_line("Retired.")
    _print_table(
        f"Who says what ({_range(view)})",
        ("claimant", "says", "since", "statements"),
        (
            (
                _claimant(one.claimant, one.claimant_name, glossary),
                _said(one.quantity, view.measure),
                str(one.since or ""),
                str(one.statements),
            )
            for one in claims_of(view)
        ),
    )
    _print_table(
        "Statements",
        ("id", "day", "claimant", "says", "relation", "", "sentence", "source"),
        (
            (
                str(one.id),
                str(one.day or ""),
                _claimant(one.claimant, one.claimant_name, glossary),
                _said(one.quantity, view.measure),
                one.relation.value,
                _state(one, view),
                one.sentence,
                one.url,
            )
            for one in (*view.statements, *view.held)
        ),
    )


@figures_app.command("held")
def figures_held(as_json: AsJson = False) -> None:
    """List the statements that wait for an editor: a hundredfold jump, a second number of one claimant in one text."""
    from bot.views import figure_json
    from bot.workspace import open_workspace
    from glossary.figures import list_figures

    with open_workspace(load_settings()) as workspace:
        glossary = workspace.keeper.glossary()
        with workspace.database.read() as session:
            found = [one for one in list_figures(session, glossary) if one.held]
    if as_json:
        shown = (figure_json(one, glossary) for one in found)
        _print_json([{**held, "figure": one["id"], "label": one["label"]} for one in shown for held in one["held"]])
        return
    _print_table(
        "Held for an editor; `exonym figures approve` or `reject` decides",
        ("id", "figure", "now", "claimant", "says", "sentence", "source"),
        (
            (
                str(one.id),
                f"{figure.id} {figure.label}",
                _current(figure),
                _claimant(one.claimant, one.claimant_name, glossary),
                _said(one.quantity, figure.measure),
                one.sentence,
                one.url,
            )
            for figure in found
            for one in figure.held
        ),
    )


@figures_app.command("name")
def figures_name(
    figure: FigureId, label: Annotated[str, typer.Argument(help="What to call it.")], as_json: AsJson = False
) -> None:
    """Give a figure a name of your own."""
    from glossary.figure_editing import rename_figure

    _edit(lambda session, by: rename_figure(session, figure, label, **by), as_json=as_json)


@figures_app.command("merge")
def figures_merge(
    loser: Annotated[int, typer.Argument(help="The figure that goes.", min=1, max=_LARGEST_NUMBER)],
    winner: Annotated[int, typer.Argument(help="The figure that stays.", min=1, max=_LARGEST_NUMBER)],
    as_json: AsJson = False,
) -> None:
    """Make two figures one: statements and followers pass to the one that stays."""
    from glossary.figure_editing import merge_figures

    _edit(lambda session, by: merge_figures(session, loser, winner, **by), as_json=as_json)


@figures_app.command("split")
def figures_split(
    figure: FigureId,
    statements: Annotated[list[int], typer.Argument(metavar="STATEMENT...", min=1, max=_LARGEST_NUMBER)],
    label: Annotated[str, typer.Option(help="What to call the new figure.")],
    as_json: AsJson = False,
) -> None:
    """Give some of a figure's statements a figure of their own."""
    from glossary.figure_editing import split_figure

    _edit(lambda session, by: split_figure(session, figure, statements, label, **by), as_json=as_json)


@figures_app.command("pin")
def figures_pin(
    figure: FigureId,
    statement: Annotated[int | None, typer.Option(help="The statement that stands.", max=_LARGEST_NUMBER)] = None,
    value: Annotated[str | None, typer.Option(help="The value that stands, as in an article: about 300.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let a statement or a value stand as a figure's current one, whatever is told after it, until it is unpinned."""
    from glossary.figure_editing import pin_statement, pin_value

    if (statement is None) == (value is None):
        raise typer.BadParameter("say one of --statement and --value.")

    def pin(session: Session, by: _By) -> None:
        row = _row_of_figure(session, figure)
        if value is not None:
            pin_value(session, figure, _quantity(value, row.unit), **by)
        elif statement is not None:
            if _row_of_statement(session, statement).figure_id != figure:
                message = f"Statement {statement} is not of figure {figure}."
                raise BotError(message)
            pin_statement(session, statement, **by)

    _edit(pin, as_json=as_json)


@figures_app.command("unpin")
def figures_unpin(figure: FigureId, as_json: AsJson = False) -> None:
    """Let a figure's latest statement be its current one again."""
    from glossary.figure_editing import unpin_figure

    _edit(lambda session, by: unpin_figure(session, figure, **by), as_json=as_json)


@figures_app.command("retire")
def figures_retire(figure: FigureId, as_json: AsJson = False) -> None:
    """Stop following a figure; its statements stay as evidence."""
    from glossary.figure_editing import retire_figure

    _edit(lambda session, by: retire_figure(session, figure, **by), as_json=as_json)


@figures_app.command("restore")
def figures_restore(figure: FigureId, as_json: AsJson = False) -> None:
    """Take up a retired figure again."""
    from glossary.figure_editing import retire_figure

    _edit(lambda session, by: retire_figure(session, figure, retired=False, **by), as_json=as_json)


@figures_app.command("correct")
def figures_correct(
    statement: StatementId,
    value: Annotated[str, typer.Argument(help="What it really states, as in an article: more than 11,000.")],
    as_json: AsJson = False,
) -> None:
    """Say what a statement really states; who was told otherwise is told so."""
    from glossary.figure_editing import correct_statement

    def correct(session: Session, by: _By) -> None:
        unit = _row_of_statement(session, statement).unit
        correct_statement(session, statement, _quantity(value, unit), **by)

    _edit(correct, as_json=as_json)


@figures_app.command("withdraw")
def figures_withdraw(statement: StatementId, as_json: AsJson = False) -> None:
    """Take a statement out of its figure's reckoning; who was told of it is told so."""
    from glossary.figure_editing import withdraw_statement

    _edit(lambda session, by: withdraw_statement(session, statement, **by), as_json=as_json)


@figures_app.command("reinstate")
def figures_reinstate(statement: StatementId, as_json: AsJson = False) -> None:
    """Let a withdrawn statement count again."""
    from glossary.figure_editing import withdraw_statement

    _edit(lambda session, by: withdraw_statement(session, statement, withdrawn=False, **by), as_json=as_json)


@figures_app.command("hold")
def figures_hold(statement: StatementId, as_json: AsJson = False) -> None:
    """Take a doubtful statement out of its figure until it is approved or rejected."""
    from glossary.figure_editing import hold_statement

    _edit(lambda session, by: hold_statement(session, statement, **by), as_json=as_json)


@figures_app.command("approve")
def figures_approve(statement: StatementId, as_json: AsJson = False) -> None:
    """Stand behind a held statement: it counts, and its news goes out."""
    from glossary.figure_editing import release_statement

    _edit(lambda session, by: release_statement(session, statement, **by), as_json=as_json)


@figures_app.command("reject")
def figures_reject(statement: StatementId, as_json: AsJson = False) -> None:
    """Withdraw a held statement: it never counts."""
    from glossary.figure_editing import reject_statement

    _edit(lambda session, by: reject_statement(session, statement, **by), as_json=as_json)


class _By(TypedDict):
    """Who edits, and when."""

    actor: str
    now: datetime


def _edit(edit: Callable[[Session, _By], object], *, as_json: bool) -> None:
    """Carry out an edit of figures, and say how it is taken back."""
    from bot.workspace import open_workspace
    from glossary.history import list_changes

    with open_workspace(load_settings()) as workspace, workspace.database.write() as session:
        edit(session, {"actor": ACTOR, "now": _now()})
        (change,) = list_changes(session, limit=1)
    if as_json:
        _print_json({"change": change.id, "summary": change.summary})
    else:
        _print_line(f"{change.summary}. `exonym glossary undo {change.id}` takes it back.")


def _quantity(text: str, unit: str) -> Quantity:
    """The one quantity of an editor's words, in a figure's unit where none is said.

    Raises:
        BotError: there is none, or more than one.
    """
    from dataclasses import replace

    from glossary.quantities import read_quantities

    found = read_quantities(text, Language.EN)
    if len(found) != 1:
        message = (
            f"“{text}” is not one quantity; write it as in an article: 12,000, about 300, more than 150 square miles."
        )
        raise BotError(message)
    quantity = found[0].quantity
    return replace(quantity, unit=unit) if quantity.unit == "none" else quantity


def _row_of_figure(session: Session, figure: int) -> Figure:
    from glossary.models import Figure

    row = session.get(Figure, figure)
    if row is None:
        message = f"There is no figure {figure}; `exonym figures` lists them."
        raise BotError(message)
    return row


def _row_of_statement(session: Session, statement: int) -> Statement:
    from glossary.models import Statement

    row = session.get(Statement, statement)
    if row is None:
        message = f"There is no statement {statement}; `exonym figures show` lists a figure's."
        raise BotError(message)
    return row


def _current(figure: FigureView) -> str:
    if figure.current is None:
        return "-"
    return _said(figure.current, figure.measure) + (" (pinned)" if figure.pin is not None else "")


def _range(figure: FigureView) -> str:
    from bot.messages.wording import range_text

    if figure.low is None and figure.high is None:
        return "-"
    return range_text(figure.low, figure.high, figure.unit, Language.EN, figure.measure)


def _claimant(slug: str | None, name: str, glossary: Glossary) -> str:
    entry = glossary.get(slug)
    return entry.name if entry is not None else name


def _state(statement: StatementView, figure: FigureView) -> str:
    """What a reader of the list must know of a statement beside its relation."""
    if statement.id == figure.current_id:
        return "pinned" if figure.pin is not None else "current"
    states = {
        "held": statement.held,
        "withdrawn": statement.withdrawn,
        "superseded": statement.superseded,
        "part": statement.part,
    }
    if figure.pin is not None and figure.latest == statement.quantity and not any(states.values()):
        return "does not replace the pinned"
    return ", ".join(state for state, holds in states.items() if holds)


# --- names -----------------------------------------------------------------------------------------------------------


@app.command()
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
    targets = tuple(dict.fromkeys(_language(code) for code in to.split(",") if code.strip()))
    if not targets:
        raise typer.BadParameter("say at least one language.", param_hint="--to")
    glossary = None if no_glossary or engine_only else current_glossary(settings)
    answers = translate_names(
        names, kind, source, targets, glossary=glossary, translator=open_translator(settings), engine_only=engine_only
    )
    if as_json:
        _print_json(answers)
        return
    _print_table(
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


@glossary_app.command("list")
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
        _print_json([entry_json(entry, glossary) for entry in entries])
        return
    _print_table(
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


@glossary_app.command("show")
def glossary_show(
    entity: Annotated[str, typer.Argument(help="A slug or a name in any of the four languages.")],
    as_json: AsJson = False,
) -> None:
    """Show one entity with all its forms."""
    from bot.views import entry_json
    from bot.workspace import open_workspace

    with open_workspace(load_settings()) as workspace:
        glossary = workspace.keeper.glossary()
        entry = glossary[_slug(workspace, entity)]
    if as_json:
        _print_json(entry_json(entry, glossary))
        return
    _print_line(f"{entry.name}  {entry.type.value}  {entry.slug}")
    if entry.note:
        _print_line(entry.note)
    for relation in entry.relations:
        target = glossary.get(relation.target)
        _print_line(f"{relation.kind.value}: {target.name if target else relation.target}")
    _print_table(
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


@glossary_app.command("add")
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
                now=_now(),
            )
        fill_missing(workspace.database, workspace.translator(), slugs=[slug], now=_now())
        glossary = workspace.keeper.glossary()
    if as_json:
        _print_json(entry_json(glossary[slug], glossary))
    else:
        _print_line(f"Added {name} as {slug}.")
        for shared in collisions(glossary, slug):
            _print_line(shared.explained(glossary))


@glossary_app.command("fill")
def glossary_fill() -> None:
    """Make drafts of all forms that are missing, and better ones of what an older package guessed."""
    from bot.workspace import open_workspace
    from glossary.forms import fill_missing, renew_drafts

    with open_workspace(load_settings()) as workspace:
        translator = workspace.translator()
        with _progress("missing forms") as progress:
            report = fill_missing(workspace.database, translator, now=_now(), progress=progress)
        with _progress("older drafts") as progress:
            renewed = renew_drafts(workspace.database, translator, now=_now(), progress=progress)
    _print_line(f"{report.made} forms made, {renewed} renewed, {report.missing} still missing.")


@glossary_app.command("export")
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
    _write_file(output, content)
    print(f"Written to {output}.", file=sys.stderr)


@glossary_app.command("import")
def glossary_import(
    file: Annotated[Path, typer.Argument(help="A CSV, TBX or JSON file, as exported.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Apply without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
) -> None:
    """Import a glossary: shows what would change, asks, and applies it as one change that can be undone."""
    from bot.workspace import open_workspace
    from glossary.exchange import apply_import, plan_import, read_glossary

    parsed = read_glossary(_read_file(file), file.name)
    with open_workspace(load_settings()) as workspace:
        plan = plan_import(workspace.keeper.glossary(), parsed)
        _print_line(
            f"{len(plan.new)} new, {len(plan.changed)} changed, {plan.unchanged} unchanged,"
            f" {len(plan.conflicts)} in conflict."
        )
        for line in [*plan.conflicts, *plan.changed][:40]:
            _print_line(f"  {line}")
        for shared in plan.shared[:40]:
            _print_line(f"  {shared}")
        if dry_run or not (plan.new or plan.changed):
            return
        if not yes and not _confirmed("Apply?"):
            return
        with workspace.database.write() as session:
            change = apply_import(session, plan, actor=ACTOR, now=_now())
    _print_line(f"Applied; `exonym glossary undo {change}` takes it back.")


@glossary_app.command("check")
def glossary_check(as_json: AsJson = False) -> None:
    """List the forms that stand for several entities, and how the article's context tells them apart."""
    from bot.workspace import open_workspace
    from glossary.matching import collisions

    with open_workspace(load_settings()) as workspace:
        glossary = workspace.keeper.glossary()
    found = collisions(glossary)
    if as_json:
        _print_json(
            [
                {"language": one.language.value, "text": one.text, "strong": list(one.strong), "weak": list(one.weak)}
                for one in found
            ]
        )
        return
    for one in found:
        _print_line(one.explained(glossary))
    _print_line(f"{len(found)} forms stand for several entities.")


@glossary_app.command("history")
def glossary_history(
    limit: Annotated[int, typer.Option(help="How many changes.", min=1)] = 20, as_json: AsJson = False
) -> None:
    """List the newest changes: who, when, what."""
    from bot.workspace import open_workspace
    from glossary.history import list_changes

    with open_workspace(load_settings()) as workspace, workspace.database.read() as session:
        changes = list_changes(session, limit=limit)
    if as_json:
        _print_json(
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
    _print_table(
        "Changes",
        ("change", "when", "who", "what", ""),
        (
            (one.id, f"{one.at:%Y-%m-%d %H:%M}", one.actor, one.summary, "undone" if one.undone else "")
            for one in changes
        ),
    )


@glossary_app.command("undo")
def glossary_undo(change: Annotated[str, typer.Argument(help="A change's id, as the history lists it.")]) -> None:
    """Take one change back. An undo is a change too, so it can itself be undone."""
    from bot.workspace import open_workspace
    from glossary.history import undo

    with open_workspace(load_settings()) as workspace, workspace.database.write() as session:
        made = undo(session, change, actor=ACTOR, now=_now())
    _print_line(f"Undone, as change {made}.")


# --- candidates ------------------------------------------------------------------------------------------------------

CandidateName = Annotated[str, typer.Argument(metavar="CANDIDATE", help="Its number, as listed, or any spelling.")]


@candidates_app.command("list")
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
        _print_json([candidate_json(one) for one in page.items])
        return
    _print_table(
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


@candidates_app.command("add")
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
                now=_now(),
            )
        fill_missing(workspace.database, workspace.translator(), slugs=[added.slug], now=_now())
        glossary = workspace.keeper.glossary()
    if as_json:
        _print_json({"change": added.change, "entity": entry_json(glossary[added.slug], glossary)})
        return
    undoing = f"`exonym glossary undo {added.change}` takes it back"
    _print_line(f"Added {added.name} as {added.slug}; {undoing}.")


@candidates_app.command("ignore")
def candidates_ignore(candidate: CandidateName, as_json: AsJson = False) -> None:
    """Decide that a name is no entity, however it is spelt."""
    from glossary.candidates import ignore_candidate

    _decide_on(candidate, ignore_candidate, "Ignored", as_json=as_json)


@candidates_app.command("restore")
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
        change = decide(session, number, actor=ACTOR, now=_now())
        view = view_candidate(session, number)
    if as_json:
        _print_json({"change": change, "candidate": candidate_json(view)})
    else:
        _print_line(f"{done} {view.name}; `exonym glossary undo {change}` takes it back.")


# --- sources ---------------------------------------------------------------------------------------------------------


@sources_app.command("list")
def sources_list(as_json: AsJson = False) -> None:
    """List the sources and how they fare."""
    from sqlmodel import select

    from bot.models import Source
    from bot.workspace import open_workspace

    with open_workspace(load_settings()) as workspace, workspace.database.read() as session:
        rows = session.exec(select(Source).order_by("id")).all()
        sources = [row.model_dump(mode="json", exclude={"etag", "last_modified"}) for row in rows]
    if as_json:
        _print_json(sources)
        return
    _print_table(
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


@sources_app.command("add")
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
    _print_line(f"Source {source.id}: {source.name} ({source.kind.value}).")


@sources_app.command("remove")
def sources_remove(
    source: Annotated[int, typer.Argument(help="A source's number, as listed.", min=1, max=_LARGEST_NUMBER)],
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
    _print_line(f"Removed source {source}.")


@sources_app.command("pause")
def sources_pause(
    source: Annotated[int, typer.Argument(help="A source's number, as listed.", min=1, max=_LARGEST_NUMBER)],
    resume: Annotated[bool, typer.Option("--resume", help="Poll it again.")] = False,
) -> None:
    """Leave a source unpolled until it is resumed."""
    from bot.polling import pause_source
    from bot.workspace import open_workspace

    with open_workspace(load_settings()) as workspace, workspace.database.write() as session:
        name = pause_source(session, source, paused=not resume, now=_now())
        if name is None:
            message = f"There is no source {source}; `exonym sources list` shows them."
            raise BotError(message)
    _print_line(f"{name} is {'polled again' if resume else 'paused'}.")


@sources_app.command("poll")
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
                _print_json_line(article_json(result))
        else:
            done = report.error or ("not modified" if report.not_modified else f"{len(report.results)} articles")
            _print_line(f"{report.source}: {done}")
    failed = sum(report.error is not None for report in reports)
    if failed:
        message = f"{failed} of {len(reports)} sources could not be polled."
        raise BotError(message)


# --- following, without Telegram -------------------------------------------------------------------------------------


@app.command()
def follow(
    entities: Annotated[list[str], typer.Argument(metavar="NAME...", help="Entities to be told of in the terminal.")],
) -> None:
    """Follow entities in the terminal: `exonym run` prints what is new of them."""
    from bot.subscriptions import Target, follow_in_terminal
    from bot.workspace import open_workspace

    with open_workspace(load_settings()) as workspace:
        slugs = [_slug(workspace, entity) for entity in entities]
        with workspace.database.write() as session:
            for slug in slugs:
                follow_in_terminal(session, Target(slug=slug), language=Language.EN, now=_now())
    _print_line(f"Following {', '.join(slugs)}.")


@app.command()
def run() -> None:
    """Run the service: poll the sources, tell the subscribers. Without a token it tells the terminal."""
    from bot.jobs import run_service
    from bot.workspace import open_workspace

    settings = load_settings()
    configure_logs("info", as_json=settings.log_json)
    with open_workspace(settings) as workspace:
        asyncio.run(run_service(workspace, Console(highlight=False)))


@app.command()
def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder for what the demo leaves.")] = Path(
        "demo-output"
    ),
    language: Annotated[Language, typer.Option("--language", help="The reader's language.")] = Language.EN,
) -> None:
    """See it work in a minute: a bundled feed, offline, without a token, in a database of its own."""
    from bot.demo import run_demo

    run_demo(output, language, Console())


# --- upkeep ----------------------------------------------------------------------------------------------------------


@models_app.command("list")
def models_list(as_json: AsJson = False) -> None:
    """List the Argos packages that are installed, and what is wrong with those that cannot be used."""
    from translations.engine import Engine
    from translations.packages import PackageError, ensure_bundled, package_problems

    settings = load_settings()
    failure = None
    try:
        ensure_bundled(settings.packages_dir)
    except PackageError as error:  # what is there is listed all the same
        failure = error
    problems = package_problems(settings.packages_dir)
    unusable = {one.path for one in problems}
    packages = [
        {
            "source": str(one.source),
            "target": str(one.target),
            "purpose": one.purpose,
            "version": one.version,
            "label": one.label,
            "path": str(one.path),
        }
        for one in Engine(settings.packages_dir).packages()
        if one.path not in unusable
    ]
    broken = [
        {"name": one.path.name, "path": str(one.path), "problem": one.problem, "advice": one.advice} for one in problems
    ]
    if as_json:
        _print_json({"packages": packages, "broken": broken})
    else:
        _print_table(
            f"{len(packages)} packages",
            ("from", "to", "for", "version", "folder"),
            ((one["source"], one["target"], one["purpose"], one["version"], one["path"]) for one in packages),
        )
        for one in broken:
            _print_line(f"Broken: {one['name']}. {one['problem']} {one['advice']}")
    if failure is not None:
        raise failure


@models_app.command("install")
def models_install(
    bundled: Annotated[bool, typer.Option("--bundled", help="The name packages that come with the project.")] = False,
    file: Annotated[Path | None, typer.Option("--file", help="An .argosmodel file.")] = None,
    index: Annotated[str | None, typer.Option("--index", help="Another index than the official Argos one.")] = None,
    source: Annotated[str, typer.Option("--from", help="The language to translate from.")] = "en",
    to: Annotated[
        str | None,
        typer.Option("--to", help="The languages to translate to, by commas; all that --index has if not given."),
    ] = None,
) -> None:
    """Install packages: the bundled ones, one from a file, or those of an index (with --to or --index)."""
    from translations.packages import (
        ARGOS_INDEX,
        PackageError,
        ensure_bundled,
        install_file,
        install_from_index,
        offered_targets,
    )

    from_index = index is not None or to is not None
    if sum((bundled, file is not None, from_index)) != 1:
        raise typer.BadParameter("say one of --bundled, --file FILE, --to LANGUAGE or --index URL.")
    folder = load_settings().packages_dir
    installed: list[InstalledPackage] = []
    failures: list[str] = []
    if bundled:
        installed += ensure_bundled(folder)
    elif file is not None:
        installed.append(install_file(file, folder))
    else:
        index, origin = index or ARGOS_INDEX, _language(source)
        targets = tuple(map(_language, to.split(","))) if to is not None else offered_targets(index, origin)
        if not targets or origin in targets:
            message = f"The index {index} has no package from {origin.english_name} to another of our languages."
            raise BotError(message if not targets else f"{origin.english_name} needs no package into itself.")
        for target in targets:
            with _progress(f"{origin} to {target}", download=True) as progress:
                try:
                    installed.append(install_from_index(index, origin, target, folder, progress))
                except PackageError as error:  # the other languages' packages are wanted all the same
                    failures.append(str(error))
    for package in installed:
        _print_line(f"Installed {package.label} for {package.purpose} in {package.path}.")
    if failures:
        raise BotError(" ".join(failures))
    if not installed:
        _print_line("Everything was installed already.")


@models_app.command("remove")
def models_remove(name: Annotated[str, typer.Argument(help="A package's folder, as listed.")]) -> None:
    """Remove a package; bundled ones come back when they are needed."""
    from translations.packages import remove

    _print_line(f"Removed {remove(name, load_settings().packages_dir)}.")


@db_app.command("upgrade")
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
    _print_line(told)


@db_app.command("backup")
def db_backup(output: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write a consistent copy of the SQLite database, also while the service runs."""
    from bot.backup import backup

    backup(load_settings().database_url, output)
    _print_line(f"Written to {output}.")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check the installation: settings, database, packages, languages, sources."""
    from bot.doctor import examine

    findings = examine(load_settings())
    if as_json:
        _print_json([{"check": one.check, "ok": one.ok, "detail": one.detail} for one in findings])
    else:
        for one in findings:
            mark = Text("ok  ", "green") if one.ok else Text("look", "red")
            Console().print(mark.append(f" {_plain(one.check)}: {_plain(one.detail)}", "none"), soft_wrap=True)
    wrong = sum(not one.ok for one in findings)
    if wrong:
        message = f"{wrong} of {len(findings)} checks found something to look at."
        raise BotError(message)


# --- helpers ---------------------------------------------------------------------------------------------------------


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _progress(label: str, *, download: bool = False) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on a terminal's stderr for long work; gives what to tell how much of how much is done."""
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TransferSpeedColumn

    counted = (DownloadColumn(), TransferSpeedColumn()) if download else (MofNCompleteColumn(),)
    columns = (TextColumn("{task.description}"), BarColumn(), *counted)
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as shown:
        task = shown.add_task(label, total=None)

        def tell(done: int, total: int | None) -> None:
            shown.update(task, completed=done, total=total)

        yield tell


def _print_error(sentence: str) -> None:
    """One line, whatever names, paths and other programs' messages are in it."""
    print(_plain(" ".join(sentence.split())), file=sys.stderr)


def _slug(workspace: Any, entity: str) -> str:
    from glossary.store import find_entity
    from glossary.suggest import search

    with workspace.database.read() as session:
        found = find_entity(session, entity)
    if found is None:
        near = ", ".join(dict.fromkeys(hit.slug for hit in search(workspace.keeper.glossary(), entity, limit=3)))
        shown = entity if len(entity) <= 100 else f"{entity[:100]}..."
        message = f"No entity is called “{shown}”." + (f" Did you mean {near}?" if near else "")
        raise BotError(message)
    return found.slug


def _language(code: str) -> Language:
    try:
        return Language(code.strip().lower())
    except ValueError as error:
        message = f"{code.strip()!r} is not one of our languages: {', '.join(one.value for one in Language)}."
        raise BotError(message) from error


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise BotError(message) from error


def _write_file(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise BotError(message) from error


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _print_json_line(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _print_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    # A pipe has no width: rows that are cut into eighty columns cannot be searched in.
    console = Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH)
    columns, cells = tuple(columns), [tuple(_plain(cell) for cell in row) for row in rows]
    table = Table(*columns, title=title, title_justify="left")
    for row in cells:
        table.add_row(*map(Text, row))
    natural = console.options.update(max_width=_PIPE_WIDTH)  # a measure is never more than what it may have
    if console.measure(table, options=natural).minimum <= console.width:
        console.print(table)
        return
    _print_line(title)  # too narrow for a table without words cut short
    for row in cells:
        print(*(f"{column}: {cell}" for column, cell in zip(columns, row, strict=True) if cell), sep="\n", end="\n\n")


def _print_line(line: str) -> None:
    print(_plain(line))


def _plain(text: str) -> str:
    """Other people's words on one line, without what would command a terminal."""
    return _CONTROL.sub(" ", text)


def _confirmed(question: str) -> bool:
    try:
        return typer.confirm(question, err=True)
    except typer.Abort as error:
        message = "Nothing was applied: there is nobody to ask; --yes applies without asking."
        raise BotError(message) from error


def _name(entity: dict[str, Any] | None) -> str:
    return entity["name"] if entity else "-"


def _interval(quantity: dict[str, Any]) -> str:
    low, high = quantity["low"], quantity["high"]
    unit = quantity["unit"]
    if low is not None and low == high:
        return f"{low:,} {unit}"
    return f"{f'{low:,}' if low is not None else '...'} to {f'{high:,}' if high is not None else '...'} {unit}"


def _said(quantity: Quantity, measure: Measure) -> str:
    from bot.messages.wording import quantity_text

    return quantity_text(quantity, Language.EN, measure)
