"""The way of a file through the desk, as the tests walk it: brought, checked, submitted by one person, approved by another."""

from django.core.files.base import ContentFile
from django.utils.translation import override

from partnerships.models import Place, Succession
from sistercities.imports import actions
from sistercities.imports.problems import describe
from tests.factories import make_country, make_name, make_place, make_region, make_user
from tests.kept import kept_rows
from tests.world import make_world


@kept_rows
def make_homonyms():
    """The small directory, and places whose names several have, had, or are no more."""
    world = make_world()
    tokyo = make_region(world.japan, "Tokyo", slug="tokyo", name_ja="東京都", code="JP-13", code_scheme="iso-3166-2")
    hiroshima = make_region(
        world.japan, "Hiroshima", slug="hiroshima", name_ja="広島県", code="JP-34", code_scheme="iso-3166-2"
    )
    oregon = make_region(world.america, "Oregon", slug="oregon", code="US-OR", code_scheme="iso-3166-2")
    maine = make_region(world.america, "Maine", slug="maine", code="US-ME", code_scheme="iso-3166-2")
    for region, code in ((tokyo, "132063"), (hiroshima, "342084")):
        _town(region, "Fuchu", name_ja="府中市", name_kana="ふちゅうし", code=code)
    _town(hiroshima, "Fuchu Town", slug="fuchu-town", name_ja="府中町", name_kana="ふちゅうちょう", code="343021")
    for region in (oregon, maine):
        _town(region, "Portland")
    kato = _town(world.hyogo, "Kato", name_ja="加東市", name_kana="かとうし", code="282286")
    yashiro = _town(world.hyogo, "Yashiro", name_ja="社町", abolished="2006-03-20")
    Succession.objects.create(predecessor=yashiro, successor=kato, kind="new_merger", date="2006-03-20")
    otsu = _town(world.saitama, "Otsu", name_ja="大津市", name_kana="おおつし")
    make_name(otsu, "Zeze", kind="former")
    make_country("Canada", slug="ca", code="CA", code_scheme="iso-3166-1", name_ja="カナダ")
    return world


def _town(region, name, **fields):
    fields = {"slug": name.lower()} | fields
    if "code" in fields:
        fields["code_scheme"] = "jis"
    return make_place(region, name, **fields)


def place(name, region=None):
    return Place.objects.get(name_en=name, **({"region__name_en": region} if region else {}))


def bring(content, dataset="partnerships", *, user=None, name="ties.csv", encoding="utf-8", source=None, **settled):
    """A file brought to the desk and checked; returns the batch. `settled` is what the coordinator says of its reading."""
    data = content if isinstance(content, bytes) else content.encode(encoding)
    batch = actions.receive(ContentFile(data, name=name), dataset, user=user or make_user("coordinator"), source=source)
    if settled:
        actions.settle_reading(batch, **settled)
    return checked(batch)


def checked(batch):
    actions.check(batch)
    batch.refresh_from_db()
    return batch


def applied(batch, *, only_good=False, by=None):
    """The batch after another person approved it."""
    batch.refresh_from_db()
    actions.submit(batch, user=batch.created_by, token=batch.token, only_good=only_good)
    actions.approve(batch, user=by or make_user("curator"), token=batch.token)
    batch.refresh_from_db()
    return batch


def taken_back(batch, **options):
    actions.undo(batch, user=make_user("curator"), reason="a mistake", **options)
    batch.refresh_from_db()
    return batch


def the_row(batch):
    """The only row of a batch."""
    (row,) = batch.rows.all()
    return row


def states(batch):
    return list(batch.rows.values_list("state", flat=True))


def codes(row):
    """`(column, rule)` of every problem of a row."""
    return [(problem["column"], problem["code"]) for problem in row.problems]


def words(problems, language="en"):
    with override(language):
        return [describe(problem) for problem in problems]
