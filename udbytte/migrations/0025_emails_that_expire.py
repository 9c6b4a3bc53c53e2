"""A letter may be of use for a time only, as a login code is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("udbytte", "0024_whole_facts")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="expires_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
