"""个人信息: ID cards, bank cards and mobile numbers in a text, however written, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.personal import BANK_CARD, ID_CARD, MOBILE, is_bank_card, is_id_card, masked, personal_data

# made-up numbers with a right check character
ID, ID_X, OLD = "110101199003074477", "11010119900307109X", "110101900307447"
CARD, CARD_19 = "6222021234567894", "6217001234567890122"


def kinds(text: str) -> list[str]:
    return [hit.kind for hit in personal_data(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (ID, "身份证号（110101********4477）"),
        (ID_X, "身份证号（110101********109X）"),
        (ID_X.lower(), "身份证号（110101********109X）"),
        (OLD, "身份证号（110101*****7447）"),
        (f"学生张某身份证号{ID}，家住", "身份证号（110101********4477）"),
        ("110101 19900307 4477", "身份证号（110101********4477）"),
        ("110101-19900307-4477", "身份证号（110101********4477）"),
        ("１１０１０１１９９００３０７４４７７", "身份证号（110101********4477）"),
        ("110101\u200b19900307\u30004477", "身份证号（110101********4477）"),
        ("1 1 0 1 0 1 1 9 9 0 0 3 0 7 4 4 7 7", "身份证号（110101********4477）"),
        (CARD, "银行卡号（622202******7894）"),
        ("6222 0212 3456 7894", "银行卡号（622202******7894）"),
        (CARD_19, "银行卡号（621700*********0122）"),
        ("张先生（302房）入住", "房号（302房）"),
        ("她住1208号房", "房号（1208号房）"),
        ("房号：302", "房号（房号：302）"),
        ("13812345678", "手机号（138****5678）"),
        ("138-1234-5678", "手机号（138****5678）"),
        ("138 1234 5678", "手机号（138****5678）"),
        ("+86 13812345678", "手机号（138****5678）"),
        ("8613812345678", "手机号（138****5678）"),
        ("联系电话:１３８１２３４５６７８。", "手机号（138****5678）"),
    ],
)
def test_numbers_that_point_to_a_person(text: str, name: str) -> None:
    """身份证号(18位、15位)、银行卡号、手机号, 全角、空格、连字符隔开都认得, 只显示遮住中间的样子。"""
    assert [hit.name for hit in personal_data(text)] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12350",
        "举报电话12350，服务热线400-810-1234",
        "4008101234",
        "010-64463114",
        "010 6446 3114",
        "2025-03-14 10:00",
        "2025年3月14日至2025年3月17日",
        "20250314103000123",
        "安监总办〔2025〕12号",
        "110101199003074478",  # 校验码不对
        "110101199013074477",  # 没有13月
        "990101199003074477",  # 没有这个地区
        "110101901307447",
        "1101011990030744771",  # 长了一位
        "6222021234567895",  # 校验不对
        "0000000000000000",
        "4444444444444444",
        "12812345678",
        "138123456789",
        "1381234567",
        f"https://mp.weixin.qq.com/s/{ID}",
        "https://weibo.com/13812345678/status",
        "投入1234567.89万元，同比增长12.5%",
        "共13,812,345,678元",
        "2025房产交易会",
        "海景房预订",
    ],
)
def test_other_numbers_are_nobodys(text: str) -> None:
    """服务热线、座机、日期、文号、金额、链接里的数字, 校验不对的, 都不算。"""
    assert personal_data(text) == ()


def test_several_in_one_text() -> None:
    """一段里有几个就报几个, 位置准确, 挨着的也分得开。"""
    text = f"张某{ID} 13812345678,卡号{CARD}"
    found = personal_data(text)
    assert [hit.kind for hit in found] == [ID_CARD, MOBILE, BANK_CARD]
    assert [text[hit.start : hit.end] for hit in found] == [ID, "13812345678", CARD]
    assert [hit.holds for hit in found] == [True, False, True]
    assert masked(text) == "张某110101********4477 138****5678,卡号622202******7894"
    assert kinds("13812345678 13912345678") == [MOBILE, MOBILE]
    assert kinds("13812345678-13912345678") == [MOBILE, MOBILE]


@pytest.mark.parametrize(
    ("digits", "right"),
    [(ID, True), (ID_X, True), (OLD, True), ("11010119900230447X", False), (ID[:-1], False), ("", False)],
)
def test_an_id_card_has_a_place_a_day_and_its_check_character(digits: str, right: bool) -> None:
    """地区、生日、校验码都对才是身份证号。"""
    assert is_id_card(digits) is right


@given(st.sampled_from([ID, CARD, CARD_19]), st.integers(0, 20), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(digits: str, place: int, more: int) -> None:
    """错一位就不是这个号码。"""
    place %= len(digits)
    changed = digits[:place] + str((int(digits[place]) + more) % 10) + digits[place + 1 :]
    assert not (is_id_card if digits == ID else is_bank_card)(changed)


NOISE = st.text(st.sampled_from("安全生产，。a- 0138６２×xX\u200b\n") | st.characters(codec="utf-8"), max_size=30)


@given(NOISE, NOISE)
def test_it_is_found_among_anything(before: str, after: str) -> None:
    """前后写什么都找得到(数字、字母隔开); 遮住以后再也找不到。"""
    text = f"{before}号{ID}号{after}"
    assert f"身份证号（{ID[:6]}********{ID[-4:]}）" in [hit.name for hit in personal_data(text)]
    assert ID not in masked(text)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in personal_data(text))
