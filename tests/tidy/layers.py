#!/usr/bin/env python3
"""Who may include whom: the layers of ARCHITECTURE.md; and the purity of crypto/ and protocol/."""

import re

from tree import Report, Tree

# A folder and the folders whose headers it may include. The longest that matches a file counts.
ALLOWED = {
    "buildsupport": (),
    "faults": ("faults",),
    "crypto": ("crypto", "faults"),
    "support": ("support", "crypto", "faults"),
    "transport": ("transport", "crypto", "faults"),
    "protocol/vector": ("protocol/vector", "crypto", "faults"),
    "protocol/round": ("protocol/round", "protocol/vector", "crypto", "faults"),
    "protocol/wire": ("protocol", "crypto", "faults"),
    "server": ("server", "transport", "protocol", "support", "crypto", "faults"),
    "client": ("client", "transport", "protocol", "support", "crypto", "faults"),
    "examples": ("examples", "client", "protocol", "crypto"),
    "tests": ("tests", "server", "client", "transport", "protocol", "support", "crypto", "faults"),
}

# Generated code stays behind the codec: only these files see it.
_PROTOBUF_MAY = re.compile(r"^protocol/wire/[^/]+\.cc$")
_PROTOBUF = re.compile(r"^google/protobuf/|\.pb\.h$")

# Pure: no sockets, threads, clocks, files, environment. Time, entropy and storage are injected.
_IMPURE = re.compile(
    r"^(thread|mutex|shared_mutex|condition_variable|future|semaphore|latch|barrier|stop_token"
    r"|fstream|filesystem|iostream|cstdio|stdio\.h|ctime|time\.h|random|unistd\.h|fcntl\.h|poll\.h"
    r"|sys/.*|netinet/.*|arpa/.*|boost/(asio|beast)([./].*)?|spdlog/.*|toml\+\+/.*|CLI/.*"
    r"|sqlite3\.h)$")
_IMPURE_CALL = re.compile(
    r"\b(getenv|\w+_clock::now|time\s*\(\s*(?:nullptr|NULL|0)\s*\)|rand\s*\(\s*\))")
_PURE = ("crypto/", "protocol/")
# What a program starts with, and what processor it runs on: neither changes while it runs.
# And an allocator's own lock, as malloc has one.
_PURE_BUT = {"crypto/init.cc": "getenv", "crypto/locked_memory.cc": "mutex",
             "crypto/mask_kernel.cc": "sys/auxv.h"}

# libsodium and OpenSSL are used through crypto/, except for TLS, which the connections own.
_LIBRARIES = re.compile(r"^(sodium([./].*)?|openssl/.*)$")
_LIBRARIES_MAY = {
    "sodium": ("crypto/", "tests/"),
    "openssl": ("crypto/", "transport/", "server/", "client/", "tests/"),
}

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def folder_of(path):
    """The most exact folder of ALLOWED that holds the path, or none."""
    matching = [f for f in ALLOWED if path.startswith(f + "/")]
    return max(matching, key=len) if matching else None


def includes(text):
    """(line, quoted, name) of each include."""
    for match in _INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start(2)) + 1, match.group(1) == '"', match.group(2)


def check_quoted(tree, report, path, line, name):
    if _PROTOBUF.search(name):
        if not _PROTOBUF_MAY.match(path):
            report.fail(path, line, f"{name}: only protocol/wire/*.cc sees Protobuf")
        return
    if not tree.exists(name):
        report.fail(path, line, f'"{name}" is not a path from the root of the tree')
        return
    mine, theirs = folder_of(path), folder_of(name)
    if theirs is None or not any((theirs + "/").startswith(f + "/") for f in ALLOWED[mine]):
        allowed = ", ".join(ALLOWED[mine]) or "nothing of ours"
        report.fail(path, line, f"{mine} may not include {name} (allowed: {allowed})")


def check_angled(report, path, line, name):
    if _PROTOBUF.search(name) and not _PROTOBUF_MAY.match(path):
        report.fail(path, line, f"<{name}>: only protocol/wire/*.cc sees Protobuf")
    if path.startswith(_PURE) and _IMPURE.match(name) and name != _PURE_BUT.get(path):
        report.fail(path, line, f"<{name}> in a pure folder: inject what it gives instead")
    if _LIBRARIES.match(name):
        library = "sodium" if name.startswith("sodium") else "openssl"
        if not path.startswith(_LIBRARIES_MAY[library]):
            report.fail(path, line, f"<{name}>: {library} is used through crypto/")


def check(tree, report):
    for path in tree.sources():
        if folder_of(path) is None:
            report.fail(path, 1, f"in no known folder; these are {', '.join(ALLOWED)}")
            continue
        text = tree.read(path)
        for line, quoted, name in includes(text):
            if quoted:
                check_quoted(tree, report, path, line, name)
            else:
                check_angled(report, path, line, name)
        if path.startswith(_PURE):
            for number, content in enumerate(text.splitlines(), 1):
                call = _IMPURE_CALL.search(content.split("//")[0])
                if call and call.group(1) != _PURE_BUT.get(path):
                    what = call.group(1).strip()
                    report.fail(path, number, f"{what} in a pure folder: inject it instead")


if __name__ == "__main__":
    result = Report()
    check(Tree(), result)
    result.finish("layers")
