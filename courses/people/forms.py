"""Forms of the account pages and of inviting."""

import datetime
import uuid
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from courses.people import invitations
from courses.people.models import Membership, Role, Setting, Team, User


class PlainForm(forms.Form):
    """Labels without a colon, as everywhere on the site."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)


class Day(forms.DateInput):
    """The browser's own way of choosing a day."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class CodeForm(PlainForm):
    """The code of a printed invitation."""

    code = forms.CharField(
        label=_("Code on your sheet"),
        max_length=80,
        help_text=_("Seven groups of four signs. Capitals, spaces and hyphens do not matter."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "code",
            }
        ),
    )


class NewPasswordForm(PlainForm):
    """A person's first password, or a new one, typed twice."""

    password1 = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validation.password_validators_help_text_html(),
    )
    password2 = forms.CharField(
        label=_("The same password once more"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        password_validation.validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords are not the same."))
        return data


class Way(forms.RadioSelect):
    MAIL = "mail"
    PAPER = "paper"


WAYS = [
    (Way.MAIL, _("By e-mail")),
    (Way.PAPER, _("On paper: a sheet with a code that I hand over")),
]


class InviteForm(PlainForm):
    """Who is invited, to which team, as what, and how."""

    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150)
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    setting = forms.ChoiceField(
        label=_("Setting"), choices=[("", _("As the team")), *Setting.choices], required=False
    )
    starts_on = forms.DateField(label=_("First day"), widget=Day())
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices)
    way = forms.ChoiceField(
        label=_("How the invitation reaches the person"), choices=WAYS, widget=Way
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Without one, the person signs in with a user name that you will see next."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, inviter: User, today: datetime.date, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "token": uuid.uuid4(),
            "starts_on": today,
            "language": User.Language.LATVIAN,
            "way": Way.MAIL,
            "role": Role.LEARNER,
        } | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.inviter, self.today = inviter, today
        teams = Team.objects.open_to_invite(inviter, today)
        field = self.fields["team"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = teams
        if teams.count() == 1:
            self.initial["team"] = teams[0].pk
        self.run = set(
            Team.objects.reached_by(inviter, (Role.ADMINISTRATOR,), today).values_list(
                "pk", flat=True
            )
        )
        if not self.run and not inviter.is_superuser:
            del self.fields["role"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["email"] = email = (data.get("email") or "").lower()
        if data.get("way") == Way.MAIL and not email and "email" not in self.errors:
            self.add_error("email", _("An invitation by e-mail needs an e-mail address."))
        others = User.objects.exclude(invitations__token=data.get("token"))
        if email and others.filter(email=email).exists():
            self.add_error(
                "email",
                _(
                    "Somebody with this e-mail address has an account already. Ask an "
                    "administrator to add the person to your team."
                ),
            )
        team, role = data.get("team"), data.get("role", Role.LEARNER)
        if team and role != Role.LEARNER and not self._may_give_roles(team):
            self.add_error("role", _("In this team you can invite learners only."))
        return data

    def _may_give_roles(self, team: Team) -> bool:
        return self.inviter.is_superuser or team.pk in self.run

    @property
    def invitee(self) -> invitations.Invitee:
        data = self.cleaned_data
        return invitations.Invitee(
            first_name=data["first_name"],
            last_name=data["last_name"],
            email=data["email"],
            language=data["language"],
            team=data["team"],
            starts_on=data["starts_on"],
            role=data.get("role") or Role.LEARNER,
            setting=data["setting"] or data["team"].setting,
        )

    @property
    def printed(self) -> bool:
        return bool(self.cleaned_data["way"] == Way.PAPER)


class OneAddress(forms.ModelForm):
    """A person's fields: an address is optional, and one is kept once whatever its case."""

    def clean_email(self) -> str | None:
        email = (self.cleaned_data.get("email") or "").lower() or None
        others = User.objects.filter(email=email).exclude(pk=self.instance.pk)
        if email and others.exists():
            raise ValidationError(_("Somebody with this e-mail address has an account already."))
        return email


class PersonForm(PlainForm, OneAddress):
    """What an administrator corrects about a person."""

    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("The old address is told. Invitations sent there stop working."),
    )

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email", "language"]


class TeamField(forms.ModelChoiceField):
    """Teams as a tree, those below set in."""

    def label_from_instance(self, obj: Any) -> str:
        return "– " * (obj.depth - 1) + str(obj.name)


class TeamForm(PlainForm, forms.ModelForm):
    """A team and the one above it; rights reach from there down to it."""

    parent = TeamField(label=_("Part of"), queryset=Team.objects.all(), required=False, blank=True)

    class Meta:
        model = Team
        fields = ["name", "kind", "setting", "code"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["parent"] = self.instance.get_parent()

    def clean_parent(self) -> Team | None:
        parent: Team | None = self.cleaned_data["parent"]
        mine = self.instance
        if parent and mine.pk and (parent == mine or parent.is_descendant_of(mine)):
            raise ValidationError(_("A team cannot be a part of itself."))
        return parent

    def save(self, commit: bool = True) -> Team:
        """Places the team in the tree too; `commit` is always meant."""
        team: Team = self.instance
        if not team.pk:
            parent = self.cleaned_data["parent"]
            return parent.add_child(instance=team) if parent else Team.add_root(instance=team)
        team.save()
        before = team.get_parent()
        parent = self.cleaned_data.get("parent", before)
        if parent != before:
            if parent:
                team.move(parent, "last-child")
            else:
                team.move(Team.get_last_root_node(), "last-sibling")
            team.refresh_from_db()
        return team


class OwnTeamForm(TeamForm):
    """For an administrator: the team stays within hers, and her uppermost ones stay in place."""

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.instance.get_parent() if self.instance.pk else None
        if self.instance.pk and not teams.filter(pk=parent.pk if parent else None).exists():
            del self.fields["parent"]
            return
        field = self.fields["parent"]
        assert isinstance(field, TeamField)  # noqa: S101
        field.queryset = teams
        field.required = True


class PlaceForm(PlainForm, forms.ModelForm):
    """A place in a team: for a person who gets it, or its last day for one who has it."""

    team = TeamField(label=_("Team"), queryset=Team.objects.none())
    setting = forms.ChoiceField(
        label=_("Setting"), choices=[("", _("As the team")), *Setting.choices], required=False
    )
    starts_on = forms.DateField(label=_("First day"), widget=Day())
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=Day(),
        help_text=_("The person still belongs to the team on this day. Empty: no end is known."),
    )

    class Meta:
        model = Membership
        fields = ["team", "role", "setting", "starts_on", "ends_on"]

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # Who was what and where is history: it ends, and another place begins.
            for name in ("team", "role", "starts_on"):
                del self.fields[name]
            return
        field = self.fields["team"]
        assert isinstance(field, TeamField)  # noqa: S101
        field.queryset = teams

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        place = self.instance
        team, role = data.get("team", place.team_id), data.get("role", place.role)
        first, last = data.get("starts_on", place.starts_on), data.get("ends_on")
        if team and role and first and not self.errors:
            same = Membership.objects.filter(person=place.person, team=team, role=role)
            same = same.lasting(first).exclude(pk=place.pk)
            if (same.filter(starts_on__lte=last) if last else same).exists():
                raise ValidationError(
                    _("The person has this role in this team on these days already.")
                )
        if "setting" in data and not data["setting"] and team:
            data["setting"] = place.team.setting if place.pk else team.setting
        return data


class LanguageForm(PlainForm, forms.ModelForm):
    class Meta:
        model = User
        fields = ["language"]
        help_texts = {"language": _("For e-mails, and for the pages after you sign in.")}


class EmailForm(PlainForm):
    """A new e-mail address, with the password: whoever reads that mailbox can reset it."""

    email = forms.EmailField(label=_("New e-mail address"), max_length=254)
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if email == self.person.email:
            raise ValidationError(_("This is your e-mail address already."))
        return email

    def clean_password(self) -> str:
        """Asked through allauth, so that its limiter counts wrong tries here too."""
        password: str = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.person, password):
            raise ValidationError(_("This is not your password."))
        return password


class LeaveForm(PlainForm):
    """The days on which somebody is away; why, is nobody's business here."""

    starts_on = forms.DateField(label=_("First day away"), widget=Day())
    ends_on = forms.DateField(
        label=_("Last day away"),
        required=False,
        widget=Day(),
        help_text=_("Empty: no end is known yet."),
    )

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_ends_on(self) -> datetime.date | None:
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data["ends_on"]
        if last and last < self.today:
            raise ValidationError(_("This day has passed. Choose today or a later day."))
        if first and last and last < first:
            raise ValidationError(_("The last day is before the first."))
        return last
