"""The second month, all by people in the browser: a dispute, an adjustment, late usage, the bills, a file of payments,
and the month closed; what takes two people is agreed on by another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.conftest import working
from tests.browser.hands import Hands
from tests.conftest import REPOSITORY
from tests.installations import sql
from tests.usage.told import HEADER
from tests.web.town import NOW

pytestmark = pytest.mark.no_database  # it has a server of its own
OCTOBER = "/desk/months/2026-10/"
DONE = "做完了"  # on the page of a job, which watches by itself until it is
LATE = HEADER + "13800000001,13900000000,2026-10-30 08:00:00,600\n13800000002,13900000000,2026-09-30 08:00:00,600\n"
PAYMENTS = (
    "receipt,account,amount,paid_at,method\n"
    "b1,a1,31.00,2026-11-03 09:15:00,cash\nb2,a2,20.00,2026-11-03 09:16:00,cash\nb3,a3,x,2026-11-03 09:17:00,cash\n"
)


@pytest.fixture(scope="module")
def home(site: dict[str, Any]) -> Path:
    return Path(site["home"])


@pytest.fixture(scope="module")
def worker(site: dict[str, Any]) -> Iterator[None]:
    with working(site["home"], NOW.isoformat()):
        yield


def test_the_second_month_told_by_those_who_made_it(
    chromium: Any, site: dict[str, Any], worker: None, home: Path, tmp_path: Path
) -> None:
    clerk, supervisor, finance, second = (
        Hands(chromium, site, login) for login in ("clerk-north", "supervisor", "finance", "finance-2")
    )
    dispute_and_adjustment(clerk, supervisor)
    late_usage(finance, home)
    bills_into_the_books(finance, second)
    payments(finance, tmp_path)
    closed(finance, second)
    rows = sql(home, "SELECT amount_minor, taken_id IS NOT NULL FROM customer_bill_adjustment ORDER BY id")
    assert [(int(amount), bool(taken)) for amount, taken in rows] == [(-500, True), (-8000, True)]
    assert sql(home, "SELECT state FROM customer_bill_billingcycle WHERE name = '2026-10'") == [("closed",)]
    assert sql(home, "SELECT count(*) FROM payment_payment WHERE channel_txn IN ('b1', 'b2')") == [(2,)]


def dispute_and_adjustment(clerk: Hands, supervisor: Hands) -> None:
    """A customer says a line of September is wrong; and 80 yuan go back, more than the clerk may give alone."""
    form = "/desk/accounts/a1/bills/2026-09/adjust/"
    clerk.open(f"{form}?item=RENT&dispute=1").sees("这笔不对").look()
    clerk.page.fill("#f-amount", "５．００")
    clerk.press("提交申请").sees("已请第二个人看")
    clerk.open(form).page.select_option("#f-item", "RENT")
    clerk.page.fill("#f-amount", "80")
    clerk.page.select_option("#f-reason", "billing_error")
    clerk.press("提交调账").sees("等别人同意，自己的不能自己批").look()
    supervisor.open("/desk/approvals/")
    supervisor.page.get_by_role("link", name="退还").first.click()
    supervisor.sees("客户不认的账").look().press("同意退还 ¥5.00").sees("已同意，已办好")
    supervisor.page.get_by_role("link", name="退还").first.click()
    supervisor.sees("超过").press("同意退还 ¥80.00").sees("已同意，已办好").look()


def late_usage(finance: Hands, home: Path) -> None:
    """The switch sends what it had kept: of October, and of September whose bills are fixed."""
    inbox = home / "inbox" / "operator" / "switch"
    inbox.mkdir(parents=True)
    (inbox / "late.csv").write_text(LATE)
    finance.open(OCTOBER).press("采集 switch 的文件").sees(DONE).look()
    finance.open(OCTOBER).sees("批价以后又来了话单").press("批价").sees(DONE)
    finance.open(OCTOBER).press("出账").sees(DONE)


def bills_into_the_books(finance: Hands, second: Hands) -> None:
    finance.open(OCTOBER).sees("看过以后入账").press("申请入账").sees("等第二个人同意").look()
    second.open("/desk/approvals/").page.get_by_role("link", name="入账").first.click()
    second.sees("一律要两个人").press("同意入账").sees("已同意，正在去做")
    finance.open(OCTOBER).sees("账单已入账").press("用余额销账").sees(DONE)


def payments(finance: Hands, folder: Path) -> None:
    """A counter's file: looked at, one line of it wrong, the others taken."""
    (folder / "counter.csv").write_text(PAYMENTS)
    finance.open("/desk/payments/files/new/")
    finance.page.set_input_files("#f-file", str(folder / "counter.csv"))
    finance.page.set_input_files("#f-mapping", str(REPOSITORY / "examples" / "payments" / "counter.toml"))
    finance.press("先看看").sees("还没有写入任何东西").look()
    finance.press("入账 2 笔，¥51.00").sees(DONE)
    finance.open("/desk/payments/").sees("counter-east b2")


def closed(finance: Hands, second: Hands) -> None:
    finance.open(OCTOBER).press("申请关账").sees("等第二个人同意")
    second.open("/desk/approvals/").page.get_by_role("link", name="关账").first.click()
    second.sees("一律要两个人").press("同意关账").sees("已同意，正在去做")
    finance.open(OCTOBER).sees("月账核平，不再变动").look()
    finance.open(f"{OCTOBER}books/").sees("相等")
    assert finance.page.get_by_text("不等", exact=True).count() == 0
