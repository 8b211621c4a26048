"""A city on either side, towns that merge, a tie that is told twice, and people at work."""

import pytest

from partnerships.recording import record_merger
from tests.factories import make_country, make_japan, make_partnership, make_place, make_region, make_user

from .towns import said, town


@pytest.fixture
def curator(client):
    client.force_login(make_user("curator"))
    return client


@pytest.fixture
def kobe():
    hyogo = make_region(make_japan(), "Hyogo", name_ja="兵庫県", name_kana="ひょうごけん", slug="hyogo", area="kinki")
    return make_place(
        hyogo, "Kobe", name_ja="神戸市", name_kana="こうべし", slug="kobe", code_scheme="jis", code="281000"
    )


@pytest.fixture
def seattle():
    return make_place(make_region(make_country("United States"), "Washington"), "Seattle")


@pytest.fixture
def hyogo():
    return make_region(make_japan(), "Hyogo", name_ja="兵庫県", slug="hyogo", code_scheme="iso-3166-2", code="JP-28")


@pytest.fixture
def yashiro(hyogo):
    return town(hyogo, "Yashiro", name_ja="社町", code_scheme="jis", code="283410")


@pytest.fixture
def tojo(hyogo):
    return town(hyogo, "Tojo", name_ja="東条町", code_scheme="jis", code="283436")


@pytest.fixture
def olympia():
    return make_place(name_en="Olympia", slug="olympia")


@pytest.fixture
def presumed(yashiro, tojo, olympia):
    tie = make_partnership(yashiro, olympia, established="1981-04")
    record_merger(said(yashiro, tojo))
    return tie.parties.get(signed_as=yashiro)


@pytest.fixture
def merger(client):
    client.force_login(make_user("merger"))
    return client


@pytest.fixture
def pair():
    """A tie and its double, which knows the day."""
    kept = make_partnership(established="1957")
    double = make_partnership(*kept.places, established="1957-10-22", status="in_force")
    return kept, double
