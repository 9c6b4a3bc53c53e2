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
    "side_by_side": lazy("you solve the task together with somebody who knows it, until you can do it yourself"),
    "mentor": lazy("an experienced colleague shares what works and helps you when it gets difficult"),
    "supervision": lazy("a trained supervisor helps you see the situations from outside"),
    "peer_supervision": lazy("you discuss real situations with colleagues and get new ideas"),
    "coaching": lazy("you are asked good questions, and find out what works for you"),
    "partnership": lazy("you practise the same as a colleague, and give each other honest feedback"),
    "new_hires": lazy("a new colleague tells you what others no longer notice"),
    "new_tasks": lazy("you learn it in a task that is a little larger than usual"),
    "responsibility": lazy("you get real responsibility, and somebody to turn to"),
    "rotation": lazy("you do the same work in another place, and see other ways of doing it"),
    "shadowing": lazy("you see how others do it, and get ideas for your own work"),
    "relations": lazy("you solve a task together with the others, and get to know how they work"),
    "closer_follow_up": lazy("you have short, fixed talks with your manager, so it does not stop in busy weeks"),
    "placement": lazy("you work close to those who know it, and learn from them every day"),
    "technology": lazy("you use it in your daily work and show it to others, so you remember it"),
    "action_learning": lazy("you try small changes in your daily work, and see what helps"),
}
# What a method gives for a goal about that topic.
BENEFITS_FOR_TOPIC: dict[tuple[Topic, str], _StrPromise] = {
    (Topic.TALKS, "shadowing"): lazy("you sit in on an experienced colleague's talks, and hear how they do it"),
    (Topic.TALKS, "action_learning"): lazy("you try a new question in your next talk, and tell the group how it went"),
    (Topic.TALKS, "partnership"): lazy("you go through the talk with a colleague, before and after"),
    (Topic.CONFLICTS, "peer_supervision"): lazy(
        "you go through what happened with colleagues who know such situations"
    ),
    (Topic.CONFLICTS, "action_learning"): lazy(
        "you try one thing the next time it happens, and talk about it afterwards"
    ),
    (Topic.WRITING, "partnership"): lazy("you and a colleague read each other's texts before you send them"),
    (Topic.WRITING, "side_by_side"): lazy("you write the text together with somebody who is good at it"),
    (Topic.WRITING, "responsibility"): lazy(
        "you take over the templates that everybody uses, and learn what makes a good text"
    ),
    (Topic.WRITING, "technology"): lazy("you let a tool write the draft, and practise what to change"),
    (Topic.LEADING, "mentor"): lazy("you can ask a leader who has been in the same situation"),
    (Topic.LEADING, "shadowing"): lazy(
        "you follow another leader for a day, and see what they do, and what they do not"
    ),
    (Topic.LEADING, "responsibility"): lazy("you make decisions within agreed limits, and talk about them afterwards"),
    (Topic.MEETINGS, "responsibility"): lazy("you take over a regular meeting, and get honest feedback each time"),
    (Topic.MEETINGS, "shadowing"): lazy("you visit other meetings, and bring one idea home from each"),
    (Topic.TEACHING, "responsibility"): lazy(
        "you welcome the next new colleague, and have somebody to ask along the way"
    ),
    (Topic.TEACHING, "new_hires"): lazy("you ask those who have just begun what they lacked"),
    (Topic.TEACHING, "side_by_side"): lazy("you guide the next new colleague together with somebody who is good at it"),
    (Topic.DIGITAL, "technology"): lazy("you try it on a real task, and show the others when it works"),
    (Topic.DIGITAL, "side_by_side"): lazy("a colleague who knows it guides you while you do it yourself"),
    (Topic.DIGITAL, "responsibility"): lazy(
        "you become the one whom the others ask, and learn the last part from their questions"
    ),
    (Topic.FIGURES, "closer_follow_up"): lazy("you go through the figures with your manager at fixed times"),
    (Topic.FIGURES, "side_by_side"): lazy("you go through the month's figures with somebody who does it every month"),
    (Topic.FIGURES, "placement"): lazy(
        "you work some days a month with those who do the accounts, and get your questions answered"
    ),
    (Topic.CASES, "side_by_side"): lazy("you do the next cases together with an experienced colleague"),
    (Topic.CASES, "peer_supervision"): lazy(
        "you discuss real cases with colleagues, and become better at giving grounds"
    ),
    (Topic.CARE, "side_by_side"): lazy("you practise it together with a colleague who knows it"),
    (Topic.CARE, "supervision"): lazy("a supervisor helps you look at what happens between you and the citizen"),
    (Topic.CARE, "responsibility"): lazy(
        "you gain experience when the others begin to ask you, and you have somebody to turn to"
    ),
    (Topic.CHILDREN, "action_learning"): lazy(
        "you try one thing with the children, and adjust it together with the others"
    ),
    (Topic.CHILDREN, "shadowing"): lazy("you get ideas from seeing how a colleague works with the children"),
    (Topic.CRAFT, "side_by_side"): lazy("you solve the task together, until you can do it alone"),
    (Topic.CRAFT, "new_hires"): lazy("you learn methods and tools from colleagues who come from other places"),
    (Topic.KITCHEN, "shadowing"): lazy("you spend a day in another kitchen, and bring recipes and methods home"),
    (Topic.KITCHEN, "new_tasks"): lazy("you get a part of the menu of your own to work with"),
    (Topic.TOGETHER, "relations"): lazy("you solve a task that both of you are responsible for"),
    (Topic.TOGETHER, "shadowing"): lazy("you spend a day with the others, and see it from their side"),
    (Topic.PLANNING, "closer_follow_up"): lazy(
        "you spend a quarter of an hour a week with your manager, and decide what comes first"
    ),
    (Topic.PLANNING, "side_by_side"): lazy("you make the next plan together with somebody who usually makes it"),
    (Topic.ROLE, "responsibility"): lazy("you take over the area, and have somebody to turn to"),
    (Topic.PRESENTING, "new_tasks"): lazy("you begin with a small occasion, and take a larger one next time"),
    (Topic.PRESENTING, "partnership"): lazy("you rehearse for each other, and say what you understood"),
    (Topic.LANGUAGE, "partnership"): lazy("you speak only that language with a colleague, a fixed half hour at a time"),
    (Topic.SERVICE, "shadowing"): lazy("you follow a colleague or a visitor, and see where it is difficult"),
    (Topic.SAFETY, "responsibility"): lazy("you take on one danger, and follow it up until it is gone"),
    (Topic.QUALITY, "action_learning"): lazy(
        "you change one step, count for some weeks, and look at the result together"
    ),
    (Topic.GREEN, "new_tasks"): lazy("you make one thing greener, and follow it with a figure"),
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
