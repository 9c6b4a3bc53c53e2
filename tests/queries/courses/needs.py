"""Sixty everyday needs, as people of many jobs write them in the search of courses, and what should come first.

They are about the demo's catalogue. All titles of a need should be among the first five. `OTHER_NEEDS` were written
when the search and its terms were ready, to show what it does for needs that nobody had in mind: they get no terms.
"""

from __future__ import annotations

from typing import NamedTuple


class Need(NamedTuple):
    job: str
    words: str
    titles: tuple[str, ...]


NEEDS = (
    Need("pædagog", "børn der slår og bider", ("Børn, der slår",)),
    Need("pædagog", "samarbejde med forældre", ("Forældresamarbejde, der begynder godt",)),
    Need("pædagog", "tosprogede børn", ("Børn med to sprog",)),
    Need("pædagog", "højtlæsning", ("Læs højt for mange på én gang",)),
    Need("pædagogmedhjælper", "sange og rim", ("Musik, rim og remser",)),
    Need("pædagogmedhjælper", "sprogstimulering", ("Børns sprog mellem to og seks",)),
    Need("pædagogmedhjælper", "tegnsprog", ("Tegn til tale i hverdagen",)),
    Need("dagplejer", "førstehjælp små børn", ("Førstehjælp til børn",)),
    Need("dagplejer", "alene som dagplejer", ("Dagplejer: alene med ansvaret",)),
    Need("sosu-assistent", "give medicin", ("Medicinhåndtering for social- og sundhedspersonale",)),
    Need("sosu-assistent", "liggesår", ("Tryksår: se dem komme",)),
    Need("sosu-assistent", "vejlede elever i praktik", ("Praktikvejleder for elever",)),
    Need("sosu-assistent", "sukkersyge", ("Borgere med diabetes: måling og mad",)),
    Need("sosu-hjælper", "løfte borgere rigtigt", ("Forflytning og velfærdsteknologi",)),
    Need("sosu-hjælper", "demente", ("Demens: forstå adfærden", "Demens og livskvalitet")),
    Need("sosu-hjælper", "når en borger dør", ("Palliativ pleje ved livets slutning", "Når sorgen flytter ind")),
    Need("sygeplejerske", "KOL", ("Kroniske sygdomme i hjemmet",)),
    Need("sygeplejerske", "sårbehandling", ("Sårpleje trin for trin",)),
    Need("sygeplejerske", "vejleder for studerende", ("Klinisk vejleder",)),
    Need("fysioterapeut", "genoptræning efter sygehus", ("Genoptræning i kommunen",)),
    Need("ergoterapeut", "ældre der falder", ("Faldforebyggelse i hjemmet",)),
    Need("tandplejer", "tænder hos ældre", ("Mundpleje hos ældre",)),
    Need("tandplejer", "tandbørstning", ("Mundpleje hos ældre",)),
    Need("lærer", "uro i klassen", ("Klasseledelse og ro",)),
    Need("lærer", "ordblindhed", ("Ordblinde elever og hjælpemidler",)),
    Need("lærer", "elever der ikke kommer i skole", ("Skolefravær: tilbage til klassen",)),
    Need("lærer", "svært ved matematik", ("Matematikvanskeligheder",)),
    Need("lærer", "mobing", ("Mobning: få øje på den",)),
    Need("pædagog i SFO", "autister", ("Autisme i skolen",)),
    Need("pedel", "reparere bygninger", ("Vedligehold af små bygninger",)),
    Need("pedel", "nøgler og adgang", ("Teknisk service: fra nøgle til kalender",)),
    Need("pedel", "legeplads eftersyn", ("Eftersyn af legepladsen",)),
    Need("kok", "vegetarmad", ("Grøn mad til mange",)),
    Need("kok", "mad til allergikere", ("Diæter i det store køkken",)),
    Need("køkkenassistent", "bage brød", ("Bagværk fra bunden",)),
    Need("køkkenassistent", "hygiejnebevis", ("Fødevarehygiejne og egenkontrol",)),
    Need("rengøringsassistent", "gøre rent", ("Rengøring i institutioner",)),
    Need("rengøringsassistent", "ondt i skulderen", ("Ergonomi for rengøringsassistenter",)),
    Need("chauffør", "køre sneplov", ("Kørsel med sneplov og salt",)),
    Need("chauffør", "lift kørekort", ("Kørekort til lift og minigraver",)),
    Need("vejarbejder", "huller i vejen", ("Asfalt: lapning, der holder",)),
    Need("vejarbejder", "afspærring af vej", ("Vejen som arbejdsplads",)),
    Need("gartner", "beskære træer", ("Beskæring og plantepleje",)),
    Need("gartner", "ukrudtsbekæmpelse", ("Ukrudt uden gift",)),
    Need("gartner", "kæmpe-bjørneklo", ("Invasive arter på kommunens jord",)),
    Need("livredder", "svømmehal", ("Svømmehallens sikre dag",)),
    Need("bibliotekar", "finde frivillige", ("Frivilligkoordinering",)),
    Need("sagsbehandler", "skrive breve til borgere", ("Skriv, så borgeren forstår det",)),
    Need("sagsbehandler", "aktinsigt", ("Post, journal og aktindsigt",)),
    Need("sagsbehandler", "GDPR", ("Sikker med personoplysninger", "Databeskyttelse for superbrugere")),
    Need("socialrådgiver", "alkohol og stoffer", ("Misbrug og hverdagsliv",)),
    Need("sekretær", "excel", ("Regneark fra bunden", "Regneark: fra lister til overblik")),
    Need("sekretær", "skrive referat", ("Referater på en halv time",)),
    Need("it-medarbejder", "ai", ("Kunstig intelligens i opgaverne",)),
    Need("it-medarbejder", "it-sikkerhed", ("Informationssikkerhed i praksis",)),
    Need("it-medarbejder", "phishing", ("Stærke adgangskoder og falske mails",)),
    Need("leder", "styring af projekter", ("Projektledelse i anlæg", "Projektarbejde fra idé til drift")),
    Need("leder", "sygemeldte medarbejdere", ("Sygefravær: den første samtale",)),
    Need("leder", "lægge vagtplan", ("Planlægning af vagter uden huller",)),
    Need("arbejdsmiljørepræsentant", "vold og trusler", ("Voldsomme episoder: før, under, efter",)),
)

OTHER_NEEDS = (
    Need("sygeplejerske", "tage blodprøver", ("Blodprøve og måling hos borgeren",)),
    Need("sosu-hjælper", "synkebesvær", ("Dysfagi: blød mad, der ligner mad",)),
    Need("køkkenassistent", "smide mindre mad ud", ("Madspild: mål det og gør noget",)),
    Need("leder", "lede medarbejdere der arbejder hjemme", ("Ledelse på afstand",)),
    Need("leder", "lave budget", ("Økonomistyring for ledere",)),
    Need("sekretær", "powerpoint", ("Præsentationer, folk kan huske",)),
    Need("sekretær", "holde møder på teams", ("Kom godt i gang med digitale møder",)),
    Need("lærer", "mobiltelefoner og sociale medier", ("Ungdomsliv og digitale vaner",)),
    Need("lærer", "skilte forældre", ("Børn i sorg og skilsmisse",)),
    Need("bostøtte", "hjælpe folk i eget hjem", ("Bostøtte hjemme hos andre",)),
    Need("pædagog på botilbud", "hjerneskade", ("Neuropædagogik", "Neuropædagogik i botilbud")),
    Need("gartner", "bier og vilde blomster", ("Blomsterenge og vilde hjørner",)),
    Need("vejarbejder", "teleskoplæser", ("Teleskoplæsser for begyndere",)),
    Need("arbejdsmiljørepræsentant", "arbejdsulykke", ("Meld en ulykke rigtigt",)),
    Need("jobkonsulent", "få ledige i arbejde", ("Beskæftigelsesindsats på borgerens vej",)),
)
