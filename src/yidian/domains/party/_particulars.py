"""What is told of customers held against what is stored: only what differs is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from yidian.domains.party._documents import masked, written
from yidian.domains.party.bulk import DocumentRow
from yidian.domains.party.models import IdentityDocument
from yidian.domains.party.types import KnownCustomer, Particulars
from yidian.platform.secrets.sealing import blind_index, blind_indexes, seal, unseal
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500
WHOLE: Final = 10_000  # with more customers than this one pass over the tenant's documents is quicker
IDENTITY: Final = "identity"  # the purpose that documents are sealed for


def changed_fields(
    known: Mapping[str, KnownCustomer], told: Mapping[str, Particulars]
) -> dict[str, tuple[str, str, str]]:
    """code → organisation, phone and address as they shall be, of known customers of which something new is told."""
    found = {}
    for code, before in known.items():
        row = told.get(code)
        if row is not None:
            now = (before.organisation, before.phone, before.address)
            after = (row.organisation or now[0], row.phone or now[1], row.address or now[2])
            if after != now:
                found[code] = after
    return found


def changed_documents(tenant: Tenant, told: Mapping[str, Particulars]) -> set[str]:
    """Codes of customers whose document is told and is not the one that is stored."""
    wanted = {code: row for code, row in told.items() if row.id_number}
    stored = {(code, kind): blind for code, kind, blind in _stored(tenant, sorted(wanted))}
    return {
        code for code, row in wanted.items() if stored.get((code, row.id_kind)) not in blinds_of(tenant, row.id_number)
    }


def _stored(tenant: Tenant, codes: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """(customer, kind, blind) of the documents of these customers; of so many, of all the tenant's."""
    columns = ("customer__code", "kind", "blind")
    if len(codes) > WHOLE:
        yield from IdentityDocument.objects.filter(tenant=tenant).values_list(*columns).iterator(chunk_size=10_000)
        return
    for start in range(0, len(codes), CHUNK):
        some = codes[start : start + CHUNK]
        rows = IdentityDocument.objects.filter(customer__tenant=tenant, customer__code__in=some)
        yield from rows.values_list(*columns)


def document_rows(tenant: Tenant, ids: Mapping[str, int], told: Mapping[str, Particulars]) -> Iterator[DocumentRow]:
    """Documents ready to be stored."""
    for code, row in sorted(told.items()):
        number = written(row.id_number)
        yield DocumentRow(
            customer_id=ids[code], kind=row.id_kind, masked=masked(number),
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
