"""Rewrites files so that they can be stored until they are imported: no CPR number is stored.

Row numbers and lines stay the same, because reports name them. Which text is masked and how is up to each import.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from xml.sax import xmlreader
from xml.sax.saxutils import XMLGenerator

from .columns import Row
from .tables import SHEETS, Sheet
from .text_files import as_lines, encoding_of
from .xml_parser import parse_xml

Mask = Callable[[str], str]
MaskCells = Callable[[list[str]], Iterable[str]]
PIECE = 1_000_000  # bytes that are copied at a time


def mask_table(rows: Iterable[Row], mask_cells: MaskCells, out: BinaryIO) -> None:
    """Write the rows as CSV, each under the row number that it had."""
    stream = io.TextIOWrapper(out, "utf-8", newline="")
    table = csv.writer(stream, delimiter=";", lineterminator="\n")
    written = 0
    for number, cells in rows:
        while written < number - 1:
            table.writerow([])
            written += 1
        table.writerow(mask_cells(cells))
        written += 1
    stream.flush()
    stream.detach()


def mask_sheets(sheets: list[Sheet], mask_cells: Callable[[], MaskCells], out: BinaryIO) -> None:
    """Write the sheets of a file: one as CSV, several as a zip of their names and CSV files.

    `mask_cells` makes the function that masks one sheet.
    """
    if len(sheets) == 1:
        return mask_table(sheets[0].rows, mask_cells(), out)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(SHEETS, json.dumps([[sheet.name, sheet.is_visible] for sheet in sheets], ensure_ascii=False))
        for number, sheet in enumerate(sheets):
            add_to_zip(archive, f"{number}.csv", partial(mask_table, sheet.rows, mask_cells()))
    return None


def add_to_zip(archive: zipfile.ZipFile, name: str, write: Callable[[BinaryIO], None]) -> None:
    """Add what a function writes to a zip, without having it in memory."""
    with TemporaryFile() as file:
        write(file)
        file.seek(0)
        with archive.open(name, "w") as member:
            while piece := file.read(PIECE):
                member.write(piece)


def mask_lines(file: str, stream: BinaryIO, mask: Mask, out: BinaryIO) -> None:
    """Write a text file with each line masked; UTF-16 becomes UTF-8. Raises Unreadable."""
    if encoding_of(file, stream).name.startswith("utf-16"):
        with as_lines(file, stream) as lines:
            for line in lines:
                out.write(mask(line).encode())
    else:
        for raw in stream:  # all other encodings write the digits of a CPR number in the same way as Latin-1
            out.write(mask(raw.decode("latin-1")).encode("latin-1"))


def mask_json(value: Any, mask: Mask) -> bytes:
    """Parsed JSON with each name, text and whole number masked, as JSON again."""
    return json.dumps(_masked_value(value, mask), ensure_ascii=False).encode()


def _masked_value(value: Any, mask: Mask) -> Any:
    if isinstance(value, dict):
        return {mask(name): _masked_value(inner, mask) for name, inner in value.items()}
    if isinstance(value, list):
        return [_masked_value(inner, mask) for inner in value]
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, int) and not isinstance(value, bool):
        masked = mask(str(value))
        return value if masked == str(value) else masked
    return value


def mask_xml(file: str, stream: BinaryIO, *, fields: Mapping[str, Mask], attributes: Mask, out: BinaryIO) -> None:
    """Write XML with the same elements on the same lines. Raises Unreadable.

    Of the texts, only those of the third level stay whose element is in `fields`, each masked by its own function.
    """
    parse_xml(file, stream, _MaskingWriter(out, fields, attributes))


class _MaskingWriter(XMLGenerator):
    """Writes the elements that it receives."""

    def __init__(self, out: BinaryIO, fields: Mapping[str, Mask], attributes: Mask) -> None:
        super().__init__(out, "utf-8")
        self.fields, self.attributes = fields, attributes
        self.depth = 0
        self.texts: list[str] = []
        self.line = xmlreader.Locator()

    def setDocumentLocator(self, locator: xmlreader.Locator) -> None:  # noqa: N802 (SAX's name)
        self.line = locator

    def startDocument(self) -> None:  # noqa: N802
        """Write no declaration: UTF-8 needs none, and the root element must stay on its line."""

    def startElement(self, name: str, attrs: xmlreader.AttributesImpl) -> None:  # noqa: N802
        self.depth += 1
        self.texts = []
        if self.depth == 1:
            super().ignorableWhitespace("\n" * ((self.line.getLineNumber() or 1) - 1))
        masked = {key: self.attributes(value) for key, value in attrs.items()}
        super().startElement(name, xmlreader.AttributesImpl(masked))

    def characters(self, content: str) -> None:
        if self.depth >= 3:
            self.texts.append(content)
        else:
            super().characters("".join(sign for sign in content if sign.isspace()))

    def endElement(self, name: str) -> None:  # noqa: N802
        text = "".join(self.texts)
        if self.depth == 3 and name in self.fields:
            super().characters(self.fields[name](text))
        elif self.depth >= 3:
            super().characters("\n" * text.count("\n"))
        self.texts = []
        self.depth -= 1
        super().endElement(name)
