"""Tax by class and date, contained in the price."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yidian.kernel.faults import BadInput
from yidian.kernel.money import DOWN, HALF_UP
from yidian.kernel.rating.tariff import Tax
from yidian.kernel.tax import included_tax, rate_ppm

CHANGE = date(2026, 1, 1)  # mobile data, SMS and broadband become basic telecom: 6 % → 9 %
TAXES = (
    Tax(tax_class="voice", rate_ppm=90_000),
    Tax(tax_class="data", rate_ppm=60_000, valid_to=CHANGE),
    Tax(tax_class="data", rate_ppm=90_000, valid_from=CHANGE),
)


def test_109_yuan_at_9_percent_contain_9_yuan():
    assert included_tax(gross_minor=109_00, rate_ppm=90_000) == 9_00


@pytest.mark.parametrize(
    ("gross_minor", "rate", "tax_minor"),
    [
        (106_00, 60_000, 6_00),
        (129_00, 90_000, 10_65),
        (1, 90_000, 0),
        (6, 90_000, 0),
        (7, 90_000, 1),
        (0, 90_000, 0),
        (50_00, 0, 0),
    ],
)
def test_the_tax_in_a_price_on_the_worked_table(gross_minor, rate, tax_minor):
    assert included_tax(gross_minor=gross_minor, rate_ppm=rate) == tax_minor
    assert included_tax(gross_minor=-gross_minor, rate_ppm=rate) == -tax_minor  # a credit gives the same tax back


def test_another_rounding_may_be_named():
    assert included_tax(gross_minor=129_00, rate_ppm=90_000, rounding=DOWN) == 10_65
    assert included_tax(gross_minor=7, rate_ppm=90_000, rounding=DOWN) == 0


def test_data_changes_from_6_to_9_percent_with_the_year_2026():
    assert rate_ppm(TAXES, "data", date(2025, 12, 31)) == 60_000
    assert rate_ppm(TAXES, "data", CHANGE) == 90_000
    assert rate_ppm(TAXES, "voice", date(2025, 12, 31)) == 90_000
    bill = [
        included_tax(gross_minor=106_00, rate_ppm=rate_ppm(TAXES, "data", on)) for on in (date(2025, 12, 31), CHANGE)
    ]
    assert bill == [6_00, 8_75]


def test_a_class_without_a_rate_on_the_date_is_refused():
    for taxes, tax_class in ((TAXES, "cards"), (TAXES[2:], "data")):
        with pytest.raises(BadInput) as refused:
            rate_ppm(taxes, tax_class, date(2025, 12, 31))
        assert refused.value.faults[0].code == "TAX_RATE_MISSING"
        assert refused.value.faults[0].params == {"tax_class": tax_class, "date": "2025-12-31"}


def test_two_rates_in_force_at_once_are_refused_even_if_equal():
    with pytest.raises(BadInput) as refused:
        rate_ppm([TAXES[0], TAXES[0]], "voice", CHANGE)
    assert refused.value.faults[0].code == "TAX_RATE_OVERLAP"


@settings(max_examples=150, deadline=None)
@given(gross_minor=st.integers(-(1 << 62), 1 << 62), rate=st.integers(0, 500_000))
def test_tax_is_the_rate_of_the_net_to_half_a_unit(gross_minor, rate):
    tax = included_tax(gross_minor=gross_minor, rate_ppm=rate, rounding=HALF_UP)
    exact = gross_minor - gross_minor / (1 + Fraction(rate, 1_000_000))
    assert abs(tax - exact) <= Fraction(1, 2)
