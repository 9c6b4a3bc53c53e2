"""Everything about one person that they may read, made from the data map.

Rows about the person come whole, without what others may not show them. Rows about somebody else in which the person
only did something come with days, choices and amounts, and no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from udbytte.access.data_map import DATA_MAP, FieldKind, Rows
from udbytte.domain.privacy import Record
from udbytte.models import Attachment, DevelopmentPlan, Person

HANDED_OUT = frozenset({FieldKind.IDENTITY, FieldKind.TEXT, FieldKind.FACT})
ADDRESS = re.compile(r"https?://\S+")  # links in emails open something for whoever has them


@dataclass(slots=True)
class ModelRows:
    """The rows of one model: about the person, and those in which they did something for somebody else."""

    label: str
    record: Record
    about: list[dict[str, Any]] = field(default_factory=list)
    done: list[dict[str, Any]] = field(default_factory=list)


def everything_about(person: Person) -> list[ModelRows]:
    """All rows by model, in the order of the data map; models without any are left out. Values as Python has them."""
    found = []
    named: list[tuple[dict[str, Any], str]] = []
    for label, mapped in DATA_MAP.items():
        rows = ModelRows(label, mapped.record)
        model = apps.get_model(label)
        known = _about(model, mapped, person, rows, named)
        _done(model, mapped, person, rows, known)
        if rows.about or rows.done:
            found.append(rows)
    _name_people(named)
    return found


def counts_about(person: Person) -> dict[Record, int]:
    """How many rows about the person there are of each kind of record."""
    counts: dict[Record, int] = dict.fromkeys(Record, 0)
    for label, mapped in DATA_MAP.items():
        if mapped.about:
            model = apps.get_model(label)
            known = set().union(*(_rows_at(model, {each.path: person.pk}, each.only) for each in mapped.about))
            counts[mapped.record] += len(known)
    return counts


def signed_plans_of(person: Person) -> QuerySet[DevelopmentPlan]:
    """The person's plans that both have signed, the oldest first."""
    signed = DevelopmentPlan.objects.filter(signed_text__isnull=False, conversation__employment__person=person)
    return signed.order_by("pk")


def files_of(person: Person) -> QuerySet[Attachment]:
    """The files of the person's agreements."""
    return Attachment.objects.filter(agreement__employee=person).order_by("pk")


def _rows_at(model: type[Model], chosen: dict[str, Any], only: Any = None) -> set[Any]:
    rows = model._base_manager.filter(**chosen)
    return set((rows if only is None else rows.filter(only)).order_by().values_list("pk", flat=True))


def _about(
    model: type[Model], mapped: Rows, person: Person, rows: ModelRows, named: list[tuple[dict[str, Any], str]]
) -> set[Any]:
    """Add the rows about the person. A field is left out where each path to the row hides it."""
    hidden: dict[Any, set[str]] = {}
    for each in mapped.about:
        for pk in _rows_at(model, {each.path: person.pk}, each.only):
            hidden[pk] = hidden[pk] & set(each.hides) if pk in hidden else set(each.hides)
    for row in _read(model, mapped, set(hidden)):
        shown = {
            name: _value(row, name)
            for name, kind in mapped.fields.items()
            if kind in HANDED_OUT
            and name not in hidden[row.pk]
            and not isinstance(getattr(row, name), bytes | memoryview)
        }
        values: dict[str, Any] = {"id": row.pk} | shown
        for relation in model._meta.concrete_fields:
            if relation.is_relation:
                values[relation.name] = getattr(row, relation.attname)
                if relation.related_model is Person and values[relation.name] is not None:
                    named.append((values, relation.name))
        rows.about.append(values)
    return set(hidden)


def _done(model: type[Model], mapped: Rows, person: Person, rows: ModelRows, known: set[Any]) -> None:
    """Add the rows about others in which the person did something: facts only."""
    found: dict[Any, list[str]] = {}
    for path in mapped.by:
        for pk in _rows_at(model, {path: person.pk}) - known:
            found.setdefault(pk, []).append(path)
    for row in _read(model, mapped, set(found)):
        facts = {name: _value(row, name) for name, kind in mapped.fields.items() if kind is FieldKind.FACT}
        rows.done.append({"id": row.pk, "you_are": found[row.pk]} | facts)


def _read(model: type[Model], mapped: Rows, pks: set[Any]) -> Iterator[Model]:
    unread = [name for name, kind in mapped.fields.items() if kind in (FieldKind.WORK, FieldKind.SECRET)]
    return model._base_manager.filter(pk__in=pks).defer(*unread).order_by("pk").iterator()


def _value(row: Model, name: str) -> Any:
    value = getattr(row, name)
    return ADDRESS.sub("[link]", value) if name == "text" and isinstance(value, str) else value


def _name_people(named: list[tuple[dict[str, Any], str]]) -> None:
    """Put names in place of the ids of people."""
    people = Person.objects.in_bulk({values[name] for values, name in named})
    for values, name in named:
        person = people.get(values[name])
        values[name] = person.name if person is not None else None
