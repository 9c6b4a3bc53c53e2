"""A coordinator chooses a file of courses, sees what it would change, and imports it, on pages for courses only."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.browsing import enter
from tests.cast import Cast
from tests.imports.courses.course_files import amu, json_ld, page, run, xcri
from tests.imports.test_pages import masked, work
from udbytte.imports.courses.read import mask_cpr
from udbytte.models import Course, CourseRun, ImportRun

pytestmark = pytest.mark.django_db


def workbook() -> tuple[str, bytes]:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        for place, (name, said) in enumerate(
            (("Titel", "Lyt"), ("Udbyder", "Huset"), ("Indhold", "En\nto 010180-1234"))
        ):
            sheet.write_string(1, place, name)
            sheet.write_string(3, place, said)
    return "bog.xlsx", stream.getvalue()


def test_a_file_is_tried_out_then_imported_and_deleted(cast: Cast) -> None:
    browser = enter(cast.bente)
    name, content = amu(run(1, beskrivelse="Ring 010180-1234"), run(2, normpris="[340, 360]"))
    sent = browser.post(reverse("course-imports"), {"file": SimpleUploadedFile(name, content)})
    found = ImportRun.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, reverse("course-import", args=(found.pk,)))
    assert b"010180" not in bytes(found.content)
    assert 'hx-trigger="every 2s"' in browser.get(sent["Location"]).content.decode()
    assert (work(found).state, CourseRun.objects.filter(key="k1").exists()) == ("done", False)
    tried = browser.get(sent["Location"]).content.decode()
    assert "Der er flere priser: [340, 360]. Skriv én." in tried and "Værd at vide" in tried
    browser.post(reverse("course-import-go", args=(found.pk,)))
    done = work(found)
    assert (done.state, bytes(done.content), done.done) == ("done", b"", 0) or done.done == 99
    assert CourseRun.objects.get(key="k1").course.description == "Ring …"
    assert "Importeret." in browser.get(sent["Location"]).content.decode()


def test_columns_that_are_not_recognised_can_be_mapped(cast: Cast) -> None:
    browser = enter(cast.hanne)
    file = SimpleUploadedFile("a.csv", "Hvad;Udbyder\nLyt til børn;Samtalehuset".encode())
    browser.post(reverse("course-imports"), {"file": file})
    found = work(ImportRun.objects.get())
    address = reverse("course-import", args=(found.pk,))
    assert "Ingen kolonne i filen ligner: Titel." in browser.get(address).content.decode()
    browser.post(reverse("course-import-go", args=(found.pk,)), {"columns": "told", "title": "Hvad"})
    report = work(found).report
    assert report is not None and report["counts"]["courses"]["new"] == 1


def test_many_withdrawn_runs_must_be_confirmed(cast: Cast) -> None:
    browser = enter(cast.ida)
    for rows in ([run(number) for number in range(1, 11)], [run(1)]):
        name, content = amu(*rows)
        browser.post(reverse("course-imports"), {"file": SimpleUploadedFile(name, content)})
        found = work(ImportRun.objects.latest("pk"))
        go = reverse("course-import-go", args=(found.pk,))
        browser.post(go)
        work(found)
    said = browser.get(reverse("course-import", args=(found.pk,))).content.decode()
    assert "Ja, 9 af 10 kommende hold holdes ikke længere." in said and 'name="skip_bad"' not in said
    browser.post(go, {"confirm": "on"})
    assert work(found).state == "done"
    assert CourseRun.objects.exclude(withdrawn_on=None).count() == 9


@pytest.mark.parametrize("kind", ["organisation", "courses"])
def test_an_import_is_reached_through_its_own_pages_only(cast: Cast, kind: str) -> None:
    found = ImportRun.objects.create(kind=kind, filename="hemmelig.csv", content=b"x", state="done")
    own, other = ("import", "course-import") if kind == "organisation" else ("course-import", "import")
    browser = enter(cast.ida)
    assert browser.get(reverse(own, args=(found.pk,))).status_code == 200
    assert browser.get(reverse(other, args=(found.pk,))).status_code == 404
    assert browser.post(reverse(f"{other}-go", args=(found.pk,))).status_code == 404
    assert b"hemmelig.csv" not in browser.get(reverse(f"{other}s")).content
    assert enter(cast.mette).post(reverse(f"{own}-go", args=(found.pk,))).status_code == 404
    assert ImportRun.objects.get().state == "done"


def test_the_catalogue_links_to_imports_for_people_who_may_import(cast: Cast) -> None:
    link = f'href="{reverse("course-imports")}"'
    assert link in enter(cast.bente).get(reverse("courses")).content.decode()
    assert link not in enter(cast.mette).get(reverse("courses")).content.decode()


def test_the_error_of_an_unreadable_file_stands_next_to_the_field(cast: Cast) -> None:
    file = SimpleUploadedFile("a.html", b"<html><body>Hej</body></html>")
    sent = enter(cast.bente).post(reverse("course-imports"), {"file": file})
    assert (sent.status_code, ImportRun.objects.count()) == (422, 0)
    assert b"id_file_error" in sent.content


@pytest.mark.parametrize("source", [amu({}, run(1)), json_ld(), page(), xcri(7), workbook()], ids=lambda one: one[0])
def test_masking_loses_nothing(cast: Cast, source: tuple[str, bytes]) -> None:
    from tests.imports.courses.test_run import load

    name, content = source
    kept = masked(mask_cpr, name, content)
    assert b"010180" not in kept
    first = load((name, kept))
    assert first.written and first.total("new")
    again = load(source)
    assert (again.total("new"), again.total("changed"), again.notes) == (0, 0, first.notes)
    assert Course.objects.filter(description__contains="\n").exists() or "json" in name or "html" in name
