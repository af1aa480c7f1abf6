"""督办, as it is said: the card of those who oversee, and the list behind it. Made from `bot.rules.overdue`.

A private item is a number, a holder and times; titles of the others are masked as in any list (rule 7, saws-R30).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.rules.daily import next_opening, opening
from bot.rules.messages import Button, Card, Option, Row, Select
from bot.rules.overdue import Due, OfUnit, Survey, due_now, lateness, survey, title_of
from handlers import wording as w
from handlers.cards import MAX_OPTIONS, cut, loose_task_id
from handlers.context import Context
from handlers.one_message import Entry, one_message
from handlers.receipts import last_words

PURPOSE = "late"  # of the card
BODY = 160  # characters of a card's text


def survey_today(ctx: Context) -> Survey:
    """What is overdue, and what is due until this day ends (24:00 belongs to it)."""
    return _survey(ctx.midnight + timedelta(days=1, seconds=1), ctx)


def survey_until_opening(ctx: Context) -> Survey:
    """What is overdue, and what will be before anybody is at work again."""
    return _survey(next_opening(ctx.now, ctx.regulation.clock, ctx.calendar), ctx)


def _survey(until: datetime, ctx: Context) -> Survey:
    found = (due_now(item, at, ctx.moves(item), ctx.desk) for item, at in ctx.store.running_due(until))
    return survey(found, ctx.store.running_count(), ctx.now)


def set_up_after(day: str, ctx: Context) -> bool:
    """Whether the bot was set up after this day had opened: it has nothing to tell of it."""
    began = ctx.store.first_used()
    return began is None or began > opening(date.fromisoformat(day), ctx.regulation.clock)


def figures(seen: Survey, closing: bool) -> str:
    """逾期 3 · 今天到期 5 · 在办 37."""
    until = "下次上班前到期" if closing else "今天到期"
    return f"逾期 {len(seen.overdue)} · {until} {len(seen.ahead)} · 在办 {seen.running}"


def nothing_late(seen: Survey, ctx: Context) -> str:
    """One line, so that silence is never mistaken for health."""
    return f"督办 {w.day(ctx.now)}：没有逾期的。今天到期 {len(seen.ahead)} 件，在办 {seen.running} 件。"


# ---- the card -------------------------------------------------------------------------------------------------------


def survey_card(seen: Survey, to: str, ctx: Context, *, closing: bool = False) -> Card:
    choice = _chase_options(seen, ctx)
    return Card(
        task_id=loose_task_id(PURPOSE, to, ctx),
        title=f"督办 {w.day(ctx.now)}{' 下班前' if closing else ''}",
        source="审发 · 督办",
        source_color=2 if seen.overdue else 0,
        desc=cut(figures(seen, closing), 44),
        body=_by_unit(seen, ctx),
        rows=tuple(_rows(seen, ctx)),
        selects=(Select("item", "催办哪件", choice, choice[0].id),) if choice else (),
        buttons=tuple(_buttons(seen, chase=bool(choice))),
        url=f"{ctx.public_url}/late" if ctx.public_url else "",
    )


def _buttons(seen: Survey, *, chase: bool) -> Iterator[Button]:
    yield Button("看清单", key="list", style=2)
    if seen.overdue:
        yield Button("全部催办", key="all", style=1)
    if chase:
        yield Button("催办这件", key="chase", style=2)


def _by_unit(seen: Survey, ctx: Context) -> str:
    """A line a unit, as many as fit; how many more there are."""
    lines: list[str] = []
    units = seen.units
    for n, row in enumerate(units):
        line, more = _unit_line(row, ctx), f"还有 {len(units) - n} 个单位，见清单"
        if len("\n".join((*lines, line, more))) > BODY:
            return "\n".join((*lines, more))
        lines.append(line)
    return "\n".join(lines)


def _unit_line(row: OfUnit, ctx: Context) -> str:
    return f"{cut(row.unit, 20)} {row.count} 件（最长 {lateness(row.worst.at, ctx.now, ctx.calendar)}）"


def _rows(seen: Survey, ctx: Context) -> Iterator[Row]:
    if seen.overdue:
        worst = seen.overdue[0]
        url = f"{ctx.public_url}/i/{worst.item.id}" if ctx.public_url else ""
        late = lateness(worst.at, ctx.now, ctx.calendar)
        yield Row("最久", cut(f"{worst.item.number} {worst.act} {late}", 30), url)
        yield Row("由谁办", cut(holder_words(worst, ctx), 30))
    answers = [one.item.number for one in seen.ahead if one.answer]
    if answers:
        yield Row("须答复", cut(f"{len(answers)} 件：{'、'.join(answers)}", 30))


def _chase_options(seen: Survey, ctx: Context) -> tuple[Option, ...]:
    """The longest late first; only what somebody can be chased for."""
    able = [one for one in (*seen.overdue, *seen.ahead) if one.people and not one.item.held]
    return tuple(Option(str(one.item.id), _option(one, ctx)) for one in able[:MAX_OPTIONS])


def _option(one: Due, ctx: Context) -> str:
    when = lateness(one.at, ctx.now, ctx.calendar).replace(" ", "") if one.late(ctx.now) else w.hm(one.at)
    when = "24:00" if when == "00:00" else when
    room = 16 - len(one.item.number) - len(when) - 2
    return f"{one.item.number} {cut(ctx.name(one.people[0]), room)} {when}"


# ---- the list -------------------------------------------------------------------------------------------------------


def listed(seen: Survey, ctx: Context) -> str:
    """One line an item: number, what, who holds it, how late, the last reminder and whether it arrived."""
    head = f"逾期 {len(seen.overdue)} 件" + ("：" if seen.overdue else "。")
    lines: list[Entry] = [(_line(one, ctx), 1) for one in seen.overdue]
    if seen.ahead:
        lines += [(f"今天到期 {len(seen.ahead)} 件：", 0), *((_line(one, ctx), 1) for one in seen.ahead)]
    tail = ["催一件“催办 编号”，逾期的一起催“全部催办”，换人办“改派 编号 姓名 理由”。"] if seen.overdue else []
    tail += [f'<a href="{ctx.public_url}/late">在网页上看清单</a>'] if ctx.public_url else []
    return one_message(head, lines, tail, lambda n: f"还有 {n} 件，见网页。")


def _line(one: Due, ctx: Context) -> str:
    late = one.late(ctx.now)
    when = f"逾期 {lateness(one.at, ctx.now, ctx.calendar)}" if late else f"期限 {w.until(one.at, ctx.now)}"
    parts = (f"{one.item.number}{title_of(one.item)}{one.act}", holder_words(one, ctx), when, _reminded(one, ctx))
    return " ".join(part for part in parts if part)


def _reminded(one: Due, ctx: Context) -> str:
    """Of an item from before receipts were kept, when it was reminded of."""
    words = last_words(one.item.id, ctx)
    nag = None if words else ctx.store.last_nag(one.item.id)
    before = f"催办 {w.when(nag.at, ctx.now)}" if nag and not nag.missed else ""
    return words or before or ("还没有催办" if one.late(ctx.now) else "")


def holder_words(one: Due, ctx: Context) -> str:
    """监管一司 刘洋; who stopped it; that nobody can do it."""
    if one.item.held:
        return f"已由{ctx.name(one.item.held_by)}暂停"
    who = w.some_names(one.people, ctx) if one.people else "无人可办"
    return f"{'、'.join(one.units)} {who}"
