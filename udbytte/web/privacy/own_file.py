"""Everything about a person as one ZIP file: all rows as JSON, signed plans as PDF, and the files of agreements."""

from __future__ import annotations

import json
from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.http import FileResponse, HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from udbytte.models import Person
from udbytte.queries.privacy.own_data import ModelRows, everything_about, files_of, signed_plans_of
from udbytte.services.papers.plan import PAPER_RELATED, plan_paper


def own_file(person: Person) -> HttpResponse:
    """The file, in the person's language, for the browser to save. It is stored nowhere."""
    with override(person.language):
        file = _zip(person)
        word = _("my-data")
    name = f"udbytte-{word}-{person.pk}.zip"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "no-store, private"
    return response  # type: ignore[return-value]  # it streams a file that may be large


def _zip(person: Person) -> IO[bytes]:
    out = TemporaryFile()  # noqa: SIM115 (the response closes it)
    read_me, rows, plans, files = _("read-me"), _("my-data"), _("plans"), _("files")
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr(f"{read_me}.txt", _about_the_file(person))
        archive.writestr(f"{rows}.json", _as_json(everything_about(person)))
        for plan in signed_plans_of(person).select_related(*PAPER_RELATED):
            name = slugify(f"{plan.conversation.round.name}") or "plan"
            pdf = plan_paper(plan, language=person.language)
            archive.writestr(f"{plans}/{name}-{plan.pk}.pdf", pdf)
        for file in files_of(person).iterator(1):
            archive.writestr(f"{files}/{file.pk}-{_plain_name(file.name)}", bytes(file.content))
    out.seek(0)
    return out


def _plain_name(name: str) -> str:
    """A file's name that no program reads as a path."""
    stem, _dot, ending = name.rpartition(".")
    return f"{slugify(stem) or 'fil'}.{slugify(ending)}" if stem else slugify(name) or "fil"


def _as_json(found: Iterable[ModelRows]) -> str:
    rows: dict[str, Any] = {
        each.label: {"record": each.record.value, "about_you": each.about, "done_by_you_for_others": each.done}
        for each in found
    }
    return json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def _about_the_file(person: Person) -> str:
    lines = (
        _("Everything about %(name)s in Udbytte") % {"name": person.name},
        "",
        _("The JSON file has all rows about you by table, with days, texts and choices as they are stored."),
        _(
            "What others have written about you is here if you may read it: what was shared with you, and what stands"
            " in your plan and your agreements. Other people's own notes and preparation that was not shared are not."
        ),
        _("Where you have done something for others, there are days and choices, and no text."),
        _("Links in emails are taken out, and so are passwords and codes."),
        _("Plans that both have signed are here as PDF, and so are the files of your courses."),
    )
    return "\n".join(lines) + "\n"
