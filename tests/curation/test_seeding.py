"""Loading the fixtures: insert-only by key, all or nothing, errors by file, line and field. With four small places and a tie."""

import csv
from copy import deepcopy

import pytest
from django.core.management import CommandError, call_command

from partnerships.actions import place_changed
from partnerships.models import Act, Partnership, PartnershipCitation, Party, Place, PlaceName, Succession
from partnerships.seeding import CITATION_COLUMNS, PARTNERSHIP_FIELDS, PLACE_COLUMNS
from sistercities.core.models import DataVersion
from sistercities.curation.actions import publish, withdraw
from sistercities.curation.models import SeedKey, Source
from sistercities.curation.seeding import SeedError, seed

pytestmark = pytest.mark.django_db

COLUMNS = {
    "sources": ("key", "title_en", "title_ja", "publisher", "url", "issued", "kind", "licence", "depends_on", "note"),
    "places/countries": PLACE_COLUMNS,
    "places/regions": PLACE_COLUMNS,
    "places/municipalities": PLACE_COLUMNS,
    "places/former": PLACE_COLUMNS,
    "places/names": ("place", "kind", "language", "name", "since", "until", "source"),
    "places/identifiers": ("place", "scheme", "value"),
    "places/citations": ("place", *CITATION_COLUMNS),
    "places/successions": ("predecessor", "successor", "kind", "date", "source", "locator", "basis", "note"),
    "partnerships/partnerships": ("key", *PARTNERSHIP_FIELDS),
    "partnerships/parties": ("partnership", "position", "place", "signed_as"),
    "partnerships/acts": (
        "partnership", "kind", "date", "place", "signers", "document_url", "note_en", "note_ja", "source", "locator", "is_basis",
    ),
    "partnerships/citations": ("partnership", *CITATION_COLUMNS),
}  # fmt: skip

TIE = "jp/hyogo/kobe--us/washington/seattle"


def place(key, level, name, **cells):
    parent, _, slug = key.rpartition("/")
    return {
        "key": key,
        "level": level,
        "parent": parent,
        "slug": slug,
        "name_en": name,
        "publication": "published",
        **cells,
    }


def claim(fact, normalised="", standing="accepted", **cells):
    return {
        "fact": fact,
        "normalised": normalised,
        "standing": standing,
        "basis": "stated",
        "source": "city",
        "read_on": "2026-02-11",
        **cells,
    }


SAMPLE = {
    "sources": [
        {"key": "city", "title_en": "Sister cities of Kobe", "url": "https://example.org/kobe", "kind": "government"},
        {"key": "list", "title_en": "A list", "url": "https://example.org/list", "kind": "encyclopedia", "depends_on": "city"},
    ],
    "places/countries": [
        place("jp", "country", "Japan", code_scheme="iso-3166-1", code="JP"),
        place("us", "country", "United States", code_scheme="iso-3166-1", code="US"),
    ],
    "places/regions": [
        place("jp/hyogo", "region", "Hyogo", code_scheme="iso-3166-2", code="JP-28", area="kinki"),
        place("us/washington", "region", "Washington", code_scheme="iso-3166-2", code="US-WA"),
    ],
    "places/municipalities": [
        place("jp/hyogo/kobe", "municipality", "Kobe", code_scheme="jis", code="281000", name_ja="神戸市", latitude="34.69", longitude="135.19"),
        place("us/washington/seattle", "municipality", "Seattle", classification="city", latitude="47.6", longitude="-122.3"),
    ],
    "places/former": [place("jp/hyogo/hyogo-cho", "municipality", "Hyogo-cho", abolished="1879")],
    "places/names": [{"place": "jp/hyogo/kobe", "kind": "romanised", "language": "ja-Latn", "name": "Kōbe", "source": "city"}],
    "places/identifiers": [{"place": "us/washington/seattle", "scheme": "geonames", "value": "5809844"}],
    "places/citations": [{"place": "jp/hyogo/kobe", **claim("name", "Kobe", "preferred")}],
    "places/successions": [
        {"predecessor": "jp/hyogo/hyogo-cho", "successor": "jp/hyogo/kobe", "kind": "absorption", "date": "1879", "source": "city"}
    ],
    "partnerships/partnerships": [
        {"key": TIE, "publication": "published", "kind": "sister_city", "status": "presumed", "established": "1957-10-22"}
    ],
    "partnerships/parties": [
        {"partnership": TIE, "position": "1", "place": "jp/hyogo/kobe", "signed_as": "jp/hyogo/hyogo-cho"},
        {"partnership": TIE, "position": "2", "place": "us/washington/seattle"},
    ],
    "partnerships/acts": [{"partnership": TIE, "kind": "signing", "date": "1957-10-22", "place": "us/washington/seattle", "source": "city"}],
    "partnerships/citations": [
        {"partnership": TIE, **claim("existence", "", "preferred")},
        {"partnership": TIE, **claim("established", "1957-10-22", "preferred", value="October 22, 1957")},
        {"partnership": TIE, **claim("established", "1957", source="list")},
    ],
}  # fmt: skip

COUNTS = {
    "curation.Source": 2,
    "partnerships.Place": 7,
    "partnerships.PlaceName": 1,
    "partnerships.PlaceIdentifier": 1,
    "partnerships.PlaceCitation": 1,
    "partnerships.Succession": 1,
    "partnerships.Partnership": 1,
    "partnerships.Party": 2,
    "partnerships.PartnershipCitation": 3,
    "partnerships.Act": 1,
}


@pytest.fixture
def tables():
    """The sample as lists of cells by heading, to be changed by the test."""
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


def refused(folder):
    """The places (`file:line: field`) of the errors with which the seed stops; it must have changed nothing."""
    before = everything()
    with pytest.raises(SeedError) as caught:
        seed(folder)
    assert everything() == before
    return [":".join(error.split(":")[:3]) for error in caught.value.errors]


def everything():
    models = (Source, Place, PlaceName, Succession, Partnership, Party, Act, PartnershipCitation, SeedKey, DataVersion)
    histories = [model.history for model in models if hasattr(model, "history")]
    return [list(manager.order_by("pk").values()) for manager in [*(model.objects for model in models), *histories]]


def test_seed_loads_every_table(folder, tables):
    counts = seed(folder(tables))

    assert dict(counts) == COUNTS
    tie = Partnership.objects.get()
    assert str(tie) == "Kobe – Seattle"
    assert (tie.slug, tie.party_count, tie.established, tie.contested) == ("kobe-seattle", 2, "1957-10-22", False)
    assert tie.parties_key == "-".join(map(str, sorted(place.pk for place in tie.places)))
    first = tie.parties.first()
    assert (first.place.path, first.signed_as.path) == ("jp/hyogo/kobe", "jp/hyogo/hyogo-cho")
    kobe = first.place
    assert (kobe.region.path, kobe.country.path) == ("jp/hyogo", "jp")
    assert (kobe.latitude, kobe.code, kobe.population) == (34.69, "281000", None)
    assert [name.name for name in kobe.names.all()] == ["Kōbe"]
    assert Source.objects.get(key="list").depends_on.key == "city"
    assert Act.objects.get().place.path == "us/washington/seattle"


def test_seed_finds_what_it_loaded(folder, tables):
    seed(folder(tables))

    assert [tie.pk for tie in Partnership.objects.search("神戸")] == [Partnership.objects.get().pk]
    assert [place.path for place in Place.objects.search("Koube")] == ["jp/hyogo/kobe"]


def test_seed_writes_a_history_of_every_row(folder, tables):
    seed(folder(tables))

    for model in (Source, Place, PlaceName, Succession, Partnership, Party, Act, PartnershipCitation):
        entries = model.history.values_list("id", "history_type", "history_change_reason")
        assert sorted(entries) == sorted((pk, "+", "seed") for pk in model.objects.values_list("pk", flat=True))


def test_seed_twice_adds_nothing(folder, tables):
    path = folder(tables)
    seed(path)
    before = everything()

    assert {label: number for label, number in seed(path).items() if number} == {}
    assert everything() == before


def test_seed_command_says_what_it_loaded(folder, tables, capsys):
    path = folder(tables)
    call_command("seed", folder=path)
    call_command("seed", folder=path)

    first, second = capsys.readouterr().out.splitlines()
    assert first == "seed: " + ", ".join(f"{number} {label}" for label, number in COUNTS.items())
    assert second == "seed: nothing new"


def test_seed_leaves_an_edited_record_alone(folder, tables):
    path = folder(tables)
    seed(path)
    Partnership.objects.update(designation_en="Affiliation agreement", established="1957-11")
    seattle = Place.objects.get(path="us/washington/seattle")
    seattle.name_en = "Seattle, Washington"
    seattle.save()
    place_changed(seattle)
    tables["partnerships/partnerships"][0]["status"] = "dormant"
    seed(folder(tables))

    tie = Partnership.objects.get()
    assert (tie.designation_en, tie.established, tie.status) == ("Affiliation agreement", "1957-11", "presumed")
    assert Place.objects.get(path="us/washington/seattle").name_en == "Seattle, Washington"


def test_seed_leaves_a_withdrawn_record_withdrawn(folder, tables):
    path = folder(tables)
    seed(path)
    withdraw(Partnership.objects.all())
    seed(path)

    assert [tie.publication for tie in Partnership.objects.all()] == ["withdrawn"]


def test_seed_does_not_bring_a_deleted_record_back(folder, tables):
    path = folder(tables)
    seed(path)
    Partnership.objects.all().delete()
    PlaceName.objects.all().delete()
    seed(path)

    assert (Partnership.objects.count(), Party.objects.count(), PlaceName.objects.count()) == (0, 0, 0)


def test_seed_respects_a_merge(folder, tables):
    """Two records were one: the key of the one that went points at the one that stays, which takes what comes later."""
    tables["places/municipalities"].append(place("us/washington/seatle", "municipality", "Seatle"))
    seed(folder(tables))
    kept, gone = Place.objects.get(path="us/washington/seattle"), Place.objects.get(path="us/washington/seatle")
    SeedKey.objects.filter(dataset="place", object_id=gone.pk).update(object_id=kept.pk)
    gone.delete()
    tables["places/municipalities"].append(place("jp/hyogo/nishinomiya", "municipality", "Nishinomiya"))
    later = "jp/hyogo/nishinomiya--us/washington/seatle"
    tables["partnerships/partnerships"].append(
        {"key": later, "publication": "review", "kind": "sister_city", "status": "presumed"}
    )
    tables["partnerships/parties"] += [
        {"partnership": later, "position": "1", "place": "jp/hyogo/nishinomiya"},
        {"partnership": later, "position": "2", "place": "us/washington/seatle"},
    ]
    counts = seed(folder(tables))

    assert {label: number for label, number in counts.items() if number} == {
        "partnerships.Place": 1,
        "partnerships.Partnership": 1,
        "partnerships.Party": 2,
    }
    assert [str(tie) for tie in Partnership.objects.order_by("pk")] == ["Kobe – Seattle", "Nishinomiya – Seattle"]


def test_seed_adds_what_is_new_with_its_children(folder, tables):
    seed(folder(tables))
    version = DataVersion.current()
    tables["places/municipalities"].append(place("us/washington/tacoma", "municipality", "Tacoma"))
    tables["places/names"].append({"place": "us/washington/tacoma", "kind": "alternative", "name": "City of Destiny"})
    tables["places/names"].append({"place": "us/washington/seattle", "kind": "alternative", "name": "Emerald City"})
    counts = seed(folder(tables))

    assert {label: number for label, number in counts.items() if number} == {
        "partnerships.Place": 1,
        "partnerships.PlaceName": 1,
    }
    assert [name.name for name in PlaceName.objects.filter(language="")] == ["City of Destiny"]
    assert DataVersion.current()[0] == version[0] + 1


def test_seed_marks_a_tie_whose_sources_disagree(folder, tables):
    tables["partnerships/citations"][2]["normalised"] = "1958"
    seed(folder(tables))

    assert Partnership.objects.get().contested is True


def test_seed_does_not_count_a_rejected_claim_as_disagreement(folder, tables):
    tables["partnerships/citations"][2] |= {"normalised": "1958", "standing": "rejected", "reason": "a slip of the pen"}
    seed(folder(tables))

    assert Partnership.objects.get().contested is False


def test_record_in_review_is_loaded_and_not_public(folder, tables):
    tables["partnerships/partnerships"][0] |= {"publication": "review", "staff_note": "Which Kobe?"}
    seed(folder(tables))

    assert (Partnership.objects.count(), Partnership.objects.public().count()) == (1, 0)


def test_record_in_review_may_be_published_later(folder, tables):
    tables["partnerships/partnerships"][0]["publication"] = "review"
    path = folder(tables)
    seed(path)
    publish(Partnership.objects.all())
    seed(path)

    assert Partnership.objects.public().count() == 1


BAD_CELLS = [
    ("sources", 0, "kind", "gossip", "kind"),
    ("sources", 0, "issued", "1957-13", "issued"),
    ("sources", 1, "depends_on", "nobody", "depends_on"),
    ("sources", 1, "key", "city", "key"),
    ("sources", 1, "key", "", "key"),
    ("places/regions", 0, "level", "planet", "level"),
    ("places/regions", 0, "area", "kantoo", "area"),
    ("places/regions", 0, "code", "28", "code, code_scheme"),
    ("places/regions", 0, "parent", "kr", "parent"),
    ("places/municipalities", 0, "code", "281001", "code, code_scheme"),
    ("places/municipalities", 0, "code_scheme", "", "code, code_scheme"),
    ("places/municipalities", 0, "latitude", "north", "latitude"),
    ("places/municipalities", 0, "latitude", "95", "latitude, longitude"),
    ("places/municipalities", 0, "longitude", "", "latitude, longitude"),
    ("places/municipalities", 0, "population", "-3", "population"),
    ("places/municipalities", 0, "slug", "Kōbe", "slug"),
    ("places/municipalities", 0, "slug", "kobe-shi", "slug"),
    ("places/municipalities", 0, "publication", "public", "publication"),
    ("places/municipalities", 0, "website", "kobe", "website"),
    ("places/municipalities", 0, "abolished", "1955-02-30", "abolished"),
    ("places/names", 0, "kind", "nickname", "kind"),
    ("places/names", 0, "place", "jp/hyogo/himeji", "place"),
    ("places/names", 0, "name", "", "name"),
    ("places/names", 0, "source", "nobody", "source"),
    ("places/identifiers", 0, "value", "", "value"),
    ("places/citations", 0, "fact", "mood", "fact"),
    ("places/successions", 0, "kind", "conquest", "kind"),
    ("places/successions", 0, "successor", "jp/hyogo/hyogo-cho", "predecessor, successor"),
    ("partnerships/partnerships", 0, "kind", "brother_city", "kind"),
    ("partnerships/partnerships", 0, "status", "alive", "status"),
    ("partnerships/partnerships", 0, "established", "1957-02-29", "established"),
    ("partnerships/partnerships", 0, "established", "22.10.57", "established"),
    ("partnerships/partnerships", 0, "ended", "1999", "ended, status"),
    ("partnerships/parties", 1, "place", "us/washington/tacoma", "place"),
    ("partnerships/parties", 1, "position", "0", "position"),
    ("partnerships/parties", 1, "position", "second", "position"),
    ("partnerships/parties", 1, "signed_as", "us/washington/seattle", "place, signed_as"),
    ("partnerships/parties", 1, "partnership", "kobe", "partnership"),
    ("partnerships/acts", 0, "kind", "handshake", "kind"),
    ("partnerships/acts", 0, "place", "us/washington/tacoma", "place"),
    ("partnerships/acts", 0, "document_url", "javascript:alert(1)", "document_url"),
    ("partnerships/citations", 0, "fact", "weather", "fact"),
    ("partnerships/citations", 1, "normalised", "October 1957", "fact, normalised"),
    ("partnerships/citations", 1, "standing", "liked", "standing"),
    ("partnerships/citations", 1, "basis", "guessed", "basis"),
    ("partnerships/citations", 1, "source", "nobody", "source"),
    ("partnerships/citations", 1, "read_on", "yesterday", "read_on"),
]


@pytest.mark.parametrize(("table", "number", "column", "value", "field"), BAD_CELLS)
def test_bad_cell_stops_the_seed_with_file_line_and_field(folder, tables, table, number, column, value, field):
    tables[table][number][column] = value

    assert f"{table}.csv:{number + 2}: {field}" in refused(folder(tables))


def test_end_before_the_start_stops_the_seed(folder, tables):
    tables["partnerships/partnerships"][0] |= {"ended": "1955", "status": "ended"}

    assert refused(folder(tables)) == ["partnerships/partnerships.csv:2: ended, established"]


def test_published_tie_with_one_party_stops_the_seed(folder, tables):
    del tables["partnerships/parties"][1]

    assert refused(folder(tables)) == ["partnerships/partnerships.csv:2: party_count, publication"]


def test_tie_in_review_may_have_one_party(folder, tables):
    del tables["partnerships/parties"][1]
    tables["partnerships/partnerships"][0]["publication"] = "review"
    seed(folder(tables))

    assert Partnership.objects.get().party_count == 1


def test_place_named_twice_in_a_tie_stops_the_seed(folder, tables):
    tables["partnerships/parties"].append({"partnership": TIE, "position": "3", "place": "us/washington/seattle"})

    assert refused(folder(tables)) == ["partnerships/parties.csv:4: partnership, place"]


def test_two_parties_at_one_position_stop_the_seed(folder, tables):
    tables["partnerships/parties"][1]["position"] = "1"

    assert refused(folder(tables)) == ["partnerships/parties.csv:3: partnership, position"]


def test_two_preferred_citations_of_a_fact_stop_the_seed(folder, tables):
    tables["partnerships/citations"][2]["standing"] = "preferred"

    assert refused(folder(tables)) == ["partnerships/citations.csv:4: partnership, fact"]


def test_tie_recorded_twice_stops_the_seed(folder, tables):
    again = f"{TIE}#2"
    tables["partnerships/partnerships"].append({**tables["partnerships/partnerships"][0], "key": again})
    tables["partnerships/parties"] += [{**party, "partnership": again} for party in tables["partnerships/parties"]]

    assert refused(folder(tables)) == ["partnerships/partnerships.csv:3: parties_key, kind, established"]


def test_code_given_twice_stops_the_seed(folder, tables):
    tables["places/municipalities"].append(
        place("jp/hyogo/himeji", "municipality", "Himeji", code_scheme="jis", code="281000")
    )

    assert refused(folder(tables)) == ["places/municipalities.csv:4: code_scheme, code"]


def test_tie_recorded_before_stops_the_seed(folder, tables):
    """The rival is in the database, not in the files."""
    seed(folder(tables))
    again = f"{TIE}#2"
    tables["partnerships/partnerships"].append({**tables["partnerships/partnerships"][0], "key": again})
    tables["partnerships/parties"] += [{**party, "partnership": again} for party in tables["partnerships/parties"]]

    assert refused(folder(tables)) == ["partnerships/partnerships.csv:3: parties_key, kind, established"]


def test_key_in_two_files_stops_the_seed(folder, tables):
    tables["places/former"].append(place("us/washington/seattle", "municipality", "Seattle"))

    assert refused(folder(tables)) == ["places/former.csv:3: key"]


def test_every_error_is_told_at_once(folder, tables):
    tables["places/municipalities"][0]["latitude"] = "north"
    tables["places/municipalities"][1]["population"] = "many"

    assert refused(folder(tables)) == [
        "places/municipalities.csv:2: latitude",
        "places/municipalities.csv:3: population",
    ]


def replace_line(path, number, line):
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[number - 1] = line
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("wrong,headings", "sources.csv:1: the headings should be"),
        ("", "sources.csv:1: the headings should be"),
    ],
)
def test_wrong_headings_stop_the_seed(folder, tables, line, told):
    path = folder(tables)
    replace_line(path / "sources.csv", 1, line)

    assert told in refused(path)


@pytest.mark.parametrize("line", ["city,too,few", "city" + "," * 30])
def test_wrong_number_of_cells_stops_the_seed(folder, tables, line):
    path = folder(tables)
    replace_line(path / "sources.csv", 2, line)

    assert "sources.csv:2: the number of cells differs from that of the headings" in refused(path)


def test_open_quotation_mark_stops_the_seed(folder, tables):
    path = folder(tables)
    replace_line(path / "sources.csv", 3, 'list,"A list')

    assert [error.partition(":")[0] for error in refused(path)] == ["sources.csv"]


def test_file_that_is_not_utf_8_stops_the_seed(folder, tables):
    path = folder(tables)
    (path / "places" / "countries.csv").write_bytes("jp,日本".encode("cp932"))

    assert [error.partition(":")[0] for error in refused(path)] == ["places/countries.csv"]


def test_command_names_the_errors_and_fails(folder, tables):
    tables["sources"][0]["kind"] = "gossip"

    with pytest.raises(CommandError) as caught:
        call_command("seed", folder=folder(tables))

    first, second = str(caught.value).splitlines()
    assert first == "Nothing was loaded. The fixtures contradict themselves:"
    assert second == "sources.csv:2: kind: Value 'gossip' is not a valid choice."


def test_empty_folder_loads_nothing(tmp_path):
    assert dict(seed(tmp_path)) == {}
