"""bookmaker: one issue of a Chinese magazine, from the text layer of its PDF to EPUB 3 and archival PDF."""

__version__ = "0.1.0"
