"""The ways from the admin to the import desk."""

from django import template
from django.urls import reverse

from sistercities.imports import actions
from sistercities.imports.resources import registry

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_address(context):
    """`{% desk_address as address %}`: the import desk, for who may see it."""
    user = getattr(context.get("request"), "user", None)
    return reverse("imports") if user and user.has_perm("imports.view_importbatch") else ""


@register.simple_tag(takes_context=True)
def import_address(context, opts):
    """`{% import_address cl.opts as address %}`: the desk with the dataset of this model chosen; "" where there is none for this person."""
    user = context["request"].user
    for dataset, resource in registry().items():
        if resource.model._meta.label == opts.label and actions.may_import(user, dataset):
            return f"{reverse('imports')}?dataset={dataset}"
    return ""
