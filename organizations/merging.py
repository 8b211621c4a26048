"""Making one of two organizations that are the same, and finding those that look so."""

from collections import defaultdict

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.duplicates import pairs
from partnerships.models import Dataset
from partnerships.naming import full_name
from sistercities.core.text import sort_key
from sistercities.curation.merging import Kind, register

from .models import Organization

#: The names of an organization. The model keeps one of each; what is given up is written into the note for staff, by which it is found.
NAMES = ("name_en", "name_ja", "acronym")


def alike():
    """Pairs of organizations that share a name in a like spelling and do not sit in different places: two statements.

    One that belongs to the other is not asked about: offices are often called like the body that they are offices of.
    """
    groups, known = defaultdict(list), {}
    rows = Organization.objects.kept().order_by("pk").values_list("pk", "name_en", "name_ja", "seat", "parent")
    for pk, name_en, name_ja, seat, parent in rows:
        known[pk] = (seat, parent)
        for key in {sort_key(name) for name in (name_en, name_ja) if name} - {""}:
            groups[key].append(pk)
    return [pair for pair in pairs(Dataset.ORGANIZATIONS, groups.values()) if _may_be_one(pair, known)]


def _may_be_one(pair, known):
    (seat, parent), (other_seat, other_parent) = known[pair.first], known[pair.second]
    apart = seat and other_seat and seat != other_seat
    return not apart and pair.second != parent and pair.first != other_parent


def _kind_and_seat(organization):
    seat = organization.seat
    return _(", ").join(filter(None, [organization.kind_label, full_name(*seat.parents, seat) if seat else ""]))


def _problems(loser, survivor):
    for above, below in ((loser, survivor), (survivor, loser)):
        if above.pk in _above(below):
            yield _("%(office)s belongs to %(body)s: then they are two. Correct that first.") % {
                "office": below,
                "body": above,
            }


def _above(organization):
    """The numbers of what an organization belongs to, however far up."""
    found, parent = set(), organization.parent_id
    while parent and parent not in found:
        found.add(parent)
        parent = Organization.objects.values_list("parent", flat=True).get(pk=parent)
    return found


def _merge_first(work):
    """For whom the two work is put together; a name that gives way stays in the note for staff."""
    loser, survivor = work.loser, work.survivor
    given_up = dict.fromkeys(
        getattr(survivor if name in work.theirs else loser, name)
        for name in NAMES
        if getattr(loser, name) != getattr(survivor, name)
    )
    given_up.pop("", None)
    if given_up:
        said = _("Also recorded as: %(names)s") % {"names": _(", ").join(given_up)}
        survivor.staff_note = "\n\n".join(filter(None, [survivor.staff_note, said]))
    missing = loser.serves.exclude(pk__in=survivor.serves.values("pk"))
    if missing:
        survivor._change_reason = work.why
        survivor.serves.add(*missing)


ORGANIZATIONS = Kind(
    model=Organization,
    dataset="organizations",
    seed="organization",
    fields=(
        ("name_en",),
        ("name_ja",),
        ("name_kana",),
        ("acronym",),
        ("kind",),
        ("parent",),
        ("seat",),
        ("founded",),
        ("dissolved",),
        ("description_en",),
        ("description_ja",),
        ("address",),
        ("telephone",),
        ("fax",),
        ("email", "email_as_given"),
        ("website",),
        ("social_url",),
    ),
    problems=_problems,
    before=_merge_first,
    after=lambda work: None,
    alike=alike,
    alike_title=gettext_lazy("Organizations that look alike"),
    rows=Organization.objects.with_seat,
    where=_kind_and_seat,
)
register(ORGANIZATIONS)
