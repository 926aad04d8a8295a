"""Workers that are killed, stopped, doubled and told to end: every job is done, and its effect is there once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import forks, installations
from tests.platform.misbehaving_consumer import Consumer, hangs, says

PROGRAM = Path(__file__).with_name("worker_program.py")
YIDIAN = str(Path(sys.executable).with_name("yidian"))


class Shop:
    """An installation with jobs in it, and processes that work on them."""

    def __init__(self, home: Path) -> None:
        self.home, self.running = home, list[forks.Process | subprocess.Popen[str]]()

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("YIDIAN_")}
        test = {name: os.environ[name] for name in ("YIDIAN_TEST_DATABASE",) if name in os.environ}
        return kept | test | {"YIDIAN_HOME": str(self.home), "YIDIAN_LANG": "en"} | more

    def types(self, *words: object) -> str:
        line = [YIDIAN, *map(str, words)]
        done = forks.run(line, env=self.environment())
        assert done.returncode == 0, done.stderr
        return done.stdout

    def worker(
        self, owner: str, *jobs: str, lease_ms: int = 1000, **more: str
    ) -> forks.Process | subprocess.Popen[str]:
        """A worker that asks for jobs (`kind:key`), then works."""
        line = [sys.executable, str(PROGRAM), owner, str(lease_ms), *jobs]
        made = forks.start(line, env=self.environment(**more), stdout=subprocess.PIPE)
        self.running.append(made)
        return made

    def counts(self, key: str) -> None:
        """A job is asked for and done, and its event waits in the outbox."""
        assert self.worker("first", f"count:{key}", YIDIAN_TEST_ONCE="1").wait(60) == 0

    def counted(self) -> list[str]:
        """Who had the effects, in their order."""
        rows = installations.sql(
            self.home, "SELECT payload FROM outbox_outboxevent WHERE event = 'counted' ORDER BY id"
        )
        return [json.loads(payload)["owner"] for (payload,) in rows]

    def jobs(self) -> list[tuple[Any, ...]]:
        return installations.sql(self.home, "SELECT key, state, attempts FROM jobs_job ORDER BY key")

    def until(self, key: str, state: str, *, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not any(row[:2] == (key, state) for row in self.jobs()):
            assert time.monotonic() < end, self.jobs()
            time.sleep(0.05)


@pytest.fixture(scope="session")
def model_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("worker")
    shop = Shop(folder / "model")
    line = installations.typed(["init", shop.home], cwd=folder)
    forks.run([YIDIAN, *line], env=shop.environment(), check=True)
    settings = shop.home / "yidian.toml"
    settings.write_text(settings.read_text() + "\nwebhooks_to_private = true\n")
    return shop.home


@pytest.fixture
def shop(model_shop: Path, tmp_path: Path) -> Iterator[Shop]:
    made = Shop(installations.copy(model_shop, tmp_path / "shop"))
    yield made
    for process in made.running:
        process.kill()
        process.wait()


def said(process: forks.Process | subprocess.Popen[str], word: str) -> str:
    """The line that begins with a word; what comes before it is passed over."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(word):
            return line
    raise AssertionError(f"it ended without saying {word}")


@pytest.mark.parametrize("point", ["job.taken", "write.commit", "job.finish"])
def test_killed_anywhere_the_effect_is_there_once(shop: Shop, point: str) -> None:
    """Above all after the effect and before the record of it (job.finish)."""
    killed = shop.worker("first", "count:a", "count:b", YIDIAN_TEST_POINTS=f"{point}=kill")
    assert killed.wait(60) == -signal.SIGKILL
    second = shop.worker("second")
    for key in "ab":
        shop.until(key, "done")
    second.terminate()
    assert second.wait(20) == 0
    assert len(shop.counted()) == 2
    assert ("first" in shop.counted()) == (point == "job.finish")


def test_an_owner_that_stood_still_past_its_lease_is_refused(shop: Shop) -> None:
    first = shop.worker("first", "wait:a", lease_ms=600)
    said(first, "began")
    first.send_signal(signal.SIGSTOP)
    second = shop.worker("second", lease_ms=600)
    said(second, "began")
    (shop.home / "go").touch()
    shop.until("a", "done")
    first.send_signal(signal.SIGCONT)
    assert said(first, "JOB_LOST")
    assert shop.counted() == ["second"]
    assert shop.jobs() == [("a", "done", 2)]


def test_one_tenants_stuck_job_keeps_no_other_tenant_waiting_and_killed_both_go_on(shop: Shop) -> None:
    """One place at work, and the operator's job is stuck in it; a reseller that is opened meanwhile is served too."""
    shop.types("tenant", "add", "reseller-b")
    first = shop.worker("first", "wait:stuck", "count:behind it", "count:b1@reseller-b", "count:b2@reseller-b")
    said(first, "began")
    shop.until("b2", "done")
    assert {row[:2] for row in shop.jobs()} >= {("stuck", "working"), ("behind it", "queued"), ("b1", "done")}
    shop.types("tenant", "add", "reseller-c")
    shop.types("--tenant", "reseller-c", "jobs", "schedule", "soon", "audit.seal", "hourly 00")
    first.kill()
    first.wait()
    (shop.home / "go").touch()
    second = shop.worker("second")
    for key in ("stuck", "behind it"):
        shop.until(key, "done")
    second.terminate()
    assert second.wait(20) == 0
    assert sorted(shop.counted()) == ["first", "first", "second", "second"]


def test_told_to_end_a_worker_ends_at_an_edge_within_seconds(shop: Shop) -> None:
    first = shop.worker("first", "slowly:a")
    said(first, "began")
    time.sleep(0.4)
    begun = time.monotonic()
    first.terminate()
    assert first.wait(20) == 0
    assert time.monotonic() - begun < 10
    ((key, state, attempts),) = shop.jobs()
    assert (key, state, attempts) == ("a", "queued", 0)


def test_a_job_that_kills_its_workers_is_parked_and_the_others_are_done(shop: Shop) -> None:
    for n in range(2):
        assert shop.worker(f"victim {n}", "poison:a", "count:b", lease_ms=300).wait(60) == -signal.SIGKILL
        time.sleep(0.4)
    last = shop.worker("last", lease_ms=300)
    shop.until("b", "done")
    shop.until("a", "parked")
    last.terminate()
    assert last.wait(20) == 0
    assert shop.counted() == ["last"]


def test_two_workers_share_the_jobs_and_double_none(shop: Shop) -> None:
    jobs = [f"count:{n:02}" for n in range(20)]
    both = [shop.worker(owner, *jobs, lease_ms=30_000) for owner in ("first", "second")]
    for n in range(20):
        shop.until(f"{n:02}", "done")
    for one in both:
        one.terminate()
    assert [one.wait(20) for one in both] == [0, 0]
    assert len(shop.counted()) == 20
    assert {row[1:] for row in shop.jobs()} == {("done", 1)}


def test_the_command_sends_webhooks_and_a_hanging_consumer_does_not_keep_it(shop: Shop) -> None:
    consumer = Consumer()
    shop.types("outbox", "subscribe", "hub", consumer.url)
    shop.counts("a")
    process = forks.start([YIDIAN, "worker"], env=shop.environment(), stdout=subprocess.PIPE)
    shop.running.append(process)
    said(process, "Worker")
    end = time.monotonic() + 30
    while not consumer.heard:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert consumer.heard[0].told["type"] == "counted"
    consumer.always(hangs)
    shop.counts("b")
    while len(consumer.heard) < 2:
        assert time.monotonic() < end
        time.sleep(0.05)
    begun = time.monotonic()
    process.terminate()
    assert process.wait(20) == 0
    assert time.monotonic() - begun < 10
    consumer.always(says(200))
    installations.sql(shop.home, "UPDATE outbox_subscription SET next_at = NULL, relay_until = NULL")
    installations.sql(shop.home, "UPDATE outbox_delivery SET next_at = NULL")
    assert "Told: 1" in shop.types("outbox", "relay")
    assert [one.told["id"] for one in consumer.heard] == ["1", "2", "2"]
    consumer.close()


def test_killed_after_the_consumer_answered_it_is_told_again_with_the_same_id(shop: Shop) -> None:
    consumer = Consumer()
    shop.types("outbox", "subscribe", "hub", consumer.url)
    shop.counts("a")
    line = [YIDIAN, "outbox", "relay"]
    killed = forks.run(line, env=shop.environment(YIDIAN_POINTS="outbox.sent=kill"))
    assert killed.returncode == -signal.SIGKILL
    installations.sql(shop.home, "UPDATE outbox_subscription SET relay_until = NULL")  # as if a minute had passed
    assert "Told: 1" in shop.types("outbox", "relay")
    assert [one.told["id"] for one in consumer.heard] == ["1", "1"]
    consumer.close()
