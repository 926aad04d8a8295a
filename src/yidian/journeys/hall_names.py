"""Whether a number still leads to the customer who signs in with it: numbers are given back and given out again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from yidian.domains.party.queries import accounts_by_code
from yidian.domains.product_inventory.queries import payers_at
from yidian.kernel.calendar import to_ms
from yidian.kernel.faults import BadInput, Fault
from yidian.platform.sign_in.names import kind_of
from yidian.platform.sign_in.types import CUSTOMER
from yidian.platform.tenancy.models import Tenant

NUMBER = "msisdn"


def still_theirs(*, tenant: Tenant, realm: str, now: datetime) -> Callable[[str, str], bool] | None:
    """What signing in asks of (customer, name): True of a name that is no number. Nothing to be asked of staff."""
    if realm != CUSTOMER:
        return None

    def ask(customer: str, name: str) -> bool:
        holder = customer_of_number(tenant=tenant, number=name, now=now)  # of every name: looking takes time (E15)
        return kind_of(realm=realm, name=name) != "number" or holder == customer

    return ask


def names_for(*, tenant: Tenant, customer: str, told: Sequence[str], now: datetime) -> dict[str, str]:
    """What a customer is to sign in with, name → "number" or "name". BadInput LOGIN_NUMBER_NOT_THEIRS."""
    names = {name: "number" if name.isascii() and name.isdigit() and len(name) > 4 else "name" for name in told}
    strange = [
        Fault("LOGIN_NUMBER_NOT_THEIRS", value=name, params={"customer": customer})
        for name, kind in names.items()
        if kind == "number" and customer_of_number(tenant=tenant, number=name, now=now) != customer
    ]
    if strange:
        raise BadInput(strange)
    return names


def customer_of_number(*, tenant: Tenant, number: str, now: datetime) -> str:
    """Code of the customer who pays for a number now; "" where nobody does."""
    at_ms = to_ms(now)
    account = payers_at(tenant=tenant, kind=NUMBER, asked=[(number, at_ms)]).get((number, at_ms), "")
    if not account:
        return ""
    found = accounts_by_code(tenant=tenant, codes=[account])
    return found[account].customer if account in found else ""
