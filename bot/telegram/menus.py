"""The menus of commands that Telegram shows, in each language: for everybody, in groups, and for who has a role."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.messages import Messages
from bot.models import Role
from bot.telegram import reading, roles
from bot.telegram.answers import COMMANDS
from translations.languages import Language

log = structlog.get_logger(__name__)


async def announce(bot: Bot) -> None:
    """Register the menus in each language; English also for everybody else. A menu is not worth a failed start.

    In a group, who is no administrator of it is offered what changes nothing there.
    """
    theirs = {command.name for command in COMMANDS if command.changes}
    everything, reading_only = reading.COMMAND_NAMES, [name for name in reading.COMMAND_NAMES if name not in theirs]
    for scope, names in (
        (BotCommandScopeDefault(), everything),
        (BotCommandScopeAllGroupChats(), reading_only),
        (BotCommandScopeAllChatAdministrators(), everything),
    ):
        for language in (None, *Language):
            messages = Messages(language or Language.EN)
            menu = [BotCommand(name, messages.plain(f"command.{name}")) for name in names]
            try:
                await bot.set_my_commands(menu, scope, language.value if language else None)
            except TelegramError as error:
                log.warning("a menu was not registered", scope=scope.type, language=language, reason=error.message)


async def announce_to_all(bot: Bot, held: Mapping[int, Role]) -> None:
    """Register the menus of all who have a role, by their user id."""
    for user_id, role in held.items():
        await announce_to(bot, user_id, role)


async def announce_to(bot: Bot, user_id: int, role: Role | None) -> None:
    """Register in a person's own chat the menu with the commands of their role; without one, everybody's counts again.

    Telegram refuses it for a chat that was never begun; the menu comes with the next start, or the next change.
    """
    scope = BotCommandScopeChat(user_id)
    try:
        for language in (None, *Language):
            code = language.value if language else None
            if role is None:
                await bot.delete_my_commands(scope, code)
                continue
            messages = Messages(language or Language.EN)
            names = (*reading.COMMAND_NAMES, *roles.commands_of(role))
            menu = [BotCommand(name, messages.plain(f"command.{name}")) for name in names]
            await bot.set_my_commands(menu, scope, code)
    except TelegramError as error:
        log.info("a menu of commands was not registered", user=user_id, reason=error.message)
