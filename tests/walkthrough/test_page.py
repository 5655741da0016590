#!/usr/bin/env python3
"""How the walkthrough reads its page, and that it notices what is not as the page says."""
import unittest

from page import Faulty, read_machines, read_steps

TABLE = """
| machine | address, name | whose |
|---|---|---|
| `server` | `10.83.0.1`, `server.example` | the operator's |
| `one` | `10.83.0.2` | a member's |
| `office` | – | offline |
"""


def steps_of(*lines):
    return read_steps("\n".join([TABLE, "## Part", "```console", *lines, "```"]))


class Reading(unittest.TestCase):
    def test_machines(self):
        server, one, office = read_machines(TABLE)
        self.assertEqual((server.name, server.address, server.host_name),
                         ("server", "10.83.0.1", "server.example"))
        self.assertEqual((one.address, one.host_name), ("10.83.0.2", None))
        self.assertIsNone(office.address)
        with self.assertRaisesRegex(Faulty, "twice"):
            read_machines(TABLE + "| `one` | `10.83.0.3` |\n")

    def test_commands_and_what_they_print(self):
        first, second = steps_of("one$ echo a", "a", "one# ip link")
        self.assertEqual((first.machine, first.root, first.command, first.output),
                         ("one", False, "echo a", ["a"]))
        self.assertEqual((first.section, first.line), ("Part", TABLE.count("\n") + 4))
        self.assertEqual((second.root, second.output), (True, []))

    def test_only_console_blocks_are_commands(self):
        self.assertEqual(read_steps(TABLE + "```\nanything\n```\n```sh\none$ a\n```\n"), [])

    def test_long_commands(self):
        first, second = steps_of("one$ a \\", "  b", "one$ cat > f <<'END'", "one$ no", "END", "x")
        self.assertEqual(first.command, "a \\\n  b")
        self.assertEqual(second.command, "cat > f <<'END'\none$ no\nEND")
        self.assertEqual(second.output, ["x"])

    def test_who_may_fail(self):
        self.assertEqual([step.may_fail for step in steps_of(
            "one$ false", "one$ echo $?", "1", "one$ false", "server$ echo $?", "0")],
            [True, False, False, False])

    def test_pages_that_are_wrong(self):
        for lines, why in ((["what?"], "no prompt"), (["nobody$ ls"], "no machine nobody"),
                           (["one$ a \\"], "does not end"),
                           (["one$ cat <<'END'", "x"], "does not end")):
            with self.assertRaisesRegex(Faulty, why):
                steps_of(*lines)
        with self.assertRaisesRegex(Faulty, "block does not end"):
            read_steps(TABLE + "```console\none$ ls\n")


class Matching(unittest.TestCase):
    def matches(self, shown, printed):
        return steps_of("one$ it", *shown)[0].matches(printed)

    def test_as_shown(self):
        self.assertTrue(self.matches([], []))
        self.assertTrue(self.matches(["a.b", ""], ["a.b", ""]))
        for printed in ([], ["a"], ["axb"], ["a.b", "c"], ["c", "a.b"], ["a.b "]):
            self.assertFalse(self.matches(["a.b"], printed), printed)
        self.assertFalse(self.matches([], ["a"]))

    def test_what_differs(self):
        self.assertTrue(self.matches(["port …, … tasks"], ["port 1, 2 tasks"]))
        self.assertFalse(self.matches(["port …, … tasks"], ["port 1", ", 2 tasks"]))
        for printed in (["a", "z"], ["a", "b", "c", "z"]):
            self.assertTrue(self.matches(["a", "…", "z"], printed))
        self.assertFalse(self.matches(["a", "…", "z"], ["a", "b"]))


if __name__ == "__main__":
    unittest.main()
