from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sistercities.curation.seeding import SeedError, seed


class Command(BaseCommand):
    help = "Load what is new in fixtures/: records whose stable key was never loaded. Never updates or deletes."

    def add_arguments(self, parser):
        parser.add_argument("--folder", default=settings.BASE_DIR / "fixtures", help="another folder of fixtures")

    def handle(self, *args, folder, verbosity, **options):
        try:
            counts = seed(folder)
        except SeedError as error:
            lines = [*error.errors[:50], *([f"… and {len(error.errors) - 50} more"] if len(error.errors) > 50 else [])]
            raise CommandError(
                "\n".join(["Nothing was loaded. The fixtures contradict themselves:", *lines])
            ) from error
        if verbosity:
            loaded = ", ".join(f"{number} {label}" for label, number in counts.items() if number)
            self.stdout.write(f"seed: {loaded or 'nothing new'}")
