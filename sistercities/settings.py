"""Settings of the directory: one module, everything from the environment, safe when nothing is given.

Every variable read here stands in docs/operations.md and in .env.example (a test compares them). A file named `.env` beside
manage.py, or the one that ENV_FILE names, is read first; variables that are already set win over it.
"""

import os
import secrets
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from sistercities.release import digest

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(env.str("ENV_FILE", str(BASE_DIR / ".env")), recurse=False)


# Where things are kept and who may ask

# The one folder that is written to: the SQLite database, the secret key, collected static files.
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))

# The address that gunicorn listens on; ./run HOST:PORT sets it.
LISTEN = env.str("LISTEN", "127.0.0.1:8000")

LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

# The public address, without a final slash. It names the site in links that leave it, and `https` turns on every TLS setting.
# Listening on another address than loopback does not make it a name to be asked for: that is for the operator to say.
HOST, _colon, PORT = LISTEN.rpartition(":")
SITE_URL = (env.str("SITE_URL", "") or f"http://{HOST if HOST in LOOPBACK_HOSTS else '127.0.0.1'}:{PORT}").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or ""


def is_public(host: str) -> bool:
    """Whether a host name, as written in ALLOWED_HOSTS, can mean anything but this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return False
    with suppress(ValueError):
        return not ip_address(host.strip("[]")).is_loopback
    return True


def allowed_hosts() -> list[str]:
    """The hosts this site answers to: loopback, the host of SITE_URL, and those of ALLOWED_HOSTS."""
    named = env.list("ALLOWED_HOSTS", [])
    if "*" in named:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name hosts, not `*`: an open list lets strangers forge links.")
    if urlsplit(SITE_URL).scheme not in ("http", "https") or not SITE_HOST:
        raise ImproperlyConfigured(f"SITE_URL must look like https://example.org, not {SITE_URL!r}.")
    own = f"[{SITE_HOST}]" if ":" in SITE_HOST else SITE_HOST
    return list(dict.fromkeys([*LOOPBACK_HOSTS, own, *named]))


ALLOWED_HOSTS = allowed_hosts()

DEBUG = env.bool("DEBUG", False)
if DEBUG and (public := [host for host in ALLOWED_HOSTS if is_public(host)]):
    raise ImproperlyConfigured(f"DEBUG shows source code to every visitor: it is refused while {public[0]} is served.")


def kept_secret_key() -> str:
    """The key kept in VAR_DIR/secret_key, made on the first start.

    Linking a finished file into place lets exactly one of several processes that start at once win.
    """
    path = VAR_DIR / "secret_key"
    with suppress(FileNotFoundError):
        return path.read_text().strip()
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    fresh = VAR_DIR / f"secret_key.{os.getpid()}"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50))
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
    return path.read_text().strip()


SECRET_KEY = env.str("SECRET_KEY", "") or kept_secret_key()
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must have 50 characters or more. Leave it out and one is made in VAR_DIR.")

# What tells one release from another in cache keys and ETags: a digest of the code and of what the pages are made of.
RELEASE = env.str("RELEASE", "") or digest(
    BASE_DIR, "sistercities", "partnerships", "organizations", "events", "templates", "static", "requirements/base.txt"
)


# Apps and middleware

INSTALLED_APPS = [
    "sistercities.curation.admin_site.DirectoryAdminConfig",  # django.contrib.admin with a site of our own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django_filters",
    "simple_history",
    "django_htmx",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "sistercities.core",
    "sistercities.curation",
    "sistercities.accounts",
    "sistercities.imports",
    "import_export",  # after the desk, whose command `import` stands in for the library's
    "sistercities.review",
    "partnerships",
    "organizations",
    "events",
    "sistercities.portal",
]

# Short on purpose: what stands here is paid for by every request. Sessions, users and messages are lazy, so that a visitor
# without a session cookie costs no statement and no `Vary: Cookie`.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "sistercities.core.middleware.ResponseHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sistercities.core.middleware.DatabaseUnavailableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "sistercities.accounts.sessions.PeopleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "sistercities.urls"
WSGI_APPLICATION = "sistercities.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
    # Rows of lists only: see sistercities/core/jinja.py.
    {
        "NAME": "rows",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "sistercities.core.jinja.environment"},
    },
]


# Database and cache


def sqlite(path: Path) -> dict:
    """SQLite as one host needs it: readers beside one writer (WAL), writers that queue instead of failing half-way."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",  # a writer waits at BEGIN, where waiting is safe, not at its first write
            "timeout": 20,  # seconds
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-32000;",
        },
        "CONN_MAX_AGE": None,  # opening the file and registering Django's functions would cost more than most pages
    }


def postgresql(url: str) -> dict:
    """PostgreSQL from postgresql://user:password@host:port/name?option=value; an option `host` may name a socket's folder."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    socket = options.pop("host", "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": socket or parts.hostname or "",
        "PORT": parts.port or "",
        "OPTIONS": {"connect_timeout": 5, **options},
        "CONN_MAX_AGE": 600,  # seconds; one connection for each worker, checked before it is used again
        "CONN_HEALTH_CHECKS": True,
    }


def database(url: str) -> dict:
    """The database that DATABASE_URL names; without one, SQLite in VAR_DIR."""
    if not url:
        return sqlite(VAR_DIR / "db.sqlite3")
    if url.startswith(("postgresql://", "postgres://")):
        return postgresql(url)
    raise ImproperlyConfigured("DATABASE_URL must start with postgresql://. Leave it out for SQLite in VAR_DIR.")


DATABASES = {"default": database(env.str("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# In each worker's memory, and capped: pages are cached by address, and a visitor chooses the addresses.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "TIMEOUT": 24 * 60 * 60,
        "OPTIONS": {"MAX_ENTRIES": 1000, "CULL_FREQUENCY": 4},
    }
}


# Languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ja", "日本語")]
LOCALE_PATHS = [BASE_DIR / "sistercities" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "UTC")  # decides which day "today" is on pages and in ages


# Static files

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # half as much to compress on the first start
MEDIA_ROOT = VAR_DIR / "media"


# Security

HTTPS = SITE_URL.startswith("https://")

# Only where a proxy in front sets X-Forwarded-Proto itself and drops what visitors send: else anybody could claim HTTPS.
TRUST_PROXY = env.bool("TRUST_PROXY", False)
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_SSL_REDIRECT = HTTPS
SECURE_SSL_HOST = urlsplit(SITE_URL).netloc if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes ask the server itself, behind the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and env.bool("HSTS_INCLUDE_SUBDOMAINS", True)
SECURE_HSTS_PRELOAD = HTTPS and env.bool("HSTS_PRELOAD", False)
# security.W021 asks for HSTS preloading: that is a lasting promise for a whole domain, which its owner makes, not this code.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
# The prefix makes browsers refuse a cookie that a neighbouring host tries to plant; it is only valid together with Secure.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # the cookie one signs on every request
SESSION_COOKIE_AGE = (
    12 * 60 * 60
)  # seconds: a working day; when a session really ends, sistercities/accounts/sessions.py says
CSRF_COOKIE_AGE = None  # gone with the browser's session

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Measured: import-export's export page and simple-history's list of changes carry style attributes. Nothing else needs this.
ADMIN_CONTENT_SECURITY_POLICY = {"style-src": [SELF, UNSAFE_INLINE]}

# Features that no page here uses, and that no page here may be made to use.
PERMISSIONS_POLICY = [
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "gamepad",
    "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
]  # fmt: skip

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # bytes of a form, files apart
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000  # a tie's page in the admin, with its inlines, has some hundreds
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "sistercities.imports.uploads.Limit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "sistercities.imports.uploads.InOwnFolder",
]
FILE_UPLOAD_PERMISSIONS = 0o600

# Whether everybody who does more than look signs in with a code of an authenticator app; sessions without one end when it is turned on.
TWO_FACTOR = env.bool("TWO_FACTOR", HTTPS)
OTP_TOTP_ISSUER = f"Sister-city directory ({SITE_HOST})"

LOGIN_URL = LOGOUT_REDIRECT_URL = "sign-in"
AUTHENTICATION_BACKENDS = ["sistercities.accounts.people.PeopleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]


# Packages

# Without these two every account that may open the admin could import and export.
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# Long work of the import desk runs in a process of its own; tests do it at once.
IMPORTS_IN_PROCESS = False

# The link check asks public addresses only; its tests ask a server of their own on this machine.
LINK_CHECKS_ON_LOOPBACK = False

# Going back to an old version must pass through the same actions and claims as any other change.
SIMPLE_HISTORY_REVERT_DISABLED = True

# Addresses typed without a scheme mean https, as they will from Django 6 on. The setting itself is short-lived.
FORMS_URLFIELD_ASSUME_HTTPS = True


# Where a weakness can be reported, for /.well-known/security.txt: mailto:… or https://…; the page about the portal without one.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", "")


# Logging: to standard error, one line for each thing that went wrong, nothing for what went well.

LOG_LEVEL = env.str("LOG_LEVEL", "WARNING").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "sistercities.core.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.request": {"level": "ERROR"},  # a 404 is the visitor's business
    },
}
