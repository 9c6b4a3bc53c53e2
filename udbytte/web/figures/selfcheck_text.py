"""The sentences of the self-check: each question with its examples, what helps, and what to do first after each answer.

A self-check knows nothing about the reader's workplace, so the advice says what helps and never how things are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.figures.selfcheck import CONDITIONS, Answer

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ANSWERS: Mapping[Answer, _StrPromise] = {
    Answer.YES: lazy("Yes"),
    Answer.PARTLY: lazy("Partly"),
    Answer.NO: lazy("No"),
    Answer.UNKNOWN: lazy("I don't know"),
}


@dataclass(frozen=True, slots=True)
class SelfCheckQuestion:
    """A question that is understood alone, and its advice, which can be read before and without an answer."""

    short: _StrPromise  # in the list of questions
    title: _StrPromise
    examples: _StrPromise
    helps: _StrPromise
    first: Mapping[Answer, _StrPromise]  # what to do first, by answer


def _first(
    yes: _StrPromise, partly: _StrPromise, no: _StrPromise, unknown: _StrPromise
) -> Mapping[Answer, _StrPromise]:
    return {Answer.YES: yes, Answer.PARTLY: partly, Answer.NO: no, Answer.UNKNOWN: unknown}


QUESTIONS: Mapping[int, SelfCheckQuestion] = {
    1: SelfCheckQuestion(
        lazy("Courses are agreed"),
        lazy("Do you agree on courses and education in the conversation?"),
        lazy(
            "Courses or longer education that the employee is to take part in to reach the development goals. To"
            " write down that no course is needed is also a yes."
        ),
        lazy(
            "A course is the classic activity, but agreeing on it does not make it happen. Months can pass between"
            " the conversation and the registration. Meanwhile priorities shift, and some no longer feel that they"
            " have the time. Write down what the course is for, when it is to be, and who finds it."
        ),
        _first(
            lazy("Also agree on what to try in the first two weeks after each course."),
            lazy("Ask the same in every conversation: is a course needed, and if not, what is?"),
            lazy("Look at the possibilities together in the next conversation, and write down what you choose."),
            lazy("Ask your manager or a colleague what was agreed in the last conversations."),
        ),
    ),
    2: SelfCheckQuestion(
        lazy("Courses are found and registered"),
        lazy("Does somebody help remember, find and register for the courses?"),
        lazy(
            "For example a course coordinator or a colleague who knows providers and deadlines. And is there an"
            " overview of the possibilities, so that nobody has to search alone?"
        ),
        lazy(
            "What matters is that the course is really found, and that the employee is really registered. Let one"
            " person do it for several units and keep the registration deadlines. Collect the possibilities in one"
            " place, where manager and employee can see them while they talk."
        ),
        _first(
            lazy("See how many days pass from the agreement to the registration, and where they are lost."),
            lazy("Find out which units have nobody for it, and let a colleague from another unit do it there too."),
            lazy("Name one person, and begin with the deadline that is closest."),
            lazy("Ask who registered the last person who went on a course."),
        ),
    ),
    3: SelfCheckQuestion(
        lazy("Courses are followed up"),
        lazy("Do you follow up during the year whether the employee went on the course?"),
        lazy(
            "Did the employee go, or is the course planned with a date? Somebody asks in the months after the"
            " conversation."
        ),
        lazy(
            "Ask when the date has passed, and not only in the next conversation: then there is still time for"
            " another course date. A new date is as good an answer as a yes. If something was in the way, decide"
            " whether to plan it again, replace it or drop it."
        ),
        _first(
            lazy("Also ask what the course is being used for, some weeks later."),
            lazy("Put two fixed days in the calendar, and go through every agreement on them."),
            lazy("Take the plans from the last conversations, and ask about each course this week."),
            lazy("Look at your own plan: what happened to the courses in it?"),
        ),
    ),
    4: SelfCheckQuestion(
        lazy("Learning at work is agreed"),
        lazy("Do you agree on learning at work in the conversation?"),
        lazy(
            "For example side-by-side training, supervision, working with others, other tasks or more"
            " responsibility: something one learns from while the work is being done."
        ),
        lazy(
            "Development need not be a course. Changed tasks, more responsibility or influence, closer follow-up"
            " from the manager, other colleagues, departments or users, another place in the room and new technology"
            " all change the learning environment. It is a strong way to learn, because it happens in the daily"
            " work. Supervision, coaching, a mentor, a learning partner or learning from new colleagues work too."
            " Write it into the plan like a course: when, with whom, and how you will both know that it works."
        ),
        _first(
            lazy("See whether you choose the same few ways each time, and try one that is new to you."),
            lazy("Ask in each conversation what could be tried in the work itself."),
            lazy("Choose one way for the goal that matters most, and begin within two weeks."),
            lazy("Ask a colleague: what have you learned at work this year that was agreed beforehand?"),
        ),
    ),
    5: SelfCheckQuestion(
        lazy("The ways of learning are known"),
        lazy("Do you have an overview of 12 to 16 ways of learning at work?"),
        lazy(
            "For example mentor, coaching, supervision, learning partner, job shadowing, new tasks and a changed"
            " learning environment. Manager and employee know them when they choose."
        ),
        lazy(
            "People choose what they know. Look at the ways together at a meeting before the conversations, and"
            " have the list on the table while you talk. Ten minutes are enough, and most of the ways cost time"
            " rather than money."
        ),
        _first(
            lazy("Add the ways that you have invented yourselves."),
            lazy("Hang the list up where the conversations are held."),
            lazy("Show the list at the next meeting, and let each choose one to try."),
            lazy("Count for yourself: how many ways of learning other than courses can you name?"),
        ),
    ),
    6: SelfCheckQuestion(
        lazy("Somebody helps"),
        lazy("Does somebody take part in, or help with, the learning at work?"),
        lazy("A mentor, partner, supervisor, colleague or manager who has said yes to it."),
        lazy(
            "What one does alone is easily put off. Ask one person by name, say what it is about and how long it"
            " takes, and let the helper say yes or no. Make time for it in the rota or the calendar, and thank the"
            " helpers."
        ),
        _first(
            lazy("Ask the helpers what they get out of it, and whether they have the time they were promised."),
            lazy("Ask those who are alone with it whom they would like to ask."),
            lazy("Find one helper for one agreement this week."),
            lazy("Look at your own agreements: who would notice if they were not carried out?"),
        ),
    ),
    7: SelfCheckQuestion(
        lazy("Learning is followed up"),
        lazy("Do you follow up during the year whether the learning at work gives something new?"),
        lazy("The employee is asked along the way: is it happening, and are you learning something new?"),
        lazy(
            "Ask every six weeks, with two short questions: is it happening, and are you learning something new?"
            " Two noes in a row are a reason to talk and to change the way. Those who look at how it is going, and"
            " tell somebody, get further."
        ),
        _first(
            lazy("Read the answers together: where nothing new is learned, choose another way."),
            lazy("Agree on who asks, and on which days."),
            lazy("Ask one employee today about one agreement."),
            lazy("Think of your last agreement: who asked you about it?"),
        ),
    ),
    CONDITIONS: SelfCheckQuestion(
        lazy("Rules and money are known"),
        lazy("Do you know the ground rules and the money before the conversation?"),
        lazy(
            "Procedure, criteria, possibilities and money are announced, and manager and employees have aligned"
            " their expectations."
        ),
        lazy(
            "Courses can only be agreed on where there is money for them. The organisation can make overall"
            " agreements about it. The manager who holds the conversation either has some money to decide about or"
            " can nominate the employee for it. What matters is that procedure, criteria and possibilities are clear"
            " before the conversation. That need not happen in each conversation: do it together, at the start of"
            " the round."
        ),
        _first(
            lazy("Also tell those who have begun here since the start of the round."),
            lazy("Say the amount and the criteria aloud at the next meeting, and let people ask."),
            lazy("Hold one meeting before the conversations: what is possible, who decides, and by when?"),
            lazy("Ask your manager: how much can you say yes to yourself?"),
        ),
    ),
}
