"""Every name, year and number of the five documents on which the directory was founded stands on a public page.

A table of facts, each with the page on which a visitor finds it. Captions of decorative pictures are no facts of the movement, and
are left out. The test of the whole: fixtures, seed, pages.
"""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from organizations.models import ContactDesk
from partnerships.models import Place
from tests.pages import Page, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("directory")]


@pytest.fixture(scope="module", autouse=True)
def _empty_cache():
    """Before the first test only: nothing here changes the directory, and what is read of all its records is kept beside the pages."""
    cache.clear()


def ties(query):
    return f"partnerships/?q={query.replace(' ', '+')}"


#: The initiative of two foundations, and the events that it tells of.
INITIATIVE = {
    "programs/united-states-japan-sister-cities-initiative/": [
        "United States-Japan Sister Cities Initiative", "USJSCI", "KIF USA", "KIF Japan", "Sister Cities International", "United States", "Japan",
        "culture", "education", "sport", "community", "Japan-Texas Leadership Symposium", "Japan-United States Sister Cities Summit",
    ],
    "organizations/kif-usa/": ["KIF USA", "KIF Japan", "Sister Cities International", "global partner", "140", "more than 2,000", "more than 400"],
    "organizations/kif-japan/": ["KIF Japan", "KIF USA", "Sister Cities International", "global partner"],
    "organizations/sister-cities-international/": ["Sister Cities International", "SCI", "173", "KIF USA", "KIF Japan"],
    "figures/sci-members/": ["more than 400", "cities, counties"],
    "figures/sci-partnerships/": ["more than 2,000"],
    "figures/sci-countries/": ["140"],
    "figures/sister-cities-international-2018/": ["173", "2018", "Sister Cities International", "United States", "Japan", "member governments"],
    "events/japan-texas-leadership-symposium/": [
        "Japan-Texas Leadership Symposium", "March 2019", "San Antonio", "Texas", "more than 250", "KIF USA", "KIF Japan", "Sister Cities International",
        "City of San Antonio", "Karen Pence", "Second Lady", "Texas Secretary of State", "county judges", "professors", "students", "Took place",
    ],
    "figures/japan-texas-symposium-2019/": ["more than 250", "guests", "San Antonio"],
    "events/japan-united-states-sister-cities-summit-2020/": [
        "Japan-United States Sister Cities Summit", "2020", "Japan-Texas Leadership Symposium", "KIF USA", "KIF Japan", "Sister Cities International",
        "Nagasaki", "1955", "outcome unknown",
    ],
    "figures/kif-75th-2020/": ["75", "2020", "1955"],
}  # fmt: skip

#: The association, and the history that it tells.
ASSOCIATION = {
    "organizations/jussca/": [
        "Japan-United States Sister City Association", "JUSSCA", "日米姉妹都市協会", "ジャスカ", "more than 450", "Sponsorships and grants", "Memberships",
        "Student Exchange Alumni", "Dwight D. Eisenhower", "John F. Kennedy", "Gerald Ford", "Jimmy Carter", "Ronald Reagan", "Barack Obama",
    ],
    "programs/jussca-sponsorships-and-grants/": ["Sponsorship", "grants", "Japan-United States Sister City Association", "Japan", "United States"],
    "programs/jussca-memberships/": ["Individual membership", "Corporate membership"],
    "programs/jussca-student-exchange-alumni/": ["Student Exchange Alumni", "network", "former participants"],
    "figures/jussca-undated/": ["more than 450", "undated", "Japan-United States Sister City Association", "states and prefectures", "towns"],
    "figures/jussca-70th-2025/": ["70", "2025"],
    "places/us/": ["11 September 1956", "White House", "Eisenhower"],
    ties("nagasaki saint paul"): ["Nagasaki", "Saint Paul", "1955"],
    ties("sendai riverside"): ["Sendai", "Riverside", "March 1957"],
    ties("okayama san jose"): ["Okayama", "San Jose", "May 1957"],
    ties("yokohama san diego"): ["Yokohama", "San Diego", "October 1957"],
    "places/us/california/": ["Riverside", "San Jose", "San Diego"],
    "places/us/minnesota/": ["Saint Paul", "Minnesota"],
}  # fmt: skip

#: The office in New York and the body to which it belongs.
CENTER = {
    "organizations/clair/": [
        "Council of Local Authorities for International Relations", "CLAIR", "Tokyo", "1988", "New York", "London", "Paris", "Singapore", "Seoul", "Sydney",
        "Beijing", "1989", "1990", "1993", "1994", "1997", "Japan Local Government Center",
    ],
    "organizations/jlgc/": [
        "Japan Local Government Center", "JLGC", "New York", "1989", "Council of Local Authorities for International Relations", "Caribbean",
        "3 Park Avenue, 20th Floor, New York, NY 10016-5902", "212-246-5542", "212-246-5617", "jlgc@jlgc.org", "https://www.jlgc.org/",
        "https://www.facebook.com/japanlocalgovernmentcenternewyork",
        "National Governors Association", "NGA", "National Conference of State Legislatures", "NCSL", "Council of State Governments", "CSG",
        "National Association of Counties", "NACo", "United States Conference of Mayors", "USCM", "National League of Cities", "NLC",
        "International City/County Management Association", "ICMA", "Federation of Canadian Municipalities", "FCM",
        "Canadian Association of Municipal Administrators", "CAMA", "Association of Municipal Managers, Clerks and Treasurers of Ontario", "AMCTO",
        "Embassies and Consulates of Japan", "diplomatic relations and cultural promotion", "JETRO", "Japan External Trade Organization",
        "trade and investment", "JNTO", "Japan National Tourism Organization", "travel destination", "Japan Foundation", "cultural exchange",
        "467", "72", "more than 50,000", "Fellowship Exchange Program", "Research", "Online seminars", "Sister states and cities",
        "Canada Conference 2024", "Japan Parade & Street Fair", "Bonsai workshop", "Kanran-tei", "2024 Fellowship Program", "Henry Cisneros",
    ],
    "organizations/clair-london/": ["London", "1989"],
    "organizations/clair-paris/": ["Paris", "1990"],
    "organizations/clair-singapore/": ["Singapore", "1990"],
    "organizations/clair-seoul/": ["Seoul", "1993"],
    "organizations/clair-sydney/": ["Sydney", "1994"],
    "organizations/clair-beijing/": ["Beijing", "1997"],
    "figures/clair-overseas-offices/": ["7 offices"],
    "programs/jlgc-fellowship-exchange-program/": ["Fellowship Exchange Program", "United States", "Canada", "Japan", "2024", "October 2015", "Kanran-tei"],
    "programs/jlgc-research/": ["United States", "Canada", "own initiative", "request"],
    "programs/jlgc-sister-states-and-cities/": ["North America", "Caribbean", "Japan"],
    "programs/jlgc-online-seminars/": ["Henry Cisneros"],
    "programs/jet-alumni-association/": ["JETAA", "more than 50,000", "United States", "Canada", "Jamaica", "Trinidad and Tobago"],
    "organizations/jetaa/": ["Japan Exchange and Teaching Alumni Association", "JETAA"],
    "figures/jlgc-united-states/": ["467", "United States", "Japan"],
    "figures/jlgc-canada/": ["72", "Canada", "Japan"],
    "figures/jet-alumni/": ["more than 50,000", "United States, Canada, Jamaica"],
    "events/visit-to-kanran-tei-2015/": ["October 2015", "Kanran-tei", "Miyagi", "United States", "Canada"],
    "events/japan-parade-new-york/": ["Japan Parade & Street Fair", "New York City"],
    "events/jlgc-fellowship-program-2024/": ["2024"],
    "events/canada-conference-2024/": ["Canada Conference 2024"],
    "events/bonsai-workshop/": ["Bonsai workshop"],
    "events/online-seminar-henry-cisneros/": ["Henry Cisneros", "urban policy"],
}  # fmt: skip

#: The office in Singapore: its programs, and the affiliations that it lists as of February 2015.
SINGAPORE = {
    "programs/regional-exchange-promotion-program/": [
        "Regional Exchange Promotion Program", "CLAIR Singapore", "Japan Intercultural Academy of Municipalities",
        "Conference of Recognized Local International Exchange Associations", "ASEAN", "India",
        "2015", "Vietnam", "Hanoi", "Ho Chi Minh City", "11 days", "November 2015", "20 participants", "nonprofits",
        "2014", "Malaysia", "Kuala Lumpur", "Johor Bahru", "2014 Japan – Malaysia Regional Exchange Promotion Program",
        "2013", "Thailand", "2013 Japan – Thailand Regional Exchange Promotion Program",
        "2012", "Singapore", "Indonesia", "2012 Japan – Singapore – Indonesia Regional Exchange Promotion Program",
        "2011", "Mumbai", "Pune", "Chennai", "2011 Japan-India Regional Exchange Promotion Program",
        "2010", "Delhi", "Bengaluru", "2010 Japan-India Regional Exchange Promotion Program",
        "2009", "Cambodia", "Economic and Investment Study Mission in Vietnam and Cambodia",
        "2008", "Cancelled", "attack in Mumbai",
        "2007", "Japan-Vietnam Regional Alliances Promotion Program", "Exploring the Potential of Regional Exchange between Japan and Vietnam",
    ],
    "organizations/jiam/": ["JIAM", "Japan Intercultural Academy of Municipalities"],
    "organizations/conference-of-recognized-local-international-exchange-associations/": ["CLAIR Singapore"],
    "figures/regional-exchange-2015/": ["20", "participants", "Vietnam"],
    "programs/local-government-exchange-and-cooperation-seminar/": [
        "Local Government Exchange and Cooperation Seminar", "Council of Local Authorities for International Relations", "Tokyo",
    ],
    "programs/jet-program/": [
        "Japan Exchange and Teaching Program", "JET", "Ministry of Internal Affairs and Communications", "Ministry of Foreign Affairs",
        "Ministry of Education, Culture, Sports, Science and Technology", "Coordinator for International Relations", "CIR",
        "Assistant Language Teacher", "ALT", "elementary, junior and senior high schools", "Sports Exchange Advisor", "SEA", "56", "2011",
    ],
    "organizations/mic/": ["MIC"],
    "organizations/mofa/": ["MOFA"],
    "organizations/mext/": ["MEXT"],
    "figures/jet-asean-india-fy2011/": ["56", "2011", "ASEAN", "India"],
    "programs/clair-singapore-affiliation-support/": ["CLAIR Singapore", "ASEAN", "India", "publishes information", "evaluates", "Advises", "partner"],
    ties("yamagata papua"): ["Yamagata", "Papua"],
    ties("medan"): ["Chiba", "Medan"],
    ties("jakarta"): ["Tokyo", "Jakarta"],
    ties("yogyakarta kyoto"): ["Kyoto", "Yogyakarta"],
    ties("osaka east java"): ["Osaka", "East Java"],
    ties("kochi surabaya"): ["Kochi", "Surabaya"],
    ties("yasothon"): ["Saitama", "Yasothon"],
    ties("fukuoka bangkok"): ["Fukuoka", "Bangkok"],
    ties("chiang mai toyama"): ["Toyama", "Chiang Mai"],
    ties("mumbai"): ["Kanagawa", "Mumbai"],
    ties("okayama pimpri"): ["Okayama", "Pimpri"],
    ties("okayama pune"): ["Okayama", "Pune"],
    ties("fukuoka delhi"): ["Fukuoka", "Delhi"],
    ties("osaka ho chi minh"): ["Osaka", "Ho Chi Minh City"],
    ties("fukuoka hanoi"): ["Fukuoka", "Hanoi"],
    ties("hokkaido baguio"): ["Hokkaido", "Baguio"],
    ties("aomori bayombong"): ["Aomori", "Bayombong"],
    ties("gunma muntinlupa"): ["Gunma", "Muntinlupa"],
    ties("saitama baguio"): ["Saitama", "Baguio"],
    ties("chiba quezon"): ["Chiba", "Quezon"],
    ties("kanagawa manila"): ["Kanagawa", "Manila"],
    ties("shizuoka dagupan"): ["Shizuoka", "Dagupan"],
    ties("kyoto manila"): ["Kyoto", "Manila"],
    ties("osaka manila"): ["Osaka", "Manila"],
    ties("hiroshima tacloban"): ["Hiroshima", "Tacloban"],
    ties("kochi benguet"): ["Kochi", "Benguet"],
    ties("fukuoka ipoh"): ["Fukuoka", "Ipoh"],
    # Of these the list does not say which body in the prefecture is the partner: the ties wait in review, the places are there.
    "places/id/bali/mas/": ["Mas", "Bali"],
    "places/in/telangana/hyderabad/": ["Hyderabad"],
    "places/ph/benguet/la-trinidad/": ["La Trinidad", "Benguet"],
    "places/ph/cavite/kawit/": ["Kawit"],
    "places/ph/cavite/general-trias/": ["General Trias"],
    "places/ph/albay/legazpi/": ["Legazpi", "Albay"],
    "places/ph/pasig/": ["Pasig"],
    "places/ph/negros-occidental/silay/": ["Silay", "Negros"],
    "places/kh/siem-reap/": ["Siem Reap"],
    "places/in/andhra-pradesh/": ["Andhra Pradesh"],
}  # fmt: skip

#: The offices that the core cities name: the page of the city -> its desks and their departments.
DESKS = {
    "hokkaido/asahikawa": ["Asahikawa International Committee", "International Exchange Division"],
    "aomori/aomori": ["Team for the Promotion of International Exchange", "Department of Citizens’ Cooperation"],
    "akita/akita": ["International Exchange Officer", "Planning and Coordination Division"],
    "fukushima/koriyama": ["Urban Exchange Office", "Urban Development Policy Division", "General Policy Department"],
    "fukushima/iwaki": ["Iwaki International Association", "Iwaki City Hall", "Division of Coordination and Citizenry Affairs"],
    "tochigi/utsunomiya": ["Utsunomiya City International Association"],
    "saitama/kawagoe": ["Cultural Affairs Division", "Culture and Sports Department"],
    "chiba/funabashi": ["International Exchange Office", "Secretary Division", "Funabashi International Relations Association"],
    "kanagawa/yokosuka": ["International Relations Division", "Policy Promotion Department", "Yokosuka International Association"],
    "toyama/toyama": ["School Guidance Division", "Board of Education"],
    "ishikawa/kanazawa": ["International Exchange Division", "Cultural Exchange Department", "Urban Policy Bureau"],
    "nagano/nagano": ["International Relations Section", "Secretary Division", "Planning and Policy Department"],
    "gifu/gifu": ["International Affairs Division"],
    "aichi/toyota": [
        "International Division", "General Planning Department", "Toyota International Association",
        "Japanese Language Learning Support System for Toyota City",
    ],
    "aichi/okazaki": ["Culture and International Affairs Division", "Department of Environmental and Civic Affairs"],
    "aichi/toyohashi": ["Multicultural Society and International Affairs Division"],
    "osaka/takatsuki": ["Takatsuki International Association"],
    "hyogo/himeji": [
        "International Exchange Section", "Cultural Exchange Division", "Citizens’ Participation Department", "Exchange Promotion Bureau",
        "Himeji Cultural and International Exchange Foundation",
    ],
    "nara/nara": ["Tourism and Exchange Division"],
    "wakayama/wakayama": ["International Exchange Division", "Secretariat and Public Relations Department", "Executive Office of the Mayor"],
    "okayama/kurashiki": ["International Affairs Office", "Culture and Tourism Division", "Culture and Industry Bureau"],
    "hiroshima/fukuyama": ["Human Rights Promotion Section", "Town Development Department", "Citizen Station"],
    "kagawa/takamatsu": ["School Education Division", "Education Department", "Takamatsu City Board of Education"],
    "ehime/matsuyama": ["Matsuyama International Center"],
    "kochi/kochi": ["World Peace and International Exchange Section", "General Affairs Division", "General Affairs Department"],
    "nagasaki/nagasaki": ["International Affairs Division", "Department of Culture and Tourism"],
    "oita/oita": ["Internationalization Promotion Section", "Cultural and International Affairs Division", "Planning Department"],
    "miyazaki/miyazaki": ["International Exchange Office", "Local Community Division"],
    "kagoshima/kagoshima": ["School Guidance Division", "Board of Education"],
    "osaka/higashiosaka": ["Cultural and International Affairs Section", "Department of Human Rights and Culture"],
    "hokkaido/hakodate": ["International Affairs Division", "Planning Department"],
    "yamaguchi/shimonoseki": ["International Affairs Division", "General Policy Department"],
    "iwate/morioka": ["Gender and International Affairs Division", "Community Affairs"],
    "chiba/kashiwa": ["International Relations Office", "Central Public Hall", "Training Department", "Board of Education"],
    "hyogo/nishinomiya": ["Nishinomiya City International Association"],
    "fukuoka/kurume": ["Nishinomiya City International Association", "Sources disagree"],
    "gunma/maebashi": ["Culture and International Affairs Division", "Policy Department"],
    "shiga/otsu": ["International Cultural Exchange Division", "Civic Affairs Department"],
    "hyogo/amagasaki": ["Municipal Central Citizens’ Hall", "Board of Education"],
}  # fmt: skip

PAGES = {
    **INITIATIVE,
    **ASSOCIATION,
    **CENTER,
    **SINGAPORE,
    **{f"places/jp/{city}/": said for city, said in DESKS.items()},
}
CUT_OFF = ("jinken-suishin", "takatsuki-intl", "himeji-iec", "jlgc.org/ ", "jlgc@jlgc.org/")


@pytest.mark.parametrize("path", PAGES)
def test_page_holds_its_facts(client, path):
    response = client.get(f"/en/{path}")
    assert response.status_code == 200, path
    said = " ".join([words(response), *Page(response).links])

    assert [fact for fact in PAGES[path] if fact not in said] == []


@pytest.mark.parametrize("city", DESKS)
def test_every_desk_of_a_city_has_a_page_that_says_when_it_was_verified(client, city):
    place = Place.objects.get(path=f"jp/{city}")
    for desk in place.contact_desks.all():
        text = words(client.get(desk.get_absolute_url()))
        assert "never Nobody has checked yet" in text, desk


def test_there_are_as_many_desks_as_the_documents_name(client):
    assert len(DESKS) == 39
    assert client.get("/data/contacts.json").json()["count"] == 46


def test_addresses_that_are_cut_off_are_nowhere(client):
    """Neither in pages nor in files; the corrected e-mail of JLGC is."""
    cities = ["hiroshima/fukuyama", "osaka/takatsuki", "hyogo/himeji"]
    desks = ContactDesk.objects.filter(place__path__in=[f"jp/{city}" for city in cities])
    pages = [*(f"/en/places/jp/{city}/" for city in cities), *(desk.get_absolute_url() for desk in desks)]
    pages += [reverse("contacts"), "/en/organizations/jlgc/", "/data/organizations.json", "/data/contacts.json"]
    for path in pages:
        text = client.get(path).content.decode()
        assert [cut for cut in CUT_OFF if cut in text] == [], path


def test_list_of_february_2015_says_so_in_each_of_its_claims(client):
    """The document gives a day that does not exist; its month stands."""
    page = client.get(f"/en/{ties('yamagata papua')}")
    (tie,) = {link for link in Page(page).links if re.fullmatch(r"/en/partnerships/\d+-[a-z-]+/", link)}
    cache.clear()
    text = words(client.get(tie))

    assert (text.count("February 2015") > 0, text.count("29 February 2015")) == (True, 0)


def test_ledger_holds_at_least_eleven_claims(client):
    assert client.get(reverse("figures")).context["count"] >= 11


def test_contradiction_of_kurume_shows_both_readings(client):
    desk = Place.objects.get(path="jp/fukuoka/kurume").contact_desks.get()
    page = client.get(desk.get_absolute_url())

    assert sorted(place.path for place in page.context["readings"]) == ["jp/fukuoka/kurume", "jp/hyogo/nishinomiya"]


@pytest.mark.parametrize("name", ["organizations", "programs", "contacts", "figures", "events"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_record_has_its_page_in_both_languages(client, name, language):
    paths = re.findall(
        rf"<loc>[a-z]+://[^/]+(/{language}/[^<]*)</loc>", client.get(f"/sitemap-{name}.xml").content.decode()
    )

    assert len(paths) == client.get(f"/data/{name}.json").json()["count"]
    assert {path: status for path in paths[::9] if (status := client.get(path).status_code) != 200} == {}
