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
        if isinstance(node.template.var, str):
            get_template(node.template.var)
    for node in template.nodelist.get_nodes_by_type(ExtendsNode):
        if isinstance(node.parent_name.var, str):
            get_template(node.parent_name.var)
