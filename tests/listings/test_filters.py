"""Every list: what its filters select and say."""

import json

import pytest
from django.utils.translation import override

from .reading import chip_links, listing_of, shown_options

pytestmark = pytest.mark.django_db


def test_count_of_an_option_is_the_number_of_records_behind_it(ids, dataset, rf, world):
    options = shown_options(dataset, rf)
    found = {(name, value): len(ids("csv", f"{name}={value}")) for name, value, _count in options}

    assert found == {(name, value): count for name, value, count in options}
    assert len({name for name, _value in found}) > 2


def test_count_of_an_option_holds_beside_another_filter(ids, dataset, rf, world):
    others = {name: value for name, value, _count in shown_options(dataset, rf)}
    for other in [*(f"{name}={value}" for name, value in others.items()), "q=Seattle", "q=Kobe"]:
        name_of_other = other.partition("=")[0]
        options = [option for option in shown_options(dataset, rf, other) if option[0] != name_of_other]
        found = {(name, value): len(ids("csv", f"{other}&{name}={value}")) for name, value, _count in options}

        assert found == {(name, value): count for name, value, count in options}, other


def test_filter_gives_whole_records_and_none_twice(ask, dataset, rf, world):
    everything = {result["id"]: result for result in json.loads(ask("json").body)["results"]}
    options = [f"{name}={value}" for name, value, _count in shown_options(dataset, rf)]
    for query in [*options, "&".join(options), "q=Kobe"]:
        results = json.loads(ask("json", query).body)["results"]
        assert len({result["id"] for result in results}) == len(results), query
        assert results == [everything[result["id"]] for result in results], query


def test_name_given_twice_means_or_and_different_names_mean_and(ids, dataset, rf, world):
    options = shown_options(dataset, rf)
    (name, one), (_name, other) = next(
        ((name, value), later[:2])
        for index, (name, value, _count) in enumerate(options)
        for later in options[index + 1 :]
        if later[0] == name
    )
    union = set(ids("csv", f"{name}={one}")) | set(ids("csv", f"{name}={other}"))

    assert set(ids("csv", f"{name}={one}&{name}={other}")) == union
    for other_name, value, _count in options:
        if other_name != name:
            both = set(ids("csv", f"{name}={one}")) & set(ids("csv", f"{other_name}={value}"))
            assert set(ids("csv", f"{name}={one}&{other_name}={value}")) == both


def test_chip_leads_to_the_list_without_its_filter(ask, ids, client, dataset, rf, world):
    options = [f"{name}={value}" for name, value, _count in shown_options(dataset, rf)]
    for left, right in zip(options, options[1:], strict=False):
        query = f"{left}&{right}&sort=name"
        rest = {link.partition("?")[2] for link in chip_links(ask("page", query))}

        assert rest == {"&".join(sorted([left, "sort=name"])), "&".join(sorted([right, "sort=name"]))}, query


def test_filter_with_one_value_that_every_record_has_is_not_offered(dataset, sample, rf):
    sample.make(1)

    options = shown_options(dataset, rf)
    total = listing_of(dataset, rf).select().total
    for name in {name for name, _value, _count in options}:
        assert [count for other, _value, count in options if other == name] != [total], name


def test_every_filter_that_divides_the_records_is_offered(dataset, rf, world):
    listing = listing_of(dataset, rf)
    index = listing.index()
    dividing = {
        facet.name
        for facet in listing.facets
        if facet.shown
        and any(0 < count < index.everything.bit_count() for count in index.counts(facet.name, {}).values())
    }

    assert {name for name, _value, _count in shown_options(dataset, rf)} >= dividing


# Words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja"])
def test_filters_and_columns_are_explained(dataset, language):
    view = dataset.view
    with override(language):
        words = {
            **{
                f"filter {name}": str(filter_.label or "")
                for name, filter_ in view.filterset_class.base_filters.items()
            },
            **{f"column {column.name}": str(column.help or "") for column in view.columns},
            **{f"sort {name}": str(sort.label or "") for name, sort in view.sorts.items()},
            **{f"facet {facet.name}": str(facet.label or "") for facet in view.facets},
            "title": str(view.title),
        }

    assert [name for name, text in words.items() if not text] == []
    assert [name for name, text in words.items() if any(char > "\u3000" for char in text) != (language == "ja")] == []


def test_columns_have_names_of_their_own(dataset):
    names = [column.name for column in dataset.view.columns]

    assert (sorted(set(names)), names[0]) == (sorted(names), "id")
