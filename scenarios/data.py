"""A story as data: one shape with every field, and the shorter one that stands in packs."""

from collections.abc import Mapping
from typing import Any

from content.bilingual import both
from scenarios.engine import MAX_TURNS

NOTHING = both("", "")


def whole(data: Mapping[str, Any]) -> dict[str, Any]:
    """Sound data with every field written out, so that equal stories are equal data."""
    return {
        "key": data["key"],
        "title": _texts(data.get("title")),
        "summary": _texts(data.get("summary")),
        "intro": _texts(data.get("intro")),
        "start": data["start"],
        "max_turns": data.get("max_turns") or MAX_TURNS,
        "competences": list(data.get("competences") or ()),
        "variables": [
            {
                "key": item["key"],
                "label": _texts(item.get("label")),
                "start": item["start"],
                "min": item["min"],
                "max": item["max"],
                "shown": bool(item.get("shown")),
            }
            for item in data.get("variables") or ()
        ],
        "scenes": [
            {
                "key": item["key"],
                "speaker": _texts(item.get("speaker")),
                "mood": item.get("mood") or "calm",
                "text": _texts(item.get("text")),
                "choices": [_choice(choice) for choice in item["choices"]],
            }
            for item in data["scenes"]
        ],
        "endings": [
            {
                "key": item["key"],
                "outcome": item["outcome"],
                "title": _texts(item.get("title")),
                "text": _texts(item.get("text")),
            }
            for item in data["endings"]
        ],
    }


def _choice(data: Mapping[str, Any]) -> dict[str, Any]:
    score = data.get("score")
    return {
        "key": data["key"],
        "text": _texts(data.get("text")),
        "to": data["to"],
        "guard": (data.get("guard") or "").strip(),
        "effects": [effect.strip() for effect in data.get("effects") or ()],
        "remark": _texts(data.get("remark")),
        "score": None if score is None else float(score),
        "competences": [
            {"key": item["key"], "weight": float(item["weight"])}
            for item in data.get("competences") or ()
        ],
        "critical": bool(data.get("critical")),
    }


def _texts(texts: Mapping[str, str] | None) -> dict[str, str]:
    return {code: ((texts or {}).get(code) or "").strip() for code in NOTHING}


def short(data: Mapping[str, Any]) -> dict[str, Any]:
    """As in a pack: what says nothing is left out, and texts come after what is brief."""
    story = {name: data[name] for name in ("key", "title", "summary", "intro", "start")}
    if data["max_turns"] != MAX_TURNS:
        story["max_turns"] = data["max_turns"]
    story["competences"] = data["competences"]
    story["variables"] = data["variables"]
    story["scenes"] = [
        scene | {"choices": [_short_choice(choice) for choice in scene["choices"]]}
        for scene in data["scenes"]
    ]
    story["endings"] = data["endings"]
    return story


def _short_choice(choice: Mapping[str, Any]) -> dict[str, Any]:
    kept = {"key": choice["key"], "text": choice["text"], "to": choice["to"]}
    for name in ("guard", "effects", "score", "competences", "critical"):
        if choice[name] or name == "score" and choice[name] is not None:
            kept[name] = choice[name]
    if choice["remark"] != NOTHING:
        kept["remark"] = choice["remark"]
    return kept
