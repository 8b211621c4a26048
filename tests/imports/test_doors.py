"""Who may go through which door of the desk: every address, every kind of person, and what a request may change."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from partnerships.models import Partnership, PartnershipCitation
from sistercities.core.models import DataVersion
from sistercities.curation.models import Source
from sistercities.imports.models import ImportBatch, ImportRow
from sistercities.imports.urls import urlpatterns
from tests.imports.desk import FILE, GOOD, signed_in

PEOPLE = ["anonymous", "visitor", "viewer", "owner", "other coordinator", "curator", "superuser"]
#: Addresses that only lead back to the page of the import when they are asked for.
STEPS = {"import-reading", "import-answers", "import-row", "import-submit", "import-approve", "import-refuse", "import-cancel", "import-resume"}  # fmt: skip

#: State of the import -> address -> people who see it; all others are refused, the anonymous sent to sign in.
DECIDERS = {"curator", "superuser"}
SEEN = {
    "checked": {"import": {"owner"}, "import-file": {"owner"}, "import-undo": set()},
    "review": {"import": {"owner"} | DECIDERS, "import-file": {"owner"} | DECIDERS, "import-undo": set()},
    "applied": {"import": {"owner"} | DECIDERS, "import-file": set(), "import-undo": DECIDERS},
}

#: State -> address -> people for whom a POST takes the step; for the others nothing changes at all.
TAKEN = {
    "checked": {
        "import-reading": {"owner"},
        "import-answers": {"owner"},
        "import-row": {"owner"},
        "import-submit": {"owner"},
        "import-cancel": {"owner"},
    },
    "review": {
        "import-row": DECIDERS,
        "import-approve": DECIDERS,
        "import-refuse": DECIDERS,
        "import-cancel": {"owner"},
    },
    "applied": {"import-undo": DECIDERS},
}


@pytest.fixture
def people(world):
    found = {"anonymous": Client(), "visitor": signed_in(None, is_staff=False), "owner": signed_in("coordinator")}
    found["other coordinator"] = signed_in("coordinator")
    return found | {role: signed_in(role) for role in ("viewer", "curator", "superuser")}


@pytest.fixture
def batch_in(desk, people):
    def make(state):
        batch = desk.bring(people["owner"], GOOD)
        if state != "checked":
            desk.submit(people["owner"], batch)
        if state == "applied":
            desk.approve(people["curator"], batch)
        batch.refresh_from_db()
        return batch

    return make


def everything():
    """All that a step at the desk could change, as text."""
    tables = (ImportBatch, ImportRow, Partnership, PartnershipCitation, Source)
    return repr([list(model.objects.order_by("pk").values()) for model in tables]), DataVersion.current()


def arguments(name, batch):
    if name == "import-template":
        return ["partnerships"]
    if name == "import-row":
        return [batch.pk, batch.rows.get(line=2).pk]
    return [] if name == "imports" else [batch.pk]


def posted(name, batch):
    token = {"token": batch.token}
    return {
        "imports": {"dataset": "partnerships", "file": SimpleUploadedFile("a.csv", FILE.encode("cp932"))},
        "import-reading": {"encoding": "cp932"},
        "import-answers": {"prefer": "file"},
        "import-row": {"row": "out"},
        "import-submit": token,
        "import-approve": token,
        "import-refuse": {"reason": "No."},
        "import-undo": {"reason": "No."},
    }.get(name, {})


NAMES = [pattern.name for pattern in urlpatterns]


@pytest.mark.parametrize("state", SEEN)
def test_get_shows_what_the_person_may_see_and_changes_nothing(desk, people, batch_in, state):
    batch = batch_in(state)
    before, wrong = everything(), []
    for name in NAMES:
        for who, client in people.items():
            answer = desk.get(client, name, *arguments(name, batch))
            if answer.streaming:
                b"".join(answer.streaming_content)
            expected = expected_of_get(name, who, SEEN[state], batch)
            if (answer.status_code, answer.get("Location", "")) != expected or "no-store" not in answer[
                "Cache-Control"
            ]:
                wrong.append((name, who, answer.status_code, answer.get("Location"), expected))
    assert wrong == []
    assert everything() == before


def expected_of_get(name, who, seen, batch):
    page = f"/en/imports/{batch.pk}/"
    if who == "anonymous":
        path = {
            "imports": "/en/imports/",
            "import-template": "/en/imports/templates/partnerships.xlsx",
            "import-file": f"{page}file/",
        }
        return 302, f"/en/sign-in/?next={path.get(name, page)}"
    if who in ("visitor", "viewer"):
        return 403, ""
    if name in ("imports", "import-template"):
        return 200, ""
    if who not in seen["import"]:
        return 403, ""
    if name in STEPS:
        return 302, page
    if who in seen[name]:
        return 200, ""
    return (403 if name == "import-undo" and who == "owner" else 409), ""


@pytest.mark.parametrize("state", TAKEN)
@pytest.mark.parametrize("who", PEOPLE)
def test_post_takes_only_the_steps_that_are_the_persons_to_take(desk, people, batch_in, state, who):
    batch = batch_in(state)
    wrong = []
    for name in [name for name in NAMES if name not in ("imports", "import-template", "import", "import-file")]:
        may = who in TAKEN[state].get(name, ())
        before = everything()
        batch.refresh_from_db()
        if may:
            continue
        answer = desk.post(people[who], name, *arguments(name, batch), **posted(name, batch))
        ok = (
            answer.status_code == 302 and answer.url.startswith("/en/sign-in/")
            if who == "anonymous"
            else answer.status_code in (403, 409)
        )
        if not ok or everything() != before:
            wrong.append((name, answer.status_code, everything() == before))
    assert wrong == []


@pytest.mark.parametrize(
    ("state", "name", "who"),
    [(state, name, who) for state, steps in TAKEN.items() for name, people in steps.items() for who in sorted(people)],
)
def test_step_is_taken_by_the_person_whose_it_is(desk, people, batch_in, state, name, who):
    batch = batch_in(state)
    before = everything()

    answer = desk.post(people[who], name, *arguments(name, batch), **posted(name, batch))

    assert (answer.status_code, answer.url.partition("?")[0].partition("#")[0]) == (302, f"/en/imports/{batch.pk}/")
    assert everything() != before


@pytest.mark.parametrize("who", PEOPLE)
def test_only_those_who_may_import_bring_files(desk, people, who):
    answer = desk.post(people[who], "imports", **posted("imports", ImportBatch()))

    brought = who in ("owner", "other coordinator", "curator", "superuser")
    assert ImportBatch.objects.count() == brought
    assert answer.status_code == (302 if brought or who == "anonymous" else 403)


@pytest.mark.parametrize("who", ["curator", "superuser"])
def test_nobody_decides_on_an_import_of_their_own(desk, people, who):
    batch = desk.bring(people[who], GOOD)
    desk.submit(people[who], batch)
    before = everything()

    answers = [desk.approve(people[who], batch), desk.post(people[who], "import-refuse", batch.pk, reason="No.")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "another person has to" in answers[0].content.decode()
    assert everything() == before


def test_token_of_another_import_confirms_nothing(desk, people, batch_in):
    batch = batch_in("checked")
    other = desk.bring(people["owner"], FILE)
    before = everything()

    assert desk.submit(people["owner"], batch, token=other.token).status_code == 409
    assert desk.submit(people["owner"], batch, token="").status_code == 409
    assert everything() == before


@pytest.mark.parametrize("name", sorted(STEPS - {"import-row"}))
def test_import_that_is_not_there_is_not_found(desk, people, name):
    assert desk.get(people["owner"], name, 99).status_code == 404
    assert desk.post(people["owner"], name, 99).status_code == 404


def test_row_of_another_import_is_not_found(desk, people, batch_in):
    batch, other = batch_in("checked"), batch_in("checked")

    answer = desk.post(people["owner"], "import-row", batch.pk, other.rows.first().pk, row="out")

    assert (answer.status_code, other.rows.filter(excluded=True).count()) == (404, 0)


def test_step_without_the_token_of_the_form_is_refused(people, batch_in):
    batch = batch_in("checked")
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["owner"].person)

    assert client.post(f"/en/imports/{batch.pk}/cancel/").status_code == 403
    assert ImportBatch.objects.get(pk=batch.pk).state == "checked"


def test_coordinator_whose_role_was_taken_away_is_out(desk, people, batch_in):
    batch = batch_in("checked")
    owner = people["owner"]
    owner.person.groups.clear()

    for answer in (desk.get(owner, "import", batch.pk), desk.submit(owner, batch)):
        assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/en/sign-in/")  # the session has ended
    owner.force_login(owner.person)
    assert desk.get(owner, "import", batch.pk).status_code == 403
    assert desk.submit(owner, batch).status_code == 403


def test_stock_import_is_no_other_door(people):
    """django-import-export's own admin pages are not mounted: what is not the desk answers 404 for everybody."""
    for model in ("partnerships/partnership", "partnerships/place", "events/event"):
        for page in ("import/", "process_import/"):
            answer = people["superuser"].post(f"/admin/{model}/{page}", follow=True)
            assert answer.status_code in (403, 404) or "import_file" not in answer.content.decode()
