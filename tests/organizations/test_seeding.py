"""Loading the fixtures of organizations and events: by key, all or nothing, with the history of rows and of their links."""

import csv
from copy import deepcopy

import pytest
from django.core.management import call_command

from events import seeding as event_files
from events.models import Event, EventCitation, EventOrganizer, Milestone
from organizations import seeding as files
from organizations.models import (
    Affiliation,
    ContactDesk,
    ContactDeskCitation,
    Figure,
    Organization,
    OrganizationCitation,
    Program,
    ProgramAudience,
    ProgramEdition,
    ProgramPart,
    ProgramPartner,
)
from sistercities.core.models import DataVersion, public_change
from sistercities.curation.actions import withdraw
from sistercities.curation.models import SeedKey
from sistercities.curation.seeding import CITATION_COLUMNS, SeedError, seed
from tests.curation.test_seeding import COLUMNS as BASE_COLUMNS
from tests.curation.test_seeding import SAMPLE as BASE
from tests.curation.test_seeding import TIE, claim

pytestmark = pytest.mark.django_db

TABLES = (
    files.ORGANIZATIONS, files.AFFILIATIONS, files.CONTACTS, files.PROGRAMS, files.PARTS, files.PARTNERS, files.EDITIONS, files.FIGURES,
    event_files.EVENTS, event_files.ORGANIZERS, event_files.CITATIONS, event_files.MILESTONES,
)  # fmt: skip
COLUMNS = BASE_COLUMNS | {table.file.removesuffix(".csv"): table.columns for table in TABLES}
COLUMNS |= {
    f"organizations/{file}": (owner, *CITATION_COLUMNS)
    for file, owner in (
        ("citations", "organization"),
        ("contact_citations", "contact"),
        ("program_citations", "program"),
        ("figure_citations", "figure"),
    )
}

DESK = "jp/hyogo/kobe#1"
UID = "b83d9b1e-0c5f-4c69-9a07-5a2f4be7d1c3"
SAMPLE = {
    **BASE,
    "organizations/organizations": [
        {"key": "center", "publication": "published", "kind": "overseas_office", "name_en": "Center", "name_ja": "センター", "acronym": "LGC",
         "parent": "council", "seat": "us/washington/seattle", "serves": "us; us/washington", "founded": "1989", "email_as_given": "desk@example.org/"},
        {"key": "council", "publication": "published", "kind": "joint_body", "name_en": "Council", "name_ja": "協議会", "name_kana": "きょうぎかい",
         "serves": "jp", "founded": "1988-07"},
        {"key": "league", "publication": "review", "kind": "government_association", "name_en": "League of Cities"},
    ],
    "organizations/affiliations": [
        {"organization": "center", "kind": "works_with", "partner": "league", "capacity_en": "voice of the cities", "source": "city"},
    ],
    "organizations/citations": [{"organization": "center", **claim("founded", "1989", "preferred")}],
    "organizations/contacts": [
        {"key": DESK, "publication": "published", "place": "jp/hyogo/kobe", "position": "1", "kind": "association", "organization": "council",
         "name_en": "International Association", "within_en": "City Hall"},
    ],
    "organizations/contact_citations": [
        {"contact": DESK, **claim("place", "jp/hyogo/kobe")},
        {"contact": DESK, **claim("place", "us/washington/seattle", source="list")},
    ],
    "organizations/programs": [
        {"key": "fellowship", "publication": "published", "kind": "fellowship", "organizer": "center", "name_en": "Fellowship",
         "audiences": "officials_abroad;students", "places": "us;jp", "status": "running", "status_as_of": "2024"},
    ],
    "organizations/program_parts": [{"program": "fellowship", "position": "1", "acronym": "CIR", "name_en": "Coordinator"}],
    "organizations/program_partners": [{"program": "fellowship", "organization": "council", "role": "supporter"}],
    "organizations/editions": [
        {"program": "fellowship", "fiscal_year": "2015", "title_en": "The first", "hosts": "jp/hyogo/kobe;jp", "held_from": "2015-11", "days": "11",
         "participants": "20", "status": "held", "source": "city"},
    ],
    "organizations/program_citations": [{"program": "fellowship", **claim("existence")}],
    "organizations/figures": [
        {"key": "center-467", "publication": "published", "value": "467", "qualifier": "exact", "unit": "ties", "counted_en": "agreements",
         "place": "us", "partner_place": "jp", "stated_by": "center", "program": "fellowship", "source": "city", "locator": "second paragraph"},
    ],
    "organizations/figure_citations": [{"figure": "center-467", **claim("value", "467")}],
    "events/events": [
        {"key": "symposium", "publication": "published", "name_en": "Symposium", "status": "scheduled", "outcome": "held", "start": "2019-03-01",
         "end": "2019-03-02", "start_time": "09:00", "time_zone": "America/Chicago", "place": "us/washington/seattle", "attendance": "250",
         "attendance_qualifier": "over", "program": "fellowship", "partnerships": TIE, "uid": UID},
    ],
    "events/organizers": [{"event": "symposium", "organization": "center", "role": "organizer", "position": "1"}],
    "events/citations": [{"event": "symposium", **claim("date", "2019-03")}],
    "events/milestones": [
        {"key": "first-tie", "kind": "first", "date": "1957-10", "name_en": "The first tie", "name_ja": "最初の提携", "partnership": TIE,
         "organization": "council", "place": "jp", "source": "city"},
    ],
}  # fmt: skip

COUNTS = {
    "organizations.Organization": 3, "organizations.Affiliation": 1, "organizations.OrganizationCitation": 1, "organizations.ContactDesk": 1,
    "organizations.ContactDeskCitation": 2, "organizations.Program": 1, "organizations.ProgramAudience": 2, "organizations.ProgramPart": 1,
    "organizations.ProgramPartner": 1, "organizations.ProgramEdition": 1, "organizations.ProgramCitation": 1, "organizations.Figure": 1,
    "organizations.FigureCitation": 1, "events.Event": 1, "events.EventOrganizer": 1, "events.EventCitation": 1, "events.Milestone": 1,
}  # fmt: skip
MODELS = (
    Organization, Affiliation, OrganizationCitation, ContactDesk, ContactDeskCitation, Program, ProgramAudience, ProgramPart, ProgramPartner,
    ProgramEdition, Figure, Event, EventOrganizer, EventCitation, Milestone,
)  # fmt: skip
#: Fields of several links that have a history.
LINKED = {Organization: "serves", Program: "places", ProgramEdition: "hosts", Event: "partnerships"}


@pytest.fixture
def tables():
    return deepcopy(SAMPLE)


@pytest.fixture
def folder(tmp_path):
    """Writes the tables as fixture files and returns their folder."""

    def write(tables):
        for name, rows in tables.items():
            path = tmp_path / f"{name}.csv"
            path.parent.mkdir(exist_ok=True)
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS[name], lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        return tmp_path

    return write


def links_of_history(model):
    field = f"{model.history.model._meta.model_name}_{LINKED[model]}"
    return model.history.model._meta.get_field(field).related_model


def everything():
    """All rows, all histories, all links, all links of histories."""
    managers = [manager for model in MODELS for manager in (model.objects, model.history)]
    managers += [getattr(model, name).through.objects for model, name in LINKED.items()]
    managers += [links_of_history(model).objects for model in LINKED]
    return [list(manager.order_by("pk").values()) for manager in [*managers, SeedKey.objects, DataVersion.objects]]


def refused(folder):
    """The places (`file:line: field`) of the errors with which the seed stops; it is one transaction, and has stored no key."""
    with pytest.raises(SeedError) as caught:
        seed(folder)
    assert (SeedKey.objects.count(), DataVersion.current()) == (0, (0, None))
    return [":".join(error.split(":")[:3]) for error in caught.value.errors]


# What is loaded ------------------------------------------------------------------------------------------------------


def test_seed_loads_every_table(folder, tables):
    counts = seed(folder(tables))
    center, desk = Organization.objects.get(slug="center"), ContactDesk.objects.get()
    program, event = Program.objects.get(), Event.objects.get()

    assert {label: counts[label] for label in COUNTS} == COUNTS
    assert (center.parent.slug, center.seat.path, center.founded) == ("council", "us/washington/seattle", "1989")
    assert sorted(center.serves.values_list("path", flat=True)) == ["us", "us/washington"]
    assert (center.email, center.email_as_given) == ("", "desk@example.org/")
    assert (desk.place.path, desk.organization.slug, desk.contested) == ("jp/hyogo/kobe", "council", True)
    assert sorted(program.audiences.values_list("audience", flat=True)) == ["officials_abroad", "students"]
    assert sorted(program.editions.get().hosts.values_list("path", flat=True)) == ["jp", "jp/hyogo/kobe"]
    assert (str(event.uid), event.sequence, str(event.start_time)) == (UID, 0, "09:00:00")
    assert [tie.slug for tie in event.partnerships.all()] == ["kobe-seattle"]
    assert (Figure.objects.get().source.key, Figure.objects.get().program) == ("city", program)
    assert Milestone.objects.get().organization.slug == "council"


def test_seed_finds_what_it_loaded_and_leaves_nothing_to_check(folder, tables):
    seed(folder(tables))

    assert [found.slug for found in Organization.objects.search("lgc")] == ["center"]
    assert [found.slug for found in Organization.objects.search("きょうぎかい")] == ["council"]
    assert ContactDesk.objects.search("神戸").count() == 1
    call_command("check_data")


def test_seed_writes_a_history_of_every_row_and_of_every_link(folder, tables):
    seed(folder(tables))

    for model in MODELS:
        entries = model.history.values_list("id", "history_type", "history_change_reason")
        assert sorted(entries) == sorted((pk, "+", "seed") for pk in model.objects.values_list("pk", flat=True)), model
    for model, name in LINKED.items():
        field = model._meta.get_field(name)
        owner, other = field.m2m_field_name(), field.m2m_reverse_field_name()
        links = getattr(model, name).through.objects.values_list(owner, other)
        remembered = links_of_history(model).objects.values_list(owner, other)
        assert (sorted(remembered), len(links) > 0) == (sorted(links), True), model


def test_history_of_a_seeded_record_shows_its_links_as_they_were(folder, tables):
    seed(folder(tables))
    program = Program.objects.get()
    with public_change():
        program.places.clear()
        program.save()

    first, last = program.history.order_by("history_id").first(), program.history.order_by("history_id").last()
    assert sorted(link.place.path for link in first.places.all()) == ["jp", "us"]
    assert list(last.places.all()) == []


def test_review_is_loaded_and_not_public(folder, tables):
    seed(folder(tables))

    assert Organization.objects.public().count() == 2
    assert Affiliation.objects.public().count() == 0


# The seed again ------------------------------------------------------------------------------------------------------


def test_seed_twice_adds_nothing(folder, tables):
    path = folder(tables)
    seed(path)
    before = everything()

    assert {label: number for label, number in seed(path).items() if number} == {}
    assert everything() == before


def test_seed_leaves_edited_withdrawn_and_deleted_records_alone(folder, tables):
    path = folder(tables)
    seed(path)
    with public_change():
        center = Organization.objects.get(slug="center")
        center.name_en, center.slug = "Center in Seattle", "center-in-seattle"
        center.save()
        center.serves.clear()
        Affiliation.objects.all().delete()
        Event.objects.all().delete()
    withdraw(Program.objects.all())
    tables["organizations/organizations"][0]["name_en"] = "Another name"
    tables["organizations/programs"][0]["status"] = "ended"
    seed(folder(tables))

    center.refresh_from_db()
    assert (center.name_en, center.slug, center.serves.count()) == ("Center in Seattle", "center-in-seattle", 0)
    assert (Affiliation.objects.count(), Event.objects.count(), EventOrganizer.objects.count()) == (0, 0, 0)
    assert Program.objects.values_list("publication", "status").get() == ("withdrawn", "running")


def test_seed_adds_what_is_new_with_its_children_and_nothing_to_what_is_old(folder, tables):
    seed(folder(tables))
    tables["organizations/organizations"].append(
        {
            "key": "branch",
            "publication": "published",
            "kind": "other",
            "name_en": "Branch",
            "parent": "center",
            "serves": "us",
        }
    )
    tables["organizations/affiliations"] += [
        {"organization": "branch", "kind": "supports", "partner": "council"},
        {"organization": "council", "kind": "supports", "partner": "branch"},
    ]
    counts = seed(folder(tables))

    assert {label: number for label, number in counts.items() if number} == {
        "organizations.Organization": 1,
        "organizations.Affiliation": 1,
    }
    assert Organization.objects.get(slug="branch").parent.slug == "center"
    assert links_of_history(Organization).objects.filter(organization__slug="branch").count() == 1


# What is refused -----------------------------------------------------------------------------------------------------


def test_office_stands_before_or_after_what_it_belongs_to(folder, tables):
    rows = tables["organizations/organizations"]
    rows.insert(
        0, {"key": "branch", "publication": "published", "kind": "other", "name_en": "Branch", "parent": "center"}
    )
    seed(folder(tables))

    assert Organization.objects.get(slug="branch").parent.parent.slug == "council"


@pytest.mark.parametrize(
    ("parents", "lines"),
    [
        ({"center": "center"}, [2]),
        ({"council": "center"}, [2, 3]),
        ({"council": "league", "league": "center"}, [2, 3, 4]),
        ({"league": "nobody"}, [4]),
    ],
)
def test_offices_that_belong_to_themselves_or_to_nobody_are_refused(folder, tables, parents, lines):
    for row in tables["organizations/organizations"]:
        row["parent"] = parents.get(row["key"], row.get("parent", ""))

    assert refused(folder(tables)) == [f"organizations/organizations.csv:{line}: parent" for line in lines]


BAD_CELLS = [
    ("organizations/organizations", 0, "key", "", "key"),
    ("organizations/organizations", 1, "key", "center", "key"),
    ("organizations/organizations", 0, "kind", "club", "kind"),
    ("organizations/organizations", 0, "publication", "public", "publication"),
    ("organizations/organizations", 0, "seat", "us/atlantis", "seat"),
    ("organizations/organizations", 0, "serves", "us;us/atlantis", "serves"),
    ("organizations/organizations", 0, "founded", "1989-13", "founded"),
    ("organizations/organizations", 0, "dissolved", "1988", "dissolved, founded"),
    ("organizations/organizations", 0, "email", "desk@example.org/", "email"),
    ("organizations/organizations", 0, "website", "www.example.org", "website"),
    ("organizations/organizations", 0, "name_en", "x" * 251, "name_en"),
    ("organizations/affiliations", 0, "organization", "nobody", "organization"),
    ("organizations/affiliations", 0, "partner", "nobody", "partner"),
    ("organizations/affiliations", 0, "partner", "center", "organization, partner"),
    ("organizations/affiliations", 0, "kind", "rival", "kind"),
    ("organizations/affiliations", 0, "source", "nobody", "source"),
    ("organizations/citations", 0, "fact", "weather", "fact"),
    ("organizations/contacts", 0, "place", "jp/atlantis", "place"),
    ("organizations/contacts", 0, "position", "0", "position"),
    ("organizations/contacts", 0, "position", "first", "position"),
    ("organizations/contacts", 0, "kind", "kiosk", "kind"),
    ("organizations/contacts", 0, "organization", "nobody", "organization"),
    ("organizations/contacts", 0, "email", "jinken-suishin@", "email"),
    ("organizations/contacts", 0, "name_en", "", "name_en, name_ja"),
    ("organizations/contact_citations", 0, "contact", "jp/hyogo/kobe#2", "contact"),
    ("organizations/programs", 0, "organizer", "", "organizer"),
    ("organizations/programs", 0, "organizer", "nobody", "organizer"),
    ("organizations/programs", 0, "audiences", "students;everybody", "audiences"),
    ("organizations/programs", 0, "audiences", "students; students", "audiences"),
    ("organizations/programs", 0, "places", "us;atlantis", "places"),
    ("organizations/programs", 0, "status", "open", "status"),
    ("organizations/programs", 0, "status_as_of", "", "status, status_as_of"),
    ("organizations/program_parts", 0, "name_en", "", "name_en, name_ja"),
    ("organizations/program_partners", 0, "role", "friend", "role"),
    ("organizations/editions", 0, "fiscal_year", "1899", "fiscal_year"),
    ("organizations/editions", 0, "fiscal_year", "FY2015", "fiscal_year"),
    ("organizations/editions", 0, "status", "open", "status"),
    ("organizations/editions", 0, "hosts", "jp;atlantis", "hosts"),
    ("organizations/editions", 0, "participants", "-20", "participants"),
    ("organizations/figures", 0, "unit", "", "unit"),
    ("organizations/figures", 0, "unit", "percent", "unit"),
    ("organizations/figures", 0, "value", "", "value"),
    ("organizations/figures", 0, "value", "over 450", "value"),
    ("organizations/figures", 0, "source", "", "source"),
    ("organizations/figures", 0, "counted_en", "", "counted_en, counted_ja"),
    ("organizations/figures", 0, "stated_by", "", "stated_by, stated_by_en, stated_by_ja"),
    ("organizations/figures", 0, "partner_place", "us", "partner_place, place"),
    ("events/events", 0, "end", "2019-02-28", "end, start"),
    ("events/events", 0, "start", "", "end, start"),
    ("events/events", 0, "start", "2019-03", "start, start_time"),
    ("events/events", 0, "start_time", "25:00", "start_time"),
    ("events/events", 0, "time_zone", "", "end_time, start_time, time_zone"),
    ("events/events", 0, "time_zone", "Mars/Phobos", "time_zone"),
    ("events/events", 0, "uid", "symposium", "uid"),
    ("events/events", 0, "partnerships", "kobe--nowhere", "partnerships"),
    ("events/events", 0, "status", "cancelled", "outcome, status"),
    ("events/events", 0, "attendance", "many", "attendance"),
    ("events/organizers", 0, "organization", "nobody", "organization"),
    ("events/organizers", 0, "role", "guest", "role"),
    ("events/milestones", 0, "date", "", "date"),
    ("events/milestones", 0, "source", "", "source"),
    ("events/milestones", 0, "kind", "rumour", "kind"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "number", "column", "value", "field"), BAD_CELLS)
def test_bad_cell_stops_the_seed_with_file_line_and_field(folder, tables, table, number, column, value, field):
    tables[table][number][column] = value

    assert f"{table}.csv:{number + 2}: {field}" in refused(folder(tables))


def test_cancelled_edition_without_a_reason_stops_the_seed(folder, tables):
    tables["organizations/editions"][0]["status"] = "cancelled"

    assert refused(folder(tables)) == ["organizations/editions.csv:2: reason_en, reason_ja, status"]


TWICE = {
    "organizations/affiliations": "organization, partner, kind",
    "organizations/program_parts": "program, position",
    "organizations/program_partners": "program, organization",
    "organizations/editions": "program, fiscal_year",
    "events/organizers": "event, organization",
}


@pytest.mark.parametrize("table", TWICE)
def test_row_that_repeats_another_stops_the_seed(folder, tables, table):
    tables[table].append(dict(tables[table][0]))

    assert refused(folder(tables)) == [f"{table}.csv:3: {TWICE[table]}"]


@pytest.mark.parametrize(
    "table",
    ["organizations/organizations", "organizations/contacts", "organizations/programs", "organizations/figures", "events/events", "events/milestones"],
)  # fmt: skip
def test_key_that_stands_twice_stops_the_seed(folder, tables, table):
    tables[table].append(dict(tables[table][0]))

    assert f"{table}.csv:{len(tables[table]) + 1}: key" in refused(folder(tables))


def test_identifier_of_another_event_stops_the_seed_with_its_line(folder, tables):
    tables["events/events"].append({**tables["events/events"][0], "key": "summit"})

    assert refused(folder(tables)) == ["events/events.csv:3: uid"]


def test_place_named_twice_in_a_cell_is_linked_once(folder, tables):
    tables["organizations/organizations"][0]["serves"] = "us; us/washington;us;"
    seed(folder(tables))

    assert Organization.objects.get(slug="center").serves.count() == 2


def test_every_error_of_a_file_is_told_at_once(folder, tables):
    tables["organizations/organizations"][1] |= {"kind": "club", "founded": "soon"}
    tables["organizations/organizations"][2]["website"] = "league"

    assert refused(folder(tables)) == [
        "organizations/organizations.csv:3: kind",
        "organizations/organizations.csv:3: founded",
        "organizations/organizations.csv:4: website",
    ]


# Contradictions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "contested"),
    [
        ({}, True),
        ({"standing": "rejected", "reason": "another city"}, False),
        ({"normalised": "jp/hyogo/kobe"}, False),
        ({"normalised": ""}, False),
    ],
)
def test_desk_is_contested_where_its_claims_differ(folder, tables, changes, contested):
    tables["organizations/contact_citations"][1] |= changes
    seed(folder(tables))

    assert ContactDesk.objects.get().contested is contested
