"""One rating unit that cannot be priced: it is set aside with its reason, all others are billed, and so is it later."""

from __future__ import annotations

import csv
from pathlib import Path

from tests import installations
from tests.faults.files_of_the_operator import PEOPLE
from tests.faults.small_operator import CYCLE, Kept, Operator

VICTIM = 30  # of the standard plan, alone in its unit
OFFER = "absurd,base,天价,a price nobody can pay,1,,,,"
PRICE = "absurd,voice_local,*,{price},1s,1s,,,,,"


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def exported(kept: Kept, what: str, ending: str = "csv") -> list[dict[str, str]]:
    path = kept.folder / f"{what}.{ending}"
    path.unlink(missing_ok=True)
    ended = kept.run("export", what, CYCLE, "-o", str(path))
    assert ended.code == 0, ended
    return table(path)


def load_tariff(kept: Kept, operator: Operator, price: str) -> None:
    """The operator's tariff with one more offer, which prices local calls so."""
    import shutil

    folder = kept.folder / "tariff-with-absurd"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(operator.folder / "files" / "tariff", folder)
    for sheet, row in (("offers", OFFER), ("prices", PRICE.format(price=price))):
        with (folder / f"{sheet}.csv").open("a", encoding="utf-8") as file:
            file.write(row + "\n")
    ended = kept.run("tariff", "load", str(folder))
    assert ended.code == 0, ended


def give(kept: Kept) -> None:
    """The victim holds the absurd offer, and has talked so long that its price leaves 64 bits."""
    who = PEOPLE[VICTIM]
    rows = "customer,account,subscriber,kind,identifier,home_area,pool,offer,from,to\n" + (
        f"C-A{VICTIM:03d},A{VICTIM:03d},S{VICTIM:03d},msisdn,{who.number},{who.area},,absurd,2026-10-01,\n"
    )
    (kept.folder / "absurd.csv").write_text(rows, encoding="utf-8")
    assert kept.run("import", "customers", "absurd.csv").code == 0
    lines = [
        f"X{n},MOC,{who.number},{who.area}88880000,{who.area},2026-10-0{1 + n} 10:00:00,1000000,0" for n in range(9)
    ]
    text = "\n".join(["reference,type,caller,callee,area,began,lasted,price", *lines])
    (kept.folder / "long-calls.csv").write_text(text + "\n", encoding="utf-8")
    assert kept.run("collect", "--mapping", "files/calls.yaml", "long-calls.csv").code == 0


def bills(kept: Kept, command: str = "rate") -> dict[str, dict[str, str]]:
    for argv in ((command, CYCLE), ("bill", CYCLE)):
        ended = kept.run(*argv)
        assert ended.code == 0, ended
    return {row["account"]: row for row in exported(kept, "bills")}


def test_a_unit_beyond_64_bits_is_parked_and_everybody_else_is_billed_as_without_it(
    kept: Kept, operator: Operator
) -> None:
    victim = f"A{VICTIM:03d}"
    operator.stand(kept, before="rate", threads=2)
    load_tariff(kept, operator, "9000000000")
    without = bills(kept)
    assert victim in without
    usage_without = [row for row in exported(kept, "usage") if row["account"] != victim]

    give(kept)
    rated = kept.run("rate", CYCLE)
    assert rated.code == 0, rated
    billed = bills(kept)
    assert billed == {account: row for account, row in without.items() if account != victim}
    assert [row for row in exported(kept, "usage") if row["account"] != victim] == usage_without
    assert not any(row["account"] == victim for row in exported(kept, "usage"))
    assert "AMOUNT_OVERFLOW" in reasons(kept), reasons(kept)
    refused = kept.run("close", CYCLE)
    assert refused.code == 3, refused
    assert "1" in refused.err, "it says how many are set aside"

    load_tariff(kept, operator, "0.01")
    healed = bills(kept)
    assert {account: row for account, row in healed.items() if account != victim} == billed
    assert float(healed[victim]["total"]) > float(without[victim]["total"])
    assert "AMOUNT_OVERFLOW" not in reasons(kept)
    assert kept.run("close", CYCLE).code == 0
    assert kept.run("doctor").code == 0


def reasons(kept: Kept) -> set[str]:
    """Reasons for which something is set aside now."""
    home = kept.folder / "installation"
    rows = installations.sql(home, "SELECT code FROM customer_bill_parkedunit WHERE resolved_at IS NULL")
    return {code for (code,) in rows}
