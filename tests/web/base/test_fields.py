"""Fields that are put together by us read as Django's own."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from udbytte.web.base.fields import DayInput, Renderer


class Everything(forms.Form):
    line = forms.CharField(max_length=30, help_text="help", initial="<&\"'")
    number = forms.IntegerField(min_value=0, required=False, initial=0)
    day = forms.DateField(widget=DayInput)
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "autofocus": True, "readonly": False}))
    kept = forms.CharField(widget=forms.HiddenInput)
    email = forms.EmailField()
    choice = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)


class Parts(HTMLParser):
    """The tags with their attributes in any order, and the text between."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, sorted(attrs, key=str)))

    def handle_data(self, data: str) -> None:
        self.found.append(data.strip())


@pytest.mark.parametrize("data", [None, {"line": "</textarea>", "text": "<b>\n", "day": "2026-03-02"}, {"text": ""}])
def test_every_field_reads_as_djangos_own(data: dict[str, Any] | None) -> None:
    ours, djangos = Everything(data, renderer=Renderer()), Everything(data, renderer=DjangoTemplates())
    for name in Everything.base_fields:
        assert Parts(str(ours[name])).found == Parts(str(djangos[name])).found, name
