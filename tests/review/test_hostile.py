"""Hostile posts: none of them is an error of ours, and nothing of them becomes an element, an attribute or a handler on any page."""

from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from django.test import Client

from sistercities.curation.models import Proposal
from sistercities.imports.resources import registry
from sistercities.review.models import Attempt, Suggestion

from .way import accept, dataset_of, form_of, send, step, suggested

pytestmark = pytest.mark.django_db

HARMLESS = "plain words"
#: Text that means something to some program on its way.
HOSTILE = {
    "an element": "<b>bold</b><h1>News</h1>",
    "a script": "<script>alert(1)</script>",
    "an image with a handler": "<img src=x onerror=alert(1)>",
    "a way out of an attribute": '"><svg onload=alert(1)>',
    "a way out of an attribute in single quotes": "' onmouseover='alert(1)",
    "a way out of a textarea": "</textarea><script>alert(1)</script>",
    "a way out of a title": "</title><script>alert(1)</script>",
    "an end of the page": "</body></html><!--",
    "a template of ours": "{{ request.user }}{% debug %}{% csrf_token %}",
    "a template of another": "${7*7}#{7*7}<%= 7*7 %>",
    "a formula": '=HYPERLINK("https://evil.example/","x")',
    "a formula in disguise": "'=1+1",
    "SQL": "'); DROP TABLE curation_proposal; --",
    "a path": "../../../../etc/passwd",
    "a shell": "$(reboot) `reboot`; reboot",
    "a text that runs the other way": "‮evil‬ txt.exe",
    "signs without a width": "a​b﻿c",
    "stacked signs": "Z̷̢̧͓͔͖͗" * 20,
    "emoji": "👩‍👩‍👧‍👦🏴‍☠️",
    "an entity": "&lt;script&gt;&#60;b&#62;",
    "lines of a header": "a@example.org\r\nBcc: victim@example.org\r\n\r\nBody",
    "an address that is a script": "javascript:alert(document.cookie)",
    "an address that is data": "data:text/html,<script>alert(1)</script>",
    "JSON": '{"__proto__": {"admin": true}}',
    "a format of Python": "%(secret)s {0.__class__} %s %n",
}  # fmt: skip
TEXTS = ("message", "source_title", "contact")


class Elements(HTMLParser):
    """What a page is made of: its elements with their attributes' names, in order; and where its links lead."""

    def __init__(self, response):
        super().__init__()
        self.found, self.links = [], []
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, tuple(sorted(name for name, _value in attrs))))
        self.links += [value for name, value in attrs if name in ("href", "src", "action") and value]


def pages(curator, record, posted):
    """Every page that shows a suggestion: what its sender sees and what the staff see."""
    looked_over = send(record, step="check", **posted)
    answer = send(record, **posted)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    proposal = Proposal.objects.latest("pk")
    shown = {
        "looked over": looked_over,
        "changed again": send(record, step="change", **posted),
        "a mistake": send(record, step="send", subject="x", **posted),
        "sent": Client().get(answer["Location"]),
        "queue": curator.get("/en/review/"),
        "proposal": curator.get(proposal.get_absolute_url()),
        "proposal in Japanese": curator.get(proposal.get_absolute_url().replace("/en/", "/ja/")),
        "accepting with a mistake": accept(curator, proposal, version="0"),
        "admin": curator.get(f"/admin/curation/proposal/{proposal.pk}/change/"),
        "history in the admin": curator.get(f"/admin/curation/proposal/{proposal.pk}/history/"),
        "admin's list": curator.get("/admin/curation/proposal/"),
        "record": Client().get(record.get_absolute_url()),
    }
    Proposal.objects.all().delete()
    Attempt.objects.all().delete()
    return shown


def posted_with(record, text):
    """A suggestion that says a text wherever there is room for one."""
    free = ("description_en", "designation_en", "venue")
    cells = [name for name in free if name in registry()[dataset_of(record)].for_visitors]
    short = dict.fromkeys((*cells, "source_title", "contact"), text[:190])
    return short | {"message": text, "source_url": "https://example.org/"}


def assert_alike(hostile, harmless):
    """No element more, no attribute more, and no link that leads to a program."""
    for name, page in hostile.items():
        ours, theirs = Elements(harmless[name]), Elements(page)
        assert page.status_code == harmless[name].status_code, name
        assert without_pieces(theirs) == without_pieces(ours), name
        schemes = {link.partition(":")[0] for link in theirs.links if ":" in link.partition("/")[0]}
        assert schemes <= {"http", "https", "mailto", "tel"}, name


def test_all_of_them_reach_no_page_but_as_text(world, curator):
    for record in (world.office, world.ties[0]):
        harmless = pages(curator, record, posted_with(record, HARMLESS))
        assert_alike(pages(curator, record, posted_with(record, " ".join(HOSTILE.values()))), harmless)


@pytest.mark.parametrize("what", HOSTILE)
def test_text_reaches_the_curator_as_text(world, curator, what):
    """Each by itself, at the beginning of a field and where it is longest, on the pages of who decides."""
    found = {}
    for text in (HARMLESS, HOSTILE[what]):
        proposal = suggested(world.office, **posted_with(world.office, text))
        found[text] = {"proposal": curator.get(proposal.get_absolute_url()), "queue": curator.get("/en/review/")}
        Proposal.objects.all().delete()

    assert_alike(found[HOSTILE[what]], found[HARMLESS])


def without_pieces(elements):
    return [(tag, names) for tag, names in elements.found if tag not in ("ins", "del", "br")]


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_accepted_is_stored_as_it_was_written_and_escaped_on_the_record(world, curator, what):
    proposal = suggested(world.office, description_en=HOSTILE[what])
    before = Elements(Client().get(world.office.get_absolute_url()))
    answer = accept(curator, proposal)

    assert answer.status_code in (302, 400)
    after = Client().get(world.office.get_absolute_url())
    assert {tag for tag, _names in Elements(after).found} - {tag for tag, _names in before.found} <= {
        "p",
        "meta",
        "bdi",
        "span",
    }
    assert "alert(1)>" not in after.content.decode()


@pytest.mark.parametrize("name", ["source_url", "website"])
@pytest.mark.parametrize("url", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript://example.org/%0aalert(1)", "data:text/html,x", "vbscript:x", "//evil.example", "file:///etc/passwd", "https://"])  # fmt: skip
def test_address_that_is_none_of_the_web_is_refused(world, name, url):
    answer = send(world.office, message="x", **{name: url})

    assert answer.status_code == 400
    assert [link for link in Elements(answer).links if "script" in link or link.startswith("data")] == []


@pytest.mark.parametrize("name", [*TEXTS, "source_url", "website", "was-website", "step", "unknown"])
def test_nul_and_other_control_characters_are_told_or_left_out(world, name):
    for text in ("a\0b", "\0", "a\x1bb", "\x08"):
        Attempt.objects.all().delete()
        answer = send(world.office, **({"message": "x"} | {name: text} | ({"step": text} if name == "step" else {})))
        assert answer.status_code in (200, 302, 400), text


@pytest.mark.parametrize("body", [
    b"message=%ED%A0%80&step=send", b"message=%FF%FE&step=send", b"message=%C0%AF&step=send", b"\xed\xa0\x80=1",
    b"message=" + b"%00" * 100, b"&" * 500, b"=" * 500, b"step=send&step=check&step=", b"",
])  # fmt: skip
def test_bytes_that_are_no_text_are_no_error_of_ours(world, body):
    answer = Client().post(form_of(world.office), body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code in (200, 302, 400)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded; charset=utf-16", "x"])  # fmt: skip
def test_body_of_another_kind_is_no_error_of_ours(world, content_type):
    answer = Client().post(form_of(world.office), b'{"step": "send"}', content_type=content_type)

    assert answer.status_code == 400


def test_form_of_a_megabyte_is_turned_away_in_words(world):
    for size in (600_000, 1_000_000, 3_000_000):
        answer = send(world.office, message="x" * size)
        assert answer.status_code == 413
        assert "Nothing was stored" in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
    assert (Proposal.objects.count(), Attempt.objects.count()) == (0, 0)


def test_text_at_its_limit_is_taken_and_one_beyond_told(world):
    assert send(world.office, message="あ" * 4_000).status_code == 302
    assert send(world.office, message="あ" * 4_001).status_code == 400
    assert send(world.office, website="https://example.org/" + "x" * 5_000).status_code == 400


def test_thousands_of_fields_are_turned_away_in_words(world):
    body = urlencode([(f"f{n}", "x") for n in range(3_000)])
    answer = Client().post(form_of(world.office), body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 400
    assert "<h1>" in answer.content.decode()


def test_file_is_no_part_of_a_suggestion(world, tmp_path):
    path = tmp_path / "a.html"
    path.write_text("<script>alert(1)</script>")
    with path.open("rb") as file:
        answer = Client().post(form_of(world.office), {"step": "send", "message": file})

    assert (answer.status_code, Proposal.objects.count()) == (400, 0)


def test_form_without_its_token_is_refused_and_nothing_stored(world):
    client = Client(enforce_csrf_checks=True)
    for headers in ({}, {"origin": "https://evil.example"}, {"referer": "https://evil.example/"}):
        answer = client.post(form_of(world.office), {"step": "send", "message": "x"}, headers=headers)
        assert answer.status_code == 403
        assert "Go back, reload it" in answer.content.decode()
    assert (Proposal.objects.count(), Attempt.objects.count()) == (0, 0)


def test_form_with_its_token_is_taken(world):
    client = Client(enforce_csrf_checks=True)
    token = (
        client.get(form_of(world.office))
        .content.decode()
        .partition('csrfmiddlewaretoken" value="')[2]
        .partition('"')[0]
    )

    assert send(world.office, client, message="x", csrfmiddlewaretoken=token).status_code == 302


def test_who_fills_in_everything_is_no_person(world):
    answer = send(world.office, message="Buy now", subject="Cheap watches")

    assert (answer.status_code, Proposal.objects.count()) == (400, 0)
    assert "must stay empty" in answer.content.decode()


@pytest.mark.parametrize("address", [
    "/en/suggest/places/0/", "/en/suggest/places/999999999/", f"/en/suggest/places/{10**30}/", "/en/suggest/martians/1/",
    "/en/suggest/martians/", "/en/suggest/places/-1/", "/en/suggest/places/1x/", "/en/suggest/sent/", "/en/suggest/",
    "/fr/suggest/places/1/", "/en/suggest/partnerships/1/../../", "/en/suggest/sources/1/",
])  # fmt: skip
def test_address_of_nothing_is_not_found(world, curator, address):
    assert [curator.get(address).status_code, curator.post(address, {"step": "send"}).status_code] == [404, 404]
    assert curator.get(f"/en/review/{10**30}/").status_code == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_other_methods_are_not_allowed(world, method):
    assert getattr(Client(), method)(form_of(world.office)).status_code == 405


def test_columns_that_nobody_is_asked_for_are_passed_over(world):
    proposal = suggested(
        world.office, website="https://example.org/", slug="hacked", publication="draft", id="1", parent="x"
    )

    assert proposal.difference.keys() == {"website"}
    assert (proposal.state, proposal.proposed_by, proposal.suggestion.origin) == ("pending", None, "public")


def test_forged_old_value_is_not_believed(world):
    assert suggested(
        world.office, **{"website": "https://example.org/", "was-website": "https://evil.example/"}
    ).difference == {"website": ["", "https://example.org/"]}


@pytest.mark.parametrize("query", ["?kind=x", "?kind=" + "x" * 2_000, "?page=0", "?page=-1", "?page=9999999999999", "?page=x", "?state=%00", "?dataset=%27", "?worklist=x", "?kind=public&kind=import"])  # fmt: skip
def test_queue_reads_any_address(world, curator, query):
    suggested(world.office, message="x")

    assert curator.get(f"/en/review/{query}").status_code == 200


@pytest.mark.parametrize("name", ["accept", "refuse", "ask"])
@pytest.mark.parametrize("what", ["a script", "lines of a header", "a text that runs the other way"])
def test_words_of_staff_are_no_less_escaped(world, curator, name, what):
    proposal = suggested(world.office, message="x")
    step(curator, proposal, name, text=HOSTILE[what], version="0")

    page = curator.get(proposal.get_absolute_url())
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_everything_that_is_kept_of_a_hostile_suggestion_is_text(world):
    proposal = suggested(world.office, message=HOSTILE["lines of a header"], contact=HOSTILE["lines of a header"])

    kept = Suggestion.objects.get(proposal=proposal)
    assert "\r" not in kept.message + kept.contact
    assert "\n" not in kept.contact
