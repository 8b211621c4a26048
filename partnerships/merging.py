"""Making one of two partnerships, or of two places, that are the same."""

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sistercities.core.dates import PartialDate, display
from sistercities.core.names import content_language
from sistercities.curation.merging import Kind, register

from . import duplicates
from .actions import parties_changed, place_changed, set_parties
from .keys import parties_key
from .lineage import Lineage
from .models import Holding, NameKind, Partnership, Party, Place, PlaceName


def _no_problems(loser, survivor):
    return []


# Partnerships --------------------------------------------------------------------------------------------------------------


def _merge_ties_first(work):
    """Parties of the survivor stay, unless the other's were chosen; who signed is kept where only the other record says so."""
    loser, survivor = work.loser, work.survivor
    theirs = list(loser.parties.select_related("place", "signed_as"))
    if "parties" in work.theirs:
        signed = {party.place: party.signed_as for party in theirs if party.signed_as}
        set_parties(survivor, [party.place for party in theirs], signed_as=signed)
        presumed = {party.place_id for party in theirs if party.is_presumed}
        for party in survivor.parties.filter(place__in=presumed):
            party.holding = Holding.PRESUMED
            work.save(party)
        return
    known = {party.place_id: party for party in survivor.parties.all()}
    for party in theirs:
        own = known.get(party.place_id)
        if own and party.signed_as and not own.signed_as:
            own.signed_as, own.holding = party.signed_as, party.holding
            work.save(own)


def _merge_ties_last(work):
    acts = {}
    for act in work.survivor.acts.order_by("pk"):
        said = (act.kind, act.date, act.place_id, act.source_id, act.note_en, act.note_ja)
        if said in acts:
            work.drop(act)
        acts.setdefault(said, act)
    work.survivor.themes.add(*work.loser.themes.all())
    for tie in (work.loser, work.survivor):
        parties_changed(tie)


def _kind_and_date(tie):
    return " ".join(filter(None, [capfirst(tie.get_kind_display()), display(tie.established, content_language())]))


TIES = Kind(
    model=Partnership,
    dataset="partnerships",
    seed="partnership",
    fields=(
        ("kind",),
        ("established",),
        ("status", "status_as_of", "ended"),
        ("designation_en",),
        ("designation_ja",),
        ("signed_by_leaders",),
        ("many_fields",),
        ("assembly_approved",),
        ("summary_en",),
        ("summary_ja",),
    ),
    problems=_no_problems,
    before=_merge_ties_first,
    after=_merge_ties_last,
    alike=duplicates.ties,
    alike_title=gettext_lazy("Partnerships that look alike"),
    rows=Partnership.objects.with_parties,
    where=_kind_and_date,
    own=frozenset(["parties"]),
)


# Places ---------------------------------------------------------------------------------------------------------------------


def _problems_of_places(loser, survivor):
    if loser.level != survivor.level or loser.country_id != survivor.country_id:
        yield _("They are of another level or lie in another country: correct that first.")
    if Place.objects.filter(Q(region=loser) | Q(country=loser)).exists():
        yield _("Other places lie within %(place)s: move them first.") % {"place": loser}
    lineage = Lineage()
    if survivor.pk in lineage.descendants(loser.pk) or loser.pk in lineage.descendants(survivor.pk):
        yield _("One followed the other, it is recorded: then they are two bodies.")
    yield from _problems_of_their_ties(loser, survivor)


def _problems_of_their_ties(loser, survivor):
    """Ties that would name the place twice, or be recorded twice: they are merged first, or are none."""
    seen = {}
    parties = Party.objects.filter(Q(place=loser) | Q(place=survivor)).exclude(partnership__publication="withdrawn")
    ties = Partnership.objects.filter(pk__in=parties.values("partnership")).with_parties().order_by("pk")
    for tie in ties:
        ids = [place.pk for place in tie.places]
        if loser.pk in ids and survivor.pk in ids:
            yield _("Both are parties of the partnership %(number)s.") % {"number": tie.pk}
            continue
        places = [survivor if place.pk == loser.pk else place for place in tie.places]
        mark = (parties_key(places), tie.kind, str(tie.established))
        if mark in seen:
            yield _("Merge the partnerships %(first)s and %(second)s first: they would be recorded twice.") % {
                "first": seen[mark],
                "second": tie.pk,
            }
        seen.setdefault(mark, tie.pk)


def _merge_places_first(work):
    """Ties are handed over with care: who signed under the one name and holds under the other is one body now."""
    loser, survivor = work.loser, work.survivor
    for party in Party.objects.filter(Q(place=loser) | Q(signed_as=loser)).select_related("place", "signed_as"):
        party.place = survivor if party.place_id == loser.pk else party.place
        party.signed_as = survivor if party.signed_as_id == loser.pk else party.signed_as
        if party.signed_as_id == party.place_id:
            party.signed_as, party.holding = None, Holding.CONFIRMED
        work.save(party)
        work.done.moved[Partnership._meta.verbose_name_plural] += 1


def _merge_places_last(work):
    """The names of the one that is given up find the other from now on."""
    loser, survivor = work.loser, work.survivor
    known = {
        survivor.name_en,
        survivor.name_ja,
        survivor.name_local,
        *survivor.names.values_list("name", flat=True),
        "",
    }
    for language, name in (("en", loser.name_en), ("ja", loser.name_ja), ("", loser.name_local)):
        if name not in known:
            known.add(name)
            row = PlaceName(
                place=survivor, kind=NameKind.ALTERNATIVE, language=language, name=name, since=PartialDate()
            )
            work.save(row)
    for place in (loser, survivor):
        place_changed(place)


PLACES = Kind(
    model=Place,
    dataset="places",
    seed="place",
    fields=(
        ("name_en",),
        ("name_ja",),
        ("name_kana",),
        ("name_local",),
        ("classification",),
        ("code", "code_scheme"),
        ("latitude", "longitude"),
        ("population", "population_on"),
        ("website",),
        ("abolished",),
    ),
    problems=_problems_of_places,
    before=_merge_places_first,
    after=_merge_places_last,
    alike=duplicates.places,
    alike_title=gettext_lazy("Places that look alike"),
    rows=Place.objects.with_parents,
    where=lambda place: place.path,
    own=frozenset(["party_set", "signed_parties"]),
)

register(TIES, PLACES)
