from django.core.management.base import BaseCommand

from sistercities.imports.sweeping import sweep


class Command(BaseCommand):
    help = "Remove uploaded files that no import needs any more, and the rows of imports older than 90 days. Every start does it."

    def handle(self, *args, verbosity, **options):
        swept = sweep()
        if verbosity:
            self.stdout.write("sweep_imports: " + ", ".join(f"{number} {what}" for what, number in swept.items()))
