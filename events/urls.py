from django.urls import path, register_converter
from django.urls.converters import IntConverter

from . import views
from .listings import EventList


class YearConverter(IntConverter):
    regex = "[0-9]{4}"


class MonthConverter(IntConverter):
    """A month has one address: 2019-03, not 2019-3."""

    regex = "0[1-9]|1[0-2]"

    def to_url(self, value):
        return f"{value:02}"


register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")

urlpatterns = [
    path("events/", EventList.as_view(), name="events"),
    path("events/calendar/", views.MonthPage.as_view(), name="events-calendar"),
    path("events/calendar/<year:year>-<month:month>/", views.MonthPage.as_view(), name="events-month"),
    path("events/<slug:slug>/", views.EventPage.as_view(), name="event"),
]
