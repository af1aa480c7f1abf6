"""群发: tried out by somebody other than the sender, several items in one, and what a send means for the others."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules import progress, quota
from bot.rules.effects import Effect, Expect, KeepMove, Record, SaveItem
from bot.rules.item import Decision, Item, Move, State, replace
from bot.rules.progress import IllegalMove
from bot.rules.regulation import Do, Step
from bot.rules.routing import Holder, asked, has_part, holders, may_see, overseers, seated
from handlers import cards
from handlers import wording as w
from handlers.asking import attachments
from handlers.context import Context
from handlers.onward import close_cards
from handlers.quota import gone_out, limited, near
from handlers.router import Router
from handlers.saying import item_url, merge_replies, refuse, same_card, say, send_card, settle_tap, stopped, tell

router = Router()


def waits_to_go_out(item: Item | None) -> bool:
    return item is not None and item.state is State.RUNNING and item.awaiting(Do.PUBLISH)


def senders(item: Item, ctx: Context) -> tuple[Holder, ...]:
    """Who may publish it now."""
    return asked(holders(item, item.step, ctx.moves(item), ctx.desk), ctx.desk) if item.step else ()


def may_test(who: str, item: Item, ctx: Context) -> bool:
    """Whoever has a part in it or oversees, but not the only one who can send it."""
    people = {h.userid for h in senders(item, ctx)}
    return people != {who} and (has_part(who, item, ctx.moves(item), ctx.desk) or ctx.oversees(who))


def testers(item: Item, sender: str, ctx: Context) -> tuple[str, ...]:
    """Who is asked when nobody was named: colleagues of the sender and those who oversee, else the drafter."""
    step = item.step
    near = (*(p for role in step.by for p in seated(role, item, ctx.desk)), *overseers(ctx.desk)) if step else ()
    found = tuple(p for p in dict.fromkeys(near) if p != sender and may_test(p, item, ctx))
    return found or tuple(p for p in (item.author,) if p != sender and ctx.roster.knows(p))


# ---- asking for a test ----------------------------------------------------------------------------------------------


@router.on(i.TestAsked)
def test_asked(intent: i.TestAsked, ctx: Context) -> Sequence[Effect]:
    """测试 0123: the sender has somebody asked; anybody else who may test is shown it himself."""
    item = ctx.store.item(intent.item)
    problem = _no_test(item, intent, ctx)
    if item is None or problem:
        return [*same_card(intent, ctx), *refuse(intent, problem, ctx, item)]
    sender = any(h.userid == intent.who for h in senders(item, ctx))
    people = _named(intent.name, item, ctx) if intent.name else testers(item, intent.who, ctx)
    if not intent.name and not sender:
        people = (intent.who,)
    if not people:
        why = f"没有找到可以测试的“{intent.name}”" if intent.name else "没有别的人可以测试"
        how = f"请写明由谁测试，例如“测试 {item.number} 请某某”，他须是经办人或归口部门的人"
        return [*same_card(intent, ctx), *refuse(intent, f"{why}。{how}", ctx, item)]
    effects = [effect for person in people for effect in _ask_test(item, person, ctx)]
    shown = "" if people == (intent.who,) else f"已请{ctx.names(people)}测试 {item.number}，结果会告诉您。"
    return [
        *effects,
        *same_card(intent, ctx),
        Record(intent.who, "请人测试", item.id, ctx.names(people), version=item.current.no),
        *([say(intent, shown, ctx, item.id)] if shown else []),
    ]


def _no_test(item: Item | None, intent: i.TestAsked | i.Tested, ctx: Context) -> str:
    """Why there is nothing to test here."""
    if item is None or not may_see(intent.who, item, ctx.moves(item), ctx.desk):
        return f"没有您可以测试的事项 {intent.item:04d}"
    if not waits_to_go_out(item):
        return f"{item.number} {w.place(item, ctx, tuple(h.userid for h in senders(item, ctx)))}，现在不用测试"
    if not quota.test_channels(item, ctx.regulation):
        return f"{item.number} 的渠道不要求群发前测试"
    return ""


def _named(name: str, item: Item, ctx: Context) -> tuple[str, ...]:
    people = dict.fromkeys(s.userid for s in ctx.roster.seats if name in (s.name, s.userid))
    return tuple(p for p in people if may_test(p, item, ctx))


def _ask_test(item: Item, to: str, ctx: Context) -> list[Effect]:
    labels = "、".join(ctx.regulation.channel[c].label for c in quota.test_channels(item, ctx.regulation))
    text = (
        f"【请您测试】{item.number} {w.heading(item)}\n{labels}群发前的测试，{w.version(item)}。"
        f"请核对收到的预览与下面的正文是否一致、能否打开：\n————\n{item.current.text}\n————\n"
        f"请点卡片，或回复“测试 {item.number} 通过”“测试 {item.number} 不通过 理由”。"
    )
    return [
        tell(to, text, ctx, item=item.id, what="test"),
        *attachments(item, to, ctx),
        send_card(cards.test_card(item, to, ctx, item_url(item, ctx)), to, item, "test", ctx),
    ]


# ---- its result -----------------------------------------------------------------------------------------------------


@router.on(i.Tested)
def tested(intent: i.Tested, ctx: Context) -> Sequence[Effect]:
    """A20: tester, time and result for this very content; the sender's own test would prove nothing."""
    if intent.more:
        numbers = dict.fromkeys((intent.item, *intent.more))
        each = (replace(intent, item=n, more=()) for n in numbers)
        return merge_replies([effect for one in each for effect in (stopped(one, ctx) or tested(one, ctx))])
    item = ctx.store.item(intent.item)
    problem = _no_test(item, intent, ctx) or (_not_by_him(intent, item, ctx) if item else "")
    if item is None or problem:
        return [*settle_tap(intent, "已失效", ctx), *refuse(intent, problem, ctx, item)]
    if intent.round >= 0 and (intent.round, intent.version) != (item.round, item.current.no):
        return [
            *settle_tap(intent, "内容已变更", ctx),
            *refuse(intent, f"{item.number} 内容已变更，请重新测试", ctx, item),
        ]
    if not intent.passed and not intent.reason:
        return _ask_why(intent, item, ctx)
    return _keep(intent, item, ctx)


def _not_by_him(intent: i.Tested, item: Item, ctx: Context) -> str:
    people = tuple(h.userid for h in senders(item, ctx))
    if people == (intent.who,):
        others = testers(item, intent.who, ctx)
        can = f"，可以请{ctx.names(others[:3])}测试" if others else ""
        return f"测试要由群发人以外的人做{can}"
    return "" if may_test(intent.who, item, ctx) else f"{item.number} 不由您测试，请联系{ctx.names(people)}"


def _ask_why(intent: i.Tested, item: Item, ctx: Context) -> list[Effect]:
    data = {"version": str(item.current.no), "round": str(item.round)}
    return [
        Expect(intent.who, "untested", item.id, data),
        Record(intent.who, "测试不通过待说明", item.id, version=item.current.no),
        *same_card(intent, ctx),
        say(intent, f"请回复 {item.number} 测试不通过的理由，例如：第二张图打不开。要取消，回复“算了”。", ctx, item.id),
    ]


def _keep(intent: i.Tested, item: Item, ctx: Context) -> list[Effect]:
    result = quota.PASSED if intent.passed else quota.FAILED
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role=_role(intent.who, item, ctx), decision=Decision.TESTED, at=ctx.now,
        reason=intent.reason, form={quota.RESULT: result},
    )  # fmt: skip
    try:
        progress.expect(item, Decision.TESTED, position=item.position, round=item.round)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    done = f"已由{ctx.name(intent.who)} {w.hm(ctx.now)} 测试{result}"
    why = f"：{intent.reason}" if intent.reason else ""
    text = f"{item.number}《{w.heading(item)}》测试{result}（{ctx.name(intent.who)} {w.hm(ctx.now)}）{why}。"
    then = f"可以群发，发后回复“已发布 {item.number}”。" if intent.passed else "改好后重新测试，稿件要改请联系起草人。"
    told = [h.userid for h in senders(item, ctx) if h.userid != intent.who]
    return [
        KeepMove(item.id, move),
        *settle_tap(intent, f"测试{result} {w.hm(ctx.now)}", ctx),
        *close_cards(item, ctx, done, except_for=intent.task_id, purposes=("test",)),
        Record(intent.who, f"测试{result}", item.id, intent.reason, role=move.role, version=item.current.no),
        Expect(intent.who),
        *[tell(p, text + then, ctx, item=item.id, what="tested") for p in told],
        say(intent, f"{item.number} 已记：测试{result}。", ctx, item.id),
    ]


def _role(who: str, item: Item, ctx: Context) -> str:
    """The tester's seat nearest to the item."""
    mine = [seat.role for seat in ctx.roster.seats_of(who) if seat.role]
    near = [role for role in mine if item.flow and any(role in step.by for step in item.flow.steps)]
    return next(iter((*near, *mine)), "")


# ---- several in one -------------------------------------------------------------------------------------------------


@router.on(i.SendsMerged)
def sends_merged(intent: i.SendsMerged, ctx: Context) -> Sequence[Effect]:
    """合并群发 0123 0124: one message with several articles is one mass-send (A19)."""
    if len(intent.items) < 2:
        return refuse(intent, "合并群发要写两件以上，例如“合并群发 0123 0124”", ctx)
    found = [ctx.store.item(n) for n in intent.items]
    items = [item for item in found if item is not None]
    for number, item in zip(intent.items, found, strict=True):
        problem = _not_to_merge(number, item, intent, ctx)
        if problem:
            return refuse(intent, problem, ctx, item)
    shared = set.intersection(*(set(limited(item, ctx)) for item in items))
    if not shared:
        return refuse(intent, "这几件没有共同的群发渠道，不用合并", ctx)
    batch = next((item.batch for item in items if item.batch), 0) or _new_batch(items, shared, ctx)
    numbers = "、".join(item.number for item in items)
    text = f"已合并为一次群发：{numbers}。每件都要测试通过；发后每件分别回复“已发布 编号”和链接。"
    return [
        *[SaveItem(replace(item, batch=batch)) for item in items],
        *[Record(intent.who, "合并群发", item.id, numbers, version=item.current.no) for item in items],
        say(intent, text, ctx),
    ]


def _new_batch(items: Sequence[Item], shared: set[str], ctx: Context) -> int:
    """The number of the first; of a later one when the first once began a batch that it was taken out of."""
    used = {other.batch for channel in shared for other in near(channel, ctx)}
    return next((item.id for item in items if item.id not in used), items[-1].id)


def _not_to_merge(number: int, item: Item | None, intent: i.SendsMerged, ctx: Context) -> str:
    if item is None or not may_see(intent.who, item, ctx.moves(item), ctx.desk):
        return f"没有您可以办理的事项 {number:04d}"
    if item.held:
        return w.held(item, ctx)
    if not waits_to_go_out(item):
        return f"{item.number} {w.place(item, ctx, tuple(h.userid for h in senders(item, ctx)))}，不能合并群发"
    if not any(h.userid == intent.who for h in holders(item, _step(item), ctx.moves(item), ctx.desk)):
        return f"{item.number} 的“{_step(item).act}”不由您办理"
    if any(gone_out(item, channel, ctx) for channel in limited(item, ctx)):
        return f"{item.number} 已经群发，不能再合并"
    return ""


def _step(item: Item) -> Step:
    assert item.step is not None
    return item.step
