"""The source that a row of an import is cited from: the document that its address names, else the file itself."""

from hashlib import sha256
from urllib.parse import urlsplit

from sistercities.curation.models import Source


def source_of_batch(batch):
    """The source that the coordinator named for the file, else one that stands for the file: the same file is the same source."""
    if batch.source_id:
        return batch.source
    named = batch.answers.get("source", {})
    title, url = named.get("title") or batch.file_name, named.get("url", "")
    fields = {"title_en": title, "title_ja": title, "url": url, "issued": batch.created_at.date().isoformat()}
    return Source.objects.get_or_create(key=f"import-{batch.sha256[:16]}", defaults=fields)[0]


def source_of_url(url):
    """The source with this address; a new one where there is none, called by its host until a curator gives it a title."""
    found = Source.objects.filter(url=url).order_by("pk").first()
    if found:
        return found
    key = f"web-{sha256(url.encode()).hexdigest()[:16]}"
    host = urlsplit(url).hostname or ""
    return Source.objects.get_or_create(key=key, defaults={"url": url, "title_en": url[:300], "publisher": host[:200]})[
        0
    ]
