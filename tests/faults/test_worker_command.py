"""The worker's command line: jobs asked for and done, with the rights of whoever asked, at the time they are done."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from tests import forks, installations
from tests.faults.test_worker import YIDIAN, Shop, model_shop, said, shop

__all__ = ["model_shop", "shop"]


def test_a_job_is_asked_for_done_and_listed(shop: Shop) -> None:
    shop.types("jobs", "run", "audit.seal", "--key", "tonight")
    shop.types("jobs", "run", "audit.seal", "--key", "tonight")
    shop.types("jobs", "run", "rate")
    shop.types("jobs", "schedule", "night", "audit.seal", "daily 02:30")
    told = shop.types("worker", "--once")
    assert "Jobs tried: 2" in told
    assert shop.jobs()[-1][:2] == ("tonight", "done")
    assert "the job needs the parameter cycle" in shop.types("jobs", "list", "--state", "parked")
    assert "night" in shop.types("jobs", "schedule")


def test_a_job_of_somebody_who_may_not_any_more_is_parked(shop: Shop) -> None:
    shop.types("jobs", "run", "audit.seal", "--key", "tonight")
    installations.sql(shop.home, "UPDATE jobs_job SET actor = 'staff/gone'")
    shop.types("worker", "--once")
    assert installations.sql(shop.home, "SELECT state FROM jobs_job") == [("parked",)]


def test_everybodys_jobs_and_schedules_are_done_in_turn_or_those_of_one(shop: Shop) -> None:
    shop.types("tenant", "add", "reseller-b")
    b = ("--tenant", "reseller-b")
    for kind in ("audit.seal", "ledger.rebuild"):
        shop.types("jobs", "run", kind)
        shop.types(*b, "jobs", "run", kind)
    shop.types(*b, "jobs", "schedule", "night", "audit.seal", "daily 02:30")
    installations.sql(shop.home, "UPDATE jobs_schedule SET next_at = '2026-11-01 00:00:00'")
    told = shop.types(*b, "worker", "--once").splitlines()
    assert [line.split(" of ")[1].split()[0] for line in told[:-1]] == ["reseller-b"] * 3, told
    shop.types(*b, "jobs", "run", "audit.seal")
    told = shop.types("worker", "--once").splitlines()
    assert [line.split(" of ")[1].split()[0] for line in told[:-1]] == ["operator", "reseller-b", "operator"], told


def test_a_worker_left_alone_ends_when_it_is_told(shop: Shop, tmp_path: Path) -> None:
    process = subprocess.Popen([YIDIAN, "worker"], env=shop.environment(), stdout=subprocess.PIPE, text=True)
    shop.running.append(process)
    said(process, "Worker")
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_where_money_is_the_clock_is_not_set_by_hand(shop: Shop) -> None:
    settings = shop.home / "yidian.toml"
    settings.write_text(settings.read_text() + "money = true\n")
    line = [YIDIAN, "jobs", "list"]
    told = forks.run(line, env=shop.environment(YIDIAN_NOW="+1d"))
    assert told.returncode == 1
    assert "YIDIAN_NOW" in told.stderr
