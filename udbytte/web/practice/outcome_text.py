"""Outcomes of a practice method or a course, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from udbytte.queries.practice.outcomes import ReportedOutcomes


def learned_much(outcomes: ReportedOutcomes | None) -> str:
    """How many of those who reported their outcome learned much; empty if there are too few of them."""
    return _("%(much)s of %(told)s learned much") % {"much": outcomes.much, "told": outcomes.told} if outcomes else ""


def would_recommend(outcomes: ReportedOutcomes | None) -> str:
    """How many of those who were asked would recommend it; empty if there are too few of them."""
    if outcomes is None or not outcomes.asked:
        return ""
    numbers = {"yes": outcomes.recommend, "asked": outcomes.asked}
    return _("%(yes)s of %(asked)s would recommend it to a colleague") % numbers
