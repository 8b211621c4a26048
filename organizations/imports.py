"""The import of organizations, contact desks, programs and figures: the columns of their exports."""

from django.utils.translation import gettext_lazy as _

from partnerships import placing
from partnerships.models import Place
from partnerships.naming import place_labels
from sistercities.imports.records import RecordResource, ReferenceWidget, SeveralWidget, column, record_id, reference
from sistercities.imports.resources import Column, register
from sistercities.imports.sources import source_of_batch, source_of_url
from sistercities.imports.widgets import AddressWidget, ChoiceWidget, TextWidget

from .actions import set_audiences
from .models import Audience, ContactDesk, Figure, Organization, Program


def places(heading):
    return Column(
        SeveralWidget(ReferenceWidget(Place, "path")),
        heading,
        _("Addresses below /places/, with a semicolon between them."),
    )


class OrganizationResource(RecordResource):
    """Organizations, found by their number, their short name or their name."""

    id = record_id()
    slug = column(Organization, "slug")
    kind = column(Organization, "kind")
    name_en = column(Organization, "name_en")
    name_ja = column(Organization, "name_ja")
    name_kana = column(Organization, "name_kana")
    acronym = column(Organization, "acronym")
    parent = reference(Organization, "parent", "slug", _("Short name of the organization it belongs to."))
    seat = reference(Organization, "seat", "path", _("Address of its seat below /places/."))
    serves = places(_("serves"))
    founded = column(Organization, "founded")
    dissolved = column(Organization, "dissolved")
    description_en = column(Organization, "description_en")
    description_ja = column(Organization, "description_ja")
    address = column(Organization, "address")
    telephone = column(Organization, "telephone")
    fax = column(Organization, "fax")
    email = column(Organization, "email")
    website = column(Organization, "website")
    social_url = column(Organization, "social_url")

    dataset = "organizations"
    model = Organization
    for_visitors = (
        *(
            "name_en",
            "name_ja",
            "name_kana",
            "acronym",
            "kind",
            "founded",
            "dissolved",
            "description_en",
            "description_ja",
        ),
        *("address", "telephone", "fax", "email", "website", "social_url"),
    )
    natural = (("slug",), ("name_en",), ("name_ja",))
    required = ((("id",), ("slug",), ("name_en",), ("name_ja",)),)
    lists = {"serves": lambda record, places: record.serves.set(places)}
    aliases = {
        **dict.fromkeys(("団体名", "名称", "name"), ("name_ja", {})),
        **dict.fromkeys(("電話", "tel"), ("telephone", {})),
        **dict.fromkeys(("住所", "所在地"), ("address", {})),
        **dict.fromkeys(("URL", "ホームページ"), ("website", {})),
    }

    def records(self):
        return super().records().prefetch_related("serves")


class ContactDeskResource(RecordResource):
    """Contact desks, found by their number, or by municipality and name. The municipality is named as in the file of partnerships."""

    id = record_id()
    place = reference(
        ContactDesk,
        "place",
        "path",
        _("Address of the municipality below /places/; or name it in the columns that follow."),
        heading=_("address of the municipality"),
    )
    country = Column(TextWidget(160), _("country"), clearable=False)
    region = Column(TextWidget(160), _("prefecture, state or province"), clearable=False)
    municipality = Column(TextWidget(160), _("municipality (English)"), clearable=False)
    municipality_ja = Column(TextWidget(160), _("municipality (Japanese)"), clearable=False)
    code = Column(TextWidget(160), _("official code"), clearable=False)
    position = column(ContactDesk, "position")
    kind = column(ContactDesk, "kind")
    name_en = column(ContactDesk, "name_en")
    name_ja = column(ContactDesk, "name_ja")
    within_en = column(ContactDesk, "within_en")
    within_ja = column(ContactDesk, "within_ja")
    organization = reference(ContactDesk, "organization", "slug", _("Short name of the organization whose desk it is."))
    telephone = column(ContactDesk, "telephone")
    email = column(ContactDesk, "email")
    website = column(ContactDesk, "website")
    note_en = column(ContactDesk, "note_en")
    note_ja = column(ContactDesk, "note_ja")
    verified_on = column(ContactDesk, "verified_on")

    dataset = "contacts"
    model = ContactDesk
    for_visitors = (
        *("name_en", "name_ja", "within_en", "within_ja", "telephone", "email", "website"),
        *("note_en", "note_ja"),
    )
    natural = (("place", "name_en"), ("place", "name_ja"))
    required = ((("id",), ("place",), ("municipality",), ("municipality_ja",), ("code",)),)
    derived = ("contested",)
    #: The cells that name the municipality in words: they are looked up, not stored.
    NAMING = ("country", "region", "municipality", "code", "municipality_ja")
    aliases = {
        **dict.fromkeys(("都道府県", "都道府県名", "prefecture"), ("region", {"country": "JP"})),
        **dict.fromkeys(("自治体名", "市区町村", "市区町村名"), ("municipality_ja", {"country": "JP"})),
        **dict.fromkeys(("窓口", "担当課", "担当部署"), ("name_ja", {})),
        **dict.fromkeys(("電話", "電話番号", "tel"), ("telephone", {})),
        **dict.fromkeys(("メール", "メールアドレス", "mail"), ("email", {})),
        **dict.fromkeys(("URL", "ホームページ"), ("website", {})),
        **dict.fromkeys(("団体コード", "自治体コード"), ("code", {})),
    }

    def start(self):
        super().start()
        self.register = placing.kept_register() if self.single else placing.Register()

    def match(self, lines):
        for line in lines:
            self._place(line)
        super().match(lines)
        for line in lines:
            if line.stored and line.values.get("place", line.stored["place"]) != line.stored["place"]:
                line.complain("place_differs", "place", lambda: str(PLACE_DIFFERS))

    def _place(self, line):
        """Whose desk it is: the address of the place, else what the other cells name."""
        cells = [line.texts.get(name, "").strip() for name in self.NAMING]
        for name in self.NAMING:
            line.values.pop(name, None)
        if "place" in line.texts or not any(cells[1:]):
            return
        key = f"place:{'|'.join(cells)}"
        if self.answers.get(key) in self.register.places:
            line.values["place"] = self.answers[key]
            return
        found = self.register.find(*cells)
        if found.place:
            line.values["place"] = found.place
        elif found.candidates:
            line.ask(key, "municipality", " ".join(filter(None, cells)), found.candidates, of="place")
        elif "id" not in line.values:
            line.complain(found.problem, "municipality", lambda: str(placing.RULES[found.problem]) % found.params)

    def candidate_labels(self, of, ids):
        return place_labels(ids) if of == "place" else super().candidate_labels(of, ids)

    def stored(self, record):
        return {name: self.stored_value(record, name) for name in self.fields if name not in ("id", *self.NAMING)}


PLACE_DIFFERS = _("This desk is that of another municipality. Whose desk it is, a curator decides from the sources.")


class ProgramResource(RecordResource):
    """Programs, found by their number, their short name or their name."""

    id = record_id()
    slug = column(Program, "slug")
    kind = column(Program, "kind")
    name_en = column(Program, "name_en")
    name_ja = column(Program, "name_ja")
    acronym = column(Program, "acronym")
    organizer = reference(Program, "organizer", "slug", _("Short name of the organization that holds it."))
    audiences = Column(SeveralWidget(ChoiceWidget(Audience)), _("audiences"), _("With a semicolon between them."))
    places = places(_("countries and places"))
    status = column(Program, "status")
    status_as_of = column(Program, "status_as_of")
    since = column(Program, "since")
    until = column(Program, "until")
    description_en = column(Program, "description_en")
    description_ja = column(Program, "description_ja")
    website = column(Program, "website")

    dataset = "programs"
    model = Program
    for_visitors = (
        *("name_en", "name_ja", "acronym", "status", "since", "until", "website", "description_en", "description_ja"),
    )
    natural = (("slug",), ("name_en",), ("name_ja",))
    required = ((("id",), ("slug",), ("name_en",), ("name_ja",)),)
    lists = {"places": lambda record, places: record.places.set(places), "audiences": set_audiences}

    def records(self):
        return super().records().prefetch_related("places", "audiences")

    def stored_list(self, record, name):
        if name == "audiences":
            return [row.audience for row in record.audiences.all()]
        return super().stored_list(record, name)


class FigureResource(RecordResource):
    """Published figures, found by their number or their short name."""

    id = record_id()
    slug = column(Figure, "slug")
    value = column(Figure, "value")
    qualifier = column(Figure, "qualifier")
    unit = column(Figure, "unit")
    counted_en = column(Figure, "counted_en")
    counted_ja = column(Figure, "counted_ja")
    place = reference(Figure, "place", "path", _("The place of which it is, below /places/; empty: the world."))
    partner_place = reference(Figure, "partner_place", "path", _("The other place, where it counts between two."))
    as_of = column(Figure, "as_of")
    stated_by = reference(Figure, "stated_by", "slug", _("Short name of the organization that says it."))
    stated_by_en = column(Figure, "stated_by_en")
    stated_by_ja = column(Figure, "stated_by_ja")
    program = reference(Figure, "program", "slug", _("Short name of the program it is about."))
    quotation = column(Figure, "quotation")
    comment_en = column(Figure, "comment_en")
    comment_ja = column(Figure, "comment_ja")
    source_url = Column(AddressWidget(1000), _("address of the source"), attribute="source", clearable=False)
    locator = column(Figure, "locator")

    dataset = "figures"
    model = Figure
    for_visitors = ("value", "qualifier", "counted_en", "counted_ja", "as_of", "quotation", "locator")
    natural = (
        ("slug",),
        ("value", "counted_en", "as_of"),
        ("value", "counted_ja", "as_of"),
        ("value", "counted_en"),
        ("value", "counted_ja"),
    )
    required = ((("id",), ("slug",), ("value",)),)

    def records(self):
        return super().records().select_related("source")

    def stored_value(self, record, name):
        return record.source.url if name == "source_url" else super().stored_value(record, name)

    def unchecked(self):
        return {"slug", "source"}

    def set_fields(self, record, values):
        super().set_fields(record, {name: value for name, value in values.items() if name != "source_url"})
        record.source_from = values.get("source_url")

    def save(self, record, run):
        if record.source_from:
            record.source = source_of_url(record.source_from)
        elif record.source_id is None:
            record.source = source_of_batch(run.batch)
        super().save(record, run)


register(OrganizationResource, ContactDeskResource, ProgramResource, FigureResource)
