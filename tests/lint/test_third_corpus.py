"""How the rules do on a corpus that was written without sight of them: printed by kind and shape, and held.

The first, blind run found 0.921 of 1,349 secrets and flagged 0.024 of 287 traps; one format was then corrected to the
vendor's (Twitter's bearer token), which changed neither figure. What it had shown to be missing was added to the rules
since, so that now it only holds them: 0.998 and 0.003.
"""

from __future__ import annotations

from collections import Counter

import pytest
from tests.lint.test_corpora import Judged

LEAST_RECALL = 0.98
MOST_ALARMS = 0.02


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return Judged("third_corpus", tmp_path_factory.mktemp("third"))


def test_recall_and_false_alarms_hold(judged: Judged, capsys: pytest.CaptureFixture[str]) -> None:
    secrets = sum(len(file.secret_lines) for file in judged.files)
    traps = sum(not file.secret_lines for file in judged.files)
    missed, flagged = list(judged.missed()), list(judged.flagged())
    recall = 1 - len(missed) / secrets
    alarms = len({file.path for file, _ in flagged}) / traps
    with capsys.disabled():
        print(f"\nthird_corpus: {recall:.3f} of {secrets} secrets found, {alarms:.3f} of {traps} traps flagged")
        print(f"  missed kinds: {dict(Counter(file.kind.split(', ')[0] for file, _ in missed).most_common())}")
        print(f"  missed shapes: {dict(Counter(file.kind.split(', ')[-1] for file, _ in missed).most_common())}")
        print(f"  flagged: {dict(Counter(file.kind for file, _ in flagged))}")
    assert recall >= LEAST_RECALL
    assert alarms <= MOST_ALARMS


def test_a_file_with_a_secret_is_flagged_on_that_line_and_hardly_anywhere_else(judged: Judged) -> None:
    wanted = [file for file in judged.files if file.secret_lines]
    beside = [file.path for file in wanted if judged.lines.get(file.path, set()) - file.secret_lines]
    assert len(beside) / len(wanted) <= MOST_ALARMS, beside
