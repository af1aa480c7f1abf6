"""Accounts and matters on phones in Chromium: an account is opened, the yearly audit comes, several units answer."""

from __future__ import annotations

import os
import struct
import zlib
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize

from bot.clock import BEIJING
from bot.demo import seats_for
from bot.regulation import load
from bot.rules.roster import Seat
from tests.browser.phones import Phones, browser
from tests.walks.desk import Desk
from tests.walks.robot import Robot

ANSWERS = (
    "2", "服务客户的信息平台", "客户服务", "2", "向客户发布交易提醒", "李总", "张三", "李四",
    "头像为公司标志，版权归公司", "按手册第3页使用",
)  # fmt: skip
UNITS = (Seat("qian", "钱宁", "业务二部", "informant"), Seat("tian", "田雨", "财务部", "informant"))
SIZE = ViewportSize(width=1280, height=860)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots go: the documentation's own folder when SHENFA_PICTURES names it."""
    return Path(os.environ.get("SHENFA_PICTURES") or tmp_path)


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A scanned form: a white sheet with grey lines, as a real PNG."""
    rows = [b"\0" + (b"\xb4" * 120 if y % 16 == 8 else b"\xff" * 120) for y in range(160)]
    header = struct.pack(">IIBBBBB", 120, 160, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    path = tmp_path / "form.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    )
    return path


@pytest.mark.browser
def test_an_account_is_opened_on_phones(tmp_path: Path, pictures: Path, scan: Path) -> None:
    """发起 → 逐项填写 → 拍报备表 → 三方会签 → 审批 → 开立登记 → 账号在用, 会签和开立在手机上点。"""
    with Desk(tmp_path, slug="citics", threads=True) as desk, browser() as chromium:
        page = chromium.new_page(viewport=SIZE, device_scale_factor=1)
        phones = Phones(page, desk.platform.url, "applicant", "compliance_officer", "it_officer")

        phones.says("applicant", "发起")
        phones.picks("applicant", "flow", "开立官方微博、微信公众号")
        phones.taps("applicant", "开始")
        phones.sees("applicant", "共 11 项")
        for answer in ANSWERS:
            desk.says("applicant", answer)
        phones.attaches("applicant", scan)
        phones.sees("applicant", "要改哪项")
        phones.taps("applicant", "送审")
        phones.sees("applicant", "0001 已送会签")

        for who in ("compliance_officer", "it_officer"):
            phones.sees(who, "待您会签")
        phones.taps("compliance_officer", "同意")
        phones.sees("compliance_officer", "已同意 09:00")
        phones.picture(pictures / "account-opening.png")
        phones.taps("it_officer", "同意")
        phones.sees("it_officer", "已同意 09:00")
        desk.taps("board_officer", "同意")
        phones.show("compliance_officer", "leader")
        phones.sees("leader", "待您审批")
        phones.taps("leader", "同意")

        phones.sees("it_officer", "办好后请点“填写结果”")
        phones.taps("it_officer", "填写结果")
        phones.sees("it_officer", "请回复专用邮箱")
        for answer in ("kefu@example.com", "今天", "已认证"):
            desk.says("it_officer", answer)
        phones.sees("applicant", "看账号登记发“账号 客户服务”")
        phones.says("applicant", "账号")
        phones.sees("applicant", "业务一部，在用")
        assert desk.platform.violations() == []


@pytest.mark.browser
def test_several_units_answer_on_phones(tmp_path: Path, pictures: Path) -> None:
    """资料征集发给三个单位: 各办各的, 征集的人看到谁办了、谁没办, 办完时结果列在一起。"""
    seats = (*seats_for(load("company-qiguanbu")), *UNITS)
    with Desk(tmp_path, slug="company-qiguanbu", seats=seats, threads=True) as desk, browser() as chromium:
        page = chromium.new_page(viewport=SIZE, device_scale_factor=1)
        phones = Phones(page, desk.platform.url, "editor", "informant", "tian")

        for line in ("发起 资料征集", "第一季度业务亮点", "3月20日"):
            desk.says("editor", line)
        phones.taps("editor", "送出")
        phones.sees("editor", "下一步由您“发给有关单位”")
        desk.says("editor", "交办 0001 全部")

        phones.taps("informant", "填写结果")
        phones.sees("informant", "请回复提供情况")
        phones.says("informant", "1")
        phones.sees("informant", "还有业务二部、财务部没有办")
        phones.says("editor", "0001")
        phones.sees("editor", "未办：业务二部（钱宁）、财务部（田雨）")
        phones.sees("tian", "待您提供资料")
        phones.picture(pictures / "several-units.png")

        for who in ("qian", "tian"):
            desk.says(who, "办结 0001")
            desk.says(who, "1")
        phones.sees("editor", "0001《资料征集：第一季度业务亮点》已办结")
        assert desk.platform.violations() == []


@pytest.mark.browser
def test_the_yearly_audit_comes_by_itself_in_november(tmp_path: Path, pictures: Path, scan: Path) -> None:
    """11月1日起: 每个在用账号自己来一件年度审核检查, 管理人员拍年审报告, 信息中心记结论。"""
    october = datetime(2025, 10, 30, 9, 0, tzinfo=BEIJING)
    with Desk(tmp_path, slug="newmedia-trial", start=october) as desk, browser() as chromium:
        Robot(desk, desk.regulation.flow_of("open")).walk()
        desk.threads = True
        desk.dies()  # from here on it sends by itself, as the phones expect
        desk.now(datetime(2025, 11, 3, 9, 0, tzinfo=BEIJING))
        page = chromium.new_page(viewport=SIZE, device_scale_factor=1)
        phones = Phones(page, desk.platform.url, "manager", "central_officer", "informant")

        phones.sees("manager", "要填：年审报告")
        phones.taps("manager", "填写")
        phones.sees("manager", "请发年审报告")
        phones.attaches("manager", scan)
        phones.sees("manager", "已记年审报告")
        phones.taps("manager", "送出")
        phones.sees("central_officer", "待您年度审核")
        phones.says("informant", "账号")
        phones.sees("informant", "在办 0002")
        phones.picture(pictures / "november-audit.png")
        phones.taps("central_officer", "填写结果")
        phones.sees("central_officer", "1 合格 2 不合格")
        phones.says("central_officer", "1")
        phones.sees("central_officer", "0002 已记“年度审核”，已办结")
        assert desk.platform.violations() == []
