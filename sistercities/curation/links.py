"""Asking published addresses whether they still answer: politely, and never within a private network.

http.client rather than urllib.request: a proxy of the environment would resolve the name itself, past the check made here, and
redirects are followed one by one, each to an address that is checked anew.
"""

import socket
import ssl
import time
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv6Network, ip_address
from threading import Timer
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from django.utils import timezone

from .addresses import published_addresses
from .models import LinkCheck, LinkFailure

MOST_REDIRECTS = 5
#: Bytes of a page that are read before the connection is closed.
MOST_READ = 4096
#: Seconds for one read or write, and for one request as a whole.
TIME_OUT, WHOLE_REQUEST = 10, 30
#: Seconds between two requests to one host.
PAUSE = 2.0
#: An address that was asked so lately is not asked again, however often the command is started.
REST = timedelta(hours=20)
#: Answers that say "not for programs", or "not now": the page may well be there for people.
CLOSED_TO_PROGRAMS = frozenset((401, 403, 407, 429, 451, 999))
REDIRECTS = frozenset((301, 302, 303, 307, 308))
#: Of these addresses the last four bytes are those of an IPv4 address that a gateway speaks to.
NAT64 = IPv6Network("64:ff9b::/96")


class Answer(NamedTuple):
    """`status` as `LinkCheck` stores it; `final_url` is where redirects led, or an empty text."""

    status: str
    final_url: str = ""

    @property
    def is_failure(self):
        return not self.status.isdigit() or (int(self.status) >= 400 and int(self.status) not in CLOSED_TO_PROGRAMS)


class Unreachable(Exception):
    """No answer at all, for a reason of `LinkFailure`."""

    def __init__(self, failure):
        super().__init__(failure.label)
        self.failure = failure


def user_agent():
    return f"sister-city-directory link check (+{settings.SITE_URL})"


def is_public(text):
    """Whether an IP address belongs to the public network, looking into the IPv6 addresses that stand for an IPv4 one."""
    address = ip_address(text.partition("%")[0])
    if address.version == 6:
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in NAT64:
            inner = ip_address(address.packed[-4:])
        if inner:
            return is_public(str(inner))
    if address.is_loopback and settings.LINK_CHECKS_ON_LOOPBACK:
        return True
    return address.is_global and not address.is_multicast


def public_addresses(host, port):
    """The IP addresses of a host, all of them public; `Unreachable` where there are none or a single one is not."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(LinkFailure.UNKNOWN_HOST) from error
    addresses = list(dict.fromkeys(address[0] for *_kind, address in found))
    if not addresses or not all(map(is_public, addresses)):
        raise Unreachable(LinkFailure.NOT_PUBLIC if addresses else LinkFailure.UNKNOWN_HOST)
    return addresses


class Connection(HTTPConnection):
    """A connection to an address that was looked up and checked: the name is not resolved a second time.

    What drips in byte by byte is cut off when the request as a whole takes too long.
    """

    def __init__(self, parts, *, time_out=TIME_OUT, whole=WHOLE_REQUEST):
        self.tls = ssl.create_default_context() if parts.scheme == "https" else None
        self.default_port = 443 if self.tls else 80
        super().__init__(parts.hostname.encode("idna").decode(), parts.port or self.default_port, timeout=time_out)
        self.is_late = False
        self.watch = Timer(whole, self.cut)
        self.watch.daemon = True

    def connect(self):
        addresses = public_addresses(self.host, self.port)
        self.watch.start()
        self.sock = self.dial(addresses)
        if self.tls:
            self.sock = self.tls.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def dial(self, addresses):
        """The first of the addresses that takes the connection."""
        for address in addresses[:-1]:
            with suppress(OSError):
                return socket.create_connection((address, self.port), self.timeout)
        return socket.create_connection((addresses[-1], self.port), self.timeout)

    def cut(self):
        self.is_late = True
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.watch.cancel()
        super().close()


class Asker:
    """Asks one address after the other, so that no host ever has two requests at a time, with a pause between two to the same host."""

    def __init__(self, *, pause=PAUSE, time_out=TIME_OUT, whole=WHOLE_REQUEST):
        self.pause, self.time_out, self.whole = pause, time_out, whole
        self.asked_at = {}

    def ask(self, url):
        """What an address answers, redirects followed: an `Answer`, never an error."""
        here = url
        try:
            for _hop in range(MOST_REDIRECTS + 1):
                status, target = self.answer_of(here)
                if not target:
                    return Answer(str(status), "" if here == url else here[:2000])
                here = joined(here, target)
            raise Unreachable(LinkFailure.REDIRECTS)
        except Unreachable as error:
            return Answer(error.failure.value, "" if here == url else here[:2000])

    def answer_of(self, url):
        """`(status, where it redirects to)` of one address. HEAD first; what HEAD does not find, or does not know, is asked by GET."""
        status, target = self.request("HEAD", url)
        return self.request("GET", url) if status >= 400 else (status, target)

    def request(self, method, url):
        try:
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise Unreachable(LinkFailure.INVALID)
            connection = Connection(parts, time_out=self.time_out, whole=self.whole)
        except ValueError as error:  # no port, no host name (UnicodeError is one of them)
            raise Unreachable(LinkFailure.INVALID) from error
        self.wait_for(parts.hostname)
        try:
            return self.exchange(connection, method, target_of(parts))
        except TimeoutError as error:
            raise Unreachable(LinkFailure.TIME_OUT) from error
        except ssl.SSLError as error:
            raise Unreachable(LinkFailure.TIME_OUT if connection.is_late else LinkFailure.NOT_SECURE) from error
        except (OSError, HTTPException, ValueError) as error:
            raise Unreachable(LinkFailure.TIME_OUT if connection.is_late else LinkFailure.NO_CONNECTION) from error
        finally:
            connection.close()
            self.asked_at[parts.hostname] = time.monotonic()

    def exchange(self, connection, method, target):
        connection.request(method, target, headers={"User-Agent": user_agent(), "Accept": "*/*", "Connection": "close"})
        response = connection.getresponse()
        if method == "GET":
            response.read(MOST_READ)
        if connection.is_late or not 200 <= response.status < 1000:  # headers that were cut off look like the last
            raise HTTPException(response.status)
        return response.status, response.headers.get("Location", "") if response.status in REDIRECTS else ""

    def wait_for(self, host):
        if host in self.asked_at:
            time.sleep(max(0.0, self.asked_at[host] + self.pause - time.monotonic()))


def joined(here, target):
    """Where a redirect leads. Headers come as Latin-1, though many servers write UTF-8; what no address holds is left out."""
    with suppress(UnicodeError):
        target = target.encode("latin-1").decode()
    try:
        return urljoin(here, "".join(filter(str.isprintable, target)))
    except ValueError as error:
        raise Unreachable(LinkFailure.INVALID) from error


def target_of(parts):
    """Path and query as HTTP takes them: kanji and blanks as percent signs, what is encoded already left alone."""
    path = quote(parts.path or "/", safe="%/:=&~+!$,;'@()*[]")
    return f"{path}?{quote(parts.query, safe='%/:=&~+!$,;@()*[]?')}" if parts.query else path


def due(most):
    """The addresses of a run: `most` of those published that were not asked lately, never asked ones first, then the oldest.

    Checks of addresses that are not published any more are removed.
    """
    published = published_addresses()
    checked = dict(LinkCheck.objects.values_list("url", "checked_at"))
    gone = list(checked.keys() - set(published))
    for start in range(0, len(gone), 500):
        LinkCheck.objects.filter(url__in=gone[start : start + 500]).delete()
    rested = timezone.now() - REST
    new = [url for url in published if url not in checked]
    old = sorted((url for url in published if url in checked and checked[url] <= rested), key=checked.get)
    return [*new, *old][:most]


def record(url, answer):
    """Keep what an address answered; a success ends a row of failures."""
    now = timezone.now()
    since = None
    if answer.is_failure:
        since = LinkCheck.objects.filter(url=url).values_list("failing_since", flat=True).first() or now
    check = LinkCheck(url=url, checked_at=now, status=answer.status, failing_since=since, final_url=answer.final_url)
    LinkCheck.objects.bulk_create(
        [check],
        update_conflicts=True,
        unique_fields=["url"],
        update_fields=["checked_at", "status", "failing_since", "final_url"],
    )
