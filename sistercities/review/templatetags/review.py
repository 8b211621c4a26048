"""The ways from the public pages to the form, and from the admin to the queue."""

from django import template
from django.urls import reverse

from sistercities.imports.resources import registry

register = template.Library()


@register.simple_tag
def suggest_address(record):
    """`{% suggest_address record as address %}`: the form that corrects a record; "" where its dataset asks for nothing."""
    for dataset, resource in registry().items():
        if resource.model._meta.label == record._meta.label and resource.for_visitors:
            return reverse("suggest", args=[dataset, record.pk])
    return ""


@register.simple_tag(takes_context=True)
def review_address(context):
    """`{% review_address as address %}`: the queue, for who may see it."""
    user = getattr(context.get("request"), "user", None)
    return reverse("review") if user and user.is_staff and user.has_perm("curation.view_proposal") else ""
