"""What a form does when it could not be saved."""

from __future__ import annotations

from django import forms

from udbytte.services.errors import Refused


class Submission:
    """Runs a block that gives a valid form to a service; the code after it shows the form with what was refused.

        with Submission(form):
            saved = save_method(method, form.cleaned_data, by=person, on=on)
            return redirect("method", saved.pk)

    The refusal stands beside the field it names, else beside `field`, else above the form; also where the form has no
    such field.
    """

    def __init__(self, form: forms.BaseForm, *, field: str = "") -> None:
        self.form, self.field = form, field

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        if not isinstance(error, Refused):
            return False
        add_refusal(self.form, error, field=self.field)
        return True


def add_refusal(form: forms.BaseForm, refused: Refused, *, field: str = "") -> None:
    """Put a refusal beside the field it names, else beside `field`, else above the form."""
    named = next((name for name in (refused.field, field) if name in form.fields), None)
    form.add_error(named, refused.message)


def focus_first_error(form: forms.BaseForm) -> None:
    """Let the browser go to the first field with an error: the form may stand far down on its page."""
    for field in form:
        if field.errors:
            field.field.widget.attrs["autofocus"] = True
            return
