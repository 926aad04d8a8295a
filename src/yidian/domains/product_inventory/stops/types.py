"""The reasons for which a line is stopped, as codes of the operator's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

ONE, TWO = "one", "two"  # 单停: outgoing barred; 双停: both ways
WAYS: Final = (ONE, TWO)
KEEP: Final = "keep_number"
UNSTATED: Final = "unstated"  # a file of states said that the line is stopped, and not why
BOTH: Final = frozenset(WAYS)
ONLY_TWO: Final = frozenset({TWO})
REASONS: Final[Mapping[str, frozenset[str]]] = {  # reason → the ways it may stop
    "on_request": BOTH,  # 申请停机
    "loss": ONLY_TWO,  # 挂失
    KEEP: ONLY_TWO,  # 停机保号
    "arrears": BOTH,  # 欠费停机
    "rule_violation": BOTH,  # 违章停机
    "data_abnormal": BOTH,  # 数据异常停机
    "operator": BOTH,  # 局方停机
    "not_real_name": BOTH,  # 未实名停机
    "over_five_cards": BOTH,  # 一证五卡停机
    "high_fee": BOTH,  # 高额停机
    "not_activated": ONLY_TWO,  # 未激活
    "test": ONLY_TWO,  # 测试期
    UNSTATED: ONLY_TWO,
}


class Stop(NamedTuple):
    """A reason in force, since when (UTC ms)."""

    reason: str
    ways: str
    since_ms: int
