"""A city on either side, and a curator at work."""

import pytest

from tests.factories import make_country, make_japan, make_place, make_region, make_user


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
