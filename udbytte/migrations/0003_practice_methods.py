"""The 16 ways of learning in practice, as delivered; an organisation hides and adds its own."""

from django.db import migrations

# key, Danish name, English name, changes the learning environment, Danish text, English text
WAYS = [
    ("side_by_side", "Sidemandsoplæring", "Side-by-side training", False,
     "En kollega lærer dig en opgave, mens I løser den sammen. Sæt to til seks uger af, og slut, når du kan løse den alene.",
     "A colleague teaches you a task while you do it together. Set two to six weeks aside, and stop when you can do it alone."),
    ("mentor", "Mentorordning", "Mentoring", False,
     "En erfaren kollega følger dig i tre til tolv måneder. Skriv sammen, hvad I vil nå, og hold en samtale midtvejs.",
     "An experienced colleague follows you for three to twelve months. Write down together what you want to reach, and talk midway."),
    ("supervision", "Supervision", "Supervision", False,
     "En uddannet supervisor hjælper dig med at se på virkelige sager. Fire til otte gange er nok til at mærke en forskel.",
     "A trained supervisor helps you look at real cases. Four to eight times are enough to feel a difference."),
    ("peer_supervision", "Kollegial supervision", "Peer supervision", False,
     "Tre kolleger mødes og skiftes til at have sagen, spørge og holde rammen. Tre møder med tre til fire uger imellem.",
     "Three colleagues meet and take turns with the case, the questions and the frame. Three meetings, three to four weeks apart."),
    ("coaching", "Coaching", "Coaching", False,
     "Tre til seks samtaler om ét mål. Du giver selv målet et tal før og efter.",
     "Three to six talks about one goal. You rate the goal yourself before and after."),
    ("partnership", "Læringsmakkerskab", "Learning partnership", False,
     "To, der begge vil lære noget, mødes en halv time hver anden uge i tre måneder og spørger til hinanden.",
     "Two who both want to learn meet for half an hour every second week for three months and ask after each other."),
    ("new_hires", "Lær af nyansatte", "Learning from new hires", False,
     "Spørg en ny kollega i de første tre måneder, hvad der undrer. Vælg én ting, I vil gøre anderledes.",
     "Ask a new colleague in the first three months what surprises them. Choose one thing you will do differently."),
    ("new_tasks", "Nye opgaver", "New tasks", True,
     "Få en opgave, der er lidt større end det, du plejer, i en til seks måneder. Mød din leder en gang om måneden om den.",
     "Take a task a little larger than usual for one to six months. Meet your manager about it once a month."),
    ("responsibility", "Nyt ansvar og indflydelse", "New responsibility and influence", True,
     "Overtag en beslutning eller et område, med en aftalt person i ryggen.",
     "Take over a decision or an area, with somebody agreed to back you up."),
    ("rotation", "Jobrotation og jobbytte", "Job rotation and swap", False,
     "Byt plads med en anden fra en dag til et halvt år, og fortæl bagefter, hvad du tager med hjem.",
     "Swap places with somebody for a day to half a year, and tell afterwards what you bring home."),
    ("shadowing", "Føl og besøg", "Job shadowing", False,
     "Følg en kollega, en anden afdeling eller en borger i en halv til tre dage. Fortæl dit hold om det bagefter.",
     "Follow a colleague, another department or a user for half a day to three days. Tell your team about it afterwards."),
    ("relations", "Nye samarbejdsrelationer", "New working relations", True,
     "Løs en fælles opgave med nogen, du ikke plejer at arbejde sammen med.",
     "Solve a shared task with somebody you do not usually work with."),
    ("closer_follow_up", "Tættere ledelsesopfølgning", "Closer follow-up by the manager", True,
     "Korte, faste samtaler med din leder om ét mål i fire til otte uger.",
     "Short, fixed talks with your manager about one goal for four to eight weeks."),
    ("placement", "Ny placering", "New placement", True,
     "Sid et andet sted i en til tre måneder, tæt på dem, du vil lære af.",
     "Sit somewhere else for one to three months, near those you want to learn from."),
    ("technology", "Ny teknologi", "New technology", True,
     "Prøv et nyt værktøj i dit eget arbejde, og vis det til de andre, når det virker.",
     "Try a new tool in your own work, and show it to the others when it works."),
    ("action_learning", "Aktionslæring", "Action learning", False,
     "Prøv en handling af i egen praksis, og tal om den i en fast gruppe. To til tre runder på tre måneder.",
     "Try an act in your own practice, and talk about it in a fixed group. Two to three rounds in three months."),
]  # fmt: skip


def deliver(apps, schema_editor):
    model = apps.get_model("udbytte", "PracticeMethod")
    for position, (key, danish, english, changes, summary_da, summary_en) in enumerate(WAYS):
        model.objects.get_or_create(
            key=key,
            defaults={
                "position": position,
                "name_da": danish,
                "name_en": english,
                "summary_da": summary_da,
                "summary_en": summary_en,
                "changes_environment": changes,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("udbytte", "0002_append_only")]
    operations = [migrations.RunPython(deliver, migrations.RunPython.noop)]
