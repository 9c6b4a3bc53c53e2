"""Small files of courses for the tests, in the formats that providers send."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

AMU_HEADER = (
    "fagkode holdTitle beskrivelse institution lokationSted lokationPostNr startDate endDate tilmeldingsFrist duration"
    " antalUndervisningsdage undervisningsform normpris tillaegspris participantCapacity currentParticipantAmount"
    " minimumParticipants garantiKursus aflyst kviknummer link"
).split()
AMU_RUN = {
    "fagkode": "47110",
    "holdTitle": "Konflikter med børn",
    "beskrivelse": "<p>Du øver dig i at <b>lytte</b>.</p>\n<p>Tag en kollega med &amp; en sag.</p>"
    "<script>alert(1)</script>",
    "institution": "AMU Fjordbyen",
    "lokationSted": "Odense",
    "lokationPostNr": "5000",
    "startDate": "2026-06-07T22:00:00.000Z",
    "endDate": "10-06-2026",
    "tilmeldingsFrist": "8. maj 2026",
    "duration": "3 dage",
    "antalUndervisningsdage": "3",
    "undervisningsform": "Tilstedeværelse",
    "normpris": "[624, 624]",
    "tillaegspris": "150,00",
    "participantCapacity": "16",
    "currentParticipantAmount": "4",
    "minimumParticipants": "8",
    "garantiKursus": "true",
    "aflyst": "false",
    "kviknummer": "621407amu47110h1",
    "link": "https://voksen.example/hold/1",
}


def amu(*changes: dict[str, str], header: list[str] = AMU_HEADER) -> tuple[str, bytes]:
    """A CSV as course runs are published: a row for each set of changes to one run."""
    stream = io.StringIO(newline="")
    table = csv.DictWriter(stream, header, delimiter=";", extrasaction="ignore")
    table.writeheader()
    for change in changes:
        table.writerow(AMU_RUN | change)
    return "hold.csv", stream.getvalue().encode()


def run(number: int, **changes: str) -> dict[str, str]:
    """One of several runs, each in a week of its own."""
    days = {"startDate": f"2026-07-{number:02}", "endDate": f"2026-07-{number:02}"}
    return {"kviknummer": f"k{number}"} | days | changes


COURSE: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "Course",
    "@id": "https://skole.example/kurser/lytte",
    "name": "Lyt, så det hjælper",
    "courseCode": "LYT-1",
    "description": "Du lærer at <em>lytte</em>.",
    "provider": {"@type": "Organization", "name": "Samtalehuset"},
    "offers": {"@type": "Offer", "price": 4900, "priceCurrency": "DKK"},
    "url": "https://skole.example/kurser/lytte",
    "hasCourseInstance": [
        {
            "@type": "CourseInstance",
            "@id": "https://skole.example/hold/a",
            "courseMode": "onsite",
            "startDate": "2026-09-01",
            "endDate": "2026-09-02",
            "location": {
                "@type": "Place",
                "name": "Huset",
                "address": {"streetAddress": "Torvet 1", "postalCode": "8000", "addressLocality": "Aarhus C"},
            },
        },
        {
            "@type": "CourseInstance",
            "@id": "https://skole.example/hold/b",
            "courseMode": ["online"],
            "startDate": "2026-10-05",
            "endDate": "2026-10-06",
            "offers": {"price": "450", "priceCurrency": "EUR"},
            "maximumAttendeeCapacity": 20,
            "remainingAttendeeCapacity": 3,
        },
    ],
}


def json_ld(**changes: Any) -> tuple[str, bytes]:
    return "kursus.json", json.dumps(COURSE | changes).encode()


def page(**changes: Any) -> tuple[str, bytes]:
    """A page with the course inside it, beside scripts of other kinds."""
    graph = json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, COURSE | changes]})
    head = f"<script>var a = '<b>';</script><script type='application/ld+json'>\n{graph}\n</script>"
    return "side.html", f"<!DOCTYPE html><html><head>{head}</head><body><p>Hej</p></body></html>".encode()


PRESENTATION = """<presentation>
      <dc:identifier>http://uni.example/p/{number}</dc:identifier>
      <mlo:start dtf="2026-09-{number:02}">Autumn</mlo:start>
      <end dtf="2026-12-11">11 December</end>
      <mlo:duration interval="P5M">5 months (approx)</mlo:duration>
      <applyUntil dtf="2026-08-20"/>
      <attendanceMode identifier="CM">Campus</attendanceMode>
      <mlo:places>12 places</mlo:places>
      <mlo:cost>GBP625.00; concessions GBP300</mlo:cost>
      <venue><provider><dc:title>Rewley House</dc:title><mlo:location><mlo:town>Oxford</mlo:town>
        <mlo:postcode>OX1 2JA</mlo:postcode><mlo:address>1 Square</mlo:address></mlo:location></provider></venue>
    </presentation>"""


def xcri(*numbers: int, before: str = "", description: str = "Read &amp;amp; write") -> tuple[str, bytes]:
    """A British catalogue: one provider with one course, a presentation for each number."""
    presentations = "\n    ".join(PRESENTATION.format(number=number) for number in numbers)
    return (
        "catalogue.xml",
        f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<catalog xmlns="http://xcri.org/profiles/1.2/catalog" xmlns:mlo="http://purl.org/net/mlo"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:credit="http://purl.org/net/cm" xmlns:x="http://www.w3.org/1999/xhtml" generated="2026-02-01T00:00:00Z">
  <provider>
  <dc:title>University of Example</dc:title>
  <course>
    <dc:identifier>http://uni.example/c/1</dc:identifier>
    <dc:title>Writing for work</dc:title>
    <dc:subject>Writing</dc:subject><dc:subject>Work</dc:subject>
    <dc:description><x:div><x:p>{description}</x:p><x:p>Bring a text.</x:p></x:div></dc:description>
    <mlo:credit><credit:scheme>ECTS</credit:scheme><credit:value>5</credit:value></mlo:credit>
    <mlo:url>http://uni.example/c/1</mlo:url>
    {presentations}
  </course>
  </provider>
</catalog>""".encode(),
    )
