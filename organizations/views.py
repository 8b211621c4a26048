"""The pages of one organization, program, contact desk or figure."""

from django.db.models import Prefetch
from django.utils.text import Truncator
from django.utils.translation import gettext

from partnerships.counting import Counter, scope_of
from partnerships.mapping import arcs
from partnerships.models import Place
from partnerships.views import name_order
from sistercities.core.filtersets import FIRST_YEAR, LAST_YEAR
from sistercities.core.names import localized
from sistercities.curation.linked_data import record_page, without_blanks
from sistercities.curation.pages import RecordPage, facts, sources_of

from .models import Affiliation, ContactDesk, Figure, Organization, Program, ProgramEdition, ProgramPartner, Unit
from .network import drawing, office_tree


class ClaimsMixin:
    """Every one of these pages tells on which claims it rests, what a shared link says, and how to cite it."""

    def context(self, record):
        claims = list(record.citations.select_related("source__depends_on"))
        sources, title = sources_of(claims, *self.more_sources(record)), self.title(record)
        return {
            "facts": facts(record, claims),
            "sources": sources,
            "title": title,
            "description": self.description(record) or title,
            "linked_data": record_page(record, title, self.version[1], sources, mainEntity=self.entity(record)),
        }

    def title(self, record):
        return localized(record).text

    def description(self, record):
        """One sentence for whoever sees a link to the page; empty where there is nothing to say."""
        return Truncator(localized(record, "description").text).chars(160)

    def entity(self, record):
        """What the page is about in the words of schema.org; empty where it has no word for it."""
        return {}

    def more_sources(self, record):
        """Further rows of the record that name a source."""
        return ()


class OrganizationPage(ClaimsMixin, RecordPage):
    model = Organization
    template_name = "organizations/organization.html"

    def get_queryset(self):
        return Organization.objects.with_seat()

    def entity(self, record):
        found = {"name": self.title(record), "url": record.website, "foundingDate": str(record.founded)}
        return {"@type": "Organization", **without_blanks(found)}

    def context(self, record):
        affiliations = list(
            Affiliation.objects.public()
            .involving(record)
            .select_related("organization", "partner", "source__depends_on")
        )
        # The claims' page of sources holds those of the affiliations too.
        self.affiliations = affiliations
        programs = Program.objects.public().behind(record).select_related("organizer").prefetch_related("audiences")
        return {
            **super().context(record),
            "organization": record,
            "parent": record.parent if record.parent and record.parent.is_public else None,
            "tree": office_tree(record),
            "network": drawing(record, affiliations),
            "programs": list(programs.order_by("sort_key", "pk")),
            "figures": list(record.stated_figures.public().select_related("place", "partner_place", "source")),
            "desks": list(record.contact_desks.public().with_place()),
            "serves": list(record.serves.public().order_by(*name_order())),
            "arcs": arcs([[record.seat]]) if record.seat else None,
        }

    def more_sources(self, record):
        return (self.affiliations,)


class ProgramPage(ClaimsMixin, RecordPage):
    model = Program
    template_name = "organizations/program.html"

    def get_queryset(self):
        return Program.objects.select_related("organizer")

    def context(self, record):
        hosts = Prefetch("hosts", queryset=Place.objects.public().with_parents())
        editions = ProgramEdition.objects.filter(program=record).select_related("source__depends_on")
        self.editions = list(editions.prefetch_related(hosts).order_by("-fiscal_year"))
        partners = ProgramPartner.objects.filter(program=record, organization__publication="published")
        return {
            **super().context(record),
            "program": record,
            "organizer": record.organizer if record.organizer.is_public else None,
            "audiences": list(record.audiences.all()),
            "places": list(record.places.public().order_by(*name_order())),
            "parts": list(record.parts.all()),
            "partners": list(partners.select_related("organization")),
            "editions": self.editions,
            "figures": list(record.figures.public().select_related("place", "partner_place", "stated_by", "source")),
        }

    def more_sources(self, record):
        return (self.editions,)


class ContactPage(ClaimsMixin, RecordPage):
    model = ContactDesk
    lookup = "pk"
    template_name = "organizations/contact.html"

    def get_queryset(self):
        return ContactDesk.objects.with_place()

    def title(self, record):
        return f"{localized(record).text} – {localized(record.place).text}"

    def description(self, record):
        return ""

    def context(self, record):
        context = super().context(record)
        paths = {claim.normalised for fact in context["facts"] if fact["name"] == "place" for claim in fact["claims"]}
        others = ContactDesk.objects.public().filter(place=record.place_id).exclude(pk=record.pk).with_place()
        return {
            **context,
            "desk": record,
            "organization": record.organization if record.organization and record.organization.is_public else None,
            # The readings of a contested desk, by the paths that its claims name.
            "readings": list(Place.objects.public().filter(path__in=paths).with_parents()) if record.contested else [],
            "others": list(others.order_by("position", "pk")),
        }


class FigurePage(ClaimsMixin, RecordPage):
    model = Figure
    template_name = "organizations/figure.html"

    def get_queryset(self):
        return Figure.objects.select_related("place", "partner_place", "stated_by", "program", "source__depends_on")

    def title(self, record):
        return f"{record.value_label} {record.unit_label}"

    def description(self, record):
        said = [localized(record, "counted").text, record.speaker.text]
        return f"{self.title(record)}{gettext(': ')}{gettext(', ').join(filter(None, said))}"

    def context(self, record):
        like = Figure.objects.public().like(record).select_related("stated_by", "place", "partner_place", "source")
        return {
            **super().context(record),
            "figure": record,
            "like": list(like.order_by("as_of_order", "pk")),
            "own": self.own_counts(record),
        }

    def more_sources(self, record):
        return ([record],)

    def own_counts(self, record):
        """What this directory counts between the same places, by every rule; nothing for a number of other things."""
        scope = scope_of(record.place, record.partner_place)
        if record.unit != Unit.TIES or scope is None:
            return None
        counter = Counter(self.version)
        year = record.as_of.year if record.as_of and FIRST_YEAR <= record.as_of.year <= LAST_YEAR else None
        return {"tallies": counter.tallies(scope), "year": year, "then": counter.by_year(scope, year) if year else None}
