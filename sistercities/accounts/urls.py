"""Signing in and one's own account, below the language."""

from django.urls import path

from . import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-in/code/", views.Code.as_view(), name="sign-in-code"),
    path("sign-in/password/", views.Password.as_view(), name="sign-in-password"),
    path("account/", views.Account.as_view(), name="account"),
    path("account/second-factor/", views.SecondFactor.as_view(), name="second-factor"),
    path("account/recovery-codes/", views.RecoveryCodes.as_view(), name="recovery-codes"),
]
