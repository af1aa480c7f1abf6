"""The main road, tapped in Chromium: draft, review, approval, publication, filing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser.phones import Phones, browser
from tests.walks.desk import Desk

LINKS = (
    "新浪网 https://weibo.com/1234\n人民网 https://t.people.com.cn/1\n新华网 https://home.news.cn/1\n"
    "腾讯网 已停用\n微信 https://mp.weixin.qq.com/s/abc"
)
TEXT = (
    "冬季用电安全小知识\n取暖设备不要长时间无人看管；插线板不要串接；出门前拔掉电热毯插头。"
    "发现电线发热、有焦味，先断电，再找电工。（来源：宣传教育中心）"
)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots go: the documentation's own folder when SHENFA_PICTURES names it."""
    return Path(os.environ.get("SHENFA_PICTURES") or tmp_path)


@pytest.mark.browser
def test_a_post_goes_the_whole_road_on_phones(tmp_path: Path, pictures: Path) -> None:
    """信息员投稿 → 保密审查 → 审定 → 发布 → 宣教办收到备案, 每一步都在手机上点。"""
    with Desk(tmp_path, threads=True) as desk, browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 860}, device_scale_factor=1)
        phones = Phones(page, desk.platform.url, "limin", "liuyang", "zhangwei")

        phones.says("limin", TEXT)
        phones.sees("limin", "收到，编号 0001")
        phones.picks("limin", "flow", "业务活动、安全生产知识、应急知识")
        phones.picks("limin", "channels", "政务微博+政务微信")
        phones.picks("limin", "column", "生产安全百科")
        phones.taps("limin", "下一步")
        phones.picks("limin", "scope", "法规文件工作活动")
        phones.picture(pictures / "draft.png")
        phones.taps("limin", "送审")
        phones.sees("limin", "已送保密审查")

        phones.show("zhangwei", "heping")
        phones.sees("heping", "待您保密审查")
        phones.taps("heping", "可以公开并确认")
        phones.sees("heping", "可以公开 09:00")

        phones.sees("liuyang", "待您审定")
        phones.picture(pictures / "approve.png")
        phones.taps("liuyang", "同意并确认")
        phones.sees("liuyang", "已同意 09:00")

        phones.show("heping", "zhangwei")
        phones.sees("zhangwei", "已审定 第1版")
        phones.taps("zhangwei", "已发布")
        phones.sees("zhangwei", "请把各平台链接发来")
        phones.picture(pictures / "main-road.png")
        phones.says("zhangwei", LINKS)
        phones.sees("zhangwei", "已备案：备 2025-001")

        phones.show("liuyang", "wangfang")
        phones.sees("wangfang", "备 2025-001")
        phones.taps("wangfang", "确认收到")
        phones.sees("wangfang", "已收到 09:00")
        phones.picture(pictures / "filing.png")
        assert desk.platform.violations() == []


@pytest.mark.browser
def test_the_page_of_an_item_opens_inside_the_phone(tmp_path: Path, pictures: Path) -> None:
    """卡片上的编号打开网页: 登录由平台静默完成, 页面上有全文和留痕; 一部手机占满真手机的屏幕。"""
    with Desk(tmp_path) as desk, browser() as chromium:
        desk.submits("limin", TEXT, "业务活动、安全生产知识、应急知识", column="生产安全百科")
        page = chromium.new_page(viewport={"width": 390, "height": 844}, device_scale_factor=2)
        phones = Phones(page, desk.platform.url, "heping")
        phones.sees("heping", "待您保密审查")
        phones.picture(pictures / "phone.png")
        phones.of("heping").locator("[data-role=card-link]").last.click()
        inside = page.frame_locator("iframe")
        inside.get_by_text("冬季用电安全小知识").first.wait_for()
        inside.get_by_text("监管一司").first.wait_for()
        phones.picture(pictures / "item-page.png")
        assert inside.get_by_text("送审").count() > 0
