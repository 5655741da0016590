#!/usr/bin/env python3
"""Makes a .cc with a function that returns the bytes of a file.

usage: embed.py FILE FUNCTION HEADER OUT

HEADER declares the function. A JSON file is checked, and written without spaces.
"""
import json
import pathlib
import sys

PER_LINE = 20


def array_of(name, content):
    """The definition of an array of these bytes."""
    lines = [", ".join(f"{byte:#04x}" for byte in content[at:at + PER_LINE])
             for at in range(0, len(content), PER_LINE)]
    return f"constexpr unsigned char {name}[] = {{\n" + ",\n".join(lines) + "};\n"


def main():
    source, function, header, out = sys.argv[1:]
    content = pathlib.Path(source).read_bytes()
    if source.endswith(".json"):
        content = json.dumps(json.loads(content), separators=(",", ":")).encode() + b"\n"
    pathlib.Path(out).write_text(
        f"#include \"{header}\"\n\nnamespace blindsum {{\nnamespace {{\n\n" +
        array_of("kContent", content) + "\n}  // namespace\n\n"
        f"std::string {function}() {{\n"
        "  return std::string(kContent, kContent + sizeof kContent);\n}\n\n"
        "}  // namespace blindsum\n")


if __name__ == "__main__":
    main()
