"""The form a story is written in: drafts may be unsound, what is published may not."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.blocks import ListBlockValidationError, StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from content.choices import asked_once
from scenarios.blocks import competence_choices
from scenarios.models import Story
from scenarios.structure import Finding, Where

# Where the parts of a story's data stand among the form's fields.
STREAMS = {"variables", "scenes", "endings"}
TEXTS = {"title", "summary", "intro"}


class StoryForm(WagtailAdminModelForm):
    """A story in the editor. Publishing, or asking for it, runs the linter."""

    competences = forms.MultipleChoiceField(
        choices=competence_choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    conversation = forms.BooleanField(required=False)
    next_scenarios = forms.MultipleChoiceField(
        choices=lambda: scenario_choices(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "next_scenarios" in self.fields:
            self.fields["next_scenarios"].label = _("Scenarios to play next")
            self.fields["next_scenarios"].help_text = _("The debrief offers them.")
        if "conversation" in self.fields:
            field = Story._meta.get_field("conversation")
            self.fields["conversation"].label = capfirst(field.verbose_name)
            self.fields["conversation"].help_text = field.help_text
        if "competences" in self.fields:
            self.fields["competences"].label = _("Competences")
            self.fields["competences"].help_text = _("What the story as a whole is about.")

    def full_clean(self) -> None:
        with asked_once():
            super().full_clean()

    def clean_conversation(self) -> bool | None:
        return self.cleaned_data["conversation"] or None

    def clean_competences(self) -> list[str]:
        return _in_order(self.cleaned_data["competences"], self.instance.competences)

    def clean_next_scenarios(self) -> list[str]:
        return _in_order(self.cleaned_data["next_scenarios"], self.instance.next_scenarios)

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.is_deferred_validation or self.errors:
            return
        found = [finding for finding in self.instance.findings() if finding.is_error]
        data = self.instance.data()
        for field, error in by_field(found, data):
            self.add_error(field if field in self.fields else None, error)


def _in_order(chosen: Sequence[str], before: Sequence[str] | None) -> list[str]:
    """In the order they stood in before; new ones follow."""
    kept = [key for key in before or () if key in chosen]
    return kept + [key for key in chosen if key not in kept]


def scenario_choices() -> list[tuple[str, str]]:
    """Stories of modules, by their path ("burnout/flat-voice")."""
    stories = Story.objects.filter(archived=False).exclude(module="")
    return [(story.path, f"{story} ({story.path})") for story in stories]


def by_field(
    findings: Iterable[Finding], data: dict[str, Any]
) -> list[tuple[str | None, ValidationError]]:
    """Findings as errors of the form's fields; those inside blocks stand at their block."""
    plain: list[tuple[str | None, ValidationError]] = []
    streams: dict[str, list[tuple[Where, str]]] = {}
    for finding in findings:
        first, *rest = finding.where or ("",)
        reason = with_road(finding)
        if first in STREAMS:
            streams.setdefault(first, []).append((tuple(rest), reason))
        elif first in TEXTS:
            name = f"{first}_{rest[0]}" if rest else f"{first}_lv"
            plain.append((name, ValidationError(reason)))
        else:
            plain.append((first or None, ValidationError(reason)))
    return plain + [(name, _stream(found, data[name])) for name, found in streams.items()]


def with_road(finding: Finding) -> str:
    """The reason, and the shortest road to where it happens."""
    if not finding.road:
        return finding.reason
    return _("%(reason)s (by way of %(road)s)") % {
        "reason": finding.reason,
        "road": ", ".join(finding.road),
    }


def _stream(found: Sequence[tuple[Where, str]], items: list[dict[str, Any]]) -> ValidationError:
    inner, own = _sorted_in(found, items)
    return StreamBlockValidationError(
        block_errors={at: _struct(rest, items[at]) for at, rest in inner.items()},
        non_block_errors=[ValidationError(reason) for reason in own],
    )


def _sorted_in(
    found: Sequence[tuple[Where, str]], items: list[dict[str, Any]]
) -> tuple[dict[int, list[tuple[Where, str]]], list[str]]:
    """Findings by the place of the item they are in, and those about the list itself."""
    places = {item["key"] or str(at + 1): at for at, item in reversed(list(enumerate(items)))}
    inner: dict[int, list[tuple[Where, str]]] = {}
    own = []
    for where, reason in found:
        at = places.get(where[0]) if where else None
        if at is None and where and where[0].isdigit() and int(where[0]) <= len(items):
            at = int(where[0]) - 1
        if at is None:
            own.append(reason)
        else:
            inner.setdefault(at, []).append((where[1:], reason))
    return inner, own


def _struct(found: Sequence[tuple[Where, str]], item: dict[str, Any]) -> ValidationError:
    """Errors of one block: at its fields, or at the block as a whole."""
    own: list[ValidationError] = []
    fields: dict[str, list[tuple[Where, str]]] = {}
    for where, reason in found:
        if where and where[0] in item:
            fields.setdefault(where[0], []).append((where[1:], reason))
        else:
            own.append(ValidationError(reason))
    errors: dict[str, ValidationError] = {}
    for name, inside in fields.items():
        if name == "choices":
            inner, general = _sorted_in(inside, item["choices"])
            errors[name] = ListBlockValidationError(
                block_errors={at: _struct(rest, item["choices"][at]) for at, rest in inner.items()},
                non_block_errors=[ValidationError(reason) for reason in general],
            )
        elif name in ("competences", "codes"):
            errors[name] = ListBlockValidationError(
                non_block_errors=[ValidationError(reason) for _where, reason in inside]
            )
        elif isinstance(item[name], dict):
            own += [ValidationError(reason) for where, reason in inside if not where]
            texts = {where[0]: ValidationError(reason) for where, reason in inside if where}
            if texts:
                errors[name] = StructBlockValidationError(block_errors=texts)
        else:
            errors[name] = ValidationError([reason for _where, reason in inside])
    return StructBlockValidationError(block_errors=errors, non_block_errors=own)
