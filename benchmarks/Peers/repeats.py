"""The numbers of warm-up and timed steps."""
import time


def repeats(steps, warmup, seconds):
    """Yields (number, whether it is timed): first the warm-up steps, then the timed steps, each part for at least the given seconds."""
    began, number = time.perf_counter(), 0
    while number < warmup or (warmup > 0 and time.perf_counter() - began < seconds):
        yield number, False
        number += 1
    began, timed = time.perf_counter(), 0
    while timed < steps or time.perf_counter() - began < seconds:
        yield number, True
        number, timed = number + 1, timed + 1
