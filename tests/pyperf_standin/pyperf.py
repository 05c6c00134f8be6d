"""A stand-in for the parts of `pyperf` that pyperformance's benchmarks use: every benchmark runs a few times, and
what is printed are names, not times, so that outputs compare.

Environment: PYPERF_LOOPS, how often each benchmark runs (default 1).
"""
import argparse
import os
import time

perf_counter = time.perf_counter
LOOPS = int(os.environ.get("PYPERF_LOOPS", "1"))


class Runner:
    def __init__(self, values=None, processes=None, loops=None, min_time=None, warmups=None,
                 metadata=None, show_name=True, program_args=None, add_cmdline_args=None, _argparser=None):
        self.argparser = _argparser or argparse.ArgumentParser()
        self.metadata = dict(metadata or {})
        self.args = None

    def parse_args(self, args=None):
        if self.args is None:
            self.args = self.argparser.parse_args(args)
        return self.args

    def _done(self, name):
        print(f"{name}: ok")

    def bench_func(self, name, func, *args, inner_loops=None, metadata=None):
        self.parse_args()
        for _ in range(LOOPS):
            func(*args)
        self._done(name)

    def bench_time_func(self, name, time_func, *args, inner_loops=None, metadata=None):
        self.parse_args()
        time_func(LOOPS, *args)
        self._done(name)

    def bench_async_func(self, name, func, *args, inner_loops=None, metadata=None, loop_factory=None):
        import asyncio
        self.parse_args()
        for _ in range(LOOPS):
            asyncio.run(func(*args))
        self._done(name)

    def bench_command(self, name, command):
        raise SystemExit("pyperf stand-in: bench_command is not here")

    def timeit(self, name, stmt=None, setup="pass", teardown="pass", inner_loops=None, duplicate=None,
               metadata=None, globals=None):
        self.parse_args()
        namespace = dict(globals or {})
        exec(setup, namespace)
        for _ in range(LOOPS):
            exec(stmt, namespace)
        self._done(name)


def python_implementation():
    return "cpython"
