"""A small directory with one person of each kind, each with a session, and something behind every address."""

import re
from functools import cache
from html.parser import HTMLParser

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organizations.models import Figure
from partnerships.models import Succession, Theme
from partnerships.models.partnerships import Holding
from sistercities.curation.models import LinkCheck, Proposal, ProposalState
from sistercities.curation.story import changes_of
from sistercities.curation.versions import version_of
from tests.accounts.permissions import PEOPLE, UNNAMED, model_of
from tests.factories import (
    make_contact_desk,
    make_event,
    make_figure,
    make_milestone,
    make_organization,
    make_partnership,
    make_place,
    make_program,
    make_source,
    make_user,
)
from tests.imports.desk import GOOD, Desk, signed_in
from tests.world import make_world

#: A record of each kind that has a page in the admin, bound to nothing, so that it may be deleted.
SAMPLES = {
    "auth.user": make_user,
    "auth.group": lambda: Group.objects.create(name="a group"),
    "curation.source": make_source,
    "curation.proposal": lambda: Proposal.objects.create(dataset="places", object_id=make_place().pk, difference={}),
    "curation.linkcheck": lambda: LinkCheck.objects.create(
        url="https://example.org/", checked_at=timezone.now(), status="200"
    ),
    "partnerships.place": make_place,
    "partnerships.succession": lambda: Succession.objects.create(
        predecessor=make_place(abolished="2006-03-20"), successor=make_place(), kind="new_merger", date="2006-03-20"
    ),
    "partnerships.partnership": make_partnership,
    "partnerships.theme": lambda: Theme.objects.create(slug="tea", name_en="Tea", name_ja="茶"),
    "organizations.organization": make_organization,
    "organizations.contactdesk": make_contact_desk,
    "organizations.program": make_program,
    "organizations.figure": make_figure,
    "events.event": make_event,
    "events.milestone": make_milestone,
}

NEW_PASSWORD = {"password1": "a long new password", "password2": "a long new password", "usable_password": "true"}


class House:
    """Ask as anybody: `ask(person, method, address)`. Everything is made when the house is."""

    def __init__(self, callbacks):
        self.world = make_world()
        self.client = Client(raise_request_exception=False)
        self.records = {model: make() for model, make in SAMPLES.items()}
        self.people = {name: self._person(name) for name in PEOPLE if name != "anonymous"}
        self.keys = {name: self._session(person) for name, person in self.people.items()}
        self._bring_imports(Desk(callbacks))
        self._propose()
        self._let_one_town_follow_another()
        self._end_two()
        self.paths = self._paths()
        self.forms = self._forms()
        # The same for everybody who asks: what a request changes is taken back after it.
        self.path, self.posted = cache(self.path), cache(self.posted)

    def ask(self, person, method, address):
        self.client.cookies.clear()
        if person in self.keys:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.keys[person]
        if method == "POST":
            return self.client.post(self.path(address), self.posted(address.name))
        return self.client.generic(method, self.path(address))

    def path(self, address):
        """An address with something behind it. One that needs an argument which is not known here has to be added."""
        name = address.name
        if name in self.paths:
            return self.paths[name]
        if name.endswith(UNNAMED):
            model = re.match(r"admin/(\w+)/(\w+)/", address.route)
            pk = self.record(".".join(model.groups())).pk if model else ""
            return "/" + address.route.partition("(?P<url>")[0].replace("<path:object_id>", str(pk))
        if address.route.startswith("admin/") and name.endswith("_simple_history"):
            record = self.record(model_of(name))
            return reverse(name, args=[record.pk, record.history.first().pk])
        if name.endswith("_revert"):
            record = self.record(model_of(name))
            return reverse(name, args=[record.pk, changes_of(record)[0][0].key])
        if name.endswith("_fact"):
            record = self.record(model_of(name))
            return reverse(name, args=[record.pk, record.claimable[0]])
        if address.route.startswith("admin/") and "<" in address.route:
            return reverse(name, args=[self.record(model_of(name)).pk])
        if name.startswith(("import-", "review-", "merging-", "suggest")) or name == "import":
            return reverse(name, args=self._arguments(name))
        return reverse(name)

    def record(self, model):
        """A record of a model; one without a sample must be among those of the small directory."""
        found = self.records.get(model) or apps.get_model(model).objects.first()
        assert found, f"tests/accounts/house.py needs a sample of {model}"
        return found

    def posted(self, name):
        """What is posted, so that it does something for who may: an empty form would be refused for being empty."""
        token = {"token": self.batch(name).token}
        desk = {
            "import-reading": {"encoding": "cp932"},
            "import-answers": {"prefer": "file"},
            "import-row": {"row": "out"},
            "import-submit": token,
            "import-approve": token,
            "import-refuse": {"reason": "No."},
            "import-undo": {"reason": "No."},
            "review-accept": {"take": "designation_en", "version": version_of(self.world.ties[0])},
            **dict.fromkeys(("review-refuse", "review-ask", "review-answer"), {"text": "No."}),
        }
        if not name.startswith("admin:"):
            return desk.get(name, {})
        if name.endswith("_changelist"):
            return {"action": "delete_selected", "_selected_action": [self.record(model_of(name)).pk], "post": "yes"}
        if name.endswith("_delete"):
            return {"post": "yes"}
        if name.endswith("_user_password_change"):
            return NEW_PASSWORD
        if name.endswith(("_change", "_simple_history")) and name != "admin:password_change":
            return self.forms.get(model_of(name), {})
        return {}

    def batch(self, name):
        state = {"import-undo": "applied", "import-approve": "review", "import-refuse": "review"}
        state |= {"import": "review", "import-file": "review"}
        return self.batches[state.get(name, "checked")]

    def _arguments(self, name):
        if name in ("import-template", "suggest-new"):
            return ["partnerships"]
        if name == "suggest":
            return ["partnerships", self.world.ties[0].pk]
        if name == "suggest-sent":
            return ["nothing"]
        if name == "merging-succession":
            return []
        if name == "merging-holding":
            return [self.presumed.pk]
        if name.startswith("merging-"):
            return ["partnerships", *sorted(tie.pk for tie in self.world.ties[:2])]
        if name.startswith("review-"):
            return [(self.asked if name == "review-answer" else self.proposal).pk]
        batch = self.batch(name)
        return [batch.pk, batch.rows.get(line=2).pk] if name == "import-row" else [batch.pk]

    def _person(self, name):
        role = {"no role": None, "inactive": "administrator", "demoted": "administrator"}.get(name, name)
        return make_user(role, username=name.replace(" ", "-"))

    def _session(self, person):
        client = Client()
        client.force_login(person)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def _bring_imports(self, desk):
        """An import in each state, all of the coordinator's; a curator of another name decides."""
        owner, other = Client(), signed_in("curator")
        owner.force_login(self.people["coordinator"])
        texts = [GOOD, GOOD.replace("1955", "1956"), GOOD.replace("昭和30", "昭和31")]
        found = [desk.bring(owner, text) for text in texts]
        self.batches = dict(zip(("applied", "review", "checked"), found, strict=True))
        desk.submit(owner, self.batches["applied"])
        desk.approve(other, self.batches["applied"])
        desk.submit(owner, self.batches["review"])
        for batch in found:
            batch.refresh_from_db()

    def _propose(self):
        """Two proposals of the coordinator's: one waits for a decision, one for an answer."""
        self.proposal, self.asked = (
            Proposal.objects.create(
                dataset="partnerships",
                object_id=self.world.ties[0].pk,
                difference={"designation_en": ["", "Sister cities"]},
                proposed_by=self.people["coordinator"],
                state=state,
            )
            for state in (ProposalState.PENDING, ProposalState.ASKED)
        )

    def _let_one_town_follow_another(self):
        """A tie that is presumed to have passed to a successor."""
        before, after = make_place(abolished="2006-03-20"), make_place()
        tie = make_partnership(after, self.world.kobe)
        self.presumed = tie.parties.get(place=after)
        self.presumed.signed_as, self.presumed.holding = before, Holding.PRESUMED
        self.presumed.save()

    def _end_two(self):
        """What these two might do when their sessions began they may not any longer."""
        self.people["demoted"].groups.set([Group.objects.get(name="viewer")])
        self.people["inactive"].is_active = False
        self.people["inactive"].save()

    def _forms(self):
        """Model -> what the page of its record would post when it is saved as it is, the page being that of a superuser."""
        client = Client()
        client.force_login(self.people["superuser"])
        pages = {
            model: reverse(f"admin:{model.replace('.', '_')}_change", args=[self.record(model).pk]) for model in SAMPLES
        }
        return {model: FormFields(client.get(path)).posted for model, path in pages.items()}

    def _paths(self):
        world = self.world
        tie, place = world.ties[0].get_absolute_url(), world.kobe.get_absolute_url()
        return {
            "place": place,
            "place-sheet": world.ohio.get_absolute_url() + "print/",
            "partnership": tie,
            "partnership-sheet": f"{tie}print/",
            "organization": world.office.get_absolute_url(),
            "program": world.fellowship.get_absolute_url(),
            "contact": world.himeji.contact_desks.get().get_absolute_url(),
            "figure": Figure.objects.get(value=450).get_absolute_url(),
            "event": self.records["events.event"].get_absolute_url(),
            "events-month": reverse("events-month", args=[2019, 3]),
            "chart-file": "/data/statistics/years.csv",
            "sitemap-section": "/sitemap-places.xml",
            "admin:app_list": "/admin/partnerships/",
            "admin:view_on_site": f"/admin/r/{_type_of(world.kobe)}/{world.kobe.pk}/",
            "admin:autocomplete": "/admin/autocomplete/?app_label=partnerships&model_name=party&field_name=place",
        }


def _type_of(record):
    from django.contrib.contenttypes.models import ContentType

    return ContentType.objects.get_for_model(record).pk


#: Kinds of input that post nothing as they stand: boxes that are not checked, and what is pressed or chosen.
NOT_POSTED = ("checkbox", "radio", "submit", "button", "file")


class FormFields(HTMLParser):
    """What the forms of a page would post as they stand: name -> values."""

    def __init__(self, response):
        super().__init__()
        self.posted, self.name, self.text = {}, "", ""
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in ("select", "textarea"):
            self.name, self.text = given.get("name", ""), ""
        if tag == "option" and "selected" in given:
            self._add(self.name, given.get("value", ""))
        if tag == "input" and (given.get("type") not in NOT_POSTED or "checked" in given):
            self._add(given.get("name", ""), given.get("value", ""))

    def handle_data(self, data):
        self.text += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._add(self.name, self.text.removeprefix("\n"))

    def _add(self, name, value):
        if name and "__prefix__" not in name:
            self.posted.setdefault(name, []).append(value)
