"""The project checks itself: what is there is used, what is used is there, and a new model or template follows the rules."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands
from django.db import models
from django.db.models import CheckConstraint
from django.urls import NoReverseMatch, reverse

from sistercities.core.datasets import datasets
from sistercities.curation.models import CuratedModel
from sistercities.portal.sitemaps import SITEMAPS

ROOT = Path(settings.BASE_DIR)
OWN = ("core", "curation", "partnerships", "organizations", "events", "portal")
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
PYTHON = [
    path for name in ("sistercities", "partnerships", "organizations", "events") for path in (ROOT / name).rglob("*.py")
]


def own_models():
    return [model for label in OWN for model in apps.get_app_config(label).get_models()]


def ids(values):
    return [str(value.relative_to(ROOT)) for value in values]


# Models --------------------------------------------------------------------------------------------------------------


def values_allowed(condition, field):
    """The values that a condition allows a field to have, where it lists them."""
    if isinstance(condition, models.Q):
        for child in condition.children:
            yield from values_allowed(child, field)
    elif isinstance(condition, tuple):
        name, _, lookup = condition[0].partition("__")
        if name == field and lookup == "in":
            yield from condition[1]
        elif name == field and lookup in ("", "exact"):
            yield condition[1]


def unchecked_choices():
    for model in own_models():
        if model.__name__.startswith("Historical"):
            continue
        for field in model._meta.local_concrete_fields:
            if not field.choices:
                continue
            wanted = {value for value, _label in field.choices}
            checks = [constraint for constraint in model._meta.constraints if isinstance(constraint, CheckConstraint)]
            listed = [set(values_allowed(check.condition, field.name)) - {""} for check in checks]
            if wanted - {""} not in listed:
                yield f"{model._meta.label}.{field.name}"


def test_every_choice_is_checked_by_the_database():
    assert list(unchecked_choices()) == []


def public_models():
    return [model for model in own_models() if issubclass(model, CuratedModel)]


def test_every_public_model_has_an_address():
    assert [model._meta.label for model in public_models() if not hasattr(model, "get_absolute_url")] == []


def test_every_public_model_has_a_list_and_a_sitemap():
    listed = {dataset.model for dataset in datasets()}
    mapped = {section().items().model for section in SITEMAPS.values() if hasattr(section().items(), "model")}

    assert {model._meta.label for model in public_models()} - listed == set()
    assert set(public_models()) - mapped == set()


def test_every_curated_model_has_a_history():
    without = [model._meta.label for model in own_models() if not hasattr(model, "history")]
    derived = {"core.DataVersion", "curation.SeedKey", "curation.LinkCheck", "partnerships.OldAddress"}

    assert [label for label in without if label not in derived and ".Historical" not in label] == []


def test_every_dataset_has_its_pages_and_files():
    for dataset in datasets():
        assert apps.get_model(dataset.model) is dataset.view.model
        reverse(dataset.key)
        for name in ("csv", "json", "geojson", "xlsx"):
            assert reverse(f"data:{dataset.key}-{name}") == f"/data/{dataset.key}.{name}"


def test_every_field_of_a_public_model_is_published_or_kept_back_for_a_reason():
    """A new field is either a column of the file or stands here."""
    for_staff = {"publication", "staff_note", "created_at", "updated_at", "locked", "lock_reason", "merged_into"}
    private = {
        "partnerships.Partnership": {
            "status_as_of", "contested", "signed_by_leaders", "many_fields", "assembly_approved", "summary_en", "summary_ja",  # on the page
            "established_year", "established_order", "party_count", "parties_key", "slug", "search_key", "sort_key_en", "sort_key_ja",  # derived
        },
        "partnerships.Place": {"area", "code_scheme", "slug", "name_local", "search_key", "sort_key"},
        "organizations.Organization": {"email_as_given"},  # leads nowhere
        "organizations.ContactDesk": {"email_as_given", "website_as_given"},
        "organizations.Program": set(),
        "organizations.Figure": {"source"},  # by its address
        "events.Event": {"sequence"},  # in the calendar
    }  # fmt: skip
    for dataset in datasets():
        model = apps.get_model(dataset.model)
        columns = {column.name for column in dataset.view.columns}
        fields = {field.name for field in model._meta.concrete_fields}
        kept_back = for_staff | private[dataset.model]
        assert fields - columns - kept_back - derived_names(model) == set(), dataset.key
        assert kept_back & columns == set(), dataset.key


def derived_names(model):
    """Generated columns and keys of order follow from others."""
    generated = {field.name for field in model._meta.concrete_fields if getattr(field, "generated", False)}
    return generated | {
        field.name for field in model._meta.concrete_fields if not field.editable and "key" in field.name
    }


# Templates -----------------------------------------------------------------------------------------------------------


def test_there_are_no_unused_templates():
    code = "\n".join(path.read_text() for path in [*PYTHON, *TEMPLATES])
    by_django = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html", "503.html"}
    by_datasets = {f"{dataset.key}/{part}.jinja" for dataset in datasets() for part in ("row", "table")}
    names = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]

    assert [
        name
        for name in names
        if not re.search(rf'["/]{re.escape(name)}"', code)
        and name not in by_datasets
        and name not in by_django
        and not name.startswith("admin/")
    ] == []


def test_every_template_that_is_named_exists():
    code = "\n".join(path.read_text() for path in [*PYTHON, *TEMPLATES])
    named = set(re.findall(r'"((?:[\w-]+/)*[\w-]+\.html)"', code))
    there = {str(path.relative_to(ROOT / "templates")) for path in TEMPLATES}

    assert {name for name in named if not name.startswith("admin/")} - there == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=ids(TEMPLATES))
def test_template_keeps_the_rules(path):
    text = path.read_text()
    tags = re.findall(r"<[a-zA-Z][^>]*>", text)

    assert [tag for tag in tags if re.search(r"""\s(style|on\w+)\s*=""", tag)] == []
    assert re.findall(r"<style\b|<script(?![^>]*\bsrc=)[^>]*>|javascript:", text) == []
    assert [
        tag for tag in re.findall(r"{%\s*blocktrans(?:late)?\b[^%]*%}", text) if not re.search(r"\btrimmed\b", tag)
    ] == []
    assert re.findall(r"{%\s*(?:trans|blocktrans)\s", text) == []
    assert re.findall(r"\|safe\b|{%\s*autoescape off", text) == []
    assert [tag for tag in tags if re.match(r"<(img|svg)\b", tag) and not re.search(r"alt=|aria-|role=", tag)] == []
    assert [tag for tag in tags if 'target="_blank"' in tag] == []


def visible_texts(text):
    """What a template says by itself: its own words and the strings that it has translated, wherever they stand."""
    text = re.sub(r"{#.*?#}|{%\s*comment\s*%}.*?{%\s*endcomment\s*%}|<!--.*?-->", "", text, flags=re.DOTALL)
    yield from re.findall(r"""{%\s*translate\s+"((?:[^"\\]|\\.)*)\"""", text)
    shown = re.findall(r"""\b(alt|aria-label|placeholder|title)="([^"{]*)\"""", text)
    yield from (said for name, said in shown if not (name == "placeholder" and re.fullmatch("[12][0-9]{3}", said)))
    yield re.sub(r"<[^>]*>", " ", re.sub(r"{%.*?%}|{{.*?}}", " ", text, flags=re.DOTALL))


def typed_numbers(text):
    """Numbers of two digits or more in what a template says, in the order in which they stand; not that of the licence."""
    numbers = [number for said in visible_texts(text) for number in re.findall(r"\d[\d.,]*\d", said)]
    return [number for number in numbers if number != "4.0"]


#: Template -> numbers that neither count nor claim anything of the world.
TYPED = {
    "503.html": ["30"],  # seconds to wait, as the header Retry-After says
    "imports/_next.html": ["90", "90"],  # days for which an import can be taken back: imports.models.UNDO_FOR
    "imports/_questions.html": ["1957"] * 5,  # an example of a date
    "imports/list.html": [
        "90",
        "16",
        "2022",
        "1955",
        "12",
        "07",
        "30",
        "12",
        "1955",
    ],  # the same days, encodings, dates
    "listing/unfit.html": ["932", "932"],  # an encoding
    "places/_day_form.html": ["1990", "01", "01", "1990", "1990"],  # ways of writing a day
    "places/_place_base.html": ["25"],  # rows shown: the slice stands beside it
}


@pytest.mark.parametrize("path", TEMPLATES, ids=ids(TEMPLATES))
def test_template_types_no_number(path):
    """A number in a text is a claim of the ledger or a count, never typed: it would outlive what it counts."""
    allowed = TYPED.get(str(path.relative_to(ROOT / "templates")), [])

    assert typed_numbers(path.read_text()) == allowed


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>over 450 partnerships</p>", ["450"]),
        ('<p>{% translate "467 agreements" %}</p>', ["467"]),
        ("{% blocktranslate trimmed %}of 1,751 ties{% endblocktranslate %}", ["1,751"]),
        ('<input placeholder="since 1955"><input placeholder="1955">', ["1955"]),
        ('<p class="row-12">{{ count|slice:":25" }} {% if age > 60 %}{# 467 #}{% endif %}</p>', []),
        ("<p>CC BY-SA 4.0, BSD-3-Clause</p>", []),
    ],
)
def test_typed_numbers_are_found(template, found):
    assert typed_numbers(template) == found


def test_templates_name_no_other_host_but_in_links():
    for path in TEMPLATES:
        asked = re.findall(r'(?:src|srcset)="(https?:)?//', path.read_text())
        styles = re.findall(r"<link[^>]*stylesheet[^>]*https?://", path.read_text())
        assert (asked, styles) == ([], []), path


def test_style_sheets_name_no_other_host():
    for path in (ROOT / "static").rglob("*.css"):
        assert re.findall(r"https?://|//[a-z]", re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)) == [], path


def test_every_static_file_is_used():
    code = "\n".join(
        path.read_text()
        for path in [*PYTHON, *TEMPLATES, *(ROOT / "static").rglob("*.css"), *(ROOT / "static").rglob("*.js")]
    )
    names = [path for path in (ROOT / "static").rglob("*") if path.is_file()]

    assert [str(path.relative_to(ROOT)) for path in names if path.name not in code] == []


# Code ----------------------------------------------------------------------------------------------------------------


def test_there_are_no_catch_all_modules():
    names = {path.name for path in PYTHON}

    assert names & {"utils.py", "helpers.py", "common.py", "signals.py", "misc.py"} == set()


def test_files_are_short():
    long = {
        str(path.relative_to(ROOT)): text.count("\n") for path in PYTHON if (text := path.read_text()).count("\n") > 450
    }

    assert {path: lines for path, lines in long.items() if "/migrations/" not in path} == {}


def test_public_names_of_core_say_what_they_are_for():
    silent = []
    for path in (ROOT / "sistercities" / "core").glob("*.py"):
        tree = ast.parse(path.read_text())
        if path.name != "__init__.py" and not ast.get_docstring(tree) and path.name not in ("apps.py",):
            silent.append(path.name)
    assert silent == []


# README --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def readme():
    path = ROOT / "README.md"
    if not path.exists():
        pytest.fail("there is no README.md", pytrace=False)
    return path.read_text()


def test_commands_of_the_readme_exist(readme):
    commands = get_commands()
    for line in re.findall(r"^\s*(?:\$ )?(\./run[^\n]*)", readme, re.MULTILINE):
        words = line.split("#")[0].split()
        if len(words) > 2 and words[1] == "manage":
            assert words[2] in commands, line
        elif len(words) > 1:
            assert words[1] in ("test", "lint", "manage") or ":" in words[1], line


def test_files_that_the_readme_links_exist(readme):
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", readme)]
    local = [target for target in targets if target and "://" not in target and not target.startswith("mailto:")]

    assert [target for target in local if not (ROOT / target).exists()] == []


@pytest.mark.parametrize(
    "name", ["README.md", "LICENSE", "DATA-LICENSE.md", "SECURITY.md", "fixtures/README.md", ".env.example"]
)
def test_papers_are_there(name):
    assert (ROOT / name).exists()


def test_addresses_without_arguments_can_be_reversed():
    for name in (
        "home",
        "about",
        "anniversaries",
        "anniversaries-calendar",
        "search",
        "partnerships",
        "places",
        "healthz",
        "readyz",
        "robots",
        "security",
        "sitemap",
    ):
        try:
            reverse(name)
        except NoReverseMatch as error:  # pragma: no cover
            pytest.fail(str(error))
