"""Stable identifiers: the same pack gives the same UUIDs wherever it is loaded."""

import uuid

TILTS_PACK = uuid.UUID("6f0f8f0e-0c2b-4a53-9a62-7d3f7c1f9a10")


def item_uuid(kind: str, path: str, pack: uuid.UUID = TILTS_PACK) -> uuid.UUID:
    """UUID of an item: uuid5(pack, "kind/path"), e.g. ("question", "burnout/client-death")."""
    return uuid.uuid5(pack, f"{kind}/{path}")
