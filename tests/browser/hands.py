"""Somebody before a page: opens, types, presses, and looks at everything through axe."""

from __future__ import annotations

import os
from typing import Any, Final

from tests.browser.conftest import AXE, RUN_AXE

SHOTS: Final = os.environ.get("YIDIAN_SHOTS", "")
PICTURES: Final = os.environ.get("YIDIAN_PICTURES", "")
COOKIE: Final = {"desk": "yidian_desk", "hall": "yidian_hall"}
LOADED: Final = "() => document.querySelectorAll('[hx-trigger=load] .y-skel').length === 0"  # no block is on its way


class Hands:
    """One person's browser; `who`: a login of staff or a customer's code, signed in; "": nobody yet."""

    def __init__(
        self, chromium: Any, site: dict[str, Any], who: str = "", *, face: str = "desk", width: int = 1440,
        lang: str = "zh", theme: str = "light",
    ) -> None:  # fmt: skip
        self.address, self.who, self.lang, self.theme = site["address"], who, lang, theme
        context = chromium.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        context.set_default_timeout(60_000)  # a busy machine is no fault of the page
        told = {"yidian_lang": lang, "yidian_theme": theme}
        if who:
            told[COOKIE[face]] = site["tokens"][who]
        context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in told.items()])
        self.page = context.new_page()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", self._heard)
        self.page.on("request", self._asked)

    def _heard(self, said: Any) -> None:
        if said.type in ("error", "warning") and "status of 4" not in said.text:  # a refusal is told on the page
            self.wrong.append(said.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.wrong.append(f"asks {request.url}")

    def open(self, path: str) -> Hands:
        self.page.goto(f"{self.address}{path}")
        return self

    def loaded(self) -> Hands:
        """The blocks of the page are there too."""
        self.page.wait_for_function(LOADED)
        return self

    def look(self, *, width: int = 0, part: str = "html", contrast: bool = True) -> Hands:
        """Nothing on the page that axe or the browser complains about; nothing hangs over its edge.

        `contrast`: most of axe's time; it need not be looked at twice of one page.
        """
        if width:
            self.page.set_viewport_size({"width": width, "height": 900})
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE + "; 0")
        assert self.page.evaluate(RUN_AXE, {"part": part, "contrast": contrast}) == [], self.page.url
        assert self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
            f"{self.page.url} hangs over at {self.page.viewport_size}"
        )
        assert self.wrong == [], self.page.url
        if SHOTS:
            self.shoot()
        return self

    def shoot(self) -> None:
        """A picture for eyes: YIDIAN_SHOTS=FOLDER."""
        name = self.page.url.removeprefix(self.address).strip("/").replace("/", "-").split("?")[0]
        lang, width = self.page.evaluate("document.documentElement.lang"), self.page.viewport_size["width"]
        self.page.screenshot(path=f"{SHOTS}/{name}-{self.who}-{lang}-{width}-{self.theme}.png", full_page=True)

    def picture(self, name: str) -> Hands:
        """A picture for a page of the documentation: YIDIAN_PICTURES=FOLDER, `make shots README=yes` has it."""
        if PICTURES:
            self.page.screenshot(path=f"{PICTURES}/{name}.png")
        return self

    @property
    def text(self) -> str:
        """What is to be read on the page."""
        return str(self.page.inner_text("main"))

    def press(self, words: str) -> Hands:
        """A button, by what is written on it."""
        self.page.get_by_role("button", name=words).first.click()
        return self

    def follow(self, words: str) -> Hands:
        """A link of the page's own part, by its words."""
        self.page.locator("main").get_by_role("link", name=words).first.click()
        return self

    def goes_on(self) -> Hands:
        """The main button of the page, which leads to another one."""
        with self.leaves():
            self.page.click("[data-main-action]")
        return self

    def takes(self, selector: str) -> Hands:
        """A link or a button that leads to another page."""
        with self.leaves():
            self.page.locator(selector).first.click()
        return self

    def leaves(self) -> Any:
        """Until another page is there. A navigation alone may be none: htmx tells the history where it is already."""
        return self.page.expect_event("load")

    def presses(self, key: str) -> Hands:
        """What a single key does where there are keys: that very link."""
        return self.takes(f"[aria-keyshortcuts='{key}']")

    def ticks(self, selector: str) -> Hands:
        self.page.check(selector)
        return self

    def sees(self, words: str) -> Hands:
        from playwright.sync_api import TimeoutError as NotSeen

        try:
            self.page.get_by_text(words).first.wait_for(timeout=60_000)
        except NotSeen:
            raise AssertionError(f"{words!r} is not on {self.page.url}, which says: {self.text}") from None
        return self

    def fill(self, **fields: str) -> Hands:
        for name, value in fields.items():
            self.page.fill(f"#f-{name}", value)
        return self

    def choose(self, **fields: str) -> Hands:
        for name, value in fields.items():
            self.page.select_option(f"#f-{name}", value)
        return self

    def leave(self) -> None:
        self.page.context.close()


class Keys(Hands):
    """Somebody who has a keyboard and no mouse. Where they are is always to be seen."""

    def reach(self, selector: str) -> Keys:
        """By Tab alone."""
        for _ in range(90):
            if self.page.evaluate("(q) => document.activeElement.matches(q)", selector):
                return self.is_seen()
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} cannot be reached by Tab on {self.page.url}")

    def is_seen(self) -> Keys:
        """The focused thing is inside the window, under nothing, and looks other than without the focus."""
        told = self.page.evaluate(SEEN)
        assert told["marked"], f"no focus to be seen at {told['what']} on {self.page.url}"
        assert told["inside"], f"{told['what']} has the focus and cannot be seen on {self.page.url}"
        return self

    def is_at(self, selector: str) -> Keys:
        """It is there already: nothing has taken the focus away."""
        assert self.page.evaluate("(q) => document.activeElement.matches(q)", selector), (
            f"the focus is not at {selector} but at {self.page.evaluate(SEEN)['what']} on {self.page.url}"
        )
        return self.is_seen()

    def key(self, *keys: str) -> Keys:
        for one in keys:
            self.page.keyboard.press(one)
        return self

    def goes(self, *keys: str) -> Keys:
        """Keys that lead to another page."""
        with self.leaves():
            self.key(*keys)
        return self

    def goes_on(self) -> Keys:
        return self.goes("Control+Enter")

    def takes(self, selector: str) -> Keys:
        return self.enter(selector)

    def presses(self, key: str) -> Keys:
        return self.goes(key.lower())

    def ticks(self, selector: str) -> Keys:
        return self.reach(selector).key("Space")

    def fill(self, **fields: str) -> Keys:
        return self.write(**fields)

    def write(self, **fields: str) -> Keys:
        """Type into fields, one after the other."""
        for name, value in fields.items():
            self.reach(f"#f-{name}")
            self.page.keyboard.insert_text(value)
        return self

    def send(self, **fields: str) -> Keys:
        """Type into fields, and send the form by Enter."""
        return self.write(**fields).goes("Enter")

    def enter(self, selector: str) -> Keys:
        """Reach something by Tab and press Enter, which leads to another page."""
        return self.reach(selector).goes("Enter")


SEEN: Final = """() => {
    const el = document.activeElement, style = getComputedStyle(el), box = el.getBoundingClientRect();
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
    const look = () => { const s = getComputedStyle(el); return s.backgroundColor + s.borderColor + s.boxShadow; };
    const focused = look();
    el.blur();
    const otherwise = look() !== focused;
    el.focus({ preventScroll: true });
    const x = box.left + Math.min(box.width, 40) / 2, y = box.top + Math.min(box.height, 20) / 2;
    const top = document.elementFromPoint(x, y);
    return {
        what: el.outerHTML.slice(0, 120), marked: el !== document.body && (outlined || otherwise),
        inside: box.width > 0 && x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight
            && !!top && (el.contains(top) || top.contains(el)),
    };
}"""
