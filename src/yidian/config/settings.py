"""Django settings of one installation, found through YIDIAN_HOME. Tests and `migrate` may run without one."""

from __future__ import annotations

import os
from pathlib import Path

from yidian.config import database
from yidian.config.installation import Installation, read

HOME = os.environ.get("YIDIAN_HOME")
INSTALLATION: Installation | None = read(Path(HOME)) if HOME else None


# Without an installation: a test's or a tool's own database, in memory unless YIDIAN_TEST_DATABASE names a server's.
DATABASES = {
    "default": database.settings(INSTALLATION.database, INSTALLATION.home)
    if INSTALLATION
    else database.settings(os.environ.get("YIDIAN_TEST_DATABASE", ":memory:"), None)
}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django_scopes",
    "yidian.platform.tenancy",
    "yidian.platform.access",
    "yidian.platform.jobs",
    "yidian.platform.lake",
    "yidian.platform.audit",
    "yidian.platform.outbox",
    "yidian.platform.writing",
    "yidian.platform.numbering",
    "yidian.domains.party",
    "yidian.domains.product_catalog",
    "yidian.domains.ledger",
    "yidian.domains.product_inventory",
    "yidian.domains.usage",
    "yidian.domains.charging",
    "yidian.domains.customer_bill",
    "yidian.domains.payment",
    "yidian.domains.credit",
]
AUTH_USER_MODEL = "access.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "zh-hans"
SECRET_KEY = os.environ.get("YIDIAN_SECRET_KEY", "no-web-face-yet-nothing-is-signed-with-this")
LOGGING_CONFIG = None
