"""The registry of panels: what other apps show on a record's page, in the order in which they said so."""

from types import SimpleNamespace

import pytest

from sistercities.core import panels
from sistercities.core.panels import Panel, panels_of, register


@pytest.fixture(autouse=True)
def _empty_registry(monkeypatch):
    monkeypatch.setattr(panels, "_registry", type(panels._registry)(list))


def record(label="app.Model"):
    return SimpleNamespace(_meta=SimpleNamespace(label=label), name="Kobe")


def name_of(record):
    return {"name": record.name}


def nothing(record):
    return None


def test_panel_is_its_template_with_its_context():
    register(Panel("app.Model", "a.html", name_of))

    assert panels_of(record()) == [{"template": "a.html", "name": "Kobe"}]


def test_panels_stand_in_the_order_of_registration():
    register(Panel("app.Model", "b.html", name_of), Panel("app.Model", "a.html", name_of))
    register(Panel("app.Model", "c.html", name_of))

    assert [panel["template"] for panel in panels_of(record())] == ["b.html", "a.html", "c.html"]


def test_panel_with_nothing_to_show_is_left_out():
    register(Panel("app.Model", "a.html", nothing), Panel("app.Model", "b.html", name_of))

    assert [panel["template"] for panel in panels_of(record())] == ["b.html"]


def test_panel_with_an_empty_context_is_shown():
    """A template may need nothing; what is not to be shown says None."""
    register(Panel("app.Model", "a.html", lambda record: {}))

    assert panels_of(record()) == [{"template": "a.html"}]


def test_panel_belongs_to_its_model_alone():
    register(Panel("app.Other", "a.html", name_of))

    assert panels_of(record()) == []


def test_panel_registered_twice_is_shown_once():
    for _time in range(2):
        register(Panel("app.Model", "a.html", name_of))

    assert len(panels_of(record())) == 1


def test_asking_for_a_model_without_panels_leaves_the_registry_alone_for_later():
    assert panels_of(record()) == []
    register(Panel("app.Model", "a.html", name_of))

    assert len(panels_of(record())) == 1
