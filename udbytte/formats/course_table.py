"""One table (CSV or XLSX) with a row per run, or per course where it has no dates; also that of voksenuddannelse.dk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import BinaryIO

from ..domain.numbers import int_from
from .course_columns import places, required
from .course_making import Making
from .course_rows import Catalogue, CourseRow
from .employment_table import header_of
from .tables import Row, csv_rows, xlsx_rows
from .values import text

OF_COURSE = ("kind", "subject", "level", "ects", "days", "duration", "signup_email", "description")
AMU_CODE = range(1_000, 100_000)


def cell(value: object) -> str:
    """A cell with its line ends."""
    return value.strip() if isinstance(value, str) else text(value)


def rows_of(file: str, stream: BinaryIO, *, zipped: bool) -> Iterator[Row]:
    """The rows of a CSV or XLSX file, with their line ends in the cells."""
    return xlsx_rows(file, stream, cell) if zipped else csv_rows(file, stream, cell)


def read(file: str, stream: BinaryIO, mapping: Mapping[str, str] | None = None, *, zipped: bool) -> Catalogue:
    """Read the table; `mapping` tells the column of a field that is not recognised. Raises Unreadable."""
    rows = rows_of(file, stream, zipped=zipped)
    header, begun = header_of(rows, lambda cells: places(cells, mapping))
    columns = required(file, header[0], header[1], mapping)
    return Catalogue((course(file, number, cells, columns) for number, cells in chain(begun, rows)), whole=True)


def course(file: str, number: int, cells: list[str], columns: Mapping[str, int]) -> CourseRow:
    """The course of one row, with its run where the row has days.

    In a table with the runs' own ids the link is the run's, otherwise the course's; the price is the run's where there
    is one. A course with a code of four or five digits, in a table with such ids, is an AMU course.
    """
    found = {field: cells[place] if place < len(cells) else "" for field, place in columns.items()}
    making = Making(file, number)
    run_title = found.get("run_title", "")
    title = found.get("title", "") or run_title
    making.who(title=title, provider=found.get("provider", ""), code=found.get("code", ""), key=found.get("key", ""))
    about = {field: found[field] for field in OF_COURSE if field in found}
    has_run = bool(found.get("starts_on") or found.get("ends_on"))
    if "course_url" in found:
        about["url"] = found["course_url"]
    if "url" in found and ("run_key" not in found or not has_run):
        about.setdefault("url", found.pop("url"))
    if "price" in found and not has_run:
        about["price"] = found["price"]
    making.about(about)
    made = making.course
    made.tells_runs = "starts_on" in columns
    if "run_key" in found and not about.get("kind") and _is_amu(made.code):
        made.told |= {"kind": "amu", "code_system": "AMU"}
    if has_run:
        own = run_title if run_title != title else ""
        making.run(found, key=found.get("run_key", ""), title=own)
    return made


def _is_amu(code: str) -> bool:
    return int_from(code) in AMU_CODE
