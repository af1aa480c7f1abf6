"""python -m bot.sandbox --config sandbox.json [--port N]"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import uvicorn

from bot.sandbox.app import create_app
from bot.sandbox.config import load


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="a stand-in for the WeCom server")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--port", type=int)
    options = parser.parse_args(arguments)
    try:
        config = load(options.config)
    except (OSError, TypeError, ValueError) as error:
        print(f"{options.config}: {error}", file=sys.stderr)
        return 2
    config = replace(config, port=options.port or config.port)
    uvicorn.run(
        create_app(config), host=config.host, port=config.port, log_level="warning", timeout_graceful_shutdown=1
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
