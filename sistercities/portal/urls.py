"""Addresses without a language: the start, health, and what machines ask for."""

from django.contrib.sitemaps.views import index, sitemap
from django.urls import path
from django.views.decorators.http import require_safe

from . import anniversaries, health, statistics, views
from .sitemaps import SITEMAPS

urlpatterns = [
    path("", views.choose_language, name="start"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security, name="security"),
    path("calendar/anniversaries.ics", anniversaries.AnniversaryCalendar.as_view(), name="anniversaries-calendar"),
    path("data/statistics/<slug:slug>.csv", statistics.ChartFile.as_view(), name="chart-file"),
    path(
        "sitemap.xml",
        require_safe(index),
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap-section"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", require_safe(sitemap), {"sitemaps": SITEMAPS}, name="sitemap-section"),
]
