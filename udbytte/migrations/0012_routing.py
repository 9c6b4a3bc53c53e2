"""Steps that HR gives to somebody else are announced before it holds."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STEPS = [
    ("find_run", "Find a course run"),
    ("settle_money", "Settle the money"),
    ("decide", "Decide on the nomination"),
    ("register", "Register"),
    ("confirm_seat", "Confirm the seat"),
    ("go", "Go to the course, and tell whether you went"),
    ("use", "Use it for the first time"),
    ("tell", "Tell what you learned"),
    ("talk", "Talk about what was learned"),
    ("find_helper", "Find someone who helps"),
    ("answer", "Answer whether you can help"),
    ("start", "Start"),
    ("check_in", "Check in: does it happen?"),
    ("talk_stuck", "Talk about what gets in the way"),
    ("confirm_drop", "Answer whether it is dropped"),
    ("confirm_replace", "Answer whether to do something else instead"),
    ("midway", "Tell whether the course goes on"),
]


def _person(**options: object) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL, **options
    )


class Migration(migrations.Migration):
    dependencies = [
        ("udbytte", "0011_overruns"),
    ]

    operations = [
        migrations.CreateModel(
            name="Routing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(choices=STEPS, max_length=16)),
                ("announced_on", models.DateField()),
                ("holds_on", models.DateField()),
                ("applied_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="routings", to="udbytte.agreement"
                    ),
                ),
                ("by", _person()),
                ("silent", _person()),
                ("to", _person()),
            ],
            options={
                "ordering": ("holds_on", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("applied_on", None), ("ended_on", None)),
                        fields=("agreement",),
                        name="routing_one_announced",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("applied_on", None), ("ended_on", None), _connector="OR"),
                        name="routing_ends_in_one_way",
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="carriedon",
            name="how",
            field=models.CharField(
                choices=[
                    ("goes_on", "goes on as it is"),
                    ("moved", "has a new date"),
                    ("dropped", "is proposed to be dropped"),
                    ("later", "is taken up later"),
                    ("reopened", "is opened again"),
                    ("ended", "stays lapsed"),
                ],
                max_length=8,
            ),
        ),
    ]
