"""The cover's document; its picture is given by the user or drawn by ``cover_image``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookmaker.book import Chapter, Resource
from bookmaker.render.images import prepare
from bookmaker.render.words import number_in_words
from bookmaker.render.xhtml import element

if TYPE_CHECKING:
    from bookmaker.model import Metadata
    from bookmaker.render.chapter import Setting
    from bookmaker.render.words import Words
    from bookmaker.settings import ImageSettings


def given_cover(name: str, data: bytes, limits: ImageSettings) -> Resource:
    """Return a cover that the user gave; raises InputError as ``images.prepare`` does."""
    picture = prepare(data, name, limits)
    suffix = picture.media_type.removeprefix("image/").removesuffix("+xml").replace("jpeg", "jpg")
    return Resource(f"../images/cover.{suffix}", picture.media_type, picture.data)


def cover_page(picture: Resource, metadata: Metadata, setting: Setting, words: Words) -> Chapter:
    """Return the document that shows the cover full page."""
    root, body = setting.document(words.cover, "frontmatter")
    section = element(body, "section", css="cover", epub="cover", id="cover", aria_label=words.cover)
    alternative = f"{words.cover}：{metadata.title} {number_in_words(metadata)}".rstrip()
    element(section, "img", role="doc-cover", src=picture.href, alt=alternative)
    return Chapter("cover", "cover.xhtml", words.cover, "cover", root)
