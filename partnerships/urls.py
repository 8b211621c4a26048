from django.urls import path

from . import merging_views, views
from .listings import PartnershipList, PlaceList

urlpatterns = [
    path("partnerships/", PartnershipList.as_view(), name="partnerships"),
    path("partnerships/<int:pk>-<str:slug>/", views.PartnershipPage.as_view(), name="partnership"),
    path("places/", PlaceList.as_view(), name="places"),
    path("merging/", merging_views.Merging.as_view(), name="merging"),
    path("merging/succession/", merging_views.RecordSuccession.as_view(), name="merging-succession"),
    path("merging/holdings/<int:pk>/", merging_views.Holding.as_view(), name="merging-holding"),
    path("merging/<slug:dataset>/<int:one>/<int:other>/", merging_views.Compare.as_view(), name="merging-compare"),
    path(
        "merging/<slug:dataset>/<int:one>/<int:other>/apart/", merging_views.TellApart.as_view(), name="merging-apart"
    ),
    path("places/<path:path>/", views.PlacePage.as_view(), name="place"),
]
