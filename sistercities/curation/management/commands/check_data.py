from django.core.management.base import BaseCommand, CommandError

from sistercities.curation.integrity import findings


class Command(BaseCommand):
    help = "Compare derived columns and settled facts with the rows they follow from; exit 1 if any differs. Changes nothing."

    def handle(self, *args, **options):
        count = 0
        for record, field, stored, derived in findings():
            count += 1
            self.stdout.write(f"{record._meta.label} {record.pk} {field}: stored {stored!r}, follows {derived!r}")
        if count:
            raise CommandError(f"{count} values do not follow from their rows")
        self.stdout.write("check_data: every derived value follows from its rows")
