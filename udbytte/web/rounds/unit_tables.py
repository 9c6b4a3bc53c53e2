"""Tables of a round: one row for each unit; counts of fewer than five people are not shown."""

from __future__ import annotations

from django.utils.translation import gettext as _

from udbytte.models import Round
from udbytte.queries.rounds.closing import Closing
from udbytte.queries.rounds.rounds import Progress
from udbytte.queries.rounds.rules import Alignment
from udbytte.web.base.addresses import page_address
from udbytte.web.base.components import Table, TableRow

PROGRESS = ("people", "planned", "held", "declined", "resting", "unplanned")
ALIGNMENT = ("people", "read", "waits", "met")


def progress_table(round_: Round, progress: Progress) -> Table:
    """How many conversations are planned, held, declined and so on."""
    heads = (_("Employees"), _("Planned"), _("Held"), _("Declined"), _("On leave"), _("Not planned"))
    return Table(
        columns=(_("Unit"), *heads),
        rows=[
            TableRow(
                unit,
                tuple(sums.get(name, 0) for name in PROGRESS) if sums else (),
                url=f"{page_address('figures-of', unit.pk)}?runde={round_.pk}",
                note=_("too few to show"),
            )
            for unit, sums in progress.parts
        ],
        label=_("Conversations by unit"),
    )


def alignment_table(alignment: Alignment) -> Table:
    """How many have read the rules, wait for an answer, and were at a kick-off."""
    return Table(
        columns=(_("Unit"), _("People"), _("Rules read"), _("Question waits"), _("At a kick-off")),
        rows=[
            TableRow(unit, tuple(sums[name] for name in ALIGNMENT) if sums else (), note=_("too few to show"))
            for unit, sums in alignment.parts
        ],
        label=_("Ready for the conversations?"),
    )


def closing_table(closing: Closing) -> Table:
    """How many conversations were not held, and how many agreements are open."""
    return Table(
        columns=(_("Unit"), _("Conversations not counted as held"), _("Open agreements")),
        rows=[
            TableRow(unit, (counts.not_held, counts.open) if counts.is_known else (), note=_("too few to show"))
            for unit, counts in closing.parts
        ],
        label=_("Unit by unit"),
    )
