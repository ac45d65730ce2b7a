"""Log lines say what happened, never to whom."""

import logging
import re

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")
QUERY = re.compile(r"(\?)[^\s\"']+")
SECRET = re.compile(r"(invitation/|reset/key/)[^\s/\"']+")


def without_people(text: str) -> str:
    """The text with e-mail addresses, network addresses, query strings and tokens struck out."""
    text = EMAIL.sub("[e-mail]", text)
    text = ADDRESS.sub("[address]", text)
    text = SECRET.sub(r"\1[token]", text)
    return QUERY.sub(r"\1[query]", text)


class NoPeople(logging.Filter):
    """Formats the line, then strikes out what points to a person."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = without_people(record.getMessage())
        record.args = ()
        return True
