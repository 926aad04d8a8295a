"""Django settings of one installation, found through YIDIAN_HOME. Tests and `migrate` may run without one."""

from __future__ import annotations

import os
from pathlib import Path

from yidian.config import database, static
from yidian.config.installation import Installation, read
from yidian.config.web import LOCAL
from yidian.platform.secrets.key_file import signing_keys

HOME = os.environ.get("YIDIAN_HOME")
INSTALLATION: Installation | None = read(Path(HOME)) if HOME else None


# Without an installation: a test's or a tool's own database, in memory unless YIDIAN_TEST_DATABASE names a server's.
DATABASES = {
    "default": database.settings(INSTALLATION.database, INSTALLATION.home)
    if INSTALLATION
    else database.settings(os.environ.get("YIDIAN_TEST_DATABASE", ":memory:"), None)
}
FACES = Path(__file__).parents[1] / "faces"
TENANT = os.environ.get("YIDIAN_TENANT") or (INSTALLATION.tenant if INSTALLATION else "operator")  # of the web faces
PROPAGATE = bool(os.environ.get("YIDIAN_TRACE"))  # errors of views reach the server's log whole, not the reader
ROOT_URLCONF = "yidian.config.urls"
CSRF_FAILURE_VIEW = "yidian.faces.shell.middleware.refused_form"
MIDDLEWARE = [
    "yidian.faces.shell.middleware.Carries",
    "yidian.faces.shell.middleware.Surrounds",
    "yidian.faces.shell.sign_in.middleware.Knows",
    "django.middleware.csrf.CsrfViewMiddleware",
    "yidian.faces.shell.middleware.Told",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [FACES / face / "templates" for face in ("shell", "hall", "desk")],
        "OPTIONS": {"libraries": {"yidian": "yidian.faces.shell.templatetags.yidian"}},
    }
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [FACES / "shell" / "static"]
# `yidian serve` makes what is served before it starts the processes that read these settings.
STATIC_ROOT: Path | None = static.folder(INSTALLATION.work, STATICFILES_DIRS) if INSTALLATION else None
if STATIC_ROOT is not None and STATIC_ROOT.is_dir():
    MIDDLEWARE.insert(1, "whitenoise.middleware.WhiteNoiseMiddleware")
    STORAGES = {"staticfiles": {"BACKEND": "yidian.faces.shell.static_files.Packed"}}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.staticfiles",
    "django_scopes",
    "yidian.platform.tenancy",
    "yidian.platform.access",
    "yidian.platform.access.tokens",
    "yidian.platform.jobs",
    "yidian.platform.lake",
    "yidian.platform.audit",
    "yidian.platform.outbox",
    "yidian.platform.network",
    "yidian.platform.writing",
    "yidian.platform.numbering",
    "yidian.platform.sign_in",
    "yidian.domains.party",
    "yidian.domains.product_catalog",
    "yidian.domains.ledger",
    "yidian.domains.resource_inventory",
    "yidian.domains.product_inventory",
    "yidian.domains.product_order",
    "yidian.domains.usage",
    "yidian.domains.charging",
    "yidian.domains.customer_bill",
    "yidian.domains.payment",
    "yidian.domains.credit",
    "yidian.domains.dispute",
]
AUTH_USER_MODEL = "access.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "zh-hans"
SECRET_FILE: Path | None = INSTALLATION.home / "secret" if INSTALLATION else None  # see platform/secrets
# Empty where there is no file yet: Django refuses to sign with nothing. Without an installation a process has its own.
SECRET_KEY, SECRET_KEY_FALLBACKS = signing_keys(SECRET_FILE)
PROFILE = INSTALLATION.profile if INSTALLATION else "test"
TLS = INSTALLATION.web.tls if INSTALLATION else False  # people come by https
ALLOWED_HOSTS = INSTALLATION.web.allowed if INSTALLATION else ["testserver", *LOCAL]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
CSRF_COOKIE_NAME = "__Host-yidian_form" if TLS else "yidian_form"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_AGE = None  # until the browser is closed
LOGGING_CONFIG = None
