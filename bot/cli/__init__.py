"""The command line: `exonym`. One module a group of commands; `program` puts them together."""

from bot.cli.program import app, main

__all__ = ["app", "main"]
