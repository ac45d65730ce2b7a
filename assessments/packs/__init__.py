"""Quizzes and their questions as a pack has them."""

from assessments.packs.quizzes import Quizzes

__all__ = ["Quizzes"]
