"""Settings: from the environment, with defaults, and refused by name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.settings import SettingsError, load_settings


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(("EXONYM_", "TELEGRAM_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EXONYM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def test_the_database_is_in_the_data_folder_by_default(tmp_path: Path) -> None:
    assert load_settings().database_url == f"sqlite:///{tmp_path / 'data' / 'exonym.sqlite3'}"


def test_a_token_is_read_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "12345:secret")
    settings = load_settings()
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == "12345:secret"
    assert "secret" not in repr(settings)


def test_an_empty_token_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", " ")
    assert load_settings().telegram_bot_token is None


def test_admins_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXONYM_ADMINS", "1, 22,")
    assert load_settings().admins == {1, 22}


def test_a_file_of_settings_is_read_where_the_program_starts(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TELEGRAM_BOT_TOKEN=1:a\nEXONYM_ADMINS=7\nOTHER=x\n", encoding="utf-8")
    settings = load_settings()
    assert settings.admins == {7}
    assert settings.telegram_bot_token is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [("EXONYM_POLL_SECONDS", "soon"), ("EXONYM_POLL_SECONDS", "0"), ("EXONYM_ADMINS", "me")],
)
def test_a_bad_value_is_refused_by_the_setting_s_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_a_token_that_was_copied_with_its_line_break_is_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", " 12345:secret\n")
    token = load_settings().telegram_bot_token
    assert token is not None
    assert token.get_secret_value() == "12345:secret"


@pytest.mark.parametrize(
    "url",
    [
        "https://bot.example.org",
        "https://bot.example.org/exonym/",
        "https://bot.example.org:8443",
        "https://bot.example.org:443/x",
        "https://bot.example.org:88",
        "https://bot.example.org:80",
        "https://8.8.8.8:8443",
        " https://бот.example.org ",
        "",
    ],
)
def test_an_address_for_the_webhook_is_one_that_telegram_can_reach(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("EXONYM_WEBHOOK_URL", url)
    assert load_settings().webhook_url == url.strip()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://bot.example.org", "it must be an https address that Telegram can reach"),
        ("bot.example.org", "it must be an https address that Telegram can reach"),
        ("https://", "it must be an https address that Telegram can reach"),
        ("https:///path", "it must be an https address that Telegram can reach"),
        ("https://bot.example.org:5000", "the ports 443, 80, 88 and 8443 only"),
        ("https://bot.example.org:0", "the ports 443, 80, 88 and 8443 only"),
        ("https://bot.example.org:99999", "it must be an https address that Telegram can reach"),
        ("https://bot.example.org:https", "it must be an https address that Telegram can reach"),
        ("https://[::1", "it must be an https address that Telegram can reach"),
        ("https://localhost:8443", "Telegram cannot reach localhost"),
        ("https://newsroom.local", "Telegram cannot reach newsroom.local"),
        ("https://127.0.0.1", "Telegram cannot reach 127.0.0.1"),
        ("https://192.168.1.7:8443", "Telegram cannot reach 192.168.1.7"),
        ("https://[::1]:8443", "Telegram cannot reach ::1"),
        ("https://me:word@bot.example.org", "no user name"),
        ("https://bot.example.org/?a=1", "no query and no fragment"),
        ("https://bot.example.org/#a", "no query and no fragment"),
    ],
)
def test_a_wrong_address_for_the_webhook_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv("EXONYM_WEBHOOK_URL", url)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith("EXONYM_WEBHOOK_URL cannot be used: ")
    assert said in str(caught.value)


@pytest.mark.parametrize("port", ["-1", "65536", "https"])
def test_a_wrong_port_for_the_webhook_is_refused(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("EXONYM_WEBHOOK_PORT", port)
    with pytest.raises(SettingsError, match="EXONYM_WEBHOOK_PORT cannot be used"):
        load_settings()
