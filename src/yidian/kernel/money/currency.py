"""Currencies of ISO 4217 and how many digits stand behind the point of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yidian.kernel.faults import refuse
from yidian.kernel.money.rounding import divide

MICRO_DIGITS: Final = 6
AMOUNT_LIMIT: Final = 1 << 62  # no amount, in whatever unit, reaches this: the sum of two stays within 64 bits

# Two digits: in force, funds codes, and those withdrawn since 2021 that records still carry (ANG BGN CUC HRK SLL ZWL).
_TWO: Final = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK
HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP
SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG
YER ZAR ZMW ZWG ZWL
"""
# ISO names no minor unit for these (special drawing rights, metals, bond market units, test and "no currency");
# roaming settles XDR to the hundredth, and so do we for all of them.
_UNNAMED: Final = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX"
_EXCEPTIONS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency by its ISO 4217 code; `minor_digits` places behind the point make its minor unit (CNY: 2, 分)."""

    code: str
    minor_digits: int


class UnableToCountInMicro(ValueError):
    """The minor unit of the currency is finer than a millionth."""


_BY_CODE: Final = {code: Currency(code, 2) for code in (_TWO + _UNNAMED).split()} | {
    code: Currency(code, digits) for digits, codes in _EXCEPTIONS.items() for code in codes.split()
}
CURRENCY_CODES: Final = tuple(sorted(_BY_CODE))


def currency(code: str) -> Currency:
    """The currency of an ISO 4217 code in capitals. Refuses CURRENCY_UNKNOWN."""
    found = _BY_CODE.get(code)
    if found is None:
        raise refuse("CURRENCY_UNKNOWN", value=code, currency=code[:20])
    return found


def micro_per_minor(currency: Currency) -> int:
    """How many micro-units make one minor unit (CNY: 10 000; JPY: 1 000 000)."""
    if not 0 <= currency.minor_digits <= MICRO_DIGITS:
        raise UnableToCountInMicro(currency)
    return int(10 ** (MICRO_DIGITS - currency.minor_digits))


def to_minor(*, amount_micro: int, currency: Currency, rounding: int) -> int:
    """The amount in minor units, rounded by a named rounding (`rounding.HALF_UP` …)."""
    return divide(amount_micro, micro_per_minor(currency), rounding)


def to_micro(*, amount_minor: int, currency: Currency) -> int:
    """The amount in micro-units, exactly. Refuses AMOUNT_OUT_OF_RANGE where that would leave 62 bits."""
    amount_micro = amount_minor * micro_per_minor(currency)
    if abs(amount_micro) >= AMOUNT_LIMIT:
        raise refuse("AMOUNT_OUT_OF_RANGE", value=amount_minor)
    return amount_micro
