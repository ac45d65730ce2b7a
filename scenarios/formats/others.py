"""Passages of Chapbook, of Snowman, and of story formats unknown here: links and text alone."""

import re

from django.utils.translation import gettext as _

from scenarios.formats.bodies import COMMENT, LINK, TAG, Reader


class Chapbook(Reader):
    pattern = re.compile(
        rf"{COMMENT}|(?P<vars>\A(?:[^\n:\[\]{{}}]+:[^\n]*\n|[ \t]*\n)+--[ \t]*(?:\n|\Z))"
        rf"|{LINK}|(?P<modifier>^\[[^\[\]\n]{{1,200}}\][ \t]*$)|(?P<insert>\{{[^{{}}\n]{{1,300}}\}})|{TAG}",
        re.DOTALL | re.MULTILINE,
    )

    def on_vars(self, found: re.Match[str]) -> None:
        self.lost(found[0].removesuffix("--"), found.start())

    def on_modifier(self, found: re.Match[str]) -> None:
        if found[0].strip().lower() not in ("[continue]", "[cont]", "[cont'd]", "[continued]"):
            self.lost(found[0], found.start())

    def on_insert(self, found: re.Match[str]) -> None:
        self.lost(found[0], found.start())


class Snowman(Reader):
    pattern = re.compile(rf"{COMMENT}|(?P<script><%.*?(?:%>|\Z))|{LINK}|{TAG}", re.DOTALL)

    def on_script(self, found: re.Match[str]) -> None:
        self.body.note(_("A script was left out."), self.line(found.start()))
