"""The portal's addresses and two yardsticks beside them, behind the same middleware."""

from django.core.paginator import Paginator
from django.db.models import Count, F
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from partnerships.models import Partnership, Party
from sistercities.urls import urlpatterns as portal


def empty(request):
    """A view that does nothing: the floor of this framework with this middleware."""
    return HttpResponse("ok")


def plain(request):
    """The list as Django's documentation would write it: related rows fetched with the page, a paginator, five facets by SQL."""
    ties = Partnership.objects.public().with_parties().order_by("established_order", "pk")
    page = Paginator(ties, 25).get_page(request.GET.get("page"))
    public = Party.objects.filter(partnership__publication="published")
    by_region = public.exclude(place__region=None)
    facets = [
        by_region.filter(place__country__code="JP").values(value=F("place__region__name_en")).annotate(n=Count("partnership", distinct=True)),
        by_region.exclude(place__country__code="JP").values(value=F("place__region__name_en")).annotate(n=Count("partnership", distinct=True)),
        public.values(value=F("place__country__name_en")).annotate(n=Count("partnership", distinct=True)),
        Partnership.objects.public().values(value=F("kind")).annotate(n=Count("pk")),
        Partnership.objects.public().values(value=F("status")).annotate(n=Count("pk")),
    ]  # fmt: skip
    return render(
        request, "plain_list.html", {"page": page, "facets": [facet.order_by("-n", "value") for facet in facets]}
    )


urlpatterns = [*portal, path("bench/empty/", empty), path("bench/plain/", plain)]

handler400 = "sistercities.portal.errors.bad_request"
handler404 = "sistercities.portal.errors.not_found"
handler500 = "sistercities.portal.errors.server_error"
