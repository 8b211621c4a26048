"""Places: countries, regions and municipalities in one table, because partnerships cross levels."""

from django.db import models
from django.db.models import Case, Count, ExpressionWrapper, F, IntegerField, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from sistercities.core.codes import jis_check
from sistercities.core.constraints import in_range, one_of
from sistercities.core.dates import PartialDateField, partial_date_check
from sistercities.core.names import localized
from sistercities.core.text import fold, search_condition, search_tokens, sort_key
from sistercities.curation.models import MERGEABLE_PERMISSIONS, CuratedQuerySet, MergeableModel


class Level(models.TextChoices):
    COUNTRY = "country", _("country")
    REGION = "region", _("prefecture, state or province")
    MUNICIPALITY = "municipality", _("municipality")


class Area(models.TextChoices):
    """The eight regions of Japan by which prefectures are usually grouped, from north to south."""

    HOKKAIDO = "hokkaido", _("Hokkaido")
    TOHOKU = "tohoku", _("Tohoku")
    KANTO = "kanto", _("Kanto")
    CHUBU = "chubu", _("Chubu")
    KINKI = "kinki", _("Kinki")
    CHUGOKU = "chugoku", _("Chugoku")
    SHIKOKU = "shikoku", _("Shikoku")
    KYUSHU_OKINAWA = "kyushu-okinawa", _("Kyushu and Okinawa")


class Classification(models.TextChoices):
    """The official class of a place under the law of its country."""

    COUNTRY = "country", _("country")
    PREFECTURE = "prefecture", _("prefecture")
    METROPOLIS = "metropolis", _("metropolis")
    STATE = "state", _("state")
    PROVINCE = "province", _("province")
    TERRITORY = "territory", _("territory")
    DISTRICT = "district", _("district")
    REGION = "region", pgettext_lazy("class of a place", "region")
    DESIGNATED_CITY = "designated_city", _("designated city")
    CORE_CITY = "core_city", _("core city")
    SPECIAL_WARD = "special_ward", _("special ward")
    CITY = "city", _("city")
    TOWN = "town", _("town")
    VILLAGE = "village", _("village")
    COUNTY = "county", _("county")
    BOROUGH = "borough", _("borough")
    TOWNSHIP = "township", _("township")
    REGENCY = "regency", _("regency")
    COMMUNITY = "community", _("community")
    MUNICIPALITY = "municipality", _("municipality")


class CodeScheme(models.TextChoices):
    ISO_3166_1 = "iso-3166-1", "ISO 3166-1"
    ISO_3166_2 = "iso-3166-2", "ISO 3166-2"
    JIS = "jis", _("Japanese local government code")
    FIPS = "fips", "FIPS"
    GNIS = "gnis", "GNIS"
    SGC = "sgc", "SGC"


def _public_parties():
    from .partnerships import Party  # the models refer to one another; a party's side of it is known at run time only

    return Party.objects.filter(partnership__publication="published").order_by()


def _is_tied():
    return Q(pk__in=_public_parties().values("place"))


def _is_former():
    return ~Q(abolished="") | Q(level=Level.MUNICIPALITY, path__startswith="jp/", code="")


class PlaceQuerySet(CuratedQuerySet):
    def search(self, text):
        """Places whose names match every word of `text` in any script; words may also name the region or country.

        At least one word is of the place itself, so that “Portland Oregon” finds one place and not all of Oregon.
        """
        tokens = search_tokens(text)
        if not tokens:
            return self
        everywhere, own = Q(), Q()
        for token in tokens:
            here = search_condition(token)
            around = search_condition(token, "region__search_key") | search_condition(token, "country__search_key")
            everywhere &= here | around
            own |= here
        return self.filter(everywhere, own)

    def exact_first(self, text):
        """Annotate `closeness`: 0 where `text` is the whole name (in any script, without its class), else 1."""
        stem = fold(text)
        is_name = Q(sort_key=sort_key(text)) | Q(name_kana=stem) | Q(name_ja=text.strip())
        for suffix in "市町村区県府都道州":
            is_name |= Q(name_ja=f"{text.strip()}{suffix}")
        for suffix in ("し", "ちょう", "まち", "むら", "そん", "く", "けん", "ふ", "と"):
            is_name |= Q(name_kana=f"{stem}{suffix}")
        return self.annotate(
            closeness=Case(When(is_name, then=Value(0)), default=Value(1), output_field=IntegerField())
        )

    def with_parents(self):
        return self.select_related("region", "country")

    def former(self):
        """Bodies that have ended: `is_former` of many."""
        return self.filter(_is_former())

    def namesakes(self):
        """Living places that share a name, in English or Japanese, with another of the same level in the same region.

        Where there is no region, in the same country; so that two Shirakawas of one prefecture stand here, two Portlands of two
        states do not.
        """
        living = self.model.objects.kept().exclude(_is_former()).order_by()
        # One pass over the places: asking for each whether there is another took five seconds for 2,500 of them.
        here = [F("country"), F("region"), F("level")]
        shared = living.annotate(
            of_this_name=Window(Count("pk"), partition_by=[*here, F("sort_key")]),
            of_this_name_ja=Window(Count("pk"), partition_by=[*here, F("name_ja")]),
        ).filter(Q(of_this_name__gt=1) | ~Q(name_ja="") & Q(of_this_name_ja__gt=1))
        return self.filter(pk__in=shared.values("pk"))

    def tied(self):
        """Places that are party to a public partnership."""
        return self.filter(_is_tied())

    def with_tied(self):
        """Annotate `tied`, for many places at once: one pass over the parties rather than a count for each place."""
        return self.annotate(tied=ExpressionWrapper(_is_tied(), output_field=models.BooleanField()))

    def with_tie_count(self):
        """Annotate `ties`: the public partnerships of the place itself."""
        counted = _public_parties().filter(place=OuterRef("pk")).values("place").annotate(n=Count("pk")).values("n")
        return self.annotate(ties=Coalesce(Subquery(counted), 0))


def has_ended(level, path, code, abolished):
    """Whether a body is no more: a date says so, or it is a municipality of Japan without a code, which all living ones have."""
    in_japan = level == Level.MUNICIPALITY and path.startswith("jp/")
    return bool(abolished) or (in_japan and not code)


class Place(MergeableModel):
    """A country, a region (prefecture, state, province) or a municipality, past or present.

    `path` is the address below `/places/` ("jp/hyogo/kobe"), stored so that a link needs no join. `search_key` and
    the two sort keys are derived from the names by `keys.set_place_keys`.
    """

    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    country = models.ForeignKey(
        "self",
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="places_in_country",
    )
    region = models.ForeignKey(
        "self", verbose_name=_("region"), on_delete=models.PROTECT, null=True, blank=True, related_name="municipalities"
    )
    classification = models.CharField(_("official class"), max_length=20, choices=Classification.choices, blank=True)
    area = models.CharField(
        _("area"), max_length=20, choices=Area.choices, blank=True, help_text=_("For prefectures: the region of Japan.")
    )
    code_scheme = models.CharField(_("scheme of the code"), max_length=10, choices=CodeScheme.choices, blank=True)
    code = models.CharField(_("official code"), max_length=10, blank=True)
    slug = models.SlugField(_("short name in the address"), max_length=80, db_index=False)
    path = models.CharField(_("address"), max_length=250, unique=True, editable=False)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    name_ja = models.CharField(_("name (Japanese)"), max_length=120, blank=True)
    name_kana = models.CharField(_("reading (kana)"), max_length=160, blank=True)
    name_local = models.CharField(_("name (local script)"), max_length=120, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_on = PartialDateField(_("date of the population"))
    website = models.URLField(_("website"), max_length=500, blank=True)
    abolished = PartialDateField(_("abolished"), help_text=_("The day on which the body ended, e.g. by a merger."))
    search_key = models.TextField(editable=False, blank=True)
    sort_key = models.CharField(max_length=200, editable=False, blank=True)
    sort_key_ja = models.CharField(max_length=200, editable=False, blank=True)

    rows_beside = ("successions", "predecessions")

    objects = PlaceQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["search_key", "sort_key", "sort_key_ja"])

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        default_permissions = MERGEABLE_PERMISSIONS
        ordering = ["sort_key", "pk"]
        indexes = [
            models.Index(
                fields=["sort_key", "id"], condition=Q(publication="published"), name="place_public_by_name_en"
            ),
            models.Index(
                fields=["sort_key_ja", "id"],
                condition=Q(publication="published"),
                name="place_public_by_name_ja",
            ),
            models.Index(fields=["region", "sort_key"], name="place_by_region"),
        ]
        constraints = [
            *MergeableModel.Meta.constraints,
            one_of("level", Level, "place_level_is_known"),
            models.CheckConstraint(
                condition=Q(classification="") | Q(classification__in=Classification.values),
                name="place_classification_is_known",
            ),
            models.CheckConstraint(condition=Q(area="") | Q(area__in=Area.values), name="place_area_is_known"),
            models.CheckConstraint(
                condition=Q(level="country", country__isnull=True, region__isnull=True)
                | Q(level="region", country__isnull=False, region__isnull=True)
                | Q(level="municipality", country__isnull=False),
                name="place_parents_fit_its_level",
                violation_error_message=_(
                    "A country has no country or region, a region has a country and no region, a municipality has a country."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(name_en="", name_ja="", name_local=""),
                name="place_has_a_name",
                violation_error_message=_("A place needs a name in at least one language."),
            ),
            models.CheckConstraint(condition=~Q(slug="") & ~Q(path=""), name="place_has_an_address"),
            models.CheckConstraint(
                condition=Q(code="", code_scheme="") | (~Q(code="") & Q(code_scheme__in=CodeScheme.values)),
                name="place_code_has_a_scheme",
                violation_error_message=_("A code and its scheme are given together."),
            ),
            models.CheckConstraint(
                condition=~Q(code_scheme="iso-3166-1") | Q(code__glob="[A-Z][A-Z]"),
                name="place_iso_3166_1_code_is_two_letters",
                violation_error_message=_("A country code of ISO 3166-1 is two capital letters, e.g. JP."),
            ),
            models.CheckConstraint(
                condition=~Q(code_scheme="iso-3166-2") | Q(code__glob="[A-Z][A-Z]-[0-9A-Z]*"),
                name="place_iso_3166_2_code_names_its_country",
                violation_error_message=_("A region code of ISO 3166-2 looks like JP-28 or US-WA."),
            ),
            jis_check("code", "code_scheme", "place_jis_code_has_its_check_digit"),
            models.UniqueConstraint(
                fields=["code_scheme", "code"],
                condition=~Q(code="") & Q(abolished="") & ~Q(publication="withdrawn"),
                name="place_code_is_unique_among_living_places",
                violation_error_message=_("Another place has this code."),
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                # Said outright, because a CHECK lets pass what comes to NULL.
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="place_position_is_on_earth",
                violation_error_message=_("Latitude and longitude are given together, in degrees."),
            ),
            in_range(
                "population", 0, 2_000_000_000, "place_population_is_possible", _("This is not a possible population.")
            ),
            partial_date_check("population_on", "place_population_on_is_a_partial_date"),
            partial_date_check("abolished", "place_abolished_is_a_partial_date"),
        ]

    def __str__(self):
        return localized(self).text

    def get_absolute_url(self):
        return reverse("place", args=[self.path])

    @property
    def own_url(self):
        """The page of the record itself: the address of a former body leads to what continues it, so that its own page names a day."""
        return self.get_absolute_url() + ("?on=last" if self.is_former else "")

    @property
    def has_position(self):
        return self.latitude is not None and self.longitude is not None

    @property
    def is_former(self):
        return has_ended(self.level, self.path, self.code, self.abolished)

    @property
    def is_region(self):
        return self.level == Level.REGION

    @property
    def parents(self):
        """Country, then region, as far as there are any: the breadcrumb of the place."""
        return [place for place in (self.country, self.region) if place]

    def address(self):
        """The path below `/places/` that follows from the parents and the slug."""
        above = self.region or self.country
        return f"{above.path}/{self.slug}" if above else self.slug

    @classmethod
    def from_db(cls, db, field_names, values):
        place = super().from_db(db, field_names, values)
        place._stored_path = place.__dict__.get("path", "")
        return place

    def save(self, *args, **kwargs):
        """Stores the address that follows from the slug. One that was left behind leads here from then on, whoever saves."""
        left = getattr(self, "_stored_path", "")
        self.path = self._stored_path = self.address()
        super().save(*args, **kwargs)
        if left and left != self.path:
            remember_addresses([(left, self)])


def remember_addresses(left):
    """Let the paths that places have just left lead to them; `left` are pairs of a path and a place that is stored with its new one.

    A place that takes back an address of its own no longer needs the reminder.
    """
    from .merging import OldAddress  # the models refer to one another

    OldAddress.objects.filter(path__in=[place.path for _path, place in left]).delete()
    known = [OldAddress(path=path, place=place) for path, place in left]
    OldAddress.objects.bulk_create(known, update_conflicts=True, unique_fields=["path"], update_fields=["place"])
