"""What people see of a run, or JSON, an object a line."""
import json
import time


def _counts(counts):
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


def _mib(kib):
    return f"{kib / 1024:.0f} MiB"


class Lines:
    def __init__(self):
        self._begun = time.monotonic()

    def begin(self, plan):
        print(f"{plan['participants']} participants and an aggregator, {plan['seconds']:.0f} s of"
              f" {plan['faults']} faults (seed {plan['seed']}); namespaces {plan['namespaces']},"
              f" slow links by {plan['slow_by'] or 'nothing, for want of netem and tbf'}",
              flush=True)

    def progress(self, state):
        now = state["now"]
        shown = ", ".join(now[:4]) + (f" and {len(now) - 4} more" if len(now) > 4 else "")
        print(f" {time.monotonic() - self._begun:5.0f} s  {state['rounds_over']:4} rounds:"
              f" {state['completed']} completed, {state['aborted']} aborted;"
              f" {state['acknowledged']} uploads acknowledged;"
              f" {sum(state['faults'].values())} faults{'; now ' + shown if shown else ''}",
              flush=True)

    def end(self, verdict, details):
        memory = details["memory"]
        print(f"""
 rounds started    {verdict.started}
 completed         {verdict.completed}
 aborted           {sum(verdict.aborted.values())} ({_counts(dict(verdict.aborted.most_common()))})
 uploads acknowledged                             {verdict.acknowledged}
   of these in rounds that were aborted           {verdict.in_aborted}
   of these missing from a published sum          {len(verdict.lost)}

 faults            {_counts(details['faults'])}
 rounds under way when the aggregator was killed  {details['killed_rounds']}
   of these completed all the same                {details['killed_and_completed']}
 its starts refused for want of disk              {details['refused_starts']}
 seconds to a round with everybody, afterwards    {details['recovered_s']}""")
        for whose, found in memory.items():
            print(f" memory, {whose + ':':13} {_mib(found['first_kib'])} at first, "
                  f"{_mib(found['last_kib'])} at the end, {_mib(found['greatest_kib'])} at most;"
                  f" in one life it grew by at most {_mib(found['growth_kib'])}")
        for text in [f"LOST: {text}" for text in verdict.lost] + verdict.wrong:
            print(f" {text}")
        good = not verdict.lost and not verdict.wrong
        print(f"\n {'Every promise was kept.' if good else 'NOT as promised, see above.'}",
              flush=True)


class JsonLines:
    def begin(self, plan):
        print(json.dumps({"event": "begin", **plan}), flush=True)

    def progress(self, state):
        print(json.dumps({"event": "progress", **state}), flush=True)

    def end(self, verdict, details):
        print(json.dumps({"event": "end", **details, "lost": verdict.lost,
                          "wrong": verdict.wrong}))
        print(json.dumps(verdict.summary(), separators=(",", ":")), flush=True)
