"""Pictures of the pages of a demonstration, for eyes: `make shots` (after `make demo`).

Every page in Chinese and English, on a telephone and on a desk, light and dark, into shots/; the few that the README
shows into docs/shots/.

Needs Chromium and fonts with Chinese letters (tools/packages.sh brings both).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tools.demo.pages import free_port
from tools.operator.files import REPOSITORY

CHROMIUM: Final = "/usr/bin/chromium"
PASSWORD: Final = "yidian-demo-2026"
ACCOUNT: Final = "A0000000"
# who: the pages they open
PAGES: Final = {
    ("hall", "li-xiaoyu"): ("/", "/bills/", f"/bills/{ACCOUNT}/2026-10/", "/usage/?cycle=2026-10", "/pay/",
                            "/security/"),
    ("desk", "chenxi"): ("/desk/", "/desk/customers/C0000000/", f"/desk/customers/C0000000/bills/{ACCOUNT}/2026-10/",
                         "/desk/approvals/"),
    ("desk", "weimin"): ("/desk/months/", "/desk/months/2026-12/", "/desk/corrections/new/", "/desk/suspense/",
                         "/desk/payments/", "/desk/payments/files/"),
    ("desk", "qinan"): ("/desk/people/", "/desk/people/chenxi/", "/desk/roles/", "/desk/roles/clerk/",
                        "/desk/organisation/"),
    ("desk", "mozheng"): ("/desk/audit/",),
}  # fmt: skip
KINDS: Final = (("zh", 1440, "light"), ("en", 1440, "dark"), ("zh", 360, "dark"), ("en", 360, "light"))
IN_README: Final = {
    (f"/bills/{ACCOUNT}/2026-10/", "zh", 360): "hall-bill", ("/", "en", 360): "hall-home",
    ("/desk/customers/C0000000/", "zh", 1440): "desk-customer", ("/desk/months/2026-12/", "zh", 1440): "desk-month",
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.shots", description=__doc__)
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "demo", help="of the demonstration")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "shots")
    parser.add_argument("--readme", action="store_true", help="renew those of the README too")
    args = parser.parse_args()
    from playwright.sync_api import sync_playwright

    args.out.mkdir(exist_ok=True)
    (args.out / ".gitignore").write_text("*\n")
    count = 0
    with served(args.folder) as base, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for (face, login), addresses in PAGES.items():
            context = browser.new_context()
            page = context.new_page()
            sign_in(page, base, face, login)
            for address in addresses:
                for kind in KINDS:
                    count += _shoot(context, page, base, address, kind, args.out, readme=args.readme)
            context.close()
        browser.close()
    print(f"shots: {count} pictures in {args.out}")
    return 0


def _shoot(
    context: Any, page: Any, base: str, address: str, kind: tuple[str, int, str], out: Path, *, readme: bool
) -> int:
    lang, width, theme = kind
    context.add_cookies([{"name": "yidian_theme", "value": theme, "url": base}])
    page.set_viewport_size({"width": width, "height": 900})
    answer = page.goto(f"{base}{address}{'&' if '?' in address else '?'}lang={lang}", wait_until="networkidle")
    if answer.status != 200 or "sign-in" in page.url:
        raise SystemExit(f"shots: {address} answers {answer.status} at {page.url}")
    name = address.strip("/").replace("/", "-").replace("?", "-").replace("=", "-") or "home"
    page.screenshot(path=out / f"{name}-{lang}-{width}-{theme}.png", full_page=True)
    told = IN_README.get((address, lang, width))
    if readme and told:
        page.screenshot(path=REPOSITORY / f"docs/shots/{told}.png")
    return 1


def sign_in(page: Any, base: str, face: str, login: str) -> None:
    """As the sign-in page of a demonstration tells; a code at the end of its half minute may need a second try."""
    for _ in range(3):
        _try_to(page, f"{base}{'/desk' if face == 'desk' else ''}/sign-in/?lang=zh", login)
        if "sign-in" not in page.url:
            return
    raise SystemExit(f"shots: {login} cannot sign in")


def _try_to(page: Any, address: str, login: str) -> None:
    page.goto(address, wait_until="networkidle")
    row = page.locator("tr", has=page.get_by_text(login, exact=True))
    code = row.locator("td").last.inner_text().strip() if row.count() else ""
    page.locator("input[name=name], input[name=login]").first.fill(login)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    if page.locator("input[name=code]").count():
        page.fill("input[name=code]", code)
        with page.expect_navigation():
            page.keyboard.press("Enter")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "tools.demo.pages", "--folder", str(folder), "--port", str(port)]
    running = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL)
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{base}/healthz", timeout=2)
                break
            except OSError:
                time.sleep(0.5)
        yield base
    finally:
        running.terminate()
        running.wait()


if __name__ == "__main__":
    sys.exit(main())
