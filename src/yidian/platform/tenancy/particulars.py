"""What may be said of a tenant: checked before a database exists, and again when the row is made."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from yidian.kernel.calendar import zone_named
from yidian.kernel.faults import BadInput, Fault
from yidian.kernel.money import currency as currency_named

CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


def check(*, code: str, currency: str, zone: str) -> None:
    """BadInput with every fault of a tenant's particulars: TENANT_CODE, CURRENCY_UNKNOWN, ZONE_UNKNOWN."""
    faults = [] if CODE.fullmatch(code) else [Fault("TENANT_CODE", value=code)]
    faults += _faults_of(lambda: currency_named(currency)) + _faults_of(lambda: zone_named(zone))
    if faults:
        raise BadInput(faults)


def _faults_of(look: Callable[[], object]) -> list[Fault]:
    try:
        look()
    except BadInput as error:
        return list(error.faults)
    return []
