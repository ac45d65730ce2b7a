"""The question bank, quizzes, and attempts at them."""

from assessments.models.attempts import Answer, Attempt, AttemptQuerySet, Pin
from assessments.models.bank import (
    BankItem,
    CompetenceWeight,
    Kind,
    Question,
    QuestionQuerySet,
    QuestionVersion,
    VersionQuerySet,
)
from assessments.models.quizzes import Quiz, QuizPage, QuizQuestion
from assessments.models.topics import Topic

__all__ = [
    "Answer",
    "Attempt",
    "AttemptQuerySet",
    "BankItem",
    "CompetenceWeight",
    "Kind",
    "Pin",
    "Question",
    "QuestionQuerySet",
    "QuestionVersion",
    "Quiz",
    "QuizPage",
    "QuizQuestion",
    "Topic",
    "VersionQuerySet",
]
