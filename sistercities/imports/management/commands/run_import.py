import gc

from django.core.management.base import BaseCommand, CommandError

from sistercities.imports import worker
from sistercities.imports.models import ImportBatch


class Command(BaseCommand):
    help = "Do the task that an import waits for. The import desk starts this by itself."
    requires_system_checks = []  # the server that starts it has passed them, a second ago or a month

    def add_arguments(self, parser):
        parser.add_argument("batch", type=int, help="number of the import")

    def handle(self, *args, batch, **options):
        if not ImportBatch.objects.filter(pk=batch).exists():
            raise CommandError(f"There is no import with the number {batch}.")
        # Rows come and go by the thousand, hardly any in a circle: to look for those as often as usual takes a third of the time.
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        worker.run(batch)
