"""What the tests of the desk share: a small directory, three people and the steps they take."""

import pytest

from tests.imports.desk import Desk, make_desk_world, signed_in


@pytest.fixture(scope="module")
def laid_desk_world(ground):
    return ground(make_desk_world)


@pytest.fixture
def world(db, laid_desk_world):
    return laid_desk_world()


@pytest.fixture
def desk(world, django_capture_on_commit_callbacks):
    return Desk(django_capture_on_commit_callbacks)


@pytest.fixture
def coordinator(world):
    return signed_in("coordinator", username="coordinator")


@pytest.fixture
def curator(world):
    return signed_in("curator", username="curator")
