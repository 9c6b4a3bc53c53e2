"""What stands in the form of a choice: its fields, what it leads to, and its button."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from udbytte.web.base.form_field import form_field

from .buttons import Choice

register = template.Library()
FIELDS = """
<input type="hidden" name="csrfmiddlewaretoken" value="{}">
<input type="hidden" name="turn" value="{}">
<input type="hidden" name="event" value="{}">
{}
{}
{}
<button type="submit" class="ds-button" data-variant="{}">{}</button>
"""


@register.simple_tag(takes_context=True)
def choice_fields(context: template.Context, choice: Choice) -> SafeString:
    """The inside of the form; a page has many choices, and a template for each takes long."""
    form = choice.form
    refused = form.non_field_errors() if form.is_bound else ()
    return format_html(
        FIELDS,
        context.get("csrf_token"),
        form["turn"].value(),
        form.chosen,
        format_html_join("", '<p class="message error" role="alert">{}</p>', ((error,) for error in refused)),
        format_html_join("", "{}", ((form_field(field),) for field in form.visible_fields())),
        format_html('<p class="quiet small follows">{}</p>', choice.follows) if choice.follows else "",
        "secondary" if choice.secondary else "primary",
        choice.label,
    )
