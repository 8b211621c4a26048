"""`seed --demo`: an account for each role, each with a password for the first time only."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from sistercities.curation.roles import ROLES
from tests.accounts.test_signing_in import NEW, sign_in, who

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty_folder(tmp_path, project):
    """Fixtures without rows: the accounts are what is looked at."""
    for path in (project / "fixtures").rglob("*.csv"):
        copy = tmp_path / path.relative_to(project / "fixtures")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text().partition("\n")[0] + "\n")
    return tmp_path


def seed(folder, *arguments):
    out = StringIO()
    call_command("seed", *arguments, folder=folder, stdout=out)
    lines = out.getvalue().splitlines()
    return dict(line.split(": ") for line in lines if line.startswith("demo-"))


def test_no_account_is_made_unless_it_is_asked_for(empty_folder):
    assert (seed(empty_folder), User.objects.count()) == ({}, 0)


def test_each_role_has_an_account(empty_folder):
    passwords = seed(empty_folder, "--demo")

    assert list(passwords) == [f"demo-{role}" for role in ROLES]
    assert len(set(passwords.values())) == len(ROLES)
    assert {user.username: user.groups.get().name for user in User.objects.all()} == {
        f"demo-{role}": role for role in ROLES
    }


def test_password_is_good_for_choosing_another(client, empty_folder):
    password = seed(empty_folder, "--demo")["demo-curator"]

    assert (sign_in(client, "demo-curator", password).url, who(client)) == ("/en/sign-in/password/", "")
    client.post("/en/sign-in/password/", {"new_password1": NEW, "new_password2": NEW})
    assert who(client) == "demo-curator"
    assert sign_in(client, "demo-curator", password).status_code == 400


def test_second_run_renews_what_was_never_used_and_leaves_the_rest(client, empty_folder):
    first = seed(empty_folder, "--demo")
    sign_in(client, "demo-curator", first["demo-curator"])
    client.post("/en/sign-in/password/", {"new_password1": NEW, "new_password2": NEW})

    second = seed(empty_folder, "--demo")

    assert second["demo-curator"] == "is in use, left as it is"
    assert second["demo-viewer"] != first["demo-viewer"]
    assert sign_in(client, "demo-viewer", first["demo-viewer"]).status_code == 400


def test_public_portal_gets_none_unless_told_so(empty_folder, settings):
    settings.SITE_HOST = "sistercities.example.org"
    with pytest.raises(CommandError, match="is a public address"):
        seed(empty_folder, "--demo")
    assert User.objects.count() == 0

    assert len(seed(empty_folder, "--demo-in-public")) == len(ROLES)
