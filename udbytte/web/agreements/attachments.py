"""Files of a course agreement: add one, download one, remove one's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from udbytte.access.agreements import agreements_readable_by, attachments_seen_by
from udbytte.models import AttachmentKind
from udbytte.runtime.clock import today
from udbytte.services.agreements.attachments import add_attachment, remove_attachment
from udbytte.services.errors import Refused
from udbytte.web.base.fields import FileField
from udbytte.web.base.request import person_of


class AttachmentForm(forms.Form):
    """One file, and what it is."""

    kind = forms.ChoiceField(label=lazy("What it is"), choices=AttachmentKind.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "file_%s"} | kwargs))
        self.fields["file"] = FileField(_("File"))
        self.fields["file"].required = True
        self.fields["file"].widget.attrs["class"] = "ds-input"


@require_POST
def add_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file to an agreement. If it cannot be added, the agreement's page says why."""
    agreement = get_object_or_404(agreements_readable_by(person_of(request), today()), pk=pk)
    form = AttachmentForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        kind = AttachmentKind(form.cleaned_data["kind"])
        try:
            add_attachment(
                agreement, kind=kind, name=file.name or "", content=file.read(), by=person_of(request), on=today()
            )
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("The file is kept with the agreement."))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("agreement", pk)


@never_cache
@require_GET
def download(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """The file as a download, so that the browser neither shows nor runs it on our pages."""
    attachment = get_object_or_404(attachments_seen_by(person_of(request), today()), pk=file, agreement=pk)
    response = HttpResponse(bytes(attachment.content), content_type=attachment.content_type)
    response["Content-Disposition"] = content_disposition_header(True, attachment.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_POST
def remove_file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Remove one's own file."""
    person, on = person_of(request), today()
    attachment = get_object_or_404(attachments_seen_by(person, on), pk=file, agreement=pk)
    try:
        remove_attachment(attachment, by=person, on=on)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The file is taken away."))
    return redirect("agreement", pk)


urlpatterns = [
    path("aftaler/<int:pk>/filer/", add_file, name="add-file"),
    path("aftaler/<int:pk>/filer/<int:file>/", download, name="file"),
    path("aftaler/<int:pk>/filer/<int:file>/fjern/", remove_file, name="remove-file"),
]
