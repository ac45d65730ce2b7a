"""What axe and a narrow screen say about a page as it stands: light, dark, 320 pixels wide."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page

# Every rule that is on in axe, those beyond WCAG too, with the size of targets (WCAG 2.5.8), which
# is off there; or the named ones. Only what is wrong is sent back.
RUN = """
rules => axe.run({
    resultTypes: ["violations"],
    reporter: "no-passes",
    rules: {"target-size": {enabled: true}},
    ...(rules.length ? {runOnly: rules} : {}),
}).then(found =>
    found.violations.flatMap(each => each.nodes.map(node => `${each.id}: ${node.html.slice(0, 160)}`)))
"""
# What another width and other colours can break in a page that is sound otherwise: what is shown
# then only (the folded menu), and how it looks.
LOOKS = [
    "aria-hidden-focus",
    "button-name",
    "color-contrast",
    "link-in-text-block",
    "link-name",
    "nested-interactive",
    "region",
    "scrollable-region-focusable",
    "target-size",
]
OPEN = "() => document.querySelectorAll('main details').forEach(part => { part.open = true; })"
# Things that stick out to the right, unless something around them scrolls.
WIDE = """
() => {
    const over = document.documentElement.scrollWidth - innerWidth;
    if (over <= 0) return [];
    const out = [...document.querySelectorAll("body *")].filter(
        each => each.getBoundingClientRect().right > innerWidth + 1);
    return [`${over} px too wide: ${out.at(-1)?.outerHTML.slice(0, 160)}`];
}
"""
# What scripts do when the page gets another size is done.
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
WIDTH, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
SHOTS = os.environ.get("TILTS_SHOTS")


def shoot(page: Page, name: str) -> None:
    """A picture of the page for human eyes, when TILTS_SHOTS names a folder."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def equip(context: BrowserContext) -> None:
    """Bring axe into every page of a browser, before its own scripts."""
    context.add_init_script(AXE_SCRIPT)


@dataclass
class Barriers:
    """Collects what is wrong on each page looked at, a line each."""

    found: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def look(self, page: Page, name: str, *, twin: bool = False) -> None:
        """Scan the page shown now, everything folded open: wide and light, narrow and dark.

        320 CSS pixels are also what 1280 become at 400 % zoom. A `twin` is the same page in the
        other language, with the same colours: it is scanned once, narrow. Looking leaves the page
        as it was.
        """
        name = re.sub(r"[^\w.-]+", "-", name).strip("-")
        assert name not in self.seen, f"looked at twice: {name}"
        self.seen.add(name)
        shoot(page, f"{name}.light")
        page.evaluate(OPEN)
        if not twin:
            self._note(name, "light", page.evaluate(RUN, []))
        page.emulate_media(color_scheme="dark")
        shoot(page, f"{name}.dark")
        page.set_viewport_size(NARROW)
        page.evaluate(SETTLED)
        self._note(name, "narrow", page.evaluate(WIDE))
        self._note(name, "narrow, dark", page.evaluate(RUN, [] if twin else LOOKS))
        page.emulate_media(color_scheme="light")
        shoot(page, f"{name}.narrow")
        page.set_viewport_size(WIDTH)

    def _note(self, name: str, way: str, lines: list[str]) -> None:
        self.found += [f"{name} ({way}): {line}" for line in lines]
