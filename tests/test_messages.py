"""The Japanese catalogue is whole: every string of the code and the templates is in it, translated, and compiled."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

CATALOGUE = Path(settings.LOCALE_PATHS[0]) / "ja" / "LC_MESSAGES" / "django.po"
ROOT = Path(settings.BASE_DIR)

# How many leading arguments of gettext's functions are text, with the context first where there is one.
FUNCTIONS = {"_": 1, "gettext": 1, "ngettext": 2, "pgettext": 2, "npgettext": 3}
STRING = r"""(u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b(_|n?p?gettext|npgettext)\(\s*{STRING}(?:,\s*{STRING})?(?:,\s*{STRING})?")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def key(function: str, texts: list[str]) -> tuple[str, str]:
    """Context and message, which together name an entry."""
    return (texts[0], texts[1]) if function.startswith(("p", "np")) else ("", texts[0])


def messages_of_python(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            function = name.removesuffix("_lazy").removesuffix("_noop")
            texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if function in FUNCTIONS and len(texts) >= FUNCTIONS[function] and isinstance(texts[0], str):
                yield key(function, texts)


def messages_of_template(path: Path):
    for match in CALL.finditer(templatize(path.read_text(), origin=str(path))):
        yield key(match[1], [ast.literal_eval(text) for text in match.groups()[1:] if text])


def messages_of_the_project() -> set[tuple[str, str]]:
    apps = [ROOT / name for name in ("sistercities", "partnerships", "organizations", "events")]
    python = [message for app in apps for path in app.rglob("*.py") for message in messages_of_python(path)]
    templates = [message for path in (ROOT / "templates").rglob("*.*") for message in messages_of_template(path)]
    return {*python, *templates}


def test_every_string_is_in_the_catalogue(catalogue):
    known = {(entry.msgctxt or "", entry.msgid) for entry in catalogue if not entry.obsolete}

    assert sorted(messages_of_the_project() - known) == []


def test_every_entry_is_translated(catalogue):
    assert [entry.msgid for entry in [*catalogue.untranslated_entries(), *catalogue.fuzzy_entries()]] == []


def test_placeholders_are_the_same(catalogue):
    def named(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)[sd]|\{\w*\}|%[sd]", text))

    # Japanese has one plural form, whose text must hold what the English plural holds.
    pairs = [(entry.msgid_plural or entry.msgid, entry.msgstr_plural.get(0) or entry.msgstr) for entry in catalogue]

    assert [english for english, japanese in pairs if named(english) != named(japanese)] == []


def test_compiled_catalogue_is_up_to_date(catalogue):
    def texts(entries):
        return {(entry.msgctxt, entry.msgid): (entry.msgstr, entry.msgstr_plural) for entry in entries}

    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))

    assert texts(compiled) == texts(catalogue.translated_entries())
