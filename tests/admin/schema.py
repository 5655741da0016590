"""Requests made from an OpenAPI document, and what it says of their answers.

Used by test_openapi.py. For each operation: one good request, and bad ones that each break one
thing: a parameter out of its bounds or of another type, a body without a property, with one of
another type or one too many, and bodies that are no JSON. Reads as much of OpenAPI as the document
uses.
"""
import copy
import dataclasses
import json
import urllib.parse

import jsonschema

_OTHERS = {"string": 7, "integer": "seven", "number": "seven", "boolean": "yes", "array": {},
           "object": []}


@dataclasses.dataclass
class Request:
    """One request; `good`: it is as the document wants it."""
    operation: str
    method: str
    path: str
    status: str  # of success
    good: bool
    why: str = ""
    headers: dict = dataclasses.field(default_factory=dict)
    body: object = None


class Document:
    def __init__(self, content):
        self.content = content
        self.operations = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, methods in content["paths"].items()
            for method, operation in methods.items()}

    def resolve(self, part):
        while "$ref" in part:
            found = self.content
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            part = found
        return part

    def judge(self, operation, status, kind, content):
        """Nothing, or what is wrong with the answer."""
        responses = self.operations[operation][2]["responses"]
        if str(status) not in responses:
            return f"status {status} is not in the document"
        response = self.resolve(responses[str(status)])
        if kind not in response["content"]:
            return f"content type {kind} is not in the document"
        if kind != "application/json":
            return None
        schema = dict(response["content"][kind]["schema"], components=self.content["components"])
        validator = jsonschema.Draft202012Validator(
            schema, format_checker=jsonschema.FormatChecker())
        problem = next(validator.iter_errors(content), None)
        return problem and f"{list(problem.absolute_path)}: {problem.message}"

    def requests(self, operation, known, body=None):
        """known: good values by the parameters' names; body: a good one, if it takes one."""
        method, path, described = self.operations[operation]
        parameters = [self.resolve(one) for one in described.get("parameters", [])]
        good = {one["name"]: known.get(one["name"]) for one in parameters}

        def make(values, why, given=body):
            return self._request(operation, parameters, values, why, given)

        yield make(good, "")
        for one in parameters:
            for value, why in self._bad_values(one["schema"]):
                if one["in"] == "header" and (value == "" or str(value) != str(value).strip()):
                    continue  # HTTP takes spaces away, and an empty one is none
                yield make(good | {one["name"]: value}, f"{one['name']} {why}")
        if "requestBody" in described:
            schema = self.resolve(
                described["requestBody"]["content"]["application/json"]["schema"])
            for bad, why in bad_bodies(schema, body):
                yield make(good, f"body {why}", bad)

    def _request(self, operation, parameters, values, why, body):
        method, path, described = self.operations[operation]
        headers, query = {}, {}
        for one in parameters:
            value = values[one["name"]]
            if one["in"] == "path":
                path = path.replace("{%s}" % one["name"],
                                    urllib.parse.quote(str(value), safe=""))
            elif value is not None:
                (query if one["in"] == "query" else headers)[one["name"]] = str(value)
        if query:
            path += "?" + urllib.parse.urlencode(query)
        success = min(status for status in described["responses"] if status.startswith("2"))
        return Request(operation, method, path, success, not why, why, headers, body)

    @staticmethod
    def _bad_values(schema):
        if schema.get("type") == "integer":
            yield schema["minimum"] - 1, "below its least"
            if "maximum" in schema:
                yield schema["maximum"] + 1, "above its most"
            for text in ("seven", "1.5", "0x1", "1e3", "", " 1", "99999999999999999999999"):
                yield text, f"'{text}'"
        else:
            for text in ("no-such", "..", "../../etc/passwd", ".state", "a b", "x" * 3000, "ü",
                         "%2e%2e", "{task}"):
                yield text, f"'{text[:20]}'"


def bad_bodies(schema, good):
    """Bodies that each break one thing, and what."""
    for text in ("", "{", "null", "[]", "7", "\"text\"", "\x00", "[" * 2000, "{\"a\":" * 500):
        yield text, f"is {text[:10]!r}"
    for name in schema["required"]:
        yield {key: value for key, value in good.items() if key != name}, f"without {name}"
    for name in good:
        kind = next((kind for kind, types in (
            ("boolean", bool), ("integer", int), ("string", str), ("array", list),
            ("object", dict)) if isinstance(good[name], types)), "number")
        changed = copy.deepcopy(good)
        changed[name] = _OTHERS[kind]
        yield changed, f"{name} of another type"
        yield dict(good, **{name: None}), f"{name} null"
    yield dict(good, surprise=1), "with one too many"
    yield json.dumps(good)[:-1], "cut off"
