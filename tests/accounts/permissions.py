"""docs/permissions.md as data: what is asked of each address, and by which rule a person is served."""

import re
from collections import namedtuple
from fnmatch import fnmatchcase
from pathlib import Path
from types import SimpleNamespace

from django.urls import get_resolver

from sistercities.curation.roles import RIGHTS, ROLES

DOCUMENT = Path(__file__).parents[2] / "docs" / "permissions.md"
#: Everybody who asks. The coordinator is the owner of the imports; the last two are anonymous to every page.
PEOPLE = ("anonymous", "no role", *ROLES, "superuser", "inactive", "demoted")
NOBODY_THERE = ("anonymous", "inactive", "demoted")
UNNAMED = "(unnamed)"
Address = namedtuple("Address", "name route")


def addresses():
    """Every address of the resolver: name with its namespace (those without one end in `UNNAMED`) and route."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver, namespace, route):
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            below = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, below, here)
        else:
            yield Address(namespace + (pattern.name or UNNAMED), here)


def table(heading):
    """The rows of the table below a heading, as lists of the texts of their cells."""
    section = DOCUMENT.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line.strip().strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines[2:]]


def rules():
    """The rows of the table of addresses: `patterns`, `GET`, `POST` and `writes` (as POST where the document says nothing)."""
    return [
        SimpleNamespace(patterns=re.findall("`([^`]+)`", names), GET=get, POST=post, writes=writes or post)
        for names, get, post, writes in table("Addresses")
    ]


def rule_of(name, known):
    """The first row whose pattern fits a name, or None."""
    return next((rule for rule in known if any(fnmatchcase(name, pattern) for pattern in rule.patterns)), None)


def served(rule, person, name):
    """Whether a rule serves a person at an address."""
    return any(_serves(term, person, name) for term in rule.split())


def _serves(term, person, name):
    if term == "all":
        return True
    if person in NOBODY_THERE or term in ("nobody", "step", "out", "–"):
        return False
    if term == "staff":
        return True
    if term == "owner":
        return person == "coordinator"
    if term in ("view", "add", "change", "delete"):
        first = RIGHTS[model_of(name)].get(term)
        return first is not None and _reaches(person, first)
    return _reaches(person, term.removesuffix("+"))


def _reaches(person, role):
    return person == "superuser" or (person in ROLES and ROLES.index(person) >= ROLES.index(role))


def model_of(name):
    """`admin:curation_source_change` -> "curation.source"."""
    app_label, model = name.removeprefix("admin:").split("_")[:2]
    return f"{app_label}.{model}"


def outcome(response):
    """What an answer means: "sign-in", "refused", "method" (405), "served", or the status of anything that must not be."""
    if response.status_code == 302 and re.match("/(en/sign-in|ja/sign-in|admin/login)/", response.url):
        return "sign-in"
    return {403: "refused", 405: "method"}.get(response.status_code) or (
        "served" if response.status_code < 500 else response.status_code
    )


def expected(rule, method, person, name):
    """The outcomes that the table allows for a request."""
    turned_away = {"sign-in" if person in NOBODY_THERE or "step" in (rule.GET, rule.POST) else "refused"}
    if method in ("PUT", "PATCH", "DELETE"):
        return {"method"}
    if method == "OPTIONS":
        return {"served"}
    if rule.POST == "out":
        return {"served", "sign-in", "method"}
    column = rule.POST if method == "POST" else rule.GET
    other = rule.GET if method == "POST" else rule.POST
    if column == "–":
        return {"method"} if served(other, person, name) else turned_away | {"method"}
    if not served(column, person, name):
        return turned_away
    return {"served"}


def table_of_rights():
    """The lines of the table of records, as the list of rights has it."""
    usual = ("view", "add", "change", "delete", "publish")
    yield "| record | view | add | change | delete | publish | more |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for model, rights in RIGHTS.items():
        more = ", ".join(f"{right}: {role}" for right, role in rights.items() if right not in usual)
        yield "| " + " | ".join([f"`{model}`", *(rights.get(right, "–") for right in usual), more or "–"]) + " |"
