import udbytte.domain.lifecycle
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("udbytte", "0006_stale_tallies"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(
                condition=models.Q(("closed_on", None), ("kind", udbytte.domain.lifecycle.Kind["COURSE"])),
                fields=["unit", "step", "step_due"],
                include=("id", "ends_on"),
                name="agreement_desk",
            ),
        ),
    ]
