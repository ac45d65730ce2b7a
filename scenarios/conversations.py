"""The words in which a conversation is coded: behaviours, stages of change, techniques.

Behaviours are those counted by MITI 4.2.1 (PMC9461167), stages and what fits each are those of the
handbook (section 1.5, table 4). Stories name all of them by key.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Named = dict[str, str | Promise]

CODES: Named = {
    "giving-information": _("giving information"),
    "persuade": _("persuading"),
    "persuade-with-permission": _("persuading with permission"),
    "question": _("question"),
    "simple-reflection": _("simple reflection"),
    "complex-reflection": _("complex reflection"),
    "affirm": _("affirming"),
    "seek-collaboration": _("seeking collaboration"),
    "emphasize-autonomy": _("emphasising autonomy"),
    "confront": _("confronting"),
}
ADHERENT = frozenset({"seek-collaboration", "affirm", "emphasize-autonomy"})
NON_ADHERENT = frozenset({"confront", "persuade"})
REFLECTIONS = frozenset({"simple-reflection", "complex-reflection"})

STAGES: Named = {
    "precontemplation": _("precontemplation"),
    "contemplation": _("contemplation"),
    "preparation": _("decision and planning"),
    "action": pgettext_lazy("stage of change", "action"),
    "maintenance": _("maintenance"),
    "relapse": _("relapse"),
}

TECHNIQUES: Named = {
    "neutral-information": _("neutral information"),
    "self-analysis": _("inviting self-analysis"),
    "respect-choice": _("respecting the choice"),
    "recall-ability": _("recalling proof of ability"),
    "accept-unreadiness": _("accepting unreadiness"),
    "reflect": _("reflecting"),
    "find-obstacles": _("finding obstacles together"),
    "offer-options": _("offering options, the client chooses"),
    "support-belief": _("supporting belief in success"),
    "plan-from-past": _("planning from what worked before"),
    "praise-steps": _("praising each step"),
    "replace-habits": _("help with the loss of habits"),
    "relapse-signs": _("naming signs of relapse"),
    "discuss-resisting": _("discussing how to resist"),
    "emotional-support": _("emotional support"),
    "relapse-as-learning": _("relapse as learning"),
    "return-to-planning": _("going back to thinking and planning"),
    "advise": _("advising"),
    "lecture": _("lecturing"),
    "persuade": _("persuading"),
    "criticise": _("criticising"),
    "push-to-act": _("pushing to act"),
    "withdraw-support": _("withdrawing support"),
}

# What a variable counts; the debrief draws the client's state from those that are not "other".
KINDS: Named = {
    "trust": _("trust"),
    "change-talk": _("change talk"),
    "sustain-talk": _("sustain talk"),
    "importance": _("importance of change"),
    "confidence": _("confidence in change"),
    "days": _("days of the story"),
    "other": _("something else"),
}


# As choices of a form, so that another word there is no migration.


def codes() -> list[tuple[str, str | Promise]]:
    return [*CODES.items()]


def stages() -> list[tuple[str, str | Promise]]:
    return [*STAGES.items()]


def techniques() -> list[tuple[str, str | Promise]]:
    return [*TECHNIQUES.items()]


def kinds() -> list[tuple[str, str | Promise]]:
    return [*KINDS.items()]
