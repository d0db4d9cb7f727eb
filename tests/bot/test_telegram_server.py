"""The stand-in refuses what Telegram would refuse or mend, so that a test that passes means something."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.bot.telegram_server import TOKEN, Person, Place, RefusedError, TelegramServer, parse_html

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
        "a < b",
        "a > b",
        "AT&T",
        "&nbsp;SBU",
        '<a href="javascript:x">SBU</a>',
        "<a>SBU</a>",
        '<a href="https://a.example">a <a href="https://b.example">b</a></a>',
        "<code><b>SBU</b></code>",
        "<blockquote>a<blockquote>b</blockquote></blockquote>",
        "<b>x</b>" * 101,
    ],
)
def test_broken_or_unsupported_html_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        parse_html(text)


@pytest.mark.parametrize("text", ["", "  \n ", "<b> </b>", "가" * 4097, "😀" * 2049, "bell \x07"])
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
        {"reply_markup": keyboard(callback_data="가" * 22)},
        {"reply_markup": keyboard(callback_data="")},
        {"reply_markup": keyboard()},
        {"reply_markup": keyboard(callback_data="1", url="https://a.example")},
        {"reply_markup": {"keyboard": []}},
        {"reply_markup": {"force_reply": False}},
        {"reply_markup": {"force_reply": True, "input_field_placeholder": "x" * 65}},
        {"reply_markup": {"force_reply": True, **keyboard(callback_data="1")}},
        {"link_preview_options": {"disabled": True}},
        {"link_preview_options": {"is_disabled": "yes"}},
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
    ("name", "description"), [("Subscribe", "x"), ("a b", "x"), ("", "x"), ("help", ""), ("help", "x" * 257)]
)
def test_a_bad_command_is_refused(client: httpx.Client, name: str, description: str) -> None:
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


def test_administrators_are_known(client: httpx.Client) -> None:
    assert ask(client, "getChatMember", chat_id=-7, user_id=42)["result"]["status"] == "administrator"
    assert ask(client, "getChatMember", chat_id=-7, user_id=43)["result"]["status"] == "member"


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
    ],
)
def test_a_bad_scope_of_commands_is_refused(client: httpx.Client, scope: dict[str, Any]) -> None:
    commands = [{"command": "help", "description": "Help"}]
    assert ask(client, "setMyCommands", commands=commands, scope=scope)["error_code"] == 400
    assert ask(client, "deleteMyCommands", scope=scope)["error_code"] == 400


def test_commands_are_some_and_their_language_has_two_letters(client: httpx.Client) -> None:
    commands = [{"command": "help", "description": "Help"}]
    assert ask(client, "setMyCommands", commands=[])["error_code"] == 400
    assert ask(client, "setMyCommands", commands=commands * 2)["error_code"] == 400
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
        now[0] += 0.25
    # Twenty in a minute to one group; others are free.
    assert send(client, "Kursk", chat_id=-7)["parameters"] == {"retry_after": 55}
    now[0] += 1
    assert all(send(client, "Kursk")["ok"] for _ in range(30))
    assert send(client, "Kursk")["parameters"] == {"retry_after": 1}
    now[0] += 1
    assert send(client, "Kursk")["ok"]
    now[0] += 60
    assert send(client, "Kursk", chat_id=-7)["ok"]
