#!/usr/bin/python3
"""./run attacks: a malicious aggregator against a real participant, a malicious participant against
a real aggregator; what was tried, what the victim said, what came of it.

Each attack is played by the conformance suite over TLS and WebSocket against the programs of a
build folder. Exit code 1 if a victim did anything else than SPEC.md says.
"""
import argparse
import dataclasses
import json
import pathlib
import sys
import tempfile
import types

import run_against_client
import run_against_server
from blindsum_conformance import ending, kit, kit_blindsumd
from blindsum_conformance.attacks import PARTICIPANT, on_aggregator, on_participant

PATIENCE = 4  # for machines that do other things, too
HEADINGS = {
    "participant": "A malicious aggregator, who also plays all other members, against a"
                   " participant (blindsum join)",
    "aggregator": "A malicious participant against an aggregator (blindsumd)"}


def arguments():
    options = argparse.ArgumentParser(prog="./run attacks", description=__doc__.split("\n\n")[0])
    options.add_argument("--build", type=pathlib.Path, default="build", help="build folder (build)")
    options.add_argument("--json", action="store_true", help="one JSON object a line")
    return options.parse_args()


def on_participants(folder, build):
    command = run_against_client.command(str(build / "client" / "blindsum"))
    yield from on_participant.run(types.SimpleNamespace(
        kit=folder / "kit", listen="127.0.0.1:0", exec=command, scratch=folder))


def on_aggregators(folder, build):
    port = run_against_server.free_port()
    kit_blindsumd.write(kit.Kit(folder / "kit"), port)
    with run_against_server.running(folder, str(build / "server" / "blindsumd")):
        yield from on_aggregator.run(types.SimpleNamespace(
            kit=folder / "kit", url=f"wss://127.0.0.1:{port}", restart=None))


def table_line(told):
    mark = "held" if told.held else "FAILED"
    return f"  {mark:6}  {told.attack:58}  {told.said:26}  {told.came_of_it}"


def main():
    options = arguments()
    ending.on_signals()
    build = options.build.resolve()
    outcomes, heading = [], None
    with tempfile.TemporaryDirectory(prefix="blindsum-attacks-") as place:
        folder = pathlib.Path(place)
        kit.make(folder / "kit", PATIENCE)
        for side in (on_participants, on_aggregators):
            for told in side(folder, build):
                outcomes.append(told)
                if options.json:
                    print(json.dumps(dataclasses.asdict(told)), flush=True)
                    continue
                if told.victim != heading:
                    heading = told.victim
                    print(f"\n{HEADINGS[heading]}\n\n  {'':6}  {'tried':58}  {'the victim said':26}"
                          "  what came of it", flush=True)
                print(table_line(told), flush=True)
    held = sum(told.held for told in outcomes)
    leaked = sum(told.leaked for told in outcomes if told.victim == PARTICIPANT)
    if options.json:
        print(json.dumps({"attacks": len(outcomes), "held": held, "leaked_bytes": leaked}))
    else:
        print(f"\n{len(outcomes)} attacks, {held} held; leaked: {leaked} bytes")
    return 0 if held == len(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
