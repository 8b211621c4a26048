"""Feeds for calendar programs: addresses without a language."""

from django.urls import path

from . import views

urlpatterns = [path("events.ics", views.EventFeed.as_view(), name="events-feed")]
