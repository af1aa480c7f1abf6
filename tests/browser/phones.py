"""A hand that taps the phones in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """The browser's path. Raises RuntimeError when none is installed: a browser test is never skipped on the quiet."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    raise RuntimeError("没有找到 chromium，请先安装（Debian：apt-get install chromium fonts-noto-cjk）")


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        try:
            yield found
        finally:
            found.close()


class Phones:
    """The desk of phones on one page."""

    def __init__(self, page: Page, address: str, *people: str) -> None:
        self.page = page
        page.goto(f"{address}/?p={','.join(people)}")
        for person in people:
            expect(self.of(person)).to_be_visible()

    def of(self, person: str) -> Locator:
        return self.page.locator(f'[data-user="{person}"]')

    def show(self, instead_of: str, person: str) -> None:
        """The phone of one person becomes another's."""
        seat = self.page.locator("[data-role=desk] > *").filter(has=self.of(instead_of))
        seat.locator("[data-role=person]").click()
        seat.locator(f'[data-person="{person}"]').click()
        expect(self.of(person)).to_be_visible()

    def says(self, person: str, text: str) -> None:
        phone = self._typing(person)
        phone.locator("[data-role=input]").fill(text)
        phone.locator("[data-role=send]").click()

    def picks(self, person: str, question: str, option: str) -> None:
        asked = f'[data-question="{question}"]'
        card = self.of(person).locator("article.card").filter(has=self.page.locator(asked)).last
        card.locator(asked).select_option(label=option)

    def taps(self, person: str, label: str) -> None:
        self.of(person).get_by_role("button", name=label, exact=True).last.click()

    def attaches(self, person: str, path: Path) -> None:
        """The person sends a picture from his phone."""
        self._typing(person).locator("[data-role=file]").set_input_files(str(path))

    def _typing(self, person: str) -> Locator:
        """The phone with its keyboard in place of the menu."""
        phone = self.of(person)
        if phone.locator("[data-role=input]").count() == 0:
            phone.locator("[data-role=toggle]").click()
        return phone

    def sees(self, person: str, words: str) -> None:
        """The words stand on this phone, now or within the browser's patience."""
        expect(self.of(person).get_by_text(words).last).to_be_visible()

    def picture(self, path: Path) -> None:
        self.page.wait_for_timeout(400)  # the messenger's own animations
        self.page.screenshot(path=str(path))
