"""Parses XML files without document types and entities, which could be used for attacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser
from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Unreadable

PART = 64_000  # bytes that are parsed at a time


def parse_xml(file: str, stream: BinaryIO, handler: ContentHandler) -> None:
    """Send the elements of a file to the handler. Raises Unreadable when the XML is damaged or has a document type."""
    for _part in parse_parts(file, stream, handler):
        pass


def parse_parts(file: str, stream: BinaryIO, handler: ContentHandler) -> Iterator[None]:
    """The same, in parts: yields each time the handler has got the elements of one. Raises Unreadable."""
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(handler)
    handler.setDocumentLocator(parser)
    try:
        while part := stream.read(PART):
            parser.feed(part)
            yield
        parser.close()
    except DefusedXmlException as error:
        raise Unreadable(file, _("The file has a document type or entities of its own. Send it without.")) from error
    except (SAXException, ValueError, LookupError) as error:
        line = parser.getLineNumber() or 0
        raise Unreadable(file, _("The XML cannot be read from line %(line)s on.") % {"line": line}, row=line) from error
    yield
