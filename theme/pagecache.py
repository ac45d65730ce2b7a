"""Open pages for readers who are not signed in, answered before anything else is asked."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from content.cache import Memory, generation
from theme.scheme import of as scheme_of

Next = Callable[[HttpRequest], HttpResponse]

# Only what changes nothing about the page may come along: the colour scheme is part of the key.
HARMLESS_COOKIES = {"scheme", "csrftoken", "__Secure-csrftoken", "__Host-csrftoken"}
LEVEL = 6


@dataclass(frozen=True)
class Kept:
    """A whole answer: its headers as the inner middleware made them, plain and compressed."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    packed: bytes
    etag: str


class AnonymousPageCache:
    """The outermost middleware: open pages from this process's memory, or 304.

    A page is kept under the generation that was in force when its making began, so what was
    published meanwhile is never hidden by it. Nothing of a signed-in person, with a query or with
    a cookie to set is ever kept.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.memory = Memory(500)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or request.META.get("QUERY_STRING") or not self._plain(request):
            return self.get_response(request)
        host = request.META.get("HTTP_HOST", "")
        key = (
            generation(),
            request.is_secure(),
            host,
            request.path_info,
            scheme_of(request),
        )
        kept = self.memory.get(key)
        if kept is None:
            response = self.get_response(request)
            if not getattr(response, "is_public", False) or response.cookies:
                return response
            if response.status_code != 200 or response.streaming:
                return response
            kept = self._keep(response)
            self.memory.put(key, kept)
        return self._answer(request, kept)

    @staticmethod
    def _plain(request: HttpRequest) -> bool:
        return settings.SESSION_COOKIE_NAME not in request.COOKIES and set(
            request.COOKIES
        ).issubset(HARMLESS_COOKIES)

    @staticmethod
    def _keep(response: HttpResponse) -> Kept:
        body = response.content
        headers = [
            (name, value)
            for name, value in response.items()
            if name.lower() not in {"content-length", "vary", "etag", "cache-control"}
        ]
        headers += [("Vary", "Accept-Encoding, Cookie"), ("Cache-Control", "no-cache")]
        etag = f'"{sha256(body).hexdigest()[:32]}"'
        return Kept(tuple(headers), body, gzip.compress(body, LEVEL, mtime=0), etag)

    @staticmethod
    def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
        tags = {
            tag.strip().removeprefix("W/")
            for tag in request.META.get("HTTP_IF_NONE_MATCH", "").split(",")
        }
        response: HttpResponse
        if kept.etag in tags:
            response = HttpResponseNotModified()
            response["ETag"] = kept.etag
            for name, value in kept.headers:
                if name.lower() in {"vary", "cache-control", "content-security-policy"}:
                    response[name] = value
            return response
        packed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
        response = HttpResponse(kept.packed if packed else kept.body)
        for name, value in kept.headers:
            response[name] = value
        if packed:
            response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))
        response["ETag"] = kept.etag
        return response
