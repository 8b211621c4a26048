from django.core.management.base import BaseCommand, CommandError

from partnerships.models import Place
from partnerships.synthetic import generate


class Command(BaseCommand):
    help = "Fill an empty directory with synthetic ties, to measure with. Refused where there is real data."

    def add_arguments(self, parser):
        parser.add_argument("number", type=int, help="how many ties")

    def handle(self, *args, number, **options):
        if number < 1:
            raise CommandError("Give a number of ties of 1 or more.")
        if Place.objects.exists():
            raise CommandError(
                "This directory holds data. Synthetic ties go into an empty one: set VAR_DIR or DATABASE_URL to another, "
                "migrate it, and run this there."
            )
        generate(number)
        self.stdout.write(f"generated {number} ties")
