"""People, teams and memberships in Wagtail's admin, for superusers."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from courses.people.forms import OneAddress, TeamForm
from courses.people.models import AuditEntry, Membership, Team, User


class PersonCreationForm(OneAddress, UserCreationForm):
    email = forms.EmailField(label=_("E-mail address"), required=False)

    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields | {"language"}

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        user: User = super().save(commit)
        return user


class PersonEditForm(OneAddress, UserEditForm):
    email = forms.EmailField(label=_("E-mail address"), required=False)

    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields | {"language"}


class UserViewSet(WagtailUserViewSet):
    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return PersonEditForm if for_update else PersonCreationForm


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
