"""What the commands' options have in common."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]

#: Who the history names for what is done on the command line.
ACTOR = "command line"

#: The largest number that a row can have in each of the databases.
LARGEST_NUMBER = 2**31 - 1


class ListsByDefault(TyperGroup):
    """A group whose command `list` may be left out: ``exonym figures kursk-oblast``."""

    default = "list"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default command before what is no command of the group."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = [self.default, *args]
        return super().parse_args(ctx, args)
