"""`udbytte datamap`: print the pages of the manual that are made from the code: the data map, and the logged events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Model
from django.utils.translation import override

from udbytte.access.data_map import DATA_MAP, TECHNICAL, AtLimit, FieldKind, Rows
from udbytte.domain.privacy import LIMITS, Record
from udbytte.models import AuditKind
from udbytte.models.audit import FOR_HR_ALONE, READ_ABOUT_ONE
from udbytte.models.audit import READINGS as READING_KINDS
from udbytte.services.notifications.retention import KEPT_FOR
from udbytte.web.base import audit

MADE = "This page is printed by `udbytte datamap{}`; a test compares it with the code."
RECORDS = {
    Record.PERSON: "who somebody is, plans, agreements, outcomes",
    Record.CONVERSATION: "notes and preparation of conversations",
    Record.MESSAGE: f"that something was sent, and to whom; the text of emails goes after {KEPT_FOR.days} days",
    Record.AUDIT: "the audit log",
    Record.IMPORT: "reports of imports",
    Record.LOGIN: "where somebody is logged in",
    Record.NOBODY: "about no person",
}
COUNTED_FROM = {
    Record.PERSON: "the last day of employment, managed unit and role",
    Record.CONVERSATION: "the day it was held, else the end of its round",
    Record.MESSAGE: "the day of the message, if its agreement is closed",
    Record.AUDIT: "the day of the event",
    Record.IMPORT: "the day of the import; the newest of each kind stays",
}
AT_LIMIT = {
    AtLimit.BLANK: "identity and texts go, the row stays",
    AtLimit.DELETE: "the row goes",
    AtLimit.STAY: "stays",
}
KINDS = {
    FieldKind.IDENTITY: "identity",
    FieldKind.TEXT: "texts",
    FieldKind.FACT: "facts",
    FieldKind.WORK: "working",
    FieldKind.SECRET: "secrets",
}


class Command(BaseCommand):
    help = "Print the data map of all models, or the list of logged events, as pages of the manual."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--events", action="store_true", help="print the logged events instead")

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en"):
            lines = _events() if options["events"] else _data_map()
            self.stdout.write("\n".join(lines), ending="\n")


def _data_map() -> Iterator[str]:
    yield "# Data map"
    yield ""
    yield MADE.format("")
    yield ""
    yield "## How long"
    yield ""
    yield "| record | what | months | HR can choose | counted from |"
    yield "|---|---|---|---|---|"
    for record, limit in LIMITS.items():
        choose = f"{limit.least} to {limit.most}"
        yield f"| {record} | {RECORDS[record]} | {limit.months} | {choose} | {COUNTED_FROM[record]} |"
    yield f"| {Record.LOGIN} | {RECORDS[Record.LOGIN]} | until the login ends | | |"
    yield ""
    yield "## Models and fields"
    yield ""
    yield (
        "Identity says who somebody is, texts are what people wrote, facts are days, choices and amounts, working is"
        " for the application alone, and secrets open something and are never handed out."
    )
    for record in RECORDS:
        yield ""
        yield f"### {record}: {RECORDS[record]}"
        for label, mapped in DATA_MAP.items():
            if mapped.record is record:
                yield from _model(apps.get_model(label), mapped)
    yield ""
    yield f"Tables of Django and of the queue hold no text and no name: {', '.join(sorted(TECHNICAL))}."


def _model(model: type[Model], mapped: Rows) -> Iterator[str]:
    yield ""
    yield f"**{model.__name__}**: {_first_sentence(model)}"
    yield ""
    if mapped.about:
        yield f"- about: {', '.join(_path(about.path) + _restricted(about) for about in mapped.about)}"
    if mapped.by:
        yield f"- names who acted: {', '.join(mapped.by)}"
    if mapped.record is not Record.NOBODY:
        yield f"- at the limit: {AT_LIMIT[mapped.at_limit]}"
    for kind, word in KINDS.items():
        names = [name for name, its in mapped.fields.items() if its is kind]
        if names:
            yield f"- {word}: {', '.join(names)}"


def _path(path: str) -> str:
    return "the person" if path == "pk" else path.replace("__", " › ")


def _restricted(about: Any) -> str:
    parts = [*(["only what they may read"] if about.only else []), *(f"without {name}" for name in about.hides)]
    return f" ({', '.join(parts)})" if parts else ""


def _first_sentence(model: type[Model]) -> str:
    text = " ".join((model.__doc__ or "").split())
    if not text or text.startswith(f"{model.__name__}("):  # Django's own: a list of fields
        return "relation between two tables" if model._meta.auto_created else f"table of {model._meta.app_label}"
    return text.split(". ")[0].rstrip(".") + "."


def _events() -> Iterator[str]:
    yield "# Logged events"
    yield ""
    yield MADE.format(" --events")
    yield ""
    yield (
        "Each event has the time, who did it, whom it concerns, the page, and the id of the thing. It has nothing that"
        " was read or typed."
    )
    yield ""
    yield "| event | what | who sees it besides HR |"
    yield "|---|---|---|"
    for kind in AuditKind:
        yield f"| {kind.value} | {kind.label} | {_who_sees(kind)} |"
    yield ""
    yield "## Pages"
    yield ""
    for kind in READING_KINDS:
        names = sorted(name for name, (noted, _about) in audit.READINGS.items() if noted is kind)
        if names:
            yield f"- {kind.label}: {_joined(names)}"
    yield f"- a list of people, once a day for each reader and page: {_joined(sorted(audit.LISTS))}"
    yield f"- a search for people: {_joined(sorted(audit.SEARCHES))}"
    yield f"- an export: {_joined(sorted(audit.EXPORTS))}"
    yield f"- a change of settings: {_joined(sorted(audit.SETTINGS))}"
    yield f"- not noted (one's own data, times, catalogues, counts): {_joined(sorted(audit.NOT_NOTED))}"


def _who_sees(kind: AuditKind) -> str:
    if kind in READ_ABOUT_ONE:
        return "the person concerned"
    return "" if kind in (*READING_KINDS, *FOR_HR_ALONE) else "administrators"


def _joined(names: Iterable[str]) -> str:
    return ", ".join(names)
