"""The README states figures of the data: they are the figures of the data."""

import re

import pytest

from events.models import Event, Milestone
from organizations.models import ContactDesk, Figure, Organization, Program, ProgramEdition
from partnerships.models import Act, Partnership, PartnershipCitation, Place
from sistercities.curation.models import Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("directory")]


def test_readme_states_the_figures_of_the_data(project):
    text = (project / "README.md").read_text()
    stated = re.findall(r"^\| ([^|]+) \| ([\d,]+) \| ([\d,]+) \|$", text, re.MULTILINE)
    public = Partnership.objects.public()
    america, canada = (public.at(Place.objects.get(path=path)) for path in ("us", "ca"))
    known = {tie.pk for ties in (america, canada) for tie in ties}
    others = public.exclude(pk__in=known)
    groups = {"the United States": america, "Canada": canada, "ASEAN countries and India": others, "all": public}

    assert stated == [
        (label, f"{ties.count():,}", f"{ties.exclude(established='').count():,}") for label, ties in groups.items()
    ]


def test_readme_states_the_figures_behind_the_ties(project):
    words = " ".join((project / "README.md").read_text().split())
    review = Partnership.objects.filter(publication="review").count()

    assert (
        f"the data holds {PartnershipCitation.objects.count():,} claims of {Source.objects.count():,} sources" in words
    )
    assert f"and {Act.objects.count()} dated acts." in words
    assert f"{review} further ties wait in review" in words
    assert f"Places: {Place.objects.count():,}, among them all 1,741 municipalities" in words


def test_readme_states_the_figures_of_the_other_records(project):
    words = " ".join((project / "README.md").read_text().split())

    assert (
        f"{Organization.objects.count()} organizations, {Program.objects.count()} programs with "
        f"{ProgramEdition.objects.count()} editions, {ContactDesk.objects.count()} contact desks, {Event.objects.count()} events, "
        f"{Figure.objects.count()} published figures and {Milestone.objects.count()} milestones." in words
    )
