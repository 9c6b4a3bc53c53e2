"""Imports: read a file, compare it with what is known, write the difference."""

from .courses import import_courses
from .organisation import import_organisation
from .report import Report

__all__ = ["Report", "import_courses", "import_organisation"]
