"""The fixtures of places and partnerships: which file holds which table (fixtures/README.md has the formats)."""

from collections import defaultdict

from django.utils.translation import gettext as _

from sistercities.curation.actions import contested_facts
from sistercities.curation.seeding import CITATION_COLUMNS, Table, load_rows, register

from .keys import set_partnership_keys, set_place_keys
from .models import (
    Act,
    Partnership,
    PartnershipCitation,
    Party,
    Place,
    PlaceCitation,
    PlaceIdentifier,
    PlaceName,
    Succession,
)

PLACE_FILES = ("countries", "regions", "municipalities-jp", "municipalities", "former")
PLACE_FIELDS = (
    "level",
    "classification",
    "area",
    "code_scheme",
    "code",
    "slug",
    "name_en",
    "name_ja",
    "name_kana",
    "name_local",
    "latitude",
    "longitude",
    "population",
    "population_on",
    "website",
    "abolished",
    "publication",
    "staff_note",
)
PLACE_COLUMNS = ("key", "level", "parent", *PLACE_FIELDS[1:])
NAME_FIELDS = ("kind", "language", "name", "since", "until")
CITATION_FIELDS = tuple(name for name in CITATION_COLUMNS if name != "source")
PARTNERSHIP_FIELDS = (
    "publication",
    "kind",
    "designation_en",
    "designation_ja",
    "status",
    "status_as_of",
    "established",
    "ended",
    "staff_note",
)
ACT_FIELDS = ("kind", "date", "signers", "document_url", "note_en", "note_ja", "locator", "is_basis")


def load_places(run):
    names = _names_by_place(run)
    for file in PLACE_FILES:
        rows = run.unseen("place", run.read(f"places/{file}.csv", PLACE_COLUMNS))
        places = {row.cells["key"]: _place(run, row, names[row.cells["key"]]) for row in rows}
        run.insert(Place, list(places.values()))
        run.remember("place", places)
    _load_names(run, names)


def _names_by_place(run):
    names = defaultdict(list)
    for row in run.read("places/names.csv", ("place", *NAME_FIELDS, "source")):
        names[row.cells["place"]].append((row, run.build(row, PlaceName, NAME_FIELDS)))
    return names


def _place(run, row, names):
    key, parent = row.cells["key"], row.cells["parent"]
    place = run.build(row, Place, PLACE_FIELDS, path=key)
    above = run.resolve(row, "parent", "place")
    if "/" in parent:
        place.region_id, place.country_id = above, run.ids["place"].get(parent.partition("/")[0])
    else:
        place.country_id = above
    if key != f"{parent}/{place.slug}".lstrip("/"):
        run.errors.append(row.error("slug", _("the key is not made of the parent and the slug")))
    set_place_keys(place, [name for _row, name in names])
    return place


def _load_names(run, names):
    rows = [row for pairs in names.values() for row, _name in pairs]
    wanted = {id(row) for row in run.children("place", rows, "place")}
    chosen = []
    for pairs in names.values():
        for row, name in pairs:
            if id(row) in wanted:
                name.place_id = run.ids["place"][row.cells["place"]]
                name.source_id = run.resolve(row, "source", "source")
                chosen.append(name)
    run.insert(PlaceName, chosen)


IDENTIFIERS = Table(
    "places/identifiers.csv", PlaceIdentifier, ("place", "scheme", "value"), owner=("place", "place", "place")
)
PLACE_CITATIONS = Table(
    "places/citations.csv",
    PlaceCitation,
    ("place", *CITATION_COLUMNS),
    references={"source": ("source", "source")},
    owner=("place", "place", "place"),
)
SUCCESSIONS = Table(
    "places/successions.csv",
    Succession,
    ("predecessor", "successor", "kind", "date", "source", "locator", "basis", "note"),
    references={"successor": ("successor", "place"), "source": ("source", "source")},
    owner=("predecessor", "place", "predecessor"),
    skip=("basis",),
)


def load_place_details(run):
    for table in (IDENTIFIERS, PLACE_CITATIONS, SUCCESSIONS):
        load_rows(run, table)


def load_partnerships(run):
    read = run.read("partnerships/partnerships.csv", ("key", *PARTNERSHIP_FIELDS))
    rows = {row.cells["key"]: row for row in run.unseen("partnership", read)}
    known = {row.cells["key"] for row in read}
    parties = _by_partnership(run, known, "parties", ("position", "place", "signed_as"))
    citations = _by_partnership(run, known, "citations", CITATION_COLUMNS)
    acts = _by_partnership(
        run,
        known,
        "acts",
        ("kind", "date", "place", "signers", "document_url", "note_en", "note_ja", "source", "locator", "is_basis"),
    )
    run.raise_errors()
    places = _places_for_keys(run, [row for key in rows for row in parties[key]])
    built = {key: _partnership(run, row, parties[key], citations[key], places) for key, row in rows.items()}
    run.insert(Partnership, [partnership for partnership, *_rest in built.values()])
    run.remember("partnership", {key: partnership for key, (partnership, *_rest) in built.items()})
    run.insert(Party, [_owned(partnership, party) for partnership, found, _c in built.values() for party in found])
    run.insert(
        PartnershipCitation,
        [_owned(partnership, claim) for partnership, _p, claims in built.values() for claim in claims],
    )
    run.insert(Act, [_act(run, row, built[key][0]) for key in rows for row in acts[key]])


def _by_partnership(run, known, file, columns):
    rows = defaultdict(list)
    for row in run.read(f"partnerships/{file}.csv", ("partnership", *columns)):
        if row.cells["partnership"] not in known:
            run.errors.append(row.error("partnership", _("there is no partnership with this key")))
        rows[row.cells["partnership"]].append(row)
    return rows


def _places_for_keys(run, rows):
    """The places that parties name, with all that the keys are derived from, by fixture key."""
    keys = {row.cells[column] for row in rows for column in ("place", "signed_as")} & run.ids["place"].keys()
    above = ("region", "country")
    places = Place.objects.select_related(*above).prefetch_related("names", *(f"{name}__names" for name in above))
    by_id = places.in_bulk([run.ids["place"][key] for key in keys])
    return {key: by_id[run.ids["place"][key]] for key in keys if run.ids["place"][key] in by_id}


def _partnership(run, row, party_rows, citation_rows, places):
    partnership = run.build(row, Partnership, PARTNERSHIP_FIELDS)
    parties = [party for party_row in party_rows if (party := _party(run, party_row, places))]
    claims = [
        run.build(claim, PartnershipCitation, CITATION_FIELDS, source_id=run.resolve(claim, "source", "source"))
        for claim in citation_rows
    ]
    partnership.contested = bool(contested_facts(claims, Partnership.contestable))
    set_partnership_keys(partnership, parties)
    return partnership, parties, claims


def _party(run, row, places):
    for column in ("place", "signed_as"):
        if row.cells[column] and row.cells[column] not in places:
            run.errors.append(row.error(column, _("there is no record with the key “%s”") % row.cells[column]))
            return None
    return run.build(
        row, Party, ("position",), place=places[row.cells["place"]], signed_as=places.get(row.cells["signed_as"])
    )


def _owned(partnership, child):
    child.partnership_id = partnership.pk
    return child


def _act(run, row, partnership):
    return run.build(
        row,
        Act,
        ACT_FIELDS,
        partnership_id=partnership.pk,
        place_id=run.resolve(row, "place", "place"),
        source_id=run.resolve(row, "source", "source"),
    )


register(load_places, load_place_details, load_partnerships)
