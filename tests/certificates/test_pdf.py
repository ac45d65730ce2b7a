"""The certificate on paper: what it says, where it leads, and that it fetches nothing."""

import io
import subprocess
import sys

import pytest
import segno
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from certificates import pdf, qr
from certificates.wording import Wording, duration, parts
from content import paper
from tests.certificates.factories import AwardFactory

LETTERS = "āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ"


@pytest.fixture
def award(db):
    return AwardFactory(name=LETTERS)


def read(award, language="lv"):
    return PdfReader(io.BytesIO(pdf.make(award, language)))


def text_of(reader):
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def test_it_says_who_did_what_and_when_in_latvian(award):
    reader = read(award)
    text = text_of(reader)
    assert len(reader.pages) == 1
    assert LETTERS in text
    assert award.title_lv in text
    assert award.title_en not in text
    assert "2026. gada 1. novembris" in text
    assert award.number in text
    assert "Rūpes par sevi" in text


def test_the_english_edition_says_the_same_in_english(award):
    text = text_of(read(award, "en"))
    assert LETTERS in text
    assert award.title_en in text
    assert "1 November 2026" in text
    assert "4 lessons, 2 scenarios, 1 quiz · 1 h 35 min" in text
    assert "Self-care" in text
    assert "Level 2 of 4: with support" in text


def test_it_says_what_it_does_not_entitle_to(award):
    text = text_of(read(award, "en"))
    assert "does not entitle anyone to carry out a risk and needs assessment" in text
    assert "resocialisation programme" in text


@pytest.mark.parametrize("language", ["lv", "en"])
def test_it_links_to_the_address_in_its_qr_code(award, language, settings):
    settings.PUBLIC_URL = "https://tilts.example"
    with translation.override(language):
        path = reverse("certificates:verify", args=[award.number])
    address = f"https://tilts.example{path}"
    assert path.startswith(f"/{language}/")
    reader = read(award, language)
    links = {
        note.get_object()["/A"]["/URI"]
        for note in reader.pages[0]["/Annots"]
        if note.get_object()["/Subtype"] == "/Link"
    }
    assert links == {address}
    assert qr.verification_address(award, language) == address
    assert address.removeprefix("https://").removesuffix("/") in text_of(reader)


def test_the_qr_code_holds_the_address_and_nothing_else():
    address = "https://tilts.example/lv/verify/K7QM-2XF9-HD3W-8TRC/"
    code = qr.code_of(address)
    assert code.matrix == segno.make_qr(address, error="m", encoding="utf-8").matrix
    assert code.error == "M"
    drawing = qr.svg(address)
    assert drawing.startswith("<svg")
    assert "style=" not in drawing
    assert "href" not in drawing


def test_it_can_be_read_by_machines_and_screen_readers(award):
    reader = read(award)
    catalog = reader.trailer["/Root"]
    assert catalog["/Lang"] == "lv"
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert LETTERS in reader.metadata.title
    assert reader.metadata.creation_date.date() == award.awarded_on
    assert b"pdfuaid" in catalog["/Metadata"].get_data()
    tags, pictures = set(), []
    walk(catalog["/StructTreeRoot"], tags, pictures)
    assert {"/H1", "/H2", "/P", "/Figure", "/Link", "/L", "/LI"} <= tags
    assert pictures
    assert all(pictures)


def walk(element, tags, pictures):
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        child = child.get_object() if hasattr(child, "get_object") else child
        if not isinstance(child, dict) or "/S" not in child:
            continue
        tags.add(child["/S"])
        if child["/S"] == "/Figure":
            pictures.append(child.get("/Alt"))
        walk(child, tags, pictures)


def test_only_our_own_fonts_are_in_it(award):
    fonts = {
        str(font.get_object()["/BaseFont"])
        for font in read(award).pages[0]["/Resources"]["/Font"].values()
    }
    assert fonts
    assert all("Paper" in font for font in fonts)


def test_the_same_certificate_is_the_same_bytes(award):
    assert pdf.make(award, "lv") == pdf.make(award, "lv")
    assert pdf.make(award, "lv") != pdf.make(award, "en")


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/font.ttf",
        "file:///etc/passwd",
        "data:text/css,",
        "paper:../../theme/settings/base.py",
        "paper:",
        "ftp://example.org/",
    ],
)
def test_nothing_but_its_own_files_can_be_fetched(address):
    with pytest.raises(paper.NotOurs):
        paper.OwnFiles(pdf.FILES).fetch(address)


def test_every_file_it_is_made_of_is_there():
    for address in pdf.FILES:
        assert paper.OwnFiles(pdf.FILES).fetch(address).read()


def test_a_name_and_a_title_are_text_and_never_markup(db):
    award = AwardFactory(name='<img src="x:y">', title_en="<b>Bold</b> & co")
    text = text_of(read(award, "en"))
    assert '<img src="x:y">' in text
    assert "<b>Bold</b> & co" in text


def test_much_text_still_fits_on_one_page(db):
    facts = {
        "parts": {"module": 16},
        "minutes": 60 * 16,
        "modules": [{"lv": f"Modulis {n}", "en": f"Module {n}"} for n in range(16)],
        "competences": [
            {"key": str(n), "name": {"lv": f"Prasme {n}", "en": f"Ability {n}"}, "level": n % 4 + 1}
            for n in range(14)
        ],
    }
    award = AwardFactory(kind="path", title_en="A long title " * 15, name="Anna " * 12, facts=facts)
    reader = read(award, "en")
    text = text_of(reader)
    assert len(reader.pages) == 1
    assert "16 modules" in text
    assert "and 5 more" in text


def test_levels_stand_highest_first(db):
    award = AwardFactory(
        facts={
            "parts": {"quiz": 1},
            "minutes": 0,
            "modules": [],
            "competences": [
                {"key": "a", "name": {"lv": "A", "en": "A"}, "level": 1},
                {"key": "b", "name": {"lv": "B", "en": "B"}, "level": 3},
            ],
        }
    )
    with translation.override("en"):
        says = Wording(award, "en")
    assert [(shown.name, shown.steps) for shown in says.competences] == [
        ("B", [True, True, True, False]),
        ("A", [True, False, False, False]),
    ]
    assert (says.amount, says.time) == ("1 quiz", "")


@pytest.mark.parametrize(
    ("minutes", "text"), [(45, "45 min"), (60, "1 h"), (95, "1 h 35 min"), (120, "2 h")]
)
def test_durations(minutes, text):
    with translation.override("en"):
        assert duration(minutes) == text


def test_parts_are_counted_in_the_order_of_a_module():
    with translation.override("en"):
        assert parts({"quiz": 1, "lesson": 1, "scenario": 2}) == [
            "1 lesson",
            "2 scenarios",
            "1 quiz",
        ]


def test_web_processes_never_load_the_pdf_library():
    code = (
        "import sys, django; django.setup(); import theme.urls, certificates.tasks, scenarios.tasks;"
        "from django.urls import get_resolver; get_resolver().url_patterns;"
        "sys.exit('weasyprint' in sys.modules or 'pydyf' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
