import udbytte.domain.lifecycle
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("udbytte", "0003_practice_methods"),
    ]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="answered_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="agreement",
            name="coordinated_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="agreement",
            name="dropped_from",
            field=models.CharField(
                blank=True,
                choices=[
                    (udbytte.domain.lifecycle.Stage["AGREED"], "agreed"),
                    (udbytte.domain.lifecycle.Stage["FOUND"], "found"),
                    (udbytte.domain.lifecycle.Stage["NOMINATED"], "nominated"),
                    (udbytte.domain.lifecycle.Stage["FUNDED"], "funded"),
                    (udbytte.domain.lifecycle.Stage["WAITLISTED"], "on the waitlist"),
                    (udbytte.domain.lifecycle.Stage["REGISTERED"], "registered"),
                    (udbytte.domain.lifecycle.Stage["ATTENDED"], "attended"),
                    (udbytte.domain.lifecycle.Stage["USED"], "used"),
                    (udbytte.domain.lifecycle.Stage["ASKED"], "helper asked"),
                    (udbytte.domain.lifecycle.Stage["STAFFED"], "helper in place"),
                    (udbytte.domain.lifecycle.Stage["UNDER_WAY"], "under way"),
                    (udbytte.domain.lifecycle.Stage["DONE"], "done"),
                    (udbytte.domain.lifecycle.Stage("told"), "outcome written"),
                    (udbytte.domain.lifecycle.Stage["LEARNED"], "learned"),
                    (udbytte.domain.lifecycle.Stage["DROPPED"], "dropped"),
                    (udbytte.domain.lifecycle.Stage["REPLACED"], "replaced"),
                ],
                default="",
                max_length=12,
            ),
        ),
    ]
