"""An import beside import-export's own: the same new ties by both ways, in one run; prints one line of JSON.

    VAR_DIR=/a/fresh/folder python -m tests.benchmarks.imports 5000

The stock way is what its admin does: a dry run, then the import, `full_clean` and history for each row, the parties set after each
tie was saved. It records no claims, resolves names by a dictionary prepared beforehand, and reads the file once; ours does all that and
keeps every row for the preview. With `alone` as a second argument only ours is measured, with the memory of the process.
"""

import csv
import io
import json
import os
import random
import resource as limits
import sys
import time

import django

HEADINGS = ["region", "municipality", "partner_region", "partner_municipality", "established", "kind"]


def prepare():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sistercities.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.IMPORTS_IN_PROCESS = True
    call_command("migrate", verbosity=0)
    call_command("generate_ties", 5_000)


def rows(number, chance):
    """New pairs of municipalities whose names are their own, as cells."""
    from collections import Counter

    from partnerships.models import Partnership, Place

    towns = Place.objects.filter(level="municipality").select_related("region", "country")
    names = Counter((town.region_id, town.name_en) for town in towns)
    towns = [town for town in towns if names[town.region_id, town.name_en] == 1]
    left = [town for town in towns if town.country.code == "JP"]
    right = [town for town in towns if town.country.code != "JP"]
    taken, pairs = set(Partnership.objects.values_list("parties_key", flat=True)), set()
    while len(pairs) < number:
        one, other = chance.choice(left), chance.choice(right)
        key = "-".join(map(str, sorted((one.pk, other.pk))))
        if key not in taken:
            taken.add(key)
            pairs.add((one, other))
    for one, other in pairs:
        day = f"{chance.randint(1955, 2020)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        yield [one.region.name_en, one.name_en, other.region.name_en, other.name_en, day, "sister_city"]


def ours(table):
    """Seconds for reading and checking, and for applying with history."""
    from django.contrib.auth import get_user_model
    from django.core.files.base import ContentFile

    from sistercities.imports import actions

    out = io.StringIO()
    csv.writer(out).writerows([HEADINGS, *table])
    users = get_user_model().objects
    one, other = (users.get_or_create(username=name)[0] for name in ("coordinator", "curator"))
    start = time.perf_counter()
    batch = actions.check(
        actions.receive(ContentFile(out.getvalue().encode("cp932"), name="t.csv"), "partnerships", user=one)
    )
    checked = time.perf_counter()
    batch.refresh_from_db()
    actions.submit(batch, user=one, token=batch.token)
    actions.approve(batch, user=other, token=batch.token)
    batch.refresh_from_db()
    done = time.perf_counter()
    counts = batch.counts()
    assert (batch.state, counts["new"]) == ("applied", len(table)), (batch.state, batch.reason, counts)
    return checked - start, done - checked


def stock(table):
    """Seconds of import-export's dry run and import of the same rows."""
    from import_export import fields, resources
    from tablib import Dataset

    from partnerships.actions import set_parties
    from partnerships.models import Partnership, Place

    places = {
        (place.region.name_en, place.name_en): place
        for place in Place.objects.filter(level="municipality").select_related("region")
    }

    class StockResource(resources.ModelResource):
        established = fields.Field("established", "established")
        kind = fields.Field("kind", "kind")

        class Meta:
            model = Partnership
            fields = ("established", "kind")
            import_id_fields = ()
            clean_model_instances = True
            use_transactions = True

        def after_save_instance(self, instance, row, **kwargs):
            set_parties(
                instance,
                [
                    places[row["region"], row["municipality"]],
                    places[row["partner_region"], row["partner_municipality"]],
                ],
            )

    data = Dataset(*table, headers=HEADINGS)
    start = time.perf_counter()
    tried = StockResource().import_data(data, dry_run=True, raise_errors=True)
    assert not tried.has_errors()
    between = time.perf_counter()
    StockResource().import_data(data, dry_run=False, raise_errors=True)
    return between - start, time.perf_counter() - between


def main(number, alone):
    prepare()
    chance = random.Random(1955)
    checked, applied = ours(list(rows(number, chance)))
    found = {"rows": number, "check": round(checked, 2), "apply": round(applied, 2)}
    found["megabytes"] = limits.getrusage(limits.RUSAGE_SELF).ru_maxrss // 1024
    if not alone:
        tried, stored = stock(list(rows(number, chance)))
        found |= {"stock dry run": round(tried, 2), "stock import": round(stored, 2)}
        found["times as fast"] = round((tried + stored) / (checked + applied), 1)
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]), "alone" in sys.argv[2:])
