"""What a row is understood to mean: places, dates, kinds, and which record it is; and what rows say of one another."""

import csv
import io

import pytest

from partnerships.models import Place
from tests.factories import make_citation, make_partnership, make_source

from .hard_rows import HARD_ROWS, HEADINGS, tie
from .way import bring, checked, codes, make_homonyms, place, states, the_row, words

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def laid_homonyms(ground):
    return ground(make_homonyms)


@pytest.fixture
def world(laid_homonyms):
    return laid_homonyms()


def file(*rows, headings=HEADINGS):
    out = io.StringIO()
    writer = csv.DictWriter(out, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("hard", HARD_ROWS, ids=lambda hard: hard.name)
def test_row_is_understood_or_explained(world, hard):
    row = the_row(bring(file(hard.cells)))

    assert (row.state, codes(row)) == (hard.state, hard.problems)
    assert {name: row.values.get(name) for name in hard.values} == hard.values
    assert [question["column"] for question in row.questions] == ([hard.asks] if hard.asks else [])
    if hard.parties:
        assert [Place.objects.get(pk=pk).name_en for pk in row.values["parties"]] == list(hard.parties)


@pytest.mark.parametrize("hard", [hard for hard in HARD_ROWS if hard.problems], ids=lambda hard: hard.name)
def test_problem_is_told_in_both_languages(world, hard):
    row = the_row(bring(file(hard.cells)))

    english, japanese = words(row.problems), words(row.problems, "ja")
    assert [text for text in japanese if text in english] == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp", "iso2022_jp"])
def test_city_hall_file_is_understood_in_every_encoding(world, encoding):
    content = "都道府県,自治体名,提携先国,提携先州,提携先都市,提携年月日,種別,備考\r\n埼玉県,大津市,アメリカ,ワシントン州,シアトル,昭和32年10月22日,姉妹都市,公式\r\n"
    row = the_row(bring(content, encoding=encoding))

    assert (row.state, row.values["established"], row.values["kind"]) == ("new", "1957-10-22", "sister_city")
    assert row.values["parties"] == [place("Otsu").pk, place("Seattle").pk]
    assert row.readings["established"] == "1957-10-22"


@pytest.mark.parametrize(
    ("heading", "rule"),
    [
        ("remarks of the mayor", "heading_unknown"),
        ("established", "heading_doubled"),
        ("提携年月日", "heading_doubled"),
    ],
)
def test_heading_that_is_not_understood_is_said_before_anything_else(world, heading, rule):
    batch = bring(f"municipality,partner_municipality,established,{heading}\nOtsu,Seattle,1990,x\n")

    assert ([problem["code"] for problem in batch.problems], batch.rows.count()) == ([rule], 0)


def test_missing_column_is_named(world):
    batch = bring("municipality,established\nOtsu,1990\n")

    assert [problem["code"] for problem in batch.problems] == ["heading_missing"]
    assert "partner_municipality" in words(batch.problems)[0]


def test_unknown_heading_is_given_a_meaning_or_left_out(world):
    content = "municipality,partner_municipality,remarks,colour\nOtsu,Seattle,good,red\n"
    batch = bring(content, headings={"2": "note", "3": ""})

    assert (batch.problems, the_row(batch).values["note"]) == ([], "good")


def test_headings_are_found_in_any_order_case_and_width(world):
    row = the_row(bring("Partner Municipality,ＥＳＴＡＢＬＩＳＨＥＤ,市区町村\nSeattle,1990,大津市\n"))

    assert (row.state, row.values["established"]) == ("new", "1990")


def test_column_of_problems_that_the_desk_added_is_passed_over(world):
    batch = bring("municipality,partner_municipality,エラー\nOtsu,Seattle,something\n")

    assert (batch.problems, states(batch)) == ([], ["new"])


def test_answer_holds_for_every_row_with_that_name(world):
    content = file(
        tie(municipality="府中市"), tie(municipality="府中市", partner_region="Ohio", partner_municipality="Dayton")
    )
    batch = bring(content)
    keys = {row.questions[0]["key"] for row in batch.rows.all()}
    chosen = place("Fuchu", "Hiroshima")
    batch.answers = {keys.pop(): chosen.pk}
    batch.save()
    checked(batch)

    assert (keys, states(batch)) == (set(), ["new", "new"])
    assert {row.values["parties"][0] for row in batch.rows.all()} == {chosen.pk}


def test_order_of_day_and_month_is_proved_by_another_date_of_the_file(world):
    content = file(
        tie(established="3/9/1957"), tie(partner_region="Ohio", partner_municipality="Dayton", established="12/25/1960")
    )
    batch = bring(content)

    assert [row.values["established"] for row in batch.rows.all()] == ["1957-03-09", "1960-12-25"]


def test_order_of_day_and_month_is_what_the_coordinator_says(world):
    assert (
        the_row(bring(file(tie(established="3/9/1957")), answers={"dates": "dmy"})).values["established"]
        == "1957-09-03"
    )


@pytest.mark.parametrize(
    ("second", "rule"),
    [
        (tie(), "twice"),
        ({"country": "US", "region": "WA", "municipality": "Seattle", "partner_municipality": "Otsu"}, "reversed"),
        (tie(established="1991"), "contradicts"),
    ],
)
def test_tie_that_stands_twice_in_a_file_is_a_problem_of_the_later_row(world, second, rule):
    batch = bring(file(tie(established="1990"), second))
    first, later = batch.rows.all()

    assert (first.state, [code for _column, code in codes(later)]) == ("new", [rule])
    assert "line 2" in words(later.problems)[0].lower()


def test_known_tie_is_found_by_its_parties_in_either_order(world):
    row = the_row(
        bring(
            file(
                {
                    "municipality": "Seattle",
                    "partner_municipality": "神戸市",
                    "kind": "sister_city",
                    "established": "1957",
                }
            )
        )
    )

    assert (row.object_id, row.state) == (world.ties[0].pk, "changed")


def test_tie_that_could_be_several_is_a_question(world):
    make_partnership(world.kobe, world.seattle, kind="sister_port", established="1957-10-22")
    row = the_row(bring(file({"municipality": "神戸市", "partner_municipality": "Seattle"})))

    assert (row.state, row.questions[0]["column"], len(row.questions[0]["candidates"])) == ("question", "id", 3)


def test_number_of_another_record_is_not_overwritten(world):
    content = file({"id": world.ties[0].pk} | tie(), headings=("id", *HEADINGS))

    assert codes(the_row(bring(content))) == [("id", "parties_differ")]


@pytest.mark.parametrize(("number", "rule"), [("999999", "id_unknown"), ("abc", "number"), ("0", "range")])
def test_number_that_is_no_record_is_said(world, number, rule):
    content = file({"id": number} | tie(), headings=("id", *HEADINGS))

    assert codes(the_row(bring(content))) == [("id", rule)]


def test_empty_cell_leaves_the_stored_value_and_a_dash_clears_it(world):
    ties = world.ties[0]
    type(ties).objects.filter(pk=ties.pk).update(designation_en="Sister City", staff_note="old")
    row = the_row(bring(f"id,designation_en,note\n{ties.pk},,-\n"))

    assert row.differences == {"note": ["old", ""]}


def test_claim_that_differs_is_a_disagreement_with_the_settled_source(world):
    source = make_source(title_en="The list")
    make_citation(world.ties[2], "established", "1973-09", standing="preferred", source=source)
    row = the_row(bring(f"id,established\n{world.ties[2].pk},1974-01-01\n"))

    assert (row.differences, row.disagreements) == ({}, {"established": ["1973-09", "1974-01-01", "The list"]})


def test_fact_that_nobody_knew_is_simply_filled(world):
    row = the_row(bring(f"id,established\n{world.ties[3].pk},1974-01-01\n"))

    assert (row.differences, row.disagreements) == ({"established": ["", "1974-01-01"]}, {})
