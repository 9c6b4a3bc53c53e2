"""What was counted on which days (`models.figures`): tables of it, and the database that keeps what holds now in line.

Older agreements are read from their log: what an entry does not say (the days of a run, whether the step was stray) is
as the agreement says when it is upgraded. Of older conversations nothing but their dates is known.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

AGREEMENT = (
    "round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, "
    "drop_reason, dropped_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, "
    "answered_on, went, has_run, from_catalogue, newness"
)
AGREEMENT_NOW = """
    a.round_id, a.unit_id, a.employee_id, a.method_id, a.kind, a.agreed_on, a.planned_to, a.stage, a.step, a.step_due,
    a.stray, coalesce(a.step_owner_id = a.employee_id, false), a.drop_reason, a.dropped_from, a.closed_on, a.starts_on,
    a.ends_on, a.answer_due_on, a.coordinated_on, a.registered_on, a.answered_on, a.went, a.run_id IS NOT NULL,
    a.from_catalogue, coalesce(o.newness, '')
    FROM udbytte_agreement a LEFT JOIN udbytte_outcome o ON o.agreement_id = a.id"""
CONVERSATION = "round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course"
CONVERSATION_NOW = """
    v.round_id, e.unit_id, e.person_id, v.planned_at IS NOT NULL, v.held_on, v.declined_on, v.rests_until,
    coalesce(p.no_course_reason, '') <> ''
    FROM udbytte_conversation v JOIN udbytte_employment e ON e.id = v.employment_id
    LEFT JOIN udbytte_developmentplan p ON p.conversation_id = v.id"""


def _copy(table: str, key: str, columns: str, now: str, since: str, which: str) -> str:
    """The statement that brings the rows that hold now in line with what they repeat."""
    mine = ", ".join(f"c.{name.strip()}" for name in columns.split(","))
    new = ", ".join(f"EXCLUDED.{name.strip()}" for name in columns.split(","))
    return f"""
    INSERT INTO {table} AS c ({key}, since, {columns}) SELECT {since}, {now} {which}
    ON CONFLICT ({key}) WHERE until IS NULL DO UPDATE SET ({columns}) = ROW ({new})
    WHERE ({mine}) IS DISTINCT FROM ({new})"""  # noqa: S608 (our own text)


def copy_agreements(which: str = "") -> str:
    return _copy("udbytte_countedagreement", "agreement_id", AGREEMENT, AGREEMENT_NOW, "a.id, NULL::date", which)


def copy_conversations(which: str = "") -> str:
    return _copy(
        "udbytte_countedconversation", "conversation_id", CONVERSATION, CONVERSATION_NOW, "v.id, v.opened_on", which
    )


# How each table's changed rows are copied: by which statement, and which rows.
COPIED = {
    "agreement": copy_agreements("WHERE a.id IN (SELECT id FROM new_rows)"),
    "outcome": copy_agreements("WHERE a.id IN (SELECT agreement_id FROM new_rows)"),
    "conversation": copy_conversations("WHERE v.id IN (SELECT id FROM new_rows)"),
    "developmentplan": copy_conversations("WHERE v.id IN (SELECT conversation_id FROM new_rows)"),
}
WRITES = {"INSERT": "NEW TABLE AS new_rows", "UPDATE": "NEW TABLE AS new_rows"}
COUNTED_IN = "SELECT round_id, unit_id FROM changed"
COUNTED = ("countedagreement", "countedconversation")
EVENTS = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}
FUNCTIONS = """
CREATE FUNCTION udbytte_copy_what_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE TG_ARGV[0];
    RETURN NULL;
END $$;
CREATE FUNCTION udbytte_what_has_been_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was counted on a day that has been stays as it is' USING ERRCODE = 'restrict_violation';
END $$;
"""
# A conversation of somebody who moves goes along.
MOVES = """
CREATE OR REPLACE FUNCTION udbytte_mark_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE udbytte_countedconversation c SET unit_id = NEW.unit_id FROM udbytte_conversation v
    WHERE v.id = c.conversation_id AND c.until IS NULL AND v.employment_id = NEW.id;
    RETURN NULL;
END $$;
"""
# From the log: what an agreement was on the days before its last entry. Of entries on one day, the last one counts.
# Called once at the upgrade, and by data that is made in bulk with a log of its own.
FROM_LOG = f"""
CREATE FUNCTION udbytte_count_from_log() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMP TABLE read_log AS
    SELECT l.*, lag(l."on") OVER w AS before, lead(l."on") OVER w AS after, l.number = 1 AS first
    FROM udbytte_logentry l WINDOW w AS (PARTITION BY l.agreement_id ORDER BY l.number);
    INSERT INTO udbytte_countedagreement (agreement_id, since, until, {AGREEMENT})
    SELECT a.id, CASE WHEN NOT l.first THEN l."on" END, l.after, c.round_id, c.unit_id, c.employee_id, c.method_id,
        c.kind, c.agreed_on, c.planned_to, l.to_stage, l.step, l.due, c.stray AND l.owner_id = a.step_owner_id,
        coalesce(l.owner_id = a.employee_id, false), CASE WHEN l.to_stage = 'dropped' THEN c.drop_reason ELSE '' END,
        CASE WHEN l.to_stage = 'dropped' THEN l.from_stage ELSE '' END,
        CASE WHEN l.step = '' THEN l."on" END, c.starts_on, c.ends_on, c.answer_due_on, c.coordinated_on,
        c.registered_on, c.answered_on, CASE WHEN l."on" >= c.answered_on THEN c.went ELSE '' END,
        c.has_run AND l.to_stage <> 'agreed', c.from_catalogue, c.newness
    FROM read_log l JOIN udbytte_agreement a ON a.id = l.agreement_id
    JOIN udbytte_countedagreement c ON c.agreement_id = a.id AND c.until IS NULL AND c.since IS NULL
    WHERE l.after > l."on";
    UPDATE udbytte_countedagreement c SET since = l."on" FROM read_log l
    WHERE l.agreement_id = c.agreement_id AND l.after IS NULL AND NOT l.first AND c.until IS NULL AND c.since IS NULL;
    DROP TABLE read_log;
END $$;
"""  # noqa: S608 (our own text)


def _triggers() -> list[str]:
    copies = [
        f"CREATE TRIGGER udbytte_{table}_{event.lower()}_copied AFTER {event} ON udbytte_{table} REFERENCING {tables} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION udbytte_copy_what_holds($sql$ {statement} $sql$);"
        for table, statement in COPIED.items()
        for event, tables in WRITES.items()
    ]
    marks = [
        f"CREATE TRIGGER udbytte_{table}_{event.lower()}_stale AFTER {event} ON udbytte_{table} REFERENCING {tables} "
        "FOR EACH STATEMENT EXECUTE FUNCTION udbytte_mark_stale($sql$ " + COUNTED_IN + " $sql$);"
        for table in COUNTED
        for event, tables in EVENTS.items()
    ]
    stays = [
        f"CREATE TRIGGER udbytte_{table}_stays BEFORE UPDATE ON udbytte_{table} FOR EACH ROW "
        "WHEN (OLD.until IS NOT NULL) EXECUTE FUNCTION udbytte_what_has_been_stays();"
        for table in COUNTED
    ]
    # What these tables say is counted from the copies now, which mark by themselves.
    instead = [
        f"DROP TRIGGER udbytte_{table}_{event.lower()}_stale ON udbytte_{table};"
        for table in COPIED
        for event in EVENTS
    ]
    return [*copies, *marks, *stays, *instead]


FORWARD = "\n".join(
    [
        FUNCTIONS,
        MOVES,
        FROM_LOG,
        f"{copy_agreements()};",
        f"{copy_conversations()};",
        "SELECT udbytte_count_from_log();",
        *_triggers(),
    ]
)


BEFORE = import_module("udbytte.migrations.0006_stale_tallies")
BACKWARD = "\n".join(
    [
        "DROP FUNCTION udbytte_copy_what_holds() CASCADE;",
        "DROP FUNCTION udbytte_what_has_been_stays() CASCADE;",
        "DROP FUNCTION udbytte_count_from_log();",
        "DROP FUNCTION udbytte_mark_moved() CASCADE;",
        "DROP FUNCTION udbytte_forget_tallies() CASCADE;",
        BEFORE.MOVES,
        *(statement for statement in BEFORE._triggers() if any(f" udbytte_{table}_" in statement for table in COPIED)),
    ]
)


class Migration(migrations.Migration):
    dependencies = [
        ("udbytte", "0028_longer_titles"),
    ]

    operations = [
        migrations.CreateModel(
            name="CountedAgreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("kind", models.CharField(max_length=40)),
                ("agreed_on", models.DateField()),
                ("planned_to", models.DateField()),
                ("stage", models.CharField(max_length=40)),
                ("step", models.CharField(max_length=40)),
                ("step_due", models.DateField(null=True)),
                ("stray", models.BooleanField()),
                ("owned", models.BooleanField()),
                ("drop_reason", models.CharField(max_length=40)),
                ("dropped_from", models.CharField(max_length=40)),
                ("closed_on", models.DateField(null=True)),
                ("starts_on", models.DateField(null=True)),
                ("ends_on", models.DateField(null=True)),
                ("answer_due_on", models.DateField()),
                ("coordinated_on", models.DateField(null=True)),
                ("registered_on", models.DateField(null=True)),
                ("answered_on", models.DateField(null=True)),
                ("went", models.CharField(max_length=40)),
                ("has_run", models.BooleanField()),
                ("from_catalogue", models.BooleanField()),
                ("newness", models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="CountedConversation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("planned", models.BooleanField()),
                ("held_on", models.DateField(null=True)),
                ("declined_on", models.DateField(null=True)),
                ("rests_until", models.DateField(null=True)),
                ("no_course", models.BooleanField()),
            ],
        ),
        migrations.AddField(
            model_name="checkin",
            name="withdrawn_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="conversation",
            name="opened_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="practicemethod",
            name="added_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="practicemethod",
            name="hidden_days",
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="round",
            name="uncoordinated",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="staletally",
            index=models.Index(fields=["round", "unit"], name="stale_tally_unit"),
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawn_on__isnull", True), ("answered_on__isnull", True), _connector="OR"),
                name="check_in_answered_or_withdrawn",
            ),
        ),
        migrations.AddField(
            model_name="countedagreement",
            name="agreement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="counted", to="udbytte.agreement"
            ),
        ),
        migrations.AddField(
            model_name="countedagreement",
            name="employee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="countedagreement",
            name="method",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="udbytte.practicemethod",
            ),
        ),
        migrations.AddField(
            model_name="countedagreement",
            name="round",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="udbytte.round"),
        ),
        migrations.AddField(
            model_name="countedagreement",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="udbytte.unit"),
        ),
        migrations.AddField(
            model_name="countedconversation",
            name="conversation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="counted", to="udbytte.conversation"
            ),
        ),
        migrations.AddField(
            model_name="countedconversation",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="countedconversation",
            name="round",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="udbytte.round"),
        ),
        migrations.AddField(
            model_name="countedconversation",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="udbytte.unit"),
        ),
        migrations.AddIndex(
            model_name="countedagreement",
            index=models.Index(fields=["round", "unit"], name="counted_agreement_unit"),
        ),
        migrations.AddConstraint(
            model_name="countedagreement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)), fields=("agreement",), name="counted_agreement_once_at_a_time"
            ),
        ),
        migrations.AddIndex(
            model_name="countedconversation",
            index=models.Index(fields=["round", "unit"], name="counted_conversation_unit"),
        ),
        migrations.AddConstraint(
            model_name="countedconversation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)),
                fields=("conversation",),
                name="counted_conversation_once_at_a_time",
            ),
        ),
        migrations.CreateModel(
            name="WholeTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, unique=True)),
                ("on", models.DateField()),
                ("sums", models.JSONField()),
            ],
        ),
        migrations.AlterField(
            model_name="unittally",
            name="round",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="udbytte.round"
            ),
        ),
        migrations.AlterField(
            model_name="unittally",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="udbytte.unit",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
