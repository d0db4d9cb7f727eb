"""The command line: `exonym`. Each command reads its settings, calls one function and prints the answer.

Heavy libraries are imported by the commands that need them, so that the first answer comes at once. A person's
mistake or a bad file ends in one plain sentence on stderr and exit status 1; wrong usage in 2. With `--json`, stdout
holds JSON alone.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import structlog
import typer

from bot.cli import articles, candidates, figures, glossary, models, service, sources
from bot.cli.printing import print_error
from bot.errors import BotError
from bot.logs import configure_logs
from glossary.errors import GlossaryError
from translations.errors import TranslationError

app = typer.Typer(
    name="exonym",
    help="A multilingual entity glossary and alert bot: names in four languages, and news of what you follow.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.command()(articles.analyze)
app.command()(articles.ingest)
app.command()(glossary.translate)
app.command()(service.follow)
app.command()(service.run)
app.command()(service.demo)
app.command()(service.doctor)
app.add_typer(figures.group, name="figures")
app.add_typer(glossary.group, name="glossary")
app.add_typer(candidates.group, name="candidates")
app.add_typer(sources.group, name="sources")
app.add_typer(models.group, name="models")
app.add_typer(service.group, name="db")


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
        print_error(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        _give_up_output()  # the reader of a pipe has gone; nothing more can be said
        sys.exit(1)
    except OSError as error:
        _give_up_output()
        where = f"{error.filename}: " if error.filename else "The answer cannot be written: "
        print_error(f"{where}{error.strerror or error}.")
        sys.exit(1)
    except Exception as error:  # the last resort: no person can act on a traceback that was not asked for
        structlog.get_logger().info("unexpected error", exc_info=True)
        print_error(f"Exonym failed unexpectedly ({type(error).__name__}: {error}); --verbose tells where.")
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
