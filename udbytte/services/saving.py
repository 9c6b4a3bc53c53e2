"""Saving a row that somebody filled in."""

from __future__ import annotations

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from .errors import Refused


def save(row: models.Model) -> None:
    """Save a row that keeps all rules of its model, else Refused with the first thing that is wrong."""
    _check(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        _check(row)  # somebody else saved the same at the same moment: now it is seen
        raise


def _check(row: models.Model) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        field, said = next(iter(error.message_dict.items()))
        raise Refused(said[0], "" if field == NON_FIELD_ERRORS else field) from None
