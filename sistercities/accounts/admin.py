"""The admin of accounts: roles, passwords that somebody was given, and the way back for who has lost a device."""

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from . import two_factor
from .models import PasswordToChange
from .people import people

# Their own pages would show the secrets. What an administrator may do with them is one action below.
admin.site.unregister([TOTPDevice, StaticDevice, User])


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Accounts. An administrator gives roles; only a superuser makes or changes a superuser."""

    list_display = (
        "username", "email", "first_name", "last_name", "is_staff", "is_active", "has_second_factor", "last_login",
    )  # fmt: skip
    list_filter = ("groups", "is_staff", "is_active")
    show_facets = admin.ShowFacets.ALWAYS
    actions = ["reset_second_factor"]

    def get_queryset(self, request):
        return people()

    @admin.display(description=_("second factor"), boolean=True, ordering="second_factor")
    def has_second_factor(self, person):
        return person.second_factor is not None

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, "is_superuser", "user_permissions"]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._in_reach(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._in_reach(request, obj)

    def _in_reach(self, request, obj):
        return obj is None or request.user.is_superuser or not obj.is_superuser

    def save_model(self, request, obj, form, change):
        """Who is given an account is given a password: the first sign-in asks for another."""
        super().save_model(request, obj, form, change)
        if not change and obj.has_usable_password():
            PasswordToChange.objects.update_or_create(user=obj)

    def user_change_password(self, request, id, form_url=""):
        """So is who is given a new password by somebody else."""
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302 and str(request.user.pk) != str(id):
            person = self.get_object(request, id)
            if person.has_usable_password():
                PasswordToChange.objects.update_or_create(user=person)
        return response

    @admin.action(description=_("Take the second factor away from the selected accounts"), permissions=["change"])
    def reset_second_factor(self, request, queryset):
        """For who has lost device and recovery codes. Their sessions end; the next sign-in sets up a new one."""
        reset = []
        for person in queryset:
            if self.has_change_permission(request, person):
                if two_factor.reset(person):
                    reset.append(person)
            else:
                said = gettext("%s can be changed by a superuser only.") % person
                self.message_user(request, said, messages.ERROR)
        LogEntry.objects.log_actions(
            request.user.pk, reset, CHANGE, change_message=gettext("Took the second factor away.")
        )
        said = ngettext("%d account signs in anew.", "%d accounts sign in anew.", len(reset)) % len(reset)
        self.message_user(request, said, messages.SUCCESS)
