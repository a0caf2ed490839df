"""`python -m tests.faults --seconds 60`: work, and say what was violated; 1 where something was."""

import argparse
import asyncio
import json
import secrets
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.machine import Order, Report, work
from tests.faults.mutants import MUTANTS


def main() -> int:
    """The exit code."""
    options = _parser().parse_args()
    names = ("seed", "first", "episodes", "faults", "seconds", "lanes", "mutant")
    order = Order(**{name: getattr(options, name) for name in names})
    sys.stderr.write(f"seed {order.seed}\n")
    if options.keep is not None:
        report = asyncio.run(work(order, options.keep))
    else:
        with TemporaryDirectory(prefix="faults-") as folder:
            report = asyncio.run(work(order, Path(folder)))
    _tell(report)
    if options.json:
        sys.stdout.write(f"{json.dumps({**vars(report), 'seed': order.seed})}\n")
    return int(bool(report.violations))


def _tell(report: Report) -> None:
    say = sys.stderr.write
    say(f"{report.faults.total()} faults, {report.runs} runs, {report.restarts} restarts in ")
    say(f"{report.episodes} episodes, {report.seconds:.0f} s\n")
    say(f"{dict(report.ended)}\n")
    for told, times in report.faults.most_common():
        say(f"{times:7} {told}\n")
    for violation in report.violations:
        say(f"\nVIOLATED {violation}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    parser.add_argument("--first", type=int, default=0, help="number of the first episode")
    parser.add_argument("--episodes", type=int)
    parser.add_argument("--faults", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--lanes", type=int, default=4)
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="a mistake to be found")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="a folder for all files")
    parser.add_argument("--json", action="store_true", help="the report on standard output")
    return parser


if __name__ == "__main__":
    sys.exit(main())
