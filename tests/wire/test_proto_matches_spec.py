#!/usr/bin/env python3
"""SPEC.md, Appendix B, and blindsum.proto say the same: messages, field numbers, names, types.

usage: test_proto_matches_spec.py SPEC.md blindsum.proto
"""

import re
import sys
from pathlib import Path

_ROW = re.compile(r"^\| (\w+) \|(?: [AP]→[AP] \|)? (.*) \|$", re.MULTILINE)
# "9 th0; 10 th1; … 12 th3 bytes[32 or 0]": a type stands for the fields without one before it.
_FIELD = re.compile(r"^(\d+) (\w+)(?: (repeated )?(\w+))?\b")
_MESSAGE = re.compile(r"^message (\w+) \{(?:\}|\n(.*?)^\})", re.MULTILINE | re.DOTALL)
_PROTO_FIELD = re.compile(r"^\s*(repeated )?(\w+) (\w+) = (\d+);", re.MULTILINE)


def without_parentheses(text):
    return re.sub(r"\([^()]*\)", "", text)


def fields_of_row(text):
    """number -> (name, repeated, type)."""
    found, untyped = {}, []
    for part in without_parentheses(text).split(";"):
        match = _FIELD.match(part.strip())
        if match is None:
            continue
        number, name, repeated, kind = match.groups()
        untyped.append((int(number), name))
        if kind:
            for earlier_number, earlier_name in untyped:
                found[earlier_number] = (earlier_name, bool(repeated), kind)
            untyped = []
    assert not untyped, f"no type for {untyped}"
    return found


def spec_messages(spec):
    appendix = spec[spec.index("## Appendix B"):spec.index("## Appendix C")]
    rows = {name: fields_of_row(text) for name, text in _ROW.findall(appendix) if name != "message"}
    bodies = re.search(r"`Envelope` oneof body: (.*)\.$", appendix, re.MULTILINE).group(1)
    return rows, {int(number): name for number, name in re.findall(r"(\d+) (\w+)", bodies)}


def proto_messages(proto):
    proto = re.sub(r"//.*", "", proto)
    messages = {}
    for name, body in _MESSAGE.findall(proto):
        messages[name] = {int(number): (field, bool(repeated), kind)
                                   for repeated, kind, field, number in _PROTO_FIELD.findall(body)}
    envelope = {number: kind for number, (_, _, kind) in messages.pop("Envelope").items()}
    return messages, envelope


def main():
    spec, spec_envelope = spec_messages(Path(sys.argv[1]).read_text())
    proto, proto_envelope = proto_messages(Path(sys.argv[2]).read_text())
    assert len(spec) > 30, f"only {len(spec)} messages found in the spec"
    wrong = []
    if spec_envelope != proto_envelope:
        wrong.append(f"Envelope: {spec_envelope} in the spec, {proto_envelope} in the .proto")
    for name in sorted(spec.keys() | proto.keys()):
        if spec.get(name) != proto.get(name):
            wrong.append(f"{name}: {spec.get(name)} in the spec, {proto.get(name)} in the .proto")
    for line in wrong:
        print(line)
    print(f"{len(spec)} messages, {len(wrong)} differ")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
