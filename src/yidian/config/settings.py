"""Django settings of one installation, found through YIDIAN_HOME. Tests and `migrate` may run without one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from yidian.config.installation import Installation, read

HOME = os.environ.get("YIDIAN_HOME")
INSTALLATION: Installation | None = read(Path(HOME)) if HOME else None


def _database(url: str, home: Path | None) -> dict[str, Any]:
    path = Path(url) if home is None else home / url
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path) if url != ":memory:" else url,
        # Rollback journal, full sync: Debian 12's SQLite 3.40.1 has the WAL-reset fault.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


DATABASES = {
    "default": _database(INSTALLATION.database, INSTALLATION.home) if INSTALLATION else _database(":memory:", None)
}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django_scopes",
    "yidian.platform.tenancy",
    "yidian.platform.access",
    "yidian.platform.jobs",
    "yidian.platform.lake",
    "yidian.domains.party",
    "yidian.domains.product_catalog",
    "yidian.domains.product_inventory",
    "yidian.domains.usage",
    "yidian.domains.customer_bill",
]
AUTH_USER_MODEL = "access.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "zh-hans"
SECRET_KEY = os.environ.get("YIDIAN_SECRET_KEY", "no-web-face-yet-nothing-is-signed-with-this")
LOGGING_CONFIG = None
