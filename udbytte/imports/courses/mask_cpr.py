"""A file of courses as it may be kept until it is imported. What courses are about is public, so that little is done:
whatever looks like a CPR number is masked, always in the same way, as ids of runs are found again by it."""

from __future__ import annotations

import csv
import io
import json
from typing import BinaryIO

from udbytte.imports.readers.tables import as_text

from . import json_ld as course_json
from . import read as courses
from . import table as course_table
from .values import stable_mask


def without_cpr(file: str, data: bytes) -> bytes:
    """The same courses: workbooks become CSV, pages the JSON that is in them. Raises Unreadable."""
    stream = io.BytesIO(data)
    shape = courses.shape_of(file, stream)
    if shape == courses.WORKBOOK:
        return _table(file, stream)
    if shape in (courses.JSON, courses.PAGE):
        found = course_json.parsed(file, stream, page=shape == courses.PAGE)
        return json.dumps(course_json.rewritten(found, stable_mask), ensure_ascii=False).encode()
    out = io.BytesIO()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        with as_text(file, stream) as lines:
            for line in lines:
                out.write(stable_mask(line).encode())
    else:
        for raw in stream:  # every sign of a CPR number is the same in all encodings that are left
            out.write(stable_mask(raw.decode("latin-1")).encode("latin-1"))
    return out.getvalue()


def _table(file: str, stream: BinaryIO) -> bytes:
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter=";", lineterminator="\n")
    written = 0
    for number, cells in course_table.rows_of(file, stream, zipped=True):
        while written < number - 1:
            table.writerow([])
            written += 1
        table.writerow([stable_mask(cell) for cell in cells])
        written += 1
    return out.getvalue().encode()
