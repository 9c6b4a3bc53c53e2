"""Import of an organisation: read a file, compare it with what is known, write the difference."""

from .organisation import import_organisation
from .report import Report

__all__ = ["Report", "import_organisation"]
