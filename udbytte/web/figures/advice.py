"""The sentences for each of the seven questions: what the figure says, what it means, and what helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as lazy

from udbytte.access.people import Roles
from udbytte.domain.figures.key_questions import Figure, Level

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to the page where something can be done, and for whom it is shown."""

    is_for: Callable[[Roles], bool]
    label: _StrPromise
    page: str


def _manager(roles: Roles) -> bool:
    return roles.is_manager


def _coordinator(roles: Roles) -> bool:
    return roles.is_coordinator


def _hr(roles: Roles) -> bool:
    return roles.is_hr


def _shows_methods(roles: Roles) -> bool:
    return roles.is_hr or roles.is_manager


def everyone(_roles: Roles) -> bool:
    return True


_TEAM = PageLink(_manager, lazy("See my team"), "team")
_COURSE_BOARD = PageLink(_coordinator, lazy("See the course tasks"), "course-board")
_ROLES = PageLink(_hr, lazy("Give somebody the role"), "organisation")
_STALLED = PageLink(lambda roles: roles.is_hr or roles.is_coordinator, lazy("See what has stalled"), "stalled")
_PRINT_METHODS = PageLink(_shows_methods, lazy("Print the ways of learning for a meeting"), "print-methods")
_METHODS = PageLink(everyone, lazy("See the ways of learning"), "methods")
_COURSES = PageLink(everyone, lazy("See the courses"), "courses")


@dataclass(frozen=True, slots=True)
class QuestionText:
    """The texts of one question. `start` is what to do when this figure is the one to begin with."""

    title: _StrPromise
    short: _StrPromise  # the head of a column
    sentence: _StrPromise  # takes `yes` and `base`
    start: _StrPromise
    advice: Mapping[Level, _StrPromise]
    why: _StrPromise  # the research behind the advice
    links: tuple[PageLink, ...]

    def sentence_of(self, figure: Figure) -> str:
        """The figure with its base, as a sentence without its full stop."""
        return str(self.sentence) % {"yes": figure.yes, "base": figure.base}

    def why_at(self, level: Level) -> str:
        """The research behind the advice; empty unless the level is low or middle."""
        return str(self.why) if level in (Level.LOW, Level.MIDDLE) else ""


def _advice(none: _StrPromise, low: _StrPromise, middle: _StrPromise, high: _StrPromise) -> Mapping[Level, _StrPromise]:
    return {Level.NONE: none, Level.LOW: low, Level.MIDDLE: middle, Level.HIGH: high}


_NOT_HELD = lazy("The figure comes when at least 5 conversations have been held.")

QUESTIONS: Mapping[int, QuestionText] = {
    1: QuestionText(
        lazy("Are courses and education agreed?"),
        lazy("Course agreed"),
        lazy("%(yes)s of %(base)s conversations led to a course, or to a note that none is needed"),
        lazy("Decide about courses in every conversation"),
        _advice(
            _NOT_HELD,
            lazy(
                "Most conversations don't mention courses. Look at the catalogue together before the next one, and "
                "agree what you will use the following week. If no course is needed, write that down: it is an answer "
                "too."
            ),
            lazy(
                "Many have decided about courses. Ask the others whether they need one before the year's registration "
                "deadlines pass."
            ),
            lazy(
                "Nearly everyone has decided about courses. Make sure that each course is registered for, and that "
                "there is a date for using it at work."
            ),
        ),
        lazy(
            "What happens before and after a course matters more for its use than the course itself (Saks and Belcourt "
            "2006, 150 organisations)."
        ),
        (_TEAM, _COURSES),
    ),
    2: QuestionText(
        lazy("Does someone help to remember, find and register for courses?"),
        lazy("Someone sees to it"),
        lazy("%(yes)s of %(base)s course agreements have a coordinator who sees to them"),
        lazy("Appoint someone to find courses and register people"),
        _advice(
            lazy("The figure comes when at least 5 people have agreed on a course."),
            lazy(
                "Most find and register for their course themselves, between everything else. Appoint one person to do "
                "it: half an hour a week is enough to keep the deadlines."
            ),
            lazy("Some courses have nobody who sees to them. Check which units have no course coordinator."),
            lazy("Someone sees to the courses. Watch how many days go by from agreed to registered."),
        ),
        lazy("Academy and diploma modules start twice a year. A forgotten deadline can cost half a year."),
        (_COURSE_BOARD, _ROLES, _TEAM, _COURSES),
    ),
    3: QuestionText(
        lazy("Does anyone check whether people went, or have a date?"),
        lazy("Went, or has a date"),
        lazy("For %(yes)s of %(base)s courses whose date has passed, there is an answer"),
        lazy("Ask whether people went on their courses"),
        _advice(
            lazy("The figure comes when the planned dates of at least 5 people have passed."),
            lazy(
                "For most of the courses, nobody has said whether they were taken. Ask this week. A new date is as "
                "good an answer as yes."
            ),
            lazy("For some courses, nobody has said whether they were taken. Begin with the oldest."),
            lazy("You know what happened with almost every course. If someone did not go, agree on a new date."),
        ),
        lazy(
            "In a Danish survey, 43% said that MUS gave them nothing. The more follow-up, the more people get out of "
            "it (Krifa and Wilke)."
        ),
        (_TEAM, _STALLED, _COURSES),
    ),
    4: QuestionText(
        lazy("Is learning at work agreed?"),
        lazy("Learning at work agreed"),
        lazy("%(yes)s of %(base)s conversations led to an agreement on learning at work"),
        lazy("Agree on learning at work as well"),
        _advice(
            _NOT_HELD,
            lazy(
                "Most of what you agree on is courses. Look at the ways of learning before the next conversation: many "
                "cost no money and can begin on Monday."
            ),
            lazy(
                "Many also learn at work. In the next conversations, ask what you could try at work, and write down "
                "when, where and with whom."
            ),
            lazy("Most have agreed on something to learn at work. Make sure that each of them has a helper."),
        ),
        lazy(
            "People use less of what they learned as time goes by: training managers put it at 62% at once, 44% after "
            "half a year and 34% after a year (Saks and Belcourt 2006)."
        ),
        (_PRINT_METHODS, _METHODS),
    ),
    5: QuestionText(
        lazy("Do people know the ways of learning at work?"),
        lazy("Know the ways"),
        lazy("%(yes)s of %(base)s employees have looked at the ways of learning at work"),
        lazy("Show everyone the ways of learning at work"),
        _advice(
            lazy("The figure comes when at least 5 employees are in the round."),
            lazy("Few have seen which ways there are. Show them at a meeting: it takes ten minutes."),
            lazy("Some have seen the ways. Look at them together when the conversation begins."),
            lazy("Most know the ways. Check whether the same few are chosen every time."),
        ),
        lazy(
            "You can only choose what you know about. The ways are already in use at Danish workplaces, and most of "
            "them cost time rather than money."
        ),
        (_PRINT_METHODS, _METHODS),
    ),
    6: QuestionText(
        lazy("Does someone help with learning at work?"),
        lazy("Has a helper"),
        lazy("%(yes)s of %(base)s agreements on learning at work have a helper who has said yes"),
        lazy("Find helpers for those who learn alone"),
        _advice(
            lazy("The figure comes when at least 5 people have agreed on learning at work."),
            lazy(
                "Most are on their own with what they want to learn, and then it is easily put off. Ask a colleague by "
                "name: most people say yes."
            ),
            lazy("Some have no helper. Ask them whom they would like to have, and agree on it the same day."),
            lazy("Nearly everyone has a helper. Remember to thank the helpers, and to give them the time."),
        ),
        lazy(
            "Those who have agreed when, where and with whom carry it out clearly more often (94 studies, Gollwitzer "
            "and Sheeran 2006)."
        ),
        (_TEAM, _METHODS),
    ),
    7: QuestionText(
        lazy("Does anyone check whether it gave new learning?"),
        lazy("Learning followed up"),
        lazy("%(yes)s of %(base)s follow-ups have been answered"),
        lazy("Ask whether it gives new learning"),
        _advice(
            lazy(
                "The figure comes when at least 5 people have come to their first follow-up, some weeks after they "
                "started."
            ),
            lazy("Few have answered. Ask in person: is it happening, and are you learning something new?"),
            lazy("Many have answered. Ask the others in passing, before the agreement is forgotten."),
            lazy("Nearly all have answered. Read the answers: where nothing new is learned, try another way."),
        ),
        lazy(
            "People who track their progress get further, especially when they write it down and tell somebody (138 "
            "studies, Harkin and others 2016)."
        ),
        (_TEAM, _METHODS),
    ),
}
HEADLINE_ADVICE: Mapping[Level, _StrPromise] = _advice(
    lazy("The figure comes when at least 5 people have agreements that should be finished. Nobody types it in."),
    lazy("Fewer than half of these agreements are known to have given something new so far."),
    lazy("At least half of these agreements have given something new."),
    lazy("Most of these agreements have given something new."),
)
CONDITIONS_ADVICE: Mapping[Level, _StrPromise] = _advice(
    _NOT_HELD,
    lazy(
        "Publish the ground rules and the amount before the first conversation, and meet about them once. If people "
        "know what is possible, they agree on something that can happen."
    ),
    lazy("Ask who has not read the ground rules, and tell everyone the amount at a meeting of the unit."),
    lazy("People come prepared. Keep it up: tell those who are new, and tell everyone when something changes."),
)
RULES_READ = lazy("%(yes)s of %(base)s had read the ground rules before their conversation")
MONEY_KNOWN = lazy("Before %(yes)s of %(base)s conversations, the budget had been announced")
RULES_READ_HEAD = lazy("The ground rules had been read before the conversation")
MONEY_KNOWN_HEAD = lazy("The budget was known before the conversation")
