"""The sitemap: every public page in both languages, each naming the other (hreflang)."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from partnerships.models import Partnership, Place, Succession
from sistercities.core.datasets import datasets


class BilingualSitemap(Sitemap):
    i18n = True
    alternates = True
    x_default = True
    limit = 5000

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc  # never the Host header, which a stranger may choose

    def get_protocol(self, protocol=None):
        return urlsplit(settings.SITE_URL).scheme


class PageSitemap(BilingualSitemap):
    """The pages that are no records: home, lists, about."""

    def items(self):
        return [
            "home",
            "about",
            "map",
            "statistics",
            "timeline",
            "anniversaries",
            "changes",
            *(dataset.key for dataset in datasets()),
        ]

    def location(self, item):
        return reverse(item)


class PartnershipSitemap(BilingualSitemap):
    def items(self):
        return Partnership.objects.public().only("pk", "slug", "updated_at").order_by("pk")

    def lastmod(self, item):
        return item.updated_at


class PlaceSitemap(BilingualSitemap):
    """Places that have something to show: those with ties, and every region and country."""

    def items(self):
        places = Place.objects.public()
        # The address of a former body leads to the one that followed it: it stands there.
        followed = Succession.objects.filter(predecessor__in=places.former().order_by()).values("predecessor")
        wanted = places.exclude(level="municipality") | places.filter(pk__in=places.tied().values("pk")).exclude(
            pk__in=followed
        )
        return wanted.only("pk", "path", "updated_at").order_by("pk")

    def lastmod(self, item):
        return item.updated_at


class RecordSitemap(BilingualSitemap):
    """The records of any other dataset."""

    dataset = None

    def items(self):
        return self.dataset.view.model.objects.public().order_by("pk")

    def lastmod(self, item):
        return item.updated_at


SITEMAPS = {"pages": PageSitemap, "partnerships": PartnershipSitemap, "places": PlaceSitemap}
SITEMAPS |= {
    dataset.key: type(f"{dataset.key.title()}Sitemap", (RecordSitemap,), {"dataset": dataset})
    for dataset in datasets()
    if dataset.key not in SITEMAPS
}
