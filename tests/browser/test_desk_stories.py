"""What is done on the pages of people, roles, organisation, record, jobs, approvals, payment files; in Chromium."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tests.browser.hands import Hands
from tests.conftest import REPOSITORY

COUNTER: Final = REPOSITORY / "examples/payments/counter.toml"
FILE: Final = (
    "receipt,account,amount,paid_at,method\np1,a5,12.00,2026-11-04 09:15:00,cash\np2,a5,many,2026-11-04 09:16:00,cash\n"
)


def test_somebody_new_gets_a_post_and_a_password_and_leaves(chromium: Any, site: dict[str, Any]) -> None:
    security = Hands(chromium, site, "security").open("/desk/people/")
    security.page.fill("#q", "没有这个人")
    security.sees("没有人的姓名").look()
    security.page.fill("#q", "clerk-")
    security.page.wait_for_url("**/desk/people/?q=clerk-")
    assert security.page.locator("#people tbody tr").count() == 2
    security.fill(login="xinlai", name="新来").choose(role="clerk", at="north").press("新增").sees("xinlai 已加入")
    security.look()
    security.choose(role="data_query", at="south").press("任命岗位").sees("即刻起任该岗位")
    security.press("发一次性密码").sees("只显示这一次")
    assert len(security.page.inner_text("code.y-secret")) >= 10
    security.look().page.reload()
    security.page.get_by_role("button", name="免去").first.click()
    security.sees("已不任该岗位").fill(again="xinla").press("停用 xinlai").sees("与登录名不一致").look()
    assert security.page.evaluate("document.activeElement.id") == "faults"
    security.fill(again="xinlai").press("停用 xinlai").sees("已离职").look().leave()


def test_a_right_is_changed_and_seen_in_the_table_and_on_record(chromium: Any, site: dict[str, Any]) -> None:
    security = Hands(chromium, site, "security").open("/desk/roles/").look().follow("渠道管理员")
    security.choose(action="bill.adjust", reach="subtree").fill(limit="3o").press("按此设定").sees("不是金额").look()
    security.fill(limit="30").press("按此设定").sees("已设定").look()
    row = security.page.locator("tr", has=security.page.get_by_text("bill.adjust", exact=True)).first
    assert "¥30.00" in row.inner_text()
    security.leave()
    audit = Hands(chromium, site, "audit").open("/desk/audit/")
    audit.page.fill("#a2", "role.right")
    audit.page.wait_for_url("**operation=role.right*")
    audit.page.locator("#audit summary").first.click()
    audit.sees("channel_admin").look()
    audit.page.fill("#a1", "nobody-at-all")
    audit.sees("没有符合条件的记录").press("校验整链").sees("整链完好").look().leave()


def test_a_node_is_added_renamed_moved_and_ended(chromium: Any, site: dict[str, Any]) -> None:
    security = Hands(chromium, site, "security").open("/desk/organisation/").look()
    security.fill(code="hall-9", name="第九营业厅").choose(under="south").press("新增机构").sees("已加入机构树").look()
    security.open("/desk/organisation/hall-9/").fill(name="东门营业厅").press("更名").sees("东门营业厅")
    security.choose(under="north").press("调整").sees("城北分公司").look()
    security.page.get_by_role("button", name="撤销").first.click()
    security.page.wait_for_url("**/desk/organisation/")
    assert security.page.locator("main").get_by_text("东门营业厅").count() == 0
    security.look().leave()


def test_a_job_that_stopped_is_found_and_tried_again(chromium: Any, site: dict[str, Any]) -> None:
    system = Hands(chromium, site, "system").open("/desk/")
    system.page.get_by_role("link", name="停下").first.click()
    system.sees("搁置").page.get_by_role("link", name="搁置").first.click()
    system.look().follow("批价").sees("停下了，要人来看").look().press("再试一次").sees("排着队").look().leave()


def test_one_asks_another_refuses_and_says_why(chromium: Any, site: dict[str, Any]) -> None:
    clerk = Hands(chromium, site, "clerk-south")
    clerk.open("/desk/accounts/a4/bills/2026-09/adjust/?item=RENT").fill(amount="66").choose(reason="goodwill")
    clerk.press("提交调账").sees("等别人同意")
    address = clerk.page.url.removeprefix(site["address"])
    finance = Hands(chromium, site, "finance").open("/desk/approvals/")
    finance.page.locator("tr", has_text="66.00").get_by_role("link").click()
    finance.sees("同意退还 ¥66.00").look().press("不同意").sees("不同意要写原因").look()
    finance.fill(reason="账单没有错").press("不同意").sees("已退回").look()
    clerk.open(address).sees("账单没有错").look().leave()
    finance.leave()


def test_a_file_of_payments_is_looked_at_first(chromium: Any, site: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text(FILE)
    (tmp_path / "book.csv").write_bytes(b"PK\x03\x04" + bytes(60))
    finance = Hands(chromium, site, "finance-2").open("/desk/payments/files/").look().open("/desk/payments/files/new/")
    finance.page.set_input_files("#f-mapping", str(COUNTER))
    finance.page.set_input_files("#f-file", str(tmp_path / "book.csv"))
    finance.press("先看看").sees("不是文本文件").look()
    finance.choose(channel="counter-east").page.set_input_files("#f-file", str(tmp_path / "day.csv"))
    finance.press("先看看").sees("还没有写入任何东西").look()
    assert "many" in finance.page.inner_text("main")
    with finance.page.expect_download() as saved:
        finance.follow("1 行有错")
    assert "p2,a5,many" in Path(saved.value.path()).read_text(encoding="utf-8")
    finance.press("入账 1 笔，¥12.00").sees("排着队").look().leave()


def test_what_waits_renews_itself_keeps_the_focus_and_rests_unseen(chromium: Any, site: dict[str, Any]) -> None:
    """The browser's own clock is moved on: nobody waits."""
    finance, clerk, asked = Hands(chromium, site, "finance"), Hands(chromium, site, "clerk-south"), list[str]()
    page = finance.page
    page.clock.install()
    finance.open("/desk/").look()
    page.on("request", lambda one: asked.append(one.url) if one.headers.get("x-yidian-alone") else None)
    page.locator("#day a").last.focus()
    here, before = page.evaluate("document.activeElement.getAttribute('href')"), page.inner_text("#day")
    clerk.open("/desk/accounts/a4/bills/2026-09/adjust/?item=RENT").fill(amount="77").choose(reason="goodwill")
    clerk.press("提交调账").sees("等别人同意").leave()
    with page.expect_response("**/desk/"):
        page.clock.run_for(31_000)
    for _ in range(100):
        if page.inner_text("#day") != before:
            break
        page.wait_for_timeout(50)
    assert page.inner_text("#day") != before
    assert page.evaluate("document.activeElement.getAttribute('href')") == here, "the focus stays where it was"
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => window.away ?? true})")
    seen = len(asked)
    page.clock.run_for(95_000)
    assert len(asked) == seen, "nobody looks: nothing is asked"
    with page.expect_response("**/desk/"):
        page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    finance.look().leave()
