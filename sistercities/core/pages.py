"""Public pages, kept per state of the data: one statement tells whether the stored page is still right.

The key holds all that a page depends on: data version, release of the code, date, language, SITE_URL (never the Host header) and
the parameters that the view knows, in canonical order. Requests with a session cookie are never stored nor served from the store.
"""

import gzip
import hashlib
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language

from .models import DataVersion

#: Pages smaller than this are not worth compressing.
SMALLEST_GZIP = 600


def version_stamp(version):
    """The data version as text: number and moment, so that a restored database never looks like the one it replaces."""
    number, changed_at = version
    return f"{number}-{changed_at.timestamp():.6f}" if changed_at else "0"


def canonical_query(request, known):
    """The known parameters of a request in one order: names sorted, values of a name sorted, doubles and blanks dropped."""
    if not request.META.get("QUERY_STRING"):
        return ""
    pairs = [(name, value) for name in sorted(known) for value in sorted(set(request.GET.getlist(name))) if value]
    return urlencode(pairs)  # quoted, or a value that holds “&” would share the key of another query


def digest(*parts):
    """A short key for a store, the same in every process, of all that the stored thing depends on."""
    return hashlib.blake2b("\n".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def is_known(request, etag):
    """Whether the client has the answer with this ETag: one of a list, perhaps made weak by a proxy (RFC 9110, 13.1.2)."""
    named = request.headers.get("If-None-Match", "").split(",")
    return etag in (name.strip().removeprefix("W/") for name in named)


def page(request, template_name, context=None, status=200):
    """A public page. Without context processors: it shows nothing of users, messages or forms that need a token."""
    return HttpResponse(render_to_string(template_name, {**(context or {}), "request": request}), status=status)


class StoredPageMixin:
    """A view whose answer to an anonymous GET is stored under the data version, with an ETag and 304.

    `parameters` names the query parameters that the view reads; any other is ignored. The view finds the version that its
    answer belongs to in `self.version`.
    """

    parameters = ()

    def dispatch(self, request, *args, **kwargs):
        self.version = DataVersion.current()
        request.canonical_query = canonical_query(request, self.parameters)
        if request.method not in ("GET", "HEAD") or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self._private(super().dispatch(request, *args, **kwargs))
        key = self.store_key(request)
        etag = f'"{key}"'
        if is_known(request, etag):
            return self._headers(HttpResponseNotModified(), etag)
        stored = cache.get(key)
        if stored is None:
            response = super().dispatch(request, *args, **kwargs)
            if response.status_code != 200 or response.streaming:
                return response
            response.render() if hasattr(response, "render") else None
            stored = {"plain": response.content, "type": response["Content-Type"]}
            cache.set(key, stored, None)
        return self._answer(request, key, stored, etag)

    def store_key(self, request):
        """A digest of everything the page depends on."""
        return digest(
            version_stamp(self.version),
            settings.RELEASE,
            timezone.localdate().isoformat(),
            get_language(),
            settings.SITE_URL,
            request.path,
            request.canonical_query,
        )

    def _answer(self, request, key, stored, etag):
        """The stored page, compressed once, when the first client asks for that."""
        pack = len(stored["plain"]) >= SMALLEST_GZIP and "gzip" in request.headers.get("Accept-Encoding", "")
        if pack and "gzip" not in stored:
            stored["gzip"] = gzip.compress(stored["plain"], 6, mtime=0)
            cache.set(key, stored, None)
        response = HttpResponse(stored["gzip" if pack else "plain"], content_type=stored["type"])
        if pack:
            response["Content-Encoding"] = "gzip"
        return self._headers(response, etag)

    def _headers(self, response, etag):
        response["ETag"] = etag
        response["Cache-Control"] = "public, max-age=0, must-revalidate"
        response["Vary"] = "Accept-Encoding, Cookie"
        return response

    def _private(self, response):
        patch_cache_control(response, private=True, no_store=True)
        return response
