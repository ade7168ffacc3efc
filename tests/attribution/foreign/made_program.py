"""A program made up at random, what cProfile would count of it, and the truth that its stacks tell."""

import itertools
import random
from collections import Counter
from dataclasses import dataclass, field

from tests import foreign_files as files

ROOT = ("f.py", 0, "root")


@dataclass
class Program:
    """Moments of a program: each a stack and its seconds; and the stack of every call."""

    moments: list[tuple[tuple[files.Function, ...], float]] = field(default_factory=list)
    calls: list[tuple[files.Function, ...]] = field(default_factory=list)

    def functions(self):
        """Return the functions that were called."""
        return {stack[-1] for stack in self.calls}

    def profile(self):
        """Return what cProfile counts: recursion once in times, and not in primitive calls."""
        calls, again, edge_calls = Counter(), Counter(), Counter()
        own, whole, edge_whole = Counter(), Counter(), Counter()
        for stack in self.calls:
            calls[stack[-1]] += 1
            again[stack[-1]] += stack[-1] in stack[:-1]
            edge_calls[stack[-2:]] += len(stack) > 1
        for stack, seconds in self.moments:
            own[stack[-1]] += seconds
            for function in {*stack}:
                whole[function] += seconds
            for edge in {*itertools.pairwise(stack)}:
                edge_whole[edge] += seconds
        functions = {one: (count, own[one], whole[one]) for one, count in calls.items()}
        edges = {one: (count, edge_whole[one]) for one, count in edge_calls.items() if len(one) == 2}
        return files.profile(functions, edges, within=again)

    def together(self, functions):
        """Return the seconds with one of the functions on the stack."""
        return sum(seconds for stack, seconds in self.moments if {*stack} & {*functions})

    def entered(self, functions):
        """Return how often one of the functions was called while none of them was on the stack."""
        return sum(stack[-1] in functions and not {*stack[:-1]} & {*functions} for stack in self.calls)

    def inside(self, entry, functions):
        """Return the seconds with one of the functions on the stack below one of the entry point's."""
        return sum(seconds for stack, seconds in self.moments if _below(stack, entry, functions))


def _below(stack, entry, functions):
    first = next((place for place, one in enumerate(stack) if one in entry), len(stack))
    return bool({*stack[first + 1 :]} & {*functions})


def make(source: random.Random, size: int, most: int) -> Program:
    """Return a program of some functions and at most so many calls, each of whose functions calls a few."""
    names = [("f.py", line, f"f{line}") for line in range(1, size + 1)]
    callees = {one: source.sample(names, source.randrange(1, 4)) for one in [ROOT, *names]}
    program = Program()

    def call(stack):
        program.calls.append(stack)
        program.moments.append((stack, source.random()))
        for _ in range(source.randrange(4) if len(stack) > 1 else 8):
            if len(program.calls) < most and len(stack) < 12:
                call((*stack, source.choice(callees[stack[-1]])))

    call((ROOT,))
    return program
