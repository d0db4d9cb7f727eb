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
