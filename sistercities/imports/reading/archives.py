"""The zip archive that a workbook is, opened with distrust: what it says of its own size is not believed."""

import re
import struct
import zipfile
import zlib
from contextlib import contextmanager
from xml.parsers import expat

from django.utils.translation import gettext as _

from . import limits
from .tables import Refused

BLOCK = 64 * 1024
#: Bytes of the archive's table of contents per entry, more than any spreadsheet program writes.
ENTRY = 1024
END = struct.Struct("<4s4H2LH")
END_64, LOCATOR_64 = struct.Struct("<4sQ2H2L4Q"), struct.Struct("<4sLQL")
#: What the standard library raises for archives and XML that are cut, bent or made up.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, struct.error, NotImplementedError, RuntimeError),
    *(ValueError, LookupError, OverflowError, OSError, AttributeError, TypeError),
)


@contextmanager
def sound():
    """Whatever goes wrong with a bent workbook inside is a refusal in words."""
    try:
        yield
    except Refused:
        raise
    except BROKEN:
        raise damaged() from None


def damaged():
    return Refused(
        _("This workbook is damaged: it cannot be read.")
        + " "
        + _("Open it in Excel, let Excel repair it and save it again.")
    )


def too_large():
    return Refused(
        _("This workbook unpacks to far more than it should: %(most)s MB, or %(ratio)s times its size, is the limit.")
        % {"most": limits.MAX_UNPACKED // (1024 * 1024), "ratio": limits.MAX_RATIO}
        + " "
        + _("Save the sheet as CSV.")
    )


class Archive:
    """A zip archive whose every byte is counted while it unpacks."""

    def __init__(self, path):
        with sound():
            check_contents(path)
            self._zip = zipfile.ZipFile(path)
        self.entries = {info.filename: info for info in self._zip.infolist()}
        self._unpacked = 0

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        self._zip.close()

    def check(self):
        """Unpack everything once, keeping nothing, before any part is believed."""
        with sound():
            for info in self._zip.infolist():
                for number, block in enumerate(self.blocks(info)):
                    if number == 0 and info.filename.endswith((".xml", ".rels")):
                        check_prolog(block)
        self._unpacked = 0

    def blocks(self, info):
        """The unpacked bytes of an entry, a block at a time; Refused as soon as a limit is passed."""
        if info.flag_bits & 1:
            raise Refused(
                _("This workbook is protected by a password. Take the password off, save it and upload it again.")
            )
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged()
        size = 0
        with self._zip.open(info) as file:
            while block := file.read(BLOCK):
                size += len(block)
                self._unpacked += len(block)
                if self._unpacked > limits.MAX_UNPACKED:
                    raise too_large()
                if size > limits.RATIO_FROM and size > limits.MAX_RATIO * max(info.compress_size, 1):
                    raise too_large()
                yield block

    def parse(self, name, parser):
        """Feed the part `name` to an expat parser; yields after each block, so that what was found can be passed on."""
        parser.StartDoctypeDeclHandler = refuse_dtd
        for block in self.blocks(self.entries[name]):
            parser.Parse(block, False)
            yield
        parser.Parse(b"", True)
        yield


def refuse_dtd(*_declaration):
    raise Refused(
        _(
            "This workbook declares a document type (DTD), which no spreadsheet program does; it is not read for safety's sake."
        )
    )


def check_prolog(block):
    """Refuse a document type in a part that is never parsed: nothing honest holds one."""
    if re.search(rb"<!doctype", block[:4096].replace(b"\x00", b""), re.IGNORECASE):
        refuse_dtd()


def check_contents(path):
    """Refuse an archive with too many entries before its table of contents is read into memory."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_536 - END.size - LOCATOR_64.size))
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or at + END.size > len(tail):
            raise damaged()
        _sign, _disk, _start, _here, entries, length, _offset, _comment = END.unpack_from(tail, at)
        if tail[at - LOCATOR_64.size : at][:4] == b"PK\x06\x07":
            _sign, _disk, place, _disks = LOCATOR_64.unpack_from(tail, at - LOCATOR_64.size)
            file.seek(min(place, size))
            *_others, entries, length, _offset = END_64.unpack(file.read(END_64.size))
    if entries > limits.MAX_ENTRIES or length > limits.MAX_ENTRIES * ENTRY:
        raise Refused(
            _("This archive has more than %(most)s parts; no workbook has so many.")
            % {"most": f"{limits.MAX_ENTRIES:,}"}
        )
