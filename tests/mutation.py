"""`python -m tests.mutation [module …]`: does a test notice when a rule is broken?

Changes one operator, number or truth value at a time in the modules of pure rules, runs their own
tests, and says which changes went unnoticed. Exits 1 below the share asked for, and 2 where the
check itself cannot be trusted: the tests fail without a change, never see the module, or do not
notice that none of its functions does anything.

Nothing of ours is loaded before the fork, so that a child imports the changed module and all that
is built on it as a new process would. `--compare 20` proves that on so many changes, by running
the tests on a changed copy in a process of their own.
"""

import argparse
import ast
import importlib
import importlib.abc
import importlib.machinery
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType, ModuleType

import django
import fsrs  # noqa: F401  (loaded once for all children)
import hypothesis
import pytest
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[1]
OURS = {"assessments", "certificates", "content", "courses", "scenarios", "theme"}
ASKED = 0.85
AT_ONCE = 2
LONGEST = 60  # seconds for the tests of one change; one that never ends is noticed
MEMORY = 4 << 30  # bytes for one child
UNSEEN = 70  # exit code of a child whose tests never imported the module
PYTEST = ["-x", "-q", "-c", os.devnull, "--rootdir", str(ROOT), "-p", "no:cacheprovider"]

# A process of its own, with everything that tests usually have.
ALONE = (
    "import sys, pytest; from tests import mutation; mutation.prepare(); sys.exit(pytest.main())"
)


@dataclass(frozen=True)
class Rules:
    """A module of rules and the tests that are its own; `models`: it needs the models loaded."""

    path: str
    tests: tuple[str, ...]
    models: bool = False

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").replace("/", ".")

    @property
    def tree(self) -> ast.Module:
        return ast.parse((ROOT / self.path).read_text(encoding="utf-8"))


GRADING = ("tests/assessments/test_grading.py",)
RULES = [
    Rules("courses/progress/rules.py", ("tests/progress/test_levels.py", "tests/progress/test_rules.py")),
    Rules("courses/progress/memory.py", ("tests/progress/test_memory.py",)),
    Rules("assessments/grading/kinds.py", GRADING),
    Rules("assessments/grading/responses.py", GRADING),
    Rules("assessments/grading/marks.py", GRADING),
    Rules("assessments/policy.py", ("tests/assessments/test_policy.py",)),
    Rules("courses/progress/certainty.py", ("tests/progress/test_certainty.py",)),
    Rules("assessments/draws.py", ("tests/assessments/test_draws.py",)),
    # The last, since they, or their tests, cannot be imported without the models.
    Rules("scenarios/miti.py", ("tests/scenarios/test_miti.py",), models=True),
    Rules("scenarios/debrief.py", ("tests/scenarios/test_debrief.py",), models=True),
    Rules("scenarios/roads.py", ("tests/scenarios/test_roads.py",), models=True),
    Rules("scenarios/book.py", ("tests/scenarios/test_book.py",), models=True),
    Rules("scenarios/wording.py", ("tests/scenarios/test_book.py",), models=True),
    Rules("scenarios/rehearsal.py", ("tests/scenarios/test_rehearsal.py",), models=True),
    Rules("assessments/replay.py", ("tests/assessments/test_replay.py",), models=True),
]  # fmt: skip

# Changes --------------------------------------------------------------------------------

SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Break: ast.Continue, ast.Continue: ast.Break,
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Change:
    """One change of a tree, in place."""

    line: int
    what: str
    make: Callable[[], None]


def changes(tree: ast.AST) -> Iterator[Change]:
    """Every change there is: not of types and decorators, nor of what an error says."""
    for parent, field, at, node in _nodes(tree):
        line = getattr(node, "lineno", getattr(parent, "lineno", 0))
        for what, new in _others(node):
            yield Change(line, what, partial(_put, parent, field, at, new))


def _nodes(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """(parent, its field, place in that field, node) of everything that may be changed."""
    if _is_type(tree):
        return
    for field, value in ast.iter_fields(tree):
        if field in {"annotation", "returns", "decorator_list", "exc"}:
            continue
        for at, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(node, ast.AST):
                yield tree, field, at, node
                yield from _nodes(node)


def _is_type(node: ast.AST) -> bool:
    """Whether a statement names a type, as `Question = SingleChoice | …` does."""
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, (ast.BinOp, ast.Subscript, ast.Attribute))
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id.istitle()
    )


def _others(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may stand in the place of a node, and what that is called."""
    if other := SWAPS.get(type(node)):
        yield f"{type(node).__name__} to {other.__name__}", other()
    match node:
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield f"{type(node.op).__name__} dropped", operand
        case ast.Name(id=name, ctx=ast.Load()) if name in NAMES:
            yield f"{name} to {NAMES[name]}", ast.Name(NAMES[name], ast.Load())
        case ast.Constant(value=bool(value)):
            yield f"{value} turned", ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield f"{value} plus 1", ast.Constant(value + 1)
        case ast.Constant(value=float(value)):
            yield f"{value} half as much again", ast.Constant(value * 1.5 or 1.5)


def _put(parent: ast.AST, field: str, at: int | None, new: ast.AST) -> None:
    if at is None:
        ast.copy_location(new, getattr(parent, field))
        setattr(parent, field, new)
    else:
        ast.copy_location(new, getattr(parent, field)[at])
        getattr(parent, field)[at] = new


def idle(tree: ast.Module) -> ast.Module:
    """The module with no function that does anything."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body = [ast.Return(ast.Constant(None))]
    return ast.fix_missing_locations(tree)


# One run --------------------------------------------------------------------------------


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Has one module come from changed code instead of its file."""

    def __init__(self, rules: Rules, code: CodeType) -> None:
        self.rules, self.code, self.loaded = rules, code, False

    def find_spec(self, name: str, path: object, target: object = None) -> object:
        if name != self.rules.name:
            return None
        return importlib.machinery.ModuleSpec(name, self, origin=self.rules.path)

    def exec_module(self, module: ModuleType) -> None:
        self.loaded = True
        exec(self.code, module.__dict__)  # noqa: S102


def child(rules: Rules, tree: ast.Module, output: int) -> int:
    """Fork; the child runs the tests on the module as the tree has it, and ends with their code."""
    sys.stdout.flush()
    if pid := os.fork():
        return pid
    code = 3
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(LONGEST)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        os.dup2(output, 1)
        os.dup2(output, 2)
        finder = Changed(rules, compile(tree, rules.path, "exec"))
        sys.meta_path.insert(0, finder)
        code = pytest.main([*PYTEST, "--noconftest", "--assert=plain", "--tb=short", *rules.tests])
        sys.stdout.flush()
        code = int(code) if finder.loaded else UNSEEN
    finally:
        os._exit(code)


class Untrusted(Exception):
    """The check says nothing about the tests."""


def is_noticed(status: int) -> bool:
    """Whether the tests failed, could not be read or never ended."""
    if os.WIFSIGNALED(status):
        return True
    code = os.WEXITSTATUS(status)
    if code not in (0, 1, 2):
        raise Untrusted(f"A run ended with {code}.")
    return code != 0


def _top(name: str) -> str:
    return name.partition(".")[0]


def trust(rules: Rules) -> None:
    """Raises `Untrusted` unless the tests pass without a change and see an idle module."""
    seen = {rules.name} if rules.models else {name for name in sys.modules if _top(name) in OURS}
    if loaded := seen & sys.modules.keys():
        raise Untrusted(f"Loaded before the change: {sorted(loaded)}")
    with tempfile.TemporaryFile() as said:
        _pid, status = os.waitpid(child(rules, rules.tree, said.fileno()), 0)
        if os.WIFSIGNALED(status) or os.WEXITSTATUS(status):
            said.seek(0)
            raise Untrusted(f"Without a change {status=}:\n{said.read().decode()}")
        _pid, status = os.waitpid(child(rules, idle(rules.tree), said.fileno()), 0)
        if not is_noticed(status):
            raise Untrusted(f"Nobody notices that {rules.path} does nothing.")


def run(rules: Rules, chosen: Iterable[int]) -> dict[int, bool]:
    """Whether each of the changes, by its number, is noticed; so many children at once."""
    noticed: dict[int, bool] = {}
    running: dict[int, int] = {}

    def wait() -> None:
        pid, status = os.waitpid(-1, 0)
        noticed[running.pop(pid)] = is_noticed(status)

    with Path(os.devnull).open("wb") as nowhere:
        for number in chosen:
            if len(running) == AT_ONCE:
                wait()
            running[child(rules, changed(rules, number), nowhere.fileno())] = number
        while running:
            wait()
    return noticed


def changed(rules: Rules, number: int) -> ast.Module:
    tree = rules.tree
    list(changes(tree))[number].make()
    return ast.fix_missing_locations(tree)


# Everything -----------------------------------------------------------------------------


def prepare() -> None:
    """Few examples, the same ones each time."""
    hypothesis.settings.register_profile(
        "mutation",
        max_examples=25,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile("mutation")

    @hypothesis.given(st.text(), st.randoms(), st.data())
    def warm(_text: str, _chance: random.Random, _data: object) -> None:
        """What it reads of Unicode is kept."""

    warm()


def load_models() -> None:
    """Set Django up without what apps do when they are ready: that would import the rules."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "theme.settings.test"
    from django.apps import AppConfig
    from django.conf import settings

    for app in settings.INSTALLED_APPS:
        type(AppConfig.create(app)).ready = AppConfig.ready
    django.setup()


def report(rules: Rules) -> float:
    """The share of changes that are noticed, said with those that are not."""
    began = time.monotonic()
    trust(rules)
    all_of_them = list(changes(rules.tree))
    noticed = run(rules, range(len(all_of_them)))
    share = sum(noticed.values()) / len(noticed)
    seconds = time.monotonic() - began
    print(f"{rules.path}: {len(noticed)} changes, {share:.1%} noticed, {seconds:.0f} s")
    for number, each in enumerate(all_of_them):
        if not noticed[number]:
            print(f"  survived: {rules.path}:{each.line}: {each.what}")
    sys.stdout.flush()
    return share


def compare(rules: Rules, number: int) -> int:
    """How many of some changes a process of their own sees otherwise."""
    trust(rules)
    total = len(list(changes(rules.tree)))
    chosen = random.Random(rules.path).sample(range(total), min(number, total))  # noqa: S311
    ours = run(rules, chosen)
    otherwise = 0
    usual = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "DJANGO_"))}
    usual["PYTHONDONTWRITEBYTECODE"] = "1"  # what is written twice in a second would be stale
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "site"
        ignored = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache")
        shutil.copytree(ROOT, work, ignore=ignored)
        for each in chosen:
            (work / rules.path).write_text(ast.unparse(changed(rules, each)), encoding="utf-8")
            ended = subprocess.run(
                [sys.executable, "-c", ALONE, "-x", "-q", "-p", "no:cacheprovider", *rules.tests],
                cwd=work, env=usual, capture_output=True, check=False, timeout=600,
            )  # fmt: skip
            what = list(changes(rules.tree))[each]
            same = (ended.returncode != 0) == ours[each]
            otherwise += not same
            print(f"{'same' if same else 'OTHERWISE'}: {rules.path}:{what.line}: {what.what}")
            sys.stdout.flush()
    return otherwise


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    paths = [rules.path for rules in RULES]
    parser.add_argument("module", nargs="*", choices=[*paths, []], help="all where none is named")
    parser.add_argument("--compare", type=int, metavar="N", help="N changes of each, run both ways")
    given = parser.parse_args()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    prepare()
    failed = False
    for rules in RULES:
        if given.module and rules.path not in given.module:
            continue
        if rules.models:
            load_models()
        try:
            if given.compare:
                failed |= compare(rules, given.compare) > 0
            else:
                failed |= report(rules) < ASKED
        except Untrusted as why:
            print(f"{rules.path}: {why}")
            return 2
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
