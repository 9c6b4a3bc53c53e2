"""Money from outside, as delivered; an organisation corrects, hides and adds.

Limits in whole kroner. `checked_on` is the first day of the period that the facts are of, so that "check before use" comes
too early rather than too late.
"""

from datetime import date

from django.db import migrations

SHORT = ["academy", "diploma"]
HIGHER = [*SHORT, "master"]
SOURCES = [
    {
        "key": "municipal",
        "name": "Den Kommunale Kompetencefond",
        "limit": 30_000,
        "limit_per_da": "på 12 måneder; 50.000 kr. til en master",
        "limit_per_en": "in 12 months; 50,000 kr. for a master",
        "applicant": "employee",
        "kinds": HIGHER,
        "earliest_days": 270,
        "latest_days": 1,
        "conditions_da": "Du, din leder og tillidsrepræsentanten skriver under. Arbejdspladsen betaler mindst 20 procent, "
        "og uddannelsen skal stå på din faggruppes liste.",
        "conditions_en": "You, your manager and the union representative sign. The workplace pays at least 20 per cent, "
        "and the education must be on the list of your profession.",
        "url": "https://denkommunalekompetencefond.dk",
        "source": "denkommunalekompetencefond.dk, vpt.dk",
        "facts_of": "2026",
        "checked_on": date(2026, 1, 1),
    },
    {
        "key": "state_academics",
        "name": "Den Statslige Kompetencefond, akademikere",
        "limit": 50_000,
        "limit_per_da": "til mastermoduler; 30.000 kr. til diplom og akademi; kurser 5.000 kr. om dagen, "
        "højst 20.000-25.000 kr.",
        "limit_per_en": "for master modules; 30,000 kr. for diploma and academy; courses 5,000 kr. a day, "
        "at most 20,000-25,000 kr.",
        "applicant": "employee",
        "kinds": [*HIGHER, "private"],
        "conditions_da": "Der er bestemte perioder at søge i, og ansøgningerne trækkes i tilfældig rækkefølge: cirka én af tre "
        "fik ja i 2021-2023. Din leder godkender, og arbejdspladsen betaler med.",
        "conditions_en": "There are set periods to apply in, and applications are drawn at random: about one in three was "
        "granted in 2021-2023. Your manager approves, and the workplace pays a part.",
        "url": "https://kompetenceudvikling.dk/fonden",
        "source": "kompetenceudvikling.dk",
        "facts_of": "januar 2025",
        "checked_on": date(2025, 1, 1),
    },
    {
        "key": "state_clerical",
        "name": "Den Statslige Kompetencefond, HK",
        "limit": 25_000,
        "limit_per_da": "pr. kalenderår, ét modul pr. ansøgning",
        "limit_per_en": "a calendar year, one module an application",
        "applicant": "employee",
        "kinds": SHORT,
        "conditions_da": "Først til mølle. Udviklingsplanen skal være skrevet først. Din leder godkender, og arbejdspladsen "
        "betaler med.",
        "conditions_en": "First come, first served. The development plan must be written first. Your manager approves, and "
        "the workplace pays a part.",
        "url": "https://kompetenceudvikling.dk/fonden",
        "source": "kompetenceudvikling.dk",
        "facts_of": "juli 2024",
        "checked_on": date(2024, 7, 1),
    },
    {
        "key": "regional",
        "name": "Den Regionale Kompetencefond",
        "limit": 30_000,
        "limit_per_da": "pr. person; 50.000 kr. til en master",
        "limit_per_en": "a person; 50,000 kr. for a master",
        "applicant": "employee",
        "kinds": HIGHER,
        "conditions_da": "Puljerne åbner og lukker. Du, din leder og tillidsrepræsentanten skriver under.",
        "conditions_en": "The pools open and close. You, your manager and the union representative sign.",
        "facts_of": "2021-2024",
        "checked_on": date(2024, 1, 1),
    },
    {
        "key": "transition",
        "name": "Omstillingsfonden",
        "limit": 10_000,
        "limit_per_da": "pr. person og kalenderår",
        "limit_per_en": "a person and calendar year",
        "applicant": "school",
        "kinds": SHORT,
        "earliest_days": 120,
        "latest_days": 1,
        "conditions_da": "Du søger selv gennem skolen, når du melder dig til modulet. Først til mølle.",
        "conditions_en": "You apply yourself through the school when you sign up for the module. First come, first served.",
        "url": "https://ufm.dk",
        "source": "ufm.dk",
        "facts_of": "2024",
        "checked_on": date(2024, 1, 1),
    },
    {
        "key": "veu",
        "pays_wages": True,
        "name": "VEU-godtgørelse",
        "limit": 4_700,
        "limit_per_da": "om ugen",
        "limit_per_en": "a week",
        "applicant": "employer",
        "kinds": ["amu"],
        "latest_days": 0,
        "conditions_da": "Der søges sammen med tilmeldingen. Betaler arbejdspladsen løn imens, går pengene dertil. "
        "Til uddannelse op til erhvervsuddannelsernes niveau.",
        "conditions_en": "It is applied for with the registration. Where the workplace pays wages meanwhile, the money goes "
        "there. For education up to vocational level.",
        "facts_of": "2024",
        "checked_on": date(2024, 1, 1),
    },
    {
        "key": "svu",
        "pays_wages": True,
        "name": "SVU, statens voksenuddannelsesstøtte",
        "limit": 4_465,
        "limit_per_da": "om ugen; mindst 2.679 kr.",
        "limit_per_en": "a week; at least 2,679 kr.",
        "applicant": "employee",
        "kinds": HIGHER,
        "latest_days": 21,
        "conditions_da": "Du, arbejdspladsen og skolen udfylder hver sin del mindst tre uger før. Du skal være fyldt 25 og have "
        "været ansat i 26 uger.",
        "conditions_en": "You, the workplace and the school each fill in a part at least three weeks before. You must be 25 or "
        "more and have been employed for 26 weeks.",
        "facts_of": "2022",
        "checked_on": date(2022, 1, 1),
    },
]


def deliver(apps, schema_editor):
    model = apps.get_model("udbytte", "FundingSource")
    for source in SOURCES:
        model.objects.get_or_create(key=source["key"], defaults=source)


class Migration(migrations.Migration):
    dependencies = [("udbytte", "0010_granted_outside")]
    operations = [migrations.RunPython(deliver, migrations.RunPython.noop)]
