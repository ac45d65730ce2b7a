"""Filling in whatever question stands on a page."""

from playwright.sync_api import Page


def fill_in_somehow(page: Page) -> None:
    """Some answer, right or wrong: the first of what there is to choose, a number where one types."""
    form = page.locator("form.question")
    names = form.locator("input[type=radio]").evaluate_all("all => all.map(one => one.name)")
    for name in dict.fromkeys(names):
        form.locator(f"[name='{name}']").first.check()
    if form.locator("input[type=checkbox]").count():
        form.locator("input[type=checkbox]").first.check()
    for field in form.locator("select:visible").all():
        field.select_option(index=1)
    for field in form.locator("input[type=text]:visible, textarea:visible").all():
        field.fill("1")
    if form.locator("button[data-step='1']").count():
        form.locator("button[data-step='1']").first.click()
