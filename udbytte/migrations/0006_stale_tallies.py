"""The database itself marks a tally as stale when a row changes that it was counted from, whoever changes it.

One statement that writes marks each unit and round once. A mark is a row of its own and not unique, so that two who write
for the same unit do not wait for each other.
"""

from django.db import migrations

# table: the rounds and units that its changed rows are counted in
SOURCES = {
    "agreement": "SELECT round_id, unit_id FROM changed",
    "conversation": """
        SELECT c.round_id, e.unit_id FROM changed c JOIN udbytte_employment e ON e.id = c.employment_id""",
    "developmentplan": """
        SELECT v.round_id, e.unit_id FROM changed c JOIN udbytte_conversation v ON v.id = c.conversation_id
        JOIN udbytte_employment e ON e.id = v.employment_id""",
    **dict.fromkeys(
        ("helper", "checkin", "outcome"),
        "SELECT a.round_id, a.unit_id FROM changed c JOIN udbytte_agreement a ON a.id = c.agreement_id",
    ),
    **dict.fromkeys(
        ("cataloguevisit", "rulesconfirmation"),
        """
        SELECT v.round_id, e.unit_id FROM changed c JOIN udbytte_employment e ON e.person_id = c.person_id
        JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id""",
    ),
    "budget": """
        SELECT c.round_id, u.id FROM changed c JOIN udbytte_unit t ON t.id = c.unit_id
        JOIN udbytte_unit u ON u.path >= t.path AND u.path < t.path || '~'""",
}
MARK = """
CREATE FUNCTION udbytte_mark_stale() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mark text := 'INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (' || TG_ARGV[0] || ') AS s';
BEGIN
    IF TG_OP <> 'DELETE' THEN EXECUTE replace(mark, 'FROM changed', 'FROM new_rows'); END IF;
    IF TG_OP <> 'INSERT' THEN EXECUTE replace(mark, 'FROM changed', 'FROM old_rows'); END IF;
    RETURN NULL;
END $$;
"""
# Who moves to another unit takes conversations along; a unit that moves changes all sums above it.
MOVES = """
CREATE FUNCTION udbytte_mark_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO udbytte_staletally (round_id, unit_id)
    SELECT v.round_id, u.id FROM udbytte_conversation v, unnest(ARRAY[OLD.unit_id, NEW.unit_id]) AS u(id)
    WHERE v.employment_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER udbytte_employment_moved AFTER UPDATE OF unit_id ON udbytte_employment FOR EACH ROW
    WHEN (OLD.unit_id <> NEW.unit_id) EXECUTE FUNCTION udbytte_mark_moved();
CREATE FUNCTION udbytte_forget_tallies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM udbytte_unittally;
    RETURN NULL;
END $$;
CREATE TRIGGER udbytte_unit_moved AFTER UPDATE OF path, parent_id ON udbytte_unit FOR EACH ROW
    WHEN (OLD.path <> NEW.path OR OLD.parent_id IS DISTINCT FROM NEW.parent_id)
    EXECUTE FUNCTION udbytte_forget_tallies();
"""
EVENTS = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}


def _triggers() -> list[str]:
    return [
        f"CREATE TRIGGER udbytte_{table}_{event.lower()}_stale AFTER {event} ON udbytte_{table} REFERENCING {tables} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION udbytte_mark_stale($sql$ {rows} $sql$);"
        for table, rows in SOURCES.items()
        for event, tables in EVENTS.items()
    ]


BACKWARD = """
DROP FUNCTION udbytte_mark_stale() CASCADE;
DROP FUNCTION udbytte_mark_moved() CASCADE;
DROP FUNCTION udbytte_forget_tallies() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("udbytte", "0005_tallies")]
    operations = [migrations.RunSQL("\n".join([MARK, MOVES, *_triggers()]), BACKWARD)]
