"""Give each notification of before the facts that its kind has now; what it had stays beside them."""

from django.db import migrations

# Facts that were left out where they said nothing.
LEFT_OUT = {
    "round": '{"by": "", "leader": false}',
    "seat": '{"starts": null, "ends": null}',
    "no_seat": '{"starts": null, "ends": null}',
    "step": '{"event": "agree"}',
    "stray": '{"event": "agree"}',
}
RENAMED = (
    """
    UPDATE udbytte_notice SET facts = facts || jsonb_build_object(
        'about', CASE WHEN facts ? 'group'
            THEN jsonb_build_array('group', facts->'group') ELSE jsonb_build_array('conversation', facts->'conversation')
            END,
        'conversation_kind', facts->'kind')
    WHERE kind IN ('conversation', 'no_conversation')
    """,
    """
    UPDATE udbytte_notice SET facts = facts || jsonb_build_object('starts_on', facts->'from', 'ends_on', facts->'to')
    WHERE kind = 'deputy'
    """,
    """
    UPDATE udbytte_notice SET facts = facts || jsonb_build_object('check_in', split_part(cause, ':', 2)::bigint)
    WHERE kind = 'helper'
    """,
)


def give_facts(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for kind, facts in LEFT_OUT.items():
            cursor.execute("UPDATE udbytte_notice SET facts = %s::jsonb || facts WHERE kind = %s", [facts, kind])
        for statement in RENAMED:
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("udbytte", "0023_closing")]

    operations = [migrations.RunPython(give_facts, migrations.RunPython.noop)]
