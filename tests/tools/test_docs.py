"""Every link, path, address, command and name of the code that the pages in docs/ and the README mention exists."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from tools.messages import open_catalogue
from udbytte.cli import COMMANDS
from udbytte.runtime import setup_answers

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
SOURCES = [*(ROOT / "udbytte").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), ROOT / "pyproject.toml"]

LINK = re.compile(r"\]\(([^)\s]+)\)")
INLINE = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"[\w.-]+/[\w./-]*|[\w*-]+\.(py|md|toml|txt|svg|po)")
FOLDERS_OF_A_SERVER = ("/etc/", "/srv/", "/usr/", "/var/", "/tmp/")  # noqa: S108 (only compared with)
MAKE = re.compile(r"(?:^|udbytte )make ([a-z]+)")
UDBYTTE = re.compile(r"(?:^|sudo |bin/)udbytte ([a-z][a-z-]*)(.*)")
OPTION = re.compile(r"--[a-z][a-z-]*")
NAME = re.compile(r"[a-z]+(?:_[a-z]+)+|[A-Z]+(?:_[A-Z]+)+|(?:[A-Z][a-z]+){2,}")
# Names of PostgreSQL, pytest and environs.
OTHERS = {
    "pg_basebackup",
    "pg_dump",
    "pg_restore",
    "pg_rewind",
    "query_timeout",
    "tcp_user_timeout",
    "django_db",
    "FileAwareEnv",
}

LABEL = re.compile(r"\*([A-Z][^*]+)\*")
# Words in italics that are no labels: titles of courses in an example, and a value in files of the organisation.
NO_LABELS = {
    "Kunstig intelligens i opgaverne",
    "Sårpleje",
    "Ledelse tæt på driften",
    "Ny i ledelse",
    "Lederne og økonomien",
    "Projektledelse",
    "Personale: MUS-kompetence",
}

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def inline_code(page: Path) -> list[str]:
    """What stands in backticks."""
    return INLINE.findall(page.read_text(encoding="utf-8"))


def code_lines(page: Path) -> Iterator[str]:
    """What stands in backticks, and the lines of indented blocks."""
    yield from inline_code(page)
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            yield line.strip()


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def exists(name: str) -> bool:
    """Whether a file or folder has this path below the repository or the package; a bare name may be anywhere in it."""
    if "/" not in name:
        return (ROOT / name).exists() or next((ROOT / "udbytte").rglob(name), None) is not None
    return (ROOT / name).exists() or (ROOT / "udbytte" / name).exists()


@cache
def all_sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in SOURCES if path != Path(__file__))


@pages
def test_every_link_leads_to_a_page_and_a_heading(page: Path) -> None:
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        if not linked.is_file() or (anchor and anchor not in anchors(linked)):
            broken.append(target)
    assert broken == []


def test_the_index_lists_every_page() -> None:
    listed = {(DOCS / target).resolve() for target in LINK.findall((DOCS / "README.md").read_text(encoding="utf-8"))}
    assert listed == set(DOCS.rglob("*.md")) - {DOCS / "README.md"}


@pages
def test_every_path_exists(page: Path) -> None:
    words = {word for code in code_lines(page) for word in code.split()}
    paths = {word for word in words if FILE.fullmatch(word) and not word.startswith(("/", ".venv/"))}
    assert {path for path in paths if not exists(path)} == set()


@pages
def test_every_address_is_answered(page: Path) -> None:
    broken = []
    for code in inline_code(page):
        if not re.fullmatch(r"/[\w/<>.?=&-]+", code) or code.startswith(FOLDERS_OF_A_SERVER):
            continue
        address = code.partition("?")[0].replace("<pk>", "1").replace("<secret>", "secret")
        try:
            resolve(address)
        except Resolver404:
            broken.append(code)
    assert broken == []


@pages
def test_every_make_target_exists(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert {target for code in code_lines(page) for target in MAKE.findall(code)} - targets == set()


def _options_of_setup() -> str:
    parser = ArgumentParser()
    setup_answers.add_options(parser)
    return " ".join(f'"{name}"' for action in parser._actions for name in action.option_strings)


@pages
def test_every_command_and_its_options_exist(page: Path) -> None:
    wrong = []
    for code in code_lines(page):
        for command, rest in UDBYTTE.findall(code):
            source = COMMANDS / f"{command.replace('-', '_')}.py"
            if not source.exists():
                wrong += [] if command in get_commands() else [command]
                continue
            options = set(OPTION.findall(rest.partition("#")[0])) - {"--help"}
            text = _options_of_setup() if command == "setup" else source.read_text("utf-8")
            wrong += [f"{command} {option}" for option in options if f'"{option}"' not in text]
    assert wrong == []


@pages
def test_every_name_of_the_code_exists(page: Path) -> None:
    names = {code for code in inline_code(page) if NAME.fullmatch(code)} - OTHERS
    assert {name for name in names if not re.search(rf"\b{name}\b", all_sources())} == set()


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.parent.name in ("use", "operate")], ids=lambda page: page.name
)
def test_every_label_is_in_the_interface(page: Path) -> None:
    text = re.sub(r"\s+", " ", page.read_text(encoding="utf-8").replace("**", ""))
    labels = {label for path in LABEL.findall(text) for label in path.split(" > ")}
    assert labels - NO_LABELS - {entry.msgid for entry in open_catalogue()} == set()
