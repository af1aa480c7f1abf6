"""制度的设置: those who oversee look at it and change it in chat (saws-R36). Nothing takes effect before 确认修改.

A change is validated as a whole policy; running items finish under the version they began with.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.rules import intents as i
from bot.rules import settings as s
from bot.rules.deadline import due_words, nag_window
from bot.rules.effects import ChangePolicy, Effect, Record, Remember, RenameUnit, SaveItem, Send, UpdateCard
from bot.rules.messages import Button, Card
from bot.rules.regulation import Do, Flow, Step
from bot.rules.routing import overseers
from bot.rules.settings import Amendment, BadSetting
from handlers import cards
from handlers import wording as w
from handlers.context import Context
from handlers.router import Router
from handlers.saying import refuse, say, settle_tap, tell
from storage.read import PolicyChangeRow

router = Router()

PENDING, PURPOSE = "policy", "policy"
PATIENCE = timedelta(days=1)  # what waits longer for 确认修改 has to be said again
REFUSED = "拒绝修改制度"
LAST = 3
DOES = {
    Do.DRAFT: "起草", Do.CHECK: "审核", Do.ASSIGN: "分办", Do.PUBLISH: "发布", Do.REPLY: "答复", Do.RECORD: "办理登记",
}  # fmt: skip


# ---- changing ------------------------------------------------------------------------------------------------------


@router.on(i.PolicySaid)
def said(intent: i.PolicySaid, ctx: Context) -> Sequence[Effect]:
    """Checked, shown before → after, and asked about; kept until it is confirmed."""
    if not ctx.oversees(intent.who):
        return _not_yours(intent, ctx)
    if not intent.what:
        return [say(intent, f"可以发：{s.HOW}。", ctx), Record(intent.who, "查看", None, "设置")]
    return _asked(intent, intent.what, intent.rest, ctx)


def _not_yours(intent: i.Intent, ctx: Context) -> list[Effect]:
    people = ctx.names(overseers(ctx.desk)) or "管理员"
    return refuse(intent, f"制度的设置由归口管理人员修改，请找{people}", ctx, action=REFUSED)


def _asked(intent: i.Intent, what: str, rest: str, ctx: Context, lead: str = "") -> list[Effect]:
    assert ctx.settings is not None
    raw = ctx.settings.raw()
    try:
        changes = s.wanted(what, rest, raw)
    except BadSetting as wrong:
        return refuse(intent, f"{wrong}", ctx, action=REFUSED)
    if problems := ctx.settings.problems(changes):
        return refuse(intent, f"不能这样改：{'；'.join(problems)}", ctx, action=REFUSED)
    words = _words(changes, raw)
    card = _card(words, intent.who, ctx)
    pending = {"what": what, "rest": rest, "version": ctx.store.policy_version(), "card": card.task_id}
    how = "在办事项仍按原来的办，从下一件起生效。\n点卡片，或回复“确认修改”；不改回复“不改”。"
    text = f"{lead}请确认这项修改：\n{words}\n{how}"
    return [
        *_close_former(intent.who, "已有新的修改", ctx),
        Remember(intent.who, PENDING, json.dumps(pending | {"at": ctx.now.isoformat()}, ensure_ascii=False)),
        Record(intent.who, "提出修改制度", None, words),
        say(intent, text, ctx),
        Send(to=intent.who, message=card, key=f"card|{card.task_id}", purpose=PURPOSE),
    ]


def _words(changes: Sequence[Amendment], raw: dict[str, Any]) -> str:
    lines = [s.change_words(change.path, change.before, change.after, raw) for change in changes]
    return "\n".join(dict.fromkeys(lines))


def _card(words: str, to: str, ctx: Context) -> Card:
    return Card(
        task_id=cards.loose_task_id("policy", to, ctx), title="修改制度的设置", source="审发 · 制度",
        body=cards.cut(words, 160),
        buttons=(Button("确认修改", key="apply"), Button("不改", key="leave", style=2)),
    )  # fmt: skip


def _pending(who: str, ctx: Context) -> dict[str, Any]:
    """What this person was asked to confirm, and may still confirm."""
    kept: dict[str, Any] = json.loads(ctx.store.memory(who, PENDING) or "{}")
    return kept if kept and ctx.now - datetime.fromisoformat(kept["at"]) <= PATIENCE else {}


def _close_former(who: str, done: str, ctx: Context) -> list[Effect]:
    row = ctx.store.card(json.loads(ctx.store.memory(who, PENDING) or "{}").get("card", ""))
    if row is None or not row.live:
        return []
    return [UpdateCard(row.task_id, cards.closed(row.card, done), f"close|{ctx.cause}|{row.task_id}")]


@router.on(i.PolicyConfirmed)
def confirmed(intent: i.PolicyConfirmed, ctx: Context) -> Sequence[Effect]:
    if not ctx.oversees(intent.who):
        return [*settle_tap(intent, "不由您办理", ctx), *_not_yours(intent, ctx)]
    pending = _pending(intent.who, ctx)
    if not pending or (intent.task_id and intent.task_id != pending["card"]):
        return [*settle_tap(intent, "已失效", ctx), *refuse(intent, "现在没有等您确认的修改", ctx)]
    if not intent.confirm:
        return [
            *_settled(intent, "没有修改", ctx), Remember(intent.who, PENDING, ""),
            Record(intent.who, "不改制度", None, f"{pending['what']} {pending['rest']}"),
            say(intent, "好的，制度保持原样。", ctx),
        ]  # fmt: skip
    if pending["version"] != ctx.store.policy_version():  # somebody else was faster: what is shown must be true
        lead = "制度刚刚有过别的修改，请再看一遍。"
        return [*_settled(intent, "已重新列出", ctx), *_asked(intent, pending["what"], pending["rest"], ctx, lead)]
    return _kept(intent, pending, ctx)


def _settled(intent: i.Intent, done: str, ctx: Context) -> list[Effect]:
    return settle_tap(intent, done, ctx) or _close_former(intent.who, done, ctx)


def _kept(intent: i.PolicyConfirmed, pending: dict[str, Any], ctx: Context) -> list[Effect]:
    """A new version, in the record, and told to the others who oversee."""
    assert ctx.settings is not None
    raw = ctx.settings.raw()
    changes = s.wanted(pending["what"], pending["rest"], raw)
    words, version = _words(changes, raw), ctx.store.policy_version() + len(changes)
    others = [person for person in overseers(ctx.desk) if person != intent.who]
    told = f"制度的设置已由{ctx.name(intent.who)}修改（第{version}版）：\n{words}\n在办事项仍按原来的办。"
    return [
        *[ChangePolicy(c.path, _json(c.before), _json(c.after), intent.who) for c in changes],
        *_renamed(changes, ctx),
        Remember(intent.who, PENDING, ""),
        Record(intent.who, "修改制度", None, f"第{version}版 {words}"),
        *_settled(intent, "已修改", ctx),
        say(intent, f"已修改，现在是第{version}版：\n{words}\n从下一件起生效，已告诉{_others(others, ctx)}。", ctx),
        *[tell(person, told, ctx, what="policy") for person in others],
    ]


def _renamed(changes: Sequence[Amendment], ctx: Context) -> list[Effect]:
    """A unit's new name holds in the roster too, and for what is under way there: everybody keeps his seat."""
    names = {str(c.before): str(c.after) for c in changes if c.path.startswith("unit.")}
    effects: list[Effect] = [RenameUnit(old, new) for old, new in names.items()]
    for item in ctx.store.open_items() if names else ():
        units = tuple(names.get(unit, unit) for unit in item.units)
        after = replace(item, unit=names.get(item.unit, item.unit), units=units)
        effects += [SaveItem(after)] if after != item else []
    return effects


def _others(people: Sequence[str], ctx: Context) -> str:
    return ctx.names(tuple(people)) if people else "（没有其他归口管理人员）"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# ---- looking -------------------------------------------------------------------------------------------------------


@router.on(i.PolicyAsked)
def asked(intent: i.PolicyAsked, ctx: Context) -> Sequence[Effect]:
    if intent.what == "history" and not ctx.oversees(intent.who):
        people = ctx.names(overseers(ctx.desk)) or "管理员"
        return refuse(intent, f"制度的修改记录由归口管理人员查看，请找{people}", ctx)
    shows = {"summary": summary, "history": history, "chart": chart, "steps": steps, "list": listed}
    try:
        text = shows[intent.what](intent, ctx)
    except BadSetting as wrong:
        return refuse(intent, str(wrong), ctx)
    return [say(intent, text, ctx), Record(intent.who, "查看", None, f"制度 {intent.what} {intent.name}".strip())]


def summary(intent: i.PolicyAsked, ctx: Context) -> str:
    reg, changes = ctx.regulation, ctx.store.policy_changes()
    lines = [f"《{reg.title}》"]
    if changes:
        last = changes[-1]
        lines.append(f"第{last.version}版，自{_moment(last)}起（{_by(last, ctx)}修改）。")
    else:
        lines.append("第0版：制度文件原样，启用以来没有改过。")
    if reg.unit:
        lines.append(f"单位：{'、'.join(reg.unit.values())}")
    lines.append(f"上班时间 {reg.clock.open}，截止时间 {reg.clock.cutoff}，催办时段 {nag_window(reg.nag, reg.clock)}")
    ahead = "、".join(due_words(spec) for spec in reg.nag.ahead) or "无"
    again, idle = (due_words(spec) if spec else "无" for spec in (reg.nag.again, reg.nag.idle))
    lines.append(f"提前提醒 {ahead}，再次催办 {again}，久未办理 {idle}")
    if reg.nag.up:
        lines.append(f"逐级告知 {' → '.join(ctx.role_label(role) for role in reg.nag.up)}")
    for channel in reg.channel.values():
        chars = f"{channel.chars} 字以内" if channel.chars else "字数不限"
        lines.append(f"{channel.name}：{chars}{f'，每天群发 {channel.per_day} 次' if channel.per_day else ''}")
    lines.append(f"流程：{'；'.join(flow.option for flow in reg.flow) or '无'}")
    if changes:
        lines += ["最近的修改：", *(_line(change, ctx) for change in changes[-LAST:])]
    people = ctx.names(overseers(ctx.desk)) or "管理员"
    how = f"要改可发：{s.HOW}。全部修改发“制度记录”。" if ctx.oversees(intent.who) else f"要修改请找{people}。"
    return "\n".join([*lines, f"看流程发“流程图”。{how}"])


def history(intent: i.PolicyAsked, ctx: Context) -> str:
    lines = [_line(change, ctx) for change in ctx.store.policy_changes()]
    return "\n".join(["制度的修改：", *lines]) if lines else "制度启用以来没有改过。"


def _line(change: PolicyChangeRow, ctx: Context) -> str:
    raw = ctx.settings.raw() if ctx.settings else {}
    words = s.change_words(change.path, json.loads(change.before), json.loads(change.after), raw)
    return f"第{change.version}版 {_moment(change)} {_by(change, ctx)}：{words}"


def _moment(change: PolicyChangeRow) -> str:
    return f"{w.day(change.at)} {w.hm(change.at)}"


def _by(change: PolicyChangeRow, ctx: Context) -> str:
    return ctx.name(change.by) if ctx.roster.knows(change.by) else change.by


def chart(intent: i.PolicyAsked, ctx: Context) -> str:
    """流程图: the flows this person has part in; of those who oversee all of them."""
    raw = ctx.settings.raw() if ctx.settings else {}
    if intent.name:
        flow = ctx.regulation.flow_of(s.flow_named(intent.name, raw)["id"])
        return "\n".join([f"{flow.label}（依据 {w.basis(flow)}）：", s.chain(_raw_steps(flow), raw, who=True)])
    roles, all_of_them = ctx.roster.roles_of(intent.who), ctx.oversees(intent.who)
    shown = [flow for flow in ctx.regulation.flow if all_of_them or roles & {r for x in flow.steps for r in x.by}]
    lines = [f"{flow.label}：{s.chain(_raw_steps(flow), raw)}" for flow in shown]
    return "\n".join(lines) if lines else "制度里没有您参加的流程。"


def _raw_steps(flow: Flow) -> list[dict[str, Any]]:
    return [{"act": step.act, "by": list(step.by), "when": step.when} for step in flow.steps]


def steps(intent: i.PolicyAsked, ctx: Context) -> str:
    """环节 信息发布: numbered, with who and by when."""
    raw = ctx.settings.raw() if ctx.settings else {}
    if not intent.name:
        flows = [flow.option for flow in ctx.regulation.flow]
        return f"请写明流程，例如“环节 {flows[0] if flows else '流程名'}”。有：{'、'.join(flows) or '无'}"
    flow = ctx.regulation.flow_of(s.flow_named(intent.name, raw)["id"])
    lines = [f"{flow.label}的环节（依据 {w.basis(flow)}）："]
    lines += [f"{n} {_step(step, ctx)}" for n, step in enumerate(flow.steps, 1)]
    if ctx.oversees(intent.who):
        name = flow.option
        add = f"“环节 {name} 增加 终审 由 角色 在 环节名 之后”"
        lines.append(f"要改可发“环节 {name} 删除 环节名”{add}“期限 {name} 环节名 2个工作日”。")
    return "\n".join(lines)


def _step(step: Step, ctx: Context) -> str:
    people = "、".join(ctx.role_label(role) for role in step.by)
    joint = "会签" if step.do is Do.CHECK and len(step.by) > 1 else ""
    due = f"，期限{f'自{step.since}起' if step.since else ''} {due_words(step.due)}" if step.due else ""
    when = f"（{step.when}）" if step.when else ""
    act = step.act if step.act == DOES[step.do] else f"{step.act}〔{DOES[step.do]}〕"
    return f"{act}{when} {people}{joint}{due}"


def listed(intent: i.PolicyAsked, ctx: Context) -> str:
    name = intent.name
    entries = ctx.regulation.content.banned if name == "禁止内容" else ctx.regulation.reserved_names
    lines = [f"{n}. {entry}" for n, entry in enumerate(entries, 1)]
    how = f"要改可发“{name} 增加 内容”“{name} 删除 序号”。" if ctx.oversees(intent.who) else ""
    return "\n".join([f"{name}：" if lines else f"{name}：还没有。", *lines, *([how] if how else [])])
