"""Imports for administrators: choose a file, see what it would do, import it, come back to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from ..access.people import Roles
from ..formats.columns import FIELDS
from ..formats.tables import MAX_BYTES
from ..models import ImportRun
from ..models.imports import ImportState
from ..services.errors import Refused
from ..services.imports.report import VERDICTS
from ..services.imports.runs import run_again, take_in
from ..tasks.imports import organisation as job
from .pages import only, person_of

EARLIER = 30
SHOWN_PROBLEMS = 100
DOING = {
    "reading": lazy("Reading the file"),
    "comparing": lazy("Comparing with what is known"),
    "units": lazy("Writing units"),
    "people": lazy("Writing people"),
    "employments": lazy("Writing employments"),
    "managers": lazy("Writing who manages what"),
    "settling": lazy("Finding out who holds whose conversation"),
}
KINDS = {
    "units": lazy("Units"),
    "people": lazy("People"),
    "employments": lazy("Employments"),
    "managers": lazy("Manager roles"),
}
WORDS = {"new": lazy("New"), "changed": lazy("Changed"), "moved": lazy("Moved"), "left": lazy("Left")}
COLUMNS = {
    "name": lazy("Name"),
    "given_name": lazy("First name"),
    "family_name": lazy("Last name"),
    "email": lazy("E-mail"),
    "unit": lazy("Unit, with its path from the top"),
    "title": lazy("Title"),
    "manager": lazy("The manager's e-mail"),
    "from": lazy("First day"),
    "to": lazy("Last day"),
    "employee_id": lazy("Employee number"),
    "cpr": lazy("CPR number (used within the file only)"),
}


def _imports(mine: Roles) -> bool:
    return mine.is_administrator


class FileForm(forms.Form):
    file = forms.FileField(
        label=lazy("File"),
        help_text=lazy("A table (CSV or XLSX), a zip of the four CSV files, or EMUS XML; at most 200 MB."),
        widget=forms.FileInput(attrs={"class": "ds-input", "accept": ".csv,.txt,.xlsx,.zip,.xml"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is not None and file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 200 MB."))
        return file


class ColumnsForm(forms.Form):
    """Which column each field is, for a table whose columns were not recognised."""

    def __init__(self, columns: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Recognise it, or leave it out")), *((column, column) for column in columns)]
        for field in FIELDS:
            select = forms.Select(attrs={"class": "ds-input"})
            self.fields[field] = forms.ChoiceField(label=COLUMNS[field], choices=choices, required=False, widget=select)


@only(_imports)
def imports(request: HttpRequest) -> HttpResponse:
    """Choose a file, which is tried out first; below, the imports there have been."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file: UploadedFile = form.cleaned_data["file"]
        try:
            with transaction.atomic():
                run = take_in(filename=file.name or "", content=file.read(), by=person_of(request), now=timezone.now())
                job.defer(run=run.pk)
            return redirect("import", run.pk)
        except Refused as refused:
            form.add_error("file", refused.message)
    earlier = ImportRun.objects.select_related("by").defer("content", "report")[:EARLIER]
    status = 422 if request.method == "POST" else 200
    return render(request, "imports/imports.html", {"form": form, "earlier": earlier}, status=status)


@only(_imports)
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: how far it is, or what it did or would do. Asked by htmx, only what changes."""
    run = get_object_or_404(ImportRun.objects.select_related("by").defer("content"), pk=pk)
    template = "imports/import.html#run" if request.headers.get("HX-Request") else "imports/import.html"
    return render(request, template, _told(run))


def _field(key: str) -> str:
    """What a field is called to people; a column by its own name, and nothing for the whole file."""
    return "" if key == "confirm" else str(COLUMNS.get(key, key))


def _told(run: ImportRun) -> dict[str, Any]:
    report = run.report or {}
    busy = run.state in (ImportState.WAITING, ImportState.RUNNING)
    problems = report.get("problems", [])
    has_content = ImportRun.objects.filter(pk=run.pk).exclude(content=b"").exists()
    told: dict[str, Any] = {"run": run, "busy": busy, "report": report, "doing": DOING.get(run.doing, "")}
    if busy or not report:
        return told
    counts = report["counts"]
    confirming = report["needs_confirmation"]
    return told | {
        "verdicts": [*WORDS.values(), _("Unchanged")],
        "rows": [(name, [counts[kind][verdict] for verdict in VERDICTS]) for kind, name in KINDS.items()],
        "examples": [(word, report["examples"][verdict]) for verdict, word in WORDS.items()],
        "problems": [(problem, _field(problem["field"])) for problem in problems[:SHOWN_PROBLEMS]],
        "not_recognised": ", ".join(_field(field) for field in report["missing"]),
        "more_problems": max(0, report["problem_count"] - SHOWN_PROBLEMS),
        "bad_rows": report["problem_count"] - int(confirming),
        "can_import": has_content and not report["written"] and not report["missing"],
        "columns": ColumnsForm(report["columns"]) if report["missing"] and has_content else None,
        "changes": any(report[verdict] for verdict in VERDICTS[:-1]),
    }


@only(_imports)
@require_POST
def import_go(request: HttpRequest, pk: int) -> HttpResponse:
    """Import what was tried out; or, with columns told, try it out again."""
    run = get_object_or_404(ImportRun, pk=pk)
    options: dict[str, Any] = {"dry_run": False}
    if "columns" in request.POST:
        told = {field: request.POST.get(field, "") for field in FIELDS}
        options = {"dry_run": True, "mapping": {field: column for field, column in told.items() if column}}
    options |= {name: name in request.POST for name in ("skip_bad", "confirm")}
    try:
        with transaction.atomic():
            run_again(run, **options)
            job.defer(run=run.pk)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("import", pk)


urlpatterns = [
    path("organisation/import/", imports, name="imports"),
    path("organisation/import/<int:pk>/", import_run, name="import"),
    path("organisation/import/<int:pk>/importer/", import_go, name="import-go"),
]
