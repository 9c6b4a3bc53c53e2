"""The text fields of a conversation's page. They are saved while the person writes, without losing the other's text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from udbytte.access.conversations import conversations_seen_by, earlier_texts_of, may_write_plan, may_write_texts
from udbytte.models import Conversation, DevelopmentPlan, EarlierText, Person, SetAside
from udbytte.models.formatting import clock
from udbytte.queries.conversations.texts import FieldText, field_texts_of, mark_of, page_state_of, set_aside_texts_for
from udbytte.runtime.clock import today
from udbytte.services.conversations import autosave as services
from udbytte.services.errors import Refused
from udbytte.web.base.request import person_of

RELATED = ("round", "manager", "employment__person", "employment__unit", "plan")


@dataclass(frozen=True, slots=True)
class AutosaveField:
    """A text field as the page shows it."""

    name: str
    text: str
    mark: str  # of the saved text that the person saw while writing
    max_length: int  # in characters
    conflict: str | None = None  # the saved text that `text` would overwrite; None if there is no conflict
    error: str = ""
    # Earlier texts that were overwritten here.
    set_aside: list[SetAside] = field(default_factory=list)
    earlier: list[EarlierText] = field(default_factory=list)  # texts from when both had signed, the newest first


def conversation_for(request: HttpRequest, pk: int) -> Conversation:
    """The conversation, if the person takes part in it. Raises Http404."""
    conversations = conversations_seen_by(person_of(request), today()).select_related(*RELATED)
    conversation = conversations.filter(pk=pk).first()
    if conversation is None:
        raise Http404
    return conversation


def visible_plan(conversation: Conversation, person: Person) -> DevelopmentPlan | None:
    """The plan; None if the person may not read it, or if nothing is written in it yet."""
    return getattr(conversation, "plan", None) if may_write_plan(conversation, person, today()) else None


def texts_for(conversation: Conversation, person: Person) -> dict[str, FieldText]:
    """The saved text of every field that the person may write in, by the field's name."""
    plan = visible_plan(conversation, person)
    begins = plan is None and may_write_plan(conversation, person, today())
    only_own_notes = not may_write_texts(conversation, person, today())
    return field_texts_of(conversation, person, plan, begins=begins, only_own_notes=only_own_notes)


def fields_of(
    conversation: Conversation,
    person: Person,
    *,
    earlier: Mapping[tuple[str, int | None], list[EarlierText]],
    typed: QueryDict | None = None,
    failed: Mapping[str, str | Refused] | None = None,
) -> dict[str, AutosaveField]:
    """Every field that the person may write in, by name.

    `earlier` are the conversation's earlier texts. `failed` is the answer of `save_all_fields`. A field in it shows the
    text that was `typed`, and why it is not saved.
    """
    set_aside: dict[str, list[SetAside]] = {}
    for earlier_text in set_aside_texts_for(conversation, person):
        set_aside.setdefault(earlier_text.field, []).append(earlier_text)
    fields = {}
    for name, text in texts_for(conversation, person).items():
        failure = (failed or {}).get(name)
        shown_text = str(typed[name]) if failure is not None and typed is not None else text.text
        conflict = failure if isinstance(failure, str) else None
        error = failure.message if isinstance(failure, Refused) else ""
        fields[name] = AutosaveField(
            name,
            shown_text,
            text.mark,
            text.most,
            conflict,
            error,
            set_aside.get(name, []),
            earlier.get((name, None), []) + earlier.get((name, person.pk), []),
        )
    return fields


def earlier_texts_by_field(conversation: Conversation) -> dict[tuple[str, int | None], list[EarlierText]]:
    """The earlier texts by the field's name and the id of whose answer it is (None: of both)."""
    texts: dict[tuple[str, int | None], list[EarlierText]] = {}
    for text in earlier_texts_of(conversation):
        texts.setdefault((text.field, text.owner_id), []).append(text)
    return texts


def save_all_fields(request: HttpRequest, conversation: Conversation) -> dict[str, str | Refused]:
    """Save every field that was sent. Returns the fields that were not saved, by name.

    The value is the saved text where another person has written meanwhile, or else the refusal.
    """
    person, failed = person_of(request), dict[str, str | Refused]()
    for name in texts_for(conversation, person):
        if name in request.POST:
            try:
                written = _write(request, conversation, name, name)
            except Refused as refused:
                failed[name] = refused
            else:
                if written.theirs is not None:
                    failed[name] = written.theirs
    return failed


def _write(request: HttpRequest, conversation: Conversation, name: str, sent_as: str) -> services.SavedText:
    sent = request.POST
    return services.save_field(
        conversation,
        name,
        sent.get(sent_as, ""),
        by=person_of(request),
        on=today(),
        at=timezone.now(),
        seen=sent.get(f"seen-{sent_as}", ""),  # without a mark, nothing that is stored counts as seen
        over=f"over-{sent_as}" in sent,
    )


@require_POST
def save_field(request: HttpRequest, pk: int) -> HttpResponse:
    """Save one field while the person writes.

    The answer holds the time and the new mark (200), the text that another person saved meanwhile (409), or why the
    text is refused (422).
    """
    conversation = conversation_for(request, pk)
    try:
        written = _write(request, conversation, request.POST.get("field", ""), "text")
    except Refused as refused:
        return JsonResponse({"said": refused.message}, status=422)
    if written.theirs is not None:
        return JsonResponse({"theirs": written.theirs, "mark": written.mark}, status=409)
    saved_at = _("saved at %(time)s") % {"time": clock(timezone.now())}
    return JsonResponse({"said": saved_at, "mark": written.mark})


@require_GET
@never_cache
def current_texts(request: HttpRequest, pk: int) -> HttpResponse:
    """All texts as they are saved now, and a mark of the rest of the page, so that the page can show changes."""
    conversation, person = conversation_for(request, pk), person_of(request)
    saved_texts = texts_for(conversation, person)
    fields = {name: {"text": text.text, "mark": text.mark} for name, text in saved_texts.items()}
    return JsonResponse({"fields": fields, "state": state_mark(conversation, person)})


def state_mark(conversation: Conversation, person: Person) -> str:
    """A mark of what the page shows besides the person's own fields."""
    return mark_of(page_state_of(conversation, person, visible_plan(conversation, person)))


urlpatterns = [
    path("samtaler/<int:pk>/felt/", save_field, name="write-field"),
    path("samtaler/<int:pk>/tekster/", current_texts, name="texts"),
]
