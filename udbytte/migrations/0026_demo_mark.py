from django.db import migrations, models
from django.utils import timezone

CAST = ("employee", "manager", "coordinator", "helper", "budget-owner", "hr", "works-council", "administrator")


def mark_a_demo_of_before(apps, schema_editor):
    """Until now the demo left no mark: its database is known by its whole cast, which only the demo makes."""
    person, mark = apps.get_model("udbytte", "Person"), apps.get_model("udbytte", "DemoMark")
    cast = person.objects.filter(
        external_id__in=[f"demo:{role}" for role in CAST], email__in=[f"{role}@example.test" for role in CAST]
    )
    if cast.count() == len(CAST):
        mark.objects.create(made_on=timezone.localdate())


class Migration(migrations.Migration):
    dependencies = [
        ("udbytte", "0025_emails_that_expire"),
    ]

    operations = [
        migrations.CreateModel(
            name="DemoMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_on", models.DateField()),
            ],
        ),
        migrations.RunPython(mark_a_demo_of_before, migrations.RunPython.noop),
    ]
