"""Making one of two organizations: everything that named the one that is given up names the other, and its address leads on."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from events.models import EventOrganizer
from organizations import merging
from organizations.merging import ORGANIZATIONS
from organizations.models import Affiliation, Organization, ProgramPartner
from partnerships.models import NotDuplicate
from sistercities.curation.integrity import findings
from sistercities.curation.merging import Refused, merge, stamp
from sistercities.curation.models import Proposal, SeedKey
from sistercities.curation.story import changes_of
from tests.factories import (
    make_affiliation,
    make_citation,
    make_contact_desk,
    make_event,
    make_figure,
    make_milestone,
    make_organization,
    make_place,
    make_program,
    make_source,
    make_user,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    """An association and its double, which knows more."""
    kept = make_organization("Sister City Society", name_ja="", acronym="SCS")
    return kept, make_organization("Society of Sister Cities", name_ja="姉妹都市協会", founded="1957", website="")


@pytest.fixture
def merger(client):
    client.force_login(make_user("merger"))
    return client


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def page(client, organization, language="en"):
    cache.clear()
    return client.get(f"/{language}{reverse('organization', args=[organization.slug])[3:]}")


def compare(left, right, name="merging-compare"):
    return reverse(name, args=["organizations", left.pk, right.pk])


# What merging does ---------------------------------------------------------------------------------------------------


def test_everything_that_names_the_double_names_the_one_that_lives_on(pair):
    kept, double = pair
    program = make_program(double)
    partner = ProgramPartner.objects.create(program=make_program(), organization=double, role="supporter")
    office, desk = make_organization(parent=double), make_contact_desk(organization=double)
    figure, milestone = make_figure(stated_by=double), make_milestone(organization=double)
    event = make_event(organizers=[double])
    affiliation, inverse = make_affiliation(double), make_affiliation(make_organization(), double)

    merge(ORGANIZATIONS, double, kept)

    assert [fresh(program).organizer, fresh(partner).organization, fresh(office).parent] == [kept] * 3
    assert [fresh(desk).organization, fresh(figure).stated_by, fresh(milestone).organization] == [kept] * 3
    assert [fresh(affiliation).organization, fresh(inverse).partner] == [kept] * 2
    assert [(row.organization, row.role) for row in event.organizer_set.all()] == [(kept, "organizer")]
    assert [relation for relation in _relations(double) if getattr(double, relation).exists()] == []
    assert list(findings()) == []


def _relations(organization):
    return [relation.get_accessor_name() for relation in type(organization)._meta.related_objects]


def test_values_that_are_chosen_live_on_and_the_places_it_works_for_are_put_together(pair):
    kept, double = pair
    japan, ohio = make_place(name_en="Japan"), make_place(name_en="Ohio")
    kept.serves.add(japan)
    double.serves.add(japan, ohio)

    merge(ORGANIZATIONS, double, kept, theirs=["name_ja", "founded"])

    kept = fresh(kept)
    assert (kept.name_en, kept.name_ja, kept.founded) == ("Sister City Society", "姉妹都市協会", "1957")
    assert set(kept.serves.all()) == {japan, ohio}
    assert list(Organization.objects.search("姉妹都市協会").public()) == [kept]


def test_names_that_give_way_stay_in_the_note_for_staff(pair):
    kept, double = pair
    merge(ORGANIZATIONS, double, kept, theirs=["name_en", "name_ja"])

    assert (fresh(kept).name_en, fresh(kept).staff_note) == (
        "Society of Sister Cities",
        "Also recorded as: Sister City Society",
    )


def test_claims_move_and_the_same_words_of_the_same_source_stand_once(pair):
    kept, double = pair
    source = make_source()
    make_citation(kept, source=source)
    make_citation(double, source=source)
    make_citation(double, "founded", "1957", standing="preferred")

    merge(ORGANIZATIONS, double, kept)

    assert sorted(kept.citations.values_list("fact", flat=True)) == ["existence", "founded"]


def test_row_that_would_stand_twice_goes(pair):
    kept, double = pair
    event, program = make_event(organizers=[kept, double]), make_program()
    for organization in pair:
        ProgramPartner.objects.create(program=program, organization=organization, role="supporter")
        make_affiliation(
            organization,
            make_organization("Council", slug="council")
            if organization is kept
            else Organization.objects.get(slug="council"),
        )

    merge(ORGANIZATIONS, double, kept)

    assert [row.organization for row in event.organizer_set.all()] == [kept]
    assert [row.organization for row in program.partners.all()] == [kept]
    assert [row.organization for row in Affiliation.objects.all()] == [kept]
    assert EventOrganizer.history.filter(history_type="-").count() == 1


def test_affiliation_of_the_two_with_one_another_goes(pair):
    make_affiliation(*pair)
    merge(ORGANIZATIONS, pair[1], pair[0])

    assert not Affiliation.objects.exists()


@pytest.mark.parametrize("turned", [False, True])
def test_office_is_not_made_one_with_the_body_that_it_belongs_to(turned):
    head = make_organization("Head")
    office = make_organization("Office", parent=make_organization("Branch", parent=head))
    loser, survivor = (head, office) if turned else (office, head)

    with pytest.raises(Refused, match="Office belongs to Head"):
        merge(ORGANIZATIONS, loser, survivor)
    assert fresh(loser).publication == "published"


def test_fixture_key_and_proposals_follow(pair):
    kept, double = pair
    SeedKey.objects.create(dataset="organization", key="double", object_id=double.pk)
    Proposal.objects.create(dataset="organizations", object_id=double.pk, difference={})

    merge(ORGANIZATIONS, double, kept)

    assert SeedKey.objects.get(key="double").object_id == kept.pk
    assert Proposal.objects.get().object_id == kept.pk


def test_history_of_both_tells(pair):
    kept, double = pair
    merge(ORGANIZATIONS, double, kept, reason="one body, two lists")

    assert changes_of(kept)[0][0].reason == "one body, two lists"
    assert changes_of(double)[0][0].reason == f"Merged into {kept.pk} Sister City Society"


# Where addresses lead ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja"])
def test_address_of_a_merged_organization_leads_to_the_other_in_one_step(client, pair, language):
    kept, double = pair
    first = make_organization("First")
    merge(ORGANIZATIONS, first, double)
    merge(ORGANIZATIONS, double, kept)

    for gone in (first, double):
        answer = page(client, gone, language)
        assert (answer.status_code, answer["Location"]) == (301, f"/{language}/organizations/{kept.slug}/")
        assert "max-age=0" in answer["Cache-Control"]
    assert page(client, kept, language).status_code == 200


def test_address_is_gone_where_the_one_that_lives_on_was_withdrawn(client, pair):
    kept, double = pair
    merge(ORGANIZATIONS, double, kept)
    Organization.objects.filter(pk=kept.pk).update(publication="withdrawn")

    assert page(client, double).status_code == 410


# Who looks alike -----------------------------------------------------------------------------------------------------


def test_organizations_of_one_name_look_alike_unless_they_sit_apart():
    one, other = make_organization("Sister City Society"), make_organization("SISTER CITY SOCIETY")
    kobe = make_organization("Exchange Association", seat=make_place(name_en="Kobe"))
    make_organization("Exchange Association", seat=make_place(name_en="Riga"))
    make_organization("Exchange Association", parent=kobe, seat=kobe.seat)
    japanese = [make_organization(name, name_ja="国際交流協会", seat=kobe.seat) for name in ("A", "B")]

    assert merging.alike() == [(one.pk, other.pk), tuple(record.pk for record in japanese)]


def test_pair_that_was_told_apart_is_not_asked_about_again(merger):
    pair = make_organization("Sister City Society"), make_organization("Sister City Society")
    merger.post(compare(*pair, name="merging-apart"), {"reason": "two"})

    assert (NotDuplicate.objects.get().dataset, merging.alike()) == ("organizations", [])


# Pages ---------------------------------------------------------------------------------------------------------------


def test_overview_lists_them_and_the_page_compares_and_merges(merger):
    pair = [make_organization("Sister City Society", website=site) for site in ("", "https://example.org/")]

    overview = merger.get(reverse("merging")).content.decode()
    look = merger.get(compare(*pair))
    form = {"survivor": pair[0].pk, "value_website": pair[1].pk, "step": "merge", "stamp": stamp(*pair)}
    done = merger.post(compare(*pair), form)

    assert f'href="{compare(*pair)}"' in overview
    assert "Organizations that look alike 1" in text_of(overview)
    assert (look.status_code, done.status_code) == (200, 302)
    assert (fresh(pair[1]).merged_into, fresh(pair[0]).website) == (pair[0], "https://example.org/")
    assert fresh(pair[1]).history.first().history_user is not None


def test_overview_costs_the_same_for_one_pair_and_for_three(merger, django_assert_num_queries):
    for name in ("A", "B", "C"):
        for _twice in range(2):
            make_organization(f"Society {name}", seat=None)
        with django_assert_num_queries(15):
            merger.get(reverse("merging"))


@pytest.mark.parametrize("role", ["viewer", "coordinator", "curator"])
def test_only_mergers_merge(client, pair, role):
    client.force_login(make_user(role))
    form = {"step": "merge", "stamp": stamp(*pair)}

    assert [client.get(compare(*pair)).status_code, client.post(compare(*pair), form).status_code] == [403, 403]
    assert fresh(pair[1]).publication == "published"


def test_locked_organization_is_changed_by_mergers_only(client, pair):
    Organization.objects.filter(pk=pair[0].pk).update(locked=True, lock_reason="edit war")
    address = reverse("admin:organizations_organization_change", args=[pair[0].pk])
    answers = []
    for role in ("curator", "merger"):
        client.force_login(make_user(role))
        answers.append(b'name="_save"' in client.get(address).content)

    assert answers == [False, True]
