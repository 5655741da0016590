"""A short notation for what a case's input and output look like, and its JSON schema.

"hex" bytes, "hex32" just 32 of them, "u32", "digits" (an integer of up to 64 bits, as a string),
"bool", "text"; [shape] a list; a dict an object with just these fields, "name?" one that may lack.
"""

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_RULES = {"type": "array", "minItems": 1, "items": {"pattern": "^[A-Z][A-Z0-9]*-[0-9]+$"}}
_NAME = {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"}


def schema_of(shape):
    """The JSON schema of a shape."""
    if isinstance(shape, list):
        return {"type": "array", "items": schema_of(shape[0])}
    if isinstance(shape, dict):
        return {
            "type": "object",
            "properties": {name.rstrip("?"): schema_of(part) for name, part in shape.items()},
            "required": [name for name in shape if not name.endswith("?")],
            "additionalProperties": False,
        }
    if shape.startswith("hex"):
        count = "{" + str(2 * int(shape[3:])) + "}" if shape != "hex" else "*"
        group = "[0-9a-f]" if shape != "hex" else "([0-9a-f]{2})"
        return {"type": "string", "pattern": f"^{group}{count}$"}
    return {
        "u32": {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
        "digits": {"type": "string", "pattern": "^-?[0-9]{1,20}$"},
        "bool": {"type": "boolean"},
        "text": {"type": "string"},
    }[shape]


def _choices(shapes, make):
    return [make(what, *parts) for what, parts in shapes.items()]


def good_schema(family, shapes):
    """Of tests/vectors/<family>.json. shapes: what -> (input, output)."""
    def entry(what, given, gives):
        return {
            "type": "object",
            "properties": {"name": _NAME, "rules": _RULES, "what": {"const": what},
                           "input": schema_of(given), "output": schema_of(gives)},
            "required": ["name", "rules", "what", "input", "output"],
            "additionalProperties": False,
        }
    return {
        "$schema": _DRAFT,
        "title": f"{family}: good vectors",
        "type": "object",
        "properties": {
            "protocol": {"const": "blindsum/1"},
            "family": {"const": family},
            "cases": {"type": "array", "minItems": 1, "items": {"oneOf": _choices(shapes, entry)}},
        },
        "required": ["protocol", "family", "cases"],
        "additionalProperties": False,
    }


def bad_schema(family, shapes, layers, reasons):
    """Of each tests/vectors/bad/<family>/*.json: the same input, and who must refuse it."""
    def entry(what, given, _):
        return {"properties": {"what": {"const": what}, "input": schema_of(given)}}
    return {
        "$schema": _DRAFT,
        "title": f"{family}: bad vectors, one a file",
        "type": "object",
        "properties": {
            "protocol": {"const": "blindsum/1"},
            "family": {"const": family},
            "name": _NAME,
            "rules": _RULES,
            "fault": {"type": "string", "minLength": 1},
            "layer": {"enum": sorted(layers)},
            "reason": {"enum": sorted(reasons)},
            "what": {"type": "string"},
            "input": {"type": "object"},
        },
        "required": ["protocol", "family", "name", "rules", "fault", "layer", "reason", "what",
                     "input"],
        "additionalProperties": False,
        "oneOf": _choices(shapes, entry),
    }
