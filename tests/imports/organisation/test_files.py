"""The columns, letters, sheets and kinds of real files are read as they are meant, in both ways."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from tests.cast import TODAY
from tests.imports.organisation.small_files import (
    AAGE,
    BODIL,
    CODES,
    DORTE,
    ERIK,
    EVERYBODY,
    HEADER,
    WHOLE,
    Load,
    changed,
    is_whole,
    lines,
    places,
    workbook,
)
from udbytte.imports.organisation.run import import_organisation
from udbytte.models import Employment, Person, Unit

pytestmark = pytest.mark.django_db


# Columns


def test_the_separator_is_found_from_the_line_with_the_headers(load: Load) -> None:
    content = b"\xef\xbb\xbfMedarbejdere, Engby, udtrukket 30. november 2026\r\n\r\n" + lines(*WHOLE)[1]
    assert is_whole(load(("liste.csv", content)))


@pytest.mark.parametrize("separator", [",", "\t", "|", ";"])
def test_every_usual_separator_is_found_below_a_title(load: Load, separator: str) -> None:
    content = lines(*WHOLE)[1].decode().replace(";", separator)
    assert is_whole(load(("liste.csv", f"Udtræk; alle; 2026\r\n{content}".encode())))


def test_usual_names_of_columns_are_known_and_the_others_are_named(load: Load) -> None:
    header = (
        "Lønnr.;Medarbejder;Mailadresse;Organisatorisk enhed;Stillingsbetegnelse;Nærmeste leder (mail);"
        "Tiltrædelsesdato;Fratrædelsesdato;Timer pr. uge"
    )
    report = load(lines(*(f"{n};{row};37" for n, row in enumerate(WHOLE, start=11)), header=header))
    assert is_whole(report) and report.unused == ("Timer pr. uge",)
    assert set(Person.objects.values_list("external_id", flat=True)) == {"11", "12", "13", "14"}
    assert report.as_json()["unused"] == ["Timer pr. uge"] and report.recognised["employee_id"] == "Lønnr."


def test_two_columns_of_one_name_are_asked_about(load: Load) -> None:
    header = HEADER.replace("Navn;", "Navn;Enhed;")
    file = lines(*(row.replace(";", ";HR-område;", 1) for row in WHOLE), header=header)
    report = load(file)
    assert (report.ambiguous, report.written, Unit.objects.count()) == (("unit",), False, 0)
    assert "Enhed (B)" in report.problems[0].message and "Enhed (D)" in report.columns
    assert is_whole(load(file, mapping={"unit": "Enhed (D)"}))


def test_the_path_of_a_unit_can_stand_in_several_columns(load: Load) -> None:
    header = "Forvaltning;Skole/afdeling;Navn;E-mail;Ansat fra;Stilling"
    rows = "Børn;HK/Kommunal;Aage Bang;aage@engby.test;01-01-2020;Lærer", "Børn;;Bodil Rask;b@engby.test;01-01-2020;"
    report = load(lines(*rows, header=header), mapping={"unit": "Forvaltning > Skole/afdeling"})
    assert report.problems == []
    units = Employment.objects.order_by("person__given_name").values_list("unit__name", "unit__parent__name")
    assert list(units) == [("HK/Kommunal", "Børn"), ("Børn", None)]


def test_a_slash_in_a_name_is_no_level_where_paths_have_another_sign(load: Load) -> None:
    load(lines(*WHOLE, "Ida Ek;ida@engby.test;Løn/personale;;;01-01-2020;"))
    assert Employment.objects.get(person__given_name="Ida").unit.name == "Løn/personale"


def test_a_unit_with_an_id_keeps_its_place_when_it_is_renamed(load: Load) -> None:
    header = f"Enhedsnr.;{HEADER}"
    ids = (1, 2, 2, 3)
    load(lines(*(f"{n};{row}" for n, row in zip(ids, WHOLE, strict=True)), header=header))
    north = Unit.objects.get(name="Nordskolen")
    renamed = [row.replace("Nordskolen", "Skolen ved Åen") for row in WHOLE]
    report = load(lines(*(f"{n};{row}" for n, row in zip(ids, renamed, strict=True)), header=header))
    assert (report.written, report.counts["units"]["new"], report.counts["units"]["left"]) == (True, 0, 0)
    north.refresh_from_db()
    assert (north.name, north.external_id, north.ends_on) == ("Skolen ved Åen", "2", None)


def test_one_unit_id_with_two_names_is_a_problem_at_the_second(load: Load) -> None:
    header = f"Enhedsnr.;{HEADER}"
    report = load(lines(f"2;{AAGE}", f"2;{ERIK}", header=header))
    assert places(report.problems) == [(3, "Erik Holm", "Enhedsnr.")]
    assert "Nordskolen" in report.problems[0].message


# Letters


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp1252", "utf-16-le", "utf-16-be", "utf-8"])
def test_letters_are_right_in_every_usual_encoding(load: Load, encoding: str) -> None:
    assert is_whole(load(lines(*WHOLE, encoding=encoding)))


def test_two_encodings_in_one_file_are_both_read(load: Load) -> None:
    soren = "Søren Ærø;soren@engby.test;Engby > Børn;Pædagog;;01-05-2019;\r\n"
    name, content = lines(BODIL, AAGE, DORTE)
    report = load((name, content + soren.encode("cp1252")))
    assert report.problems == []
    assert Person.objects.get(email="soren@engby.test").name == "Søren Ærø"
    assert set(Employment.objects.values_list("title", flat=True)) == {"Chef", "Lærer", "Pædagog"}


@pytest.mark.parametrize("lost", ["P¿dagog", "PÃ¦dagog", "P\ufffddagog"])
def test_letters_that_were_lost_before_are_asked_about(load: Load, lost: str) -> None:
    report = load(changed(dorte=("Pædagog", lost)))
    assert places(report.problems) == [(4, "Dorte Lund", "Stilling")] and lost in report.problems[0].message


@pytest.mark.parametrize("name", ["Brian O’Neil", "Zoë Šimić", "Mærsk–Møller"])
def test_letters_of_other_languages_are_no_problem(load: Load, name: str) -> None:
    assert load(changed(dorte=("Dorte Lund", name))).problems == []


# Sheets and other files


@pytest.mark.parametrize(
    "sheets",
    [
        (("Koder", True, CODES), ("Medarbejdere", False, EVERYBODY)),
        (("Forside", False, CODES), ("Medarbejdere", False, EVERYBODY)),
        (("Medarbejdere", False, EVERYBODY), ("Gammel", True, EVERYBODY[:3])),
        (("Forside", False, CODES), ("Data", True, EVERYBODY)),
    ],
    ids=["hidden first", "cover first", "hidden copy", "data hidden"],
)
def test_the_sheet_whose_headers_fit_is_read(load: Load, sheets: tuple[Any, ...]) -> None:
    report = load(workbook(*sheets))
    assert is_whole(report) and len(report.sheets) == 2


def test_of_several_sheets_that_fit_one_is_chosen(load: Load) -> None:
    book = workbook(("2025", False, EVERYBODY[:3]), ("2026", False, EVERYBODY), ("Koder", False, CODES))
    report = load(book)
    assert (report.sheets, report.written) == (("2025", "2026", "Koder"), False)
    assert "2025, 2026" in report.problems[0].message
    assert is_whole(load(book, sheet="2026"))


def test_a_workbook_whose_columns_are_not_known_offers_its_sheets(load: Load) -> None:
    report = load(workbook(("Forside", False, CODES), ("Folk", False, ("Hvem;Hvor;E-mail", "A B;Engby;a@b.test"))))
    assert (report.sheets, report.columns) == (("Forside", "Folk"), ("Hvem", "Hvor", "E-mail"))


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream.getvalue()


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "adgangskode"),
        (OLD_OFFICE, ".xls"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<html><table><tr><td>Navn</td></tr></table></html>", "HTML"),
        (zipped(liste_csv=lines(*WHOLE)[1]), "Pak den ud"),
        (zipped(mimetype=b"application/vnd.oasis", content_xml=b"<a/>"), ".ods"),
        (zipped(word__document_xml=b"<a/>"), "tekstdokument"),
    ],
    ids=["password", "xls", "pdf", "html", "zip", "ods", "docx"],
)
def test_a_file_of_another_kind_says_what_to_do(content: bytes, word: str) -> None:
    report = import_organisation(("liste.xls", content), by=None, on=TODAY)
    assert word in report.problems[0].message and not report.written
