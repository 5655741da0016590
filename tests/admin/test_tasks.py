#!/usr/bin/env python3
"""Tasks, rounds and results through the operator's API, with real participants.

usage: test_tasks.py BUILD_FOLDER
"""
import http.client
import json
import pathlib
import tempfile
import threading
import time
import unittest

from bench import BUILD, NAMES, NEW_TASK, TOKEN, Place

from testbed.npy import read_npy



def get(place, path):
    status, _, content = place.ask("GET", path)
    assert status == 200, (path, status, content)
    return content


def state_of(place, task="counts"):
    return get(place, f"/v1/tasks/{task}")["state"]


class RoundTest(unittest.TestCase):
    """One round of five, of which everything can be asked for."""

    @classmethod
    def setUpClass(cls):
        cls.place = cls.enterClassContext(Place(BUILD))
        for value, name in enumerate(NAMES[:5], 1):
            cls.place.join(name, value)
        cls.place.wait_for_log("counts/1: completed")
        cls.place.wait_for_log("counts: finished")

    def test_the_list_and_the_round(self):
        page = get(self.place, "/v1/tasks/counts/rounds")
        self.assertIsNone(page["next_before"])
        [summary] = page["rounds"]
        self.assertEqual((summary["round"], summary["outcome"], summary["members"],
                          summary["in_sum"], summary["dropped"]), (1, "completed", 5, 5, 0))
        whole = get(self.place, "/v1/tasks/counts/rounds/1")
        self.assertEqual([member["name"] for member in whole["cohort"]], NAMES[:5])
        self.assertEqual(get(self.place, "/v1/tasks/counts/rounds?before=1")["rounds"], [])

    def test_the_record_holds_and_is_the_file(self):
        self.assertEqual(get(self.place, "/v1/tasks/counts/rounds/1/verification")["reason"], "ok")
        record = get(self.place, "/v1/tasks/counts/rounds/1/record")
        with tempfile.NamedTemporaryFile(suffix=".record") as copy:
            copy.write(record)
            copy.flush()
            self.place.world.blindsum("record", "verify", copy.name,
                                      *self.place.world.public_arguments())

    def test_a_record_that_was_changed_does_not_hold(self):
        path = self.place.folder / "results/counts/round-000001.record"
        good = path.read_bytes()
        try:
            path.write_bytes(good[:200] + bytes([good[200] ^ 1]) + good[201:])
            page = get(self.place, "/v1/tasks/counts/rounds/1/verification")
        finally:
            path.write_bytes(good)
        self.assertFalse(page["valid"])
        self.assertNotEqual(page["reason"], "ok")

    def test_the_sum(self):
        expected = [sum(range(1, 6))] * 4
        arrays = get(self.place, "/v1/tasks/counts/rounds/1/arrays")["arrays"]
        self.assertEqual([one["array"] for one in arrays], ["flat", "v"])
        self.assertEqual(get(self.place, "/v1/tasks/counts/rounds/1/arrays/v/values"),
                         {"array": "v", "type": "int64", "shape": [4], "values": expected})
        npy = get(self.place, "/v1/tasks/counts/rounds/1/arrays/flat")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "flat.npy")
            path.write_bytes(npy)
            self.assertEqual(list(read_npy(path)), expected)

    def test_names_that_are_no_array_or_task_lead_nowhere(self):
        for path in ("counts/rounds/1/arrays/..%2f..%2fround-000001", "counts/rounds/1/arrays/sum",
                     ".state/rounds", "..%2fcounts/rounds", "counts/rounds/1/arrays/%2e%2e"):
            self.assertEqual(self.place.ask("GET", "/v1/tasks/" + path)[0], 404, path)

    def test_reliability_is_kept_over_a_restart(self):
        def seen():
            members = get(self.place, "/v1/members")["members"]
            return [(one["name"], one["answered"], one["dropped"], one["reliability"])
                    for one in members]
        expected = [(name, 1, 0, 1) for name in NAMES[:5]] + [(NAMES[5], 0, 0, None)]
        self.assertEqual(seen(), expected)
        self.place.restart()
        self.assertEqual(seen(), expected)


class LiveTest(unittest.TestCase):
    """What is seen while things happen."""

    def listen(self, place):
        """The events from now on."""
        line = http.client.HTTPConnection("127.0.0.1", place.admin_port, timeout=60)
        line.request("GET", "/v1/events", headers={"Authorization": f"Bearer {TOKEN}"})
        answer = line.getresponse()
        self.assertEqual(answer.getheader("Content-Type"), "text/event-stream")
        answer.readline()
        self.addCleanup(line.close)
        return answer

    @staticmethod
    def until(answer, last):
        """[(name, data)] up to the event `last`."""
        events, name = [], None
        for line in iter(answer.readline, b""):
            key, _, value = line.decode().rstrip("\n").partition(": ")
            if key == "event":
                name = value
            if key == "data":
                events.append((name, json.loads(value)))
                if name == last:
                    return events
        raise AssertionError("the events ended")

    def test_a_round_as_it_happens(self):
        with Place(BUILD) as place:
            answer = self.listen(place)
            for name in NAMES[:5]:
                place.join(name)
            events = self.until(answer, "end")
            phases = [data["phase"] for name, data in events if name == "phase"]
            self.assertEqual(phases[:5], ["advertise", "share", "mask", "attest", "unmask"])
            for phase in phases[:4]:
                members = {data["member"] for name, data in events
                           if name == "answer" and data["phase"] == phase}
                self.assertLessEqual(members, set(range(5)))
                self.assertGreaterEqual(len(members), 4, phase)
            self.assertEqual(events[-1][1]["reason"], "ok")
            self.assertEqual(sorted(next(data["members"] for name, data in events
                                         if name == "round")), list(range(5)))

    def test_paused_and_resumed_and_still_paused_after_a_restart(self):
        with Place(BUILD) as place:
            self.assertEqual(place.ask("POST", "/v1/tasks/counts/pause")[0], 202)
            place.wait_for(lambda: state_of(place) == "paused")
            for name in NAMES[:5]:
                place.join(name)
            place.wait_for(lambda: get(place, "/v1/tasks/counts")["waiting"] == 5)
            self.assertEqual(get(place, "/v1/live")["tasks"][0]["why"], "by the operator")
            place.restart()
            place.wait_for(lambda: state_of(place) == "paused")
            for name in NAMES[:5]:
                place.join(name)
            place.wait_for(lambda: get(place, "/v1/tasks/counts")["waiting"] == 5)
            self.assertNotIn("counts/1: started", place.log())
            self.assertEqual(place.ask("POST", "/v1/tasks/counts/resume")[0], 202)
            place.wait_for_log("counts/1: completed")

    def test_made_used_and_taken_away(self):
        with Place(BUILD) as place:
            status, _, made = place.ask("POST", "/v1/tasks", body=NEW_TASK)
            self.assertEqual((status, made["task"], made["configured"]), (201, "made-here", False))
            self.assertEqual(place.ask("POST", "/v1/tasks", body=NEW_TASK)[2]["error"],
                             "task_exists")
            self.assertEqual(place.ask("DELETE", "/v1/tasks/counts")[2]["error"],
                             "configured_task")
            place.restart()
            names = [one["task"] for one in
                     place.wait_for(lambda: [*get(place, "/v1/tasks")["tasks"]][:2])]
            self.assertEqual(names, ["counts", "made-here"])
            self.assertEqual(place.ask("DELETE", "/v1/tasks/made-here")[0], 202)
            self.assertEqual(place.ask("GET", "/v1/tasks/made-here")[0], 404)
            self.assertEqual(place.ask("DELETE", "/v1/tasks/made-here")[0], 404)
            place.wait_for_log("made-here: taken away by the operator")
            time.sleep(0.2)  # for what it says last
            self.assertEqual([one["task"] for one in get(place, "/v1/live")["tasks"]], ["counts"])
            self.assertEqual(place.server.process.poll(), None)

    def test_what_could_not_be_kept_is_not_there_and_may_be_tried_again(self):
        """With another definition: it is the second that counts, also after a restart."""
        with Place(BUILD) as place:
            in_the_way = place.folder / "results" / ".state" / "tasks.json.partial"
            in_the_way.mkdir()
            status, _, content = place.ask("POST", "/v1/tasks", body=NEW_TASK)
            self.assertEqual((status, content["error"]), (503, "store_failed"))
            self.assertEqual(place.ask("GET", "/v1/tasks/made-here")[0], 404)
            in_the_way.rmdir()
            status, _, _ = place.ask("POST", "/v1/tasks", body=dict(NEW_TASK, rounds=7))
            self.assertEqual(status, 201)
            self.assertEqual(get(place, "/v1/tasks/made-here")["rounds"], 7)
            self.assertEqual(place.ask("POST", "/v1/tasks/made-here/pause")[0], 202)
            in_the_way.mkdir()
            self.assertEqual(place.ask("DELETE", "/v1/tasks/made-here")[0], 503)
            in_the_way.rmdir()
            self.assertEqual(place.ask("POST", "/v1/tasks/counts/pause")[0], 202)
            place.restart()
            self.assertEqual(get(place, "/v1/tasks/made-here")["rounds"], 7)
            place.wait_for(lambda: state_of(place, "made-here") == "paused")

    def test_a_task_with_many_sizes_of_cohorts_keeps_nobody_waiting(self):
        """Each is tried, which takes seconds for all."""
        large = {**NEW_TASK, "name": "large", "n_max": 3000, "delta": "10%"}
        answers, took = [], []
        with Place(BUILD) as place:
            asker = threading.Thread(
                target=lambda: answers.append(place.ask("POST", "/v1/tasks", body=large)))
            asker.start()
            while asker.is_alive():
                began = time.monotonic()
                self.assertEqual(place.ask("GET", "/healthz", token=None)[0], 200)
                took.append(time.monotonic() - began)
        self.assertEqual((answers[0][0], answers[0][2]["n_max"]), (201, 3000))
        self.assertGreater(len(took), 3)
        self.assertLess(max(took), sum(took) / 3)

    def test_no_programs_and_no_files(self):
        with Place(BUILD) as place:
            for key, value in (("on_result", ["/bin/true"]), ("payload", "/etc/passwd")):
                status, _, content = place.ask("POST", "/v1/tasks",
                                               body=dict(NEW_TASK, **{key: value}))
                self.assertEqual((status, content["error"]), (422, "bad_task"))
                self.assertIn(key, content["problems"][0]["detail"])


if __name__ == "__main__":
    unittest.main()
