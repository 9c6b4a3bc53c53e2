"""A step that has moved away from its coordinator is counted as such; a round says when it was discussed.

Stored sums lack the new numbers, so they are counted anew.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("udbytte", "0012_routing"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="agreement",
            name="insert_copy_counted",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="agreement",
            name="update_copy_counted",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="outcome",
            name="insert_copy_counted",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="outcome",
            name="update_copy_counted",
        ),
        migrations.AddField(
            model_name="countedagreement",
            name="moved_away",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL("DELETE FROM udbytte_unittally", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="round",
            name="discussed_on",
            field=models.DateField(blank=True, null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_copy_counted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_countedagreement AS c (agreement_id, since, round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) SELECT a.id, NULL::date, a.round_id, a.unit_id, a.employee_id, a.method_id, a.kind, a.agreed_on, a.planned_to, a.stage, a.step, a.step_due, a.stray, coalesce(a.step_owner_id = a.employee_id, false), a.line_level > 0 AND (a.line_level > 1 AND NOT a.handed_over OR coalesce(a.step_owner_id = (SELECT e.line_manager_id FROM udbytte_employment e WHERE e.id = a.employment_id), false)), a.drop_reason, a.lost_from, a.closed_on, a.starts_on, a.ends_on, a.answer_due_on, a.coordinated_on, a.registered_on, a.answered_on, a.went, a.run_id IS NOT NULL, a.from_catalogue, coalesce(o.newness, '') FROM udbytte_agreement a LEFT JOIN udbytte_outcome o ON o.agreement_id = a.id WHERE a.id IN (SELECT id FROM new_rows) ON CONFLICT (agreement_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness) WHERE (c.round_id, c.unit_id, c.employee_id, c.method_id, c.kind, c.agreed_on, c.planned_to, c.stage, c.step, c.step_due, c.stray, c.owned, c.moved_away, c.drop_reason, c.lost_from, c.closed_on, c.starts_on, c.ends_on, c.answer_due_on, c.coordinated_on, c.registered_on, c.answered_on, c.went, c.has_run, c.from_catalogue, c.newness) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness)$sql$; RETURN NULL;",
                    hash="1ca159ca06724849746de5919e63662d2ae584c3",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_copy_counted_8393e",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="udbytte_agreement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreement",
            trigger=pgtrigger.compiler.Trigger(
                name="update_copy_counted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_countedagreement AS c (agreement_id, since, round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) SELECT a.id, NULL::date, a.round_id, a.unit_id, a.employee_id, a.method_id, a.kind, a.agreed_on, a.planned_to, a.stage, a.step, a.step_due, a.stray, coalesce(a.step_owner_id = a.employee_id, false), a.line_level > 0 AND (a.line_level > 1 AND NOT a.handed_over OR coalesce(a.step_owner_id = (SELECT e.line_manager_id FROM udbytte_employment e WHERE e.id = a.employment_id), false)), a.drop_reason, a.lost_from, a.closed_on, a.starts_on, a.ends_on, a.answer_due_on, a.coordinated_on, a.registered_on, a.answered_on, a.went, a.run_id IS NOT NULL, a.from_catalogue, coalesce(o.newness, '') FROM udbytte_agreement a LEFT JOIN udbytte_outcome o ON o.agreement_id = a.id WHERE a.id IN (SELECT id FROM new_rows) ON CONFLICT (agreement_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness) WHERE (c.round_id, c.unit_id, c.employee_id, c.method_id, c.kind, c.agreed_on, c.planned_to, c.stage, c.step, c.step_due, c.stray, c.owned, c.moved_away, c.drop_reason, c.lost_from, c.closed_on, c.starts_on, c.ends_on, c.answer_due_on, c.coordinated_on, c.registered_on, c.answered_on, c.went, c.has_run, c.from_catalogue, c.newness) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness)$sql$; RETURN NULL;",
                    hash="a9932c499b1f2fd503d244c6eedef80da61da7be",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_copy_counted_cf041",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="udbytte_agreement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="outcome",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_copy_counted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_countedagreement AS c (agreement_id, since, round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) SELECT a.id, NULL::date, a.round_id, a.unit_id, a.employee_id, a.method_id, a.kind, a.agreed_on, a.planned_to, a.stage, a.step, a.step_due, a.stray, coalesce(a.step_owner_id = a.employee_id, false), a.line_level > 0 AND (a.line_level > 1 AND NOT a.handed_over OR coalesce(a.step_owner_id = (SELECT e.line_manager_id FROM udbytte_employment e WHERE e.id = a.employment_id), false)), a.drop_reason, a.lost_from, a.closed_on, a.starts_on, a.ends_on, a.answer_due_on, a.coordinated_on, a.registered_on, a.answered_on, a.went, a.run_id IS NOT NULL, a.from_catalogue, coalesce(o.newness, '') FROM udbytte_agreement a LEFT JOIN udbytte_outcome o ON o.agreement_id = a.id WHERE a.id IN (SELECT agreement_id FROM new_rows) ON CONFLICT (agreement_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness) WHERE (c.round_id, c.unit_id, c.employee_id, c.method_id, c.kind, c.agreed_on, c.planned_to, c.stage, c.step, c.step_due, c.stray, c.owned, c.moved_away, c.drop_reason, c.lost_from, c.closed_on, c.starts_on, c.ends_on, c.answer_due_on, c.coordinated_on, c.registered_on, c.answered_on, c.went, c.has_run, c.from_catalogue, c.newness) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness)$sql$; RETURN NULL;",
                    hash="647f2110bc064e23494be1f9cba431646145b610",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_copy_counted_9c034",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="udbytte_outcome",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="outcome",
            trigger=pgtrigger.compiler.Trigger(
                name="update_copy_counted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_countedagreement AS c (agreement_id, since, round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) SELECT a.id, NULL::date, a.round_id, a.unit_id, a.employee_id, a.method_id, a.kind, a.agreed_on, a.planned_to, a.stage, a.step, a.step_due, a.stray, coalesce(a.step_owner_id = a.employee_id, false), a.line_level > 0 AND (a.line_level > 1 AND NOT a.handed_over OR coalesce(a.step_owner_id = (SELECT e.line_manager_id FROM udbytte_employment e WHERE e.id = a.employment_id), false)), a.drop_reason, a.lost_from, a.closed_on, a.starts_on, a.ends_on, a.answer_due_on, a.coordinated_on, a.registered_on, a.answered_on, a.went, a.run_id IS NOT NULL, a.from_catalogue, coalesce(o.newness, '') FROM udbytte_agreement a LEFT JOIN udbytte_outcome o ON o.agreement_id = a.id WHERE a.id IN (SELECT agreement_id FROM new_rows) ON CONFLICT (agreement_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness) WHERE (c.round_id, c.unit_id, c.employee_id, c.method_id, c.kind, c.agreed_on, c.planned_to, c.stage, c.step, c.step_due, c.stray, c.owned, c.moved_away, c.drop_reason, c.lost_from, c.closed_on, c.starts_on, c.ends_on, c.answer_due_on, c.coordinated_on, c.registered_on, c.answered_on, c.went, c.has_run, c.from_catalogue, c.newness) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness)$sql$; RETURN NULL;",
                    hash="33d3c5cdde838c5f979b88f6a37ad4723cfd3b2b",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_copy_counted_933d6",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="udbytte_outcome",
                    when="AFTER",
                ),
            ),
        ),
    ]
