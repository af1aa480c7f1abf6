"""A year of work, from a seed: what comes in, who does what and when, who is away, when the bot is down.

The world plays both sides at once. Each act of a person goes to the bot and, as a plain fact, to the reference; each
look at the clock is taken by both, and what they say is kept for the comparison. Who acts is asked of the reference,
never of the bot; only the numbers of items come from there.
"""

from __future__ import annotations

import heapq
import itertools
import random
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.clock import DemoClock
from bot.rules.messages import Text
from tests.simulation.cast import BUREAUS, seats
from tests.simulation.ledger import Books
from tests.simulation.machine import Machine, Phones
from tests.simulation.reference import Line, Reference, Thing, Told
from tests.simulation.year import BEIJING, DAY, HOUR, MINUTE, works

JSON = dict[str, Any]
POLICY = Path(__file__).parents[2] / "bot/regulations/saws.toml"
LINKS = (
    "新华网 https://www.news.cn/a/1\n人民网 https://www.people.com.cn/a/1\n腾讯网 已停用\n"
    "新浪网 https://weibo.com/1/a\n腾讯微信公众服务号 https://mp.weixin.qq.com/s/a"
)
CHARACTERS = (
    "安全生产知识用电防火检查隐患整改培训演练通报煤矿化工建筑交通消防应急救援职业健康企业责任落实监督管理条例标准春夏秋冬"
    "风雨雷电山水田林路桥车船门窗灯锅炉管道阀仓库货运高空作业"
)
SOON = (3, 240)  # minutes until somebody prompt has done his part
POSTS = {"business": 45, "accident": 20, "answer": 10, "forward": 8, "policy": 7, "campaign": 7, "rescue": 3}
COMMENTS = {
    "inquiry": 62, "suggestion": 10, "petition": 8, "professional": 5, "concern": 4, "malicious": 9, "opinion": 2,
}  # fmt: skip
ANSWERS = {  # what the drafter is asked for, in order
    "answer": ("安监函〔2026〕12号",),
    "forward": ("https://www.cma.gov.cn/1", "提醒矿山企业防范"),
    "policy": ("安监总办〔2026〕15号", "{yesterday}"),
    "campaign": ("{yesterday}",),
    "rescue": ("监管一司", "某矿透水事故", "{yesterday} 14:00"),
}
AGAIN = 8  # times somebody tries again whose card has not come yet


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens to the bot. Moments are naive Beijing times."""

    first: date
    days: int
    seed: int = 1
    posts: int = 30  # a working day
    comments: int = 200
    outages: tuple[tuple[datetime, datetime], ...] = ()
    restarts: tuple[datetime, ...] = ()
    second: tuple[tuple[datetime, datetime], ...] = ()  # another process runs as well
    set_back: tuple[tuple[datetime, timedelta, timedelta], ...] = ()  # (when, how far, for how long)

    def within_its_days(self) -> Plan:
        """Without what lies before its first day or after its last one."""
        begin = datetime.combine(self.first, datetime.min.time())
        end = begin + self.days * DAY
        return replace(
            self,
            outages=tuple(
                (max(start, begin), min(stop, end)) for start, stop in self.outages if start < end and begin < stop
            ),
            restarts=tuple(moment for moment in self.restarts if begin <= moment < end),
            second=tuple(
                (max(start, begin), min(stop, end)) for start, stop in self.second if start < end and begin < stop
            ),
            set_back=tuple(one for one in self.set_back if begin <= one[0] < end),
        )


@dataclass
class Tally:
    """What there was, for the summary."""

    events: int = 0
    items: int = 0
    looks: int = 0
    again: int = 0
    told: int = 0
    reminders: int = 0
    missed: int = 0
    acts: Counter[str] = field(default_factory=Counter)


Action = Callable[[datetime], None]


class World:
    def __init__(self, folder: Path, plan: Plan) -> None:
        self.plan, self.folder = plan, folder
        self.policy: JSON = tomllib.loads(POLICY.read_text(encoding="utf-8"))
        self.labels = {f["id"]: f.get("short") or f["label"] for f in self.policy["flow"]}
        self.cast = seats()
        self.names = {seat.userid: seat.name for seat in self.cast}
        self.random = random.Random(plan.seed)
        people = [(s.userid, s.unit, s.role) for s in self.cast]
        self.reference = Reference(self.policy, people, works, _midnight(plan.first))
        self.tally = Tally()
        self.faults: list[str] = []
        self._queue: list[tuple[datetime, int, Action]] = []
        self._turn = itertools.count()
        self.clock = DemoClock(_aware(datetime.combine(plan.first, datetime.min.time())), running=False)
        self.phones = Phones(self.clock)
        self.machine: Machine | None = Machine(folder, self.clock, self.phones)
        self.other: Machine | None = None
        self.machine.seed(self.cast)
        self.books = Books(folder / "shenfa.db")
        self.shift = timedelta()
        self.expected: list[Told] = []
        self.stories = 0

    # ---- running ----------------------------------------------------------------------------------------------------

    def run(self) -> Iterator[tuple[date, list[Told], list[Told]]]:
        """Day by day: what the reference expects, what the bot's books and the platform say."""
        for start, end in self.plan.outages:
            self.at(start, self._goes_down)
            self.at(end, self._comes_up)
        for moment in self.plan.restarts:
            self.at(moment, self._restarts)
        for start, end in self.plan.second:
            self.at(start, self._second_starts)
            self.at(end, self._second_ends)
        for moment, back, long in self.plan.set_back:
            self.at(moment, self._shifts(-back))
            self.at(moment + long, self._shifts(timedelta()))
        for n in range(self.plan.days):
            day = self.plan.first + n * DAY
            self._plan_day(day)
            self._until(datetime.combine(day + DAY, datetime.min.time()))
            expected, self.expected = self.expected, []
            yield day, expected, self._really(day)

    def _until(self, end: datetime) -> None:
        while self._queue and self._queue[0][0] < end:
            moment, _, action = heapq.heappop(self._queue)
            action(moment)

    def at(self, moment: datetime, action: Action) -> None:
        heapq.heappush(self._queue, (moment, next(self._turn), action))

    def _really(self, day: date) -> list[Told]:
        told, faults = self.books.told(self.phones.taken(), datetime.combine(day + DAY, datetime.min.time()))
        self.faults += [f"{day}: {fault}" for fault in (*faults, *self.phones.complaints)]
        self.phones.complaints.clear()
        self.tally.reminders += sum(len(one.lines) for one in told)
        self.tally.told += len(told)
        self.tally.missed += sum(one.missed for one in told)
        self.faults += [f"{day}: {fault}" for fault in self._without_a_card(day)]
        return told

    def _without_a_card(self, day: date) -> Iterator[str]:
        """Everybody who has to do something has a card with which he can."""
        midnight = datetime.combine(day, datetime.max.time())
        for thing in self.reference.things.values() if self.machine else ():
            if thing.step is None or (thing.author and thing.step is thing.flow["steps"][0]):
                continue  # a returned draft is changed by sending another text
            for person in self.reference.asked(thing, midnight):
                if not any(task.startswith(f"{thing.key:04d}-") for task in self.phones.cards[person]):
                    yield f"{person} has no card of {thing.key:04d} ({thing.flow['id']}, {thing.step['act']})"

    def explained(self, told: Told) -> str:
        """What either side says of what a message is about."""
        return "\n".join(
            f"    {line.item:04d} reference: {self.reference.why(line)}\n         bot: {self.books.why(line)}"
            for line in told.lines
        )

    def summary(self, found: int) -> str:
        """What there was, in a few lines."""
        tally, acts = self.tally, "、".join(f"{what} {count}" for what, count in self.tally.acts.most_common())
        return (
            f"{self.plan.days} 天，种子 {self.plan.seed}：事项 {tally.items}，人的操作 {tally.events}，"
            f"看钟 {tally.looks} 次，平台收到消息 {self.phones.count}\n"
            f"提醒 {tally.told} 条（{tally.reminders} 项），停机未发出 {tally.missed} 次，"
            f"不符 {found}，其他问题 {len(self.faults)}\n{acts}"
        )

    def stop(self) -> None:
        for machine in (self.machine, self.other):
            if machine:
                machine.stop()
        self.books.close()

    # ---- the bot ----------------------------------------------------------------------------------------------------

    def _goes_down(self, now: datetime) -> None:
        if self.machine:
            self.machine.stop(now=True)
        self.machine = None

    def _comes_up(self, now: datetime) -> None:
        self._set(now)
        self.machine = Machine(self.folder, self.clock, self.phones, name=f"{next(self._turn)}")

    def _restarts(self, now: datetime) -> None:
        if self.machine:
            self._goes_down(now)
            self._comes_up(now)

    def _second_starts(self, now: datetime) -> None:
        self._set(now)
        self.other = Machine(self.folder, self.clock, self.phones, name=f"{next(self._turn)}")

    def _second_ends(self, now: datetime) -> None:
        if self.other:
            self.other.stop()
        self.other = None

    def _shifts(self, shift: timedelta) -> Action:
        def change(now: datetime) -> None:
            self.shift = shift

        return change

    def _set(self, now: datetime) -> datetime:
        shown = now + self.shift
        self.clock.set(_aware(shown))
        return shown

    def _tidies(self, now: datetime) -> None:
        if self.machine:
            self._set(now)
            self.machine.sweeper.tidy()

    def _look(self, now: datetime) -> None:
        """The sweep: of the bot (of both, if there are two), and of the reference."""
        if self.machine is None:
            return
        shown = self._set(now)
        if self.other is None:
            self.machine.sweep()
        else:
            with ThreadPoolExecutor() as both:
                for sweep in [both.submit(one.sweep) for one in (self.machine, self.other)]:
                    sweep.result(600)
        self.tally.looks += 1
        self._begun(shown)
        self.expected += self.reference.look(shown)
        self.expected += self.reference.surveys(shown)

    def _begun(self, now: datetime) -> None:
        """整理报送 of the day begins at the first look after 17:30 of a working day."""
        for flow, ends in self.reference.beginning(now):
            found = (
                re.search(rf"【待您\S+】(\d+) {self.labels[flow]}", one.message.content)
                for one in reversed(self.phones.arrived) if isinstance(one.message, Text)
            )  # fmt: skip
            number = next((int(n[1]) for n in found if n), 0)
            if not number:
                self.faults.append(f"{now}: {flow} was not begun")
                return
            unit = self.policy["unit"]["media"]
            self.reference.began_by_clock(number, flow, unit, now, ends)
            asked = self.reference.asked(self.reference.things[number], now)
            self.expected += [Told(now, person, (Line(number, "begun", ""),)) for person in asked]
            self.at(self._when(now.replace(second=0), self._patience(urgent=False), urgent=False), self._act(number))

    # ---- a day ------------------------------------------------------------------------------------------------------

    def _plan_day(self, day: date) -> None:
        midnight = datetime.combine(day, datetime.min.time())
        self.at(midnight + 190 * MINUTE, self._tidies)
        for minute in (*range(0, 480, 30), *range(480, 1080, 10), *range(1080, 1440, 30)):
            self.at(midnight + minute * MINUTE + timedelta(seconds=20), self._look)
        worked = works(day)
        for _ in range(self.plan.posts if worked else self.plan.posts // 10):
            minute = self.random.randrange(515, 1045) if worked else self.random.randrange(540, 1200)
            flow = self._choose(POSTS) if worked else "rescue"
            if flow == "rescue":
                minute = self.random.randrange(1440)
            self.at(midnight + minute * MINUTE, self._post(flow))
        for _ in range(self.plan.comments if worked else self.plan.comments // 4):
            minute = self.random.randrange(500, 1050) if worked else self.random.randrange(540, 1200)
            flow = self._choose(COMMENTS)
            if flow == "opinion":
                minute = self.random.randrange(1440)
            self.at(midnight + minute * MINUTE, self._comment(flow))
        for seat in dict.fromkeys(seat.userid for seat in self.cast):
            if self.random.random() < 0.012:
                self.at(midnight + self.random.randrange(480, 1020) * MINUTE, self._leaves(seat))

    def _choose(self, weights: dict[str, int]) -> str:
        return self.random.choices(list(weights), list(weights.values()))[0]

    # ---- people -----------------------------------------------------------------------------------------------------

    def _possible(self, now: datetime, action: Action) -> bool:
        """Whether the bot can hear it now; else the person comes again when it can."""
        if self.machine is not None and not self.shift:
            return True
        back = [end for start, end in self.plan.outages if start <= now < end]
        back += [start + long for start, _, long in self.plan.set_back if start <= now < start + long]
        self.at(max(back) + self.random.randrange(1, 120) * MINUTE, action)
        return False

    def says(self, user: str, text: str) -> str:
        assert self.machine is not None
        self.tally.events += 1
        return self.machine.says(user, text)

    def taps(self, user: str, label: str, number: int, **choices: str) -> str:
        assert self.machine is not None
        self.tally.events += 1
        return self.machine.taps(user, label, f"{number:04d}", **choices)

    def _leaves(self, who: str) -> Action:
        """He says that he will be away from tomorrow, and who stands in for him; or nobody does."""

        def leave(now: datetime) -> None:
            if not self._possible(now, leave):
                return
            self._set(now)
            first = now.date() + DAY
            last = first + self.random.randrange(0, 5) * DAY
            starts, ends = _midnight(first), _midnight(last + DAY)
            mine = [a for a in self.reference.absences if who in (a.who, a.deputy)]
            if any(a.starts < ends and starts < a.ends for a in mine):
                return
            deputy = self.random.choice([p for p in self.names if p != who]) if self.random.random() < 0.7 else ""
            if deputy and self.reference.away(deputy, starts):
                deputy = ""
            if deputy:
                span = f"{first.month}月{first.day}日到{last.month}月{last.day}日"
                reply = self.says(who, f"我{span}不在，由{self.names[deputy]}代")
                if not reply.startswith("已记"):
                    self.faults.append(f"{now}: {who} is not stood in for by {deputy}: {reply}")
            self.reference.absent(who, deputy, starts, ends)
            self.tally.acts["absence"] += 1

        return leave

    def _post(self, flow: str) -> Action:
        def begin(now: datetime) -> None:
            if not self._possible(now, begin):
                return
            self._set(now)
            unit = self.random.choice(BUREAUS) if flow != "rescue" else "监管一司"
            author = "scene" if flow == "rescue" else self.reference.sitting("informant", unit)[0]
            if self.reference.away(author, now):
                return
            self.stories += 1
            reply = self.says(author, self._text())
            if "编号" not in reply:  # another draft of his is open: which is meant?
                reply = self.says(author, "另起新稿")
            number = _number(reply)
            if flow == "rescue":
                self._chooses(author, number, 渠道="政务微信", 栏目="信息发布")
            else:
                self._chooses(author, number, 类别=self.labels[flow], 渠道="政务微博+政务微信", 栏目="信息发布")
            yesterday = f"{(now - DAY).month}月{(now - DAY).day}日"
            for answer in ANSWERS.get(flow, ()):
                self.says(author, answer.format(yesterday=yesterday))
            self._began(number, flow, unit, author, now, {})

        return begin

    def _text(self) -> str:
        """A post that is like no other one: else it would be taken for another wording of an open one."""
        body = "".join(self.random.choices(CHARACTERS, k=30))
        return f"{body[:10]}第{self.stories}期\n{body[10:]}。"

    def _chooses(self, who: str, number: int, **choices: str) -> None:
        """The two cards of a post; of one that came back the choices stand."""
        assert self.machine is not None
        if self.machine.has(who, "下一步", f"{number:04d}"):
            self.taps(who, "下一步", number, **choices)
        self.taps(who, "送审", number, 内容范围="法规文件工作活动")

    def _comment(self, flow: str) -> Action:
        def begin(now: datetime) -> None:
            if not self._possible(now, begin):
                return
            self._set(now)
            who = self.random.choice(["collector", "collector2"])
            if self.reference.away(who, now):
                return
            self.stories += 1
            posted = now - self.random.choice((5, 20, 60, 400, 1500, 4000)) * MINUTE
            when, text = f"{posted.month}月{posted.day}日{posted:%H:%M}", f"第{self.stories}号许可证要不要办?"
            number = _number(self.says(who, f"评论 微博 @网友{self.stories} {when} {text}"))
            self.reference.collected(number, "inquiry", self.policy["unit"]["media"], who, now, posted)
            later = self._patience(urgent=False) if self.random.random() < 0.1 else timedelta()
            sort = self._sort(number, flow, posted)
            if later and flow != "opinion":
                self.at(self._when(now, later, urgent=False), sort)
            else:
                sort(now)

        return begin

    def _sort(self, number: int, flow: str, posted: datetime) -> Action:
        """分办: which kind it is, and which unit answers it."""

        def sort(now: datetime) -> None:
            if not self._possible(now, sort):
                return
            self._set(now)
            who = self.reference.things[number].author
            if self.reference.away(who, now):
                self.at(self._when(now, DAY, urgent=False), sort)
                return
            unit = self.random.choice(BUREAUS) if flow in ("inquiry", "suggestion") else ""
            self.says(who, f"分办 {number:04d} {self.labels[flow]} {unit}".strip())
            if flow == "malicious":  # it is asked why nobody is to answer
                self.says(who, "只有谩骂，没有诉求。")
            form = {"发表时间": posted}
            self._began(number, flow, unit or self.policy["unit"]["media"], who, now, form)

        return sort

    def _began(self, number: int, flow: str, unit: str, author: str, now: datetime, form: dict[str, datetime]) -> None:
        state = self.books.state(number)
        if state != ("done" if flow == "malicious" else "running"):
            self.faults.append(f"{now}: {number} ({flow}) of {author} is {state}")
            return
        self.tally.items += 1
        self.tally.acts[flow] += 1
        self.reference.began(number, flow, unit, author, now, form)
        self._go_on(number, now)

    # ---- what people do to an item ----------------------------------------------------------------------------------

    def _go_on(self, number: int, now: datetime) -> None:
        thing = self.reference.things[number]
        if thing.over:
            if thing.waits_for_confirmation:
                moment = self._when(now, self._patience(urgent=False), urgent=False)
                self.at(moment, self._confirm(number))
            return
        urgent = bool(thing.flow.get("urgent"))
        self.at(self._when(now, self._patience(urgent=urgent), urgent=urgent), self._act(number))

    def _patience(self, *, urgent: bool) -> timedelta:
        """Prompt, or after the first, second, third reminder, or much later; counted in hours or working days."""
        late = self.random.choices((0, 1, 2, 3, 5, 8), (68, 16, 6, 4, 2, 4))[0]
        soon = self.random.randrange(*SOON) * MINUTE
        if urgent:
            return soon / 4 + late * HOUR
        return soon + late * DAY

    def _when(self, now: datetime, patience: timedelta, *, urgent: bool) -> datetime:
        """The moment so much later: people act by day, on working days, if it is not urgent."""
        moment = now + timedelta(minutes=patience.seconds // 60)
        for _ in range(patience.days):
            moment += DAY
            while not works(moment.date()):
                moment += DAY
        if urgent:
            return moment
        if moment.hour < 8 or moment.hour >= 19 or not works(moment.date()):
            day = moment.date() + (DAY if moment.hour >= 19 else 0 * DAY)
            while not works(day):
                day += DAY
            moment = _midnight(day) + (480 + self.random.randrange(90)) * MINUTE
        return moment

    def _act(self, number: int, tries: int = 0) -> Action:
        def act(now: datetime) -> None:
            if not self._possible(now, act):
                return
            self._set(now)
            thing = self.reference.things[number]
            if thing.step is None:
                return
            able = [p for p in self.reference.asked(thing, now) if not self.reference.away(p, now)]
            if not able:
                tomorrow = _midnight(now.date() + DAY) + (480 + self.random.randrange(120)) * MINUTE
                self.at(tomorrow, self._act(number))
                return
            before = self.books.seq(number)
            who = self.random.choice(able)
            fact = self._does(thing, who, now)
            if self.books.seq(number) == before:
                self._not_taken(number, who, now, tries)
                return
            self.tally.acts[thing.step["do"]] += 1
            fact()
            self._go_on(number, now)

        return act

    def _not_taken(self, number: int, who: str, now: datetime, tries: int) -> None:
        """His card has not come yet (so many messages a minute may be sent to one person): he tries again."""
        self.tally.again += 1
        if tries < AGAIN:
            self.at(now + 3 * MINUTE, self._act(number, tries + 1))
        else:
            step = self.reference.things[number].step
            self.faults.append(f"{now}: {number}: nothing came of what {who} did at {step}")

    def _does(self, thing: Thing, who: str, now: datetime) -> Callable[[], None]:
        """What he does at this step; the fact to be noted if the bot took it."""
        step, n, ref = thing.step, f"{thing.key:04d}", self.reference
        assert step is not None
        chance = self.random.random()
        if chance > 0.9 and thing.flow["kind"] == "comment" and ref.may_be_longer(thing.key, now):
            return self._puts_off(thing, who, now)
        if self.random.random() < 0.04 and (given := self._gives_away(thing, now)):
            return given
        match step["do"]:
            case "check" if chance < 0.06:
                self.says(who, f"{step.get('returns', '退回')} {n} 数据需核实")
                return lambda: ref.returned(thing.key, now)
            case "check":
                self.says(who, f"{step.get('passes', '同意')} {n}")
            case "draft" if thing.flow["id"] == "digest":
                for text in (f"填写 {n}", "今天网民意见共10条。\n都已分办。", f"送审 {n}"):
                    self.says(who, text)
            case "draft" if thing.flow["kind"] == "post" and chance < 0.15:
                self.says(who, f"撤回 {n}")
                return lambda: ref.withdrawn(thing.key, now)
            case "draft" if thing.flow["id"] == "concern" and thing.position:  # what came of it is published
                self.says(who, f"改 {n} {self._text()}")
                self._chooses(who, thing.key, 渠道="政务微博+政务微信", 栏目="信息发布")
            case "draft" if thing.position and thing.flow["kind"] == "comment":
                self.says(who, f"拟复 {n} 谢谢您的关心，{self._text().splitlines()[0]}。")
            case "draft" if thing.flow["kind"] == "comment":  # handed back by the unit: it goes to another one
                thing.unit = self.random.choice(BUREAUS)
                self.says(who, f"分办 {n} {self.labels[thing.flow['id']]} {thing.unit}")
            case "draft":
                for text in (f"改 {n} {self._text()}", f"送审 {n}"):
                    self.says(who, text)
            case "publish":
                self.says(who, f"已发布 {n}\n{LINKS.splitlines()[-1] if thing.flow['id'] == 'rescue' else LINKS}")
            case "assign" if thing.flow["id"] != "petition":
                unit = self.random.choice(BUREAUS)
                self.says(who, f"交办 {n} {unit}")
                return lambda: ref.assigned(thing.key, who, unit, now)
            case "record" | "reply" if chance < 0.08 and thing.flow["id"] in ("concern", "inquiry") and not thing.ticks:
                self.says(who, f"交回 {n} 不属于本单位职责")
                return lambda: ref.handed_back(thing.key, now)
            case "assign" | "record":
                self.says(who, f"办结 {n}")
            case "reply" if thing.flow["id"] == "inquiry" and not thing.ticks and chance < 0.35:
                self.says(who, f"研究办理 {n} 您好，您的问题正在研究办理。")
                return lambda: ref.done(thing.key, who, now, tick="需研究办理")
            case "reply":
                checked = any(s["do"] == "check" for s in thing.flow["steps"])  # then the text is the one approved
                self.says(who, f"答复 {n}" if checked else f"答复 {n} 谢谢您的关心，一般不用办，详情请打电话问。")
            case other:
                raise AssertionError(other)
        return lambda: ref.done(thing.key, who, now)

    def _puts_off(self, thing: Thing, who: str, now: datetime) -> Callable[[], None]:
        """延期: asked for, and granted by the nearest above him."""
        above = [p for n in range(1, 4) for p in self.reference.above(thing, n) if p != who]
        self.says(who, f"延期 {thing.key:04d} 需到现场核实")
        self.says(above[0], f"同意延期 {thing.key:04d}")
        self.says(who, f"已告知 {thing.key:04d}")
        self.tally.acts["longer"] += 1
        return lambda: self.reference.longer(thing.key, now)

    def _gives_away(self, thing: Thing, now: datetime) -> Callable[[], None] | None:
        """改派: somebody who oversees gives the step to another person of its role; None where nobody could."""
        ref = self.reference
        above = [p for p in ref.overseers() if not ref.away(p, now)]
        able = [] if ref.may_be_longer(thing.key, now) else ref.others(thing, now)
        if not above or not able:
            return None
        to = self.random.choice(able)
        self.says(self.random.choice(above), f"改派 {thing.key:04d} {to} 人手不够")
        self.tally.acts["given"] += 1
        return lambda: ref.given(thing.key, to)

    def _confirm(self, number: int) -> Action:
        """确认收到 by somebody it was filed with."""

        def confirm(now: datetime) -> None:
            if not self._possible(now, confirm):
                return
            self._set(now)
            able = [p for p in self.reference.sitting("central_officer", "") if not self.reference.away(p, now)]
            if not able:
                self.at(now + DAY, confirm)
                return
            self.says(self.random.choice(able), f"收到 {number:04d}")
            self.reference.confirmed(number)

        return confirm


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=BEIJING)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())


def _number(reply: str) -> int:
    found = re.search(r"编号 (\d+)", reply)
    assert found, reply
    return int(found[1])
