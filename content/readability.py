"""How long the sentences of a page are: short ones are read by people who are tired."""

import re
from html import unescape
from typing import Any

from django.utils.html import strip_tags

from content.words import texts_in

# Words in a sentence, on the average of a page; Latvian inflects where English adds words.
LONGEST_AVERAGE = {"lv": 17, "en": 18}
BREAK = re.compile(r"</?(?:p|li|ul|ol|h[1-6]|td|th|tr|br|hr)\b[^>]*>|\n\s*\n")
HEADING = re.compile(r"<h([1-6])\b.*?</h\1>", re.DOTALL)
END = re.compile(r"(?<=[.!?…])[”’\"')]*\s+(?=[„“\"'(]?[^\W\da-zāčēģīķļņšūž_])")
WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")


def sentences(text: str) -> list[str]:
    """The whole sentences of rich or plain text; headings, labels and keys are none."""
    parts = BREAK.split(HEADING.sub("\n\n", text))
    plain = (unescape(strip_tags(part)).strip() for part in parts)
    found = [sentence.strip() for part in plain for sentence in END.split(part)]
    return [sentence for sentence in found if sentence.rstrip("”’\"')")[-1:] in tuple(".!?…")]


def average(raw: Any) -> float:
    """Words in a sentence on the average; 0 where there is no sentence."""
    found = [len(WORD.findall(sentence)) for text in texts_in(raw) for sentence in sentences(text)]
    return sum(found) / len(found) if found else 0.0
