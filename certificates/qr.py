"""The QR code on a certificate: the address of its public page, and nothing else."""

import io

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from certificates.models import Award


def verification_address(award: Award, language: str) -> str:
    """Where anybody can check the certificate, in a language; absolute, for paper."""
    with translation.override(language):
        path = reverse("certificates:verify", args=[award.number])
    return f"{settings.PUBLIC_URL}{path}"


def code_of(address: str) -> segno.QRCode:
    """Correction level M: still read with 15 % of it creased or smudged."""
    return segno.make_qr(address, error="m", encoding="utf-8")


def svg(address: str) -> str:
    """The code as an SVG drawing with the quiet zone of four modules it needs."""
    out = io.BytesIO()
    code_of(address).save(
        out, kind="svg", border=4, dark="#16252a", xmldecl=False, svgclass=None, lineclass=None
    )
    return out.getvalue().decode()
