"""A stand-in of Telegram's Bot API on loopback, stricter than the real one, for tests that go over real HTTP.

It refuses what Telegram refuses, and what Telegram silently drops or mends (`telegram_rules`): unknown methods and
fields, wrong types, HTML that is unbalanced, unsupported or unescaped, texts and captions that are too long, callback
data over 64 bytes; and by what it knows of chats and messages an edit that changes nothing, a second answer to one
button, a chat that is closed, unknown or has moved. Errors can be scripted (429, a broken connection). It keeps what it
was sent, lets tests speak as users, and hands out updates when asked or posts them to a webhook.

The rules are those of https://core.telegram.org/bots/api; a rule that is ours says so.
"""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import math
import re
import select
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from tests.bot.telegram_rules import (
    LARGEST_FILE,
    MEGABYTE,
    METHODS,
    UNASKED,
    Json,
    RefusedError,
    Upload,
    check_commands,
    check_inline_answer,
    check_kinds,
    check_markup,
    check_options,
    check_upload,
    check_webhook,
    checked_fields,
    checked_scope,
    checked_text,
    read_body,
    refuse,
    units,
)

TOKEN = "123456789:AAStandInTokenOfTheTestsOnly0000000000"
BOT_USERNAME = "exonym_test_bot"
BOT: Json = {"id": 123456789, "is_bot": True, "first_name": "Exonym", "username": BOT_USERNAME}
WAIT_SECONDS = 60.0
#: When everything happens.
_DATE = 1_736_600_000

Kind = Literal["private", "group", "supergroup", "channel"]
Status = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]
#: Why nothing can be sent to a chat, with what Telegram says of it.
Closed = Literal["blocked", "deactivated", "kicked", "left", "silenced", "no admin"]
_CLOSED = {
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "deactivated": (403, "Forbidden: user is deactivated"),
    "kicked": (403, "Forbidden: bot was kicked from the {kind} chat"),
    "left": (403, "Forbidden: bot is not a member of the {kind} chat"),
    "silenced": (400, "Bad Request: not enough rights to send text messages to the chat"),
    "no admin": (400, "Bad Request: need administrator rights in the channel chat"),
}


@dataclass(frozen=True)
class Call:
    """One request that was accepted; `text` is the text or caption as a reader sees it, None where there is none."""

    method: str
    fields: Mapping[str, Any]
    text: str | None = None
    upload: Upload | None = None

    @property
    def chat_id(self) -> int | None:
        """The chat addressed, if any."""
        return self.fields.get("chat_id")

    @property
    def html(self) -> str:
        """The text or caption as it was sent."""
        return str(self.fields.get("text", self.fields.get("caption", "")))

    @property
    def buttons(self) -> list[Json]:
        """The inline buttons, row after row."""
        markup = self.fields.get("reply_markup") or {}
        return [button for row in markup.get("inline_keyboard", []) for button in row]


# --- people and places ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """A user of Telegram."""

    id: int
    name: str = "Olena"
    language_code: str | None = "en"

    def to_json(self) -> Json:
        """The API's User."""
        value: Json = {"id": self.id, "is_bot": False, "first_name": self.name}
        return value if self.language_code is None else {**value, "language_code": self.language_code}


@dataclass(frozen=True)
class Place:
    """A chat; `topics` are its message threads, `admins` its administrators, `statuses` what others are in it.

    One that is `closed_lists` does not tell the bot, which is no administrator there, who its members are.
    """

    id: int
    kind: Kind = "private"
    title: str = ""
    topics: frozenset[int] = frozenset()
    admins: frozenset[int] = frozenset()
    statuses: Mapping[int, Status] = field(default_factory=dict, hash=False)
    closed_lists: bool = False

    def to_json(self) -> Json:
        """The API's Chat."""
        if self.kind == "private":
            return {"id": self.id, "type": "private", "first_name": self.title or "Olena"}
        value: Json = {"id": self.id, "type": self.kind, "title": self.title or "Newsroom"}
        return {**value, "is_forum": True} if self.topics else value

    def status(self, user_id: int) -> Status:
        """What somebody is in this chat."""
        return self.statuses.get(user_id, "administrator" if user_id in self.admins else "member")


def _speaker(person: Person, place: Place, sender: Place | None) -> Json:
    """Who a message is from: a person, or a stand-in of Telegram's where they speak in a chat's name."""
    if place.kind == "channel":
        return {"sender_chat": place.to_json()}
    if sender is None:
        return {"from": person.to_json()}
    if sender.id == place.id:
        bot = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    else:
        bot = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
    return {"from": bot, "sender_chat": sender.to_json()}


_ADMIN_RIGHTS = (
    "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members"
    " can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
)
_MEMBER_RIGHTS = (
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos can_send_video_notes"
    " can_send_voice_notes can_send_polls can_send_other_messages can_add_web_page_previews can_change_info"
    " can_invite_users can_pin_messages can_manage_topics can_edit_tag can_react_to_messages"
)


def member(user: Json, status: Status) -> Json:
    """The API's ChatMember."""
    value: Json = {"status": status, "user": user}
    if status == "creator":
        return {**value, "is_anonymous": False}
    if status == "administrator":
        return {**value, **dict.fromkeys(_ADMIN_RIGHTS.split(), False)}
    if status == "restricted":
        return {**value, "is_member": True, "until_date": 0, **dict.fromkeys(_MEMBER_RIGHTS.split(), False)}
    return {**value, "until_date": 0} if status == "kicked" else value


@dataclass
class _Script:
    """A refusal to come: for one chat or any, so many times (None for always)."""

    refusal: RefusedError | None
    chat_id: int | None
    method: str | None
    times: int | None


@dataclass
class TelegramServer:
    """The stand-in. Use `running_telegram()`; all methods may be called from any thread."""

    token: str = TOKEN
    calls: list[Call] = field(default_factory=list)
    refusals: list[tuple[str, RefusedError]] = field(default_factory=list)
    #: What went wrong in the stand-in itself.
    faults: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._updates: list[Json] = []
        self._update_ids = itertools.count(700_000_000)
        self._message_ids = itertools.count(1000)
        self._query_ids = itertools.count(1)
        self._open: dict[str, set[str]] = {"answerCallbackQuery": set(), "answerInlineQuery": set()}
        self._messages: dict[tuple[int, int], Json] = {}
        self._prompts: set[tuple[int, int]] = set()
        self._places: dict[int, Place] = {}
        self._closed: dict[int, Closed] = {}
        self._moved: dict[int, int] = {}
        self._files: dict[str, bytes] = {}
        self._scripts: list[_Script] = []
        self._allowed: list[str] = []
        self._menus: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._clock: Callable[[], float] | None = None
        self._sent_at: list[tuple[float, int]] = []
        #: What setWebhook said, and when and why Telegram could not post there.
        self.webhook: Json = {}
        self.post_failed: tuple[int, str] | None = None
        self._poller = 0
        self._poster: threading.Thread | None = None
        self._closing = False
        self._http = _HttpServer(self)

    # --- what tests ask

    @property
    def url(self) -> str:
        """The base that stands where https://api.telegram.org does."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def pollers(self) -> int:
        """How many times updates were asked for."""
        return self._poller

    @property
    def pending(self) -> list[Json]:
        """The updates that were not confirmed yet."""
        with self._changed:
            return list(self._updates)

    def sent(self, chat_id: int | None = None) -> list[Call]:
        """The messages and files that arrived in a chat, or in all."""
        with self._changed:
            return [
                call
                for call in self.calls
                if call.method.startswith("send") and (chat_id is None or call.chat_id == chat_id)
            ]

    def of(self, method: str) -> list[Call]:
        """The accepted requests of one method."""
        with self._changed:
            return [call for call in self.calls if call.method == method]

    def menu(self, person: Person, place: Place | None = None) -> tuple[str, ...]:
        """The commands that a person is offered in a chat; https://core.telegram.org/bots/api#botcommandscope."""
        place = place or Place(person.id)
        chat = str(place.id)
        scopes: list[tuple[str, ...]] = [("chat", chat), ("all_private_chats",), ("default",)]
        if place.kind != "private":
            scopes = [("chat_member", chat, str(person.id)), ("chat", chat), ("all_group_chats",), ("default",)]
            if person.id in place.admins:
                scopes[1:1] = [("chat_administrators", chat)]
                scopes[3:3] = [("all_chat_administrators",)]
        with self._changed:
            for scope in scopes:
                for language in (person.language_code or "", ""):
                    if (language, *scope) in self._menus:
                        return self._menus[language, *scope]
        return ()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds; it is looked at after each request. Fails after `WAIT_SECONDS`."""

        def wait() -> bool:
            with self._changed:
                return self._changed.wait_for(condition, WAIT_SECONDS)

        if not await asyncio.to_thread(wait):
            last = [f"{method}: {refusal.description}" for method, refusal in self.refusals[-3:]]
            message = f"it did not happen; the last refusals: {last}; the last calls: {self.calls[-3:]}"
            raise AssertionError(message)

    # --- what people do

    def add(self, place: Place) -> Place:
        """Make a chat known, as when the bot was started or added there."""
        with self._changed:
            self._places[place.id] = place
        return place

    def says(
        self,
        text: str,
        *,
        person: Person,
        place: Place | None = None,
        topic: int | None = None,
        answering: Call | None = None,
        sender: Place | None = None,
        **extra: Any,
    ) -> Json:
        """A person writes in a chat (their own by default), in reply to a message of the bot's if it is given.

        `sender` is the group or channel in whose name they do, `extra` are further fields of the message.
        """
        if not 1 <= units(text) <= 4096:
            message = f"nobody can write a text of {units(text)} characters"
            raise ValueError(message)
        place = self.add(place or Place(person.id))
        said: Json = {**self._new_message(place, topic), **_speaker(person, place, sender), "text": text, **extra}
        if answering is not None:
            with self._changed:
                said["reply_to_message"] = self._messages[place.id, answering.fields["message_id"]]
        commands = [
            {"type": "bot_command", "offset": units(text[: one.start()]), "length": len(one[0])}
            for one in re.finditer(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])", text)
        ]
        if commands:
            said["entities"] = commands
        return self._arrives("channel_post" if place.kind == "channel" else "message", said)

    def sends(
        self,
        content: Json,
        *,
        person: Person,
        place: Place | None = None,
        topic: int | None = None,
        sender: Place | None = None,
    ) -> Json:
        """A person sends something that is not text: ``{"sticker": {...}}``."""
        place = self.add(place or Place(person.id))
        message = {**self._new_message(place, topic), **_speaker(person, place, sender), **content}
        return self._arrives("channel_post" if place.kind == "channel" else "message", message)

    def sends_file(self, name: str, content: bytes, *, person: Person, place: Place | None = None) -> Json:
        """A person sends a document; the message. What is larger than 20 MB the Bot API does not hand out."""
        number = f"file{next(self._message_ids)}"
        self._files[number] = content
        document = {"file_id": number, "file_unique_id": number, "file_name": name, "file_size": len(content)}
        return self.sends({"document": document}, person=person, place=place)

    def forwards_post(self, text: str, *, channel: Place, group: Place) -> Json:
        """A channel posts, and Telegram forwards it to the group where it is discussed."""
        origin = {"type": "channel", "date": _DATE, "chat": channel.to_json(), "message_id": 7}
        forwarded = {"is_automatic_forward": True, "forward_origin": origin, "sender_chat": channel.to_json()}
        return self.says(text, person=Person(777000, "Telegram", None), place=group, **forwarded)

    def edits(self, message: Json, text: str) -> None:
        """A person changes what they wrote."""
        edited = {**message, "text": text, "edit_date": _DATE + 60}
        edited.pop("entities", None)
        self._enqueue("edited_channel_post" if message["chat"]["type"] == "channel" else "edited_message", edited)

    def deletes(self, call: Call) -> None:
        """A message of the bot's is deleted."""
        with self._changed:
            del self._messages[call.fields["chat_id"], call.fields["message_id"]]

    def forget_files(self) -> None:
        """The files that were sent are not handed out any more."""
        self._files.clear()

    def file(self, path: str) -> bytes | None:
        """What a download of ``/file/bot<token>/docs/<number>`` gives."""
        prefix = f"/file/bot{self.token}/docs/"
        content = self._files.get(path.removeprefix(prefix)) if path.startswith(prefix) else None
        return None if content is None or len(content) > LARGEST_FILE else content

    def happens(self, kind: str, content: Json) -> None:
        """Any other update."""
        self._enqueue(kind, content)

    def taps(self, call: Call, button: int | str, *, person: Person, reachable: bool = True) -> str:
        """A person taps a button of a message that arrived: by its index, or any data (an old button's).

        Of a message that is not `reachable` (deleted, or too old) Telegram says only that there was one.
        """
        data = call.buttons[button]["callback_data"] if isinstance(button, int) else button
        with self._changed:
            key = call.fields["chat_id"], call.fields["message_id"]
            message = self._messages[key]
            if not reachable:
                del self._messages[key]
                message = {"chat": message["chat"], "message_id": key[1], "date": 0}
        return self._asks("callback_query", person, {"chat_instance": "1", "data": data, "message": message})

    def taps_inline(self, data: str, *, person: Person) -> str:
        """A person taps a button below a message that was inserted by inline mode, somewhere."""
        return self._asks("callback_query", person, {"chat_instance": "1", "data": data, "inline_message_id": "i1"})

    def types_inline(self, query: str, *, person: Person) -> str:
        """A person types the bot's name and something behind it, in any chat."""
        return self._asks("inline_query", person, {"query": query, "offset": ""})

    def _asks(self, kind: str, person: Person, content: Json) -> str:
        identity = str(next(self._query_ids))
        with self._changed:
            self._open["answerCallbackQuery" if kind == "callback_query" else "answerInlineQuery"].add(identity)
        self._enqueue(kind, {"id": identity, "from": person.to_json(), **content})
        return identity

    def expire_queries(self) -> None:
        """What was tapped and typed so far is too old to be answered."""
        with self._changed:
            for queries in self._open.values():
                queries.clear()

    # --- what happens to chats

    def membership(self, place: Place, status: Status, *, person: Person, before: Status = "left") -> None:
        """Somebody adds the bot to a chat or removes it; in their own, starts or blocks it."""
        self.add(place)
        with self._changed:
            self._closed.pop(place.id, None)
        if status in {"left", "kicked"}:
            self.close(place.id, "blocked" if place.kind == "private" else "kicked" if status == "kicked" else "left")
        change = {"chat": place.to_json(), "from": person.to_json(), "date": _DATE}
        members = {"old_chat_member": member(BOT, before), "new_chat_member": member(BOT, status)}
        self._enqueue("my_chat_member", {**change, **members})

    def close(self, chat_id: int, why: Closed) -> None:
        """Nothing can be sent to a chat from now on."""
        with self._changed:
            self._closed[chat_id] = why

    def block(self, chat_id: int) -> None:
        """The user blocks the bot."""
        self.close(chat_id, "blocked")

    def migrate(self, old: Place, new: Place) -> None:
        """A group becomes a supergroup with another id."""
        self.add(new)
        with self._changed:
            self._moved[old.id] = new.id

    def upgrades(self, old: Place, new: Place, *, person: Person) -> None:
        """The same, and both chats say so."""
        self.sends({"migrate_to_chat_id": new.id}, person=person, place=old)
        self.sends({"migrate_from_chat_id": old.id}, person=person, place=new, sender=new)
        self.migrate(old, new)

    # --- what goes wrong

    def refuse(
        self, refusal: RefusedError, *, chat_id: int | None = None, method: str | None = None, times: int | None = None
    ) -> None:
        """Answer requests for a chat (or any) with an error, so many times or always."""
        refusal.scripted = True
        with self._changed:
            self._scripts.append(_Script(refusal, chat_id, method, times))

    def flood(self, retry_after: int, *, chat_id: int | None = None, times: int = 1) -> None:
        """Answer that too much was sent."""
        refusal = RefusedError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
        self.refuse(refusal, chat_id=chat_id, times=times)

    def drop(self, *, chat_id: int | None = None, method: str | None = None, times: int = 1) -> None:
        """Break the connection instead of answering."""
        with self._changed:
            self._scripts.append(_Script(None, chat_id, method, times))

    def limit_rates(self, clock: Callable[[], float]) -> None:
        """Answer 429 from now on to more than 30 messages a second in all, 20 a minute in one group, 3 a second in any.

        https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this allows one a second in a chat,
        and "short bursts" of more: how many is ours. `clock` gives seconds.
        """
        with self._changed:
            self._clock = clock

    def _check_rates(self, chat_id: int) -> None:
        if self._clock is None:
            return
        now = self._clock()
        self._sent_at = [(at, chat) for at, chat in self._sent_at if now - at < 60]
        here = [at for at, chat in self._sent_at if chat == chat_id]
        limits = [([at for at, _ in self._sent_at], 30, 1), (here, 3, 1)]
        if self._places[chat_id].kind != "private":
            limits.append((here, 20, 60))
        free = now
        for sent, most, seconds in limits:
            within = [at for at in sent if now - at < seconds]
            if len(within) >= most:
                free = max(free, within[-most] + seconds)
        if free > now:
            wait = math.ceil(free - now)
            raise RefusedError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        self._sent_at.append((now, chat_id))

    # --- the updates

    def _new_message(self, place: Place, topic: int | None) -> Json:
        message: Json = {"message_id": next(self._message_ids), "date": _DATE, "chat": place.to_json()}
        if topic is not None:
            message |= {"message_thread_id": topic, "is_topic_message": True}
        return message

    def _arrives(self, kind: str, message: Json) -> Json:
        with self._changed:
            self._messages[message["chat"]["id"], message["message_id"]] = message
        self._enqueue(kind, message)
        return message

    def _enqueue(self, kind: str, content: Json) -> None:
        with self._changed:
            if kind in self._allowed if self._allowed else kind not in UNASKED:
                self._updates.append({"update_id": next(self._update_ids), kind: content})
                self._changed.notify_all()

    def _allow(self, fields: Json) -> None:
        """Without the field, what was asked for before counts."""
        check_kinds(fields)
        self._allowed = fields.get("allowed_updates", self._allowed)

    def _get_updates(self, fields: Json, gone: Callable[[], bool]) -> list[Json]:
        offset, limit = fields.get("offset", 0), fields.get("limit", 100)
        if not 1 <= limit <= 100:
            refuse("limit must be 1 to 100")  # ours: Telegram takes the nearest
        if not 0 <= fields.get("timeout", 0) <= 50:
            refuse("timeout must be 0 to 50")  # ours too
        with self._changed:
            if self.webhook:
                active = "can't use getUpdates method while webhook is active"
                raise RefusedError(409, f"Conflict: {active}; use deleteWebhook to delete the webhook first")
            self._allow(fields)
            self._poller += 1
            mine = self._poller
            self._changed.notify_all()
            if offset > 0:
                self._updates = [one for one in self._updates if one["update_id"] >= offset]
            elif offset < 0:
                self._updates = self._updates[offset:]
            waited = 0.0
            # The wait is cut in slices only to notice a client that went away.
            while not self._updates and waited < fields.get("timeout", 0) and not self._closing and not gone():
                if self._poller != mine:
                    break
                self._changed.wait(0.05)
                waited += 0.05
            if self._poller != mine and not gone():
                conflict = "Conflict: terminated by other getUpdates request"
                raise RefusedError(409, f"{conflict}; make sure that only one bot instance is running")
            return self._updates[:limit]

    def post_updates(self, port: int) -> None:
        """From now on post the updates to the webhook, whose public address leads to a local port.

        One after another, each until it is taken; https://core.telegram.org/bots/api#setwebhook.
        """
        self._poster = threading.Thread(target=self._post, args=(port,), daemon=True)
        self._poster.start()

    def _post(self, port: int) -> None:
        failures = 0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or bool(self._updates and self.webhook))
                if self._closing:
                    return
                update, webhook = self._updates[0], self.webhook
            reason = self._post_one(update, webhook, port)
            with self._changed:
                if reason is None:
                    failures = 0
                    self._updates = [one for one in self._updates if one["update_id"] != update["update_id"]]
                else:
                    failures += 1
                    self.post_failed = (_DATE + failures, reason)
                self._changed.notify_all()
                if reason is not None:
                    self._changed.wait_for(lambda: self._closing, 0.02)

    def _post_one(self, update: Json, webhook: Json, port: int) -> str | None:
        """Why an update was not taken; None where it was."""
        headers = {"Content-Type": "application/json", "Host": urlsplit(webhook["url"]).netloc}
        headers["X-Telegram-Bot-Api-Secret-Token"] = webhook["secret_token"]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
        try:
            connection.request("POST", urlsplit(webhook["url"]).path, json.dumps(update), headers)
            answer = connection.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException) as error:
            return f"Connection failed: {error}"
        finally:
            connection.close()
        if said and 200 <= answer.status < 300:
            return "The webhook answered with a body"  # ours: Telegram takes it for a request, without an answer to it
        return None if 200 <= answer.status < 300 else f"Wrong response from the webhook: {answer.status}"

    # --- the requests

    def answer(
        self, path: str, raw: Json, uploads: dict[str, Upload], *, native: bool, gone: Callable[[], bool]
    ) -> object:
        """The result of one request. Raises `RefusedError`, or `ConnectionAbortedError` where the line is to break."""
        match = re.fullmatch(r"/bot([^/]*)/(\w+)", path)
        if match is None:
            raise RefusedError(404, "Not Found")
        if match[1] != self.token:
            raise RefusedError(401, "Unauthorized")
        method = match[2]
        if method not in METHODS:
            raise RefusedError(404, "Not Found: method not found")
        try:
            fields = checked_fields(method, raw, uploads, native=native)
            if method == "getUpdates":
                with self._changed:
                    self._follow_script(method, None)
                return self._get_updates(fields, gone)
            with self._changed:
                self._follow_script(method, fields.get("chat_id"))
                call, result = self._perform(method, fields, next(iter(uploads.values()), None))
                self.calls.append(call)
                return result
        except RefusedError as refusal:
            self.refusals.append((method, refusal))
            raise
        finally:
            with self._changed:
                self._changed.notify_all()

    def _follow_script(self, method: str, chat_id: int | None) -> None:
        for script in self._scripts:
            fits = script.chat_id in {None, chat_id} and script.method in {None, method}
            # What is not said of a method concerns what is sent, not set-up.
            if not fits or (script.method is None and not method.startswith(("send", "edit"))):
                continue
            if script.times is not None:
                script.times -= 1
                if script.times <= 0:
                    self._scripts.remove(script)
            if script.refusal is None:
                raise ConnectionAbortedError
            raise script.refusal

    def _perform(self, method: str, fields: Json, upload: Upload | None) -> tuple[Call, object]:
        if "chat_id" in fields:
            return self._perform_in(self._reached(method, fields["chat_id"]), method, fields, upload)
        if method.startswith("answer"):
            return self._answer_query(method, fields)
        return Call(method, fields), self._set_up(method, fields)

    def _set_up(self, method: str, fields: Json) -> object:
        """What concerns no chat."""
        if method == "getMe":
            return {
                **BOT,
                "can_join_groups": True,
                "can_read_all_group_messages": False,
                "supports_inline_queries": True,
            }
        if method in {"setMyCommands", "deleteMyCommands"}:
            self._menus.pop(whose := self._scope(fields), None)
            if method == "setMyCommands":
                check_commands(fields["commands"])
                self._menus[whose] = tuple(one["command"] for one in fields["commands"])
            return True
        if method in {"setWebhook", "deleteWebhook"}:
            if method == "setWebhook":
                check_webhook(fields)
                self._allow(fields)
            self.webhook = fields if method == "setWebhook" else {}
            if fields.get("drop_pending_updates"):
                self._updates.clear()
            return True
        if method == "getWebhookInfo":
            known = {"url": self.webhook.get("url", ""), "has_custom_certificate": False}
            if self.post_failed is not None:
                known |= dict(zip(("last_error_date", "last_error_message"), self.post_failed, strict=True))
            return {**known, "pending_update_count": len(self._updates)}
        number = fields["file_id"]  # of getFile
        if number not in self._files:
            refuse("wrong file_id or the file is temporarily unavailable")
        if len(self._files[number]) > LARGEST_FILE:
            refuse("file is too big")
        return {"file_id": number, "file_unique_id": number, "file_path": f"docs/{number}"}

    def _scope(self, fields: Json) -> tuple[str, ...]:
        """Whose menu a request is about: its language, and its scope's values."""
        scope = checked_scope(fields)
        place = self._places.get(scope["chat_id"]) if "chat_id" in scope else None
        if "chat_id" in scope and place is None:
            refuse("chat not found")
        if place is not None and scope["type"] != "chat" and place.kind not in {"group", "supergroup"}:
            refuse("the chat is no group")
        if place is not None and place.kind == "channel":
            refuse("can't change commands in channel chats")
        values = (str(scope[one]) for one in ("chat_id", "user_id") if one in scope)
        return fields.get("language_code", ""), scope["type"], *values

    def _answer_query(self, method: str, fields: Json) -> tuple[Call, object]:
        """A tap or an inline query is answered once, while it is open."""
        number = fields["callback_query_id" if method == "answerCallbackQuery" else "inline_query_id"]
        if number not in self._open[method]:
            refuse("query is too old and response timeout expired or query ID is invalid")
        if method == "answerInlineQuery":
            check_inline_answer(fields)
        elif units(fields.get("text", "")) > 200:
            refuse("MESSAGE_TOO_LONG")
        elif fields.get("cache_time", 0) < 0:
            refuse("cache_time is negative")  # ours
        self._open[method].discard(number)
        return Call(method, fields, fields.get("text")), True

    # --- what concerns a chat

    def _reached(self, method: str, chat_id: int | str) -> Place:
        """The chat of a request; what keeps a request away from it is refused."""
        place = self._places.get(chat_id) if isinstance(chat_id, int) else None  # ours: no chat has a name here
        if place is None:
            refuse("chat not found")
        refusal: RefusedError | None = None
        if place.id in self._moved:
            moved = "Bad Request: group chat was upgraded to a supergroup chat"
            refusal = RefusedError(400, moved, migrate_to_chat_id=self._moved[place.id])
        why = self._closed.get(place.id)
        # Of a chat that it may not write to, the bot may still ask.
        if why is not None and (why in {"kicked", "left"} or not method.startswith("get")):
            code, description = _CLOSED[why]
            refusal = RefusedError(code, description.format(kind=place.kind))
        if refusal is not None:
            refusal.scripted = True
            raise refusal
        return place

    def _perform_in(self, place: Place, method: str, fields: Json, upload: Upload | None) -> tuple[Call, object]:
        if method == "getChat":
            return Call(method, fields), {**place.to_json(), "accent_color_id": 0, "max_reaction_count": 11}
        if method == "getChatMember":
            if place.closed_lists:
                refuse("CHAT_ADMIN_REQUIRED")
            return Call(method, fields), member(Person(fields["user_id"]).to_json(), place.status(fields["user_id"]))
        if method == "getChatAdministrators":
            if place.kind == "private":
                refuse("there are no administrators in the private chat")
            if place.kind == "channel" and place.closed_lists:
                refuse("member list is inaccessible")
            known = sorted({*place.admins, *place.statuses})
            admins = [one for one in known if place.status(one) in {"creator", "administrator"}]
            return Call(method, fields), [member(Person(one).to_json(), place.status(one)) for one in admins]
        check_markup(fields.get("reply_markup"))
        check_options(fields)
        call, message = (
            self._edit(method, fields) if method.startswith("edit") else self._send(method, fields, place, upload)
        )
        # What is refused for itself does not count as sent.
        self._check_rates(place.id)
        key = place.id, message["message_id"]
        self._messages[key] = message
        if "force_reply" in fields.get("reply_markup", {}):
            self._prompts.add(key)
        return call, message

    def _send(self, method: str, fields: Json, place: Place, upload: Upload | None) -> tuple[Call, Json]:
        check_upload(method, upload)
        topic = fields.get("message_thread_id")
        if topic is not None and topic not in place.topics:
            refuse("message thread not found")
        if place.kind == "channel" and "force_reply" in fields.get("reply_markup", {}):
            refuse("reply markup is not supported in channels")
        message = {**self._new_message(place, topic), "from": BOT}
        seen = None
        if method == "sendMessage":
            seen = checked_text(fields, "text", 4096)
            message["text"] = seen.strip()
        elif "caption" in fields:
            seen = message["caption"] = checked_text(fields, "caption", 1024)
        if method == "sendDocument" and upload is not None:
            message["document"] = {"file_id": "d1", "file_unique_id": "d1", "file_name": upload.name}
        if method == "sendPhoto":
            message["photo"] = [{"file_id": "p1", "file_unique_id": "p1", "width": 640, "height": 480}]
        if "inline_keyboard" in fields.get("reply_markup", {}):
            message["reply_markup"] = fields["reply_markup"]
        reply = fields.get("reply_parameters")
        if reply is not None:
            quoted = self._messages.get((reply.get("chat_id", place.id), reply["message_id"]))
            if quoted is not None:
                message["reply_to_message"] = quoted
            elif not reply.get("allow_sending_without_reply"):
                refuse("message to be replied not found")
            if quoted is not None and reply.get("quote", "") not in quoted.get("text", ""):
                refuse("QUOTE_TEXT_INVALID")
        return Call(method, {**fields, "message_id": message["message_id"]}, seen, upload), message

    def _edit(self, method: str, fields: Json) -> tuple[Call, Json]:
        key = (fields["chat_id"], fields["message_id"])
        message = self._messages.get(key)
        if message is None:
            refuse("message to edit not found")
        if message.get("from", {}).get("id") != BOT["id"] or key in self._prompts:
            refuse("message can't be edited")
        if method == "editMessageText" and "text" not in message:
            refuse("there is no text in the message to edit")
        if "inline_keyboard" not in fields.get("reply_markup", {"inline_keyboard": []}):
            refuse("object expected as reply markup")
        edited = {name: value for name, value in message.items() if name != "reply_markup"}
        if fields.get("reply_markup", {}).get("inline_keyboard"):
            edited["reply_markup"] = fields["reply_markup"]
        seen = None
        if method == "editMessageText":
            seen = checked_text(fields, "text", 4096)
            edited["text"] = seen.strip()
        if edited == message:
            same = "specified new message content and reply markup are exactly the same as a current content"
            refuse(f"message is not modified: {same} and reply markup of the message")
        return Call(method, fields, seen), edited

    def start(self) -> None:
        """Begin to answer."""
        self._http.start()

    def stop(self) -> None:
        """Close every connection and wait for the threads."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._poster is not None:
            self._poster.join()
        self._http.stop()


# --- HTTP -------------------------------------------------------------------------------------------------------------


class _HttpServer(ThreadingHTTPServer):
    """Answers on an ephemeral port of loopback; remembers its connections, so that they can be closed."""

    daemon_threads = False
    block_on_close = True

    def __init__(self, telegram: TelegramServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.telegram = telegram
        self._connections: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # its thread closed it first
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    """One connection's requests."""

    server: _HttpServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer leaves in one piece

    def do_GET(self) -> None:
        content = self.server.telegram.file(unquote(self.path))
        if content is None:
            self._reply(404, {"ok": False, "error_code": 404, "description": "Not Found"})
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            if len(body) > 51 * MEGABYTE:  # a file with the fields around it
                raise RefusedError(413, "Request Entity Too Large")
            raw, uploads, native = read_body(self.headers.get("Content-Type") or "", body)
            result = self.server.telegram.answer(self.path, raw, uploads, native=native, gone=self._gone)
        except RefusedError as refusal:
            error: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            if refusal.parameters:
                error["parameters"] = refusal.parameters
            self._reply(refusal.code, error)
        except ConnectionAbortedError:
            self.close_connection = True
        except Exception as fault:  # told at the end: to the bot it would be a broken connection, which it survives
            self.server.telegram.faults.append(fault)
            self._reply(500, {"ok": False, "error_code": 500, "description": "Internal Server Error"})
        else:
            self._reply(200, {"ok": True, "result": result})

    def _gone(self) -> bool:
        """Whether the client closed the connection while it waited."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""

    def _reply(self, status: int, value: Json) -> None:
        body = json.dumps(value).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the client did not wait

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests look at `calls` and `refusals`."""

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True  # closed from either end between two requests


@contextmanager
def running_telegram() -> Iterator[TelegramServer]:
    """The stand-in, answering while the block runs; a fault of its own fails the test."""
    server = TelegramServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
    if server.faults:
        message = "the stand-in of the Bot API failed"
        raise ExceptionGroup(message, server.faults)
