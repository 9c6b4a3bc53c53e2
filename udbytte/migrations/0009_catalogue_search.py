"""What the catalogue is searched by: columns of a course that the database keeps itself, and that no page reads.

They are no fields of the model, so that a course that is fetched for a list does not bring them along:
- search_title, search_rest (subject, provider, code): folded words with a space before, between and after;
- search_code: the code, folded and without spaces;
- search_stems: the Danish stems, title first (A), then the rest (B), then the description (D).

A later migration that changes the type of title, subject, provider, code or description drops them first and makes
them again.
"""

from django.db import migrations

FOLDED = """
CREATE FUNCTION udbytte_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
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
    ADD COLUMN search_title text GENERATED ALWAYS AS (' ' || btrim(udbytte_folded(title)) || ' ') STORED,
    ADD COLUMN search_rest text GENERATED ALWAYS AS (
        ' ' || btrim(udbytte_folded(subject || ' ' || provider || ' ' || code)) || ' ') STORED,
    ADD COLUMN search_code text GENERATED ALWAYS AS (replace(udbytte_folded(code), ' ', '')) STORED,
    ADD COLUMN search_stems tsvector GENERATED ALWAYS AS (
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
    dependencies = [
        ("udbytte", "0008_courses_whole"),
    ]

    operations = [
        migrations.RunSQL(FOLDED, "DROP FUNCTION udbytte_folded(text)"),
        migrations.RunSQL(COLUMNS, WITHOUT),
    ]
