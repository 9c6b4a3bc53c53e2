"""A file as it may be kept until it is imported: every CPR number is masked before anything is stored.

The mask is the same for the same number, so that rows still find each other. The key is thrown away at once.
"""

from __future__ import annotations

import csv
import io
import secrets
import zipfile
from collections.abc import Iterable
from xml.sax import SAXException, xmlreader
from xml.sax.saxutils import XMLGenerator

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser
from django.utils.translation import gettext as _

from udbytte.imports.readers.columns import recognised_columns
from udbytte.imports.readers.problems import Unreadable
from udbytte.imports.readers.tables import Row, csv_rows, is_zip, xlsx_rows
from udbytte.imports.readers.values import mask, masked

from .emus import FIELDS_READ
from .read import csv_files, is_xml


def without_cpr(file: str, data: bytes) -> bytes:
    """The same rows, with row numbers kept: tables as CSV, four files as a zip, EMUS as XML. Raises Unreadable."""
    key = secrets.token_bytes(32)
    if is_zip(data):
        files = csv_files(file, data)
        if files is None:
            return _table(xlsx_rows(file, data), key)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, _table(csv_rows(name, content), key))
        return packed.getvalue()
    if is_xml(data):
        return _xml(file, data, key)
    return _table(csv_rows(file, data), key)


def _table(rows: Iterable[Row], key: bytes) -> bytes:
    stream = io.StringIO(newline="")
    table = csv.writer(stream, delimiter=";", lineterminator="\n")
    place: int | None = None
    written = 0
    for number, cells in rows:
        place = recognised_columns(cells).get("cpr") if place is None else place
        while written < number - 1:
            table.writerow([])
            written += 1
        table.writerow(mask(cell, key) if at == place else masked(cell, key) for at, cell in enumerate(cells))
        written += 1
    return stream.getvalue().encode()


class _Masking(XMLGenerator):
    """Writes what it hears, on the same lines; elements that no import reads are left empty."""

    def __init__(self, out: io.BytesIO, key: bytes) -> None:
        super().__init__(out, "utf-8")
        self.key = key
        self.depth = 0
        self.heard: list[str] = []
        self.line = xmlreader.Locator()

    def setDocumentLocator(self, locator: xmlreader.Locator) -> None:  # noqa: N802 (SAX's name)
        self.line = locator

    def startDocument(self) -> None:  # noqa: N802
        """No declaration: UTF-8 needs none, and the root element shall stand on the line where it stood."""

    def startElement(self, name: str, attrs: xmlreader.AttributesImpl) -> None:  # noqa: N802
        self.depth += 1
        self.heard = []
        if self.depth == 1:
            super().ignorableWhitespace("\n" * ((self.line.getLineNumber() or 1) - 1))
        safe = {key: masked(value, self.key) for key, value in attrs.items()}
        super().startElement(name, xmlreader.AttributesImpl(safe))

    def characters(self, content: str) -> None:
        if self.depth >= 3:
            self.heard.append(content)
        else:
            super().characters("".join(sign for sign in content if sign.isspace()))

    def endElement(self, name: str) -> None:  # noqa: N802
        heard = "".join(self.heard)
        if self.depth == 3 and name == "cpr":
            super().characters(mask(heard, self.key) + "\n" * heard.count("\n"))
        elif self.depth == 3 and name in FIELDS_READ:
            super().characters(masked(heard, self.key))
        elif self.depth >= 3:
            super().characters("\n" * heard.count("\n"))
        self.heard = []
        self.depth -= 1
        super().endElement(name)


def _xml(file: str, data: bytes, key: bytes) -> bytes:
    out = io.BytesIO()
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(_Masking(out, key))
    try:
        parser.parse(io.BytesIO(data))
    except DefusedXmlException as error:
        raise Unreadable(file, _("The file has a document type or entities of its own. Send it without.")) from error
    except (SAXException, ValueError, LookupError) as error:
        line = getattr(error, "getLineNumber", lambda: 0)() or 0
        raise Unreadable(file, _("The XML cannot be read from line %(line)s on.") % {"line": line}, row=line) from error
    return out.getvalue()
