"""Names of people, units and jobs as in a Danish municipality. We made these lists ourselves."""

from __future__ import annotations

GIVEN = (
    "Anne Peter Kirsten Jens Hanne Lars Mette Michael Anna Henrik Helle Thomas Susanne Søren Lene Jan Maria Martin "
    "Marianne Christian Inge Morten Karen Anders Lone Jesper Bente Niels Camilla Rasmus Pia Mads Louise Per Charlotte "
    "Hans Jette Jørgen Tina Ole Inger Kim Gitte Torben Ida Daniel Birgitte Poul Emma Erik Ulla Simon Sofie Jakob "
    "Annette Kasper Julie Claus Rikke Frederik Laura Bo Cecilie Mikkel Signe Emil Line Kristian Amina Ali Fatima Omar "
    "Leyla Yusuf Nadia Hassan Zeynep Ivan Agnieszka Dorthe Flemming Tove Steen Vibeke Allan Merete Finn Astrid Nikolaj"
).split()

FAMILY = (
    "Nielsen Jensen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Petersen Madsen "
    "Kristensen Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen Knudsen Jakobsen Mikkelsen Frederiksen "
    "Laursen Lund Holm Schmidt Eriksen Kristiansen Clausen Simonsen Svendsen Andreasen Iversen Jeppesen Mogensen "
    "Jespersen Nissen Lauridsen Østergaard Bech Dahl Friis Krogh Bang Toft Kjær Skov Winther Ahmed Yilmaz Hussein "
    "Nguyen Kowalska Ali Bruun Vestergaard Gregersen Bertelsen Carlsen Thorsen Steffensen Berg Lindholm Kofoed Juhl"
).split()

# An area of the municipality: its name, the names of its workplaces, the jobs in them.
AREAS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "Børn og Unge",
        ("Børnehuset", "Skolen ved", "Dagplejen", "SFO'en", "Familiehuset"),
        ("Pædagog", "Pædagogisk assistent", "Lærer", "Pædagogmedhjælper", "Dagplejer", "Sundhedsplejerske"),
    ),
    (
        "Ældre og Sundhed",
        ("Plejecenter", "Hjemmeplejen", "Sygeplejen", "Træningscenter", "Køkkenet"),
        ("Social- og sundhedsassistent", "Social- og sundhedshjælper", "Sygeplejerske", "Ergoterapeut"),
    ),
    (
        "Teknik og Miljø",
        ("Vej og Park", "Byggesag", "Genbrugspladsen", "Ejendomsservice", "Natur og Vand"),
        ("Teknisk servicemedarbejder", "Gartner", "Ingeniør", "Byggesagsbehandler", "Miljømedarbejder"),
    ),
    (
        "Job og Borger",
        ("Jobcenter", "Borgerservice", "Ydelseskontoret", "Biblioteket", "Ungeindsatsen"),
        ("Socialrådgiver", "Jobkonsulent", "Administrativ medarbejder", "Bibliotekar", "Sagsbehandler"),
    ),
    (
        "Social og Handicap",
        ("Bostedet", "Værestedet", "Værkstedet", "Rådgivningen", "Støtteteamet"),
        ("Socialpædagog", "Omsorgsmedhjælper", "Støttekontaktperson", "Psykolog", "Socialrådgiver"),
    ),
)  # fmt: skip

PLACES = (
    "Mælkebøtten Kløvermarken Engen Skovbrynet Solsikken Åbakken Birkelunden Fyrtårnet Havnen Møllen Kornblomsten "
    "Ellemosen Vænget Bøgen Lærken Stationen Torvet Fjorden Kastanjen Søbredden Hvedemarken Lindely Egely Rosenhaven "
    "Bakkegården Nordlyset Vestervang Østergården Syrenen Valmuen"
).split()

STAFF = "Løn og Personale"


def unit_name(kinds: tuple[str, ...], number: int) -> str:
    """The name of workplace `number` of an area, made of a kind of workplace and a place name."""
    kind, place = kinds[number % len(kinds)], PLACES[(number * 7) % len(PLACES)]
    lap = number // (len(kinds) * len(PLACES))
    return f"{kind} {place}" + (f" {lap + 1}" if lap else "")
