"""Each template can be read, and each template that another one names is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template.base import Template
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode, IncludeNode

import udbytte

FOLDER = Path(udbytte.__file__).parent / "templates"
NAMES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.*"))


@pytest.mark.parametrize("name", NAMES)
def test_the_templates_that_a_template_names_are_there(name: str) -> None:
    template: Template = get_template(name).template  # type: ignore[attr-defined]
    for node in template.nodelist.get_nodes_by_type(IncludeNode):
        named = getattr(node, "template").var  # noqa: B009 the stubs know the base class only
        if isinstance(named, str):
            get_template(named)
    for node in template.nodelist.get_nodes_by_type(ExtendsNode):
        named = getattr(node, "parent_name").var  # noqa: B009
        if isinstance(named, str):
            get_template(named)
