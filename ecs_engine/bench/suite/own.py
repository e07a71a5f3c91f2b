"""One benchmark of the engine in this process: ``python -m ecs_engine.bench.suite.own NAME COUNT TICKS``.

It prints the figures as one line of JSON, as the peers do.
"""

from __future__ import annotations

import argparse
import json
import os

from ecs_engine.bench.frame import SCREENSHOT
from ecs_engine.bench.report import measure


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("count", type=int)
    parser.add_argument("ticks", type=int)
    parser.add_argument("--screenshot")
    options = parser.parse_args()
    if options.screenshot:
        os.environ[SCREENSHOT] = options.screenshot
    figures = measure(options.name, options.count, options.ticks, headless=False)
    print(json.dumps({"renderer": "none"} | figures))  # those that draw tell theirs


if __name__ == "__main__":
    main()
