"""Log lines say what happened, never to whom."""

import logging
import re

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
ADDRESS = re.compile(
    r"\b(?:\d{1,3}\.){3}\d{1,3}\b"
    # IPv6: written out, or with two colons somewhere; times of day have neither
    r"|(?<![\w:])(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}(?![\w:])"
    r"|(?<![\w:])(?:[0-9a-fA-F]{0,4}:){1,7}:(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*)?(?![\w:])"
)
QUERY = re.compile(r"(\?)[^\s\"']+")
SECRET = re.compile(r"((?:invitation|reset/key|account/email|verify)/)[^\s/\"']+")
# What PostgreSQL tells of the row it refused; the row's own words may go over several lines.
ROW = re.compile(
    r"^(DETAIL|CONTEXT):.*(?:\n(?!\n|DETAIL:|CONTEXT:|Traceback |The above |During ).*)*",
    re.MULTILINE,
)


def without_people(text: str) -> str:
    """The text without e-mail and network addresses, query strings, tokens and rows of tables."""
    text = ROW.sub(r"\1: [struck out]", text)
    text = SECRET.sub(r"\1[token]", text)
    text = EMAIL.sub("[e-mail]", text)
    text = ADDRESS.sub("[address]", text)
    return QUERY.sub(r"\1[query]", text)


class NoPeople(logging.Filter):
    """Formats the line and its traceback, then strikes out what points to a person."""

    formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = without_people(record.getMessage())
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = without_people(record.exc_text)
        return True
