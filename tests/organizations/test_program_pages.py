"""The page of a program: for whom, where, what it consists of, and every edition that a source tells of."""

import re

import pytest
import time_machine

from organizations.actions import set_audiences
from organizations.models import EditionStatus, ProgramAudience, ProgramPart, ProgramPartner, RunningStatus
from sistercities.core.models import public_change
from tests.factories import (
    make_citation,
    make_country,
    make_edition,
    make_event,
    make_figure,
    make_organization,
    make_place,
    make_program,
    make_source,
)
from tests.pages import Page, rows, shown, terms, words

pytestmark = pytest.mark.django_db


def test_program_says_what_by_whom_for_whom_and_where(client):
    center = make_organization("Center")
    program = make_program(
        center, name_en="Fellowship Exchange", name_ja="フェローシップ交流", acronym="FE", kind="fellowship", since="1990", until="2031-05",
        audiences=["officials_abroad", "students"], places=[make_country("Canada", name_ja="カナダ")], status="running", status_as_of="2024",
        description_en="Officials visit.", description_ja="職員が訪れます。", website="https://example.org/fe",
    )  # fmt: skip
    english, japanese = shown(client, program), shown(client, program, "ja")
    told, page = terms(english), Page(english)

    assert page.text("h1") == "Fellowship Exchange"
    assert (told["Organizer"], told["For whom"]) == ("Center", "local officials abroad , students")
    assert told["Countries and places"] == "Canada"
    links = ("/en/programs/?audience=students", center.get_absolute_url(), "https://example.org/fe")
    assert [link for link in links if link not in page.links] == []
    said = ("Fellowship", "FE", "Officials visit.", "since 1990", "until May 2031", "Running", "(as of 2024)")
    assert [part for part in said if part not in words(english)] == []
    assert [part for part in ("フェローシップ交流", "カナダ", "職員が訪れます。") if part not in words(japanese)] == []


@pytest.mark.parametrize("status", RunningStatus.values)
def test_program_says_no_more_than_its_source_of_whether_it_runs(client, status):
    program = make_program(status=status, status_as_of="2015-11" if status == "running" else "")
    text = words(shown(client, program))

    assert (text.count("(as of November 2015)") > 0) == (status == "running")
    assert (text.count("No source read so far says that one can take part now.") > 0) == (status != "running")


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_hidden_organizers_partners_places_and_figures_are_not_named(client, publication):
    program = make_program(
        make_organization("Hidden Council", acronym="HC", publication=publication),
        name_en="Program",
        places=[make_country("Hiddenland", publication=publication)],
    )
    for name in ("Hidden Ministry", "Ministry"):
        hidden = {"publication": publication} if "Hidden" in name else {}
        ProgramPartner.objects.create(program=program, organization=make_organization(name, **hidden), role="supporter")
    make_edition(program, hosts=[make_country("Hidden Host", publication=publication), make_country("Open Host")])
    make_figure(program=program, counted_en="Hidden number", publication=publication)
    make_event("Hidden meeting", program=program, publication=publication)
    for path in (program.get_absolute_url(), "/en/programs/", "/data/programs.json"):
        text = client.get(path).content.decode()
        assert (text.count("Hidden"), text.count("HC<")) == (0, 0), path

    assert terms(shown(client, program))["Supported by"] == "Ministry"
    assert words(shown(client, program)).count("Open Host") == 1


def test_hidden_organizer_is_no_option_of_the_list(client):
    make_program(make_organization("Hidden Council", slug="hidden", publication="review"))
    make_program(make_organization("Open Council", slug="open"))

    text = client.get("/en/programs/").content.decode()
    assert (text.count("Hidden"), text.count("Open Council") > 0) == (0, True)
    assert client.get("/data/programs.json?organizer=hidden").status_code == 400


def test_partners_stand_under_their_roles(client):
    program = make_program()
    for name, role in (("MIC", "supporter"), ("MOFA", "supporter"), ("Local authorities", "implementer")):
        ProgramPartner.objects.create(program=program, organization=make_organization(name), role=role)
    told = terms(shown(client, program))

    assert (told["Supported by"], told["Carried out by"]) == ("MIC MOFA", "Local authorities")


def test_parts_stand_in_their_order(client):
    program = make_program()
    for position, (acronym, name) in enumerate(
        [("SEA", "Sports advisor"), ("CIR", "Coordinator"), ("ALT", "Teacher")], 1
    ):
        ProgramPart.objects.create(
            program=program, position=4 - position, acronym=acronym, name_en=name, description_en=f"works as {acronym}"
        )
    parts = [term for term in terms(shown(client, program)) if re.search("[A-Z]{3}$", term)]

    assert parts == ["Teacher ALT", "Coordinator CIR", "Sports advisor SEA"]
    assert terms(shown(client, program))["Teacher ALT"] == "works as ALT"


# Editions ------------------------------------------------------------------------------------------------------------


def test_editions_stand_with_the_latest_first_and_all_that_is_known(client):
    program = make_program()
    vietnam, hanoi = make_country("Vietnam"), make_place(name_en="Hanoi")
    make_edition(program, fiscal_year=2007, title_en="Regional Alliances", hosts=[vietnam])
    make_edition(
        program, fiscal_year=2015, title_en="Exchange with Vietnam", theme_en="Growth", hosts=[vietnam, hanoi], held_from="2015-11",
        days=11, participants=20, participants_en="officials and staff", status="held",
    )  # fmt: skip
    make_edition(program, fiscal_year=2012, hosts=[make_country("Singapore"), make_country("Indonesia")])
    newest, middle, oldest = rows(shown(client, program))

    assert [newest[0], middle[0], oldest[0]] == ["2015", "2012", "2007"]
    assert newest[1] == "Exchange with Vietnam Growth November 2015, 11 days 20 participants: officials and staff"
    assert [word for word in ("Vietnam", "Hanoi") if word not in newest[2]] == []
    assert [word for word in ("Singapore", "Indonesia") if word not in middle[2]] == []
    assert (newest[3], middle[3], oldest[1]) == ("Held", "Not known", "Regional Alliances")


def test_cancelled_edition_says_why(client):
    program = make_program()
    make_edition(
        program, fiscal_year=2008, status="cancelled", reason_en="attack in the city", reason_ja="市内での襲撃のため"
    )
    ((_year, _title, _where, status),) = rows(shown(client, program))

    assert status == "Cancelled attack in the city"
    assert rows(shown(client, program, "ja"))[0][3].endswith("市内での襲撃のため")


@time_machine.travel("2026-05-01")
@pytest.mark.parametrize("status", EditionStatus.values)
@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_edition_is_never_guessed_as_open(client, year, status):
    """Not even the one of this fiscal year, nor one that lies ahead."""
    program = make_program(status="running", status_as_of="2026-04")
    make_edition(program, fiscal_year=year, status=status, reason_en="a storm" if status == "cancelled" else "")
    ((_year, _title, _where, said),) = rows(shown(client, program))

    assert said == {"held": "Held", "cancelled": "Cancelled a storm", "unknown": "Not known"}[status]
    assert re.findall(r"\bopen\b|\bapply\b", words(shown(client, program)).lower()) == []


def test_sources_of_editions_stand_among_those_of_the_page(client):
    edition = make_edition(source=make_source(title_en="The page of the office"))

    assert words(shown(client, edition.program)).count("The page of the office") == 1


def test_file_holds_the_editions_and_the_parts(client):
    program = make_program(audiences=["students"])
    make_edition(
        program, fiscal_year=2015, days=11, participants=20, hosts=[make_country(slug="vn")], held_from="2015-11"
    )
    ProgramPart.objects.create(program=program, acronym="ALT", name_en="Teacher")
    (found,) = client.get("/data/programs.json").json()["results"]

    assert [(edition["fiscal_year"], edition["participants"], edition["hosts"]) for edition in found["editions"]] == [
        (2015, 20, ["vn"])
    ]
    assert [part["acronym"] for part in found["parts"]] == ["ALT"]


# Audiences -----------------------------------------------------------------------------------------------------------


def test_audiences_are_set_as_a_whole_with_history():
    program = make_program(audiences=["students", "companies"])
    kept = program.audiences.get(audience="students").pk
    with public_change():
        set_audiences(program, ["individuals", "students"])

    assert sorted(program.audiences.values_list("audience", flat=True)) == ["individuals", "students"]
    assert program.audiences.get(audience="students").pk == kept
    entries = ProgramAudience.history.order_by("history_id").values_list("audience", "history_type")
    assert sorted(entries) == [("companies", "-"), ("individuals", "+")]


def test_program_of_several_audiences_is_listed_once_for_each(client):
    program = make_program(audiences=["students", "companies"], places=[make_place(), make_place()])
    make_edition(program, hosts=[make_place(), make_place()])
    make_program(audiences=["individuals"])
    for query, number in (("", 2), ("audience=students", 1), ("audience=students&audience=companies", 1)):
        assert client.get(f"/data/programs.json?{query}").json()["count"] == number, query


# Cost ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("children", [1, 3])
def test_program_takes_as_many_statements_for_one_child_as_for_three(client, children, django_assert_num_queries):
    audiences = ["students", "companies", "individuals"][:children]
    program = make_program(audiences=audiences, places=[make_place() for _number in range(children)])
    for number in range(children):
        ProgramPartner.objects.create(program=program, organization=make_organization(), role="supporter")
        ProgramPart.objects.create(program=program, position=number + 1, name_en=f"Part {number}")
        make_edition(
            program, fiscal_year=2000 + number, hosts=[make_place()], source=make_source(depends_on=make_source())
        )
        make_figure(program=program, stated_by=make_organization(), place=make_place(), partner_place=make_place())
        make_event(program=program, place=make_place())
        make_citation(program, source=make_source(depends_on=make_source()))

    with django_assert_num_queries(11):
        shown(client, program)
