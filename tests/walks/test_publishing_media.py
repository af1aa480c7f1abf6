"""图片、视频和平台: by their own examples (company-qiguanbu R10 R11, hotel-dali R10 R11, and the platforms)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from bot.clock import BEIJING
from bot.rules.item import State
from bot.rules.roster import Seat
from tests.sandbox.scene import png
from tests.walks.company import COMPANY, FRIDAY, WEIBO, item
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.test_publishing_sends import HOTEL
from tests.walks.test_publishing_times import SOCIETY

FIRM: dict[str, Any] = {"slug": "company-qiguanbu", "seats": COMPANY, "start": FRIDAY}
DALI: dict[str, Any] = {"slug": "hotel-dali", "seats": HOTEL, "start": FRIDAY}
MB = 1024 * 1024


def jpeg(size: int) -> bytes:
    """A JPEG file of exactly this size (its picture is followed by padding, as cameras do)."""
    head = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
    return head + b"\x00" * (size - len(head) - 2) + b"\xff\xd9"


def started(desk: Desk, channels: str = WEIBO) -> str:
    number = str(re.findall(r"编号 (\d+)", desk.says("zhaolei", "车间开放日\n本周六上午开放参观，欢迎报名。"))[0])
    desk.taps("zhaolei", "下一步", number=number, 渠道=channels)
    return number


# ---- pictures -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("company-qiguanbu-R10", "hotel-dali-R10")
@pytest.mark.parametrize("firm", [FIRM, DALI], ids=["company", "hotel"])
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("车间.jpg", jpeg(860 * 1024), "图片0.84MB，应大于1MB"),
        ("车间.jpg", jpeg(MB), "应大于1MB"),
        ("车间.jpg", jpeg(5 * MB), "应小于5MB"),
        ("车间.jpg", png(1300, 900) + b"\x00" * 2 * MB, "图片是PNG，非JPEG"),
        ("车间.jpg", jpeg(2 * MB), ""),
        ("车间.png", jpeg(5 * MB - 1), ""),
    ],
    ids=["0.84", "1.00", "5.00", "png", "2.00", "almost-5"],
)
def test_pictures_are_jpeg_between_one_and_five_megabytes(
    firm: dict[str, Any], name: str, content: bytes, why: str, opens: Opens
) -> None:
    """图片是真的JPEG, 大于1MB小于5MB; 不合格的说出格式和大小, 去掉后才能送审。"""
    desk = opens(**firm)
    number = started(desk)
    desk.sends("zhaolei", "image", name, content)

    said = desk.texts("zhaolei")[-1]
    (media,) = item(desk, number).current.media
    if not why:
        assert "已加图片" in said and media.problem == ""
        return
    assert why in said and "不能用" in said
    desk.says("zhaolei", f"送审 {number}")
    assert item(desk, number).state is State.PREPARING


# ---- videos ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("company-qiguanbu-R11", "hotel-dali-R11")
@pytest.mark.parametrize("firm", [FIRM, DALI], ids=["company", "hotel"])
@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("120MB mkv", "格式mkv不在允许范围"),
        ("500MB mp4", ""),
        ("mp4 500 MB", ""),
        ("501MB mp4", "视频501.00MB，应不超过500MB"),
        ("500.1MB MP4", "应不超过500MB"),
        ("20MB wma", ""),
        ("20MB wmv", "格式wmv不在允许范围"),
        ("mp4", "还缺大小"),
        ("20MB", "还缺格式"),
    ],
)
def test_a_large_video_is_registered_by_link(firm: dict[str, Any], said: str, why: str, opens: Opens) -> None:
    """大视频用链接登记: 格式在范围内, 不超过500MB(含); wmv不在原文的范围里 (A16, A18)。"""
    desk = opens(**firm)
    number = started(desk)
    answer = desk.says("zhaolei", f"视频 https://pan.example.com/s/1 {said}")

    media = item(desk, number).current.media
    if why:
        assert why in answer and media == ()
    else:
        assert "已加视频链接" in answer and media[0].problem == ""


@pytest.mark.rule("company-qiguanbu-R11")
def test_checkers_and_publishers_see_link_size_and_format(opens: Opens) -> None:
    """审核人和发布人看到链接、大小和格式; 换了渠道重新检查; 可以去掉。"""
    desk = opens(**FIRM)
    number = started(desk)
    desk.says("zhaolei", "视频 https://pan.example.com/s/宣传片.mp4 120MB")
    assert [m.format for m in item(desk, number).current.media] == ["mp4"]
    desk.taps("zhaolei", "送审", number=number, 内容范围="公司研发产品宣传")
    desk.says("zhaolei", "生产部")
    for person in ("sunhao", "wumin", "xuqiang"):
        shown = "视频（链接）：https://pan.example.com/s/宣传片.mp4 120.0 MB mp4"
        assert any(shown in text for text in desk.texts(person))
        desk.taps(person, "同意并确认", number=number)
    assert any(shown in text for text in desk.texts("zhengjie"))


def test_without_a_draft_no_video(opens: Opens) -> None:
    """没有稿件时先请发正文; 不起草的人被告知找谁; 去掉视频可以打字。"""
    desk = opens(**FIRM)
    assert "请先发稿件正文" in desk.says("zhaolei", "视频 https://pan.example.com/s/1 20MB mp4")
    assert "没有起草权限" in desk.says("sunhao", "视频 https://pan.example.com/s/1 20MB mp4")
    number = started(desk)
    desk.says("zhaolei", "视频 https://pan.example.com/s/1 20MB mp4")
    desk.says("zhaolei", "去掉视频 1")
    assert item(desk, number).current.media == ()


# ---- platforms ------------------------------------------------------------------------------------------------------

ASSOCIATION = (
    Seat("fanli", "范丽", "会员部", "provider"),
    Seat("xinxi", "辛玲", "信息部", "officer"),
    Seat("dongbu", "董部长", "信息部", "info_head"),
    Seat("huizhang", "会长", "协会领导", "leader"),
)


def association_post(desk: Desk, title: str, channels: str) -> str:
    number = str(re.findall(r"编号 (\d+)", desk.says("fanli", f"{title}\n欢迎各会员单位报名参加。"))[0])
    if channels:
        desk.taps("fanli", "下一步", number=number, 渠道=channels)
    desk.taps("fanli", "送审", number=number, 内容范围="餐饮产业成功项目案例")
    desk.says("fanli", "会员部")
    desk.taps("xinxi", "同意并确认", number=number)
    return number


@pytest.mark.rule("yunnan-catering-association-R1")
def test_a_closed_platform_is_offered_no_more(opens: Opens) -> None:
    """腾讯微博停用: 起草时只有微信可选, 以前在微博发的仍查得到; 两个腾讯平台各要一个链接。"""
    desk = opens(slug="yunnan-catering-association", seats=ASSOCIATION, start=datetime(2014, 9, 5, 9, tzinfo=BEIJING))
    old = association_post(desk, "美食节预告", "官方微博+官方微信")
    assert "缺：官方微信" in desk.says("xinxi", f"已发布 {old}\n官方微博 https://t.qq.com/p/1")
    desk.says("xinxi", "官方微信 https://mp.weixin.qq.com/s/1")
    assert item(desk, old).state is State.DONE

    assert "请写明是哪一个：官方微博、官方微信" in desk.says("dongbu", "平台 腾讯 停用")
    assert "已登记为停用" in desk.says("dongbu", "平台 腾讯微博 停用")
    assert "官方微博（停用）" in desk.says("dongbu", "平台")
    desk.says("fanli", "厨艺大赛\n欢迎各会员单位报名参加。")
    new = "0002"
    assert item(desk, new).channels == ("weixin",)
    card = desk.card("fanli", new)
    assert "渠道" not in [s.get("title") for s in card.get("select_list", ())]
    assert "https://t.qq.com/p/1" in desk.says("xinxi", old) and old in desk.says("fanli", "我的稿件")


@pytest.mark.rule("mutual-aid-society-R2")
def test_only_the_societys_two_channels_are_offered(opens: Opens) -> None:
    """渠道只有官方微博(新浪)和微信公众平台: 腾讯微博不在其中, 打字选也没有。"""
    desk = opens(slug="mutual-aid-society", seats=SOCIETY, start=FRIDAY)
    number = str(re.findall(r"编号 (\d+)", desk.says("chenhui", "健康讲座通知\n周三下午举办健康讲座。"))[0])
    card = desk.card("chenhui", number)
    (select,) = [s for s in card["select_list"] if s["title"] == "渠道"]
    offered = [o["text"] for o in select["option_list"]]
    assert [o for o in offered if o != "请选择"] == ["官方微博+微信(公众平台)", "官方微博", "微信(公众平台)"]

    assert "没有这个渠道" in desk.says("chenhui", "只发腾讯微博")
    assert item(desk, number).channels == ()
