"""The sentences for each of the seven questions: what the figure says, what it means, and what helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as lazy

from udbytte.access.people import Roles
from udbytte.domain.figures.key_questions import Level

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


def _everyone(_roles: Roles) -> bool:
    return True


_TEAM = PageLink(_manager, lazy("Go to my team"), "team")
_COURSE_BOARD = PageLink(_coordinator, lazy("Go to the course tasks"), "course-board")
_ROUNDS = PageLink(_hr, lazy("Go to the rounds"), "rounds")
_ROLES = PageLink(_hr, lazy("Give somebody the role"), "organisation")
_STALLED = PageLink(lambda roles: roles.is_hr or roles.is_coordinator, lazy("See what stands still"), "stalled")
_METHODS = PageLink(_everyone, lazy("See the ways to learn"), "methods")
_COURSES = PageLink(_everyone, lazy("See the courses"), "courses")


@dataclass(frozen=True, slots=True)
class QuestionText:
    """The texts of one question."""

    title: _StrPromise
    short: _StrPromise  # the head of a column
    sentence: _StrPromise  # takes `yes` and `base`
    advice: Mapping[Level, _StrPromise]
    why: _StrPromise  # the research behind the advice
    links: tuple[PageLink, ...]

    def why_at(self, level: Level) -> str:
        """The research behind the advice; empty unless the level is low or middle."""
        return str(self.why) if level in (Level.LOW, Level.MIDDLE) else ""


def _advice(none: _StrPromise, low: _StrPromise, middle: _StrPromise, high: _StrPromise) -> Mapping[Level, _StrPromise]:
    return {Level.NONE: none, Level.LOW: low, Level.MIDDLE: middle, Level.HIGH: high}


_NOT_HELD = lazy("The figure comes when at least 5 conversations are held.")

QUESTIONS: Mapping[int, QuestionText] = {
    1: QuestionText(
        lazy("Are courses and education agreed?"),
        lazy("Courses agreed"),
        lazy("%(yes)s of %(base)s conversations held led to a course, or to the word that none is needed"),
        _advice(
            _NOT_HELD,
            lazy(
                "Most conversations end without a word about courses. Look at the catalogue together before the next "
                "one, and settle what is to be used the week after. Write it down when none is needed: that is an "
                "answer too."
            ),
            lazy(
                "Many have taken a stand on courses. Ask those who have not whether a course is needed, before the "
                "year's sign-up deadlines pass."
            ),
            lazy(
                "Nearly everyone has taken a stand. See to it now that each course is booked, and that the day it is "
                "first used at work has a date."
            ),
        ),
        lazy(
            "What happens before and after a course counts more for its use than the course itself (Saks and Belcourt "
            "2006, 150 organisations)."
        ),
        (_TEAM, _ROUNDS, _COURSES),
    ),
    2: QuestionText(
        lazy("Does someone see to it that courses are remembered, found and booked?"),
        lazy("Someone sees to it"),
        lazy("%(yes)s of %(base)s course agreements have a coordinator who sees to them"),
        _advice(
            lazy("The figure comes when at least 5 people have agreed on a course."),
            lazy(
                "Most find and book their course by themselves, between everything else. Name one person for it: it "
                "is half an hour a week, and the deadlines are kept."
            ),
            lazy("Some courses have nobody who sees to them. Look at which units have no coordinator."),
            lazy("Courses have somebody who sees to them. Keep an eye on the days from agreed to registered."),
        ),
        lazy("Academy and diploma modules begin twice a year: a deadline that nobody remembered may cost half a year."),
        (_COURSE_BOARD, _ROLES, _COURSES),
    ),
    3: QuestionText(
        lazy("Is it followed up whether people got to go, or have a date?"),
        lazy("Went, or has a date"),
        lazy("%(yes)s of %(base)s courses whose date has passed are answered"),
        _advice(
            lazy("The figure comes when the planned dates of at least 5 people have passed."),
            lazy(
                "Nobody knows of most courses whether they were taken. Ask those it concerns this week; a new date is"
                " as good an answer as yes."
            ),
            lazy("Some courses are past their date and unanswered. Take the oldest first."),
            lazy(
                "It is known of nearly every course what became of it. Where somebody did not go, agree on a new date."
            ),
        ),
        lazy(
            "In a Danish survey 43 % said that MUS gave them nothing; the more is followed up, the more people get "
            "out of it (Krifa and Wilke)."
        ),
        (_TEAM, _STALLED, _COURSES),
    ),
    4: QuestionText(
        lazy("Is learning in practice agreed?"),
        lazy("Practice agreed"),
        lazy("%(yes)s of %(base)s conversations held led to learning in practice"),
        _advice(
            _NOT_HELD,
            lazy(
                "Development is mostly courses here. Look at the sixteen ways before the next conversation: many cost"
                " no money and can begin on Monday."
            ),
            lazy(
                "Many learn in practice as well. Ask in the next conversations what could be tried at work, and write "
                "down when, where and with whom."
            ),
            lazy("Most learn something at work on purpose. See to it that each has somebody beside them."),
        ),
        lazy(
            "What is learned is used less as time goes: those in charge of training put it at 62 % at once, 44 % "
            "after half a year and 34 % after a year (Saks and Belcourt 2006)."
        ),
        (_METHODS,),
    ),
    5: QuestionText(
        lazy("Are the ways of learning in practice in view?"),
        lazy("Ways in view"),
        lazy("%(yes)s of %(base)s employees have had the ways of learning in practice in view"),
        _advice(
            lazy("The figure comes when at least 5 employees are in the round."),
            lazy("Few have seen which ways there are. Show them at a meeting of the unit; it takes ten minutes."),
            lazy("Some have seen the ways. Look at them together at the beginning of the conversation."),
            lazy("Most know the ways. See whether the same few are chosen every time."),
        ),
        lazy(
            "One can only choose what one knows. The ways are in use at Danish workplaces already, and most cost time "
            "rather than money."
        ),
        (_METHODS,),
    ),
    6: QuestionText(
        lazy("Does someone help with it?"),
        lazy("Someone helps"),
        lazy("%(yes)s of %(base)s agreements on practice have a helper who said yes"),
        _advice(
            lazy("The figure comes when at least 5 people have agreed on learning in practice."),
            lazy(
                "Most are alone with what they want to learn, and what one is alone with is easily put off. Ask a "
                "colleague by name; most people say yes."
            ),
            lazy("Some have nobody beside them. Ask them whom they would like to ask, and do it the same day."),
            lazy("Nearly everyone has somebody beside them. Remember to thank the helpers, and to give them the time."),
        ),
        lazy(
            "Those who have settled when, where and with whom carry it out clearly more often (94 studies, Gollwitzer "
            "and Sheeran 2006)."
        ),
        (_TEAM, _METHODS),
    ),
    7: QuestionText(
        lazy("Is it followed up whether it gave new learning?"),
        lazy("Learning followed up"),
        lazy("%(yes)s of %(base)s check-ins are answered"),
        _advice(
            lazy(
                "The figure comes when at least 5 people have come to their first check-in, some weeks after something "
                "has started."
            ),
            lazy(
                "Few are asked, or few answer. Ask in person: does it happen, and do you learn something new from it?"
            ),
            lazy("Many answer. Take those that do not up in the everyday, before what was agreed is forgotten."),
            lazy("Nearly all answer. Read the answers: where nothing new is learned, change the way."),
        ),
        lazy(
            "Who looks at how it goes gets further, the more so when it is written down and told to another (138 "
            "studies, Harkin and others 2016)."
        ),
        (_TEAM, _METHODS),
    ),
}
HEADLINE_ADVICE: Mapping[Level, _StrPromise] = _advice(
    lazy("The figure comes when the time of at least 5 people's agreements has come. Nobody types it in."),
    lazy("Most of what is agreed comes to nothing. Below stands where it is lost, and what helps."),
    lazy("Much of what is agreed comes to something. Below stands where the rest is lost."),
    lazy("What is agreed mostly comes to something. Below stands what still can be done."),
)
CONDITIONS_ADVICE: Mapping[Level, _StrPromise] = _advice(
    _NOT_HELD,
    lazy(
        "Publish the rules and the amount before the first conversation, and meet about them once. Who knows what is "
        "possible agrees on something that can happen."
    ),
    lazy("Ask who has not read the rules, and say the amount aloud at a meeting of the unit."),
    lazy("People go in prepared. Keep it so: tell those who begin here, and tell again when something changes."),
)
RULES_READ = lazy("%(yes)s of %(base)s had read the ground rules before their conversation")
MONEY_KNOWN = lazy("%(yes)s of %(base)s conversations were held when the money was known")
