"""How the tests make a change and read what the page says of it."""

import re

from django.core.cache import cache

from sistercities.core.models import public_change


def change(record, *, reason=None, user=None, **values):
    for name, value in values.items():
        setattr(record, name, value)
    record._change_reason, record._history_user = reason, user
    with public_change():
        record.save()


def show(client, query="", language="en"):
    cache.clear()
    response = client.get(f"/{language}/changes/{query}")
    assert response.status_code == 200
    return response


def entries(client, query="", language="en"):
    """Each entry as text."""
    found = show(client, query, language).content.decode().partition('class="plain changes"')[2]
    found = re.split(r"</main>", found)[0]
    texts = [re.sub(r"<[^>]*>", " ", part) for part in re.split(r"<time[^>]*>", found)]
    return [" ".join(text.split()) for text in texts]


def told(client, query="", language="en"):
    """The words of the whole page without its frame."""
    text = show(client, query, language).content.decode()
    main = text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main.partition("</form>")[2]).split())
