"""What the desk asks, in the words of the person who answers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from partnerships.models import Place
from partnerships.naming import full_name, place_labels
from sistercities.imports.questions import candidates_of, labels_of
from sistercities.imports.resources import resource_for
from tests.factories import make_partnership, make_place
from tests.pages import words

from .desk import FILE
from .hard_rows import tie
from .test_understanding import file
from .way import bring, make_homonyms, place, the_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def homonyms():
    return make_homonyms()


def answers(row, language):
    """The labels of the candidates of a row's only question."""
    (asked,) = row.questions
    with override(language):
        return [label for _pk, label in candidates_of(asked, labels_of(resource_for(row.batch.dataset)(), [asked]))]


def test_homonyms_are_named_in_the_language_of_the_reader(homonyms):
    row = the_row(bring(file(tie(municipality="府中市"))))

    assert sorted(answers(row, "ja")) == ["広島県府中市", "東京都府中市"]
    assert sorted(answers(row, "en")) == ["Fuchu 府中市, Hiroshima, Japan", "Fuchu 府中市, Tokyo, Japan"]


def test_place_abroad_is_named_from_its_country_down(homonyms):
    row = the_row(bring(file(tie(partner_region="", partner_municipality="Portland"))))

    assert sorted(answers(row, "ja")) == ["アメリカ合衆国 Maine Portland", "アメリカ合衆国 Oregon Portland"]
    assert sorted(answers(row, "en")) == ["Portland, Maine, United States", "Portland, Oregon, United States"]
    with override("ja"):
        assert full_name(*place("Seattle").parents, place("Seattle")) == "アメリカ合衆国ワシントン州シアトル"


def test_ties_of_a_question_are_told_apart_in_words(homonyms):
    second = make_partnership(homonyms.kobe, homonyms.seattle, kind="sister_port", established="1967-05")
    row = the_row(bring(file({"municipality": "神戸市", "partner_municipality": "Seattle"})))

    assert answers(row, "ja")[1:] == [f"{second.pk}: 姉妹港、1967年5月（昭和42年）", "別の新しい記録とする"]
    assert answers(row, "en")[1:] == [f"{second.pk}: sister port, May 1967", "A new record of its own"]


def test_question_of_a_place_with_two_of_its_name_is_told_in_japanese(homonyms):
    row = the_row(bring("level,name_ja,country\nmunicipality,府中市,JP\n", "places"))

    assert set(answers(row, "ja")) == {"東京都府中市", "広島県府中市", "別の新しい記録とする"}


def test_namesakes_of_one_prefecture_are_told_apart_by_their_address(homonyms):
    again = make_place(homonyms.hyogo, "Kato", slug="kato-2", name_ja="加東市")
    with override("ja"):
        labels = place_labels([place("Otsu").pk, again.pk, Place.objects.get(code="282286").pk])

    assert sorted(labels.values()) == ["兵庫県加東市 (jp/hyogo/kato)", "兵庫県加東市 (jp/hyogo/kato-2)", "埼玉県大津市"]


def test_former_body_is_named_with_the_year_of_its_end(homonyms):
    yashiro = place("Yashiro")
    with override("ja"):
        assert place_labels([yashiro.pk]) == {yashiro.pk: "兵庫県社町 （2006年まで）"}


def test_predecessor_that_is_read_as_its_successor_is_told_in_both_languages(homonyms):
    row = the_row(bring(file(tie(region="兵庫県", municipality="社町"))))

    assert row.readings["municipality"] == {
        "en": "Yashiro 社町, Hyogo, Japan → Kato 加東市, Hyogo, Japan",
        "ja": "兵庫県社町 → 兵庫県加東市",
    }


def test_place_that_is_not_where_it_is_said_to_be_is_told_in_each_language(homonyms):
    row = the_row(bring(file(tie(region="兵庫県", municipality="無何有市"))))

    assert row.problems[0]["text"]["ja"].startswith("兵庫県に「無何有市」という場所はありません")


def test_question_that_was_stored_with_its_words_stays_readable(homonyms):
    row = the_row(bring(file(tie(municipality="府中市"))))
    asked = row.questions[0]
    del asked["of"]
    asked["candidates"] = [[pk, f"Fuchu {pk}"] for pk in asked["candidates"]] + [[0, "+"]]

    assert answers(row, "en") == [*(f"Fuchu {pk}" for pk, _label in asked["candidates"][:2]), "A new record of its own"]


def test_candidate_that_is_gone_is_not_offered(homonyms):
    row = the_row(bring(file(tie(municipality="府中市"))))
    Place.objects.get(name_ja="府中市", region__name_ja="広島県").delete()

    assert answers(row, "ja") == ["東京都府中市"]


def test_page_asks_in_japanese_and_many_questions_cost_no_more_statements(world, desk, coordinator):
    few = desk.bring(coordinator)
    for number in range(20):
        for region in Place.objects.filter(level="region", country=world.japan):
            make_place(region, f"Town {number}", slug=f"town-{number}", name_ja=f"第{number}町")
    rows = "".join(f",第{number}町,US,オハイオ州,Dayton,1991,姉妹都市\n" for number in range(20))
    many = desk.bring(coordinator, f"{FILE}{rows}")
    pages, statements = [], []
    for batch in (few, many):
        desk.get(
            coordinator, "import", batch.pk, query="?show=question", language="ja"
        )  # what is kept of the file is read once
        with CaptureQueriesContext(connection) as seen:
            pages.append(words(desk.get(coordinator, "import", batch.pk, query="?show=question", language="ja")))
        statements.append(len(seen))

    assert "広島県府中市" in pages[0]
    assert "東京都第19町" in pages[1]
    assert "Tokyo" not in pages[1]
    assert statements[0] == statements[1] <= 20
