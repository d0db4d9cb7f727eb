"""What the Bot API takes: fields and their types, texts with their entities, keyboards, files, commands, results.

Pure checks for the stand-in in `telegram_server`: each raises `RefusedError` for what Telegram refuses, and for what it
silently drops or mends. The rules are those of https://core.telegram.org/bots/api; a rule that is ours says so.
"""

from __future__ import annotations

import ipaddress
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, NoReturn
from urllib.parse import parse_qsl, urlsplit

Json = dict[str, Any]


class RefusedError(Exception):
    """The server's refusal of a request; `scripted` is one that a test asked for."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters
        self.scripted = False


def refuse(description: str) -> NoReturn:
    """Refuse a request with 400."""
    raise RefusedError(400, f"Bad Request: {description}")


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    name: str
    content: bytes


# --- the body of a request --------------------------------------------------------------------------------------------


def read_body(content_type: str, body: bytes) -> tuple[Json, dict[str, Upload], bool]:
    """The fields and files of a body; whether its values are typed already (JSON) or text (a form)."""
    if not body:
        return {}, {}, False
    try:
        if content_type.startswith("application/json"):
            value = read_json(body.decode())
            if not isinstance(value, dict):
                refuse("the body must be an object")
            return value, {}, True
        if content_type.startswith("application/x-www-form-urlencoded"):
            pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict")
            return _unique(pairs), {}, False
        if content_type.startswith("multipart/form-data"):
            return *_read_parts(content_type, body), False
    except UnicodeError:
        refuse("strings must be encoded in UTF-8")
    except ValueError:
        refuse("can't parse the body")
    refuse("unknown content type")


def _read_parts(content_type: str, body: bytes) -> tuple[Json, dict[str, Upload]]:
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    fields: list[tuple[str, str]] = []
    uploads: list[tuple[str, Upload]] = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            refuse("a part without a name")
        filename = part.get_filename()
        if filename is None:
            fields.append((name, content.decode()))
        else:
            uploads.append((name, Upload(filename, content)))
    _unique([*fields, *uploads])
    return dict(fields), dict(uploads)


def _unique(pairs: Iterable[tuple[str, Any]]) -> Json:
    pairs = list(pairs)
    if len(dict(pairs)) != len(pairs):
        refuse("a field stands there twice")  # ours: Telegram takes one of the two
    return dict(pairs)


def read_json(text: str) -> Any:
    """A value of JSON, of which no object has a key twice. Raises ValueError for what is none."""
    value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number)
    json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair has no UTF-8
    return value


def _no_number(name: str) -> NoReturn:
    message = f"{name} is no number of JSON"
    raise ValueError(message)


# --- fields -----------------------------------------------------------------------------------------------------------

# Each method's fields and their types; a trailing * marks what is required.
_TARGET = {"chat_id": "chat*", "message_thread_id": "int"}
_SENDING = {"disable_notification": "bool", "protect_content": "bool", "reply_parameters": "object"}
_FILE = {**_TARGET, **_SENDING, "caption": "str", "parse_mode": "str", "reply_markup": "object"}
_TEXT = {"text": "str*", "parse_mode": "str", "link_preview_options": "object", "reply_markup": "object"}
METHODS: dict[str, dict[str, str]] = {
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
    "getChatMember": {"chat_id": "chat*", "user_id": "id*"},
    "getChatAdministrators": {"chat_id": "chat*"},
    "sendMessage": {**_TARGET, **_SENDING, **_TEXT},
    "sendDocument": {**_FILE, "document": "file*", "disable_content_type_detection": "bool"},
    "sendPhoto": {**_FILE, "photo": "file*"},
    "editMessageText": {"chat_id": "chat*", "message_id": "int*", **_TEXT},
    "editMessageReplyMarkup": {"chat_id": "chat*", "message_id": "int*", "reply_markup": "object"},
    "answerCallbackQuery": {
        "callback_query_id": "str*",
        "text": "str",
        "show_alert": "bool",
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
# What an object may hold, with the types; a trailing * marks what is required.
_REPLY_PARAMETERS = {"message_id": "int*", "chat_id": "chat", "allow_sending_without_reply": "bool", "quote": "str"}
_PREVIEW = {
    "is_disabled": "bool",
    "url": "str",
    "prefer_small_media": "bool",
    "prefer_large_media": "bool",
    "show_above_text": "bool",
}
_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "id": (int,),
    "bool": (bool,),
    "object": (dict,),
    "array": (list,),
    "chat": (int, str),
}
# What fits: 32 bits for numbers, 52 for people and chats (https://core.telegram.org/bots/api#user).
_BITS = {"int": 31, "id": 52, "chat": 52}


def checked_fields(method: str, raw: Mapping[str, Any], uploads: Mapping[str, Upload], *, native: bool) -> Json:
    """The fields with their values of the right types; unknown, missing and wrong ones are refused."""
    known = METHODS[method]
    unknown = (set(raw) | set(uploads)) - set(known)
    if unknown:
        refuse(f"unknown field {min(unknown)} of {method}")  # ours: Telegram ignores it
    fields: Json = {}
    for name, kind in known.items():
        wanted = kind.rstrip("*")
        if name in uploads:
            if wanted != "file":
                refuse(f"{name} is not a file")
            if not uploads[name].content:
                refuse("file must be non-empty")
        elif name in raw:
            fields[name] = _typed(name, wanted, raw[name], native=native)
        elif kind.endswith("*"):
            refuse(f"{name} is empty")
    return fields


def _check_object(name: str, value: Any, known: Mapping[str, str]) -> None:
    """An object's fields: none unknown (ours), none missing, all of their types."""
    if not isinstance(value, dict):
        refuse(f"{name} must be an object")
    unknown = set(value) - set(known)
    if unknown:
        refuse(f"unknown field {min(unknown)} of {name}")
    for one, kind in known.items():
        if one not in value:
            if kind.endswith("*"):
                refuse(f"{name} has no {one}")
        else:
            _typed(f"{name}.{one}", kind.rstrip("*"), value[one], native=True)


def _typed(name: str, kind: str, value: Any, *, native: bool) -> Any:
    if kind == "file":
        refuse(f"{name} must be uploaded")
    if kind == "str":
        if not isinstance(value, str):
            refuse(f"{name} must be a string")
        return value
    if not native and not (kind == "chat" and value.startswith("@")):
        try:
            value = read_json(value)
        except ValueError:
            refuse(f"can't parse {name}")
    if not isinstance(value, _TYPES[kind]) or (kind != "bool" and isinstance(value, bool)):
        refuse(f"{name} must be of type {kind}")
    if isinstance(value, int) and value.bit_length() > _BITS.get(kind, 52):
        refuse(f"{name} is out of range")
    return value


def check_options(fields: Json) -> None:
    """What a message may be sent or edited with: the reply's parameters and the preview's options."""
    if "reply_parameters" in fields:
        _check_object("reply_parameters", fields["reply_parameters"], _REPLY_PARAMETERS)
    if "link_preview_options" in fields:
        _check_object("link_preview_options", fields["link_preview_options"], _PREVIEW)
        if "url" in fields["link_preview_options"]:
            check_address(fields["link_preview_options"]["url"])


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
#: What comes only to who asks for it by name.
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


def check_kinds(fields: Json) -> None:
    """The kinds of updates that are asked for."""
    wanted = fields.get("allowed_updates", [])
    if not all(isinstance(one, str) for one in wanted):
        refuse("allowed_updates must be strings")
    unknown = set(wanted) - _KINDS
    if unknown:
        refuse(f"unknown kinds of updates: {sorted(unknown)}")  # ours: Telegram ignores them


# --- texts ------------------------------------------------------------------------------------------------------------

_TAG = re.compile(r"<(/?)([a-z][a-z-]*)((?:\s[^<>]*)?)>")
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_PLAIN_TAGS = frozenset({"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "code", "pre"})
_LITERAL = frozenset({"code", "pre"})
# Letters that show nothing and belong to no class of spaces: a braille blank, fillers of Hangul, an object's place.
_INVISIBLE = frozenset("\u2800\u115f\u1160\u3164\uffa0\ufffc")


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
                refuse(f"can't parse entities: unsupported start tag at byte offset {at}")
            closes, name, attributes = tag[1], tag[2], tag[3].strip()
            if closes:
                if not opened or opened[-1][0] != name or attributes:
                    refuse(f"can't parse entities: unexpected end tag </{name}> at byte offset {at}")
                if is_blank("".join(seen[opened.pop()[1] :])):
                    refuse(f"can't parse entities: empty element <{name}>")
                elements += 1
            else:
                _check_start(name, attributes, [one for one, _ in opened])
                opened.append((name, len(seen)))
            at = tag.end()
        elif text[at] == "&":
            letter, at = _entity(text, at)
            seen.append(letter)
        elif text[at] == ">":
            refuse(f"can't parse entities: bare > at byte offset {at}")
        else:
            seen.append(text[at])
            at += 1
    if opened:
        refuse(f"can't parse entities: can't find end tag corresponding to start tag {opened[-1][0]}")
    if elements > 100:
        refuse("more than 100 entities")
    return "".join(seen)


def _entity(text: str, at: int) -> tuple[str, int]:
    """The letter that an entity of HTML means, and where it ends."""
    entity = _ENTITY.match(text, at)
    if entity is None:
        refuse(f"can't parse entities: bare ampersand at byte offset {at}")
    named, decimal, hexadecimal = entity.groups()
    if named:
        return _NAMED[named], entity.end()
    number = int(decimal) if decimal else int(hexadecimal, 16)
    if not number or number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        refuse(f"can't parse entities: no letter has the number {number}")
    return chr(number), entity.end()


def _check_start(name: str, attributes: str, opened: list[str]) -> None:
    """A start tag, its attributes, and what it may stand in (https://core.telegram.org/bots/api#formatting-options)."""
    within = set(opened)
    href = re.fullmatch(r'href="([^"]+)"', attributes) if name == "a" else None
    allowed = (
        (name in _PLAIN_TAGS and not attributes)
        or href is not None
        or (name == "code" and opened[-1:] == ["pre"] and re.fullmatch(r'class="language-[\w+-]+"', attributes))
        or (name == "blockquote" and attributes in {"", "expandable"})
        or (name == "span" and attributes == 'class="tg-spoiler"')
    )
    if not allowed:
        refuse(f"can't parse entities: unsupported tag <{name} {attributes}>")
    if href is not None:
        check_address(_unescaped(href[1]))
    nested = name in within and name in {"a", "blockquote"}
    # Code is part of nothing and has nothing in it, but that of a language stands in <pre>.
    literal = bool(within & _LITERAL) or (name in _LITERAL and bool(within))
    if nested or (literal and not (name == "code" and opened == ["pre"])):
        refuse(f"can't parse entities: <{name}> cannot be inside {opened}")


def _unescaped(value: str) -> str:
    """An attribute's value; a bare ampersand is refused (ours)."""
    letters: list[str] = []
    at = 0
    while at < len(value):
        letter, at = _entity(value, at) if value[at] == "&" else (value[at], at + 1)
        letters.append(letter)
    return "".join(letters)


def check_address(address: str) -> None:
    """An address that Telegram makes a link of: http, https or a person's, with a host that has a dot.

    Ours: Telegram shows the text alone in the place of a link that it does not take.
    """
    if re.fullmatch(r"tg://user\?id=\d+", address):
        return
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        refuse(f"wrong HTTP URL {address!r}")
    if parts.scheme not in {"http", "https"} or len(address) > 2048 or re.search(r"[\s\x00-\x20\x7f]", address):
        refuse(f"wrong HTTP URL {address!r}")
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)+", host) and ":" not in host:
        refuse(f"wrong HTTP URL {address!r}")


def units(text: str) -> int:
    """A text's length in UTF-16 code units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing."""
    return all(unicodedata.category(one) in {"Zs", "Zl", "Zp", "Cc", "Cf"} or one in _INVISIBLE for one in text)


def checked_text(fields: Json, name: str, limit: int) -> str:
    """What a reader sees of a text or caption: neither too long nor, but for a caption, nothing."""
    text = fields.get(name)
    if not isinstance(text, str):
        refuse(f"{name} must be a string")
    mode = fields.get("parse_mode")
    if mode not in {None, "HTML"}:
        refuse(f"unsupported parse_mode {mode}")
    seen = parse_html(text) if mode == "HTML" else text
    if name != "caption" and is_blank(seen):
        refuse("message text is empty")
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", seen):
        refuse("control characters")  # ours
    if units(seen) > limit:
        refuse("message caption is too long" if name == "caption" else "message is too long")
    return seen


# --- what stands below a message --------------------------------------------------------------------------------------


def check_markup(markup: Json | None) -> None:
    """An inline keyboard, or the wish for an answer."""
    if markup is None:
        return
    if "force_reply" in markup:
        known = {"force_reply": "bool*", "selective": "bool", "input_field_placeholder": "str"}
        _check_object("reply_markup", markup, known)
        if markup["force_reply"] is not True:
            refuse("force_reply must be true")
        if not 1 <= units(markup.get("input_field_placeholder", "Name")) <= 64:
            refuse("input_field_placeholder is empty or too long")
        return
    rows = markup.get("inline_keyboard")
    if set(markup) != {"inline_keyboard"} or not isinstance(rows, list):
        refuse("only inline keyboards are known here")
    if not all(isinstance(row, list) and 1 <= len(row) <= 8 for row in rows):
        refuse("a row of an inline keyboard has one to eight buttons")
    buttons = [button for row in rows for button in row]
    if len(buttons) > 100:
        refuse("reply markup is too long")
    for button in buttons:
        _check_button(button)


def _check_button(button: Any) -> None:
    if not isinstance(button, dict) or set(button) not in ({"text", "callback_data"}, {"text", "url"}):
        refuse(f"a button that is {button}")
    if not all(isinstance(value, str) for value in button.values()):
        refuse("a button's fields are strings")
    if is_blank(button["text"]) or units(button["text"]) > 128:
        refuse("button text is empty or too long")
    if re.search(r"[\x00-\x1f\x7f]", button["text"]):
        refuse("a button's text is one line")  # ours
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        refuse("BUTTON_DATA_INVALID")
    if "url" in button:
        check_address(button["url"])


# --- files ------------------------------------------------------------------------------------------------------------

MEGABYTE = 1_000_000  # Telegram says MB; ours is the smaller one
#: What the Bot API hands out at most; https://core.telegram.org/bots/api#getfile.
LARGEST_FILE = 20 * MEGABYTE


def check_upload(method: str, upload: Upload | None) -> None:
    """A file's size and name, and a picture's sides; https://core.telegram.org/bots/api#sendphoto."""
    if upload is None:
        return
    if not re.fullmatch(r'(?!\.)[^\x00-\x1f/\\:*?"<>|]{1,255}', upload.name) or len(upload.name.encode()) > 255:
        refuse("the file's name is no name of a file")  # ours: Telegram renames such files
    if len(upload.content) > MEGABYTE * (10 if method == "sendPhoto" else 50):
        raise RefusedError(413, "Request Entity Too Large")
    if method != "sendPhoto":
        return
    header = upload.content[:24]
    if header[:8] != b"\x89PNG\r\n\x1a\n" or header[12:16] != b"IHDR":
        refuse("IMAGE_PROCESS_FAILED")  # ours: only PNG is known here
    width, height = int.from_bytes(header[16:20]), int.from_bytes(header[20:24])
    if not (width and height) or width + height > 10_000 or max(width, height) > 20 * min(width, height):
        refuse("PHOTO_INVALID_DIMENSIONS")


# --- the bot's own settings -------------------------------------------------------------------------------------------

# The scopes of commands with what else each needs; https://core.telegram.org/bots/api#botcommandscope.
_SCOPES: dict[str, dict[str, str]] = {
    "default": {},
    "all_private_chats": {},
    "all_group_chats": {},
    "all_chat_administrators": {},
    "chat": {"chat_id": "chat*"},
    "chat_administrators": {"chat_id": "chat*"},
    "chat_member": {"chat_id": "chat*", "user_id": "id*"},
}


def checked_scope(fields: Json) -> Json:
    """The scope of commands; their language has two letters or is everybody's."""
    if not re.fullmatch(r"(?:[a-z]{2})?", fields.get("language_code", "")):
        refuse("invalid language code")
    scope: Json = fields.get("scope", {"type": "default"})
    kind = scope.get("type")
    if not isinstance(kind, str) or kind not in _SCOPES:
        refuse("can't parse BotCommandScope")
    _check_object("BotCommandScope", scope, {"type": "str*", **_SCOPES[kind]})
    return scope


def check_commands(commands: list[Any]) -> None:
    """A menu of commands; https://core.telegram.org/bots/api#botcommand."""
    if len(commands) > 100:
        refuse("too many commands")
    if not commands:
        refuse("no commands")  # ours: that is what deleteMyCommands is for
    for one in commands:
        _check_object("BotCommand", one, {"command": "str*", "description": "str*"})
        if not re.fullmatch(r"[a-z0-9_]{1,32}", one["command"]):
            refuse("BOT_COMMAND_INVALID")
        if is_blank(one["description"]) or units(one["description"]) > 256:
            refuse("BOT_COMMAND_DESCRIPTION_INVALID")
    if len({one["command"] for one in commands}) != len(commands):
        refuse("a command stands there twice")  # ours


def check_webhook(fields: Json) -> None:
    """https://core.telegram.org/bots/api#setwebhook; nothing is resolved here, but what is plainly not reachable."""
    address = fields["url"]
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        refuse("bad webhook: invalid webhook URL specified")
    host = parts.hostname or ""
    if parts.scheme != "https" or not host or parts.username is not None or parts.fragment or " " in address:
        refuse("bad webhook: An HTTPS URL must be provided for webhook")
    if (443 if port is None else port) not in {80, 88, 443, 8443}:
        refuse("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    try:
        reserved = not ipaddress.ip_address(host).is_global
    except ValueError:
        reserved = "." not in host or host.endswith((".localhost", ".local"))
    if reserved:
        refuse(f"bad webhook: IP address {host} is reserved")
    if not 1 <= fields.get("max_connections", 40) <= 100:
        refuse("max_connections must be 1 to 100")  # ours: Telegram takes the nearest
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", fields.get("secret_token", "")):
        refuse("secret token contains unallowed characters")  # ours: without one it is taken too
    if not re.search(r"/[A-Za-z0-9_-]{24,}$", parts.path):
        refuse("the path can be guessed")  # ours
    check_kinds(fields)


# --- answers to a query -----------------------------------------------------------------------------------------------


def check_inline_answer(fields: Json) -> None:
    """Articles with a text; https://core.telegram.org/bots/api#inlinequeryresultarticle."""
    results = fields["results"]
    if len(results) > 50:
        refuse("RESULTS_TOO_MUCH")
    if fields.get("cache_time", 0) < 0:
        refuse("cache_time is negative")  # ours
    if len(fields.get("next_offset", "").encode()) > 64:
        refuse("next offset is too long")
    known = {"type": "str*", "id": "str*", "title": "str*", "description": "str", "input_message_content": "object*"}
    for one in results:
        _check_object("InlineQueryResult", one, known)  # ours: only articles with a text are known here
        if one["type"] != "article":
            refuse("RESULT_TYPE_INVALID")
        if not 1 <= len(one["id"].encode()) <= 64:
            refuse("RESULT_ID_INVALID")
        if is_blank(one["title"]):
            refuse("ARTICLE_TITLE_EMPTY")
        content = one["input_message_content"]
        _check_object("InputMessageContent", content, {"message_text": "str*", "parse_mode": "str"})
        checked_text(content, "message_text", 4096)
    if len({one["id"] for one in results}) != len(results):
        refuse("RESULT_ID_DUPLICATE")
