"""How the rules do on a second corpus that was written without sight of them, and was hard on purpose.

The first, blind run, with the rules as the third corpus had left them, found 0.864 of 566 secrets and flagged 0.053 of
245 traps. What it had shown to be missing was added since (logins, typed passwords, columns of tables, defaults of a
shell, words in sentences, tokens handed to clients), so that now it only holds them: 0.98 and 0.033.
"""

from __future__ import annotations

from collections import Counter

import pytest
from tests.lint.test_corpora import Judged

LEAST_RECALL = 0.97
MOST_ALARMS = 0.04


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return Judged("fourth_corpus", tmp_path_factory.mktemp("fourth"))


def test_recall_and_false_alarms_hold(judged: Judged, capsys: pytest.CaptureFixture[str]) -> None:
    secrets = sum(len(file.secret_lines) for file in judged.files)
    traps = sum(not file.secret_lines for file in judged.files)
    missed, flagged = list(judged.missed()), list(judged.flagged())
    recall = 1 - len(missed) / secrets
    alarms = len({file.path for file, _ in flagged}) / traps
    with capsys.disabled():
        print(f"\nfourth_corpus: {recall:.3f} of {secrets} secrets found, {alarms:.3f} of {traps} traps flagged")
        print(f"  missed: {dict(Counter(file.kind for file, _ in missed))}")
        print(f"  flagged: {dict(Counter(file.kind for file, _ in flagged))}")
    assert recall >= LEAST_RECALL
    assert alarms <= MOST_ALARMS
