"""A file somebody sends as rows of cells, and rows of cells as a file; what is dangerous is refused."""

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from import_export.formats import base_formats
from openpyxl import load_workbook
from tablib import Dataset

MOST_BYTES = 5_000_000
MOST_UNPACKED = 40_000_000  # of all parts of a workbook together
MOST_PARTS = 200
MOST_ROWS = 20_000
MOST_COLUMNS = 40
# Excel saves CSV in the code page of the machine's language; in Latvia in that of the Baltics.
BALTIC = "cp1257"
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
KINDS: dict[str, type[base_formats.TablibFormat]] = {
    "csv": base_formats.CSV,
    "xlsx": base_formats.XLSX,
}

Cell = str | datetime.date
Row = list[Cell]


class FileRefused(Exception):
    """The file cannot be read; says why."""

    def __init__(self, why: str | Promise) -> None:
        super().__init__(str(why))
        self.why = why


def rows_of(content: bytes) -> list[Row]:
    """All rows of a file, the headings first. Raises `FileRefused`."""
    if len(content) > MOST_BYTES:
        raise FileRefused(_("The file is larger than 5 MB."))
    rows = _workbook(content) if content.startswith(b"PK") else _csv(content)
    if len(rows) < 2:
        raise FileRefused(_("There is no row below the headings."))
    if len(rows) > MOST_ROWS + 1:
        raise FileRefused(_("The file has more than 20,000 rows. Please send it in parts."))
    return rows


def _csv(content: bytes) -> list[Row]:
    text = _decoded(content)
    first, _newline, rest = text.partition("\n")
    delimiter = ";"
    if match := re.fullmatch(r"sep=(.)\r?", first):  # Excel's own way of saying it
        delimiter, text = match[1], rest
    else:
        delimiter = max(";,\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [list(map(_unescaped, row)) for row in _limited(reader)]
    except csv.Error as error:
        raise FileRefused(_("This is no table that can be read.")) from error


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    for each in (encoding, BALTIC):
        try:
            text = content.decode(each)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise FileRefused(_("This is neither a CSV file nor an Excel workbook (.xlsx)."))


def _limited(rows: Iterable[Sequence[str]]) -> Iterable[Sequence[str]]:
    for number, row in enumerate(rows):
        if number > MOST_ROWS + 1:
            return
        yield row[:MOST_COLUMNS]


def _workbook(content: bytes) -> list[Row]:
    """The first sheet. Formulas stay the text they are: nothing in a file is worked out."""
    _weigh(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        # What the sheet says of its own size is not believed.
        sheet.reset_dimensions()
        found = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
        return [list(map(_cell, row)) for row in found]
    except Exception as error:  # whatever is wrong with it, it is no workbook
        raise FileRefused(
            _("This Excel workbook cannot be read. Save it again, or as CSV.")
        ) from error


def _weigh(content: bytes) -> None:
    """Refuses a workbook that is small to send and huge to open."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise FileRefused(
            _("This Excel workbook cannot be read. Save it again, or as CSV.")
        ) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileRefused(_("The workbook is too large once it is unpacked. Keep the table only."))


def _cell(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _unescaped(str(value))


def _unescaped(text: str) -> str:
    """Without the apostrophe that `file_of` puts before what looks like a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text


def file_of(kind: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A file of the kind; no text in it is taken for a formula by what opens it."""
    data = Dataset(headers=[str(heading) for heading in headings], title="Tilts")
    for row in rows:
        data.append([_escaped(cell, kind) for cell in row])
    if kind == "csv":
        # With semicolons and a mark, as Excel in Latvia reads and writes it.
        text: str = data.export("csv", delimiter=";", lineterminator="\r\n")
        return b"\xef\xbb\xbf" + text.encode()
    content: bytes = KINDS[kind]().export_data(data)
    return content


def _escaped(cell: Cell, kind: str) -> Cell:
    if isinstance(cell, datetime.date):
        return cell if kind == "xlsx" else f"{cell:%d.%m.%Y}"
    return f"'{cell}" if cell.startswith(FORMULA) else cell
