"""The import of places: the columns of their export. A place is found by its number, its address, its code or its name."""

from django.utils.translation import gettext_lazy as _

from sistercities.core.codes import is_jis_code
from sistercities.core.text import slugify_name
from sistercities.imports.questions import NEW
from sistercities.imports.records import RecordResource, column, record_id
from sistercities.imports.resources import Column, register
from sistercities.imports.widgets import TextWidget

from . import placing
from .actions import place_changed
from .keys import set_place_keys
from .models import CodeScheme, Level, Place
from .naming import place_labels

NAMES = ("name_en", "name_ja", "name_kana")


class PlaceResource(RecordResource):
    """Places. What lies above a place says where it is and is not changed by an import; a new place gets its address from its English name."""

    id = record_id()
    path = Column(
        TextWidget(250),
        _("address"),
        _("Below /places/, e.g. jp/hyogo/kobe; a new place gets its own."),
        clearable=False,
    )
    level = column(Place, "level", _("country, region or municipality; empty: municipality."))
    classification = column(Place, "classification")
    code = column(Place, "code")
    country = Column(TextWidget(160), _("country"), _("ISO 3166-1 code or name."), clearable=False, example="JP")
    region = Column(TextWidget(160), _("prefecture, state or province"), clearable=False)
    name_en = column(Place, "name_en")
    name_ja = column(Place, "name_ja")
    name_kana = column(Place, "name_kana")
    latitude = column(Place, "latitude", _("Degrees north, WGS 84."))
    longitude = column(Place, "longitude", _("Degrees east, WGS 84."))
    population = column(Place, "population")
    population_on = column(Place, "population_on")
    abolished = column(Place, "abolished")
    website = column(Place, "website")

    dataset = "places"
    model = Place
    for_visitors = (
        *("name_en", "name_ja", "name_kana", "classification", "population", "population_on", "abolished", "website"),
        *("latitude", "longitude"),
    )
    natural = (("path",),)
    required = ((("id",), ("path",), ("code",), ("name_en",), ("name_ja",)),)
    derived = ("partnerships",)
    #: Where a place is: these cells find it and what lies above it.
    WHERE = ("path", "country", "region")
    aliases = {
        **dict.fromkeys(("都道府県", "都道府県名", "prefecture"), ("region", {"country": "JP"})),
        **dict.fromkeys(("自治体名", "市区町村", "市区町村名", "市町村名"), ("name_ja", {})),
        **dict.fromkeys(("よみ", "読み", "ふりがな", "フリガナ"), ("name_kana", {})),
        **dict.fromkeys(("団体コード", "自治体コード"), ("code", {})),
        **dict.fromkeys(("人口",), ("population", {})),
        **dict.fromkeys(("緯度",), ("latitude", {})),
        **dict.fromkeys(("経度",), ("longitude", {})),
    }

    def start(self):
        super().start()
        self.register = placing.kept_register() if self.single else placing.Register()

    def records(self):
        return super().records().with_parents()

    def stored_value(self, record, name):
        if name == "country":
            return (record.country or record).code
        if name == "region":
            return record.region.name_en if record.region else ""
        return super().stored_value(record, name)

    def match(self, lines):
        for line in lines:
            if "id" not in line.values and "path" not in line.values:
                self._find_by_name(line)
        super().match(lines)
        for line in lines:
            if line.record is not None:
                self._must_stay(line)
            elif line.is_clean:
                self._put(line)

    def _find_by_name(self, line):
        """The address of a place that a code, or a name within its region, means."""
        code, name = line.values.get("code", ""), line.values.get("name_ja") or line.values.get("name_en") or ""
        country, region = line.texts.get("country", ""), line.texts.get("region", "")
        key = f"place:{country}|{region}|{name}|{code}"
        if key in self.answers:
            known = self.register.places.get(self.answers[key])
            line.values["path"] = known.path if known else ""
            return
        found = self.register.find("", "", "", code, "") if code else None
        if not (found and found.place) and name and line.values.get("level", Level.MUNICIPALITY) == Level.MUNICIPALITY:
            found = self.register.find(country, region, name, "", "")
        if found and found.place and not found.signed_as:
            line.values["path"] = self.register.places[found.place].path
        elif found and found.problem == "place_ambiguous":
            column = "name_ja" if line.values.get("name_ja") else "name_en"
            line.ask(key, column, name, [*found.candidates, NEW], of="place")

    def candidate_labels(self, of, ids):
        return place_labels(ids) if of == "place" else super().candidate_labels(of, ids)

    def _find(self, line, by_id, by_key):
        if "id" in line.values or line.values.get("path"):
            super()._find(line, by_id, by_key)

    def _must_stay(self, line):
        """A stored place: what lies above it is as it is."""
        for name in self.WHERE:
            value = line.values.pop(name, "")
            if name == "path" and value and value.strip("/") != line.record.path:
                line.complain("place_moved", "path", lambda: str(RULES["place_moved"]) % {"path": line.record.path})
        if line.values.get("level", line.record.level) != line.record.level:
            line.complain("place_moved", "level", lambda: str(RULES["place_moved"]) % {"path": line.record.path})

    def _put(self, line):
        """A new place: what lies above it, its address, the scheme of its code."""
        values = line.values
        level = values.setdefault("level", str(Level.MUNICIPALITY))
        above = {
            name: self._above(line, name)
            for name in ("country", "region")
            if line.texts.get(name) and level != Level.COUNTRY
        }
        if level != Level.COUNTRY and "country" not in above and line.is_clean:
            line.complain("required", "country")
        if not line.is_clean:
            return
        values["above"] = {name: pk for name, pk in above.items() if not (level == Level.REGION and name == "region")}
        slug = slugify_name(values.get("name_en", ""))
        parent = values["above"].get("region") or values["above"].get("country")
        if not slug:
            line.complain("place_name_en", "name_en", lambda: str(RULES["place_name_en"]))
            return
        path = f"{self.register.places[parent].path}/{slug}" if parent else slug
        if path in self.register.paths:
            line.complain("place_path", "name_en", lambda: str(RULES["place_path"]) % {"path": path})
        values["path"], values["slug"] = path, slug

    def _above(self, line, name):
        cells = {"country": line.texts.get("country", ""), "region": line.texts["region"] if name == "region" else ""}
        found = self.register.find(**cells)
        if not found.place:
            line.complain(found.problem, name, lambda: str(placing.RULES[found.problem]) % found.params)
        return found.place

    def set_fields(self, record, values):
        super().set_fields(record, {name: value for name, value in values.items() if name not in self.WHERE})
        if record.pk is None:
            record.country_id, record.region_id = values["above"].get("country"), values["above"].get("region")
            record.slug, record.path = values["slug"], values["path"]
        if "code" in values:
            record.code_scheme = scheme_of(record)

    def unchecked(self):
        return {"path"}

    def save(self, record, run):
        if record.pk is None:
            set_place_keys(record, [])
            record.save()
        else:
            record.save()
            place_changed(record)


def scheme_of(place):
    """The scheme of a code by its form and the level of the place; "" where there is no code."""
    if not place.code:
        return ""
    if is_jis_code(place.code):
        return CodeScheme.JIS
    return {Level.COUNTRY: CodeScheme.ISO_3166_1, Level.REGION: CodeScheme.ISO_3166_2}.get(place.level, CodeScheme.GNIS)


RULES = {
    "place_moved": _("This is the place with the address “%(path)s”. An import does not move a place to another level or region."),
    "place_name_en": _("A new place needs its English name: its address is made of it."),
    "place_path": _("There is a place with the address “%(path)s” already. Give its number, or another name."),
}  # fmt: skip

register(PlaceResource)
