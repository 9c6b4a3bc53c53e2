"""Answers to a self-check are sealed until they are counted.

Self-checks that are open end here, as their answers were not sealed: their result is what was shown last, and what was
beyond it is deleted. So are all marks of used ballots, and the ballots in stored emails.

Stored sums of the figures are deleted, because small units are counted for the last Sunday from now on. They follow from
other tables, and the worker stores them anew.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

END_OLD_CHECKS = """
    UPDATE udbytte_selfcheck SET sums = shown, answers = shown_answers, closed_on = coalesce(closed_on, current_date);
    DELETE FROM udbytte_spentballot;
    UPDATE udbytte_email SET
        text = regexp_replace(text, '/selvtjek/stem/[^/[:space:]"<]+/', '/selvtjek/alle/', 'g'),
        html = regexp_replace(html, '/selvtjek/stem/[^/[:space:]"<]+/', '/selvtjek/alle/', 'g')
    WHERE text LIKE '%/selvtjek/stem/%' OR html LIKE '%/selvtjek/stem/%';
"""
COUNT_ANEW = "DELETE FROM udbytte_unittally; DELETE FROM udbytte_wholetally;"


class Migration(migrations.Migration):
    old_code = "lives: it finds no open self-check, and shows what was shown"
    dependencies = [
        ("udbytte", "0026_data_protection"),
    ]

    operations = [
        migrations.RunSQL(END_OLD_CHECKS, migrations.RunSQL.noop),
        migrations.RunSQL(COUNT_ANEW, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="selfcheck",
            name="is_unreadable",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="selfcheck",
            name="public_key",
            field=models.BinaryField(null=True),
        ),
        migrations.CreateModel(
            name="BallotKey",
            fields=[
                ("id", models.BooleanField(default=True, editable=False, primary_key=True, serialize=False)),
                ("public", models.BinaryField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", True)), name="ballot_key_only_one")],
            },
        ),
        migrations.CreateModel(
            name="SealedAnswers",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
                (
                    "check_of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sealed", to="udbytte.selfcheck"
                    ),
                ),
            ],
        ),
    ]
