#!/usr/bin/python3
"""Real servers and participants for the tests of the operator's page, moved by lines of JSON.

usage: scenes.py BUILD_FOLDER SCENE [ARGUMENTS as JSON]

The first line on standard output says where the page is. Then each line on standard input, such as
{"do": "kill", "names": ["m3"]}, is answered by one: {"done": ...} or {"failed": why}. At the end
of the input, or on a signal, all that was started is ended and its folder removed.
"""
import json
import pathlib
import signal
import sys
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "admin"))

from bench import BUILD  # noqa: E402
from blame_scene import BlameScene  # noqa: E402
from crowd_scene import CrowdScene  # noqa: E402
from rounds_scene import CertificateScene, RoundsScene  # noqa: E402

SCENES = {"rounds": RoundsScene, "certificate": CertificateScene, "blame": BlameScene,
          "crowd": CrowdScene}


def say(line):
    print(json.dumps(line), flush=True)


def obey(scene, line):
    order = json.loads(line)
    act = getattr(scene, "do_" + order.pop("do"))
    try:
        say({"done": act(**order)})
    except Exception:
        say({"failed": traceback.format_exc()})


def end(number, _frame):
    sys.exit(128 + number)


def main():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    arguments = json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    with SCENES[sys.argv[1]](BUILD, **arguments) as scene:
        say(scene.about())
        for line in sys.stdin:
            obey(scene, line)


if __name__ == "__main__":
    main()
