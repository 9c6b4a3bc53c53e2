"""Known terms: what people of many jobs write, and what courses call it.

A word on the left also finds the words on the right, at a lower place than itself. It counts in all its forms. Both are
written in plain Danish; several words stand together as one term. A term on the right is the beginning of a word, and
one of at most three letters a whole word. If a search misses what everybody can see, add a line here, and the search
to the needs in `tests/queries/courses/needs.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from .words import folded, root_of

TERMS: Final = """
# Computers and data
ai: kunstig intelligens, sprogmodel, maskinlæring
chatgpt, copilot, sprogmodeller, chatbot: kunstig intelligens, sprogmodel, ai
kunstig intelligens: ai, sprogmodel, maskinlæring
machine learning, maskinlæring: kunstig intelligens, ai
it, edb: digital, informationsteknologi, informationssikkerhed, software
computer, pc: it, digital
programmør, kode, kodning: programmering
programmering: kodning, softwareudvikling
excel, spreadsheet: regneark
powerpoint, power point, slides: præsentation
word, tekstbehandling: dokument
teams, zoom, videomøde, onlinemøde: digitale møder
outlook, mails: indbakke, mail
power bi, rapportering: dashboard
gdpr, persondata, databeskyttelse: personoplysning, databeskyttelse, persondata
it-sikkerhed, cybersikkerhed, hacking: informationssikkerhed, adgangskode, datasikkerhed, netværkssikkerhed
phishing, svindelmails, password: falske mails, adgangskode
hjemmeside, webside, internettet: hjemmeside, web
digital post, mitid: digitale borgere
undersøgelse, surveys: spørgeskema

# Leading and planning
styring, styre: ledelse
projekt, projektstyring, projektleder: projektledelse, projektarbejde
chef, leder, mellemleder, lederskab: ledelse, leder
medarbejdersamtale, medarbejdersamtaler, udviklingssamtale: mus, samtale
grus: mus
sygemelding, sygemeldt, langtidssyg: sygefravær
syge medarbejdere, sygdom blandt medarbejdere: sygefravær
løn, lønsamtale: lønforhandling
budget, regnskab, økonomi: økonomistyring, økonomi, prognose
vagtplan, vagtskema, tjenesteplan: vagt, arbejdstid
arbejdstid, overarbejde, hviletid: arbejdstidsregler
distance, distanceledelse, hjemmearbejde: på afstand
omstilling, ændringer: forandring
tilbagemelding, kritik: feedback
med-udvalg, samarbejdsudvalg, tillidsrepræsentant: med
apv, arbejdsmiljørepræsentant, sikkerhedsrepræsentant: arbejdsmiljø
arbejdsskade, arbejdsulykke: ulykke
trivsel, arbejdsglæde: trivselsmåling
udbrændthed, travlhed, arbejdspres: stress
ordstyrer, holde møder, mødeleder: mødeledelse

# Writing and cases
breve, brev: skriv, tekster, borgeren forstår
journalisering, esdh, sbsys: journal
indkøb, udbudsret, licitation: indkøb, udbud
forvaltningslov, klagesag: forvaltningsret
stavning, grammatik, kommatering: komma, stavning
sagsbehandling: sag, forvaltning
klager, sure borgere, vrede borgere: vred
reception, receptionist, ekspedition: skranke, service
bogholderi, bilag: bogføring
statistik: tal, data

# Children and schools
tosproget, flersproget, modersmål: to sprog, andetsprog
højtlæsning: læs højt
sang, synge: musik
babytegn, tegnsprog: tegn til tale
bide, bider, udadreagerende: slår
forældre: forældresamarbejde
skolestart, børnehaveklasse: overgangen til skolen
indkøring: vuggestue
skolevægring, pjæk, fravær: skolefravær
uro, larm, urolige elever: ro, klasseledelse
regning, talblindhed: matematik
dyslektiker, dysleksi: ordblind
læsevanskeligheder: læse, ordblind
autist, autistisk: autisme
adhd, asperger: autisme, neuropædagogik
mobberi, mobning, drillerier: mobning, drillerier
skilsmissebørn: skilsmisse
inklusion, inkludere: inkluderende
anmeldelse, bekymring for et barn: underretning
udeliv, udeskole: natur, ude
sfo, fritidshjem, fritidsklub: klubpædagogik

# Care and health
medicin, dosering, piller: medicinhåndtering
liggesår, decubitus: tryksår
sår, sårbehandling: sårpleje
sukkersyge, insulin: diabetes
lungesygdom, rygerlunger: kol, kroniske sygdom
alzheimer, dement, demente: demens
løfte, løft, personløft, lejring: forflytning, lift
tænder, tand, tandpleje, tandbørstning: mundpleje, tænder
tisse, ble: inkontinens
død, døende, dødsfald, hospice: livets slutning, sorg, dør
terminal pleje, lindring: palliativ
sonde, injektion: delegation
hjælpemiddel: velfærdsteknologi
falder, faldulykke, fald: faldforebyggelse
træning, genoptræne: genoptræning
smitte, bakterier, virus: smitte, hygiejne
overvægt, slankekur: vægt
holde op med at ryge, cigaretter: rygestop
vaccine: vaccination
sove, søvnløshed: søvn
synkebesvær, fejlsynkning: dysfagi
underernæring, småtspisende: ernæring
elev, praktikant, praktik: praktikvejleder
hjertestop, genoplivning: førstehjælp
psykiatri, depression, angst: psykisk sygdom

# Social work
alkohol, stoffer, narkotika, misbruger, hash: misbrug, rusmidler
vold, trusler, trussel, overfald: voldsom, vold
fastholdelse: magtanvendelse
anerkendende: motiverende
arbejdsløs, jobsøgning, ledige: beskæftigelse
indvandrere, social kontrol, æresvold: æresrelateret
handicap: botilbud, neuropædagogik
bosted: botilbud

# Kitchens, cleaning, buildings, roads and parks
vegetar, vegansk, veganer, vegetarisk: grøn, bælgfrugt, grøntsag
allergi, allergiker, allergikere, gluten: diæt, allergi
bagning, brød, bager: bagværk
hygiejnebevis, egenkontrol: fødevarehygiejne
madrester, svind: madspild
rengøring, gøre rent, støvsuge: rengøring, gøre rent
gulvvask, gulvbehandling: gulve
kemikalier, rengøringsmidler: skrappe midler
ryg, ryggen, ondt, smerter, skulder, skuldre: ergonomi, skulder
kontorstol, skærmarbejde: skærm, stol
pedel, vicevært, servicemedarbejder: teknisk service
reparation, reparere, småreparationer: vedligehold, teknisk service
nøgler, låse, alarm: nøgle, adgang
glatføre, saltning, snerydning, sne: sneplov, salt, vinter
hul, huller, vejhul, lapning: asfalt
fortov, fliser, fliselægning: brolægning
afspærring, skiltning, vejarbejde: vejen som arbejdsplads, spærre
gravemaskine, rendegraver, gravko: minigraver
liftkort: lift
truck, gaffeltruck, lastbil: teleskoplæsser, kørekort
træer, hæk, buske, klipning: beskæring, træpleje
bjørneklo, pileurt: invasive
ukrudtsbekæmpelse, sprøjtning: ukrudt
motorsav, træfældning: motorsav, skovning
spildevand: kloak
skybrud, oversvømmelse: regnvand
græsslåning, fodboldbane, plæner: græs
brandslukning: brand
svejsning, gnister: varmt arbejde
bibliotek: biblioteks
livredning: svømmehal
copyright, ophavsret, fotos: billeder med tilladelse
fundraising, fondsansøgning: fondsmidler
"""


@cache
def known_terms() -> Mapping[str, tuple[str, ...]]:
    """What each known word or term also means, folded; the key is in its shortest form (`root_of`)."""
    terms: dict[str, tuple[str, ...]] = {}
    for line in TERMS.splitlines():
        if not line or line.startswith("#"):
            continue
        written, _colon, meant = line.partition(":")
        for word in written.split(","):
            key = short_form(folded(word))
            terms[key] = (*terms.get(key, ()), *(folded(term) for term in meant.split(",")))
    return terms


@cache
def written_terms() -> frozenset[str]:
    """The known words as they are written, folded; those of several words are left out."""
    lines = [line.partition(":")[0] for line in TERMS.splitlines() if line and not line.startswith("#")]
    return frozenset(word for line in lines for word in map(folded, line.split(",")) if " " not in word)


def short_form(term: str) -> str:
    """A term as it is looked up: each of its words without endings."""
    return " ".join(root_of(word) for word in term.split())


def meanings_of(term: str) -> tuple[str, ...]:
    """What a folded word or term also means, without itself."""
    return tuple(meant for meant in dict.fromkeys(known_terms().get(short_form(term), ())) if meant != term)
