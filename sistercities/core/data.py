"""`/data/<dataset>.<format>`: the rows of a list as a file."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, gettext
from django.views import View

from . import formats
from .models import DataVersion
from .pages import is_known, version_stamp

#: The licence of the data, named in every file's `Link` header (RFC 8288).
DATA_LICENCE_URL = "https://creativecommons.org/licenses/by-sa/4.0/"


class DataView(View):
    """`/data/<dataset>.<format>?…`: the rows of a list as a file, by the same parameters. Errors are 400 with words."""

    listing_class = None

    def get(self, request, format):
        listing = self.listing_class()
        listing.setup(request)
        listing.version = DataVersion.current()
        today = timezone.localdate().isoformat()  # the order of events moves with it
        etag = f'"{version_stamp(listing.version)}-{settings.RELEASE}-{today}-{get_language()}"'
        if is_known(request, etag):
            return self._headers(HttpResponse(status=304), etag)
        if listing.cleaned is None:
            return self._headers(JsonResponse({"errors": listing.filterset.form.errors}, status=400), None)
        ids = listing.select().ids
        return self.answer(listing, ids, format, etag)

    def answer(self, listing, ids, format, etag):
        if format == "json":
            return self._json(listing, ids, etag)
        response = formats.STREAMED[format](listing, ids)
        response["Content-Disposition"] = f'attachment; filename="{listing.dataset}.{format}"'
        return self._headers(response, etag)

    def _json(self, listing, ids, etag):
        page = listing.cleaned.get("page") or 1
        body = formats.json_body(listing, ids, page)
        if page > body["pages"]:
            error = gettext("There is no page %(page)s: this list has %(pages)s.") % {
                "page": page,
                "pages": body["pages"],
            }
            return self._headers(JsonResponse({"errors": {"page": [error]}}, status=400), None)
        return self._headers(JsonResponse(body, json_dumps_params={"ensure_ascii": False}), etag)

    def _headers(self, response, etag):
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response["Link"] = f'<{DATA_LICENCE_URL}>; rel="license"'
        if etag:
            response["ETag"] = etag
            patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
        return response
