"""Acts at the very same moment, for databases that let several writers in."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import close_old_connections, connection

ON_POSTGRESQL = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway"
    ),
]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that wait for each other; what each returned, or raised."""
    gate = threading.Barrier(len(acts))
    outcomes: list[Any] = []

    def run(act: Callable[[], Any]) -> None:
        close_old_connections()
        try:
            gate.wait()
            outcomes.append(act())
        except Exception as error:  # noqa: BLE001
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
