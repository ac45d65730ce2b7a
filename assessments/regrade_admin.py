"""Marking again in the admin: choose the versions, see who changes, say why, and do it."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.panels import Panel

from assessments import regrading
from assessments.models import REGRADE, Question, QuestionVersion, Quiz, Step
from content.bilingual import pick
from courses.people import audit
from courses.people.models import User

PER_PAGE = 100


class VersionsForm(forms.Form):
    """Which answers, and by which version."""

    sources = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Answers marked by"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    target = forms.TypedChoiceField(
        label=gettext_lazy("are marked again by"), coerce=int, widget=forms.RadioSelect
    )
    quiz = forms.ModelChoiceField(
        label=gettext_lazy("Only in"),
        queryset=Quiz.objects.none(),
        required=False,
        empty_label=gettext_lazy("every quiz that asked it"),
    )

    def __init__(self, data: Any, *, question: Question) -> None:
        rows = list(question.versions.order_by("-number"))
        answered = dict(
            Step.objects.filter(version__question=question, kind=Step.Kind.SAVED)
            .order_by()
            .values_list("version")
            .annotate(attempts=Count("attempt", distinct=True))
        )
        self.versions = {row.pk: row for row in rows}
        initial = {
            "sources": [row.pk for row in rows[1:]],
            "target": rows[0].pk if rows else None,
        }
        super().__init__(data, initial=initial, label_suffix="")
        choices = [(row.pk, _named(row, answered.get(row.pk, 0))) for row in rows]
        for name in ("sources", "target"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  (as declared above)
            field.choices = choices
        asked = self.fields["quiz"]
        assert isinstance(asked, forms.ModelChoiceField)  # noqa: S101
        asked.queryset = Quiz.objects.filter(attempts__steps__version__question=question).distinct()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        target = self.versions.get(cleaned.get("target") or 0)
        sources = [self.versions[pk] for pk in cleaned.get("sources") or []]
        if target is not None and any(
            version.data["kind"] != target.data["kind"] for version in sources
        ):
            self.add_error(
                "target",
                _("An answer to a question of another kind cannot be marked by this version."),
            )
        if target is not None and sources == [target]:
            self.add_error("target", _("Choose another version than the one they are marked by."))
        return cleaned

    @property
    def wish(self) -> regrading.Wish:
        given = self.cleaned_data
        return regrading.Wish(
            [self.versions[pk] for pk in given["sources"]],
            self.versions[given["target"]],
            given["quiz"],
        )


def _named(version: QuestionVersion, attempts: int) -> str:
    day = timezone.localtime(version.made_at).strftime("%d.%m.%Y %H:%M")
    return _("Version %(number)d of %(day)s (answered in attempts: %(attempts)d)") % {
        "number": version.number,
        "day": day,
        "attempts": attempts,
    }


class AgreeForm(forms.Form):
    """What was looked at, and why it is done."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Everybody whose answer is marked again reads it beside the question. It stays in "
            "the log."
        ),
    )


def _may(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(REGRADE):
        raise PermissionDenied
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
def regrade(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose versions; with them chosen, the preview; a POST does what it shows."""
    user = _may(request)
    question = get_object_or_404(Question, pk=pk)
    chosen = "target" in request.GET
    form = VersionsForm(request.GET if chosen else None, question=question)
    if not chosen and request.GET.get("quiz", "").isdecimal():
        form.initial["quiz"] = request.GET["quiz"]
    if not chosen or not form.is_valid():
        return _show(request, question, form, status=422 if chosen else 200)
    if request.method != "POST":
        plan = regrading.plan(user, form.wish, timezone.localdate())
        agree = AgreeForm(initial={"token": uuid4(), "digest": plan.digest})
        return _show(request, question, form, plan, agree)
    return _do(request, user, question, form)


def _do(request: HttpRequest, user: User, question: Question, form: VersionsForm) -> HttpResponse:
    today = timezone.localdate()
    agree = AgreeForm(request.POST, label_suffix="")
    if not agree.is_valid():
        plan = regrading.plan(user, form.wish, today)
        return _show(request, question, form, plan, agree, status=422)
    given = agree.cleaned_data
    try:
        done = regrading.apply(
            user, form.wish, given["reason"], given["token"], given["digest"], today
        )
    except regrading.Stale as stale:
        fresh = AgreeForm(
            initial={"token": uuid4(), "digest": stale.plan.digest, "reason": given["reason"]}
        )
        return _show(request, question, form, stale.plan, fresh, is_stale=True, status=409)
    if done.question_id != question.pk:
        raise PermissionDenied
    messages.success(request, _("Marked again: %(count)d attempts.") % {"count": done.attempts})
    return redirect(f"{reverse('assessments_regrade', args=[question.pk])}#done")


def _show(
    request: HttpRequest,
    question: Question,
    form: VersionsForm,
    plan: regrading.Plan | None = None,
    agree: AgreeForm | None = None,
    *,
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    page = None
    if plan is not None:
        page = Paginator(plan.changes, PER_PAGE).get_page(request.GET.get("p"))
        audit.log_all(
            _may(request),
            "previewed_regrade",
            [(change.person, change.attempt.pk) for change in page],
            object_kind="attempt",
            detail={"question": question.key},
        )
    query = request.GET.copy()
    query.pop("p", None)
    viewset: Any = question.snippet_viewset
    context = {
        "page_title": _("Mark again"),
        "page_subtitle": str(question),
        "header_icon": "rotate",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse(viewset.get_url_name("list")), "label": _("Questions")},
            {
                "url": reverse(viewset.get_url_name("edit"), args=[quote(question.pk)]),
                "label": str(question),
            },
            {"url": "", "label": _("Mark again")},
        ],
        "question": question,
        "form": form,
        "plan": plan,
        "rows": [(change, _levels(change)) for change in page or ()],
        "page_obj": page,
        "query": query.urlencode(),
        "agree": agree,
        "is_stale": is_stale,
        "earlier": question.regrades.select_related("by", "target", "quiz"),
    }
    return render(request, "assessments/admin/regrade.html", context, status=status)


def _levels(change: regrading.Change) -> list[str]:
    return [
        f"{pick(each.competence, 'name')}: {each.before} → {each.after}" for each in change.levels
    ]


class RegradePanel(Panel):
    """In the editor of a quiz or a question: the way to marking again, for whoever may."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "assessments/admin/regrade_panel.html"

        def is_shown(self) -> bool:
            shown: bool = super().is_shown()
            is_saved = bool(self.instance.pk)
            return shown and is_saved and self.request.user.has_perm(REGRADE)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            questions = Question.objects.annotate(made=Count("versions")).filter(made__gt=1)
            if isinstance(self.instance, Quiz):
                questions = questions.filter(places__quiz=self.instance)
                query = f"?quiz={self.instance.pk}"
            else:
                questions, query = questions.filter(pk=self.instance.pk), ""
            return context | {
                "links": [
                    (str(each), f"{reverse('assessments_regrade', args=[each.pk])}{query}")
                    for each in questions
                ]
            }


urlpatterns = [path("questions/<int:pk>/regrade/", regrade, name="assessments_regrade")]
