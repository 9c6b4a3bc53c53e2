"""The log of agreements is append-only: the database itself refuses to change or delete a row.

Deleting by retention limit is the one exception; it says so with `SET LOCAL udbytte.retention = 'on'`.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION udbytte_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('udbytte.retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the log of agreements is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER udbytte_logentry_append_only BEFORE UPDATE OR DELETE ON udbytte_logentry
    FOR EACH ROW EXECUTE FUNCTION udbytte_append_only();
"""

BACKWARD = """
DROP TRIGGER udbytte_logentry_append_only ON udbytte_logentry;
DROP FUNCTION udbytte_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("udbytte", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
