"""Why a practice method is proposed for a goal, and what it gives, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.practice.methods import Topic
from udbytte.queries.practice.methods import MethodSuggestion

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TOPICS: dict[Topic, _StrPromise] = {
    Topic.TALKS: lazy("talks with others"),
    Topic.CONFLICTS: lazy("conflicts"),
    Topic.WRITING: lazy("writing and documenting"),
    Topic.LEADING: lazy("leading others"),
    Topic.MEETINGS: lazy("meetings"),
    Topic.TEACHING: lazy("guiding and training others"),
    Topic.DIGITAL: lazy("digital tools"),
    Topic.FIGURES: lazy("money and figures"),
    Topic.CASES: lazy("cases and rules"),
    Topic.CARE: lazy("care and treatment"),
    Topic.CHILDREN: lazy("children and young people"),
    Topic.CRAFT: lazy("practical, technical work"),
    Topic.KITCHEN: lazy("food and kitchen"),
    Topic.TOGETHER: lazy("working together across units"),
    Topic.PLANNING: lazy("planning and what comes first"),
    Topic.CONFIDENCE: lazy("confidence and limits"),
    Topic.CHANGE: lazy("projects and new ways of doing things"),
    Topic.ROLE: lazy("a larger role"),
    Topic.PRESENTING: lazy("communicating to many"),
    Topic.LANGUAGE: lazy("language and culture"),
    Topic.SERVICE: lazy("welcoming those who come"),
    Topic.SAFETY: lazy("safety and the working environment"),
    Topic.QUALITY: lazy("quality and fewer mistakes"),
    Topic.GREEN: lazy("sustainability"),
}

# What a method gives for any goal.
BENEFITS: dict[str, _StrPromise] = {
    "side_by_side": lazy("it is learned by doing it beside somebody who can"),
    "mentor": lazy("somebody experienced shares what works, and helps over the hard places"),
    "supervision": lazy("a trained supervisor helps to look at the situations from outside"),
    "peer_supervision": lazy("colleagues turn real situations over together and find new answers"),
    "coaching": lazy("good questions help to find a way of one's own, and to see whether it works"),
    "partnership": lazy("two who practise the same keep each other going and give each other honest answers"),
    "new_hires": lazy("new eyes see what everybody else has stopped seeing"),
    "new_tasks": lazy("it is learned in earnest, in a task a little larger than usual"),
    "responsibility": lazy("it sticks when the responsibility is real, and somebody is there to back it up"),
    "rotation": lazy("the same work in another place shows other ways of doing it"),
    "shadowing": lazy("seeing how others do it gives something to take home"),
    "relations": lazy("a shared task teaches more about the others than talking about them"),
    "closer_follow_up": lazy("short, fixed talks with the manager keep it going when the weeks are busy"),
    "placement": lazy("close to those who can, there is something to hear and see every day"),
    "technology": lazy("trying it in the daily work, and showing it to others, makes it stay"),
    "action_learning": lazy("small attempts in the daily work show what helps"),
}
# What a method gives for a goal about that topic.
BENEFITS_FOR_TOPIC: dict[tuple[Topic, str], _StrPromise] = {
    (Topic.TALKS, "shadowing"): lazy("sitting in on the talks of somebody experienced shows how they do it"),
    (Topic.TALKS, "action_learning"): lazy("a new question is tried in the next talk, and the group hears what it did"),
    (Topic.TALKS, "partnership"): lazy("two go through the talk before it, and again after it"),
    (Topic.CONFLICTS, "peer_supervision"): lazy(
        "what happened is turned over with colleagues who know such situations"
    ),
    (Topic.CONFLICTS, "action_learning"): lazy(
        "one thing is tried the next time it begins, and talked about afterwards"
    ),
    (Topic.WRITING, "partnership"): lazy("two read each other's texts before they are sent"),
    (Topic.WRITING, "side_by_side"): lazy("the text is written together with somebody who does it well"),
    (Topic.WRITING, "responsibility"): lazy(
        "taking over the templates that everybody uses teaches what good looks like"
    ),
    (Topic.WRITING, "technology"): lazy("a tool makes the draft, and the eye for what to change is trained"),
    (Topic.LEADING, "mentor"): lazy("another leader has stood in the same place and can be asked about anything"),
    (Topic.LEADING, "shadowing"): lazy("a day with another leader shows what they do, and what they leave be"),
    (Topic.LEADING, "responsibility"): lazy("decisions are made within a frame, and talked over afterwards"),
    (Topic.MEETINGS, "responsibility"): lazy("a fixed meeting is taken over, with an honest answer after each one"),
    (Topic.MEETINGS, "shadowing"): lazy("visits to other meetings give one thing each to take home"),
    (Topic.TEACHING, "responsibility"): lazy("the next person who begins becomes a real task, with somebody to ask"),
    (Topic.TEACHING, "new_hires"): lazy("those who have just begun know best what they lacked"),
    (Topic.TEACHING, "side_by_side"): lazy("the next newcomer is guided together with a colleague who does it well"),
    (Topic.DIGITAL, "technology"): lazy("it is tried on a real task, and shown to the others when it works"),
    (Topic.DIGITAL, "side_by_side"): lazy("a colleague who knows it sits beside, and lets the learner's hands do it"),
    (Topic.DIGITAL, "responsibility"): lazy("being the person the others come to with it teaches the last part"),
    (Topic.FIGURES, "closer_follow_up"): lazy("the figures are laid before the manager at fixed times"),
    (Topic.FIGURES, "side_by_side"): lazy("the month's figures are gone through with somebody who does it every month"),
    (Topic.FIGURES, "placement"): lazy("some days a month with those who do the accounts answer many questions"),
    (Topic.CASES, "side_by_side"): lazy("the next cases are done together with somebody experienced"),
    (Topic.CASES, "peer_supervision"): lazy("real cases are turned over with colleagues, and the grounds grow clearer"),
    (Topic.CARE, "side_by_side"): lazy("it is learned with the hands, beside a colleague who can"),
    (Topic.CARE, "supervision"): lazy(
        "a supervisor helps to look at what happens between the citizen and the one who helps"
    ),
    (Topic.CARE, "responsibility"): lazy("it grows by being the person the others ask, with somebody to back it up"),
    (Topic.CHILDREN, "action_learning"): lazy(
        "one thing is tried with the children, looked at, and adjusted with the others"
    ),
    (Topic.CHILDREN, "shadowing"): lazy("a colleague's practice with the children gives new eyes on one's own"),
    (Topic.CRAFT, "side_by_side"): lazy("hands learn from hands: together first, then alone"),
    (Topic.CRAFT, "new_hires"): lazy("those who come from other places bring other methods and tools"),
    (Topic.KITCHEN, "shadowing"): lazy("a day in another kitchen gives recipes and methods to bring home"),
    (Topic.KITCHEN, "new_tasks"): lazy("a part of the menu to work with makes it real"),
    (Topic.TOGETHER, "relations"): lazy("it is learned with the others, in a task that is both sides' own"),
    (Topic.TOGETHER, "shadowing"): lazy("a day with the others shows what it looks like from their side"),
    (Topic.PLANNING, "closer_follow_up"): lazy("a quarter of an hour a week with the manager sorts what comes first"),
    (Topic.PLANNING, "side_by_side"): lazy("the next plan is made together with somebody who usually makes it"),
    (Topic.ROLE, "responsibility"): lazy("the role grows by having the area, with somebody to back it up"),
    (Topic.PRESENTING, "new_tasks"): lazy("first a small occasion, then a larger one"),
    (Topic.PRESENTING, "partnership"): lazy("two rehearse for each other, and say what came across"),
    (Topic.LANGUAGE, "partnership"): lazy("a fixed half hour with a colleague, in that language alone"),
    (Topic.SERVICE, "shadowing"): lazy("following a colleague, or those who come, shows where it pinches"),
    (Topic.SAFETY, "responsibility"): lazy("one danger is taken on and followed until it is mended"),
    (Topic.QUALITY, "action_learning"): lazy("one step is changed, counted for some weeks, and looked at together"),
    (Topic.GREEN, "new_tasks"): lazy("one thing is made greener, with a figure to follow"),
}


def reason_for(suggestion: MethodSuggestion) -> str:
    """Why the method is proposed, in a few words: what the goal is about."""
    if suggestion.about is not None:
        return _("Because the goal is about %(about)s") % {"about": TOPICS[suggestion.about]}
    if suggestion.words:
        return _("Because both the goal and the way speak of %(words)s") % {"words": _(" and ").join(suggestion.words)}
    return _("Fits most goals")


def benefit_of(suggestion: MethodSuggestion) -> str:
    """What the method gives for a goal of that topic, in one sentence; the summary of a method that is not ours."""
    for_topic = (
        BENEFITS_FOR_TOPIC.get((suggestion.about, suggestion.method.key)) if suggestion.about is not None else None
    )
    benefit = str(for_topic or BENEFITS.get(suggestion.method.key) or "")
    return f"{benefit[:1].upper()}{benefit[1:]}." if benefit else suggestion.method.summary
