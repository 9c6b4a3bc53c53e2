"""Make the picture of the README from a running demo.

python tools/picture.py            the demo of `make run`, http://127.0.0.1:8000
python tools/picture.py ADDRESS    another address
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tools.browser import find_chromium

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "udbytte.png"
# Who sees what, and the link that is followed there: the figures of the closed round, which has some.
PAGES = (("employee", "/", ""), ("manager", "/hold/", ""), ("hr", "/udbytte/", ".letter a"))
WIDTH, HEIGHT, GAP = 390, 760, 24
FRAME = """
<style>
  body {{ margin: 0; padding: {gap}px; display: flex; gap: {gap}px; background: #dde6e0 }}
  img {{ width: {width}px; height: {height}px; border-radius: 10px }}
</style>{images}
"""


def page_of(browser: Browser, address: str, role: str, path: str, link: str) -> bytes:
    """The top of a page as one of the cast sees it on a phone, in Danish."""
    context = browser.new_context(
        base_url=address, viewport={"width": WIDTH, "height": HEIGHT}, locale="da-DK", device_scale_factor=2
    )
    page = context.new_page()
    page.goto("/demo/")
    page.locator(f'button[value="{role}"]').click()
    page.goto(path)
    if link:
        page.locator(link).first.click()
    picture = page.screenshot()
    context.close()
    return picture


def main(address: str = "http://127.0.0.1:8000") -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        pictures = [base64.b64encode(page_of(browser, address, *page)).decode() for page in PAGES]
        images = "".join(f'<img alt="" src="data:image/png;base64,{picture}">' for picture in pictures)
        width = len(PAGES) * (WIDTH + GAP) + GAP
        page = browser.new_page(viewport={"width": width, "height": HEIGHT + 2 * GAP})
        page.set_content(FRAME.format(gap=GAP, width=WIDTH, height=HEIGHT, images=images))
        page.screenshot(path=PICTURE)
        browser.close()
    print(f"picture: {PICTURE}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
