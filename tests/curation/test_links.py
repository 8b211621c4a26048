"""The link check, against a real server on this machine, and what it refuses to ask."""

import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from sistercities.curation.addresses import published_addresses
from sistercities.curation.links import Asker, due, is_public, record
from sistercities.curation.management.commands.check_links import alone
from sistercities.curation.models import LinkCheck
from tests.factories import make_contact_desk, make_event, make_organization, make_program, make_source

PRIVATE = [
    "127.0.0.1", "localhost", "[::1]", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "[fe80::1]", "[fc00::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    "2130706433", "0x7f.1", "127.1",
]  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    def answer(self):
        server = self.server
        with server.lock:
            server.busy += 1
            server.most_busy = max(server.most_busy, server.busy)
            server.asked.append((self.command, self.path, time.monotonic(), self.headers["User-Agent"]))
        try:
            getattr(self, "at" + self.path.partition("?")[0].replace("/", "_").replace("-", "_"), self.at_gone)()
        except OSError:  # the other side had enough
            pass
        finally:
            with server.lock:
                server.busy -= 1

    do_HEAD = do_GET = answer

    def say(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()

    def at_ok(self):
        self.say(200)

    def at_gone(self):
        self.say(404)

    def at_broken(self):
        self.say(500)

    def at_closed(self):
        self.say(403)

    def at_no_head(self):
        self.say(405 if self.command == "HEAD" else 200)

    def at_moved(self):
        self.say(301, Location="/moved-on")

    def at_moved_on(self):
        self.say(302, Location="/ok")

    def at_loop(self):
        self.say(302, Location="/loop")

    def at_inwards(self):
        self.say(302, Location="http://10.0.0.1/secret")

    def at_to_a_file(self):
        self.say(302, Location="file:///etc/passwd")

    def at_hostile(self):
        self.say(302, Location="http://[bad\x00/")

    def at_slow(self):
        self.server.enough.wait(5)

    def at_drip(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while not self.server.enough.wait(0.05):
            self.wfile.write(b"x")
            self.wfile.flush()

    def at_endless(self):
        if self.command == "HEAD":
            return self.say(404)
        self.say(200)
        while not self.server.enough.is_set():
            self.wfile.write(b"x" * 1000)
            self.server.sent += 1000
        return None

    def log_message(self, *_words):
        pass


@pytest.fixture
def server(settings):
    settings.LINK_CHECKS_ON_LOOPBACK = True
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.lock, server.enough = threading.Lock(), threading.Event()
    server.asked, server.busy, server.most_busy, server.sent = [], 0, 0, 0
    server.at = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.enough.set()
    server.shutdown()
    thread.join()
    server.server_close()


def ask(url, **options):
    return Asker(**{"pause": 0, "time_out": 2} | options).ask(url)


def move_back(**ago):
    """As if the last run had been so long ago."""
    for check in LinkCheck.objects.all():
        check.checked_at -= timedelta(**ago)
        check.failing_since = check.failing_since and check.failing_since - timedelta(**ago)
        check.save()


# One address


@pytest.mark.parametrize(
    ("path", "status", "fails"),
    [
        ("/ok", "200", False),
        ("/gone", "404", True),
        ("/broken", "500", True),
        ("/closed", "403", False),
        ("/no-head", "200", False),
        ("/loop", "redirects", True),
        ("/inwards", "not-public", True),
        ("/to-a-file", "invalid", True),
        ("/hostile", "invalid", True),
    ],
)
def test_answer_of_an_address(path, status, fails, server):
    answer = ask(server.at + path)

    assert (answer.status, answer.is_failure) == (status, fails)


def test_address_that_answers_is_asked_by_head_alone_in_our_own_name(server, settings):
    ask(f"{server.at}/ok")

    assert [(method, agent) for method, _path, _at, agent in server.asked] == [
        ("HEAD", f"sister-city-directory link check (+{settings.SITE_URL})")
    ]


def test_redirects_are_followed_and_their_end_is_told(server):
    answer = ask(f"{server.at}/moved")

    assert (answer.status, answer.final_url) == ("200", f"{server.at}/ok")


def test_redirects_without_end_stop_after_the_fifth(server):
    ask(f"{server.at}/loop")

    assert len(server.asked) == 6


def test_kanji_and_blanks_of_an_address_are_encoded(server):
    ask(f"{server.at}/ok?q=姉妹 都市%20x")

    assert server.asked[0][1] == "/ok?q=%E5%A7%89%E5%A6%B9%20%E9%83%BD%E5%B8%82%20x"


def test_server_that_says_nothing_is_given_up(server):
    assert ask(f"{server.at}/slow", time_out=0.2).status == "time-out"


def test_server_that_drips_is_given_up(server):
    began = time.monotonic()

    assert ask(f"{server.at}/drip", whole=0.5).status == "time-out"
    assert time.monotonic() - began < 3


def test_body_is_not_read_to_its_end(server):
    assert ask(f"{server.at}/endless").status == "200"
    sent = server.sent
    time.sleep(0.1)
    assert server.sent - sent < 10_000_000  # it was told to stop; what lies in buffers is on its way


def test_port_where_nobody_listens_is_no_connection(server):
    server.server_close()

    assert ask(f"{server.at}/ok").status == "no-connection"


def test_plain_server_is_no_secure_one(server):
    assert ask(server.at.replace("http:", "https:") + "/ok").status == "not-secure"


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "http://", "http://a..b/", "http://[1/", "http://example.org:99999/", "https:///x"]
)
def test_what_is_no_address_is_said_to_be_none(url):
    assert ask(url).status == "invalid"


def test_host_that_does_not_exist():
    assert ask("http://nowhere.invalid/").status == "unknown-host"


# Private networks


@pytest.mark.parametrize("host", PRIVATE)
def test_private_address_is_refused_without_a_request(host, server, settings):
    settings.LINK_CHECKS_ON_LOOPBACK = False

    answer = ask(f"http://{host}:{server.server_port}/ok")

    assert (answer.status, server.asked) == ("not-public", [])


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::ffff:192.168.0.1", "fe80::1%eth0"])
def test_setting_for_tests_opens_loopback_alone(address, settings):
    settings.LINK_CHECKS_ON_LOOPBACK = True

    assert (is_public(address), is_public("127.0.0.1"), is_public("::1")) == (False, True, True)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_public_address_is_public(address):
    assert is_public(address)


# One host at a time


def test_host_is_asked_once_at_a_time_with_a_pause(server):
    asker = Asker(pause=0.15)
    for path in ("/ok", "/gone"):
        asker.ask(server.at + path)

    moments = [at for _method, _path, at, _agent in server.asked]
    pauses = [later - earlier for earlier, later in zip(moments, moments[1:], strict=False)]
    assert len(pauses) == 2
    assert min(pauses) >= 0.15
    assert server.most_busy == 1


# Runs

pytestmark = pytest.mark.django_db


def run(**options):
    call_command("check_links", **{"verbosity": 0, "pause": 0} | options)


def test_addresses_of_every_published_record_are_checked_once():
    for make in (make_organization, make_program, make_contact_desk, make_event):
        make(website="https://example.org/a")
        make(website=f"https://example.org/{make.__name__}")
        make(website="https://example.org/draft", publication="draft")
    make_event(online_url="https://example.org/online")
    make_source(url="http://example.org/source")
    make_source(url="ftp://example.org/")

    assert published_addresses() == [
        "http://example.org/source",
        "https://example.org/a",
        "https://example.org/make_contact_desk",
        "https://example.org/make_event",
        "https://example.org/make_organization",
        "https://example.org/make_program",
        "https://example.org/online",
    ]


def test_address_is_dead_when_it_failed_in_two_runs_a_day_apart(server):
    make_source(url=f"{server.at}/gone")
    make_source(url=f"{server.at}/ok")
    run()
    assert LinkCheck.objects.dead().count() == 0

    move_back(hours=25)
    run()

    assert [(check.url, check.status) for check in LinkCheck.objects.dead()] == [(f"{server.at}/gone", "404")]


def test_two_failures_of_one_day_are_not_the_end(server):
    make_source(url=f"{server.at}/gone")
    run()
    move_back(hours=22)

    run()

    assert (len(server.asked), LinkCheck.objects.dead().count()) == (4, 0)


def test_success_ends_a_row_of_failures(server):
    url = f"{server.at}/ok"
    make_source(url=url)
    LinkCheck.objects.create(
        url=url,
        status="404",
        checked_at=timezone.now() - timedelta(days=2),
        failing_since=timezone.now() - timedelta(days=9),
    )

    run()

    check = LinkCheck.objects.get()
    assert (check.status, check.failing_since) == ("200", None)


def test_run_asks_no_more_than_it_may_and_the_next_goes_on(server):
    urls = [f"{server.at}/ok?{n}" for n in range(3)]
    for url in urls:
        make_source(url=url)

    run(most=2)
    run(most=2)

    assert [f"{server.at}{path}" for _method, path, _at, _agent in server.asked] == urls


def test_oldest_check_comes_first_after_those_never_asked(server):
    for n, days in enumerate((1, 3, 2)):
        make_source(url=f"{server.at}/ok?{n}")
        LinkCheck.objects.create(
            url=f"{server.at}/ok?{n}", status="200", checked_at=timezone.now() - timedelta(days=days)
        )
    make_source(url=f"{server.at}/ok?new")

    assert [url.partition("?")[2] for url in due(9)] == ["new", "1", "2", "0"]


def test_address_that_is_not_published_any_more_is_forgotten(server):
    source = make_source(url=f"{server.at}/gone")
    run()
    source.url = ""
    source.save()

    run()

    assert LinkCheck.objects.count() == 0


def test_interrupted_run_keeps_what_it_asked(server, monkeypatch, capsys):
    for path in ("/gone", "/ok"):
        make_source(url=server.at + path)
    asked = Asker.ask

    def interrupted(self, url):
        if url.endswith("/ok"):
            raise KeyboardInterrupt
        return asked(self, url)

    monkeypatch.setattr(Asker, "ask", interrupted)
    run(verbosity=1)

    assert [check.status for check in LinkCheck.objects.all()] == ["404"]
    assert (
        capsys.readouterr().out == "check_links: 1 asked, 1 failed; 0 dead in all; interrupted, the next run goes on\n"
    )


def test_second_run_beside_the_first_is_refused():
    with alone(), pytest.raises(CommandError, match="Another check of links is running"):
        run()


def test_run_of_none_is_refused_in_words():
    with pytest.raises(CommandError, match="counts from 1"):
        run(most=0)


def test_recording_costs_the_same_for_the_first_check_and_the_second(django_assert_num_queries):
    failed = Asker().ask("ftp://example.org/")
    for _check in range(2):
        with django_assert_num_queries(2):
            record("ftp://example.org/", failed)
