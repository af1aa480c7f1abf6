"""python -m bot: the same as the command shenfa."""

from bot.cli import main

main()
