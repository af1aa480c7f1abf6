"""待办, 我的稿件, 在办, 进度, 全文, 帮助: read from items and the record; nobody sees what is not his (rule 7)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.rules import aftermath, archive, replies
from bot.rules import intents as i
from bot.rules.arrival import why_not
from bot.rules.effects import Effect, Record, Remember, Reply
from bot.rules.item import Decision, Item, Move, State
from bot.rules.personal import masked
from bot.rules.regulation import Do, Flow, Kind
from bot.rules.roster import heads
from bot.rules.routing import asked_now, has_part, holders, may_see
from handlers import cards, receipts, reply_words
from handlers import wording as w
from handlers.asking import attachments
from handlers.commands import verdict_words
from handlers.context import Context
from handlers.conversation import thread
from handlers.onward import waiting_roles
from handlers.rounds import of_last_period, subject, summary
from handlers.router import Router
from handlers.saying import no_drafting, refuse, say, who_drafts

router = Router()

MOST = 30  # lines of a list in chat


@router.on(i.ListAsked)
def list_asked(intent: i.ListAsked, ctx: Context) -> Sequence[Effect]:
    match intent.what:
        case "todo":
            return _todo(intent, ctx)
        case "mine":
            return _mine(intent, ctx)
        case "open":
            return _open(intent, ctx)
        case "compose":
            return _compose(intent, ctx)
        case "help comments":
            return [say(intent, w.HELP_MORE, ctx), _looked(intent)]
        case _:
            return [say(intent, help_text(intent.who, ctx), ctx), _looked(intent)]


def _looked(intent: i.ListAsked) -> Record:
    return Record(intent.who, "查看", None, intent.what)


def holder_names(item: Item, ctx: Context) -> tuple[str, ...]:
    """Who is asked now."""
    step = item.step
    if item.state is not State.RUNNING or step is None:
        return ()
    return asked_now(item, ctx.moves(item), ctx.desk)


def waiting_for(who: str, ctx: Context) -> list[Item]:
    """What this person must do now, what is due first first."""
    found = [item for item in ctx.store.open_items() if who in holder_names(item, ctx)]
    return sorted(found, key=lambda item: (_due_order(item, ctx), item.id))


def _due_order(item: Item, ctx: Context) -> float:
    row = next((d for d in ctx.store.deadlines(item.id) if not d.closed and d.due_at), None)
    return row.due_at.timestamp() if row and row.due_at else float("inf")


def due_note(item: Item, ctx: Context) -> str:
    """期限 今天 17:30 / 逾期 2.5 小时; empty without a deadline."""
    row = next((d for d in ctx.store.deadlines(item.id) if not d.closed and d.due_at), None)
    if row is None or row.due_at is None:
        return ""
    if row.due_at < ctx.now:
        late = f"（{item.step.late}）" if item.step and item.step.late else ""
        return f"逾期 {w.span(row.due_at, ctx.now)}{late}"
    return f"期限 {w.until(row.due_at, ctx.now)}"


def _todo(intent: i.ListAsked, ctx: Context) -> list[Effect]:
    items = waiting_for(intent.who, ctx)
    if not items:
        return [say(intent, "现在没有要您办的。", ctx), _looked(intent)]
    lines = [f"待办 {len(items)} 件："]
    for item in items[:MOST]:
        step = item.step
        act = step.act if step else ""
        act = f"修改后重新{w.send_word(item)}" if item.awaiting(Do.DRAFT) and _came_back(item, ctx) else act
        act += "（已暂停）" if item.held else ""
        line = f"{item.number}《{w.heading(item)}》{w.origin_unit(item, ctx)} 待{act} {due_note(item, ctx)}"
        lines.append(line.rstrip())
    word = next((w.pass_word(x.step) for x in items if x.step and x.awaiting(Do.CHECK)), "")
    how = f"审核可回复“{word} 编号”，多件“{word} 编号 编号”；" if word else ""
    lines.append(f"{_more(len(items))}{_how_to_do(items)}{how}看原文“全文 编号”。")
    return [say(intent, "\n".join(lines), ctx), _looked(intent)]


def _came_back(item: Item, ctx: Context) -> bool:
    """A draft that was handed in before: returned, or taken back."""
    sent = (Decision.RETURNED, Decision.SUBMITTED)
    return any(m.decision in sent and m.step >= item.position for m in ctx.moves(item))


def _how_to_do(items: Sequence[Item]) -> str:
    """What is typed for what is no check: one example of each."""
    found = []
    says = {Do.DRAFT: "要写的发“填写 {}”", Do.RECORD: "办好了发“办结 {}”", Do.ASSIGN: "要交办的发“交办 {} 单位”"}
    for do, how in says.items():
        first = next((x for x in items if x.awaiting(do) and (do is not Do.DRAFT or not x.current.body)), None)
        found += [f"{how.format(first.number)}；"] if first else []
    return "".join(found)


def _more(count: int) -> str:
    return f"还有 {count - MOST} 件未列。" if count > MOST else ""


def _mine(intent: i.ListAsked, ctx: Context) -> list[Effect]:
    items = ctx.store.items_of(intent.who, limit=10)
    if not items:
        return [say(intent, _nothing_yet(intent.who, ctx), ctx), _looked(intent)]
    posts = all(item.kind is Kind.POST for item in items)
    lines = ["最近的稿件：" if posts else "您最近办的："]
    lines += [f"{item.number}《{w.heading(item)}》{w.place(item, ctx, holder_names(item, ctx))}" for item in items]
    return [say(intent, "\n".join(lines), ctx), _looked(intent)]


def _nothing_yet(who: str, ctx: Context) -> str:
    """Nothing of his own yet: what he can begin, if anything."""
    drafts, begins = bool(ctx.drafting_seats(who)), bool(cards.beginnable(who, ctx))
    how = "把正文发来就是投稿，第一行是标题。" if drafts else ""
    how += "要办别的事，发“发起”。" if begins and drafts else "要办事，发“发起”。" if begins else ""
    return f"您还没有{'稿件' if drafts else '自己发起的事项'}。{how or '要您办的，发“待办”。'}"


def _open(intent: i.ListAsked, ctx: Context) -> list[Effect]:
    """在办, by unit, overdue first; those who do not oversee see their own units' only (saws 三, R3)."""
    everything = ctx.oversees(intent.who)
    units = {seat.unit for seat in ctx.roster.seats_of(intent.who)}
    running = [item for item in ctx.store.open_items() if item.state is State.RUNNING and not item.rides]
    shown = [
        item for item in running
        if everything
        or (
            (item.unit in units or item.author == intent.who)
            and may_see(intent.who, item, ctx.moves(item), ctx.desk)
        )
    ]  # fmt: skip
    if not shown:
        return [say(intent, "没有在办事项。", ctx), _looked(intent)]
    late = [item for item in shown if due_note(item, ctx).startswith("逾期")]
    lines = [f"在办 {len(shown)} 件" + (f"，逾期 {len(late)} 件" if late else "") + "："]
    by_unit: dict[str, list[Item]] = {}
    for item in sorted(shown, key=lambda item: (item not in late, _due_order(item, ctx), item.id)):
        by_unit.setdefault(item.unit, []).append(item)
    for unit, items in by_unit.items():
        lines.append(f"【{unit}】{len(items)} 件")
        lines += [_open_line(item, ctx) for item in items]
    if everything:
        lines.append("催办“催办 编号 一句话”，逾期的一起催“全部催办”，换人办“改派 编号 姓名 理由”。")
    return [say(intent, "\n".join(lines), ctx), _looked(intent)]


def _open_line(item: Item, ctx: Context) -> str:
    step = item.step
    held = "（已暂停）" if item.held else ctx.names(holder_names(item, ctx)) or "无人可办"
    since = w.waited(item.since, ctx.now) if item.since else ""
    act = step.act if step else ""
    act = "修改" if item.awaiting(Do.DRAFT) and _came_back(item, ctx) else act
    title = "（内容保密）" if item.flow and item.flow.private else f"《{w.heading(item)}》"
    return f"{item.number}{title}{act} {held} {since} {due_note(item, ctx)}".rstrip()


def _compose(intent: i.ListAsked, ctx: Context) -> list[Effect]:
    if not ctx.drafting_seats(intent.who):
        return no_drafting(intent, ctx)
    limits = "、".join(f"{c.label} {c.chars} 字以内" for c in ctx.regulation.channel.values() if c.chars)
    text = (
        f"请把稿件全文直接发来：第一行是标题，下面是正文（{limits}，含标题和标点）。"
        "图片、视频先发后发都行，超过10MB的视频发“视频 链接 大小 格式”；Word 等文件收不到，请复制文字发来。"
    )
    return [say(intent, text, ctx), _looked(intent)]


def help_text(who: str, ctx: Context) -> str:
    """What this person can do, by his roles."""
    roles = ctx.roster.roles_of(who)
    steps = [s for f in ctx.regulation.flow for s in f.steps if roles & set(s.by)]
    parts = _help_with_comments(who, ctx)
    parts += [w.help_start(begins)] if (begins := cards.beginnable(who, ctx)) else []
    parts += [w.HELP_CHECK] if any(s.do is Do.CHECK for s in steps) else []
    parts += [w.HELP_RECORD] if any(s.do is Do.RECORD for s in steps) else []
    parts += [w.HELP_ASSIGN] if any(s.do is Do.ASSIGN for s in steps) else []
    parts += [w.HELP_PUBLISH] if any(s.do is Do.PUBLISH for s in steps) else []
    if not ctx.oversees(who) and _has_to_do_with_accounts(roles, ctx):
        parts.append(w.HELP_LOOK)
    if ctx.oversees(who):
        parts.append(w.HELP_OVERSEE)
    elif any(who in heads(seat.unit, ctx.regulation, ctx.roster) for seat in ctx.roster.seats_of(who)):
        parts.append(w.HELP_HEAD)
    if archive.roles(ctx.regulation) and (ctx.oversees(who) or roles & set(archive.roles(ctx.regulation))):
        parts.append(w.HELP_ARCHIVE)
    parts += _help_with_matters(who, ctx)
    return "\n".join([*parts, w.HELP_COMMON])


def _help_with_comments(who: str, ctx: Context) -> list[str]:
    """What most needs to be known first: how to answer, then how to draft, then how to register and hand on."""
    roles, comments = ctx.roster.roles_of(who), ctx.regulation.flows(Kind.COMMENT)
    sorts = any(roles & set(f.steps[0].by) for f in comments) or (comments and ctx.oversees(who))
    answers = any(roles & set(s.by) and (s.do is Do.REPLY or (n and s.do is Do.DRAFT))
                  for f in comments for n, s in enumerate(f.steps))  # fmt: skip
    drafts = [w.HELP_DRAFT] if ctx.drafting_seats(who) else []
    replies_himself = any(roles & set(s.by) and s.do is Do.REPLY for f in comments for s in f.steps)
    first = [w.HELP_REPLY, *drafts] if replies_himself else [*drafts, w.HELP_REPLY]
    return [*(first if answers else drafts), *([w.HELP_COLLECT, w.HELP_SORT] if sorts else [])]


def _help_with_matters(who: str, ctx: Context) -> list[str]:
    """Only what this regulation has and this person may say."""
    lines: list[str] = []
    if ctx.oversees(who) and ctx.regulation.channel:
        lines.append(w.HELP_ACCOUNTS)
    rounds = "".join(f"“进度 {f.option}”" for f in ctx.regulation.flow if f.every and f.kind is not Kind.COMMENT)
    return [*lines, f"定期事项：{rounds}。"] if rounds and ctx.oversees(who) else lines


# ---- what the scheduler began ---------------------------------------------------------------------------------------


@router.on(i.RoundAsked)
def round_asked(intent: i.RoundAsked, ctx: Context) -> Sequence[Effect]:
    """Those who oversee see all of it, the others what is theirs (rule 7 for every policy)."""
    flow = next((f for f in ctx.regulation.flow if f.id == intent.flow), None)
    if flow is None:
        return refuse(intent, "没有这个定期事项", ctx)
    begun = of_last_period(flow, ctx)
    shown = begun if ctx.oversees(intent.who) else tuple(x for x in begun if _sees(intent.who, x, ctx))
    looked = Record(intent.who, "查看", None, f"进度 {flow.option}")
    if not shown:
        return [say(intent, f"“{flow.option}”还没有开始，或没有您可以查看的。", ctx), looked]
    return [say(intent, "\n".join(_round(flow, shown, ctx)), ctx), looked]


def _sees(who: str, item: Item, ctx: Context) -> bool:
    return may_see(who, item, ctx.moves(item), ctx.desk)


def _round(flow: Flow, items: Sequence[Item], ctx: Context) -> list[str]:
    waiting = [x for x in items if x.open]
    lines = [f"{summary(flow, items, ctx)}。"]
    lines += [_round_line(item, ctx) for item in waiting[:MOST]]
    lines += [f"还有 {len(waiting) - MOST} 件未列。"] if len(waiting) > MOST else []
    over = [subject(x) for x in items if not x.open]
    return [*lines, f"已办结：{'、'.join(over)}"] if over else lines


def _round_line(item: Item, ctx: Context) -> str:
    act = item.step.act if item.step else ""
    holder = ctx.names(holder_names(item, ctx)) or "无人可办"
    where = f"{subject(item)} {item.unit}" if item.account else item.unit
    return f"{item.number} {where} 待{act} {holder} {due_note(item, ctx)}".rstrip()


def _has_to_do_with_accounts(roles: Collection[str], ctx: Context) -> bool:
    return any(set(roles) & set(s.by) for f in ctx.regulation.flows(Kind.ACCOUNT) for s in f.steps)


# ---- one item -------------------------------------------------------------------------------------------------------


@router.on(i.ProgressAsked)
def progress_asked(intent: i.ProgressAsked, ctx: Context) -> Sequence[Effect]:
    item = ctx.store.item(intent.item)
    if item is None or not may_see(intent.who, item, ctx.moves(item), ctx.desk):
        return refuse(intent, f"没有您可以查看的事项 {intent.item:04d}", ctx)
    looked = Record(intent.who, "查看", item.id, intent.what)
    if intent.what == "record":
        return [say(intent, secrecy_record(item, ctx), ctx, item.id), looked]
    if item.flow and item.flow.private and not has_part(intent.who, item, ctx.moves(item), ctx.desk):
        return [say(intent, _where(item, ctx), ctx, item.id), looked]
    if intent.what == "text":
        whole = "\n".join((f"{item.number} {w.version(item)}", _whole(item), *about(item, ctx)))
        files = attachments(item, intent.who, ctx)
        return [say(intent, _for(intent.who, whole, item, ctx), ctx, item.id), *files, looked]
    return [say(intent, _for(intent.who, _progress(item, intent.who, ctx), item, ctx), ctx, item.id), looked]


def _for(who: str, text: str, item: Item, ctx: Context) -> str:
    """Numbers that point to a person are read by those with a step only (A43, saws-R30)."""
    if item.kind is not Kind.COMMENT or has_part(who, item, ctx.moves(item), ctx.desk):
        return text
    return masked(text)


def _whole(item: Item) -> str:
    """The text; of a comment what was said, and below it what is written about it."""
    return item.current.text if item.kind is not Kind.COMMENT or item.is_post else w.content(item)


def about(item: Item, ctx: Context) -> list[str]:
    """更正和撤下: what was done about a published item, and of what an item about one is about (A45)."""
    lines = [f"{aftermath.ORIGINAL}：{item.form.get(aftermath.ORIGINAL, f'{item.about:04d}')}"] if item.about else []
    followers = ctx.store.items_about(item.id) if item.published_at else ()
    return [*lines, *aftermath.shown(followers, ctx.store.moves, ctx.name)]


def _where(item: Item, ctx: Context) -> str:
    note = due_note(item, ctx)
    return f"{item.number} {w.place(item, ctx, holder_names(item, ctx))}{'，' + note if note else ''}。"


def _progress(item: Item, who: str, ctx: Context) -> str:
    lines = [f"{item.number}《{w.heading(item)}》", _where(item, ctx)]
    if item.flow:
        host = "主办：" if item.kind is Kind.POST else ""
        lines.append(f"{host}{w.origin(item, ctx)} · {item.flow.label}（依据 {w.basis(item.flow)}）")
    if item.awaiting_draft and item.is_post:
        lines.append(f"{w.counts(item, ctx)}。检查：{w.findings(item, ctx)}。")
    row = next((d for d in ctx.store.deadlines(item.id) if not d.closed and d.explanation), None)
    if row:
        lines.append(f"期限：{row.explanation}" + ("（放假安排未公布，暂定）" if row.provisional else ""))
    if (span := replies.first_answer(item, ctx.moves(item))) is not None:
        lines.append(f"首次答复：{replies.minutes(span)}（从发表算起）")
    lines += reply_words.given(item, ctx)
    lines += _why_closed(item, ctx)
    if reminded := receipts.last_words(item.id, ctx):
        lines.append(f"最近提醒：{reminded}。")
    lines += about(item, ctx)
    lines += _joined(item, ctx)
    lines += thread(item, who, ctx)
    lines += [] if item.joined else parts_lines(item, ctx)  # its issue says who has done his part
    if answers := w.answers_for(item, ctx):
        lines.append(answers)
    if left := waiting_roles(item, ctx):
        lines.append(f"备案 {item.filing_no} 还没有确认收到：{'、'.join(map(ctx.role_label, left))}。")
    shown = [m for m in ctx.moves(item) if not (item.kind is Kind.COMMENT and replies.answered(m))]  # stands above
    chain = w.chain_text(item, shown, ctx)
    if chain:
        lines.append(chain)
    if item.links:
        lines.append(w.links_text(item))
    lines += _did(item, ctx)
    failed = ctx.store.failures(item.id)
    lines += [f"没有送达：{ctx.name(f.userid)}（{why_not(f.code, f.why)}）" for f in failed[-3:]]
    if ctx.public_url:
        lines.append(f'<a href="{ctx.public_url}/i/{item.id}">查看全文和留痕</a>')
    return "\n".join(lines)


def _why_closed(item: Item, ctx: Context) -> list[str]:
    """Why a comment was closed as it was registered, without an answer."""
    last = next(iter(ctx.moves(item)[-1:]), None)
    closed = item.kind is Kind.COMMENT and item.state is State.DONE and last is not None
    return [f"理由：{last.reason}"] if closed and last and last.reason and last.decision is Decision.SUBMITTED else []


def _joined(item: Item, ctx: Context) -> list[str]:
    """归并: which comments are handled together with this one, and which of them still wait for the answer."""
    members = ctx.store.joined_to(item.id) if item.kind is Kind.COMMENT else ()
    if not members:
        return []
    waiting = [m.number for m in members if m.open and not m.rides]
    left = f"，还要在原处回复：{'、'.join(waiting)}" if waiting else ""
    return [f"归并 {len(members)} 条：{'、'.join(m.number for m in members[:MOST])}{left}。"]


def parts_lines(item: Item, ctx: Context) -> list[str]:
    """Of a 会签, or of what several units do: who has and who has not."""
    moves, step = ctx.moves(item), item.step
    found = w.parts(item, moves, ctx)
    if step is None or not found:
        return []
    able = holders(item, step, moves, ctx.desk)
    done = [w.part_name(duty, ctx) for duty, is_done in found if is_done]
    left = []
    for duty in (duty for duty, is_done in found if not is_done):
        people = dict.fromkeys(h.userid for h in able if h.role in duty.roles and h.unit == duty.unit)
        left.append(f"{w.part_name(duty, ctx)}（{ctx.names(tuple(people)) or '无人可办'}）")
    return [f"{step.act}{len(done)}/{len(found)}。已办：{'、'.join(done) or '无'}", f"未办：{'、'.join(left)}"]


def _did(item: Item, ctx: Context) -> list[str]:
    """已转发 3 人：甲、乙、丙: what those who were informed wrote down."""
    words = item.flow.did if item.flow else ()
    said = [(x.detail, x.actor) for x in ctx.store.audit(item.id) if x.action == w.DID] if words else []
    people = {word: tuple(who for what, who in said if what == word) for word in words}
    return [f"{word} {len(found)} 人：{ctx.names(found)}" for word, found in people.items() if found]


def secrecy_record(item: Item, ctx: Context) -> str:
    """信息公开保密审查记录 (saws 四(四), R15): every conclusion of the steps that keep such a record."""
    if item.flow is None or not any(s.record for s in item.flow.steps):
        return f"{item.number} 没有要打印的审查记录。"
    lines = []
    for move in ctx.moves(item):
        step = item.flow.steps[min(move.step, len(item.flow.steps) - 1)]
        if not step.record or move.decision not in (Decision.PASSED, Decision.RETURNED, Decision.HELD):
            continue
        lines += [
            f"【{step.record}】{item.number}《{w.heading(item)}》第{move.version}版",
            f"承办单位：{item.unit} 起草：{ctx.name(item.author)}",
            f"审查人：{w.person_as(move.actor, move.acting_for, ctx)} 时间：{w.dated(move.at, ctx.now)}",
            f"结论：{w.verdict_word(move.decision, step)}" + (f" 理由：{move.reason}" if move.reason else ""),
            *([f"责任：{step.note}"] if step.note and move.decision is Decision.PASSED else []),
            *_confirmed_list(move, item, ctx),
            f"校验：{move.fingerprint[:16].upper()}",
        ]
    if not lines:
        return f"{item.number} 还没有审查结论。"
    if ctx.public_url:
        lines.append(f'<a href="{ctx.public_url}/i/{item.id}/record">打印审查记录</a>')
    return "\n".join(lines)


def _confirmed_list(move: Move, item: Item, ctx: Context) -> list[str]:
    """What he confirmed with it (newmedia-trial-R14)."""
    banned = ctx.policy_of(item).content.banned if move.form.get("未见禁止发布内容") else ()
    return [f"确认未见：{'；'.join(banned)}"] if banned else []


@router.on(i.Greeted)
def greeted(intent: i.Greeted, ctx: Context) -> Sequence[Effect]:
    if waiting_for(intent.who, ctx):  # what waits must stay in sight
        return [Remember(intent.who, "greeted", "yes"), Record(intent.who, "初次打开")]
    comments = "、网民评论按时答复" if ctx.regulation.flows(Kind.COMMENT) else ""
    what = f"这里是“审发”：稿件先审后发{comments}，都在这个聊天里办。"
    first, *rest = help_text(intent.who, ctx).splitlines()  # what he needs most; the whole is a word away
    more = [rest[-1], "其他能办的发“帮助”。"] if rest else []
    text = "\n".join((f"您好，{ctx.name(intent.who)}。{what}", first, *more))
    return [Reply(text), Remember(intent.who, "greeted", "yes"), Record(intent.who, "初次打开")]


@router.on(i.Unclear)
def unclear(intent: i.Unclear, ctx: Context) -> Sequence[Effect]:
    """Never a dead end: what was not understood, and what can be said instead."""
    if intent.text.strip(" 。!！") in verdict_words(ctx):
        return _which_number(intent, ctx)
    what = intent.text if len(intent.text) <= 20 else intent.text[:19] + "…"
    drafts = bool(ctx.drafting_seats(intent.who))
    draft = "发稿件正文直接投稿 / " if drafts else ""
    text = f"没看懂“{what}”。您可以：{draft}发编号看进度 / 发“待办”“我的”“帮助”。"
    if what != intent.text and not drafts:  # a long text of somebody who may not draft (saws 二, R5)
        text += f"要投稿，{who_drafts(intent.who, ctx)}。"
    return [Reply(text), Record(intent.who, "没看懂", None, intent.text)]


def _which_number(intent: i.Unclear, ctx: Context) -> list[Effect]:
    """A bare 同意 could mean any of several: nothing is decided, the numbers are named (A decision names its item)."""
    items = waiting_for(intent.who, ctx)
    word = intent.text.strip(" 。!！")
    if not items:
        return [Reply("现在没有要您办的。"), Record(intent.who, "没说编号", None, word)]
    checks = [item for item in items if item.awaiting(Do.CHECK)]
    if not checks:
        return [Reply("现在没有等您审核的。要办的发“待办”。"), Record(intent.who, "没说编号", None, word)]
    names = "、".join(f"{item.number}《{w.heading(item)}》" for item in checks[:5])
    text = f"请带上编号，例如“{word} {checks[0].number}”。待您审核：{names}。"
    return [Reply(text), Record(intent.who, "没说编号", None, word)]
