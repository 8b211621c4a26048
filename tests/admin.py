"""A client that posts the admin's forms as their pages do: with the version that the record has at that moment."""

import re

from django.apps import apps
from django.test import Client

from sistercities.curation.versions import marks_of, positions_of, written

ADDRESS = re.compile("/admin/([a-z]+)/([a-z]+)/(?:([0-9]+)/change/)?")


class AdminClient(Client):
    """Adds `_version` to what is posted to the page of a record and `as_of` to the action of a list, unless they are given."""

    def post(self, path, data=None, *args, **kwargs):
        found = ADDRESS.fullmatch(str(path).partition("?")[0])
        if found and isinstance(data, dict):
            data = {**self._read(*found.groups(), data), **data}
        return super().post(path, data, *args, **kwargs)

    def _read(self, app_label, model_name, pk, data):
        model = apps.get_model(app_label, model_name)
        if not hasattr(model, "history"):
            return {}
        if pk:
            return {"_version": written(positions_of(model(pk=int(pk))))}
        return {"as_of": written(marks_of(model))} if "action" in data else {}
