"""People and teams for tests."""

import datetime

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from courses.people.models import Membership, Role, Setting, Team, User


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.org")
    first_name = "Anna"
    last_name = factory.Sequence(lambda n: f"Bērziņa {n}")
    password = factory.django.Password("a long enough secret")

    @factory.post_generation
    def in_groups(self, create, names, **kwargs):
        if create and names:
            self.groups.set(Group.objects.filter(name__in=names))


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")
    setting = Setting.PRISON

    @classmethod
    def _create(cls, model_class, *args, parent=None, **kwargs):
        return parent.add_child(**kwargs) if parent else model_class.add_root(**kwargs)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    person = factory.SubFactory(UserFactory)
    team = factory.SubFactory(TeamFactory)
    role = Role.LEARNER
    setting = Setting.PRISON
    starts_on = datetime.date(2026, 1, 1)

    class Params:
        leading = factory.Trait(role=Role.LEAD)
