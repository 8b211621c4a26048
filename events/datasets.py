"""What this app publishes."""

from sistercities.core.datasets import Dataset, register

register(Dataset("events", "events.Event", "events.listings.EventList"))
