#!/usr/bin/env python3
"""Man pages and completions say what --help says: every command, every option.

The bash completion is really asked; zsh and fish check theirs where they are installed.

  test_documents.py BLINDSUM BLINDSUMD [NAME...]
"""
import re
import shutil
import subprocess
import sys
import unittest

PROGRAMS = {}  # name → (path, section)


def run(*command):
    return subprocess.run(command, check=True, text=True, capture_output=True).stdout


def help_of(path):
    """path: the program and the names of a command."""
    return run(PROGRAMS[path[0]][0], *path[1:], "--help")


def commands_in(text):
    block = re.search(r"^Subcommands:\n((?:  .*\n)+)", text, re.M)
    return re.findall(r"^  ([\w-]+) ", block[1], re.M) if block else []


def options_in(text):
    return set(re.findall(r"^  (?:-\w,)?(--[a-z-]+)", text, re.M))


def tree(path):
    """Each command's path, the program's first. Not `bench`: it executes another program, whose
    options are its own."""
    yield path
    for name in commands_in(help_of(path)):
        if name != "bench":
            yield from tree((*path, name))


def complete(script, words):
    """What bash would offer at the end of the words."""
    asked = " ".join(f"'{word}'" for word in words)
    return set(run("bash", "-c", f"{script}\nCOMP_WORDS=({asked}); COMP_CWORD={len(words) - 1}\n"
                   f"_{words[0]}\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"").split())


class Completions(unittest.TestCase):
    def test_bash_offers_every_command_and_option(self):
        for name, (program, _) in PROGRAMS.items():
            script = run(program, "--print-completion", "bash")
            for path in tree((name,)):
                with self.subTest(" ".join(path)):
                    text = help_of(path)
                    self.assertIn("--help", options_in(text))
                    offered = complete(script, [*path, ""])
                    self.assertLessEqual(options_in(text) | set(commands_in(text)), offered)
                    self.assertIn("--help", complete(script, [*path, "--he"]))
                    self.assertNotIn("--no-such-option", offered)

    def test_bash_finds_a_command_behind_options(self):
        script = run(PROGRAMS["blindsum"][0], "--print-completion", "bash")
        offered = complete(script, ["blindsum", "--config", "file.toml", "keygen", "--o"])
        self.assertEqual(offered, {"--out"})

    def test_options_that_may_stand_after_a_command_are_offered_there(self):
        program = PROGRAMS["blindsum"][0]
        script = run(program, "--print-completion", "bash")
        offered = complete(script, ["blindsum", "admin", "log-level", "--"])
        self.assertLessEqual({"--url", "--token", "--ca", "--json"}, offered)
        offered = complete(script, ["blindsum", "keygen", "--"])
        self.assertNotIn("--token", offered)

    def test_zsh_and_fish_have_every_option(self):
        for name, (program, _) in PROGRAMS.items():
            zsh = run(program, "--print-completion", "zsh")
            fish = run(program, "--print-completion", "fish")
            for path in tree((name,)):
                for option in options_in(help_of(path)):
                    self.assertIn(f"'{option}:", zsh)
                    where = f'test (__{name}_path) = "{" ".join(path)}"'
                    self.assertRegex(fish, f"{re.escape(where)}'.* -l {option[2:]}( |$)")

    def check_syntax(self, shell):
        if not shutil.which(shell):
            self.skipTest(f"{shell} is missing")
        for program, _ in PROGRAMS.values():
            script = run(program, "--print-completion", shell)
            done = subprocess.run([shell, "-n"], input=script, text=True, capture_output=True)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_bash_syntax(self):
        self.check_syntax("bash")

    def test_zsh_syntax(self):
        self.check_syntax("zsh")

    def test_fish_syntax(self):
        self.check_syntax("fish")

    def test_a_shell_that_there_is_not(self):
        done = subprocess.run([PROGRAMS["blindsum"][0], "--print-completion", "csh"],
                              capture_output=True)
        self.assertEqual(done.returncode, 2)


class ManPages(unittest.TestCase):
    def test_every_command_and_option_is_in_it(self):
        for name, (program, section) in PROGRAMS.items():
            page = run(program, "--print-man")
            self.assertTrue(page.startswith(f".TH {name.upper()} {section} "))
            plain = page.replace("\\-", "-").replace("\\fB", "").replace("\\fR", "")
            for path in tree((name,)):
                if len(path) > 1:
                    self.assertIn(f".SS {' '.join(path)}\n", plain)
                for option in options_in(help_of(path)):
                    self.assertRegex(plain, rf"(?m)^\.TP\n.*{option}\b")
            # What is meant to be shown as it is must not be read as a request.
            for line in page.splitlines():
                if line.startswith((".", "'")):
                    self.assertRegex(line, r"^\.(TH|SH|SS|PP|TP|B|br|nf|fi)\b")

    def test_troff_reads_it_without_a_word(self):
        if not shutil.which("groff"):
            self.skipTest("groff is missing")
        for program, _ in PROGRAMS.values():
            done = subprocess.run(["groff", "-Kutf8", "-man", "-Tutf8", "-ww", "-z"],
                                  input=run(program, "--print-man"), text=True,
                                  capture_output=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    PROGRAMS["blindsum"] = (sys.argv.pop(1), "1")
    PROGRAMS["blindsumd"] = (sys.argv.pop(1), "8")
    unittest.main()
