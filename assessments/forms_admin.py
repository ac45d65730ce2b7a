"""What the editor checks before a question is published; drafts may be unfinished."""

from string import ascii_lowercase
from typing import Any

from wagtail.admin.forms import WagtailAdminModelForm

from assessments.checks import question_problems
from content.bilingual import both


class QuestionForm(WagtailAdminModelForm):
    """A question in the editor."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        options = cleaned.get("options") or []
        name_options(cleaned.get("kind", ""), options)
        if self.is_deferred_validation:
            return cleaned
        data = {
            "kind": cleaned.get("kind", ""),
            "options": [
                {
                    "key": block.value["key"],
                    "right": block.value["right"],
                    "text": _said(block.value, "text"),
                    "feedback": _said(block.value, "feedback"),
                }
                for block in options
            ],
            "stem": _said(cleaned, "stem"),
            "explanation": _said(cleaned, "explanation"),
        }
        for where, reason in question_problems(data):
            name = where.split(".")[0]
            if name in ("stem", "explanation"):
                name = where.replace(".", "_")
                if name in self.errors:
                    continue
            label = f"{where.removeprefix('options.')}: " if where.startswith("options.") else ""
            self.add_error(name if name in self.fields else None, f"{label}{reason}")
        return cleaned


def name_options(kind: str, options: Any) -> None:
    """Give options without a key the next free letter, or true and false."""
    letters = ["true", "false"] if kind == "true-false" else list(ascii_lowercase)
    taken = {block.value["key"] for block in options}
    free = [letter for letter in letters if letter not in taken]
    for block in options:
        if not block.value["key"] and free:
            block.value["key"] = free.pop(0)


def _said(values: Any, name: str) -> dict[str, str]:
    return both(values.get(f"{name}_lv") or "", values.get(f"{name}_en") or "")
