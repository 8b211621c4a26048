"""What every answer passes through: the headers that browsers obey, and a plain word when the database is away."""

from http import HTTPStatus

from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.log import log_response

# Seconds until a visitor is asked to try again: a restart of PostgreSQL takes about as long.
RETRY_AFTER = 5

# What pages are asked with. Nothing here takes another method, and Django's admin would take each of them for GET, OPTIONS too.
METHODS = ("GET", "HEAD", "POST", "OPTIONS")

# Primary result codes of SQLite that tell of the file and its disk, not of the statement (sqlite.org/rescode.html):
# BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB.
SQLITE_OUTAGES = {5, 6, 8, 10, 11, 13, 14, 15, 26}


class ResponseHeadersMiddleware(CSPMiddleware):
    """Sets the Content-Security-Policy, CORP and Permissions-Policy of every answer, and turns unknown hosts and methods away.

    A view overrides each of them by setting the header itself: `/data/` answers with `Cross-Origin-Resource-Policy:
    cross-origin`. The decorators of django-csp work as well. The two usual policies are built once, because django-csp would
    build them again for every answer.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            return self.process_response(request, unknown_host(request))
        if request.method == "OPTIONS":
            return self.process_response(request, HttpResponse(headers={"Allow": ", ".join(METHODS)}))
        if request.method not in METHODS:
            return self.process_response(request, HttpResponseNotAllowed(METHODS))
        return super().__call__(request)

    def process_response(self, request, response):
        headers = response.headers
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", self.permissions_policy)
        if any(name.startswith("_csp_") for name in vars(response)):
            return super().process_response(request, response)
        is_admin = request.path_info.startswith(self.admin_prefix)
        headers.setdefault("Content-Security-Policy", self.admin_policy if is_admin else self.public_policy)
        return response

    def process_request(self, request):
        """Nothing: no page here uses a nonce."""

    @cached_property
    def public_policy(self) -> str:
        return build_policy()

    @cached_property
    def admin_policy(self) -> str:
        return build_policy(replace=settings.ADMIN_CONTENT_SECURITY_POLICY)

    @cached_property
    def admin_prefix(self) -> str:
        try:
            return reverse("admin:index")
        except NoReverseMatch:
            return "/admin/"

    @cached_property
    def permissions_policy(self) -> str:
        return ", ".join(f"{feature}=()" for feature in settings.PERMISSIONS_POLICY)


def unknown_host(request: HttpRequest) -> HttpResponse:
    """The refusal of a Host header that is not served; it does not repeat the name, which a stranger chose."""
    return HttpResponse(
        "This server does not answer to that host name. Its operator names hosts in ALLOWED_HOSTS or SITE_URL.\n",
        content_type="text/plain; charset=utf-8",
        status=HTTPStatus.BAD_REQUEST,
    )


class DatabaseUnavailableMiddleware:
    """Answers 503 with Retry-After when a view fails because the database is away, locked, full or not writable.

    The page is the template `503.html`, which must ask the database for nothing; without one it is a line of text.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not is_outage(exception):
            return None
        response = unavailable(request)
        log_response("Database unavailable: %s", exception, response=response, request=request, exception=None)
        return response


def is_outage(exception: Exception) -> bool:
    """Whether a database error tells of the server, the connection or the disk, and not of the statement."""
    if isinstance(exception, InterfaceError):
        return True
    if not isinstance(exception, OperationalError):
        return False
    code = getattr(exception.__cause__, "sqlite_errorcode", None)
    return code is None or code & 0xFF in SQLITE_OUTAGES


def unavailable(request: HttpRequest) -> HttpResponse:
    """The 503 itself, also for an error handler that finds the database away."""
    try:
        content, kind = get_template("503.html").render({}, request), "text/html"
    except TemplateDoesNotExist:
        content, kind = (
            "The directory cannot reach its data just now. Please try again in a few seconds.\n",
            "text/plain",
        )
    return HttpResponse(
        content,
        content_type=f"{kind}; charset=utf-8",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"},
    )
