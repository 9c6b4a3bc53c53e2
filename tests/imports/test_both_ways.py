"""A file gives the same report by the command line and by the page, which stores it without CPR numbers first."""

from __future__ import annotations

import contextlib
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from tests.browsing import enter
from tests.cast import Cast
from tests.imports.courses.course_files import page
from tests.imports.courses.test_files import AMU, XCRI_IN_WORDS, courses_with_one_address
from tests.imports.organisation.small_files import (
    AAGE,
    BODIL,
    CODES,
    DORTE,
    ERIK,
    EVERYBODY,
    HEADER,
    WHOLE,
    changed,
    lines,
    workbook,
)  # fmt: skip
from tests.imports.organisation.test_run import emus
from tests.imports.test_pages import work
from udbytte.models import ImportRun, Person

pytestmark = pytest.mark.django_db
NUMBERED = f"Medarbejdernr.;{HEADER}"
MAILBOX = "kontor.nordskolen@engby.test"
A_SECOND_JOB = "Aage Bang;a.bang@engby.test;Engby > Skoler > Sydskolen;Vejleder;bodil@engby.test;15-08-2021;"

ORGANISATION = {
    "shared mailbox": changed(aage=("aage@engby.test", MAILBOX), dorte=("dorte@engby.test", MAILBOX)),
    "one number, two names": lines(
        *(f"{n};{row}" for n, row in zip((1, 7, 7, 4), WHOLE, strict=True)), header=NUMBERED
    ),
    "surname first": changed(bodil=("Bodil Rask", "Rask, Bodil"), erik=("Erik Holm", "Holm, Erik")),
    "title line with commas": ("liste.csv", b"Medarbejdere, Engby, 2026\r\n\r\n" + lines(*WHOLE)[1]),
    "bad cell at the manager": changed(bodil=("01-01-2020", "den 1. i 2020")),
    "misspelt manager": changed(dorte=("bodil@engby", "bodil@enby")),
    "day in words": changed(bodil=("01-01-2020", "3. april 2020"), aage=("15-08-2021", "15.08.21")),
    "day at midnight": changed(aage=("15-08-2021", "2021-08-14T22:00:00Z")),
    "unit column twice": lines(
        *(row.replace(";", ";HR-område;", 1) for row in WHOLE), header=HEADER.replace("Navn;", "Navn;Enhed;")
    ),
    "other headers": lines(*(f"{row};37" for row in WHOLE), header=f"{HEADER};Timer pr. uge"),
    "mac": lines(*WHOLE, encoding="mac_roman"),
    "lost letters": changed(dorte=("Pædagog", "P¿dagog")),
    "two encodings": ("liste.csv", lines(BODIL, DORTE)[1] + f"{ERIK}\r\n".encode("cp1252")),
    "cpr column": lines(
        *(f"111111-1118;{BODIL}", f"222222-2224;{AAGE}", f"222222-2224;{A_SECOND_JOB}", f"333333-3330;{ERIK}"),
        header=f"CPR-nummer;{HEADER}",
    ),
    "hidden first sheet": workbook(("Koder", True, CODES), ("Ark1", False, EVERYBODY)),
    "cover sheet first": workbook(("Forside", False, CODES), ("Ark1", False, EVERYBODY)),
    "several sheets fit": workbook(("2025", False, EVERYBODY[:3]), ("2026", False, EVERYBODY)),
    "emus": emus(),
}
COURSES = {
    "public catalogue": ("hold.csv", AMU.encode()),
    "two courses, one address": courses_with_one_address(),
    "start in words": ("kurser.xml", XCRI_IN_WORDS.encode()),
    "saved page": page(),
}


def report_by_command(kind: str, file: Path, *options: str) -> dict[str, Any]:
    out = StringIO()
    with contextlib.suppress(SystemExit):  # the file has problems
        call_command("import", kind, str(file), "--json", *options, stdout=out)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def report_by_page(cast: Cast, address: str, name: str, content: bytes) -> dict[str, Any]:
    Person.objects.filter(pk=cast.ida.pk).update(language="en")  # as the command line
    answer = enter(cast.ida).post(reverse(address), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302
    report = work(ImportRun.objects.latest("pk")).report
    assert report is not None
    return dict(report)


@pytest.mark.parametrize("case", ORGANISATION)
def test_an_organisation_is_read_the_same_both_ways(cast: Cast, tmp_path: Path, case: str) -> None:
    name, content = ORGANISATION[case]
    file = tmp_path / name
    file.write_bytes(content)
    report = report_by_command("organisation", file, "--dry-run")
    assert report_by_page(cast, "imports", name, content) == report
    assert report["counts"]["employments"]["new"] or report["missing"] or report["ambiguous"] or report["sheets"]
    assert "222222" not in json.dumps(report)


@pytest.mark.parametrize("case", COURSES)
def test_courses_are_read_the_same_both_ways(cast: Cast, tmp_path: Path, case: str) -> None:
    name, content = COURSES[case]
    file = tmp_path / name
    file.write_bytes(content)
    report = report_by_command("courses", file, "--dry-run")
    by_page = report_by_page(cast, "course-imports", name, content)
    assert by_page == report and report["counts"]["courses"]["new"]
