"""The stand-in refuses what Telegram would refuse or mend, so that a test that passes means something."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import httpx
import pytest
from telegram import ChatMember

from tests.bot.telegram_rules import RefusedError, parse_html
from tests.bot.telegram_server import TOKEN, Closed, Person, Place, Status, TelegramServer, running_telegram

OLENA = Person(42)


@pytest.fixture
def client(telegram: TelegramServer) -> Iterator[httpx.Client]:
    telegram.add(Place(42))
    telegram.add(Place(-7, "supergroup", topics=frozenset({3}), admins=frozenset({42})))
    with httpx.Client(base_url=f"{telegram.url}/bot{TOKEN}/") as client:
        yield client


def ask(client: httpx.Client, method: str, **fields: Any) -> Any:
    """A request as the client library makes it: a form whose values are JSON where they are no strings."""
    form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    return client.post(method, data=form).json()


def send(client: httpx.Client, text: str, **fields: Any) -> Any:
    return ask(client, "sendMessage", **{"chat_id": 42, "text": text, "parse_mode": "HTML", **fields})


def keyboard(**button: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Follow", **button}]]}


def test_a_good_message_is_taken_and_kept(client: httpx.Client, telegram: TelegramServer) -> None:
    answer = send(client, 'За <a href="https://a.example/?x=1&amp;y=2">даними</a> <b>СБУ</b> &lt;1&gt;')
    assert answer["ok"]
    assert answer["result"]["text"] == "За даними СБУ <1>"
    assert telegram.sent(42)[0].text == "За даними СБУ <1>"


@pytest.mark.parametrize(
    "text",
    [
        "<b>SBU",
        "SBU</b>",
        "<b><i>SBU</b></i>",
        "<h1>SBU</h1>",
        "<b class='x'>SBU</b>",
        "<b></b> SBU",
        "<b> \u200b</b> SBU",
        "<B>SBU</B>",
        "< b>SBU</b>",
        "<b",
        "a < b",
        "a > b",
        "AT&T",
        "&nbsp;SBU",
        "&lt",
        "&#0;",
        "&#xD800;",
        "&#x110000;",
        "&#9999999;",
        '<a href="javascript:x">SBU</a>',
        "<a>SBU</a>",
        '<a href="">SBU</a>',
        "<a href='https://a.example'>SBU</a>",
        '<a href="https://a.example" title="x">SBU</a>',
        '<a href="https://a.example/?x=1&y=2">SBU</a>',
        '<a href="https://a.example/a b">SBU</a>',
        '<a href="https://localhost/">SBU</a>',
        '<a href="https:///path">SBU</a>',
        '<a href="https://a.example:port/">SBU</a>',
        '<a href="ftp://a.example/">SBU</a>',
        f'<a href="https://a.example/{"x" * 2048}">SBU</a>',
        '<a href="tg://resolve?domain=x">SBU</a>',
        '<a href="https://a.example">a <a href="https://b.example">b</a></a>',
        "<code><b>SBU</b></code>",
        "<b><code>SBU</code></b>",
        '<a href="https://a.example"><code>SBU</code></a>',
        "<pre><code><code>SBU</code></code></pre>",
        '<code class="language-python">SBU</code>',
        '<span class="red">SBU</span>',
        '<tg-emoji emoji-id="1">x</tg-emoji>',
        "<blockquote expandable=true>SBU</blockquote>",
        "<blockquote>a<blockquote>b</blockquote></blockquote>",
        "<b>x</b>" * 101,
    ],
)
def test_broken_or_unsupported_html_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        parse_html(text)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("<b>СБУ <i>та <u>НРС</u></i></b> &amp; &quot;інші&quot; &#38; &#x26;", 'СБУ та НРС & "інші" & &'),
        (
            '<blockquote>“<b>국정원</b>” <a href="https://a.example:8443/%20?x=1&amp;y=2#z">국</a></blockquote>',
            "“국정원” 국",
        ),
        ('<pre><code class="language-python">print(1)</code></pre> <span class="tg-spoiler">x</span>', "print(1) x"),
        ('<a href="tg://user?id=42">Olena</a> <a href="http://[::1]/">x</a>', "Olena x"),
        ("<b>x</b>" * 100, "x" * 100),
    ],
)
def test_html_as_it_should_be_is_read(text: str, seen: str) -> None:
    assert parse_html(text) == seen


@pytest.mark.parametrize(
    "text", ["", "  \n ", "\u200b\u2060", "\u2800\u3164", "<b> </b>", "가" * 4097, "😀" * 2049, "bell \x07"]
)
def test_empty_long_and_unprintable_texts_are_refused(client: httpx.Client, text: str) -> None:
    assert send(client, text)["error_code"] == 400


def test_the_length_is_counted_in_utf16_after_parsing(client: httpx.Client) -> None:
    assert send(client, f"<b>{'😀' * 2048}</b>")["ok"]


@pytest.mark.parametrize(
    "fields",
    [
        {"chat_id": "forty-two"},
        {"chat_id": True},
        {"disable_web_page_preview": True},
        {"message_thread_id": "three"},
        {"message_thread_id": 9},
        {"parse_mode": "MarkdownV2"},
        {"link_preview_options": []},
        {"chat_id": 2**53},
        {"chat_id": 42.0},
        {"chat_id": "@exonym"},
        {"message_thread_id": 2**31},
        {"disable_notification": 1},
        {"protect_content": "True"},
        {"business_connection_id": "1"},
        {"reply_markup": keyboard(callback_data="가" * 22)},
        {"reply_markup": keyboard(callback_data="x" * 65)},
        {"reply_markup": keyboard(url="https://a b.example")},
        {"reply_markup": keyboard(url="mailto:olena@a.example")},
        {"reply_markup": keyboard(pay="1")},
        {"reply_markup": {"inline_keyboard": [[{"callback_data": "1"}]]}},
        {"reply_markup": {"inline_keyboard": [[{"text": " ", "callback_data": "1"}]]}},
        {"reply_markup": {"inline_keyboard": [[{"text": "\u3164", "callback_data": "1"}]]}},
        {"reply_markup": {"inline_keyboard": [[{"text": "a\nb", "callback_data": "1"}]]}},
        {"reply_markup": {"inline_keyboard": [[{"text": "x" * 129, "callback_data": "1"}]]}},
        {"reply_markup": {"inline_keyboard": [[{"text": "Follow", "callback_data": 1}]]}},
        {"reply_markup": {"inline_keyboard": [{"text": "Follow", "callback_data": "1"}]}},
        {"reply_markup": {"inline_keyboard": ["Follow"]}},
        {"reply_markup": {"inline_keyboard": [[]]}},
        {"reply_markup": {"inline_keyboard": "Follow"}},
        {"reply_markup": {"inline_keyboard": [], "resize": True}},
        {"reply_markup": {"inline_keyboard": [[{"text": "Follow", "callback_data": "1"}] * 9]}},
        {"reply_markup": {"inline_keyboard": [[{"text": "Follow", "callback_data": "1"}]] * 101}},
        {"reply_markup": keyboard(callback_data="")},
        {"reply_markup": keyboard()},
        {"reply_markup": keyboard(callback_data="1", url="https://a.example")},
        {"reply_markup": {"keyboard": []}},
        {"reply_markup": {"force_reply": False}},
        {"reply_markup": {"force_reply": True, "input_field_placeholder": "x" * 65}},
        {"reply_markup": {"force_reply": True, **keyboard(callback_data="1")}},
        {"link_preview_options": {"disabled": True}},
        {"link_preview_options": {"is_disabled": "yes"}},
        {"link_preview_options": {"url": "nowhere"}},
        {"reply_parameters": {"message_id": 2**31}},
        {"reply_parameters": {}},
        {"reply_parameters": {"message_id": "7"}},
        {"reply_parameters": {"message_id": 7, "quiet": True}},
        {"reply_parameters": {"message_id": 7}},
    ],
)
def test_wrong_fields_are_refused(client: httpx.Client, telegram: TelegramServer, fields: dict[str, Any]) -> None:
    assert send(client, "Kursk", **fields)["error_code"] == 400
    assert telegram.calls == []


def test_a_missing_field_an_unknown_method_and_a_wrong_token_are_refused(
    client: httpx.Client, telegram: TelegramServer
) -> None:
    assert ask(client, "sendMessage", chat_id=42)["error_code"] == 400
    assert ask(client, "sendTelegram", chat_id=42)["error_code"] == 404
    assert httpx.post(f"{telegram.url}/bot1:WRONG/getMe").json()["error_code"] == 401
    assert send(client, "Kursk", chat_id=77)["description"] == "Bad Request: chat not found"


def test_captions_are_shorter_than_texts_and_a_document_is_uploaded(
    client: httpx.Client, telegram: TelegramServer
) -> None:
    def upload(caption: str, content: bytes = b"slug,en") -> Any:
        fields = {"chat_id": "42", "caption": caption}
        return client.post("sendDocument", data=fields, files={"document": ("g.csv", content)}).json()

    assert upload("x" * 1024)["ok"]
    assert upload("x" * 1025)["error_code"] == 400
    assert upload("empty", b"")["error_code"] == 400
    assert ask(client, "sendDocument", chat_id=42, document="g.csv")["error_code"] == 400
    sent = telegram.sent(42)
    assert len(sent) == 1
    assert sent[0].upload is not None
    assert sent[0].upload.content == b"slug,en"


def test_a_topic_belongs_to_its_group(client: httpx.Client) -> None:
    assert send(client, "Kursk", chat_id=-7, message_thread_id=3)["result"]["message_thread_id"] == 3
    assert send(client, "Kursk", chat_id=-7, message_thread_id=4)["error_code"] == 400


def test_an_edit_must_change_something(client: httpx.Client) -> None:
    sent = send(client, "Kursk", reply_markup=keyboard(callback_data="1"))["result"]["message_id"]
    target = {"chat_id": 42, "message_id": sent}
    same = ask(client, "editMessageText", **target, text="Kursk", reply_markup=keyboard(callback_data="1"))
    assert "not modified" in same["description"]
    assert ask(client, "editMessageText", **target, text="Kursk")["ok"]
    assert "not modified" in ask(client, "editMessageReplyMarkup", **target)["description"]
    assert ask(client, "editMessageText", chat_id=42, message_id=1, text="Kursk")["error_code"] == 400


def test_a_button_is_answered_once(client: httpx.Client, telegram: TelegramServer) -> None:
    send(client, "Kursk", reply_markup=keyboard(callback_data="1:f:1"))
    query = telegram.taps(telegram.sent(42)[0], 0, person=OLENA)
    assert ask(client, "answerCallbackQuery", callback_query_id=query, text="x" * 201)["error_code"] == 400
    assert ask(client, "answerCallbackQuery", callback_query_id=query)["ok"]
    assert ask(client, "answerCallbackQuery", callback_query_id=query)["error_code"] == 400


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("Subscribe", "x"),
        ("a b", "x"),
        ("/help", "x"),
        ("довідка", "x"),
        ("x" * 33, "x"),
        ("", "x"),
        (7, "x"),
        ("help", ""),
        ("help", " "),
        ("help", 7),
        ("help", "x" * 257),
    ],
)
def test_a_bad_command_is_refused(client: httpx.Client, name: object, description: object) -> None:
    commands = [{"command": name, "description": description}]
    assert ask(client, "setMyCommands", commands=commands)["error_code"] == 400


def test_updates_stay_until_they_are_confirmed(client: httpx.Client, telegram: TelegramServer) -> None:
    telegram.says("/start", person=OLENA)
    telegram.says("Курськ", person=OLENA)
    first = ask(client, "getUpdates", limit=1)["result"]
    assert first == ask(client, "getUpdates", limit=1)["result"]
    second = ask(client, "getUpdates", offset=first[0]["update_id"] + 1)["result"]
    assert [one["message"]["text"] for one in second] == ["Курськ"]
    assert ask(client, "getUpdates", offset=second[0]["update_id"] + 1)["result"] == []


async def test_the_older_of_two_pollers_is_ended(telegram: TelegramServer) -> None:
    url = f"{telegram.url}/bot{TOKEN}/getUpdates"
    async with httpx.AsyncClient() as client:
        older = asyncio.create_task(client.post(url, data={"timeout": "30"}, timeout=30))
        await telegram.until(lambda: telegram.pollers == 1)
        newer = asyncio.create_task(client.post(url, data={"timeout": "30"}, timeout=30))
        assert (await older).json()["error_code"] == 409
        telegram.says("/start", person=OLENA)
        assert len((await newer).json()["result"]) == 1


def test_scripted_errors_are_answered(client: httpx.Client, telegram: TelegramServer) -> None:
    telegram.flood(7, chat_id=42)
    assert send(client, "Kursk")["parameters"] == {"retry_after": 7}
    assert send(client, "Kursk")["ok"]
    telegram.migrate(Place(-7), Place(-1007, "supergroup"))
    assert send(client, "Kursk", chat_id=-7)["parameters"] == {"migrate_to_chat_id": -1007}
    telegram.block(42)
    assert send(client, "Kursk")["error_code"] == 403
    telegram.drop(chat_id=-1007)
    with pytest.raises(httpx.RemoteProtocolError):
        send(client, "Kursk", chat_id=-1007)
    assert send(client, "Kursk", chat_id=-1007)["ok"]


def test_a_reply_names_a_message_that_is_there_or_says_that_it_need_not(
    client: httpx.Client, telegram: TelegramServer
) -> None:
    asked = telegram.says("/help", person=OLENA)["message_id"]
    answer = send(client, "Kursk", reply_parameters={"message_id": asked})
    assert answer["result"]["reply_to_message"]["text"] == "/help"
    lost = send(client, "Kursk", reply_parameters={"message_id": 1})
    assert lost["description"] == "Bad Request: message to be replied not found"
    anyway = send(client, "Kursk", reply_parameters={"message_id": 1, "allow_sending_without_reply": True})
    assert "reply_to_message" not in anyway["result"]
    # Another chat has other messages.
    assert send(client, "Kursk", chat_id=-7, reply_parameters={"message_id": asked})["error_code"] == 400


def test_a_group_without_topics_has_no_threads(client: httpx.Client, telegram: TelegramServer) -> None:
    telegram.add(Place(-8, "supergroup"))
    assert send(client, "Kursk", chat_id=-8, message_thread_id=3)["error_code"] == 400
    assert send(client, "Kursk", message_thread_id=3)["error_code"] == 400
    assert send(client, "Kursk", chat_id=-8)["ok"]


def test_only_a_text_of_the_bots_own_is_edited(client: httpx.Client, telegram: TelegramServer) -> None:
    theirs = telegram.says("Kursk", person=OLENA)["message_id"]
    edit = {"chat_id": 42, "text": "Sudzha"}
    assert "can't be edited" in ask(client, "editMessageText", message_id=theirs, **edit)["description"]
    picture = photo(client, 640, 480)["result"]["message_id"]
    assert "no text in the message" in ask(client, "editMessageText", message_id=picture, **edit)["description"]
    own = send(client, "Kursk")["result"]["message_id"]
    prompt = {"force_reply": True}
    assert ask(client, "editMessageText", message_id=own, reply_markup=prompt, **edit)["error_code"] == 400
    # A message that is deleted, or was never there.
    alert = send(client, "Kursk", reply_markup=keyboard(callback_data="1:f:1"))["result"]["message_id"]
    telegram.taps(telegram.sent(42)[-1], 0, person=OLENA, reachable=False)
    assert "not found" in ask(client, "editMessageText", message_id=alert, **edit)["description"]
    (update,) = [one for one in ask(client, "getUpdates")["result"] if "callback_query" in one]
    assert update["callback_query"]["message"]["date"] == 0


def png(width: int, height: int, size: int = 0) -> bytes:
    """As much of a picture as the stand-in looks at."""
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return head.ljust(size, b"\x00")


def photo(client: httpx.Client, width: int, height: int, size: int = 0) -> Any:
    files = {"photo": ("chart.png", png(width, height, size))}
    return client.post("sendPhoto", data={"chat_id": "42"}, files=files).json()


@pytest.mark.parametrize(
    ("width", "height", "size"), [(9000, 1001, 0), (2001, 100, 0), (0, 10, 0), (640, 480, 10_000_001)]
)
def test_a_picture_that_telegram_would_not_show_is_refused(
    client: httpx.Client, width: int, height: int, size: int
) -> None:
    assert not photo(client, width, height, size)["ok"]


def test_a_picture_is_a_picture(client: httpx.Client) -> None:
    assert photo(client, 2000, 100, 10_000_000)["ok"]
    broken = client.post("sendPhoto", data={"chat_id": "42"}, files={"photo": ("chart.png", b"GIF89a")}).json()
    assert broken["error_code"] == 400


@pytest.mark.parametrize("name", ["", ".csv", "a/b.csv", "a\\b.csv", "x" * 252 + ".csv", "가" * 85 + ".c"])
def test_a_file_has_a_name_that_every_system_takes(client: httpx.Client, name: str) -> None:
    files = {"document": (name, b"slug,en")}
    assert not client.post("sendDocument", data={"chat_id": "42"}, files=files).json()["ok"]


def test_a_document_is_50_megabytes_at_most(client: httpx.Client) -> None:
    files = {"document": ("g.csv", b"x" * 51_000_001)}
    assert client.post("sendDocument", data={"chat_id": "42"}, files=files, timeout=60).json()["error_code"] == 413


@pytest.mark.parametrize(
    "scope",
    [
        {},
        {"type": "everybody"},
        {"type": "chat"},
        {"type": "chat", "chat_id": 77},
        {"type": "default", "chat_id": 42},
        {"type": "chat_administrators", "chat_id": 42},
        {"type": "chat_member", "chat_id": -7},
        {"type": "chat_member", "chat_id": -7, "user_id": "Olena"},
        {"type": "chat", "chat_id": -9},
        {"type": ["chat"]},
    ],
)
def test_a_bad_scope_of_commands_is_refused(
    client: httpx.Client, telegram: TelegramServer, scope: dict[str, Any]
) -> None:
    telegram.add(Place(-9, "channel"))
    commands = [{"command": "help", "description": "Help"}]
    assert ask(client, "setMyCommands", commands=commands, scope=scope)["error_code"] == 400
    assert ask(client, "deleteMyCommands", scope=scope)["error_code"] == 400


def test_commands_are_some_and_their_language_has_two_letters(client: httpx.Client) -> None:
    commands = [{"command": "help", "description": "Help"}]
    assert ask(client, "setMyCommands", commands=[])["error_code"] == 400
    assert ask(client, "setMyCommands", commands=commands * 2)["error_code"] == 400
    many = [{"command": f"help{number}", "description": "Help"} for number in range(101)]
    assert ask(client, "setMyCommands", commands=many)["error_code"] == 400
    assert ask(client, "setMyCommands", commands=many[:100])["ok"]
    for wrong in (["help"], [{"command": "help"}], [{**commands[0], "emoji": "x"}]):
        assert ask(client, "setMyCommands", commands=wrong)["error_code"] == 400
    for language in ("ukr", "en-GB", "UK"):
        assert ask(client, "setMyCommands", commands=commands, language_code=language)["error_code"] == 400
        assert ask(client, "deleteMyCommands", language_code=language)["error_code"] == 400


def test_the_narrowest_menu_counts_and_in_it_the_own_language(client: httpx.Client, telegram: TelegramServer) -> None:
    def register(name: str, language: str = "", **scope: Any) -> None:
        commands = [{"command": name, "description": name}]
        assert ask(client, "setMyCommands", commands=commands, scope=scope, language_code=language)["ok"]

    group, member, admin = Place(-7, "supergroup", admins=frozenset({42})), Person(43), Person(42)
    assert telegram.menu(admin) == ()
    register("everybody", type="default")
    register("members", type="all_group_chats")
    assert (telegram.menu(member), telegram.menu(member, group)) == (("everybody",), ("members",))
    assert telegram.menu(admin, group) == ("members",)
    register("admins", type="all_chat_administrators")
    register("korean", "ko", type="all_chat_administrators")
    assert telegram.menu(admin, group) == ("admins",)
    assert telegram.menu(Person(42, language_code="ko"), group) == ("korean",)
    register("here", type="chat", chat_id=-7)
    assert telegram.menu(member, group) == telegram.menu(admin, group) == ("here",)
    register("private", type="all_private_chats")
    assert telegram.menu(admin) == ("private",)
    assert ask(client, "deleteMyCommands", scope={"type": "chat", "chat_id": -7})["ok"]
    assert telegram.menu(member, group) == ("members",)


WEBHOOK = {"url": f"https://bot.example.org/{'x' * 32}", "secret_token": "abc_-1"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": f"http://bot.example.org/{'x' * 32}"},
        {"url": f"https://bot.example.org:8080/{'x' * 32}"},
        {"url": f"https://127.0.0.1/{'x' * 32}"},
        {"url": f"https://localhost/{'x' * 32}"},
        {"url": f"https://172.16.0.1/{'x' * 32}"},
        {"url": f"https://[::1]/{'x' * 32}"},
        {"url": f"https://bot/{'x' * 32}"},
        {"url": f"https://user@bot.example.org/{'x' * 32}"},
        {"url": f"https://bot.example.org/{'x' * 32}#here"},
        {"url": f"https://bot.example.org:no/{'x' * 32}"},
        {"url": "https://bot.example.org/hook"},
        {"url": ""},
        {"secret_token": ""},
        {"secret_token": "a b"},
        {"secret_token": "x" * 257},
        {"max_connections": 0},
        {"max_connections": 101},
        {"allowed_updates": ["messages"]},
        {"port": 8443},
    ],
)
def test_a_bad_webhook_is_refused(client: httpx.Client, wrong: dict[str, Any]) -> None:
    assert ask(client, "setWebhook", **(WEBHOOK | wrong))["error_code"] == 400
    assert ask(client, "getWebhookInfo")["result"]["url"] == ""


def test_while_there_is_a_webhook_no_updates_are_handed_out(client: httpx.Client) -> None:
    assert ask(client, "setWebhook", **WEBHOOK)["ok"]
    assert ask(client, "getWebhookInfo")["result"]["url"] == WEBHOOK["url"]
    assert ask(client, "getUpdates")["error_code"] == 409
    assert ask(client, "deleteWebhook")["ok"]
    assert ask(client, "getUpdates")["ok"]


@pytest.mark.parametrize("fields", [{"timeout": 51}, {"limit": 0}, {"limit": 101}, {"allowed_updates": ["posts"]}])
def test_a_bad_request_for_updates_is_refused(client: httpx.Client, fields: dict[str, Any]) -> None:
    assert ask(client, "getUpdates", **fields)["error_code"] == 400


def test_who_sends_too_much_is_told_how_long_to_wait(client: httpx.Client, telegram: TelegramServer) -> None:
    now = [100.0]
    telegram.limit_rates(lambda: now[0])
    for _ in range(20):
        assert send(client, "Kursk", chat_id=-7)["ok"]
        now[0] += 0.5
    # Twenty in a minute to one group; others are free.
    assert send(client, "Kursk", chat_id=-7)["parameters"] == {"retry_after": 50}
    now[0] += 1
    for number in range(30):
        telegram.add(Place(100 + number))
        assert send(client, "Kursk", chat_id=100 + number)["ok"]
    # Thirty in a second to anybody, whatever it is that is sent.
    assert send(client, "Kursk")["parameters"] == {"retry_after": 1}
    assert "Too Many Requests: retry after 1" in photo(client, 640, 480)["description"]
    now[0] += 1
    sent = send(client, "Kursk")["result"]["message_id"]
    assert send(client, "Kursk")["ok"]
    # Three in a second to one chat, edits among them.
    assert ask(client, "editMessageText", chat_id=42, message_id=sent, text="Sudzha")["ok"]
    assert send(client, "Kursk")["error_code"] == 429
    assert ask(client, "editMessageText", chat_id=42, message_id=sent, text="Kursk")["error_code"] == 429
    # What is refused for itself is told so, and counts for nothing.
    assert send(client, "<b>")["error_code"] == 400
    assert ask(client, "getChat", chat_id=42)["ok"]
    now[0] += 60
    assert send(client, "Kursk", chat_id=-7)["ok"]


# --- the body


BODIES = [
    ("application/json", b"{"),
    ("application/json", b"[]"),
    ("application/json", b'{"chat_id": 42, "chat_id": 43, "text": "Kursk"}'),
    ("application/json", b'{"chat_id": NaN, "text": "Kursk"}'),
    ("application/json", b'{"chat_id": 42, "text": "\\ud83d"}'),
    ("application/json", b'{"chat_id": 42, "text": "\xff"}'),
    ("application/json", b'{"chat_id": 42, "text": 7}'),
    ("application/json", b'{"chat_id": "42", "text": "Kursk"}'),
    ("application/json", b'{"chat_id": 42, "text": null}'),
    ("application/x-www-form-urlencoded", b"chat_id=42&text=Kursk&text=Sudzha"),
    ("application/x-www-form-urlencoded", b"chat_id=42&text"),
    ("application/x-www-form-urlencoded", b"chat_id=42&text=%FF"),
    ("application/x-www-form-urlencoded", b"chat_id=4.2e1&text=Kursk"),
    ("application/x-www-form-urlencoded", b"chat_id=042&text=Kursk"),
    ("multipart/form-data; boundary=x", b"--x\r\n\r\nKursk\r\n--x--\r\n"),
    ("text/plain", b"chat_id=42&text=Kursk"),
]


@pytest.mark.parametrize(("kind", "body"), BODIES)
def test_a_body_that_cannot_be_read_is_refused(
    client: httpx.Client, telegram: TelegramServer, kind: str, body: bytes
) -> None:
    answer = client.post("sendMessage", content=body, headers={"Content-Type": kind}).json()
    assert answer["error_code"] == 400
    assert telegram.calls == []


def test_a_number_is_a_number_in_each_kind_of_body(client: httpx.Client, telegram: TelegramServer) -> None:
    assert client.post("sendMessage", json={"chat_id": 42, "text": "Kursk"}).json()["ok"]
    assert client.post("sendMessage", data={"chat_id": "42", "text": "42"}).json()["ok"]
    files = {"document": ("g.csv", b"slug")}
    assert client.post("sendDocument", data={"chat_id": "42", "caption": "42"}, files=files).json()["ok"]
    assert [(call.chat_id, call.text) for call in telegram.calls] == [(42, "Kursk"), (42, "42"), (42, "42")]


def test_a_fault_of_the_stand_in_itself_fails_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ExceptionGroup), running_telegram() as server:
        monkeypatch.setattr(server, "_perform", fail)
        assert httpx.post(f"{server.url}/bot{TOKEN}/getMe").status_code == 500


# --- chats that are closed, and who is in them


@pytest.mark.parametrize(
    ("why", "code", "words"),
    [
        ("blocked", 403, "bot was blocked by the user"),
        ("deactivated", 403, "user is deactivated"),
        ("kicked", 403, "bot was kicked from the supergroup chat"),
        ("left", 403, "bot is not a member of the supergroup chat"),
        ("silenced", 400, "not enough rights to send text messages to the chat"),
        ("no admin", 400, "need administrator rights in the channel chat"),
    ],
)
def test_nothing_is_sent_to_a_closed_chat(
    client: httpx.Client, telegram: TelegramServer, why: Closed, code: int, words: str
) -> None:
    sent = send(client, "Kursk", chat_id=-7)["result"]["message_id"]
    telegram.close(-7, why)
    answers = [
        send(client, "Kursk", chat_id=-7),
        ask(client, "editMessageText", chat_id=-7, message_id=sent, text="Sudzha"),
        client.post("sendDocument", data={"chat_id": "-7"}, files={"document": ("g.csv", b"slug")}).json(),
    ]
    assert [one["error_code"] for one in answers] == [code] * 3
    assert all(one["description"].endswith(words) for one in answers)
    assert ask(client, "getChatMember", chat_id=-7, user_id=42)["ok"] is (why not in {"kicked", "left"})
    # Whoever comes back can be written to.
    telegram.membership(Place(-7, "supergroup"), "member", person=OLENA)
    assert send(client, "Kursk", chat_id=-7)["ok"]


def test_a_group_that_moved_says_where_to_whatever_it_is_asked(client: httpx.Client, telegram: TelegramServer) -> None:
    sent = send(client, "Kursk", chat_id=-7)["result"]["message_id"]
    telegram.upgrades(Place(-7, "group"), Place(-1007, "supergroup"), person=OLENA)
    for answer in (
        send(client, "Kursk", chat_id=-7),
        ask(client, "editMessageText", chat_id=-7, message_id=sent, text="Sudzha"),
        ask(client, "getChatMember", chat_id=-7, user_id=42),
    ):
        assert (answer["error_code"], answer["parameters"]) == (400, {"migrate_to_chat_id": -1007})
    assert send(client, "Kursk", chat_id=-1007)["ok"]
    told = [one["message"] for one in ask(client, "getUpdates")["result"]]
    assert [one.get("migrate_to_chat_id") for one in told] == [-1007, None]
    assert [one.get("migrate_from_chat_id") for one in told] == [None, -7]


def test_everybody_has_a_status_in_a_chat_and_a_bot_that_is_no_administrator_may_not_be_told(
    client: httpx.Client, telegram: TelegramServer
) -> None:
    known: dict[int, Status] = {1: "creator", 2: "restricted", 3: "left", 4: "kicked", 5: "administrator"}
    telegram.add(Place(-8, "supergroup", admins=frozenset({42}), statuses=known))
    for user_id, status in {**known, 42: "administrator", 43: "member"}.items():
        told = ask(client, "getChatMember", chat_id=-8, user_id=user_id)["result"]
        assert (told["status"], told["user"]["id"]) == (status, user_id)
        assert ChatMember.de_json(told).status == status
    administrators = ask(client, "getChatAdministrators", chat_id=-8)["result"]
    assert [one["user"]["id"] for one in administrators] == [1, 5, 42]
    telegram.add(Place(-8, "supergroup", admins=frozenset({42}), closed_lists=True))
    assert ask(client, "getChatMember", chat_id=-8, user_id=42)["error_code"] == 400
    assert ask(client, "getChatAdministrators", chat_id=-8)["ok"]
    telegram.add(Place(-9, "channel", closed_lists=True))
    assert ask(client, "getChatAdministrators", chat_id=-9)["error_code"] == 400
    assert ask(client, "getChatAdministrators", chat_id=42)["error_code"] == 400
    assert ask(client, "getChatMember", chat_id=-8, user_id="Olena")["error_code"] == 400


# --- messages


def test_a_question_is_asked_in_no_channel_and_is_not_edited(client: httpx.Client, telegram: TelegramServer) -> None:
    telegram.add(Place(-9, "channel"))
    question = {"reply_markup": {"force_reply": True}}
    assert send(client, "Which?", chat_id=-9, **question)["error_code"] == 400
    asked = send(client, "Which?", **question)["result"]["message_id"]
    assert ask(client, "editMessageText", chat_id=42, message_id=asked, text="What?")["error_code"] == 400


def test_what_was_deleted_is_neither_edited_nor_answered(client: httpx.Client, telegram: TelegramServer) -> None:
    sent = send(client, "Kursk")["result"]["message_id"]
    telegram.deletes(telegram.sent(42)[0])
    assert ask(client, "editMessageText", chat_id=42, message_id=sent, text="Sudzha")["error_code"] == 400
    assert send(client, "Kursk", reply_parameters={"message_id": sent})["error_code"] == 400


def test_a_quotation_is_of_the_message_that_is_answered(client: httpx.Client) -> None:
    sent = send(client, "A town near Kursk")["result"]["message_id"]
    assert send(client, "Which?", reply_parameters={"message_id": sent, "quote": "near Kursk"})["ok"]
    assert send(client, "Which?", reply_parameters={"message_id": sent, "quote": "near Kyiv"})["error_code"] == 400


def test_spaces_around_a_text_are_no_change(client: httpx.Client) -> None:
    sent = send(client, "Kursk")["result"]["message_id"]
    assert "not modified" in ask(client, "editMessageText", chat_id=42, message_id=sent, text="Kursk \n")["description"]


@pytest.mark.parametrize("text", ["", "가" * 4097])
def test_nobody_writes_what_telegram_would_not_take(telegram: TelegramServer, text: str) -> None:
    with pytest.raises(ValueError, match="nobody can write"):
        telegram.says(text, person=OLENA)


def test_a_command_is_ascii_wherever_it_stands(telegram: TelegramServer) -> None:
    def marked(text: str) -> list[str]:
        said = telegram.says(text, person=OLENA)
        return [text[one["offset"] : one["offset"] + one["length"]] for one in said.get("entities", [])]

    assert marked("/search@exonym_test_bot Курськ /help") == ["/search@exonym_test_bot", "/help"]
    assert marked("/пошук СБУ") == marked("/searchпошук") == marked("https://a.example/help") == marked("1/2") == []


def test_a_file_of_more_than_20_megabytes_is_too_big(client: httpx.Client, telegram: TelegramServer) -> None:
    sent = telegram.sends_file("g.csv", b"x" * 20_000_001, person=OLENA)["document"]
    assert "too big" in ask(client, "getFile", file_id=sent["file_id"])["description"]
    assert httpx.get(f"{telegram.url}/file/bot{TOKEN}/docs/{sent['file_id']}").status_code == 404
    sent = telegram.sends_file("g.csv", b"x" * 20_000_000, person=OLENA)["document"]
    assert ask(client, "getFile", file_id=sent["file_id"])["ok"]


# --- answers to a query


def article(**changes: Any) -> dict[str, Any]:
    return {
        "type": "article",
        "id": "1",
        "title": "Kursk",
        "input_message_content": {"message_text": "Курськ"},
    } | changes


@pytest.mark.parametrize(
    "results",
    [
        [article(id=str(number)) for number in range(51)],
        [article(), article()],
        [article(id="")],
        [article(id="가" * 22)],
        [article(id=1)],
        [article(title=" ")],
        [article(title=7)],
        [article(type="photo")],
        [article(description=7)],
        [article(url="https://a.example")],
        [article(input_message_content={})],
        [article(input_message_content={"message_text": ""})],
        [article(input_message_content={"message_text": " \u200b"})],
        [article(input_message_content={"message_text": "x" * 4097})],
        [article(input_message_content={"message_text": "<b>x", "parse_mode": "HTML"})],
        [article(input_message_content={"message_text": "x", "entities": []})],
        [{"type": "article", "id": "1", "title": "Kursk"}],
        ["Kursk"],
    ],
)
def test_a_bad_answer_to_an_inline_query_is_refused(
    client: httpx.Client, telegram: TelegramServer, results: list[Any]
) -> None:
    query = telegram.types_inline("Kursk", person=OLENA)
    assert ask(client, "answerInlineQuery", inline_query_id=query, results=results)["error_code"] == 400
    assert telegram.calls == []


def test_a_query_is_answered_once_by_its_own_method_and_within_its_life(
    client: httpx.Client, telegram: TelegramServer
) -> None:
    send(client, "Kursk", reply_markup=keyboard(callback_data="1:f:1"))
    typed, tapped = telegram.types_inline("Kursk", person=OLENA), telegram.taps(telegram.sent(42)[0], 0, person=OLENA)

    def inline(query: str, **fields: Any) -> Any:
        return ask(client, "answerInlineQuery", inline_query_id=query, results=[article()], **fields)

    assert ask(client, "answerCallbackQuery", callback_query_id=typed)["error_code"] == 400
    assert inline(tapped)["error_code"] == 400
    assert inline(typed, next_offset="가" * 22)["error_code"] == 400
    assert inline(typed, cache_time=-1)["error_code"] == 400
    assert inline(typed)["ok"]
    assert inline(typed)["error_code"] == 400
    assert ask(client, "answerCallbackQuery", callback_query_id=tapped, url="https://a.example")["error_code"] == 400
    later = telegram.types_inline("Kursk", person=OLENA)
    telegram.expire_queries()
    assert "too old" in inline(later)["description"]
    assert "too old" in ask(client, "answerCallbackQuery", callback_query_id=tapped)["description"]


# --- updates


def test_updates_are_confirmed_only_by_a_higher_offset(client: httpx.Client, telegram: TelegramServer) -> None:
    for number in range(4):
        telegram.says(f"Kursk {number}", person=OLENA)
    first = ask(client, "getUpdates")["result"][0]["update_id"]
    for offset, left in ((first, 4), (0, 4), (first + 1, 3), (-2, 2), (first, 2)):
        assert len(ask(client, "getUpdates", offset=offset)["result"]) == left


def test_kinds_that_were_not_asked_for_do_not_come(client: httpx.Client, telegram: TelegramServer) -> None:
    def kinds() -> list[str]:
        return [kind for one in ask(client, "getUpdates")["result"] for kind in one if kind != "update_id"]

    telegram.happens("chat_member", {})
    telegram.happens("message_reaction", {})
    written = telegram.says("Kursk", person=OLENA)
    telegram.edits(written, "Sudzha")
    assert kinds() == ["message", "edited_message"]
    ask(client, "getUpdates", allowed_updates=["chat_member"])
    telegram.happens("chat_member", {})
    telegram.says("Kursk", person=OLENA)
    # What came before stays; what is not said again stays as it was asked for.
    assert kinds() == ["message", "edited_message", "chat_member"]
    assert ask(client, "getUpdates", allowed_updates=[7])["error_code"] == 400


@pytest.mark.parametrize("method", ["setWebhook", "deleteWebhook"])
def test_pending_updates_are_dropped_where_that_is_asked_for(
    client: httpx.Client, telegram: TelegramServer, method: str
) -> None:
    fields = WEBHOOK if method == "setWebhook" else {}
    telegram.says("Kursk", person=OLENA)
    assert ask(client, method, **fields)["ok"]
    assert len(telegram.pending) == 1
    assert ask(client, method, **fields, drop_pending_updates=True)["ok"]
    assert telegram.pending == []


class _Hook(BaseHTTPRequestHandler):
    """Answers posts with the statuses and bodies that it is given, and keeps what was posted."""

    answers: ClassVar[list[tuple[int, bytes]]]
    posted: ClassVar[list[tuple[str, str, str]]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.posted.append((self.path, self.headers["X-Telegram-Bot-Api-Secret-Token"], body["message"]["text"]))
        status, said = self.answers.pop(0) if self.answers else (200, b"")
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


async def test_an_update_is_posted_until_it_is_taken_and_the_next_waits_for_it(
    client: httpx.Client, telegram: TelegramServer
) -> None:
    _Hook.answers, _Hook.posted = [(500, b""), (403, b""), (200, b'{"method": "sendMessage"}')], []
    assert ask(client, "setWebhook", **WEBHOOK, allowed_updates=["message"])["ok"]
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hook) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        telegram.edits(telegram.says("Kursk", person=OLENA), "Kyiv")
        telegram.says("Sudzha", person=OLENA)
        telegram.post_updates(http.server_address[1])
        await telegram.until(lambda: telegram.pending == [])
        http.shutdown()
        thread.join()
    path = "/" + "x" * 32
    assert _Hook.posted == [(path, "abc_-1", "Kursk")] * 4 + [(path, "abc_-1", "Sudzha")]
    told = ask(client, "getWebhookInfo")["result"]
    assert (told["pending_update_count"], told["last_error_message"]) == (0, "The webhook answered with a body")
