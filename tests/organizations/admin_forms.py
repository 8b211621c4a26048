"""What the admin's pages of this app post, for the tests of the admin."""

from django.urls import reverse

from tests.partnerships.admin_forms import claim, rows

INLINES = {
    "organization": ("affiliations", "affiliations_of", "citations"),
    "contactdesk": ("citations",),
    "program": ("parts", "partners", "editions", "citations"),
    "figure": ("citations",),
}


def page(model, name="changelist", *args):
    return reverse(f"admin:organizations_{model}_{name}", args=args)


def form_of(model, record, *inlines, **fields):
    """What the form of a record posts: its own values, and empty inlines except those given."""
    form = MAKE_FORM[model](record)
    for prefix in INLINES[model]:
        form |= rows(prefix)
    for inline in inlines:
        form |= inline
    return form | {"_continue": "1", "change_reason": "a test"} | fields


def own(record, *names):
    values = {name: getattr(record, name) for name in names}
    return {name: "" if value is None else getattr(value, "pk", value) for name, value in values.items()}


MAKE_FORM = {
    "organization": lambda record: own(record, "name_en", "kind", "slug", "parent", "founded", "publication"),
    "contactdesk": lambda record: own(record, "name_en", "kind", "place", "position", "publication"),
    "program": lambda record: own(record, "name_en", "kind", "slug", "organizer", "status", "publication"),
    "figure": lambda record: own(
        record, "slug", "value", "qualifier", "unit", "counted_en", "stated_by_en", "source", "publication"
    ),
}


def save(client, model, record, *inlines, **fields):
    return client.post(page(model, "change", record.pk), form_of(model, record, *inlines, **fields))


def add(client, model, record, *inlines, **fields):
    return client.post(page(model, "add"), form_of(model, record, *inlines, **fields))


def desk_claim(place, standing="accepted", **fields):
    return claim("place", place, standing, **fields)
