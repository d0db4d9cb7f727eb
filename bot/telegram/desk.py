"""The desk: turns updates into asks, has them answered, and sends the replies.

Answers run in a thread, since they wait for the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import structlog
from telegram import (
    Bot,
    Chat,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
    Update,
)
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, ChatMigrated, NetworkError, RetryAfter, TelegramError
from telegram.ext import CallbackContext, ContextTypes

from bot.messages import Messages, language_of
from bot.messages.markup import escape
from bot.models import Channel, Role
from bot.subscriptions import find_chat, mark_blocked, move_chat
from bot.telegram import inline, reading, roles
from bot.telegram.answers import PRESSES, Command
from bot.telegram.buttons import CHANGES, ROLES, Action, decode
from bot.telegram.context import Ask, BotContext, Reply
from bot.telegram.incoming import downloaded, forwarded_from, keyboard_of, may_change, replied_to
from bot.telegram.menus import announce_to
from bot.telegram.outgoing import answer_tap, edit, is_too_old, send
from bot.telegram.sender import is_gone
from glossary.errors import GlossaryError
from translations.languages import Language

log = structlog.get_logger(__name__)

Context = ContextTypes.DEFAULT_TYPE


class Desk:
    """The handlers of every kind of update."""

    def __init__(self, context: BotContext) -> None:
        self._context = context

    async def roles_held(self) -> dict[int, Role]:
        """Who has a role now, by their user id."""

        def who() -> dict[int, Role]:
            with self._context.database.read() as session:
                # Who is an editor and an admin comes last as an admin.
                return {
                    one.user_id: role for role in Role for one in roles.holders(session, self._context.settings, role)
                }

        return await asyncio.to_thread(who)

    async def _announce_role(self, bot: Bot, user_id: int) -> None:
        def which() -> Role | None:
            with self._context.database.read() as session:
                return roles.role_of(session, self._context.settings, user_id)

        await announce_to(bot, user_id, await asyncio.to_thread(which))

    def answering(self, command: Command) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
        """The handler of a command, or of any message that is answered by the same kind of function."""

        async def handle(update: Update, context: Context) -> None:
            message, chat = update.effective_message, update.effective_chat
            if message is None or chat is None:
                return
            ask = await self._ask(update, chat, message)
            text = message.text or message.caption or ""
            # What stands after a command is a name; a message without one may be an article with its lines.
            ask = replace(ask, text=" ".join(text.split()[1:]) if command.name else text)
            if message.document is not None and ask.may(command.role):
                ask = replace(ask, document=await downloaded(message.document))
            if not ask.may(command.role):
                reply: Reply | None = Reply(ask.messages.text(f"role.{command.role}s_only"))
            elif command.changes and not await may_change(context.bot, update, chat):
                reply = Reply(ask.messages.text("group.admins"))
            else:
                if command.role is not None and ask.private:
                    await asyncio.to_thread(roles.know_chat, self._context, ask)
                reply = await asyncio.to_thread(command.answer, self._context, ask)
            if reply is not None:
                await send(context.bot, ask, reply, message.message_id)
                # Telegram takes no menu for a chat before it was begun.
                whose = reply.menu_of or (ask.user_id if command.name == "start" and ask.private and ask.role else 0)
                if whose:
                    await self._announce_role(context.bot, whose)

        return handle

    async def unknown_command(self, update: Update, context: Context) -> None:
        """Say that there is no such command; in a group only when it was meant for us, other bots have theirs."""
        message, chat = update.effective_message, update.effective_chat
        if message is None or chat is None or message.text is None:
            return
        name, _, addressee = message.text.split(maxsplit=1)[0].partition("@")
        ours = addressee.lower() == context.bot.username.lower()
        if not ours and (addressee or chat.type != ChatType.PRIVATE):
            return
        ask = replace(await self._ask(update, chat, message), text=name)
        await send(context.bot, ask, reading.unknown_command(self._context, ask))

    async def press(self, update: Update, context: Context) -> None:
        """A button was tapped: answered once, whatever happens; the message with the button becomes the reply."""
        query, chat = update.callback_query, update.effective_chat
        if query is None:
            return
        press = decode(query.data)
        if chat is None or query.message is None or press is None:
            language = language_of(query.from_user.language_code)
            if chat is not None:
                language = (await self._ask(update, chat, None)).language
            await answer_tap(query, Messages(language).plain("button.old"))
            return
        # The library takes a message that Telegram does not show any more for one without a text.
        message = query.message if isinstance(query.message, Message) and query.message.is_accessible else None
        ask = await self._ask(update, chat, message)
        if press.action in CHANGES and not await may_change(context.bot, update, chat):
            await answer_tap(query, ask.messages.plain("group.admins"), alert=True)
            return
        needed = ROLES.get(press.action)
        if not ask.may(needed) or (needed is not None and press.owner != ask.user_id):
            refusal = "button.theirs" if ask.may(needed) else f"role.{needed}s_only"
            await answer_tap(query, ask.messages.plain(refusal), alert=True)
            return
        ask = replace(ask, keyboard=keyboard_of(message))
        if press.action is Action.IMPORT and message is not None and message.reply_to_message is not None:
            ask = replace(ask, document=await downloaded(message.reply_to_message.document))
        reply = await asyncio.to_thread(PRESSES[press.action], self._context, ask, press)
        answered = await answer_tap(query, reply.toast, alert=reply.keep)
        if reply.keep and answered:
            return
        if reply.fresh or reply.keep or message is None or not await edit(query, reply):
            await send(context.bot, ask, reply)
        if reply.menu_of:
            await self._announce_role(context.bot, reply.menu_of)

    async def inline(self, update: Update, context: Context) -> None:
        """Somebody types a name behind ours in any chat: the forms to insert, in the person's language."""
        query = update.inline_query
        if query is None:
            return
        language = language_of(query.from_user.language_code)
        offers = await asyncio.to_thread(
            lambda: inline.offers(self._context.glossary(), query.query, language)  # reads the database
        )
        results = [
            InlineQueryResultArticle(one.id, one.title, InputTextMessageContent(one.text), description=one.about)
            for one in offers
        ]
        try:
            # A correction of the glossary should be seen soon; the default is five minutes.
            await query.answer(results, cache_time=30, is_personal=True)
        except BadRequest as error:
            # An answer that took too long is of no use any more.
            if not is_too_old(error):
                raise
            log.info("an inline query was not answered", reason=error.message)

    async def migrated(self, update: Update, _context: Context) -> None:
        """A group became a supergroup: what it follows goes with it."""
        message = update.effective_message
        if message is None:
            return
        await self._move(message.migrate_from_chat_id or message.chat_id, message.migrate_to_chat_id or message.chat_id)

    async def _move(self, old: int, new: int) -> None:
        def move() -> None:
            with self._context.database.write() as session:
                move_chat(session, Channel.TELEGRAM, old, new)

        await asyncio.to_thread(move)

    async def membership(self, update: Update, _context: Context) -> None:
        """The bot was blocked or removed, or is welcome again."""
        change = update.my_chat_member
        if change is None:
            return
        present = change.new_chat_member.status not in {ChatMemberStatus.BANNED, ChatMemberStatus.LEFT}
        await asyncio.to_thread(self._note_presence, change.chat.id, present=present)

    def _note_presence(self, address: int, *, present: bool) -> None:
        with self._context.database.write() as session:
            chat = find_chat(session, Channel.TELEGRAM, address)
            if chat is None:
                return
            if present:
                chat.blocked_at = None
            elif chat.blocked_at is None:
                mark_blocked(session, chat, self._context.clock())

    async def failed(self, update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        """Record what went wrong before anything is sent about it; then tell the person, if Telegram lets us."""
        error = context.error
        chat = update.effective_chat if isinstance(update, Update) else None
        if isinstance(error, TelegramError) and is_gone(error):
            log.info("an answer was not wanted", reason=error.message)
            return
        if isinstance(error, ChatMigrated) and chat is not None:
            # What was asked is asked again where the group is now.
            log.info("a group became a supergroup", chat=chat.id, new=error.new_chat_id)
            await self._move(chat.id, error.new_chat_id)
            return
        if isinstance(error, RetryAfter) or (isinstance(error, NetworkError) and not isinstance(error, BadRequest)):
            log.warning("an answer did not arrive", reason=error.message)
            return
        log.error("an update was not handled", exc_info=error)
        if not isinstance(update, Update) or chat is None:
            return
        try:
            ask = await self._ask(update, chat, update.effective_message)
            query, sorry = update.callback_query, ask.messages.plain("error.unexpected")
            # A tap is answered once, and may have been.
            if query is not None and await answer_tap(query, sorry, alert=True):
                return
            if update.effective_message is not None:
                await send(context.bot, ask, Reply(escape(sorry)))
        except TelegramError as second:
            log.warning("the person could not be told", reason=second.message)

    async def _ask(self, update: Update, chat: Chat, message: Message | None) -> Ask:
        user = update.effective_user

        # A person who speaks in the name of a channel or group is nobody in particular.
        anonymous = update.callback_query is None and message is not None and message.sender_chat is not None
        user_id = user.id if user is not None and not anonymous else 0

        def stored() -> tuple[Language | None, Role | None]:
            with self._context.database.read() as session:
                row = find_chat(session, Channel.TELEGRAM, chat.id)
                role = roles.role_of(session, self._context.settings, user_id)
            if row is not None and row.blocked_at is not None:
                # Who speaks to us can be spoken to, even if the update that says so was missed.
                self._note_presence(chat.id, present=True)
            return (row.language if row is not None else None), role

        try:
            language, role = await asyncio.to_thread(stored)
        except GlossaryError:
            # The answer will fail by the same fault and be told; for that the client's language will do.
            language, role = None, None
        in_topic = message is not None and message.is_topic_message
        ours = message.reply_to_message if message is not None else None
        if ours is not None and (ours.from_user is None or ours.from_user.id != update.get_bot().id):
            ours = None
        return Ask(
            chat_id=chat.id,
            topic=(message.message_thread_id or 0) if message is not None and in_topic else 0,
            title=chat.title or "",  # a person's name is not ours to keep
            language=language or language_of(user.language_code if user is not None else None),
            private=chat.type == ChatType.PRIVATE,
            forwarded=forwarded_from(message),
            user_id=user_id,
            role=role,
            replied=replied_to(message),
            answers=(ours.text or "") if ours is not None else "",
        )
