"""拆机 and 携出: a subscription ends; its number rests or goes with the customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yidian.domains.product_inventory.types import Change, EndIdentifier, EndOffer, SetLife
from yidian.domains.product_order.types import StepPlan
from yidian.journeys.ordering.deeds.bars import closing
from yidian.journeys.ordering.deeds.offers import stands
from yidian.journeys.ordering.doing import Doing, Move, UnableToDo, fees, steps
from yidian.journeys.ordering.situation import Situation


def _check(s: Situation) -> None:
    stands(s)


def _check_out(s: Situation) -> None:
    stands(s)
    if s.staying:
        raise UnableToDo(s.staying[0], subscriber=s.item.subscriber, reasons=" ".join(s.staying))
    if s.code_fault:
        raise UnableToDo(s.code_fault, "code", subscriber=s.item.subscriber)


def _steps(s: Situation) -> list[StepPlan]:
    told = {
        "number": s.number(), "imsi": s.identifier("imsi"), "iccid": s.identifier("iccid"),
        "services": " ".join(held.offer for held in stands(s).holdings), "line_of_business": s.line,
    }  # fmt: skip
    return steps(before=(closing(s, told),))


def _changes(s: Situation, at_ms: int) -> Sequence[Change]:
    me, old = s.item.subscriber, stands(s)
    made: list[Change] = [
        EndIdentifier(subscriber=me, kind=kind, value=value, at_ms=at_ms)
        for kind, values in old.identifiers.items()
        for value in values
    ]
    made += [EndOffer(subscriber=me, offer=held.offer, at_ms=at_ms, began_ms=held.from_ms) for held in old.holdings]
    return [*fees(s, me, at_ms), *made, SetLife(subscriber=me, life="terminated", at_ms=at_ms)]


def _moves(s: Situation) -> list[Move]:
    return [Move("retire", one.kind, one.id) for one in s.had]


def _moves_out(s: Situation) -> list[Move]:
    gone = [Move("leave" if one.kind == "number" else "retire", one.kind, one.id) for one in s.had]
    return [*gone, Move("ported", "number", s.identifier("msisdn"), s.told("recipient"))]


TERMINATE: Final = Doing(check=_check, steps=_steps, changes=_changes, moves=_moves)
PORT_OUT: Final = Doing(check=_check_out, steps=_steps, changes=_changes, moves=_moves_out)
