"""The page of one item: everything for those who may read it, the outline for the others."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.rules import aftermath, replies
from bot.rules.accounts import WHY
from bot.rules.item import Item, State
from bot.rules.progress import BY_ROSTER
from bot.rules.routing import responsible, still_to_confirm
from bot.rules.textcheck import over_limit, shown_title
from bot.web import history
from bot.web import words as w
from bot.web.case import Case
from bot.web.given import Pages
from bot.web.pictures import Shown, shown
from bot.web.trail import Ahead, Entry, ahead, decided
from storage.read import FilingRow


@dataclass(frozen=True, slots=True)
class Standing:
    """`tone`: open, late, good, off."""

    word: str
    tone: str
    holders: str
    due: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Count:
    name: str
    chars: str
    over: bool


@dataclass(frozen=True, slots=True)
class Published:
    platform: str
    url: str
    shown: str
    note: str


@dataclass(frozen=True, slots=True)
class ItemView:
    number: str
    title: str
    subtitle: str
    standing: Standing
    text: str
    fingerprint: str
    short_print: str
    media: tuple[Shown, ...]
    counts: tuple[Count, ...]
    found: tuple[str, ...]
    explained: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    links: tuple[Published, ...]
    filing: tuple[tuple[str, str], ...]
    trail: tuple[Entry, ...]
    ahead: tuple[Ahead, ...]
    reminders: tuple[history.Line, ...]
    not_arrived: tuple[history.Line, ...]
    earlier: tuple[history.Earlier, ...]
    record: tuple[history.Line, ...]
    has_form: bool
    posted: bool
    filled_in: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]
    account: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A private item, for those who only watch over it."""

    number: str
    standing: Standing
    times: tuple[tuple[str, str], ...]


def item_view(case: Case, pages: Pages) -> ItemView:
    item = case.item
    parts = (item.unit, case.name(item.author), f"第{item.current.no}版" if item.current.no else "")
    return ItemView(
        number=item.number,
        title=shown_title(w.heading(item)),
        subtitle=" · ".join(part for part in parts if part),
        standing=standing(case, _word(case)),
        text=case.shown(item.current.text),
        fingerprint=item.current.fingerprint,
        short_print=item.current.short_print,
        media=(*shown(item.current.media, case.reader), *_files(case)),
        counts=_counts(case),
        found=pages.words_found(item.current.text),
        explained=tuple(item.explained.items()),
        facts=facts(case),
        links=published(case),
        filing=_filing(case, case.reader.filing(item.id)),
        trail=decided(case),
        ahead=ahead(case),
        reminders=history.reminders(case),
        not_arrived=history.not_arrived(case),
        earlier=history.earlier(case),
        record=history.record(case),
        has_form=item.flow is not None and any(step.record for step in item.flow.steps),
        posted=item.is_post,
        filled_in=tuple((k, case.shown(v)) for k, v in item.form.items() if v) if _by_fields(item) else (),
        units=case.units(),
        account=_account(case),
    )


def _by_fields(item: Item) -> bool:
    """Filled in field by field: its text says the same over again."""
    return not item.is_post and item.flow is not None and bool(item.flow.form or item.form)


def _word(case: Case) -> str:
    """Where it is; a draft that nobody has handed in yet is not called returned."""
    item = case.item
    if item.state is State.RUNNING and item.step is not None and item.awaiting_draft and not case.came_back:
        return f"待{item.step.act}"
    return w.standing(item)


def _files(case: Case) -> tuple[Shown, ...]:
    """What was sent for a field, by the name it has there: 附件1."""
    found = shown(case.item.files, case.reader)
    return tuple(replace(one, caption=f"附件{n}") if one.src else one for n, one in enumerate(found, 1))


def _account(case: Case) -> tuple[tuple[str, str], ...]:
    """The entry in the register of accounts, as it stands now."""
    entry = case.reader.account(case.item.account) if case.item.account else None
    if entry is None:
        return ()
    rule = case.regulation.channel.get(entry.channel)
    rows = (
        ("名称", entry.name), ("渠道", rule.label if rule else entry.channel), ("单位", entry.unit),
        ("状态", entry.state), ("原因", entry.facts.get(WHY, "")), ("保管人", entry.keeper and case.name(entry.keeper)),
    )  # fmt: skip
    return tuple((name, value) for name, value in rows if value)


def outline(case: Case) -> Outline:
    item = case.item
    word = {State.DONE: "已办结", State.WITHDRAWN: "已撤回"}.get(item.state, "已暂停" if item.held else "办理中")
    times = (("登记", item.created_at), ("办结" if item.step is None else "本环节起", item.since))
    return Outline(
        item.number, standing(case, word), tuple((name, w.moment(at, case.now)) for name, at in times if at)
    )


def standing(case: Case, word: str) -> Standing:
    """Where it is, who holds it, until when. A deadline past says by how much."""
    item = case.item
    row = next((d for d in case.reader.deadlines(item.id) if not d.closed and d.due_at), None)
    tone = {State.DONE: "good", State.WITHDRAWN: "off"}.get(item.state, "open")
    if not item.open:
        return Standing(word, tone, "", "", "")
    held = "、".join(case.holders()) or "暂无人可办"
    if row is None or row.due_at is None:
        return Standing(word, tone, held, "", "")
    due = w.until(row.due_at, case.now)
    if row.due_at < case.now:
        tone, due = "late", f"{due}，已逾期 {w.span(row.due_at, case.now)}"
    guessed = "（放假安排未公布，暂定）" if row.provisional else ""
    return Standing(word, tone, held, due, row.explanation + guessed)


def _counts(case: Case) -> tuple[Count, ...]:
    if not case.item.is_post:
        return ()
    text, chosen = case.item.current.text, case.item.channels or tuple(case.regulation.channel)
    channels = [case.regulation.channel[key] for key in chosen if key in case.regulation.channel]
    return tuple(Count(c.label, w.chars(c, text), over_limit(text, c.chars, c.count) is not None) for c in channels)


def _afterwards(case: Case) -> tuple[str, ...]:
    """What was done about it since it was published (A45)."""
    followers = case.reader.items_about(case.item.id) if case.item.published_at else ()
    return aftermath.shown(followers, case.reader.moves, case.name)


def _set_by(who: str, case: Case) -> str:
    name = "名册" if who == BY_ROSTER else case.name(who)
    return f"是（{name}）" if who else "是"


def facts(case: Case) -> tuple[tuple[str, str], ...]:
    item, flow = case.item, case.item.flow
    channels = case.regulation.channel
    first = replies.first_answer(item, case.moves)
    rows = [
        ("类别", flow.label if flow else "还没有选择"),
        ("依据", flow.clause if flow else ""),
        ("责任人", "、".join(map(case.name, responsible(item, case.desk)))),
        ("渠道", "、".join(channels[key].name for key in item.channels if key in channels)),
        ("栏目", item.column),
        ("内容范围", item.scope + (f"（{item.scope_reason}）" if item.scope_reason else "")),
        *(() if _by_fields(item) else item.form.items()),
        *((tick, _set_by(who, case)) for tick, who in item.ticks.items()),
        ("首次答复", f"发表后 {replies.minutes(first)}" if first is not None else ""),
        ("说明", flow.assumed if flow else ""),
        *(("更正和撤下", line) for line in _afterwards(case)),
    ]
    return tuple((name, value) for name, value in rows if value)


def published(case: Case) -> tuple[Published, ...]:
    item = case.item
    known = {link.platform: link for link in item.links}
    found = []
    for platform in dict.fromkeys((*item.platforms, *known)):
        link = known.get(platform)
        if link is None:
            found.append(Published(platform, "", "", "还没有发布"))
        elif link.url:
            found.append(Published(platform, w.safe_url(link.url), link.url, ""))
        else:
            found.append(Published(platform, "", "", f"未发：{link.omitted}"))
    return tuple(found)


def _filing(case: Case, filing: FilingRow | None) -> tuple[tuple[str, str], ...]:
    rows = [("发布", w.moment(case.item.published_at, case.now))]
    if filing:
        rows.append(("备案", f"备 {filing.no} · {w.moment(filing.at, case.now)}"))
        rows.append(("确认收到", _receipts(case, filing)))
    return tuple((name, value) for name, value in rows if value)


def _receipts(case: Case, filing: FilingRow) -> str:
    """Who has confirmed it, and of which roles that is still wanted."""
    given = [f"{case.name(r.by)} · {w.moment(r.at, case.now)}" for r in filing.receipts]
    if filing.acknowledged_by:
        whole = f"{case.name(filing.acknowledged_by)} · {w.moment(filing.acknowledged_at, case.now)}"
        return "；".join(given) or whole
    left = still_to_confirm(case.item, filing.roles, {r.role for r in filing.receipts}, case.desk)
    waiting = "、".join(map(case.role_label, left))
    return "；".join([*given, f"还等{waiting}"]) if given else "还没有确认"
