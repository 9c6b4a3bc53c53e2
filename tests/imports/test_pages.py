"""The administrator chooses a file and sees what it would change. Only importing it writes anything."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any, BinaryIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.imports.organisation.test_run import emus, table
from udbytte.access.people import missing_people
from udbytte.imports.jobs import carry_out_import
from udbytte.imports.organisation import staging
from udbytte.imports.organisation.check import check_rows
from udbytte.imports.organisation.read import mask_cpr, read
from udbytte.models import ImportRun, Person

pytestmark = pytest.mark.django_db
ROW = "Nina Ny;nina@x.test;Engby Kommune;Pædagog;;;;010180-1234"


def work(run: ImportRun) -> ImportRun:
    """What the worker does with it."""
    from django.utils import timezone

    carry_out_import(run.pk, on=TODAY, clock=timezone.now)
    return ImportRun.objects.get(pk=run.pk)


def masked(mask: Callable[[str, bytes, BinaryIO], None], name: str, content: bytes) -> bytes:
    """The content as the page stores it."""
    out = io.BytesIO()
    mask(name, content, out)
    return out.getvalue()


def test_a_file_is_tried_out_then_imported_and_deleted(cast: Cast) -> None:
    browser = enter(cast.ida)
    name, content = table(ROW)
    sent = browser.post(reverse("imports"), {"file": SimpleUploadedFile(name, content)})
    run = ImportRun.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, reverse("import", args=(run.pk,)))
    assert b"010180" not in bytes(run.content)
    waiting = browser.get(sent["Location"]).content.decode()
    assert "http-equiv" not in waiting and 'hx-trigger="every 2s"' in waiting
    assert f'<a href="{sent["Location"]}">Opdatér</a>' in waiting.split("<noscript>")[1].split("</noscript>")[0]
    part = browser.get(sent["Location"], headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part and "noscript" not in part and "hx-trigger" in part
    assert work(run).state == "done"
    assert not Person.objects.filter(email="nina@x.test").exists()
    over = browser.get(sent["Location"]).content
    assert b"hx-trigger" not in over and b"<noscript" not in over
    browser.post(reverse("import-go", args=(run.pk,)))
    done = work(run)
    assert (cast.mette.employments.get().ends_on, missing_people(TODAY).count()) == (None, 10)
    assert (done.state, bytes(done.content), done.report["written"] if done.report else None) == ("done", b"", True)
    assert Person.objects.filter(email="nina@x.test").exists()
    assert work(run).finished_at == done.finished_at  # a job that runs twice does nothing


def test_consequences_come_first_and_ending_people_needs_their_number(cast: Cast) -> None:
    agreement = cast.agree()
    browser = enter(cast.ida)
    name, content = table(ROW)
    browser.post(reverse("imports"), {"file": SimpleUploadedFile(name, content)})
    run = work(ImportRun.objects.get())
    page = browser.get(reverse("import", args=(run.pk,))).content.decode()
    order = [page.index(words) for words in ("Importér</button>", 'id="missing"', "Mette Hansen", "Det ændres")]
    assert order == sorted(order)
    assert page.count("Importér</button>") == 2
    assert "1 aftale" in page.split("Mette Hansen")[1].split("</li>")[0]
    assert "checked" not in page.split('name="end_missing"')[1].split(">")[0]
    browser.post(reverse("import-go", args=(run.pk,)), {"end_missing": "on", "end_count": "9"})
    assert work(run).state == "refused"
    browser.post(reverse("import-go", args=(run.pk,)), {"end_missing": "on", "end_count": "10"})
    assert work(run).state == "done"
    agreement.refresh_from_db()
    assert agreement.closed_on == TODAY


def test_columns_that_are_not_recognised_can_be_mapped(cast: Cast) -> None:
    browser = enter(cast.ida)
    file = SimpleUploadedFile("a.csv", b"Hvem;E-mail;Enhed\nNina Ny;nina@x.test;Engby Kommune")
    browser.post(reverse("imports"), {"file": file})
    run = work(ImportRun.objects.get())
    asked = browser.get(reverse("import", args=(run.pk,))).content.decode()
    assert 'name="unit"' in asked and "Ingen kolonne i filen ligner: Navn." in asked
    browser.post(reverse("import-go", args=(run.pk,)), {"columns": "told", "name": "Hvem"})
    report = work(run).report
    assert report is not None and report["counts"]["people"]["new"] == 1


def test_a_problem_names_the_field_by_its_label(cast: Cast) -> None:
    name, content = table(ROW, "Ole;ikke en adresse;Engby Kommune;Pædagog;;;;")
    browser = enter(cast.ida)
    browser.post(reverse("imports"), {"file": SimpleUploadedFile(name, content)})
    run = work(ImportRun.objects.get())
    assert run.report is not None
    assert {problem["field"] for problem in run.report["problems"]} == {"email"}
    said = browser.get(reverse("import", args=(run.pk,))).content.decode().split("Problemer</h2>")[1].split("</ul>")[0]
    lines = [" ".join(line.split()) for line in re.findall(r'small">(.*?)</span>', said, re.DOTALL)]
    assert lines == [f"{name} · række 3 · E-mail"]


def test_the_error_of_an_unreadable_file_stands_next_to_the_field(cast: Cast) -> None:
    sent = enter(cast.ida).post(reverse("imports"), {"file": SimpleUploadedFile("a.xml", b"<a><b></a>")})
    assert (sent.status_code, ImportRun.objects.count()) == (422, 0)
    assert b"id_file_error" in sent.content


def test_an_import_that_fails_is_reported_and_its_file_is_deleted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_options: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr("udbytte.imports.jobs.import_organisation", broken)
    run = work(ImportRun.objects.create(filename="a.csv", content=b"x"))
    assert (run.state, bytes(run.content)) == ("failed", b"")


@pytest.mark.parametrize("source", [table(ROW), emus()], ids=["table", "emus"])
def test_masking_loses_no_row_and_no_line(source: tuple[str, bytes]) -> None:
    name, content = source
    stored = masked(mask_cpr, name, content)
    assert b"1234" not in stored
    before, after = rows_of(name, content), rows_of(name, stored)
    assert before == after and before[2]


def rows_of(name: str, content: bytes) -> tuple[list[Any], ...]:
    """The units, managers, people and employments of a file."""
    staging.make_tables()
    organisation = read(name, content)
    check_rows(organisation)
    people = staging.fetch("SELECT row, external_id, email, given_name, family_name FROM import_person ORDER BY row")
    works = staging.fetch("SELECT row, external_id, unit, title, starts_on, ends_on FROM import_work ORDER BY row")
    return organisation.units, organisation.managers, people, works
