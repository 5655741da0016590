#!/usr/bin/env python3
"""Files stay small (a note above 250 lines, a failure above 400), functions short and lines narrow.

A function above 70 lines says why, in a comment `// long: reason` (Python: `# long: reason`) right
above it. Lines have at most 100 columns; those of C++ are clang-format's.
"""

import ast
import re

from tree import Report, Tree, code_only

FILE_NOTE_LINES = 250
FILE_MAX_LINES = 400
FUNCTION_MAX_LINES = 70
MAX_COLUMNS = 100

_REASON = re.compile(r"(//|#) long: \S+")
_SCOPE = re.compile(r"(inline\s+)?namespace\b|extern\b"
                    r"|((\[\[.*?\]\]|static|inline|friend|constexpr)\s*)*"
                    r"(class|struct|union|enum)\b")
_PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n\\]|\\[\s\S])*", re.MULTILINE)
_LABEL = re.compile(r"\b(public|private|protected)\s*:(?!:)")


def without_template(header):
    """The header without its leading template<...>, whose `class` would mislead."""
    while re.match(r"template\s*<", header):
        depth, position = 0, header.index("<")
        for position in range(position, len(header)):
            depth += {"<": 1, ">": -1}.get(header[position], 0)
            if depth == 0:
                break
        header = header[position + 1:].lstrip()
    return header


def kind_of(header):
    """What the brace after `header` (the code since the last ; or brace) opens."""
    header = without_template(_LABEL.sub("", header).strip())
    if _SCOPE.match(header):
        return "scope"
    if "(" not in header or header.endswith("="):
        return "other"
    if re.search(r"\)[^:]*(?<!:):(?!:).*[\w>]$", header, re.DOTALL):
        return "member"  # the braces of one member in a constructor's list
    return "function"


def cpp_functions(text):
    """(first line, last line) of each function at namespace or class scope, signature included."""
    code = _PREPROCESSOR.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)), code_only(text))
    stack, start, line, found = [], 0, 1, []
    for position, character in enumerate(code):
        if character == "\n":
            line += 1
        elif character == "{":
            header = code[start:position]
            kind = kind_of(header) if all(k == "scope" for k, _ in stack) else "other"
            stack.append((kind, line - header.lstrip().count("\n")))
            if kind != "member":
                start = position + 1
        elif character == "}" and stack:
            kind, first = stack.pop()
            if kind == "function":
                found.append((first, line))
            if kind != "member":
                start = position + 1
        elif character == ";" and not (stack and stack[-1][0] == "member"):
            start = position + 1
    return found


def python_functions(text):
    return [(node.lineno, node.end_lineno) for node in ast.walk(ast.parse(text))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def has_reason(lines, first):
    """Whether the block of comments right above line `first` (from 1) gives one."""
    above = first - 2
    while above >= 0 and re.match(r"\s*(//|#|@|template|TEST_CASE)", lines[above]):
        if _REASON.search(lines[above]):
            return True
        above -= 1
    return False


def check_file(report, path, text):
    lines = text.splitlines()
    if len(lines) > FILE_MAX_LINES:
        report.fail(path, 1, f"{len(lines)} lines, at most {FILE_MAX_LINES}: is it two?")
    elif len(lines) > FILE_NOTE_LINES:
        report.note(f"note: {path}: {len(lines)} lines")
    if path.endswith((".cc", ".h")):
        check_functions(report, path, lines, cpp_functions(text))
        return
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_COLUMNS:
            report.fail(path, number, f"{len(line)} columns, at most {MAX_COLUMNS}")
    if path.endswith(".py"):
        check_functions(report, path, lines, python_functions(text))


def check_functions(report, path, lines, functions):
    for first, last in functions:
        length = last - first + 1
        if length > FUNCTION_MAX_LINES and not has_reason(lines, first):
            report.fail(path, first, f"a function of {length} lines, at most {FUNCTION_MAX_LINES}"
                                     " without a `// long: reason`")


def check(tree, report):
    for path in tree.files(".cc", ".h", ".js", ".mjs", ".py", ".sh", "run", ".proto",
                           "meson.build"):
        check_file(report, path, tree.read(path))


if __name__ == "__main__":
    result = Report()
    check(Tree(), result)
    result.finish("lengths")
