"""The data map has every model and every field, and each path to a person is right."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Model

from udbytte.access.data_map import DATA_MAP, TECHNICAL
from udbytte.domain.privacy import Record
from udbytte.models import Person


def models() -> dict[str, type[Model]]:
    known = apps.get_models(include_auto_created=True)
    return {model._meta.label: model for model in known if model._meta.app_label not in TECHNICAL}


def test_every_model_is_in_the_map() -> None:
    assert set(DATA_MAP) == set(models())


def test_every_field_is_classified() -> None:
    for label, model in models().items():
        own = {field.name for field in model._meta.concrete_fields if not field.is_relation and field.name != "id"}
        assert set(DATA_MAP[label].fields) == own, label


def test_every_relation_to_a_person_says_what_the_person_is_in_the_row() -> None:
    for label, model in models().items():
        people = {field.name for field in model._meta.concrete_fields if field.related_model is Person}
        mapped = DATA_MAP[label]
        named = {about.path.split("__")[0] for about in mapped.about} | set(mapped.by)
        assert people <= named, label


def test_every_path_leads_to_a_person() -> None:
    for label, model in models().items():
        mapped = DATA_MAP[label]
        for path in [*(about.path for about in mapped.about), *mapped.by]:
            chosen: dict[str, object] = {path: Person(pk=1)} if path != "pk" else {path: 1}
            rows = model._base_manager.filter(**chosen)
            assert str(rows.query), (label, path)
        for about in mapped.about:
            assert str(model._base_manager.filter(about.only).query), label
            assert set(about.hides) <= set(mapped.fields), label


def test_only_what_is_about_nobody_has_no_path_or_says_where_it_goes() -> None:
    without = {label for label, mapped in DATA_MAP.items() if not mapped.about and mapped.record is not Record.NOBODY}
    assert without == {"udbytte.FollowUpRun", "udbytte.ImportRun", "udbytte.Press", "sessions.Session"}
