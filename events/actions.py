"""What changes together with an event."""

from .models import Event


def revise(event):
    """Raise the sequence of `event`, which is about to be saved, if it differs from what is stored in a thing that calendars show.

    Call it in the transaction of the save: the stored row is locked, so that two editors never give two texts one number.
    Returns whether it was raised; a new event keeps its number.
    """
    stored = Event.objects.select_for_update().filter(pk=event.pk).first()
    columns = [Event._meta.get_field(name).attname for name in Event.in_calendars]
    revised = stored is not None and any(getattr(stored, name) != getattr(event, name) for name in columns)
    if revised:
        event.sequence = stored.sequence + 1
    return revised
