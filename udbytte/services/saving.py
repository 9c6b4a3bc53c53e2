"""Saving a row that somebody filled in."""

from __future__ import annotations

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from .errors import Refused


def save(row: models.Model) -> None:
    """Save a row that keeps all rules of its model, else Refused with the first thing that is wrong."""
    try:
        row.full_clean()
    except ValidationError as error:
        field, said = next(iter(error.message_dict.items()))
        raise Refused(said[0], "" if field == NON_FIELD_ERRORS else field) from None
    row.save()
