"""The offers that an order is about: few rows, and the same that the whole tariff says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope
from tests.catalog.example import EXAMPLE

from yidian.domains.product_catalog.models import OfferStanding, TariffDraft
from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_catalog.queries import current_tariff, offers_for_orders, offers_held_back, stacking_offers
from yidian.domains.product_catalog.types import Terms, read_tariff, terms_of
from yidian.platform.tenancy.models import Tenant

ON = date(2026, 11, 20)


def test_offers_are_those_of_the_newest_tariff_read_without_the_rest_of_it(tenant: Tenant) -> None:
    assert offers_for_orders(tenant=tenant, on=ON) == {}
    example = read_tariff(EXAMPLE)
    first, *others = example.offers
    packs = [replace(one, stacks=True, months=n, ends_with="month", quota=n) for n, one in enumerate(others[:3], 1)]
    dated = replace(others[3], valid_from=date(2026, 1, 1), valid_to=ON, needs=(first.code,))
    changed = (replace(first, name_en="Of before"), *packs, dated, *others[4:])
    now = datetime(2026, 11, 2, tzinfo=UTC)
    load_tariff(tenant=tenant, tariff=example, source="t", now=now)
    load_tariff(tenant=tenant, tariff=replace(example, offers=changed), source="t", now=now)
    with scope(tenant=tenant):
        draft = TariffDraft.objects.create(
            tenant=tenant, number=1, content=b"", base=1, findings=[], changes=[], change_count=0, drafted_at=now,
            changed_at=now,
        )  # fmt: skip
        OfferStanding.objects.create(tenant=tenant, offer=first.code, state="suspended", draft=draft, since=now)
        with CaptureQueriesContext(connection) as asked:
            found = offers_for_orders(tenant=tenant, on=ON)
        with CaptureQueriesContext(connection) as again:
            assert offers_for_orders(tenant=tenant, on=ON) is found, "what nobody changes is kept"
        standing = OfferStanding.objects.create(
            tenant=tenant, offer=packs[0].code, state="withdrawn", draft=draft, since=now
        )
        assert offers_for_orders(tenant=tenant, on=ON)[packs[0].code].held_back == "OFFER_SALE_WITHDRAWN"
        standing.delete()
    assert (len(asked), len(again)) == (3, 2), "the newest edition, what is held back; and once its offers"
    assert not any("tariffprefix" in query["sql"] for query in asked.captured_queries)
    _, tariff = current_tariff(tenant=tenant)
    assert found.keys() == {offer.code for offer in tariff.offers}
    terms, held_back = terms_of(tariff), offers_held_back(tenant=tenant)
    assert held_back == {first.code: "OFFER_SALE_SUSPENDED"}
    for offer in tariff.offers:
        told = found[offer.code]
        assert told.terms == terms.get(offer.code, Terms())
        assert (told.sale_from, told.sale_to, told.quota) == (offer.valid_from, offer.valid_to, offer.quota)
        assert (told.name_zh, told.name_en, told.line_of_business) == (
            offer.name_zh, offer.name_en, offer.line_of_business
        )  # fmt: skip
        assert told.role == {"base": "main", "pack": "addon"}[offer.kind]
        assert told.held_back == held_back.get(offer.code, "")
        assert told.on_sale() == (offer.in_force(ON) and offer.code != first.code)
    assert (found[dated.code].on_sale(), found[dated.code].on_sale(date(2026, 11, 19))) == (False, True)
    assert stacking_offers(tenant=tenant) == {one.code for one in packs}
    load_tariff(tenant=tenant, tariff=example, source="t", now=now)
    published = offers_for_orders(tenant=tenant, on=ON)[first.code]
    assert (found[first.code].name_en, published.name_en) == ("Of before", first.name_en), "seen at once"
