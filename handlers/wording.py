"""What people read. Plain, short, correct Chinese; every refusal names the clause or the person who can help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.rules import comments
from bot.rules.accounts import Account, in_use, names_in
from bot.rules.aftermath import takes_down
from bot.rules.forms import parse_type
from bot.rules.item import Decision, Item, Move, State
from bot.rules.late import LATE
from bot.rules.mediacheck import describe_size
from bot.rules.names import reserved_in
from bot.rules.personal import personal_data
from bot.rules.progress import Duty, done_duties, duties, first_draft, missing_platforms, settable_ticks
from bot.rules.regulation import Do, FieldSpec, Flow, Kind, Step
from bot.rules.roster import Seat, heads, seat_unit
from bot.rules.routing import own_roles, responsible
from bot.rules.textcheck import count_chars, shown_title
from handlers.context import BEIJING, Context

RETURN_REASONS = ("文字需修改", "数据需核实", "图片需更换", "时机不合适", "内容不宜发布")
MATTER_REASONS = ("内容需修改", "情况需核实", "材料需补充", "时机不合适", "不同意办理")
WHICH_ACCOUNT = "账号:"  # what is asked when a unit has several accounts on a channel
EXPLAIN = "说明："  # how the explanation of a listed word begins, typed and as the name of what is asked
OTHER_REASON = "其他（回复说明）"
WEEKDAYS = "一二三四五六日"


# ---- moments and names ----------------------------------------------------------------------------------------------


def hm(moment: datetime) -> str:
    """10:32, Beijing time."""
    return f"{moment.astimezone(BEIJING):%H:%M}"


def day(moment: datetime) -> str:
    """11月23日."""
    local = moment.astimezone(BEIJING)
    return f"{local.month}月{local.day}日"


def when(moment: datetime, now: datetime) -> str:
    """10:32 today, 11月23日 10:32 on another day; midnight reads as 24:00 of the day before."""
    local, today = moment.astimezone(BEIJING), now.astimezone(BEIJING).date()
    return hm(moment) if local.date() == today else f"{day(moment)} {hm(moment)}"


def dated(moment: datetime, now: datetime) -> str:
    """11月23日 10:32; of another year 2025年11月23日 10:32."""
    year = moment.astimezone(BEIJING).year
    return f"{'' if year == now.astimezone(BEIJING).year else f'{year}年'}{day(moment)} {hm(moment)}"


def until(moment: datetime, now: datetime) -> str:
    """A deadline: 今天 17:30, 11月24日 24:00."""
    local = moment.astimezone(BEIJING)
    ends = local.hour == 0 and local.minute == 0
    shown = (local - timedelta(days=1)) if ends else local
    clock = "24:00" if ends else f"{local:%H:%M}"
    same = shown.date() == now.astimezone(BEIJING).date()
    return f"今天 {clock}" if same else f"{shown.month}月{shown.day}日 {clock}"


def span(start: datetime, end: datetime) -> str:
    """0.8 小时 / 3 天; what would round to nothing is 不到 3 分钟."""
    hours = max((end - start).total_seconds(), 0) / 3600
    if hours < 0.05:
        return "不到 3 分钟"
    if hours < 24:
        return f"{hours:.1f} 小时"
    days, rest = divmod(round(hours), 24)
    return f"{days} 天 {rest} 小时" if rest and days < 3 else f"{days} 天"


def waited(since: datetime, now: datetime) -> str:
    """刚到 / 已等 3.5 小时."""
    return "刚到" if (now - since).total_seconds() < 360 else f"已等 {span(since, now)}"


def channels(item: Item, ctx: Context) -> str:
    """政务微博+政务微信."""
    return "+".join(ctx.regulation.channel[c].label for c in item.channels if c in ctx.regulation.channel)


def accounts(item: Item, ctx: Context) -> str:
    """The account a card is about (saws 三, R1): 政务微博 · 安全监管总局; two are joined."""
    registered = ctx.store.accounts() if item.channels else ()
    shown: list[tuple[str, str]] = []
    for key in item.channels:
        channel = ctx.regulation.channel.get(key)
        if channel is None:
            continue
        mine = in_use(item, key, registered, own_and_above(item, ctx))
        shown.append((channel.label, mine[0].name if len(mine) == 1 else channel.account))
    if len(shown) == 1:
        return " · ".join(filter(None, shown[0]))
    return "、".join(name or label for label, name in shown)


def own_and_above(item: Item, ctx: Context) -> tuple[str, ...]:
    """Whose accounts a post may use: its unit's, those of the bodies above; who publishes for all uses everybody's."""
    central = item.unit in publishing_units(ctx)
    others = (a.unit for a in ctx.store.accounts()) if central else ()
    return tuple(dict.fromkeys((item.unit, *ctx.roster.parents(item.unit), *others)))


def heading(item: Item) -> str:
    """Its title; what the scheduler began and nobody has written yet goes by its kind (选题例会)."""
    if item.kind is Kind.COMMENT and not (item.is_post and item.title):
        return comments.heading(item)
    begun = item.flow.option if item.flow and item.kind is not Kind.POST else "（无标题）"
    return shown_title(item.title).replace("《", "〈").replace("》", "〉") or begun


def post(seat: Seat, ctx: Context) -> str:
    """监管一司的信息员."""
    return f"{seat.unit}的{ctx.role_label(seat.role)}"


def person_as(userid: str, acting_for: str, ctx: Context) -> str:
    """李副司长(代刘洋)."""
    return ctx.name(userid) + (f"（代{ctx.name(acting_for)}）" if acting_for else "")


# ---- verdict words --------------------------------------------------------------------------------------------------


def pass_word(step: Step) -> str:
    return step.passes or ("同意" if step.do is Do.CHECK else step.act)


def return_word(step: Step) -> str:
    return step.returns or "退回"


def done_word(decision: Decision, step: Step) -> str:
    """How a closed card reads: 已同意, 可以公开."""
    word = verdict_word(decision, step)
    named = {step.passes, step.returns, step.holds, ""}
    return word if word in named else f"已{word}"


def verdict_word(decision: Decision, step: Step) -> str:
    """What a move is called: 同意, 可以公开, 退回, 请示 …"""
    match decision:
        case Decision.PASSED:
            return pass_word(step)
        case Decision.RETURNED:
            return return_word(step)
        case Decision.HELD:
            return step.holds or "暂缓"
        case Decision.CONFIRMED:
            return "确认未见禁止发布内容"
        case Decision.SUBMITTED:
            return "送审"
        case Decision.WITHDRAWN:
            return "撤回"
        case Decision.MOVED:
            return "换类别"
        case Decision.HANDED_BACK:
            return "交回"
        case Decision.TESTED:
            return "群发前测试"
        case Decision.DONE:
            return step.act


# ---- what is not a post ---------------------------------------------------------------------------------------------


def is_text(item: Item) -> bool:
    """A post, or a matter without fields of its own: people send a text, with its title first."""
    return item.is_post or (item.flow is not None and item.flow.typed)


def send_word(item: Item) -> str:
    """The button that ends a draft: 送审 where somebody checks it, else 送出."""
    checks = item.flow is None or any(s.do is Do.CHECK for s in item.flow.steps[item.position :])
    return "送审" if checks else "送出"


def origin(item: Item, ctx: Context) -> str:
    """监管一司 李敏; what the scheduler began names the unit only; what was given to units says who gave it."""
    unit = origin_unit(item, ctx)
    return f"{unit} {ctx.name(item.author)}" if item.author else unit


def origin_unit(item: Item, ctx: Context) -> str:
    """Where it comes from: of what was given to other units, the unit that gave it."""
    own = [s.unit for s in ctx.roster.seats_of(item.author) if item.flow and s.role in item.flow.steps[0].by]
    given = bool(item.units) or (item.kind in (Kind.MATTER, Kind.COMMENT) and item.unit not in own)
    return own[0] if own and given else item.unit


def word(item: Item) -> str:
    """稿件 for a post, 事项 for anything else."""
    return {Kind.POST: "稿件", Kind.COMMENT: "评论"}.get(item.kind, "事项")


def content(item: Item) -> str:
    """What there is to read under a title that stands above it already."""
    if item.kind is Kind.COMMENT and not (item.is_post and item.current.text):
        said, written = comments.said(item), item.current.body
        return said if written in (said, "") else f"{said}\n————\n拟答复：{written}"
    return item.current.text if is_text(item) else item.current.body or item.current.text


def not_yours(number: int) -> str:
    """Of an item that is not his, or does not exist: nobody can tell which."""
    return f"没有您的事项 {number:04d}，发“我的”看您的编号"


def till(until: str) -> str:
    return f"期限 {until}。\n" if until else ""


def names_note(item: Item, ctx: Context) -> str:
    """“citics小王”用了保护字样：CITICS。 What every name in the form was found to hold; empty when nothing is."""
    if item.kind is Kind.POST:
        return ""
    hits = {name: reserved_in(name, ctx.regulation.reserved_names) for name in names_in(item.form)}
    return "".join(f"“{name}”用了保护字样：{'、'.join(words)}。" for name, words in hits.items() if words)


# ---- accounts -------------------------------------------------------------------------------------------------------


def publishing_units(ctx: Context) -> tuple[str, ...]:
    """The fixed units that draft posts for the whole organisation: what they publish may go to anybody's account."""
    roles = {r for f in ctx.regulation.flows(Kind.POST) for r in f.steps[0].by}
    scopes = (ctx.regulation.role[r].scope for r in roles)
    return tuple(ctx.regulation.unit[scope] for scope in scopes if scope != "own")


def who_answers(account: Account, ctx: Context) -> list[str]:
    """谁开设谁主管、谁发布谁负责 (citics-R11): the department, who heads it, who publishes."""
    if not account.unit:
        return []
    lines = [f"开设部门：{account.unit}"]
    chiefs = heads(account.unit, ctx.regulation, ctx.roster)
    publish = {r for f in ctx.regulation.flows(Kind.POST) for s in f.steps if s.do is Do.PUBLISH for r in s.by}
    people = dict.fromkeys(
        p for r in publish for p in ctx.roster.in_seat(r, seat_unit(ctx.regulation, r, account.unit))
    )
    lines += [f"主管：{ctx.names(chiefs)}"] if chiefs else []
    return lines + ([f"发布人员：{ctx.names(tuple(people))}"] if people else [])


def answers_for(item: Item, ctx: Context) -> str:
    """开设部门 研究部（主管 钱某），发布 徐岩: of what has been published; empty when no account says whose it is."""
    if not item.published_at:
        return ""
    registered, able = ctx.store.accounts(), own_and_above(item, ctx)
    mine = [a for key in item.channels for a in in_use(item, key, registered, able) if a.unit]
    units = tuple(dict.fromkeys(a.unit for a in mine))
    if not units:
        return ""
    named = []
    for unit in units:
        chiefs = ctx.names(heads(unit, ctx.regulation, ctx.roster))
        named.append(f"{unit}（主管 {chiefs}）" if chiefs else unit)
    by = dict.fromkeys(link.by for link in item.links if link.url)
    return f"开设部门 {'、'.join(named)}，发布 {ctx.names(tuple(by))}。"


# ---- where an item is -----------------------------------------------------------------------------------------------


MOST_NAMES = 6  # more are counted


def some_names(people: Sequence[str], ctx: Context) -> str:
    """All of a few; of many the first ones and how many there are."""
    if len(people) <= MOST_NAMES:
        return ctx.names(tuple(people))
    return f"{ctx.names(tuple(people[: MOST_NAMES - 1]))}等 {len(people)} 人"


def parts(item: Item, moves: Sequence[Move], ctx: Context) -> tuple[tuple[Duty, bool], ...]:
    """Of a 会签, or of what several units do: each part of the current step, and whether it is done. Else nothing."""
    step, own = item.step, own_roles(ctx.regulation)
    if step is None or item.state is not State.RUNNING:
        return ()
    wanted = duties(item, step, own)
    done = done_duties(item, step, moves, own)
    return tuple((duty, duty in done) for duty in wanted) if len(wanted) > 1 else ()


def part_name(duty: Duty, ctx: Context) -> str:
    """合规部会签人; 研究部; 研究部负责人."""
    label = "、".join(map(ctx.role_label, duty.roles))
    return duty.unit or label


def count_parts(item: Item, moves: Sequence[Move], ctx: Context) -> str:
    """，会签2/3; empty for a step of one part."""
    found = parts(item, moves, ctx)
    return f"，{item.step.act}{sum(done for _, done in found)}/{len(found)}" if found and item.step else ""


def place(
    item: Item, ctx: Context, holders: Sequence[str] = (), moves: Sequence[Move] | None = None
) -> str:
    """One clause on where the item is now: 现在在“审定”环节，由刘洋办理. `moves`: with one that is not kept yet."""
    if item.rides:
        return f"并入 {item.joined:04d} 一起办理"
    if item.state is State.PREPARING:
        return "还没有分办" if item.kind is Kind.COMMENT else f"还没有{send_word(item)}"
    if item.state is State.WITHDRAWN:
        return "已撤回"
    if item.state is State.DONE:
        over = "已发布" if item.published_at else "已办结"
        return f"{over}，备案号 {item.filing_no}" if item.filing_no else over
    if item.held:
        return f"已由{ctx.name(item.held_by)}暂停：{item.held}，恢复后再办"
    step = item.step
    assert step is not None
    if step.do is Do.DRAFT and holders and not (item.author and first_draft(item)):
        open_ = "，待发布结果" if _result_to_come(item) else ""
        counted = count_parts(item, ctx.moves(item) if moves is None else moves, ctx)
        who = "、".join(ctx.name(h) for h in holders)
        return f"{comments.under_way(item)}现在“{step.act}”环节{counted}，由{who}办理{open_}"
    if step.do is Do.DRAFT and not item.author:
        return f"现在“{step.act}”环节，暂无人可办"
    if step.do is Do.DRAFT and item.current.at is None:
        return f"{ctx.name(item.author)}正在修改，还没有重新送审"
    if step.do is Do.DRAFT:
        return f"已退回，待{ctx.name(item.author)}修改"
    who = f"，由{some_names(holders, ctx)}办理" if holders else "，暂无人可办"
    who += f"，待恢复（见 {'、'.join(f'{n:04d}' for n in item.waits)}）" if item.waits else ""
    if step.do is Do.PUBLISH and item.links:
        return f"{step.act}中，缺：{'、'.join(missing_platforms(item))}{who}"
    if _result_to_come(item):
        who += "，待发布结果"
    counted = count_parts(item, ctx.moves(item) if moves is None else moves, ctx)
    return f"{comments.under_way(item)}现在“{step.act}”环节{counted}{who}"


def _result_to_come(item: Item) -> bool:
    """saws-R33: what a comment asked for has been done, and what came of it is still to be published."""
    if item.kind is not Kind.COMMENT or item.flow is None:
        return False
    ahead = item.flow.steps[item.position :]
    behind = item.flow.steps[: item.position]
    return any(s.do is Do.PUBLISH for s in ahead) and any(s.do is Do.RECORD for s in behind)


DID = "登记所做"  # the line of the record: what somebody who was informed did
HELD = "暂停中，拒绝办理"


def held(item: Item, ctx: Context) -> str:
    """What every act on a stopped item is answered."""
    return f"{item.number} 已由{ctx.name(item.held_by)}暂停：{item.held}，恢复后再办"


def stale(item: Item, ctx: Context, moves: Sequence[Move], holders: Sequence[str]) -> str:
    """A late tap: what has been done, by whom, and where the item is now."""
    acts = [m for m in moves if m.decision not in (Decision.SUBMITTED, Decision.CONFIRMED)]
    if not acts or item.flow is None:
        return f"{item.number} {place(item, ctx, holders)}。"
    last = acts[-1]
    word = verdict_word(last.decision, item.flow.steps[min(last.step, len(item.flow.steps) - 1)])
    done = f"已由{person_as(last.actor, last.acting_for, ctx)}于 {when(last.at, ctx.now)} {word}"
    now = place(item, ctx, holders, moves)
    if now.split("，")[0] == f"已{word}":  # 已由张伟发布，已发布，备案号 … says it twice
        now = now.partition("，")[2]
    return f"{item.number} {done}，{now}。" if now else f"{item.number} {done}。"


# ---- drafting -------------------------------------------------------------------------------------------------------


def counts(item: Item, ctx: Context) -> str:
    """微博 118/140 字,微信 118/680 字."""
    if not item.is_post:
        return ""
    names = item.channels or tuple(ctx.regulation.channel)
    parts = []
    for key in names:
        channel = ctx.regulation.channel.get(key)
        if channel is None:
            continue
        used = count_chars(item.current.text, channel.count)
        over = f"（超出 {used - channel.chars} 字）" if channel.chars and used > channel.chars else ""
        limit = f"/{channel.chars}" if channel.chars else ""
        parts.append(f"{channel.label} {used}{limit} 字{over}")
    return "，".join(parts)


def findings(item: Item, ctx: Context) -> str:
    """检查:未见问题 — or the words found, each with the clause it concerns, and numbers that point to a person."""
    found = [f"“{h.word}”{hit_about(h.category, ctx)}" for h in ctx.words.find(item.current.text)]
    found += [hit.name for hit in personal_data(item.current.text)]
    return "；".join(dict.fromkeys(found)) or "未见问题"


def hit_about(category: int | str, ctx: Context) -> str:
    """What a word of the list concerns: 涉及禁止发布内容第1项, the tone, or the kind of post it proposes."""
    if isinstance(category, int):
        return f"涉及禁止发布内容第{category}项"
    kind = flow_named(category, ctx)
    return f"（{kind.option if kind else category}）"


def flow_named(name: str, ctx: Context) -> Flow | None:
    """The kind of post that people call so."""
    return next((f for f in ctx.regulation.flows(Kind.POST) if name in (f.option, f.label, f.id)), None)


def banned_list(ctx: Context) -> str:
    lines = [f"{n}.{text}" for n, text in enumerate(ctx.regulation.content.banned, 1)]
    return "\n".join(lines)


def received(item: Item, ctx: Context, note: str = "", hints: Sequence[str] = ()) -> str:
    """收到,编号 0123。微博 118/140 字… 检查:未见问题。建议配图。"""
    counted = counts(item, ctx)
    text = f"收到，编号 {item.number}。{counted}{'。' if counted else ''}检查：{findings(item, ctx)}。"
    if item.current.media:
        text += f"带图片或视频 {len(item.current.media)} 个。"
    return text + "".join(f"{hint}。" for hint in hints) + note


def too_long(item: Item, ctx: Context) -> str:
    """The refusal of saws 四(R9): 共141字,超出1字; empty when every chosen channel fits."""
    over, fits = [], []
    for key in item.channels:
        channel = ctx.channels_of(item)[key]
        used = count_chars(item.current.text, channel.count)
        if channel.chars is not None and used > channel.chars:
            over.append(f"{channel.label} {used}/{channel.chars} 字：共{used}字，超出{used - channel.chars}字")
        else:
            fits.append(channel.label)
    if not over:
        return ""
    instead = f"，或回复“只发{fits[0]}”" if fits else ""
    return f"{item.number} 不能送审。{'；'.join(over)}。请删减后把全文重发{instead}。"


def chosen(item: Item, ctx: Context) -> str:
    """What the drafter chose: 类别 · 渠道 · 栏目."""
    parts = (item.flow.option if item.flow else "", channels(item, ctx), item.column)
    return " · ".join(part for part in parts if part)


def version(item: Item) -> str:
    """第2版（校验 7F3A）."""
    return f"第{item.current.no}版（校验 {item.current.short_print}）"


def choose_title(item: Item) -> str:
    return f"{item.number} {heading(item)}"


def basis(flow: Flow | None) -> str:
    return flow.clause if flow and flow.clause else "—"


def field_hint(spec: FieldSpec) -> str:
    """How a field is answered, in brackets."""
    kind = parse_type(spec.type)
    match kind.kind:
        case "choice":
            return "（" + " ".join(f"{n} {choice}" for n, choice in enumerate(kind.choices, 1)) + "）"
        case "date" | "past":
            return "（如 3月14日）"
        case "range":
            return f"（{kind.bounds[0]:g} 至 {kind.bounds[1]:g}{kind.counts}）"
        case "file":
            return "（发图片，或文件的链接）"
        case _:
            return ""


def wrong_value(name: str, bad: Exception) -> str:
    """What is wrong with an answer: 罚款金额应在200至500元之间，请重新回复罚款金额."""
    why, asked = str(bad), name.removeprefix(EXPLAIN)
    why = f"{asked}{why}" if why.startswith("应") else why
    return why if "请" in why else f"{why}，请重新回复{asked}"


def field_wanted(name: str, spec: FieldSpec) -> str:
    """How one field is asked for."""
    if spec.type == "file":
        return f"请发{name}：拍照或扫描成图片发来，也可以发文件的链接（https 开头）"
    return f"请回复{name}{field_hint(spec)}"


def field_name(name: str) -> str:
    """What was asked, as a person calls it."""
    if name.startswith(WHICH_ACCOUNT):
        return "账号"
    if name == LATE:
        return "迟报原因"
    return f"“{name.removeprefix(EXPLAIN)}”的说明" if name.startswith(EXPLAIN) else name


def noted(item: Item, name: str, value: str, ctx: Context) -> str:
    """What was understood: the value as it is kept."""
    kept = {
        "类别": item.flow.option if item.flow else "",
        "渠道": channels(item, ctx),
        "栏目": item.column,
        "承办单位": item.unit,
        "内容范围": item.scope,
        **item.form,
        **{f"{EXPLAIN}{word}": why for word, why in item.explained.items()},
    }
    return kept.get(name) or value


def submitted(item: Item, ctx: Context, holders: Sequence[str] = (), who: str = "") -> str:
    """0123 已送保密审查,之后由本单位主要负责人审定。要改:… 要撤:… 看进度:…"""
    step, n = item.step, item.number
    if step is None or item.flow is None:
        return f"{n} 已送出，{place(item, ctx)}。"
    if step.do is not Do.CHECK:
        change = f"要改：“改 {n}”；" if is_text(item) else ""
        return f"{n} 已送出，{next_up(item, ctx, holders, who)}。{change}要撤：“撤回 {n}”；看进度：“{n}”。"
    later = [s for k, s in enumerate(item.flow.steps) if k > item.position and s.do is Do.CHECK and item.applies(s)]
    checks = "、".join(f"{'和'.join(ctx.role_label(r) for r in s.by)}{s.act}" for s in later)
    then = f"，之后由{checks}" if later else ""
    return f"{n} 已送{step.act}{then}。要改：“改 {n}”；要撤：“撤回 {n}”；看进度：“{n}”。"


def next_up(
    item: Item, ctx: Context, holders: Sequence[str], who: str, moves: Sequence[Move] | None = None
) -> str:
    """Where it is now, told to somebody who has just done his part: 下一步由您“交办”，见卡片."""
    if item.state is State.RUNNING and item.step is not None and who in holders and len(holders) == 1:
        return f"下一步由您“{item.step.act}”，见卡片"
    return place(item, ctx, holders, moves)


# ---- checking -------------------------------------------------------------------------------------------------------


def check_notice(
    item: Item, step: Step, ctx: Context, *, marked: str, acting_for: str, hits: bool, against: str = "上一版"
) -> str:
    """The message before the card: who asks what, the whole text, the list, and how to decide by typing."""
    flow = item.flow
    assert flow is not None
    head = f"【待您{step.act}】{item.number} {heading(item)}\n"
    about = accounts(item, ctx)
    kept = f" · 第{item.current.no}版" if is_text(item) or item.current.no > 1 else ""
    head += f"{origin(item, ctx)}{kept}{' · ' + about if about else ''}\n"
    head += f"类别：{flow.label}（依据 {basis(flow)}）\n"
    head += f"责任人：{answers}\n" if (answers := ctx.names(responsible(item, ctx.desk))) else ""
    head += f"“{pass_word(step)}”的人{step.note}。\n" if step.note else ""
    if acting_for:
        head += f"您代{ctx.name(acting_for)}办理。\n"
    body = f"————\n{content(item)}\n————\n"
    body += media_lines(item)
    if item.is_post:
        body += f"{counts(item, ctx)}。检查：{findings(item, ctx)}。\n"
    if note := names_note(item, ctx):
        body += f"{note}头像和商标请人工核对。\n"
    for word, why in item.explained.items():
        body += f"起草人对“{word}”的说明：{why}\n"
    if marked:
        body += f"与{against}比较：{marked}\n"
    return head + body + fields(item, shown=item.is_post) + _how_to(item, step, ctx, hits=hits)


def media_lines(item: Item) -> str:
    """How many come below, and what is only linked: address, size and format as the drafter stated them."""
    here = [m for m in item.current.media if not m.link]
    return (f"配图/视频 {len(here)} 个，见下。\n" if here else "") + linked_videos(item)


def linked_videos(item: Item) -> str:
    linked = (m for m in item.current.media if m.link)
    return "".join(f"视频（链接）：{m.link} {describe_size(m.size)} {m.format}\n" for m in linked)


def fields(item: Item, *, shown: bool = True) -> str:
    """The item's fields and ticks, a line each (`shown`: also those that its text is made of)."""
    body = item.current.body
    told = [f"{key}：{value}" for key, value in item.form.items() if value and (shown or f"{key}：" not in body)]
    told = [line for line in told if item.kind is not Kind.COMMENT or not line.startswith(f"{comments.TEXT}：")]
    ticks = [f"✓{tick}" for tick in item.ticks]
    scope = (
        [f"内容范围：{item.scope}" + (f"（{item.scope_reason}）" if item.scope_reason else "")] if item.scope else []
    )
    lines = [*scope, *([f"栏目：{item.column}"] if item.column else []), *told, *ticks]
    return "".join(f"{line}\n" for line in lines)


def _how_to(item: Item, step: Step, ctx: Context, *, hits: bool) -> str:
    ok, no = pass_word(step), return_word(step)
    text = ""
    if ctx.regulation.content.banned and item.is_post and not takes_down(item):
        text += f"禁止发布的内容：\n{banned_list(ctx)}\n"
        if hits:
            text += f"本稿有提示词，请先点“确认未见”，或回复“确认 {item.number}”。"
        else:
            text += f"“{ok}”即确认未见上列内容。"
    text += f"请点下面的卡片，或回复“{ok} {item.number}”“{no} {item.number} 理由”"
    text += f"“{step.holds} {item.number} 事由”。" if step.holds else "。"
    names = settable_ticks(item)
    if names:
        later = "、".join(f"“标注 {item.number} {tick}”" for tick in names)
        text += f"\n需要增加后面环节的，先点卡片右上角“标注”，或回复{later}。"
    return text


# ---- publishing, filing ---------------------------------------------------------------------------------------------


def publish_notice(item: Item, ctx: Context, note: str = "", *, hits: bool = False) -> str:
    act = item.step.act if item.step else "发布"
    apart = bool(ctx.regulation.content.banned) and item.step is not None and item.step.confirm
    said = f"已发布{'并确认' if apart else ''} {item.number}"
    text = (
        f"【可以{act}】{item.number} {heading(item)}\n已审定 第{item.current.no}版（校验 {item.current.short_print}）\n"
    )
    text += f"要发：{'、'.join(item.platforms) or channels(item, ctx)}\n"
    text += linked_videos(item)
    if apart:
        how = f"先点“确认未见”，或回复“确认 {item.number}”。" if hits else f"点“已{act}并确认”，或照下面的样子回复。"
        text += f"发布时要再确认未见禁止发布的内容：{how}\n"
    elif ctx.regulation.content.banned:
        text += "发布即确认未见禁止发布内容。\n"
    return text + note + (
        "下面逐条是发布正文，请原样复制。发布后回复：\n"
        f"{said}\n平台 链接（一行一个）\n没发的写：平台 原因"
    )


def links_wanted(item: Item, missing: Iterable[str]) -> str:
    return (
        f"{item.number} 请把各平台链接发来（可一次多行）。还缺："
        f"{'、'.join(missing)}。没发的写原因，例如：{next(iter(missing), '')} 已停用。"
    )


def filed(item: Item, ctx: Context, submitted: datetime | None) -> str:
    text = f"{item.number} 已发布完成。"
    if item.filing_no:
        text += f"已备案：备 {item.filing_no}，已送{ctx.regulation.unit.get('central', '归口部门')}。"
    if submitted and item.approved_at and item.published_at:
        text += f"用时 审定 {span(submitted, item.approved_at)}、发布 {span(item.approved_at, item.published_at)}。"
    return text


def links_text(item: Item) -> str:
    return "\n".join(f"{x.platform} {x.url}" if x.url else f"{x.platform} 未发：{x.omitted}" for x in item.links)


def rounded(form: dict[str, str]) -> str:
    """来稿作者 王平，来稿题目 春到工地: what was recorded in one round; long texts by their beginning."""
    short = ((key, " ".join(value.split())) for key, value in form.items() if value)
    return "，".join(f"{key} {value if len(value) <= 24 else value[:23] + '…'}" for key, value in short)


def chain_text(item: Item, moves: Sequence[Move], ctx: Context) -> str:
    """The chain of checks of the published version, one line each."""
    if item.flow is None:
        return ""
    lines = []
    for move in moves:
        if move.decision not in (Decision.SUBMITTED, Decision.CONFIRMED, Decision.WITHDRAWN, Decision.MOVED):
            step = item.flow.steps[min(move.step, len(item.flow.steps) - 1)]
            reason = f"：{move.reason}" if move.reason else ""
            word = verdict_word(move.decision, step)
            label = f"{step.act} {word}" if word != step.act else word
            label = f"{word} {move.form.get('结果', '')}" if move.decision is Decision.TESTED else label
            if move.form and (step.repeat or (not item.is_post and move.decision is Decision.DONE)):
                reason += f"：{f'{move.unit} ' if move.unit else ''}{rounded(move.form)}"
            lines.append(
                f"{dated(move.at, ctx.now)} {person_as(move.actor, move.acting_for, ctx)} {label}"
                f"（第{move.version}版）{reason}"
            )
    return "\n".join(lines)


def outcome(item: Item, moves: Sequence[Move], ctx: Context) -> str:
    """What the last records say, a line each: 业务一部 王信息 提供资料：已提供."""
    records = [m for m in moves if item.flow and item.flow.steps[min(m.step, len(item.flow.steps) - 1)].do is Do.RECORD]
    last = [m for m in records if (m.step, m.lap) == (records[-1].step, records[-1].lap)]
    return chain_text(item, [m for m in last if m.form or m.reason], ctx)


HELP_ARCHIVE = "存档：“存档 2025”“存档 2025-03”“存档 姓名”“存档 标题里的词”。"
HELP_COMMON = "发“待办”看要办的，“进度 0123”或“0123”看一件，“全文 0123”看原文，“去办 0123”再要卡片。"
HELP_DRAFT = (
    "投稿：直接把全文发来（第一行是标题），图片随后发，换图先发“去掉图片 1”。改：“改 0123”；"
    "撤：“撤回 0123”；看：“我的稿件”；看不到卡片：“送审 0123”。超过10MB的视频：“视频 链接 120MB mp4”。"
    "已发布的：“更正 0123”加新的全文，“撤下 0123 理由”。"
)
HELP_CHECK = (
    "审核：“同意 0123”“退回 0123 理由”，多件“同意 0123 0124”；"
    "给出改法：“退回 0123 建议稿：全文”“退回 0123 建议标题：新标题”；不在时：“我今天不在，由某某代到周三”“代办”。"
)
HELP_RECORD = "办完一项：“办结 0123”。"
HELP_ASSIGN = "交给单位办：“交办 0123 单位”。"
HELP_COLLECT = (
    "登记评论：把评论粘贴在“评论”后面发来，可以一次多条，例如“评论 微博 @网友甲 09:12 内容 链接”；截图先发后发都行。"
    "看错了“改 0456 时间 昨天 23:50”。“今日意见”列出并报送。"
)
HELP_SORT = (
    "评论分办：“待分办”“照建议分办”“分办 0456 类别 单位”“举报 0456”“恶意 0456 理由”；"
    "相同的“归并 0456 0457”。活动、主题、定级等发“帮助评论”。"
)
HELP_MORE = (
    "归并：“归并 0456 0457”“拆出 0457”。\n"
    "活动：“关联 0456 0100”归入活动，“方案 0100”看收到多少、下载全部。\n"
    "主题：“主题 0456 停车难”，“主题”看哪些上升最快。\n"
    "定级：“定级 0456 较大”“舆情预案”。分办用的词：“分办词”。\n"
    "问答：“查答复 词”看以前怎样答的；“记问答 问题”，下一行写答复，记下备用。\n"
    "延期：“延期 0456 理由”；同意的人回复“同意延期 0456”“不同意延期 0456 理由”。"
)
HELP_REPLY = (
    "答复评论：“答复 0456 内容”；一时答不了“研究办理 0456”；不归本单位“交回 0456 理由”；到期办不完“延期 0456 理由”。"
    "要先审定的“拟复 0456 全文”，改用“改答复 0456 全文”。以前怎样答的“查答复 词”。"
)
HELP_LOOK = "账号登记：“账号”“账号 名称”；查昵称用字：“查名 昵称”。"
HELP_HEAD = (
    "本单位人员：“任命 单位 角色 姓名”“免去 单位 角色 姓名”“缺额”。本单位事项：“催办 0123 一句话”“改派 0123 姓名”。"
)
HELP_PUBLISH = (
    "发布：“已发布 0123”，下一行起写“平台 链接”。群发：“测试 0123”“测试 0123 通过”“合并群发 0123 0124”。"
    "定时：“定时 0123 3月15日 9:00”“取消定时 0123”。急需撤下：“紧急撤下 0123 理由”。"
)
HELP_ACCOUNTS = "账号：“账号”“账号 名称”“登记账号 渠道 名称 单位”；原来就有的，最后写开通日期；“查名 昵称”。"
HELP_OVERSEE = (
    "督办：“督办”“清单”“督办通报 3月”“机器人状态”。\n"
    "一件：“催办 0123 一句话”“全部催办”“改派 0123 姓名 理由”“暂停 0123 理由”“恢复 0123”。\n"
    "全部：“在办”“备案登记 3月”“授权名单”“授权 姓名”“撤销授权 姓名”“栏目 增加 名称”“平台 名称 停用”。\n"
    "起草人已离开的稿件：“转交 0123 姓名”“撤回 0123”。\n"
    "人员：“任命 单位 角色 姓名”“免去 单位 角色 姓名”“缺额”“交接 张三 给 李四”“交接账号 账号 姓名”"
    "“单位 名称 标注 事由”。\n"
    "制度的设置：“制度”“流程图”“环节 流程名”。"
)


def help_start(flows: Sequence[Flow]) -> str:
    """What he may begin; with an example of his own."""
    first = flows[0].option if len(flows) == 1 else "序号"
    return f"发起事项：“发起”看能办什么，“发起 {first}”就开始；改一项“改 0123 项目 新内容”；撤“撤回 0123”。"
