"""Template tags and types for what pages are made of: a form with one button, and a table."""

from __future__ import annotations

from typing import Any

from django import forms, template

register = template.Library()


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
