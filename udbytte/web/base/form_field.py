"""A field of a form with its label, help and errors, put together here because pages have dozens of them."""

from __future__ import annotations

from django import template
from django.forms import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()
HIDDEN = '<input type="hidden" name="{}" value="{}" id="{}">'
TICKED = """
<div class="choices">
  <label for="{}">{} {}</label>
  {}
</div>
"""
CHOICES = """
<fieldset{}>
  <legend>{}</legend>
  <div class="choices">{}</div>
  {}
</fieldset>
"""
WRITTEN = """
<div class="ds-field">
  <label class="ds-label" for="{}">{}</label>
  {}
  {}
  {}
</div>
"""


@register.simple_tag
def form_field(field: BoundField) -> SafeString:
    """The field by its kind: hidden, ticked, chosen among options that all show, or written."""
    widget = field.field.widget
    if field.is_hidden:
        value = field.value()
        return format_html(HIDDEN, field.html_name, "" if value is None else value, field.auto_id)
    if field.widget_type == "checkbox":
        return format_html(TICKED, field.id_for_label or "", field, field.label, _errors(field, "-error"))
    if getattr(widget, "input_type", "") == "radio" or field.widget_type == "checkboxselectmultiple":
        options = ((option.id_for_label, option.tag(), option.choice_label) for option in field)
        shown = format_html_join("", '<label for="{}">{} {}</label>', options)
        described = format_html(' aria-describedby="{}-error"', field.auto_id) if field.errors else ""
        return format_html(CHOICES, described, field.label, shown, _errors(field, "-error"))
    explained = '<div data-field="description" id="{}_helptext">{}</div>'
    explained = format_html(explained, field.auto_id, field.help_text) if field.help_text else ""
    return format_html(WRITTEN, field.auto_id, field.label, explained, field, _errors(field, "_error"))


def _errors(field: BoundField, ending: str) -> SafeString:
    """What is wrong with what was typed; `ending` of its id."""
    errors = ((field.auto_id, ending, error) for error in field.errors)
    return format_html_join("", '<p class="error" id="{}{}">{}</p>', errors)
