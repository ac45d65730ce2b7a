"""What is forgotten with a person: all that is about her and is no evidence."""

from typing import Any

from courses.people.models import User
from courses.progress.models import EvidenceNote, FeedbackSeen, ReviewPause


def erase(instance: User, **_signal: Any) -> None:
    """Before a person is deleted, in whichever way."""
    for model in (ReviewPause, FeedbackSeen):
        model._default_manager.filter(subject__person=instance).delete()
    EvidenceNote.objects.filter(evidence__subject__person=instance).delete()
