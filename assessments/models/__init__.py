"""The question bank, quizzes, and attempts at them."""

from assessments.models.attempts import (
    MARK,
    MARKERS,
    REGRADE,
    Accommodation,
    Attempt,
    AttemptQuerySet,
    Pin,
    Regrade,
    Step,
)
from assessments.models.bank import (
    BankItem,
    CompetenceWeight,
    Kind,
    Question,
    QuestionQuerySet,
    QuestionVersion,
    VersionQuerySet,
)
from assessments.models.quizzes import DrawRule, Quiz, QuizPage, QuizQuestion
from assessments.models.topics import Topic

__all__ = [
    "MARK",
    "MARKERS",
    "REGRADE",
    "Accommodation",
    "Attempt",
    "AttemptQuerySet",
    "BankItem",
    "CompetenceWeight",
    "DrawRule",
    "Kind",
    "Pin",
    "Question",
    "QuestionQuerySet",
    "QuestionVersion",
    "Quiz",
    "QuizPage",
    "QuizQuestion",
    "Regrade",
    "Step",
    "Topic",
    "VersionQuerySet",
]
