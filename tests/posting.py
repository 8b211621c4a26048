"""Reads a form from a page as a browser would post it, so that a test fills in what a person would and leaves the rest as it was."""

from html.parser import HTMLParser


class FormReader(HTMLParser):
    """The fields of the form with this id: name -> list of values."""

    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside, self.fields = form_id, False, {}
        self.select = self.area = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.inside = attrs.get("id") == self.form_id
        if not self.inside or "disabled" in attrs:
            return
        name = attrs.get("name")
        if tag == "input" and name:
            self._input(name, attrs)
        elif tag == "select" and name:
            self.select = (name, "multiple" in attrs)
        elif tag == "option" and self.select:
            self._option(attrs)
        elif tag == "textarea" and name:
            self.area = name
            self.fields[name] = [""]

    def _input(self, name, attrs):
        kind = attrs.get("type", "text")
        if kind in ("submit", "button", "file") or (kind in ("checkbox", "radio") and "checked" not in attrs):
            return
        self.fields.setdefault(name, []).append(attrs.get("value", "on" if kind == "checkbox" else ""))

    def _option(self, attrs):
        name, multiple = self.select
        value = attrs.get("value", "")
        if "selected" in attrs:
            kept = self.fields.get(name, []) if multiple else []
            self.fields[name] = [*kept, value]
        elif not multiple:
            self.fields.setdefault(name, [value])  # the first, where none is selected

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            if self.area and self.fields[self.area][0].startswith("\n"):
                self.fields[self.area][0] = self.fields[self.area][0].removeprefix("\n")
            self.area = None

    def handle_data(self, data):
        if self.area:
            self.fields[self.area][0] += data


def form_of(html, form_id):
    """The fields of a form in `html` (text), ready to be changed and posted. Rows for JavaScript to copy are left out."""
    reader = FormReader(form_id)
    reader.feed(html)
    return {name: values for name, values in reader.fields.items() if "__prefix__" not in name}
