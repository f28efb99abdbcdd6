"""Change every solution in small ways, grade each change by the hidden tests, tell who survives.

A survivor is either an equivalent, named as such with the reason in solutions/equivalents.toml, or
a gap in the hidden tests. Under 5 % of the mutants that are no equivalents may survive.

    scripts/mutate_exercises.py                       all, and write the report
    scripts/mutate_exercises.py learning-rate         one, and print
    scripts/mutate_exercises.py --sample 150 --seed 1 some of all, and print
"""

import argparse
import random
import sys
import tomllib
import warnings
from collections import Counter
from pathlib import Path

from gdcourse.grading.mutants import Mutant
from gdcourse.grading.survivors import Bench, Trial, seal

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "benchmarks" / "results" / "mutations.md"
EQUIVALENTS = ROOT / "solutions" / "equivalents.toml"
MOST = 0.05
LONG, DRAWN = 0.6, 40  # seconds of a question's tests, and how many mutants are drawn then
LEAD = """# Mutations of the solutions

`scripts/mutate_exercises.py` changes the worked solutions one small thing at a time (an operator, a
constant, a comparison, an argument, a statement) and grades each change by the hidden tests. An
*equivalent* is a change that does what the question asks all the same; each is listed in
`solutions/equivalents.toml` with the reason. A *survivor* is wrong, and no test notices. At most
5 % of the others may survive. Of a question whose tests take long, 40 mutants are drawn.

"""


def key(trial: Trial) -> tuple[str, str, str, str]:
    return trial.exercise, trial.question, trial.mutant.was, trial.mutant.becomes


def reasons() -> dict[tuple[str, str, str, str], str]:
    """Return the reason of each known equivalent."""
    if not EQUIVALENTS.is_file():
        return {}
    with open(EQUIVALENTS, "rb") as file:
        table = tomllib.load(file)
    return {
        (exercise, question, was, becomes): group["why"]
        for exercise, groups in table.items()
        for group in groups
        for question in [group["question"]]
        for was, becomes in group["changes"]
    }


def affordable(bench: Bench) -> list[tuple[str, int, Mutant]]:
    """Return a bench's mutants; of a question whose tests take long, some drawn at random."""
    chosen, everything = [], bench.mutants()
    for question in bench.seconds:
        own = [mutant for mutant in everything if mutant[0] == question]
        slow = bench.seconds[question] > LONG and len(own) > DRAWN
        chosen += random.Random(question).sample(own, DRAWN) if slow else own
    return chosen


def report(trials: list[Trial]) -> tuple[str, float]:
    """Return the table of counts and the survivors, as Markdown; and the share that survived."""
    known = reasons()
    counts: dict[str, Counter[str]] = {}
    left = []
    for trial in trials:
        fate = "equivalent" if key(trial) in known and trial.survives else "killed"
        if trial.survives and key(trial) not in known:
            fate = "survived"
            left.append(trial)
        for name in (trial.exercise, "all"):
            counts.setdefault(name, Counter())[fate] += 1
    counts["all"] = counts.pop("all")
    text = LEAD + "| exercise | mutants | equivalent | killed | survived | share that survived |\n"
    text += "|---|---|---|---|---|---|\n"
    for name, fates in counts.items():
        total = fates["killed"] + fates["survived"]
        text += f"| {name} | {fates.total()} | {fates['equivalent']} | {fates['killed']} "
        text += f"| {fates['survived']} | {fates['survived'] / total:.1%} |\n"
    text += "\n## Survivors\n\n" + ("" if left else "None.\n")
    for trial in left:
        exercise, question, was, becomes = key(trial)
        text += f"- {exercise}, {question}: `{was}` → `{becomes}`\n"
    return text, len(left) / max(1, counts["all"]["killed"] + len(left))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="exercises (default: all)")
    parser.add_argument("--sample", type=int, help="grade that many mutants, drawn at random")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    seal()
    warnings.simplefilter("ignore")
    masters = sorted((ROOT / "solutions").glob("*.md"))
    benches = [Bench(m) for m in masters if not chosen.names or m.stem in chosen.names]
    wanted = {bench: affordable(bench) for bench in benches}
    if chosen.sample:
        everything = [(bench, one) for bench, all_ in wanted.items() for one in all_]
        drawn = random.Random(chosen.seed).sample(everything, chosen.sample)
        wanted = {b: [one for of, one in drawn if of is b] for b in benches}
    trials = []
    for bench, some in wanted.items():
        trials += bench.trials(some)
        print(f"{bench.exercise.name}: {len(some)} mutants", file=sys.stderr, flush=True)
    text, share = report(trials)
    if chosen.names or chosen.sample:
        print(text.removeprefix(LEAD))
    else:
        REPORT.write_text(text, "utf-8")
    return 1 if share > MOST else 0


if __name__ == "__main__":
    sys.exit(main())
