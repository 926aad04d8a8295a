"""What the commands of numbers, cards, ports and terminals show alike: one as it stands, how many there are."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.platform.writing.frame import Frame

STEPS: Final = ("AT", "EVENT", "AFTER", "HOLDER", "ORGANISATION", "ACTOR")


def columns(*names: str) -> list[str]:
    return [f"RESOURCE_COLUMN_{name}" for name in names]


def declare_shown(actions: Any, words: Callable[..., str]) -> None:
    """`show ID` and `counts`."""
    shown = actions.add_parser("show", help=words(en="one, and what happened to it", zh="查看一个及其历史"))
    shown.add_argument("id", metavar="ID", help=words(en="its digits or code", zh="号码、卡号、编码"))
    counted = actions.add_parser("counts", help=words(en="how many in which state", zh="各状态数量"))
    of = words(en="only of this block, batch, box or model", zh="仅此号段、批次、箱体或型号")
    counted.add_argument("of", nargs="?", default="", metavar="OF", help=of)


def show(context: Context, kind: str, id: str) -> int:
    """0; 2 where there is none (UnableToHold)."""
    tenant = context.tenant
    context.demand("resource.read")
    from yidian.domains.resource_inventory.operations import UnableToHold
    from yidian.domains.resource_inventory.queries import resource, steps_of
    from yidian.kernel.calendar import from_ms

    found = resource(tenant=tenant, kind=kind, id=id, now=context.now)
    if found is None:
        raise UnableToHold("RESOURCE_UNKNOWN", kind=kind, resource=id)
    told = {name: value for name, value in asdict(found).items() if value not in ("", 0, False)}
    told["state"] = state_words(context, found.state)
    if found.until_ms:
        told["until_ms"] = context.local(from_ms(found.until_ms))
    rows = [(name.removesuffix("_ms"), str(value)) for name, value in told.items()]
    context.table("RESOURCE_SHOWN", columns("WHAT", "VALUE"), rows)
    steps = [
        (
            context.local(from_ms(one.at_ms)), one.event, state_words(context, one.after), one.holder,
            one.organisation, one.actor,
        )
        for one in steps_of(tenant=tenant, kind=kind, id=id)
    ]  # fmt: skip
    context.table("RESOURCE_STEPS", columns(*STEPS), steps)
    return 0


def count(context: Context, kind: str, of: str) -> int:
    tenant = context.tenant
    context.demand("resource.read")
    from yidian.domains.resource_inventory.queries import counts

    rows = [(one.of, state_words(context, one.state), one.count) for one in counts(tenant=tenant, kind=kind, of=of)]
    context.table("RESOURCE_COUNTS", columns("OF", "STATE", "COUNT"), rows)
    return 0


def change(context: Context, args: argparse.Namespace, *, name: str, work: Callable[[Frame], dict[str, Any]]) -> Any:
    """One write of a command; its answer. The same line at the same instant is one."""
    context.demand("resource.change")
    from yidian.platform.writing.operations import perform

    told = {key: str(value) for key, value in sorted(vars(args).items()) if value is not None}
    outcome = perform(
        tenant=context.tenant, actor=context.actor, operation=f"{name}.{args.action}",
        key=f"{context.now.isoformat()}/{getattr(args, 'id', None) or getattr(args, 'block', '')}"[:200],
        request=told, now=context.now, work=work,
    )  # fmt: skip
    return outcome.answer


def state_words(context: Context, state: str) -> str:
    from yidian.platform.wording import text

    return text(f"RESOURCE_STATE_{state.upper()}", context.lang)
