"""What the admin's pages post and answer, for the tests of the admin."""

from django.urls import reverse

from tests.factories import make_source

PREFIXES = {
    "partnership": ("parties", "acts", "citations"),
    "place": ("names", "identifiers", "successions", "predecessions", "citations"),
}


def page(model, name="changelist", *args):
    return reverse(f"admin:partnerships_{model}_{name}", args=args)


def rows(prefix, *filled, initial=0):
    """The fields of an inline: its management form and its rows."""
    data = {f"{prefix}-TOTAL_FORMS": len(filled), f"{prefix}-INITIAL_FORMS": initial}
    return data | {f"{prefix}-{index}-{name}": value for index, row in enumerate(filled) for name, value in row.items()}


def tie_form(*inlines, **fields):
    """What the form of a tie posts, with empty inlines except those given."""
    data = {
        "publication": "draft",
        "kind": "sister_city",
        "status": "presumed",
        "_continue": "1",
        "change_reason": "a test",
    }
    for prefix in PREFIXES["partnership"]:
        data |= rows(prefix)
    for inline in inlines:
        data |= inline
    return data | fields


def place_form(place, *inlines, **fields):
    names = ("level", "classification", "slug", "name_en", "name_ja", "name_kana", "publication", "code_scheme", "code")
    data = {name: getattr(place, name) for name in names} | {"_continue": "1", "change_reason": "a test"}
    data |= {name: getattr(place, f"{name}_id") or "" for name in ("country", "region")}
    for prefix in PREFIXES["place"]:
        data |= rows(prefix)
    for inline in inlines:
        data |= inline
    return data | fields


def stored(party):
    return {"id": party.pk, "partnership": party.partnership_id, "position": party.position, "place": party.place_id}


def parties_of(tie):
    return rows("parties", *map(stored, tie.parties.all()), initial=tie.party_count)


def claim(fact="established", normalised="1957-10-21", standing="accepted", **fields):
    source = fields.pop("source", None) or make_source()
    row = {"fact": fact, "normalised": normalised, "standing": standing, "basis": "stated", "source": source.pk}
    return row | fields


def stored_claim(citation, **fields):
    row = claim(citation.fact, citation.normalised, citation.standing, source=citation.source)
    return row | {"id": citation.pk, "partnership": citation.partnership_id} | fields


def errors(response):
    """Everything the page complains about."""
    assert response.status_code == 200
    forms = [
        response.context["adminform"].form,
        *(inline.formset for inline in response.context["inline_admin_formsets"]),
    ]
    said = [message for messages in forms[0].errors.values() for message in messages]
    for formset in forms[1:]:
        said += [*formset.non_form_errors()]
        said += [message for row in formset.errors for messages in row.values() for message in messages]
    return said


def messages(response):
    return [str(message) for message in response.context["messages"]]
