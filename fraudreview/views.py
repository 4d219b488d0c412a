"""Signing in, and where each role starts."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from fraudreview import context
from scoring.access import public


class SignInForm(AuthenticationForm):
    """Name and password; says what happens after too many tries."""

    error_messages = {
        "invalid_login": (
            "Name and password do not match. After five tries sign-in pauses for 15 minutes."
        ),
        "inactive": "This account is closed. Ask an administrator to open it.",
    }


sign_out = public(LogoutView.as_view())


@public
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Name and password; on a laptop the page says where the demo's are."""
    view = LoginView.as_view(
        authentication_form=SignInForm,
        redirect_authenticated_user=True,
        extra_context={"laptop": settings.LAPTOP},
    )
    return view(request)


@public
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The first page this reader may open."""
    page = context.first_page(request.user)
    return redirect(page) if page else render(request, "no_role.html", status=403)
