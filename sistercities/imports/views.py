"""The pages of the import desk: bring a file, see what it would do, confirm it, look at what it did, take it back."""

import io
from tempfile import TemporaryFile
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sistercities.core.jinja import render

from . import actions, undoing
from .doors import BatchView, DeskView, StepView, decidable, importable, visible
from .forms import UploadForm, known_sources
from .headings import PROBLEMS_HEADING
from .models import BatchState, RowState, Task
from .problems import describe
from .questions import questions_of
from .reading import Choice, Refused, limits, open_table
from .resources import resource_for
from .showing import (
    asks_for_dates,
    counts_of,
    filtered,
    problems_by_line,
    reading_of,
    shown_rows,
)
from .worklists import WAITING
from .writing import TemplateColumn, annotated, template

#: Rows of a preview on one page, and imports of the list.
PAGE = 50
BATCHES = 20
#: Rows edited since that the page of taking back names one by one.
MOST_EDITED = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def number_of_page(text, pages):
    """The page that an address asks for, kept between the first and the last."""
    return min(max(int(text), 1), pages) if text.isascii() and text.isdigit() and len(text) < 8 else 1


class Imports(DeskView):
    """All imports that a person may see, and the form that brings a file."""

    parameters = ("dataset", "page", "worklist")

    def get(self, request):
        return self.show(UploadForm(datasets=importable(request.user), initial={"dataset": request.GET.get("dataset")}))

    def post(self, request):
        datasets = importable(request.user)
        if not datasets:
            raise PermissionDenied(_("You may look at imports, but not bring files."))
        form = UploadForm(request.POST, request.FILES, datasets=datasets)
        if getattr(request, "is_too_large", False):
            form.errors.pop("file", None)
            size = {"most": limits.MAX_BYTES // 2**20}
            form.add_error("file", _("This file is larger than %(most)s MB. Divide it into several files.") % size)
        if form.is_valid():
            try:
                return self.receive(form)
            except Refused as error:
                form.add_error("file", str(error))
        return self.show(form, status=400)

    def receive(self, form):
        cleaned = form.cleaned_data
        batch = actions.receive(cleaned["file"], cleaned["dataset"], user=self.request.user, source=cleaned["source"])
        if form.new_source:
            actions.settle_reading(batch, answers={"source": form.new_source})
        try:
            actions.check(batch)
        except actions.Conflict as error:  # the file is kept, and can be checked from its page
            messages.warning(self.request, str(error))
        return redirect(batch)

    def show(self, form, status=200):
        user = self.request.user
        batches = visible(user)
        waiting = batches.waiting_for(user, decidable(user))
        worklist = self.request.GET.get("worklist") == WAITING
        given = {"worklist": WAITING} if worklist else {}
        batches = waiting if worklist else batches
        total = batches.count()
        pages = max(1, -(-total // BATCHES))
        number = number_of_page(self.request.GET.get("page", ""), pages)
        listed = list(batches[(number - 1) * BATCHES : number * BATCHES])
        for batch in listed:
            batch.title_of_dataset = title_of(batch)
            batch.waits = batch.state == BatchState.REVIEW and batch.created_by_id != user.pk and not batch.task
        context = {
            "form": form,
            "datasets": importable(user),
            "sources": known_sources(),
            "limits": limits,
            "megabytes": limits.MAX_BYTES // 2**20,
            "batches": listed,
            "total": total,
            "waiting": waiting.count(),
            "only_waiting": worklist,
            "pagination_html": pagination(self.request, given, number, pages),
        }
        return self.page("imports/list.html", context, status=status)


class Import(BatchView):
    """One import by its state: progress, preview, what was decided, what it did."""

    parameters = ("show", "page")

    def get(self, request):
        self.setup_batch()
        context = {"batch": self.batch, "rights": self.rights, "dataset_title": title_of(self.batch)}
        if self.batch.is_running:
            return self.page("imports/running.html", context | progress(self.batch))
        if request.headers.get("HX-Request"):  # the task has ended while its page was open: it is another page now
            return HttpResponse(headers={"HX-Refresh": "true"})
        return self.page("imports/import.html", context | self.preview())

    def preview(self):
        batch, resource = self.batch, self.resource
        reading = reading_of(batch, resource)
        counts = counts_of(batch)
        show = self.request.GET.get("show", "")
        show = show if dict(filter_counts(counts)).get(show) else ""
        rows = filtered(batch.rows.order_by("line"), show)
        pages = max(1, -(-dict(filter_counts(counts))[show] // PAGE))
        number = number_of_page(self.request.GET.get("page", ""), pages)
        open_rows = counts["problem"] + counts["question"]
        context = {
            "reading": reading,
            "counts": counts,
            "filters": filters(batch, counts, show),
            "show": show,
            "number": number,
            "pages": pages,
            "rows": shown_rows(batch, list(rows[(number - 1) * PAGE : number * PAGE]), reading, resource),
            "pagination_html": pagination(self.request, {"show": show}, number, pages),
            "said": [describe(problem) for problem in batch.problems],
            "headings": self.headings(reading) if self.rights.settles else [],
            "columns": [(name, column.heading) for name, column in resource.fields.items()],
            "to_write": counts["new"] + counts["changed"],
            "open_rows": open_rows,
            "has_file": batch.path.exists(),
        }
        if self.rights.settles and open_rows:
            questions, total = questions_of(batch, reading, resource)
            dates = counts["problem"] and asks_for_dates(batch)
            context |= {"questions": questions, "questions_total": total, "asks_for_dates": dates}
        return context

    def headings(self, reading):
        """Each heading with what it was understood to be and whether that is asked; asked ones first."""
        asked = {int(found["column"]) for found in self.batch.problems if found["column"].isdigit()}
        listed = [
            {
                "position": position,
                "heading": heading,
                "column": reading.columns.names.get(position, ""),
                "left_out": self.batch.headings.get(str(position)) == "",
                "asked": position in asked,
            }
            for position, heading in enumerate(reading.headings)
        ]
        return sorted(listed, key=lambda one: not one["asked"])


class Undo(StepView):
    """What taking an import back does, and doing it."""

    def get(self, request):
        self.setup_batch()
        self.check_undo()
        said = undoing.preview(self.batch)
        edited = said.pop("edited")
        rows = list(self.batch.rows.filter(line__in=[row.line for row in edited[:MOST_EDITED]]))
        reading = reading_of(self.batch, self.resource)
        context = {
            "batch": self.batch,
            **said,
            "total": sum(said.values()),
            "edited_count": len(edited),
            "edited": shown_rows(self.batch, rows, reading, self.resource),
        }
        return self.page("imports/undo.html", context)

    def take(self):
        self.check_undo()
        posted = self.request.POST
        reason = posted.get("reason", "").strip()
        actions.undo(self.batch, user=self.request.user, reason=reason, edited="edited" in posted)

    def check_undo(self):
        self.must(self.rights.decides)
        if not self.rights.undoes or self.batch.is_running:
            raise actions.Conflict(actions.said_of(self.batch))


class AnnotatedFile(BatchView):
    """The file as it came, with one more column that says what is wrong in each line."""

    def get(self, request):
        self.setup_batch()
        if self.batch.is_running:
            raise actions.Conflict(_("This import is being checked. Wait until it is done."))
        try:
            table = open_table(self.batch.path, self.batch.file_name, Choice(**self.batch.choice))
        except (Refused, FileNotFoundError) as error:
            raise actions.Conflict(_("This file cannot be given back with its problems.")) from error
        reading = reading_of(self.batch, self.resource)
        # A file of its own without a name: nothing is left of it, however the answer ends.
        out = TemporaryFile()  # noqa: SIM115
        annotated(table, problems_by_line(self.batch, self.resource, reading), out, _problems_heading())
        out.seek(0)
        content_type = XLSX if table.kind == "xlsx" else "text/csv"
        return FileResponse(out, as_attachment=True, filename=self.name_of(table), content_type=content_type)

    def name_of(self, table):
        stem, dot, suffix = self.batch.file_name.rpartition(".")
        marked = pgettext("file name", "problems")
        return f"{stem}-{marked}.{suffix}" if dot and stem else f"{self.batch.file_name}-{marked}.{table.kind}"


def _problems_heading():
    from django.utils.translation import get_language

    return dict(zip(("en", "ja"), PROBLEMS_HEADING, strict=True)).get(get_language(), PROBLEMS_HEADING[0])


class Template(DeskView):
    """An empty workbook for a dataset, in the language of the page."""

    def get(self, request, dataset):
        resource = resource_for(dataset)
        if resource is None:
            raise Http404
        if not actions.may_import(request.user, dataset):
            raise PermissionDenied(_("You may look at imports, but not bring files."))
        columns = [
            TemplateColumn(name, str(column.heading), str(column.help), column.choices, column.example)
            for name, column in resource.columns()
        ]
        out = io.BytesIO()
        template(columns, out, str(resource.title()))
        name = quote(f"{dataset}.xlsx")
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(out.getvalue(), content_type=XLSX, headers=headers)


def title_of(batch):
    """What a batch holds, in words; the name of a dataset that is no more as it is."""
    resource = resource_for(batch.dataset)
    return resource.title() if resource else batch.dataset


def progress(batch):
    """How far the running task is, in numbers and words."""
    share = (
        min(100, 100 * batch.rows_done // batch.rows_total) if batch.task == Task.CHECK and batch.rows_total else None
    )
    return {
        "share": share,
        # Said aloud in steps of ten, or it would never be quiet.
        "share_said": share // 10 * 10 if share is not None else None,
        "rows_to_write": None
        if batch.task == Task.CHECK
        else batch.rows.filter(state__in=["new", "changed"], excluded=False).count(),
    }


def filters(batch, counts, show):
    """The filters of the rows that would show any: address, words, number, whether it is in use."""
    labels = {state: RowState(state).label for state in RowState.values}
    labels |= {
        "": _("all rows"),
        "question": _("with a question"),
        "disagreement": _("sources disagree"),
        "excluded": _("left out"),
    }
    path = batch.get_absolute_url()
    return [
        {
            "url": f"{path}?show={name}#rows" if name else f"{path}#rows",
            "label": labels[name],
            "count": count,
            "current": name == show,
        }
        for name, count in filter_counts(counts)
        if count
    ]


def filter_counts(counts):
    """(filter, number of rows) in the order in which they are shown."""
    yield "", counts["total"]
    for state in (RowState.PROBLEM, RowState.QUESTION, RowState.NEW, RowState.CHANGED):
        yield state, counts["asking" if state == RowState.QUESTION else state]
    for name in ("disagreement", "unchanged", "excluded"):
        yield name, counts[name]


def pagination(request, kept, number, pages):
    """The links to the pages of a list, as every list of the directory has them."""
    if pages < 2:
        return ""

    def url(page):
        query = "&".join(f"{name}={quote(str(value))}" for name, value in (kept | {"page": page}).items() if value)
        return f"{request.path}?{query}#rows"

    links = []
    for page in sorted({1, pages, *range(max(1, number - 2), min(pages, number + 2) + 1)}):
        if links and page - links[-1]["number"] > 1:
            links.append({"url": "", "number": page})
        label = _("Page %(number)s") % {"number": page}
        links.append({"number": page, "label": label, "url": url(page), "current": page == number})
    return render(
        "listing/pagination.jinja",
        links=links,
        previous=url(number - 1) if number > 1 else "",
        following=url(number + 1) if number < pages else "",
    )
