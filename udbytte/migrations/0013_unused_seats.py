import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q, Sum

HOW = {
    "cancel_seat": "cancelled",
    "not_gone": "not_gone",
    "confirm_drop": "closed",
    "replace": "closed",
    "leave": "closed",
}


def give_each_its_row(apps, schema_editor):
    """One row for what an agreement had paid for nothing; of several seats only the sum is known."""
    rows = apps.get_model("udbytte", "Agreement").objects.filter(forfeited__gt=0)
    entries, seats = apps.get_model("udbytte", "LogEntry").objects, apps.get_model("udbytte", "UnusedSeat").objects
    for row in rows.iterator():
        last = entries.filter(agreement=row.pk, event__in=HOW).order_by("number").last()
        seats.create(
            agreement=row,
            how=HOW[last.event] if last is not None else "not_gone",
            on=last.on if last is not None else row.agreed_on,
            price=row.forfeited,
            cost=row.forfeited,
            budget_id=row.budget_id,
            granted_by_id=row.funded_by_id,
        )


def take_them_back(apps, schema_editor):
    agreements = apps.get_model("udbytte", "Agreement").objects
    seats = apps.get_model("udbytte", "UnusedSeat").objects.order_by()
    for agreement, total in seats.values_list("agreement").annotate(total=Sum("cost")):
        agreements.filter(pk=agreement).update(forfeited=total)


class Migration(migrations.Migration):
    dependencies = [("udbytte", "0012_learning_in_practice")]
    operations = [
        migrations.CreateModel(
            name="UnusedSeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("cancelled", "given back"),
                            ("not_gone", "not gone to"),
                            ("closed", "the agreement was closed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("on", models.DateField()),
                ("price", models.PositiveIntegerField()),
                ("cost", models.PositiveIntegerField()),
                ("billed_on", models.DateField(blank=True, null=True)),
                ("granted_outside", models.PositiveIntegerField(default=0)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unused_seats",
                        to="udbytte.agreement",
                    ),
                ),
                (
                    "budget",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="unused_seats",
                        to="udbytte.budget",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="unused_seats",
                        to="udbytte.courserun",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(cost__lte=F("price"))
                        | Q(billed_on__isnull=False, cost__lte=F("price") + models.Value(10_000)),
                        name="unused_seat_costs_at_most_its_price_or_bill",
                        violation_error_message="That is more than the seat cost.",
                    ),
                    models.CheckConstraint(
                        condition=Q(granted_outside__lte=F("cost")), name="unused_seat_outside_pays_at_most_the_cost"
                    ),
                ],
            },
        ),
        migrations.RunPython(give_each_its_row, take_them_back),
        migrations.RemoveField(model_name="agreement", name="forfeited"),
    ]
