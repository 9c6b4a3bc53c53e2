"""One sentence, "If ..., then ...", instead of three texts (when, where, with whom). Nothing of them is lost.

A delivered method whose text nobody has changed gets the new delivered sentence. The old columns stay, unused and with
a default, until the next release: a process of the release before can still write while it stops.
"""

from django.db import migrations, models

# Key of the method, the old text in Danish and in English, the new sentence in Danish and in English.
DELIVERED = (
    (
        "side_by_side",
        "To faste timer om ugen, mens opgaven alligevel skal løses",
        "Two fixed hours a week, while the task has to be done anyway",
        "Hvis det er en af ugens to faste timer, så løser jeg opgaven sammen med min kollega og spørger undervejs.",
        "If it is one of the week's two fixed hours, then I do the task together with my colleague and ask as we go.",
    ),
    (
        "mentor",
        "En time den første tirsdag i måneden",
        "An hour on the first Tuesday of the month",
        "Hvis det er den første tirsdag i måneden, så mødes jeg en time med min mentor og tager noget med, som jeg er midt i.",
        "If it is the first Tuesday of the month, then I meet my mentor for an hour and bring something I am in the middle of.",
    ),
    (
        "supervision",
        "Halvanden time hver tredje uge, seks gange",
        "An hour and a half every third week, six times",
        "Hvis der er gået tre uger, så bruger jeg halvanden time med min supervisor på en sag fra mit arbejde, seks gange i alt.",
        "If three weeks have passed, then I spend an hour and a half with my supervisor on a case from my work, six times in all.",
    ),
    (
        "peer_supervision",
        "Halvanden time hver fjerde onsdag, tre gange",
        "An hour and a half every fourth Wednesday, three times",
        "Hvis det er hver fjerde onsdag, så mødes vi halvanden time, og én af os lægger en sag frem, tre gange i alt.",
        "If it is every fourth Wednesday, then we meet for an hour and a half and one of us presents a case, three times in all.",
    ),
    (
        "coaching",
        "En time hver tredje uge, fem gange",
        "An hour every third week, five times",
        "Hvis der er gået tre uger, så bruger jeg en time med min coach og aftaler én ting, som jeg gør inden næste gang, fem gange i alt.",
        "If three weeks have passed, then I spend an hour with my coach and agree on one thing to do before next time, five times in all.",
    ),
    (
        "partnership",
        "En halv time hver anden torsdag",
        "Half an hour every second Thursday",
        "Hvis det er torsdag i en lige uge, så mødes vi en halv time og fortæller hinanden, hvad vi har prøvet.",
        "If it is Thursday in an even week, then we meet for half an hour and tell each other what we have tried.",
    ),
    (
        "new_hires",
        "En time i den kommende uge og en igen efter fire uger",
        "An hour in the coming week, and another after four weeks",
        "Hvis det er en af vores to timer, den første i den kommende uge og den anden fire uger senere, så spørger jeg min nye kollega, hvad der undrer, og skriver det ned.",
        "If it is one of our two hours, the first in the coming week and the second four weeks later, then I ask my new colleague what surprises them and write it down.",
    ),
    (
        "new_tasks",
        "Fra den første i næste måned, med fast tid til opgaven hver uge",
        "From the first of next month, with fixed time for the task every week",
        "Hvis det er min faste tid til opgaven, fra den første i næste måned, så arbejder jeg på den og spørger min leder, når jeg er i tvivl.",
        "If it is my fixed time for the task, from the first of next month, then I work on it and ask my manager when I am in doubt.",
    ),
    (
        "responsibility",
        "Fra en aftalt dato, som alle i gruppen kender",
        "From an agreed date that everybody in the group knows",
        "Hvis noget på området skal besluttes, fra den dato alle i gruppen kender, så spørger jeg den, der bakker mig op, og beslutter det så selv.",
        "If something in the area has to be decided, from the date that everybody in the group knows, then I ask whoever backs me up and decide it myself.",
    ),
    (
        "rotation",
        "En aftalt uge, begge veje, når vagtplanen er lagt",
        "An agreed week, both ways, when the rota is made",
        "Hvis vagtplanen er lagt for den uge, vi har aftalt, så bytter vi plads, og jeg skriver to ting ned, som jeg tager med hjem.",
        "If the rota is made for the week we have agreed, then we swap places, and I write down two things to bring home.",
    ),
    (
        "shadowing",
        "En hel dag inden for de næste tre uger",
        "A whole day within the next three weeks",
        "Hvis det er den dag, vi har aftalt inden for de næste tre uger, så følger jeg min kollega hele dagen og skriver ned, hvad jeg ser.",
        "If it is the day we have agreed within the next three weeks, then I follow my colleague all day and write down what I see.",
    ),
    (
        "relations",
        "En fast halv time om ugen, mens opgaven løses",
        "A fixed half hour a week while the task is done",
        "Hvis det er vores faste halve time i ugen, så løser vi et stykke af opgaven sammen og aftaler det næste.",
        "If it is our fixed half hour of the week, then we do a part of the task together and agree on the next.",
    ),
    (
        "closer_follow_up",
        "Et kvarter hver mandag morgen i seks uger",
        "A quarter of an hour every Monday morning for six weeks",
        "Hvis det er mandag morgen, så bruger min leder og jeg et kvarter på målet, i seks uger.",
        "If it is Monday morning, then my manager and I spend a quarter of an hour on the goal, for six weeks.",
    ),
    (
        "placement",
        "To faste dage om ugen på det nye sted",
        "Two fixed days a week in the new place",
        "Hvis det er en af mine to faste dage på det nye sted, så spørger jeg ind til én ting, som jeg ser de andre gøre.",
        "If it is one of my two fixed days in the new place, then I ask about one thing that I see the others do.",
    ),
    (
        "technology",
        "Hver mandag formiddag, når jeg alligevel har opgaven",
        "Every Monday morning, when I have the task anyway",
        "Hvis det er mandag formiddag, og jeg har opgaven, så løser jeg den med det nye værktøj og skriver ned, hvor det driller.",
        "If it is Monday morning and I have the task, then I do it with the new tool and write down where it is difficult.",
    ),
    (
        "action_learning",
        "Et møde hver fjerde uge, og en handling imellem",
        "A meeting every fourth week, and an act in between",
        "Hvis gruppen holder sit møde hver fjerde uge, så fortæller jeg, hvilken handling jeg har prøvet, og vælger den næste.",
        "If the group holds its meeting every fourth week, then I tell which act I have tried and choose the next.",
    ),
)
JOIN = """
UPDATE udbytte_agreement SET if_then = concat_ws(', ', nullif(if_when, ''), nullif(if_where, ''), nullif(if_with, ''))
WHERE if_when <> '' OR if_where <> '' OR if_with <> '';
UPDATE udbytte_practicemethod SET ready_if_then_da = ready_when_da, ready_if_then_en = ready_when_en
"""
SPLIT = """
UPDATE udbytte_agreement SET if_when = left(if_then, 200), if_where = substr(if_then, 201, 200),
    if_with = substr(if_then, 401, 200)
WHERE if_then <> '';
UPDATE udbytte_practicemethod SET ready_when_da = left(ready_if_then_da, 200), ready_when_en = left(ready_if_then_en, 200)
"""
OLD = (
    *(("udbytte_agreement", column) for column in ("if_when", "if_where", "if_with")),
    *(("udbytte_practicemethod", column) for column in ("ready_when_da", "ready_when_en")),
)
DEFAULTS = "; ".join(f"ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT ''" for table, column in OLD)
NO_DEFAULTS = "; ".join(f"ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT" for table, column in OLD)


def renew_delivered_sentences(apps, schema_editor):
    """Give the delivered methods their new sentences, in each language whose old text was still the delivered one."""
    methods = apps.get_model("udbytte", "PracticeMethod").objects
    for key, old_da, old_en, new_da, new_en in DELIVERED:
        methods.filter(key=key, ready_if_then_da=old_da).update(ready_if_then_da=new_da)
        methods.filter(key=key, ready_if_then_en=old_en).update(ready_if_then_en=new_en)


def text(label, most):
    return models.CharField(blank=True, db_default="", default="", max_length=most, verbose_name=label)


class Migration(migrations.Migration):
    dependencies = [("udbytte", "0005_frozen_texts_and_course_dates")]
    operations = [
        migrations.AddField("agreement", "if_then", text("If-then plan", 604)),
        migrations.AddField("practicemethod", "ready_if_then_da", text("If-then plan, in Danish", 300)),
        migrations.AddField("practicemethod", "ready_if_then_en", text("If-then plan, in English", 300)),
        migrations.RunSQL(JOIN, SPLIT),
        migrations.RunPython(renew_delivered_sentences, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                *(migrations.RemoveField("agreement", name) for name in ("if_when", "if_where", "if_with")),
                *(migrations.RemoveField("practicemethod", name) for name in ("ready_when_da", "ready_when_en")),
            ],
            database_operations=[migrations.RunSQL(DEFAULTS, NO_DEFAULTS)],
        ),
    ]
