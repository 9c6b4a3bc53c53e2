"""What the database does by itself: the triggers that the models declare, and the columns that courses are searched by.

The columns of a course are no fields of the model, so that a course that is fetched for a list does not bring them
along:
- search_title, search_rest (subject, provider, code): folded words with a space before, between and after;
- search_code: the code, folded and without spaces;
- search_stems: the Danish stems, title first (A), then the rest (B), then the description (D).

A later migration that changes the type of title, subject, provider, code or description drops them first and makes
them again.

A database that had the thirty migrations before `0001_models` has the columns, and triggers that were written by
hand: these go.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

HAND_WRITTEN = """
DROP FUNCTION IF EXISTS udbytte_append_only() CASCADE;
DROP FUNCTION IF EXISTS udbytte_mark_stale() CASCADE;
DROP FUNCTION IF EXISTS udbytte_mark_moved() CASCADE;
DROP FUNCTION IF EXISTS udbytte_forget_tallies() CASCADE;
DROP FUNCTION IF EXISTS udbytte_copy_what_holds() CASCADE;
DROP FUNCTION IF EXISTS udbytte_what_has_been_stays() CASCADE;
DROP FUNCTION IF EXISTS udbytte_count_from_log();
"""
FOLDED = """
CREATE OR REPLACE FUNCTION udbytte_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT pg_catalog.regexp_replace(
    pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
        pg_catalog.translate(
            pg_catalog.lower(pg_catalog.normalize(said, 'NFC')),
            'ÆØÅÄÖÁÀÂÃÉÈÊËÍÌÎÏÓÒÔÕÚÙÛÜÝÑÇäöáàâãéèêëíìîïóòôõúùûüýñç',
            'æøåæøaaaaeeeeiiiioooouuuuyncæøaaaaeeeeiiiioooouuuuync'),
        'æ', 'ae'), 'ø', 'oe'), 'å', 'aa'), 'ß', 'ss'),
    '[^a-z0-9]+', ' ', 'g')
$$
"""
COLUMNS = """
ALTER TABLE udbytte_course
    ADD COLUMN IF NOT EXISTS search_title text GENERATED ALWAYS AS (' ' || btrim(udbytte_folded(title)) || ' ') STORED,
    ADD COLUMN IF NOT EXISTS search_rest text GENERATED ALWAYS AS (
        ' ' || btrim(udbytte_folded(subject || ' ' || provider || ' ' || code)) || ' ') STORED,
    ADD COLUMN IF NOT EXISTS search_code text GENERATED ALWAYS AS (replace(udbytte_folded(code), ' ', '')) STORED,
    ADD COLUMN IF NOT EXISTS search_stems tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('pg_catalog.danish'::regconfig, udbytte_folded(title)), 'A')
        || setweight(to_tsvector('pg_catalog.danish'::regconfig,
            udbytte_folded(subject || ' ' || provider || ' ' || code)), 'B')
        || setweight(to_tsvector('pg_catalog.danish'::regconfig, udbytte_folded(description)), 'D')) STORED
"""
WITHOUT = """
ALTER TABLE udbytte_course
    DROP COLUMN search_title, DROP COLUMN search_rest, DROP COLUMN search_code, DROP COLUMN search_stems
"""


class Migration(migrations.Migration):
    dependencies = [("udbytte", "0001_models")]

    operations = [
        migrations.RunSQL(FOLDED, "DROP FUNCTION udbytte_folded(text)"),
        migrations.RunSQL(COLUMNS, WITHOUT),
        migrations.RunSQL(HAND_WRITTEN, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="checkin",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM new_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; RETURN NULL;",
                    hash="84adb1b5e477825aa8926f0251b661831667b35b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_mark_stale_0151a",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="udbytte_checkin",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkin",
            trigger=pgtrigger.compiler.Trigger(
                name="update_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM old_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM new_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; RETURN NULL;",
                    hash="684e64ba500f93c93bb93876c86f53ee0ac92763",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_mark_stale_a4a82",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="udbytte_checkin",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkin",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM old_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; RETURN NULL;",
                    hash="3ea557201f57054acdd095c65caa4d899e71e7c6",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_mark_stale_43a31",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="udbytte_checkin",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="developmentplan",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_copy_counted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_countedconversation AS c (conversation_id, since, round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) SELECT v.id, v.opened_on, v.round_id, e.unit_id, e.person_id, v.planned_at IS NOT NULL, v.held_on, v.declined_on, v.rests_until, coalesce(p.no_course_reason, '') <> '' FROM udbytte_conversation v JOIN udbytte_employment e ON e.id = v.employment_id LEFT JOIN udbytte_developmentplan p ON p.conversation_id = v.id WHERE v.id IN (SELECT conversation_id FROM new_rows) ON CONFLICT (conversation_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course) WHERE (c.round_id, c.unit_id, c.person_id, c.planned, c.held_on, c.declined_on, c.rests_until, c.no_course) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course)$sql$; RETURN NULL;",
                    hash="deb3930cbf3aacfbc0bea70b69e1b8de73afa885",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_copy_counted_c2d06",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="udbytte_developmentplan",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="developmentplan",
            trigger=pgtrigger.compiler.Trigger(
                name="update_copy_counted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_countedconversation AS c (conversation_id, since, round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) SELECT v.id, v.opened_on, v.round_id, e.unit_id, e.person_id, v.planned_at IS NOT NULL, v.held_on, v.declined_on, v.rests_until, coalesce(p.no_course_reason, '') <> '' FROM udbytte_conversation v JOIN udbytte_employment e ON e.id = v.employment_id LEFT JOIN udbytte_developmentplan p ON p.conversation_id = v.id WHERE v.id IN (SELECT conversation_id FROM new_rows) ON CONFLICT (conversation_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course) WHERE (c.round_id, c.unit_id, c.person_id, c.planned, c.held_on, c.declined_on, c.rests_until, c.no_course) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course)$sql$; RETURN NULL;",
                    hash="45e317f883d48199297e8cc5ddb52b9ad796528d",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_copy_counted_2f34d",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="udbytte_developmentplan",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="helper",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM new_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; RETURN NULL;",
                    hash="0655892e3214756e8298b0137eaa6b746240ce4d",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_mark_stale_149d9",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="udbytte_helper",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="helper",
            trigger=pgtrigger.compiler.Trigger(
                name="update_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM old_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM new_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; RETURN NULL;",
                    hash="fcb6ce0a922e6d914b8bf01558eb0e9cf43a0136",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_mark_stale_aad8c",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="udbytte_helper",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="helper",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM old_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; RETURN NULL;",
                    hash="c255e82bd7f07363468581eae315682a47b2bb0c",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_mark_stale_e3d72",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="udbytte_helper",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="logentry",
            trigger=pgtrigger.compiler.Trigger(
                name="no_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'the log of agreements is append-only' USING ERRCODE = 'restrict_violation';",
                    hash="16856c5c0913f894692e7be6e3d14a8106c27c7b",
                    operation="UPDATE",
                    pgid="pgtrigger_no_update_0fc92",
                    table="udbytte_logentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="logentry",
            trigger=pgtrigger.compiler.Trigger(
                name="no_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('udbytte.retention', true) IS DISTINCT FROM 'on')",
                    func="RAISE EXCEPTION 'the log of agreements is append-only' USING ERRCODE = 'restrict_violation';",
                    hash="576532766d2caeb410f97cf45eff99113574c0f8",
                    operation="DELETE",
                    pgid="pgtrigger_no_delete_0d568",
                    table="udbytte_logentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="outcome",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_copy_counted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_countedagreement AS c (agreement_id, since, round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, drop_reason, dropped_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) SELECT a.id, NULL::date, a.round_id, a.unit_id, a.employee_id, a.method_id, a.kind, a.agreed_on, a.planned_to, a.stage, a.step, a.step_due, a.stray, coalesce(a.step_owner_id = a.employee_id, false), a.drop_reason, a.dropped_from, a.closed_on, a.starts_on, a.ends_on, a.answer_due_on, a.coordinated_on, a.registered_on, a.answered_on, a.went, a.run_id IS NOT NULL, a.from_catalogue, coalesce(o.newness, '') FROM udbytte_agreement a LEFT JOIN udbytte_outcome o ON o.agreement_id = a.id WHERE a.id IN (SELECT agreement_id FROM new_rows) ON CONFLICT (agreement_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, drop_reason, dropped_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.drop_reason, EXCLUDED.dropped_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness) WHERE (c.round_id, c.unit_id, c.employee_id, c.method_id, c.kind, c.agreed_on, c.planned_to, c.stage, c.step, c.step_due, c.stray, c.owned, c.drop_reason, c.dropped_from, c.closed_on, c.starts_on, c.ends_on, c.answer_due_on, c.coordinated_on, c.registered_on, c.answered_on, c.went, c.has_run, c.from_catalogue, c.newness) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.drop_reason, EXCLUDED.dropped_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness)$sql$; RETURN NULL;",
                    hash="f9feabced60f348dbaeaa3bb81cee70c4384b29b",
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
                    func="EXECUTE $sql$INSERT INTO udbytte_countedagreement AS c (agreement_id, since, round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, drop_reason, dropped_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) SELECT a.id, NULL::date, a.round_id, a.unit_id, a.employee_id, a.method_id, a.kind, a.agreed_on, a.planned_to, a.stage, a.step, a.step_due, a.stray, coalesce(a.step_owner_id = a.employee_id, false), a.drop_reason, a.dropped_from, a.closed_on, a.starts_on, a.ends_on, a.answer_due_on, a.coordinated_on, a.registered_on, a.answered_on, a.went, a.run_id IS NOT NULL, a.from_catalogue, coalesce(o.newness, '') FROM udbytte_agreement a LEFT JOIN udbytte_outcome o ON o.agreement_id = a.id WHERE a.id IN (SELECT agreement_id FROM new_rows) ON CONFLICT (agreement_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, drop_reason, dropped_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.drop_reason, EXCLUDED.dropped_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness) WHERE (c.round_id, c.unit_id, c.employee_id, c.method_id, c.kind, c.agreed_on, c.planned_to, c.stage, c.step, c.step_due, c.stray, c.owned, c.drop_reason, c.dropped_from, c.closed_on, c.starts_on, c.ends_on, c.answer_due_on, c.coordinated_on, c.registered_on, c.answered_on, c.went, c.has_run, c.from_catalogue, c.newness) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.drop_reason, EXCLUDED.dropped_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness)$sql$; RETURN NULL;",
                    hash="4ae362cd6ea403fda12438ef2ccdfb20d60101c8",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_copy_counted_933d6",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="udbytte_outcome",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="conversation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_copy_counted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_countedconversation AS c (conversation_id, since, round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) SELECT v.id, v.opened_on, v.round_id, e.unit_id, e.person_id, v.planned_at IS NOT NULL, v.held_on, v.declined_on, v.rests_until, coalesce(p.no_course_reason, '') <> '' FROM udbytte_conversation v JOIN udbytte_employment e ON e.id = v.employment_id LEFT JOIN udbytte_developmentplan p ON p.conversation_id = v.id WHERE v.id IN (SELECT id FROM new_rows) ON CONFLICT (conversation_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course) WHERE (c.round_id, c.unit_id, c.person_id, c.planned, c.held_on, c.declined_on, c.rests_until, c.no_course) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course)$sql$; RETURN NULL;",
                    hash="741c534dab17d77872484e43506b82d94545bdce",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_copy_counted_b09ce",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="udbytte_conversation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="conversation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_copy_counted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_countedconversation AS c (conversation_id, since, round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) SELECT v.id, v.opened_on, v.round_id, e.unit_id, e.person_id, v.planned_at IS NOT NULL, v.held_on, v.declined_on, v.rests_until, coalesce(p.no_course_reason, '') <> '' FROM udbytte_conversation v JOIN udbytte_employment e ON e.id = v.employment_id LEFT JOIN udbytte_developmentplan p ON p.conversation_id = v.id WHERE v.id IN (SELECT id FROM new_rows) ON CONFLICT (conversation_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course) WHERE (c.round_id, c.unit_id, c.person_id, c.planned, c.held_on, c.declined_on, c.rests_until, c.no_course) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course)$sql$; RETURN NULL;",
                    hash="680f2e651897e1f060c62a773a2e977acdb937b6",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_copy_counted_5af80",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="udbytte_conversation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cataloguevisit",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM new_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; RETURN NULL;",
                    hash="9b800f36330f406613ddac4799369c3e8f81f8c5",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_mark_stale_95151",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="udbytte_cataloguevisit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cataloguevisit",
            trigger=pgtrigger.compiler.Trigger(
                name="update_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM old_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM new_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; RETURN NULL;",
                    hash="3967d1f80defbdaba303246cb2d9e608eb6117f3",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_mark_stale_7d011",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="udbytte_cataloguevisit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cataloguevisit",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM old_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; RETURN NULL;",
                    hash="52b292e5d56254f081bfbbc4d07d5bded598e288",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_mark_stale_e8c3b",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="udbytte_cataloguevisit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulesconfirmation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM new_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; RETURN NULL;",
                    hash="d03488cccfb32613db61db3d2cb772c55e088e7a",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_mark_stale_a80eb",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="udbytte_rulesconfirmation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulesconfirmation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM old_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM new_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; RETURN NULL;",
                    hash="c582e1e6e5c25dd1227114009164b8a308fa0a8e",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_mark_stale_eb152",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="udbytte_rulesconfirmation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulesconfirmation",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM old_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; RETURN NULL;",
                    hash="1fb3e3f9a796bea63e1fdc3075cc7b133f6069ff",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_mark_stale_d636b",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="udbytte_rulesconfirmation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="forget_tallies",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."path" IS DISTINCT FROM (NEW."path"))',
                    func="DELETE FROM udbytte_unittally; RETURN NULL;",
                    hash="867f4b7746153661b328f75a535c9bd41da5e267",
                    operation="UPDATE",
                    pgid="pgtrigger_forget_tallies_f851f",
                    table="udbytte_unit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="employment",
            trigger=pgtrigger.compiler.Trigger(
                name="count_in_new_unit",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."unit_id" IS DISTINCT FROM (NEW."unit_id"))',
                    func="UPDATE udbytte_countedconversation c SET unit_id = NEW.unit_id FROM udbytte_conversation v WHERE v.id = c.conversation_id AND c.until IS NULL AND v.employment_id = NEW.id; RETURN NULL;",
                    hash="cd51255adb4f91b638d1293d0637455bc793ff1b",
                    operation="UPDATE",
                    pgid="pgtrigger_count_in_new_unit_a28c2",
                    table="udbytte_employment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="countedconversation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM new_rows) AS s$sql$; RETURN NULL;",
                    hash="9238701cdb6f6064677f7e51a240fdf5d60d0fc4",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_mark_stale_60684",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="udbytte_countedconversation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="countedconversation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM old_rows) AS s$sql$; EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM new_rows) AS s$sql$; RETURN NULL;",
                    hash="bad42fbcaf1d7ecdb14f28a898fdb2dc9840990e",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_mark_stale_33100",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="udbytte_countedconversation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="countedconversation",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM old_rows) AS s$sql$; RETURN NULL;",
                    hash="27fb5791cd3afe8765d21f7da7e8fb10fa08bd59",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_mark_stale_e1626",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="udbytte_countedconversation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="countedconversation",
            trigger=pgtrigger.compiler.Trigger(
                name="past_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."until" IS NOT NULL)',
                    func="RAISE EXCEPTION 'what was counted on a day that has been stays as it is' USING ERRCODE = 'restrict_violation';",
                    hash="ba61bf22b9d3e8536113cc6f1c2c9ef5de81c05f",
                    operation="UPDATE",
                    pgid="pgtrigger_past_stays_c385a",
                    table="udbytte_countedconversation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="countedagreement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM new_rows) AS s$sql$; RETURN NULL;",
                    hash="4600dd89823212af4e40e7a50c367109f37d2b56",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_mark_stale_c0b06",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="udbytte_countedagreement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="countedagreement",
            trigger=pgtrigger.compiler.Trigger(
                name="update_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM old_rows) AS s$sql$; EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM new_rows) AS s$sql$; RETURN NULL;",
                    hash="4ae1f78dae1b18c4ca4a9dea4724f73a86f0c32b",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_mark_stale_a7c0c",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="udbytte_countedagreement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="countedagreement",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM old_rows) AS s$sql$; RETURN NULL;",
                    hash="63129483a948c36b496eac3c14b17764af69999d",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_mark_stale_4dabc",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="udbytte_countedagreement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="countedagreement",
            trigger=pgtrigger.compiler.Trigger(
                name="past_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."until" IS NOT NULL)',
                    func="RAISE EXCEPTION 'what was counted on a day that has been stays as it is' USING ERRCODE = 'restrict_violation';",
                    hash="2d8c01d83946581d862f583053f078df4018f00b",
                    operation="UPDATE",
                    pgid="pgtrigger_past_stays_afa17",
                    table="udbytte_countedagreement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="budget",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT c.round_id, u.id FROM new_rows c JOIN udbytte_unit t ON t.id = c.unit_id JOIN udbytte_unit u ON u.path >= t.path AND u.path < t.path || '~') AS s$sql$; RETURN NULL;",
                    hash="6d663d618ca84608e7045464b402d73ba25384a1",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_mark_stale_50c78",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="udbytte_budget",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="budget",
            trigger=pgtrigger.compiler.Trigger(
                name="update_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT c.round_id, u.id FROM old_rows c JOIN udbytte_unit t ON t.id = c.unit_id JOIN udbytte_unit u ON u.path >= t.path AND u.path < t.path || '~') AS s$sql$; EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT c.round_id, u.id FROM new_rows c JOIN udbytte_unit t ON t.id = c.unit_id JOIN udbytte_unit u ON u.path >= t.path AND u.path < t.path || '~') AS s$sql$; RETURN NULL;",
                    hash="aaadd71d8f1a32fad8b511225fcbfdd5a6dc9127",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_mark_stale_89cdf",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="udbytte_budget",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="budget",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_mark_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT c.round_id, u.id FROM old_rows c JOIN udbytte_unit t ON t.id = c.unit_id JOIN udbytte_unit u ON u.path >= t.path AND u.path < t.path || '~') AS s$sql$; RETURN NULL;",
                    hash="37f8cd99e286b49a0fd87b8ca035cfde9bd292dd",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_mark_stale_f6f90",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="udbytte_budget",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_copy_counted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="EXECUTE $sql$INSERT INTO udbytte_countedagreement AS c (agreement_id, since, round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, drop_reason, dropped_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) SELECT a.id, NULL::date, a.round_id, a.unit_id, a.employee_id, a.method_id, a.kind, a.agreed_on, a.planned_to, a.stage, a.step, a.step_due, a.stray, coalesce(a.step_owner_id = a.employee_id, false), a.drop_reason, a.dropped_from, a.closed_on, a.starts_on, a.ends_on, a.answer_due_on, a.coordinated_on, a.registered_on, a.answered_on, a.went, a.run_id IS NOT NULL, a.from_catalogue, coalesce(o.newness, '') FROM udbytte_agreement a LEFT JOIN udbytte_outcome o ON o.agreement_id = a.id WHERE a.id IN (SELECT id FROM new_rows) ON CONFLICT (agreement_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, drop_reason, dropped_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.drop_reason, EXCLUDED.dropped_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness) WHERE (c.round_id, c.unit_id, c.employee_id, c.method_id, c.kind, c.agreed_on, c.planned_to, c.stage, c.step, c.step_due, c.stray, c.owned, c.drop_reason, c.dropped_from, c.closed_on, c.starts_on, c.ends_on, c.answer_due_on, c.coordinated_on, c.registered_on, c.answered_on, c.went, c.has_run, c.from_catalogue, c.newness) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.drop_reason, EXCLUDED.dropped_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness)$sql$; RETURN NULL;",
                    hash="61bc5de18fb1dd686cd4b338c25ad7642847c564",
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
                    func="EXECUTE $sql$INSERT INTO udbytte_countedagreement AS c (agreement_id, since, round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, drop_reason, dropped_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) SELECT a.id, NULL::date, a.round_id, a.unit_id, a.employee_id, a.method_id, a.kind, a.agreed_on, a.planned_to, a.stage, a.step, a.step_due, a.stray, coalesce(a.step_owner_id = a.employee_id, false), a.drop_reason, a.dropped_from, a.closed_on, a.starts_on, a.ends_on, a.answer_due_on, a.coordinated_on, a.registered_on, a.answered_on, a.went, a.run_id IS NOT NULL, a.from_catalogue, coalesce(o.newness, '') FROM udbytte_agreement a LEFT JOIN udbytte_outcome o ON o.agreement_id = a.id WHERE a.id IN (SELECT id FROM new_rows) ON CONFLICT (agreement_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, drop_reason, dropped_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.drop_reason, EXCLUDED.dropped_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness) WHERE (c.round_id, c.unit_id, c.employee_id, c.method_id, c.kind, c.agreed_on, c.planned_to, c.stage, c.step, c.step_due, c.stray, c.owned, c.drop_reason, c.dropped_from, c.closed_on, c.starts_on, c.ends_on, c.answer_due_on, c.coordinated_on, c.registered_on, c.answered_on, c.went, c.has_run, c.from_catalogue, c.newness) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.drop_reason, EXCLUDED.dropped_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness)$sql$; RETURN NULL;",
                    hash="b11c804829c3f2b07d2bd28ef4b62397d0d5f359",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_copy_counted_cf041",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="udbytte_agreement",
                    when="AFTER",
                ),
            ),
        ),
    ]
