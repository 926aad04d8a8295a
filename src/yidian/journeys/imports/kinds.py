"""The kinds of files that can be brought in: their columns, the right each takes, whether it is taken whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from yidian.domains.product_inventory.operations import ALLOWED, REQUIRED
from yidian.domains.resource_inventory.operations import SUBJECTS
from yidian.journeys.imports.examples import EXAMPLES
from yidian.journeys.ordering.files import COLUMNS, HEIR, WHOSE
from yidian.platform.jobs.kinds import RIGHTS
from yidian.platform.tenancy.models import Tenant

CUSTOMERS, ORDERS = "customers", "orders"
IDENTITY: Final = ("id_number",)  # of a customers file: shown to nobody who only brings it in


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file; `example`: a cell as it may be written."""

    name: str
    needed: bool
    example: str


@dataclass(frozen=True, slots=True)
class Kind:
    """`job`: the second half of the names of its jobs; `secret`: columns that are never shown again nor kept.

    `whole`: taken whole or not at all; else row by row. `at_once`: bytes up to which it is looked at while one waits.
    """

    name: str
    job: str
    secret: tuple[str, ...] = ()
    whole: bool = True
    at_once: int = 256 << 10

    @property
    def looks(self) -> str:
        return f"look.{self.job}"

    @property
    def takes(self) -> str:
        return f"import.{self.job}"

    @property
    def right(self) -> str:
        return RIGHTS[self.takes]

    def columns(self, tenant: Tenant) -> list[Column]:
        """As they stand in a template."""
        needed = _columns(self.name, tenant)
        return [Column(name, must, EXAMPLES[self.name].get(name, "")) for name, must in needed.items()]


def _columns(kind: str, tenant: Tenant) -> Mapping[str, bool]:
    if kind == CUSTOMERS:
        return {name: name in REQUIRED for name in ALLOWED if name != "format"}
    if kind == ORDERS:
        told = [name for name in EXAMPLES[ORDERS] if name in {*WHOSE, HEIR, *COLUMNS}]
        return {name: name == "deed" for name in told}
    return {name: cell.needed for name, cell in SUBJECTS[kind].cells(tenant).items()}


KINDS: Final[Mapping[str, Kind]] = {
    one.name: one
    for one in (
        Kind(CUSTOMERS, "customers", IDENTITY),
        *(Kind(subject.name, "resources", subject.secret) for subject in SUBJECTS.values()),
        Kind(ORDERS, "orders", whole=False, at_once=1 << 10),
    )
}
LOOKS: Final = frozenset(one.looks for one in KINDS.values())
TAKES: Final = frozenset(one.takes for one in KINDS.values())
