"""What must hold between the rows of a tariff. Each rule complains of a draft with its own codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from yidian.domains.product_catalog.rules import (
    bands,
    bills,
    calling,
    carrying,
    counting,
    holding,
    ladders,
    measures,
    once,
    pools,
    references,
    rows,
    taxes,
)
from yidian.domains.product_catalog.rules.draft import Draft

RULES: Final[tuple[Callable[[Draft], None], ...]] = (
    rows.periods_are_not_empty,
    rows.reserved_codes_are_not_used,
    rows.discounts_are_clear,
    rows.day_prices_are_told,
    holding.holdings_make_sense,
    holding.needs_name_offers,
    once.nothing_is_said_twice,
    once.no_item_has_two_caps,
    references.zones_are_known,
    calling.networks_are_known,
    calling.provinces_are_told,
    calling.areas_are_of_the_tariff,
    references.items_are_known,
    references.offers_are_known,
    references.bands_are_known,
    references.tax_classes_are_known,
    measures.quantities_fit_the_measure,
    measures.allowances_have_one_measure,
    measures.counters_have_one_measure,
    measures.only_durations_are_split,
    counting.blocks_on_a_counter_have_one,
    counting.volume_prices_are_clear,
    counting.set_ups_stand_first,
    counting.only_usage_is_free_below,
    pools.days_are_not_prorated,
    carrying.only_cycles_are_carried,
    pools.members_share,
    pools.conversions_serve,
    pools.what_converts_has_no_gap,
    pools.marks_have_one_measure,
    ladders.ladders_are_sound,
    ladders.prices_have_no_gap,
    bands.every_minute_has_one_band,
    taxes.rates_have_no_gap,
    bills.fees_make_sense,
    bills.leaving_makes_sense,
    bills.parts_belong_to_a_fee,
    bills.bundles_name_offers,
)
