"""What people write in the simulation about courses and everything else, in Danish. We wrote these texts.

Goals are in `goals.py`, and texts about learning at work in `ways.py`. None says he or she about anybody: `{name}` is
the first name of the one whom a text is about.
"""

from __future__ import annotations

PROCEDURE = (
    "Din leder inviterer dig mindst 14 dage før. I forbereder jer hver for sig, og samtalen varer halvanden time. "
    "Det, I aftaler, skriver I ned med det samme, og I skriver begge under."
)
CRITERIA = (
    "Det, vi aftaler, skal kunne mærkes af borgerne eller af kollegerne. "
    "Alle kan få noget: kurser, uddannelse eller læring i hverdagen."
)
POSSIBILITIES = "Se kurserne i kataloget og de 16 måder at lære på i praksis. Du må gerne foreslå noget helt andet."
MONEY = (
    "Din leder kan selv sige ja til kurser op til 8.000 kr. "
    "Koster det mere, indstiller lederen til den budgetansvarlige."
)

# If-then plans, by what they are about.
IF_THEN: dict[str, str] = {
    "singing": "Hvis vi sidder i samlingen om morgenen, så gentager jeg barnets ord og lægger et til.",
    "relatives": "Hvis jeg skal have den næste aftalte samtale, så skriver jeg mit første spørgsmål ned på forhånd.",
    "calm": "Hvis jeg er på den første vagt bagefter, så prøver jeg det af sammen med Karim.",
    "parents": "Hvis det er den første onsdag i måneden, så forbereder jeg et punkt til forældremødet.",
    "mentor": "Hvis vi har haft en svær samtale hos os, så taler jeg den igennem med min mentor samme uge.",
    "student": "Hvis den næste elev begynder, så viser jeg selv rundt den første dag.",
    "first_aid": "Hvis vi er på tur ud af huset, så siger jeg til de andre, hvor hjertestarteren er.",
    "rota": "Hvis det er mandag efter frokost, så lægger jeg vagtplanen sammen med min kollega.",
    "interview": "Hvis en aftale er ved at glide, så spørger jeg, hvad der vil være et lille første skridt.",
    "arousal": "Hvis det er den urolige time før frokost, så dæmper jeg lyset og går ned på gulvet.",
    "hard_talk": "Hvis jeg skal tale med forældre om noget svært, så tager jeg Lars med og begynder selv.",
    "peers": "Hvis det er den anden torsdag i måneden, så lægger én af os en sag frem.",
    "nursery": "Hvis jeg er i vuggestuen, så skriver jeg to ting ned, som vi kan bruge hos os.",
    "notes": "Hvis det er torsdag efter frokost, så sætter vi os ti minutter på stedet og ser på det sammen.",
    "first_day": "Hvis det er min første dag tilbage, så prøver jeg én ting fra kurset, før jeg går hjem.",
    "new_goals": "Hvis huset skal vælge nye mål, så leder jeg mødet og samler op.",
}
# What somebody offers to help with, key of the practice method, how many people at a time.
OFFERS: tuple[tuple[str, str, int], ...] = (
    ("Være med i de svære samtaler med pårørende", "mentor", 2),
    ("Vise, hvordan man lægger en vagtplan", "side_by_side", 1),
    ("Sparring på konflikter med borgere", "supervision", 2),
    ("Dokumentation, så andre kan bruge den", "partnership", 1),
    ("Kom og følg en dag i visitationen", "shadowing", 3),
    ("Regneark fra bunden", "side_by_side", 2),
    ("Lede et møde, der ender med en beslutning", "coaching", 1),
    ("Sproglege i vuggestuen", "shadowing", 2),
)
# What learning partners want to learn. Chance is drawn by the first of each row, so that the others move no life.
WANTS: tuple[tuple[str, ...], ...] = (
    (
        "Blive bedre til at lytte færdig, før jeg svarer",
        "Spørge én gang mere, før jeg forklarer",
        "Lade den anden tale ud",
    ),
    (
        "Få skrevet det vigtigste ned samme dag",
        "Skrive kort nok til, at det bliver læst",
        "Skrive færdigt i ro",
    ),
    ("Turde tage ordet på personalemødet", "Sige min mening, før mødet er slut", "Fremlægge noget for de andre"),
    (
        "Lære at give besked videre, så intet går tabt",
        "Give overlevering på to minutter",
        "Huske at sige det til aftenvagten",
    ),
)
NAME_OF_WANT = {want: wants[0] for wants in WANTS for want in wants}
# Why it does not happen, by cause.
STUCK_LINES: tuple[tuple[str, ...], ...] = (
    (
        "Vi får det ikke gjort, når der mangler kolleger.",
        "To er syge, og så bliver det dét, der ryger.",
        "Der har været vikarer hele ugen.",
        "Vi er for få til at gå fra.",
    ),
    (
        "Vagterne ligger forkert for hinanden.",
        "Vi er ikke på arbejde de samme dage.",
        "Når jeg møder, er de andre på vej hjem.",
        "Den nye vagtplan passer ikke med det, vi aftalte.",
    ),
    (
        "Det glider ud.",
        "Vi glemmer det, når der er travlt.",
        "Vi mangler en fast dag.",
        "Ingen af os får det sagt højt.",
    ),
)
STUCK_TALKS: tuple[tuple[str, ...], ...] = (
    (
        "Fast tid hver anden tirsdag, også når der er travlt.",
        "Lederen lægger det ind i vagtplanen.",
        "Vi flytter det til om morgenen, før de andre kommer.",
    ),
    (
        "Vi begynder i det små, med ti minutter.",
        "Vi skærer det ned til én ting om ugen.",
        "En kollega tager telefonen imens.",
    ),
)
OBSERVATIONS: tuple[tuple[str, ...], ...] = (
    (
        "Jeg har set det to gange: {name} venter, og så kommer svaret.",
        "{name} spurgte først og foreslog noget bagefter. Det virkede.",
        "Jeg lagde mærke til, at mødet sluttede til tiden.",
    ),
    (
        "Kollegerne er begyndt at gå til {name} med det.",
        "Jeg får færre spørgsmål om det, fordi {name} svarer på dem.",
        "{name} fortalte om det på personalemødet, og to andre vil prøve det samme.",
    ),
    (
        "Det er roligere ved vagtskiftet nu.",
        "Det er blevet en vane. Jeg behøver ikke minde om det.",
        "Vi bruger det alle sammen, når {name} ikke er der.",
    ),
)
REASONS_TO_STOP = ("Jeg har fået nyt arbejdstidspunkt.", "Jeg kan ikke nå det ved siden af eleverne.")
ALONE = (
    "Det er noget, jeg skal øve mig på alene.",
    "Jeg kan begynde selv og spørger, hvis jeg går i stå.",
    "Alle har travlt lige nu, og jeg kan godt selv.",
    "Vi er enige om, at det ikke kræver en hjælper.",
)
# What somebody has got out of a course, by what the course is about.
COURSE_OUTCOMES: dict[str, tuple[str, ...]] = {
    "office": (
        "Jeg skriver det vigtigste først. Brevene er blevet halvt så lange.",
        "Jeg kender reglerne nu og behøver ikke spørge hver gang.",
        "Jeg har lavet en skabelon, som hele kontoret bruger.",
        "Borgerne ringer sjældnere for at spørge, hvad vi mener.",
    ),
    "care": (
        "Jeg opdager små ændringer tidligere og ved, hvem jeg skal sige det til.",
        "Jeg har lavet en tjekliste, som hele gruppen bruger om morgenen.",
        "Jeg tør tage ansvaret, når sygeplejersken ikke er der.",
        "Borgeren klarer mere selv, fordi jeg venter lidt længere.",
    ),
    "talks": (
        "Jeg stiller et åbent spørgsmål, før jeg svarer. To pårørende har sagt, at de føler sig hørt.",
        "Jeg forbereder mig på samtalen på fem minutter og ved, hvordan jeg begynder.",
        "Jeg holder pauserne ud nu. Det meste kommer efter dem.",
    ),
    "children": (
        "Jeg opdager tidligere, når et barn ikke er med i legen, og jeg ved, hvad jeg kan gøre.",
        "Vi har lavet legegrupper om formiddagen, og to børn er kommet med.",
        "Jeg gentager børnenes ord og lægger et til. Det gør de andre på stuen også nu.",
        "Jeg ser efter, hvad barnet vil sige med det, det gør.",
    ),
    "culture": (
        "Vi har fået en fast gruppe af unge, som selv finder på.",
        "Jeg ved, hvordan jeg får dem med, der ikke plejer at komme.",
        "Vi har prøvet to af ideerne, og den ene fortsætter.",
    ),
    "digital": (
        "Månedens oversigt tager en time nu. Før tog den en dag.",
        "Jeg fandt en fejl i vores gamle ark, som ingen havde set.",
        "Jeg kan hjælpe kollegerne, så de ikke skal vente på support.",
        "Vi har slettet tre lister, der viste det samme.",
    ),
    "kitchens": (
        "Vi smider mindre ud, fordi jeg ser på tallerknerne, før jeg bestiller.",
        "Jeg har ændret rækkefølgen om morgenen, og vi er færdige kl. 11.",
        "Ryggen har det bedre. Jeg løfter på en anden måde.",
    ),
    "leading": (
        "Jeg holder tre korte samtaler om ugen i stedet for en lang i kvartalet.",
        "Jeg spørger mere og svarer mindre på møderne. De andre er begyndt at finde løsningerne.",
        "Vi har skåret dagsordenen ned til det, vi skal beslutte.",
        "Jeg giver opgaver fra mig med en klar ramme, og de kommer igen løst.",
    ),
    "outdoors": (
        "Vi fik lavet stykket ved skolen på to dage, og det holdt vinteren over.",
        "Jeg kan køre maskinen alene nu og har lært en kollega det.",
        "Jeg kender reglerne for afspærring og har rettet vores tegning.",
    ),
    "schools": (
        "Klassen kommer hurtigere i gang, fordi jeg begynder hver time på samme måde.",
        "Jeg har tre øvelser, som virker, og de andre på årgangen bruger dem også.",
        "Jeg taler med eleverne om, hvad de kan, før vi taler om, hvad de mangler.",
    ),
    "social": (
        "Jeg spørger efter det, borgeren selv vil, før jeg foreslår noget.",
        "Vi holder en pause på ti minutter, når en situation spidser til. Det virker oftere, end jeg troede.",
        "Min begrundelse kan læses af den, den handler om.",
    ),
    "environment": (
        "Jeg ved, hvad jeg skal gøre de første fem minutter, og hvor hjertestarteren hænger.",
        "Vi har flyttet om på depotet, så det tunge står nederst.",
        "Vi taler om arbejdsmiljø på hvert møde nu, og det tager ti minutter.",
    ),
    "": (
        "Noget af det kendte jeg i forvejen, men øvelserne med kolleger fra andre steder var nye for mig.",
        "Jeg bruger to ting fra kurset hver uge. Resten har jeg gemt.",
        "Det bedste var at høre, hvordan andre kommuner gør.",
    ),
}
SUBJECTS: dict[str, str] = {
    "Forvaltning": "office",
    "Kontor": "office",
    "Kontor og service": "office",
    "Sprog og breve": "office",
    "Pleje og omsorg": "care",
    "Sundhed": "care",
    "Sundhed og pleje": "care",
    "Samtaler og samarbejde": "talks",
    "Børn 0-6 år": "children",
    "Pædagogik": "children",
    "Bibliotek": "culture",
    "Idræt og fritid": "culture",
    "Kultur": "culture",
    "Data": "digital",
    "Digitalisering": "digital",
    "It-redskaber": "digital",
    "Køkken og mad": "kitchens",
    "Ledelse": "leading",
    "Grønt og park": "outdoors",
    "Maskiner og vej": "outdoors",
    "Fritid og skole": "schools",
    "Skole": "schools",
    "Socialt arbejde": "social",
    "Arbejdsmiljø": "environment",
    "Førstehjælp": "environment",
}
# A line about a check-in, by how it goes; the last says nothing.
LINES: tuple[tuple[str, ...], ...] = (
    (
        "Vi mødes hver anden torsdag, og det holder.",
        "Det er blevet en fast del af ugen.",
        "Vi har ikke sprunget over én gang.",
        "Det ligger i kalenderen, og det hjælper.",
    ),
    (
        "Det gik trægt i ferien, men vi er i gang igen.",
        "Efter en pause er vi begyndt forfra.",
        "Nu er vi alle tilbage, så det kører.",
        "Det tog lidt tid at finde rytmen igen.",
    ),
    (
        "Jeg har prøvet det tre gange nu.",
        "Anden gang gik det meget bedre end den første.",
        "Jeg tør mere, end jeg gjorde for en måned siden.",
        "Det er ikke længere så nyt.",
    ),
    (
        "Vi mangler tid, men når vi gør det, lærer jeg noget.",
        "Det er kort, men det er nok.",
        "Det halter lidt, men jeg får noget ud af det.",
        "Vi når det halve af det, vi havde tænkt.",
    ),
    ("",),
)
NOMINATIONS: tuple[tuple[str, ...], ...] = (
    (
        "Vi får brug for det, når den nye opgave kommer til efteråret.",
        "Vi har tilsyn til foråret og skal kunne det inden.",
        "To er gået på pension, og de tog den viden med sig.",
        "{name} skal vejlede de andre, når vi lægger arbejdet om.",
        "Vi begynder på noget nyt til marts og har ikke prøvet det før.",
    ),
    (
        "{name} bliver den eneste hos os, der kan det, og lærer det videre til resten.",
        "Vi køber den hjælp udefra i dag. Kan {name} det, sparer vi pengene næste år.",
        "{name} har ønsket det i to år, og nu passer det med vores plan.",
        "{name} har vist, at det bliver brugt, når vi investerer i det.",
    ),
    (
        "Det er dyrere end det, jeg selv kan sige ja til, men det er det rigtige kursus.",
        "Det er det eneste kursus, der går i dybden med det, vi arbejder med.",
        "Kurset ligger tæt på, så vi sparer både rejse og vikar.",
        "Prisen er høj, men vi har ledt og ikke fundet noget bedre.",
        "Det koster meget nu og sparer os for tre små kurser senere.",
    ),
)
GRANTS = (
    "Ja, det passer med vores plan.",
    "Ja. Fortæl om det på områdemødet bagefter.",
    "Godkendt. Vi har brug for det.",
    "Ja, der er plads i budgettet.",
    "Det er i orden. Se, om en kollega kan komme med.",
    "Ja, tag det i foråret, hvor der er færrest på ferie.",
)
REFUSALS: tuple[tuple[str, ...], ...] = (
    (
        "Der er ikke flere penge i år. Søg igen i den næste runde.",
        "Budgettet er brugt. Lad os tale om det til januar.",
        "Ikke i år. Vi har lige haft tre på det samme.",
        "Vi må vente, til vi kender næste års budget.",
    ),
    (
        "Find et billigere kursus om det samme.",
        "Det er for dyrt for én. Kan I lave noget sammen med naboen?",
        "Vi har selv kolleger, der kan lære det fra sig. Spørg dem først.",
        "Se, om der er noget hos os selv, der ligner.",
    ),
)
POSTPONED: tuple[tuple[str, ...], ...] = (
    (
        "Vi har en travl periode nu.",
        "Regnskabet skal være færdigt først.",
        "Der er tilsyn i næste uge.",
        "Der er ferie i huset.",
    ),
    (
        "En kollega er på barsel, så vi venter lidt.",
        "To er syge, og vagterne hænger ikke sammen.",
        "Vi venter, til den nye kollega er faldet til.",
    ),
    (
        "Først efter flytningen.",
        "Vi får nye systemer i denne måned.",
        "Huset bliver malet, så vi sidder spredt.",
    ),
)
NOT_ATTENDED: tuple[tuple[str, ...], ...] = (
    (
        "Jeg var syg.",
        "Mit barn var sygt.",
        "Jeg havde influenza hele ugen.",
    ),
    (
        "Vi manglede hænder den dag.",
        "To var syge, så jeg blev på arbejde.",
        "Vagten kunne ikke dækkes.",
    ),
    (
        "Kurset blev flyttet til en dag, jeg ikke kunne.",
        "Toget kørte ikke.",
        "Det faldt sammen med et møde, jeg ikke kunne flytte.",
    ),
)
NO_COURSE = (
    "Vi er enige om, at det bedst læres i hverdagen i år.",
    "Ikke i år. Det sidste kursus skal bruges først.",
    "Vi har talt om tre kurser, og ingen af dem passer til det, der er brug for.",
    "Det kan læres hos en kollega, og det begynder vi med.",
    "Vi venter, til det er besluttet, hvem der får den nye opgave.",
    "Der er nok at lære af den nye stilling i år.",
)
# How somebody will use a course first, and what they will do when.
FIRST_USES = (
    "Prøver det af på næste teammøde",
    "Bruger det i den første uge efter kurset",
    "Viser en kollega det, mens jeg selv øver mig",
    "Tager én ting med ind i mandagens planlægning",
    "Prøver det i en situation, jeg plejer at udskyde",
    "Lægger det ind i vores faste rutine om morgenen",
    "Skriver en side om det til de andre",
    "Tager det op på personalemødet",
    "Bruger det i den næste opgave, jeg selv vælger",
    "Ændrer en ting i den måde, jeg begynder dagen på",
    "Prøver det sammen med en, der også har været på kurset",
    "Holder et kort oplæg for gruppen",
)
COURSE_PLANS = (
    "Hvis det er min første dag tilbage, så prøver jeg én ting fra kurset, før jeg går hjem.",
    "Hvis jeg sidder i toget hjem, så skriver jeg tre ting ned, som jeg vil prøve.",
    "Hvis det er fredag efter kurset, så fortæller jeg min leder, hvad jeg har brugt.",
    "Hvis jeg falder tilbage i den gamle vane, så begynder jeg forfra dagen efter.",
    "Hvis en kollega spørger til kurset, så viser jeg det i stedet for at fortælle.",
    "Hvis der er gået to uger, så ser jeg på mine noter igen.",
    "Hvis der er ro efter frokost, så øver jeg mig i ti minutter.",
    "Hvis jeg ikke får prøvet det, så beder jeg om en opgave, hvor det kan bruges.",
    "Hvis det går godt, så viser jeg det på det næste teammøde.",
    "Hvis det går skævt første gang, så prøver jeg igen samme uge.",
    "Hvis jeg møder en, der også var på kurset, så sammenligner vi, hvad vi har prøvet.",
    "Hvis jeg planlægger næste uge, så sætter jeg en tid af til at prøve det.",
)
# Preparations: what has come of the last agreements, and what goes well.
PREPARATIONS: tuple[tuple[str, ...], ...] = (
    (
        "Det meste blev til noget, men kurset blev flyttet, og så gik luften lidt af det.",
        "Vi aftalte to ting. Den ene bruger jeg hver dag, den anden har jeg glemt.",
        "Jeg begyndte godt, men så kom vinteren med sygdom.",
        "Jeg har fået andre opgaver siden, så noget af det passer ikke længere.",
        "Jeg kan det, vi aftalte. Nu vil jeg gerne lære det fra mig.",
        "Det tog længere tid, end vi troede, men jeg er næsten i mål.",
        "Jeg ville gerne have brugt det mere, men opgaven gik til en anden.",
        "Vi fik snakket om det, men vi fik aldrig sat en dato.",
        "Kurset var godt. Jeg har brugt omkring halvdelen.",
        "Min makker skiftede arbejde, og så stoppede vi.",
        "Jeg har prøvet det af og fundet min egen måde at gøre det på.",
        "Det blev til noget, fordi du spurgte undervejs.",
        "Lidt mindre, end jeg havde håbet. Jeg vil gerne tale om hvorfor.",
        "Det virker, og de andre er begyndt at gøre det samme.",
        "Jeg nåede det lige inden sommerferien.",
        "Det blev til mere, end vi havde aftalt.",
    ),
    (
        "Samarbejdet i teamet går godt. Jeg vil gerne have mere tid til at gøre tingene færdige.",
        "Jeg er glad for mine opgaver og vil gerne have mere ansvar.",
        "De nye rutiner virker. Jeg savner tid til faglige snakke.",
        "Jeg er god til at få ro på. Jeg vil gerne blive bedre til at planlægge.",
        "Det går godt med dem, vi er der for. Papirarbejdet fylder for meget.",
        "Jeg trives og vil gerne prøve noget nyt i det kommende år.",
        "Jeg kan lide at lære fra mig. Det vil jeg gerne gøre mere af.",
        "Vi griner meget og hjælper hinanden. Det skal vi passe på.",
        "Jeg har fundet mig til rette. Nu er jeg klar til en opgave, der er min egen.",
        "Det går bedst, når jeg kan planlægge min egen dag.",
        "Jeg får ros fra dem, jeg arbejder for. Jeg vil gerne høre mere fra kollegerne.",
        "Møderne er blevet kortere. Jeg vil gerne have, at vi taler mere om faget.",
        "Jeg er blevet mere sikker i det svære og vil gerne videre.",
        "Jeg har gode dage, når vi er nok. Dem vil jeg gerne have flere af.",
        "Jeg synes, vi er gode til at sige tingene. Jeg vil gerne øve mig i at lytte.",
        "Det går godt. Jeg vil gerne have mere tid sammen med de nye.",
    ),
)

DECLINED = "Vi to taler sammen hver uge, og jeg går på pension til sommer."
GROUP = "Garderoben om morgenen"
GROUP_GOAL = (
    "Tage imod børn og forældre, så morgenen bliver rolig for alle",
    "Forældrene når at sige farvel i ro, og vi hjælper hinanden uden at blive spurgt",
)
GROUP_NOTES = "Vi prøver at være to i garderoben mellem 7.30 og 8.30 i maj."
