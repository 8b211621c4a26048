"""What a file is, told by its first bytes; every kind that is no table is refused in its own words."""

import mmap
import os
import re
from pathlib import PurePath

from django.utils.translation import gettext as _

from . import limits
from .tables import Refused

ZIP = b"PK\x03\x04"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: How the kinds of files that nobody takes for a table begin.
OTHERS = (
    ((b"%PDF",), lambda: _("a PDF document")),
    (
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM\x00", b"II*\x00", b"MM\x00*", b"RIFF", b"\x00\x00\x01\x00"),
        lambda: _("a picture"),
    ),
    (
        (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"PK\x05\x06", b"PK\x07\x08"),
        lambda: _("a packed archive"),
    ),
    ((b"{\\rtf",), lambda: _("a text document (RTF)")),
    ((b"MZ", b"\x7fELF"), lambda: _("a program")),
    ((b"SQLite format 3\x00",), lambda: _("a database")),
)
WEB = re.compile(rb"<(!doctype|html|head|body|table|meta|\?xml|!--|svg)", re.IGNORECASE)
#: What a name must not end with if the file is a text, and if it is a workbook.
WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".ods")
TEXTS = (".csv", ".tsv", ".tab", ".txt")


def check_size(path):
    size = os.stat(path).st_size
    if not size:
        raise Refused(_("This file is empty."))
    if size > limits.MAX_BYTES:
        raise Refused(
            _("This file has %(size)s MB; at most %(most)s MB are read. Divide it into several files.")
            % {"size": -(-size // (1024 * 1024)), "most": limits.MAX_BYTES // (1024 * 1024)}
        )


def workbook_or_text(path, name):
    """`"xlsx"` or `"csv"`; Refused where the file is something else, or where its name says otherwise."""
    suffix = PurePath(str(name).strip().lower()).suffix
    with open(path, "rb") as file:
        start = file.read(1024)
    if start.startswith(OLE2):
        raise Refused(_old_office(path))
    if start.startswith(ZIP):
        if suffix in TEXTS:
            raise Refused(
                _("The name of this file ends in “%(suffix)s”, but it is a workbook or an archive.")
                % {"suffix": suffix}
                + " "
                + _("Give it the ending .xlsx if it is an Excel workbook, or save it as CSV.")
            )
        if suffix == ".xls":
            raise Refused(
                _(
                    "The name of this file ends in “.xls”, but it is a workbook of the new format. Give it the ending .xlsx."
                )
            )
        return "xlsx"
    _refuse_others(start)
    if suffix in WORKBOOKS:
        raise Refused(
            _("The name of this file ends in “%(suffix)s”, but it is no workbook: it holds plain text or is damaged.")
            % {"suffix": suffix}
            + " "
            + _("Open it in Excel, check it, and save it as .xlsx or as CSV.")
        )
    return "csv"


def save_as():
    """What helps with every file that another program can open."""
    return _("Open it in Excel and save it as “Excel workbook (.xlsx)” or as “CSV”.")


def _old_office(path):
    """OLE2 holds old Excel and Word files, and new ones behind a password."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        names = {name: content.find(name.encode("utf-16-le")) >= 0 for name in ("EncryptedPackage", "Workbook", "Book")}
    if names["EncryptedPackage"]:
        return _("This workbook is protected by a password. Take the password off, save it and upload it again.")
    if names["Workbook"] or names["Book"]:
        return _("This is a workbook of the old format (.xls).") + " " + save_as()
    return _("This is a document of an old Office format.") + " " + save_as()


def _refuse_others(start):
    for beginnings, what in OTHERS:
        if start.startswith(beginnings):
            raise Refused(
                _("This file is %(what)s, not a table. Upload a CSV file or an Excel workbook (.xlsx).")
                % {"what": what()}
            )
    # The same bytes with zeros between them are UTF-16.
    text = start.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if WEB.match(text) or text.lower().startswith(b"mime-version:"):
        raise Refused(_("This file is a web page or XML, even if its name says something else.") + " " + save_as())
    if re.match(rb'[{[]\s*["{[]', text):
        raise Refused(_("This file is JSON.") + " " + _("Upload a CSV file or an Excel workbook (.xlsx)."))
