"""`exonym demo`: the main job on the embedded default, offline and without a token, in a database of its own.

A bundled feed of a dozen articles over several days is read by the same pipeline as any other; the clock is the
articles' own, so that each is news on its day. What a subscriber would read is printed, and what a reader would look
at is left in a folder: the glossary as CSV and a figure's chart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.charts import draw_figure
from bot.delivery import TerminalSender, deliver_due
from bot.drafts import draft_of_item
from bot.errors import BotError
from bot.events import fan_out_due
from bot.messages.wording import entity_name, figure_label, quantity_text
from bot.models import Channel
from bot.pipeline import ArticleResult, ArticleStatus, process_article
from bot.settings import Settings
from bot.sources.feeds import parse_feed
from bot.subscriptions import Target, follow_in_terminal
from bot.workspace import Workspace, open_workspace
from glossary.editing import add_entity
from glossary.entries import Glossary
from glossary.exchange import export_glossary
from glossary.figure_views import FigureView, StatementView, list_figures
from glossary.forms import fill_missing
from glossary.words import EntityType, StatementRelation
from translations.languages import Language

_FEED = Path(__file__).with_name("feed.xml")
#: What the demo's subscriber follows.
FOLLOWED = ("sbu", "nis", "kursk-oblast", "tuva", "north-korea")
#: Names of the demo's articles that the starter has no entry for: the packages make their forms.
UNKNOWN = (
    ("Makhnovka", EntityType.PLACE),
    ("Kruglenkoye", EntityType.PLACE),
    ("Robert Hale", EntityType.PERSON),
    ("Miroslava Dovzhenko", EntityType.PERSON),
    ("Ministry of Emergency Situations of Belarus", EntityType.ORG),
)
_SHOWN = ("sbu", "nis", "tuva", "kursk-oblast", "north-korea", "volodymyr-zelensky", "kim-jong-un")


def run_demo(output: Path, language: Language, console: Console) -> None:
    """Run the demo; print what happens and where its files are.

    Args:
        output: a folder for the database, the CSV and the chart; the database of an earlier demo in it is replaced.
        language: the language that the subscriber reads.
        console: where to print.

    Raises:
        BotError: the folder cannot be written.
    """
    output = output.absolute()
    try:
        output.mkdir(parents=True, exist_ok=True)
        for old in output.glob("demo.sqlite3*"):
            old.unlink()
    except OSError as error:
        message = f"{output} cannot be written: {error.strerror}."
        raise BotError(message) from error
    settings = Settings(
        data_dir=output, database_url=f"sqlite:///{output / 'demo.sqlite3'}", telegram_bot_token=None, settle_seconds=0
    )
    with open_workspace(settings) as workspace:
        _show_glossary(workspace, console)
        results = _read_articles(workspace, language, console)
        _show_summary(results, console)
        _leave_files(workspace, output, language, console)


def _show_glossary(workspace: Workspace, console: Console) -> None:
    console.rule("[bold]1. The glossary")
    before = len(workspace.keeper.glossary().entries)
    console.print(f"The reviewed starter holds {before} entities. Five more are added with an English name alone;")
    console.print(
        "the bundled Argos packages, the memory of name parts and the rules make drafts of the other forms.\n"
    )
    now = datetime.now(UTC)
    with workspace.database.write() as session:
        slugs = [
            add_entity(session, name=name, type=kind, forms={}, note=None, actor="demo", now=now)
            for name, kind in UNKNOWN
        ]
    fill_missing(workspace.database, workspace.translator(), slugs=slugs, now=now)
    glossary = workspace.keeper.glossary()
    table = Table("English", "Ukrainian", "Russian", "Korean", "made by")
    for slug in [*_SHOWN, *slugs]:
        entry = glossary[slug]
        forms = [entry.preferred(one) for one in (Language.UK, Language.RU, Language.KO)]
        made_by = dict.fromkeys((form.model or form.provenance.value) if form else "missing" for form in forms)
        table.add_row(entry.name, *(form.text if form else "-" for form in forms), ", ".join(made_by))
    console.print(table)


def _read_articles(workspace: Workspace, language: Language, console: Console) -> list[ArticleResult]:
    console.rule("[bold]2. The news, as a subscriber reads it")
    glossary = workspace.keeper.glossary()
    names = ", ".join(glossary[slug].name for slug in FOLLOWED)
    console.print(f"The subscriber follows {names}, and reads {language.english_name}.\n")
    with workspace.database.write() as session:
        for slug in FOLLOWED:
            follow_in_terminal(session, Target(slug=slug), language=language, now=datetime.now(UTC))
    feed = parse_feed(_FEED.read_bytes(), content_type="application/rss+xml", url=_FEED.as_uri())
    results = []
    oldest = datetime.min.replace(tzinfo=UTC)
    for item in sorted(feed.items, key=lambda one: one.published or oldest):
        now = (item.published or datetime.now(UTC)) + timedelta(minutes=5)
        draft = draft_of_item(item, now)
        if draft is None:
            continue
        result = process_article(
            draft, workspace.keeper.current(), workspace.database, source="demo", alert=True, now=now
        )
        results.append(result)
        console.print(Text(f"{now:%a %d %b}  {draft.outlet}: {draft.title}", style="bold"))
        console.print(Text(f"            {_outcome(result)}", style="dim"))
        fan_out_due(workspace.database, glossary, now, settle=timedelta(0))
        senders = {Channel.TERMINAL: TerminalSender(console)}
        asyncio.run(deliver_due(workspace.database, senders, workspace.keeper.glossary, now))
    return results


def _outcome(result: ArticleResult) -> str:
    if result.error:
        return f"left out: {result.error}"
    if result.status is ArticleStatus.NEAR_COPY:
        return "a near-copy: it adds a source to the article it copies"
    changes = [change for change in result.changes if change.relation is not StatementRelation.UNRESOLVED]
    relations = ", ".join(f"{change.relation.value} ({change.measure.value})" for change in changes)
    return f"{result.language}, story {result.story}, {result.mentions} mentions" + (
        f"; {relations}" if relations else ""
    )


def _show_summary(results: Sequence[ArticleResult], console: Console) -> None:
    counts = {status: sum(result.status is status for result in results) for status in ArticleStatus}
    told = ", ".join(f"{count} {status.value.replace('_', ' ')}" for status, count in counts.items() if count)
    console.print(f"\n{len(results)} articles: {told}; {len({one.story for one in results if one.story})} stories.\n")


def _leave_files(workspace: Workspace, output: Path, language: Language, console: Console) -> None:
    console.rule("[bold]3. What is known now")
    glossary = workspace.keeper.glossary()
    with workspace.database.read() as session:
        figures = list_figures(session, glossary)
    table = Table("figure", "now", "claimants", "statements")
    for figure in figures:
        table.add_row(
            _label(figure, glossary, language),
            quantity_text(figure.current, language, figure.measure) if figure.current else "-",
            ", ".join(dict.fromkeys(_claimant(one, glossary, language) for one in figure.statements)),
            str(len(figure.statements)),
        )
    console.print(table)
    csv = output / "glossary.csv"
    csv.write_bytes(export_glossary(glossary, "csv"))
    console.print(Text(f"Glossary: {csv}"))
    busiest = max(figures, key=_liveliness, default=None)
    if busiest is not None:
        chart = draw_figure(busiest, glossary, language, output / "figure.png")
        console.print(Text(f"Chart:    {chart}  ({_label(busiest, glossary, language)})"))
    console.print(Text(f"Database: {output / 'demo.sqlite3'}"))
    console.print(
        f"\n[dim]Look around in it: EXONYM_DATABASE_URL=sqlite:///{output / 'demo.sqlite3'} exonym figures[/dim]"
    )


def _label(figure: FigureView, glossary: Glossary, language: Language) -> str:
    days = (figure.scope.period_from, figure.scope.period_to)
    return figure_label(figure.measure, figure.subject, figure.place, figure.scope.kind, language, glossary, days=days)


def _claimant(statement: StatementView, glossary: Glossary, language: Language) -> str:
    if statement.claimant is None:
        return statement.claimant_name
    return entity_name(glossary, statement.claimant, language)


def _liveliness(figure: FigureView) -> tuple[int, int]:
    """How much there is to see in a figure's chart: different values, then statements."""
    return len({one.quantity.value for one in figure.statements}), len(figure.statements)
