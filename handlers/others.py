"""Everything else: strangers, voices, old taps, news of the sender. A sentence, an entry, nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.rules import intents as i
from bot.rules.effects import Effect, Expect, Record, Reply, Send, SetReachable
from bot.rules.events import AgentWarned, MessageFailed, RangeEntered, RangeLeft
from bot.rules.messages import Text
from bot.rules.routing import asked_now, may_see, overseers
from handlers import wording as w
from handlers.commands import command
from handlers.context import Context
from handlers.router import Router
from handlers.saying import may_not_begin, refuse, say, settle_tap, tell, who_names_one

router = Router()


@router.on(i.StrangerSpoke)
def stranger(intent: i.StrangerSpoke, ctx: Context) -> Sequence[Effect]:
    """A member without a role is told whom to ask, and those who oversee are told once; others get no answer at all."""
    if not intent.known:
        return [Record(intent.who, "陌生人来文")]
    said = command(intent.text, intent.who, ctx)
    why = may_not_begin(intent.who, said.flow.strip(" 。“”"), ctx) if isinstance(said, i.StartAsked) else ""
    if why:
        return refuse(intent, why, ctx, action="拒绝发起")
    seats = ctx.roster.seats_of(intent.who)
    roles = {r for f in ctx.regulation.flow if f.kind == "post" for r in f.steps[0].by}
    units = {s.unit for s in seats}
    informants = dict.fromkeys(s.userid for s in ctx.roster.seats if s.unit in units and s.role in roles)
    lacking = who_names_one(intent.who, ctx)
    helper = f"{lacking}。" if lacking else ""
    if informants:
        helper = f"要投稿请找本单位信息员{ctx.names(tuple(informants))}。"
    central = ctx.regulation.unit.get("central", "归口部门")
    text = f"您还没有角色，请联系{central}开通。{helper}"
    once = f"{ctx.name(intent.who)}（{'、'.join(units)}）给审发发消息，还没有角色。需要的话请在人员名册登记。"
    key = f"norole|{intent.who}"
    effects: list[Effect] = [Reply(text), Record(intent.who, "无角色来文", None, intent.text)]
    for person in overseers(ctx.desk):
        if not ctx.store.was_sent(f"{key}|{person}"):
            effects.append(tell_once(person, once, key))
    return effects


def tell_once(to: str, text: str, key: str) -> Effect:
    """A message that is sent once for ever: its key has no cause in it."""
    return Send(to=to, message=Text(text, notice=True), key=f"{key}|{to}")


@router.on(i.Unsupported)
def unsupported(intent: i.Unsupported, ctx: Context) -> Sequence[Effect]:
    if intent.what == "密码":
        text = "这条消息像是密码，已不保存。请删除聊天里的这条消息，并尽快改密码。密码只在线下交接。"
        return [Reply(text), Record(intent.who, "疑似密码，未保存")]
    noted = Record(intent.who, "不支持的消息", None, intent.what)
    if intent.what in ("语音", "位置"):
        return [Reply(f"暂不支持{intent.what}稿件，请发文字、图片或视频。"), noted]
    text = "这种消息收不到内容，请把正文直接粘贴成文字发来，图片发原图。"  # a kind the platform takes no answer to
    return [tell(intent.who, text, ctx, what="unsupported"), noted]


@router.on(i.StaleTap)
def stale_tap(intent: i.StaleTap, ctx: Context) -> Sequence[Effect]:
    """Rule 8 for every policy: an old card does nothing more; it answers with the present state and is set right."""
    item = ctx.store.item(intent.item) if intent.item else None
    if item is None or not may_see(intent.who, item, ctx.moves(item), ctx.desk):
        own = ctx.store.card(intent.task_id) if intent.item is None and intent.task_id else None
        done = own.card.done if own and own.card.done else "不由您办理"
        return [*settle_tap(intent, done, ctx), Record(intent.who, "无效点击", intent.item)]
    moves = ctx.moves(item)
    people = asked_now(item, moves, ctx.desk)
    row = ctx.store.card(intent.task_id)
    return [
        *settle_tap(intent, row.card.done if row and row.card.done else "已失效", ctx),
        say(intent, w.stale(item, ctx, moves, people), ctx, item.id),
        Record(intent.who, "点了旧卡片", item.id, w.place(item, ctx, people), version=item.current.no),
    ]


@router.on(i.ForeignTap)
def foreign_tap(intent: i.ForeignTap, ctx: Context) -> Sequence[Effect]:
    """A forwarded card is nobody's but its receiver's: refused, in the record, and nothing of it is told."""
    refused = Record(intent.who, "拒绝办理", intent.item, "点了发给别人的卡片")
    if not ctx.acts(intent.who):
        return [refused]
    text = "这张卡片是发给别人的，不由您办理。您要办的会单独发给您，也可以发“待办”查看。"
    return [tell(intent.who, text, ctx, what="foreign"), refused]


@router.on(i.Cancelled)
def cancelled(intent: i.Cancelled, ctx: Context) -> Sequence[Effect]:
    expected = ctx.store.expectation(intent.who)
    if expected is None:
        return refuse(intent, "现在没有要取消的", ctx)
    number = f"{expected.item:04d} " if expected.item else ""
    return [
        Expect(intent.who),
        Record(intent.who, "算了", expected.item, expected.what),
        say(intent, f"好的，{number}保持原样。", ctx, expected.item),
    ]


@router.on(i.Nothing)
def nothing(intent: i.Nothing, ctx: Context) -> Sequence[Effect]:
    return [Record(intent.who, "事件", None, intent.note)] if intent.note else []


@router.on(RangeEntered)
def range_entered(event: RangeEntered, ctx: Context) -> Sequence[Effect]:
    return [SetReachable(event.userid, True), Record(event.userid, "进入可见范围")]


@router.on(RangeLeft)
def range_left(event: RangeLeft, ctx: Context) -> Sequence[Effect]:
    """He gets nothing any more; those who oversee are told, for what waits with him must go to somebody."""
    effects: list[Effect] = [SetReachable(event.userid, False), Record(event.userid, "离开可见范围")]
    if not ctx.roster.roles_of(event.userid):
        return effects
    text = f"{ctx.name(event.userid)}已不在应用可见范围，收不到消息。请安排接替或代办。"
    return effects + [tell(p, text, ctx, what="left") for p in overseers(ctx.desk) if p != event.userid]


@router.on(AgentWarned)
def agent_warned(event: AgentWarned, ctx: Context) -> Sequence[Effect]:
    text = f"企业微信提示：{event.event}。应用可能被停用，请管理员到管理后台处理。"
    return [
        Record("sys", "平台警告", None, event.event),
        *[tell(p, text, ctx, what="warned") for p in ctx.admins or overseers(ctx.desk)],
    ]


@router.on(MessageFailed)
def message_failed(event: MessageFailed, ctx: Context) -> Sequence[Effect]:
    """没收到 is settled by the record, and told to an administrator; never by a message to the same person.

    A card kept back with its text is told with that text; a person out of range is told of once a day.
    """
    who = ctx.names(event.userids)
    if not event.final:
        record = Record("system", "等待补发", event.item, event.why)
    else:
        record = Record("system", "未送达", event.item, f"{who}:{event.why}" if who else event.why)
    if event.withheld:
        return [record]
    deaf = {f.userid for f in ctx.store.failures(since=ctx.now - timedelta(hours=1))} | set(event.userids)
    told = [  # two unreachable people: no endless echo
        p for p in ctx.admins or overseers(ctx.desk) if p not in deaf and ctx.store.reachable(p)
    ]
    if event.userids and not any(ctx.store.reachable(userid) for userid in event.userids):
        text = f"{who}不在可见范围，发给他的消息没有送达，请另行通知。"
        key = f"unreachable|{ctx.today}|{'|'.join(event.userids)}"
        return [record, *[Send(to=p, message=Text(text, notice=True), key=f"{key}|{p}") for p in told]]
    return [record, *[tell(p, _failure(event, who), ctx, what="failed", merge=True) for p in told]]


def _failure(event: MessageFailed, who: str) -> str:
    """What an administrator reads: whether it comes by itself, or whether he must do something."""
    number = f"{event.item:04d} " if event.item else ""
    if not event.final:
        return f"发送出现配置问题（{event.why}），消息在等待，处理后会自动补发。"
    if not who:
        return f"{number}有一张卡片没有更新（{event.why}）。"
    return f"{number}发给{who}的消息（{event.why}）没有送达，请另行通知。"
