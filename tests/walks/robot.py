"""A robot that walks any flow of any regulation on the phones, doing whatever the bot asks next.

It reads only what people see (cards and sentences), and the database for one thing: whose turn it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from bot.calendar_file import LiveCalendar
from bot.rules.comments import writes_reply
from bot.rules.forms import parse_type
from bot.rules.item import Item, State
from bot.rules.periods import next_beginning
from bot.rules.regulation import Do, FieldSpec, Flow, Kind, Step
from bot.rules.routing import Desk as Lookup
from bot.rules.routing import asked, holders
from handlers.wording import is_text
from storage.db import open_reading
from storage.read import Reader
from tests.walks.desk import JSON, Desk

TEXT = "开展安全检查的情况\n今天对重点单位进行了检查，未发现重大隐患。"
SAID = "小区门口的井盖坏了，请问哪个部门负责？"
ANSWER = "您好，井盖由市政部门负责，已经安排人员去修。"
MOST_STEPS = 60
MOST_PERIODS = 4
CALENDAR = LiveCalendar(None).now()
PICTURE = b"\x89PNG\r\n\x1a\n" + b"scan" * 200


class Robot:
    """One item's walk."""

    def __init__(self, desk: Desk, flow: Flow, author: str = "") -> None:
        self.desk, self.flow = desk, flow
        roles = set(flow.steps[0].by)
        self.author = author or next(seat.userid for seat in desk.seats if seat.role in roles)
        self.number = ""
        self.grave = False  # what would close at once is reported with its tick, so that its steps follow
        self.answers: dict[str, str] = {}  # fields that are to be answered with just this

    # ---- looking ----------------------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        db = open_reading(self.desk.config().storage.path)
        try:
            yield Reader(db, self.desk.bot.org)
        finally:
            db.close()

    def item(self) -> Item:
        with self.reading() as reader:
            found = reader.item(int(self.number))
        assert found is not None
        return found

    def turn(self) -> tuple[str, Step] | None:
        """Who must act now, and on what; None when it is over."""
        item = self.item()
        if item.state is not State.RUNNING or item.step is None:
            return None
        with self.reading() as reader:
            lookup = Lookup(self.desk.regulation, reader.roster(), self.desk.clock.now())
            people = asked(holders(item, item.step, reader.moves(item.id), lookup), lookup)
        assert people, f"{self.flow.id}: nobody holds {item.step.act}"
        return people[0].userid, item.step

    # ---- doing ------------------------------------------------------------------------------------------------------

    def walk(self, *ticks: str) -> Item:
        """From the beginning to the end; every step by whoever holds it. `ticks` are set on the way."""
        self.begin()
        for _ in range(MOST_STEPS):
            now = self.turn()
            if now is None:
                return self.item()
            for tick in ticks:
                if tick not in self.item().ticks:
                    self.desk.says(now[0], f"标注 {self.number} {tick}")
            now = self.turn() or now
            self.act(*now)
        raise AssertionError(f"{self.flow.id} does not end at {self.item().step}")

    def begin(self) -> None:
        if self.flow.every:
            self._wait_for_the_scheduler()
            return
        if self.flow.kind is Kind.COMMENT:
            self._collect()
            return
        if self.flow.kind is Kind.POST:
            reply = self.desk.says(self.author, TEXT)
        else:
            reply = self.desk.says(self.author, f"发起 {self.flow.option}")
        found = re.search(r"编号 (\d+)", reply)
        assert found, reply
        self.number = found[1]
        for _ in range(MOST_STEPS):
            if self.item().state is not State.PREPARING:
                return
            self._compose(self.author)
        raise AssertionError(f"{self.flow.id}: the draft never goes out; last: {self.desk.texts(self.author)[-1]}")

    def _collect(self) -> None:
        """A comment is registered and sorted into the flow of this walk."""
        posted = self.desk.clock.now() - timedelta(minutes=30)
        reply = self.desk.says(self.author, f"评论 微博 @网友甲 {posted:%H:%M} {SAID}")
        found = re.search(r"\b(\d{4})\b", reply)
        assert found, reply
        self.number = found[1]
        self._sort(self.author)

    def _sort(self, who: str) -> None:
        """类别, and the first unit that is offered, where one must be chosen."""
        if self.item().state is not State.PREPARING and not self.item().awaiting(Do.DRAFT):
            return
        said = self.desk.says(who, f"分办 {self.number} {self.flow.option}")
        if "请回复理由" in said:  # it closes without an answer
            tick = re.search(r"前面写“([^”]+)”", said) if self.grave else None
            said = self.desk.says(who, f"{tick[1] if tick else ''} 单纯谩骂，没有诉求".strip())
        offered = re.search(r"可选：([^、。]+)", said)
        if offered and self.item().awaiting_draft:
            self.desk.says(who, f"分办 {self.number} {self.flow.option} {offered[1]}")
        assert not self.item().awaiting_draft or self.item().position, said

    def _reply(self, who: str) -> None:
        """Approved: as it is; else an answer of his own."""
        labels = self.desk.live(who, self.number)
        self.desk.taps(who, labels[0], number=self.number)
        if labels[0] != "已按此答复":
            self.desk.says(who, ANSWER)

    def _write_reply(self, who: str) -> None:
        label = self.desk.live(who, self.number)[0]
        self.desk.taps(who, label, number=self.number)
        if not label.startswith("不改"):
            self.desk.says(who, ANSWER)

    def _wait_for_the_scheduler(self) -> None:
        for _ in range(MOST_PERIODS):
            with self.reading() as reader:
                mine = [x for x in reader.open_items() if x.flow and x.flow.id == self.flow.id]
            if mine:
                self.number = mine[0].number
                return
            flow, clock = self.flow, self.desk.regulation.clock
            assert flow.every
            self.desk.now(next_beginning(flow.every, flow.begin, self.desk.clock.now(), clock, CALENDAR))
        raise AssertionError(f"{self.flow.id} never begins")

    def _compose(self, who: str) -> None:
        """Answer the one question that is open, else tap the card."""
        mine = (text for text in reversed(self.desk.texts(who)) if self.number in text or text.startswith("已记"))
        last = next(mine)
        if self.flow.kind is not Kind.POST and "第一行是标题" in last:
            self.desk.says(who, TEXT)
            return
        if "请回复“确认”" in last:
            self.desk.says(who, "确认")
            return
        question = re.search(r"请(?:回复|发)([^，。；（]+(?:（[^）]*）[^，。；（]*)?)", last)
        name = next((n for n in self._fields() if question and question[1].startswith(n)), None)
        if name is not None:
            self._answer(who, name, self._fields()[name])
            return
        if "回复迟报原因" in last:
            self.desk.says(who, "当天才决定")
            return
        if "请回复账号的序号" in last:
            self.desk.says(who, "1")
            return
        card = next(c for c in reversed(self.desk.cards(who)) if not c.get("replaced") and self._mine(c))
        label = (card.get("submit_button") or card["button_list"][0])["text"]
        self.desk.taps(who, label, number=self.number, **self._choices(card))

    def _mine(self, card: JSON) -> bool:
        return bool(card["task_id"].startswith(f"{self.number}-"))

    def _answer(self, who: str, name: str, spec: FieldSpec) -> None:
        if spec.type == "file":
            self.desk.sends(who, "image", "scan.png", PICTURE)
        else:
            self.desk.says(who, self._sample(spec, name))

    def _choices(self, card: JSON) -> dict[str, str]:
        """The flow of this walk; elsewhere the first real option; ticks as they stand."""
        chosen = {}
        for select in card.get("select_list", ()):
            options = [o["text"] for o in select["option_list"] if o["id"] != "-"]
            if select["question_key"] == "flow":
                chosen[select["title"]] = self.flow.option
            elif not str(select["question_key"]).startswith("tick:"):
                chosen[select["title"]] = options[0]
        return chosen

    def _fields(self) -> dict[str, FieldSpec]:
        form = {**self.desk.regulation.content.form, **self.flow.form}
        for step in self.flow.steps:
            form |= step.form if step.do is Do.DRAFT else {}
        for entry in self.desk.regulation.content.scope:
            form |= entry.form
        channels = "|".join(c.label for c in self.desk.regulation.channel.values())
        return {**form, "账号": FieldSpec(type="text"), "渠道": FieldSpec(type=channels if "|" in channels else "text")}

    def _sample(self, spec: FieldSpec, name: str) -> str:
        """A right answer for a field of this type."""
        if name in self.answers:
            return self.answers[name]
        kind = parse_type(spec.type)
        match kind.kind:
            case "choice":
                return "1"
            case "range":
                return f"{kind.bounds[0]:g}"
            case "date" | "past":
                return "今天"
            case _:
                return "安监总办〔2025〕12号" if "号" in name and "账号" not in name else "宣传教育中心"

    def act(self, who: str, step: Step) -> None:
        match step.do:
            case Do.CHECK:
                label = step.passes or "同意"
                live = self.desk.live(who, self.number)
                self.desk.taps(who, next(text for text in live if text.startswith(label)), number=self.number)
            case Do.PUBLISH:
                self._publish(who)
            case Do.RECORD:
                self._record(who, step)
            case Do.ASSIGN:
                self._assign(who)
            case Do.DRAFT if self.flow.kind is Kind.COMMENT and not self.item().position:
                self._sort(who)
            case Do.DRAFT if writes_reply(self.item()):
                self._write_reply(who)
            case Do.DRAFT:
                self._draft_on(who)
            case Do.REPLY:
                self._reply(who)

    def _draft_on(self, who: str) -> None:
        """A later draft, one that the scheduler began, or one that was returned."""
        before = self.item()
        live = self.desk.live(who, self.number)
        if live:
            self.desk.taps(who, live[0], number=self.number)
        elif is_text(before):
            self.desk.says(who, f"改 {self.number} {TEXT}起止时间已写明。")
        else:
            self.desk.says(who, f"填写 {self.number}")
        for _ in range(MOST_STEPS):
            now = self.item()
            if now.round > before.round or now.state is not State.RUNNING:
                return
            self._compose(who)
        raise AssertionError(f"{self.flow.id}: the draft never goes on; last: {self.desk.texts(who)[-1]}")

    def _publish(self, who: str) -> None:
        channels = self.desk.regulation.channel
        if any(channels[key].test_first for key in self.item().channels):
            self.desk.says(self.author, f"测试 {self.number} 通过")  # 群发前测试, by somebody else
        lines = "\n".join(f"{name} https://example.com/{n}" for n, name in enumerate(self.item().platforms))
        step = self.item().step
        sure = "并确认" if step and step.confirm else ""
        self.desk.says(who, f"已发布{sure} {self.number}\n{lines}")

    def _record(self, who: str, step: Step) -> None:
        self.desk.says(who, f"办结 {self.number}")
        asked_for = [name for name, spec in step.form.items() if spec.when is None]
        for name, spec in step.form.items():
            wanted = spec.when.partition("=")[2] if spec.when else ""
            if name in asked_for or (spec.when and wanted == self._chosen(step, spec.when.partition("=")[0])):
                self._answer(who, name, spec)

    def _chosen(self, step: Step, name: str) -> str:
        first = parse_type(step.form[name].type).choices[0] if name in step.form else ""
        return self.answers.get(name, first)

    def _assign(self, who: str) -> None:
        card = next(c for c in reversed(self.desk.cards(who)) if not c.get("replaced") and self._mine(c))
        label = card["button_list"][0]["text"]
        single = card.get("button_selection")
        if not single:
            self.desk.taps(who, label, number=self.number)
            return
        unit = next(o["text"] for o in single["option_list"] if o["id"] not in ("-", "*"))
        self.desk.taps(who, label, number=self.number, 承办单位=unit)

    def wait(self, **span: float) -> None:
        self.desk.now(self.desk.clock.now() + timedelta(**span))
