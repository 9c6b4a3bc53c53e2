"""A signed plan for a journal system: a ZIP with the document and an index that a program reads."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

from django.utils import translation
from django.utils.translation import gettext as _

from udbytte.models import DevelopmentPlan, Person

from .plan import plan_paper

FORMAT = "1"  # of the index: it changes if a program that reads it has to change
DOCUMENT, INDEX = "plan.pdf", "index.xml"
VERSION_LETTERS = 16


def version_of_plan(plan: DevelopmentPlan) -> str:
    """A mark of the plan as both signed it. It is another one if it is changed and signed again.

    Raises ValueError for a plan that is not signed by both.
    """
    if plan.signed_text is None:
        raise ValueError("the plan is not signed by both")
    signed = json.dumps([plan.signed_text, str(plan.employee_signed_on), str(plan.manager_signed_on)], sort_keys=True)
    return hashlib.sha256(signed.encode()).hexdigest()[:VERSION_LETTERS]


def plan_archive(plan: DevelopmentPlan, *, language: str) -> bytes:
    """The ZIP of a plan that both have signed, in a language. The same plan gives the same index.

    Raises ValueError as `version_of_plan`.
    """
    version = version_of_plan(plan)
    with translation.override(language):
        paper = plan_paper(plan, language=language)
        index = _index(plan, paper, version)
    signed_on = max(filter(None, (plan.employee_signed_on, plan.manager_signed_on)))
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ((DOCUMENT, paper), (INDEX, index)):
            entry = zipfile.ZipInfo(name, (signed_on.year, signed_on.month, signed_on.day, 12, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return file.getvalue()


def _index(plan: DevelopmentPlan, paper: bytes, version: str) -> bytes:
    """Who, what and when, as XML. Its elements are described in docs/operate/journal.md."""
    conversation = plan.conversation
    employment = conversation.employment
    root = ElementTree.Element("udbytte", format=FORMAT)
    _add(root, "kind", "development-plan")
    _add(root, "title", " · ".join((_("Development plan"), conversation.round.name)))
    _add(root, "date", _iso(conversation.held_on))
    _add(root, "version", version)
    employee = _person(root, "employee", employment.person, plan.employee_signed_on)
    _add(employee, "employment", employment.external_id or "")
    _add(employee, "unit", employment.unit.name)
    _add(employee, "unit-number", employment.unit.external_id or "")
    manager = plan.manager_signed_by or employment.line_manager or conversation.manager
    if manager is not None:
        _person(root, "manager", manager, plan.manager_signed_on)
    checksum = hashlib.sha256(paper).hexdigest()
    ElementTree.SubElement(
        root, "document", file=DOCUMENT, type="application/pdf", bytes=str(len(paper)), sha256=checksum
    )
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _person(root: ElementTree.Element, name: str, person: Person, signed_on: date | None) -> ElementTree.Element:
    element = ElementTree.SubElement(root, name)
    _add(element, "number", person.external_id or "")
    _add(element, "name", person.name)
    _add(element, "email", person.email or "")
    _add(element, "signed", _iso(signed_on))
    return element


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    """An element with text. XML has no place for control characters, which a name from a file may have."""
    ElementTree.SubElement(parent, name).text = "".join(letter for letter in text if letter.isprintable())


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
