"""What a revert does with the parties of a tie and the names of a place: the same as any edit."""

from sistercities.curation.reverting import follow_reverts, restore_rows

from .actions import parties_changed, place_changed, set_parties
from .models import Partnership, Party, Place


def restore_parties(partnership, rows, reason):
    """The parties that `rows` name, in the order of their positions."""
    rows = sorted(rows, key=lambda row: row["position"])
    places = Place.objects.in_bulk({pk for row in rows for pk in (row["place_id"], row["signed_as_id"]) if pk})
    signed_as = {places[row["place_id"]]: places[row["signed_as_id"]] for row in rows if row["signed_as_id"]}
    holding = {places[row["place_id"]]: row["holding"] for row in rows}
    listed = [places[row["place_id"]] for row in rows]
    set_parties(partnership, listed, signed_as=signed_as, holding=holding, reason=reason)


restore_rows(Party, restore_parties)
follow_reverts(Partnership, parties_changed)
follow_reverts(Place, place_changed)
