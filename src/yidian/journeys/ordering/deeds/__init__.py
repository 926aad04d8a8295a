"""The deeds by their codes (domains/product_order/deeds.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from yidian.journeys.ordering.deeds import leaving, moving, numbers, offers, opening, owner, stopping
from yidian.journeys.ordering.doing import Doing

DOINGS: Final[Mapping[str, Doing]] = {
    "new": opening.NEW,
    "port_in": opening.PORT_IN,
    "plan_change": offers.PLAN_CHANGE,
    "add_on": offers.ADD_ON,
    "drop_on": offers.DROP_ON,
    "contract": offers.CONTRACT,
    "number_change": numbers.NUMBER_CHANGE,
    "card_swap": numbers.CARD_SWAP,
    "relocation": moving.RELOCATION,
    "transfer": owner.TRANSFER,
    "keep_number": stopping.KEEP_NUMBER,
    "loss": stopping.LOSS,
    "found": stopping.FOUND,
    "stop": stopping.STOP,
    "resume": stopping.RESUME,
    "pre_terminate": stopping.PRE_TERMINATE,
    "un_terminate": stopping.UN_TERMINATE,
    "terminate": leaving.TERMINATE,
    "port_out": leaving.PORT_OUT,
}
