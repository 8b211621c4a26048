from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sistercities.curation.seeding import SeedError, demonstrations, seed


class Command(BaseCommand):
    help = "Load what is new in fixtures/: records whose stable key was never loaded. Never updates or deletes."

    def add_arguments(self, parser):
        parser.add_argument("--folder", default=settings.BASE_DIR / "fixtures", help="another folder of fixtures")
        parser.add_argument(
            "--demo", action="store_true", help="make an account for each role, and print its one-time password"
        )
        parser.add_argument("--demo-in-public", action="store_true", help="even where SITE_URL is a public address")

    def handle(self, *args, folder, verbosity, demo, demo_in_public, **options):
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
        if demo or demo_in_public:
            self.make_accounts(demo_in_public)

    def make_accounts(self, in_public):
        for make in demonstrations:
            try:
                lines = make(in_public=in_public)
            except ValueError as error:
                raise CommandError(str(error)) from error
            self.stdout.write("\n".join(lines))
