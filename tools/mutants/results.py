"""The verdicts on the mutants of one state of the SQL, kept in a file."""

import json
from dataclasses import asdict
from pathlib import Path

from mutants.judge import Verdict


class Results:
    """Verdicts that a stopped run does not lose.

    Other tests make them void; after tests were only added, killed mutants may be kept.
    """

    def __init__(self, path: Path, tests: str, keeps_killed: bool) -> None:
        """Read the verdicts in `path` that hold for the tests with the fingerprint `tests`."""
        self._path = path
        self._tests = tests
        path.parent.mkdir(parents=True, exist_ok=True)
        self.verdicts: dict[str, Verdict] = {}
        for line in path.read_text().splitlines() if path.exists() else []:
            given = json.loads(line)
            if given.pop("tests") == tests or (keeps_killed and given["outcome"] != "survived"):
                self.verdicts[given["key"]] = Verdict(**given)

    def add(self, verdict: Verdict) -> None:
        """Remember a verdict."""
        self.verdicts[verdict.key] = verdict
        with self._path.open("a") as file:
            file.write(json.dumps({"tests": self._tests} | asdict(verdict)) + "\n")
