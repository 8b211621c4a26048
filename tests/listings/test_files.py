"""Every list: its files, their headers and their cells."""

import json

import pytest

from sistercities.core.cells import RISKY, restore

from .reading import FORMATS, csv_rows, xlsx_rows

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "'quoted'"])
def test_formula_in_a_name_is_inert_and_comes_back(ask, dataset, sample, name):
    record = sample.named(name)
    text = [column.name for column in dataset.view.columns if column.is_text]
    for rows in (csv_rows(ask("csv").body), xlsx_rows(ask("xlsx").body)):
        (row,) = [row for row in rows if int(row["id"]) == record.pk]
        cells = [str(row[column] or "") for column in text]
        assert [cell for cell in cells if cell[:1] and cell[0] in RISKY.replace("'", "")] == []
        assert {restore(cell) for cell in cells} >= {name}

    (result,) = [result for result in json.loads(ask("json").body)["results"] if result["id"] == record.pk]
    assert f'"{name}"' in json.dumps(result, ensure_ascii=False)


# Headers of files ----------------------------------------------------------------------------------------------------

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pytest.mark.parametrize("form", FORMATS)
def test_file_has_its_headers(ask, dataset, world, form):
    response = ask(form)

    assert response["Content-Type"] == TYPES[form]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert response["Link"] == '<https://creativecommons.org/licenses/by-sa/4.0/>; rel="license"'
    name = f'attachment; filename="{dataset.key}.{form}"'
    assert response.get("Content-Disposition", "") == ("" if form == "json" else name)


@pytest.mark.parametrize("form", FORMATS)
def test_known_file_is_not_sent_again(ask, sample, world, form):
    etag = ask(form)["ETag"]

    assert (ask(form, If_None_Match=etag).status_code, ask(form, If_None_Match=etag).body) == (304, b"")
    sample.make(9)
    assert ask(form, If_None_Match=etag).status_code == 200


@pytest.mark.parametrize("form", FORMATS)
def test_file_is_only_read(client, dataset, form):
    assert client.post(f"/data/{dataset.key}.{form}").status_code == 405


def test_geojson_has_a_geometry_of_every_record_with_a_position(ask, world):
    for feature in json.loads(ask("geojson").body)["features"]:
        geometry = feature["geometry"]
        assert geometry is None or geometry["type"] in ("Point", "LineString")


def test_json_keys_are_the_columns(ask, dataset, world):
    flat = [column.name for column in dataset.view.columns if not column.per_line]
    result = json.loads(ask("json").body)["results"][0]

    assert list(result)[: len(flat)] == flat
    assert list(csv_rows(ask("csv").body)[0]) == [column.name for column in dataset.view.columns]
