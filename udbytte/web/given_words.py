"""What a way or a course gave, in words; empty where nothing may be told."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..queries.given import Given


def much_of(given: Given | None) -> str:
    """Of those who told, how many learned much."""
    return _("%(much)s of %(told)s learned much") % {"much": given.much, "told": given.told} if given else ""


def recommended(given: Given | None) -> str:
    """Of those who said, how many would recommend it; empty where too few did."""
    if given is None or not given.asked:
        return ""
    numbers = {"yes": given.recommend, "asked": given.asked}
    return _("%(yes)s of %(asked)s would recommend it to a colleague") % numbers
