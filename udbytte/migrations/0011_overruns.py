"""A bill above what was granted is a question; an application to a fund has a place in the line."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("udbytte", "0010_open_answers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Overrun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("granted_price", models.PositiveIntegerField()),
                ("price", models.PositiveIntegerField()),
                ("on", models.DateField()),
                ("due", models.DateField(blank=True, null=True)),
                ("decided_on", models.DateField(blank=True, null=True)),
                ("granted", models.BooleanField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, max_length=400)),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="fundingapplication",
            name="application_open_has_owner_and_date",
        ),
        migrations.AddField(
            model_name="fundingapplication",
            name="line_level",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="fundingapplication",
            name="line_told_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="fundingapplication",
            name="state",
            field=models.CharField(
                choices=[
                    ("planned", "to be sent"),
                    ("sent", "sent"),
                    ("granted", "granted"),
                    ("refused", "refused"),
                    ("withdrawn", "given up"),
                    ("not_sent", "never sent: its time passed"),
                    ("unknown", "the answer was never reported"),
                ],
                default="planned",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due__isnull", False), ("owner__isnull", False), ("state__in", ("planned", "sent"))),
                    models.Q(
                        models.Q(("state__in", ("planned", "sent")), _negated=True),
                        ("due__isnull", True),
                        ("owner__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="application_open_has_owner_and_date",
                violation_error_message="An open application has one owner and one date.",
            ),
        ),
        migrations.AddField(
            model_name="overrun",
            name="agreement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="overruns", to="udbytte.agreement"
            ),
        ),
        migrations.AddField(
            model_name="overrun",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="overrun",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="overrun",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="overruns",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="overrun",
            name="seat",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="overruns",
                to="udbytte.unusedseat",
            ),
        ),
        migrations.AddIndex(
            model_name="overrun",
            index=models.Index(
                condition=models.Q(("decided_on__isnull", True)), fields=["owner", "due"], name="overrun_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="overrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_on__isnull", True)), fields=("agreement",), name="overrun_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="overrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_on__isnull", True),
                        ("due__isnull", False),
                        ("granted__isnull", True),
                        ("owner__isnull", False),
                    ),
                    models.Q(("decided_on__isnull", False), ("due__isnull", True), ("owner__isnull", True)),
                    _connector="OR",
                ),
                name="overrun_open_has_owner_and_date",
                violation_error_message="An open question about a bill has one owner and one date.",
            ),
        ),
        migrations.AddConstraint(
            model_name="overrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("price__gt", models.F("granted_price"))), name="overrun_is_above_what_was_granted"
            ),
        ),
    ]
