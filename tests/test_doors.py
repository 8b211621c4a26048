"""Every door into the data writes one history entry for each row that it writes, with who did it and why."""

import tempfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse

from partnerships.actions import choose_basis
from partnerships.models import Act, Partnership
from sistercities.curation.actions import withdraw
from sistercities.curation.reverting import revert
from sistercities.curation.seeding import seed
from sistercities.curation.story import changes_of
from tests.factories import (
    make_act,
    make_citation,
    make_edition,
    make_name,
    make_organization,
    make_partnership,
    make_place,
    make_program,
    make_source,
    make_user,
)
from tests.imports.way import applied, bring, taken_back
from tests.posting import form_of
from tests.world import make_world

pytestmark = pytest.mark.django_db


def curator():
    return get_user_model().objects.filter(username="sato").first() or make_user("curator", username="sato")


def tables():
    return [model for model in apps.get_models() if hasattr(model, "history") and "Historical" not in model.__name__]


def edited(client, record, reason="letter of the city", **fields):
    """What a curator does on the page of a record."""
    client.force_login(curator())
    address = reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
    form = form_of(client.get(address).content.decode(), f"{record._meta.model_name}_form")
    assert client.post(address, {**form, **fields, "change_reason": reason}).status_code == 302


def added(client):
    client.force_login(curator())
    address = reverse("admin:partnerships_partnership_add")
    form = form_of(client.get(address).content.decode(), "partnership_form")
    rows = {f"parties-{index}-place": make_place().pk for index in range(2)}
    claim = {
        "fact": "established",
        "normalised": "1957",
        "standing": "preferred",
        "source": make_source().pk,
        "basis": "stated",
    }
    rows |= {"citations-TOTAL_FORMS": 1} | {f"citations-0-{name}": value for name, value in claim.items()}
    assert client.post(address, {**form, **rows, "change_reason": "letter of the city"}).status_code == 302


def tie_with_rows():
    tie = make_partnership(make_place(name_en="Kobe"), make_place(name_en="Riga"), publication="draft")
    make_act(tie)
    make_citation(tie, "established", "1957", standing="preferred")
    make_citation(tie, "established", "1958")
    for row in (tie, *tie.parties.all()):
        row.save()
    return tie


def edit_tie(client):
    first, second = Partnership.objects.get().citations.order_by("pk")
    edited(
        client, Partnership.objects.get(),
        **{"staff_note": "a note", "acts-0-signers": "the mayors", "citations-0-standing": "accepted"},
        **{"citations-1-standing": "preferred", "citations-1-reason": "older", "parties-0-position": 2, "parties-1-position": 1},
    )  # fmt: skip


def rename_place(client):
    place = Partnership.objects.get().places[0]
    make_name(place, "Kobe-ko")
    snapshot.update()
    edited(client, place, name_en="Port of Kobe")


def edit_edition(client):
    edition = make_edition(make_program(publication="draft"), hosts=[make_place()])
    snapshot.update()
    edited(client, edition.program, **{"editions-0-hosts": [make_place().pk], "editions-0-title_en": "The tenth"})


def act_on_list(client):
    client.force_login(curator())
    listing = reverse("admin:partnerships_partnership_changelist")
    chosen = {"action": "publish_selected", "_selected_action": [Partnership.objects.get().pk]}
    client.post(listing, form_of(client.get(listing).content.decode(), "changelist-form") | chosen)


def settle_by_page(client):
    client.force_login(curator())
    tie = Partnership.objects.get()
    address = reverse("admin:partnerships_partnership_fact", args=[tie.pk, "established"])
    form = form_of(client.get(address).content.decode(), "state_form")
    said = {"normalised": "1959", "new_title": "Minutes", "reason": "letter of the city"}
    answer = client.post(address, form | {f"new-{name}": value for name, value in said.items()} | {"_state": "1"})
    assert answer.status_code == 302


def choose_by_page(client):
    client.force_login(curator())
    Act.objects.update(source=make_source())
    tie = Partnership.objects.get()
    address = reverse("admin:partnerships_partnership_basis", args=[tie.pk])
    form = form_of(client.get(address).content.decode(), "basis_form")
    chosen = {"act": Act.objects.get().pk, "reason": "letter of the city"}
    assert client.post(address, form | chosen).status_code == 302


def revert_by_page(client):
    edit_tie(client)
    snapshot.update()
    tie = Partnership.objects.get()
    address = reverse("admin:partnerships_partnership_revert", args=[tie.pk, changes_of(tie)[0][0].key])
    assert client.post(address, {"reason": "letter of the city"}).status_code == 302


def delete_source(client):
    client.force_login(make_user("administrator", username="sato"))
    source = make_source()
    snapshot.update()
    client.post(reverse("admin:curation_source_delete", args=[source.pk]), {"post": "yes"})


IMPORT = "region,municipality,partner_country,partner_region,partner_municipality,established\nHyogo,Himeji,US,Washington,Seattle,1999\nHyogo,Kobe,US,Washington,Seattle,1958\n"


def import_file(client):
    world = make_world()
    assert world is not None
    batch = bring(IMPORT)
    snapshot.update()
    applied(batch, by=curator())


def import_events(client):
    """Records with links and rows of their own, by the way of all datasets but partnerships."""
    tie, office = make_partnership(), make_organization()
    text = f"name_en,start,partnerships,organizers\nHarvest,2030-05-01,{tie.pk},{office.slug}\n"
    batch = bring(text, "events", name="events.csv")
    snapshot.update()
    applied(batch, by=curator())


def take_import_back(client):
    make_world()
    batch = applied(bring(IMPORT), by=curator())
    snapshot.update()
    taken_back(batch)


def load_seed(client):
    with tempfile.TemporaryDirectory() as folder:
        columns = "key,title_en,title_ja,publisher,url,issued,kind,licence,depends_on,note"
        rows = [columns, "one,One,,,,,other,,,", "two,Two,,,,,other,,one,"]
        (Path(folder) / "sources.csv").write_text("\n".join(rows) + "\n")
        seed(folder)


#: Door -> what it does, whether a person did it, how the reasons of what it writes begin (None: it states none).
DOORS = {
    "page of a new record": (added, True, "letter of the city"),
    "page of a record": (edit_tie, True, "letter of the city"),
    "page of a place": (rename_place, True, "letter of the city"),
    "page of a record whose rows have links": (edit_edition, True, "letter of the city"),
    "action of a list": (act_on_list, True, None),
    "page of a fact": (settle_by_page, True, "letter of the city"),
    "page of the acts": (choose_by_page, True, "letter of the city"),
    "revert": (revert_by_page, True, "Revert of "),
    "deletion": (delete_source, True, None),
    "import": (import_file, True, "Import "),
    "import of events": (import_events, True, "Import "),
    "import taken back": (take_import_back, True, "Import "),
    "seed": (load_seed, False, "seed"),
}  # fmt: skip


class Snapshot(dict):
    """How far each history had come."""

    def update(self):
        super().update(
            {
                model: model.history.order_by("-history_id").values_list("history_id", flat=True).first() or 0
                for model in tables()
            }
        )

    def entries(self):
        for model, last in self.items():
            for entry in model.history.filter(history_id__gt=last).select_related("history_user"):
                yield SimpleNamespace(
                    row=(model.__name__, entry.id), user=entry.history_user, reason=entry.history_change_reason
                )


snapshot = Snapshot()


@pytest.mark.parametrize("door", DOORS)
def test_door_writes_one_entry_for_each_row(door, client):
    act, by_a_person, reason = DOORS[door]
    if "import" not in door and door != "seed":
        tie_with_rows()
    snapshot.update()

    act(client)

    entries = list(snapshot.entries())
    assert len(entries) > 0
    assert [row for row, count in Counter(entry.row for entry in entries).items() if count > 1] == []
    # What a test prepares within a door is nobody's: places and sources to choose from.
    told = [entry for entry in entries if entry.user or not by_a_person]
    assert {entry.user is not None for entry in told} == {by_a_person}
    assert [entry for entry in told if reason and not (entry.reason or "").startswith(reason)] == []


def test_command_names_no_person():
    make_world()
    tie = Partnership.objects.public().first()

    withdraw(Partnership.objects.filter(pk=tie.pk), reason="asked by letter")

    entry = tie.history.first()
    assert (entry.history_user, entry.history_change_reason) == (None, "asked by letter")


def test_histories_have_no_page_that_writes_them(client):
    tie = tie_with_rows()
    choose_basis(tie, make_act(tie, date="1960", source=make_source()), reason="r")
    revert(tie, changes_of(tie)[0][0], user=None)
    client.force_login(make_user("superuser"))
    before = list(Partnership.history.values())
    version = reverse("admin:partnerships_partnership_simple_history", args=[tie.pk, tie.history.first().history_id])

    statuses = {client.post(version, {"staff_note": "forged"}).status_code, client.put(version).status_code}

    assert (statuses, settings.SIMPLE_HISTORY_REVERT_DISABLED) == ({403, 405}, True)
    assert [model for model in apps.get_models() if "Historical" in model.__name__ and _has_admin(model)] == []
    assert list(Partnership.history.values()) == before


def _has_admin(model):
    from django.contrib import admin

    return model in admin.site._registry
