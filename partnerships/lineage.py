"""Who followed whom: the successions of places as a graph in memory, and the place at which an old address leads on."""

from collections import defaultdict
from typing import NamedTuple

from sistercities.core.dates import PartialDate
from sistercities.curation.models import Publication

from .models import Place, Succession


class Step(NamedTuple):
    """One body went over into another; `date` may be empty."""

    before: int
    after: int
    date: PartialDate


class Lineage:
    """All successions, read in one statement. Nothing here runs in circles, whatever the rows say."""

    def __init__(self):
        self.onward, self.backward = defaultdict(list), defaultdict(list)
        for row in Succession.objects.values_list("predecessor", "successor", "date"):
            step = Step(row[0], row[1], PartialDate(row[2]))
            self.onward[step.before].append(step)
            self.backward[step.after].append(step)

    def descendants(self, pk):
        """All that came of a place, itself apart."""
        return self._reached(pk, self.onward, lambda step: step.after)

    def ancestors(self, pk):
        """All of which a place came, itself apart."""
        return self._reached(pk, self.backward, lambda step: step.before)

    def _reached(self, pk, steps, end):
        reached, waiting = set(), [pk]
        while waiting:
            found = {end(step) for step in steps.get(waiting.pop(), ())} - reached
            reached |= found
            waiting += found
        return reached - {pk}

    def way(self, start, end):
        """The steps from one place to another in order; None where none leads there."""
        ways, waiting = {start: []}, [start]
        while waiting and end not in ways:
            here = waiting.pop(0)
            for step in self.onward.get(here, ()):
                if step.after not in ways:
                    ways[step.after] = [*ways[here], step]
                    waiting.append(step.after)
        return ways.get(end)

    def heir(self, pk):
        """The body that continues a place today: as long as exactly one follows, the one after it."""
        seen = set()
        while pk not in seen and len({step.after for step in self.onward.get(pk, ())}) == 1:
            seen.add(pk)
            pk = self.onward[pk][0].after
        return pk


def continued_by(place):
    """The published place to which the address of a former one leads: its one successor, and on to the end of the chain; else None.

    A body that was divided has several, and keeps its page. A statement or two for each step, and none for a place that lives.
    """
    found, seen = place, {place.pk}
    while found.is_former:
        steps = found.successions.exclude(successor__publication__in=(Publication.DRAFT, Publication.REVIEW))
        successors = list(Place.objects.with_parents().filter(pk__in=steps.values("successor"))[:2])
        if len(successors) != 1:
            break
        (after,) = successors
        after = survivor(after)
        if after.pk in seen or after.publication != Publication.PUBLISHED:
            break
        seen.add(after.pk)
        found = after
    return found if found.pk != place.pk else None


def survivor(record):
    """The record that lives on where this one was merged into another, else the record itself."""
    return record.merged_into if record.merged_into_id else record
