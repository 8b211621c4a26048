from django.urls import path

from . import views
from .listings import PartnershipList, PlaceList

urlpatterns = [
    path("partnerships/", PartnershipList.as_view(), name="partnerships"),
    path("partnerships/<int:pk>-<str:slug>/", views.PartnershipPage.as_view(), name="partnership"),
    path("places/", PlaceList.as_view(), name="places"),
    path("places/<path:path>/", views.PlacePage.as_view(), name="place"),
]
