"""Readers: threads that ask for the same page again and again, one connection each time."""

import socket
import statistics
import threading
import time
from dataclasses import dataclass

from tests.bench.server import PORT


@dataclass(frozen=True)
class Load:
    """What a number of readers saw in some seconds; times in milliseconds."""

    readers: int
    requests: int
    seconds: float
    median: float
    p95: float
    failures: int
    bytes: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    def __str__(self) -> str:
        return (
            f"{self.rate:7.0f}/s at {self.readers:2} readers, median {self.median:5.1f} ms,"
            f" p95 {self.p95:5.1f} ms ({self.p95 / self.median:.1f} x), {self.failures} failed,"
            f" {self.bytes} bytes each"
        )


def ask(request: bytes) -> tuple[bytes, int]:
    """Status line and length of one answer, over a connection of its own."""
    answer = whole(request)
    return answer.split(b"\r\n", 1)[0], len(answer)


def whole(request: bytes) -> bytes:
    """An answer with its headers, over a connection of its own."""
    with socket.create_connection(("127.0.0.1", PORT), timeout=30) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def raw(path: str, cookies: str = "", method: str = "GET", **headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{PORT}", "Connection: close"]
    # As behind the proxy that holds the certificate.
    lines += ["Accept-Encoding: gzip", "X-Forwarded-Proto: https", "X-Forwarded-For: 127.0.0.1"]
    if cookies:
        lines.append(f"Cookie: {cookies}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def load(requests: list[bytes], readers: int, seconds: float, good: bytes = b" 200 ") -> Load:
    """`readers` threads ask, each its own request in turn, for some seconds."""
    times: list[float] = []
    failures = [0]
    sizes: list[int] = []
    end = time.perf_counter() + seconds

    def read(number: int) -> None:
        request = requests[number % len(requests)]
        mine = []
        while time.perf_counter() < end:
            begun = time.perf_counter()
            line, size = ask(request)
            mine.append((time.perf_counter() - begun) * 1000)
            if good not in line:
                failures[0] += 1
        times.extend(mine)
        sizes.append(size)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(readers)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    times.sort()
    return Load(
        readers,
        len(times),
        took,
        statistics.median(times),
        times[int(len(times) * 0.95)],
        failures[0],
        max(sizes),
    )
