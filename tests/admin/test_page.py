#!/usr/bin/env python3
"""The operator's page as a browser gets it: its files, their headers, and what is not served.

What the page does is tested in a browser. usage: test_page.py BUILD_FOLDER
"""
import re
import sys
import unittest

from bench import BUILD, Place, client_context, make_client_certificates

SKIPPED_EXIT = 77
TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
         "svg": "image/svg+xml", "txt": "text/plain; charset=utf-8"}


def directives(headers):
    policy = headers["Content-Security-Policy"]
    return dict(one.strip().split(" ", 1) for one in policy.split(";"))


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = cls.enterClassContext(Place(BUILD))
        _, headers, cls.index = cls.place.ask("GET", "/", token=None)
        if headers["Content-Type"].startswith("text/plain"):
            assert "built without the operator's page" in cls.index
            print("skipped: this build has no page")
            sys.exit(SKIPPED_EXIT)
        cls.assets = re.findall(r'(?:href|src|data-licences)="(/[^"]+)"', cls.index)

    def test_the_page_needs_no_token(self):
        status, headers, content = self.place.ask("GET", "/", token=None)
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Type"], "text/html; charset=utf-8")
        self.assertIn("<title>blindsum</title>", content)

    def test_every_file_it_names_is_there(self):
        self.assertEqual(len(self.assets), 5, self.assets)
        for path in self.assets:
            with self.subTest(path=path):
                self.assertRegex(path, r"^/assets/\w+-[0-9a-f]{16}\.\w+$")
                status, headers, content = self.place.ask("GET", path, token=None)
                self.assertEqual(status, 200)
                self.assertEqual(headers["Content-Type"], TYPES[path.rpartition(".")[2]])
                self.assertEqual(headers["Cache-Control"], "public, max-age=31536000, immutable")
                self.assertEqual(int(headers["Content-Length"]),
                                 len(content.encode() if isinstance(content, str) else content))

    def test_nothing_of_another_origin_and_nothing_inline(self):
        for path in ["/", *self.assets]:
            with self.subTest(path=path):
                headers = self.place.ask("GET", path, token=None)[1]
                policy = directives(headers)
                self.assertEqual(policy["default-src"], "'none'")
                self.assertEqual(policy["frame-ancestors"], "'none'")
                for sources in policy.values():
                    self.assertNotIn("unsafe", sources)
                    self.assertNotRegex(sources, r"\*|https?:|data:|blob:")
                self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertNotRegex(self.index, r"<style|\son\w+=|\sstyle=|<script(?![^>]*\ssrc=)")
        self.assertNotRegex(self.index, r"https?://|//\w")

    def test_the_code_makes_no_markup_of_text(self):
        for path in self.assets:
            if path.endswith(".js"):
                code = self.place.ask("GET", path, token=None)[2]
                self.assertNotRegex(code, r"innerHTML|outerHTML|insertAdjacentHTML|document\.write"
                                          r"|\beval\(|new Function")

    def test_what_is_known_is_not_sent_again(self):
        for path in ["/", *self.assets]:
            with self.subTest(path=path):
                tag = self.place.ask("GET", path, token=None)[1]["ETag"]
                self.assertRegex(tag, r'^"[0-9a-f]{32}"$')
                status, headers, content = self.place.ask(
                    "GET", path, token=None, headers={"If-None-Match": f'"old", {tag}'})
                self.assertEqual((status, headers["ETag"]), (304, tag))
                self.assertFalse(content)
                status = self.place.ask("GET", path, token=None,
                                        headers={"If-None-Match": '"old"'})[0]
                self.assertEqual(status, 200)

    def test_the_index_is_asked_for_each_time(self):
        headers = self.place.ask("GET", "/", token=None)[1]
        self.assertEqual(headers["Cache-Control"], "no-cache")

    def test_other_paths_are_not_there(self):
        for path in ("/assets/", "/assets/main.js", "/index.html", "/assets/../index.html",
                     "/assets/%2e%2e/admin.token", "//"):
            with self.subTest(path=path):
                self.assertEqual(self.place.ask("GET", path)[0], 404)
                self.assertEqual(self.place.ask("GET", path, token=None)[0], 401)

    def test_the_page_is_only_got(self):
        for method in ("POST", "PUT", "DELETE"):
            status, headers, _ = self.place.ask(method, "/", token=None)
            self.assertEqual((status, headers["Allow"]), (405, "GET"))

    def test_what_it_shows_needs_the_token(self):
        for path in ("/v1/live", "/v1/events", "/v1/status", "/metrics"):
            self.assertEqual(self.place.ask("GET", path, token=None)[0], 401)


class CertificateTest(unittest.TestCase):
    def test_with_a_certificate_the_page_and_its_api_need_no_token(self):
        place = Place(BUILD, admin='certificate = "server.crt"\nkey = "server.key"\n'
                                   'client_ca = "operators.crt"')
        make_client_certificates(place.folder)
        with place:
            place.context = client_context(place.folder, "operator")
            for path in ("/", "/v1/status"):
                self.assertEqual(place.ask("GET", path, token=None)[0], 200, path)
            place.context = client_context(place.folder)  # the page says what is missing
            self.assertEqual(place.ask("GET", "/", token=None)[0], 200)
            self.assertEqual(place.ask("GET", "/v1/status", token=None)[2]["error"],
                             "certificate_required")


if __name__ == "__main__":
    unittest.main()
