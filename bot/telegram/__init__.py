"""The bot in the chat: commands, buttons and alerts on Telegram. With its siblings, the only home of its client.

`application` composes the bot, `updates` and `webhook` are how updates come in, `sender` is how `bot.delivery` reaches
a chat. The `desk` makes an ask of an update (`incoming`), has it answered (`answers` says by what), and sends the reply
(`outgoing`); `menus` tells Telegram the commands. What is answered is decided by plain functions over the values of
`context`:

    looking up            reading, cards, figures, browsing, articles, inline
    a chat's own wishes   following, wishes, alerts, settings, privacy
    what needs a role     roles, editing, reviewing, candidates, complaints, undoing, sources, importing, status, work
    figures' editors      figure_editing, statement_editing, figure_typing, held
"""

import os

# The client's time spans as timedelta, which it announces as the only way of its next version and warns of until then.
os.environ.setdefault("PTB_TIMEDELTA", "true")

from bot.telegram.application import (  # after the setting above
    TelegramUnreachableError,
    build_application,
    start_application,
    state_of,
    stop_application,
)
from bot.telegram.context import BotContext  # after the setting above
from bot.telegram.sender import TelegramSender  # after the setting above

__all__ = [
    "BotContext",
    "TelegramSender",
    "TelegramUnreachableError",
    "build_application",
    "start_application",
    "state_of",
    "stop_application",
]
