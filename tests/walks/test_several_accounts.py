"""A unit with several accounts on one channel: the drafter says which, cards name it, another's is never offered."""

from __future__ import annotations

import re

from bot.rules.roster import Seat
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.robot import PICTURE

PEOPLE = (
    Seat("liming", "李明", "后勤部", "informant"),
    Seat("hanxue", "韩雪", "后勤部", "unit_head"),
    Seat("qianjin", "钱进", "后勤部", "manager"),
    Seat("gonghui", "龚慧", "工会", "informant"),
    Seat("guohead", "郭主席", "工会", "unit_head"),
    Seat("wuxin", "吴信", "信息中心", "central_officer"),
    Seat("zhengxin", "郑新", "信息中心", "central_head"),
)
TEXT = "食堂开放日\n本周五食堂开放，欢迎参观。"


def test_the_drafter_says_which_of_two_accounts(opens: Opens) -> None:
    """同一渠道本单位有两个账号: 问发到哪一个，卡片写它的名称；别的单位的账号不出现，没有账号的单位不能送审。"""
    desk = opens(slug="newmedia-trial", seats=PEOPLE)
    for name in ("后勤在线", "后勤之家"):
        opened(desk, name)
    number = re.findall(r"编号 (\d+)", desk.says("liming", TEXT))[0]
    desk.taps("liming", "下一步", number=number, 渠道="官方微信公众号")
    desk.taps("liming", "送审", number=number, 内容范围="动态、宣教和服务信息")
    asked = desk.texts("liming")[-1]
    assert "官方微信公众号有几个账号，请回复序号：\n1. 后勤在线\n2. 后勤之家" in asked
    assert "没有“三”" in desk.says("liming", "三")
    desk.says("liming", "2")
    assert desk.card("hanxue", number)["source"]["desc"] == "官方微信公众号 · 后勤之家"

    other = re.findall(r"编号 (\d+)", desk.says("gonghui", TEXT.replace("食堂", "工会")))[0]
    desk.taps("gonghui", "下一步", number=other, 渠道="官方微信公众号")
    desk.taps("gonghui", "送审", number=other, 内容范围="动态、宣教和服务信息")
    assert "工会没有登记在用的官方微信公众号账号" in desk.texts("gonghui")[-1]
    assert desk.live("guohead") == []


def opened(desk: Desk, name: str) -> None:
    """The account is opened by its own flow."""
    reply = desk.says("liming", "发起 开通新媒体")
    number = re.findall(r"编号 (\d+)", reply)[0]
    for answer in ("1", name, "服务职工", "后勤信息", "韩雪", "钱进"):
        desk.says("liming", answer)
    desk.sends("liming", "image", "scan.png", PICTURE)
    desk.taps("liming", "送审", number=number)
    desk.says("hanxue", f"同意 {number}")
    desk.says("zhengxin", f"同意 {number}")
    desk.says("qianjin", f"办结 {number}")
