"""预填: what the record already knows stands in the form before anybody is asked (`fill`).

It covers everything since the item of the period before began, so that nothing falls between two of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.rules.item import Item, State, replace
from bot.rules.periods import Period, last_beginning
from bot.rules.regulation import Do, Flow
from handlers import wording as w
from handlers.context import Context
from handlers.opinions import collected, is_digest, lines

MOST = 1000


def prefilled(item: Item, flow: Flow, period: Period, ctx: Context) -> Item:
    """The item with these fields, and a text that shows them."""
    if flow.every and is_digest(flow, ctx):
        since = last_beginning(flow.every, flow.begin, period, ctx.regulation.clock, ctx.calendar)
        said = "\n".join(lines(collected(since, ctx.now, ctx), ctx))
        return replace(item, current=replace(item.current, title=f"{flow.option}（{period.label}）", body=said))
    wanted = {name: spec.fill for name, spec in (flow.form | flow.steps[0].form).items() if spec.fill}
    if not wanted or not flow.every:
        return item
    since = last_beginning(flow.every, flow.begin, period, ctx.regulation.clock, ctx.calendar)
    own = any(ctx.regulation.role[role].scope == "own" for role in flow.steps[0].by)
    unit = item.unit if own else ""
    filled = {name: _found(what, unit, since, ctx) for name, what in wanted.items()}
    body = "\n".join(f"{name}：{value}" for name, value in filled.items())
    return replace(item, form={**item.form, **filled}, current=replace(item.current, body=body))


def _found(what: str, unit: str, since: datetime, ctx: Context) -> str:
    match what:
        case "posts":
            posts = [post for post in _published(since, ctx) if unit in ("", post.unit)]
            return _listed("发布", "篇", (f"{x.number}《{w.heading(x)}》{x.unit}{_link(x)}" for x in posts))
        case "filings":
            rows = [(row.no, ctx.store.item(row.item)) for row in ctx.store.filings(since, ctx.now)]
            mine = [(no, x) for no, x in rows if x is not None and unit in ("", x.unit)]
            return _listed("备案", "件", (f"备 {no}《{w.heading(x)}》{x.unit}" for no, x in mine))
        case "comments":
            return "\n".join(lines(collected(since, ctx.now, ctx, unit), ctx))
        case _:
            return _of_flow(ctx.regulation.flow_of(what), unit, since, ctx)


def _link(post: Item) -> str:
    """Where it can be read."""
    return next((f" {link.url}" for link in post.links if link.url), "")


def _published(since: datetime, ctx: Context) -> list[Item]:
    found = {x.id: x for key in ctx.regulation.channel for x in ctx.store.published_with(key, since, ctx.now)}
    return sorted(found.values(), key=lambda x: (x.published_at or ctx.now, x.id))


def _of_flow(flow: Flow, unit: str, since: datetime, ctx: Context) -> str:
    begun = ctx.store.items(kind=flow.kind.value, since=since, until=ctx.now, limit=MOST)
    mine = [x for x in reversed(begun) if x.flow and x.flow.id == flow.id and unit in ("", x.unit)]
    mine = [x for x in mine if x.state in (State.RUNNING, State.DONE)]
    done = sum(x.state is State.DONE for x in mine)
    return _listed("", "件", (f"{x.number} {x.unit}《{w.heading(x)}》{_how(x)}" for x in mine), f"，已办结 {done} 件")


def _how(item: Item) -> str:
    """What came of it: the fields of its record and reply steps."""
    assert item.flow is not None
    late = (step for step in item.flow.steps if step.do in (Do.RECORD, Do.REPLY))
    results = [item.form[name] for step in late for name in step.form if item.form.get(name)]
    if item.state is State.DONE:
        return f"已办结：{'；'.join(results)}" if results else "已办结"
    return f"在办（{item.step.act}）" if item.step else "在办"


def _listed(what: str, measure: str, rows: Iterable[str], after: str = "") -> str:
    lines = [f"{n}. {row}" for n, row in enumerate(rows, 1)]
    if not lines:
        return f"没有{what}"
    return "\n".join((f"{what or '共'} {len(lines)} {measure}{after}：", *lines))
