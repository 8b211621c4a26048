"""Content in two languages: which of the columns `*_en`, `*_ja`, `*_local` a reader sees."""

from typing import NamedTuple

from django.utils.translation import get_language


class LocalizedText(NamedTuple):
    """A text with the language it is in (`en`, `ja`, or `""`: not known) and whether that is not the one asked for."""

    text: str
    lang: str
    is_fallback: bool


def content_language():
    """The language of content for the active language of the interface: `ja`, or else `en`."""
    return "ja" if (get_language() or "").startswith("ja") else "en"


def localized(obj, field="name", language=None):
    """The text of `obj.<field>_<language>`; failing that the other language's, then `obj.<field>_local`, then an empty text.

    `language` (`en` or `ja`) is the active one unless given: code that writes many rows asks for it once.
    """
    lang = language or content_language()
    if text := getattr(obj, f"{field}_{lang}", ""):
        return LocalizedText(text, lang, False)
    other = _other(lang)
    if text := getattr(obj, f"{field}_{other}", ""):
        return LocalizedText(text, other, True)
    if text := getattr(obj, f"{field}_local", ""):
        return LocalizedText(text, "", True)
    return LocalizedText("", lang, False)


def other_script(obj, language=None):
    """The name in the other of the two languages as `(text, lang)`; None where there is none or it is already the one shown."""
    lang = language or content_language()
    other = _other(lang)
    text = getattr(obj, f"name_{other}", "")
    shown = getattr(obj, f"name_{lang}", "")
    return (text, other) if text and shown and text != shown else None


def _other(lang):
    return "en" if lang == "ja" else "ja"
