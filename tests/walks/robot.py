"""A robot that walks any post flow of any regulation on the phones, doing whatever the bot asks next.

It reads only what people see (cards and sentences), and the database for one thing: whose turn it is.
"""

from __future__ import annotations

import re

from bot.rules.forms import parse_type
from bot.rules.item import Item, State
from bot.rules.regulation import Do, FieldSpec, Flow, Step
from bot.rules.routing import Desk as Lookup
from bot.rules.routing import asked, holders
from storage.db import open_reading
from storage.read import Reader
from tests.walks.desk import JSON, Desk

TEXT = "开展安全检查的情况\n今天对重点单位进行了检查，未发现重大隐患。"
MOST_STEPS = 40


class Robot:
    """One item's walk."""

    def __init__(self, desk: Desk, flow: Flow) -> None:
        self.desk, self.flow = desk, flow
        roles = set(flow.steps[0].by)
        self.author = next(seat.userid for seat in desk.seats if seat.role in roles)
        self.number = ""

    # ---- looking ----------------------------------------------------------------------------------------------------

    def item(self) -> Item:
        db = open_reading(self.desk.config().storage.path)
        try:
            found = Reader(db, self.desk.bot.org).item(int(self.number))
        finally:
            db.close()
        assert found is not None
        return found

    def turn(self) -> tuple[str, Step] | None:
        """Who must act now, and on what; None when it is over."""
        item = self.item()
        if item.state is not State.RUNNING or item.step is None:
            return None
        db = open_reading(self.desk.config().storage.path)
        try:
            reader = Reader(db, self.desk.bot.org)
            lookup = Lookup(self.desk.regulation, reader.roster(), self.desk.clock.now())
            people = asked(holders(item, item.step, reader.moves(item.id), lookup), lookup)
        finally:
            db.close()
        assert people, f"{self.flow.id}: nobody holds {item.step.act}"
        return people[0].userid, item.step

    # ---- doing ------------------------------------------------------------------------------------------------------

    def walk(self) -> Item:
        """From the draft to the end; every step by whoever holds it."""
        self._draft()
        for _ in range(MOST_STEPS):
            now = self.turn()
            if now is None:
                return self.item()
            self._act(*now)
        raise AssertionError(f"{self.flow.id} does not end")

    def _draft(self) -> None:
        reply = self.desk.says(self.author, TEXT)
        found = re.search(r"编号 (\d+)", reply)
        assert found, reply
        self.number = found[1]
        for _ in range(MOST_STEPS):
            if self.item().state is State.RUNNING:
                return
            self._compose()
        raise AssertionError(f"{self.flow.id}: the draft never goes out; last: {self.desk.texts(self.author)[-1]}")

    def _compose(self) -> None:
        """Answer the one question that is open, else tap the card."""
        question = re.search(r"请回复([^（，。；]+)", self.desk.texts(self.author)[-1])
        if question and question[1] in self._fields():
            self.desk.says(self.author, self._sample(self._fields()[question[1]], question[1]))
            return
        card = next(c for c in reversed(self.desk.cards(self.author)) if not c.get("replaced"))
        label = (card.get("submit_button") or card["button_list"][0])["text"]
        self.desk.taps(self.author, label, number=self.number, **self._choices(card))

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
        return {**self.desk.regulation.content.form, **self.flow.form, **self.flow.steps[0].form}

    def _sample(self, spec: FieldSpec, name: str) -> str:
        """A right answer for a field of this type."""
        kind = parse_type(spec.type)
        match kind.kind:
            case "choice":
                return "1"
            case "range":
                return f"{kind.bounds[0]:g}"
            case "date" | "past":
                return "今天"
            case _:
                return "安监总办〔2025〕12号" if "号" in name else "宣传教育中心"

    def _act(self, who: str, step: Step) -> None:
        match step.do:
            case Do.CHECK:
                label = step.passes or "同意"
                live = self.desk.live(who, self.number)
                self.desk.taps(who, next(text for text in live if text.startswith(label)), number=self.number)
            case Do.PUBLISH:
                self._publish(who)
            case Do.RECORD:
                self._record(who, step)
            case _:
                raise AssertionError(f"{self.flow.id}: no hand for {step.do}")

    def _publish(self, who: str) -> None:
        channels = self.desk.regulation.channel
        if any(channels[key].test_first for key in self.item().channels):
            self.desk.says(self.author, f"测试 {self.number} 通过")  # 群发前测试, by somebody else
        lines = "\n".join(f"{name} https://example.com/{n}" for n, name in enumerate(self.item().platforms))
        self.desk.says(who, f"已发布 {self.number}\n{lines}")

    def _record(self, who: str, step: Step) -> None:
        self.desk.says(who, f"办结 {self.number}")
        for name, spec in step.form.items():
            self.desk.says(who, self._sample(spec, name))
