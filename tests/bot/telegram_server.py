"""A stand-in of Telegram's Bot API on loopback, stricter than the real one, for tests that go over real HTTP.

It refuses what Telegram refuses, and what Telegram silently drops or mends: unknown methods and fields, wrong types,
HTML that is unbalanced, unsupported or unescaped, texts and captions that are too long, callback data over 64 bytes,
an edit that changes nothing, a second answer to one button. Errors can be scripted (429, 403, a chat that moved, a
broken connection). It keeps what it was sent, and lets tests speak as users.

The rules are those of https://core.telegram.org/bots/api; a rule that is ours says so.
"""

from __future__ import annotations

import asyncio
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
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

TOKEN = "123456789:AAStandInTokenOfTheTestsOnly0000000000"
BOT_USERNAME = "exonym_test_bot"
WAIT_SECONDS = 60.0

Json = dict[str, Any]
Kind = Literal["private", "group", "supergroup", "channel"]


class RefusedError(Exception):
    """The server's refusal of a request."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def _refuse(description: str) -> NoReturn:
    raise RefusedError(400, f"Bad Request: {description}")


# --- what a request may hold ------------------------------------------------------------------------------------------

# Each method's fields and their types; a trailing * marks what is required.
_TARGET = {"chat_id": "chat*", "message_thread_id": "int"}
_SENDING = {"disable_notification": "bool", "protect_content": "bool", "reply_parameters": "object"}
_FILE = {**_TARGET, **_SENDING, "caption": "str", "parse_mode": "str", "reply_markup": "object"}
_TEXT = {"text": "str*", "parse_mode": "str", "link_preview_options": "object", "reply_markup": "object"}
_METHODS: dict[str, dict[str, str]] = {
    "getMe": {},
    "getUpdates": {"offset": "int", "limit": "int", "timeout": "int", "allowed_updates": "array"},
    "deleteWebhook": {"drop_pending_updates": "bool"},
    "setWebhook": {
        "url": "str*",
        "ip_address": "str",
        "max_connections": "int",
        "allowed_updates": "array",
        "drop_pending_updates": "bool",
        "secret_token": "str",
    },
    "getWebhookInfo": {},
    "setMyCommands": {"commands": "array*", "scope": "object", "language_code": "str"},
    "deleteMyCommands": {"scope": "object", "language_code": "str"},
    "getChat": {"chat_id": "chat*"},
    "getFile": {"file_id": "str*"},
    "getChatMember": {"chat_id": "chat*", "user_id": "int*"},
    "sendMessage": {**_TARGET, **_SENDING, **_TEXT},
    "sendDocument": {**_FILE, "document": "file*", "disable_content_type_detection": "bool"},
    "sendPhoto": {**_FILE, "photo": "file*"},
    "editMessageText": {"chat_id": "chat*", "message_id": "int*", **_TEXT},
    "editMessageReplyMarkup": {"chat_id": "chat*", "message_id": "int*", "reply_markup": "object"},
    "answerCallbackQuery": {
        "callback_query_id": "str*",
        "text": "str",
        "show_alert": "bool",
        "url": "str",
        "cache_time": "int",
    },
    "answerInlineQuery": {
        "inline_query_id": "str*",
        "results": "array*",
        "cache_time": "int",
        "is_personal": "bool",
        "next_offset": "str",
    },
}
# The kinds of updates that there are; https://core.telegram.org/bots/api#update.
# fmt: off
_KINDS = {
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "message_reaction", "message_reaction_count",
    "inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query",
    "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost",
    "removed_chat_boost"
}
# fmt: on
# The scopes of commands with what else each needs; https://core.telegram.org/bots/api#botcommandscope.
_SCOPES: dict[str, frozenset[str]] = {
    "default": frozenset(),
    "all_private_chats": frozenset(),
    "all_group_chats": frozenset(),
    "all_chat_administrators": frozenset(),
    "chat": frozenset({"chat_id"}),
    "chat_administrators": frozenset({"chat_id"}),
    "chat_member": frozenset({"chat_id", "user_id"}),
}
# What an object may hold, with the types; a trailing * marks what is required.
_REPLY_PARAMETERS = {"message_id": "int*", "chat_id": "chat", "allow_sending_without_reply": "bool", "quote": "str"}
_PREVIEW = {
    "is_disabled": "bool",
    "url": "str",
    "prefer_small_media": "bool",
    "prefer_large_media": "bool",
    "show_above_text": "bool",
}
_MEGABYTE = 1_000_000  # Telegram says MB; ours is the smaller one
_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "bool": (bool,),
    "object": (dict,),
    "array": (list,),
    "chat": (int, str),
}


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    name: str
    content: bytes


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


def _checked_fields(method: str, raw: Mapping[str, Any], uploads: Mapping[str, Upload], *, native: bool) -> Json:
    """The fields with their values of the right types; unknown, missing and wrong ones are refused."""
    known = _METHODS[method]
    unknown = (set(raw) | set(uploads)) - set(known)
    if unknown:
        _refuse(f"unknown field {min(unknown)} of {method}")  # ours: Telegram ignores it
    fields: Json = {}
    for name, kind in known.items():
        wanted = kind.rstrip("*")
        if name in uploads:
            if wanted != "file":
                _refuse(f"{name} is not a file")
            if not uploads[name].content:
                _refuse("file must be non-empty")
        elif name in raw:
            fields[name] = _typed(name, wanted, raw[name], native=native)
        elif kind.endswith("*"):
            _refuse(f"{name} is empty")
    return fields


def _check_object(name: str, value: Json | None, known: Mapping[str, str]) -> None:
    """An object's fields: none unknown (ours), none missing, all of their types."""
    if value is None:
        return
    unknown = set(value) - set(known)
    if unknown:
        _refuse(f"unknown field {min(unknown)} of {name}")
    for one, kind in known.items():
        if one not in value:
            if kind.endswith("*"):
                _refuse(f"{name} has no {one}")
        else:
            _typed(f"{name}.{one}", kind.rstrip("*"), value[one], native=True)


def _typed(name: str, kind: str, value: Any, *, native: bool) -> Any:
    if kind == "file":
        _refuse(f"{name} must be uploaded")
    if kind == "str":
        if not isinstance(value, str):
            _refuse(f"{name} must be a string")
        return value
    if not native and not (kind == "chat" and value.startswith("@")):
        try:
            value = json.loads(value)
        except ValueError:
            _refuse(f"can't parse {name}")
    if not isinstance(value, _TYPES[kind]) or (kind != "bool" and isinstance(value, bool)):
        _refuse(f"{name} must be of type {kind}")
    return value


# --- texts ------------------------------------------------------------------------------------------------------------

_TAG = re.compile(r"<(/?)([a-z][a-z-]*)((?:\s[^<>]*)?)>")
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_PLAIN_TAGS = frozenset({"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "code", "pre"})
_LITERAL = frozenset({"code", "pre"})


def parse_html(text: str) -> str:
    """What a reader sees of Telegram's HTML; raises `RefusedError` for what is not exactly right.

    Ours: a bare ``>``, an empty element and an attribute that Telegram would drop are refused too.
    """
    seen: list[str] = []
    opened: list[tuple[str, int]] = []
    at = elements = 0
    while at < len(text):
        if text[at] == "<":
            tag = _TAG.match(text, at)
            if tag is None:
                _refuse(f"can't parse entities: unsupported start tag at byte offset {at}")
            closes, name, attributes = tag[1], tag[2], tag[3].strip()
            if closes:
                if not opened or opened[-1][0] != name or attributes:
                    _refuse(f"can't parse entities: unexpected end tag </{name}> at byte offset {at}")
                if opened.pop()[1] == len(seen):
                    _refuse(f"can't parse entities: empty element <{name}>")
                elements += 1
            else:
                _check_start(name, attributes, [one for one, _ in opened])
                opened.append((name, len(seen)))
            at = tag.end()
        elif text[at] == "&":
            entity = _ENTITY.match(text, at)
            if entity is None:
                _refuse(f"can't parse entities: bare ampersand at byte offset {at}")
            named, decimal, hexadecimal = entity.groups()
            seen.append(_NAMED[named] if named else chr(int(decimal) if decimal else int(hexadecimal, 16)))
            at = entity.end()
        elif text[at] == ">":
            _refuse(f"can't parse entities: bare > at byte offset {at}")
        else:
            seen.append(text[at])
            at += 1
    if opened:
        _refuse(f"can't parse entities: can't find end tag corresponding to start tag {opened[-1][0]}")
    if elements > 100:
        _refuse("more than 100 entities")
    return "".join(seen)


def _check_start(name: str, attributes: str, opened: list[str]) -> None:
    within = set(opened)
    allowed = (
        (name in _PLAIN_TAGS and not attributes)
        or (name == "a" and re.fullmatch(r'href="(https?|tg)://[^"]+"', attributes))
        or (name == "code" and opened[-1:] == ["pre"] and re.fullmatch(r'class="language-[\w+-]+"', attributes))
        or (name == "blockquote" and attributes in {"", "expandable"})
        or (name == "span" and attributes == 'class="tg-spoiler"')
    )
    if not allowed:
        _refuse(f"can't parse entities: unsupported tag <{name} {attributes}>")
    nested = name in within and name in {"a", "blockquote"}
    literal = bool(within & _LITERAL) and not (name == "code" and opened == ["pre"])
    if nested or literal or (name in _LITERAL and "a" in within):
        _refuse(f"can't parse entities: <{name}> cannot be inside {opened}")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _checked_text(fields: Json, name: str, limit: int) -> str:
    text: str = fields[name]
    mode = fields.get("parse_mode")
    if mode not in {None, "HTML"}:
        _refuse(f"unsupported parse_mode {mode}")
    seen = parse_html(text) if mode == "HTML" else text
    if name == "text" and not seen.strip():
        _refuse("message text is empty")
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", seen):
        _refuse("control characters")  # ours
    if _units(seen) > limit:
        _refuse("message is too long" if name == "text" else "message caption is too long")
    return seen


def _check_markup(markup: Json | None) -> None:
    if markup is None:
        return
    if "force_reply" in markup:
        known = {"force_reply": "bool*", "selective": "bool", "input_field_placeholder": "str"}
        _check_object("reply_markup", markup, known)
        if markup["force_reply"] is not True:
            _refuse("force_reply must be true")
        if not 1 <= _units(markup.get("input_field_placeholder", "Name")) <= 64:
            _refuse("input_field_placeholder is empty or too long")
        return
    if set(markup) != {"inline_keyboard"} or not isinstance(markup["inline_keyboard"], list):
        _refuse("only inline keyboards are known here")
    buttons = [button for row in markup["inline_keyboard"] for button in row]
    if len(buttons) > 100 or any(not 1 <= len(row) <= 8 for row in markup["inline_keyboard"]):
        _refuse("reply markup is too long")
    for button in buttons:
        if set(button) not in ({"text", "callback_data"}, {"text", "url"}):
            _refuse(f"a button with the fields {sorted(button)}")
        if not button["text"].strip() or _units(button["text"]) > 128:
            _refuse("button text is empty or too long")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            _refuse("BUTTON_DATA_INVALID")


def _check_upload(method: str, upload: Upload | None) -> None:
    """A file's size and name, and a picture's sides; https://core.telegram.org/bots/api#sendphoto."""
    if upload is None:
        return
    if not re.fullmatch(r'(?!\.)[^\x00-\x1f/\\:*?"<>|]{1,255}', upload.name) or len(upload.name.encode()) > 255:
        _refuse("the file's name is no name of a file")  # ours: Telegram renames such files
    if len(upload.content) > _MEGABYTE * (10 if method == "sendPhoto" else 50):
        raise RefusedError(413, "Request Entity Too Large")
    if method != "sendPhoto":
        return
    header = upload.content[:24]
    if header[:8] != b"\x89PNG\r\n\x1a\n" or header[12:16] != b"IHDR":
        _refuse("IMAGE_PROCESS_FAILED")  # ours: only PNG is known here
    width, height = int.from_bytes(header[16:20]), int.from_bytes(header[20:24])
    if not (width and height) or width + height > 10_000 or max(width, height) > 20 * min(width, height):
        _refuse("PHOTO_INVALID_DIMENSIONS")


def _check_kinds(fields: Json) -> None:
    unknown = set(fields.get("allowed_updates", [])) - _KINDS
    if unknown:
        _refuse(f"unknown kinds of updates: {sorted(unknown)}")  # ours: Telegram ignores them


def _check_webhook(fields: Json) -> None:
    """https://core.telegram.org/bots/api#setwebhook; nothing is resolved here, but what is plainly not reachable."""
    try:
        parts = urlsplit(fields["url"])
        port = parts.port
    except ValueError:
        _refuse("bad webhook: invalid webhook URL specified")
    if parts.scheme != "https" or not parts.hostname:
        _refuse("bad webhook: An HTTPS URL must be provided for webhook")
    if (443 if port is None else port) not in {80, 88, 443, 8443}:
        _refuse("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if parts.hostname == "localhost" or re.match(r"(127|10|192\.168)\.", parts.hostname):
        _refuse(f"bad webhook: IP address {parts.hostname} is reserved")
    if not 1 <= fields.get("max_connections", 40) <= 100:
        _refuse("max_connections must be 1 to 100")  # ours: Telegram takes the nearest
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", fields.get("secret_token", "")):
        _refuse("secret token contains unallowed characters")  # ours: without one it is taken too
    if parts.path.count("/") < 1 or not re.search(r"[A-Za-z0-9_-]{24,}$", parts.path):
        _refuse("the path can be guessed")  # ours
    _check_kinds(fields)


def _check_inline_results(results: list[Json]) -> None:
    """Articles with a plain text; https://core.telegram.org/bots/api#inlinequeryresultarticle."""
    if len(results) > 50:
        _refuse("RESULTS_TOO_MUCH")
    if len({one.get("id") for one in results}) != len(results):
        _refuse("RESULT_ID_DUPLICATE")
    for one in results:
        if one.get("type") != "article" or not 1 <= len(str(one.get("id", "")).encode()) <= 64:
            _refuse("RESULT_ID_INVALID")
        if not str(one.get("title", "")).strip():
            _refuse("ARTICLE_TITLE_EMPTY")
        unknown = set(one) - {"type", "id", "title", "description", "input_message_content"}
        content = one.get("input_message_content") or {}
        if unknown or set(content) - {"message_text", "parse_mode"}:
            _refuse("only articles with a text are known here")  # ours
        _checked_text(dict(content), "message_text", 4096)


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
    """A chat; `topics` are its message threads, `admins` its administrators."""

    id: int
    kind: Kind = "private"
    title: str = ""
    topics: frozenset[int] = frozenset()
    admins: frozenset[int] = frozenset()

    def to_json(self) -> Json:
        """The API's Chat."""
        if self.kind == "private":
            return {"id": self.id, "type": "private", "first_name": self.title or "Olena"}
        value: Json = {"id": self.id, "type": self.kind, "title": self.title or "Newsroom"}
        return {**value, "is_forum": True} if self.topics else value


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

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._updates: list[Json] = []
        self._update_ids = itertools.count(700_000_000)
        self._message_ids = itertools.count(1000)
        self._callback_ids = itertools.count(1)
        self._open_callbacks: set[str] = set()
        self._messages: dict[tuple[int, int], Json] = {}
        self._places: dict[int, Place] = {}
        self._files: dict[str, bytes] = {}
        self._scripts: list[_Script] = []
        self._allowed: list[str] | None = None
        self._menus: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._clock: Callable[[], float] | None = None
        self._sent_at: list[tuple[float, int]] = []
        #: What setWebhook said, and when and why Telegram could not post there.
        self.webhook: Json = {}
        self.post_failed: tuple[int, str] | None = None
        self._poller = 0
        self._closing = False
        self._http = _HttpServer(self)

    # --- what tests ask and do

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
        **extra: Any,
    ) -> Json:
        """A person writes in a chat (their own by default), in reply to a message of the bot's if it is given.

        `extra` are further fields of the message.
        """
        place = self.add(place or Place(person.id))
        message = {**self._new_message(place, topic), "text": text, **extra}
        if answering is not None:
            with self._changed:
                message["reply_to_message"] = self._messages[place.id, answering.fields["message_id"]]
        command = re.match(r"/\w+(?:@\w+)?", text)
        if command:
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": _units(command[0])}]
        if place.kind == "channel":
            message["sender_chat"] = place.to_json()
            self._enqueue("channel_post", message)
        else:
            message["from"] = person.to_json()
            self._enqueue("message", message)
        with self._changed:
            self._messages[place.id, message["message_id"]] = message
        return message

    def sends(self, content: Json, *, person: Person, place: Place | None = None) -> None:
        """A person sends something that is not text: ``{"sticker": {...}}``."""
        place = self.add(place or Place(person.id))
        self._enqueue("message", {**self._new_message(place, None), "from": person.to_json(), **content})

    def sends_file(self, name: str, content: bytes, *, person: Person, place: Place | None = None) -> Json:
        """A person sends a document; the message. What is larger than 20 MB the Bot API does not hand out."""
        place = self.add(place or Place(person.id))
        number = f"file{next(self._message_ids)}"
        if len(content) <= 20_000_000:
            self._files[number] = content
        document = {"file_id": number, "file_unique_id": number, "file_name": name, "file_size": len(content)}
        message = {**self._new_message(place, None), "from": person.to_json(), "document": document}
        with self._changed:
            self._messages[place.id, message["message_id"]] = message
        self._enqueue("message", message)
        return message

    def forget_files(self) -> None:
        """The files that were sent are not handed out any more."""
        self._files.clear()

    def file(self, path: str) -> bytes | None:
        """What a download of ``/file/bot<token>/docs/<number>`` gives."""
        prefix = f"/file/bot{self.token}/docs/"
        return self._files.get(path.removeprefix(prefix)) if path.startswith(prefix) else None

    def happens(self, kind: str, content: Json) -> None:
        """Any other update."""
        self._enqueue(kind, content)

    def taps(self, call: Call, button: int | str, *, person: Person, reachable: bool = True) -> str:
        """A person taps a button of a message that arrived: by its index, or any data (an old button's).

        Of a message that is not `reachable` (deleted, or too old) Telegram says only that there was one.
        """
        data = call.buttons[button]["callback_data"] if isinstance(button, int) else button
        identity = str(next(self._callback_ids))
        with self._changed:
            key = call.fields["chat_id"], call.fields["message_id"]
            message = self._messages[key]
            if not reachable:
                del self._messages[key]
                message = {"chat": message["chat"], "message_id": key[1], "date": 0}
            self._open_callbacks.add(identity)
        self._enqueue(
            "callback_query",
            {
                "id": identity,
                "from": person.to_json(),
                "chat_instance": "1",
                "data": data,
                "message": message,
            },
        )
        return identity

    def types_inline(self, query: str, *, person: Person) -> str:
        """A person types the bot's name and something behind it, in any chat."""
        identity = str(next(self._callback_ids))
        with self._changed:
            self._open_callbacks.add(identity)
        self._enqueue("inline_query", {"id": identity, "from": person.to_json(), "query": query, "offset": ""})
        return identity

    def refuse(
        self, refusal: RefusedError, *, chat_id: int | None = None, method: str | None = None, times: int | None = None
    ) -> None:
        """Answer requests for a chat (or any) with an error, so many times or always."""
        with self._changed:
            self._scripts.append(_Script(refusal, chat_id, method, times))

    def flood(self, retry_after: int, *, chat_id: int | None = None, times: int = 1) -> None:
        """Answer that too much was sent."""
        refusal = RefusedError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
        self.refuse(refusal, chat_id=chat_id, times=times)

    def limit_rates(self, clock: Callable[[], float]) -> None:
        """Answer 429 from now on to more than 30 messages a second in all, and 20 a minute in one group.

        https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this; `clock` gives seconds.
        """
        with self._changed:
            self._clock = clock

    def _check_rates(self, method: str, chat_id: int) -> None:
        if self._clock is None or not method.startswith(("send", "edit")):
            return
        now = self._clock()
        self._sent_at = [(at, chat) for at, chat in self._sent_at if now - at < 60]
        second = [at for at, _ in self._sent_at if now - at < 1]
        minute = [at for at, chat in self._sent_at if chat == chat_id]
        free = second[-30] + 1 if len(second) >= 30 else now
        if self._places[chat_id].kind != "private" and len(minute) >= 20:
            free = max(free, minute[-20] + 60)
        if free > now:
            wait = math.ceil(free - now)
            raise RefusedError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        self._sent_at.append((now, chat_id))

    def block(self, chat_id: int) -> None:
        """The user blocks the bot."""
        self.refuse(RefusedError(403, "Forbidden: bot was blocked by the user"), chat_id=chat_id)

    def migrate(self, old: Place, new: Place) -> None:
        """A group becomes a supergroup with another id."""
        self.add(new)
        refusal = RefusedError(
            400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=new.id
        )
        self.refuse(refusal, chat_id=old.id)

    def drop(self, *, chat_id: int | None = None, method: str | None = None, times: int = 1) -> None:
        """Break the connection instead of answering."""
        with self._changed:
            self._scripts.append(_Script(None, chat_id, method, times))

    # --- the updates

    def _new_message(self, place: Place, topic: int | None) -> Json:
        message: Json = {"message_id": next(self._message_ids), "date": 1_736_600_000, "chat": place.to_json()}
        if topic is not None:
            message |= {"message_thread_id": topic, "is_topic_message": True}
        return message

    def _enqueue(self, kind: str, content: Json) -> None:
        with self._changed:
            if self._allowed and kind not in self._allowed:
                return
            self._updates.append({"update_id": next(self._update_ids), kind: content})
            self._changed.notify_all()

    def _get_updates(self, fields: Json, gone: Callable[[], bool]) -> list[Json]:
        offset, limit = fields.get("offset", 0), fields.get("limit", 100)
        if not 1 <= limit <= 100:
            _refuse("limit must be 1 to 100")
        if not 0 <= fields.get("timeout", 0) <= 50:
            _refuse("timeout must be 0 to 50")  # ours: Telegram takes the nearest
        _check_kinds(fields)
        with self._changed:
            if self.webhook:
                active = "can't use getUpdates method while webhook is active"
                raise RefusedError(409, f"Conflict: {active}; use deleteWebhook to delete the webhook first")
            if "allowed_updates" in fields:
                self._allowed = fields["allowed_updates"]
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
                    conflict = "Conflict: terminated by other getUpdates request"
                    raise RefusedError(409, f"{conflict}; make sure that only one bot instance is running")
                self._changed.wait(0.05)
                waited += 0.05
            return self._updates[:limit]

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
        if method not in _METHODS:
            raise RefusedError(404, "Not Found: method not found")
        try:
            fields = _checked_fields(method, raw, uploads, native=native)
            if method == "getUpdates":
                with self._changed:
                    self._follow_script(method, None)
                return self._get_updates(fields, gone)
            with self._changed:
                self._follow_script(method, fields.get("chat_id"))
                call, result = self._perform(method, fields, uploads)
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

    def _perform(self, method: str, fields: Json, uploads: dict[str, Upload]) -> tuple[Call, object]:
        upload = next(iter(uploads.values()), None)
        if method == "getMe":
            me = {"id": 123456789, "is_bot": True, "first_name": "Exonym", "username": BOT_USERNAME}
            abilities = {
                "can_join_groups": True,
                "can_read_all_group_messages": False,
                "supports_inline_queries": True,
            }
            return Call(method, fields), {**me, **abilities}
        if method in {"setMyCommands", "deleteMyCommands"}:
            whose = self._scope(fields)
            if method == "setMyCommands":
                _check_commands(fields)
                self._menus[whose] = tuple(one["command"] for one in fields["commands"])
            else:
                self._menus.pop(whose, None)
            return Call(method, fields), True
        if method == "answerCallbackQuery":
            if fields["callback_query_id"] not in self._open_callbacks:
                _refuse("query is too old and response timeout expired or query ID is invalid")
            if _units(fields.get("text", "")) > 200:
                _refuse("MESSAGE_TOO_LONG")
            self._open_callbacks.discard(fields["callback_query_id"])
            return Call(method, fields, fields.get("text")), True
        if method == "answerInlineQuery":
            if fields["inline_query_id"] not in self._open_callbacks:
                _refuse("query is too old and response timeout expired or query ID is invalid")
            _check_inline_results(fields["results"])
            self._open_callbacks.discard(fields["inline_query_id"])
            return Call(method, fields), True
        if method == "deleteWebhook":
            self.webhook = {}
            return Call(method, fields), True
        if method == "setWebhook":
            _check_webhook(fields)
            self.webhook = fields
            return Call(method, fields), True
        if method == "getWebhookInfo":
            known = {"url": self.webhook.get("url", ""), "has_custom_certificate": False}
            if self.post_failed is not None:
                known |= dict(zip(("last_error_date", "last_error_message"), self.post_failed, strict=True))
            return Call(method, fields), {**known, "pending_update_count": len(self._updates)}
        if method == "getFile":
            if fields["file_id"] not in self._files:
                _refuse("wrong file_id or the file is temporarily unavailable")
            number = fields["file_id"]
            return Call(method, fields), {"file_id": number, "file_unique_id": number, "file_path": f"docs/{number}"}
        place = self._places.get(fields["chat_id"])
        if place is None:
            _refuse("chat not found")
        if method == "getChat":
            return Call(method, fields), {**place.to_json(), "accent_color_id": 0, "max_reaction_count": 11}
        if method == "getChatMember":
            status = "administrator" if fields["user_id"] in place.admins else "member"
            return Call(method, fields), _member(fields["user_id"], status)
        _check_markup(fields.get("reply_markup"))
        _check_object("link_preview_options", fields.get("link_preview_options"), _PREVIEW)
        self._check_rates(method, place.id)
        if method.startswith("edit"):
            return self._edit(method, fields)
        return self._send(method, fields, place, upload)

    def _scope(self, fields: Json) -> tuple[str, ...]:
        """Whose menu a request is about: its language, and its scope's values."""
        language = fields.get("language_code", "")
        if not re.fullmatch(r"(?:[a-z]{2})?", language):
            _refuse("invalid language code")
        scope = fields.get("scope", {"type": "default"})
        kind = scope.get("type")
        if kind not in _SCOPES or set(scope) - {"type"} != _SCOPES[kind]:
            _refuse("can't parse BotCommandScope")
        place = self._places.get(scope["chat_id"]) if "chat_id" in scope else None
        if "chat_id" in scope and place is None:
            _refuse("chat not found")
        if place is not None and kind != "chat" and place.kind not in {"group", "supergroup"}:
            _refuse("the chat is no group")
        return language, kind, *(str(scope[one]) for one in ("chat_id", "user_id") if one in scope)

    def _send(self, method: str, fields: Json, place: Place, upload: Upload | None) -> tuple[Call, Json]:
        _check_upload(method, upload)
        topic = fields.get("message_thread_id")
        if topic is not None and topic not in place.topics:
            _refuse("message thread not found")
        message = self._new_message(place, topic)
        message["from"] = {"id": 123456789, "is_bot": True, "first_name": "Exonym", "username": BOT_USERNAME}
        seen = None
        if method == "sendMessage":
            seen = message["text"] = _checked_text(fields, "text", 4096)
        elif "caption" in fields:
            seen = message["caption"] = _checked_text(fields, "caption", 1024)
        if method == "sendDocument" and upload is not None:
            message["document"] = {"file_id": "d1", "file_unique_id": "d1", "file_name": upload.name}
        if method == "sendPhoto":
            message["photo"] = [{"file_id": "p1", "file_unique_id": "p1", "width": 640, "height": 480}]
        if "inline_keyboard" in (fields.get("reply_markup") or {}):
            message["reply_markup"] = fields["reply_markup"]
        reply = fields.get("reply_parameters")
        _check_object("reply_parameters", reply, _REPLY_PARAMETERS)
        if reply is not None:
            quoted = self._messages.get((reply.get("chat_id", place.id), reply["message_id"]))
            if quoted is not None:
                message["reply_to_message"] = quoted
            elif not reply.get("allow_sending_without_reply"):
                _refuse("message to be replied not found")
        self._messages[place.id, message["message_id"]] = message
        return Call(method, {**fields, "message_id": message["message_id"]}, seen, upload), message

    def _edit(self, method: str, fields: Json) -> tuple[Call, Json]:
        key = (fields["chat_id"], fields["message_id"])
        message = self._messages.get(key)
        if message is None:
            _refuse("message to edit not found")
        if not message.get("from", {}).get("is_bot"):
            _refuse("message can't be edited")
        if method == "editMessageText" and "text" not in message:
            _refuse("there is no text in the message to edit")
        if "inline_keyboard" not in (fields.get("reply_markup") or {"inline_keyboard": []}):
            _refuse("object expected as reply markup")
        edited = {name: value for name, value in message.items() if name != "reply_markup"}
        if (fields.get("reply_markup") or {}).get("inline_keyboard"):
            edited["reply_markup"] = fields["reply_markup"]
        seen = None
        if method == "editMessageText":
            seen = edited["text"] = _checked_text(fields, "text", 4096)
        if edited == message:
            same = "specified new message content and reply markup are exactly the same as a current content"
            _refuse(f"message is not modified: {same} and reply markup of the message")
        self._messages[key] = edited
        return Call(method, fields, seen), edited

    def start(self) -> None:
        """Begin to answer."""
        self._http.start()

    def stop(self) -> None:
        """Close every connection and wait for the threads."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._http.stop()


def _member(user_id: int, status: str) -> Json:
    user = {"id": user_id, "is_bot": False, "first_name": "Olena"}
    if status == "member":
        return {"status": status, "user": user}
    rights = (
        "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members"
        " can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
    )
    return {"status": status, "user": user, **dict.fromkeys(rights.split(), False)}


def _check_commands(fields: Json) -> None:
    if len(fields["commands"]) > 100:
        _refuse("too many commands")
    if not fields["commands"]:
        _refuse("no commands")  # ours: that is what deleteMyCommands is for
    names = [one.get("command", "") for one in fields["commands"]]
    if len(set(names)) != len(names):
        _refuse("a command stands there twice")  # ours
    for one in fields["commands"]:
        if set(one) != {"command", "description"} or not re.fullmatch(r"[a-z0-9_]{1,32}", one["command"]):
            _refuse("BOT_COMMAND_INVALID")
        if not 1 <= _units(one["description"]) <= 256:
            _refuse("BOT_COMMAND_DESCRIPTION_INVALID")


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
            if len(body) > 51 * _MEGABYTE:  # a file with the fields around it
                raise RefusedError(413, "Request Entity Too Large")
            raw, uploads, native = _read_body(self.headers.get("Content-Type") or "", body)
            result = self.server.telegram.answer(self.path, raw, uploads, native=native, gone=self._gone)
        except RefusedError as refusal:
            error: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            if refusal.parameters:
                error["parameters"] = refusal.parameters
            self._reply(refusal.code, error)
        except ConnectionAbortedError:
            self.close_connection = True
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


def _read_body(content_type: str, body: bytes) -> tuple[Json, dict[str, Upload], bool]:
    """The fields and files of a body; whether its values are typed already (JSON) or text (a form)."""
    if not body:
        return {}, {}, False
    if content_type.startswith("application/json"):
        value = json.loads(body)
        if not isinstance(value, dict):
            _refuse("the body must be an object")
        return value, {}, True
    if content_type.startswith("application/x-www-form-urlencoded"):
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True)
        return dict(pairs), {}, False
    if not content_type.startswith("multipart/form-data"):
        _refuse("unknown content type")
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    fields: Json = {}
    uploads: dict[str, Upload] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            _refuse("a part without a name")
        filename = part.get_filename()
        if filename is None:
            fields[name] = content.decode()
        else:
            uploads[name] = Upload(filename, content)
    return fields, uploads, False


@contextmanager
def running_telegram() -> Iterator[TelegramServer]:
    """The stand-in, answering while the block runs."""
    server = TelegramServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
