"""A bureau where files come in: the shop of the orders' tests, with somebody who looks after resources."""

from __future__ import annotations

import csv
import io
import re
import threading
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from tests.web import town
from tests.web.desk_month.office import plain, send
from tests.web.order_work.shop import Shop
from tests.web.town import SOUTH

from yidian.faces.worker.registry import Surroundings, kinds
from yidian.platform.access import staff
from yidian.platform.jobs.worker import Worker

STOCK = "stock"  # who looks after resources
NORTHERN, SOUTHERN = "supervisor", "supervisor-south"  # who bring in orders of two branches
CARDS = "iccid,imsi,batch,ki\n89861126100770000202,460110070009999,B1,0123456789ABCDEF0123456789ABCDEF\n"


@dataclass
class Bureau:
    shop: Shop

    def staffed(self) -> Bureau:
        def work(frame: Any) -> dict[str, Any]:
            for login, role, node in (
                (STOCK, "resource_admin", None), ("stock-2", "resource_admin", None), (SOUTHERN, "supervisor", SOUTH),
            ):  # fmt: skip
                staff.add_user(frame=frame, login=login, name=login)
                staff.give_post(frame=frame, login=login, role=role, organisation=node, since=town.NOW)
            return {}

        town._do(self.tenant, "stock", work)
        return self

    @property
    def tenant(self) -> Any:
        return self.shop.hall.tenant

    def by(self, login: str = STOCK) -> Client:
        return self.shop.staff(login)

    def sent(
        self, kind: str, data: str | bytes, *, by: str = STOCK, name: str = "f.csv", lang: str = "zh"
    ) -> HttpResponse:
        """A file is sent; where it is one, on to its look."""
        raw = data.encode() if isinstance(data, str) else data
        return send(self.by(by), f"/desk/imports/{kind}/send/?lang={lang}", file=SimpleUploadedFile(name, raw))

    def looked(self, kind: str, data: str | bytes, *, by: str = STOCK, name: str = "f.csv") -> str:
        """The address of the look at a file."""
        answer = self.sent(kind, data, by=by, name=name)
        assert answer.status_code == 303, plain(answer)
        return str(answer["Location"])

    def see(self, address: str, *, by: str = STOCK, status: int = 200, lang: str = "en") -> str:
        page = self.by(by).get(f"{address}{'&' if '?' in address else '?'}lang={lang}")
        assert page.status_code == status, (address, page.status_code, plain(page))
        return plain(page)

    def take(self, address: str, *, by: str = STOCK) -> HttpResponse:
        """What the page shown at an address lets one take."""
        page = self.by(by).get(address).content.decode()
        found = re.search(r'name="seen" value="(\w*)"', page)
        return send(self.by(by), f"{address}take/", seen=found[1] if found else "")

    def taken(self, address: str, *, by: str = STOCK) -> str:
        """It is taken and done; the address of what came of it."""
        answer = self.take(address, by=by)
        assert "/imports/done/" in answer["Location"], answer["Location"]
        self.worked()
        return str(answer["Location"])

    def worked(self, *, once: bool = False) -> list[str]:
        """The worker does what waits; what it said of each job."""
        hall, said = self.shop.hall, list[str]()
        on = Surroundings(
            tenant=hall.tenant, lake=hall.home / "lake", scratch=hall.home / "work", threads=1,
            webhooks_to_private=False, clock=hall.clock, owner="test", stop=threading.Event(),
        )  # fmt: skip
        worker = Worker(
            tenant=hall.tenant, kinds=kinds(on), clock=hall.clock, owner="test", beats=False,
            tell=lambda code, told: said.append(f"{code} {told.get('reason', '')}".strip()),
        )  # fmt: skip
        while worker.step() and not once:
            pass
        return said

    def file(self, address: str, *, by: str = STOCK) -> list[dict[str, str]]:
        """A result file's rows."""
        answer = self.by(by).get(f"{address}?lang=en")
        assert answer.status_code == 200, address
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def orders(*rows: dict[str, str]) -> str:
    """A file of orders."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return "\n".join([",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows)]) + "\n"
