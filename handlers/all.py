"""The whole behaviour, as a table of contents: who answers what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from bot.rules.effects import Effect
from bot.rules.events import Event, PlatformEvent
from handlers import checks, clockwork, drafts, filing, lists, others, people, publishing
from handlers.context import Context
from handlers.meaning import meaning
from handlers.router import Router

router = Router(
    drafts.router,  # 投稿
    checks.router,  # 审核
    publishing.router,  # 发布, 办理
    filing.router,  # 备案
    lists.router,  # 待办, 在办, 进度
    people.router,  # 授权, 代办, 栏目, 平台
    clockwork.router,  # 期限
    others.router,  # 其余
)


def handle(event: Event, ctx: Context) -> Sequence[Effect]:
    """What one event shall do. Platform events that have no handler of their own are first read for their meaning."""
    if type(event) in router.table:
        return router(event, ctx)
    if isinstance(event, get_args(PlatformEvent)):
        return router(meaning(event, ctx), ctx)
    raise KeyError(type(event).__name__)
