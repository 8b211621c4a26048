"""The pages of the import desk, below the language."""

from django.urls import path

from . import steps, views

urlpatterns = [
    path("", views.Imports.as_view(), name="imports"),
    path("templates/<slug:dataset>.xlsx", views.Template.as_view(), name="import-template"),
    path("<int:pk>/", views.Import.as_view(), name="import"),
    path("<int:pk>/file/", views.AnnotatedFile.as_view(), name="import-file"),
    path("<int:pk>/undo/", views.Undo.as_view(), name="import-undo"),
    path("<int:pk>/reading/", steps.SettleReading.as_view(), name="import-reading"),
    path("<int:pk>/answers/", steps.Answer.as_view(), name="import-answers"),
    path("<int:pk>/rows/<int:row>/", steps.DecideRow.as_view(), name="import-row"),
    path("<int:pk>/submit/", steps.Submit.as_view(), name="import-submit"),
    path("<int:pk>/approve/", steps.Approve.as_view(), name="import-approve"),
    path("<int:pk>/refuse/", steps.Refuse.as_view(), name="import-refuse"),
    path("<int:pk>/cancel/", steps.Cancel.as_view(), name="import-cancel"),
    path("<int:pk>/resume/", steps.Resume.as_view(), name="import-resume"),
]
