"""What the rules have in common: the files of the tree, and how a rule reports."""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SKIPPED_EXIT = 77  # meson shows such a test as skipped
_NOT_OURS = re.compile(r"^(build|build-.*|demo-run|__pycache__|\..*)$")


class Tree:
    """The files below a root, by their path from it. No build folders, nothing hidden."""

    def __init__(self, root=ROOT):
        self.root = Path(root)

    def files(self, *suffixes):
        """Relative posix paths, sorted; all files if no suffix is given."""
        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(f for f in folders if not _NOT_OURS.match(f) or f == ".ci")
            for name in names:
                if not suffixes or name.endswith(suffixes):
                    found.append((Path(folder) / name).relative_to(self.root).as_posix())
        return sorted(found)

    def sources(self):
        return self.files(".cc", ".h")

    def read(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def exists(self, path):
        return (self.root / path).is_file()


class Report:
    """Findings fail the rule and say where, what and what to do; notes only inform."""

    def __init__(self):
        self.findings = []
        self.notes = []

    def fail(self, path, line, text):
        self.findings.append(f"{path}:{line}: {text}")

    def note(self, text):
        self.notes.append(text)

    def finish(self, rule):
        """Prints everything and ends the process."""
        for note in self.notes:
            print(note)
        for finding in self.findings:
            print(finding)
        print(f"{rule}: {len(self.findings)} findings")
        sys.exit(1 if self.findings else 0)


def code_only(text):
    """C++ with comments and the contents of literals blanked; lines and columns stay."""
    pattern = re.compile(
        r"//[^\n]*|/\*.*?\*/"                   # comments
        r'|R"([^()\s\\]*)\(.*?\)\1"'            # raw strings
        r'|"(?:\\.|[^"\\\n])*"'                 # strings
        r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",  # characters, not digit separators
        re.DOTALL)

    def blank(match):
        found = match.group(0)
        if found[0] in "\"R'":
            quote = '"' if found[0] in '"R' else "'"
            return quote + re.sub(r"[^\n]", " ", found[1:-1]) + quote
        return re.sub(r"[^\n]", " ", found)

    return pattern.sub(blank, text)
