#!/usr/bin/python3
"""The kit: what it makes is what SPEC.md asks for, and what its page says."""
import contextlib
import io
import pathlib
import stat
import tempfile
import tomllib
import unittest

from blindsum_conformance import kit
from blindsum_conformance.reference import codec, finder, parameters, roster


class Kits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name) / "kit"
        kit.main([str(cls.folder), "--for", "blindsumd", "--port", "0"])
        cls.kit = kit.Kit(cls.folder)

    def test_the_roster_verifies_and_has_all_members(self):
        some = roster.read(self.kit.roster_file.read_bytes(), self.kit.authority.public)
        self.assertEqual(some.keys, {m.index: m.key.public for m in self.kit.members.values()})
        self.assertEqual(len(some.keys), kit.LANES * kit.LANE_MEMBERS + kit.CROWD)

    def test_keys_are_their_owners_alone(self):
        for path in (*self.folder.glob("*.key"), *self.folder.glob("members/*.key")):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)

    def test_lanes_share_no_member(self):
        groups = [self.kit.lane(lane)[1] for lane in range(kit.LANES)] + [self.kit.crowd()]
        indices = [member.index for group in groups for member in group]
        self.assertEqual(len(indices), len(set(indices)))
        self.assertEqual([len(group) for group in groups],
                         [kit.LANE_MEMBERS] * kit.LANES + [kit.CROWD])

    def test_every_task_can_run(self):
        """[FINDER-1, PARAM-8]: for every size of its cohort."""
        for name, task in self.kit.tasks.items():
            bound = codec.bound(parameters.Codec(**task["codec"]))
            self.assertLess(task["n_max"] * bound, 1 << task["ring_bits"] - 1, name)
            for n in range(task["n_min"], task["n_max"] + 1):
                lost = parameters.ceil_ppm(n, task["delta_ppm"])
                self.assertGreaterEqual(lost, 1, name)
                finder.find(n, task["max_corrupt"], lost, task["sigma"], task["eta"], 0)

    def test_the_page_names_all_tasks_and_keys(self):
        page = (self.folder / "README.md").read_text("utf-8")
        for text in (*self.kit.tasks, self.kit.authority.public.hex(),
                     self.kit.aggregator.public.hex()):
            self.assertIn(text, page)
        self.assertNotIn("{", page.split("## A participant")[0])

    def test_blindsumds_file_has_the_same_tasks(self):
        told = tomllib.loads((self.folder / "blindsumd.toml").read_text("utf-8"))
        self.assertEqual([task["name"] for task in told["task"]], list(self.kit.tasks))
        for task in told["task"]:
            self.assertEqual(task["n_max"], self.kit.tasks[task["name"]]["n_max"])

    def test_nothing_is_written_over(self):
        with self.assertRaises(FileExistsError):
            kit.make(self.folder)

    def test_patience_stretches_all_limits(self):
        folder = self.folder.with_name("patient")
        with contextlib.redirect_stdout(io.StringIO()):
            kit.main([str(folder), "--patience", "3"])
        patient = kit.Kit(folder)
        self.assertEqual(patient.hello_s, 3 * self.kit.hello_s)
        for name, task in patient.tasks.items():
            for phase, ms in task["time_limits_ms"].items():
                self.assertEqual(ms, 3 * self.kit.tasks[name]["time_limits_ms"][phase])


if __name__ == "__main__":
    unittest.main()
