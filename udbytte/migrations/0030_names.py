"""The terms of the field as names: emails, notifications, absences, preparation questions, transfer practice."""

import django.db.models.deletion
import udbytte.domain.lifecycle
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("udbytte", "0029_figures_past"),
    ]

    operations = [
        migrations.RenameModel("Letter", "Email"),
        migrations.RenameModel("Notice", "Notification"),
        migrations.RenameModel("Leave", "Absence"),
        migrations.RenameModel("Question", "PreparationQuestion"),
        migrations.RenameField("notification", "letter", "email"),
        migrations.RemoveConstraint(
            model_name="agreement",
            name="agreement_only_practice_has_a_group",
        ),
        migrations.RemoveConstraint(
            model_name="practicemethod",
            name="way_people_in_order",
        ),
        migrations.RemoveConstraint(
            model_name="practicemethod",
            name="way_lasts_two_years_at_most",
        ),
        migrations.RemoveConstraint(
            model_name="preparationquestion",
            name="question_about_last_once_a_round",
        ),
        migrations.RenameField("agreement", "twin_of", "transfer_of"),
        migrations.RenameIndex(
            model_name="agreement",
            new_name="agreement_course_board",
            old_name="agreement_desk",
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", udbytte.domain.lifecycle.Kind["PRACTICE"]),
                    models.Q(("group__isnull", True), ("transfer_of__isnull", True)),
                    _connector="OR",
                ),
                name="agreement_only_practice_has_a_group",
            ),
        ),
        migrations.AddConstraint(
            model_name="practicemethod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("people_from__gte", 1), ("people_to__gte", models.F("people_from")), ("people_to__lte", 12)
                ),
                name="method_people_in_order",
                violation_error_message="Between 1 and 12 people, and no fewer at most than at least.",
            ),
        ),
        migrations.AddConstraint(
            model_name="practicemethod",
            constraint=models.CheckConstraint(
                condition=models.Q(("weeks__range", (1, 104))),
                name="method_lasts_two_years_at_most",
                violation_error_message="Between 1 and 104 weeks.",
            ),
        ),
        migrations.AddConstraint(
            model_name="preparationquestion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("about_last", True)),
                fields=("round",),
                name="preparation_question_about_last_once_a_round",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="absence",
            name="leave_ends_after_start",
        ),
        migrations.RemoveConstraint(
            model_name="absence",
            name="leave_has_a_last_day",
        ),
        migrations.RemoveConstraint(
            model_name="absence",
            name="leave_begins_once_a_day",
        ),
        migrations.RemoveConstraint(
            model_name="email",
            name="letter_once_for_its_cause",
        ),
        migrations.RemoveConstraint(
            model_name="notification",
            name="notice_once_for_its_cause",
        ),
        migrations.RemoveIndex(
            model_name="notification",
            name="notice_waiting",
        ),
        migrations.RenameIndex(
            model_name="email",
            new_name="email_to_send",
            old_name="letter_to_send",
        ),
        migrations.RenameIndex(
            model_name="notification",
            new_name="notification_of_agreement",
            old_name="notice_of_agreement",
        ),
        migrations.AlterField(
            model_name="absence",
            name="employment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="absences", to="udbytte.employment"
            ),
        ),
        migrations.AlterField(
            model_name="agreement",
            name="transfer_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="transfers",
                to="udbytte.agreement",
            ),
        ),
        migrations.AlterField(
            model_name="email",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="emails", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="agreement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notifications",
                to="udbytte.agreement",
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="email",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="notifications",
                to="udbytte.email",
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="notifications", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("email", None)), fields=["person", "on"], name="notification_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="absence_ends_after_start",
                violation_error_message="The last day is before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__isnull", False)), name="absence_has_a_last_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.UniqueConstraint(fields=("employment", "starts_on"), name="absence_begins_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.UniqueConstraint(fields=("person", "key"), name="email_once_for_its_cause"),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(fields=("person", "cause"), name="notification_once_for_its_cause"),
        ),
    ]
