"""制度的设置在聊天里修改: 谁能改、先看后改、确认才生效、在办的不变(国家安全监管总局办法的解释权, 及各制度的设置)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import pytest

from bot.clock import BEIJING
from bot.config import Config, RegulationConfig
from bot.regulation import source_text
from tests.walks.conftest import Opens
from tests.walks.desk import Desk, replace
from tests.walks.flows import BUSINESS, books
from tests.walks.robot import Robot

MARCH_31 = datetime(2025, 3, 31, 10, 0, tzinfo=BEIJING)


def changes(desk: Desk, user: str, said: str) -> str:
    """Said and confirmed by typing; the answer to the confirmation."""
    asked = desk.says(user, said)
    assert "确认修改" in asked, asked
    return desk.says(user, "确认修改")


def versions(desk: Desk) -> list[tuple[int, str, str]]:
    with books(desk) as store:
        return [(row.version, row.path, row.by) for row in store.policy_changes()]


def records(desk: Desk, action: str) -> list[str]:
    with books(desk) as store:
        return [line.detail for line in store.audit(limit=10_000) if line.action == action]


def drafted(desk: Desk, robot: Robot) -> str:
    robot.begin()
    return robot.number


def chain_of(desk: Desk, robot: Robot) -> list[str]:
    """The steps that were really done, in order, to the end."""
    done = []
    for _ in range(20):
        turn = robot.turn()
        if turn is None:
            break
        done.append(turn[1].act)
        robot.act(*turn)
    return done


# ---- who, when, before, after ------------------------------------------------------------


@pytest.mark.rule("saws-R36")
def test_an_item_of_the_day_before_keeps_its_deadline(opens: Opens) -> None:
    """宣教办4月1日把截止时间从17:30改为20:00: 3月31日的事项仍是原来的期限, 新的按20:00。"""
    desk = opens(start=MARCH_31)
    changes(desk, "wangfang", f"期限 {BUSINESS} 审定 当日")
    desk.now(datetime(2025, 3, 31, 18, 0, tzinfo=BEIJING))
    old = desk.submits("limin", "安全检查情况\n已检查十家单位。", BUSINESS)
    desk.taps("heping", "可以公开并确认", number=old)
    assert "截止 4月1日 24:00" in desk.says("wangfang", f"期限 {old}")

    desk.now(datetime(2025, 4, 1, 10, 0, tzinfo=BEIJING))
    assert "截止时间：17:30 → 20:00" in changes(desk, "wangfang", "设置 截止时间 20:00")
    assert "截止 4月1日 24:00" in desk.says("wangfang", f"期限 {old}")
    desk.now(datetime(2025, 4, 1, 18, 0, tzinfo=BEIJING))
    new = desk.submits("limin", "另一次检查情况\n又检查十家单位。", BUSINESS)
    desk.taps("heping", "可以公开并确认", number=new)
    assert "截止 4月1日 24:00" in desk.says("wangfang", f"期限 {new}")
    assert "17:30以后" in desk.says("wangfang", f"期限 {old}")
    with books(desk) as store:
        item = store.item(int(old))
        assert item is not None and item.policy_version == 1
        change = store.policy_changes()[-1]
        assert (change.path, change.by) == ("clock.cutoff", "wangfang")
        assert (change.before, change.after) == ('"17:30"', '"20:00"')


@pytest.mark.rule("saws-R36")
def test_only_those_who_oversee_change_the_policy(desk: Desk) -> None:
    """只有宣教办能改; 别人被告知找谁, 什么也没变, 留痕。"""
    wanted = ("设置 截止时间 20:00", "字数 政务微博 200", "确认修改", "环节 转发相关信息 删除 审定", "禁止内容 删除 1")
    for said in wanted:
        assert "王芳" in desk.says("limin", said)
    assert versions(desk) == []
    assert len(records(desk, "拒绝修改制度")) == 5
    assert "王芳" in desk.says("limin", "制度记录")


@pytest.mark.rule("saws-R36")
def test_nothing_changes_before_it_is_confirmed(desk: Desk) -> None:
    """先看改前改后, 点一下或回复确认才生效; 不改就保持原样; 另一位归口人员得到通知, 记录里有全部修改。"""
    asked = desk.says("wangfang", "字数 政务微博 200")
    assert "政务微博字数：140 → 200" in asked and versions(desk) == []
    assert "保持原样" in desk.says("wangfang", "不改")
    assert "没有等您确认" in desk.says("wangfang", "确认修改") and desk.live("wangfang", "policy") == []

    desk.says("wangfang", "字数 政务微博 200")
    desk.new("wangfang")
    desk.taps("wangfang", "确认修改")
    assert versions(desk) == [(1, "channel.weibo.chars", "wangfang")]
    assert any("政务微博字数：140 → 200" in text for text in desk.new("wangfang"))
    others = {seat.userid for seat in desk.seats if seat.role == "central_head"}
    assert others and all("政务微博字数：140 → 200" in desk.texts(user)[-1] for user in others)
    assert "王芳：政务微博字数：140 → 200" in desk.says("wangfang", "制度记录")
    assert "200 字以内" in desk.says("wangfang", "制度")
    assert records(desk, "修改制度") == ["第1版 政务微博字数：140 → 200"]


def test_the_tap_is_heard_once(opens: Opens) -> None:
    """平台把同一次点击投递两次: 只成一版, 只通知一次。"""
    desk = opens(twice=True)
    desk.says("wangfang", "设置 再次催办 2个工作日")
    desk.taps("wangfang", "确认修改")
    assert versions(desk) == [(1, "nag.again", "wangfang")]


def test_the_question_does_not_stay_for_ever(desk: Desk) -> None:
    """没有人点的“确认修改”卡片, 失效前关上, 不再换发。"""
    desk.says("wangfang", "设置 截止时间 20:00")
    desk.later(hours=71)
    assert desk.live("wangfang", "policy") == [] and versions(desk) == []


def test_two_at_once_see_what_is_true(desk: Desk) -> None:
    """两人同时要改: 后确认的先看到现状, 再确认一次。"""
    other = next(seat.userid for seat in desk.seats if seat.role == "central_head")
    desk.says("wangfang", "设置 截止时间 20:00")
    desk.says(other, "设置 截止时间 19:00")
    assert "第1版" in desk.says(other, "确认修改")
    again = desk.says("wangfang", "确认修改")
    assert "再看一遍" in again and "19:00 → 20:00" in again and len(versions(desk)) == 1
    assert "第2版" in desk.says("wangfang", "确认修改")


def test_an_old_question_has_to_be_asked_again(desk: Desk) -> None:
    """隔了一天的确认不算数: 制度不会因为一句旧话而变。"""
    desk.says("wangfang", "设置 截止时间 20:00")
    desk.later(hours=25)
    assert "没有等您确认" in desk.says("wangfang", "确认修改") and versions(desk) == []


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("设置 截止时间 二十点", "20:00"),
        ("设置 截止时间 07:00", "截止时间（07:00）早于上班时间（08:30）"),
        ("设置 颜色 红", "没有“颜色”这项设置"),
        ("字数 抖音 140", "没有渠道“抖音”，有：政务微博、政务微信"),
        ("字数 政务微博 140", "现在就是这样"),
        ("期限 转发相关信息 终审 2wd", "没有环节“终审”，有：提出转发申请、保密审查、审定、转发"),
        ("期限 转发相关信息 审定 很快", "没看懂时限“很快”"),
        ("禁止内容 删除 6", "另有依据要求"),
        ("禁止内容 删除 70", "现有 7 项"),
        ("单位名称 办公厅 办公室", "单位名称：办公厅 → 办公室"),
        ("设置", "截止时间"),
    ],
)
def test_a_sentence_that_does_not_do(desk: Desk, said: str, answer: str) -> None:
    """说得不对, 回答说明该怎么说; 什么都没有改。"""
    assert answer in desk.says("wangfang", said)
    assert versions(desk) == []


# ---- steps ------------------------------------------------------------


@pytest.mark.parametrize("slug", [
    pytest.param("company-qiguanbu", marks=pytest.mark.rule("company-qiguanbu-R15")),
    pytest.param("hotel-dali", marks=pytest.mark.rule("hotel-dali-R15")),
])  # fmt: skip
def test_a_step_is_taken_out(opens: Opens, slug: str) -> None:
    """第十一条两款不一, 用哪一款是设置: 删去“审核把关”, 新稿单位负责人审后到主管部门负责人; 在办的仍走原来的环节。"""
    desk = opens(slug=slug, seats=(), words=())
    flow = desk.regulation.flow_of("post")
    running = Robot(desk, flow)
    drafted(desk, running)
    asked = desk.says("editor", "环节 信息发布 删除 审核把关")
    assert "→ 审核 → 审核把关 → 批准" in asked and "→ 审核 → 批准" in asked
    desk.taps("editor", "确认修改")

    fresh = Robot(desk, flow)
    drafted(desk, fresh)
    desk.taps("unit_head", "同意并确认", number=fresh.number)
    assert [user for user in ("central_checker", "central_head") if desk.live(user, fresh.number)] == ["central_head"]
    assert chain_of(desk, running) == ["审核", "审核把关", "批准", "统一发布"]
    desk.later(days=1)  # one mass-send a day
    assert chain_of(desk, fresh) == ["批准", "统一发布"]


@pytest.mark.rule("company-qiguanbu-R15")
def test_what_is_published_is_always_checked_first(opens: Opens) -> None:
    """先审后发: 环节可以简化, 不能一个审核都不剩; 拒绝时说明道理, 制度不变。"""
    desk = opens(slug="listed-company-ir", seats=(), words=())
    answer = desk.says("board_officer", "环节 信息发布 删除 审核")
    assert "先审后发" in answer and "须有无条件的审核" in answer
    assert "现在没有等您确认的修改" in desk.says("board_officer", "确认修改")
    assert versions(desk) == []


@pytest.mark.parametrize(("slug", "overseer", "said", "chain"), [
    pytest.param(
        "project-team", "", "环节 信息发布 增加 终审 由 {lead} 在 初步审核 之后",
        ["初步审核", "终审", "上传发布"], marks=pytest.mark.rule("project-team-R12"),
    ),
    pytest.param(
        "listed-company-ir", "", "环节 信息发布 增加 复核 由 {secretary} 在 审核 之后",
        ["审核", "复核", "发布"], marks=pytest.mark.rule("listed-company-ir-R11"),
    ),
])  # fmt: skip
def test_a_step_is_put_in(opens: Opens, slug: str, overseer: str, said: str, chain: Sequence[str]) -> None:
    """缺失的一章补上: 在聊天里加一个审核, 新稿就走它, 不改程序。"""
    desk = opens(slug=slug, seats=(), words=())
    overseer = next(seat.userid for seat in desk.seats if desk.regulation.role[seat.role].oversees)
    labels = {key: role.label for key, role in desk.regulation.role.items()}
    changes(desk, overseer, said.format(**labels))
    assert chain[1] in desk.says(overseer, "环节 信息发布")
    robot = Robot(desk, desk.regulation.flow_of("post"))
    drafted(desk, robot)
    assert chain_of(desk, robot) == chain


@pytest.mark.rule("yunnan-catering-association-R12")
def test_the_chart_of_the_chain_in_force(opens: Opens) -> None:
    """发“流程图”: 提供信息 → 核稿审批 →（须协会领导批准：批准）→ 发布; 当日核稿作为设置加上; 只见与己有关的流程。"""
    desk = opens(slug="yunnan-catering-association", seats=(), words=())
    shown = desk.says("provider", "流程图")
    assert "信息发布：提供信息 → 核稿审批 →（须协会领导批准：批准）→ 发布" in shown
    assert "信息专员" in desk.says("provider", "流程图 信息发布")
    assert "期限 无 → 当日" in changes(desk, "officer", "期限 信息发布 核稿审批 当日")
    assert "2 核稿审批〔审核〕 信息专员，期限 当日" in desk.says("officer", "环节 信息发布")
    changes(desk, "officer", "环节 信息发布 增加 登记台账 由 信息专员 登记 在 发布 之前")
    assert "批准）→ 登记台账 → 发布" in desk.says("provider", "流程图")


# ---- what must not be published ------------------------------------------------------------


@pytest.mark.parametrize(("slug", "entry", "count"), [
    pytest.param("citics", "未经审批的证券投资建议", 1, marks=pytest.mark.rule("citics-R14")),
    pytest.param("dalong-school", "未经学校同意的征订信息", 7, marks=pytest.mark.rule("dalong-school-R15")),
])  # fmt: skip
def test_a_prohibition_is_added(opens: Opens, slug: str, entry: str, count: int) -> None:
    """清单可以增加; 加上以后每次审核都要确认未见这一项。"""
    desk = opens(slug=slug, seats=(), words=())
    overseer = next(seat.userid for seat in desk.seats if desk.regulation.role[seat.role].oversees)
    assert f"增加第{count}项“{entry}”" in changes(desk, overseer, f"禁止内容 增加 {entry}")
    robot = Robot(desk, desk.regulation.flow_of("post"))
    number = drafted(desk, robot)
    turn = robot.turn()
    assert turn is not None
    assert any(f"{count}.{entry}" in text for text in desk.texts(turn[0]))
    assert any(text.endswith("并确认") for text in desk.live(turn[0], number))


@pytest.mark.rule("dalong-school-R15")
def test_a_word_follows_its_prohibition(opens: Opens) -> None:
    """删去前面的一项, 提示词仍指向原来那一项的内容, 序号随着变。"""
    desk = opens()
    banned = desk.regulation.content.banned
    changes(desk, "wangfang", "禁止内容 删除 2")
    desk.says("limin", "拟出台的新规定\n拟出台若干规定。")
    desk.taps("limin", "下一步", 类别=BUSINESS, 渠道="政务微信", 栏目="信息发布")
    desk.taps("limin", "送审", 内容范围="法规文件工作活动")
    shown = "\n".join(desk.texts("limin"))
    assert "第5项" in shown and banned[5][:12] in shown and "第6项" not in shown
    assert "5. 未经确认" in desk.says("wangfang", "禁止内容")


def test_protected_words(opens: Opens) -> None:
    """保护字样可以增删。"""
    desk = opens(slug="citics", seats=(), words=())
    assert "增加第5项“中信建设”" in changes(desk, "compliance_officer", "保护字样 增加 中信建设")
    assert "5. 中信建设" in desk.says("compliance_officer", "保护字样")
    assert "删除第4项“中信”" in changes(desk, "compliance_officer", "保护字样 删除 4")


# ---- the unit's name ------------------------------------------------------------


@pytest.mark.rule("gov-newmedia-trial-R1")
def test_the_units_name_is_a_setting(opens: Opens) -> None:
    """原文的***是设置: 设为“某县政府办公室”, 凡引用之处都显示它, 从不出现***。"""
    desk = opens(slug="gov-newmedia-trial", seats=(), words=())
    overseer = next(seat.userid for seat in desk.seats if desk.regulation.role[seat.role].oversees)
    robot = Robot(desk, desk.regulation.flow_of("post"))
    drafted(desk, robot)
    answer = changes(desk, overseer, "单位名称 central 某县政府办公室")
    assert "新媒体归口管理部门经办人 → 某县政府办公室经办人" in answer
    shown = desk.says(overseer, "制度")
    assert "单位：某县政府办公室" in shown and "***" not in shown
    with books(desk) as store:
        labels = [row.after for row in store.policy_changes() if row.path.startswith("role.")]
    assert labels == ['"某县政府办公室经办人"', '"某县政府办公室负责人"']
    for flow in desk.regulation.flow:
        cited = desk.says(overseer, f"环节 {flow.option}") + desk.says(overseer, f"流程图 {flow.option}")
        assert "新媒体归口管理部门" not in cited and "***" not in cited
    assert "某县政府办公室经办人" in desk.says(overseer, "环节 信息发布") + cited
    with books(desk) as store:
        assert {s.unit for s in store.roster().seats if s.role.startswith("central")} == {"某县政府办公室"}
    assert chain_of(desk, robot) == ["审核", "发布"]


# ---- the file ------------------------------------------------------------


class FiledDesk(Desk):
    """A desk whose regulation is a file of its own, which may be changed while the bot is down."""

    def config(self) -> Config:
        file = self.folder / "own.toml"
        if not file.exists():
            file.write_text(source_text(self.slug), encoding="utf-8")
        return replace(super().config(), regulation=RegulationConfig(file=file))

    def changes_file(self, old: str, new: str) -> None:
        file = self.folder / "own.toml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
        self.dies()
        self.bot.settle()


@pytest.mark.rule("saws-R36")
def test_a_changed_file_is_a_version_too(opens: Opens) -> None:
    """换了制度文件也是一版: 谁、何时、改前改后都在; 聊天里的设置仍在, 不再适用的停用并告知; 重启不再重复。"""
    desk = opens(FiledDesk)
    assert isinstance(desk, FiledDesk)
    changes(desk, "wangfang", "设置 再次催办 2个工作日")
    changes(desk, "wangfang", "字数 政务微信 600")
    desk.changes_file("[channel.weixin]", "[channel.service]")
    assert [path for _, path, _ in versions(desk)] == ["nag.again", "channel.weixin.chars", "file"]
    assert versions(desk)[-1] == (3, "file", "配置")
    assert sum("不再适用" in text for text in desk.texts("wangfang")) == 1
    assert "配置：制度文件：换了新的文件" in desk.says("wangfang", "制度记录")
    assert "再次催办 2个工作日" in desk.says("wangfang", "制度")
    desk.dies()
    desk.bot.settle()
    assert len(versions(desk)) == 3 and sum("不再适用" in text for text in desk.texts("wangfang")) == 1


def test_an_item_goes_on_when_its_channel_is_gone(opens: Opens) -> None:
    """新文件里没有那个渠道了: 在办的稿件按开始时的办完, 不出错。"""
    desk = opens(FiledDesk)
    assert isinstance(desk, FiledDesk)
    number = desk.submits("limin", "安全检查情况\n已检查十家单位。", BUSINESS, channels="政务微信")
    desk.changes_file("[channel.weixin]", "[channel.service]")
    desk.taps("heping", "可以公开并确认", number=number)
    head = next(s.userid for s in desk.seats if s.role == "unit_head" and s.unit == "监管一司")
    desk.taps(head, "同意并确认", number=number)
    publisher = next(s.userid for s in desk.seats if s.role == "publisher" and s.unit == "监管一司")
    desk.says(publisher, f"已发布 {number}\n腾讯微信公众服务号 https://mp.weixin.qq.com/s/a")
    with books(desk) as store:
        item = store.item(int(number))
        assert item is not None and item.published_at and item.platforms == ("腾讯微信公众服务号",)


# ---- columns ------------------------------------------------------------


def test_a_column_that_a_flow_needs(desk: Desk) -> None:
    """栏目改名照旧即时生效, 同其他设置一样成为新的一版。"""
    assert "信息公开" in desk.says("wangfang", "栏目 改名 信息发布 为 信息公开")
    assert versions(desk) == [(1, "columns", "wangfang")]
    assert "王芳：栏目：信息发布、" in desk.says("wangfang", "制度记录")


# ---- a deadline explains itself ------------------------------------------------------------


def test_a_deadline_tells_what_follows(desk: Desk) -> None:
    """发“期限 编号”: 怎样算出来, 没人办时何时告诉谁。"""
    changes(desk, "wangfang", f"期限 {BUSINESS} 审定 1wd")
    number = desk.submits("limin", "安全检查情况\n已检查十家单位。", BUSINESS)
    desk.taps("heping", "可以公开并确认", number=number)
    shown = desk.says("wangfang", f"期限 {number}")
    assert "“审定”的期限：收到 3月17日 09:00 → 计1个工作日 → 截止 3月18日 24:00。" in shown
    lines = shown.splitlines()
    after = lines[lines.index("没人办的话：") + 1 :]
    assert re.fullmatch(r"3月18日 16:00 提醒，告诉\S+", after[0])
    assert re.fullmatch(r"3月18日 17:30 提醒，告诉\S+", after[1])
    assert re.fullmatch(r"3月19日 08:30 逾期催办第1次，告诉\S+", after[2])
    assert after[3].startswith("以后每1个工作日再催一次，逐级告诉")
    assert "没有您可以查看的事项" in desk.says("fangni", f"期限 {number}")


def test_without_a_deadline_the_wait_is_told(desk: Desk) -> None:
    number = desk.submits("limin", "安全检查情况\n已检查十家单位。", BUSINESS)
    shown = desk.says("limin", f"期限 {number}")
    assert "“保密审查”没有规定期限。" in shown and "3月18日 09:00 催办第1次，告诉何平" in shown
