from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("udbytte", "0009_catalogue_search")]
    operations = [
        migrations.AddField(
            model_name="agreement", name="granted_outside", field=models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="fundingsource",
            name="pays_wages",
            field=models.BooleanField(default=False, verbose_name="Makes up for wages, not for the price"),
        ),
        migrations.AlterField(
            model_name="logentry",
            name="event",
            field=models.CharField(
                choices=[
                    ("agree", "agree"),
                    ("choose_run", "choose_run"),
                    ("fund", "fund"),
                    ("nominate", "nominate"),
                    ("grant", "grant"),
                    ("refuse", "refuse"),
                    ("withdraw", "withdraw"),
                    ("write_provider", "write_provider"),
                    ("register", "register"),
                    ("waitlist", "waitlist"),
                    ("confirm_seat", "confirm_seat"),
                    ("still_waiting", "still_waiting"),
                    ("lose_seat", "lose_seat"),
                    ("lose_run", "lose_run"),
                    ("move_run", "move_run"),
                    ("doubt_seat", "doubt_seat"),
                    ("cancel_seat", "cancel_seat"),
                    ("go", "go"),
                    ("not_gone", "not_gone"),
                    ("use", "use"),
                    ("not_used", "not_used"),
                    ("price", "price"),
                    ("ask", "ask"),
                    ("need_nobody", "need_nobody"),
                    ("accept", "accept"),
                    ("decline", "decline"),
                    ("start", "start"),
                    ("check_in", "check_in"),
                    ("finish", "finish"),
                    ("lose_helper", "lose_helper"),
                    ("tell", "tell"),
                    ("talk", "talk"),
                    ("postpone", "postpone"),
                    ("pause", "pause"),
                    ("propose_drop", "propose_drop"),
                    ("confirm_drop", "confirm_drop"),
                    ("keep", "keep"),
                    ("replace", "replace"),
                    ("hand_over", "hand_over"),
                    ("leave", "leave"),
                ],
                max_length=16,
            ),
        ),
    ]
