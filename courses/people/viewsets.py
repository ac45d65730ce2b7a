"""People, teams and memberships in Wagtail's admin, for superusers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from courses.people.models import AuditEntry, Membership, Team, User


class _OurFields(forms.ModelForm):
    """An address is optional here, and one is kept once whatever its case."""

    def clean_email(self) -> str | None:
        email = (self.cleaned_data.get("email") or "").lower() or None
        others = User.objects.filter(email=email).exclude(pk=self.instance.pk)
        if email and others.exists():
            raise forms.ValidationError(
                _("Somebody with this e-mail address has an account already.")
            )
        return email


class PersonCreationForm(_OurFields, UserCreationForm):
    email = forms.EmailField(label=_("E-mail address"), required=False)

    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields | {"language"}

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        user: User = super().save(commit)
        return user


class PersonEditForm(_OurFields, UserEditForm):
    email = forms.EmailField(label=_("E-mail address"), required=False)

    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields | {"language"}


class UserViewSet(WagtailUserViewSet):
    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return PersonEditForm if for_update else PersonCreationForm


class TeamForm(forms.ModelForm):
    """A team and the one above it; rights reach from there down to it."""

    parent = forms.ModelChoiceField(
        label=_("Part of"), queryset=Team.objects.all(), required=False, blank=True
    )

    class Meta:
        model = Team
        fields = ["name", "kind", "setting"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["parent"] = self.instance.get_parent()

    def clean_parent(self) -> Team | None:
        parent: Team | None = self.cleaned_data["parent"]
        mine = self.instance
        if parent and mine.pk and (parent == mine or parent.is_descendant_of(mine)):
            raise forms.ValidationError(_("A team cannot be a part of itself."))
        return parent

    def save(self, commit: bool = True) -> Team:
        """Places the team in the tree too; `commit` is always meant."""
        team: Team = self.instance
        parent = self.cleaned_data["parent"]
        if not team.pk:
            return parent.add_child(instance=team) if parent else Team.add_root(instance=team)
        team.save()
        if parent != team.get_parent():
            if parent:
                team.move(parent, "last-child")
            else:
                team.move(Team.get_last_root_node(), "last-sibling")
            team.refresh_from_db()
        return team


class TeamViewSet(ModelViewSet):
    model = Team
    icon = "group"
    menu_label = _("Teams")
    list_display = [
        Column("name", label=_("Name"), accessor=lambda team: "– " * (team.depth - 1) + team.name),
        "kind",
        "setting",
    ]
    search_fields = ["name"]
    copy_view_enabled = False
    add_to_reference_index = False

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return TeamForm


class MembershipViewSet(ModelViewSet):
    model = Membership
    icon = "user"
    menu_label = _("Memberships")
    form_fields = ["person", "team", "role", "setting", "starts_on", "ends_on", "substitute_for"]
    list_display = ["person", "team", "role", "setting", "starts_on", "ends_on"]
    list_filter = ["role", "setting", "team"]
    search_fields = ["person__first_name", "person__last_name", "team__name"]
    add_to_reference_index = False


class AuditViewSet(ModelViewSet):
    """Who saw, changed or exported what: for reading only."""

    model = AuditEntry
    icon = "history"
    menu_label = _("Access log")
    form_fields: list[str] = []
    list_display = ["at", "actor", "action", "about", "object_kind", "object_key"]
    list_filter = ["action", "at"]
    list_export = ["at", "actor", "action", "about", "object_kind", "object_key"]
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False


class PeopleGroup(ModelViewSetGroup):
    menu_label = _("People")
    menu_icon = "group"
    menu_order = 550
    items = (TeamViewSet("teams"), MembershipViewSet("memberships"), AuditViewSet("access-log"))
