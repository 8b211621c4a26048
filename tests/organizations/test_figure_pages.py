"""Published figures: each a claim of somebody, beside what this directory counts; unlike things are never added."""

import re

import pytest
from django.utils.translation import override

from organizations.models import Qualifier, Unit, in_words
from tests.factories import (
    make_citation,
    make_country,
    make_figure,
    make_japan,
    make_organization,
    make_place,
    make_program,
    make_source,
)
from tests.pages import Page, rows, shown, terms, words

pytestmark = pytest.mark.django_db


# How a number is said ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "qualifier", "said"),
    [
        (467, "exact", "467"), (450, "over", "more than 450"), (460, "about", "about 460"), (400, "nearly", "nearly 400"), (0, "exact", "0"),
        (1751, "exact", "1,751"), (50_000, "over", "more than 50,000"), (11_500_000_000, "exact", "11,500,000,000"),
    ],
)  # fmt: skip
def test_number_is_said_as_it_was_stated(number, qualifier, said):
    assert in_words(number, qualifier) == said


@pytest.mark.parametrize("qualifier", Qualifier.values)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_qualified_number_is_so_wherever_it_stands(client, qualifier, language):
    figure = make_figure(450, qualifier=qualifier, counted_en="agreements")
    with override(language):
        said = figure.value_label.replace(" ", "")
    for page in (figure, "/en/figures/", "/en/search/?q=agreements"):
        text = words(shown(client, page, language)).replace(" ", "")
        assert text.count(said) >= 1, page
        assert text.count("450") == text.count(said), page


def test_figure_says_by_whom_as_of_when_of_what_and_from_where(client):
    japan, america = make_japan(), make_country("United States", name_ja="アメリカ合衆国")
    center = make_organization("Local Government Center")
    figure = make_figure(
        467, place=america, partner_place=japan, stated_by=center, stated_by_en="Its New York office", as_of="2018-05-01", qualifier="exact",
        counted_en="sister city agreements", counted_ja="姉妹都市協定", quotation="467 sister city agreements", comment_en="No rule is given.",
        comment_ja="基準は不明です。", program=make_program(center, name_en="Support"),
        source=make_source(title_en="Home page", url="https://example.org/467"), locator="second paragraph",
    )  # fmt: skip
    english, japanese = shown(client, figure), shown(client, figure, "ja")
    told = terms(english)

    assert Page(english).text("h1") == "467 partnerships"
    assert told["Said by"] == "Local Government Center Its New York office"
    assert (told["As of"], told["Between"], told["Program"]) == ("1 May 2018", "United States and Japan", "Support")
    assert told["In the words of the source"] == "467 sister city agreements"
    assert told["Source"] == "Home page second paragraph"
    assert [part for part in ("sister city agreements", "No rule is given.") if part not in words(english)] == []
    assert [
        part for part in ("姉妹都市協定", "基準は不明です。", "2018年5月1日（平成30年）") if part not in words(japanese)
    ] == []
    assert Page(english).links.count("https://example.org/467") == 1


def test_figure_without_a_date_says_so(client):
    figure = make_figure()

    assert terms(shown(client, figure))["As of"] == "undated"
    assert rows(shown(client, "/en/figures/"))[0].count("undated") == 1


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
@pytest.mark.parametrize("said", ["", "A spokesperson"])
def test_hidden_speaker_and_program_are_not_named(client, publication, said):
    hidden = make_organization("Hidden Body", publication=publication)
    figure = make_figure(
        stated_by=hidden, stated_by_en=said, program=make_program(name_en="Hidden Program", publication=publication)
    )
    make_figure(figure.value, stated_by=make_organization("Open Body"), stated_by_en="")
    for path in (figure.get_absolute_url(), "/en/figures/", "/data/figures.json", "/en/search/?q=ties"):
        text = client.get(path).content.decode()
        assert text.count("Hidden") == 0, path
        assert (text.count("A spokesperson") > 0) == bool(said), path


def test_hidden_speaker_is_no_option_and_finds_nothing(client):
    make_figure(stated_by=make_organization("Hidden Body", slug="hidden", publication="draft"))
    make_figure()

    assert client.get("/data/figures.json?by=hidden").status_code == 400
    assert client.get("/data/figures.json?q=hidden").json()["count"] == 0


# What may be compared ------------------------------------------------------------------------------------------------


def test_only_numbers_of_the_same_unit_between_the_same_places_stand_beside_one_another(client):
    japan, america, canada = make_japan(), make_country("United States"), make_country("Canada")
    between = {"place": america, "partner_place": japan}
    figure = make_figure(467, **between)
    undated, older = make_figure(450, **between), make_figure(451, **between, as_of="2018")
    make_figure(173, unit="member_governments", **between)
    make_figure(72, place=canada, partner_place=japan)
    make_figure(400, place=america)
    make_figure(999, **between, publication="draft")
    make_figure(2000)

    assert shown(client, figure).context["like"] == [older, undated]


def test_numbers_of_the_whole_world_stand_beside_one_another(client):
    figure, other = make_figure(1751), make_figure(1800)
    make_figure(1751, place=make_japan())

    assert shown(client, figure).context["like"] == [other]


def test_no_sum_of_figures_stands_on_the_ledger(client):
    values = [467, 72, 173, 450]
    for value, unit in zip(values, ("ties", "ties", "member_governments", "ties"), strict=True):
        make_figure(value, unit=unit)
    text = words(shown(client, "/en/figures/"))

    sums = {sum(values), 467 + 72, 467 + 450, 467 + 72 + 450, 467 + 173}
    assert [number for number in sums if re.search(rf"\b{number:,}\b", text)] == []
    assert [value for value in values if not re.search(rf"\b{value}\b", text)] == []


@pytest.mark.parametrize("unit", Unit.values)
def test_every_row_of_the_ledger_names_its_unit(client, unit):
    figure = make_figure(467, unit=unit)

    assert [row for row in rows(shown(client, "/en/figures/")) if figure.unit_label not in " ".join(row)] == []
    assert words(shown(client, figure)).count(f"467 {figure.unit_label}") >= 1


def test_ledger_of_an_empty_directory_counts_nothing(client):
    tallies = [tally for line in client.get("/en/figures/").context["counted"] for tally in line["tallies"]]

    assert {tally["count"] for tally in tallies} == {0}


# The ledger ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sort", "expected"), [("date", [2, 3, 1]), ("value", [3, 2, 1]), ("", [2, 3, 1]), ("name", [1, 2, 3])]
)
def test_ledger_stands_by_date_with_the_undated_last(client, sort, expected):
    make_figure(1, counted_en="a")
    make_figure(2, as_of="2018", counted_en="b")
    make_figure(3, as_of="2019-06-01", counted_en="c")
    results = client.get(f"/data/figures.json?sort={sort}").json()["results"]

    assert [figure["value"] for figure in results] == expected


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("unit=ties", [467]), ("unit=years", [75]), ("precision=over", [467]), ("dated=1", [75]), ("country=US", [467]), ("by=center", [467]),
        ("q=467", [467]), ("q=agreements", [467]), ("q=center", [467]), ("unit=ties&dated=1", []),
    ],
)  # fmt: skip
def test_figures_are_found_by_what_they_are(client, query, values):
    america = make_country("United States", slug="us", code_scheme="iso-3166-1", code="US")
    make_figure(
        467,
        place=america,
        qualifier="over",
        counted_en="agreements",
        stated_by=make_organization("Center", slug="center"),
    )
    make_figure(75, unit="years", as_of="2020")

    assert [figure["value"] for figure in client.get(f"/data/figures.json?{query}").json()["results"]] == values


@pytest.mark.parametrize("children", [1, 3])
def test_figure_takes_as_many_statements_for_one_child_as_for_three(client, children, django_assert_num_queries):
    japan, america = make_japan(), make_country("United States", slug="us", code_scheme="iso-3166-1", code="US")
    between = {"place": america, "partner_place": japan, "as_of": "2018"}
    figure = make_figure(467, stated_by=make_organization(), program=make_program(), **between)
    for _number in range(children):
        make_figure(stated_by=make_organization(), **between)
        make_citation(figure, "counted", source=make_source(depends_on=make_source()))

    with django_assert_num_queries(5):
        shown(client, figure)


def test_place_of_a_figure_is_a_link(client):
    place = make_place(name_en="San Antonio")
    page = shown(client, make_figure(250, unit="guests", place=place))

    assert terms(page)["Place"] == "San Antonio"
    assert place.get_absolute_url() in Page(page).links
