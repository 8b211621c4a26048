"""Numbers in the texts of pages: each is a claim of the ledger or a count, never typed."""

from django import template

from organizations.models import Figure

register = template.Library()


@register.simple_tag
def published_figure(slug):
    """`{% published_figure "jlgc-united-states" as figure %}`: a figure of the ledger, or nothing where it is not published."""
    return Figure.objects.public().filter(slug=slug).select_related("stated_by").first()
