"""`/data/<dataset>.<format>`: every dataset of the registry in every format, without anyone adding an address."""

from django.urls import path

from .data import DataView
from .datasets import datasets
from .formats import FORMATS

app_name = "data"


def data_view(dataset):
    """The view is made at the first request, so that the registry may name listings that import models."""

    def view(request, *args, **kwargs):
        return DataView.as_view(listing_class=dataset.view)(request, *args, **kwargs)

    return view


urlpatterns = [
    path(f"{dataset.key}.{name}", data_view(dataset), {"format": name}, name=f"{dataset.key}-{name}")
    for dataset in datasets()
    for name in FORMATS
]
