"""The command `udbytte` prints its version and its commands, whatever the settings are."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.runtime.installation import Installation

ROOT = Path(__file__).resolve().parent.parent
WRONG = Installation({"UDBYTTE_MODE": "live"})


@pytest.mark.parametrize("asked", ["--version", "version"])
def test_the_version_is_ours(asked: str) -> None:
    done = WRONG.run(asked)
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{ours}\n", "")


@pytest.mark.parametrize("asked", [["--help"], ["-h"], ["help"], []])
def test_help_lists_our_commands_a_line_each_and_of_djangos_those_of_the_manual(asked: list[str]) -> None:
    done = WRONG.run(*asked)
    listed = {line.split()[0]: line for line in done.stdout.splitlines() if line.startswith("  ")}
    ours = {file.stem.replace("_", "-") for file in (ROOT / "udbytte" / "management" / "commands").glob("[a-z]*.py")}
    assert (done.returncode, done.stderr) == (0, "")
    assert set(listed) == ours | {"migrate", "collectstatic"}
    assert listed["serve"].split(maxsplit=1)[1] == "Serve the pages on UDBYTTE_BIND and PORT until stopped."
    assert max(len(line) for line in listed.values()) <= 120


@pytest.mark.parametrize("asked", [["doctor", "--help"], ["help", "doctor"]])
def test_the_help_of_one_command_starts_no_database(asked: list[str], tmp_path: Path) -> None:
    done = Installation({"UDBYTTE_DATA": str(tmp_path)}).run(*asked)
    assert done.returncode == 0 and "Look at the whole installation" in done.stdout
    assert not (tmp_path / "postgres").exists()


@pytest.mark.slow
def test_a_command_before_migrate_says_so_in_one_line(installation: Installation, tmp_path: Path) -> None:
    installation.do("drop schema public cascade; create schema public")
    file = tmp_path / "a.csv"
    file.write_text("name;email;unit\nNina Ny;nina@x.test;Engby Kommune\n")
    for command in (["import", "organisation", str(file)], ["followup"], ["role", "administrator", "x@x.test"]):
        done = installation.run(*command)
        says = "udbytte: the database is not ready for this version. Run first: udbytte migrate\n"
        assert (command[0], done.returncode, done.stderr) == (command[0], 2, says)
