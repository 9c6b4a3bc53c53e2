"""The report of an import as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.imports.readers.problems import Problem
from udbytte.imports.report import Closing, Report

MOST_SHOWN = 10
MOST_PROBLEMS_SHOWN = 100
MISSING_MEANS = lazy(
    "They are not ended. They are marked as missing, their own tasks rest, and tasks that they have for others go to"
    " somebody else. They are ended after 14 days if a later file lacks them too."
)


def report_lines(report: Report) -> Iterator[str]:
    """The report as plain lines, the outcome last."""
    left = _("no longer held") if "runs" in report.counts else _("left")
    verdicts = {
        "new": _("new"),
        "changed": _("changed"),
        "moved": _("moved"),
        "left": left,
        "unchanged": _("unchanged"),
    }
    kinds = {
        "units": _("Units"),
        "people": _("People"),
        "employments": _("Employments"),
        "managers": _("Manager roles"),
        "courses": _("Courses"),
        "runs": _("Runs"),
    }
    yield from _affected_lines(report)
    yield from _pair_lines(report)
    for kind, counted in report.counts.items():
        numbers = ", ".join(f"{counted[verdict]} {word}" for verdict, word in verdicts.items())
        yield f"{kinds[kind] + ':':15} {numbers}"
    for verdict, examples in report.examples.items():
        for example in examples[:MOST_SHOWN]:
            yield f"  {verdicts[verdict]}: {example}"
        if len(examples) > MOST_SHOWN:
            yield "  …"
    if report.sheet:
        yield _("The sheet “%(sheet)s” was read.") % {"sheet": report.sheet}
    if report.unused:
        yield _("Columns that are not used: %(names)s.") % {"names": ", ".join(report.unused)}
    yield from _problem_lines("-", report.notes)
    if (more := len(report.notes) + report.more_notes - MOST_PROBLEMS_SHOWN) > 0:
        yield _("… and %(number)s notes more.") % {"number": more}
    yield from _problem_lines("!", report.problems)
    if (more := len(report.problems) + report.more_problems - MOST_PROBLEMS_SHOWN) > 0:
        yield _("… and %(number)s problems more.") % {"number": more}
    yield outcome_sentence(report)


def _affected_lines(report: Report) -> Iterator[str]:
    """Who leaves and who is missing, by name, and what is closed then."""
    for head, people in (
        (_("These people leave: %(number)s."), report.leaving_people),
        (_("These people are missing from the file: %(number)s."), report.missing_people),
    ):
        if not people:
            continue
        yield head % {"number": len(people)}
        for person in people[:MOST_PROBLEMS_SHOWN]:
            yield f"  {person.name}, {person.work}"
        if len(people) > MOST_PROBLEMS_SHOWN:
            yield "  …"
        yield "  " + closing_sentence(sum((person.closing for person in people), start=Closing()))
    if report.missing_people:
        yield f"  {MISSING_MEANS}"


def _pair_lines(report: Report) -> Iterator[str]:
    """What looks like the same person or unit, with what to write if it is."""
    for pair in report.pairs:
        words = {"old": f"{pair.old} ({pair.old_about})", "new": f"{pair.new} ({pair.new_about})", "id": pair.id}
        if pair.is_joined:
            yield _("The same: %(old)s is %(new)s.") % words
        else:
            yield _("Are these the same? %(old)s is not in the file, %(new)s is new. If so: --same %(id)s") % words


def closing_sentence(closing: Closing) -> str:
    """What is closed when people leave."""
    agreements, seats, conversations = closing.agreements, closing.seats, closing.conversations
    parts = (
        (agreements, ngettext("%(agreements)s agreement", "%(agreements)s agreements", agreements)),
        (seats, ngettext("%(seats)s seat on a course", "%(seats)s seats on courses", seats)),
        (conversations, ngettext("%(conversations)s conversation", "%(conversations)s conversations", conversations)),
    )
    if not any(number for number, _words in parts):
        return _("If they leave, nothing is closed.")
    what = ", ".join(words for number, words in parts if number) % asdict(closing)
    return _("If they leave, this is closed: %(what)s.") % {"what": what}


def _problem_lines(sign: str, problems: list[Problem]) -> Iterator[str]:
    for problem in problems[:MOST_PROBLEMS_SHOWN]:
        row = _("row %(row)s") % {"row": problem.row} if problem.row else ""
        place = ", ".join(part for part in (problem.file, row, problem.column or problem.field, problem.person) if part)
        more = _("%(count)s rows have the same") % {"count": problem.count} if problem.count > 1 else ""
        yield f"{sign} {place}: {problem.message}" + (f" ({more})" if more else "")


def outcome_sentence(report: Report) -> str:
    """The outcome of an import in one sentence."""
    if report.written:
        if report.problems:
            return _("Imported. %(number)s problems were skipped.") % {"number": report.problem_count}
        if report.notes:
            return _("Imported. Fields left out, see the notes: %(number)s.") % {"number": report.note_count}
        return _("Imported.")
    if report.sheets and not report.sheet:
        return _("Nothing was written. Tell the sheet with --sheet NAME.")
    if report.missing or report.ambiguous:
        return _("Nothing was written. Tell the columns with --map FIELD=COLUMN.")
    if report.needs_confirmation:
        if "runs" in report.counts:
            return _("Nothing was written. If so many are really no longer held, run it again with --confirm.")
        return _("Nothing was written. If so many have really left, run it again with --confirm.")
    if report.refused:
        return _("Nothing was written. Correct the rows above, or leave them out with --skip-bad.")
    return _("A dry run: nothing was written.")
