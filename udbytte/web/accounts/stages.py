"""The steps of logging in that differ from django-allauth's."""

from __future__ import annotations

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from udbytte.web.base.sign_on import work_login


class SecondStep(AuthenticateStage):  # type: ignore[misc]
    """Asks for the second step, unless it was taken at the provider of the login at work."""

    def _should_handle(self, request: HttpRequest) -> bool:
        at_work = work_login(request, self.login.user)
        if at_work is not None and at_work.has_second_step:
            return False
        return bool(super()._should_handle(request))
