"""The lists of this app: what they ask, in which order they stand, how they are read."""

from collections import defaultdict

from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from partnerships.counting import RULES, Counter
from partnerships.directory import options
from partnerships.listings import PLACE_FACETS, PlaceFilterMixin, RegionFacetsMixin, region_facets
from sistercities.core.facets import Facet
from sistercities.core.listings import ListingView, Sort, in_order
from sistercities.core.names import content_language

from .columns import CONTACT_COLUMNS, FIGURE_COLUMNS, ORGANIZATION_COLUMNS, PROGRAM_COLUMNS, PUBLISHED, paths
from .filtersets import ContactFilterSet, FigureFilterSet, OrganizationFilterSet, ProgramFilterSet
from .models import (
    Audience,
    ContactDesk,
    DeskKind,
    Figure,
    Organization,
    OrganizationKind,
    Program,
    ProgramKind,
    Qualifier,
    RunningStatus,
    Unit,
)

NAME = Sort(pgettext_lazy("order", "Name"), ("sort_key", "pk"), ("sort_key_ja", "pk"))


def at(prefix):
    """The columns of `PLACE_FACETS` of a related place."""
    return tuple(f"{prefix}__{name}" for name in PLACE_FACETS)


def named(prefix):
    """The columns that `named_facet` reads of a related record."""
    return tuple(f"{prefix}__{name}" for name in ("slug", "name_en", "name_ja", "publication"))


def gathered(rows, names):
    """`(id, {facet: values})` from rows `(id, {facet: values})` of which several may be of one record, in order of the ids."""
    current, values = None, None
    for pk, found in rows:
        if pk != current:
            if values is not None:
                yield current, values
            current, values = pk, defaultdict(set)
        for name in names:
            values[name] |= {value for value in found.get(name, ()) if value not in (None, "")}
    if values is not None:
        yield current, values


def named_facet(facet, slug, name_en, name_ja, publication):
    """The values of a facet of related records, with their names; what is not published has none."""
    if publication != PUBLISHED:
        return {facet: [], f"{facet}_names": []}
    return {facet: [slug], f"{facet}_names": [(slug, name_en, name_ja)]}


def named_options(index, facet):
    """Options whose names travel with the rows as `(value, English, Japanese)` under `<facet>_names`, by name."""
    column = 2 if content_language() == "ja" else 1
    found = [(names[0], names[column] or names[1] or names[2]) for names in index.values(f"{facet}_names")]
    return sorted(found, key=lambda option: option[1])


class OrganizationList(RegionFacetsMixin, ListingView):
    dataset = "organizations"
    title = _("Organizations")
    model = Organization
    filterset_class = OrganizationFilterSet
    facets = (
        Facet("kind", _("Kind"), OrganizationKind),
        Facet("serves", _("Works for")),
        Facet("country", _("Country of the seat")),
        Facet("belongs", _("Belongs to")),
        Facet("belongs_names", _("Belongs to"), shown=False),
    )
    columns = ORGANIZATION_COLUMNS
    sorts = {"name": NAME}
    default_sort = "name"

    def facet_rows(self):
        columns = ("pk", "kind", "serves__code", *named("parent"), *at("seat"))
        rows = self.get_queryset().order_by("pk").values_list(*columns)
        return gathered((self._facets(row) for row in rows.iterator()), [facet.name for facet in self.facets])

    def _facets(self, row):
        pk, kind, serves, *related = row
        return pk, {
            "kind": [kind],
            "serves": [serves],
            **named_facet("belongs", *related[:4]),
            "country": region_facets(*related[4:])["country"],
        }

    def facet_options(self, index):
        return {
            **super().facet_options(index),
            "serves": options(self.stamp, lambda region: True),
            "belongs": named_options(index, "belongs"),
        }

    def heading(self, selection, chips):
        return ngettext("%(count)s organization", "%(count)s organizations", selection.total) % {
            "count": f"{selection.total:,}"
        }

    def records(self, ids):
        return in_order(Organization.objects.with_seat(), ids)

    def export_records(self, ids):
        return in_order(Organization.objects.with_seat().prefetch_related("serves"), ids)

    def geometry(self, organization):
        return point(organization.seat)


class ContactList(PlaceFilterMixin, RegionFacetsMixin, ListingView):
    dataset = "contacts"
    title = _("Contact desks")
    model = ContactDesk
    filterset_class = ContactFilterSet
    facets = (
        Facet("kind", _("Kind of office"), DeskKind),
        Facet("prefecture", _("Prefecture")),
        Facet("state", _("State or province")),
        Facet("country", _("Country")),
        Facet("verified", _("Verified")),
        Facet("contested", _("Sources")),
        Facet("place", _("Place"), shown=False),
        Facet("place_names", _("Place"), shown=False),
    )
    columns = CONTACT_COLUMNS
    sorts = {"name": Sort(_("Municipality"), ("sort_key", "pk"), ("sort_key_ja", "pk"))}
    default_sort = "name"

    def facet_rows(self):
        names = ("place", "place__name_en", "place__name_ja")
        rows = (
            self.get_queryset()
            .order_by("pk")
            .values_list("pk", "kind", "verified_on", "contested", *names, *at("place"))
        )
        for pk, kind, verified, contested, place, name_en, name_ja, *where in rows.iterator():
            yield (
                pk,
                {
                    **region_facets(*where),
                    "kind": {kind},
                    "verified": {"1"} if verified else set(),
                    "contested": {"1"} if contested else set(),
                    "place": {place},
                    "place_names": {(place, name_en, name_ja)},
                },
            )

    def facet_options(self, index):
        return {
            **super().facet_options(index),
            "verified": [("1", gettext("Verified at some time"))],
            "contested": [("1", gettext("Sources disagree"))],
        }

    def selected_facets(self, cleaned):
        selected = super().selected_facets(cleaned)
        return {**selected, "place": [cleaned["place"]]} if cleaned.get("place") else selected

    def heading(self, selection, chips):
        where = self.where(chips)
        values = {"count": f"{selection.total:,}", "where": where}
        if where:
            said = ngettext(
                "%(count)s contact desk in %(where)s", "%(count)s contact desks in %(where)s", selection.total
            )
            return said % values
        return ngettext("%(count)s contact desk", "%(count)s contact desks", selection.total) % values

    def records(self, ids):
        return in_order(ContactDesk.objects.with_place(), ids)

    def geometry(self, desk):
        return point(desk.place)


class ProgramList(PlaceFilterMixin, RegionFacetsMixin, ListingView):
    dataset = "programs"
    title = _("Programs")
    model = Program
    filterset_class = ProgramFilterSet
    facets = (
        Facet("kind", _("Kind"), ProgramKind),
        Facet("audience", _("For whom"), Audience),
        Facet("country", _("Country")),
        Facet("status", _("Still running"), RunningStatus),
        Facet("organizer", _("Organizer")),
        Facet("organizer_names", _("Organizer"), shown=False),
        Facet("place", _("Place"), shown=False),
        Facet("place_names", _("Place"), shown=False),
    )
    columns = PROGRAM_COLUMNS
    sorts = {"name": NAME}
    default_sort = "name"

    def facet_rows(self):
        """One statement: a row for each audience, place and host of every public program."""
        columns = ("pk", "kind", "status", "audiences__audience", *named("organizer"))
        places = [
            (f"{path}__pk", f"{path}__name_en", f"{path}__name_ja", *at(path)) for path in ("places", "editions__hosts")
        ]
        rows = self.get_queryset().order_by("pk").values_list(*columns, *places[0], *places[1])
        return gathered((self._facets(row) for row in rows.iterator()), [facet.name for facet in self.facets])

    def _facets(self, row):
        pk, kind, status, audience, *related = row
        found = [place for place in (related[4:11], related[11:]) if place[0]]
        return pk, {
            "kind": [kind],
            "status": [status],
            "audience": [audience],
            **named_facet("organizer", *related[:4]),
            "country": set().union(*(region_facets(*place[3:])["country"] for place in found)),
            "place": [place[0] for place in found],
            "place_names": [tuple(place[:3]) for place in found],
        }

    def facet_options(self, index):
        return {**super().facet_options(index), "organizer": named_options(index, "organizer")}

    def selected_facets(self, cleaned):
        selected = super().selected_facets(cleaned)
        return {**selected, "place": [cleaned["place"]]} if cleaned.get("place") else selected

    def heading(self, selection, chips):
        return ngettext("%(count)s program", "%(count)s programs", selection.total) % {"count": f"{selection.total:,}"}

    def records(self, ids):
        return in_order(Program.objects.select_related("organizer").prefetch_related("audiences"), ids)

    def export_records(self, ids):
        related = ("audiences", "places", "editions__hosts", "parts", "partners__organization")
        return in_order(Program.objects.select_related("organizer").prefetch_related(*related), ids)

    def parts(self, program):
        return {
            "parts": [
                {"acronym": part.acronym, "name_en": part.name_en, "name_ja": part.name_ja}
                for part in program.parts.all()
            ],
            "partners": [
                {"organization": partner.organization.slug, "role": partner.role}
                for partner in program.partners.all()
                if partner.organization.publication == "published"
            ],
            "editions": [
                {
                    "fiscal_year": edition.fiscal_year,
                    "title_en": edition.title_en,
                    "status": edition.status,
                    "held_from": str(edition.held_from),
                    "held_until": str(edition.held_until),
                    "days": edition.days,
                    "participants": edition.participants,
                    "hosts": paths(edition.hosts),
                }
                for edition in program.editions.all()
            ],
        }


class FigureList(RegionFacetsMixin, ListingView):
    """The ledger of published numbers: each as a claim, none added to another."""

    dataset = "figures"
    title = _("Published figures")
    model = Figure
    filterset_class = FigureFilterSet
    facets = (
        Facet("unit", _("Unit"), Unit),
        Facet("country", _("Country")),
        Facet("by", _("Said by")),
        Facet("precision", _("Precision"), Qualifier),
        Facet("dated", _("Date")),
        Facet("by_names", _("Said by"), shown=False),
    )
    columns = FIGURE_COLUMNS
    sorts = {
        "date": Sort(_("Date, the undated last"), ("as_of_order", "pk")),
        "value": Sort(_("Largest first"), ("-value", "-pk")),
        "name": Sort(_("What is counted"), ("sort_key", "pk"), ("sort_key_ja", "pk")),
    }
    default_sort = "date"
    template_name = "organizations/figures.html"

    def facet_rows(self):
        columns = ("pk", "unit", "qualifier", "as_of", *named("stated_by"), *at("place"), *at("partner_place"))
        for row in self.get_queryset().order_by("pk").values_list(*columns).iterator():
            pk, unit, qualifier, as_of, *related = row
            yield (
                pk,
                {
                    "unit": {unit},
                    "precision": {qualifier},
                    "dated": {"1"} if as_of else set(),
                    **named_facet("by", *related[:4]),
                    "country": region_facets(*related[4:8])["country"] | region_facets(*related[8:])["country"],
                },
            )

    def facet_options(self, index):
        return {
            **super().facet_options(index),
            "by": named_options(index, "by"),
            "dated": [("1", gettext("The source gives a date"))],
        }

    def heading(self, selection, chips):
        return ngettext("%(count)s published figure", "%(count)s published figures", selection.total) % {
            "count": f"{selection.total:,}"
        }

    def notes(self, selection):
        """Beside the claims, what this directory counts itself, by rule."""
        counter = Counter(self.version)
        scopes = [scope for name in ("US", "CA") for scope in ({"country": [name]},)]
        return {
            "counted": [
                {"rule": rule, "tallies": [counter.tally(rule, scope) for scope in (*scopes, {})]} for rule in RULES
            ]
        }

    def records(self, ids):
        related = ("place", "partner_place", "stated_by", "source")
        return in_order(Figure.objects.select_related(*related), ids)

    def export_records(self, ids):
        return in_order(Figure.objects.select_related("place", "partner_place", "stated_by", "program", "source"), ids)


def point(place):
    """The GeoJSON geometry of a place, or None where it has no position."""
    if place is None or place.latitude is None:
        return None
    return {"type": "Point", "coordinates": [place.longitude, place.latitude]}
