"""A person without a mouse: everything is reached by Tab and done by Enter, Space and arrows."""

from playwright.sync_api import Locator, Page

MOST_TABS = 400


class Keyboard:
    """Works a page by keys alone; fails where something cannot be reached."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        """Press Tab until the target has the focus, and see that the focus shows."""
        target.wait_for()
        handle = target.element_handle()
        for _press in range(MOST_TABS):
            if handle.evaluate("element => element === document.activeElement"):
                style = handle.evaluate(
                    "element => { const s = getComputedStyle(element);"
                    " return [s.outlineStyle, s.boxShadow,"
                    " getComputedStyle(element.parentElement).outlineStyle] }"
                )
                assert any(value != "none" for value in style), f"focus is invisible: {target}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {target}")

    def press(self, target: Locator, key: str = "Enter") -> None:
        self.reach(target)
        self.page.keyboard.press(key)

    def follow(self, target: Locator) -> None:
        """Activate a link or button that leads to another page."""
        self.reach(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, group: Locator, value: str) -> None:
        """Pick a radio button of a group by its value, with Space and the arrow keys."""
        radios = group.locator("input[type=radio]")
        checked = group.locator("input[type=radio]:checked")
        entrance = checked.first if checked.count() else radios.first
        self.reach(entrance)
        self.page.keyboard.press("Space")
        for _press in range(radios.count() + 1):
            if group.locator("input[type=radio]:checked").get_attribute("value") == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no radio button {value}")

    def tick(self, group: Locator, values: set[str]) -> None:
        """Set exactly these checkboxes of a group."""
        for box in group.locator("input[type=checkbox]").all():
            if box.is_checked() != (box.get_attribute("value") in values):
                self.press(box, "Space")
