"""What is wrong with HTML files: html-validate is fast, the Nu HTML checker knows more and needs Java."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tools.assets import ROOT, node_command

PACKAGES = ROOT / "node_modules"
RULES = ROOT / "tools" / "html-validate.json"
# The Nu HTML checker wants each value to be valid. What somebody has typed is shown again beside its error.
TYPED = "Bad value “snart” for attribute “value”.*"

Fault = tuple[str, int, str]  # file, line, what is wrong


def html_validate(folder: Path) -> list[Fault]:
    """What html-validate finds in the pages of a folder, by the rules of standards and accessibility."""
    checker = _installed("html-validate/bin/html-validate.mjs")
    command = [*node_command(), str(checker), "--config", str(RULES), "--formatter", "json", str(folder)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode not in (0, 1):
        raise AssertionError(f"html-validate ended with {answer.returncode}: {answer.stderr}")
    return [
        (
            Path(file["filePath"]).name,
            fault["line"],
            f"{fault['ruleId']}: {fault['message'][:200]} ({fault['selector']})",
        )
        for file in json.loads(answer.stdout)
        for fault in file["messages"]
    ]


def nu_html_checker(folder: Path) -> list[Fault]:
    """The errors that the Nu HTML checker finds in the pages of a folder."""
    jar = _installed("vnu-jar/build/dist/vnu.jar")
    command = ["java", "-jar", str(jar), "--format", "json", "--errors-only", "--filterpattern", TYPED, str(folder)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        found = json.loads(answer.stderr)["messages"]
    except ValueError:
        raise AssertionError(f"the Nu HTML checker ended with {answer.returncode}: {answer.stderr}") from None
    return list(_errors(found))


def _installed(name: str) -> Path:
    if not (PACKAGES / name).exists():
        raise AssertionError(f"{name} is not installed. Run: make setup")
    return PACKAGES / name


def _errors(found: list[dict[str, str]]) -> Iterator[Fault]:
    for fault in found:
        extract = " ".join(fault.get("extract", "").split())
        yield Path(fault["url"]).name, int(fault.get("lastLine", 0)), f"{fault['message']} {extract[:200]}"
