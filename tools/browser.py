"""Find a Chromium for the tests, and install one if this needs no password."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of the system's Chromium or Chrome, or of one that playwright has downloaded; None without any."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        downloaded = playwright.chromium.executable_path
    return downloaded if downloaded and Path(downloaded).exists() else None


def install() -> bool:
    """Install Chromium with playwright (macOS) or apt-get. Returns whether it worked."""
    if platform.system() == "Darwin":
        print("browser: fetching Chromium for the tests with playwright …", flush=True)
        return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode == 0
    if shutil.which("apt-get"):
        become_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        if not become_root or shutil.which("sudo"):
            print("browser: installing Debian's chromium for the tests with apt-get (about 900 MB) …", flush=True)
            environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
            quiet = {"env": environ, "check": False, "stdout": subprocess.DEVNULL}
            subprocess.run([*become_root, "apt-get", "update", "-qq"], **quiet)  # type: ignore[call-overload]
            wanted = [*become_root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
            return subprocess.run(wanted, **quiet).returncode == 0  # type: ignore[call-overload, no-any-return]
    return False


def main() -> int:
    if find_chromium() or (install() and find_chromium()):
        return 0
    print(
        "browser: the tests need Chromium. Debian: sudo apt-get install -y chromium. "
        "Elsewhere: .venv/bin/playwright install --with-deps chromium",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
