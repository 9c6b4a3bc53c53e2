"""The texts, addresses and rights of each kind of import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as lazy
from django_stubs_ext import StrOrPromise

from udbytte.access.people import Roles

Words = Mapping[str, StrOrPromise]


@dataclass(frozen=True, slots=True)
class ImportKind:
    """One kind of import. The names that end in `_url` are names of addresses."""

    kind: str
    is_allowed: Callable[[Roles], bool]
    list_url: str
    detail_url: str
    start_url: str
    example_url: str
    back_url: str
    back_label: StrOrPromise
    title: StrOrPromise
    intro: StrOrPromise
    file_help: StrOrPromise
    accepted_files: str
    skip_bad: StrOrPromise
    confirm: StrOrPromise  # with %(ends)s and %(current)s
    doing: Words
    kinds: Words
    verdicts: Words
    columns: Words
    level: StrOrPromise = ""  # of a further column of the field that may have several
    example: str = ""  # the name of the file that shows the columns


READING = {"reading": lazy("Reading the file"), "comparing": lazy("Comparing with what is known")}

ORGANISATION = ImportKind(
    kind="organisation",
    is_allowed=lambda roles: roles.may_import_organisation,
    list_url="imports",
    detail_url="import",
    start_url="import-go",
    example_url="import-example",
    back_url="organisation",
    back_label=lazy("Organisation"),
    title=lazy("Import the organisation"),
    intro=lazy(
        "Choose the file. First you see what it would change; nothing is written until you say so. CPR numbers in"
        " the file are only used to find rows that belong together, and are never kept."
    ),
    file_help=lazy("A table (CSV or XLSX), a zip of the four CSV files, or EMUS XML; at most 200 MB."),
    accepted_files=".csv,.txt,.xlsx,.zip,.xml",
    skip_bad=lazy(
        "Leave out the rows with problems, and import the rest. Nobody is ended because their row was left out."
    ),
    confirm=lazy("Yes, %(ends)s of %(current)s employments have ended."),
    doing=READING
    | {
        "units": lazy("Writing units"),
        "people": lazy("Writing people"),
        "employments": lazy("Writing employments"),
        "managers": lazy("Writing who manages what"),
        "settling": lazy("Finding out who holds whose conversation"),
    },
    kinds={
        "units": lazy("Units"),
        "people": lazy("People"),
        "employments": lazy("Employments"),
        "managers": lazy("Manager roles"),
    },
    verdicts={"new": lazy("New"), "changed": lazy("Changed"), "moved": lazy("Moved"), "left": lazy("Left")},
    columns={
        "name": lazy("Name"),
        "given_name": lazy("First name"),
        "family_name": lazy("Last name"),
        "email": lazy("E-mail"),
        "unit": lazy("Unit, with its path from the top"),
        "unit_id": lazy("The unit's id"),
        "title": lazy("Title"),
        "manager": lazy("The manager's e-mail"),
        "from": lazy("First day"),
        "to": lazy("Last day"),
        "employee_id": lazy("Employee number"),
        "cpr": lazy("CPR number (used within the file only)"),
    },
    level=lazy("Unit below it, if the path has several columns"),
    example="organisation.xlsx",
)

COURSES = ImportKind(
    kind="courses",
    is_allowed=lambda roles: roles.may_import_courses,
    list_url="course-imports",
    detail_url="course-import",
    start_url="course-import-go",
    example_url="course-import-example",
    back_url="courses",
    back_label=lazy("Courses"),
    title=lazy("Import courses"),
    intro=lazy(
        "Choose the file. First you see what it would change, and nothing is written until you say so. Course dates"
        " that a provider no longer has in its file count as withdrawn, and those who counted on them are notified."
    ),
    file_help=lazy(
        "A table (CSV or XLSX), a course page saved from a provider (HTML or JSON), or an XCRI catalogue (XML); at"
        " most 200 MB."
    ),
    accepted_files=".csv,.txt,.xlsx,.json,.jsonld,.html,.htm,.xml",
    skip_bad=lazy(
        "Leave out the rows with problems, and import the rest. No run counts as gone because its row was left out."
    ),
    confirm=lazy("Yes, %(ends)s of %(current)s coming runs are no longer held."),
    doing=READING
    | {
        "runs": lazy("Reading the courses and writing what is new"),
        "withdrawing": lazy("Finding the course dates that are no longer in the file"),
    },
    kinds={"courses": lazy("Courses"), "runs": lazy("Runs")},
    verdicts={"new": lazy("New"), "changed": lazy("Changed"), "moved": lazy("Moved"), "left": lazy("No longer held")},
    columns={
        "title": lazy("Title"),
        "run_title": lazy("The course date's own name"),
        "provider": lazy("Provider"),
        "code": lazy("Course code"),
        "key": lazy("The course's id at the provider"),
        "kind": lazy("Kind"),
        "subject": lazy("Subject"),
        "level": lazy("Level"),
        "ects": lazy("ECTS points"),
        "days": lazy("Days"),
        "duration": lazy("How long"),
        "price": lazy("Price in kroner"),
        "extra_price": lazy("Extra price in kroner"),
        "url": lazy("Link"),
        "course_url": lazy("Link to the course"),
        "signup_email": lazy("E-mail for registrations"),
        "description": lazy("What it is about"),
        "run_key": lazy("The course date's id at the provider"),
        "starts_on": lazy("First day"),
        "ends_on": lazy("Last day"),
        "hours": lazy("From when to when on the day"),
        "place": lazy("Place"),
        "postcode": lazy("Postcode"),
        "address": lazy("Address and how to get there"),
        "mode": lazy("Where it is held"),
        "signup_deadline": lazy("Sign-up deadline"),
        "cancel_by": lazy("Cancel by"),
        "seats": lazy("Seats"),
        "taken": lazy("Seats taken"),
        "minimum_participants": lazy("Fewest participants"),
        "guaranteed": lazy("Held however few come"),
        "cancelled": lazy("Cancelled by the provider"),
    },
    example="kurser.xlsx",
)
