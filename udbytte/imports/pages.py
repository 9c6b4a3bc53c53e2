"""The pages of imports: choose a file, see what it would change, import it, and look at it later."""

from __future__ import annotations

from dataclasses import dataclass
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

from udbytte.domain.numbers import int_from
from udbytte.models import ImportRun
from udbytte.models.imports import ImportState
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.web.base.components import XLSX, Table, TableRow
from udbytte.web.base.fresh_login import FRESH_FOR_WORK, just_logged_in, log_in_again
from udbytte.web.base.once import once
from udbytte.web.base.request import only, person_of

from . import tasks
from .column_forms import ColumnsForm, columns_intro, columns_table, example_file, mapping_from
from .jobs import BUSY, give_up_import, requeue_import, store_upload
from .labels import COURSES, ORGANISATION, ImportKind
from .organisation.run import MOST_ENDING
from .organisation.undo import can_be_undone, undo_import, what_stands_against
from .readers.text_files import MAX_BYTES
from .report import VERDICTS, Closing
from .report_text import MISSING_MEANS, closing_sentence

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
    earlier = (
        ImportRun.objects.filter(kind=import_kind.kind)
        .select_related("by")
        .defer("content", "report", "undo")[:EARLIER]
    )
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
    return HttpResponse(example_file(import_kind), content_type=XLSX, headers=headers)


def import_run(request: HttpRequest, import_kind: ImportKind, pk: int) -> HttpResponse:
    """One import: its progress, or what it changed or would change. For htmx only the part that changes."""
    run = get_object_or_404(
        ImportRun.objects.select_related("by", "undone_by").defer("content"), pk=pk, kind=import_kind.kind
    )
    template = "imports/import.html#run" if request.headers.get("HX-Request") else "imports/import.html"
    return render(request, template, _context(run, import_kind))


def _context(run: ImportRun, import_kind: ImportKind) -> dict[str, Any]:
    report = run.report or {}
    busy = run.state in BUSY
    has_content = ImportRun.objects.filter(pk=run.pk).exclude(content=b"").exists()
    context: dict[str, Any] = {"import_kind": import_kind, "run": run, "busy": busy, "report": report}
    if can_be_undone(run, now=timezone.now()):
        context["undo"] = {"against": what_stands_against(run)}
    context["doing"] = import_kind.doing.get(run.doing, "")
    context["can_take_up"] = run.state == ImportState.FAILED and has_content
    if busy or not report:
        return context
    counts = report["counts"]
    questions = sum(problem["field"] == "confirm" for problem in report["problems"])

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
        "bad_rows": report["problem_count"] - questions,
        "confirm": import_kind.confirm % {"ends": report["ends"], "current": report["current"]},
        "affected": _affected(report),
        "pairs": report.get("pairs", []),
        "needs_confirm": _needs_confirm(report, import_kind),
        "can_import": has_content and not report["written"] and not must_choose,
        "columns": ColumnsForm(import_kind, report) if can_choose else None,
        "must_choose": must_choose,
        "unused": report.get("unused", []),
        "changes": any(report[verdict] for verdict in VERDICTS[:-1]) or _has_new_missing(report),
    }


def _needs_confirm(report: dict[str, Any], import_kind: ImportKind) -> bool:
    """Whether so much ends that it must be confirmed. Of people who are missing, only their number is asked."""
    is_much = import_kind is COURSES or report["ends"] * MOST_ENDING > report["current"]
    return bool(report["needs_confirmation"]) and is_much


def _has_new_missing(report: dict[str, Any]) -> bool:
    """Whether the file lacks somebody whom earlier ones had."""
    return any(not person["since"] for person in report.get("missing_people", []))


def _must_choose(report: dict[str, Any]) -> bool:
    """Whether a column or a sheet must be chosen before the file can be read."""
    return bool(report["missing"] or report.get("ambiguous") or (report.get("sheets") and not report.get("sheet")))


@dataclass(frozen=True, slots=True)
class AffectedGroup:
    """People who leave or are missing, and what that means."""

    id: str
    heading: str
    about: str
    people: list[dict[str, Any]]
    more: int


def _affected(report: dict[str, Any]) -> list[AffectedGroup]:
    """The people whom the import of an organisation changes most, with what is closed."""
    groups = []
    if report.get("leaving_count"):
        words = closing_sentence(Closing(**report["closes"]))
        groups.append(("leaving", _("People who leave"), words))
    if report.get("missing_count"):
        words = f"{closing_sentence(Closing(**report['would_close']))} {MISSING_MEANS}"
        groups.append(("missing", _("People who are missing from the file"), words))
    return [
        AffectedGroup(
            name,
            f"{heading} ({report[f'{name}_count']})",
            about,
            report[f"{name}_people"][:SHOWN_PROBLEMS],
            max(0, report[f"{name}_count"] - SHOWN_PROBLEMS),
        )
        for name, heading, about in groups
    ]


def import_go(request: HttpRequest, import_kind: ImportKind, pk: int) -> HttpResponse:
    """Import the file that was tried out, or try it out again with a mapping of columns.

    `again` takes up an import that has failed, as it was; `give_up` ends one that hangs.
    """
    if import_kind is ORGANISATION and not just_logged_in(request, within=FRESH_FOR_WORK):
        return log_in_again(request)
    run = get_object_or_404(ImportRun.objects.defer("content"), pk=pk, kind=import_kind.kind)
    options: dict[str, Any] = {"dry_run": False}
    if "columns" in request.POST:
        options = {"dry_run": True, "mapping": mapping_from(import_kind, request.POST)}
        sheet = request.POST.get("sheet", "")
        if sheet and sheet != (run.report or {}).get("sheet", ""):  # its columns are not those of the other sheet
            options["mapping"] = {}
        options |= {"sheet": sheet, "same": []}
    options |= {name: name in request.POST for name in ("skip_bad", "confirm")}
    if import_kind.kind == ORGANISATION.kind:
        chosen = request.POST.get("same") or request.POST.get("not_same")
        if chosen:
            if not _may_join(request, run, chosen):
                return redirect(import_kind.detail_url, pk)
            others = [pair for pair in run.options.get("same", []) if pair != chosen]
            options = {"dry_run": True, "same": [*others, chosen] if "same" in request.POST else others}
        options |= {
            "end_missing": "end_missing" in request.POST,
            "end_count": int_from(request.POST.get("end_count", "")),
        }
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


def _may_join(request: HttpRequest, run: ImportRun, chosen: str) -> bool:
    """Whether the person may say that these are the same: a pair of the report, and for people after a fresh login."""
    if chosen not in {pair["id"] for pair in (run.report or {}).get("pairs", [])}:
        return False
    if chosen.startswith("unit") or just_logged_in(request):
        return True
    messages.error(
        request,
        _(
            "You have been in for a while. Log out and in again, and then say it once more: it opens one person's"
            " conversations to another."
        ),
    )
    return False


@require_POST
def import_undo(request: HttpRequest, import_kind: ImportKind, pk: int) -> HttpResponse:
    """Undo an import of the organisation."""
    if not just_logged_in(request, within=FRESH_FOR_WORK):
        return log_in_again(request)
    run = get_object_or_404(ImportRun.objects.defer("content"), pk=pk, kind=import_kind.kind)
    try:
        undo_import(run, by=person_of(request), on=today(), now=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The import is undone."))
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


urlpatterns = [
    *addresses("organisation/import/", ORGANISATION),
    path(
        "organisation/import/<int:pk>/fortryd/",
        only(ORGANISATION.is_allowed)(import_undo),
        {"import_kind": ORGANISATION},
        name="import-undo",
    ),
    *addresses("kurser/import/", COURSES),
]
