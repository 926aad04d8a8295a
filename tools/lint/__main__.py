"""Look at the whole repository; print each finding as path:line and fail if there is one."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.lint.rules import RULES
from tools.lint.source import files_of


def main() -> int:
    files = files_of(Path(__file__).resolve().parents[2])
    count = 0
    for rule in RULES:
        findings = sorted(rule.check(files))
        count += len(findings)
        for finding in findings:
            print(f"{finding.path}:{finding.line}: {finding.what}")
        if findings:
            print(f"  rule: {rule.RULE}\n")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
