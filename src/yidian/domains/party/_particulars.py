"""What is told of customers held against what is stored: only what differs is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from yidian.domains.party._documents import masked, written
from yidian.domains.party.models import IdentityDocument
from yidian.domains.party.types import KnownCustomer, Particulars
from yidian.platform.secrets.sealing import blind_index, blind_indexes, seal, unseal
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500
FIELDS: Final = ("organisation", "phone", "address")
IDENTITY: Final = "identity"  # the purpose that documents are sealed for


def changed_fields(known: Mapping[str, KnownCustomer], told: Mapping[str, Particulars]) -> dict[str, dict[str, str]]:
    """code → all fields as they shall be, of customers of which something is told that is not so already."""
    found = {}
    for code, row in told.items():
        before = known.get(code) or KnownCustomer(0, "")
        after = {name: getattr(row, name) or getattr(before, name) for name in FIELDS}
        if after != {name: getattr(before, name) for name in FIELDS}:
            found[code] = after
    return found


def changed_documents(tenant: Tenant, told: Mapping[str, Particulars]) -> set[str]:
    """Codes of customers whose document is told and is not the one that is stored."""
    wanted = {code: row for code, row in told.items() if row.id_number}
    stored: dict[tuple[str, str], str] = {}
    ordered = sorted(wanted)
    for start in range(0, len(ordered), CHUNK):
        codes = ordered[start : start + CHUNK]
        rows = IdentityDocument.objects.filter(customer__tenant=tenant, customer__code__in=codes)
        stored |= {(code, kind): blind for code, kind, blind in rows.values_list("customer__code", "kind", "blind")}
    return {
        code for code, row in wanted.items() if stored.get((code, row.id_kind)) not in blinds_of(tenant, row.id_number)
    }


def document_rows(
    tenant: Tenant, ids: Mapping[str, int], told: Mapping[str, Particulars]
) -> Iterator[IdentityDocument]:
    """Documents ready to be stored."""
    for code, row in sorted(told.items()):
        number = written(row.id_number)
        yield IdentityDocument(
            tenant=tenant, customer_id=ids[code], kind=row.id_kind, masked=masked(number),
            sealed=seal(tenant=tenant, purpose=IDENTITY, bound=_bound(code, row.id_kind), plain=number),
            blind=blind_index(tenant=tenant, purpose=IDENTITY, plain=number),
        )  # fmt: skip


def opened(tenant: Tenant, customer: str, row: IdentityDocument) -> str:
    """The number of a document. UnableToUnseal."""
    return unseal(tenant=tenant, purpose=IDENTITY, bound=_bound(customer, row.kind), sealed=row.sealed)


def blinds_of(tenant: Tenant, number: str) -> list[str]:
    """What to look for to find a number."""
    return blind_indexes(tenant=tenant, purpose=IDENTITY, plain=written(number))


def _bound(customer: str, kind: str) -> str:
    return f"{customer}/{kind}"
