"""The pictures of docs/howto/order.md: a clerk of the demonstration takes an order, in a copy of it."""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tools.operator.files import REPOSITORY
from tools.shots import CHROMIUM, served, sign_in

CLERK: Final = "chenxi"
CUSTOMER: Final = "C0000000"
WIDE: Final = {"width": 1180, "height": 720}
WORK: Final = {"x": 0, "y": 0, "width": 1180, "height": 330}
READ: Final = {"x": 76, "y": 116, "width": 768, "height": 500}  # without the customer's screen beside it
PLAIN: Final = "没有最低消费"  # what stands below a number that is not premium
AHEAD: Final = "200.00"
INSTALLER: Final = "上门安装"
FAMILY: Final = (("jt199", ""), ("fk10", "#1"))  # the plan, whom it shares with


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.shots_of_orders", description=__doc__)
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "demo", help="of the demonstration")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "docs" / "shots")
    args = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with TemporaryDirectory() as folder, sync_playwright() as started:
        copy = shutil.copytree(args.folder, Path(folder) / "demo")
        with served(copy) as base:
            browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page()
            sign_in(page, base, "desk", CLERK)
            pictures(page, base, copy, args.out)
            browser.close()
    return 0


def pictures(page: Any, base: str, demonstration: Path, out: Path) -> None:
    """By a clerk who is signed in: the guided order, reading back, the till, the customer, the work list."""
    page.set_viewport_size(WIDE)
    page.goto(f"{base}/desk/customers/{CUSTOMER}/order/?lang=zh", wait_until="networkidle")
    page.fill("#f-number", _document(demonstration))
    _on(page)
    cards = _cards(demonstration)
    for place, (plan, shared) in enumerate(FAMILY):
        _mobile(page, plan, shared, cards[place])
        if place == 0:
            page.screenshot(path=out / "order-item.png")
        _on(page)
    _fixed(page)
    _on(page)
    _on(page)
    _ahead(page)
    _on(page)
    _read_back(page, out)
    for _ in range(2):
        _on(page)
    _till(page, out)
    _waits_for_the_installer(page, f"{base}/desk/orders/?tab=flight")
    page.screenshot(path=out / "order-work.png", clip=WORK)
    page.goto(f"{base}/desk/customers/{CUSTOMER}/", wait_until="networkidle")
    page.screenshot(path=out / "order-customer.png")


def _document(demonstration: Path) -> str:
    """What the shop wrote down of the customer when they came."""
    for path in sorted(demonstration.glob("*/customers.csv")):
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["customer"] == CUSTOMER and row["id_number"]:
                    return row["id_number"]
    raise SystemExit(f"shots: nobody wrote down a document of {CUSTOMER}")


def _cards(demonstration: Path) -> list[str]:
    with (demonstration / "resources" / "cards.csv").open(encoding="utf-8") as file:
        return [row["iccid"] for row in csv.DictReader(file) if row["kind"] == "finished"]


def _on(page: Any) -> None:
    with page.expect_event("load"):
        page.click("[data-main-action]")


def _choose(page: Any, what: str) -> None:
    with page.expect_event("load"):
        page.locator(f"button[value='{what}']").click()


def _mobile(page: Any, plan: str, shared: str, card: str) -> None:
    _choose(page, "new.mobile")
    _plain(page)
    page.fill("#f-card", card)
    page.select_option("#f-plan", plan)
    page.select_option("#f-with", shared)


def _plain(page: Any) -> None:
    page.locator("#tiles li", has_text=PLAIN).locator("input").first.check()


def _fixed(page: Any) -> None:
    """What waits until somebody was there."""
    _choose(page, "new.fixed")
    _plain(page)
    page.fill("#f-address", "1203")
    page.wait_for_selector("#f-port")
    page.select_option("#f-plan", "gh25")


def _ahead(page: Any) -> None:
    """The customer wishes to pay ahead."""
    page.locator("input[name^='advance-']").first.fill(AHEAD)
    with page.expect_event("load"):
        page.locator("form[action$='/advance/'] button").click()


def _till(page: Any, out: Path) -> None:
    """What is due is taken with the submission."""
    page.fill("#f-amount", AHEAD)
    page.fill("#f-again", AHEAD)
    page.locator("section[aria-labelledby='s-h']").screenshot(path=out / "order-till.png")
    _on(page)


def _waits_for_the_installer(page: Any, orders: str) -> None:
    """The worker has opened what the network opens by itself."""
    for _ in range(60):
        page.goto(orders, wait_until="networkidle")
        if page.get_by_text(INSTALLER).count():
            return
        page.wait_for_timeout(500)
    raise SystemExit("shots: no worker has come as far as the installation")


def _read_back(page: Any, out: Path) -> None:
    boxes = page.locator("[data-gate-box]")
    for n in range(boxes.count()):
        if n == boxes.count() - 2:
            page.screenshot(path=out / "order-read-back.png", clip=READ)
        boxes.nth(n).check()
    _on(page)


if __name__ == "__main__":
    sys.exit(main())
