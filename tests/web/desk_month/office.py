"""What the tests of the month's pages share: a worker that does what is due, forms sent as a browser sends them."""

from __future__ import annotations

import re
import threading
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from tests.web.town import ALPHA, NOW, Town

from yidian.faces.worker.registry import Surroundings, kinds
from yidian.platform.clock import VirtualClock
from yidian.platform.jobs.turns import run_once
from yidian.platform.jobs.worker import Worker


def work(town: Town) -> list[tuple[str, Any]]:
    """A worker does all that is due; what it said."""
    said: list[tuple[str, Any]] = []
    clock, stop = VirtualClock(NOW), threading.Event()
    on = Surroundings(
        tenant=town.tenant(ALPHA), lake=town.home / "lake", scratch=town.home / "work", threads=1,
        webhooks_to_private=False, clock=clock, owner="test", stop=stop,
    )  # fmt: skip
    worker = Worker(
        tenant=on.tenant, kinds=kinds(on), clock=clock, owner="test", tell=lambda code, told: said.append((code, told)),
        beats=False, stop=stop,
    )  # fmt: skip
    run_once([worker])
    return said


def send(browser: Client, address: str, *, key: str = "", **fields: Any) -> HttpResponse:
    """A form with its key."""
    answer: HttpResponse = browser.post(address, {"key": key or uuid4().hex} | fields)
    return answer


def read(browser: Client, address: str, *, status: int = 200, lang: str = "en") -> str:
    """A page's words, tags left out."""
    page = browser.get(f"{address}{'&' if '?' in address else '?'}lang={lang}")
    assert page.status_code == status, (address, page.status_code, page.content.decode()[:3000])
    return plain(page)


def plain(page: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def job_of(answer: HttpResponse) -> int:
    """The job that an answer leads to."""
    assert answer.status_code == 303, answer.content.decode()[:2000]
    found = re.fullmatch(r"/desk/jobs/(\d+)/", answer["Location"])
    assert found, answer["Location"]
    return int(found[1])


def approval_of(answer: HttpResponse) -> int:
    found = re.fullmatch(r"/desk/approvals/(\d+)/", answer["Location"])
    assert found, answer["Location"]
    return int(found[1])
