"""Every named constraint of events and milestones, broken once past all forms."""

from datetime import time

import pytest

from events.models import EventOrganizer, Milestone
from tests.constraints import constraints_of, refused
from tests.factories import make_citation, make_event, make_milestone, make_organization

pytestmark = pytest.mark.django_db

NO_DATE = "2019-13"
CLOCK = {"start_time": time(10), "time_zone": "Asia/Tokyo"}


def make_organizer():
    return EventOrganizer.objects.create(event=make_event(), organization=make_organization())


def make_claim():
    return make_citation(make_event())


#: Name -> how to make a good row, and the values that break it.
BROKEN = {
    "event_publication_is_known": (make_event, {"publication": "lost"}),
    "event_has_a_name": (make_event, {"name_en": ""}),
    "event_status_is_known": (make_event, {"status": "past"}),
    "event_outcome_is_known": (make_event, {"outcome": "success"}),
    "event_attendance_qualifier_is_known": (make_event, {"attendance_qualifier": "roughly"}),
    "event_start_is_a_partial_date": (make_event, {"start": NO_DATE}),
    "event_end_is_a_partial_date": (make_event, {"end": NO_DATE}),
    "event_end_is_not_before_its_start": (make_event, {"end": "2019-02-28"}),
    "event_with_an_end_has_a_start": (make_event, {"start": "", "end": "2019"}),
    "event_time_has_a_zone": (make_event, {"start_time": time(10)}),
    "event_time_has_a_day": (make_event, {"start": "2019-03", **CLOCK}),
    "event_end_time_has_a_start_time": (make_event, {"end_time": time(12), "time_zone": "Asia/Tokyo"}),
    "event_end_time_is_not_before_its_start": (make_event, {"end_time": time(9, 59), **CLOCK}),
    "event_cancelled_was_not_held": (make_event, {"status": "cancelled", "outcome": "held"}),
    "event_organizer_role_is_known": (make_organizer, {"role": "guest"}),
    "eventcitation_basis_is_known": (make_claim, {"basis": "guessed"}),
    "eventcitation_standing_is_known": (make_claim, {"standing": "liked"}),
    "eventcitation_read_on_is_a_partial_date": (make_claim, {"read_on": NO_DATE}),
    "eventcitation_as_of_is_a_partial_date": (make_claim, {"as_of": NO_DATE}),
    "event_citation_fact_is_known": (make_claim, {"fact": "weather"}),
    "milestone_kind_is_known": (make_milestone, {"kind": "rumour"}),
    "milestone_date_is_a_partial_date": (make_milestone, {"date": NO_DATE}),
    "milestone_has_a_date": (make_milestone, {"date": ""}),
    "milestone_has_a_title": (make_milestone, {"name_en": "", "name_ja": ""}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_row_that_breaks_a_check_is_refused(name):
    make, values = BROKEN[name]
    row = make()

    assert refused(lambda: type(row).objects.filter(pk=row.pk).update(**values)) == name


def second_role_of_an_organizer():
    one = make_organizer()
    return lambda: EventOrganizer.objects.bulk_create([EventOrganizer(event=one.event, organization=one.organization)])


def second_preferred_citation():
    event = make_event()
    make_citation(event, "date", standing="preferred")
    other = make_citation(event, "date")
    return lambda: type(other).objects.filter(pk=other.pk).update(standing="preferred")


#: Name -> a function that makes what is needed and returns the write that must fail.
PAIRS = {
    "event_organizer_is_named_once": second_role_of_an_organizer,
    "event_fact_has_one_preferred_citation": second_preferred_citation,
}


@pytest.mark.parametrize("name", PAIRS)
def test_rows_that_contradict_one_another_are_refused(name):
    write = PAIRS[name]()

    assert refused(write) == name


def test_every_constraint_of_events_is_broken_here():
    assert constraints_of("events") == {*BROKEN, *PAIRS}


@pytest.mark.parametrize("end", ["2018", "2019-02", "2019-02-28"])
def test_end_before_the_start_is_refused_at_every_precision(end):
    assert refused(lambda: make_event(start="2019-03-01", end=end)) == "event_end_is_not_before_its_start"


@pytest.mark.parametrize(
    "fields",
    [
        {"end": "2019"},
        {"end": "2019-03"},
        {"end": "2019-03-01"},
        {"start": "2019-12-31", "end": "2020"},
        {"start": "2019", "end": "2019-03"},
        {"start_time": time(10), "end_time": time(10), "time_zone": "Asia/Tokyo"},
        {"end": "2019-03-02", "start_time": time(22), "end_time": time(1), "time_zone": "Asia/Tokyo"},
        {"status": "cancelled", "outcome": "unknown"},
        {"status": "postponed", "start": ""},
    ],
)
def test_event_that_can_be_is_taken(fields):
    assert make_event(**fields).pk


def test_milestone_in_one_language_is_taken():
    assert Milestone.objects.filter(pk=make_milestone(name_ja="").pk).update(name_en="The first") == 1
