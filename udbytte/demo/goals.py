"""Goals of people in the simulation, by what they work with and by what the goal is about. We wrote these texts."""

from __future__ import annotations

from enum import StrEnum

from . import names

Goal = tuple[str, str]  # what they want to be able to do, and how it will show


class Work(StrEnum):
    """What somebody works with, as far as their texts are concerned."""

    CHILDREN = "children"
    CARE = "care"
    OUTDOORS = "outdoors"
    OFFICE = "office"
    LEADING = "leading"


_AREAS = dict(zip((Work.CHILDREN, Work.CARE, Work.OUTDOORS), names.AREAS, strict=False))
_BY_TITLE = {title: work for work, (_name, _houses, titles) in _AREAS.items() for title in titles} | dict.fromkeys(
    ("Kommunaldirektør", "HR-chef", "Områdechef", "Afdelingsleder"), Work.LEADING
)
SUBJECTS = ("talks", "newcomers", "writing", "conflict", "planning", "documentation", "trade", "meetings")


def work_of(title: str) -> Work:
    """What somebody with this job title works with."""
    return _BY_TITLE.get(title, Work.OFFICE)


def goals_of(work: Work) -> tuple[Goal, ...]:
    """All goals of a kind of work."""
    return tuple(goal for subject in SUBJECTS for goal in GOALS[work][subject])


GOALS: dict[Work, dict[str, tuple[Goal, ...]]] = {
    Work.CHILDREN: {
        "talks": (
            ("Blive tryg i de svære samtaler med forældre", "Jeg tager selv samtalen og fortæller om den bagefter"),
            ("Sige det tidligt, når jeg er bekymret for et barn", "Forældrene har hørt det fra os før mødet med PPR"),
            ("Holde en god første samtale med nye forældre", "Vi ved begge, hvordan barnets første uge skal være"),
        ),
        "newcomers": (
            ("Følge en elev godt på vej gennem hele praktikken", "Eleven har sine egne opgaver efter en måned"),
            ("Lære vikarerne vores dag at kende", "En vikar kan åbne stuen uden at ringe til mig"),
            ("Være vejleder for en studerende i en hel praktik", "Den studerende når sine mål, og jeg når mine pauser"),
        ),
        "writing": (
            (
                "Skrive korte beskeder til forældrene, som bliver læst",
                "Færre spørger, hvad der stod på Aula",
            ),
            ("Skrive en underretning, der er klar og nøgtern", "Rådgiveren ringer ikke for at få den forklaret"),
            ("Fortælle om hverdagen med få ord og gode billeder", "Forældrene taler med børnene om det derhjemme"),
        ),
        "conflict": (
            (
                "Kunne dæmpe en konflikt mellem børn, før den vokser",
                "Børnene finder selv en løsning de fleste gange",
            ),
            ("Bevare roen, når et barn slår", "Jeg bliver hos barnet, og en kollega tager de andre"),
            (
                "Sige fra over for en kollega på en ordentlig måde",
                "Vi taler om det samme dag",
            ),
        ),
        "planning": (
            ("Lægge en vagtplan, der holder ugen ud", "Vi bytter højst to vagter om ugen"),
            ("Planlægge ture, så alle børn kan komme med", "Hvert barn har været i skoven inden efterårsferien"),
            ("Få styr på indkøb og materialer på stuen", "Skabet er fyldt, og vi holder vores budget"),
        ),
        "documentation": (
            ("Blive den, man spørger om læreplanen", "Kollegerne kommer forbi, og vi bruger planen på stuemødet"),
            ("Bruge sprogvurderingen til noget", "Hvert barn med et fokusord har en leg, der passer til"),
            ("Samle op på det, vi prøver af med børnene", "Vi skriver tre linjer hver fredag og læser dem igen"),
        ),
        "trade": (
            ("Læse mere sammen med børnene", "Vi læser hver dag, og børnene låner bøger med hjem"),
            ("Få de stille børn med i legen", "De siger selv til, når de vil være med"),
            ("Bruge naturen mere i hverdagen", "Vi er ude hver formiddag, også når det regner"),
        ),
        "meetings": (
            ("Lede stuemøder, der ender med en beslutning", "Referatet fylder en side og har tre aftaler"),
            ("Turde sige min mening på personalemødet", "Jeg har ordet mindst én gang på hvert møde"),
            ("Holde forældremøder, hvor forældrene siger noget", "Forældrene taler halvdelen af tiden"),
        ),
    },
    Work.CARE: {
        "talks": (
            ("Blive tryg i samtalen med utilfredse pårørende", "Jeg ringer selv tilbage samme dag"),
            ("Tale med borgerne om døden, når de har brug for det", "Ønskerne står i journalen, før det haster"),
            ("Spørge til det, borgeren selv vil", "Borgerens eget mål står øverst i planen"),
        ),
        "newcomers": (
            ("Oplære nye kolleger på ruten", "De kører alene efter to uger og ringer, når de er i tvivl"),
            ("Være en god vejleder for social- og sundhedselever", "Eleven prøver selv og får svar samme dag"),
            ("Tage godt imod afløsere i weekenden", "Afløseren har nøgler, liste og telefonnummer kl. 7"),
        ),
        "writing": (
            ("Skrive det vigtigste først i journalen", "Aftenvagten finder det på et halvt minut"),
            ("Skrive til lægen, så svaret kommer første gang", "Vi venter ikke på svar weekenden over"),
            ("Skrive beskeder, som vikarerne kan bruge", "Ingen ringer og spørger, hvad der menes"),
        ),
        "conflict": (
            ("Dæmpe uro om aftenen uden at hæve stemmen", "Vi har højst én voldsom episode om måneden"),
            ("Tage uenigheder i gruppen, mens de er små", "Vi taler dem igennem på det næste teammøde"),
            ("Møde vrede i døren uden at tage den med hjem", "Jeg fortæller om det i bilen og lægger det fra mig"),
        ),
        "planning": (
            ("Planlægge ruten, så vi når de svære besøg først", "Vi er sjældent mere end et kvarter forsinket"),
            ("Få overblik over medicin og bestillinger", "Vi mangler ikke noget en lørdag aften"),
            ("Fordele opgaverne retfærdigt på vagten", "Alle er enige om planen ved vagtens begyndelse"),
        ),
        "documentation": (
            ("Blive den, man spørger om dokumentation", "Kollegerne kommer forbi, og fejlene bliver færre"),
            ("Opdage små ændringer og skrive dem ned", "Færre indlæggelser, som vi kunne have set komme"),
            ("Bruge triage på tavlemødet hver morgen", "Vi ved kl. 8, hvem vi skal holde ekstra øje med"),
        ),
        "trade": (
            ("Hjælpe borgerne med at klare mere selv", "To borgere klarer selv morgenen til sommer"),
            ("Blive bedre til sår og bandager", "Sygeplejersken kommer kun, når der er noget nyt"),
            ("Forstå demens, så jeg kan møde borgeren roligt", "Badet om fredagen er blevet en rolig stund"),
        ),
        "meetings": (
            ("Holde triagemøder på et kvarter", "Alle er på vej ud til borgerne kl. 8.15"),
            ("Fremlægge en sag, så de andre kan hjælpe", "Jeg går fra mødet med to ting, jeg kan prøve"),
            ("Få de stille kolleger til at sige noget", "Alle har haft ordet, inden vi beslutter"),
        ),
    },
    Work.OUTDOORS: {
        "talks": (("Tale roligt med vrede naboer", "De færreste klager to gange over det samme"),),
        "newcomers": (("Lære de unge i fritidsjob, hvordan vi arbejder", "De kan lukke pladsen alene til sommer"),),
        "writing": (("Skrive afgørelser, som borgerne forstår", "Der kommer færre opkald om det, der står i dem"),),
        "conflict": (("Sige fra, når noget ikke er sikkert", "Vi stopper op og finder en anden måde"),),
        "planning": (("Planlægge vintertjenesten, så vi sparer salt", "Vi bruger en tiendedel mindre end sidste år"),),
        "documentation": (("Melde skader på vejen, så de bliver lavet", "Hvert hul er på kortet med et billede"),),
        "trade": (("Passe beplantning uden gift", "Bedene på torvet holder sommeren over"),),
        "meetings": (("Holde et kort møde i skurvognen om morgenen", "Vi er i gang kl. 7.10, og alle ved med hvad"),),
    },
    Work.OFFICE: {
        "talks": (
            ("Give et nej, som borgeren kan forstå", "Færre klager, og de fleste samtaler ender roligt"),
            ("Spørge mere og svare mindre i telefonen", "Vi løser det i den første samtale"),
        ),
        "newcomers": (
            ("Stå for de nye kollegers første uge", "De har adgang, plads og en at spørge fra første dag"),
            ("Være sidemand for vores kontorelev", "Eleven har sine egne sager efter tre måneder"),
        ),
        "writing": (
            ("Skrive kortere og klarere breve", "Færre borgere ringer for at spørge, hvad vi mener"),
            ("Skrive sagsfremstillinger på to sider", "Udvalget beslutter uden at sende sagen tilbage"),
        ),
        "conflict": (
            ("Kunne dæmpe en konflikt, før den vokser", "Vi taler den igennem på næste teammøde"),
            ("Være uenig uden at blive uvenner", "Vi siger det på mødet og ikke på gangen"),
        ),
        "planning": (
            ("Have overblik over økonomien i mit eget område", "Jeg lægger selv tallene frem hvert kvartal"),
            ("Planlægge året, så alt ikke ligger i december", "Ingen arbejder over mere end to aftener"),
        ),
        "documentation": (
            ("Journalisere med det samme", "Indbakken er tom, når jeg går hjem om fredagen"),
            ("Lave vejledninger, som andre kan bruge", "Kollegerne løser det uden at spørge mig"),
        ),
        "trade": (
            ("Blive god til at lave overblik i regneark", "Jeg laver selv månedens oversigt på en time"),
            ("Kende reglerne for aktindsigt", "Vi svarer til tiden hver gang"),
        ),
        "meetings": (
            ("Lede møder, der ender med en beslutning", "Alle ved, hvem der gør hvad, når vi går"),
            ("Holde oplæg uden at læse op", "Der er spørgsmål bagefter, og jeg kan svare"),
        ),
    },
    Work.LEADING: {
        "talks": (
            ("Tage den svære samtale, mens sagen er lille", "Der går højst en uge, fra jeg ser noget, til vi taler"),
            ("Holde samtaler om sygefravær, som hjælper", "Medarbejderen går derfra med en plan"),
        ),
        "newcomers": (
            ("Give nye medarbejdere en god start", "De bliver hos os, når de første tre måneder er gået"),
            ("Bruge de nyes øjne på vores vaner", "Vi ændrer to ting, som de undrer sig over"),
        ),
        "writing": (
            ("Skrive til hele huset, så det bliver læst", "Jeg får svar på det, jeg spørger om"),
            ("Skrive klare mål sammen med personalet", "Alle kan sige vores mål med egne ord"),
        ),
        "conflict": (
            ("Mægle mellem kolleger uden at vælge side", "De to arbejder sammen igen"),
            ("Stå fast på en beslutning, der ikke er populær", "Vi taler om hvordan og ikke længere om hvorvidt"),
        ),
        "planning": (
            ("Følge budgettet hver måned og handle i tide", "Der er ingen overraskelser i efteråret"),
            ("Få tid til ledelse i kalenderen", "Jeg er på gulvet to formiddage om ugen"),
        ),
        "documentation": (
            ("Bruge vores egne tal til at blive bedre", "Vi ser på tre tal hvert kvartal og ændrer én ting"),
            ("Følge op på det, vi har aftalt", "Ingen aftale er mere end en måned forsinket"),
        ),
        "trade": (
            ("Lede faglige drøftelser og ikke kun drift", "Hvert personalemøde har et fagligt punkt"),
            ("Give ris og ros, som medarbejderne kan bruge", "Alle har hørt fra mig inden for en måned"),
        ),
        "meetings": (
            ("Holde korte møder, der ender med en beslutning", "Mødet slutter til tiden med tre aftaler"),
            ("Få flere med i beslutningerne", "Forslagene kommer fra personalet og ikke fra mig"),
        ),
    },
}
