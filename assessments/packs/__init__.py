"""Quizzes, their questions and what those are about, as a pack has them."""

from assessments.packs.quizzes import Quizzes
from assessments.packs.topics import Topics

__all__ = ["Quizzes", "Topics"]
