"""How gunicorn serves the site: `gunicorn --config theme/gunicorn.py theme.wsgi`.

The application is loaded once, before the workers are forked, and what it takes up is frozen, so
that the garbage collector does not copy shared memory into each of them.
"""

import gc
import multiprocessing
import os
from typing import Any

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", 2 * multiprocessing.cpu_count()))
worker_class = "sync"  # the proxy in front buffers slow clients
preload_app = True
timeout = 30
graceful_timeout = 30
keepalive = 5
limit_request_line = 8_190  # an over-long address gets our own page, as far as gunicorn can read
max_requests = 5_000
max_requests_jitter = 1_000
accesslog = None  # addresses and paths of people; the proxy keeps what the law asks for
loglevel = "warning"
# Its own lines go the way of all others: struck out of them is what points to a person.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_people": {"()": "theme.logs.NoPeople"}},
    "handlers": {
        "error_console": {
            "class": "logging.StreamHandler",
            "filters": ["no_people"],
            "formatter": "generic",
            "stream": "ext://sys.stderr",
        }
    },
    "root": {"level": "WARNING", "handlers": []},
    "loggers": {
        "gunicorn.error": {
            "level": "WARNING",
            "handlers": ["error_console"],
            "propagate": False,
            "qualname": "gunicorn.error",
        }
    },
}
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108

gc.disable()  # while loading: nothing to collect yet, and holes would be unshared pages


def when_ready(server: Any) -> None:
    """Load what the first request would load, let go of connections, freeze."""
    from django.db import connections
    from django.template.loader import get_template
    from django.urls import get_resolver

    get_resolver()._populate()
    get_template("base.html")
    connections.close_all()
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    # Nearly all that a request makes goes with its last reference: what stands in circles can wait.
    gc.set_threshold(20_000, 10, 10)
    gc.enable()
