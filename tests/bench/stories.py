"""What checking a large story costs in CPU: `python -m tests.bench.stories`.

A story of 300 scenes with four choices each, three values and guards on them, is to be checked in
at most 5 s. Counted is the CPU time of this process, so that other work on the machine does not
count.
"""

import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "theme.settings.dev")

SCENES = 300
TARGET = 5.0  # seconds


def measure() -> dict[str, float]:
    """Seconds of CPU by step."""
    from scenarios.engine import build, replay
    from scenarios.lint import lint
    from scenarios.walking import explore
    from tests.scenarios.sound import large

    data = large(SCENES)
    found = {}
    start = time.process_time()
    story = build(data)
    found["parsed"] = time.process_time() - start
    start = time.process_time()
    walk = explore(story)
    found[f"{len(walk.came)} states walked"] = time.process_time() - start
    start = time.process_time()
    findings = lint(data, {"alliance"})
    found["linted"] = time.process_time() - start
    if any(finding.is_error for finding in findings):
        raise AssertionError(findings[0])
    far = max(walk.came, key=lambda spot: len(walk.road(spot)))
    replay(story, [step.split("/")[1] for step in walk.road(far)])
    return found


def main() -> int:
    import django

    django.setup()
    taken = measure()
    for step, seconds in taken.items():
        print(f"{SCENES} scenes {step}: {seconds:.2f} s of CPU")
    print(f"target {TARGET:.0f} s")
    return 0 if taken["linted"] <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
