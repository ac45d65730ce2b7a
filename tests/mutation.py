"""`python -m tests.mutation`: does a test notice when a rule is broken?

Changes one operator, number or truth value at a time in the modules of pure rules, runs their
tests, and says how many changes went unnoticed. Works on a copy; exits 1 below the share asked for.
"""

import ast
import copy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ASKED = 0.85
RULES = {
    "courses/progress/rules.py": ["tests/progress/test_rules.py"],
    "assessments/grading/kinds.py": ["tests/assessments/test_grading.py"],
    "assessments/grading/responses.py": ["tests/assessments/test_grading.py"],
    "assessments/grading/marks.py": ["tests/assessments/test_grading.py"],
}
SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
}  # fmt: skip


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """(line, what was changed, the changed source), one change each."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    for place, node in enumerate(nodes):
        for name, make in changes(node):
            changed = copy.deepcopy(tree)
            twin = list(ast.walk(changed))[place]
            make(twin)
            line = getattr(node, "lineno", 0)
            yield line, name, ast.unparse(ast.fix_missing_locations(changed))


def changes(node: ast.AST) -> Iterator[tuple[str, object]]:
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            if other := SWAPS.get(type(operator)):
                yield (
                    f"{type(operator).__name__} to {other.__name__}",
                    lambda twin, at=at, other=other: twin.ops.__setitem__(at, other()),
                )
    elif isinstance(node, (ast.BoolOp, ast.BinOp)):
        if other := SWAPS.get(type(node.op)):
            yield (
                f"{type(node.op).__name__} to {other.__name__}",
                lambda twin, other=other: setattr(twin, "op", other()),
            )
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped", lambda twin: setattr(twin, "op", ast.UAdd())
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield f"{node.value} turned", lambda twin: setattr(twin, "value", not twin.value)
        elif isinstance(node.value, int):
            yield f"{node.value} plus 1", lambda twin: setattr(twin, "value", twin.value + 1)
        elif isinstance(node.value, float):
            yield f"{node.value} times 1.5", lambda twin: setattr(twin, "value", twin.value * 1.5)


def main() -> int:
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "site"
        shutil.copytree(
            ROOT,
            work,
            ignore=shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache"),
        )
        for module, tests in RULES.items():
            source = (work / module).read_text(encoding="utf-8")
            survivors, total = [], 0
            for line, what, changed in mutants(source):
                (work / module).write_text(changed, encoding="utf-8")
                run = subprocess.run(
                    [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests],
                    cwd=work, capture_output=True, check=False, timeout=300,
                )  # fmt: skip
                total += 1
                if run.returncode == 0:
                    survivors.append(f"{module}:{line}: {what}")
            (work / module).write_text(source, encoding="utf-8")
            share = 1 - len(survivors) / total
            print(f"{module}: {total} changes, {share:.0%} noticed")
            print("".join(f"  survived: {each}\n" for each in survivors), end="", flush=True)
            failed |= share < ASKED
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
