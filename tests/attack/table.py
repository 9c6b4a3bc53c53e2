"""Who gets which address of the scene, and who reads which words: what `make attack` holds everybody to.

`python -m tests.attack` writes it into docs/operate/security.md; a test says when it is not fresh there.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.attack.scene import RELATIONS
from tests.web.test_who_gets_what import PAGES, SENT_BACK

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operate" / "security.md"
MARK = "<!-- from here on: python -m tests.attack -->\n"
OUTSIDE = {"freja", "nobody"}  # asked to log in everywhere
INSIDE = set(RELATIONS) - OUTSIDE
TEN = set(PAGES["home"])  # the people of tests/web/test_who_gets_what.py, whose table holds for them

# Pages that coordinators get wherever they serve, and what is about somebody else than in the table of the ten.
ANY_COORDINATOR = {
    *("course-board", "course-board-choices", "joint", "run", "stalled"),
    *("course-import", "course-import-example", "course-imports", "edit-course", "edit-run"),
    *("figures", "learning", "what-is-measured"),
}
IN_THE_SCENE = {
    "choose-plan": INSIDE - {"mette", "karim"},  # who has a plan to choose is sent on
    "group": {"lars", "karim"},  # Karim's group
    "kickoff": {"mette", "lars", "dorthe", "karim"},
    "kickoff-paper": {"mette", "lars", "dorthe", "karim"},
    "rules": {"mette", "lars", "karim"},
    "wheel": {"mette", "lars", "karim", "hanne", "soren"},
    "money": {"birgit", "lars", "dorthe", "hanne"},  # Hanne stands in for Birgit
    "stalled-group": set(),  # nothing is late
    "write-provider": set(),  # it is registered already
}
ON_THE_WAY = SENT_BACK | {
    "back-to-group": set(),
    "choose-plan": {"mette", "karim"},
    "write-provider": {"mette", "lars", "bente", "birgit"},
}


def readers_of(page: str) -> set[str]:
    """Who gets the page of the scene; all others get 404, or are asked to log in."""
    if page in IN_THE_SCENE:
        return IN_THE_SCENE[page]
    known = PAGES[page]
    if known == TEN:
        return INSIDE
    return known | ({"rikke"} if page in ANY_COORDINATOR else set())


# Addresses that only take a form: who may send it about what is in the scene; to all others it answers 404.
PRESSES: dict[str, set[str]] = {
    "absence": {"hanne"},
    "add-file": {"mette", "lars", "bente", "birgit"},
    "answer-written": {"mette"},
    "application": set(),
    "ask-who-helps": {"lars", "dorthe"},
    "cancel-lapsed-seat": set(),
    "close-self-check": {"hanne"},
    "confirm-address": set(),
    "course-import-go": {"bente", "rikke", "hanne", "ida"},
    "decide": set(),
    "decide-bill": {"birgit"},
    "demo-enter": set(),
    "end-deputy": {"birgit"},
    "end-feed": INSIDE,
    "end-missing": {"ida"},
    "end-role": {"hanne", "ida"},
    "end-sessions": {"ida"},
    "grant-several": INSIDE,  # it grants what is chosen and theirs to grant
    "helper-check-in": {"karim"},
    "import-go": {"ida"},
    "import-undo": {"ida"},
    "joint-leave": set(),
    "let-in-new-account": {"ida"},
    "language": {*INSIDE, *OUTSIDE},
    "methods-seen": INSIDE,
    "new-feed": INSIDE,
    "notice-seen": INSIDE,
    "observe": {"mette", "lars", "karim"},
    "offer-help": INSIDE,
    "open-self-check": {"hanne"},
    "own-data-file": INSIDE,
    "partner": {"mette"},
    "plan-application": set(),
    "remove-file": {"mette", "lars", "bente"},
    "reset-method": {"hanne"},
    "reset-second-step": {"ida"},
    "round-discussed": {"hanne"},
    "send-plan": {"mette", "lars"},
    "take-back-offer": {"mette"},
    "team-review-press": {"lars"},
    "team-review-together": {"lars", "dorthe"},
    "try-emails-again": {"ida"},
    "undo": INSIDE,  # a press that is not theirs leads to the first page, and changes nothing
    "write-down": {"lars"},
    "write-field": {"mette", "lars"},
}
# Who may send the form of a page that has nothing to show just now.
PAGES_THAT_TAKE = {"stalled-group": {"hanne"}}
# What stands in no page, but anybody may call: what limits it.
STRANGERS = {
    "public-self-check": "shows and counts, keeps nothing; off unless `UDBYTTE_PUBLIC_SELF_CHECK`",
    "ballot": "a signed ballot, once",
    "answer": "a signed link: one question, one person, 30 days, once",
    "answer-meeting": "a signed link, as above",
    "answer-partner": "a signed link, as above",
    "answer-written-link": "a signed link, as above",
    "undo-answer": "a signed link, 15 minutes",
    "sign": "a signed link to one plan, until it is used or the plan changes",
    "first-visit": "a code from the server's log, 10 tries; gone with the first administrator",
    "handout": "a signed link and the code that HR had sent: 7 days, 5 tries, once",
    "calendar-feed": "a signed address, until its owner makes another",
    "metrics": "counts only, with a token or from named addresses",
    "security-txt": "the contact of `UDBYTTE_SECURITY_CONTACT`",
    "accessibility": "leads to the statement",
    "healthz": "asks nothing",
    "readyz": "asks the database; nginx lets only this machine",
    "mailz": "asks the database; nginx lets only this machine",
    "mailbox": "only in a database that the demo made",
    "email": "only in a database that the demo made",
}
# Who reads the words of which column of the scene, on any page.
BOTH = {"mette", "lars"}
WORDS: dict[str, set[str]] = {
    "notes of the conversation": BOTH,
    "notes of a conversation with the former manager": {"mette", "poul"},
    "own notes of the employee": {"mette"},
    "own notes of the manager": {"lars"},
    "answer that is not shared": {"mette"},
    "answer that is shared": BOTH,
    "text set aside by both at once": BOTH,
    "text set aside in the employee's own field": {"mette"},
    "text set aside in the manager's own field": {"lars"},
    "earlier text": BOTH,
    "why no course is needed": BOTH,
    "goal, and how it will be seen": BOTH,
    "agenda of the follow-up talk": BOTH,
    "title of learning at work": {*BOTH, "karim"},
    "purpose of learning at work": {*BOTH, "karim"},
    "if-then plan, first use, check, whom to turn to, who decides": BOTH,
    "purpose of a course": BOTH,
    "line of a check-in": BOTH,
    "answer that the manager wrote down": BOTH,
    "outcome": BOTH,
    "observation": BOTH,
    "reason of a nomination, and its answer": {*BOTH, "birgit"},
    "what a fund answered": BOTH,
    "notes and goals of a group": {"lars", "karim"},
    "question about the rules": BOTH,
}
CANARIES = {
    "KanarieConversationNotes": "notes of the conversation",
    "KanarieConversationNotesFormer": "notes of a conversation with the former manager",
    "KanariePreparationNotesMette": "own notes of the employee",
    "KanariePreparationNotesLars": "own notes of the manager",
    "KanarieAnswerTextMette": "answer that is not shared",
    "KanarieAnswerTextShared": "answer that is shared",
    "KanarieSetAsideText": "text set aside by both at once",
    "KanarieSetAsideTextMette": "text set aside in the employee's own field",
    "KanarieSetAsideTextLars": "text set aside in the manager's own field",
    "KanarieEarlierTextText": "earlier text",
    "KanarieDevelopmentPlanNoCourseReason": "why no course is needed",
    **dict.fromkeys(("KanarieGoalText", "KanarieGoalSign"), "goal, and how it will be seen"),
    "KanarieAgendaItemText": "agenda of the follow-up talk",
    "KanarieAgreementTitlePractice": "title of learning at work",
    "KanarieAgreementPurposePractice": "purpose of learning at work",
    "KanarieAgreementPurposeCourse": "purpose of a course",
    **{
        f"KanarieAgreement{name}{kind}": "if-then plan, first use, check, whom to turn to, who decides"
        for name in ("IfThen", "FirstUse", "CheckedBy", "TurnTo", "DecidedBy")
        for kind in ("Course", "Practice")
    },
    "KanarieCheckInLine": "line of a check-in",
    "KanarieWrittenAnswerFacts": "answer that the manager wrote down",
    "KanarieOutcomeLearned": "outcome",
    "KanarieObservationText": "observation",
    **dict.fromkeys(("KanarieNominationReason", "KanarieNominationAnswer"), "reason of a nomination, and its answer"),
    "KanarieFundingApplicationAnswer": "what a fund answered",
    **dict.fromkeys(
        ("KanarieGroupConversationNotes", "KanarieGroupGoalText", "KanarieGroupGoalSign"), "notes and goals of a group"
    ),
    "KanarieRulesQuestionText": "question about the rules",
}
# What the pages of the scene show to nobody: it is decided, or stands in the log only.
NOT_SHOWN = {"KanarieNominationReason", "KanarieNominationAnswer", "KanarieFundingApplicationAnswer"}


def _table(heading: str, rows: dict[str, set[str]]) -> list[str]:
    """A table of who may, with the rows that everybody or nobody may in one line each."""
    lines = [f"| {heading} | who |", "|---|---|"]
    for group, names in ((INSIDE, "everybody who is logged in"), (set(), "nobody, as things stand in the scene")):
        same = sorted(row for row, who in rows.items() if who == group)
        if same:
            lines.append(f"| {', '.join(same)} | {names} |")
    return lines + [
        f"| {row} | {', '.join(_names(who))} |" for row, who in sorted(rows.items()) if who and who != INSIDE
    ]


def _names(people: Iterable[str]) -> list[str]:
    known = set(people)
    return [relation for person, relation in RELATIONS.items() if person in known]


def as_markdown() -> str:
    pages = {page: readers_of(page) for page in PAGES if page != "demo"}
    strangers = [f"| {name} | {limit} |" for name, limit in sorted(STRANGERS.items())]
    parts = (
        ["## Who reads which words", "", *_table("words", WORDS)],
        ["## Who gets which page", "", "Everybody else gets 404, as if it were not there.", "", *_table("page", pages)],
        ["## Who may send which form", "", "A page with a form takes it from its readers only.", "",
         *_table("address", {name: who for name, who in PRESSES.items() if who < INSIDE or who == INSIDE})],
        ["## What needs no login", "", "| address | limit |", "|---|---|", *strangers],
    )  # fmt: skip
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def in_the_manual() -> str:
    return PAGE.read_text(encoding="utf-8").partition(MARK)[2].lstrip("\n")


def main() -> None:
    text = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    PAGE.write_text(f"{text}{MARK}\n{as_markdown()}", encoding="utf-8")
