"""A story as data: one shape with every field, and the shorter one that stands in packs.

Only what waits for a practitioner says so: without `needs_review` the data is as it was before.
"""

from collections.abc import Iterator, Mapping
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
        "end_of_turns": data.get("end_of_turns") or "",
        "conversation": bool(data.get("conversation")),
        "stage": data.get("stage") or "",
        "competences": list(data.get("competences") or ()),
        "next_scenarios": list(data.get("next_scenarios") or ()),
        "variables": [_variable(item) for item in data.get("variables") or ()],
        "scenes": [_scene(item) for item in data["scenes"]],
        "endings": [
            {
                "key": item["key"],
                "outcome": item["outcome"],
                "title": _texts(item.get("title")),
                "text": _texts(item.get("text")),
            }
            | marked(item)
            for item in data["endings"]
        ],
    }


def _variable(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": data["key"],
        "label": _texts(data.get("label")),
        "kind": data.get("kind") or "other",
        "start": data["start"],
        "min": data["min"],
        "max": data["max"],
        "shown": bool(data.get("shown")),
    }


def _scene(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": data["key"],
        "speaker": _texts(data.get("speaker")),
        "mood": data.get("mood") or "calm",
        "text": _texts(data.get("text")),
        "picture": data.get("picture") or "",
        "picture_alt": _texts(data.get("picture_alt")),
        "checkpoint": bool(data.get("checkpoint")),
        "stage": data.get("stage") or "",
        "effects": [effect.strip() for effect in data.get("effects") or ()],
        "next": data.get("next") or "",
        "choices": [_choice(choice) for choice in data.get("choices") or ()],
    } | marked(data)


def _choice(data: Mapping[str, Any]) -> dict[str, Any]:
    score = data.get("score")
    return {
        "key": data["key"],
        "text": _texts(data.get("text")),
        "to": data["to"],
        "guard": (data.get("guard") or "").strip(),
        "once": bool(data.get("once")),
        "fallback": bool(data.get("fallback")),
        "effects": [effect.strip() for effect in data.get("effects") or ()],
        "codes": list(data.get("codes") or ()),
        "technique": data.get("technique") or "",
        "fits": list(data.get("fits") or ()),
        "remark": _texts(data.get("remark")),
        "passage": data.get("passage") or "",
        "score": None if score is None else float(score),
        "competences": [
            {"key": item["key"], "weight": float(item["weight"])}
            for item in data.get("competences") or ()
        ],
        "critical": bool(data.get("critical")),
    } | marked(data)


def marked(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a practitioner has yet to confirm in a choice, scene or ending; nothing where nothing."""
    texts = _texts(data.get("needs_review"))
    return {"needs_review": texts} if texts != NOTHING else {}


def marks(data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Mapping[str, str]]]:
    """Where in a story a practitioner has yet to confirm something, and what."""
    for kind in ("scenes", "endings"):
        for item in data[kind]:
            if mark := item.get("needs_review"):
                yield (kind, item["key"]), mark
            for choice in item.get("choices") or ():
                if mark := choice.get("needs_review"):
                    yield (kind, item["key"], "choices", choice["key"]), mark


def _texts(texts: Mapping[str, str] | None) -> dict[str, str]:
    return {code: ((texts or {}).get(code) or "").strip() for code in NOTHING}


def short(data: Mapping[str, Any]) -> dict[str, Any]:
    """As in a pack: what says nothing is left out."""
    story = {name: data[name] for name in ("key", "title", "summary", "intro", "start")}
    if data["max_turns"] != MAX_TURNS:
        story["max_turns"] = data["max_turns"]
    story |= _said(data, ("end_of_turns", "conversation", "stage", "next_scenarios"))
    story["competences"] = data["competences"]
    story["variables"] = [
        {name: value for name, value in item.items() if (name, value) != ("kind", "other")}
        for item in data["variables"]
    ]
    story["scenes"] = [_short_scene(scene) for scene in data["scenes"]]
    story["endings"] = data["endings"]
    return story


def _short_scene(scene: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: scene[name] for name in ("key", "speaker", "mood", "text")}
    kept |= _said(
        scene, ("picture", "picture_alt", "checkpoint", "stage", "effects", "next", "needs_review")
    )
    if scene["choices"]:
        kept["choices"] = [_short_choice(choice) for choice in scene["choices"]]
    return kept


def _short_choice(choice: Mapping[str, Any]) -> dict[str, Any]:
    kept = {"key": choice["key"], "text": choice["text"], "to": choice["to"]}
    kept |= _said(
        choice,
        (
            *("guard", "once", "fallback", "effects", "codes", "technique", "fits"),
            *("remark", "passage", "score", "competences", "critical", "needs_review"),
        ),
    )
    return kept


def _said(data: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The fields that say something; a score of nought does."""
    return {
        name: data[name]
        for name in names
        if data.get(name) not in (None, "", False, [], NOTHING)
        or name == "score"
        and data[name] == 0
    }
