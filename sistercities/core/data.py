"""`/data/<dataset>.<format>`: the rows of a list as a file."""

from django import forms
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, gettext, override
from django.views import View

from . import formats
from .models import DataVersion
from .pages import is_known, page, version_stamp

#: The licence of the data, named in every file's `Link` header (RFC 8288).
DATA_LICENCE_URL = "https://creativecommons.org/licenses/by-sa/4.0/"


#: Characters that the page of an encoding lists.
MOST_UNFIT = 200


class FileForm(forms.Form):
    """The parameters of the CSV itself; what it holds is asked in the parameters of the list.

    `encoding`: UTF-8 (the default) or CP932. With `check=1` the answer is a page that lists what CP932 cannot hold, in the
    language of `lang`; where nothing is lost, it is the file.
    """

    encoding = forms.ChoiceField(choices=[(name, name) for name in formats.ENCODINGS], required=False)
    check = forms.ChoiceField(choices=[("1", "1")], required=False)
    lang = forms.ChoiceField(choices=settings.LANGUAGES, required=False)


class DataView(View):
    """`/data/<dataset>.<format>?…`: the rows of a list as a file, by the same parameters. Errors are 400 with words."""

    listing_class = None
    #: The parameters of FileForm, of a CSV.
    file = {}

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
        if format == "csv":
            form = FileForm(request.GET)
            if not form.is_valid():
                return self._headers(JsonResponse({"errors": form.errors}, status=400), None)
            self.file = form.cleaned_data
        ids = listing.select().ids
        return self.answer(listing, ids, format, etag)

    def answer(self, listing, ids, format, etag):
        if format == "json":
            return self._json(listing, ids, etag)
        encoding = self.file.get("encoding") or "utf-8"
        if self.file.get("check") and encoding != "utf-8":
            unfit = formats.unfit_characters(listing, ids, encoding)
            if unfit:
                return self._headers(self._unfit_page(listing, unfit), etag)
        options = {"encoding": encoding} if format == "csv" else {}
        response = formats.STREAMED[format](listing, ids, **options)
        response["Content-Disposition"] = f'attachment; filename="{listing.dataset}.{format}"'
        return self._headers(response, etag)

    def _unfit_page(self, listing, unfit):
        """What the encoding cannot hold, in words and with the records, before anybody takes the file."""
        query = self.request.GET.copy()
        for name in ("check", "lang"):
            query.pop(name, None)
        whole = query.copy()
        whole.pop("encoding", None)
        context = {
            "dataset": listing.dataset,
            "count": len(unfit),
            "unfit": unfit[:MOST_UNFIT],
            "file_url": f"{self.request.path}?{query.urlencode()}",
            "whole_url": f"{self.request.path}?{whole.urlencode()}" if whole else self.request.path,
            "data_changed_at": listing.version[1],
        }
        with override(self.file["lang"] or get_language()):
            return page(self.request, "listing/unfit.html", context)

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
