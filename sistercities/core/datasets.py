"""The registry of datasets: what the portal publishes as lists and files.

Each app fills it from its `apps.py`; pages, data addresses, sitemap and tests walk it. A dataset added here needs no other wiring.
"""

from dataclasses import dataclass
from functools import cached_property

from django.utils.module_loading import import_string


@dataclass(frozen=True, eq=True)
class Dataset:
    """`key` is its name in addresses (`/data/<key>.csv`), `model` a model label, `listing` the dotted path of its ListingView."""

    key: str
    model: str
    listing: str

    @cached_property
    def view(self):
        return import_string(self.listing)


_registry = {}


def register(dataset):
    """Add a dataset; a key is taken once. Raises `ValueError` when it is taken by another."""
    if _registry.setdefault(dataset.key, dataset) != dataset:
        raise ValueError(f"the dataset {dataset.key} is registered twice")


def datasets():
    """All datasets, in the order of registration."""
    return list(_registry.values())
