"""The question bank, quizzes, and attempts at them."""

from assessments.models.attempts import (
    MARK,
    MARKERS,
    Accommodation,
    Attempt,
    AttemptQuerySet,
    Pin,
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
    "Step",
    "Topic",
    "VersionQuerySet",
]
