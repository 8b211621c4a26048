"""Files on their way in: never more than the limit is stored, and only where this portal keeps its own."""

from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler

from .reading.limits import MAX_BYTES


class Limit(FileUploadHandler):
    """Stands first: past the limit the rest of the request is read and thrown away, and the request says so."""

    received = 0

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        if self.received > MAX_BYTES:
            self.request.is_too_large = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size):
        return None


class Incoming(TemporaryUploadedFile):
    """A file while it comes in. It lies beside the kept ones, where the sweep finds what a crash leaves, not in a folder for all."""

    def __init__(self, name, content_type, size, charset, content_type_extra=None):
        folder = Path(settings.VAR_DIR) / "imports"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = NamedTemporaryFile(prefix="incoming-", dir=folder)  # noqa: SIM115  (Django closes it with the request)
        UploadedFile.__init__(self, file, name, content_type, size, charset, content_type_extra)


class InOwnFolder(TemporaryFileUploadHandler):
    def new_file(self, *args, **kwargs):
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = Incoming(self.file_name, self.content_type, 0, self.charset, self.content_type_extra)
