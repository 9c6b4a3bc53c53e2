"""The contents list of a conversation's page."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.models import Conversation
from udbytte.web.base.contents import Part

from .preparation import PreparationPart
from .signing import Signing


def counts_text(goals: int, agreements: int) -> str:
    """How many there are, as in "2 goals, 3 agreements"."""
    goal_count = ngettext("%(count)s goal", "%(count)s goals", goals) % {"count": goals}
    agreement_count = ngettext("%(count)s agreement", "%(count)s agreements", agreements) % {"count": agreements}
    return f"{goal_count}, {agreement_count}"


def parts_of(
    conversation: Conversation,
    signing: Signing | None,
    *,
    shows_last: bool,
    asked: int,
    answered: int,
    preparation: PreparationPart,
    sees_plan: bool,
    plan_counts: str,
    is_agreed: bool,
) -> list[Part]:
    """The parts of the page that the person sees.

    `asked` counts the agreements that are open from earlier rounds, `answered` those of them that have an answer.
    """
    parts = []
    if shows_last:
        count = _("%(count)s of %(all)s") % {"count": answered, "all": asked} if asked else ""
        parts.append(Part("last", _("Since last time"), answered == asked if asked else None, count))
    if preparation.others or preparation.about_last:
        parts.append(Part("prepare", _("Preparation"), preparation.shared))
    if sees_plan:
        parts.append(Part("agree", _("Goals and agreements"), is_agreed, plan_counts))
    parts.append(Part("notes", _("Notes"), bool(conversation.notes.strip()), field="notes"))
    if sees_plan:
        parts.append(Part("sign", _("Review and sign"), signing is not None and signing.signed_by_both))
    return parts
