"""A small directory that several test modules look at: two prefectures, two states, ties of every kind of date and party."""

from types import SimpleNamespace

from partnerships.models import Theme

from .factories import (
    make_act,
    make_affiliation,
    make_citation,
    make_contact_desk,
    make_country,
    make_edition,
    make_event,
    make_figure,
    make_japan,
    make_milestone,
    make_organization,
    make_partnership,
    make_place,
    make_program,
    make_region,
)
from .kept import kept_rows


@kept_rows
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
    clair, office, association, fellowship = add_organizations(japan, america, kobe, himeji, seattle)
    add_events(ties, office, association, fellowship, seattle, kobe)
    return SimpleNamespace(
        japan=japan, america=america, hyogo=hyogo, saitama=saitama, ohio=ohio, washington=washington, kobe=kobe,
        clair=clair, office=office, association=association, fellowship=fellowship, himeji=himeji, sayama=sayama, seattle=seattle, worthington=worthington, dayton=dayton, ties=ties,
    )  # fmt: skip


def add_organizations(japan, america, kobe, himeji, seattle):
    """A body with an office abroad and an association: their programs, desks and the figures they state."""
    clair = make_organization(
        "Council of Authorities",
        slug="council",
        name_ja="自治体協議会",
        kind="joint_body",
        founded="1988",
        serves=[japan],
        seat=kobe,
    )
    office = make_organization(
        "Center in Seattle",
        slug="center",
        kind="overseas_office",
        parent=clair,
        seat=seattle,
        serves=[america],
        founded="1989",
    )
    association = make_organization(
        "Sister Association", slug="sisters", kind="sister_city_association", serves=[japan, america]
    )
    make_affiliation(office, association, capacity_en="voice of the towns")
    fellowship = make_program(
        office, slug="fellowship", name_en="Fellowship", kind="fellowship", audiences=["officials_abroad", "students"],
        places=[america], status="running", status_as_of="2024",
    )  # fmt: skip
    make_edition(fellowship, hosts=[kobe], participants=20, status="held", held_from="2015-11")
    make_program(association, name_en="Membership", kind="membership", audiences=["individuals"], places=[japan])
    make_contact_desk(kobe, kind="international", name_en="International Division")
    make_contact_desk(kobe, kind="association", name_en="Kobe Association", position=2, verified_on="2025-04")
    make_contact_desk(himeji, kind="education", name_en="School Section", contested=True)
    make_figure(467, place=america, partner_place=japan, stated_by=office, stated_by_en="", program=fellowship)
    make_figure(450, place=america, partner_place=japan, stated_by=association, qualifier="over", as_of="2024-09")
    make_figure(173, unit="member_governments", place=america, as_of="2018", stated_by=association)
    return clair, office, association, fellowship


def add_events(ties, office, association, fellowship, seattle, kobe):
    """A coming, a past, a cancelled and an undated event, and a milestone."""
    make_event(
        "Symposium",
        start="2019-03",
        place=seattle,
        program=fellowship,
        organizers=[office, association],
        outcome="held",
        attendance=250,
    )
    make_event("Summit", start="2020", place=kobe, organizers=[association], partnerships=ties[:1])
    make_event("Coming Festival", start="2099-05-01", place=kobe, start_time="10:00", time_zone="Asia/Tokyo")
    make_event("Cancelled Meeting", start="2020-04-01", status="cancelled", place=seattle)
    make_event("Parade", start="")
    make_milestone(partnership=ties[0], date="1957-10-22", name_en="The first here")


def _region(country, name, code, name_ja, **fields):
    fields = {"slug": name.lower(), "code_scheme": "iso-3166-2", "code": code, "name_ja": name_ja} | fields
    return make_region(country, name, **fields)


def _town(region, name, **fields):
    fields = {"slug": name.lower(), "latitude": 35.5, "longitude": len(name) * 10.25} | fields
    return make_place(region, name, **fields)
