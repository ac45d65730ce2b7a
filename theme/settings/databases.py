"""Database settings from an address, with SQLite made fit for several writers."""

from typing import Any

import environ


def database(address: str) -> dict[str, Any]:
    """Django's settings for `address` (sqlite:///… or postgres://…).

    SQLite gets write-ahead logging, immediate transactions and a busy timeout of 20 s;
    without them two requests writing at once end in "database is locked". Without recursive
    triggers INSERT OR REPLACE would delete rows of the logs past the trigger that refuses it.
    """
    settings: dict[str, Any] = dict(environ.Env.db_url_config(address))
    if settings["ENGINE"].endswith("sqlite3"):
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                "PRAGMA recursive_triggers=ON;"
            ),
        }
    else:
        settings["ENGINE"] = "theme.postgresql"
        settings["CONN_MAX_AGE"] = 60
        settings["CONN_HEALTH_CHECKS"] = False
    return settings
