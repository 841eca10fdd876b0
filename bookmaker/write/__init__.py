"""Writers: one rendered book becomes an EPUB or a PDF."""
