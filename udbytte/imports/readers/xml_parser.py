"""Parses XML files without document types and entities, which could be used for attacks."""

from __future__ import annotations

from typing import BinaryIO
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser
from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Unreadable


def parse_xml(file: str, stream: BinaryIO, handler: ContentHandler) -> None:
    """Send the elements of a file to the handler. Raises Unreadable when the XML is damaged or has a document type."""
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(handler)
    try:
        parser.parse(stream)
    except DefusedXmlException as error:
        raise Unreadable(file, _("The file has a document type or entities of its own. Send it without.")) from error
    except (SAXException, ValueError, LookupError) as error:
        line = parser.getLineNumber() or 0
        raise Unreadable(file, _("The XML cannot be read from line %(line)s on.") % {"line": line}, row=line) from error
