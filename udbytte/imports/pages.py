"""The pages of imports: choose a file, see what it would change, import it, and look at it later."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

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
from django.views.decorators.http import require_GET, require_POST

from udbytte.models import ImportRun
from udbytte.models.imports import ImportState
from udbytte.services.errors import Refused
from udbytte.web.base.components import Table, TableRow
from udbytte.web.base.once import once
from udbytte.web.base.request import only, person_of

from . import tasks
from .column_forms import ColumnsForm, columns_intro, columns_table, example_file, mapping_from
from .jobs import BUSY, give_up_import, requeue_import, store_upload
from .labels import COURSES, ORGANISATION, ImportKind
from .readers.text_files import MAX_BYTES
from .report import VERDICTS

JOBS: dict[str, Any] = {ORGANISATION.kind: tasks.organisation, COURSES.kind: tasks.courses}
EARLIER = 30
SHOWN_PROBLEMS = 100
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
                    content=cast(BinaryIO, file.file),
                    by=person_of(request),
                    now=timezone.now(),
                )
                JOBS[import_kind.kind].defer(run=run.pk)
            return redirect(import_kind.detail_url, run.pk)
        except Refused as refused:
            form.add_error("file", refused.message)
    earlier = ImportRun.objects.filter(kind=import_kind.kind).select_related("by").defer("content", "report")[:EARLIER]
    status = 422 if request.method == "POST" else 200
    context = {
        "import_kind": import_kind,
        "form": form,
        "earlier": earlier,
        "columns": columns_table(import_kind),
        "intro": columns_intro(import_kind),
    }
    return render(request, "imports/imports.html", context, status=status)


def example(_request: HttpRequest, import_kind: ImportKind) -> HttpResponse:
    """A workbook that shows the columns of the table."""
    headers = {"Content-Disposition": f'attachment; filename="{import_kind.example}"'}
    return HttpResponse(example_file(import_kind), content_type=WORKBOOK, headers=headers)


def import_run(request: HttpRequest, import_kind: ImportKind, pk: int) -> HttpResponse:
    """One import: its progress, or what it changed or would change. For htmx only the part that changes."""
    run = get_object_or_404(ImportRun.objects.select_related("by").defer("content"), pk=pk, kind=import_kind.kind)
    template = "imports/import.html#run" if request.headers.get("HX-Request") else "imports/import.html"
    return render(request, template, _context(run, import_kind))


def _context(run: ImportRun, import_kind: ImportKind) -> dict[str, Any]:
    report = run.report or {}
    busy = run.state in BUSY
    has_content = ImportRun.objects.filter(pk=run.pk).exclude(content=b"").exists()
    context: dict[str, Any] = {"import_kind": import_kind, "run": run, "busy": busy, "report": report}
    context["doing"] = import_kind.doing.get(run.doing, "")
    context["can_take_up"] = run.state == ImportState.FAILED and has_content
    if busy or not report:
        return context
    counts = report["counts"]
    confirming = report["needs_confirmation"]

    def field(key: str) -> str:
        """The label of a field; the name of a column as it is; empty for problems of the whole file or row."""
        return "" if key in ("confirm", "row") else str(import_kind.columns.get(key, key))

    def listed(name: str) -> list[tuple[dict[str, Any], str]]:
        """Each problem with the name of its column in the file, or else of its field."""
        problems = report.get(name, [])[:SHOWN_PROBLEMS]
        return [(problem, problem.get("column") or field(problem["field"])) for problem in problems]

    can_choose = has_content and not report["written"] and bool(report["columns"] or report.get("sheets"))
    must_choose = can_choose and _must_choose(report)

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
        "more_problems": max(0, len(report["problems"]) - SHOWN_PROBLEMS),
        "more_notes": max(0, len(report.get("notes", [])) - SHOWN_PROBLEMS),
        "bad_rows": report["problem_count"] - int(confirming),
        "confirm": import_kind.confirm % {"ends": report["ends"], "current": report["current"]},
        "can_import": has_content and not report["written"] and not must_choose,
        "columns": ColumnsForm(import_kind, report) if can_choose else None,
        "must_choose": must_choose,
        "unused": report.get("unused", []),
        "changes": any(report[verdict] for verdict in VERDICTS[:-1]),
    }


def _must_choose(report: dict[str, Any]) -> bool:
    """Whether a column or a sheet must be chosen before the file can be read."""
    return bool(report["missing"] or report.get("ambiguous") or (report.get("sheets") and not report.get("sheet")))


def import_go(request: HttpRequest, import_kind: ImportKind, pk: int) -> HttpResponse:
    """Import the file that was tried out, or try it out again with a mapping of columns.

    `again` takes up an import that has failed, as it was; `give_up` ends one that hangs.
    """
    run = get_object_or_404(ImportRun.objects.defer("content"), pk=pk, kind=import_kind.kind)
    options: dict[str, Any] = {"dry_run": False}
    if "columns" in request.POST:
        options = {"dry_run": True, "mapping": mapping_from(import_kind, request.POST)}
        sheet = request.POST.get("sheet", "")
        if sheet and sheet != (run.report or {}).get("sheet", ""):  # its columns are not those of the other sheet
            options["mapping"] = {}
        options["sheet"] = sheet
    options |= {name: name in request.POST for name in ("skip_bad", "confirm")}
    try:
        if "give_up" in request.POST:
            give_up_import(run, now=timezone.now())
            messages.success(request, _("The import is given up. Nothing was written."))
            return redirect(import_kind.detail_url, pk)
        with transaction.atomic():
            requeue_import(run, **(run.options if "again" in request.POST else options))
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
        path(f"{start}eksempel/", guard(require_GET(example)), options, name=import_kind.example_url),
        path(f"{start}<int:pk>/importer/", guard(require_POST(import_go)), options, name=import_kind.start_url),
    ]


urlpatterns = [*addresses("organisation/import/", ORGANISATION), *addresses("kurser/import/", COURSES)]
