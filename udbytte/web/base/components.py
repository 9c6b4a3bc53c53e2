"""Template tags and types for what pages are made of: a form with one button, and a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from udbytte.models import Employment
from udbytte.models.formatting import percent
from udbytte.models.labels import works_council

from .saved import undo_address_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"  # the content type of a workbook
register = template.Library()
register.filter("undo_address", undo_address_of)


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a row offers: a link, or with `do` a form that posts what is to be done.

    `named` says about what it is, for those who do not see the row.
    """

    label: str
    url: str
    do: str = ""
    variant: str = ""  # as in `post_form`
    named: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A head, which may be a link, with a quiet line below it (`sub`), and a figure or a text for each further column.

    None is a dash.

    Without figures the `note` says why. The `actions` stand in the last column.
    """

    head: object
    cells: Sequence[object] = ()
    url: str = ""
    note: str = ""
    sub: str = ""
    actions: Sequence[Action] = ()

    @property
    def parts(self) -> list[tuple[object, bool]]:
        """The cells, each with whether it is a figure."""
        return [(cell, isinstance(cell, int)) for cell in self.cells]


@dataclass(frozen=True, slots=True)
class Table:
    """What components/table.html shows: the first column holds heads, all others figures.

    With a `label` the table scrolls by itself on a narrow screen; `empty` stands where there are no rows.
    """

    columns: Sequence[str]
    rows: Sequence[TableRow]
    label: str = ""
    empty: str = ""
    css: str = ""  # "cards": on a phone each row is a card

    @property
    def width(self) -> int:
        """How many columns hold figures."""
        return len(self.columns) - 1

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """The columns, each with whether it is aligned as figures. A table of cards has texts as well."""
        known = self.rows[0].parts if self.css and self.rows else []
        aligned = [False, *(is_figure for _cell, is_figure in known)] if self.css else [False] + [True] * self.width
        return [(column, number < len(aligned) and aligned[number]) for number, column in enumerate(self.columns)]


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


@register.inclusion_tag("components/back.html")
def back(page: str, name: str, *args: object) -> dict[str, str]:
    """The way back to the page that this one lies in, with its name: `{% back "round" round.name round.pk %}`."""
    return {"url": reverse(page, args=args), "name": name}


register.simple_tag(percent, name="percent")
register.simple_tag(works_council)


@register.simple_tag
def person_option(job: Employment, typed: str = "") -> SafeString:
    """A colleague as a suggestion. It begins with what was typed if the name is spelled otherwise.

    A browser shows only suggestions that have the letters that were typed.
    """
    value = f"{job.person.name}, {job.unit.name} #{job.person_id}"
    typed = " ".join(typed.split())
    begins = "" if typed.casefold() in value.casefold() else f"{typed}: "
    return format_html('<option value="{}"></option>', begins + value)
