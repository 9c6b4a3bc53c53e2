"""What real files look like is read as it is meant, from the command line and from the page alike."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
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
    changed,
    lines,
    workbook,
)  # fmt: skip
from tests.imports.test_pages import masked
from udbytte.imports.organisation.read import mask_cpr
from udbytte.imports.organisation.run import import_organisation
from udbytte.imports.report import Report
from udbytte.models import Employment, ManagerRole, Person, Unit

pytestmark = pytest.mark.django_db
Load = Callable[..., Report]


@pytest.fixture(params=["command line", "page"])
def load(request: pytest.FixtureRequest) -> Load:
    """Import a file as the command line does, or as the page does, which stores it without CPR numbers first."""

    def load(source: tuple[str, bytes], **options: Any) -> Report:
        name, content = source
        if request.param == "page":
            content = masked(mask_cpr, name, content)
        return import_organisation((name, content), by=None, on=TODAY, **options)

    return load


def people() -> list[tuple[str, str, str | None]]:
    return list(Person.objects.order_by("given_name").values_list("given_name", "family_name", "email"))


def places(problems: list[Any]) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.person, problem.column) for problem in problems]


def is_whole(report: Report) -> bool:
    """Whether the file was read without a problem, and all four people work where they should."""
    works = Employment.objects.order_by("starts_on").values_list("person__given_name", "unit__name", "title")
    return report.problems == [] and list(works) == [
        ("Erik", "Teknik", "Ingeniør"),
        ("Bodil", "Skoler", "Chef"),
        ("Aage", "Nordskolen", "Lærer"),
        ("Dorte", "Nordskolen", "Pædagog"),
    ]


# Who a row is


def test_an_address_of_two_people_is_nobodys_login(load: Load) -> None:
    mailbox = "kontor.nordskolen@engby.test"
    shared = changed(aage=("aage@engby.test", mailbox), dorte=("dorte@engby.test", mailbox))
    report = load(shared)
    assert (report.problems, report.written) == ([], True)
    assert [(given, email) for given, _family, email in people()] == [
        ("Aage", None), ("Bodil", "bodil@engby.test"), ("Dorte", None), ("Erik", "erik@engby.test"),
    ]  # fmt: skip
    assert places(report.notes) == [(3, "Aage Bang", "E-mail"), (4, "Dorte Lund", "E-mail")]
    assert "Dorte Lund" in report.notes[0].message and mailbox in report.notes[0].message
    assert "Aage Bang" in report.notes[1].message
    again = load(shared)
    assert [again.total(verdict) for verdict in ("new", "changed", "moved", "left")] == [0, 0, 0, 0]


def test_an_address_that_was_one_persons_and_becomes_shared_is_taken_from_them(load: Load) -> None:
    load(changed(aage=("aage@engby.test", "kontor@engby.test")))
    aage = Person.objects.get(email="kontor@engby.test")
    report = load(changed(aage=("aage@", "kontor@"), dorte=("dorte@", "kontor@")), confirm=True)
    assert report.written
    aage.refresh_from_db()
    assert (aage.given_name, aage.email, aage.is_active) == ("Aage", None, True)


def test_one_person_with_two_rows_is_not_two_people(load: Load) -> None:
    second = "Aage B. Bang;aage@engby.test;Engby > Teknik;Vejleder;;15-08-2022;"
    report = load(lines(*WHOLE, second))
    assert (report.problems, report.notes, Person.objects.count()) == ([], [], 4)
    assert Employment.objects.filter(person__given_name="Aage").count() == 2


def test_two_names_under_one_number_are_a_problem_in_both_rows(load: Load) -> None:
    rows = [f"{number};{row}" for number, row in zip((1, 7, 7, 4), WHOLE, strict=True)]
    file = lines(*rows, header=f"Medarbejdernr.;{HEADER}")
    report = load(file)
    assert places(report.problems) == [(3, "Aage Bang", "Medarbejdernr."), (4, "Dorte Lund", "Medarbejdernr.")]
    assert "Dorte Lund" in report.problems[0].message and "Aage Bang" in report.problems[1].message
    assert not report.written and Person.objects.count() == 0
    assert load(file, skip_bad=True).written
    assert [given for given, _family, _email in people()] == ["Bodil", "Erik"]


def test_nobody_is_ended_because_their_number_has_two_names(load: Load) -> None:
    header = f"Medarbejdernr.;{HEADER}"
    load(lines(*(f"{number};{row}" for number, row in zip((1, 7, 8, 4), WHOLE, strict=True)), header=header))
    rows = [f"{number};{row}" for number, row in zip((1, 7, 7, 4), WHOLE, strict=True)]
    report = load(lines(*rows, header=header), skip_bad=True)
    assert (report.written, report.ends, Employment.objects.on(TODAY).count()) == (True, 0, 4)


def test_rows_with_one_cpr_number_are_one_person_with_two_employments(load: Load) -> None:
    number = "222222-2224"
    other = "Aage Bang;a.bang@engby.test;Engby > Skoler > Sydskolen;Vejleder;bodil@engby.test;15-08-2021;"
    rows = f"111111-1118;{BODIL}", f"{number};{AAGE}", f"{number};{other}", f"333333-3330;{ERIK}"
    report = load(lines(*rows, header=f"CPR-nummer;{HEADER}"))
    assert (report.problems, Person.objects.count(), Employment.objects.count()) == ([], 3, 4)
    assert places(report.notes) == [(4, "Aage Bang", "E-mail")]
    assert "a.bang@engby.test" in report.notes[0].message and "aage@engby.test" in report.notes[0].message
    assert "2222" not in json.dumps(report.as_json()) and not Person.objects.filter(external_id__contains="2222")


def test_two_names_under_one_cpr_number_are_a_problem_that_does_not_repeat_it(load: Load) -> None:
    rows = f"111111-1118;{BODIL}", f"222222-2224;{AAGE}", f"222222-2224;{DORTE}", f"333333-3330;{ERIK}"
    report = load(lines(*rows, header=f"CPR;{HEADER}"))
    assert places(report.problems) == [(3, "Aage Bang", "CPR"), (4, "Dorte Lund", "CPR")]
    assert "2222" not in json.dumps(report.as_json())


def test_surname_first_is_read_and_told_once(load: Load) -> None:
    rows = [", ".join(reversed(row.split(";")[0].split(" "))) + row[row.index(";") :] for row in WHOLE]
    report = load(lines(*rows))
    assert [(given, family) for given, family, _email in people()] == [
        ("Aage", "Bang"), ("Bodil", "Rask"), ("Dorte", "Lund"), ("Erik", "Holm"),
    ]  # fmt: skip
    assert [(note.column, note.count) for note in report.notes] == [("Navn", 4)]
    assert "Rask, Bodil" in report.notes[0].message and "Bodil Rask" in report.notes[0].message


# Cells that cannot be used


def test_a_bad_cell_costs_its_own_row_only(load: Load) -> None:
    file = changed(bodil=("01-01-2020", "den 1. i 2020"))
    report = load(file)
    assert places(report.problems) == [(2, "Bodil Rask", "Ansat fra")]
    assert "den 1. i 2020" in report.problems[0].message and not report.written
    assert load(file, skip_bad=True).written
    assert [given for given, _family, _email in people()] == ["Aage", "Dorte", "Erik"]
    assert [(note.row, note.column, note.count) for note in report.notes] == [(3, "Leders e-mail", 2)]
    assert "bodil@engby.test" in report.notes[0].message


def test_a_bad_row_of_a_known_manager_takes_nothing_from_those_below(load: Load) -> None:
    load(lines(*WHOLE))
    before = set(Employment.objects.values_list("person__given_name", "line_manager__given_name"))
    report = load(changed(bodil=("01-01-2020", "snart")), skip_bad=True)
    assert (report.written, report.ends, report.total("left")) == (True, 0, 0)
    assert set(Employment.objects.values_list("person__given_name", "line_manager__given_name")) == before


def test_a_misspelt_manager_costs_only_the_cell_and_a_likely_one_is_named(load: Load) -> None:
    load(lines(*WHOLE))
    report = load(changed(dorte=("bodil@engby", "bodil@enby")))
    assert (report.problems, report.written, Employment.objects.on(TODAY).count()) == ([], True, 4)
    assert places(report.notes) == [(4, "Dorte Lund", "Leders e-mail")]
    assert "bodil@enby.test" in report.notes[0].message and "bodil@engby.test" in report.notes[0].message
    assert ManagerRole.objects.on(TODAY).get().person.given_name == "Bodil"


def test_a_manager_who_is_named_in_the_only_row_of_a_unit_stays_when_misspelt(load: Load) -> None:
    rows = BODIL, AAGE, ERIK
    load(lines(*rows))
    load(lines(BODIL, AAGE.replace("bodil@engby", "bodil@enby"), ERIK))
    work = Employment.objects.get(person__given_name="Aage")
    assert work.line_manager is not None and work.line_manager.given_name == "Bodil"


def test_a_manager_by_name_is_not_guessed_but_named(load: Load) -> None:
    report = load(changed(dorte=("bodil@engby.test", "Bodil Rask")))
    assert report.written and "bodil@engby.test" in report.notes[0].message


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("3. april 2020", date(2020, 4, 3)),
        ("15.08.21", date(2021, 8, 15)),
        ("2021-08-14T22:00:00Z", date(2021, 8, 15)),
        ("2022-02-28T23:00:00Z", date(2022, 3, 1)),
        ("01-09-85", date(1985, 9, 1)),
        ("March 1, 2022", date(2022, 3, 1)),
        ("44621", date(2022, 3, 1)),
    ],
)
def test_a_day_is_read_as_it_is_meant(load: Load, written: str, day: date) -> None:
    report = load(changed(dorte=("01-03-2022", written)))
    assert (report.problems, Employment.objects.get(person__given_name="Dorte").starts_on) == ([], day)


def test_an_address_that_is_none_costs_only_the_cell_when_a_number_says_who_it_is(load: Load) -> None:
    header = f"Medarbejdernr.;{HEADER}"
    report = load(lines(f"7;{AAGE.replace('aage@engby.test', 'aage')}", header=header))
    assert report.written and people() == [("Aage", "Bang", None)]
    assert places([note for note in report.notes if note.field == "email"]) == [(2, "Aage Bang", "E-mail")]


def test_equal_problems_are_told_once_with_their_number(load: Load) -> None:
    rows = [f"Person {n};p{n}@engby.test;;Lærer;;01-01-2020;" for n in range(40)]
    report = load(lines(BODIL, *rows))
    assert [(problem.row, problem.count, len(problem.others)) for problem in report.problems] == [(3, 40, 20)]
    assert (report.problem_count, report.problems[0].others[0]) == (40, (4, "Person 1"))


def test_a_row_that_is_in_the_file_twice_counts_once_and_stops_nothing(load: Load) -> None:
    report = load(lines(*WHOLE, ERIK))
    assert is_whole(report) and places(report.notes) == [(6, "Erik Holm", "")]


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
