"""The delivered ways of learning in practice in full; what somebody has written in the meantime stays."""

from importlib import import_module

from django.db import migrations

from udbytte.domain.method_files import delivered_methods as delivered_ways

FIRST = {way[0]: way for way in import_module("udbytte.migrations.0003_practice_methods").WAYS}


def as_before(way, name):
    """Whether nobody has changed the field since it was made: it has its default, or what was first delivered."""
    _key, danish, english, _changes, summary_da, summary_en = FIRST[way.key]
    first = {"name_da": danish, "name_en": english, "summary_da": summary_da, "summary_en": summary_en}
    field = way._meta.get_field(name)
    return getattr(way, name) == first.get(name, field.get_default())


def deliver(apps, schema_editor):
    model = apps.get_model("udbytte", "PracticeMethod")
    for way in model.objects.filter(key__in=FIRST):
        data = delivered_ways()[way.key]
        for name in data:
            if as_before(way, name):
                setattr(way, name, data[name])
        way.save()


class Migration(migrations.Migration):
    dependencies = [("udbytte", "0013_unused_seats")]
    operations = [migrations.RunPython(deliver, migrations.RunPython.noop)]
