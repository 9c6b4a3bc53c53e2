"""Template tags and types for what pages are made of: a form with one button, and a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms, template

register = template.Library()


@dataclass(frozen=True, slots=True)
class TableRow:
    """A head, which may be a link, and a figure for each further column, or None for a dash.

    Without figures the `note` says why there are none.
    """

    head: object
    cells: Sequence[object] = ()
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """What components/table.html shows: the first column holds heads, all others figures.

    With a `label` the table scrolls by itself on a narrow screen; `empty` stands where there are no rows.
    """

    columns: Sequence[str]
    rows: Sequence[TableRow]
    label: str = ""
    empty: str = ""

    @property
    def width(self) -> int:
        """How many columns hold figures."""
        return len(self.columns) - 1


@register.inclusion_tag("components/form.html", takes_context=True)
def post_form(
    context: template.Context,
    label: str,
    *,
    action: str = "",
    do: str = "",
    fields: forms.BaseForm | None = None,
    variant: str = "",
    css: str = "",
    named: str = "",
    folded: str = "",
) -> dict[str, Any]:
    """A form that is posted with one button.

    `label` stands on the button, which is `variant` "secondary", "tertiary" or "plain", else the loud one. It goes to
    `action`, else to this page; `do` says what the page is to do. `fields` are the form whose fields are asked, `css` a
    class, `folded` the words that open it, and `named` what the button is called where its label says too little.
    """
    return {
        "csrf_token": context.get("csrf_token"),
        "label": label,
        "action": action,
        "do": do,
        "form": fields,
        "variant": variant,
        "css": css,
        "named": named,
        "folded": folded,
    }
