"""Make dist/: a wheel and a source package with assets and Danish texts, and the exact versions to install."""

from __future__ import annotations

import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

from setuptools import build_meta  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
# One file of each kind that git does not have and a package needs.
NEEDED = (
    "udbytte/static/vendor/designsystemet.css",
    "udbytte/services/papers/fonts/NotoEmoji.ttf",
    "udbytte/locale/da/LC_MESSAGES/django.mo",
    "udbytte/templates/base.html",
)


def lacking(names: set[str]) -> list[str]:
    return [file for file in NEEDED if not any(name.endswith(file) for name in names)]


def main() -> int:
    for folder in (DIST, ROOT / "build"):
        shutil.rmtree(folder, ignore_errors=True)
    DIST.mkdir()
    source = DIST / build_meta.build_sdist(str(DIST))
    wheel = DIST / build_meta.build_wheel(str(DIST))
    shutil.rmtree(ROOT / "build", ignore_errors=True)
    with tarfile.open(source) as packed:
        missing = [f"{source.name}: {file}" for file in lacking(set(packed.getnames()))]
    with zipfile.ZipFile(wheel) as packed_wheel:
        missing += [f"{wheel.name}: {file}" for file in lacking(set(packed_wheel.namelist()))]
    for line in missing:
        print(f"dist: lacks {line}", file=sys.stderr)
    shutil.copy(ROOT / "requirements.txt", DIST)
    return int(bool(missing))


if __name__ == "__main__":
    raise SystemExit(main())
