"""Prices that cannot be counted exactly in 64 bits are refused when a tariff is read, not when a month needs it."""

from __future__ import annotations

import pytest

from yidian.kernel.faults import BadInput
from yidian.kernel.rating.book import prove_bounds
from yidian.kernel.rating.tariff import Item, Price, Tariff


def tariff(*prices: tuple[int, int]) -> Tariff:
    rows = tuple(
        Price(offer=f"o{n}", item="voice", price_micro=price, per=per, block=1) for n, (price, per) in enumerate(prices)
    )
    return Tariff(currency="CNY", zone="Asia/Shanghai", items=(Item(code="voice", measure="duration"),), prices=rows)


def test_ordinary_prices_are_within_bounds() -> None:
    prove_bounds(tariff((150_000, 60), (70_000, 6), (30_000, 1 << 20)))


def test_a_dear_second_beside_a_price_of_many_seconds_is_refused() -> None:
    with pytest.raises(BadInput, match="PRICE_BEYOND_BOUNDS"):
        prove_bounds(tariff((1, 999_983), (999_999_999_000_000, 1)))


def test_periods_without_a_common_measure_are_refused() -> None:
    primes = (999_983, 999_979, 999_961, 999_959)
    with pytest.raises(BadInput, match="PRICE_BEYOND_BOUNDS"):
        prove_bounds(tariff(*((1, prime) for prime in primes)))
