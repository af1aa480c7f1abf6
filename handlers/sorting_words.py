"""分办词: which words of a comment propose which unit, kind and subject; kept by those who oversee."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules.effects import Effect, Record, SetSortingWord
from bot.rules.regulation import Kind
from bot.rules.routing import overseers
from bot.rules.sorting import SortingWord
from handlers.context import Context
from handlers.router import Router
from handlers.saying import refuse, say

router = Router()

REFUSED = "拒绝修改分办词"
SUBJECT = "主题"
MOST = 60


@router.on(i.SortingWordSaid)
def said(intent: i.SortingWordSaid, ctx: Context) -> Sequence[Effect]:
    """Everybody who collects may look; only those who oversee change it."""
    known = {one.word: one for one in ctx.store.sorting_words()}
    if not intent.change:
        return [say(intent, _listed(list(known.values()), ctx), ctx), Record(intent.who, "查看", None, "分办词")]
    if not ctx.oversees(intent.who):
        people = ctx.names(overseers(ctx.desk)) or "管理员"
        return refuse(intent, f"分办词由归口管理人员维护，请找{people}", ctx, action=REFUSED)
    if intent.change == "删除":
        if intent.word not in known:
            return refuse(intent, f"没有分办词“{intent.word}”，看全部发“分办词”", ctx, action=REFUSED)
        return [
            SetSortingWord(intent.word),
            Record(intent.who, "删除分办词", None, _words(known[intent.word], ctx)),
            say(intent, f"已删除分办词“{intent.word}”。", ctx),
        ]
    wanted = _read(intent.word, intent.to, ctx)
    if isinstance(wanted, str):
        return refuse(intent, wanted, ctx, action=REFUSED)
    before = f"（原来 {_words(known[intent.word], ctx)}）" if intent.word in known else ""
    return [
        SetSortingWord(wanted.word, wanted.unit, wanted.flow, wanted.subject),
        Record(intent.who, "增加分办词", None, f"{_words(wanted, ctx)}{before}"),
        say(intent, f"已记分办词：{_words(wanted, ctx)}{before}。从下一条评论起这样建议。", ctx),
    ]


def _read(word: str, said: str, ctx: Context) -> SortingWord | str:
    """Units of the roster, kinds of comment, 主题 and a name, in any order; or what is wrong."""
    units = {seat.unit for seat in ctx.roster.seats}
    flows = ctx.regulation.flows(Kind.COMMENT)
    unit = flow = subject = ""
    parts = said.split()
    while parts:
        part = parts.pop(0)
        if part == SUBJECT and parts:
            subject = parts.pop(0)
        elif part.startswith(SUBJECT) and len(part) > len(SUBJECT):
            subject = part.removeprefix(SUBJECT)
        elif part in units:
            unit = part
        elif named := [f for f in flows if part in (f.id, f.option, f.label)] or [f for f in flows if part in f.label]:
            if len(named) > 1:
                return f"“{part}”有几类：{'、'.join(f.option for f in named)}，请写全名"
            flow = named[0].id
        else:
            return f"没有单位或类别“{part}”。类别有：{'、'.join(f.option for f in flows)}；单位按名册的写法"
    if not (unit or flow or subject):
        return f"请写明交给哪个单位，例如“分办词 增加 {word} 单位”；也可以写类别，或“主题 名称”"
    return SortingWord(word, unit, flow, subject)


def _words(one: SortingWord, ctx: Context) -> str:
    flows = {f.id: f.option for f in ctx.regulation.flow}
    parts = (one.unit, flows.get(one.flow, one.flow), f"{SUBJECT}“{one.subject}”" if one.subject else "")
    return f"“{one.word}” → {'，'.join(part for part in parts if part)}"


def _listed(words: Sequence[SortingWord], ctx: Context) -> str:
    lines = [_words(one, ctx) for one in words[:MOST]]
    lines += [f"还有 {len(words) - MOST} 个未列。"] if len(words) > MOST else []
    how = "“分办词 增加 证书 单位”“分办词 删除 证书”；也可写类别或“主题 名称”。"
    return "\n".join([f"分办词 {len(words)} 个：" if lines else "还没有分办词。", *lines, f"归口管理人员维护：{how}"])
