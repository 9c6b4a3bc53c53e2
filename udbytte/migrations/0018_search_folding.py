"""Folds letters with any accent, and keeps the folded name of each person: `search_name`, as courses have.

The columns of courses are made again, because the rows of a database from before were folded in the old way. They and
`search_name` are no fields of the models (see 0002_triggers_and_search): the database fills them in, also for the rows
that are there already.
"""

from importlib import import_module

from django.db import migrations

before = import_module("udbytte.migrations.0002_triggers_and_search")

FOLDED = r"""
CREATE OR REPLACE FUNCTION udbytte_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT pg_catalog.regexp_replace(
    pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
        pg_catalog.translate(
            pg_catalog.regexp_replace(
                pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
                    pg_catalog.lower(pg_catalog.normalize(said, 'NFD')),
                    U&'a\030a', 'aa'), U&'a\0308', 'ae'), U&'o\0308', 'oe'),
                U&'[\0300-\036f]+', '', 'g'),
            'ÆØẞŒÞŁĐÐĦŦłđðħŧı', 'æøßœþlddhtlddhti'),
        'æ', 'ae'), 'ø', 'oe'), 'ß', 'ss'), 'œ', 'oe'), 'þ', 'th'),
    '[^a-z0-9]+', ' ', 'g')
$$
"""
NAME = """
ALTER TABLE udbytte_person ADD COLUMN search_name text GENERATED ALWAYS AS (
    ' ' || btrim(udbytte_folded(given_name || ' ' || family_name)) || ' ') STORED
"""


class Migration(migrations.Migration):
    dependencies = [("udbytte", "0017_undo_press")]

    operations = [
        migrations.RunSQL(before.WITHOUT, before.COLUMNS),
        migrations.RunSQL(FOLDED, before.FOLDED),
        migrations.RunSQL(before.COLUMNS, before.WITHOUT),
        migrations.RunSQL(NAME, "ALTER TABLE udbytte_person DROP COLUMN search_name"),
    ]
