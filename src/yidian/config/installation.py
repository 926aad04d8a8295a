"""An installation: a folder with its database, its lake and its settings file `yidian.toml`."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from yidian.config import database
from yidian.config.web import NOTHING_TOLD, Web, read_profile, read_web
from yidian.kernel.faults import refuse

SETTINGS_FILE = "yidian.toml"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Installation:
    """Where things are and how this operator runs. `database` is a SQLite path or a PostgreSQL URL.

    `money`: real money is kept here, so the clock cannot be set by YIDIAN_NOW. `webhooks_to_private`: webhooks may go
    to addresses inside (and by plain http). `network_to_private`: so may commands to the tenants' networks.
    """

    home: Path
    database: str
    tenant: str
    currency: str
    zone: str
    threads: int
    money: bool = False
    webhooks_to_private: bool = False
    network_to_private: bool = False
    profile: str = ""
    web: Web = NOTHING_TOLD

    @property
    def on_postgresql(self) -> bool:
        return database.is_postgresql(self.database)

    @property
    def lake(self) -> Path:
        return self.home / "lake"

    @property
    def work(self) -> Path:
        """Scratch of runs: may be deleted whenever no run is under way."""
        return self.home / "work"


def check_database(told: str) -> None:
    """BadInput (DATABASE_URL, DATABASE_PASSWORD) where `told` names no database Yidian can keep its rows in."""
    database.check(told)


def find_home(start: Path) -> Path:
    """The nearest folder at or above `start` that holds a settings file."""
    for folder in (start, *start.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise refuse("INSTALLATION_NOT_FOUND", file=str(start))


def read(home: Path) -> Installation:
    """Read `yidian.toml`; an unknown format or a broken file is refused with its place."""
    path = home / SETTINGS_FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise refuse("SETTINGS_UNREADABLE", file=str(path), value=error) from error
    if data.get("format") != FORMAT:
        raise refuse("SETTINGS_FORMAT_UNKNOWN", file=str(path), value=data.get("format"))
    try:
        database.check(str(data["database"]))
        return Installation(
            home=home,
            database=str(data["database"]),
            tenant=str(data["tenant"]),
            currency=str(data["currency"]),
            zone=str(data["zone"]),
            threads=int(data.get("threads", 0)) or os.cpu_count() or 1,
            money=data.get("money", False) is True,
            webhooks_to_private=data.get("webhooks_to_private", False) is True,
            network_to_private=data.get("network_to_private", False) is True,
            profile=read_profile(data.get("profile", ""), money=data.get("money", False) is True),
            web=read_web(data.get("web"), home=home),
        )
    except (KeyError, ValueError) as error:
        raise refuse("SETTINGS_INCOMPLETE", file=str(path), value=error) from error
