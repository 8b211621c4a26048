"""The fixtures of organizations, contact desks, programs and figures (fixtures/README.md has the formats)."""

from collections import defaultdict
from types import SimpleNamespace

from django.utils.translation import gettext as _

from sistercities.curation.actions import contested_facts
from sistercities.curation.seeding import CITATION_COLUMNS, Table, load_records, load_rows, register

from .models import (
    Affiliation,
    ContactDesk,
    ContactDeskCitation,
    Figure,
    FigureCitation,
    Organization,
    OrganizationCitation,
    Program,
    ProgramAudience,
    ProgramCitation,
    ProgramEdition,
    ProgramPart,
    ProgramPartner,
)

SOURCE = {"source": ("source", "source")}
ORGANIZATIONS = Table(
    "organizations/organizations.csv",
    Organization,
    (
        "key", "publication", "kind", "name_en", "name_ja", "name_kana", "acronym", "parent", "seat", "serves", "founded",
        "dissolved", "description_en", "description_ja", "address", "telephone", "fax", "email", "email_as_given", "website",
        "social_url", "staff_note",
    ),
    references={"parent": ("parent", "organization"), "seat": ("seat", "place")},
    links={"serves": ("serves", "place")},
)  # fmt: skip
AFFILIATIONS = Table(
    "organizations/affiliations.csv",
    Affiliation,
    ("organization", "kind", "partner", "capacity_en", "capacity_ja", "since", "until", "source"),
    references={"partner": ("partner", "organization"), **SOURCE},
    owner=("organization", "organization", "organization"),
)
CONTACTS = Table(
    "organizations/contacts.csv",
    ContactDesk,
    (
        "key", "publication", "place", "position", "kind", "organization", "name_en", "name_ja", "within_en", "within_ja",
        "note_en", "note_ja", "telephone", "email", "email_as_given", "website", "website_as_given", "verified_on", "staff_note",
    ),
    references={"place": ("place", "place"), "organization": ("organization", "organization")},
)  # fmt: skip
PROGRAMS = Table(
    "organizations/programs.csv",
    Program,
    (
        "key", "publication", "kind", "organizer", "name_en", "name_ja", "acronym", "audiences", "places", "status",
        "status_as_of", "since", "until", "description_en", "description_ja", "website", "staff_note",
    ),
    references={"organizer": ("organizer", "organization")},
    links={"places": ("places", "place")},
    skip=("audiences",),
)  # fmt: skip
PARTS = Table(
    "organizations/program_parts.csv",
    ProgramPart,
    ("program", "position", "acronym", "name_en", "name_ja", "description_en", "description_ja"),
    owner=("program", "program", "program"),
)
PARTNERS = Table(
    "organizations/program_partners.csv",
    ProgramPartner,
    ("program", "organization", "role"),
    references={"organization": ("organization", "organization")},
    owner=("program", "program", "program"),
)
EDITIONS = Table(
    "organizations/editions.csv",
    ProgramEdition,
    (
        "program", "fiscal_year", "title_en", "title_ja", "theme_en", "theme_ja", "hosts", "held_from", "held_until", "days",
        "participants", "participants_en", "participants_ja", "status", "reason_en", "reason_ja", "source",
    ),
    references=SOURCE,
    links={"hosts": ("hosts", "place")},
    owner=("program", "program", "program"),
)  # fmt: skip
FIGURES = Table(
    "organizations/figures.csv",
    Figure,
    (
        "key", "publication", "value", "qualifier", "unit", "counted_en", "counted_ja", "place", "partner_place", "as_of",
        "stated_by", "stated_by_en", "stated_by_ja", "program", "quotation", "comment_en", "comment_ja", "source", "locator",
        "staff_note",
    ),
    references={
        "place": ("place", "place"),
        "partner_place": ("partner_place", "place"),
        "stated_by": ("stated_by", "organization"),
        "program": ("program", "program"),
        **SOURCE,
    },
)  # fmt: skip


def citations(file, model, dataset, name):
    """The table of the claims of a root record."""
    return Table(
        f"organizations/{file}.csv",
        model,
        (dataset, *CITATION_COLUMNS),
        references=SOURCE,
        owner=(dataset, dataset, name),
    )


def addressed(run, row, record):
    """The key of the file is the short name in the address."""
    record.slug = row.cells["key"]
    record.set_keys()


def load_organizations(run):
    load_records(run, ORGANIZATIONS, "organization", addressed)
    load_rows(run, AFFILIATIONS)
    load_rows(run, citations("citations", OrganizationCitation, "organization", "organization"))


def load_contacts(run):
    """A desk is contested where its claims differ, which is known only with them: they are read first."""
    claims = defaultdict(list)
    table = citations("contact_citations", ContactDeskCitation, "contact", "contact_desk")
    for row in run.read(table.file, table.columns):
        claims[row.cells["contact"]].append(SimpleNamespace(**row.cells))

    def prepare(run, row, desk):
        desk.contested = bool(contested_facts(claims[row.cells["key"]], ContactDesk.contestable))
        desk.set_keys()

    load_records(run, CONTACTS, "contact", prepare)
    load_rows(run, table)


def load_programs(run):
    built = load_records(run, PROGRAMS, "program", addressed)
    run.insert(ProgramAudience, [audience for row, program in built for audience in _audiences(run, row, program)])
    for table in (PARTS, PARTNERS, EDITIONS, citations("program_citations", ProgramCitation, "program", "program")):
        load_rows(run, table)


def _audiences(run, row, program):
    field = ProgramAudience._meta.get_field("audience")
    for name in filter(None, row.cells["audiences"].split(";")):
        if name not in dict(field.choices):
            run.errors.append(row.error("audiences", _("there is no audience “%s”") % name))
        yield ProgramAudience(program_id=program.pk, audience=name)


def load_figures(run):
    load_records(run, FIGURES, "figure", addressed)
    load_rows(run, citations("figure_citations", FigureCitation, "figure", "figure"))


register(load_organizations, load_contacts, load_programs, load_figures)
