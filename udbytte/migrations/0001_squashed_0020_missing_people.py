"""A new database: all tables, triggers and search columns, as the twenty migrations of before leave them.

A database that has all of the twenty only gets a mark; one that has some of them goes on along them, so they stay in
this folder for a release. Three things are no fields of the models:
- The triggers. `CreateModel` knows those of its table, and `install_triggers` makes them.
- The columns that courses and people are searched by, so that a row that is fetched for a list does not bring them
  along. The database fills them in. A course has search_title; search_rest (subject, provider, code): folded words with
  a space before, between and after; search_code: the code, folded and without spaces; search_stems: the Danish stems,
  title first (A), then the rest (B), then the description (D). A person has search_name. A later migration that changes
  the type of title, subject, provider, code, description or a name drops them first and makes them again.
- Five columns that the release before still writes. They go in the next one.
"""

import datetime
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import udbytte.models.labels

FOLDED = r"""
CREATE FUNCTION udbytte_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
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
COURSE = """
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
NAME = """
ALTER TABLE udbytte_person ADD COLUMN search_name text GENERATED ALWAYS AS (
    ' ' || btrim(udbytte_folded(given_name || ' ' || family_name)) || ' ') STORED
"""
STILL_WRITTEN = """
ALTER TABLE udbytte_agreement
    ADD COLUMN if_when varchar(200) DEFAULT '' NOT NULL,
    ADD COLUMN if_where varchar(200) DEFAULT '' NOT NULL,
    ADD COLUMN if_with varchar(200) DEFAULT '' NOT NULL;
ALTER TABLE udbytte_practicemethod
    ADD COLUMN ready_when_da varchar(200) DEFAULT '' NOT NULL,
    ADD COLUMN ready_when_en varchar(200) DEFAULT '' NOT NULL
"""


def install_triggers(apps, schema_editor):
    for model in apps.get_models():
        for trigger in getattr(model._meta, "triggers", []):
            schema_editor.execute(trigger.install_sql, params=None)  # as pgtrigger does: no % in it is a placeholder


class Migration(migrations.Migration):
    replaces = [
        ('udbytte', '0001_models'),
        ('udbytte', '0002_triggers_and_search'),
        ('udbytte', '0003_the_line'),
        ('udbytte', '0004_published_sums'),
        ('udbytte', '0005_frozen_texts_and_course_dates'),
        ('udbytte', '0006_if_then_sentence'),
        ('udbytte', '0007_course_partners'),
        ('udbytte', '0008_follow_up_talks'),
        ('udbytte', '0009_former_manager'),
        ('udbytte', '0010_open_answers'),
        ('udbytte', '0011_overruns'),
        ('udbytte', '0012_routing'),
        ('udbytte', '0013_figures_of_silence'),
        ('udbytte', '0014_written_answers'),
        ('udbytte', '0015_level_days'),
        ('udbytte', '0016_mail_outages_and_released_emails'),
        ('udbytte', '0017_undo_press'),
        ('udbytte', '0018_search_folding'),
        ('udbytte', '0019_files_start_text'),
        ('udbytte', '0020_missing_people'),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('external_id', models.CharField(blank=True, max_length=100, null=True, unique=True)),
                ('email', models.EmailField(blank=True, max_length=254, null=True, unique=True, verbose_name='E-mail')),
                ('given_name', models.CharField(max_length=150, verbose_name='First name')),
                ('family_name', models.CharField(blank=True, max_length=150, verbose_name='Last name')),
                ('language', models.CharField(choices=[('da', 'Dansk'), ('en', 'English')], default='da', max_length=2, verbose_name='Language')),
                ('digest_weekday', models.PositiveSmallIntegerField(choices=[(1, 'Monday'), (2, 'Tuesday'), (3, 'Wednesday'), (4, 'Thursday'), (5, 'Friday')], default=1, verbose_name='Day of the weekly email')),
                ('wants_mail', models.BooleanField(default=True, verbose_name='Emails from Udbytte')),
                ('calendar_feed', models.PositiveIntegerField(blank=True, null=True)),
                ('calendar_feeds', models.PositiveIntegerField(db_default=0, default=0)),
                ('mail_refused_at', models.DateTimeField(blank=True, null=True)),
                ('mail_refusal', models.CharField(blank=True, max_length=500)),
                ('email_changed_on', models.DateField(blank=True, null=True)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ('family_name', 'given_name', 'pk'),
                'indexes': [
                    models.Index(condition=models.Q(('mail_refused_at__isnull', False)), fields=['id'], name='person_marked'),
                ],
                'constraints': [
                    models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='person_email_unique', violation_error_message='This e-mail is already in use.'),
                    models.CheckConstraint(condition=models.Q(('digest_weekday__range', (1, 5))), name='person_digest_weekday_is_a_workday'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='From')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='Last day')),
                ('external_id', models.CharField(blank=True, max_length=100, null=True, unique=True)),
                ('name', models.CharField(max_length=250, verbose_name='Name')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='udbytte.unit')),
                ('path', models.CharField(db_collation='C', default='', editable=False, max_length=250)),
            ],
            options={
                'ordering': ('name', 'pk'),
                'indexes': [
                    models.Index(fields=['path'], name='unit_path'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='unit_ends_after_start', violation_error_message='The last day is before the first.'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='forget_tallies', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."path" IS DISTINCT FROM (NEW."path"))', func='DELETE FROM udbytte_unittally; RETURN NULL;', hash='867f4b7746153661b328f75a535c9bd41da5e267', operation='UPDATE', pgid='pgtrigger_forget_tallies_f851f', table='udbytte_unit', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Employment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='From')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='Last day')),
                ('external_id', models.CharField(blank=True, max_length=100, null=True, unique=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='employments', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='employments', to='udbytte.unit')),
                ('title', models.CharField(blank=True, max_length=250, verbose_name='Title')),
                ('chosen_manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line_manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to=settings.AUTH_USER_MODEL)),
                ('line_manager_since', models.DateField(blank=True, null=True)),
                ('former_manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('person__family_name', 'person__given_name', 'pk'),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='employment_ends_after_start', violation_error_message='The last day is before the first.'),
                    models.CheckConstraint(condition=models.Q(('chosen_manager__isnull', True), models.Q(('chosen_manager', models.F('person')), _negated=True), _connector='OR'), name='employment_nobody_manages_themself', violation_error_message='Nobody can be their own manager.'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='count_in_new_unit', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."unit_id" IS DISTINCT FROM (NEW."unit_id"))', func='UPDATE udbytte_countedconversation c SET unit_id = NEW.unit_id FROM udbytte_conversation v WHERE v.id = c.conversation_id AND c.until IS NULL AND v.employment_id = NEW.id; RETURN NULL;', hash='cd51255adb4f91b638d1293d0637455bc793ff1b', operation='UPDATE', pgid='pgtrigger_count_in_new_unit_a28c2', table='udbytte_employment', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='ManagerRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='From')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='Last day')),
                ('external_id', models.CharField(blank=True, max_length=100, null=True, unique=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='manager_roles', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='manager_roles', to='udbytte.unit')),
                ('holds_conversations', models.BooleanField(default=True, verbose_name='Holds conversations')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='manager_role_ends_after_start', violation_error_message='The last day is before the first.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RoleAssignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='From')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='Last day')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roles', to=settings.AUTH_USER_MODEL)),
                ('role', models.CharField(choices=[('coordinator', 'Course coordinator'), ('budget_owner', 'Budget owner'), ('hr', 'HR'), ('works_council', 'Works council'), ('administrator', 'Administrator')], max_length=20, verbose_name='Role')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='roles', to='udbytte.unit')),
                ('given_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('given_by_command', models.BooleanField(db_default=False, default=False)),
                ('given_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by_command', models.BooleanField(db_default=False, default=False)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ('role', 'unit__name', 'person__family_name'),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', django.db.models.expressions.CombinedExpression(models.F('starts_on'), '-', models.Value(datetime.timedelta(days=1)))), _connector='OR'), name='role_ends_after_start', violation_error_message='The last day is before the first.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('role', 'administrator'), _negated=True), ('unit__isnull', True), _connector='OR'), name='role_administrator_is_for_the_whole', violation_error_message='An administrator is one for the whole organisation.'),
                    models.CheckConstraint(condition=models.Q(('given_by__isnull', True), ('given_by_command', False), _connector='OR'), name='role_given_by_person_or_command'),
                    models.CheckConstraint(condition=models.Q(('ended_by__isnull', True), ('ended_by_command', False), _connector='OR'), name='role_ended_by_person_or_command'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, verbose_name='Name')),
                ('announced_on', models.DateField(verbose_name='Announced')),
                ('kickoff_on', models.DateField(blank=True, null=True, verbose_name='Kick-off meetings held by')),
                ('conversations_from', models.DateField(verbose_name='Conversations from')),
                ('conversations_to', models.DateField(verbose_name='Conversations to')),
                ('closes_on', models.DateField(verbose_name='Closes')),
                ('procedure', models.TextField(blank=True, verbose_name='How we do it')),
                ('criteria', models.TextField(blank=True, verbose_name='What we go by')),
                ('possibilities', models.TextField(blank=True, verbose_name='What is possible')),
                ('money', models.TextField(blank=True, verbose_name='The money')),
                ('days', models.JSONField(blank=True, default=dict, verbose_name='Days for each step')),
                ('published_on', models.DateField(blank=True, null=True)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('discussed_on', models.DateField(blank=True, null=True)),
                ('uncoordinated', models.PositiveIntegerField(blank=True, null=True)),
                ('units', models.ManyToManyField(related_name='rounds', to='udbytte.unit', verbose_name='Units, each with all below it')),
            ],
            options={
                'ordering': ('-conversations_from', '-pk'),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('conversations_from__gte', models.F('announced_on')), ('conversations_to__gte', models.F('conversations_from')), ('closes_on__gte', models.F('conversations_to'))), name='round_dates_in_order', violation_error_message='The dates must come in this order: announced, conversations from, conversations to, closes.'),
                    models.CheckConstraint(condition=models.Q(('kickoff_on__isnull', True), models.Q(('kickoff_on__gte', models.F('announced_on')), ('kickoff_on__lte', models.F('conversations_to'))), _connector='OR'), name='round_kickoff_in_time', violation_error_message='The kick-off lies after the announcement, and before the conversations end.'),
                    models.CheckConstraint(condition=models.Q(('closed_on__isnull', True), ('published_on__isnull', False), _connector='OR'), name='round_closed_only_after_publishing'),
                ],
            },
        ),
        migrations.CreateModel(
            name='FollowUpDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follow_up_days', to='udbytte.round')),
                ('day', models.DateField()),
            ],
            options={
                'ordering': ('day',),
                'constraints': [
                    models.UniqueConstraint(fields=('round', 'day'), name='follow_up_day_once_a_round'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PreparationQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='udbytte.round')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('asked', models.CharField(choices=[('both', 'both'), ('employee', 'the employee'), ('manager', 'the manager')], default='both', max_length=10, verbose_name='Asked of')),
                ('text_da', models.CharField(max_length=400, verbose_name='Question in Danish')),
                ('text_en', models.CharField(blank=True, max_length=400, verbose_name='Question in English')),
                ('help_da', models.CharField(blank=True, db_default='', default='', max_length=400, verbose_name='Help in Danish')),
                ('help_en', models.CharField(blank=True, db_default='', default='', max_length=400, verbose_name='Help in English')),
                ('titles', models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list)),
                ('about_last', models.BooleanField(db_default=False, default=False)),
            ],
            options={
                'ordering': ('position', 'pk'),
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('about_last', True)), fields=('round',), name='preparation_question_about_last_once_a_round'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RulesConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='confirmations', to='udbytte.round')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules_confirmations', to=settings.AUTH_USER_MODEL)),
                ('confirmed_on', models.DateField()),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('round', 'person'), name='rules_confirmed_once'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM new_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; RETURN NULL;', hash='d03488cccfb32613db61db3d2cb772c55e088e7a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_mark_stale_a80eb', referencing='REFERENCING NEW TABLE AS new_rows ', table='udbytte_rulesconfirmation', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM old_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM new_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; RETURN NULL;', hash='c582e1e6e5c25dd1227114009164b8a308fa0a8e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_mark_stale_eb152', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='udbytte_rulesconfirmation', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM old_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; RETURN NULL;', hash='1fb3e3f9a796bea63e1fdc3075cc7b133f6069ff', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_mark_stale_d636b', referencing='REFERENCING OLD TABLE AS old_rows ', table='udbytte_rulesconfirmation', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='GroupConversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='udbytte.round')),
                ('manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='groups_held', to=settings.AUTH_USER_MODEL)),
                ('title', models.CharField(max_length=100, verbose_name='What the group is called')),
                ('planned_at', models.DateTimeField(blank=True, null=True, verbose_name='Planned for')),
                ('minutes', models.PositiveSmallIntegerField(default=120, verbose_name='Minutes')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='Place')),
                ('planned_turn', models.PositiveIntegerField(default=0)),
                ('notes', models.TextField(blank=True, verbose_name='Notes that the group shares')),
                ('held_on', models.DateField(blank=True, null=True, verbose_name='Held on')),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='group_has_a_title', violation_error_message='Say what the group is called.'),
                    models.CheckConstraint(condition=models.Q(('minutes__range', (5, 600))), name='group_lasts_some_minutes'),
                ],
            },
        ),
        migrations.CreateModel(
            name='GroupGoal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='goals', to='udbytte.groupconversation')),
                ('text', models.CharField(max_length=400, verbose_name='What should become possible')),
                ('sign', models.CharField(blank=True, max_length=400, verbose_name='How will you both see it')),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='group_goal_says_something'),
                    models.UniqueConstraint(fields=('group', 'text'), name='group_goal_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='udbytte.round')),
                ('employment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='udbytte.employment')),
                ('kind', models.CharField(choices=[('individual', 'MUS'), ('leader', 'LUS'), ('group', 'GRUS')], default='individual', max_length=12)),
                ('manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='conversations_held', to=settings.AUTH_USER_MODEL)),
                ('planned_at', models.DateTimeField(blank=True, null=True, verbose_name='Planned for')),
                ('minutes', models.PositiveSmallIntegerField(db_default=90, default=90, verbose_name='Minutes')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='Place')),
                ('planned_turn', models.PositiveIntegerField(db_default=0, default=0)),
                ('missed_on', models.DateField(blank=True, null=True)),
                ('opened_on', models.DateField(blank=True, null=True)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('rests_until', models.DateField(blank=True, null=True)),
                ('declined_on', models.DateField(blank=True, null=True)),
                ('declined_reason', models.CharField(blank=True, db_default='', max_length=300)),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='udbytte.groupconversation')),
                ('individual_wished_on', models.DateField(blank=True, null=True)),
                ('held_on', models.DateField(blank=True, null=True, verbose_name='Held on')),
                ('notes', models.TextField(blank=True, verbose_name='Notes from the conversation')),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [
                    models.UniqueConstraint(fields=('round', 'employment'), name='conversation_once_a_round'),
                    models.CheckConstraint(condition=models.Q(('declined_on__isnull', True), models.Q(('held_on__isnull', True), ('planned_at__isnull', True)), _connector='OR'), name='conversation_declined_is_neither_planned_nor_held', violation_error_message='A conversation that is declined is neither planned nor held.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('declined_on__isnull', True), ('declined_reason', '')), models.Q(('declined_on__isnull', False), models.Q(('declined_reason', ''), _negated=True)), _connector='OR'), name='conversation_declined_with_a_reason', violation_error_message='A conversation is declined with a reason.'),
                    models.CheckConstraint(condition=models.Q(('minutes__range', (5, 600))), name='conversation_lasts_some_minutes'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'group'), _negated=True), ('group__isnull', False), _connector='OR'), name='conversation_in_a_group_has_its_group'),
                    models.CheckConstraint(condition=models.Q(('individual_wished_on__isnull', True), ('group__isnull', True), _connector='OR'), name='conversation_wished_alone_stands_in_no_group', violation_error_message='Who wants a conversation alone stands in no group.'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_copy_counted', sql=pgtrigger.compiler.UpsertTriggerSql(func="EXECUTE $sql$INSERT INTO udbytte_countedconversation AS c (conversation_id, since, round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) SELECT v.id, v.opened_on, v.round_id, e.unit_id, e.person_id, v.planned_at IS NOT NULL, v.held_on, v.declined_on, v.rests_until, coalesce(p.no_course_reason, '') <> '' FROM udbytte_conversation v JOIN udbytte_employment e ON e.id = v.employment_id LEFT JOIN udbytte_developmentplan p ON p.conversation_id = v.id WHERE v.id IN (SELECT id FROM new_rows) ON CONFLICT (conversation_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course) WHERE (c.round_id, c.unit_id, c.person_id, c.planned, c.held_on, c.declined_on, c.rests_until, c.no_course) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course)$sql$; RETURN NULL;", hash='741c534dab17d77872484e43506b82d94545bdce', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_copy_counted_b09ce', referencing='REFERENCING NEW TABLE AS new_rows ', table='udbytte_conversation', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_copy_counted', sql=pgtrigger.compiler.UpsertTriggerSql(func="EXECUTE $sql$INSERT INTO udbytte_countedconversation AS c (conversation_id, since, round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) SELECT v.id, v.opened_on, v.round_id, e.unit_id, e.person_id, v.planned_at IS NOT NULL, v.held_on, v.declined_on, v.rests_until, coalesce(p.no_course_reason, '') <> '' FROM udbytte_conversation v JOIN udbytte_employment e ON e.id = v.employment_id LEFT JOIN udbytte_developmentplan p ON p.conversation_id = v.id WHERE v.id IN (SELECT id FROM new_rows) ON CONFLICT (conversation_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course) WHERE (c.round_id, c.unit_id, c.person_id, c.planned, c.held_on, c.declined_on, c.rests_until, c.no_course) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course)$sql$; RETURN NULL;", hash='680f2e651897e1f060c62a773a2e977acdb937b6', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_copy_counted_5af80', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='udbytte_conversation', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Preparation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preparations', to='udbytte.conversation')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preparations', to=settings.AUTH_USER_MODEL)),
                ('shared_on', models.DateField(blank=True, null=True)),
                ('notes', models.TextField(blank=True, db_default='', default='', verbose_name='Your own notes')),
                ('shared_with_group_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('conversation', 'author'), name='preparation_one_each'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('preparation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='udbytte.preparation')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='udbytte.preparationquestion')),
                ('text', models.TextField(blank=True)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('preparation', 'question'), name='answer_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SetAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='set_aside', to='udbytte.conversation')),
                ('field', models.CharField(max_length=40)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ('-at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='DevelopmentPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('conversation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='plan', to='udbytte.conversation')),
                ('no_course_reason', models.CharField(blank=True, max_length=300, verbose_name='No course is needed, because')),
                ('employee_signed_on', models.DateField(blank=True, null=True)),
                ('manager_signed_on', models.DateField(blank=True, null=True)),
                ('manager_signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_text', models.JSONField(blank=True, null=True)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('signed_text__isnull', True), models.Q(('employee_signed_on__isnull', False), ('manager_signed_on__isnull', False)), _connector='OR'), name='plan_frozen_only_when_both_signed'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_copy_counted', sql=pgtrigger.compiler.UpsertTriggerSql(func="EXECUTE $sql$INSERT INTO udbytte_countedconversation AS c (conversation_id, since, round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) SELECT v.id, v.opened_on, v.round_id, e.unit_id, e.person_id, v.planned_at IS NOT NULL, v.held_on, v.declined_on, v.rests_until, coalesce(p.no_course_reason, '') <> '' FROM udbytte_conversation v JOIN udbytte_employment e ON e.id = v.employment_id LEFT JOIN udbytte_developmentplan p ON p.conversation_id = v.id WHERE v.id IN (SELECT conversation_id FROM new_rows) ON CONFLICT (conversation_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course) WHERE (c.round_id, c.unit_id, c.person_id, c.planned, c.held_on, c.declined_on, c.rests_until, c.no_course) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course)$sql$; RETURN NULL;", hash='deb3930cbf3aacfbc0bea70b69e1b8de73afa885', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_copy_counted_c2d06', referencing='REFERENCING NEW TABLE AS new_rows ', table='udbytte_developmentplan', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_copy_counted', sql=pgtrigger.compiler.UpsertTriggerSql(func="EXECUTE $sql$INSERT INTO udbytte_countedconversation AS c (conversation_id, since, round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) SELECT v.id, v.opened_on, v.round_id, e.unit_id, e.person_id, v.planned_at IS NOT NULL, v.held_on, v.declined_on, v.rests_until, coalesce(p.no_course_reason, '') <> '' FROM udbytte_conversation v JOIN udbytte_employment e ON e.id = v.employment_id LEFT JOIN udbytte_developmentplan p ON p.conversation_id = v.id WHERE v.id IN (SELECT conversation_id FROM new_rows) ON CONFLICT (conversation_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course) WHERE (c.round_id, c.unit_id, c.person_id, c.planned, c.held_on, c.declined_on, c.rests_until, c.no_course) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.person_id, EXCLUDED.planned, EXCLUDED.held_on, EXCLUDED.declined_on, EXCLUDED.rests_until, EXCLUDED.no_course)$sql$; RETURN NULL;", hash='45e317f883d48199297e8cc5ddb52b9ad796528d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_copy_counted_2f34d', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='udbytte_developmentplan', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='goals', to='udbytte.developmentplan')),
                ('text', models.CharField(max_length=400, verbose_name='What should become possible')),
                ('sign', models.CharField(blank=True, max_length=400, verbose_name='How will you both see it')),
                ('common', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='copies', to='udbytte.groupgoal')),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [
                    models.UniqueConstraint(fields=('plan', 'common'), name='goal_common_once_a_plan'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Course',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=250, verbose_name='Title')),
                ('provider', models.CharField(blank=True, max_length=200, verbose_name='Provider')),
                ('kind', models.CharField(choices=[('amu', 'AMU course'), ('academy', 'Academy module'), ('diploma', 'Diploma module'), ('master', 'Master module'), ('private', 'Course at a private provider'), ('in_house', 'In-house course'), ('e_learning', 'E-learning')], default='private', max_length=12, verbose_name='Kind')),
                ('code', models.CharField(blank=True, max_length=60, verbose_name='Course code')),
                ('code_system', models.CharField(blank=True, max_length=30)),
                ('key', models.CharField(blank=True, max_length=200)),
                ('subject', models.CharField(blank=True, max_length=250, verbose_name='Subject')),
                ('level', models.CharField(blank=True, max_length=60, verbose_name='Level')),
                ('ects', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='ECTS points')),
                ('days', models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True, verbose_name='Days')),
                ('price', models.PositiveIntegerField(blank=True, null=True, verbose_name='Price in kroner')),
                ('duration', models.CharField(blank=True, max_length=100, verbose_name='How long')),
                ('start_text', models.CharField(blank=True, db_default='', max_length=250, verbose_name='Starts')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='Link')),
                ('signup_email', models.EmailField(blank=True, max_length=254, verbose_name='E-mail for registrations')),
                ('signup_email_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('description', models.TextField(blank=True, verbose_name='What it is about')),
                ('entered_by_hand', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ('title', 'pk'),
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('provider', 'code'), name='course_code_unique_at_provider'),
                    models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('provider', 'key'), name='course_key_unique_at_provider'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CourseRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='udbytte.course')),
                ('starts_on', models.DateField(verbose_name='First day')),
                ('ends_on', models.DateField(verbose_name='Last day')),
                ('key', models.CharField(blank=True, max_length=100)),
                ('title', models.CharField(blank=True, max_length=250, verbose_name="The run's own name")),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='Place')),
                ('postcode', models.CharField(blank=True, max_length=10, verbose_name='Postcode')),
                ('region', models.CharField(blank=True, choices=[('capital', 'the Capital Region'), ('zealand', 'Zealand'), ('south', 'Southern Denmark'), ('central', 'Central Jutland'), ('north', 'North Jutland')], max_length=10, verbose_name='Region')),
                ('address', models.CharField(blank=True, max_length=400, verbose_name='Address and how to get there')),
                ('hours', models.CharField(blank=True, max_length=100, verbose_name='From when to when on the day')),
                ('bring', models.TextField(blank=True, verbose_name='What to bring and prepare')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='Link to the run')),
                ('mode', models.CharField(choices=[('on_site', 'on site'), ('online', 'online'), ('blended', 'both on site and online')], default='on_site', max_length=10, verbose_name='Where it is held')),
                ('price', models.PositiveIntegerField(blank=True, null=True, verbose_name='Price in kroner')),
                ('extra_price', models.PositiveIntegerField(blank=True, null=True, verbose_name='Extra price in kroner')),
                ('signup_deadline', models.DateField(blank=True, null=True, verbose_name='Sign-up deadline')),
                ('cancel_by', models.DateField(blank=True, null=True, verbose_name='Cancel by')),
                ('cancel_cost', models.PositiveIntegerField(blank=True, null=True, verbose_name='What cancelling later costs, in kroner')),
                ('seats', models.PositiveIntegerField(blank=True, null=True, verbose_name='Seats')),
                ('taken', models.PositiveIntegerField(blank=True, null=True, verbose_name='Seats taken')),
                ('minimum_participants', models.PositiveIntegerField(blank=True, null=True, verbose_name='Fewest participants')),
                ('guaranteed', models.BooleanField(default=False, verbose_name='Held however few come')),
                ('retrieved_on', models.DateField(blank=True, null=True)),
                ('cancelled_on', models.DateField(blank=True, null=True)),
                ('withdrawn_on', models.DateField(blank=True, null=True)),
                ('imported', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ('starts_on', 'pk'),
                'indexes': [
                    models.Index(fields=['course', 'starts_on'], name='run_of_course_by_day'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='run_ends_after_start', violation_error_message='The last day is before the first.'),
                    models.CheckConstraint(condition=models.Q(('signup_deadline__isnull', True), ('signup_deadline__lte', models.F('ends_on')), _connector='OR'), name='run_signup_before_end', violation_error_message='The sign-up deadline is after the last day.'),
                    models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('course', 'key'), name='run_key_unique_in_course'),
                ],
            },
        ),
        migrations.CreateModel(
            name='JointNeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=250, verbose_name='What they need')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_on', models.DateField()),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='joint_needs', to='udbytte.courserun')),
                ('closed_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ('-created_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='PracticeMethod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('name_da', models.CharField(max_length=120, verbose_name='Name, in Danish')),
                ('name_en', models.CharField(blank=True, max_length=120, verbose_name='Name, in English')),
                ('summary_da', models.TextField(blank=True, verbose_name='What it is, in Danish')),
                ('summary_en', models.TextField(blank=True, verbose_name='What it is, in English')),
                ('fits_da', models.TextField(blank=True, verbose_name='When it fits, in Danish')),
                ('fits_en', models.TextField(blank=True, verbose_name='When it fits, in English')),
                ('asks_da', models.TextField(blank=True, verbose_name='Who helps, and what it asks of them, in Danish')),
                ('asks_en', models.TextField(blank=True, verbose_name='Who helps, and what it asks of them, in English')),
                ('length_da', models.TextField(blank=True, verbose_name='How long, in Danish')),
                ('length_en', models.TextField(blank=True, verbose_name='How long, in English')),
                ('start_da', models.TextField(blank=True, verbose_name='How to start on Monday, in Danish')),
                ('start_en', models.TextField(blank=True, verbose_name='How to start on Monday, in English')),
                ('follow_up_da', models.TextField(blank=True, verbose_name='How to follow up, in Danish')),
                ('follow_up_en', models.TextField(blank=True, verbose_name='How to follow up, in English')),
                ('pitfalls_da', models.TextField(blank=True, verbose_name='What can go wrong, in Danish')),
                ('pitfalls_en', models.TextField(blank=True, verbose_name='What can go wrong, in English')),
                ('ready_title_da', models.CharField(blank=True, max_length=200, verbose_name="The agreement's title, in Danish")),
                ('ready_title_en', models.CharField(blank=True, max_length=200, verbose_name="The agreement's title, in English")),
                ('ready_purpose_da', models.CharField(blank=True, max_length=400, verbose_name='What it is for, in Danish')),
                ('ready_purpose_en', models.CharField(blank=True, max_length=400, verbose_name='What it is for, in English')),
                ('ready_if_then_da', models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='If-then plan, in Danish')),
                ('ready_if_then_en', models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='If-then plan, in English')),
                ('ready_check_da', models.CharField(blank=True, max_length=300, verbose_name='How it will be checked, in Danish')),
                ('ready_check_en', models.CharField(blank=True, max_length=300, verbose_name='How it will be checked, in English')),
                ('ready_turn_to_da', models.CharField(blank=True, max_length=200, verbose_name='Whom to turn to if it fails, in Danish')),
                ('ready_turn_to_en', models.CharField(blank=True, max_length=200, verbose_name='Whom to turn to if it fails, in English')),
                ('weeks', models.PositiveSmallIntegerField(default=12, verbose_name='Weeks in all')),
                ('check_in_weeks', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Weeks between check-ins')),
                ('role', models.CharField(choices=[('mentor', 'mentor'), ('buddy', 'learning partner'), ('supervisor', 'supervisor'), ('side_by_side', 'side-by-side trainer'), ('colleague', 'colleague'), ('manager', 'manager')], default='colleague', max_length=12, verbose_name='Who helps')),
                ('helper_hours', models.PositiveSmallIntegerField(default=0, verbose_name='Hours it asks of a helper, in all')),
                ('people_from', models.PositiveSmallIntegerField(default=1, verbose_name='At least so many learn together')),
                ('people_to', models.PositiveSmallIntegerField(default=1, verbose_name='At most so many learn together')),
                ('wishes', models.JSONField(blank=True, default=list, verbose_name='What it fits')),
                ('changes_environment', models.BooleanField(default=False, verbose_name='A changed learning environment')),
                ('hidden', models.BooleanField(default=False, verbose_name='Hidden')),
                ('added_on', models.DateField(blank=True, null=True)),
                ('hidden_days', models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list)),
            ],
            options={
                'ordering': ('position', 'pk'),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('people_from__gte', 1), ('people_to__gte', models.F('people_from')), ('people_to__lte', 12)), name='method_people_in_order', violation_error_message='Between 1 and 12 people, and no fewer at most than at least.'),
                    models.CheckConstraint(condition=models.Q(('weeks__range', (1, 104))), name='method_lasts_two_years_at_most', violation_error_message='Between 1 and 104 weeks.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PracticeGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='groups', to='udbytte.practicemethod')),
                ('formed_on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='CatalogueVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='catalogue_visits', to='udbytte.round')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first_on', models.DateField()),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('round', 'person'), name='catalogue_visit_once_a_round'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM new_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; RETURN NULL;', hash='9b800f36330f406613ddac4799369c3e8f81f8c5', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_mark_stale_95151', referencing='REFERENCING NEW TABLE AS new_rows ', table='udbytte_cataloguevisit', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM old_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM new_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; RETURN NULL;', hash='3967d1f80defbdaba303246cb2d9e608eb6117f3', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_mark_stale_7d011', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='udbytte_cataloguevisit', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT v.round_id, e.unit_id FROM old_rows c JOIN udbytte_employment e ON e.person_id = c.person_id JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id) AS s$sql$; RETURN NULL;', hash='52b292e5d56254f081bfbbc4d07d5bded598e288', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_mark_stale_e8c3b', referencing='REFERENCING OLD TABLE AS old_rows ', table='udbytte_cataloguevisit', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Budget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='budgets', to='udbytte.unit')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='budgets', to='udbytte.round')),
                ('amount', models.PositiveIntegerField(verbose_name='Amount in kroner')),
                ('published_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ('unit__name',),
                'constraints': [
                    models.UniqueConstraint(fields=('unit', 'round'), name='budget_once_a_round', violation_error_message='The unit already has a budget in this round.'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT c.round_id, u.id FROM new_rows c JOIN udbytte_unit t ON t.id = c.unit_id JOIN udbytte_unit u ON u.path >= t.path AND u.path < t.path || '~') AS s$sql$; RETURN NULL;", hash='6d663d618ca84608e7045464b402d73ba25384a1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_mark_stale_50c78', referencing='REFERENCING NEW TABLE AS new_rows ', table='udbytte_budget', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT c.round_id, u.id FROM old_rows c JOIN udbytte_unit t ON t.id = c.unit_id JOIN udbytte_unit u ON u.path >= t.path AND u.path < t.path || '~') AS s$sql$; EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT c.round_id, u.id FROM new_rows c JOIN udbytte_unit t ON t.id = c.unit_id JOIN udbytte_unit u ON u.path >= t.path AND u.path < t.path || '~') AS s$sql$; RETURN NULL;", hash='aaadd71d8f1a32fad8b511225fcbfdd5a6dc9127', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_mark_stale_89cdf', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='udbytte_budget', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func="EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ( SELECT c.round_id, u.id FROM old_rows c JOIN udbytte_unit t ON t.id = c.unit_id JOIN udbytte_unit u ON u.path >= t.path AND u.path < t.path || '~') AS s$sql$; RETURN NULL;", hash='37f8cd99e286b49a0fd87b8ca035cfde9bd292dd', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_mark_stale_f6f90', referencing='REFERENCING OLD TABLE AS old_rows ', table='udbytte_budget', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='udbytte.developmentplan')),
                ('goal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='agreements', to='udbytte.goal')),
                ('employment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='udbytte.employment')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='udbytte.unit')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='udbytte.round')),
                ('kind', models.CharField(choices=udbytte.models.labels.kind_choices, max_length=8)),
                ('title', models.CharField(max_length=250, verbose_name='What is agreed')),
                ('purpose', models.CharField(blank=True, max_length=400, verbose_name='What it is for')),
                ('planned_from', models.DateField(verbose_name='Planned from')),
                ('planned_to', models.DateField(verbose_name='Planned to')),
                ('if_then', models.CharField(blank=True, db_default='', default='', max_length=604, verbose_name='If-then plan')),
                ('first_use', models.CharField(blank=True, max_length=300, verbose_name='What will you use it for in the first two weeks')),
                ('checked_by', models.CharField(blank=True, max_length=400, verbose_name='How it will be checked')),
                ('turn_to', models.CharField(blank=True, max_length=200, verbose_name='Whom to turn to if it fails')),
                ('decided_by', models.CharField(blank=True, max_length=200, verbose_name='Who decides it')),
                ('check_in_weeks', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Weeks between check-ins')),
                ('estimated_price', models.PositiveIntegerField(blank=True, null=True, verbose_name='Estimated price in kroner')),
                ('course', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='agreements', to='udbytte.course')),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='agreements', to='udbytte.courserun')),
                ('method', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='agreements', to='udbytte.practicemethod')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='agreements', to='udbytte.practicegroup')),
                ('transfer_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='transfers', to='udbytte.agreement')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replaced_by', to='udbytte.agreement')),
                ('agreed_on', models.DateField()),
                ('stage', models.CharField(choices=udbytte.models.labels.stage_choices, default='agreed', max_length=12)),
                ('step', models.CharField(blank=True, choices=udbytte.models.labels.step_choices, max_length=16)),
                ('step_owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to=settings.AUTH_USER_MODEL)),
                ('step_due', models.DateField(blank=True, null=True)),
                ('step_since', models.DateField(blank=True, null=True)),
                ('stray', models.BooleanField(default=False)),
                ('handed_over', models.BooleanField(default=False)),
                ('proposed_by', models.CharField(blank=True, default='', max_length=12)),
                ('proposal', models.CharField(blank=True, default='', max_length=8)),
                ('line_level', models.PositiveSmallIntegerField(default=0)),
                ('line_days', models.PositiveSmallIntegerField(default=0)),
                ('line_used', models.PositiveSmallIntegerField(default=0)),
                ('line_told_on', models.DateField(blank=True, null=True)),
                ('drop_reason', models.CharField(blank=True, choices=udbytte.models.labels.drop_choices, max_length=12)),
                ('lost_from', models.CharField(blank=True, choices=udbytte.models.labels.stage_choices, default='', max_length=12)),
                ('paused_until', models.DateField(blank=True, null=True)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('turn', models.PositiveIntegerField(default=0)),
                ('starts_on', models.DateField(blank=True, null=True)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('answer_due_on', models.DateField()),
                ('coordinated_on', models.DateField(blank=True, null=True)),
                ('registered_on', models.DateField(blank=True, null=True)),
                ('answered_on', models.DateField(blank=True, null=True)),
                ('went', models.CharField(blank=True, choices=[('yes', 'yes'), ('partly', 'partly')], max_length=8)),
                ('price', models.PositiveIntegerField(blank=True, null=True)),
                ('actual_price', models.PositiveIntegerField(blank=True, null=True)),
                ('budget', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='agreements', to='udbytte.budget')),
                ('granted_outside', models.PositiveIntegerField(default=0)),
                ('funded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reference', models.CharField(blank=True, max_length=60, verbose_name='Reference number')),
                ('joint_need', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='agreements', to='udbytte.jointneed')),
                ('from_catalogue', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ('step_due', 'pk'),
                'indexes': [
                    models.Index(condition=models.Q(('closed_on', None)), fields=['step_owner', 'step_due'], name='agreement_steps'),
                    models.Index(condition=models.Q(('closed_on', None)), fields=['step_due'], name='agreement_due'),
                    models.Index(fields=['unit', 'kind', 'stage'], name='agreement_unit'),
                    models.Index(condition=models.Q(('closed_on', None), ('kind', 'course')), fields=['unit', 'step', 'step_due'], include=('id', 'ends_on'), name='agreement_course_board'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('stage__in', ('dropped', 'lapsed', 'learned', 'not_told', 'replaced')), ('step', ''), ('step_due__isnull', True), ('step_owner__isnull', True), ('step_since__isnull', True), ('closed_on__isnull', False)), models.Q(models.Q(('stage__in', ('dropped', 'lapsed', 'learned', 'not_told', 'replaced')), _negated=True), ('step_due__isnull', False), ('step_owner__isnull', False), ('step_since__isnull', False), models.Q(('step', ''), _negated=True), ('closed_on__isnull', True)), _connector='OR'), name='agreement_open_has_one_step_owner_and_date', violation_error_message='An open agreement has one next step, one owner and one date.'),
                    models.CheckConstraint(condition=models.Q(('planned_to__gte', models.F('planned_from'))), name='agreement_planned_in_order'),
                    models.CheckConstraint(condition=models.Q(('kind', 'course'), models.Q(('course__isnull', True), ('run__isnull', True)), _connector='OR'), name='agreement_only_a_course_has_a_run'),
                    models.CheckConstraint(condition=models.Q(('kind', 'practice'), models.Q(('group__isnull', True), ('transfer_of__isnull', True)), _connector='OR'), name='agreement_only_practice_has_a_group'),
                    models.CheckConstraint(condition=models.Q(('check_in_weeks__isnull', True), ('check_in_weeks__range', (1, 26)), _connector='OR'), name='agreement_checks_in_within_half_a_year', violation_error_message='Between 1 and 26 weeks.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('stage', 'dropped'), _negated=True), models.Q(('drop_reason', ''), _negated=True), _connector='OR'), name='agreement_dropped_with_a_reason'),
                    models.CheckConstraint(condition=models.Q(models.Q(('proposal', ''), ('proposed_by', '')), models.Q(('proposed_by__in', ('employee', 'manager')), models.Q(('proposal', 'replace'), models.Q(('proposal', 'drop'), models.Q(('drop_reason', ''), _negated=True)), _connector='OR')), _connector='OR'), name='agreement_proposal_by_one_of_the_two'),
                    models.CheckConstraint(condition=models.Q(('line_level__lte', 3)), name='agreement_line_has_three_levels'),
                    models.CheckConstraint(condition=models.Q(models.Q(('lost_from__in', ['agreed', 'found', 'nominated', 'funded', 'waitlisted', 'registered', 'attended', 'unknown', 'used', 'asked', 'staffed', 'under_way', 'stuck', 'done', 'told', 'learned', 'dropped', 'replaced', 'not_told', 'lapsed']), ('stage__in', ('dropped', 'lapsed', 'not_told'))), models.Q(models.Q(('stage__in', ('dropped', 'lapsed', 'not_told')), _negated=True), ('lost_from', '')), _connector='OR'), name='agreement_lost_from_a_stage'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_copy_counted', sql=pgtrigger.compiler.UpsertTriggerSql(func="EXECUTE $sql$INSERT INTO udbytte_countedagreement AS c (agreement_id, since, round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) SELECT a.id, NULL::date, a.round_id, a.unit_id, a.employee_id, a.method_id, a.kind, a.agreed_on, a.planned_to, a.stage, a.step, a.step_due, a.stray, coalesce(a.step_owner_id = a.employee_id, false), a.line_level > 0 AND (a.line_level > 1 AND NOT a.handed_over OR coalesce(a.step_owner_id = (SELECT e.line_manager_id FROM udbytte_employment e WHERE e.id = a.employment_id), false)), a.drop_reason, a.lost_from, a.closed_on, a.starts_on, a.ends_on, a.answer_due_on, a.coordinated_on, a.registered_on, a.answered_on, a.went, a.run_id IS NOT NULL, a.from_catalogue, coalesce(o.newness, '') FROM udbytte_agreement a LEFT JOIN udbytte_outcome o ON o.agreement_id = a.id WHERE a.id IN (SELECT id FROM new_rows) ON CONFLICT (agreement_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness) WHERE (c.round_id, c.unit_id, c.employee_id, c.method_id, c.kind, c.agreed_on, c.planned_to, c.stage, c.step, c.step_due, c.stray, c.owned, c.moved_away, c.drop_reason, c.lost_from, c.closed_on, c.starts_on, c.ends_on, c.answer_due_on, c.coordinated_on, c.registered_on, c.answered_on, c.went, c.has_run, c.from_catalogue, c.newness) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness)$sql$; RETURN NULL;", hash='1ca159ca06724849746de5919e63662d2ae584c3', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_copy_counted_8393e', referencing='REFERENCING NEW TABLE AS new_rows ', table='udbytte_agreement', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_copy_counted', sql=pgtrigger.compiler.UpsertTriggerSql(func="EXECUTE $sql$INSERT INTO udbytte_countedagreement AS c (agreement_id, since, round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) SELECT a.id, NULL::date, a.round_id, a.unit_id, a.employee_id, a.method_id, a.kind, a.agreed_on, a.planned_to, a.stage, a.step, a.step_due, a.stray, coalesce(a.step_owner_id = a.employee_id, false), a.line_level > 0 AND (a.line_level > 1 AND NOT a.handed_over OR coalesce(a.step_owner_id = (SELECT e.line_manager_id FROM udbytte_employment e WHERE e.id = a.employment_id), false)), a.drop_reason, a.lost_from, a.closed_on, a.starts_on, a.ends_on, a.answer_due_on, a.coordinated_on, a.registered_on, a.answered_on, a.went, a.run_id IS NOT NULL, a.from_catalogue, coalesce(o.newness, '') FROM udbytte_agreement a LEFT JOIN udbytte_outcome o ON o.agreement_id = a.id WHERE a.id IN (SELECT id FROM new_rows) ON CONFLICT (agreement_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness) WHERE (c.round_id, c.unit_id, c.employee_id, c.method_id, c.kind, c.agreed_on, c.planned_to, c.stage, c.step, c.step_due, c.stray, c.owned, c.moved_away, c.drop_reason, c.lost_from, c.closed_on, c.starts_on, c.ends_on, c.answer_due_on, c.coordinated_on, c.registered_on, c.answered_on, c.went, c.has_run, c.from_catalogue, c.newness) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness)$sql$; RETURN NULL;", hash='a9932c499b1f2fd503d244c6eedef80da61da7be', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_copy_counted_cf041', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='udbytte_agreement', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='LogEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='udbytte.agreement')),
                ('number', models.PositiveIntegerField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('on', models.DateField()),
                ('event', models.CharField(choices=[('agree', 'agree'), ('choose_run', 'choose_run'), ('fund', 'fund'), ('nominate', 'nominate'), ('grant', 'grant'), ('refuse', 'refuse'), ('withdraw', 'withdraw'), ('write_provider', 'write_provider'), ('register', 'register'), ('waitlist', 'waitlist'), ('confirm_seat', 'confirm_seat'), ('still_waiting', 'still_waiting'), ('lose_seat', 'lose_seat'), ('lose_run', 'lose_run'), ('move_run', 'move_run'), ('doubt_seat', 'doubt_seat'), ('cancel_seat', 'cancel_seat'), ('ask_cheaper', 'ask_cheaper'), ('midway', 'midway'), ('go', 'go'), ('not_gone', 'not_gone'), ('use', 'use'), ('not_used', 'not_used'), ('price', 'price'), ('ask', 'ask'), ('ask_another', 'ask_another'), ('need_nobody', 'need_nobody'), ('accept', 'accept'), ('accept_later', 'accept_later'), ('decline', 'decline'), ('start', 'start'), ('check_in', 'check_in'), ('get_stuck', 'get_stuck'), ('still_stuck', 'still_stuck'), ('talk_stuck', 'talk_stuck'), ('finish', 'finish'), ('lose_helper', 'lose_helper'), ('step_aside', 'step_aside'), ('tell', 'tell'), ('talk', 'talk'), ('write_down', 'write_down'), ('postpone', 'postpone'), ('pause', 'pause'), ('propose_drop', 'propose_drop'), ('confirm_drop', 'confirm_drop'), ('propose_replace', 'propose_replace'), ('replace', 'replace'), ('keep', 'keep'), ('hand_over', 'hand_over'), ('leave', 'leave'), ('come_back', 'come_back'), ('start_over', 'start_over'), ('move_on', 'move_on'), ('miss_deadline', 'miss_deadline'), ('helper_silent', 'helper_silent'), ('went_unknown', 'went_unknown'), ('use_unanswered', 'use_unanswered'), ('midway_missed', 'midway_missed'), ('check_in_missed', 'check_in_missed'), ('not_told', 'not_told'), ('talk_missing', 'talk_missing'), ('proposal_falls', 'proposal_falls'), ('lapse', 'lapse'), ('keep_open', 'keep_open'), ('reopen', 'reopen'), ('restart', 'restart')], max_length=16)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('party', models.CharField(blank=True, max_length=12)),
                ('from_stage', models.CharField(blank=True, max_length=12)),
                ('to_stage', models.CharField(max_length=12)),
                ('step', models.CharField(blank=True, max_length=16)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('due', models.DateField(blank=True, null=True)),
                ('facts', models.JSONField(default=dict)),
                ('undone', models.BooleanField(db_default=False, default=False)),
            ],
            options={
                'ordering': ('number',),
                'constraints': [
                    models.UniqueConstraint(fields=('agreement', 'number'), name='log_one_entry_a_turn'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='no_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NOT (NOT OLD.undone AND NEW.undone AND (to_jsonb(NEW) - 'undone') = (to_jsonb(OLD) - 'undone')))", func="RAISE EXCEPTION 'the log of agreements is append-only' USING ERRCODE = 'restrict_violation';", hash='27b43323f229664bf5693eff1cf55e2c7b0d4c5b', operation='UPDATE', pgid='pgtrigger_no_update_0fc92', table='udbytte_logentry', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('udbytte.retention', true) IS DISTINCT FROM 'on')", func="RAISE EXCEPTION 'the log of agreements is append-only' USING ERRCODE = 'restrict_violation';", hash='576532766d2caeb410f97cf45eff99113574c0f8', operation='DELETE', pgid='pgtrigger_no_delete_0d568', table='udbytte_logentry', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='udbytte.agreement')),
                ('kind', models.CharField(choices=[('confirmation', 'confirmation of the registration'), ('proof', 'proof of attendance')], max_length=12, verbose_name='What it is')),
                ('name', models.CharField(max_length=150)),
                ('content_type', models.CharField(max_length=80)),
                ('size', models.PositiveIntegerField()),
                ('content', models.BinaryField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on', models.DateField()),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='outcome', to='udbytte.agreement')),
                ('learned', models.TextField(verbose_name='What do you do differently now')),
                ('newness', models.CharField(choices=[('nothing', 'nothing'), ('something', 'something'), ('much', 'much')], max_length=10, verbose_name='How much was new')),
                ('in_use', models.CharField(choices=[('not_yet', 'not yet'), ('sometimes', 'sometimes'), ('daily', 'daily')], max_length=10, verbose_name='Is it used')),
                ('hindrances', models.JSONField(blank=True, default=list, verbose_name='What got in the way')),
                ('recommends', models.BooleanField(blank=True, null=True, verbose_name='Would you recommend it to a colleague')),
                ('shared', models.BooleanField(default=False, verbose_name='Others may read it in the catalogue, without my name')),
                ('told_on', models.DateField()),
                ('talked_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_copy_counted', sql=pgtrigger.compiler.UpsertTriggerSql(func="EXECUTE $sql$INSERT INTO udbytte_countedagreement AS c (agreement_id, since, round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) SELECT a.id, NULL::date, a.round_id, a.unit_id, a.employee_id, a.method_id, a.kind, a.agreed_on, a.planned_to, a.stage, a.step, a.step_due, a.stray, coalesce(a.step_owner_id = a.employee_id, false), a.line_level > 0 AND (a.line_level > 1 AND NOT a.handed_over OR coalesce(a.step_owner_id = (SELECT e.line_manager_id FROM udbytte_employment e WHERE e.id = a.employment_id), false)), a.drop_reason, a.lost_from, a.closed_on, a.starts_on, a.ends_on, a.answer_due_on, a.coordinated_on, a.registered_on, a.answered_on, a.went, a.run_id IS NOT NULL, a.from_catalogue, coalesce(o.newness, '') FROM udbytte_agreement a LEFT JOIN udbytte_outcome o ON o.agreement_id = a.id WHERE a.id IN (SELECT agreement_id FROM new_rows) ON CONFLICT (agreement_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness) WHERE (c.round_id, c.unit_id, c.employee_id, c.method_id, c.kind, c.agreed_on, c.planned_to, c.stage, c.step, c.step_due, c.stray, c.owned, c.moved_away, c.drop_reason, c.lost_from, c.closed_on, c.starts_on, c.ends_on, c.answer_due_on, c.coordinated_on, c.registered_on, c.answered_on, c.went, c.has_run, c.from_catalogue, c.newness) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness)$sql$; RETURN NULL;", hash='647f2110bc064e23494be1f9cba431646145b610', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_copy_counted_9c034', referencing='REFERENCING NEW TABLE AS new_rows ', table='udbytte_outcome', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_copy_counted', sql=pgtrigger.compiler.UpsertTriggerSql(func="EXECUTE $sql$INSERT INTO udbytte_countedagreement AS c (agreement_id, since, round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) SELECT a.id, NULL::date, a.round_id, a.unit_id, a.employee_id, a.method_id, a.kind, a.agreed_on, a.planned_to, a.stage, a.step, a.step_due, a.stray, coalesce(a.step_owner_id = a.employee_id, false), a.line_level > 0 AND (a.line_level > 1 AND NOT a.handed_over OR coalesce(a.step_owner_id = (SELECT e.line_manager_id FROM udbytte_employment e WHERE e.id = a.employment_id), false)), a.drop_reason, a.lost_from, a.closed_on, a.starts_on, a.ends_on, a.answer_due_on, a.coordinated_on, a.registered_on, a.answered_on, a.went, a.run_id IS NOT NULL, a.from_catalogue, coalesce(o.newness, '') FROM udbytte_agreement a LEFT JOIN udbytte_outcome o ON o.agreement_id = a.id WHERE a.id IN (SELECT agreement_id FROM new_rows) ON CONFLICT (agreement_id) WHERE until IS NULL DO UPDATE SET (round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, answered_on, went, has_run, from_catalogue, newness) = ROW (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness) WHERE (c.round_id, c.unit_id, c.employee_id, c.method_id, c.kind, c.agreed_on, c.planned_to, c.stage, c.step, c.step_due, c.stray, c.owned, c.moved_away, c.drop_reason, c.lost_from, c.closed_on, c.starts_on, c.ends_on, c.answer_due_on, c.coordinated_on, c.registered_on, c.answered_on, c.went, c.has_run, c.from_catalogue, c.newness) IS DISTINCT FROM (EXCLUDED.round_id, EXCLUDED.unit_id, EXCLUDED.employee_id, EXCLUDED.method_id, EXCLUDED.kind, EXCLUDED.agreed_on, EXCLUDED.planned_to, EXCLUDED.stage, EXCLUDED.step, EXCLUDED.step_due, EXCLUDED.stray, EXCLUDED.owned, EXCLUDED.moved_away, EXCLUDED.drop_reason, EXCLUDED.lost_from, EXCLUDED.closed_on, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.answer_due_on, EXCLUDED.coordinated_on, EXCLUDED.registered_on, EXCLUDED.answered_on, EXCLUDED.went, EXCLUDED.has_run, EXCLUDED.from_catalogue, EXCLUDED.newness)$sql$; RETURN NULL;", hash='33d3c5cdde838c5f979b88f6a37ad4723cfd3b2b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_copy_counted_933d6', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='udbytte_outcome', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Observation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='observations', to='udbytte.agreement')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('text', models.CharField(max_length=600, verbose_name='What do you see')),
                ('on', models.DateField()),
            ],
            options={
                'ordering': ('on', 'pk'),
                'constraints': [
                    models.UniqueConstraint(fields=('agreement', 'by'), name='observation_one_each'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RoundReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='udbytte.round')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='udbytte.unit')),
                ('on', models.DateField()),
                ('facts', models.JSONField()),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('round', 'unit'), name='round_report_once', nulls_distinct=False),
                ],
            },
        ),
        migrations.CreateModel(
            name='NotHeld',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('conversation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='not_held', to='udbytte.conversation')),
                ('reason', models.CharField(choices=[('away', 'was away for a long time'), ('no_time', 'no time was found'), ('declined', 'the employee did not wish it'), ('group', 'talked in a group instead'), ('new', 'had only just begun'), ('other', 'another reason')], max_length=10, verbose_name='Why')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='CarriedOn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='carried_on', to='udbytte.agreement')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='carried_on', to='udbytte.conversation')),
                ('how', models.CharField(choices=[('goes_on', 'goes on as it is'), ('moved', 'has a new date'), ('dropped', 'is proposed to be dropped'), ('later', 'is taken up later'), ('reopened', 'is opened again'), ('ended', 'stays lapsed')], max_length=8)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on', models.DateField()),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('agreement', 'conversation'), name='carried_on_once_a_conversation'),
                ],
            },
        ),
        migrations.CreateModel(
            name='DemoMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='UnitTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='udbytte.round')),
                ('unit', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='udbytte.unit')),
                ('on', models.DateField()),
                ('own', models.JSONField()),
                ('published', models.JSONField(db_column='folds')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('round', 'on', 'unit'), name='unit_tally_once', nulls_distinct=False),
                ],
            },
        ),
        migrations.CreateModel(
            name='WholeTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('on', models.DateField()),
                ('sums', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='StaleTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='udbytte.round')),
                ('unit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='udbytte.unit')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['round', 'unit'], name='stale_tally_unit'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CountedConversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='udbytte.round')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='udbytte.unit')),
                ('since', models.DateField(null=True)),
                ('until', models.DateField(null=True)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counted', to='udbytte.conversation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('planned', models.BooleanField()),
                ('held_on', models.DateField(null=True)),
                ('declined_on', models.DateField(null=True)),
                ('rests_until', models.DateField(null=True)),
                ('no_course', models.BooleanField()),
            ],
            options={
                'indexes': [
                    models.Index(fields=['round', 'unit'], name='counted_conversation_unit'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('until', None)), fields=('conversation',), name='counted_conversation_once_at_a_time'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM new_rows) AS s$sql$; RETURN NULL;', hash='9238701cdb6f6064677f7e51a240fdf5d60d0fc4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_mark_stale_60684', referencing='REFERENCING NEW TABLE AS new_rows ', table='udbytte_countedconversation', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM old_rows) AS s$sql$; EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM new_rows) AS s$sql$; RETURN NULL;', hash='bad42fbcaf1d7ecdb14f28a898fdb2dc9840990e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_mark_stale_33100', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='udbytte_countedconversation', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM old_rows) AS s$sql$; RETURN NULL;', hash='27fb5791cd3afe8765d21f7da7e8fb10fa08bd59', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_mark_stale_e1626', referencing='REFERENCING OLD TABLE AS old_rows ', table='udbytte_countedconversation', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='past_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."until" IS NOT NULL)', func="RAISE EXCEPTION 'what was counted on a day that has been stays as it is' USING ERRCODE = 'restrict_violation';", hash='ba61bf22b9d3e8536113cc6f1c2c9ef5de81c05f', operation='UPDATE', pgid='pgtrigger_past_stays_c385a', table='udbytte_countedconversation', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='CountedAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='udbytte.round')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='udbytte.unit')),
                ('since', models.DateField(null=True)),
                ('until', models.DateField(null=True)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counted', to='udbytte.agreement')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('method', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='udbytte.practicemethod')),
                ('kind', models.CharField(max_length=40)),
                ('agreed_on', models.DateField()),
                ('planned_to', models.DateField()),
                ('stage', models.CharField(max_length=40)),
                ('step', models.CharField(max_length=40)),
                ('step_due', models.DateField(null=True)),
                ('stray', models.BooleanField()),
                ('owned', models.BooleanField()),
                ('moved_away', models.BooleanField(db_default=False, default=False)),
                ('drop_reason', models.CharField(max_length=40)),
                ('lost_from', models.CharField(max_length=40)),
                ('closed_on', models.DateField(null=True)),
                ('starts_on', models.DateField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('answer_due_on', models.DateField()),
                ('coordinated_on', models.DateField(null=True)),
                ('registered_on', models.DateField(null=True)),
                ('answered_on', models.DateField(null=True)),
                ('went', models.CharField(max_length=40)),
                ('has_run', models.BooleanField()),
                ('from_catalogue', models.BooleanField()),
                ('newness', models.CharField(max_length=40)),
            ],
            options={
                'indexes': [
                    models.Index(fields=['round', 'unit'], name='counted_agreement_unit'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('until', None)), fields=('agreement',), name='counted_agreement_once_at_a_time'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM new_rows) AS s$sql$; RETURN NULL;', hash='4600dd89823212af4e40e7a50c367109f37d2b56', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_mark_stale_c0b06', referencing='REFERENCING NEW TABLE AS new_rows ', table='udbytte_countedagreement', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM old_rows) AS s$sql$; EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM new_rows) AS s$sql$; RETURN NULL;', hash='4ae1f78dae1b18c4ca4a9dea4724f73a86f0c32b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_mark_stale_a7c0c', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='udbytte_countedagreement', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT round_id, unit_id FROM old_rows) AS s$sql$; RETURN NULL;', hash='63129483a948c36b496eac3c14b17764af69999d', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_mark_stale_4dabc', referencing='REFERENCING OLD TABLE AS old_rows ', table='udbytte_countedagreement', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='past_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."until" IS NOT NULL)', func="RAISE EXCEPTION 'what was counted on a day that has been stays as it is' USING ERRCODE = 'restrict_violation';", hash='2d8c01d83946581d862f583053f078df4018f00b', operation='UPDATE', pgid='pgtrigger_past_stays_afa17', table='udbytte_countedagreement', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Helper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='helpers', to='udbytte.agreement')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='helps', to=settings.AUTH_USER_MODEL)),
                ('role', models.CharField(choices=[('mentor', 'mentor'), ('buddy', 'learning partner'), ('supervisor', 'supervisor'), ('side_by_side', 'side-by-side trainer'), ('colleague', 'colleague'), ('manager', 'manager')], default='colleague', max_length=12, verbose_name='As')),
                ('hours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Hours in all')),
                ('asked_on', models.DateField()),
                ('answered_on', models.DateField(blank=True, null=True)),
                ('said_yes', models.BooleanField(blank=True, null=True)),
                ('available_from', models.DateField(blank=True, null=True)),
                ('suggests', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('agreement', 'person'), name='helper_asked_once_at_a_time'),
                    models.CheckConstraint(condition=models.Q(models.Q(('answered_on__isnull', True), ('said_yes__isnull', True)), models.Q(('answered_on__isnull', False), ('said_yes__isnull', False)), _connector='OR'), name='helper_answer_has_its_day'),
                    models.CheckConstraint(condition=models.Q(('said_yes__isnull', True), ('said_yes', True), ('ended_on__isnull', False), _connector='OR'), name='helper_who_said_no_does_not_help'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM new_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; RETURN NULL;', hash='0655892e3214756e8298b0137eaa6b746240ce4d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_mark_stale_149d9', referencing='REFERENCING NEW TABLE AS new_rows ', table='udbytte_helper', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM old_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM new_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; RETURN NULL;', hash='fcb6ce0a922e6d914b8bf01558eb0e9cf43a0136', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_mark_stale_aad8c', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='udbytte_helper', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM old_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; RETURN NULL;', hash='c255e82bd7f07363468581eae315682a47b2bb0c', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_mark_stale_e3d72', referencing='REFERENCING OLD TABLE AS old_rows ', table='udbytte_helper', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='HelpOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to=settings.AUTH_USER_MODEL)),
                ('what', models.CharField(max_length=200, verbose_name='What you can help with')),
                ('method', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='offers', to='udbytte.practicemethod')),
                ('at_most', models.PositiveSmallIntegerField(default=1, verbose_name='How many at a time, at most')),
                ('until', models.DateField(blank=True, null=True, verbose_name='Until')),
                ('offered_on', models.DateField()),
                ('withdrawn_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ('what', 'pk'),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('at_most__range', (1, 10))), name='help_offer_has_a_limit', violation_error_message='Between 1 and 10 people.'),
                    models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('offered_on')), _connector='OR'), name='help_offer_ends_after_its_start', violation_error_message='The last day is before the first.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='check_ins', to='udbytte.agreement')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by_helper', models.BooleanField(default=False)),
                ('asked_on', models.DateField()),
                ('answered_on', models.DateField(blank=True, null=True)),
                ('withdrawn_on', models.DateField(blank=True, null=True)),
                ('happens', models.BooleanField(blank=True, null=True)),
                ('learns', models.BooleanField(blank=True, null=True)),
                ('line', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ('asked_on', 'pk'),
                'constraints': [
                    models.UniqueConstraint(fields=('agreement', 'by', 'asked_on'), name='check_in_asked_once'),
                    models.CheckConstraint(condition=models.Q(('answered_on__isnull', True), ('happens__isnull', False), _connector='OR'), name='check_in_answered_whole'),
                    models.CheckConstraint(condition=models.Q(('withdrawn_on__isnull', True), ('answered_on__isnull', True), _connector='OR'), name='check_in_answered_or_withdrawn'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM new_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; RETURN NULL;', hash='84adb1b5e477825aa8926f0251b661831667b35b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_mark_stale_0151a', referencing='REFERENCING NEW TABLE AS new_rows ', table='udbytte_checkin', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM old_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM new_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; RETURN NULL;', hash='684e64ba500f93c93bb93876c86f53ee0ac92763', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_mark_stale_a4a82', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='udbytte_checkin', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_mark_stale', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $sql$INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM (SELECT a.round_id, a.unit_id FROM old_rows c JOIN udbytte_agreement a ON a.id = c.agreement_id) AS s$sql$; RETURN NULL;', hash='3ea557201f57054acdd095c65caa4d899e71e7c6', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_mark_stale_43a31', referencing='REFERENCING OLD TABLE AS old_rows ', table='udbytte_checkin', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(default='organisation', max_length=20)),
                ('filename', models.CharField(max_length=250)),
                ('content', models.BinaryField(default=bytes)),
                ('options', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('refused', 'refused'), ('failed', 'failed')], default='waiting', max_length=10)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('doing', models.CharField(blank=True, max_length=200)),
                ('report', models.JSONField(blank=True, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('undo', models.JSONField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-created_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='udbytte.round')),
                ('manager', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slots', to=settings.AUTH_USER_MODEL)),
                ('starts_at', models.DateTimeField(verbose_name='When')),
                ('minutes', models.PositiveSmallIntegerField(default=60, verbose_name='Minutes')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='Place')),
                ('only_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='proposed', to='udbytte.conversation')),
                ('taken_by', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='slot', to='udbytte.conversation')),
                ('taken_on', models.DateField(blank=True, null=True)),
                ('offered_on', models.DateField()),
                ('withdrawn_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ('starts_at', 'pk'),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('taken_by__isnull', True), ('withdrawn_on__isnull', True), _connector='OR'), name='slot_taken_is_not_withdrawn', violation_error_message='A time that is taken cannot be withdrawn.'),
                    models.CheckConstraint(condition=models.Q(('taken_by__isnull', True), ('only_for__isnull', True), ('taken_by', models.F('only_for')), _connector='OR'), name='slot_proposed_is_taken_by_that_one', violation_error_message='The time is proposed to somebody else.'),
                    models.CheckConstraint(condition=models.Q(('minutes__range', (5, 600))), name='slot_lasts_some_minutes'),
                    models.UniqueConstraint(condition=models.Q(('withdrawn_on__isnull', True)), fields=('manager', 'starts_at'), name='slot_once_for_its_time', violation_error_message='That time is offered already.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='From')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='Last day')),
                ('employment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='udbytte.employment')),
            ],
            options={
                'ordering': ('starts_on', 'pk'),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='absence_ends_after_start', violation_error_message='The last day is before the first.'),
                    models.CheckConstraint(condition=models.Q(('ends_on__isnull', False)), name='absence_has_a_last_day'),
                    models.UniqueConstraint(fields=('employment', 'starts_on'), name='absence_begins_once_a_day'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Nomination',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='nominations', to='udbytte.agreement')),
                ('price', models.PositiveIntegerField(blank=True, null=True)),
                ('reason', models.TextField(verbose_name='Why this course')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on', models.DateField()),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('granted', models.BooleanField(blank=True, null=True)),
                ('answer', models.TextField(blank=True)),
            ],
            options={
                'ordering': ('-on', '-pk'),
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('decided_on__isnull', True)), fields=('agreement',), name='nomination_one_open'),
                ],
            },
        ),
        migrations.CreateModel(
            name='UnusedSeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='unused_seats', to='udbytte.agreement')),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='unused_seats', to='udbytte.courserun')),
                ('how', models.CharField(choices=[('cancelled', 'given back'), ('not_gone', 'not gone to'), ('closed', 'the agreement was closed')], max_length=10)),
                ('on', models.DateField()),
                ('price', models.PositiveIntegerField()),
                ('cost', models.PositiveIntegerField()),
                ('billed_on', models.DateField(blank=True, null=True)),
                ('granted_outside', models.PositiveIntegerField(default=0)),
                ('budget', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='unused_seats', to='udbytte.budget')),
                ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('cost__lte', models.F('price')), models.Q(('billed_on__isnull', False), ('cost__lte', django.db.models.expressions.CombinedExpression(models.F('price'), '+', models.Value(10000)))), _connector='OR'), name='unused_seat_costs_at_most_its_price_or_bill', violation_error_message='That is more than the seat cost.'),
                    models.CheckConstraint(condition=models.Q(('granted_outside__lte', models.F('cost'))), name='unused_seat_outside_pays_at_most_the_cost'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SpendingAuthority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spending_authorities', to='udbytte.unit')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spending_authorities', to='udbytte.round')),
                ('disposes', models.BooleanField(default=True, verbose_name='Decides alone')),
                ('per_course', models.PositiveIntegerField(blank=True, null=True, verbose_name='At most for one course, in kroner')),
                ('per_year', models.PositiveIntegerField(blank=True, null=True, verbose_name='At most in the round, in kroner')),
            ],
            options={
                'ordering': ('unit__path',),
                'constraints': [
                    models.UniqueConstraint(fields=('unit', 'round'), name='spending_authority_once_a_round'),
                    models.CheckConstraint(condition=models.Q(('disposes', True), models.Q(('per_course__isnull', True), ('per_year__isnull', True)), _connector='OR'), name='spending_authority_limits_only_who_disposes'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Deputy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='From')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='Last day')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deputies', to=settings.AUTH_USER_MODEL)),
                ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deputy_for', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('starts_on', 'pk'),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('person', models.F('deputy')), _negated=True), name='deputy_is_somebody_else', violation_error_message='Choose somebody else than yourself.'),
                    models.CheckConstraint(condition=models.Q(('ends_on__isnull', False), ('ends_on__gte', django.db.models.expressions.CombinedExpression(models.F('starts_on'), '-', models.Value(datetime.timedelta(days=1))))), name='deputy_ends_after_start', violation_error_message='The last day is before the first.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='FundingSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(blank=True, max_length=40, null=True, unique=True)),
                ('name', models.CharField(max_length=150, verbose_name='Name')),
                ('limit', models.PositiveIntegerField(blank=True, null=True, verbose_name='At most, in kroner')),
                ('limit_per_da', models.CharField(blank=True, max_length=120, verbose_name='Per what, in Danish')),
                ('limit_per_en', models.CharField(blank=True, max_length=120, verbose_name='Per what, in English')),
                ('applicant', models.CharField(choices=[('employee', 'the employee'), ('employer', 'the workplace'), ('school', 'the employee, through the school')], max_length=10, verbose_name='Who applies')),
                ('pays_wages', models.BooleanField(default=False, verbose_name='Makes up for wages, not for the price')),
                ('kinds', models.JSONField(blank=True, default=list, verbose_name='For which courses')),
                ('least_price', models.PositiveIntegerField(blank=True, null=True, verbose_name='From which price, in kroner')),
                ('earliest_days', models.PositiveIntegerField(blank=True, null=True, verbose_name='Earliest, in days before the start')),
                ('latest_days', models.PositiveIntegerField(blank=True, null=True, verbose_name='Latest, in days before the start')),
                ('conditions_da', models.TextField(blank=True, verbose_name='Conditions, in Danish')),
                ('conditions_en', models.TextField(blank=True, verbose_name='Conditions, in English')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='Link')),
                ('source', models.CharField(blank=True, max_length=250, verbose_name='Where this is known from')),
                ('facts_of', models.CharField(blank=True, max_length=40, verbose_name='The facts are of')),
                ('checked_on', models.DateField(blank=True, null=True, verbose_name='Checked on')),
                ('hidden', models.BooleanField(default=False, verbose_name='Not offered here')),
            ],
            options={
                'ordering': ('name', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='FundingApplication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='applications', to='udbytte.agreement')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='udbytte.fundingsource')),
                ('amount', models.PositiveIntegerField(verbose_name='Applied for, in kroner')),
                ('state', models.CharField(choices=[('planned', 'to be sent'), ('sent', 'sent'), ('granted', 'granted'), ('refused', 'refused'), ('withdrawn', 'given up'), ('not_sent', 'never sent: its time passed'), ('unknown', 'the answer was never reported')], default='planned', max_length=10)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='funding_applications', to=settings.AUTH_USER_MODEL)),
                ('due', models.DateField(blank=True, null=True)),
                ('created_on', models.DateField()),
                ('sent_on', models.DateField(blank=True, null=True)),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('granted_amount', models.PositiveIntegerField(blank=True, null=True, verbose_name='Granted, in kroner')),
                ('answer', models.CharField(blank=True, max_length=400, verbose_name='What they answered')),
                ('line_level', models.PositiveSmallIntegerField(default=0)),
                ('line_told_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ('pk',),
                'indexes': [
                    models.Index(condition=models.Q(('state__in', ('planned', 'sent'))), fields=['owner', 'due'], name='application_due'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('due__isnull', False), ('owner__isnull', False), ('state__in', ('planned', 'sent'))), models.Q(models.Q(('state__in', ('planned', 'sent')), _negated=True), ('due__isnull', True), ('owner__isnull', True)), _connector='OR'), name='application_open_has_owner_and_date', violation_error_message='An open application has one owner and one date.'),
                    models.UniqueConstraint(condition=models.Q(('state__in', ('planned', 'sent', 'granted'))), fields=('agreement', 'source'), name='application_once_to_a_source', violation_error_message='This source is applied to already.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Email',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='emails', to=settings.AUTH_USER_MODEL)),
                ('key', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=20)),
                ('on', models.DateField()),
                ('to', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=250)),
                ('text', models.TextField()),
                ('html', models.TextField(blank=True)),
                ('calendar', models.TextField(blank=True)),
                ('asks', models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list)),
                ('message_id', models.CharField(max_length=120)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('composed_at', models.DateTimeField(blank=True, null=True)),
                ('next_try_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('gave_up_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=500)),
                ('refused_since', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ('-created_at', '-pk'),
                'indexes': [
                    models.Index(condition=models.Q(('gave_up_at', None), ('sent_at', None)), fields=['next_try_at'], name='email_to_send'),
                    models.Index(condition=models.Q(('asks', []), _negated=True), fields=['on'], name='email_that_asks'),
                    models.Index(condition=models.Q(('sent_at__isnull', False)), fields=['sent_at'], name='email_sent'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('person', 'key'), name='email_once_for_its_cause'),
                ],
            },
        ),
        migrations.CreateModel(
            name='FollowUpRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(unique=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('report', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ('-on',),
            },
        ),
        migrations.CreateModel(
            name='RulesVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules_versions', to='udbytte.round')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rules_versions', to='udbytte.unit')),
                ('number', models.PositiveSmallIntegerField()),
                ('texts', models.JSONField()),
                ('changed', models.JSONField(default=list)),
                ('published_on', models.DateField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('number',),
                'constraints': [
                    models.UniqueConstraint(fields=('round', 'unit', 'number'), name='rules_version_numbered_once', nulls_distinct=False),
                ],
            },
        ),
        migrations.CreateModel(
            name='RulesRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reads', to='udbytte.rulesversion')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on', models.DateField()),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('version', 'person'), name='rules_read_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RulesQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules_questions', to='udbytte.round')),
                ('employment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules_questions', to='udbytte.employment')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules_questions', to='udbytte.unit')),
                ('text', models.TextField(verbose_name='Your question')),
                ('asked_on', models.DateField()),
                ('answer', models.TextField(blank=True, verbose_name='Answer')),
                ('answered_on', models.DateField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('asked_on', 'pk'),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_on__isnull', True)), models.Q(('answered_on__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='rules_answer_has_its_day'),
                ],
            },
        ),
        migrations.CreateModel(
            name='KickoffMeeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kickoffs', to='udbytte.round')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kickoffs', to='udbytte.unit')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('planned_at', models.DateTimeField(verbose_name='When')),
                ('minutes', models.PositiveSmallIntegerField(default=60, verbose_name='Minutes')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='Place')),
                ('agenda', models.TextField(verbose_name='Agenda')),
                ('planned_turn', models.PositiveIntegerField(default=0)),
                ('held_on', models.DateField(blank=True, null=True, verbose_name='Held on')),
                ('clarified', models.TextField(blank=True, verbose_name='What was clarified')),
                ('present', models.ManyToManyField(blank=True, related_name='kickoffs', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('planned_at', 'pk'),
                'constraints': [
                    models.UniqueConstraint(fields=('round', 'unit'), name='kickoff_once_a_unit', violation_error_message='The unit has its meeting already.'),
                    models.CheckConstraint(condition=models.Q(('minutes__range', (10, 600))), name='kickoff_lasts', violation_error_message='Between 10 and 600 minutes.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SelfCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='self_checks', to='udbytte.round')),
                ('opened_on', models.DateField()),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('answers', models.PositiveIntegerField(default=0)),
                ('sums', models.JSONField(default=dict)),
                ('shown_answers', models.PositiveIntegerField(default=0)),
                ('shown', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ('-opened_on', '-pk'),
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('closed_on__isnull', True)), fields=('round',), name='self_check_one_open', nulls_distinct=False, violation_error_message='There is an open self-check already.'),
                    models.CheckConstraint(condition=models.Q(('shown_answers', 0), models.Q(('shown_answers__gte', 5), ('shown_answers__lte', models.F('answers'))), _connector='OR'), name='self_check_shows_five_or_more'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SpentBallot',
            fields=[
                ('mark', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('check_of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spent', to='udbytte.selfcheck')),
            ],
        ),
        migrations.CreateModel(
            name='RunReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='udbytte.courserun')),
                ('change', models.CharField(choices=[('cancelled', 'cancelled'), ('moved', 'moved')], max_length=10)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on', models.DateField()),
                ('why', models.CharField(blank=True, max_length=300)),
                ('before', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='RunQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='udbytte.runreport')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='run_questions', to='udbytte.agreement')),
                ('answer', models.CharField(blank=True, choices=[('', 'not answered'), ('yes', 'yes'), ('no', 'no'), ('over', 'no longer asked')], default='', max_length=5)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('answered_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [
                    models.UniqueConstraint(fields=('report', 'agreement'), name='run_question_once_a_report'),
                    models.UniqueConstraint(condition=models.Q(('answer', '')), fields=('agreement',), name='run_question_one_open_for_an_agreement'),
                ],
            },
        ),
        migrations.CreateModel(
            name='EarlierText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('conversation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='earlier_texts', to='udbytte.conversation')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='earlier_texts', to='udbytte.groupconversation')),
                ('field', models.CharField(max_length=40)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('text', models.TextField(blank=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ('-pk',),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('conversation__isnull', True), ('group__isnull', True), _connector='XOR'), name='earlier_text_of_a_conversation_or_a_group'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='no_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'an earlier text is neither changed nor deleted' USING ERRCODE = 'restrict_violation';", hash='795ad8b6b4aee12f1d2170209a4f1e2f4ca15d9c', operation='UPDATE', pgid='pgtrigger_no_update_321f5', table='udbytte_earliertext', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('udbytte.retention', true) IS DISTINCT FROM 'on')", func="RAISE EXCEPTION 'an earlier text is neither changed nor deleted' USING ERRCODE = 'restrict_violation';", hash='6c0cad6413e6a0ded95d6a1bce4bda3e89fb7725', operation='DELETE', pgid='pgtrigger_no_delete_105b4', table='udbytte_earliertext', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='PartnerWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='partner_wish', to='udbytte.agreement')),
                ('wants', models.BooleanField()),
                ('answered_on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='FollowUpTalk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follow_up_talks', to='udbytte.employment')),
                ('planned_on', models.DateField(blank=True, null=True)),
                ('held_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('held_on__isnull', True)), fields=('employment',), name='follow_up_talk_one_coming'),
                ],
            },
        ),
        migrations.CreateModel(
            name='AgendaItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('talk', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='udbytte.followuptalk')),
                ('text', models.CharField(max_length=300, verbose_name='What do you want to talk about?')),
                ('agreement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='agenda_items', to='udbytte.agreement')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('added_on', models.DateField()),
                ('done_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Overrun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='overruns', to='udbytte.agreement')),
                ('seat', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='overruns', to='udbytte.unusedseat')),
                ('granted_price', models.PositiveIntegerField()),
                ('price', models.PositiveIntegerField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on', models.DateField()),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='overruns', to=settings.AUTH_USER_MODEL)),
                ('due', models.DateField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('granted', models.BooleanField(blank=True, null=True)),
                ('answer', models.CharField(blank=True, max_length=400)),
            ],
            options={
                'ordering': ('pk',),
                'indexes': [
                    models.Index(condition=models.Q(('decided_on__isnull', True)), fields=['owner', 'due'], name='overrun_due'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('decided_on__isnull', True)), fields=('agreement',), name='overrun_one_open'),
                    models.CheckConstraint(condition=models.Q(models.Q(('decided_on__isnull', True), ('due__isnull', False), ('granted__isnull', True), ('owner__isnull', False)), models.Q(('decided_on__isnull', False), ('due__isnull', True), ('owner__isnull', True)), _connector='OR'), name='overrun_open_has_owner_and_date', violation_error_message='An open question about a bill has one owner and one date.'),
                    models.CheckConstraint(condition=models.Q(('price__gt', models.F('granted_price'))), name='overrun_is_above_what_was_granted'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Routing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='routings', to='udbytte.agreement')),
                ('step', models.CharField(choices=udbytte.models.labels.step_choices, max_length=16)),
                ('silent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('announced_on', models.DateField()),
                ('holds_on', models.DateField()),
                ('applied_on', models.DateField(blank=True, null=True)),
                ('ended_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ('holds_on', 'pk'),
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('applied_on', None), ('ended_on', None)), fields=('agreement',), name='routing_one_announced'),
                    models.CheckConstraint(condition=models.Q(('applied_on', None), ('ended_on', None), _connector='OR'), name='routing_ends_in_one_way'),
                ],
            },
        ),
        migrations.CreateModel(
            name='WrittenAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='written_answers', to='udbytte.agreement')),
                ('event', models.CharField(choices=[('go', 'go'), ('not_gone', 'not_gone'), ('midway', 'midway'), ('use', 'use'), ('not_used', 'not_used'), ('tell', 'tell'), ('check_in', 'check_in')], max_length=16)),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on', models.DateField()),
                ('turn', models.PositiveIntegerField()),
                ('confirmed_on', models.DateField(blank=True, null=True)),
                ('declined_on', models.DateField(blank=True, null=True)),
                ('withdrawn_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ('-pk',),
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('confirmed_on__isnull', True), ('declined_on__isnull', True), ('withdrawn_on__isnull', True)), fields=('agreement',), name='written_answer_one_open'),
                    models.CheckConstraint(condition=models.Q(models.Q(('confirmed_on__isnull', True), ('declined_on__isnull', True), ('withdrawn_on__isnull', True)), models.Q(('confirmed_on__isnull', False), ('declined_on__isnull', True), ('withdrawn_on__isnull', True)), models.Q(('confirmed_on__isnull', True), ('declined_on__isnull', False), ('withdrawn_on__isnull', True)), models.Q(('confirmed_on__isnull', True), ('declined_on__isnull', True), ('withdrawn_on__isnull', False)), _connector='OR'), name='written_answer_ends_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='MailOutage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('trouble', models.CharField(choices=[('away', 'away'), ('login', 'login'), ('sender', 'sender'), ('refuses', 'refuses')], max_length=10)),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('last_tried_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('-since',),
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('ended_at',), name='mail_outage_one_open', nulls_distinct=False),
                    models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('since')), _connector='OR'), name='mail_outage_ends_after_start'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Press',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='press', to='udbytte.logentry')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('until', models.DateTimeField()),
                ('before', models.TextField()),
                ('after', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                ('agreement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='udbytte.agreement')),
                ('cause', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=20)),
                ('on', models.DateField()),
                ('urgent', models.BooleanField(default=False)),
                ('facts', models.JSONField(default=dict)),
                ('email', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notifications', to='udbytte.email')),
                ('press', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notifications', to='udbytte.press')),
            ],
            options={
                'ordering': ('on', 'pk'),
                'indexes': [
                    models.Index(condition=models.Q(('email', None)), fields=['person', 'on'], name='notification_waiting'),
                    models.Index(fields=['agreement', 'on'], name='notification_of_agreement'),
                    models.Index(condition=models.Q(('press', None), _negated=True), fields=['press'], name='notification_of_press'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('person', 'cause'), name='notification_once_for_its_cause'),
                ],
            },
        ),
        migrations.CreateModel(
            name='MissingPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='From')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='Last day')),
                ('employment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='missing_periods', to='udbytte.employment')),
                ('manager_role', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='missing_periods', to='udbytte.managerrole')),
                ('lacked_again_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ('starts_on', 'pk'),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', django.db.models.expressions.CombinedExpression(models.F('starts_on'), '-', models.Value(datetime.timedelta(days=1)))), _connector='OR'), name='missing_period_ends_after_start'),
                    models.CheckConstraint(condition=models.Q(models.Q(('employment__isnull', False), ('manager_role__isnull', True)), models.Q(('employment__isnull', True), ('manager_role__isnull', False)), _connector='OR'), name='missing_period_is_about_one'),
                    models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True)), fields=('employment',), name='missing_period_one_of_an_employment'),
                    models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True)), fields=('manager_role',), name='missing_period_one_of_a_role'),
                ],
            },
        ),
        migrations.RunSQL([FOLDED, COURSE, NAME, STILL_WRITTEN]),
        migrations.RunPython(install_triggers),
    ]
