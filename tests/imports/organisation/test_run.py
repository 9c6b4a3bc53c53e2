"""An organisation is imported, changed by a second file, and never doubled."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import call_command
from django.db import connection
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from psycopg import sql

from tests.cast import TODAY
from udbytte.imports.organisation.run import import_organisation
from udbytte.imports.report import Report
from udbytte.models import Employment, ManagerRole, Person, Unit

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
HEADER = "Navn;E-mail;Enhed;Stilling;Leders e-mail;Fra;Til;CPR-nummer"
METTE = "Mette Madsen;mette@x.test;Engby > Børn > Nord;Pædagog;lars@x.test;01-02-2020;;010180-1234"
LARS = "Lars Lund;lars@x.test;Engby > Børn > Nord;Leder;dorthe@x.test;1.3.2019;;020280-1234"
KARIM = "Karim Kaya;karim@x.test;Engby > Børn > Nord;Pædagog;lars@x.test;2021-05-01;;"
DORTHE = "Dorthe Dam;dorthe@x.test;Engby > Børn;Chef;;01/05/2015;;"


def table(*rows: str) -> tuple[str, bytes]:
    return "table.csv", "\n".join((HEADER, *rows)).encode()


def load(source: Path | tuple[str, bytes], **options: Any) -> Report:
    return import_organisation(source, by=None, on=TODAY, **options)


def changes(report: Report) -> tuple[int, int, int, int]:
    return report.total("new"), report.total("changed"), report.total("moved"), report.total("left")


def emus(extra: str = "") -> tuple[str, bytes]:
    unit = "<orgUnit id='u{0}' client='1'><startDate>1960-01-01</startDate><parentOrgUnit>{1}</parentOrgUnit>"
    unit += "<manager>{2}</manager><longName>{3}</longName></orgUnit>"
    person = "<employee id='{0}' client='{1}'><entryDate>2001-01-01</entryDate><cpr>{2}</cpr><firstName>{3}</firstName>"
    person += (
        "<lastName>Berg</lastName><workPhone>hemmelig</workPhone><orgUnit>{4}</orgUnit><email>{5}</email></employee>"
    )
    parts = (
        unit.format(1, "", "m1", "Engby"),
        unit.format(2, "u1", "", "Børn"),
        person.format("e1", 1, "0101801234", "Åse", "u1", "åse@x.test"),
        person.format("e2", 1, "0202801234", "Bo", "u2", "bo@x.test"),
        person.format("m1", 540, "0101801234", "Åse", "", "åse@x.test"),
    )
    return "emus.xml", f"<?xml version='1.0'?>{extra}<OS2MO>\n{chr(10).join(parts)}\n</OS2MO>".encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_table_is_read_in_every_usual_encoding(encoding: str, delimiter: str) -> None:
    content = table(METTE, LARS, DORTHE)[1].decode().replace(";", delimiter).encode(encoding)
    report = load(("table.csv", content))
    assert (report.problems, report.written) == ([], True)
    assert [unit.name for unit in Unit.objects.order_by("path")] == ["Engby", "Børn", "Nord"]
    works = Employment.objects.order_by("starts_on").values_list("person__email", "starts_on", "line_manager__email")
    assert list(works) == [
        ("dorthe@x.test", date(2015, 5, 1), None),
        ("lars@x.test", date(2019, 3, 1), "dorthe@x.test"),
        ("mette@x.test", date(2020, 2, 1), "lars@x.test"),
    ]
    assert changes(load(("table.csv", content))) == (0, 0, 0, 0)


def test_a_workbook_is_read_with_its_days() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        for place, word in enumerate(("Fulde navn på dansk", "Email", "Afdeling", "Ansat fra")):
            sheet.write_string(0, place, word)
        for place, word in enumerate(("Mette Madsen", "mette@x.test", "Engby/Børn")):
            sheet.write_string(1, place, word)
        sheet.write_datetime(1, 3, date(2020, 2, 1), book.add_format({"num_format": "dd-mm-yyyy"}))
    refused = load(("a.xlsx", stream.getvalue()))
    assert (refused.missing, refused.columns[0], refused.written) == (("name",), "Fulde navn på dansk", False)
    assert load(("a.xlsx", stream.getvalue()), mapping={"name": "Fulde navn på dansk"}).written
    assert Employment.objects.get().starts_on == date(2020, 2, 1)
    assert Person.objects.get().name == "Mette Madsen"


def test_emus_finds_the_manager_among_the_employees() -> None:
    assert load(emus()).written
    assert (Unit.objects.count(), Person.objects.count(), Employment.objects.count()) == (2, 2, 2)
    assert ManagerRole.objects.get().person == Person.objects.get(external_id="m1", email="åse@x.test")
    assert Employment.objects.get(external_id="e2").line_manager_id == ManagerRole.objects.get().person_id
    assert changes(load(emus())) == (0, 0, 0, 0)


def test_xml_with_a_document_type_is_refused() -> None:
    report = load(emus("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"))
    assert (len(report.problems), report.written, Unit.objects.count()) == (1, False, 0)


@pytest.mark.parametrize("name", ["../units.csv", "/units.csv", "bomb"])
def test_a_dangerous_zip_is_refused(name: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"0" * (20_000_000 if name == "bomb" else 10))
    report = load(("a.zip", stream.getvalue()))
    assert "was not opened" in report.problems[0].message or "blev ikke åbnet" in report.problems[0].message


def test_bad_rows_are_reported_exactly_and_nothing_is_written() -> None:
    bad = "Xenia;xenia.x.test;Engby;;;31-02-2020;;0303801234"
    report = load(table(METTE, bad, LARS, DORTHE))
    assert [(one.file, one.row, one.field) for one in report.problems] == [
        ("table.csv", 3, "email"),
        ("table.csv", 3, "from"),
    ]
    assert (report.written, Person.objects.count()) == (False, 0)


def test_with_skip_bad_the_rest_is_written_and_nobody_is_ended_for_a_bad_row() -> None:
    load(table(METTE, LARS, DORTHE))
    bad = METTE.replace("mette@x.test", "mette")
    report = load(table(bad, LARS, DORTHE, KARIM), skip_bad=True)
    assert [(one.row, one.field) for one in report.problems] == [(2, "email")]
    assert (report.written, changes(report)[3]) == (True, 0)
    assert Employment.objects.on(TODAY).count() == 4


def test_a_cpr_number_as_employee_number_is_refused_and_not_repeated() -> None:
    rows = "Navn;E-mail;Enhed;Medarbejdernummer\nMette Madsen;mette@x.test;Engby;010180-1234"
    report = load(("a.csv", rows.encode()))
    assert [problem.field for problem in report.problems] == ["external_id"]
    assert "010180" not in json.dumps(report.as_json())


def test_a_mover_keeps_the_employment_and_a_leaver_is_ended() -> None:
    load(table(METTE, LARS, DORTHE, KARIM, *(f"P {n};p{n}@x.test;Engby;;;;;" for n in range(4))))
    work = Employment.objects.get(person__email="mette@x.test")
    moved = METTE.replace("Nord", "Syd").replace("lars@", "dorthe@")
    report = load(
        table(moved, LARS, DORTHE, *(f"P {n};p{n}@x.test;Engby;;;;;" for n in range(4))), end_missing=True, end_count=1
    )
    assert (report.counts["employments"]["moved"], report.counts["employments"]["left"]) == (1, 1)
    now = Employment.objects.get(pk=work.pk)
    assert (now.unit.name, now.line_manager and now.line_manager.email) == ("Syd", "dorthe@x.test")
    assert not Person.objects.get(email="karim@x.test").is_active


def test_two_people_can_swap_their_addresses() -> None:
    header = "employee id;name;e-mail;unit\n"
    load(("a.csv", f"{header}1;Ann A;a@x.test;Engby\n2;Ben B;b@x.test;Engby".encode()))
    load(("a.csv", f"{header}1;Ann A;b@x.test;Engby\n2;Ben B;a@x.test;Engby".encode()))
    assert dict(Person.objects.values_list("given_name", "email")) == {"Ann": "b@x.test", "Ben": "a@x.test"}


def test_a_new_address_is_not_blamed_for_the_old_one() -> None:
    """Only the address that changed is tried again."""
    header = "employee id;name;e-mail;unit\n"
    load(("a.csv", f"{header}1;Ann A;a@x.test;Engby\n2;Ben B;b@x.test;Engby".encode()))
    Person.objects.update(mail_refused_at="2026-03-01T08:00:00Z", mail_refusal="550 no such user")
    load(("a.csv", f"{header}1;Ann A;ann@x.test;Engby\n2;Ben B;b@x.test;Engby".encode()))
    refused = Person.objects.filter(mail_refused_at__isnull=False)
    assert list(refused.values_list("given_name", flat=True)) == ["Ben"]
    assert not Person.objects.get(given_name="Ann").mail_refusal


def test_nobody_is_recognised_by_name_alone() -> None:
    load(("a.csv", b"id;name;unit\n1;Ann A;Engby"))
    load(("a.csv", b"id;name;unit\n2;Ann A;Engby"), confirm=True)
    assert Person.objects.count() == 2


def test_last_days_that_end_more_than_a_fifth_must_be_confirmed() -> None:
    load(table(METTE, LARS, DORTHE, KARIM))
    ended = tuple(row.replace(";;", ";27-02-2026;", 1) for row in (KARIM,))
    refused = load(table(METTE, LARS, DORTHE, *ended))
    assert (refused.needs_confirmation, refused.ends, refused.current, refused.written) == (True, 1, 4, False)
    assert load(table(METTE, LARS, DORTHE, *ended), confirm=True).written
    assert not Person.objects.get(email="karim@x.test").is_active


def test_a_dry_run_reports_the_same_and_writes_nothing() -> None:
    tried = load(table(METTE, LARS, DORTHE), dry_run=True)
    assert Unit.objects.count() == 0
    assert load(table(METTE, LARS, DORTHE)).counts == tried.counts


def test_no_cpr_number_is_anywhere_in_the_database() -> None:
    load(table(METTE, LARS, DORTHE))
    load(emus(), confirm=True)
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            query = sql.SQL("SELECT count(*) FROM {} AS t WHERE t::text ~ %s").format(sql.Identifier(name))
            cursor.execute(query, ["0[12]0[12]80-?1234"])
            assert (name, cursor.fetchone()) == (name, (0,))


WORKS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(["A", "A > B", "A > C", "D > B"]), st.sampled_from(["", "X"])),
    min_size=1,
    max_size=8,
    unique_by=lambda work: (work[0], work[1]),
)


def rows_of(works: list[tuple[int, str, str]]) -> tuple[str, bytes]:
    people = sorted({person for person, _unit, _title in works})
    manager = f"p{people[0]}@x.test"
    return table(*(f"P Nr{p};p{p}@x.test;{unit};{title};{manager};01-01-2020;;" for p, unit, title in works))


def state() -> set[tuple[object, ...]]:
    fields = ("person__email", "unit__name", "unit__parent__name", "title", "line_manager__email")
    found: set[tuple[object, ...]] = set(Employment.objects.on(TODAY).values_list(*fields))
    found |= set(ManagerRole.objects.on(TODAY).values_list("person__email", "unit__name", "unit__parent__name"))
    return found | {(name,) for name in Unit.objects.on(TODAY).values_list("name", flat=True)}


def load_all(works: list[tuple[int, str, str]]) -> None:
    """Import the works, and end all that is not among them."""
    count = len(load(rows_of(works), dry_run=True).missing_people)
    assert load(rows_of(works), end_missing=True, end_count=count).written


@hypothesis_settings(max_examples=25)
@given(first=WORKS, second=WORKS)
def test_a_then_b_then_a_is_a(first: list[tuple[int, str, str]], second: list[tuple[int, str, str]]) -> None:
    Employment.objects.all().delete()
    ManagerRole.objects.all().delete()
    for unit in Unit.objects.order_by("-path"):
        unit.delete()
    assert load(rows_of(first), confirm=True).problems == []
    before = state()
    assert changes(load(rows_of(first))) == (0, 0, 0, 0)
    load_all(second)
    assert changes(load(rows_of(second))) == (0, 0, 0, 0)
    load_all(first)
    assert state() == before


def test_the_command_prints_the_report_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(table(METTE.replace("01-02-2020", "soon"))[1])
    with pytest.raises(SystemExit) as ended:
        call_command("import", "organisation", str(file), "--json")
    told = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1
    assert [told[key] for key in ("new", "changed", "moved", "left", "unchanged")] == [0, 0, 0, 0, 0]
    assert [(problem["person"], problem["column"], problem["count"]) for problem in told["problems"]] == [
        ("Mette Madsen", "Fra", 1)
    ]


if DATA.is_dir():

    def test_what_a_municipality_sends_to_its_service_is_imported() -> None:
        load(DATA / "emus" / "organisation.xml")
        found = (Unit.objects.count(), Employment.objects.count(), ManagerRole.objects.count())
        assert found == (48, 100, 42)
        assert Person.objects.filter(manager_roles__isnull=False, employments__isnull=False).distinct().count() == 38
        assert changes(load(DATA / "emus" / "organisation.xml")) == (0, 0, 0, 0)

    def test_the_same_as_tables_is_imported() -> None:
        load(DATA / "hjorring")
        assert (Unit.objects.count(), Person.objects.count(), Employment.objects.count()) == (67, 132, 132)
        assert [ManagerRole.objects.filter(holds_conversations=holds).count() for holds in (True, False)] == [14, 34]
        assert changes(load(DATA / "hjorring")) == (0, 0, 0, 0)
