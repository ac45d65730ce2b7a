"""Indexing asked for many times in one go, and done once at its end.

Wagtail brings its search and reference indexes up to date at every save, by a task of the
background. Loading a pack saves each record several times: only the last state needs indexing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.utils import get_random_id
from django_tasks_db import DatabaseBackend

# Each says "bring this object up to date", whatever happened to it: the last one is enough.
INDEXING = {
    "wagtail.tasks.update_reference_index_task",
    "modelsearch.tasks.insert_or_update_object_task",
}

Waiting = dict[tuple[str, tuple[Any, ...]], Task[Any, Any]]
_waiting: ContextVar[Waiting | None] = ContextVar("waiting", default=None)


@contextmanager
def indexed_once() -> Iterator[None]:
    """Hold back indexing until the end of the block; then each object is indexed once.

    Where the block fails, nothing is: its transaction took the changes back.
    """
    if _waiting.get() is not None:
        yield
        return
    waiting: Waiting = {}
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    for (_path, args), task in waiting.items():
        task.enqueue(*args)


class Once:
    """A task backend that knows how to wait."""

    alias: str

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        waiting = _waiting.get()
        if waiting is None or kwargs or task.module_path not in INDEXING:
            result: TaskResult[Any] = super().enqueue(task, args, kwargs)  # type: ignore[misc]
            return result
        waiting[task.module_path, tuple(args)] = task
        return TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=None,
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )


class Immediate(Once, ImmediateBackend):
    """At once, in the process that asks: development and tests."""


class Queued(Once, DatabaseBackend):
    """In the database, for a worker."""
