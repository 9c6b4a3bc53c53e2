"""Files of a course agreement: add one, download one, remove one's own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from udbytte.access.agreements import agreements_readable_by, attachments_seen_by
from udbytte.models import AttachmentKind
from udbytte.runtime.clock import today
from udbytte.services.agreements.attachments import add_attachment, remove_attachment
from udbytte.services.errors import Refused
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission

from .course_details import AttachmentForm
from .page import show_failed


@require_POST
def add_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file to an agreement."""
    person, on = person_of(request), today()
    agreement = get_object_or_404(agreements_readable_by(person, on), pk=pk)
    form = AttachmentForm(request.POST, request.FILES)
    if form.is_valid():
        file, kind = form.cleaned_data["file"], AttachmentKind(form.cleaned_data["kind"])
        with Submission(form):
            add_attachment(agreement, kind=kind, name=file.name or "", content=file.read(), by=person, on=on)
            messages.success(request, _("The file is kept with the agreement."))
            return redirect("agreement", pk)
    return show_failed(request, pk, form, file_form=form)


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
