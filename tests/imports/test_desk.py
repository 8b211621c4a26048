"""The pages of the import desk: what they show of a file, and the steps that lead from a spreadsheet to public records and back."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from partnerships.models import Partnership, PartnershipCitation, Place
from sistercities.curation.models import Source
from sistercities.imports.models import ImportBatch
from sistercities.imports.resources import registry
from tests.factories import make_source
from tests.imports.desk import FILE, GOOD
from tests.pages import Page, text_of, words

NEW, DISAGREEING, ASKING, WRONG = 2, 3, 4, 5


def line(batch, number):
    return batch.rows.get(line=number)


def row_said(response, number):
    """The text of the preview's row for a line of the file."""
    return text_of(
        response.content.decode().partition(f'id="line-{number}"')[2].partition("</tr>")[0].partition(">")[2]
    )


def workbook(**sheets):
    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


# Bringing a file ---------------------------------------------------------------------------------------------------------


def test_desk_states_its_limits_and_offers_a_template_for_each_dataset(desk, coordinator):
    response = desk.get(coordinator, "imports")

    said = words(response)
    assert "Files up to 32 MB with up to 100,000 rows" in said
    assert "Up to 200 columns, 32,767 characters in a cell" in said
    assert {f"/en/imports/templates/{dataset}.xlsx" for dataset in registry()} <= set(Page(response).links)


def test_dataset_of_the_address_is_chosen(desk, coordinator):
    page = Page(desk.get(coordinator, "imports", query="?dataset=places"))

    assert [option["value"] for option in page.all("option") if "selected" in option] == ["places"]


@pytest.mark.parametrize("dataset", registry())
def test_template_has_the_columns_of_its_dataset_in_the_language_of_the_page(desk, coordinator, dataset):
    answer = desk.get(coordinator, "import-template", dataset, language="ja")

    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    headings = [str(cell.value) for cell in sheet[1]]
    assert len(headings) == len(registry()[dataset].fields)
    assert answer["Content-Disposition"] == f'attachment; filename="{dataset}.xlsx"'


def test_file_is_checked_and_shown_with_what_it_would_do(desk, coordinator):
    batch = desk.bring(coordinator)
    response = desk.get(coordinator, "import", batch.pk)

    assert batch.rows.count() == 4
    assert "昭和30年12月7日 → 1955-12-07" in row_said(response, NEW)
    assert "Himeji Hyogo, Japan – Seattle Washington, United States" in row_said(response, NEW)
    assert "disagrees with" in row_said(response, DISAGREEING)
    assert "2 are possible" in row_said(response, ASKING)
    assert "提携年月日 1990年13月1日 :" in row_said(response, WRONG)
    assert "Shift_JIS (CP932, Excel in Japan)" in words(response)
    assert Partnership.objects.filter(established="1955-12-07").count() == 0


def test_page_of_an_import_is_never_stored(desk, coordinator):
    batch = desk.bring(coordinator)

    for response in (desk.get(coordinator, "imports"), desk.get(coordinator, "import", batch.pk)):
        assert set(response["Cache-Control"].split(", ")) >= {"no-store", "private"}
        assert Page(response).all("meta", name="robots", content="noindex")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.pdf", b"%PDF-1.7 and more", "a PDF document"),
        ("list.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "old format (.xls)"),
        ("list.csv", b"", "This file is empty."),
        ("list.csv", b'municipality,partner_municipality\n"open,1\n', "a quotation mark"),
    ],
)
def test_file_that_is_no_table_is_refused_in_words_and_not_kept(desk, coordinator, name, content, said):
    answer = desk.post(coordinator, "imports", dataset="partnerships", file=SimpleUploadedFile(name, content))

    if answer.status_code == 302:  # what stands wrong further down is said on the page of the import
        answer = coordinator.get(answer.url)
        assert answer.status_code == 200
    else:
        assert answer.status_code == 400
        assert not ImportBatch.objects.exists()
    assert said in words(answer)


def test_file_past_the_limit_is_refused_in_words(desk, coordinator, monkeypatch, settings):
    monkeypatch.setattr("sistercities.imports.uploads.MAX_BYTES", 1000)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = desk.post(coordinator, "imports", dataset="partnerships", file=SimpleUploadedFile("a.csv", b"a,b\n" * 500))

    assert answer.status_code == 400
    assert "larger than 32 MB" in words(answer)
    assert list((settings.VAR_DIR / "imports").glob("incoming-*")) == []


def test_form_without_a_file_says_so_beside_the_field(desk, coordinator):
    answer = desk.post(coordinator, "imports", dataset="partnerships")

    assert answer.status_code == 400
    assert Page(answer).all("a", href="#id_file")
    assert "Choose a file." in words(answer)


def test_known_source_is_what_the_rows_are_cited_from(desk, coordinator, curator):
    source = make_source(key="clair-list", title_en="List of CLAIR")
    batch = desk.bring(coordinator, GOOD, source="List of CLAIR")
    desk.submit(coordinator, batch)
    desk.approve(curator, batch)

    tie = Partnership.objects.get(established="1955-12-07")
    assert set(PartnershipCitation.objects.filter(partnership=tie).values_list("source", flat=True)) == {source.pk}


def test_new_source_is_made_with_the_first_row_that_is_cited_from_it(desk, coordinator, curator):
    before = Source.objects.count()
    batch = desk.bring(coordinator, GOOD, title="姫路市の一覧", url="https://example.org/himeji")
    assert Source.objects.count() == before
    assert "姫路市の一覧 https://example.org/himeji" in words(desk.get(coordinator, "import", batch.pk))

    desk.submit(coordinator, batch)
    desk.approve(curator, batch)

    assert Source.objects.get(url="https://example.org/himeji").title_ja == "姫路市の一覧"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"source": "nowhere"}, "There is no source “nowhere”"),
        ({"url": "https://example.org/"}, "A new source needs a title."),
        ({"title": "A", "url": "mailto:someone"}, "Enter a valid URL."),
    ],
)
def test_source_that_cannot_be_is_refused(desk, coordinator, given, said):
    upload = SimpleUploadedFile("a.csv", FILE.encode("cp932"))
    answer = desk.post(coordinator, "imports", dataset="partnerships", file=upload, **given)

    assert (answer.status_code, ImportBatch.objects.count()) == (400, 0)
    assert said in words(answer)


# How it is read ----------------------------------------------------------------------------------------------------------


def test_several_sheets_are_asked_for_and_the_chosen_one_is_read(desk, coordinator):
    rows = [line.split(",") for line in GOOD.splitlines()]
    batch = desk.bring(coordinator, workbook(今年=rows, 昨年=[["市区町村"], ["神戸市"]]), name="list.xlsx")
    page = desk.get(coordinator, "import", batch.pk)
    assert "Which sheet is meant?" in words(page)

    desk.post(coordinator, "import-reading", batch.pk, sheet="今年")

    assert line(batch, NEW).values["established"] == "1955-12-07"


def test_encoding_can_be_changed(desk, coordinator):
    batch = desk.bring(coordinator, GOOD, encoding="utf-8")
    desk.post(coordinator, "import-reading", batch.pk, encoding="cp932")
    batch.refresh_from_db()

    assert batch.choice == {"encoding": "cp932"}
    assert not batch.rows.filter(state="new").exists()
    desk.post(coordinator, "import-reading", batch.pk, encoding="utf-8")
    assert line(batch, NEW).state == "new"


def test_heading_that_is_not_known_is_settled_by_the_coordinator(desk, coordinator):
    batch = desk.bring(coordinator, GOOD.replace("提携年月日", "日付けの欄").replace("種別", "区分け"))
    page = desk.get(coordinator, "import", batch.pk)
    assert "The heading “日付けの欄” is not known." in words(page)

    desk.post(coordinator, "import-reading", batch.pk, **{"heading-5": "established", "heading-6": "-"})

    assert line(batch, NEW).values["established"] == "1955-12-07"
    assert "kind" not in line(batch, NEW).values


def test_values_that_no_form_offers_change_nothing(desk, coordinator):
    batch = desk.bring(coordinator, GOOD)
    posted = {
        "encoding": "latin-1",
        "delimiter": "|",
        "heading-1": "staff_password",
        "heading-x": "note",
        "heading-99999": "-",
    }

    assert desk.post(coordinator, "import-reading", batch.pk, **posted).status_code == 302
    batch.refresh_from_db()
    assert (batch.choice, batch.headings) == ({}, {})


# Questions, disagreements, single rows -----------------------------------------------------------------------------------


def test_question_is_answered_once_for_all_its_lines(desk, coordinator):
    batch = desk.bring(coordinator, FILE + ",府中市,US,オハイオ州,Dayton,1991,姉妹都市\n")
    page = desk.get(coordinator, "import", batch.pk, query="?show=question")
    named = {radio["name"] for radio in Page(page).all("input", type="radio") if radio["name"].startswith("answer-")}
    assert len(named) == 1
    assert "Lines 4, 6" in words(page)

    tokyo = Place.objects.get(name_ja="府中市", region__code="JP-13")
    desk.post(coordinator, "import-answers", batch.pk, **{named.pop(): str(tokyo.pk)})

    assert [line(batch, number).state for number in (4, 6)] == ["new", "new"]
    assert line(batch, 4).values["parties"][0] == tokyo.pk


def test_answer_that_was_not_offered_is_not_taken(desk, coordinator, world):
    batch = desk.bring(coordinator)
    page = desk.get(coordinator, "import", batch.pk)
    name = next(radio["name"] for radio in Page(page).all("input", type="radio") if radio["name"].startswith("answer-"))

    assert desk.post(coordinator, "import-answers", batch.pk, **{name: str(world.kobe.pk)}).status_code == 409
    batch.refresh_from_db()
    assert batch.answers == {}


def test_order_of_day_and_month_is_asked_once(desk, coordinator):
    batch = desk.bring(coordinator, GOOD.replace("昭和30年12月7日", "3/9/1957"))
    assert "3 September 1957" in words(desk.get(coordinator, "import", batch.pk))

    desk.post(coordinator, "import-answers", batch.pk, dates="dmy")

    assert line(batch, NEW).values["established"] == "1957-09-03"


def test_disagreement_is_decided_for_the_file_and_for_a_single_row(desk, coordinator, curator, world):
    batch = desk.bring(coordinator, "\n".join([FILE.splitlines()[0], FILE.splitlines()[2]]))
    row = line(batch, 2)
    assert list(row.disagreements) == ["established"]

    desk.post(coordinator, "import-answers", batch.pk, prefer="file")
    desk.post(coordinator, "import-row", batch.pk, row.pk, **{"prefer-established": "stored"})
    desk.submit(coordinator, batch)
    desk.approve(curator, batch)

    world.ties[0].refresh_from_db()
    assert str(world.ties[0].established) == "1957-10-22"
    assert world.ties[0].contested
    claims = PartnershipCitation.objects.filter(partnership=world.ties[0], fact="established")
    assert sorted(claims.values_list("normalised", "standing")) == [("1957-10-22", "preferred"), ("1958", "accepted")]


def test_row_that_was_left_out_stays_out_after_another_check(desk, coordinator):
    batch = desk.bring(coordinator)
    desk.post(coordinator, "import-row", batch.pk, line(batch, WRONG).pk, row="out")
    assert "left out" in row_said(desk.get(coordinator, "import", batch.pk), WRONG)

    desk.post(coordinator, "import-reading", batch.pk)
    assert line(batch, WRONG).excluded

    desk.post(coordinator, "import-row", batch.pk, line(batch, WRONG).pk, row="in")
    assert not line(batch, WRONG).excluded


def test_step_of_a_row_leads_back_to_its_line(desk, coordinator):
    batch = desk.bring(coordinator)
    row = line(batch, WRONG)

    kept = desk.post(coordinator, "import-row", batch.pk, row.pk, row="out", show="", page="1")
    gone = desk.post(coordinator, "import-row", batch.pk, line(batch, ASKING).pk, row="out", show="question")

    assert kept.url.endswith(f"?page=1#line-{WRONG}")
    assert gone.url.endswith("?show=question#rows")


# Filters and pages -------------------------------------------------------------------------------------------------------


def many(count):
    """Lines with dates that are none: nothing about them depends on the directory."""
    head = FILE.splitlines()[0]
    return "\n".join(
        [head, *(f"兵庫県,神戸市,US,ワシントン州,シアトル,1957年{13 + n % 80}月1日," for n in range(count))]
    )


def test_rows_are_filtered_and_paged(desk, coordinator):
    batch = desk.bring(coordinator, many(120))
    second = desk.get(coordinator, "import", batch.pk, query="?show=problem&page=2")
    last = desk.get(coordinator, "import", batch.pk, query="?page=99")

    shown = re.findall(r'id="line-(\d+)"', second.content.decode())
    assert (shown[0], shown[-1], len(shown)) == ("52", "101", 50)
    assert len(re.findall(r'id="line-(\d+)"', last.content.decode())) == 20
    assert f"{batch.get_absolute_url()}?show=problem&amp;page=3#rows" in second.content.decode()


@pytest.mark.parametrize(
    "query", ["?show=nothing", "?page=0", "?page=x", "?page=９", "?show=applied&page=-1", "?page=" + "9" * 30]
)
def test_address_that_means_nothing_shows_all_rows(desk, coordinator, query):
    batch = desk.bring(coordinator)

    assert words(desk.get(coordinator, "import", batch.pk, query=query)).count("Leave out line") == 4


def test_preview_costs_the_same_for_four_rows_and_for_a_full_page(desk, coordinator, django_assert_num_queries):
    few, full = desk.bring(coordinator), desk.bring(coordinator, FILE + "\n".join(many(60).splitlines()[1:]))
    for batch in (few, full):
        desk.get(coordinator, "import", batch.pk)  # how a file is read is kept
        with django_assert_num_queries(13):
            desk.get(coordinator, "import", batch.pk)


def test_list_costs_the_same_for_one_import_and_for_three(desk, coordinator, curator, django_assert_num_queries):
    desk.bring(coordinator)
    for _more in range(2):
        desk.get(coordinator, "imports")  # what was said of the last step is said once
        with django_assert_num_queries(7):
            desk.get(coordinator, "imports")
        desk.bring(coordinator)
        desk.submit(coordinator, desk.bring(coordinator, GOOD))
