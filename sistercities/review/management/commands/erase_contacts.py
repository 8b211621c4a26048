from django.core.management.base import BaseCommand

from sistercities.review.erasing import erase


class Command(BaseCommand):
    help = (
        "Erase how visitors who suggested something can be reached, 12 months after they did, and what the limits "
        "have counted. Run it once a day."
    )

    def handle(self, *args, verbosity, **options):
        erased = erase()
        if verbosity:
            self.stdout.write("erase_contacts: " + ", ".join(f"{number} {what}" for what, number in erased.items()))
