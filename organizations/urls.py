from django.urls import path

from . import views
from .listings import ContactList, FigureList, OrganizationList, ProgramList

urlpatterns = [
    path("organizations/", OrganizationList.as_view(), name="organizations"),
    path("organizations/<slug:slug>/", views.OrganizationPage.as_view(), name="organization"),
    path("programs/", ProgramList.as_view(), name="programs"),
    path("programs/<slug:slug>/", views.ProgramPage.as_view(), name="program"),
    path("contacts/", ContactList.as_view(), name="contacts"),
    path("contacts/<int:pk>-<slug:slug>/", views.ContactPage.as_view(), name="contact"),
    path("figures/", FigureList.as_view(), name="figures"),
    path("figures/<slug:slug>/", views.FigurePage.as_view(), name="figure"),
]
