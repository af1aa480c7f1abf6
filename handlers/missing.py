"""缺什么: the first thing that keeps a draft, a matter or an account flow from going out, asked one at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.rules import accounts, late
from bot.rules.accounts import Account
from bot.rules.deadline import Due
from bot.rules.forms import applies, missing_fields
from bot.rules.item import Item, State
from bot.rules.late import LATE
from bot.rules.messages import Option
from bot.rules.personal import personal_data
from bot.rules.regulation import FieldSpec, Form, Kind
from bot.rules.routing import seated
from handlers import cards
from handlers import wording as w
from handlers.context import Context

UNFIT_MEDIA = "不合格媒体"  # 去掉 takes it off; unlike 媒体, which is asked at 送审, it does not go on to submit
TEXT = "正文"  # what is asked of a matter without fields of its own
LINK_CODE = re.compile(r"<\s*/?\s*a\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that is missing: `sentence` asks for it; with `field` the next message is the answer.

    `card` names the card that lets the person choose it instead.
    """

    sentence: str
    field: str = ""
    card: str = ""


def required_form(item: Item, ctx: Context) -> Form:
    """Fields of the post: the regulation's, the flow's, the draft step's."""
    form: Form = dict(ctx.regulation.content.form) if item.is_post else {}
    form |= next((e.form for e in ctx.regulation.content.scope if e.label == item.scope), {})
    if item.flow is None:
        return form
    step = item.flow.steps[item.position if item.state is State.RUNNING else 0]
    if item.kind is Kind.ACCOUNT:
        form |= account_fields(item, ctx)
    return form | item.flow.form | step.form


def asked_form(item: Item, ctx: Context) -> Form:
    """Of these the fields that are asked with the answers so far."""
    return {name: spec for name, spec in required_form(item, ctx).items() if applies(spec, item.form)}


def account_fields(item: Item, ctx: Context) -> Form:
    """Built-in fields of account flows: which account; of one that is applied for, its channel and name."""
    assert item.flow is not None
    if item.account:
        return {}
    if not accounts.opens(item.flow):
        return {accounts.ACCOUNT: FieldSpec(type="text")}
    labels = [c.label for c in ctx.regulation.channel.values()]
    form: Form = {accounts.CHANNEL: FieldSpec(type="|".join(labels))} if len(labels) > 1 else {}
    if accounts.name_field(item.flow) == accounts.ACCOUNT:
        form[accounts.ACCOUNT] = FieldSpec(type="text")
    return form


def missing(item: Item, ctx: Context) -> Ask | None:
    """The first thing that keeps the draft from going out, or None."""
    if not item.is_post:
        return _missing_of_matter(item, ctx)
    return (
        _too_long(item, ctx)  # a text that must be rewritten anyway is said first
        or missing_choice(item, ctx)
        or _account_problem(item, ctx)
        or _vacant(item, ctx)
        or _missing_media(item)
        or _missing_field(item, ctx)
        or _late(item, ctx)
        or _unfit_text(item, ctx)
    )


def _missing_of_matter(item: Item, ctx: Context) -> Ask | None:
    """What a matter or an account flow still wants: its unit, its fields one by one, or its text."""
    if item.flow is None:
        return Ask("请先选要办的事，发“发起”。")
    if item.state is State.PREPARING and not _unit_is_known(item, ctx):
        return _ask_choice("承办单位", item, ctx, "choose2")
    if w.is_text(item) and not item.current.text.strip():
        return Ask(f"{item.number} {text_wanted(item)}", field=TEXT)
    return _missing_media(item) or _missing_field(item, ctx) or _late(item, ctx) or _vacant(item, ctx)


def text_wanted(item: Item) -> str:
    act = item.step.act if item.step else item.flow.steps[0].act if item.flow else "办理"
    return f"请把“{act}”的内容发来，第一行是标题。"


def _vacant(item: Item, ctx: Context) -> Ask | None:
    """A seat that the regulation wants filled before anything is sent to it (未指定内容审核人)."""
    assert item.flow is not None
    for step in item.flow.steps:
        if step.vacant and item.applies(step) and not any(seated(r, item, ctx.desk) for r in step.by):
            roles = "、".join(map(ctx.role_label, step.by))
            send = w.send_word(item)
            return Ask(f"{item.number} 不能{send}：{step.vacant}（{item.unit}的{roles}）。指定后再点“{send}”。")
    return None


def _account_problem(item: Item, ctx: Context) -> Ask | None:
    """A post goes only to an account in use (saws 三, R1; an audit missed, newmedia-trial 第五条)."""
    units, registered = w.own_and_above(item, ctx), ctx.store.accounts()
    why = accounts.why_not(item, ctx.regulation.channel, registered, units)
    if why:
        return Ask(f"{item.number} 不能送审：{why}。恢复使用后再点“送审”。")
    for key in item.channels:
        mine = accounts.in_use(item, key, registered, units)
        if len(mine) > 1:
            label = ctx.regulation.channel[key].label
            listed = "\n".join(f"{n}. {a.name}" for n, a in enumerate(mine, 1))
            return Ask(f"{item.number} {label}有几个账号，请回复序号：\n{listed}", field=f"{w.WHICH_ACCOUNT}{key}")
    return None


def _too_long(item: Item, ctx: Context) -> Ask | None:
    long = w.too_long(item, ctx) if item.channels else ""
    return Ask(long) if long else None


def missing_choice(item: Item, ctx: Context) -> Ask | None:
    """A choice not made: on the card, or typed by number (the WeChat plugin shows no cards)."""
    if not item.current.text.strip():
        return Ask("请先发稿件正文。")
    for name, chosen, card in (
        ("类别", item.flow is not None, "choose"),
        ("渠道", bool(item.channels), "choose"),
        ("栏目", not columns_of(item, ctx) or item.column in columns_of(item, ctx), "choose"),
        ("承办单位", _unit_is_known(item, ctx), "choose2"),
        ("内容范围", not ctx.regulation.content.scope or bool(item.scope), "choose2"),
    ):
        if not chosen:
            return _ask_choice(name, item, ctx, card)
    scope = {e.label: e for e in ctx.regulation.content.scope}
    if scope and scope[item.scope].reason and not item.scope_reason:
        return Ask(f"{item.number} 选了“{scope[item.scope].option}”，请用一句话说明理由。", field="范围理由")
    return None


def _ask_choice(name: str, item: Item, ctx: Context, card: str) -> Ask:
    listed = "\n".join(f"{n}. {o.text}" for n, o in enumerate(choices(name, item, ctx), 1))
    text = f"{item.number} 还没有选{name}，不能送审。请在卡片上选好再点，或回复序号：\n{listed}"
    return Ask(text, field=name, card=card)


def columns_of(item: Item, ctx: Context) -> tuple[str, ...]:
    """What may be chosen now; an item under way keeps the column it began with (saws 四(二), R10, R36)."""
    listed = (item.flow.columns if item.flow else ()) or ctx.regulation.columns
    kept = (item.column,) if item.state is State.RUNNING and item.column and item.column not in listed else ()
    return (*kept, *listed)


def _unit_is_known(item: Item, ctx: Context) -> bool:
    return not cards.needs_unit(item, ctx) or item.unit in [o.id for o in cards.unit_options(item, ctx)]


def choices(name: str, item: Item, ctx: Context) -> tuple[Option, ...]:
    """What may be chosen under this name, as on the cards."""
    match name:
        case "类别":
            return tuple(Option(f.id, f.option) for f in cards.startable(item.author, ctx))
        case "渠道":
            return cards.channel_options(ctx)
        case "栏目":
            return tuple(Option(c, c) for c in columns_of(item, ctx))
        case "承办单位":
            return cards.unit_options(item, ctx)
        case "内容范围":
            return cards.scope_options(ctx)
    return ()


def _missing_media(item: Item) -> Ask | None:
    for n, media in enumerate(item.current.media, 1):
        if media.problem:
            return Ask(f"{item.number} 第{n}个图片或视频不合要求：{media.problem}。请回复“去掉”后重发。", field="媒体")
        if not media.sha and not media.link:
            return Ask(f"{item.number} 的图片还在接收，请过几秒再点送审。")
    return None


def _missing_field(item: Item, ctx: Context) -> Ask | None:
    form, basis = required_form(item, ctx), ctx.regulation.content.basis
    wanting = missing_fields(form, item.form, basis)
    if not wanting:
        return None
    name, spec = wanting[0], form[wanting[0]]
    if not item.is_post:
        return ask_field(item, name, spec, ctx)
    if item.flow and name in ctx.regulation.content.form and not (basis and name in basis.any):
        about = f"请注明{name}（{spec.clause or w.basis(item.flow)}）"  # asked of every kind: another would not help
        return Ask(f"{item.number} {about}，请回复{name}{w.field_hint(spec)}。", field=name)
    clause = f"（依据 {w.basis(item.flow)}）" if item.flow and name in item.flow.form else ""
    others = [f for f in basis.any if f != name] if basis and name in basis.any else []
    instead = f"；没有的，回复“{others[0]} 编号”" if others else ""
    if spec.must:
        return Ask(f"{item.number} 送审前请核实：{name}。确实如此请回复“{spec.must}”。", field=name)
    if item.state is State.PREPARING and len(cards.startable(item.author, ctx)) > 1:
        instead += "；都没有就回复“没有”，换一个类别" if others else "；没有就回复“没有”，换一个类别"
    hint = w.field_hint(spec)
    return Ask(f"{item.number} 这类稿件须填{name}{clause}，请回复{name}{hint}{instead}。", field=name)


def _late(item: Item, ctx: Context) -> Ask | None:
    """迟报: its time has passed; it goes on all the same, with a reason that is asked once."""
    due = None if item.form.get(LATE) else late_since(item, ctx)
    if due is None:
        return None
    about = f"{item.number} 已过报送期限：{due.explanation}（依据 {w.basis(item.flow)}）。"
    return Ask(f"{about}请用一句话回复迟报原因，写明后照常{w.send_word(item)}，标为迟报。", field=LATE)


def late_since(item: Item, ctx: Context) -> Due | None:
    return late.overdue(item, ctx.now, ctx.policy_of(item).clock, ctx.calendar)


def ask_field(item: Item, name: str, spec: FieldSpec, ctx: Context) -> Ask:
    """A field of a matter or an account flow."""
    assert item.flow is not None
    if name == accounts.ACCOUNT and is_about_one(item):
        listed = "\n".join(f"{n}. {a.name}（{a.state}）" for n, a in enumerate(own_accounts(item, ctx), 1))
        return Ask(f"{item.number} 请回复账号的序号或名称：\n{listed or '（还没有登记的账号）'}", field=name)
    return Ask(f"{item.number} {w.field_wanted(name, spec)}。", field=name)


def is_about_one(item: Item) -> bool:
    """Whether its 账号 is an entry of the register, chosen from a list; else it is a field like any other."""
    return item.kind is Kind.ACCOUNT and item.flow is not None and not accounts.opens(item.flow)


def own_accounts(item: Item, ctx: Context) -> tuple[Account, ...]:
    """The accounts an account flow may be about: those of the person's unit; all, for who oversees."""
    every = [a for a in ctx.store.accounts() if a.state != "注销"]
    if ctx.oversees(item.author):
        return tuple(every)
    units = {s.unit for s in ctx.roster.seats_of(item.author)} | {item.unit}
    return tuple(a for a in every if a.unit in ("", *units))


def _unfit_text(item: Item, ctx: Context) -> Ask | None:
    if LINK_CODE.search(item.current.text):  # the messenger would show a link where the checker must see the text
        return Ask(f"{item.number} 正文里有网页代码“<a”，手机上会变成链接，看不到原文。请删掉后把全文重发。")
    basis = ctx.regulation.content.basis
    for hit in ctx.words.find(item.current.text):
        if not isinstance(hit.category, int):
            continue
        about = f"{w.hit_about(hit.category, ctx)}：{ctx.regulation.content.banned[hit.category - 1]}"
        if basis and hit.category == basis.banned:
            if not any(item.form.get(name) for name in basis.any):
                names = "或“".join(f"{n} 编号”" for n in basis.any)
                return Ask(
                    f"{item.number} 有“{hit.word}”，{about}。未审定的事项不能发布：请回复“{names}，或改稿重发。",
                    field=basis.any[0],
                )
        elif hit.word not in item.explained:
            where = hit.context(item.current.text)
            return Ask(
                f"{item.number} 有“{hit.word}”（{where}），{about}。请改稿重发，或回复“说明 理由”。",
                field=f"{w.EXPLAIN}{hit.word}",
            )
    return _personal(item)


def _personal(item: Item) -> Ask | None:
    """A number of an ID or bank card is never published by oversight: it goes, or is explained to the checkers."""
    for hit in personal_data(item.current.text):
        if hit.holds and hit.name not in item.explained:
            return Ask(
                f"{item.number} 有{hit.name}，公开会泄露个人信息。请删掉后重发全文，或回复“说明 理由”。",
                field=f"{w.EXPLAIN}{hit.name}",
            )
    return None
