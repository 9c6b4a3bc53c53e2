"""The pages of imports: choose a file, see what it would change, import it, and look at it later."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from udbytte.models import ImportRun
from udbytte.models.imports import ImportState
from udbytte.services.errors import Refused
from udbytte.web.base.components import Table, TableRow
from udbytte.web.base.once import once
from udbytte.web.base.request import only, person_of

from . import tasks
from .jobs import requeue_import, store_upload
from .labels import COURSES, ORGANISATION, ImportKind
from .readers.text_files import MAX_BYTES
from .report import VERDICTS

JOBS: dict[str, Any] = {ORGANISATION.kind: tasks.organisation, COURSES.kind: tasks.courses}
EARLIER = 30
SHOWN_PROBLEMS = 100


class FileForm(forms.Form):
    file = forms.FileField(label=lazy("File"), widget=forms.FileInput(attrs={"class": "ds-input"}))

    def __init__(self, import_kind: ImportKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = import_kind.file_help
        self.fields["file"].widget.attrs["accept"] = import_kind.accepted_files

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is not None and file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 200 MB."))
        return file


class ColumnsForm(forms.Form):
    """Ask for the column of each field, when the columns of a table were not recognised."""

    def __init__(self, import_kind: ImportKind, columns: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Recognise it, or leave it out")), *((column, column) for column in columns)]
        for field, label in import_kind.columns.items():
            select = forms.Select(attrs={"class": "ds-input"})
            self.fields[field] = forms.ChoiceField(label=label, choices=choices, required=False, widget=select)


@once
def imports(request: HttpRequest, import_kind: ImportKind) -> HttpResponse:
    """Choose a file, which is then tried out, and see earlier imports."""
    form = FileForm(import_kind, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file: UploadedFile = form.cleaned_data["file"]
        try:
            with transaction.atomic():
                run = store_upload(
                    kind=import_kind.kind,
                    filename=file.name or "",
                    content=file.read(),
                    by=person_of(request),
                    now=timezone.now(),
                )
                JOBS[import_kind.kind].defer(run=run.pk)
            return redirect(import_kind.detail_url, run.pk)
        except Refused as refused:
            form.add_error("file", refused.message)
    earlier = ImportRun.objects.filter(kind=import_kind.kind).select_related("by").defer("content", "report")[:EARLIER]
    status = 422 if request.method == "POST" else 200
    return render(
        request, "imports/imports.html", {"import_kind": import_kind, "form": form, "earlier": earlier}, status=status
    )


def import_run(request: HttpRequest, import_kind: ImportKind, pk: int) -> HttpResponse:
    """One import: its progress, or what it changed or would change. For htmx only the part that changes."""
    run = get_object_or_404(ImportRun.objects.select_related("by").defer("content"), pk=pk, kind=import_kind.kind)
    template = "imports/import.html#run" if request.headers.get("HX-Request") else "imports/import.html"
    return render(request, template, _context(run, import_kind))


def _context(run: ImportRun, import_kind: ImportKind) -> dict[str, Any]:
    report = run.report or {}
    busy = run.state in (ImportState.WAITING, ImportState.RUNNING)
    has_content = ImportRun.objects.filter(pk=run.pk).exclude(content=b"").exists()
    context: dict[str, Any] = {"import_kind": import_kind, "run": run, "busy": busy, "report": report}
    context["doing"] = import_kind.doing.get(run.doing, "")
    if busy or not report:
        return context
    counts = report["counts"]
    confirming = report["needs_confirmation"]

    def field(key: str) -> str:
        """The label of a field; the name of a column as it is; empty for problems of the whole file or row."""
        return "" if key in ("confirm", "row") else str(import_kind.columns.get(key, key))

    def listed(name: str) -> list[tuple[dict[str, Any], str]]:
        return [(problem, field(problem["field"])) for problem in report.get(name, [])[:SHOWN_PROBLEMS]]

    return context | {
        "counts": Table(
            columns=[_("What changes"), *map(str, import_kind.verdicts.values()), _("Unchanged")],
            rows=[
                TableRow(name, [counts[kind][verdict] for verdict in VERDICTS])
                for kind, name in import_kind.kinds.items()
            ],
            label=_("What changes"),
        ),
        "examples": [(word, report["examples"][verdict]) for verdict, word in import_kind.verdicts.items()],
        "problems": listed("problems"),
        "notes": listed("notes"),
        "not_recognised": ", ".join(field(name) for name in report["missing"]),
        "more_problems": max(0, report["problem_count"] - SHOWN_PROBLEMS),
        "more_notes": max(0, report.get("note_count", 0) - SHOWN_PROBLEMS),
        "bad_rows": report["problem_count"] - int(confirming),
        "confirm": import_kind.confirm % {"ends": report["ends"], "current": report["current"]},
        "can_import": has_content and not report["written"] and not report["missing"],
        "columns": ColumnsForm(import_kind, report["columns"]) if report["missing"] and has_content else None,
        "changes": any(report[verdict] for verdict in VERDICTS[:-1]),
    }


def import_go(request: HttpRequest, import_kind: ImportKind, pk: int) -> HttpResponse:
    """Import the file that was tried out, or try it out again with a mapping of columns."""
    run = get_object_or_404(ImportRun.objects.defer("content"), pk=pk, kind=import_kind.kind)
    options: dict[str, Any] = {"dry_run": False}
    if "columns" in request.POST:
        columns = {field: request.POST.get(field, "") for field in import_kind.columns}
        options = {"dry_run": True, "mapping": {field: column for field, column in columns.items() if column}}
    options |= {name: name in request.POST for name in ("skip_bad", "confirm")}
    try:
        with transaction.atomic():
            requeue_import(run, **options)
            JOBS[import_kind.kind].defer(run=run.pk)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(import_kind.detail_url, pk)


def addresses(start: str, import_kind: ImportKind) -> list[URLPattern]:
    """The addresses of one kind of import. Its pages show no imports of another kind."""
    options, guard = {"import_kind": import_kind}, only(import_kind.is_allowed)
    return [
        path(start, guard(imports), options, name=import_kind.list_url),
        path(f"{start}<int:pk>/", guard(import_run), options, name=import_kind.detail_url),
        path(f"{start}<int:pk>/importer/", guard(require_POST(import_go)), options, name=import_kind.start_url),
    ]


urlpatterns = [*addresses("organisation/import/", ORGANISATION), *addresses("kurser/import/", COURSES)]
