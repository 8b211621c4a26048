import fcntl
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sistercities.curation.links import PAUSE, Asker, due, record
from sistercities.curation.models import LinkCheck


class Command(BaseCommand):
    help = "Ask published addresses whether they still answer, the oldest check first. What is asked is kept at once: a run may be ended at any time, and the next goes on."

    def add_arguments(self, parser):
        parser.add_argument("--most", type=int, default=200, help="addresses of this run")
        parser.add_argument("--pause", type=float, default=PAUSE, help="seconds between two requests to one host")

    def handle(self, *args, most, pause, verbosity, **options):
        if most < 1 or pause < 0:
            raise CommandError("--most counts from 1, and --pause from 0.")
        with alone():
            asked, failed, ended = self.run(due(most), Asker(pause=pause), verbosity)
        if verbosity:
            dead = LinkCheck.objects.dead().count()
            self.stdout.write(f"check_links: {asked} asked, {failed} failed; {dead} dead in all{ended}")

    def run(self, urls, asker, verbosity):
        asked = failed = 0
        try:
            for url in urls:
                answer = asker.ask(url)
                record(url, answer)
                asked += 1
                failed += answer.is_failure
                if verbosity > 1:
                    self.stdout.write(f"{answer.status} {url}")
        except KeyboardInterrupt:
            return asked, failed, "; interrupted, the next run goes on"
        return asked, failed, ""


@contextmanager
def alone():
    """One run at a time: two would ask the same hosts side by side."""
    with open(Path(settings.VAR_DIR) / "check_links.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CommandError("Another check of links is running.") from error
        yield
