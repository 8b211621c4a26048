"""docs/permissions.md holds: every address, every person, every method; and who is refused has changed nothing."""

import re

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.template.backends.django import Template as DjangoTemplate
from django.template.backends.jinja2 import Template as RowsTemplate
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from sistercities.imports.models import ImportBatch
from tests.accounts import permissions
from tests.accounts.house import NEW_PASSWORD, House
from tests.accounts.permissions import PEOPLE, expected, outcome, rule_of, served
from tests.factories import make_user
from tests.imports.desk import signed_in

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
RULES = permissions.rules()
ADDRESSES = permissions.addresses()

#: What signing in keeps for itself, whatever the answer: the session, and failed tries.
OWN_TABLES = ("django_session", "accounts_signintry")
WRITE = re.compile(
    r"\s*(?:INSERT\b.*?\bINTO|UPDATE|DELETE\s+FROM|CREATE|ALTER|DROP|TRUNCATE)\s+\"?(\w+)", re.IGNORECASE
)


class Written:
    """The tables that statements have changed since they were last taken."""

    def __init__(self):
        self.tables = set()

    def __call__(self, execute, sql, params, many, context):
        found = WRITE.match(sql)
        if found and found[1] not in OWN_TABLES:
            self.tables.add(found[1])
        return execute(sql, params, many, context)

    def taken(self):
        tables, self.tables = self.tables, set()
        return tables


@pytest.fixture
def house(db, django_capture_on_commit_callbacks):
    return House(django_capture_on_commit_callbacks)


@pytest.fixture
def _without_drawing(house, monkeypatch):
    """Who is let in is settled before a template is drawn, and drawing writes nothing; it would be most of the time."""
    for template in (DjangoTemplate, RowsTemplate):
        monkeypatch.setattr(template, "render", lambda *args, **kwargs: "")


def test_every_address_has_a_row():
    assert sorted({address.name for address in ADDRESSES if rule_of(address.name, RULES) is None}) == []


def test_every_row_fits_an_address():
    rules = [rule_of(address.name, RULES) for address in ADDRESSES]

    assert [rule.patterns for rule in RULES if rule not in rules] == []


def test_records_stand_in_the_document_as_in_the_list_of_rights():
    """A change of `roles.RIGHTS` is a change of the document: what is missing or too much is a line of its table."""
    assert "\n".join(permissions.table_of_rights()) in permissions.DOCUMENT.read_text()


def test_every_role_is_described():
    people = {row[0] for row in permissions.table("People")}

    assert set(PEOPLE) - people == {"inactive", "demoted"}  # those two are told of below the table


@pytest.mark.usefixtures("_without_drawing")
def test_table_holds(house):
    """One house for all of them: to build it takes longer than to ask in it as one person.

    Who is refused asks everything. Where several are served the least of them and the superuser ask: each role has the rights of
    those before it (tests/curation/test_roles.py), and a page that is served takes a hundred times as long as a refusal.
    """
    assert wrong_cells(house, everybody=False) == []


@pytest.mark.bench
@pytest.mark.usefixtures("_without_drawing")
def test_table_holds_for_everybody(house):
    """The same without leaving anybody out: minutes."""
    assert wrong_cells(house, everybody=True) == []


def wrong_cells(house, everybody):
    """What the table does not allow: address, method, person, the answer, and what a request wrote that must not."""
    written = Written()
    with connection.execute_wrapper(written):
        return [
            cell
            for address in ADDRESSES
            for method in METHODS
            for person in (PEOPLE if everybody else asking(address, method))
            for cell in wrong_cell(house, written, address, method, person)
        ]


def asking(address, method):
    """Everybody who is refused, the first who is served, and the superuser; fewer where who asks makes no difference."""
    if method not in ("GET", "HEAD", "POST"):
        return ["anonymous", "superuser"]  # answered before anybody is looked up
    if method == "HEAD":
        return ["anonymous", "no role", "superuser"]  # GET to Django and to us
    rule = rule_of(address.name, RULES)
    column = rule.POST if method == "POST" else rule.GET
    are_served = [person for person in PEOPLE if served(column, person, address.name)]
    return [person for person in PEOPLE if person not in are_served[1:] or person == "superuser"]


def wrong_cell(house, written, address, method, person):
    rule = rule_of(address.name, RULES)
    with transaction.atomic():
        response = house.ask(person, method, address)
        b"".join(response)  # a file that is sent is read to its end, and closed
        transaction.set_rollback(True)
    tables, answer = written.taken(), outcome(response)
    may_write = method == "POST" and served(rule.writes, person, address.name)
    if answer not in expected(rule, method, person, address.name) or (tables and not may_write):
        yield address.name, method, person, answer, tables


# Between two of one role, and with one's own


def test_imports_are_the_business_of_one_and_decided_by_another(house):
    """Another coordinator sees and changes nothing of them; and nobody decides on what they brought, whatever their role."""
    imports = [address for address in ADDRESSES if re.match("import-(?!template)|import$", address.name)]
    other, written = signed_in("coordinator"), Written()
    with connection.execute_wrapper(written):
        answers = [other.get(house.path(address)).status_code for address in imports]
        posted = [other.post(house.path(address), house.posted(address.name)).status_code for address in imports]
        assert (set(answers), set(posted), written.taken()) == ({403}, {403, 405}, set())  # 405: pages without a form

        for step in ("import-approve", "import-refuse"):
            address = next(address for address in imports if address.name == step)
            for role in ("curator", "merger", "administrator", "superuser"):
                ImportBatch.objects.update(created_by=house.people[role])
                written.taken()
                answer = house.ask(role, "POST", address)
                assert (answer.status_code, written.taken()) == (403, set()), (step, role)


@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("change", {"username": "other", "is_active": "on"}),
        ("password_change", NEW_PASSWORD),
        ("delete", {"post": "yes"}),
        ("changelist", {"action": "delete_selected", "post": "yes"}),
        ("changelist", {"action": "reset_second_factor"}),
    ],
)
def test_administrator_does_nothing_to_a_superuser(page, data, db):
    boss, client = make_user("superuser"), signed_in("administrator")
    TOTPDevice.objects.create(user=boss)
    arguments = [] if page == "changelist" else [boss.pk]
    written = Written()
    with connection.execute_wrapper(written):
        client.post(reverse(f"admin:auth_user_{page}", args=arguments), data | {"_selected_action": [boss.pk]})

    assert written.taken() == set()


@pytest.mark.parametrize("role", ["viewer", "coordinator", "curator", "merger"])
def test_nobody_below_administrator_gives_themselves_a_role(role, db):
    client = signed_in(role)
    groups = [group.pk for group in Group.objects.all()]
    client.post(reverse("admin:auth_user_change", args=[client.person.pk]), {"username": "me", "groups": groups})

    assert [group.name for group in client.person.groups.all()] == [role]
