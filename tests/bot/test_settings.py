"""Settings: from the environment, with defaults, and refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import SettingsError, load_settings


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("TELEGRAM_BOT_TOKEN", "EXONYM_DATABASE_URL", "EXONYM_ADMINS", "EXONYM_POLL_SECONDS"):
        monkeypatch.delenv(name, raising=False)
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
