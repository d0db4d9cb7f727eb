"""The settings: read once, in the entry point, from the environment or a `.env` file, and passed down."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import BotError


class SettingsError(BotError):
    """A setting has a value that cannot be used."""


class Settings(BaseSettings):
    """What the environment may set. Every name but the token's carries the prefix ``EXONYM_``."""

    model_config = SettingsConfigDict(env_prefix="EXONYM_", env_file=".env", env_file_encoding="utf-8", extra="ignore")

    telegram_bot_token: SecretStr | None = Field(default=None, validation_alias="TELEGRAM_BOT_TOKEN")
    telegram_api_url: str = "https://api.telegram.org"
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
        return None if isinstance(value, str) and not value.strip() else value

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
