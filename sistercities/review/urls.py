"""The pages of the review and of those who suggest something, below the language."""

from django.urls import path

from . import desk, views

urlpatterns = [
    path("suggest/sent/<str:reference>/", views.Sent.as_view(), name="suggest-sent"),
    path("suggest/<slug:dataset>/", views.SuggestNew.as_view(), name="suggest-new"),
    path("suggest/<slug:dataset>/<int:pk>/", views.SuggestCorrection.as_view(), name="suggest"),
    path("review/", desk.Queue.as_view(), name="review"),
    path("review/<int:pk>/", desk.ProposalView.as_view(), name="review-proposal"),
    path("review/<int:pk>/accept/", desk.Accept.as_view(), name="review-accept"),
    path("review/<int:pk>/refuse/", desk.Refuse.as_view(), name="review-refuse"),
    path("review/<int:pk>/ask/", desk.Ask.as_view(), name="review-ask"),
    path("review/<int:pk>/answer/", desk.Answer.as_view(), name="review-answer"),
    path("review/<int:pk>/take-back/", desk.TakeBack.as_view(), name="review-take-back"),
]
