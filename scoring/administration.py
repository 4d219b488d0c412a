"""The administration: Django's own pages, open to the role admin and to nobody else."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property

from scoring.access import ADMIN, ANALYST, LEAD, has_role
from scoring.selectors.sizes import estimated_rows

# Tables up to this size are counted.
COUNTED = 100_000

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin  # generic for the type checker only


class AdminSite(admin.AdminSite):
    """Signing in happens on the product's own page, with its lock-out after wrong passwords."""

    site_header = "Fraud Review administration"
    site_title = "Administration"
    index_title = "Everything that is kept in rows"
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this is an admin; somebody else who is signed in gets a 403, not a login."""
        if request.user.is_authenticated and not has_role(request.user, ADMIN):
            raise PermissionDenied
        return bool(request.user.is_authenticated)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        index = reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(index)
        return redirect_to_login(request.GET.get("next", index))


class RoleAdmin(ModelAdmin):
    """Rows that admins may see, add and change. Permissions are roles, not rows of their own."""

    # Counting five million rows to say "1 of 5,000,000" takes longer than the page.
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return has_role(request.user, ADMIN)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return has_role(request.user, ADMIN)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return has_role(request.user, ADMIN)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class EstimatingPaginator(Paginator):  # type: ignore[type-arg]
    """Says about how many rows a large table has; counting millions would hold the page up."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        estimate = 0 if rows.query.where else estimated_rows(rows.model)
        return estimate if estimate > COUNTED else super().count


class ReadOnlyAdmin(RoleAdmin):
    """Rows that are added by the product and never edited."""

    paginator = EstimatingPaginator

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class OpinionAdmin(ReadOnlyAdmin):
    """Rows that tell what machine or people thought: not for admins who also judge cases."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_view_permission(request, obj) and not has_role(
            request.user, ANALYST, LEAD
        )
