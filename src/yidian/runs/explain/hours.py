"""The hours of price bands as a clock shows them."""

from __future__ import annotations

from collections.abc import Collection

from yidian.kernel.rating.tariff import ANY, Tariff


def hours(tariff: Tariff, item: str, bands: Collection[str]) -> str:
    """ "23:00–07:00" of the named bands of an item; "" for any time, or an item whose price has no bands."""
    of = next((row.band_set for row in tariff.items if row.code == item and row.band_set), "")
    if not of or ANY in bands or not any(bands):
        return ""
    found = sorted({(b.from_minute, b.to_minute) for b in tariff.bands if b.band_set == of and b.band in bands})
    whole = [pair for pair in found if pair != (0, 1440)]
    return ", ".join(f"{_clock(begin)}–{_clock(end)}" for begin, end in _joined(whole))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Over midnight in one: 22:00–24:00 and 00:00–06:00 are 22:00–06:00."""
    if len(spans) > 1 and spans[0][0] == 0 and spans[-1][1] == 1440:
        return [*spans[1:-1], (spans[-1][0], spans[0][1])]
    return spans


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
