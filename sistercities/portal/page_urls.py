from django.urls import path

from . import anniversaries, changes, map, onepagers, statistics, timeline, views

urlpatterns = [
    path("", views.HomePage.as_view(), name="home"),
    path("about/", views.AboutPage.as_view(), name="about"),
    path("map/", map.MapPage.as_view(), name="map"),
    path("search/", views.SearchPage.as_view(), name="search"),
    path("timeline/", timeline.TimelinePage.as_view(), name="timeline"),
    path("statistics/", statistics.StatisticsPage.as_view(), name="statistics"),
    path("places/<path:path>/print/", onepagers.PlaceSheet.as_view(), name="place-sheet"),
    path("partnerships/<int:pk>-<str:slug>/print/", onepagers.PartnershipSheet.as_view(), name="partnership-sheet"),
    path("changes/", changes.ChangesPage.as_view(), name="changes"),
    path("changes.atom", changes.ChangesFeed.as_view(), name="changes-feed"),
    path("anniversaries/", anniversaries.AnniversaryList.as_view(), name="anniversaries"),
]
