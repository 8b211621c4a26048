"""The operator's door to the import: the same reading, checks and transaction as at the desk."""

import json
from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from sistercities.curation.models import Source
from sistercities.imports import actions, worker
from sistercities.imports.models import BatchState, ImportBatch, RowState
from sistercities.imports.problems import describe, spoken
from sistercities.imports.questions import candidates_of, labels_in
from sistercities.imports.reading import Refused
from sistercities.imports.resources import registry, resource_for
from sistercities.imports.showing import ENCODINGS, Reading, reading_of
from sistercities.imports.sweeping import sweep
from sistercities.imports.worker import at_once


class Command(BaseCommand):
    help = (
        "Import a CSV, TSV or XLSX file. Prints what it would do and every problem; exit 1 with problems "
        "(unless --only-good leaves these rows out). "
        "Without --publish the import waits in review at the desk; with it, it is applied at once."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--dataset", required=True, choices=sorted(registry()))
        parser.add_argument("--encoding", choices=sorted(ENCODINGS), help="found by itself unless named")
        parser.add_argument("--sheet", help="of a workbook with several")
        parser.add_argument("--source", metavar="KEY", help="key of the source that the rows are cited from")
        parser.add_argument("--only-good", action="store_true", help="leave the rows with problems or questions out")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
        steps = parser.add_mutually_exclusive_group()
        steps.add_argument("--publish", action="store_true", help="apply at once, without a second person")
        steps.add_argument("--check", action="store_true", help="only check; nothing is kept")

    def handle(self, *args, file, dataset, **options):
        sweep()
        with at_once():
            batch = self.receive(file, dataset, options)
            try:
                report = self.examine(batch, options)
                self.go_on(batch, report, options)
            except actions.Conflict as error:
                worker.give_up(batch)
                raise CommandError(f"import_file: {error}") from error
        self.say(report, options["json"])
        if report["error"] or ((report["problems"] or report["questions"]) and not options["only_good"]):
            raise SystemExit(1)

    def receive(self, path, dataset, options):
        source = Source.objects.filter(key=options["source"]).first() if options["source"] else None
        if options["source"] and source is None:
            raise CommandError(f"import_file: there is no source with the key {options['source']!r}.")
        try:
            with path.open("rb") as opened:
                return actions.receive(File(opened, path.name), dataset, source=source)
        except (OSError, Refused) as error:
            raise CommandError(f"import_file: {path}: {error}") from error

    def examine(self, batch, options):
        choice = {name: options[name] for name in ("encoding", "sheet") if options[name]}
        if choice:
            actions.settle_reading(batch, choice=choice)
        batch = actions.check(batch)
        batch.refresh_from_db()
        return report_of(batch)

    def go_on(self, batch, report, options):
        """Give up, wait in review, or apply; the report says where the import stands then."""
        batch.refresh_from_db()
        waits = report["problems"] or report["questions"]
        nothing = not (report["counts"][RowState.NEW] or report["counts"][RowState.CHANGED])
        if options["check"] or nothing or batch.problems or (waits and not options["only_good"]):
            worker.give_up(batch)
        else:
            actions.submit(batch, user=None, token=batch.token, only_good=options["only_good"])
            if options["publish"]:
                actions.approve(batch, user=None, token=batch.token)
                batch.refresh_from_db()
                report["error"] = "" if batch.state == BatchState.APPLIED else batch.reason or "not applied"
        report["state"] = ImportBatch.objects.values_list("state", flat=True).get(pk=batch.pk)

    def say(self, report, as_json):
        if as_json:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
            return
        counts = report["counts"]
        self.stdout.write(", ".join(f"{counts[state]} {RowState(state).label}" for state in RowState.values))
        for found in report["problems"]:
            place = [f"line {found['line']}"] if found["line"] else []
            place += [found["column"]] if found["column"] else []
            value = f" {found['value']!r}" if found["value"] else ""
            self.stdout.write(f"{', '.join(place) or 'file'}:{value} {found['text']}")
        for asked in report["questions"]:
            names = "; ".join(asked["candidates"])
            self.stdout.write(f"line {asked['line']}, {asked['column']}: {asked['value']!r} may be: {names}")
        self.stdout.write(SAID[report["state"]].format(**report))
        if report["error"]:
            self.stderr.write(report["error"])


#: What became of the import, by the state in which the command leaves it.
SAID = {
    BatchState.CANCELLED: "Nothing was kept.",
    BatchState.REVIEW: "Import {import} waits in review at the desk.",
    BatchState.APPLIED: "Import {import} was applied.",
    BatchState.CHECKED: "Import {import} was not applied.",
}


def report_of(batch):
    """What the check has found, as the command prints it."""
    resource = resource_for(batch.dataset)
    try:
        reading = reading_of(batch, resource)
    except Refused:
        reading = Reading()
    problems = [_problem(0, "", found) for found in batch.problems]
    questions = []
    rows = batch.rows.filter(state__in=[RowState.PROBLEM, RowState.QUESTION]).order_by("line")
    labels = labels_in(rows, resource(batch))
    for line, found, asked in rows.values_list("line", "problems", "questions").iterator():
        problems += [_problem(line, reading.heading_of(one["column"], resource), one) for one in found]
        questions += [
            {
                "line": line,
                "column": reading.heading_of(one["column"], resource),
                "value": spoken(one["value"]),
                "candidates": [name for _pk, name in candidates_of(one, labels)],
            }
            for one in asked
        ]
    return {
        "import": batch.pk,
        "state": batch.state,
        "counts": batch.counts(),
        "problems": problems,
        "questions": questions,
        "error": "",
    }


def _problem(line, heading, found):
    return {"line": line, "column": heading, "value": found["value"], "code": found["code"], "text": describe(found)}
