"""What is kept of signing in beside Django's accounts and django-otp's devices: failed tries for an hour, passwords of others' making."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SignInTry(models.Model):
    """A failed try, or one that is being looked at. Kept for an hour; the name that was typed is kept as a digest only."""

    account = models.CharField(max_length=32)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("try to sign in")
        verbose_name_plural = _("tries to sign in")
        indexes = [
            models.Index(fields=["address", "at"], name="signintry_address"),
            models.Index(fields=["at"], name="signintry_at"),
        ]

    def __str__(self):
        return f"{self.address} {self.at:%Y-%m-%d %H:%M:%S}"


class PasswordToChange(models.Model):
    """Somebody else knows the password of this account: its owner chooses another before anything else."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="password_to_change"
    )
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("password to change")
        verbose_name_plural = _("passwords to change")

    def __str__(self):
        return str(self.user)
