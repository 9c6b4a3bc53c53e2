"""What a migration does that the code of the version before cannot live with, while both run.

During an upgrade the old web processes go on with the new tables, and after going back they do so for good. So a
migration may add what old code can leave out, and must not take away or narrow what it uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.state import ProjectState
from pgtrigger import migrations as triggers

# Old code does not notice these. A trigger runs for whoever writes.
HARMLESS = (
    operations.CreateModel,
    operations.AddIndex,
    operations.RemoveIndex,
    operations.RenameIndex,
    operations.RemoveConstraint,
    operations.AlterConstraint,  # its message
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.RunPython,
    triggers.AddTrigger,
    triggers.RemoveTrigger,
)
# What may differ in a field without the database noticing.
UNSEEN = ("choices", "help_text", "verbose_name", "default", "validators", "related_name", "error_messages", "blank")


def breaks(migration: Migration, before: ProjectState) -> Iterator[str]:
    """A line for each operation of the migration that old code may fail at; `before` is the state that it finds."""
    state, new = before.clone(), set[str]()  # new: models, and fields as model.field, of this migration
    for operation in migration.operations:
        if (line := _break(operation, state, migration.app_label, new)) is not None:
            yield line
        operation.state_forwards(migration.app_label, state)


def _break(operation: Any, state: ProjectState, app: str, new: set[str]) -> str | None:
    if isinstance(operation, operations.CreateModel):
        new.add(operation.name_lower)
    if isinstance(operation, HARMLESS):
        return None
    name = " ".join([type(operation).__name__, *_what(operation)])
    model = getattr(operation, "model_name_lower", "")
    if model and model in new:
        return None
    if isinstance(operation, operations.AddField):
        new.add(f"{model}.{operation.name_lower}")
        return None if _may_be_left_out(operation.field) else f"{name}: a row without it is refused; give it db_default"
    if isinstance(operation, operations.AlterField):
        changed = _changed(state.models[app, model].fields[operation.name], operation.field)
        return f"{name}: {', '.join(changed)}" if changed else None
    if isinstance(operation, operations.AddConstraint):
        used = {f"{model}.{field}" for field in _fields(operation.constraint)}  # type: ignore[attr-defined]
        return None if used and used <= new else f"{name}: old code may write what it refuses"
    return f"{name}: old code may use it"


def _what(operation: Any) -> Iterator[str]:
    for attribute in ("model_name_lower", "name"):
        if isinstance(text := getattr(operation, attribute, None), str):
            yield text
    if isinstance(operation, operations.AddConstraint):
        yield operation.constraint.name  # type: ignore[attr-defined]


def _may_be_left_out(field: Any) -> bool:
    return bool(field.null or field.many_to_many or field.has_db_default() or field.generated)


def _changed(old: Any, new: Any) -> list[str]:
    """What differs for the database. A longer text and a default of the database are no matter."""
    (_, old_kind, _, old_options), (_, new_kind, _, new_options) = old.deconstruct(), new.deconstruct()
    if old_kind != new_kind:
        return [f"{old_kind} becomes {new_kind}"]
    differing = [
        option
        for option in sorted(old_options.keys() | new_options.keys())
        if option not in UNSEEN and old_options.get(option) != new_options.get(option)
    ]
    if (old.max_length or 0) <= (new.max_length or 0):
        differing = [option for option in differing if option != "max_length"]
    if new.has_db_default():
        differing = [option for option in differing if option != "db_default"]
    return differing


def _fields(constraint: models.BaseConstraint) -> set[str]:
    """The fields that a constraint reads."""
    _, _, options = constraint.deconstruct()
    names = set(options.get("fields", ()))
    for option in ("condition", "check"):
        if isinstance(condition := options.get(option), models.Q):
            names |= set(_names(condition))
    return names


def _names(condition: models.Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, models.Q):
            yield from _names(child)
        elif isinstance(child, tuple):
            yield child[0].split("__")[0]
            if isinstance(child[1], models.F):
                yield child[1].name
