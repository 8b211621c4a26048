"""What the tests of the review share: a small directory, and people of each role."""

import pytest
from django.test import Client

from tests.factories import make_user
from tests.imports.desk import two_of_a_name


@pytest.fixture
def world(db, laid_world):
    return laid_world()


@pytest.fixture
def wide_world(world):
    two_of_a_name(world)
    return world


@pytest.fixture
def signed_in(db):
    """`signed_in("curator")`: a client of a new person with this role; `client.person` is the account."""

    def sign_in(role, **fields):
        client = Client()
        client.person = make_user(role, **fields)
        client.force_login(client.person)
        return client

    return sign_in


@pytest.fixture
def curator(signed_in):
    return signed_in("curator", username="curator")


@pytest.fixture
def coordinator(signed_in):
    return signed_in("coordinator", username="coordinator")
