"""Which column of a table of courses is which field: recognised in Danish and English, or told by whoever imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .columns import by_name, check_mapping, not_recognised, recognised

NAMES: dict[str, str] = {
    "title": "titel, kursus, kursustitel, kursusnavn, kursets titel, kursets navn, uddannelsestitel, fag, title,"
    " course, course title, course name",
    "run_title": "holdtitle, holdtitel, holdnavn, hold, run title",
    "provider": "institution, udbyder, kursusudbyder, uddannelsesinstitution, skole, udbydernavn, provider, school",
    "code": "kode, kursuskode, fagkode, amu-kode, amu-nummer, uddannelseskode, kursusnummer, kursusnr, fagnummer, code,"
    " course code",
    "key": "kursus-id, uddannelses-id, course id",
    "kind": "type, kursustype, uddannelsestype, slags, art, kind, course type",
    "subject": "emne, fagområde, kategori, område, subject, category",
    "level": "niveau, level",
    "ects": "ects, ects-point, ects points",
    "days": "antalundervisningsdage, undervisningsdage, antal dage, kursusdage, dage, days, course days",
    "duration": "varighed, længde, duration, length",
    "price": "normpris, pris, kursuspris, deltagerpris, deltagerbetaling, pris ekskl. moms, pris i kr, price, fee",
    "extra_price": "tillaegspris, tillægspris, tillæg, extra price",
    "url": "link, url, webadresse, hjemmeside, web address",
    "course_url": "kursuslink, link til kurset, course url, course link",
    "signup_email": "tilmeldingsmail, tilmelding e-mail, e-mail til tilmelding, e-mail for registrations",
    "description": "beskrivelse, kursusbeskrivelse, indhold, description, content",
    "run_key": "kviknummer, kviknr, holdnummer, holdnr, hold-id, run id, run number",
    "starts_on": "startdato, start, første dag, startdag, fra, fra dato, start date, first day, from",
    "ends_on": "slutdato, slut, sidste dag, slutdag, til, til dato, end date, last day, to",
    "hours": "tidspunkt, tid, klokkeslæt, hours, time",
    "place": "lokationsted, lokation, sted, kursussted, by, place, location, city, venue",
    "postcode": "lokationpostnr, postnr, postnummer, postcode, zip",
    "address": "adresse, kursusadresse, lokationadresse, address",
    "mode": "undervisningsform, afholdelsesform, mode",
    "signup_deadline": "tilmeldingsfrist, frist, frist for tilmelding, sidste frist, signup deadline, sign-up deadline",
    "cancel_by": "afmeldingsfrist, frist for afmelding, cancel by",
    "seats": "participantcapacity, pladser, antal pladser, seats, capacity",
    "taken": "currentparticipantamount, tilmeldte, antal tilmeldte, optagne pladser, seats taken",
    "minimum_participants": "minimumparticipants, mindste antal deltagere, minimum deltagere, fewest participants",
    "guaranteed": "garantikursus, garanti, guaranteed",
    "cancelled": "aflyst, cancelled, canceled",
}
FIELDS = tuple(NAMES)
_KNOWN = by_name(NAMES)


def places(header: Sequence[str], mapping: Mapping[str, str] | None = None) -> dict[str, int]:
    """The place of each field in a header."""
    return recognised(header, mapping, _KNOWN)


def required(file: str, row: int, header: Sequence[str], mapping: Mapping[str, str] | None = None) -> dict[str, int]:
    """As `places`, with a column for the title. Raises Unreadable."""
    check_mapping(file, row, header, mapping, FIELDS)
    found = places(header, mapping)
    if "title" not in found and "run_title" not in found:
        raise not_recognised(file, row, header, ["title"])
    return found
