"""The settings: read once, in the entry point, from the environment or a `.env` file, and passed down."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import BotError

#: The ports that Telegram posts to; https://core.telegram.org/bots/api#setwebhook.
_WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})


class SettingsError(BotError):
    """A setting has a value that cannot be used."""


class Settings(BaseSettings):
    """What the environment may set. Every name but the token's carries the prefix ``EXONYM_``."""

    model_config = SettingsConfigDict(env_prefix="EXONYM_", env_file=".env", env_file_encoding="utf-8", extra="ignore")

    telegram_bot_token: SecretStr | None = Field(default=None, validation_alias="TELEGRAM_BOT_TOKEN")
    telegram_api_url: str = "https://api.telegram.org"
    webhook_url: str = ""
    webhook_listen: str = "127.0.0.1"
    webhook_port: int = Field(default=8443, ge=0, le=65535)
    database_url: str = ""
    data_dir: Path = Field(default_factory=lambda: platformdirs.user_data_path("exonym"))
    admins: Annotated[frozenset[int], NoDecode] = frozenset()
    allow_private_sources: bool = False
    poll_seconds: float = Field(default=60, gt=0)
    delivery_seconds: float = Field(default=2, gt=0)
    fill_seconds: float = Field(default=300, gt=0)
    settle_seconds: float = Field(default=5, ge=0)
    health_port: int | None = Field(default=None, ge=0, le=65535)
    log_json: bool = False

    @field_validator("telegram_bot_token", mode="before")
    @classmethod
    def _empty_token_is_none(cls, value: object) -> object:
        # What is copied from a chat often brings a space or a line break.
        return (value.strip() or None) if isinstance(value, str) else value

    @field_validator("webhook_url")
    @classmethod
    def _webhook_that_telegram_can_reach(cls, value: str) -> str:
        value = value.strip()
        if not value:
            return ""
        unusable = "it must be an https address that Telegram can reach, such as https://bot.example.org"
        try:
            parts = urlsplit(value)
            port = 443 if parts.port is None else parts.port
        except ValueError as error:
            raise ValueError(unusable) from error
        if parts.scheme != "https" or not parts.hostname:
            raise ValueError(unusable)
        if parts.query or parts.fragment or "@" in parts.netloc:
            message = "it must have no user name, no query and no fragment"
            raise ValueError(message)
        if not _is_public(parts.hostname):
            message = f"Telegram cannot reach {parts.hostname}; it must be an address on the internet"
            raise ValueError(message)
        if port not in _WEBHOOK_PORTS:
            message = "Telegram posts to the ports 443, 80, 88 and 8443 only; EXONYM_WEBHOOK_PORT may be any other"
            raise ValueError(message)
        return value

    @field_validator("admins", mode="before")
    @classmethod
    def _split_admins(cls, value: object) -> object:
        if isinstance(value, str):
            parts = [part.strip() for part in value.replace(";", ",").split(",") if part.strip()]
            if not all(part.isdecimal() for part in parts):
                message = "it must hold Telegram user ids, numbers separated by commas"
                raise ValueError(message)
            return frozenset(int(part) for part in parts)
        return value

    @model_validator(mode="after")
    def _database_in_data_dir(self) -> Settings:
        self.data_dir = self.data_dir.expanduser().absolute()
        if not self.database_url:
            self.database_url = f"sqlite:///{self.data_dir / 'exonym.sqlite3'}"
        return self

    @property
    def packages_dir(self) -> Path:
        """Where unpacked Argos packages are."""
        return self.data_dir / "packages"


def _is_public(host: str) -> bool:
    """Whether an address on the internet may be meant: any name with a dot, or a public address in numbers."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith((".localhost", ".local"))


def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: naming the first setting that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "setting"
        variable = name if name.isupper() else f"EXONYM_{name.upper()}"
        message = f"{variable} cannot be used: {first['msg'].removeprefix('Value error, ')}."
        raise SettingsError(message) from error
