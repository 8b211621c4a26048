"""Taking back one change of a record: its facts and rows become what they were before it, by the same actions as any edit.

A fact that a later change touched stays as it is, and with it everything else: half a change is not taken back. A revert is a change of
its own, and can be reverted.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext

from sistercities.core.models import public_change

from .actions import contested_facts, settle
from .history import because, one_entry, telling
from .models import Citation, Standing
from .refusals import refusal
from .story import column_of, edited, label_of, named, row_label, row_words, value_at, words
from .versions import lock, parts_of

_rows, _followers = {}, {}


def restore_rows(model, function):
    """Let `function(record, rows, reason)` write the rows of `model` below a record; `rows` are `{column: value}`, in no order."""
    _rows[model] = function


def follow_reverts(model, function):
    """Let `function(record)` derive what follows from a record of `model`, or from its rows, once a change was taken back."""
    _followers[model] = function


class NotReverted(Exception):
    """The change was not taken back; `lines` say why, a line each. Nothing has changed."""

    def __init__(self, lines):
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass
class Later:
    """A fact that is no longer as the change left it: what the change made of it, and what it is now, in words."""

    label: str
    made: str
    now: str


def later(change):
    """What later changes did to the facts and rows of a change; empty where it can be taken back."""
    others = named(change.steps)
    found = []
    for step in change.steps:
        current = step.part.model._base_manager.filter(pk=step.entry.id).first()
        if step.before and step.after and current is not None:
            found += _touched(step, current, others)
        elif (step.after is None) == (current is not None):
            found.append(_came_or_went(step, current, others))
        elif step.after and current is not None:  # a row that was added is taken out only as it was added
            found += _touched(step, current, others, edited(step.part.model))
    return found


def _touched(step, current, others, names=None):
    model, found = step.part.model, []
    for name in names or step.changed:
        made, now = value_at(step.after, name), current_value(current, name)
        if made != now:
            label = label_of(model, name)
            if step.part.owner != model._meta.pk.attname:
                label = gettext("%(row)s: %(field)s") % {"row": row_label(step, step.after, others), "field": label}
            known = {**others, **_names_of(model, name, now)}
            found.append(Later(label, words(model, name, made, others), words(model, name, now, known)))
    return found


def _came_or_went(step, current, others):
    """A row that the change left and is gone, or took out and is there again."""
    held = step.after or step.before
    there, gone = row_words(step, held, others), gettext("removed")
    label = row_label(step, held, others)
    return Later(label, gone, there) if current is not None else Later(label, there, gone)


def current_value(current, name):
    """What a record or row holds now, in the form of `story.value_at`."""
    value = getattr(current, name)
    return sorted(value.values_list("pk", flat=True)) if hasattr(value, "values_list") else value


def _names_of(model, name, value):
    related = column_of(model, name).related_model
    ids = value if isinstance(value, list) else [value]
    return (
        {(related, pk): str(found) for pk, found in related._base_manager.in_bulk(filter(None, ids)).items()}
        if related
        else {}
    )


def revert(record, change, *, user, reason=""):
    """Take back `change` (`story.Change`) of `record`. Raises `NotReverted`; then nothing has changed."""
    said = gettext("Revert of %(number)s: %(reason)s") % {"number": change.number, "reason": reason or change.reason}
    try:
        with public_change():
            _revert(record, change, user, said[:100])
    except ValidationError as error:
        raise NotReverted(error.messages) from None
    except IntegrityError as error:
        models = [part.model for part in parts_of(type(record))]
        raise NotReverted([refusal(error, *models)]) from None


def _revert(record, change, user, reason):
    lock(record)
    if not change.can_be_reverted:
        raise NotReverted([gettext("This change cannot be taken back: a record that was made is withdrawn instead.")])
    if any("merged_into_id" in step.changed for step in change.steps):
        raise NotReverted(
            [gettext("Two records that were made one are not taken apart again. Record the second one anew.")]
        )
    found = later(change)
    if found:
        said = gettext("%(label)s: this change made it “%(made)s”, since then it became “%(now)s”.")
        raise NotReverted([said % vars(line) for line in found])
    record.refresh_from_db()
    because(reason, record)
    with telling(reason, user), one_entry(record, reason=reason, user=user):
        for part in parts_of(type(record))[1:]:
            steps = [step for step in change.steps if (step.part.model, step.part.owner) == (part.model, part.owner)]
            if steps:
                _restore(record, part, steps, reason, user)
        _restore_record(record, change)
        _settle_again(record, change)
        if type(record) in _followers:
            _followers[type(record)](record)


def _restore(record, part, steps, reason, user):
    """The rows of one table as they were."""
    if part.model in _rows:
        rows = {row.pk: row for row in part.model.objects.filter(**{part.owner: record.pk})}
        held = {pk: {name: getattr(row, name) for name in edited(part.model)} for pk, row in rows.items()}
        held |= {
            step.entry.id: step.before and {name: getattr(step.before, name) for name in edited(part.model)}
            for step in steps
        }
        _rows[part.model](record, [row for row in held.values() if row], reason)
        return
    if hasattr(part.model, "make_room"):
        part.model.make_room([step.entry.id for step in steps])
    for step in sorted(steps, key=lambda step: step.before is not None):
        _restore_row(part.model, step, reason, user)


def _restore_row(model, step, reason, user):
    current = model.objects.filter(pk=step.entry.id).first()
    if step.before is None:
        because(reason, current)
        current.delete()
        return
    row = current or model(pk=step.entry.id)
    names = step.changed if current else edited(model)
    plain, links = _split(model, names)
    for name in plain:
        setattr(row, name, getattr(step.before, name))
    row.validate_constraints()
    because(reason, row)
    if not links:
        row.save(force_insert=current is None)
        return
    with one_entry(row, kind="~" if current else "+", reason=reason, user=user):
        row.save(force_insert=current is None)
        for name in links:
            getattr(row, name).set(value_at(step.before, name))


def _split(model, names):
    links = {found.name for found in model.history.model._history_m2m_fields}
    return [name for name in names if name not in links], [name for name in names if name in links]


def _restore_record(record, change):
    step = change.root
    record.refresh_from_db()
    plain, links = _split(type(record), step.changed if step else ())
    for name in plain:
        setattr(record, name, getattr(step.before, name))
    record.validate_constraints()
    record.save()
    for name in links:
        getattr(record, name).set(value_at(step.before, name))


def _settle_again(record, change):
    """What the preferred claims say now stands on the record again; whether it is contested follows."""
    if not getattr(record, "claimable", ()):
        return
    claims = list(record.citations.select_related("source"))
    touched = set(change.root.changed if change.root else ()) | _facts_of(change)
    for fact in record.claimable:
        preferred = next(
            (claim for claim in claims if (claim.fact, claim.standing) == (fact, Standing.PREFERRED)), None
        )
        if preferred and touched & {fact, f"{fact}_id"}:
            settle(record, fact, preferred)
    contested = bool(contested_facts(claims, record.contestable))
    if record.contested != contested:
        record.contested = contested
        record.save(update_fields=["contested", "updated_at"])


def _facts_of(change):
    steps = (step for step in change.steps if issubclass(step.part.model, Citation))
    return {entry.fact for step in steps for entry in (step.before, step.after) if entry}
