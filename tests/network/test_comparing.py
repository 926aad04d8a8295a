"""What ought to be open beside what is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yidian.platform.network.comparing import Difference, differences
from yidian.platform.network.types import OpenLine

LINES = st.dictionaries(
    st.sampled_from(["S1", "S2", "S3", "S4", "张三"]),
    st.tuples(st.sampled_from(["1", "2"]), st.sampled_from(["none", "two"])),
)


def streamed(lines: dict[str, tuple[str, str]]) -> list[OpenLine]:
    return [OpenLine(name, *lines[name]) for name in sorted(lines)]


@settings(max_examples=100, derandomize=True)
@given(ours=LINES, theirs=LINES, under_way=st.sets(st.sampled_from(["S1", "S3"])))
def test_every_difference_is_told_once_and_nothing_else(
    ours: dict[str, tuple[str, str]], theirs: dict[str, tuple[str, str]], under_way: set[str]
) -> None:
    found = list(differences(ours=streamed(ours), theirs=streamed(theirs), under_way=under_way))
    expected = []
    for name in sorted(({*ours, *theirs}) - under_way):
        here, there = ours.get(name), theirs.get(name)
        if here is None or there is None:
            code, line = ("NETWORK_LINE_MISSING", here) if here else ("NETWORK_LINE_SURPLUS", there)
            assert line is not None
            expected.append(Difference(code, {"subscriber": name, "number": line[0]}))
            continue
        for code, mine, yours in (
            ("NETWORK_NUMBER_DIFFERS", here[0], there[0]),
            ("NETWORK_BARS_DIFFER", here[1], there[1]),
        ):
            if mine != yours:
                expected.append(Difference(code, {"subscriber": name, "ours": mine, "theirs": yours}))
    assert found == expected


def test_streams_that_do_not_ascend_are_not_compared() -> None:
    twice = [OpenLine("S1", "1", "none")] * 2
    for ours, theirs in ((twice, []), ([], twice)):
        with pytest.raises(ValueError, match="ascending"):
            list(differences(ours=ours, theirs=theirs))
