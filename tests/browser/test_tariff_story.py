"""A tariff from a workbook with a fault to an offer that somebody is given, and to the bill that explains itself."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from tests import forks
from tests.browser.conftest import COMMAND, served
from tests.browser.hands import Hands
from tests.conftest import REPOSITORY
from tests.installations import clean_environment, sql
from tests.web.desk_tariffs.office import DEARER_SINCE_NOVEMBER, workbook
from tests.web.town import NOW


def yidian(site: dict[str, Any], *words: str, now: str = NOW.isoformat()) -> tuple[int, str]:
    """A command in the installation that is served, at its time."""
    done = forks.run(
        [sys.executable, "-c", COMMAND, "--home", site["home"], *words], cwd=REPOSITORY,
        env=clean_environment() | {"YIDIAN_LANG": "en", "YIDIAN_NOW": now},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def customer(folder: Path) -> str:
    path = folder / "more.csv"
    path.write_text(
        "customer,account,subscriber,identifier,offer,from,to,pool\nc9,a9,s9,13800000009,PLAN,2026-11-08,,\n"
    )
    return str(path)


def test_a_workbook_becomes_an_offer_on_sale(chromium: Any, site: dict[str, Any], tmp_path: Path) -> None:
    wrong = workbook(tmp_path / "wrong.xlsx", DEARER_SINCE_NOVEMBER, wrong=True)
    right = workbook(tmp_path / "right.xlsx", DEARER_SINCE_NOVEMBER)
    product = Hands(chromium, site, "product").open("/desk/tariffs/").look().follow("新建草案")
    product.fill(title="涨五元", policy="月费加五元，因为成本。")
    product.page.set_input_files("#f-file", str(wrong))
    product.press("上传并检查").sees("about one").look().picture("launch-fault")
    product.page.set_input_files("#f-file", str(right))
    product.press("上传并检查").sees("草案已建立").look()
    draft = product.page.url

    product.page.locator("summary", has_text="按以后日期的价").first.click()
    product.choose(cycle="2026-10").fill(on="2026-11-01").press("试算").sees("试算资费")
    code, said = yidian(site, "worker", "--once")
    assert code == 0, said
    product.page.reload()
    product.follow("看试算结果").sees("什么都没有入账")
    charts = product.page.locator("[data-chart][data-drawn] canvas")
    charts.nth(3).wait_for()  # they are drawn after the page is there
    assert charts.count() == 4
    product.picture("launch-trial").look().look(width=360, contrast=False).page.set_viewport_size(
        {"width": 1440, "height": 900}
    )

    product.page.goto(draft)
    product.press("代表运营方确认").sees("运营方已确认")
    other = Hands(chromium, site, "product-2")
    other.page.goto(draft)
    other.press("代表对方确认").sees("对方已确认")
    version = other.page.locator("dd.y-id").first.inner_text()
    for system in ("catalogue", "crm", "billing"):
        other.page.fill(f"#f-v-configure_{system}", version)
        other.page.locator(f"form[action$='configure-{system}/'] button").click()
        other.sees("已登记")
    product.page.goto(draft)
    product.look().picture("launch-steps").press("发布").sees("要第二个人同意")
    wanted = other.open("/desk/approvals/").page.locator("main").get_by_role("link", name="发布资费").first
    # As a page of its own: what htmx brings beside the list could come after the button was pressed.
    other.open(wanted.get_attribute("href") or "").press("发布资费").sees("已同意，已办好")
    other.page.goto(draft)
    other.sees("抽样测试")

    code, said = yidian(site, "--as", "finance", "import", "customers", customer(tmp_path))
    assert (code, "OFFER_NOT_ON_SALE_YET" in said) == (2, True), said
    product.page.goto(draft)
    product.page.fill("#f-size", "5")
    product.press("开始抽测").sees("资费抽样测试")
    code, said = yidian(site, "worker", "--once")
    assert code == 0, said
    product.page.goto(draft)
    product.press("上市").sees("已上市").look().leave()
    other.leave()
    code, said = yidian(site, "--as", "finance", "import", "customers", customer(tmp_path))
    assert code == 0, said
    the_next_bill_says_what_the_new_fee_was(chromium, site, tmp_path)


def the_next_bill_says_what_the_new_fee_was(chromium: Any, site: dict[str, Any], folder: Path) -> None:
    """In a copy of the installation: other stories go on in November."""
    home = shutil.copytree(site["home"], folder / "november")
    for words in (
        ("close", "2026-09"), ("close", "2026-10"), ("cycle", "open", "2026-11"),
        ("rate", "2026-11"), ("bill", "2026-11"), ("post", "2026-11"),
    ):  # fmt: skip
        code, said = in_december(home, *words)
        if code == 3:
            ((asked,),) = sql(home, "SELECT max(id) FROM access_approval")
            assert in_december(home, "approve", "yes", str(asked), who="finance-2")[0] == 0
            code, said = in_december(home, *words)
        assert code == 0, said
    with served(home) as there:
        customer = Hands(chromium, site | there, "c1", face="hall").open("/bills/a1/2026-11/")
        customer.page.locator("details.y-line-d", has_text="36.00").locator("summary").first.click()
        customer.sees("RENT").look().picture("launch-bill").leave()


def in_december(home: Path, *words: str, who: str = "finance") -> tuple[int, str]:
    return yidian({"home": str(home)}, "--as", who, *words, now="2026-12-02T02:00:00+00:00")
