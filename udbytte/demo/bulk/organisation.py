"""Units, people, employments and roles of the bulk data."""

from __future__ import annotations

# Unit 1 is the root; then come areas, centres and houses. Person n, for n up to the number of units, works in unit n
# and manages it, but every ninth house has no manager of its own. All other people work in houses.
ORGANISATION = (
    """
    CREATE TEMP TABLE tree AS SELECT n AS id,
        CASE WHEN n = 1 THEN NULL WHEN n <= 1 + %(areas)s THEN 1
             WHEN n <= 1 + %(areas)s + %(centres)s THEN 2 + (n - 2 - %(areas)s) %% %(areas)s
             ELSE 2 + %(areas)s + (n - 2 - %(areas)s - %(centres)s) %% %(centres)s END AS parent,
        n <= 1 + %(areas)s + %(centres)s OR n %% 9 <> 0 AS managed
    FROM generate_series(1, %(units)s) n
    """,
    """
    INSERT INTO udbytte_unit (id, external_id, name, parent_id, path, starts_on)
    WITH RECURSIVE down AS (
        SELECT id, parent, id || '/' AS path, 1 AS depth FROM tree WHERE parent IS NULL
        UNION ALL SELECT t.id, t.parent, d.path || t.id || '/', d.depth + 1 FROM tree t JOIN down d ON d.id = t.parent)
    SELECT id, 'bulk:' || id,
        CASE WHEN depth = 1 THEN 'Engby Kommune' WHEN depth = 2 THEN (%(area_names)s::text[])[1 + id %% 5] || ' ' || id
             WHEN depth = 3 THEN 'Center ' || (%(places)s::text[])[1 + id %% 30] || ' ' || id
             ELSE 'Huset ' || (%(places)s::text[])[1 + id %% 30] || ' ' || id END,
        parent, path, %(long_ago)s
    FROM down ORDER BY depth, id
    """,
    """
    INSERT INTO udbytte_person (id, password, external_id, email, given_name, family_name, language, digest_weekday,
        wants_mail, mail_refusal, is_active, calendar_feeds)
    SELECT i, '!', 'bulk:' || i, 'person.' || i || '@example.test',
        (%(given)s::text[])[1 + floor(pg_temp.draw(i, 1) * cardinality(%(given)s::text[]))::int],
        (%(family)s::text[])[1 + floor(pg_temp.draw(i, 2) * cardinality(%(family)s::text[]))::int],
        CASE WHEN pg_temp.draw(i, 3) < 0.03 THEN 'en' ELSE 'da' END,
        CASE WHEN pg_temp.draw(i, 4) < 0.6 THEN 1 ELSE 1 + floor(pg_temp.draw(i, 5) * 5)::int END,
        pg_temp.draw(i, 6) > 0.05, '', true, 0
    FROM generate_series(1, %(employees)s) i
    """,
    """
    CREATE TEMP TABLE works AS SELECT i AS id,
        CASE WHEN i <= %(units)s THEN i ELSE %(first_house)s + (i - %(units)s - 1) %% %(houses)s END AS unit
    FROM generate_series(1, %(employees)s) i
    """,
    """
    INSERT INTO udbytte_employment (id, external_id, person_id, unit_id, title, line_manager_id, starts_on)
    SELECT w.id, 'bulk:' || w.id, w.id, w.unit,
        (%(jobs)s::text[])[1 + floor(pg_temp.draw(w.id, 7) * cardinality(%(jobs)s::text[]))::int],
        CASE WHEN t.managed AND w.id <> t.id THEN t.id ELSE t.parent END,
        %(today)s::date - 30 - floor(pg_temp.draw(w.id, 8) * 3000)::int
    FROM works w JOIN tree t ON t.id = w.unit ORDER BY w.id
    """,
    """
    INSERT INTO udbytte_managerrole (id, external_id, person_id, unit_id, holds_conversations, starts_on)
    SELECT id, 'bulk:' || id, id, id, true, %(long_ago)s FROM tree WHERE managed
    """,
    """
    INSERT INTO udbytte_roleassignment (person_id, role, unit_id, starts_on)
    SELECT %(units)s + n, 'coordinator', 1 + n, %(long_ago)s::date FROM generate_series(1, %(areas)s - 1) n
    UNION ALL SELECT 1 + n, 'budget_owner', 1 + n, %(long_ago)s FROM generate_series(1, %(areas)s) n
    UNION ALL SELECT %(units)s + %(areas)s + n, 'hr', NULL, %(long_ago)s FROM generate_series(0, 2) n
    UNION ALL SELECT %(units)s + %(areas)s + 3, 'works_council', NULL, %(long_ago)s
    UNION ALL SELECT %(units)s + %(areas)s + 4, 'administrator', NULL, %(long_ago)s
    """,
)
