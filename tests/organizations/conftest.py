"""A curator at work, and a city that has a desk."""

import pytest

from tests.factories import make_place, make_user


@pytest.fixture
def curator(client):
    client.force_login(make_user("curator"))
    return client


@pytest.fixture
def nishinomiya():
    return make_place(name_en="Nishinomiya", name_ja="西宮市", name_kana="にしのみやし")
