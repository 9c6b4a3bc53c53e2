"""Make the pictures of the README: a demo of its own on a fixed day, three pages, light, at 1280 × 800.

python tools/pictures.py            start a demo, take the pictures, remove the demo; two to four minutes
python tools/pictures.py ADDRESS    take them from a demo that runs
"""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from tools.browser import find_chromium

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
DAY = "2026-12-01"  # so that the pictures change only with the pages
LONGEST_START = 600  # seconds
MOST_BYTES = 100_000
SIZE = {"width": 1280, "height": 800}
# The name of the picture, who sees the page, and the links that are followed to it: the first that is there.
PICTURES = (
    ("team", "manager", "/medarbejdere/", ()),
    (
        "conversation",
        "manager",
        "/medarbejdere/",
        ("main table tbody a[href^='/samtaler/']", "main a[href^='/samtaler/']"),
    ),
    ("answer", "hr", "/udbytte/", ("main a[href*='runde=']:not([href*='q='])",)),
)


@contextmanager
def demo() -> Iterator[str]:
    """The address of a demo that is made for the pictures, and removed after them."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="udbytte-pictures.") as data:
        ours = {"UDBYTTE_MODE": "demo", "UDBYTTE_TODAY": DAY, "UDBYTTE_DATA": data, "PORT": str(port)}
        environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | ours
        udbytte = Path(sys.executable).with_name("udbytte")
        process = subprocess.Popen([str(udbytte), "run"], env=environ, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"{address}/demo/", process)
            yield address
        finally:
            process.terminate()
            process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    begun = time.monotonic()
    while time.monotonic() - begun < LONGEST_START:
        if process.poll() is not None:
            raise SystemExit(f"pictures: the demo ended with {process.returncode}")
        try:
            urlopen(address, timeout=10).close()  # noqa: S310
        except (URLError, OSError):
            time.sleep(1)
        else:
            return
    raise SystemExit(f"pictures: the demo did not answer within {LONGEST_START} s")


def page_of(browser: Browser, address: str, role: str, path: str, links: tuple[str, ...]) -> Page:
    """The page as one of the demo's cast sees it, in Danish."""
    context = browser.new_context(base_url=address, viewport=SIZE, locale="da-DK", color_scheme="light")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/demo/")
    page.locator(f'button[value="{role}"]').first.click()
    page.goto(path)
    for link in links:
        if page.locator(link).count():
            page.locator(link).first.click()
            break
    page.wait_for_load_state("networkidle")
    return page


def compressed(page: Page) -> bytes:
    """What is in the window, as WebP."""
    chromium = page.context.new_cdp_session(page)
    for quality in (90, 80, 70, 60):
        taken = chromium.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        picture = base64.b64decode(taken["data"])
        if len(picture) <= MOST_BYTES:
            return picture
    raise SystemExit(f"pictures: {page.url} takes {len(picture):,} bytes, and {MOST_BYTES:,} is the most")


def take(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for name, role, path, links in PICTURES:
            picture = compressed(page_of(browser, address, role, path, links))
            (FOLDER / f"{name}.webp").write_bytes(picture)
            print(f"pictures: docs/pictures/{name}.webp, {len(picture):,} bytes")
        browser.close()


def main(arguments: list[str]) -> None:
    if arguments:
        take(arguments[0])
        return
    print("pictures: making a demo, which takes some minutes …", flush=True)
    with demo() as address:
        take(address)


if __name__ == "__main__":
    main(sys.argv[1:])
