"""If a form is sent twice, only the first press counts."""

from __future__ import annotations

from functools import wraps
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from .request import View, person_of

KEPT_FOR = 60 * 60  # seconds


def once(view: View) -> View:
    """A page whose form makes something new. If the same form is sent again, it leads to what the first press made.

    A form is the same if its CSRF token, which each rendering has for itself, and everything filled in are the same.
    The cache is a table of the same database, so the second press waits for the transaction of the first. It counts if
    the first wrote nothing.
    """

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or "csrfmiddlewaretoken" not in request.POST:
            return view(request, *args, **kwargs)
        key = _key(request)
        with transaction.atomic():
            if not cache.add(key, "", KEPT_FOR):
                return HttpResponseRedirect(cache.get(key) or request.path)
            response = view(request, *args, **kwargs)
            if response.status_code == 302:
                cache.set(key, response["Location"], KEPT_FOR)
            else:
                cache.delete(key)
            return response

    return page


def _key(request: HttpRequest) -> str:
    files = sorted((name, file.name, file.size) for name, all_of in request.FILES.lists() for file in all_of)
    sent = (person_of(request).pk, request.path, sorted(request.POST.lists()), files)
    return f"sent:{sha256(repr(sent).encode()).hexdigest()}"
