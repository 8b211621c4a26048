"""What changes together in an account."""

from django.db import transaction

from .models import PasswordToChange


@transaction.atomic
def hand_out_password(user, password):
    """Give an account a password that somebody else knows: its owner has to choose another at the next sign-in."""
    user.set_password(password)
    user.save(update_fields=["password"])
    PasswordToChange.objects.update_or_create(user=user)


@transaction.atomic
def choose_password(user, password):
    """The owner's own choice: from now on nobody else knows it."""
    user.set_password(password)
    user.save(update_fields=["password"])
    PasswordToChange.objects.filter(user=user).delete()
