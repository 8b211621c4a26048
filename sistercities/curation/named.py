"""Records that are found by their names: an organization, a contact desk, a program, an event.

Their search and sort keys follow from their own columns, so that `save` derives them; a path that writes many rows at once
(the seed) calls `set_keys` itself.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sistercities.core.names import localized
from sistercities.core.text import LAST_KANJI, kana_order, search_condition, search_key, search_tokens, sort_key

from .models import CuratedModel, CuratedQuerySet, Publication

KEYS = ("search_key", "sort_key", "sort_key_ja")


class NamedQuerySet(CuratedQuerySet):
    #: Search keys that a word of a query may match: the record's own, and those of what it points to.
    search_paths = ("search_key",)

    def search(self, text):
        """Records for which every word of `text`, in any script, is found in one of the search keys."""
        found = self
        for token in search_tokens(text):
            found = found.filter(self.token_condition(token))
        return found

    def token_condition(self, token):
        """A published record is not found by the name of another that is hidden; staff find drafts by drafts."""
        condition = Q()
        for path in self.search_paths:
            related = path.removesuffix("search_key")
            found = search_condition(token, path)
            if related:
                found &= Q(**{f"{related}publication": Publication.PUBLISHED}) | ~Q(publication=Publication.PUBLISHED)
            condition |= found
        return condition


class KeyedModel(CuratedModel):
    """A root record with derived keys. The concrete model says from which texts (`search_texts`) and names (`ordered_by`)."""

    search_key = models.TextField(editable=False, blank=True)
    sort_key = models.CharField(max_length=200, editable=False, blank=True)
    sort_key_ja = models.CharField(max_length=200, editable=False, blank=True)

    objects = NamedQuerySet.as_manager()

    class Meta(CuratedModel.Meta):
        abstract = True

    @property
    def url(self):
        return self.get_absolute_url()

    def search_texts(self):
        """Every text by which the record is found."""
        raise NotImplementedError

    def ordered_by(self):
        """What decides the place in a list: the text in English, and the Japanese one, in kana where there is a reading."""
        raise NotImplementedError

    def set_keys(self):
        """Derive the keys in memory."""
        english, japanese = self.ordered_by()
        self.search_key = search_key([text for text in self.search_texts() if text])
        self.sort_key = sort_key(english or japanese)[:200]
        self.sort_key_ja = (kana_order(japanese) if japanese else f"{LAST_KANJI}{self.sort_key}")[:200]

    def save(self, *args, update_fields=None, **kwargs):
        self.set_keys()
        if update_fields is not None:
            update_fields = {*update_fields, *KEYS}
        super().save(*args, update_fields=update_fields, **kwargs)


class NamedModel(KeyedModel):
    """A root record with a name in two languages. A name in one of them is enough."""

    name_en = models.CharField(_("name (English)"), max_length=250, blank=True)
    name_ja = models.CharField(_("name (Japanese)"), max_length=250, blank=True)

    class Meta(KeyedModel.Meta):
        abstract = True
        constraints = [
            *CuratedModel.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(name_en="", name_ja=""),
                name="%(class)s_has_a_name",
                violation_error_message=_("A name is needed in at least one language."),
            ),
        ]

    def __str__(self):
        return localized(self).text

    def search_texts(self):
        return [self.name_en, self.name_ja]

    def ordered_by(self):
        return self.name_en, self.name_ja


def name_indexes(model):
    """Named indexes for the order by name in both languages, of published records only."""
    published = Q(publication="published")
    return [
        models.Index(fields=["sort_key", "id"], condition=published, name=f"{model}_public_by_name_en"),
        models.Index(fields=["sort_key_ja", "id"], condition=published, name=f"{model}_public_by_name_ja"),
    ]


def slug_field():
    return models.SlugField(_("short name in the address"), max_length=120, unique=True)
