"""The admin of events and milestones, and the sequence by which calendars know a newer text."""

import pytest
from django.contrib.admin.utils import flatten_fieldsets
from django.urls import reverse

from events.actions import revise
from events.models import Event, Milestone
from sistercities.core.models import DataVersion
from tests.factories import (
    make_citation,
    make_event,
    make_milestone,
    make_organization,
    make_partnership,
    make_place,
    make_program,
    make_source,
    make_user,
)
from tests.partnerships.admin_forms import errors, rows

pytestmark = pytest.mark.django_db

MODELS = ("event", "milestone")
MAKE = {"event": make_event, "milestone": make_milestone}


@pytest.fixture
def curator(client):
    client.force_login(make_user("curator"))
    return client


def page(model, name="changelist", *args):
    return reverse(f"admin:events_{model}_{name}", args=args)


def own(record, *names):
    values = {name: getattr(record, name) for name in names}
    return {name: "" if value is None else getattr(value, "pk", value) for name, value in values.items()}


def event_form(event, *inlines, **fields):
    """What the form of an event posts: its own values, and empty inlines except those given."""
    form = own(event, "name_en", "slug", "status", "outcome", "start", "end", "start_time", "end_time", "time_zone")
    form |= own(event, "place", "venue", "website", "attendance", "attendance_qualifier", "publication")
    form |= rows("organizer_set") | rows("citations")
    for inline in inlines:
        form |= inline
    return form | {"_continue": "1", "change_reason": "a test"} | fields


def save(client, event, *inlines, **fields):
    return client.post(page("event", "change", event.pk), event_form(event, *inlines, **fields))


# Lists and pages


@pytest.mark.parametrize(("model", "budget"), [("event", 14), ("milestone", 9)])
def test_list_costs_the_same_for_one_row_and_for_three(model, budget, curator, django_assert_num_queries):
    place = make_place()
    make = {"event": lambda: make_event(place=make_place(place.region)), "milestone": make_milestone}[model]
    make()
    curator.get(page(model))
    with django_assert_num_queries(budget):
        curator.get(page(model))
    make()
    make()

    with django_assert_num_queries(budget):
        response = curator.get(page(model))

    assert len(response.context["cl"].result_list) == 3


@pytest.mark.parametrize(("role", "budget"), [("viewer", 12), ("curator", 15)])
def test_page_costs_the_same_for_one_row_and_for_three(role, budget, client, django_assert_num_queries):
    event = make_event(place=make_place(), program=make_program())
    client.force_login(make_user(role))
    fill_page(event)
    client.get(page("event", "change", event.pk))
    with django_assert_num_queries(budget):
        client.get(page("event", "change", event.pk))
    fill_page(event)
    fill_page(event)

    with django_assert_num_queries(budget):
        response = client.get(page("event", "change", event.pk))

    assert all(len(inline.formset.forms) == 3 for inline in response.context["inline_admin_formsets"])


def fill_page(event):
    make_citation(event)
    event.organizer_set.create(organization=make_organization())
    event.partnerships.add(make_partnership())


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("role", ["viewer", "coordinator", "curator", "administrator"])
def test_every_role_sees_the_list_the_record_and_its_history(role, model, client):
    record = MAKE[model]()
    client.force_login(make_user(role))

    addresses = [page(model), page(model, "change", record.pk), page(model, "history", record.pk)]
    addresses += [page(model, "simple_history", record.pk, record.history.first().pk)]
    assert [client.get(address).status_code for address in addresses] == [200] * 4


@pytest.mark.parametrize("role", ["viewer", "coordinator"])
def test_looking_is_not_changing(role, client):
    client.force_login(make_user(role))

    assert save(client, make_event()).status_code == 403
    assert client.get(page("milestone", "add")).status_code == 403


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("dated=yes", 2),
        ("dated=no", 1),
        ("status__exact=cancelled", 1),
        ("outcome__exact=held", 1),
        ("country=COUNTRY", 1),
        ("country=abc", 3),
        ("dated=abc", 3),
    ],
)
def test_events_are_filtered(query, count, curator):
    place = make_place()
    make_event(place=place, outcome="held")
    make_event(status="cancelled")
    make_event(start="")

    response = curator.get(f"{page('event')}?{query.replace('COUNTRY', str(place.country.pk))}")

    assert response.context["cl"].result_count == count


@pytest.mark.parametrize("term", ["summit", "サミット", "にしのみや", "JUSSCA"])
def test_event_is_found(term, curator):
    place = make_place(name_en="Nishinomiya", name_kana="にしのみやし")
    event = make_event("Summit", name_ja="サミット", place=place, organizers=[make_organization("JUSSCA")])
    make_event()

    assert list(curator.get(page("event"), {"q": term}).context["cl"].result_list) == [event]


@pytest.mark.parametrize("model", MODELS)
def test_every_column_that_staff_may_write_stands_in_the_form(model, curator):
    form = curator.get(page(model, "add")).context["adminform"]
    record = form.model_admin.model
    fields = (*record._meta.fields, *record._meta.many_to_many)
    editable = {field.name for field in fields if field.editable and not field.primary_key}

    # Organizers have a row each, with a role.
    assert editable - set(flatten_fieldsets(form.fieldsets)) - {"organizers"} == set()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", ["changelist", "add"])
def test_page_carries_no_script_and_no_style_of_its_own(model, name, curator):
    text = curator.get(page(model, name)).content.decode()

    assert [part[:80] for part in text.split("<script")[1:] if " src=" not in part.split(">")[0]] == []
    assert ("onclick=" in text, "<style" in text) == (False, False)


# Events


def test_new_event_in_one_go(curator):
    place, tie = make_place(), make_partnership()
    first, second = make_organization(), make_organization()
    before = DataVersion.current()[0]

    curator.post(
        page("event", "add"),
        event_form(
            Event(name_en="Leadership Symposium", slug="symposium", place=place, publication="published"),
            rows(
                "organizer_set",
                {"organization": first.pk, "role": "organizer"},
                {"organization": second.pk, "role": "supporter"},
            ),
            start="2019年3月",
            attendance=250,
            attendance_qualifier="over",
            partnerships=[tie.pk],
        ),
    )

    event = Event.objects.public().get()
    assert (event.start, event.sequence, list(event.partnerships.all())) == ("2019-03", 0, [tie])
    assert [(row.position, row.organization) for row in event.organizer_set.all()] == [(1, first), (2, second)]
    assert DataVersion.current()[0] == before + 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"start": "2019-03-02", "end": "2019-03-01"}, "The end is before the beginning."),
        ({"start": "", "end": "2019-03-01"}, "An event that has a last day has a first day too."),
        ({"start_time": "10:00"}, "A time of day needs its time zone."),
        ({"start": "2019-03", "start_time": "10:00", "time_zone": "Asia/Tokyo"}, "A time of day needs the exact day."),
        (
            {"end_time": "10:00", "time_zone": "Asia/Tokyo"},
            "An event that ends at a time begins at a time, on exact days.",
        ),
        (
            {"start_time": "10:00", "end_time": "09:00", "time_zone": "Asia/Tokyo"},
            "The event ends before it begins.",
        ),
        (
            {"start_time": "10:00", "time_zone": "Tokyo"},
            "This is no time zone of the IANA list, e.g. Asia/Tokyo.",
        ),
        ({"status": "cancelled", "outcome": "held"}, "A cancelled event did not take place."),
        ({"name_en": ""}, "A name is needed in at least one language."),
        ({"start": "2019-02-29"}, "“2019-02-29” is not in the calendar: there is no such day."),
        ({"start_time": "25:00", "time_zone": "Asia/Tokyo"}, "Enter a valid time."),
        ({"attendance": "-1"}, "Ensure this value is greater than or equal to 0."),
    ],
)
def test_event_that_cannot_be_stored_is_an_error_in_words(fields, message, curator):
    assert errors(save(curator, make_event(), **fields)) == [message]


def test_organizer_named_twice_is_an_error_in_words(curator):
    row = {"organization": make_organization().pk, "role": "organizer"}

    response = save(curator, make_event(), rows("organizer_set", row, row))

    assert errors(response)[0] == "Please correct the duplicate data for organization."


def test_time_zones_are_offered(curator):
    text = curator.get(page("event", "add")).content.decode()

    assert text.count('list="id_time_zone_offered"') == text.count('<datalist id="id_time_zone_offered">') == 1
    assert text.count('<option value="Asia/Tokyo">') == text.count('<option value="America/Chicago">') == 1


# The sequence


@pytest.mark.parametrize(
    "fields",
    [
        {"name_en": "Renamed"},
        {"status": "cancelled"},
        {"start": "2019-03-02"},
        {"start_time": "10:00", "time_zone": "Asia/Tokyo"},
        {"venue": "City hall"},
        {"place": "NEW"},
    ],
)
def test_edit_that_calendars_show_raises_the_sequence(fields, curator):
    event = make_event(place=make_place())
    fields = {name: make_place().pk if value == "NEW" else value for name, value in fields.items()}

    save(curator, event, **fields)

    assert Event.objects.values_list("uid", "sequence").get() == (event.uid, 1)
    assert event.history.first().sequence == 1


@pytest.mark.parametrize("fields", [{}, {"staff_note": "asked"}, {"website": "https://example.org/"}])
def test_other_edit_leaves_the_sequence(fields, curator):
    save(curator, make_event(), **fields)

    assert Event.objects.get().sequence == 0


def test_each_edit_raises_the_sequence_by_one(curator):
    event = make_event()

    for name in ("First", "Second"):
        save(curator, event, name_en=name)

    assert Event.objects.get().sequence == 2


def test_sequence_counts_from_what_is_stored():
    """Two editors opened the event; the second save is the third text."""
    event = make_event()
    earlier = Event.objects.get()
    for name in ("First", "Second"):
        event.name_en = name
        revise(event)
        event.save()
    earlier.name_en = "Third"

    assert (revise(earlier), earlier.sequence) == (True, 3)


def test_new_event_begins_with_the_sequence_zero():
    event = Event(name_en="New")

    assert (revise(event), event.sequence) == (False, 0)


# Milestones


def test_new_milestone_has_its_source(curator):
    form = {"name_en": "First tie", "name_ja": "最初の提携", "slug": "first", "kind": "first", "date": "昭和30年12月"}

    response = curator.post(page("milestone", "add"), form | {"source": make_source().pk})

    assert response.status_code == 302
    assert Milestone.objects.get().date == "1955-12"


@pytest.mark.parametrize("name", ["date", "source", "kind"])
def test_milestone_without_what_makes_it_one_is_an_error_in_words(name, curator):
    milestone = make_milestone()
    form = own(milestone, "name_en", "name_ja", "slug", "kind", "date", "source")

    response = curator.post(page("milestone", "change", milestone.pk), form | {name: ""})

    assert "This field is required." in errors(response)
