from django.core.management.base import BaseCommand, CommandError

from sistercities.imports import worker
from sistercities.imports.models import ImportBatch


class Command(BaseCommand):
    help = "Do the task that an import waits for. The import desk starts this by itself."

    def add_arguments(self, parser):
        parser.add_argument("batch", type=int, help="number of the import")

    def handle(self, *args, batch, **options):
        if not ImportBatch.objects.filter(pk=batch).exists():
            raise CommandError(f"There is no import with the number {batch}.")
        worker.run(batch)
