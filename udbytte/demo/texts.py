"""What people write in the simulation: goals, agreements, reasons and outcomes, in Danish. We wrote these texts."""

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

GOALS: tuple[tuple[str, str], ...] = (
    ("Blive tryg i de svære samtaler med pårørende", "Jeg tager selv samtalen og fortæller om den bagefter"),
    ("Kunne tage imod nye elever og følge dem godt på vej", "Eleven ved, hvem der hjælper, fra første dag"),
    ("Skrive kortere og klarere breve", "Færre borgere ringer for at spørge, hvad vi mener"),
    ("Kunne dæmpe en konflikt, før den vokser", "Vi taler den igennem på næste teammøde"),
    ("Have overblik over økonomien i mit eget område", "Jeg lægger selv tallene frem hvert kvartal"),
    ("Blive den, man spørger om dokumentation", "Kollegerne kommer forbi, og fejlene bliver færre"),
    ("Få sproget mere med i legen med børnene", "Vi ser det i børnenes sprogvurdering til foråret"),
    ("Lede møder, der ender med en beslutning", "Referatet fylder en side og har tre aftaler"),
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
# Key of the practice method, title, role of the helper.
PRACTICE: tuple[tuple[str, str, str], ...] = (
    ("mentor", "Mentor i samarbejdet med pårørende", "mentor"),
    ("side_by_side", "Lær vagtplanen ved siden af en erfaren kollega", "side_by_side"),
    ("peer_supervision", "Kollegial supervision om de svære sager", "buddy"),
    ("partnership", "Læringsmakker om dokumentation", "buddy"),
    ("new_tasks", "Stå for introduktionen af nye kolleger", "colleague"),
    ("shadowing", "Følg en kollega i naboafdelingen i to dage", "colleague"),
    ("technology", "Prøv det nye planlægningsværktøj og vis det til teamet", "colleague"),
    ("closer_follow_up", "Et kvarter med lederen hver uge om ét mål", "manager"),
    ("supervision", "Supervision på egne sager", "supervisor"),
    ("action_learning", "Prøv en ny mødeform sammen med to kolleger", "buddy"),
    ("coaching", "Fire samtaler om at sige fra i tide", "supervisor"),
    ("new_hires", "Spørg de to nye, hvad der undrer dem hos os", "colleague"),
    ("responsibility", "Bestem selv over indkøb af materialer", "manager"),
    ("rotation", "Byt plads med en kollega i ældreplejen i to uger", "colleague"),
    ("relations", "Lav sommerfesten sammen med naboinstitutionen", "colleague"),
    ("placement", "Sid hos visitationen i to måneder", "colleague"),
)
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
WANTS = (
    "Blive bedre til at lytte færdig, før jeg svarer",
    "Få skrevet det vigtigste ned samme dag",
    "Turde tage ordet på personalemødet",
    "Lære at give besked videre, så intet går tabt",
)
STUCK_LINES = (
    "Vi får det ikke gjort, når der mangler folk.",
    "Vagterne ligger forkert for hinanden.",
    "Det glider ud.",
)
STUCK_TALKS = ("Fast tid hver anden tirsdag, også når der er travlt.", "Vi begynder i det små, med ti minutter.")
OBSERVATIONS = (
    "Jeg har set det to gange på gulvet: hun venter, og så kommer det.",
    "Kollegerne er begyndt at gå til ham med det.",
    "Det er roligere ved vagtskiftet nu.",
)
REASONS_TO_STOP = ("Jeg har fået nyt arbejdstidspunkt.", "Jeg kan ikke nå det ved siden af eleverne.")
OUTCOMES_COURSE = (
    "Jeg stiller et åbent spørgsmål, før jeg svarer. To pårørende har sagt, at de føler sig hørt.",
    "Jeg har lavet en tjekliste, som hele gruppen nu bruger om morgenen.",
    "Jeg skriver vigtigst først. Brevene er blevet halvt så lange.",
    "Vi holder nu en pause på ti minutter, når en situation spidser til. Det virker oftere, end jeg troede.",
    "Jeg opdager tidligere, når et barn ikke er med i legen, og jeg ved, hvad jeg kan gøre.",
    "Jeg kender reglerne nu og behøver ikke spørge hver gang. Det sparer os begge tid.",
    "Noget af det kendte jeg i forvejen, men øvelserne med kolleger fra andre steder var nye for mig.",
)
OUTCOMES_PRACTICE = (
    "Vi har talt seks sager igennem. Jeg spørger nu efter det, borgeren selv vil, før jeg foreslår noget.",
    "Jeg lægger selv vagtplanen og spørger kun om ferierne.",
    "Jeg så, at naboafdelingen giver rapport stående. Det har vi prøvet i en måned, og vi bliver ved.",
    "Jeg tør sige, at jeg ikke ved det, og så finder vi ud af det sammen.",
    "Tre nye kolleger har fået min rundvisning. Den sidste sagde, at hun faldt til på en uge.",
    "Det tog længere tid, end vi regnede med, men nu kan jeg det alene.",
)
LINES = (
    "Vi mødes hver anden torsdag, og det holder.",
    "Det gik trægt i ferien, men vi er i gang igen.",
    "Jeg har prøvet det tre gange nu.",
    "Vi mangler tid, men når vi gør det, lærer jeg noget.",
    "",
)
NOMINATIONS = (
    "Vi får brug for det, når den nye opgave kommer til efteråret.",
    "Hun bliver den eneste hos os, der kan det, og hun lærer det videre.",
    "Det er dyrere end det, jeg selv kan sige ja til, men det er det rigtige kursus.",
)
REFUSALS = ("Der er ikke flere penge i år. Søg igen i den næste runde.", "Find et billigere kursus om det samme.")
POSTPONED = ("Vi har en travl periode nu.", "En kollega er på barsel, så vi venter lidt.", "Først efter flytningen.")
NOT_ATTENDED = ("Jeg var syg.", "Vi manglede folk den dag.", "Kurset blev flyttet til en dag, jeg ikke kunne.")
NO_COURSE = "Vi er enige om, at det bedst læres i hverdagen i år."

DECLINED = "Vi to taler sammen hver uge, og jeg går på pension til sommer."
GROUP = "Garderoben om morgenen"
GROUP_GOAL = (
    "Tage imod børn og forældre, så morgenen bliver rolig for alle",
    "Forældrene når at sige farvel i ro, og vi hjælper hinanden uden at blive spurgt",
)
GROUP_NOTES = "Vi prøver at være to i garderoben mellem 7.30 og 8.30 i maj."
