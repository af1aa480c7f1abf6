"""交接: all that is open with one person, or the keeping of an account, goes to another once both have confirmed.

Nothing happens before the second confirmation; then all of it happens in one transaction. Whoever cannot confirm any
more (he left, or no message reaches him) is confirmed for by one who oversees, and the record says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.rules import deadline
from bot.rules import intents as i
from bot.rules.effects import (
    Appoint,
    Dismiss,
    Effect,
    MarkHandover,
    NameKeeper,
    OpenHandover,
    Record,
    SaveItem,
    Send,
    UpdateCard,
)
from bot.rules.events import PasswordAwaited
from bot.rules.item import Item, replace
from bot.rules.messages import Button, Card
from bot.rules.roster import Roster, Seat, appointed, candidates, dismissed
from bot.rules.routing import drafting_roles, holders, overseers
from handlers import cards
from handlers import wording as w
from handlers.asking import attachments
from handlers.context import Context
from handlers.onward import close_cards, handed_over
from handlers.realign import align
from handlers.router import Router
from handlers.saying import forget, once, refuse, say, settle_tap, tell
from storage.read import HandoverRow

router = Router()

REFUSED = "拒绝交接"
GIVE, TAKE, DROP = "确认交出", "确认接收", "不交接"
BUTTONS = {GIVE: "give", TAKE: "take", DROP: "drop"}


# ---- what would go over --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plan:
    """Of the leaver: seats the heir may take and seats he may not, drafts, steps that wait for nobody else."""

    seats: tuple[Seat, ...]
    refused: tuple[Seat, ...]
    drafts: tuple[Item, ...]
    stuck: tuple[Item, ...]  # drafts that the heir may not take over
    steps: tuple[Item, ...]
    roster: Roster  # as it is afterwards

    def __bool__(self) -> bool:
        return any((self.seats, self.refused, self.drafts, self.stuck, self.steps))


def plan(leaver: str, heir: str, ctx: Context) -> Plan:
    own = tuple(seat for seat in ctx.roster.seats_of(leaver) if seat.role in ctx.regulation.role)
    takes = tuple(seat for seat in own if _may_take(heir, seat, ctx))
    roster = ctx.roster
    for seat in takes:
        roster = appointed(dismissed(roster, seat), _for(heir, seat, ctx))
    items = ctx.store.open_items()
    written = tuple(item for item in items if item.author == leaver)
    drafts = tuple(x for x in written if roster.roles_of(heir) & drafting_roles(x, ctx.regulation))
    stuck = tuple(x for x in written if x not in drafts)
    return Plan(takes, tuple(s for s in own if s not in takes), drafts, stuck, _only_his(leaver, items, ctx), roster)


def _may_take(heir: str, seat: Seat, ctx: Context) -> bool:
    if any((s.userid, s.unit, s.role) == (heir, seat.unit, seat.role) for s in ctx.roster.seats):
        return True  # he sits there already: the leaver's seat only falls away
    return bool(candidates(heir, seat.role, seat.unit, ctx.regulation, ctx.roster))


def _for(heir: str, seat: Seat, ctx: Context) -> Seat:
    known = next((s for s in ctx.roster.seats_of(heir) if (s.unit, s.role) == (seat.unit, seat.role)), None)
    return known or replace(seat, userid=heir, name=ctx.name(heir), note="")


def _only_his(leaver: str, items: Sequence[Item], ctx: Context) -> tuple[Item, ...]:
    found = []
    for item in items:
        if item.step is None or item.awaiting_draft:
            continue
        if {h.userid for h in holders(item, item.step, ctx.moves(item), ctx.desk)} == {leaver}:
            found.append(item)
    return tuple(found)


def _listed(what: Plan, ctx: Context) -> str:
    lines = [
        _line("岗位", [w.post(seat, ctx) for seat in what.seats]),
        _line("不能接的岗位", [w.post(seat, ctx) for seat in what.refused]),
        _line("起草的稿件", [_title(item) for item in what.drafts]),
        _line("不能接着起草的稿件", [_title(item) for item in what.stuck]),
        _line("等他一人办的", [_title(item) for item in what.steps]),
    ]
    return "\n".join(line for line in lines if line)


def _line(name: str, parts: Sequence[str]) -> str:
    return f"{name}：{'、'.join(parts)}" if parts else ""


def _title(item: Item) -> str:
    return item.number if item.flow and item.flow.private else f"{item.number}《{w.heading(item)}》"


# ---- asking for it -------------------------------------------------------------------------------------------------


@router.on(i.HandoverAsked)
def handover_asked(intent: i.HandoverAsked, ctx: Context) -> Sequence[Effect]:
    return _account(intent, ctx) if intent.channel else _work(intent, ctx)


def _work(intent: i.HandoverAsked, ctx: Context) -> list[Effect]:
    leavers = _people(intent.name, ctx) if intent.name else (intent.who,)
    if leavers != (intent.who,) and not ctx.oversees(intent.who):
        return refuse(intent, "交接由本人或归口部门提出，您没有这个权限", ctx, action=REFUSED)
    heirs = tuple(p for p in _people(intent.heir, ctx, known=True) if p not in leavers)
    if len(leavers) != 1 or len(heirs) != 1:
        said, found = (intent.name, leavers) if len(leavers) != 1 else (intent.heir, heirs)
        return refuse(intent, _whom(said, found, ctx), ctx, action=REFUSED)
    [leaver], [heir] = leavers, heirs
    what = plan(leaver, heir, ctx)
    if not what:
        return refuse(intent, f"{ctx.name(leaver)}没有岗位、稿件和待办要交接", ctx, action=REFUSED)
    return _open(intent, "", leaver, heir, _listed(what, ctx), ctx)


def _people(said: str, ctx: Context, *, known: bool = False) -> tuple[str, ...]:
    """By name or userid; a leaver may be known by nothing but what he has left behind."""
    found = [seat.userid for seat in ctx.roster.seats if said in (seat.userid, seat.name)]
    if not known:
        found += [item.author for item in ctx.store.open_items() if item.author == said]
    return tuple(dict.fromkeys(found))


def _whom(said: str, found: Sequence[str], ctx: Context) -> str:
    if not found:
        return f"名册里没有“{said}”，请写全名或账号"
    units = {p: "、".join(dict.fromkeys(s.unit for s in ctx.roster.seats_of(p))) for p in found}
    return f"有几位{said}：{'、'.join(f'{ctx.name(p)}（{units[p]}，{p}）' for p in found)}。请写账号"


def _open(intent: i.HandoverAsked, what: str, leaver: str, heir: str, listed: str, ctx: Context) -> list[Effect]:
    rows = ctx.store.handovers()
    standing = next((r for r in rows if r.waits and (r.leaver, r.what) == (leaver, what)), None)
    if standing:
        why = f"已经有一次交接在等确认：{_title_of(standing, ctx)}。要改，先回复“{DROP}”"
        return refuse(intent, why, ctx, action=REFUSED)
    giver = _giver(intent, leaver, heir, ctx)
    row = HandoverRow(len(rows) + 1, what, leaver, heir, giver, intent.who, ctx.now)
    effects: list[Effect] = [
        OpenHandover(row.id, what, leaver, heir, giver, intent.who),
        Record(intent.who, "提出交接", None, f"{_title_of(row, ctx)}；{listed}".replace("\n", "；")),
    ]
    for to, answer in ((giver, GIVE), (heir, TAKE)):
        for_him = f"{ctx.name(leaver)}不能确认，由您代为确认。" if to == giver != leaver and leaver else ""
        text = f"【交接】{_title_of(row, ctx)}（{ctx.name(intent.who)}提出）\n{listed}\n{for_him}两边都确认后才办。"
        how = f"请点“{answer}”，或回复“{answer}”；不同意回复“{DROP}”。"
        effects += [tell(to, text + how, ctx, what=f"handover {answer}"), _card(row, to, answer, ctx)]
    wait = "、".join(once((ctx.name(giver),), (ctx.name(heir),)))
    return [*effects, say(intent, f"已发给{wait}确认，两边都确认后才办：\n{listed}", ctx)]


def _title_of(row: HandoverRow, ctx: Context) -> str:
    channel = f"{ctx.regulation.channel[row.what].label}的保管，" if row.what in ctx.regulation.channel else ""
    return f"{channel}{ctx.name(row.leaver) if row.leaver else '（未登记保管人）'} → {ctx.name(row.heir)}"


def _giver(intent: i.HandoverAsked, leaver: str, heir: str, ctx: Context) -> str:
    """The leaver himself; one who oversees for somebody who left or whom no message reaches."""
    if leaver == intent.who or (leaver and ctx.acts(leaver) and ctx.store.reachable(leaver)):
        return leaver
    others = [p for p in (intent.who, *overseers(ctx.desk)) if ctx.oversees(p) and p != heir]
    return others[0] if others else intent.who


def _card(row: HandoverRow, to: str, answer: str, ctx: Context) -> Effect:
    digest = sha256(f"{ctx.org}|{ctx.cause}|{to}|{answer}".encode()).hexdigest()[:16]
    card = Card(
        task_id=f"handover-{row.id}-{digest}",
        title=cards.cut("交接确认", 36),
        desc=cards.cut(_title_of(row, ctx), 44),
        body="两边都确认后才办，内容见上一条消息。",
        buttons=(Button(answer, BUTTONS[answer]), Button(DROP, BUTTONS[DROP], style=2)),
    )
    return Send(to, card, f"card|{card.task_id}", purpose="handover", position=row.id)


# ---- answering -----------------------------------------------------------------------------------------------------


@router.on(i.HandoverAnswered)
def handover_answered(intent: i.HandoverAnswered, ctx: Context) -> Sequence[Effect]:
    rows = [r for r in ctx.store.handovers() if r.waits and _asked(intent, r)]
    if len(rows) != 1:
        numbers = "、".join(f"“{intent.answer} {r.id}”（{_title_of(r, ctx)}）" for r in rows)
        why = f"有几次交接等您确认，请说明哪一次：{numbers}" if rows else "现在没有等您确认的交接"
        return [*settle_tap(intent, "已失效", ctx), *refuse(intent, why, ctx, action=REFUSED)]
    [row] = rows
    if intent.answer == DROP:
        return _dropped(intent, row, ctx)
    mark, other = ("given", row.taken_at) if intent.answer == GIVE else ("taken", row.given_at)
    whose = f"（代{ctx.name(row.leaver)}确认）" if mark == "given" and row.leaver not in ("", intent.who) else ""
    effects: list[Effect] = [
        MarkHandover(row.id, mark),
        Record(intent.who, intent.answer, None, f"{_title_of(row, ctx)}{whose}"),
        *_settle(intent, row, f"已{intent.answer} {w.hm(ctx.now)}", ctx, only=intent.answer),
    ]
    if other is None:
        waits = ctx.name(row.heir if mark == "given" else row.giver)
        return [*effects, say(intent, f"已记，等{waits}确认后办理。", ctx)]
    return [*effects, MarkHandover(row.id, "done"), *(_keeping if row.what else _carry_out)(intent, row, ctx)]


def _asked(intent: i.HandoverAnswered, row: HandoverRow) -> bool:
    if intent.number not in (0, row.id):
        return False
    match intent.answer:
        case "确认交出":
            return row.giver == intent.who and row.given_at is None
        case "确认接收":
            return row.heir == intent.who and row.taken_at is None
        case _:
            return intent.who in (row.giver, row.heir, row.by)


def _settle(intent: i.HandoverAnswered, row: HandoverRow, done: str, ctx: Context, *, only: str = "") -> list[Effect]:
    """The cards of this hand-over that offer `only` (or all) show how it ended."""
    effects: list[Effect] = settle_tap(intent, done, ctx)
    for card in ctx.store.handover_cards(row.id):
        offers = {button.key for button in card.card.buttons}
        if card.task_id != intent.task_id and (not only or (BUTTONS[only] in offers and card.userid == intent.who)):
            effects.append(UpdateCard(card.task_id, cards.closed(card.card, done), f"close|{ctx.cause}|{card.task_id}"))
    return effects


def _dropped(intent: i.HandoverAnswered, row: HandoverRow, ctx: Context) -> list[Effect]:
    text = f"交接没有办：{_title_of(row, ctx)}（{ctx.name(intent.who)}不同意），一切照旧。"
    others = [p for p in once((row.giver, row.heir, row.by)) if p != intent.who]
    return [
        MarkHandover(row.id, "dropped"),
        Record(intent.who, DROP, None, _title_of(row, ctx)),
        *_settle(intent, row, "不交接", ctx),
        *[tell(p, text, ctx, what="dropped") for p in others],
        say(intent, text, ctx),
    ]


# ---- carrying it out -----------------------------------------------------------------------------------------------


def _carry_out(intent: i.HandoverAnswered, row: HandoverRow, ctx: Context) -> list[Effect]:
    """Looked at again as it is now: seats first, then every open item with the people as they will be."""
    what, heir = plan(row.leaver, row.heir, ctx), row.heir
    later = replace(ctx, roster=what.roster)
    effects: list[Effect] = []
    for seat in what.seats:
        effects += [Dismiss(seat, intent.who), Appoint(_for(heir, seat, ctx))]
        effects.append(Record(intent.who, "交接岗位", None, f"{w.post(seat, ctx)}：{row.leaver} → {heir}"))
    for item in ctx.store.open_items():
        if item in what.drafts:
            effects += _draft(intent, item, row, later)
            continue
        effects += align(item, later)
        if item in what.steps:
            line = f"原办理人 {row.leaver} → {heir}"
            effects.append(Record(intent.who, "交接待办", item.id, line, version=item.current.no))
    left = _left(what, ctx)
    text = f"交接已办：{_title_of(row, ctx)}。\n{_listed(what, ctx)}{left}"
    near = once((row.giver, row.heir, row.by, row.leaver), overseers(ctx.desk))
    told = [p for p in near if p != intent.who and ctx.roster.knows(p)]
    return [*effects, *[tell(p, text, ctx, what="handed over") for p in told], say(intent, text, ctx)]


def _left(what: Plan, ctx: Context) -> str:
    """What stays with the leaver is named, and who can settle it."""
    if not (what.refused or what.stuck):
        return ""
    return f"\n不能接的请{ctx.names(overseers(ctx.desk)) or '归口部门'}另行任命或转交。"


def _draft(intent: i.HandoverAnswered, item: Item, row: HandoverRow, later: Context) -> list[Effect]:
    """As one draft is handed over; the former drafter stays in the record as the first author."""
    after = replace(item, author=row.heir, seq=item.seq + 1)
    moved = align(after, later)
    saved = next((e for e in moved if isinstance(e, SaveItem)), SaveItem(after))
    line = f"原起草人 {row.leaver} → {row.heir}"
    return [
        saved,
        *close_cards(item, later, "已转他人办理", purposes=cards.DRAFT_PURPOSES),
        *forget(row.leaver, item, later),
        Record(intent.who, "交接起草", item.id, line, version=item.current.no),
        tell(row.heir, handed_over(after, row.leaver, later), later, item=item.id, what="handover"),
        *attachments(after, row.heir, later),
        *[e for e in moved if not isinstance(e, SaveItem)],
    ]


# ---- the keeping of an account -------------------------------------------------------------------------------------


def channel_named(said: str, ctx: Context) -> str:
    """By label, account, platform or id; "" for none. What was said is not repeated: it may hold a password."""
    for key, channel in ctx.regulation.channel.items():
        if said in (key, channel.label, channel.account, *channel.platforms):
            return key
    return ""


def channels_now(ctx: Context) -> str:
    return "、".join(channel.label for channel in ctx.regulation.channel.values())


def keeper_of(channel: str, ctx: Context) -> str:
    """By the register; before anybody was entered there, whoever alone sits in the keeping role."""
    role = ctx.regulation.channel[channel].keeper
    sitting = list(dict.fromkeys(seat.userid for seat in ctx.roster.seats if role and seat.role == role))
    return ctx.store.keeper(channel) or (sitting[0] if len(sitting) == 1 else "")


def _account(intent: i.HandoverAsked, ctx: Context) -> list[Effect]:
    channel = channel_named(intent.channel, ctx)
    if not channel:
        return refuse(intent, f"没有这个账号，现有：{channels_now(ctx)}", ctx, action=REFUSED)
    spec, leaver = ctx.regulation.channel[channel], keeper_of(channel, ctx)
    if not (ctx.oversees(intent.who) or intent.who == leaver or spec.keeper in ctx.roster.roles_of(intent.who)):
        who = ctx.name(leaver) if leaver else "归口部门"
        return refuse(intent, f"{spec.label}由{who}保管，交接由保管人或归口部门提出", ctx, action=REFUSED)
    heirs = _able_to_keep(intent.heir, spec.keeper, leaver or intent.who, ctx)
    if len(heirs) != 1:
        kept = f"。{spec.label}由{ctx.role_label(spec.keeper)}所在单位的人保管" if spec.keeper and not heirs else ""
        return refuse(intent, _whom(intent.heir, heirs, ctx) + kept, ctx, action=REFUSED)
    if heirs[0] == leaver:
        return refuse(intent, f"{spec.label}已经由{ctx.name(leaver)}保管", ctx, action=REFUSED)
    return _open(intent, channel, leaver, heirs[0], f"账号：{spec.name}（密码在线下交接，不要发给我）", ctx)


def _able_to_keep(said: str, role: str | None, near: str, ctx: Context) -> tuple[str, ...]:
    """Access stays in the unit of the keeping role; for an `own` role in the unit of who keeps it now."""
    if role is None:
        return _people(said, ctx, known=True)
    scope = ctx.regulation.role[role].scope
    units = {s.unit for s in ctx.roster.seats_of(near)} if scope == "own" else {ctx.regulation.unit[scope]}
    seats = [s for s in ctx.roster.seats if said in (s.name, s.userid) and (s.unit in units or s.role == role)]
    return tuple(dict.fromkeys(seat.userid for seat in seats))


def _keeping(intent: i.HandoverAnswered, row: HandoverRow, ctx: Context) -> list[Effect]:
    """The register names the new keeper with the date; he is asked to change the password, which nobody tells us."""
    spec = ctx.regulation.channel[row.what]
    unit = next((s.unit for s in ctx.roster.seats_of(row.heir)), "")
    text = f"{spec.label}从{w.day(ctx.now)}起由{ctx.name(row.heir)}保管（{_title_of(row, ctx)}），已记入账号登记。"
    ask = f"请马上改密码，改好后回复“已改密码 {spec.label}”。密码不要发给我，也不要发给别人。"
    told = [p for p in once((row.giver, row.heir, row.by, row.leaver)) if ctx.roster.knows(p)]
    effects: list[Effect] = [
        NameKeeper(row.what, spec.account or spec.label, unit, row.heir, intent.who),
        MarkHandover(row.id, "reminded", _next_reminder(ctx)),
        Record(intent.who, "交接账号", None, f"{spec.label}：{row.leaver or '无'} → {row.heir}，{w.day(ctx.now)}"),
        *[tell(p, text + (ask if p == row.heir else ""), ctx, what="kept") for p in told if p != intent.who],
    ]
    return [*effects, say(intent, text + (ask if intent.who == row.heir else ""), ctx)]


def _next_reminder(ctx: Context) -> datetime:
    """The first permitted moment after one working day."""
    reg = ctx.regulation
    due = deadline.due_at("1wd", ctx.now, reg.clock, ctx.calendar).at
    return deadline.permitted(due, deadline.nag_window(reg.nag, reg.clock), ctx.calendar)


@router.on(PasswordAwaited)
def password_awaited(event: PasswordAwaited, ctx: Context) -> Sequence[Effect]:
    """Each working day until it is said: the new keeper, and those who oversee."""
    row = ctx.store.handover(event.handover)
    channel = ctx.regulation.channel.get(row.what) if row else None
    if row is None or channel is None or row.password_at or keeper_of(row.what, ctx) != row.heir:
        return [MarkHandover(event.handover, "reminded"), Record("system", "不再提醒改密码", None, str(event.handover))]
    done = w.day(row.done_at or row.at)
    text = f"【提醒】{channel.label}已于{done}交给{ctx.name(row.heir)}保管，还没有说改过密码。"
    how = f"请马上改，改好后回复“已改密码 {channel.label}”，密码不要发给我。"
    people = once((row.heir,), overseers(ctx.desk))
    return [
        MarkHandover(row.id, "reminded", _next_reminder(ctx)),
        Record("system", "提醒改密码", None, f"{channel.label}:{row.heir}"),
        *[tell(p, text + (how if p == row.heir else ""), ctx, what="password") for p in people],
    ]


@router.on(i.PasswordChanged)
def password_changed(intent: i.PasswordChanged, ctx: Context) -> Sequence[Effect]:
    """Only that it was done, by whom and when."""
    mine = [c for c in ctx.regulation.channel if keeper_of(c, ctx) == intent.who]
    channel = channel_named(intent.channel, ctx) if intent.channel else (mine[0] if len(mine) == 1 else "")
    if not channel:
        labels = "、".join(ctx.regulation.channel[c].label for c in mine)
        return refuse(intent, f"请说明是哪个账号：{labels}" if mine else "没有您保管的账号", ctx)
    label = ctx.regulation.channel[channel].label
    if channel not in mine and ctx.regulation.channel[channel].keeper not in ctx.roster.roles_of(intent.who):
        return refuse(intent, f"{label}不由您保管", ctx)
    waiting = [r for r in ctx.store.handovers() if r.done_at and r.what == channel and r.heir == intent.who]
    return [
        *[MarkHandover(row.id, "password") for row in waiting if row.password_at is None],
        Record(intent.who, "已改密码", None, label),
        say(intent, f"已记：{label}的密码由您于{w.day(ctx.now)}改过。密码不要发给我。", ctx),
    ]
