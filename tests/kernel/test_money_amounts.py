"""Amounts: read and written exactly, per currency, and refused where they cannot be."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from yidian.kernel.faults import BadInput
from yidian.kernel.money import (
    AMOUNT_LIMIT,
    CURRENCY_CODES,
    HALF_EVEN,
    HALF_UP,
    UP,
    Currency,
    UnableToCountInMicro,
    currency,
    format_micro,
    format_minor,
    micro_per_minor,
    parse_micro,
    parse_minor,
    to_micro,
    to_minor,
)

AMOUNTS = st.integers(-AMOUNT_LIMIT + 1, AMOUNT_LIMIT - 1)
CURRENCIES = st.sampled_from(CURRENCY_CODES).map(currency)


def code_of(refused) -> str:
    (fault,) = refused.value.faults
    return fault.code


def reason(text: str) -> str:
    with pytest.raises(BadInput) as refused:
        parse_micro(text)
    return code_of(refused)


@pytest.mark.parametrize(
    ("code", "digits"),
    [
        ("CNY", 2),
        ("USD", 2),
        ("EUR", 2),
        ("JPY", 0),
        ("KRW", 0),
        ("XAF", 0),
        ("KWD", 3),
        ("TND", 3),
        ("CLF", 4),
        ("XDR", 2),
    ],
)
def test_a_currency_knows_its_minor_unit(code, digits):
    assert currency(code) == Currency(code, digits)


def test_the_table_of_currencies_is_whole():
    """178 codes in force (13 of them without a minor unit of their own) and 6 withdrawn since 2021."""
    assert len(CURRENCY_CODES) == len(set(CURRENCY_CODES)) == 184
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in CURRENCY_CODES)
    by_digits = {d: sum(currency(code).minor_digits == d for code in CURRENCY_CODES) for d in (0, 2, 3, 4)}
    assert by_digits == {0: 17, 2: 158, 3: 7, 4: 2}


@pytest.mark.parametrize("code", ["", "cny", "RMB", "XYZ", "CNY ", "¥"])
def test_a_code_that_is_no_currency_is_refused(code):
    with pytest.raises(BadInput) as refused:
        currency(code)
    assert code_of(refused) == "CURRENCY_UNKNOWN"


def test_micro_to_minor_rounds_by_name():
    cny, jpy, kwd = currency("CNY"), currency("JPY"), currency("KWD")
    assert micro_per_minor(cny) == 10_000
    assert to_minor(amount_micro=1_005_000, currency=cny, rounding=HALF_UP) == 101
    assert to_minor(amount_micro=1_005_000, currency=cny, rounding=HALF_EVEN) == 100
    assert to_minor(amount_micro=-1_005_000, currency=cny, rounding=HALF_UP) == -101
    assert to_minor(amount_micro=1, currency=jpy, rounding=UP) == 1
    assert to_minor(amount_micro=1_234_500, currency=kwd, rounding=HALF_UP) == 1_235
    assert to_micro(amount_minor=129_00, currency=cny) == 129_000_000


def test_a_minor_unit_finer_than_a_millionth_is_not_counted_in_micro():
    with pytest.raises(UnableToCountInMicro):
        micro_per_minor(Currency("BTC", 8))


def test_a_minor_amount_too_large_for_micro_is_refused():
    with pytest.raises(BadInput) as refused:
        to_micro(amount_minor=1 << 61, currency=currency("CNY"))
    assert code_of(refused) == "AMOUNT_OUT_OF_RANGE"
    finest = Currency("XTS", 6)
    assert to_micro(amount_minor=1 - AMOUNT_LIMIT, currency=finest) == 1 - AMOUNT_LIMIT
    with pytest.raises(BadInput):
        to_micro(amount_minor=-AMOUNT_LIMIT, currency=finest)


@pytest.mark.parametrize(
    ("text", "amount_micro"),
    [
        ("0.06", 60_000),
        ("1234.50", 1_234_500_000),
        (" -0.05 ", -50_000),
        ("+3", 3_000_000),
        (".5", 500_000),
        ("5.", 5_000_000),
        ("-0", 0),
        ("0.000001", 1),
        ("0.10000000000000000000", 100_000),
        ("000000000000000000000000000000000007", 7_000_000),
        ("1e-05", 10),  # as a spreadsheet hands over 0.00001
        ("1.5E+3", 1_500_000_000),
        ("0e999", 0),
        ("4611686018427.387903", AMOUNT_LIMIT - 1),
    ],
)
def test_text_is_read_to_the_millionth(text, amount_micro):
    assert parse_micro(text) == amount_micro


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "-",
        "+.",
        "abc",
        "1,234.50",
        "1.2.3",
        "¥5",
        "5元",
        "--5",
        "1e",
        "0x10",
        "NaN",
        "inf",
        "1_000",
        "１２",
        "−5",
        "1 2",
        "1e9999999999",
    ],
)
def test_what_is_not_an_amount_is_refused(text):
    with pytest.raises(BadInput) as refused:
        parse_micro(text)
    assert code_of(refused) == "AMOUNT_NOT_A_NUMBER"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0.0000001", "AMOUNT_TOO_PRECISE"),
        ("1e-7", "AMOUNT_TOO_PRECISE"),
        ("1e-999", "AMOUNT_TOO_PRECISE"),
        ("4611686018427.387904", "AMOUNT_OUT_OF_RANGE"),
        ("-4611686018427.387904", "AMOUNT_OUT_OF_RANGE"),
        ("1e999", "AMOUNT_OUT_OF_RANGE"),
    ],
)
def test_what_cannot_be_kept_exactly_is_refused_with_its_reason(text, code):
    with pytest.raises(BadInput) as refused:
        parse_micro(text)
    assert code_of(refused) == code


def test_a_cell_of_a_hundred_thousand_digits_is_answered_like_any_other():
    assert parse_micro("0." + "0" * 100_000) == 0
    assert reason("9" * 100_000) == "AMOUNT_OUT_OF_RANGE"
    assert reason("0." + "0" * 100_000 + "1") == "AMOUNT_TOO_PRECISE"
    assert reason("9" * 100_000 + "x") == "AMOUNT_NOT_A_NUMBER"


def test_half_a_fen_or_a_tenth_of_a_yen_is_no_bill_amount():
    for text, code in (("0.005", "CNY"), ("0.1", "JPY"), ("0.0001", "BHD")):
        with pytest.raises(BadInput) as refused:
            parse_minor(text, currency(code))
        assert code_of(refused) == "AMOUNT_TOO_PRECISE"


@pytest.mark.parametrize(
    ("amount_minor", "code", "text"),
    [
        (123_450, "CNY", "1234.50"),
        (-5, "CNY", "-0.05"),
        (0, "CNY", "0.00"),
        (1234, "JPY", "1234"),
        (-1, "KWD", "-0.001"),
    ],
)
def test_a_bill_amount_shows_the_places_of_its_currency(amount_minor, code, text):
    assert format_minor(amount_minor, currency(code)) == text
    assert parse_minor(text, currency(code)) == amount_minor


def test_a_rated_amount_shows_what_it_needs_and_at_least_the_fen():
    assert [format_micro(m) for m in (1_234_500_000, -50_000, 1, 0, 60_000)] == [
        "1234.50",
        "-0.05",
        "0.000001",
        "0.00",
        "0.06",
    ]
    assert format_micro(7_000_000, at_least=0) == "7"


@settings(max_examples=200, deadline=None)
@given(amount=AMOUNTS, money=CURRENCIES)
def test_what_is_written_is_read_back(amount, money):
    assert parse_micro(format_micro(amount)) == amount
    assert parse_minor(format_minor(amount, money), money) == amount
    assert Decimal(format_micro(amount)) == Decimal(amount).scaleb(-6)


@settings(max_examples=200, deadline=None)
@example(digits=46116860184273879041, exponent=-7)  # beyond the limit, and finer than a millionth as well
@given(digits=st.integers(-(10**20), 10**20), exponent=st.integers(-14, 9))
def test_decimal_text_is_read_exactly_or_refused_for_what_it_is(digits, exponent):
    value = Decimal(digits).scaleb(exponent)
    units = Fraction(value) * 10**6
    text = str(value)
    if abs(units) >= AMOUNT_LIMIT:
        assert reason(text) == "AMOUNT_OUT_OF_RANGE"
    elif units.denominator != 1:
        assert reason(text) == "AMOUNT_TOO_PRECISE"
    else:
        assert parse_micro(text) == units
