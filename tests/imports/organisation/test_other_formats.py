"""What EMUS and the four tables say of bad rows: whose they are, on which line, and who stays because of them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from tests.cast import TODAY
from udbytte.imports.organisation.run import import_organisation
from udbytte.imports.report import Report
from udbytte.models import Employment, ManagerRole, Person

pytestmark = pytest.mark.django_db
UNIT = "<orgUnit id='u1'><manager>m1</manager><longName>Engby</longName></orgUnit>"
LONG = "x" * 251


def employee(number: str, cpr: str, given: str, family: str, *, client: int = 1, **more: str) -> str:
    more = {"orgUnit": "u1", "email": f"{given.lower()}@engby.test"} | more
    fields = {"cpr": cpr, "firstName": given, "lastName": family, **more}
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<employee id='{number}' client='{client}'>{inner}</employee>"


def load_emus(*employees: str, between: str = "\n", **options: Any) -> Report:
    content = between.join(("<OS2MO>", UNIT, *employees, "</OS2MO>")).encode()
    return import_organisation(("emus.xml", content), by=None, on=TODAY, **options)


TABLES = {
    "units.csv": ("uuid;name;parent;from;to", "u1;Engby;;;"),
    "people.csv": ("uuid;given;family;email", "p1;Åse;Berg;aase@engby.test", "p2;Bo;Holm;bo@engby.test"),
    "employments.csv": ("uuid;person;unit;job;from;to", "e1;p1;u1;Chef;2020-01-01;", "e2;p2;u1;Lærer;2020-01-01;"),
    "managers.csv": ("uuid;person;unit;responsibilities_level_type;from;to", "m1;p1;u1;;;"),
}


def load_tables(**more: str) -> Report:
    """The four tables with one more row in some of them."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, rows in TABLES.items():
            added = [more[name[:-4]]] if name[:-4] in more else []
            archive.writestr(name, "\n".join((*rows, *added, "")))
    return import_organisation(("tables.zip", stream.getvalue()), by=None, on=TODAY)


def told(report: Report) -> list[tuple[str, int, str, str]]:
    return [(problem.file, problem.row, problem.column, problem.person) for problem in report.problems]


def test_emus_on_one_line_has_all_its_people() -> None:
    people = employee("e1", "x1", "Åse", "Berg"), employee("e2", "x2", "Bo", "Holm")
    assert load_emus(*people, employee("m1", "x1", "Åse", "Berg", client=540), between="").problems == []
    assert set(Person.objects.values_list("given_name", "external_id")) == {("Åse", "m1"), ("Bo", None)}
    assert Employment.objects.get(external_id="e2").line_manager_id == ManagerRole.objects.get().person_id


def test_a_manager_and_the_employments_with_the_same_cpr_number_are_one_person() -> None:
    people = (
        employee("e1", "x1", "Åse", "Berg"),
        employee("e2", "x1", "Åse", "Berg", email="another@engby.test"),
        employee("e3", "", "Åse", "Berg"),
        employee("m1", "x1", "Åse M.", "Berg", client=540, email="åse@engby.test"),
    )
    assert load_emus(*people).written
    assert (Person.objects.count(), Employment.objects.count()) == (1, 3)


def test_two_names_under_one_cpr_number_are_told_at_both_and_end_nobody() -> None:
    assert load_emus(employee("e1", "x1", "Åse", "Berg"), employee("e2", "x2", "Bo", "Holm"), skip_bad=True).written
    report = load_emus(employee("e1", "x1", "Åse", "Berg"), employee("e2", "x1", "Bo", "Holm"), skip_bad=True)
    assert told(report) == [("emus.xml", 2, "", ""), *(
        ("emus.xml", row, "cpr", name) for row, name in ((3, "Åse Berg"), (4, "Bo Holm"))
    )]  # fmt: skip
    assert report.missing_people == [] and Employment.objects.on(TODAY).count() == 2


def test_bad_employees_of_emus_are_told_with_line_field_and_name() -> None:
    report = load_emus(
        employee("e1", "x1", "Åse", "Berg"),
        employee("e1", "x2", "Bo", "Holm"),
        employee("e3", "x3", "Ida", LONG),
        employee("e4", "x4", "Per", "Dam", position=LONG),
        employee("e5", "x5", "Eva", "Lund", entryDate="2026-02-01", leaveDate="2026-01-01"),
        employee("010180-1234", "x6", "Kim", "Juhl"),
        employee("e7", "x7", "Ole", "Bak", client=7),
        employee("m1", "x1", "Åse", "Berg", client=540),
    )
    assert [(row, column, person) for _file, row, column, person in told(report)] == [
        (4, "", "Bo Holm"),
        (5, "lastName", f"Ida {LONG}"),
        (6, "position", "Per Dam"),
        (7, "", "Eva Lund"),
        (8, "id", "Kim Juhl"),
        (9, "client", "Ole Bak"),
    ]


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"people": "p1;Ida;Ek;ida@engby.test"}, ("people.csv", 4, "", "Ida Ek")),
        ({"people": f"p3;Ida;{LONG};"}, ("people.csv", 4, "family", f"Ida {LONG}")),
        ({"people": "010180-1234;Ida;Ek;"}, ("people.csv", 4, "uuid", "Ida Ek")),
        ({"employments": "e1;p2;u1;Vikar;;"}, ("employments.csv", 4, "", "Bo Holm")),
        ({"employments": "e3;p2;u1;Vikar;31-02-2020;"}, ("employments.csv", 4, "from", "Bo Holm")),
        ({"employments": f"e3;p2;u1;{LONG};;"}, ("employments.csv", 4, "job", "Bo Holm")),
        ({"employments": "e3;p2;u1;;2026-02-01;2026-01-01"}, ("employments.csv", 4, "", "Bo Holm")),
        ({"employments": "e3;p9;u1;;;"}, ("employments.csv", 4, "", "")),
        ({"employments": "e3;p9;;;;"}, ("employments.csv", 4, "unit", "")),
        ({"managers": "m2;p2;;;;"}, ("managers.csv", 3, "unit", "Bo Holm")),
    ],
)
def test_a_bad_row_of_the_four_tables_is_told_with_its_cell_and_person(
    more: dict[str, str], place: tuple[str, int, str, str]
) -> None:
    report = load_tables(**more)
    assert told(report) == [place] and not report.written


def test_a_damaged_zip_is_told() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in TABLES.items():
            archive.writestr(name, "\n".join(rows) * 50)
    content = bytearray(stream.getvalue())
    content[60:70] = bytes(10)
    report = import_organisation(("tables.zip", bytes(content)), by=None, on=TODAY)
    assert "beskadiget" in report.problems[0].message and not report.written
