"""Every address of the portal. Pages carry a language prefix; data, health and feeds have none."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

# Pages first: they are asked most, and each pattern that is tried before them is paid for by every one.
urlpatterns = [
    *i18n_patterns(
        # The portal's first: the sheet `places/us/ohio/print/` would otherwise be asked of the places.
        path("", include("sistercities.portal.page_urls")),
        path("", include("partnerships.urls")),
        path("", include("organizations.urls")),
        path("", include("events.urls")),
        path("imports/", include("sistercities.imports.urls")),
        path("", include("sistercities.accounts.urls")),
        path("", include("sistercities.review.urls")),
    ),
    path("", include("sistercities.portal.urls")),
    path("calendar/", include("events.calendar_urls")),
    path("data/", include("sistercities.core.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "sistercities.portal.errors.bad_request"
handler403 = "sistercities.portal.errors.permission_denied"
handler404 = "sistercities.portal.errors.not_found"
handler500 = "sistercities.portal.errors.server_error"
