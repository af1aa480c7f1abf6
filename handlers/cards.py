"""The cards: built from an item, never the other way round. Limits are the platform's (36 字 title, 16 字 option …)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import combinations

from bot.rules import accounts
from bot.rules.aftermath import takes_down
from bot.rules.forms import missing_fields, parse_type
from bot.rules.item import Item, State
from bot.rules.messages import Button, Card, Option, Row, Select
from bot.rules.personal import masked
from bot.rules.platforms import platforms_of
from bot.rules.progress import first_draft, settable_ticks
from bot.rules.quota import test_channels
from bot.rules.regulation import Do, Flow, Kind, Step
from bot.rules.routing import responsible
from handlers import wording as w
from handlers.context import Context

MAX_OPTIONS = 10
DRAFT_PURPOSES = ("choose", "choose2", "which", "proposal")
UNSET = Option("-", "请选择")


RENEWED = "已换新卡片"  # how a card reads that was issued anew


def loose_task_id(what: str, to: str, ctx: Context) -> str:
    """Of a card that belongs to no one item; unique like the other."""
    return f"{what}-{sha256(f'{ctx.org}|{ctx.cause}|{to}|{what}'.encode()).hexdigest()[:16]}"


def task_id(item: Item, purpose: str, to: str, ctx: Context) -> str:
    """Unique for ever: the cause of the message and the receiver are in it. Letters, digits, `-`; under 60 bytes."""
    digest = sha256(f"{ctx.org}|{ctx.cause}|{to}|{purpose}|{item.seq}".encode()).hexdigest()[:16]
    return f"{item.number}-{purpose}-{digest}"


def closed(card: Card, done: str) -> Card:
    """The same card with nothing left to tap."""
    return replace(card, buttons=(), selects=(), submit=None, menu=(), done=done)


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def content(item: Item, limit: int = 160) -> str:
    """What a card shows of an item: a form that is too long keeps its last line, how many files came with it."""
    text = masked(w.content(item)) if item.kind is Kind.COMMENT else w.content(item)
    if w.is_text(item) or not item.files:
        return cut(text, limit)
    files = f"附件 {len(item.files)} 个"
    lines = [line for line in text.split("\n") if not line.partition("：")[2].startswith("附件")]
    return f"{cut(chr(10).join(lines), limit - len(files) - 1)}\n{files}"


# ---- preparing a draft ----------------------------------------------------------------------------------------------


def startable(who: str, ctx: Context) -> tuple[Flow, ...]:
    """The post flows this person may start."""
    roles = ctx.roster.roles_of(who)
    return tuple(f for f in ctx.regulation.flows(Kind.POST) if roles & set(f.steps[0].by))


def proposed(item: Item, ctx: Context) -> tuple[str, Flow] | None:
    """The word in the text that proposes a kind of post, and that kind (gov-weibo-assessment-R17)."""
    offered = startable(item.author, ctx)
    for hit in ctx.words.find(item.current.text):
        flow = w.flow_named(hit.category, ctx) if isinstance(hit.category, str) else None
        if flow in offered and flow is not None:
            return hit.word, flow
    return None


def beginnable(who: str, ctx: Context) -> tuple[Flow, ...]:
    """The matters and account flows this person may begin by himself; what the scheduler begins is not among them."""
    roles = ctx.roster.roles_of(who)
    kinds = (Kind.MATTER, Kind.ACCOUNT)
    return tuple(f for f in ctx.regulation.flow if f.kind in kinds and not f.every and roles & set(f.steps[0].by))


OTHERS = Option("*", "其他（看清单）")


def start_card(flows: Sequence[Flow], to: str, ctx: Context) -> Card:
    """What he may begin, to choose from; those beyond the card's options are on the list that comes with it."""
    listed = [Option(f.id, cut(f.option, 16)) for f in flows]
    if len(listed) > MAX_OPTIONS - 1:
        listed = [*listed[: MAX_OPTIONS - 2], OTHERS]
    return Card(
        task_id=loose_task_id("start", to, ctx), title="发起事项", source="审发 · 发起",
        desc="选好要办的事，点“开始”。",
        selects=(_select("flow", "要办的事", listed, ""),), submit=Button("开始", key="start"),
    )  # fmt: skip


def change_select(item: Item, names: Sequence[str]) -> tuple[Select, ...]:
    """Which of the fields filled in is to be changed; those beyond the card's options are typed."""
    if not names:
        return ()
    options = [Option(f"f{n}", cut(name, 16)) for n, name in enumerate(names)]
    return (Select("change", "要改哪项", (UNSET, *options)[:MAX_OPTIONS], UNSET.id),)


def _select(key: str, title: str, options: Sequence[Option], selected: str, *, must: bool = True) -> Select:
    """A list with the last choice chosen; without one, `请选择` stands first so that nothing is chosen by accident."""
    known = [o.id for o in options]
    if selected in known:
        return Select(key, title, tuple(options[:MAX_OPTIONS]), selected)
    head = (UNSET,) if must else ()
    return Select(key, title, (*head, *options)[:MAX_OPTIONS], head[0].id if head else "")


def channels_in_use(ctx: Context) -> tuple[str, ...]:
    """A channel whose platforms are all 停用 or 未开通 is not offered; without any, all are: somebody must notice."""
    states = ctx.store.platforms()
    used = [
        key for key, channel in ctx.regulation.channel.items()
        if any(states.get((key, p), "在用") == "在用" for p in platforms_of(channel))
    ]  # fmt: skip
    return tuple(used or ctx.regulation.channel)


def channel_options(ctx: Context) -> tuple[Option, ...]:
    """All channels together first, then each combination down to the single ones.

    A card holds ten: of four channels and more the single ones come before the pairs, so that each can be chosen.
    """
    keys = channels_in_use(ctx)
    sizes = [len(keys), *range(len(keys) - 1, 0, -1)] if len(keys) < 4 else [len(keys), *range(1, len(keys))]
    found = []
    for size in sizes:
        for chosen in combinations(keys, size):
            rules = [ctx.regulation.channel[k] for k in chosen]
            label = rules[0].name if size == 1 else "+".join(rule.label for rule in rules)
            found.append(Option("+".join(chosen), cut(label, 16)))
    return tuple(found)


def scope_options(ctx: Context) -> tuple[Option, ...]:
    return tuple(Option(str(n), cut(e.option, 16)) for n, e in enumerate(ctx.regulation.content.scope))


def own_units(item: Item, ctx: Context) -> tuple[str, ...]:
    """The units the drafter drafts for in this flow: where he sits in an `own` role of its first step."""
    if item.flow is None:
        return ()
    roles = [r for r in item.flow.steps[0].by if ctx.regulation.role[r].scope == "own"]
    return tuple(dict.fromkeys(s.unit for s in ctx.roster.seats_of(item.author) if s.role in roles))


def unit_options(item: Item, ctx: Context) -> tuple[Option, ...]:
    """Who may be the 承办单位: the drafter's own units, else the units that fill the flow's `own` roles."""
    own = _own_before_assign(item, ctx)
    units = own_units(item, ctx) or tuple(dict.fromkeys(s.unit for s in ctx.roster.seats if s.role in own))
    return tuple(Option(unit, cut(unit, 16)) for unit in units)


def needs_unit(item: Item, ctx: Context) -> bool:
    """Whether the 承办单位 must be chosen: the drafter sits in none (现场人员 draft for the 相关司局) or in several."""
    if item.flow is None or item.account:
        return False
    return bool(_own_before_assign(item, ctx)) and len(own_units(item, ctx)) != 1


def _own_before_assign(item: Item, ctx: Context) -> set[str]:
    """The own roles after the first step whose unit nobody else sets: an assign names the units of what follows it."""
    assert item.flow is not None
    own: set[str] = set()
    for step in item.flow.steps[1:]:
        if step.do is Do.ASSIGN:
            break
        own |= {r for r in step.by if ctx.regulation.role[r].scope == "own"}
    return own


def ticks(flow: Flow) -> tuple[str, ...]:
    """What may be ticked on an item of this flow: the conditions of its steps that are not `字段=值`."""
    return tuple(dict.fromkeys(s.when for s in flow.steps if s.when and "=" not in s.when))


def first_selects(item: Item, ctx: Context) -> tuple[Select, ...]:
    """类别, 渠道, 栏目: asked with the text."""
    who, flows = item.author, startable(item.author, ctx)
    remembered = {what: ctx.store.memory(who, what) or "" for what in ("flow", "channels", "column")}
    found = []
    if len(flows) > 1 and item.state is State.PREPARING:
        hint = proposed(item, ctx)
        chosen = item.flow.id if item.flow else hint[1].id if hint else remembered["flow"]
        found.append(_select("flow", "类别", [Option(f.id, cut(f.option, 16)) for f in flows], chosen))
    if len(channel_options(ctx)) > 1:
        found.append(
            _select("channels", "渠道", channel_options(ctx), "+".join(item.channels) or remembered["channels"])
        )
    if len(ctx.regulation.columns) > 1:
        columns = [Option(c, cut(c, 16)) for c in ctx.regulation.columns]
        found.append(_select("column", "栏目", columns, item.column or remembered["column"]))
    return tuple(found[:3])


def second_selects(item: Item, ctx: Context) -> tuple[Select, ...]:
    """范围, 承办单位, ticks: what depends on the flow."""
    assert item.flow is not None
    found = []
    if len(ctx.regulation.content.scope) > 1 and item.is_post:
        labels = [e.label for e in ctx.regulation.content.scope]
        chosen = str(labels.index(item.scope)) if item.scope in labels else ""
        remembered = ctx.store.memory(item.author, f"scope:{item.flow.id}") or ""
        found.append(_select("scope", "内容范围", scope_options(ctx), chosen or remembered))
    if needs_unit(item, ctx) and len(unit_options(item, ctx)) <= MAX_OPTIONS - 1:
        known = item.unit if item.unit in [o.id for o in unit_options(item, ctx)] else ""
        found.append(_select("unit", "承办单位", unit_options(item, ctx), known))
    own = [t for t in ticks(item.flow) if item.ticks.get(t, item.author) == item.author]  # others' are not his to clear
    for tick in own[: 3 - len(found)]:
        chosen = "1" if tick in item.ticks else "0"
        found.append(_select(f"tick:{tick}", tick, (Option("0", "否"), Option("1", "是")), chosen, must=False))
    return tuple(found)


def choose_card(item: Item, to: str, ctx: Context) -> Card:
    """Card 1 of a draft. Its button goes on to card 2, or submits when there is nothing more to choose."""
    selects = first_selects(item, ctx)
    if not selects:
        return final_card(item, to, ctx)
    return Card(
        task_id=task_id(item, "choose", to, ctx),
        title=cut(w.choose_title(item), 36),
        source="审发 · 投稿",
        desc=cut(f"第{item.current.no}版 · {w.counts(item, ctx)}", 160),
        selects=selects,
        submit=Button("下一步", key="next"),
    )


def final_card(item: Item, to: str, ctx: Context) -> Card:
    """Card 2: what depends on the flow, and 送审."""
    selects = second_selects(item, ctx) if item.flow else ()
    flow, word = item.flow, w.send_word(item)
    desc = f"{w.accounts(item, ctx)} · 依据 {w.basis(flow)}" if item.is_post else content(item)
    if ctx.regulation.content.banned and item.is_post:  # what must be read stands first
        desc = f"送审即确认未见禁止发布的内容。{desc}"
    card = Card(task_id(item, "choose2", to, ctx), cut(w.choose_title(item), 36), source=f"审发 · {word}")
    button = Button(word, key="submit")
    if selects:
        return replace(card, desc=cut(desc, 160), selects=selects, submit=button)
    change = change_select(item, changeable(item))
    more = (Button("改这一项", key="change", style=2),) if change else ()
    return replace(card, body=cut(desc, 160), selects=change, buttons=(button, *more))


def changeable(item: Item) -> tuple[str, ...]:
    """The fields that may be filled in anew, one at a time."""
    if w.is_text(item) or item.flow is None:
        return ()
    own = (*item.flow.form, *item.flow.steps[0].form, accounts.CHANNEL, *(() if item.account else (accounts.ACCOUNT,)))
    return tuple(name for name in item.form if name in own)


def which_card(item: Item, ctx: Context) -> Card:
    """A further text while a draft is open: part of it, a new wording of it, or a new draft?"""
    return Card(
        task_id=task_id(item, "which", item.author, ctx),
        title=cut(w.choose_title(item), 36),
        source="审发 · 投稿",
        body=f"这段文字与 {item.number} 是什么关系？",
        buttons=(
            Button("接在后面", key="append"),
            Button("替换全文", key="replace"),
            Button("另起新稿", key="new"),
        ),
    )


def proposal_card(item: Item, text: str, ctx: Context) -> Card:
    """建议稿: taken over with one tap, or something else is written."""
    return Card(
        task_id=task_id(item, "proposal", item.author, ctx),
        title=cut(w.choose_title(item), 36),
        source="审发 · 建议稿",
        desc=cut(f"采用即按建议稿送审 · 依据 {w.basis(item.flow)}", 160),
        body=cut(text, 160),
        buttons=(Button("采用并送审", key="take", style=1), Button("自己改", key="own", style=2)),
    )


# ---- deciding -------------------------------------------------------------------------------------------------------


def reason_select(step: Step, item: Item) -> Select:
    usual = w.RETURN_REASONS if item.is_post else w.MATTER_REASONS
    options = [Option(f"r{n}", cut(reason, 16)) for n, reason in enumerate(step.reasons or usual)]
    given = (UNSET, *options, Option("other", w.OTHER_REASON))  # no reason is ever given by not choosing one
    return Select("reason", f"{w.return_word(step)}原因", given[:MAX_OPTIONS])


def check_buttons(step: Step, *, hits: bool, confirm: bool) -> tuple[Button, ...]:
    """With words found the list is confirmed by a tap of its own first; else passing confirms it (saws 四(三), R12)."""
    passing = w.pass_word(step)
    label = f"{passing}并确认" if confirm and not hits and len(passing) <= 5 else passing
    first = (Button("确认未见", key="confirm", style=1),) if hits and confirm else ()
    hold = (Button(step.holds, key="hold", style=2),) if step.holds else ()
    return (
        *first,
        Button(label, key="pass", style=2 if first else 1),
        Button(w.return_word(step), key="return", style=3),
        *hold,
        Button("问一句", key="ask", style=2),
    )


def asks_for_list(item: Item, ctx: Context) -> bool:
    """Passing confirms the list of what is banned; taking something down puts nothing out."""
    return bool(ctx.regulation.content.banned) and item.is_post and not takes_down(item)


def check_card(item: Item, step: Step, to: str, ctx: Context, *, due: str, hits: bool, past: str, url: str) -> Card:
    """待您审定: who, what, how long; the text as far as the card allows."""
    rows = [Row("编号", item.number, url), Row("依据", cut(w.basis(item.flow), 30))]
    if answers := ctx.names(responsible(item, ctx.desk)):
        rows.append(Row("责任人", cut(answers, 30)))
    if due:
        rows.append(Row("期限", cut(due, 30)))
    if item.is_post:
        rows += [
            Row("字数", cut(w.counts(item, ctx).replace(" 字", ""), 30)),
            Row("检查", cut(w.findings(item, ctx), 30)),
        ]
    if past:
        rows.append(Row("已办", cut(past, 30)))
    return Card(
        task_id=task_id(item, "check", to, ctx),
        title=cut(w.heading(item), 36),
        source=cut(source_of(item, ctx), 20),
        desc=cut(f"待您{step.act} · {w.origin(item, ctx)}{f' · {w.version(item)}' if w.is_text(item) else ''}", 44),
        body=content(item),
        rows=tuple(rows[:6]),
        selects=(reason_select(step, item),),
        buttons=check_buttons(step, hits=hits, confirm=asks_for_list(item, ctx)),
        url=url,
        menu=tick_menu(item),
    )


def tick_menu(item: Item) -> tuple[Button, ...]:
    """标注 that may still be set: behind the card's corner, as they are rarely wanted."""
    return tuple(Button(cut(f"标注：{tick}", 20), key=f"tick:{tick}") for tick in settable_ticks(item)[:3])


def confirmed(card: Card, step: Step) -> Card:
    """The card after 确认未见: passing is open now."""
    passing = w.pass_word(step)
    buttons = tuple(replace(b, style=1 if b.key == "pass" else b.style) for b in card.buttons if b.key != "confirm")
    return replace(card, buttons=buttons, desc=cut(f"已确认未见禁止内容，请点“{passing}”。{card.desc}", 44))


def publish_buttons(item: Item, step: Step, ctx: Context, *, hits: bool) -> tuple[Button, ...]:
    """已发布; where publishing is confirmed by itself, as in a check: by its own tap when words were found."""
    done = f"已{step.act}" if len(step.act) <= 4 else "已发布"
    if not (step.confirm and asks_for_list(item, ctx)):
        return (Button(done, key="published", style=1),)
    if not hits:
        return (Button(f"{done}并确认", key="confirmed", style=1),)
    return Button("确认未见", key="confirm", style=1), Button(done, key="published", style=2)


def publish_card(item: Item, step: Step, to: str, ctx: Context, *, due: str, hits: bool, url: str) -> Card:
    rows = [
        Row("编号", item.number, url),
        Row("依据", cut(w.basis(item.flow), 30)),
        Row("校验", item.current.short_print),
        Row("要发", cut("、".join(item.platforms) or w.channels(item, ctx), 30)),
    ]
    if due:
        rows.append(Row("期限", cut(due, 30)))
    return Card(
        task_id=task_id(item, "publish", to, ctx),
        title=cut(w.heading(item), 36),
        source=cut(w.accounts(item, ctx), 20),
        desc=cut(f"可以{step.act} · {item.unit} · 已审定 第{item.current.no}版", 44),
        body=cut(item.current.text, 160),
        rows=tuple(rows),
        buttons=(
            *publish_buttons(item, step, ctx, hits=hits),
            *((Button("请人测试", key="test", style=2),) if test_channels(item, ctx.regulation) else ()),
            Button("有问题", key="problem", style=2),
            *raise_buttons(step, ctx),
        ),
        url=url,
    )


def test_card(item: Item, to: str, ctx: Context, url: str) -> Card:
    """群发前测试: to somebody other than the sender."""
    return Card(
        task_id=task_id(item, "test", to, ctx),
        title=cut(w.heading(item), 36),
        source=cut(w.accounts(item, ctx), 20),
        desc=cut(f"请您测试 · {item.unit} · 第{item.current.no}版", 44),
        body=cut(item.current.text, 160),
        rows=(
            Row("编号", item.number, url),
            Row("依据", cut(w.basis(item.flow), 30)),
            Row("校验", item.current.short_print),
        ),
        buttons=(Button("测试通过", key="passed", style=1), Button("测试不通过", key="failed", style=3)),
        url=url,
    )


def hold_card(item: Item, to: str, ctx: Context, url: str) -> Card:
    """久未发布: does it still hold?"""
    return Card(
        task_id=task_id(item, "hold", to, ctx),
        title=cut(w.heading(item), 36),
        source="审发 · 久未发布",
        body="这件已审定，5个工作日没有发布，还要发布吗？",
        rows=(Row("编号", item.number, url), Row("依据", cut(w.basis(item.flow), 30))),
        buttons=(Button("仍要发布", key="keep", style=1), Button("撤回", key="withdraw", style=3)),
        url=url,
    )


def source_of(item: Item, ctx: Context) -> str:
    """The grey line on top of a card: the account of a post, the flow of anything else."""
    if item.is_post:
        return w.accounts(item, ctx)
    return f"审发 · {item.flow.option}" if item.flow else "审发"


def _plain_rows(item: Item, due: str, url: str) -> tuple[Row, ...]:
    rows = [Row("编号", item.number, url), Row("依据", cut(w.basis(item.flow), 30))]
    if due:
        rows.append(Row("期限", cut(due, 30)))
    return tuple(rows)


def record_card(
    item: Item, step: Step, to: str, ctx: Context, *, due: str, url: str, back: bool = False
) -> Card:
    buttons = [Button("填写结果" if step.form else "已办好", key="fill", style=1)]
    if step.repeat:
        buttons.append(Button("还要再办", key="again", style=2))
    if back:
        buttons.append(Button("不归我们", key="back", style=3))
    return Card(
        task_id=task_id(item, "record", to, ctx),
        title=cut(w.heading(item), 36),
        source=cut(f"审发 · 待您{step.act}", 20),
        desc=cut(w.origin(item, ctx), 44),
        body=f"办好后请点“{buttons[0].text}”。\n{content(item, 140)}",
        rows=_plain_rows(item, due, url),
        buttons=tuple(buttons),
        url=url,
    )


def choice_now(item: Item, step: Step) -> tuple[str, tuple[str, ...]] | None:
    """The first field still wanted, when it is a choice that fits on buttons: its name and what may be chosen."""
    if w.is_text(item) or item.flow is None or item.is_post:
        return None
    form = item.flow.form | step.form
    name = next(iter(missing_fields(form, item.form)), "")
    choices = parse_type(form[name].type).choices if name else ()
    fit = 0 < len(choices) <= 4 and all(len(choice) <= 10 for choice in choices)
    return (name, choices) if fit else None


def draft_card(item: Item, step: Step, to: str, ctx: Context, *, due: str, url: str) -> Card:
    """A draft that somebody else began: fill it in, or change its text, and send it on."""
    written = bool(item.current.text.strip())
    edit = Button("修改文字" if written and w.is_text(item) else "填写", key="edit", style=2 if written else 1)
    send = (Button(f"不改，{w.send_word(item)}", key="submit", style=1),) if written and w.is_text(item) else ()
    back = (Button("退回", key="return", style=3),) if not first_draft(item) else ()
    choice = choice_now(item, step)
    picks = tuple(Button(c, key=f"set:{choice[0]}={c}", style=1 if not n else 2) for n, c in enumerate(choice[1])) \
        if choice else (edit,)
    return Card(
        task_id=task_id(item, "draft", to, ctx),
        title=cut(w.heading(item), 36),
        source=cut(f"审发 · 待您{step.act}", 20),
        desc=cut(w.origin(item, ctx), 44),
        body=content(item) or f"请办理“{step.act}”。",
        rows=_plain_rows(item, due, url),
        buttons=(*send, *picks, *back),
        url=url,
    )


def assignable(item: Item, ctx: Context) -> tuple[Option, ...]:
    """The units that may be the 承办单位: those that fill an own role of the steps up to the next assign."""
    assert item.flow is not None
    roles: set[str] = set()
    for step in item.flow.steps[item.position + 1 :]:
        if step.do is Do.ASSIGN:
            break
        roles |= {r for r in step.by if r in ctx.regulation.role and ctx.regulation.role[r].scope == "own"}
    units = dict.fromkeys(s.unit for s in ctx.roster.seats if s.role in roles)
    return tuple(Option(unit, cut(unit, 16)) for unit in units)


def assign_card(item: Item, step: Step, to: str, ctx: Context, *, due: str, url: str) -> Card:
    units = assignable(item, ctx)
    options = (UNSET, *units[: MAX_OPTIONS - 2], *((Option("*", "全部单位"),) if len(units) > 1 else ()))
    return Card(
        task_id=task_id(item, "assign", to, ctx),
        title=cut(w.heading(item), 36),
        source=cut(f"审发 · 待您{step.act}", 20),
        desc=cut(w.origin(item, ctx), 44),
        body="" if content(item) == w.heading(item) else content(item),
        rows=_plain_rows(item, due, url),
        selects=(Select("unit", "承办单位", options, UNSET.id),) if units else (),
        buttons=(Button(cut(step.act, 10) if len(step.act) <= 10 else "交办", key="assign", style=1),),
        url=url,
    )


def inform_card(item: Item, to: str, ctx: Context, url: str) -> Card:
    """Told of what was published: a button for each thing that may be done about it."""
    assert item.flow is not None
    return Card(
        task_id=task_id(item, "inform", to, ctx),
        title=cut(w.heading(item), 36),
        source="审发 · 已发布",
        desc=cut(f"{item.unit} · {w.accounts(item, ctx)}", 44),
        body=cut("做了哪一样，就点哪一样。", 160),
        rows=(Row("编号", item.number, url), Row("依据", cut(w.basis(item.flow), 30))),
        buttons=tuple(Button(did, key=f"did:{did}", style=2 if n else 1) for n, did in enumerate(item.flow.did)),
        url=url,
    )


def raise_buttons(step: Step, ctx: Context) -> tuple[Button, ...]:
    """What may be begun from a step of this kind (平台故障)."""
    return tuple(
        Button(cut(flow.option, 10), key=f"raise:{flow.id}", style=2)
        for flow in ctx.regulation.flow if flow.raised_at is step.do
    )  # fmt: skip


def filing_card(item: Item, to: str, ctx: Context, url: str) -> Card:
    posted = item.kind is Kind.POST
    about = (item.unit, w.accounts(item, ctx), w.when(item.published_at, ctx.now) if item.published_at else "")
    platforms = "、".join(x.platform for x in item.links if x.url)
    return Card(
        task_id=task_id(item, "filing", to, ctx),
        title=cut(f"备 {item.filing_no} {w.heading(item)}", 36),
        source="审发 · 发布备案" if posted else "审发 · 备案",
        desc=cut(" · ".join(part for part in about if part), 44),
        body=content(item),
        rows=(
            Row("编号", item.number, url),
            Row("依据", cut(w.basis(item.flow), 30)),
            Row("版本", f"第{item.current.no}版 校验 {item.current.short_print}"),
            *((Row("平台", cut(platforms, 30)),) if platforms else ()),
        ),
        buttons=(Button("确认收到", key="received", style=1),),
        url=url,
    )
