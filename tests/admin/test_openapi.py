#!/usr/bin/env python3
"""The OpenAPI document and a running server agree.

For each operation requests are made from the document (schema.py), good and bad, and every answer
is held against it: status, content type, body. usage: test_openapi.py BUILD_FOLDER
"""
import collections
import copy
import json
import socket
import unittest

from bench import BUILD, NAMES, NEW_TASK, ROOT, TOKEN, Place
from schema import Document

KNOWN = {"task": "counts", "round": 1, "array": "v", "limit": 5, "offset": 1, "before": 99}
BODIES = {"createTask": NEW_TASK, "setLogLevel": {"level": "debug"}}
STREAMS = {"events"}


class OpenApiTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = cls.enterClassContext(Place(BUILD, rounds=1))
        for name in NAMES[:5]:
            cls.place.join(name)
        cls.place.wait_for_log("counts/1: completed")
        cls.document = Document(cls.place.ask("GET", "/v1/openapi.json")[2])

    def send(self, request):
        if request.operation in STREAMS:
            return self.head(request)
        status, headers, content = self.place.ask(request.method, request.path, body=request.body,
                                                  headers=request.headers)
        return status, headers["Content-Type"].split(";")[0], content

    def head(self, request):
        """Of an answer that has no end, unless it is an error."""
        lines = [f"{request.method} {request.path} HTTP/1.1", "Host: localhost",
                 f"Authorization: Bearer {TOKEN}",
                 *(f"{name}: {value}" for name, value in request.headers.items())]
        with socket.create_connection(("127.0.0.1", self.place.admin_port), timeout=20) as line:
            line.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            data = b""
            while b"\r\n\r\n" not in data or data.endswith(b"\r\n\r\n"):
                piece = line.recv(4096)
                if not piece:
                    break
                data += piece
        head, _, content = data.partition(b"\r\n\r\n")
        status = int(head.split()[1])
        kind = next(field.split(b":")[1].split(b";")[0].strip().decode()
                    for field in head.split(b"\r\n") if field.lower().startswith(b"content-type"))
        return status, kind, json.loads(content) if kind == "application/json" else content

    def test_the_document_is_the_one_of_the_tree(self):
        kept = json.loads((ROOT / "server/admin/openapi.json").read_text())
        self.assertEqual(self.document.content, kept)
        self.assertTrue(kept["openapi"].startswith("3.1."))

    def test_every_operation(self):
        seen = collections.Counter()
        for operation in self.document.operations:
            for request in self.document.requests(operation, KNOWN, BODIES.get(operation)):
                with self.subTest(operation=operation, why=request.why, path=request.path):
                    status, kind, content = self.send(request)
                    wrong = self.document.judge(operation, status, kind, content)
                    self.assertIsNone(wrong, f"{status} {content}")
                    # What the configuration has is not deleted: that is in test_tasks.py.
                    expected = "409" if operation == "deleteTask" else request.status
                    if request.good:
                        self.assertEqual(str(status), expected, content)
                    else:
                        self.assertIn(status, (400, 404, 422), content)
                    seen[operation, request.good] += 1
        print(f"{sum(seen.values())} requests, {len(self.document.operations)} operations")
        for operation in self.document.operations:
            self.assertEqual(seen[operation, True], 1, operation)

    def test_every_path_refuses_other_methods(self):
        for path, methods in self.document.content["paths"].items():
            target = path
            for name, value in KNOWN.items():
                target = target.replace("{%s}" % name, str(value))
            for method in {"GET", "PUT", "POST", "DELETE", "PATCH"} - set(map(str.upper, methods)):
                with self.subTest(method=method, path=path):
                    status, headers, content = self.place.ask(method, target)
                    self.assertEqual((status, content), (405, {"error": "method_not_allowed"}))
                    self.assertEqual(set(headers["Allow"].split(", ")),
                                     set(map(str.upper, methods)))

    def test_every_page_but_health_takes_the_token(self):
        for operation, (method, path, described) in self.document.operations.items():
            status, _, _ = self.place.ask(method, path, token=None)
            open_to_all = described.get("security") == []
            self.assertEqual(status == 401, not open_to_all, (operation, status))

    def test_a_schema_that_lies_is_found(self):
        """The judge itself: a document that says something else is contradicted."""
        wrong = Document(copy.deepcopy(self.document.content))
        wrong.content["components"]["schemas"]["LogLevel"]["properties"]["level"] = {
            "type": "integer"}
        self.assertIsNotNone(wrong.judge("getLogLevel", 200, "application/json",
                                         {"level": "info"}))
        self.assertIsNotNone(wrong.judge("getLogLevel", 418, "application/json", {}))
        self.assertIsNotNone(wrong.judge("getLogLevel", 200, "text/html", {}))


if __name__ == "__main__":
    unittest.main()
