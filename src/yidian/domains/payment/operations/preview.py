"""What a file of payments would bring, line by line, without taking anything: the import's own steps."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from yidian.domains.payment.intake.judge import find_payers, held_by_trailer, judge
from yidian.domains.payment.intake.lines import read_lines
from yidian.domains.payment.operations.channels import mapping_of_channel
from yidian.domains.payment.operations.sorting import MOST_REJECTS, Known, sort
from yidian.domains.payment.queries import file_known
from yidian.domains.payment.types import FileReport
from yidian.kernel.money import currency
from yidian.platform.tenancy.models import Tenant

PART: Final = 500


def preview_payments(*, tenant: Tenant, path: Path, name: str, channel: str, now: datetime) -> FileReport:
    """What importing it now would answer; `again` where it was imported before. BadInput as import_uploaded."""
    known_file = file_known(tenant=tenant, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    if known_file is not None:
        return known_file
    mapping, unit = mapping_of_channel(tenant=tenant, channel=channel), currency(tenant.currency)
    lines = read_lines(path=path, mapping=mapping, currency=unit)
    judged = judge(lines=lines, mapping=mapping, currency=unit, now=now)
    reason, params = held_by_trailer(lines=lines, judged=judged, mapping=mapping)
    good = suspended = duplicates = amount_minor = rejected = 0
    rejects: list[list[Any]] = []
    before: Known = {}
    for start in range(0, len(judged), PART):
        part = judged[start : start + PART]
        payments = [one.payment for one in part if one.payment is not None]
        named = {one.line: one for one in find_payers(tenant=tenant, mapping=mapping, payments=payments)}
        found = sort(tenant=tenant, mapping=mapping, part=part, named=named, before=before)
        suspended += sum(not one.account for one in found.fresh)
        good += sum(bool(one.account) for one in found.fresh)
        duplicates, rejected = duplicates + found.duplicates, rejected + len(found.rejects)
        amount_minor += sum(one.amount_minor for one in found.fresh)
        rejects += found.rejects[: MOST_REJECTS - len(rejects)]
    return FileReport(
        name=name, state="held" if reason else "preview", reason=reason, params=params, rows=len(judged), good=good,
        duplicates=duplicates, suspended=suspended, rejected=rejected, amount_minor=amount_minor,
        rejects=tuple((line, column, value, code, told) for line, column, value, code, told in rejects),
        channel=channel, sha256=lines.sha256,
    )  # fmt: skip
