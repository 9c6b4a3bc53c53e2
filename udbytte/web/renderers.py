"""How the fields of forms become HTML."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import format_html

INPUTS = frozenset(f"django/forms/widgets/{kind}.html" for kind in ("text", "number", "date", "email", "hidden"))
AREA = "django/forms/widgets/textarea.html"


class Renderer(DjangoTemplates):
    """Django's own, but plain inputs are put together here: three templates within one another take far longer."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name not in INPUTS and template_name != AREA:
            return super().render(template_name, context, request)
        widget = context["widget"]
        name, value, rest = widget["name"], widget["value"], flatatt(widget["attrs"])
        if template_name == AREA:
            return format_html('<textarea name="{}"{}>\n{}</textarea>', name, rest, "" if value is None else value)
        said = "" if value is None else format_html(' value="{}"', value)
        return format_html('<input type="{}" name="{}"{}{}>', widget["type"], name, said, rest)
