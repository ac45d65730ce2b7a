"""The blocks lessons are made of."""

from wagtail import blocks


def body_blocks() -> list[tuple[str, blocks.Block]]:
    """Name and block, for the body of a lesson or a plain page."""
    return [("text", blocks.RichTextBlock())]
