"""What people in the simulation write about learning at work, by way of learning. We wrote these texts."""

from __future__ import annotations

from dataclasses import dataclass

from .goals import Work


@dataclass(frozen=True, slots=True)
class Way:
    """A way of learning, as people agree it: its key, the role of the helper, and the texts about it.

    `name` is the title where none of `titles` fits. Chance is drawn by the name, so that a new title moves no life.
    """

    method: str
    role: str
    name: str
    titles: dict[Work, str]
    purposes: tuple[str, ...]
    plans: tuple[str, ...]  # if-then plans
    outcomes: tuple[str, ...]

    def title_for(self, work: Work) -> str:
        return self.titles.get(work, self.name)


WAYS = (
    Way(
        "mentor",
        "mentor",
        "Mentor i samarbejdet med pårørende",
        {Work.CHILDREN: "Mentor i samarbejdet med forældre", Work.OFFICE: "Mentor i de svære sager"},
        (
            "Jeg vil følges med en, der er tryg i de svære samtaler.",
            "Jeg har brug for en uden for teamet at tænke højt sammen med.",
            "Jeg vil lære at forberede mig på en samtale, jeg helst ville undgå.",
        ),
        (
            "Hvis jeg går og tænker på en samtale derhjemme, så skriver jeg til min mentor næste morgen.",
            "Hvis der er en svær samtale i kalenderen, så ringer jeg til min mentor dagen før.",
            "Hvis vi har mentorsamtale, så tager jeg én situation med, som jeg ikke er tilfreds med.",
        ),
        (
            "Min mentor spurgte, hvad jeg selv ville have hørt. Nu begynder jeg altid dér.",
            "Jeg forbereder to spørgsmål i stedet for en forklaring. Samtalerne er blevet kortere.",
            "Jeg har turdet sige, at jeg tog fejl. Det gjorde samarbejdet lettere.",
        ),
    ),
    Way(
        "side_by_side",
        "side_by_side",
        "Lær vagtplanen ved siden af en erfaren kollega",
        {Work.OFFICE: "Lær budgetopfølgningen ved siden af en erfaren kollega"},
        (
            "Jeg vil kunne afløse, når planlæggeren har ferie.",
            "Vi er kun to, der kan det, og det er for få.",
            "Jeg lærer bedst, når jeg sidder med ved skærmen.",
        ),
        (
            "Hvis det er mandag efter frokost, så sætter jeg mig ved siden af min kollega i en time.",
            "Hvis planen skal laves om, så prøver jeg først selv og spørger bagefter.",
            "Hvis jeg går i stå, så skriver jeg spørgsmålet ned og tager det op næste mandag.",
        ),
        (
            "Jeg laver planen selv nu og spørger kun om ferierne.",
            "Jeg ved, hvorfor den er lagt, som den er. Det gør det lettere at sige nej til et bytte.",
            "Vi fandt tre huller, som havde været der længe, og nu er vi to om det.",
        ),
    ),
    Way(
        "peer_supervision",
        "buddy",
        "Kollegial supervision om de svære sager",
        {Work.CHILDREN: "Kollegial supervision om børn, vi er i tvivl om"},
        (
            "Vi står ofte alene med de svære sager og vil bruge hinanden mere.",
            "Jeg vil øve mig i at spørge, før jeg giver råd.",
            "Vi vil nå frem til den samme måde at gøre det på.",
        ),
        (
            "Hvis det er den anden torsdag i måneden, så lægger én af os en sag frem.",
            "Hvis jeg får lyst til at give et råd, så stiller jeg et spørgsmål mere først.",
            "Hvis en sag bliver ved med at fylde, så tager jeg den med næste gang.",
        ),
        (
            "Vi har talt seks sager igennem. Jeg spørger nu, før jeg foreslår noget.",
            "Jeg opdagede, at de andre er lige så meget i tvivl. Nu spørger vi tidligere.",
            "Vi er enige om, hvornår vi kontakter andre, og hvem der gør det.",
        ),
    ),
    Way(
        "partnership",
        "buddy",
        "Læringsmakker om dokumentation",
        {Work.CHILDREN: "Læringsmakker om at skrive dagen ned", Work.LEADING: "Læringsmakker om opfølgning på mål"},
        (
            "Vi vil holde hinanden fast på det, vi begge skubber foran os.",
            "Vi er gode til hver sit og kan lære det af hinanden.",
            "Jeg vil have en at vise det til, før andre ser det.",
        ),
        (
            "Hvis det er torsdag efter frokost, så sætter vi os ti minutter og ser på det sammen.",
            "Hvis en af os ikke har nået det, så gør vi det sammen med det samme.",
            "Hvis vi ses på gangen, så spørger vi hinanden, hvordan det går med det.",
        ),
        (
            "Vi læser hinandens notater om torsdagen. Jeg skriver halvt så meget, og det bliver brugt.",
            "Jeg har fået en vane ud af det: ti minutter, før jeg går hjem.",
            "Det var rart at være to om det. Vi fortsætter efter sommerferien.",
        ),
    ),
    Way(
        "new_tasks",
        "colleague",
        "Stå for introduktionen af nye kolleger",
        {Work.CHILDREN: "Stå for indkøring af nye børn", Work.OFFICE: "Stå for kvartalets status til udvalget"},
        (
            "Jeg vil prøve at have ansvaret for noget fra start til slut.",
            "Jeg kan opgaven, men jeg har aldrig stået med den alene.",
            "Vi mangler en, der samler trådene.",
        ),
        (
            "Hvis der kommer en ny, så sætter jeg en time af den første dag.",
            "Hvis noget går anderledes end planlagt, så skriver jeg det på listen til næste gang.",
            "Hvis jeg er i tvivl, så spørger jeg min kollega, før jeg spørger lederen.",
        ),
        (
            "Tre gange har jeg stået for det nu. Den sidste gang gik det uden en eneste besked fra lederen.",
            "Jeg har lavet en liste på en side, og de andre bruger den også.",
            "Jeg fandt ud af, at jeg kan lide at have ansvaret, når rammerne er klare.",
        ),
    ),
    Way(
        "shadowing",
        "colleague",
        "Følg en kollega i naboafdelingen i to dage",
        {Work.CARE: "Følg en sygeplejerske i to dage", Work.CHILDREN: "Følg en kollega i vuggestuen i to dage"},
        (
            "Jeg vil se, hvordan andre løser det, vi kæmper med.",
            "Vi sender opgaver til hinanden hver dag og har aldrig mødtes.",
            "Jeg vil have to ideer med hjem, som vi kan prøve.",
        ),
        (
            "Hvis jeg ser noget, vi kan bruge, så skriver jeg det ned samme dag.",
            "Hvis jeg kommer hjem fra et besøg, så fortæller jeg om det på det næste møde.",
            "Hvis noget undrer mig, så spørger jeg, hvorfor de gør det sådan.",
        ),
        (
            "Jeg så, at de giver besked videre stående. Det har vi prøvet i en måned, og vi bliver ved.",
            "Jeg ved nu, hvad der sker med det, vi sender videre. Jeg skriver to linjer mere.",
            "De havde samme problem som os og en god løsning. Den bruger vi nu om tirsdagen.",
        ),
    ),
    Way(
        "technology",
        "colleague",
        "Prøv det nye planlægningsværktøj og vis det til teamet",
        {Work.CARE: "Prøv den nye app til kørelister og vis den til gruppen"},
        (
            "Vi har haft værktøjet i et år og bruger kun halvdelen af det.",
            "Jeg vil være den, de andre kan spørge.",
            "Jeg vil finde ud af, om det sparer os tid.",
        ),
        (
            "Hvis jeg finder en genvej, så viser jeg den på det næste teammøde.",
            "Hvis jeg har ti minutter mellem to opgaver, så prøver jeg én funktion mere.",
            "Hvis en kollega siger, at det ikke virker, så ser vi på det sammen med det samme.",
        ),
        (
            "Jeg viste fire genveje på teammødet. De fleste bruger i hvert fald to af dem.",
            "Vi har droppet det gamle ark. Det tog en måned at blive fortrolig med det nye.",
            "Det sparede ikke så meget tid, som vi håbede, men vi ser fejlene før.",
        ),
    ),
    Way(
        "closer_follow_up",
        "manager",
        "Et kvarter med lederen hver uge om ét mål",
        {},
        (
            "Jeg har brug for, at nogen spørger, før der er gået tre måneder.",
            "Jeg vil holde fast i ét mål ad gangen.",
            "Små skridt hver uge passer mig bedre end en stor plan.",
        ),
        (
            "Hvis det er mandag kl. 9, så siger jeg, hvad jeg har prøvet siden sidst.",
            "Hvis kvarteret bliver aflyst, så finder vi et nyt samme dag.",
            "Hvis jeg ikke har prøvet noget, så siger jeg, hvad der kom i vejen.",
        ),
        (
            "Et kvarter om ugen var nok. Jeg nåede målet før sommerferien.",
            "Det bedste var, at jeg skulle fortælle om det. Så blev det til noget.",
            "Vi skiftede mål undervejs, fordi det første viste sig at være for stort.",
        ),
    ),
    Way(
        "supervision",
        "supervisor",
        "Supervision på egne sager",
        {Work.CHILDREN: "Supervision på mit arbejde med forældregruppen"},
        (
            "Jeg tager for meget med hjem og vil lære at lægge det fra mig.",
            "Jeg vil se på min egen del af samarbejdet.",
            "Jeg vil have en fast tid til at tænke mig om.",
        ),
        (
            "Hvis en sag sætter sig fast, så skriver jeg tre linjer om den til supervisionen.",
            "Hvis jeg bliver irriteret, så lægger jeg mærke til, hvad der skete lige før.",
            "Hvis jeg har haft supervision, så vælger jeg én ting at gøre anderledes i den næste uge.",
        ),
        (
            "Jeg kan mærke, hvornår jeg er ved at overtage ansvaret, og træder et skridt tilbage.",
            "Jeg sover bedre efter de svære dage. Jeg skriver ned, hvad der er mit, og hvad der ikke er.",
            "Jeg fik øje på, at jeg svarer, før den anden er færdig. Det øver jeg mig på.",
        ),
    ),
    Way(
        "action_learning",
        "buddy",
        "Prøv en ny mødeform sammen med to kolleger",
        {Work.CHILDREN: "Prøv legegrupper om formiddagen sammen med to kolleger"},
        (
            "Vi taler tit om at ændre det, og nu vil vi prøve.",
            "Vi vil afprøve det i det små, før hele huset skal med.",
            "Vi vil lære af det, der ikke virker.",
        ),
        (
            "Hvis vi har prøvet det af, så mødes vi i ti minutter og vælger, hvad vi ændrer.",
            "Hvis det ikke virker to gange, så prøver vi noget andet.",
            "Hvis de andre spørger til det, så inviterer vi dem til at kigge med.",
        ),
        (
            "Vi prøvede tre udgaver. Den korteste virkede bedst, og den har vi beholdt.",
            "Den ene prøve mislykkedes, og det lærte vi mest af.",
            "De andre teams har spurgt til det, så vi viser det på personalemødet i maj.",
        ),
    ),
    Way(
        "coaching",
        "supervisor",
        "Fire samtaler om at sige fra i tide",
        {Work.LEADING: "Fire samtaler om at give opgaver fra sig"},
        (
            "Jeg siger ja til for meget og opdager det for sent.",
            "Jeg vil finde ud af, hvad der holder mig tilbage.",
            "Jeg vil kunne prioritere uden dårlig samvittighed.",
        ),
        (
            "Hvis nogen spørger, om jeg lige kan, så siger jeg, at jeg svarer om en time.",
            "Hvis ugen er fuld, så siger jeg, hvad der må vente, før jeg siger ja til mere.",
            "Hvis jeg har sagt ja for hurtigt, så går jeg tilbage samme dag og siger det.",
        ),
        (
            "Jeg siger, hvad jeg kan nå, og hvad der må vente. De fleste bliver lettede.",
            "Jeg har sagt nej fire gange uden at undskylde.",
            "Jeg har fundet ud af, hvilke opgaver jeg holder fast i, fordi jeg kan lide dem.",
        ),
    ),
    Way(
        "new_hires",
        "colleague",
        "Spørg de to nye, hvad der undrer dem hos os",
        {Work.LEADING: "Spørg de nye medarbejdere, hvad der undrer dem hos os"},
        (
            "Efter nogle år ser man ikke længere det, en ny ser.",
            "De nye kommer fra steder, der gør det anderledes.",
            "Jeg vil lære at spørge uden at forsvare os.",
        ),
        (
            "Hvis en ny undrer sig, så spørger jeg, hvordan de gjorde det før.",
            "Hvis jeg får lyst til at forklare, så skriver jeg det ned i stedet.",
            "Hvis det er fredag, så spørger jeg hver af dem, hvad der var svært i ugen.",
        ),
        (
            "De undrede sig over vores to kalendere. Nu har vi én.",
            "De nye sagde, at ingen fortalte dem om nøglerne. Nu hænger der en seddel.",
            "Jeg hørte fem gode ideer på en måned, og vi bruger de to.",
        ),
    ),
    Way(
        "responsibility",
        "manager",
        "Bestem selv over indkøb af materialer",
        {Work.CARE: "Bestem selv over indkøb af hjælpemidler", Work.LEADING: "Hele ansvaret for det fælles budget"},
        (
            "Jeg spørger om lov til ting, jeg godt selv kan afgøre.",
            "Jeg vil lære at holde et budget.",
            "Beslutningen skal tages dér, hvor vi ved mest om den.",
        ),
        (
            "Hvis det koster under 2.000 kr., så beslutter jeg det selv og skriver det på listen.",
            "Hvis jeg er i tvivl om et køb, så venter jeg en dag og ser på det igen.",
            "Hvis måneden er slut, så viser jeg min leder tallene på fem minutter.",
        ),
        (
            "Vi brugte 4.000 kr. mindre end sidste år, og ingen har manglet noget.",
            "Jeg tog fejl én gang, og det gjorde ikke noget. Nu spørger jeg leverandøren først.",
            "Jeg træffer beslutningen på dagen. Før ventede vi en uge på et svar.",
        ),
    ),
    Way(
        "rotation",
        "colleague",
        "Byt plads med en kollega i ældreplejen i to uger",
        {
            Work.CHILDREN: "Byt plads med en kollega i vuggestuen i to uger",
            Work.OFFICE: "Byt plads med en kollega i Borgerservice i to uger",
            Work.LEADING: "Byt plads med en leder i et andet område i to uger",
        },
        (
            "Jeg vil prøve noget andet for en tid og så komme hjem igen.",
            "Jeg vil forstå det arbejde, vi leverer til.",
            "Vi vil kunne dække for hinanden.",
        ),
        (
            "Hvis jeg møder en ny måde at gøre det på, så prøver jeg den, før jeg mener noget.",
            "Hvis jeg er tilbage hos os, så viser jeg én ting den første dag.",
            "Hvis jeg savner noget fra vores sted, så fortæller jeg dem om det.",
        ),
        (
            "Jeg kan dække begge steder nu, og jeg forstår, hvorfor de ringer kl. 14.",
            "De to uger gav mig nye kolleger at ringe til.",
            "Jeg fandt ud af, at vi er bedre til overlevering, end jeg troede. Resten kan vi lære af dem.",
        ),
    ),
    Way(
        "relations",
        "colleague",
        "Lav sommerfesten sammen med naboinstitutionen",
        {
            Work.CARE: "Lav høstfesten sammen med frivilligcentret",
            Work.OFFICE: "Mød it-afdelingen fast en gang om måneden",
            Work.LEADING: "Mød naboskolens leder fast en gang om måneden",
        },
        (
            "Vi har brug for at kende dem, før der er noget galt.",
            "Jeg vil øve mig i at planlægge sammen med andre end mine egne.",
            "Vi kan låne både ideer og hænder af hinanden.",
        ),
        (
            "Hvis vi skal lave noget nyt, så spørger jeg først, om de vil være med.",
            "Hvis vi har holdt et møde, så sender jeg tre linjer om det samme dag.",
            "Hvis de inviterer os, så tager jeg en kollega med.",
        ),
        (
            "Nu ringer vi til hinanden. Sidste uge lånte vi deres bus.",
            "Vi fik en fest ud af det og to faste aftaler om efteråret.",
            "Jeg kender navnene dér nu, og det tager fem minutter at få et svar.",
        ),
    ),
    Way(
        "placement",
        "colleague",
        "Sid hos visitationen i to måneder",
        {
            Work.CHILDREN: "Vær hos PPR en dag om ugen i to måneder",
            Work.OFFICE: "Sid i økonomi i to måneder",
            Work.LEADING: "Sid med i direktionens sekretariat i to måneder",
        },
        (
            "Jeg vil forstå, hvordan beslutningen bliver til.",
            "Jeg vil kunne forklare reglerne til dem, det handler om.",
            "Jeg vil prøve, om det er en vej for mig.",
        ),
        (
            "Hvis jeg ser en afgørelse, jeg ikke forstår, så spørger jeg samme dag.",
            "Hvis det er fredag, så skriver jeg tre linjer til mit team om ugen.",
            "Hvis jeg hører om noget, der berører os, så tager jeg det med til det næste møde.",
        ),
        (
            "Jeg kan forklare, hvad der lægges vægt på, og vores ansøgninger er blevet bedre.",
            "Jeg så, hvor meget de skal nå på en dag. Nu sender jeg kun det, de skal bruge.",
            "Jeg ved nu, hvem jeg skal ringe til, og hvornår det nytter.",
        ),
    ),
)
BY_METHOD = {way.method: way for way in WAYS}
_NAMES = {title: way.name for way in WAYS for title in way.titles.values()}


def name_behind(title: str) -> str:
    """The name of the way that a title of an agreement belongs to; any other title is itself."""
    return _NAMES.get(title, title)
