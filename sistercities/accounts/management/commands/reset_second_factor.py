from django.core.management.base import BaseCommand, CommandError

from sistercities.accounts import two_factor
from sistercities.accounts.people import User


class Command(BaseCommand):
    help = "Take the second factor of an account away: for the day when the only administrator has lost the device."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *args, username, **options):
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account {username!r}.")
        taken = two_factor.reset(user)
        self.stdout.write("Taken away: the next sign-in sets up another one." if taken else "There was none.")
