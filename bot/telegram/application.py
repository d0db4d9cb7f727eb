"""The composition of the bot: which update goes to which answer, and how it starts and stops.

Updates are handled one after another: an answer takes milliseconds, and so what a person sends twice in a row is
answered in that order. Answers run in a thread, since they wait for the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
    CallbackQuery,
    Chat,
    Document,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputFile,
    InputTextMessageContent,
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginUser,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatMemberStatus, ChatType, ParseMode
from telegram.error import BadRequest, ChatMigrated, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.errors import BotError
from bot.messages import Messages, language_of, split_html
from bot.messages.markup import CAPTION_LIMIT, escape
from bot.models import Channel, Role
from bot.subscriptions import find_chat, mark_blocked, move_chat
from bot.telegram import (
    alerts,
    articles,
    browsing,
    candidates,
    cards,
    complaints,
    editing,
    figure_editing,
    figure_typing,
    figures,
    following,
    held,
    importing,
    inline,
    privacy,
    reading,
    reviewing,
    roles,
    settings,
    sources,
    statement_editing,
    status,
    undoing,
    wishes,
    work,
)
from bot.telegram.buttons import CHANGES, ROLES, Action, Press, decode
from bot.telegram.context import Answer, Ask, BotContext, Button, File, Forwarded, Person, Reply
from bot.telegram.sender import NO_PREVIEW, is_gone
from bot.telegram.updates import Intake, Polling, is_set_within
from bot.telegram.webhook import Webhook
from glossary.errors import GlossaryError
from translations.languages import Language

log = structlog.get_logger(__name__)

BotApplication = Application[Any, Any, Any, Any, Any, Any]
Context = ContextTypes.DEFAULT_TYPE

#: More than Telegram ever takes to answer, less than a delivery's lease.
_TIMEOUT_SECONDS = 20.0
_UPDATES = [
    Update.MESSAGE,
    Update.CHANNEL_POST,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MY_CHAT_MEMBER,
]
#: Where the application keeps its desk.
_DESK = "desk"
#: Where it keeps the way by which updates come in.
_INTAKE = "intake"
#: How long to wait before Telegram is tried again at the start, doubled each time up to the second.
_RETRY_SECONDS = (2.0, 300.0)


class TelegramUnreachableError(BotError):
    """Telegram refuses the token, or cannot be reached."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command and what answers it; `changes` are the administrators' in a group, `role` who may use it at all."""

    name: str
    answer: Answer
    changes: bool = False
    role: Role | None = None


COMMANDS = (
    Command("start", reading.start),
    Command("help", reading.help_),
    Command("subscribe", following.subscribe, changes=True),
    Command("unsubscribe", following.unsubscribe, changes=True),
    Command("subscriptions", following.subscriptions),
    Command("search", reading.search),
    Command("glossary", browsing.browse),
    Command("figures", figures.figures),
    Command("latest", browsing.latest),
    Command("export", reading.export),
    Command("language", following.language, changes=True),
    Command("settings", settings.settings),
    Command("timezone", settings.timezone, changes=True),
    Command("quiet", settings.quiet, changes=True),
    Command("mute", settings.mute, changes=True),
    Command("unmute", settings.unmute, changes=True),
    Command("privacy", privacy.privacy),
    Command("delete_me", privacy.delete_me, changes=True),
    Command("add", editing.add, role=Role.EDITOR),
    Command("edit", editing.edit, role=Role.EDITOR),
    Command("review", reviewing.review, role=Role.EDITOR),
    Command("candidates", candidates.candidates, role=Role.EDITOR),
    Command("history", undoing.history, role=Role.EDITOR),
    Command("sources", sources.sources, role=Role.EDITOR),
    Command("stats", status.stats, role=Role.EDITOR),
    Command("status", status.status, role=Role.EDITOR),
    Command("editor", roles.editor, role=Role.ADMIN),
    Command("admin", roles.admin, role=Role.ADMIN),
)

_PRESSES: dict[Action, Callable[[BotContext, Ask, Press], Reply]] = {
    Action.FOLLOW: lambda context, ask, press: following.follow_chosen(context, ask, press.id),
    Action.CARD: lambda context, ask, press: cards.show_card(context, ask, press.id),
    Action.CARD_BELOW: lambda context, ask, press: cards.show_card(context, ask, press.id, fresh=True),
    Action.ARTICLES: browsing.articles_of,
    Action.FIGURES: lambda context, ask, press: figures.figures_of(context, ask, press.id),
    Action.FIGURE: lambda context, ask, press: figures.show_figure(context, ask, press.id),
    Action.CHART: lambda context, ask, press: figures.chart(context, ask, press.id),
    Action.FOLLOW_FIGURE: lambda context, ask, press: figures.follow_figure(context, ask, press.id),
    Action.LEAVE_FIGURE: lambda context, ask, press: figures.leave_figure(context, ask, press.id),
    Action.BROWSE: browsing.turn,
    Action.LATEST: browsing.turn_latest,
    Action.CARD_FOLLOW: lambda context, ask, press: following.follow_from_card(context, ask, press.id),
    Action.LEAVE: lambda context, ask, press: following.leave(context, ask, press.id),
    Action.STOP: lambda context, ask, press: following.stop(context, ask, press.id),
    Action.STOP_ALL: lambda context, ask, _press: following.stop_all(context, ask),
    Action.LIST: lambda context, ask, _press: following.list_from_alert(context, ask),
    Action.LANGUAGE: lambda context, ask, press: following.set_language(context, ask, press.argument),
    Action.FOLLOW_KIND: following.follow_kind,
    Action.SUBSCRIPTION: lambda context, ask, press: wishes.show_subscription(context, ask, press.id),
    Action.WISH: wishes.set_wish,
    Action.LIST_HERE: lambda context, ask, _press: following.subscriptions(context, ask),
    Action.LESS: lambda context, ask, press: alerts.less(context, ask, press.id),
    Action.LESS_OF: lambda context, ask, press: alerts.less_of(context, ask, press.id),
    Action.DO_LESS: alerts.do_less,
    Action.WRONG: lambda context, ask, press: alerts.wrong(context, ask, press.id),
    Action.WRONG_ITEM: lambda context, ask, press: alerts.wrong_item(context, ask, press.id),
    Action.WRONG_ENTITY: complaints.say_wrong,
    Action.MORE: lambda context, ask, press: alerts.more(context, ask, press.id),
    Action.WORK: work.open_queue,
    Action.SETTINGS: settings.open_page,
    Action.SET: settings.choose,
    Action.ERASE: privacy.decide,
    Action.CANDIDATES: candidates.turn,
    Action.CANDIDATE: candidates.choose,
    Action.ADD: candidates.add,
    Action.IGNORE: candidates.ignore,
    Action.CANDIDATES_IGNORED: candidates.turn_ignored,
    Action.RESTORE: candidates.restore,
    Action.UNDO: undoing.take_back,
    Action.HISTORY: undoing.earlier,
    Action.EDIT: editing.show_entry,
    Action.EDIT_BELOW: lambda context, ask, press: replace(editing.show_entry(context, ask, press), fresh=True),
    Action.EDIT_FORMS: editing.show_forms,
    Action.EDIT_FORM: editing.show_form,
    Action.FORM_STEP: editing.take_step,
    Action.EDIT_TYPE: editing.ask_type,
    Action.PROMPT: editing.prompt,
    Action.MERGE: editing.merge,
    Action.REVIEW: reviewing.decide,
    Action.SKIP: reviewing.skip,
    Action.FIGURE_EDIT: figure_editing.show,
    Action.FIGURE_EDIT_BELOW: lambda context, ask, press: replace(figure_editing.show(context, ask, press), fresh=True),
    Action.FIGURE_STEP: figure_editing.take_step,
    Action.FIGURE_MERGE: figure_editing.choose_winner,
    Action.FIGURE_MERGE_INTO: figure_editing.merge,
    Action.FIGURE_SPLIT: figure_editing.choose_statements,
    Action.FIGURE_PROMPT: figure_typing.prompt,
    Action.FIGURES_UNLISTED: figure_editing.show_unlisted,
    Action.STATEMENT: statement_editing.show,
    Action.STATEMENT_STEP: statement_editing.take_step,
    Action.COMPLAINTS: complaints.first,
    Action.COMPLAINTS_NEXT: complaints.following,
    Action.COMPLAINTS_SETTLE: complaints.settle,
    Action.HELD: held.first,
    Action.HELD_NEXT: held.following,
    Action.HELD_STEP: held.decide,
    Action.SOURCES: sources.turn,
    Action.SOURCE: sources.show,
    Action.SOURCE_STEP: sources.take_step,
    Action.IMPORT: importing.apply,
}


def build_application(context: BotContext) -> BotApplication:
    """The bot, ready to be started; the token must be set.

    A command may come in a private chat, a group, a topic or a channel. Plain text is looked up in private chats only:
    in a group people talk to each other.
    """
    token = context.settings.telegram_bot_token
    if token is None:
        raise TelegramUnreachableError("There is no TELEGRAM_BOT_TOKEN; ask @BotFather on Telegram for one.")
    base = context.settings.telegram_api_url.rstrip("/")
    application: BotApplication = (
        Application.builder()
        .token(token.get_secret_value())
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .job_queue(None)  # the schedule is in bot.jobs
        .updater(None)  # updates come in by `updates` or `webhook`
        .connect_timeout(_TIMEOUT_SECONDS)
        .read_timeout(_TIMEOUT_SECONDS)
        .write_timeout(_TIMEOUT_SECONDS)
        .build()
    )
    desk = _Desk(context)
    application.bot_data[_DESK] = desk
    take, bot = application.process_update, application.bot
    hooked = bool(context.settings.webhook_url)
    intake: Intake = Webhook(bot, context.settings, take, _UPDATES) if hooked else Polling(bot, take, _UPDATES)
    application.bot_data[_INTAKE] = intake
    # What a channel posts is answered there, and not again in the group where it is discussed.
    written = (filters.UpdateType.MESSAGE & ~filters.IS_AUTOMATIC_FORWARD) | filters.UpdateType.CHANNEL_POST
    private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE

    # The order matters: the first handler that takes an update is the only one.
    for command in COMMANDS:
        application.add_handler(CommandHandler(command.name, desk.answering(command), written))
    application.add_handler(CallbackQueryHandler(desk.press))
    application.add_handler(InlineQueryHandler(desk.inline))
    # To Telegram a command is ASCII; a person writes /пошук, and means one.
    meant = filters.COMMAND | filters.Regex(r"^/\w+(@\w+)?(\s|$)")
    application.add_handler(MessageHandler(meant & written, desk.unknown_command))
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, desk.migrated))
    prompted = filters.TEXT & filters.REPLY & filters.UpdateType.MESSAGE & _AnswersPrompt()
    application.add_handler(MessageHandler(prompted, desk.answering(Command("", _typed, role=Role.EDITOR))))
    uploaded = Command("", importing.document, role=Role.EDITOR)
    application.add_handler(MessageHandler(filters.Document.ALL & private, desk.answering(uploaded)))
    written_text = (filters.TEXT | filters.CAPTION) & private
    application.add_handler(MessageHandler(written_text, desk.answering(Command("", articles.message))))
    application.add_handler(
        MessageHandler(~filters.StatusUpdate.ALL & private, desk.answering(Command("", reading.unknown_content)))
    )
    application.add_handler(ChatMemberHandler(desk.membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_error_handler(desk.failed)
    return application


async def start_application(application: BotApplication, stopping: asyncio.Event | None = None) -> None:
    """Tell Telegram the commands and begin to take updates.

    With `stopping`, a Telegram that cannot be reached is tried again, ever more rarely, until that is set; then it
    returns without having started.

    Raises:
        TelegramUnreachableError: the token was refused, or the port for the webhook cannot be had; or, without
            `stopping`, there was no connection.
    """
    wait, longest = _RETRY_SECONDS
    while True:
        try:
            await application.initialize()
            break
        except InvalidToken:
            await application.bot.shutdown()
            message = "Telegram refused the bot's token; check TELEGRAM_BOT_TOKEN."
            # The cause says the token itself, and must not come into a log.
            raise TelegramUnreachableError(message) from None
        except TelegramError as error:
            # Its connections are closed here, and made anew by the next attempt.
            await application.bot.shutdown()
            if stopping is None:
                message = f"Telegram cannot be reached: {error.message}."
                raise TelegramUnreachableError(message) from error
            log.warning("Telegram cannot be reached", reason=error.message, again_in_seconds=wait)
            if await is_set_within(stopping, wait):
                return
            wait = min(wait * 2, longest)
    await _announce(application.bot)
    await application.start()
    # One request a person and language: nobody waits for that.
    application.create_task(application.bot_data[_DESK].announce_roles(application.bot))
    intake: Intake = application.bot_data[_INTAKE]
    try:
        await intake.start()
    except OSError as error:
        message = f"EXONYM_WEBHOOK_LISTEN and EXONYM_WEBHOOK_PORT cannot be listened on: {error.strerror or error}."
        raise TelegramUnreachableError(message) from error


async def stop_application(application: BotApplication) -> None:
    """Finish the answer at work, take no more updates, and close the connections; nothing where it never started.

    What else has come in stays with Telegram until the next start.
    """
    intake: Intake = application.bot_data[_INTAKE]
    await intake.stop()
    if application.running:
        await application.stop()
    await application.shutdown()


def state_of(application: BotApplication) -> dict[str, str | bool | None]:
    """Whether the bot runs, how updates come in (polling, webhook on an address), and what keeps them away, if any."""
    intake: Intake = application.bot_data[_INTAKE]
    return {"connected": application.running, "updates": intake.name, "trouble": intake.trouble}


async def _announce(bot: Bot) -> None:
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


async def _announce_to(bot: Bot, user_id: int, role: Role | None) -> None:
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


class _AnswersPrompt(filters.MessageFilter):
    """Messages that answer one of ours which asked for a text."""

    def filter(self, message: Message) -> bool:
        """Whether this is one."""
        to = message.reply_to_message
        ours = to is not None and to.from_user is not None and to.from_user.id == message.get_bot().id
        text = (to.text or "") if to is not None and ours else ""
        return editing.is_prompt(text) or figure_typing.is_prompt(text)


def _typed(context: BotContext, ask: Ask) -> Reply | None:
    """What was typed in answer to one of our questions, of an entry or of a figure."""
    return editing.typed(context, ask) or figure_typing.typed(context, ask)


class _Desk:
    """Turns updates into asks, and replies into messages."""

    def __init__(self, context: BotContext) -> None:
        self._context = context

    async def announce_roles(self, bot: Bot) -> None:
        """Register the menus of all who have a role."""

        def who() -> dict[int, Role]:
            with self._context.database.read() as session:
                # Who is an editor and an admin comes last as an admin.
                return {
                    one.user_id: role for role in Role for one in roles.holders(session, self._context.settings, role)
                }

        for user_id, role in (await asyncio.to_thread(who)).items():
            await _announce_to(bot, user_id, role)

    async def _announce_role(self, bot: Bot, user_id: int) -> None:
        def which() -> Role | None:
            with self._context.database.read() as session:
                return roles.role_of(session, self._context.settings, user_id)

        await _announce_to(bot, user_id, await asyncio.to_thread(which))

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
                ask = replace(ask, document=await _downloaded(message.document))
            if not ask.may(command.role):
                reply: Reply | None = Reply(ask.messages.text(f"role.{command.role}s_only"))
            elif command.changes and not await _may_change(context.bot, update, chat):
                reply = Reply(ask.messages.text("group.admins"))
            else:
                if command.role is not None and ask.private:
                    await asyncio.to_thread(roles.know_chat, self._context, ask)
                reply = await asyncio.to_thread(command.answer, self._context, ask)
            if reply is not None:
                await _send(context.bot, ask, reply, message.message_id)
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
        await _send(context.bot, ask, reading.unknown_command(self._context, ask))

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
            await _answer(query, Messages(language).plain("button.old"))
            return
        # The library takes a message that Telegram does not show any more for one without a text.
        message = query.message if isinstance(query.message, Message) and query.message.is_accessible else None
        ask = await self._ask(update, chat, message)
        if press.action in CHANGES and not await _may_change(context.bot, update, chat):
            await _answer(query, ask.messages.plain("group.admins"), alert=True)
            return
        needed = ROLES.get(press.action)
        if not ask.may(needed) or (needed is not None and press.owner != ask.user_id):
            refusal = "button.theirs" if ask.may(needed) else f"role.{needed}s_only"
            await _answer(query, ask.messages.plain(refusal), alert=True)
            return
        ask = replace(ask, keyboard=_keyboard(message))
        if press.action is Action.IMPORT and message is not None and message.reply_to_message is not None:
            ask = replace(ask, document=await _downloaded(message.reply_to_message.document))
        reply = await asyncio.to_thread(_PRESSES[press.action], self._context, ask, press)
        answered = await _answer(query, reply.toast, alert=reply.keep)
        if reply.keep and answered:
            return
        if reply.fresh or reply.keep or message is None or not await _edit(query, reply):
            await _send(context.bot, ask, reply)
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
            if not _is_too_old(error):
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
            if query is not None and await _answer(query, sorry, alert=True):
                return
            if update.effective_message is not None:
                await _send(context.bot, ask, Reply(escape(sorry)))
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
            forwarded=_forwarded(message),
            user_id=user_id,
            role=role,
            replied=_replied(message),
            answers=(ours.text or "") if ours is not None else "",
        )


def _forwarded(message: Message | None) -> Forwarded | None:
    """Where a message was forwarded from; a person's name is left out, since it is no outlet."""
    origin = message.forward_origin if message is not None else None
    if origin is None:
        return None
    outlet = ""
    if isinstance(origin, MessageOriginChannel):
        outlet = origin.chat.title or ""
    elif isinstance(origin, MessageOriginChat):
        outlet = origin.sender_chat.title or ""
    return Forwarded(outlet, origin.date)


def _replied(message: Message | None) -> Person | None:
    """Whose message another answers, or forwarded there; None for a bot's, and for what opens a topic."""
    to = message.reply_to_message if message is not None else None
    if to is None or to.forum_topic_created is not None or to.sender_chat is not None:
        return None
    user = to.forward_origin.sender_user if isinstance(to.forward_origin, MessageOriginUser) else to.from_user
    return None if user is None or user.is_bot else Person(user.id, user.full_name)


async def _may_change(bot: Bot, update: Update, chat: Chat) -> bool:
    """Whether who sent this may change what the chat has: anybody in private, in a group or channel its administrators.

    Only administrators can post in a channel, or speak in a group's own name.
    """
    message, user = update.effective_message, update.effective_user
    if chat.type == ChatType.PRIVATE:
        return True
    if update.callback_query is None and message is not None and message.sender_chat is not None:
        return message.sender_chat.id == chat.id
    if user is None:
        return False
    try:
        member = await bot.get_chat_member(chat.id, user.id)
    except BadRequest:
        # A group may hide its members from a bot that is no administrator of it, but not its administrators.
        return user.id in {one.user.id for one in await bot.get_chat_administrators(chat.id)}
    return member.status in {ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER}


def _is_too_old(error: BadRequest) -> bool:
    """Whether a tap or an inline query waited too long for its answer, or has had one."""
    return any(words in error.message.lower() for words in ("query is too old", "query_id_invalid"))


async def _answer(query: CallbackQuery, text: str = "", *, alert: bool = False) -> bool:
    """Answer a tap; False where it waited too long for that, as after a pause of the service, or was answered."""
    try:
        return await query.answer(text or None, show_alert=alert)
    except BadRequest as error:
        if not _is_too_old(error):
            raise
        log.info("a tap was not answered", reason=error.message)
        return False


def _keyboard(message: Message | None) -> tuple[str, ...]:
    """The data of the buttons of a message; none for one that Telegram does not show any more."""
    markup = message.reply_markup if message is not None else None
    rows = markup.inline_keyboard if markup is not None else ()
    return tuple(str(one.callback_data) for row in rows for one in row if one.callback_data is not None)


async def _downloaded(document: Document | None) -> File | None:
    """A document's content; None for one that Telegram does not hand out, or not any more."""
    if document is None or (document.file_size or 0) > importing.MAX_BYTES:
        return None
    try:
        file = await document.get_file()
        return File(document.file_name or "", bytes(await file.download_as_bytearray()))
    except BadRequest:
        return None


async def _send(bot: Bot, ask: Ask, reply: Reply, to: int | None = None) -> None:
    """Send a reply to where it was asked, or to where that chat has moved since.

    `to` is the message that asked, which a quoting reply answers.
    """
    try:
        await _send_to(bot, ask, reply, to)
    except ChatMigrated as error:
        await _send_to(bot, replace(ask, chat_id=error.new_chat_id, topic=0), reply, None)


async def _send_to(bot: Bot, ask: Ask, reply: Reply, to: int | None) -> None:
    """Send a reply in as many messages as it takes; buttons are under the last."""
    topic = ask.topic or None
    quoted = ReplyParameters(to, allow_sending_without_reply=True) if reply.quoting and to is not None else None
    if reply.file is not None and reply.file.picture:
        await bot.send_photo(
            ask.chat_id,
            InputFile(reply.file.content, reply.file.name),
            caption=str(split_html(reply.html, CAPTION_LIMIT)[0]),
            parse_mode=ParseMode.HTML,
            message_thread_id=topic,
            reply_markup=_markup(reply.buttons),
        )
        return
    if reply.file is not None:
        await bot.send_document(
            ask.chat_id,
            InputFile(reply.file.content, reply.file.name),
            caption=str(split_html(reply.html, CAPTION_LIMIT)[0]),
            parse_mode=ParseMode.HTML,
            message_thread_id=topic,
            reply_markup=_markup(reply.buttons),
        )
        return
    parts = split_html(reply.html)
    for number, part in enumerate(parts, start=1):
        await bot.send_message(
            ask.chat_id,
            str(part),
            parse_mode=ParseMode.HTML,
            message_thread_id=topic,
            link_preview_options=NO_PREVIEW,
            reply_parameters=quoted,
            reply_markup=_last_markup(reply) if number == len(parts) else None,
        )


def _last_markup(reply: Reply) -> InlineKeyboardMarkup | ForceReply | None:
    return ForceReply(selective=True) if reply.prompt else _markup(reply.buttons)


async def _edit(query: CallbackQuery, reply: Reply) -> bool:
    """Make the message with the button into the reply; False where it was deleted meanwhile, or may not be edited, or
    the reply takes more than one message.

    A second tap finds it made already, and that is well.
    """
    parts = split_html(reply.html)
    if len(parts) > 1:
        return False
    try:
        await query.edit_message_text(
            str(parts[0]),
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            reply_markup=_markup(reply.buttons),
        )
    except BadRequest as error:
        if any(words in error.message.lower() for words in ("edit not found", "can't be edited", "no text in")):
            return False
        if "not modified" not in error.message:
            raise
    return True


def _markup(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    rows: list[list[InlineKeyboardButton]] = []
    for one in buttons:
        if not (one.beside and rows):
            rows.append([])
        rows[-1].append(InlineKeyboardButton(one.label, callback_data=one.data))
    return InlineKeyboardMarkup(rows)
