"""Kinds of jobs and the right each takes: what whoever asks for one must know. How it is done the worker knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RIGHTS: Final[Mapping[str, str]] = {
    "collect": "usage.collect",
    "suspense.refeed": "suspense.refeed",
    "cut": "cycle.cut",
    "rate": "cycle.rate",
    "bill": "cycle.bill",
    "bill.again": "cycle.bill",
    "post": "cycle.post",
    "close": "cycle.close",
    "clear": "credit.run",
    "dun": "credit.run",
    "books": "credit.run",
    "payments": "payment.take",
    "look.customers": "customer.import",
    "look.resources": "resource.import",
    "look.orders": "order.take",
    "import.customers": "customer.import",
    "import.resources": "resource.import",
    "import.orders": "order.take",
    "correct.preview": "cycle.bill",
    "tariff.trial": "tariff.draft",
    "tariff.test": "tariff.configure",
    "best.plans": "tariff.draft",
    "ledger.rebuild": "ledger.read",
    "audit.seal": "jobs.manage",
    "outbox.relay": "jobs.manage",
}
# Work that asks for its right itself, for each row by whose it is: the right need not reach the whole tenant.
NARROWED: Final = frozenset({"look.orders", "import.orders"})
