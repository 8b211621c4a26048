"""The fixtures of events and milestones (fixtures/README.md has the formats)."""

from sistercities.curation.seeding import CITATION_COLUMNS, Table, load_records, load_rows, register

from .models import Event, EventCitation, EventOrganizer, Milestone

SOURCE = {"source": ("source", "source")}
EVENTS = Table(
    "events/events.csv",
    Event,
    (
        "key", "publication", "name_en", "name_ja", "status", "outcome", "start", "end", "start_time", "end_time", "time_zone",
        "place", "venue", "online_url", "website", "description_en", "description_ja", "attendance", "attendance_qualifier",
        "program", "partnerships", "uid", "staff_note",
    ),
    references={"place": ("place", "place"), "program": ("program", "program")},
    links={"partnerships": ("partnerships", "partnership")},
)  # fmt: skip
ORGANIZERS = Table(
    "events/organizers.csv",
    EventOrganizer,
    ("event", "organization", "role", "position"),
    references={"organization": ("organization", "organization")},
    owner=("event", "event", "event"),
)
CITATIONS = Table(
    "events/citations.csv",
    EventCitation,
    ("event", *CITATION_COLUMNS),
    references=SOURCE,
    owner=("event", "event", "event"),
)
MILESTONES = Table(
    "events/milestones.csv",
    Milestone,
    (
        "key", "kind", "date", "name_en", "name_ja", "description_en", "description_ja", "partnership", "organization", "place",
        "source", "locator",
    ),
    references={
        "partnership": ("partnership", "partnership"),
        "organization": ("organization", "organization"),
        "place": ("place", "place"),
        **SOURCE,
    },
)  # fmt: skip


def load_events(run):
    def prepare(run, row, event):
        event.slug = row.cells["key"]
        event.set_keys()

    load_records(run, EVENTS, "event", prepare)
    load_rows(run, ORGANIZERS)
    load_rows(run, CITATIONS)


def load_milestones(run):
    load_records(run, MILESTONES, "milestone", lambda run, row, record: setattr(record, "slug", row.cells["key"]))


register(load_events, load_milestones)
