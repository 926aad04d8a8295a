"""The lives of resources as tables: kind → state × event → state. What is not in a table cannot happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NUMBER, CARD, PORT, DEVICE = "number", "card", "port", "device"
KINDS: Final = (NUMBER, CARD, PORT, DEVICE)

PLANNED: Final = "planned"  # the block is told, nothing is done with its numbers
IN_POOL: Final = "in_pool"  # the operator's, given to nobody
STOCK: Final = "stock"
ALLOCATED: Final = "allocated"  # an organisation's or a reseller's, not yet offered
SELECTABLE: Final = "selectable"
FREE: Final = "free"
RESERVED: Final = "reserved"  # somebody's until an instant (预占)
IN_USE: Final = "in_use"
LOST: Final = "lost"
VOID: Final = "void"
QUARANTINE: Final = "quarantine"  # nobody's until an instant (冷冻期)
AWAY: Final = "away"  # in another network (携出), or back home in the one it came from
FAULTY: Final = "faulty"

STATES: Final[Mapping[str, tuple[str, ...]]] = {
    NUMBER: (PLANNED, IN_POOL, ALLOCATED, SELECTABLE, RESERVED, IN_USE, QUARANTINE, AWAY),
    CARD: (STOCK, ALLOCATED, RESERVED, IN_USE, LOST, VOID),
    PORT: (FREE, RESERVED, IN_USE, FAULTY),
    DEVICE: (STOCK, RESERVED, IN_USE, VOID),
}
HELD: Final = (RESERVED, IN_USE, LOST)  # somebody's: the row names its holder, and in no other state
TIMED: Final = (RESERVED, QUARANTINE)  # until an instant
OPEN: Final[Mapping[str, tuple[str, ...]]] = {  # whoever comes first may reserve it
    NUMBER: (SELECTABLE,),
    CARD: (STOCK, ALLOCATED),
    PORT: (FREE,),
    DEVICE: (STOCK,),
}
RANGE: Final = ("pool", "allocate", "take_back", "offer", "withdraw")  # events of ranges of numbers, by hand

TABLES: Final[Mapping[str, Mapping[tuple[str, str], str]]] = {
    NUMBER: {
        **dict.fromkeys([(state, "adopt") for state in (PLANNED, IN_POOL, ALLOCATED, SELECTABLE)], IN_USE),
        (PLANNED, "pool"): IN_POOL,
        (IN_POOL, "allocate"): ALLOCATED,
        (ALLOCATED, "allocate"): ALLOCATED,  # to another
        (ALLOCATED, "take_back"): IN_POOL,
        (ALLOCATED, "offer"): SELECTABLE,
        (SELECTABLE, "withdraw"): ALLOCATED,
        (SELECTABLE, "reserve"): RESERVED,
        (RESERVED, "reserve"): RESERVED,  # the same holder, longer
        (RESERVED, "release"): SELECTABLE,
        (RESERVED, "expire"): SELECTABLE,
        (RESERVED, "let_go"): AWAY,  # it was to come from another network and does not
        (RESERVED, "use"): IN_USE,
        (IN_USE, "hand_over"): IN_USE,  # 过户
        (IN_USE, "give_back"): SELECTABLE,  # 返销
        (IN_USE, "retire"): QUARANTINE,
        (IN_USE, "leave"): AWAY,  # 携出, or home to the network it came from
        (QUARANTINE, "restore"): IN_USE,  # it was retired, or left, and that is taken back
        (AWAY, "restore"): IN_USE,
        (QUARANTINE, "rest"): IN_POOL,
        (AWAY, "enter"): RESERVED,  # 携入
        (AWAY, "come_home"): QUARANTINE,  # given up where it was, it is its block's again
    },
    CARD: {
        **dict.fromkeys([(state, "adopt") for state in (STOCK, ALLOCATED)], IN_USE),
        (STOCK, "allocate"): ALLOCATED,
        (ALLOCATED, "allocate"): ALLOCATED,
        (ALLOCATED, "take_back"): STOCK,
        (STOCK, "reserve"): RESERVED,
        (ALLOCATED, "reserve"): RESERVED,
        (RESERVED, "reserve"): RESERVED,
        (RESERVED, "release"): STOCK,
        (RESERVED, "expire"): STOCK,
        (RESERVED, "shelve"): ALLOCATED,  # as release and expire, of a card that an organisation has
        (RESERVED, "write"): RESERVED,  # a blank card gets its IMSI
        (RESERVED, "use"): IN_USE,
        (IN_USE, "hand_over"): IN_USE,
        (IN_USE, "give_back"): STOCK,
        (IN_USE, "retire"): VOID,
        (IN_USE, "lose"): LOST,  # 挂失
        (LOST, "find"): IN_USE,  # 解挂
        (LOST, "retire"): VOID,
        (VOID, "restore"): IN_USE,
        (VOID, "restore_lost"): LOST,
        (STOCK, "scrap"): VOID,
        (ALLOCATED, "scrap"): VOID,
    },
    PORT: {
        (FREE, "reserve"): RESERVED,
        (RESERVED, "reserve"): RESERVED,
        (RESERVED, "release"): FREE,
        (RESERVED, "expire"): FREE,
        (RESERVED, "use"): IN_USE,
        (IN_USE, "hand_over"): IN_USE,
        (IN_USE, "give_back"): FREE,
        (IN_USE, "retire"): FREE,
        (FREE, "restore"): IN_USE,
        (FREE, "break"): FAULTY,
        (FAULTY, "mend"): FREE,
    },
    DEVICE: {
        (STOCK, "reserve"): RESERVED,
        (RESERVED, "reserve"): RESERVED,
        (RESERVED, "release"): STOCK,
        (RESERVED, "expire"): STOCK,
        (RESERVED, "use"): IN_USE,
        (IN_USE, "hand_over"): IN_USE,
        (IN_USE, "give_back"): STOCK,
        (STOCK, "scrap"): VOID,
    },
}  # fmt: skip
EVENTS: Final[Mapping[str, tuple[str, ...]]] = {
    kind: tuple(dict.fromkeys(event for _, event in table)) for kind, table in TABLES.items()
}


def after(*, kind: str, state: str, event: str) -> str | None:
    """The state of a resource after an event; None where the table has none."""
    return TABLES[kind].get((state, event))


def before(*, kind: str, event: str) -> tuple[str, ...]:
    """The states in which an event is possible."""
    return tuple(state for state, known in TABLES[kind] if known == event)
