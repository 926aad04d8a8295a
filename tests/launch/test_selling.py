"""An offer is given to somebody only while it is on sale; who has it keeps it (MV-20)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.launch.way import Way

from yidian.domains.product_catalog.queries import current_tariff, offers_held_back
from yidian.domains.product_inventory.operations import import_customers
from yidian.domains.product_inventory.types import ImportReport
from yidian.kernel.faults import BadInput

HEAD = "customer,account,subscriber,identifier,offer,from,to,pool\n"


def give(tenant: Any, folder: Path, *rows: str) -> ImportReport:
    path = folder / "customers.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n")
    _, tariff = current_tariff(tenant=tenant)
    known = {offer.code: (offer.valid_from, offer.valid_to) for offer in tariff.offers}
    return import_customers(tenant=tenant, path=path, known_offers=known, held_back=offers_held_back(tenant=tenant))


def test_ordering_an_offer_in_testing_fails_and_after_its_launch_succeeds(tenant: Any, tmp_path: Path) -> None:
    way = Way(tenant).to("published")
    [offer, *_] = way.facts.offers
    old, new = (f"c{n},a{n},s{n},1380000000{n},{offer},2026-11-01,," for n in (1, 2))
    for event, code in (("test_passed", "OFFER_NOT_ON_SALE_YET"), ("launch", "OFFER_NOT_ON_SALE_YET")):
        with pytest.raises(BadInput) as refused:
            give(tenant, tmp_path, old)
        [fault] = refused.value.faults
        assert (fault.code, fault.where.line, fault.where.column, fault.value) == (code, 2, "offer", offer)
        way.do(event)
    assert give(tenant, tmp_path, old).counts["holdings"].added == 1
    for event, code in (("suspend", "OFFER_SALE_SUSPENDED"), ("withdraw", "OFFER_SALE_WITHDRAWN")):
        way.do(event)
        with pytest.raises(BadInput) as refused:
            give(tenant, tmp_path, old, new)
        assert [(fault.code, fault.where.line) for fault in refused.value.faults] == [(code, 3)]
        assert give(tenant, tmp_path, old).nothing_new, "who has it keeps it"
