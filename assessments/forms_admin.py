"""What the editor checks before a question is published; drafts may be unfinished."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import ascii_lowercase
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.blocks import ListBlockValidationError, StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from assessments.checks import COMMON, Found, question_problems
from assessments.models import Question
from assessments.models.bodies import FOLD_CHOICES
from assessments.parts import PARTS, Key, Part, Rows, Text, Words, figure


class QuestionForm(WagtailAdminModelForm):
    """A question in the editor."""

    exact = forms.MultipleChoiceField(
        choices=FOLD_CHOICES.items, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("value", "tolerance", "within"):
            # As it was written: the column has more places than the number.
            if self.initial.get(name) is not None:
                self.initial[name] = figure(self.initial[name])
        if "exact" in self.fields:
            self.fields["exact"].label = _("What has to be written exactly")
            self.fields["exact"].help_text = _("What is not chosen makes no difference.")

    def clean_twin(self) -> Question | None:
        """Twins are named in one direction: no road leads from a twin back to this question."""
        twin: Question | None = self.cleaned_data["twin"]
        if twin and twin.pk == self.instance.pk:
            raise ValidationError(_("A question is not its own twin."))
        each, seen = twin, set[int]()
        while each and each.twin_id and each.pk not in seen:
            if each.twin_id == self.instance.pk:
                raise ValidationError(
                    _("“%(question)s” names this question as its twin already.")
                    % {"question": each}
                )
            seen.add(each.pk)
            each = each.twin
        return twin

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, part in PARTS.get(cleaned.get("kind", ""), {}).items():
            if isinstance(part, Rows) and cleaned.get(name):
                values = [block.value for block in cleaned[name]]
                name_rows(values, part, true_false=cleaned.get("kind") == "true-false")
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        named = self._competences()
        if named is not None and len(set(named)) < len(named):
            self.add_error(None, _("A competence is named twice."))
        if self.is_deferred_validation:
            return
        question: Question = self.instance
        parts = COMMON | PARTS.get(question.kind, {})
        for name, error in by_field(question_problems(question.kind, question.written()), parts):
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, error)
        if question.kind != "estimate" and named == []:
            self.add_error(
                None, _("Name at least one competence: what does an answer to this question show?")
            )

    def _competences(self) -> list[Any] | None:
        """The competences named in the form; None where their forms say themselves what is wrong."""
        formset = self.formsets.get("competence_weights")
        if formset is None or not formset.is_valid():
            return None
        rows = [row for row in formset.cleaned_data if row and not row.get("DELETE")]
        return [row["competence"] for row in rows]


def name_rows(rows: Sequence[Any], part: Rows, *, true_false: bool = False) -> None:
    """Give rows without a key the next free letter, or true and false; gaps are named in the text."""
    if isinstance(part.parts.get("key"), Key) and not part.by:
        letters = ["true", "false"] if true_false else list(ascii_lowercase)
        taken = {row["key"] for row in rows}
        free = [letter for letter in letters if letter not in taken]
        for row in rows:
            if not row["key"] and free:
                row["key"] = free.pop(0)
    for name, inner in part.parts.items():
        if isinstance(inner, Rows):
            for row in rows:
                name_rows(list(row.get(name) or []), inner)


# Problems at the field that has them ------------------------------------------------------


def by_field(
    found: Iterable[Found], parts: Mapping[str, Part]
) -> Iterator[tuple[str, ValidationError]]:
    """Problems as errors of the form's fields; those of rows stand at their block."""
    for name, problems in _sorted(found).items():
        part = parts.get(name)
        if isinstance(part, Rows):
            yield name, _rows(problems, part, StreamBlockValidationError)
        elif isinstance(part, Text):
            for language, reasons in _reasons(problems).items():
                yield f"{name}_{language}", ValidationError(reasons)
        else:
            yield name, ValidationError([reason for _where, reason in problems])


def _sorted(found: Iterable[Found]) -> dict[Any, list[Found]]:
    """Problems by the first step of their place, which is taken off."""
    places: dict[Any, list[Found]] = {}
    for where, reason in found:
        first, *rest = where
        places.setdefault(first, []).append((tuple(rest), reason))
    return places


def _rows(problems: Sequence[Found], part: Rows, error: type[Any]) -> ValidationError:
    own = [ValidationError(reason) for where, reason in problems if not where]
    inner = _sorted((where, reason) for where, reason in problems if where)
    made: ValidationError = error(
        block_errors={number: _row(some, part) for number, some in inner.items()},
        non_block_errors=own,
    )
    return made


def _row(problems: Sequence[Found], part: Rows) -> ValidationError:
    errors: dict[str, ValidationError] = {}
    for name, some in _sorted(problems).items():
        inner = part.parts.get(name)
        if isinstance(inner, Rows):
            errors[name] = _rows(some, inner, ListBlockValidationError)
        elif isinstance(inner, Text | Words):
            for language, reasons in _reasons(some).items():
                errors[f"{name}_{language}"] = ValidationError(reasons)
        else:
            errors[name] = ValidationError([reason for _where, reason in some])
    return StructBlockValidationError(block_errors=errors)


def _reasons(problems: Sequence[Found]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for where, reason in problems:
        found.setdefault(str(where[0]), []).append(reason)
    return found
