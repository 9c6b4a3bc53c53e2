"""The memory of an import does not grow with the number of rows, whichever the format."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cast import TODAY
from tests.imports.organisation.test_run import emus
from udbytte.imports.organisation.emus import elements_of
from udbytte.imports.organisation.run import import_organisation

pytestmark = pytest.mark.django_db
PER_ROW = 300  # bytes; a row as objects takes more than 1000
UNITS = range(20)


def table_of(rows: int) -> bytes:
    header = "Medarbejdernummer;Navn;E-mail;Enhed;Stilling;Leders e-mail;Ansat fra\n"
    return (header + "".join(
        f"{n};Anna Berg{n};person{n}@engby.test;Engby > Skole {n % 20};Lærer;person{n % 20}@engby.test;1-2-2020\n"
        for n in range(rows)
    )).encode()  # fmt: skip


def emus_of(rows: int) -> bytes:
    units = "".join(f"<orgUnit id='u{n}'><longName>Skole {n}</longName></orgUnit>\n" for n in UNITS)
    employees = "".join(
        f"<employee id='e{n}' client='1'><entryDate>2020-02-01</entryDate><cpr>x{n}</cpr><firstName>Anna</firstName>"
        f"<lastName>Berg{n}</lastName><orgUnit>u{n % 20}</orgUnit><email>person{n}@engby.test</email></employee>\n"
        for n in range(rows)
    )
    return f"<OS2MO>\n{units}{employees}</OS2MO>".encode()


def four_tables_of(rows: int) -> bytes:
    tables = {
        "units.csv": ["uuid;name;parent;from;to", *(f"u{n};Skole {n};;;" for n in UNITS)],
        "people.csv": [
            "uuid;given;family;email", *(f"p{n};Anna;Berg{n};person{n}@engby.test" for n in range(rows)),
        ],
        "employments.csv": [
            "uuid;person;unit;job;from;to", *(f"e{n};p{n};u{n % 20};Lærer;2020-02-01;infinity" for n in range(rows)),
        ],
        "managers.csv": ["uuid;person;unit;responsibilities_level_type;from;to", "m1;p1;u1;;;"],
    }  # fmt: skip
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in tables.items():
            archive.writestr(name, "\n".join((*lines, "")))
    return stream.getvalue()


def most_memory(file: Path, content: bytes) -> int:
    """The most memory in bytes that Python has in use while a file is imported."""
    file.write_bytes(content)
    del content
    tracemalloc.start()
    try:
        assert import_organisation(file, by=None, on=TODAY).written
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("content_of", [table_of, emus_of, four_tables_of], ids=["table", "emus", "four tables"])
def test_a_file_with_more_rows_needs_no_more_memory(tmp_path: Path, content_of: Callable[[int], bytes]) -> None:
    few, many = 5000, 9000  # up to 5000 rows are in memory at a time
    most_memory(tmp_path / "warm", content_of(30))
    first = most_memory(tmp_path / "few", content_of(few))
    second = most_memory(tmp_path / "many", content_of(many))
    assert (second - first) / (many - few) < PER_ROW


def test_emus_is_read_no_further_than_to_the_element_that_is_asked_for() -> None:
    name, content = emus()
    stream = io.BytesIO(content.replace(b"</OS2MO>", b"\n" * 1_000_000 + b"</OS2MO>"))
    assert next(elements_of(name, stream)).fields["longName"] == "Engby"
    assert stream.tell() < 100_000
