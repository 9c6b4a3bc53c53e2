"""The command line speaks English, whatever language people read."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.translation import override

from tests.imports.organisation.case_files import CASES, agree_with, load, make_round
from udbytte.cli import _help

WHOLE, ONE_SHORT = "day-1-and-20-whole.csv", "day-10-one-short.csv"


def printed_by(command: str, *arguments: str) -> list[str]:
    out = StringIO()
    with override("da"):
        try:
            call_command(command, *arguments, stdout=out)
        except SystemExit as ended:
            assert ended.code == 1
    return out.getvalue().splitlines()


@pytest.mark.django_db
def test_a_preview_of_an_import_says_what_the_page_says_in_english() -> None:
    load(WHOLE)
    agree_with("aage@engby.test", make_round())
    assert printed_by("import", "organisation", str(CASES / ONE_SHORT), "--dry-run") == [
        "These people are missing from the file: 1.",
        "  Aage Bang, Lærer, Nordskolen; 1 agreement",
        "  If they leave, this is closed: 1 agreement.",
        "  They are not ended. They are marked as missing, their own tasks rest, and tasks that they have for others go"
        " to somebody else. They are ended after 14 days if a later file lacks them too. To end them now:"
        " --end-missing 1",
        "Units:          0 new, 0 changed, 0 moved, 0 left, 4 unchanged",
        "People:         0 new, 0 changed, 0 moved, 0 left, 3 unchanged",
        "Employments:    0 new, 0 changed, 0 moved, 0 left, 3 unchanged",
        "Manager roles:  0 new, 0 changed, 0 moved, 0 left, 1 unchanged",
        "This is what the file would change. Nothing has been written yet.",
    ]
    assert printed_by("import", "organisation", str(CASES / WHOLE), "--dry-run")[-1] == (
        "Everything in the file is known already: importing it would change nothing."
    )


@pytest.mark.django_db
def test_problems_and_what_to_write_next_are_in_english_too(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Navn;E-mail;Enhed\nMette Madsen;mette@;Engby > Skoler\n;;\n", encoding="utf-8")
    assert printed_by("import", "organisation", str(file))[:2] == [
        "Problems:",
        "! people.csv, row 2, E-mail, Mette Madsen: “mette@” is not an e-mail. Write it as name@example.dk, or leave it"
        " empty.",
    ]
    assert printed_by("import", "organisation", str(file))[-1] == (
        "Nothing was written. Correct the rows above, or leave them out with --skip-bad."
    )


def test_the_list_of_commands_has_ours_first_with_a_line_each() -> None:
    lines = _help().splitlines()
    assert lines[2] == "Commands of Udbytte:"
    assert lines.index("Of Django, which Udbytte is made with:") > lines.index(
        next(x for x in lines if " worker " in x)
    )
    assert all(len(line) <= 120 for line in lines)
    commands = [line for line in lines if line.startswith("  ")]
    assert all(line.split(maxsplit=1)[1].endswith(".") for line in commands)
