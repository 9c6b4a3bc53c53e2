"""An agreement and a joint need hold the title of every course, and "how it will be checked" every sign of a goal."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("udbytte", "0027_roles_given_and_ended"),)

    operations = (
        migrations.AlterField(
            model_name="agreement",
            name="checked_by",
            field=models.CharField(blank=True, max_length=400, verbose_name="How it will be checked"),
        ),
        migrations.AlterField(
            model_name="agreement",
            name="title",
            field=models.CharField(max_length=250, verbose_name="What is agreed"),
        ),
        migrations.AlterField(
            model_name="jointneed",
            name="title",
            field=models.CharField(max_length=250, verbose_name="What they need"),
        ),
    )
