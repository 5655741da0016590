"""What people see: a table that grows by a line a round, or JSON, an object a round."""
import json
import sys

CLEAR_LINE = "\r\033[K"
HEADER = (
    " round  joined  dropped in      survivors  seconds  accuracy  sum    killed when it had\n"
    " -----  ------  --------------  ---------  -------  --------  -----  ------------------")


class Table:
    def __init__(self, rounds):
        self.rounds = rounds
        self.live = sys.stdout.isatty()

    def begin(self, organisations):
        print("Twelve organisations train one spam filter;"
              " nobody sees anybody's e-mails or model.\n")
        for name, rows, spam in organisations:
            print(f"  {name:14} {rows:4} e-mails, {100 * spam // rows:2} % spam")
        print(f"\n{HEADER}", flush=True)

    def status(self, text):
        if self.live:
            print(f"{CLEAR_LINE} {text}", end="", flush=True)

    def row(self, row):
        dropped = ", ".join(one["phase"] for one in row["dropped"])
        killed = ", ".join(f"{one['name']} ({one['phase']})" for one in row["killed"])
        if row["outcome"] == "completed":
            found = f"{row['accuracy']:8.4f}  {'exact' if row['exact'] else 'WRONG':5}"
        else:
            found = f"aborted: {row['reason']}"
        print(f"{CLEAR_LINE * self.live}"
              f" {row['round']:5}  {row['joined']:6}  {dropped:14}  {row['survivors']:9}"
              f"  {row['seconds']:7.2f}  {found}  {killed}", flush=True)

    def end(self, last):
        exactly = "bit for bit" if last["exact"] else "NOT"
        print(f"""
 together (federated)  {last['accuracy']:.4f}
 pooled data           {last['pooled_accuracy']:.4f}
 alone, on average     {last['alone_accuracy']:.4f}

 {last['rounds']} rounds, {last['killed']} processes killed, {last['seconds']:.0f} s.
 Every published sum is {exactly} the sum of the survivors' vectors.""")


class JsonLines:
    def begin(self, organisations):
        pass

    def status(self, text):
        pass

    def row(self, row):
        print(json.dumps(row), flush=True)

    def end(self, last):
        print(json.dumps(last), flush=True)
