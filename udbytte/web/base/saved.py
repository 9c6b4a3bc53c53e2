"""The message that something is saved, with a button that undoes it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from udbytte.models import Press
from udbytte.models.formatting import clock

TAG = "undo-"  # before the id of the press, in the tags of a message


def say_saved(request: HttpRequest, text: str, press: Press | None) -> None:
    """Say on the next page what was saved; with a press, it can be undone there."""
    messages.success(request, text, extra_tags=f"{TAG}{press.pk}" if press is not None else "")


def undo_address_of(message: Message) -> str:
    """The address that undoes what the message says; empty if nothing does."""
    pk = (message.extra_tags or "").removeprefix(TAG)
    return reverse("undo", args=[int(pk)]) if pk.isdecimal() else ""


def offers_undo(request: HttpRequest) -> bool:
    """Whether a message on this page has the button already."""
    return any(undo_address_of(message) for message in messages.get_messages(request))


def undo_sentence(press: Press) -> str:
    """Until when it can be undone."""
    words = {"time": clock(press.until)}
    return _("You can undo this until %(time)s. Nobody is notified before then.") % words
