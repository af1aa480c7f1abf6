"""rich-click, speaking Chinese: usage, headings, the help of --help, and the sentences of wrong command lines."""

from __future__ import annotations

import re
from typing import Any

import rich_click as click
from click.exceptions import NoSuchCommand
from rich_click import RichCommand, RichContext, RichGroup, RichHelpConfiguration
from rich_click.rich_help_formatter import RichHelpFormatter

HELP_CONFIG = RichHelpConfiguration(
    options_panel_title="选项",
    arguments_panel_title="参数",
    commands_panel_title="命令",
    errors_panel_title="错误",
    errors_suggestion="加上 --help 看用法。",
    aborted_text="已中断。",
    default_string="[默认：{}]",
    required_short_string="*",
    required_long_string="[必填]",
    deprecated_string="[已停用]",
    show_arguments=True,
    text_markup="rich",
)


class Formatter(RichHelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "用法:")

    def write_error(self, e: click.ClickException) -> None:
        super().write_error(click.UsageError(sentence(e), getattr(e, "ctx", None)))


class Context(RichContext):
    formatter_class = Formatter


class Command(RichCommand):
    context_class = Context

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", "[选项]")
        super().__init__(*args, **kwargs)

    def get_help_option(self, ctx: Any) -> Any:
        return _in_chinese(super().get_help_option(ctx))


class Group(RichGroup):
    context_class = Context
    command_class = Command
    group_class = type  # nested groups are of this class too

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", "[选项]")
        kwargs.setdefault("subcommand_metavar", "命令 [参数]…")
        kwargs.setdefault("context_settings", {"rich_help_config": HELP_CONFIG})
        super().__init__(*args, **kwargs)

    def get_help_option(self, ctx: Any) -> Any:
        return _in_chinese(super().get_help_option(ctx))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order of the source, not of the alphabet


def _in_chinese(option: Any) -> Any:
    if option is not None:
        option.help = "显示这段说明。"
    return option


def sentence(error: click.ClickException) -> str:
    """What is wrong with a command line, in Chinese. Our own messages are Chinese already and pass unchanged."""
    match error:
        case click.NoSuchOption():
            return f"没有 {error.option_name} 这个选项{_perhaps(error.possibilities)}"
        case NoSuchCommand():
            return f"没有 {error.command_name} 这个命令{_perhaps(error.possibilities)}"
        case click.MissingParameter():
            return f"缺少 {_hint(error)}"
        case click.BadOptionUsage():
            takes_none = "does not take" in error.message
            return f"选项 {error.option_name} {'后面不能写值' if takes_none else '后面要写一个值'}"
        case click.BadParameter():
            return f"{_hint(error)} 不对：{error.message}"
    if extra := re.search(r"unexpected extra arguments? \((.*)\)", error.message):
        return f"多余的参数：{extra[1]}"
    return "后面要写一个命令" if error.message == "Missing command." else error.message


def _perhaps(names: list[str] | None) -> str:
    return f"（是不是 {' 或 '.join(names)}？）" if names else ""


def _hint(error: click.BadParameter) -> str:
    if error.param is None or error.ctx is None:
        return "参数"
    return error.param.opts[-1] if error.param.param_type_name == "option" else error.param.make_metavar(error.ctx)
