"""The report of an import as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.imports.readers.problems import Problem
from udbytte.imports.report import VERDICTS, Closing, Report

MOST_SHOWN = 10
MOST_PROBLEMS_SHOWN = 100
KINDS = {
    "units": "Units",
    "people": "People",
    "employments": "Employments",
    "managers": "Manager roles",
    "courses": "Courses",
    "runs": "Course dates",
}
MISSING = "These people are missing from the file"
NOTES_MEAN = "These stop nothing. A field that could not be read is left out, and the rest of its row is imported."
MISSING_MEANS = lazy(
    "They are not ended. They are marked as missing, their own tasks rest, and tasks that they have for others go to"
    " somebody else. They are ended after 14 days if a later file lacks them too."
)


def report_lines(report: Report) -> Iterator[str]:
    """The report as plain lines in English, the outcome last. They say what the page says."""
    verdicts = {verdict: verdict for verdict in VERDICTS}
    if "runs" in report.counts:
        verdicts["left"] = "no longer held"
    yield from _affected_lines(report)
    yield from _pair_lines(report)
    if report.sheet:
        yield f"The sheet “{report.sheet}” was read."
    if report.unused:
        yield f"Columns that are not used: {', '.join(report.unused)}."
    yield from _problem_lines("Problems:", "!", report.problems, report.more_problems)
    yield from _problem_lines(f"Worth knowing. {NOTES_MEAN}", "-", report.notes, report.more_notes)
    for kind, counted in report.counts.items():
        numbers = ", ".join(f"{counted[verdict]} {word}" for verdict, word in verdicts.items())
        yield f"{KINDS[kind] + ':':15} {numbers}"
    for verdict, examples in report.examples.items():
        for example in examples[:MOST_SHOWN]:
            yield f"  {verdicts[verdict]}: {example}"
        if len(examples) > MOST_SHOWN:
            yield "  …"
    yield outcome_sentence(report)


def _affected_lines(report: Report) -> Iterator[str]:
    """Who leaves and who is missing, by name, and what is closed then, for each and in all."""
    for head, people in (("These people leave", report.leaving_people), (MISSING, report.missing_people)):
        if not people:
            continue
        yield f"{head}: {len(people)}."
        for person in people[:MOST_PROBLEMS_SHOWN]:
            yield f"  {person.name}, " + "; ".join([person.work, *_closing_parts(person.closing)])
        if len(people) > MOST_PROBLEMS_SHOWN:
            yield f"  … and {len(people) - MOST_PROBLEMS_SHOWN} more"
        yield "  " + closing_sentence(sum((person.closing for person in people), start=Closing()))
    if report.missing_people:
        number = f" {len(report.missing_people)}" if report.many_missing else ""
        yield f"  {MISSING_MEANS} To end them now: --end-missing{number}"


def _pair_lines(report: Report) -> Iterator[str]:
    """What looks like the same person or unit, with what follows and what to write if it is."""
    for pair in report.pairs:
        old, new = f"{pair.old} ({pair.old_about})", f"{pair.new} ({pair.new_about})"
        if pair.is_joined:
            yield f"The same: {old} is {new}."
            continue
        yield f"Are these the same? {old} is not in the file, {new} is new. If so: --same {pair.id}"
        if pair.kind == "person":
            follows = _closing_parts(Closing(agreements=pair.agreements, conversations=pair.conversations))
            yield (
                f"  If so, {pair.new} can read what {pair.old} can, and both addresses get an email."
                + (f" What follows: {', '.join(follows)}." if follows else "")
            )


def closing_sentence(closing: Closing) -> str:
    """What is closed when people leave."""
    parts = _closing_parts(closing)
    if not parts:
        return _("If they leave, nothing is closed.")
    return _("If they leave, this is closed: %(what)s.") % {"what": ", ".join(parts)}


def _closing_parts(closing: Closing) -> list[str]:
    agreements, seats, conversations = closing.agreements, closing.seats, closing.conversations
    parts = (
        (agreements, ngettext("%(agreements)s agreement", "%(agreements)s agreements", agreements)),
        (seats, ngettext("%(seats)s place on a course", "%(seats)s places on courses", seats)),
        (conversations, ngettext("%(conversations)s conversation", "%(conversations)s conversations", conversations)),
    )
    return [words % asdict(closing) for number, words in parts if number]


def _problem_lines(head: str, sign: str, problems: list[Problem], more: int) -> Iterator[str]:
    if problems:
        yield head
    for problem in problems[:MOST_PROBLEMS_SHOWN]:
        row = f"row {problem.row}" if problem.row else ""
        place = ", ".join(part for part in (problem.file, row, problem.column or problem.field, problem.person) if part)
        same = f" ({problem.count} rows have the same)" if problem.count > 1 else ""
        yield f"{sign} {place}: {problem.message}{same}"
    if (more := more + len(problems) - MOST_PROBLEMS_SHOWN) > 0:
        yield f"… and {more} more"


def outcome_sentence(report: Report) -> str:
    """The outcome of an import in one sentence, with what to write next."""
    if report.written:
        if report.problems:
            return f"Imported. Problems skipped: {report.problem_count}."
        return f"Imported. Fields left out: {report.note_count}." if report.notes else "Imported."
    if report.sheets and not report.sheet:
        return "Nothing was written. Choose the sheet with --sheet NAME."
    if report.missing or report.ambiguous:
        return "Nothing was written. Choose the columns with --map FIELD=COLUMN."
    if report.needs_confirmation:
        what = "coming course dates are no longer held" if "runs" in report.counts else "employments have ended"
        numbers = f"{report.ends} of {report.current} {what}"
        return f"Nothing was written. If {numbers}, as the file says, run it again with --confirm."
    if report.refused:
        return "Nothing was written. Correct the rows above, or leave them out with --skip-bad."
    if not any(report.total(verdict) for verdict in VERDICTS[:-1]) and not report.missing_people:
        return "Everything in the file is known already: importing it would change nothing."
    return "This is what the file would change. Nothing has been written yet."
