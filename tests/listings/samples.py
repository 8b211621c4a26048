"""How to make the records of each list, and how many statements its answers take. A new dataset adds a line to SAMPLES."""

from collections import namedtuple

from tests.factories import (
    make_contact_desk,
    make_country,
    make_event,
    make_figure,
    make_organization,
    make_partnership,
    make_place,
    make_program,
)

#: `make(serial, **fields)` stores a public record with sort keys of its own; `named(name)` one whose texts are `name`;
#: `same()` one that is ordered by nothing but its id; `statements` are literal: without any memory, for 1 and 3 records.
Sample = namedtuple("Sample", "make named same statements")


def tie(serial, **fields):
    left, right = make_place(name_en=f"Left {chr(96 + serial)}"), make_place(name_en=f"Right {chr(96 + serial)}")
    return make_partnership(left, right, **{"established": f"19{50 + serial}-01-01"} | fields)


def letter(serial):
    return chr(96 + serial)


def kana(serial):
    return "あいうえおかきくけこ"[serial]


def same_desk():
    """Desks stand in the order of their municipality: those of one that is called like another, in the same position."""
    return make_contact_desk(make_place(name_en="Same"), name_en="Same")


SAMPLES = {
    "partnerships": Sample(
        make=tie,
        named=lambda name: make_partnership(
            make_place(name_en=name, name_ja=name), make_place(name_en=name), designation_en=name, designation_ja=name
        ),
        same=lambda: make_partnership(make_place(name_en="Same"), make_place(name_en="Same")),
        statements={"page": 5, "csv": 5, "json": 5, "geojson": 5, "xlsx": 5},
    ),
    "places": Sample(
        make=lambda serial, **fields: make_country(
            f"Land {letter(serial)}",
            **{"name_kana": kana(serial), "name_ja": f"第{serial}国"} | fields,
        ),
        named=lambda name: make_country(name, name_ja=name, name_kana=name),
        same=lambda: make_country("Same"),
        statements={"page": 5, "csv": 4, "json": 4, "geojson": 4, "xlsx": 4},
    ),
    "organizations": Sample(
        make=lambda serial, **fields: make_organization(
            f"Land {letter(serial)}", **{"name_kana": kana(serial), "name_ja": f"第{serial}協会"} | fields
        ),
        named=lambda name: make_organization(name, name_ja=name, description_en=name),
        same=lambda: make_organization("Same"),
        statements={"page": 5, "csv": 5, "json": 5, "geojson": 5, "xlsx": 5},
    ),
    "programs": Sample(
        make=lambda serial, **fields: make_program(
            **{"name_en": f"Land {letter(serial)}", "name_ja": f"{kana(serial)}計画"} | fields, audiences=["students"]
        ),
        named=lambda name: make_program(name_en=name, name_ja=name),
        same=lambda: make_program(name_en="Same"),
        statements={"page": 6, "csv": 9, "json": 9, "geojson": 9, "xlsx": 9},
    ),
    "contacts": Sample(
        make=lambda serial, **fields: make_contact_desk(
            make_place(name_en=f"Land {letter(serial)}", name_kana=kana(serial), name_ja=f"第{serial}市"), **fields
        ),
        named=lambda name: make_contact_desk(name_en=name, name_ja=name),
        same=same_desk,
        statements={"page": 5, "csv": 4, "json": 4, "geojson": 4, "xlsx": 4},
    ),
    "figures": Sample(
        make=lambda serial, **fields: make_figure(
            serial,
            **{"counted_en": f"Land {letter(serial)}", "counted_ja": kana(serial), "as_of": f"19{50 + serial}"}
            | fields,
        ),
        named=lambda name: make_figure(counted_en=name, counted_ja=name),
        same=lambda: make_figure(counted_en="Same"),
        statements={"page": 6, "csv": 4, "json": 4, "geojson": 4, "xlsx": 4},
    ),
    "events": Sample(
        make=lambda serial, **fields: make_event(
            f"Land {letter(serial)}", **{"name_ja": kana(serial), "start": f"19{50 + serial}-01-01"} | fields
        ),
        named=lambda name: make_event(name, name_ja=name),
        same=lambda: make_event("Same"),
        statements={"page": 5, "csv": 6, "json": 6, "geojson": 6, "xlsx": 6},
    ),
}
