"""What every template is given."""

from typing import Any

from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """`nav`: what the header shows this person; `translations`: this page in each language."""
    return {}
