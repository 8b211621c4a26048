"""A small directory that several test modules look at: two prefectures, two states, ties of every kind of date and party."""

from types import SimpleNamespace

from partnerships.models import Theme

from .factories import make_act, make_citation, make_country, make_japan, make_partnership, make_place, make_region


def make_world():
    """Eight public ties: with and without date, with two and three parties, between regions, contested, ended."""
    japan = make_japan()
    america = make_country("United States", slug="us", code_scheme="iso-3166-1", code="US", name_ja="アメリカ合衆国")
    hyogo = _region(japan, "Hyogo", "JP-28", "兵庫県", area="kinki")
    saitama = _region(japan, "Saitama", "JP-11", "埼玉県", area="kanto")
    ohio = _region(america, "Ohio", "US-OH", "オハイオ州")
    washington = _region(america, "Washington", "US-WA", "ワシントン州")
    kobe = _town(hyogo, "Kobe", name_ja="神戸市", name_kana="こうべし", classification="designated_city")
    himeji = _town(hyogo, "Himeji", name_ja="姫路市", name_kana="ひめじし", classification="core_city")
    sayama = _town(saitama, "Sayama", name_ja="狭山市", name_kana="さやまし")
    seattle, worthington = _town(washington, "Seattle", name_ja="シアトル"), _town(ohio, "Worthington")
    dayton = _town(ohio, "Dayton", latitude=None, longitude=None)
    education = Theme.objects.create(slug="education", name_en="Education", name_ja="教育")
    sport = Theme.objects.create(slug="sport", name_en="Sport", name_ja="スポーツ")
    ties = [
        make_partnership(kobe, seattle, established="1957-10-22", status="in_force", themes=[education, sport]),
        make_partnership(saitama, ohio, established="1990", kind="sister_state"),
        make_partnership(sayama, worthington, established="1973-09", contested=True),
        make_partnership(himeji, dayton, themes=[sport]),
        make_partnership(kobe, dayton, established="1957-10-22", ended="1999", status="ended", kind="sister_port"),
        make_partnership(himeji, seattle, worthington, established="1980-01-01", kind="friendship_city"),
        make_partnership(hyogo, washington, established="1963-10-01", kind="sister_state", status="in_force"),
        make_partnership(sayama, seattle, status="dormant"),
    ]
    make_citation(ties[0], "established", "1957-10-22", standing="preferred")
    make_act(ties[0], place=seattle)
    return SimpleNamespace(
        japan=japan, america=america, hyogo=hyogo, saitama=saitama, ohio=ohio, washington=washington, kobe=kobe,
        himeji=himeji, sayama=sayama, seattle=seattle, worthington=worthington, dayton=dayton, ties=ties,
    )  # fmt: skip


def _region(country, name, code, name_ja, **fields):
    fields = {"slug": name.lower(), "code_scheme": "iso-3166-2", "code": code, "name_ja": name_ja} | fields
    return make_region(country, name, **fields)


def _town(region, name, **fields):
    fields = {"slug": name.lower(), "latitude": 35.5, "longitude": len(name) * 10.25} | fields
    return make_place(region, name, **fields)
