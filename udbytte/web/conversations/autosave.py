"""The fields of a conversation's page: shown with the mark of their text, saved as one writes, and read anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from udbytte.access.conversations import conversations_seen_by, writes_plan
from udbytte.models import Conversation, DevelopmentPlan, Person, SetAside
from udbytte.queries.conversations import Text, mark_of, set_aside_for, state_of, texts_of
from udbytte.runtime.clock import today
from udbytte.services.conversations import autosave as services
from udbytte.services.errors import Refused
from udbytte.web.base.request import person_of

RELATED = ("round", "manager", "employment__person", "employment__unit", "plan")


@dataclass(frozen=True, slots=True)
class AutosaveField:
    """A field as the page shows it.

    `mark` is of the text that it was written on; `most` how many characters there is room for; `theirs` the text that
    it would overwrite (None: none); `aside` the texts that gave way here.
    """

    name: str
    text: str
    mark: str
    max_length: int
    conflict: str | None = None
    error: str = ""
    set_aside: list[SetAside] = field(default_factory=list)


def conversation_for(request: HttpRequest, pk: int) -> Conversation:
    """The conversation, if the person takes part in it. Raises Http404."""
    seen = conversations_seen_by(person_of(request), today()).select_related(*RELATED)
    found = seen.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def visible_plan(conversation: Conversation, person: Person) -> DevelopmentPlan | None:
    """The plan, for who may read it and where it is begun."""
    return getattr(conversation, "plan", None) if writes_plan(conversation, person, today()) else None


def texts_for(conversation: Conversation, person: Person) -> dict[str, Text]:
    """Every field of the page that the person may write in, by name."""
    plan = visible_plan(conversation, person)
    begins = plan is None and writes_plan(conversation, person, today())
    return texts_of(conversation, person, plan, begins=begins)


def fields_of(
    conversation: Conversation,
    person: Person,
    *,
    typed: QueryDict | None = None,
    failed: Mapping[str, str | Refused] | None = None,
) -> dict[str, AutosaveField]:
    """Every field that the person may write in, by name; with what was `typed` and how it `failed`, where it did."""
    aside: dict[str, list[SetAside]] = {}
    for one in set_aside_for(conversation, person):
        aside.setdefault(one.field, []).append(one)
    shown = {}
    for name, text in texts_for(conversation, person).items():
        wrong = (failed or {}).get(name)
        written = str(typed[name]) if wrong is not None and typed is not None else text.text
        theirs = wrong if isinstance(wrong, str) else None
        error = wrong.message if isinstance(wrong, Refused) else ""
        shown[name] = AutosaveField(name, written, text.mark, text.most, theirs, error, aside.get(name, []))
    return shown


def save_all_fields(request: HttpRequest, conversation: Conversation) -> dict[str, str | Refused]:
    """Save every field that was sent. Returns those that were not, each with the text that stands there or why not."""
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


def _write(request: HttpRequest, conversation: Conversation, name: str, sent_as: str) -> services.Written:
    sent = request.POST
    return services.write(
        conversation,
        name,
        sent.get(sent_as, ""),
        by=person_of(request),
        on=today(),
        at=timezone.now(),
        seen=sent.get(f"seen-{sent_as}"),
        over=f"over-{sent_as}" in sent,
    )


@require_POST
def save_field(request: HttpRequest, pk: int) -> HttpResponse:
    """Save one field while it is written in; answered with the time and the new mark, or with what stands there."""
    conversation = conversation_for(request, pk)
    try:
        written = _write(request, conversation, request.POST.get("field", ""), "text")
    except Refused as refused:
        return JsonResponse({"said": refused.message}, status=422)
    if written.theirs is not None:
        return JsonResponse({"theirs": written.theirs, "mark": written.mark}, status=409)
    said = _("saved at %(time)s") % {"time": timezone.localtime().strftime("%H.%M")}
    return JsonResponse({"said": said, "mark": written.mark})


@require_GET
@never_cache
def current_texts(request: HttpRequest, pk: int) -> HttpResponse:
    """All texts as they stand now, and a mark of everything else on the page: what the other one has written."""
    conversation, person = conversation_for(request, pk), person_of(request)
    fields = texts_for(conversation, person)
    shown = {name: {"text": text.text, "mark": text.mark} for name, text in fields.items()}
    return JsonResponse({"fields": shown, "state": state_mark(conversation, person)})


def state_mark(conversation: Conversation, person: Person) -> str:
    """A mark of what the page shows besides one's own fields."""
    return mark_of(state_of(conversation, person, visible_plan(conversation, person)))


urlpatterns = [
    path("samtaler/<int:pk>/felt/", save_field, name="write-field"),
    path("samtaler/<int:pk>/tekster/", current_texts, name="texts"),
]
