"""What people type to name themselves, and whose it is now."""

from __future__ import annotations

import unicodedata

from yidian.kernel.calendar import FOREVER_MS
from yidian.platform.sign_in.models import Credential, LoginName

BETWEEN = str.maketrans("", "", " \t\u3000")


def typed(name: str) -> str:
    """A name as it is compared: full-width letters are plain ones, capitals do not matter, spaces inside numbers go."""
    return unicodedata.normalize("NFKC", name).strip().casefold().translate(BETWEEN)[:65]


def of(*, realm: str, name: str) -> Credential | None:
    """The credential that a name (as `typed`) leads to now."""
    rows = LoginName.objects.filter(realm=realm, name=name, to_ms=FOREVER_MS)
    found = rows.select_related("credential", "credential__tenant").first()
    return None if found is None else found.credential


def kind_of(*, realm: str, name: str) -> str:
    """ "login", "name" or "number"; "" of a name that leads nowhere."""
    found = LoginName.objects.filter(realm=realm, name=name, to_ms=FOREVER_MS).values_list("kind", flat=True).first()
    return str(found or "")
