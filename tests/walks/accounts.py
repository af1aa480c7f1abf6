"""People and routines of the account walks: 研究部 of a securities company, 研发部 of a listed one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.rules.accounts import Account
from bot.rules.item import Item
from bot.rules.roster import Seat
from tests.walks.desk import Desk
from tests.walks.flows import books

SCAN = b"\x89PNG\r\n\x1a\n" + b"scan" * 200
FILE = "〈file〉"

BROKERS = (
    Seat("guoshen", "郭申", "研究部", "applicant"),
    Seat("xuyan", "徐岩", "研究部", "operator"),
    Seat("qianfu", "钱复", "研究部", "owner"),
    Seat("gaolei", "高磊", "研究部", "host"),
    Seat("lianjie", "连洁", "研究部", "contact"),
    Seat("baoli", "鲍丽", "研究部", "filer"),
    Seat("zhouzong", "周总", "研究部", "leader"),
    Seat("zhaohe", "赵禾", "合规部", "compliance_officer"),
    Seat("sundong", "孙冬", "董事会办公室", "board_officer"),
    Seat("lixin", "李昕", "信息技术中心", "it_officer"),
    Seat("shangshan", "尚珊", "上海分公司", "applicant"),
    Seat("caifu", "蔡芙", "财富管理部", "applicant"),
    Seat("caigao", "高才", "财富管理部", "host"),
    Seat("caiyun", "云彩", "财富管理部", "operator"),
    Seat("caizong", "周总才", "财富管理部", "leader"),
    Seat("wangwu", "王武", "研究部"),
)

LISTED = (
    Seat("yanfa", "严发", "研发部", "applicant"),
    Seat("huadong", "华栋", "华东材料", "applicant"),
    Seat("shiqing", "石晴", "市场部", "market_officer"),
    Seat("dongban", "董斑", "董事会办公室", "board_officer"),
    Seat("mishu", "秘舒", "董事会办公室", "secretary"),
)

OPEN_BROKER = (
    "微信公众号", "发布研究观点", "中信证券研究", "订阅号", "研究报告摘要", "高磊", "钱复", "徐岩",
    "自有图片，版权归公司", "使用公司简称和LOGO，符合VIS规范", FILE,
)  # fmt: skip
OPEN_LISTED = ("微信(公众平台)", "官方认证", "华东新材资讯", "投资者交流")
RECORD_BROKER = ("yanjiu@it.example.com", "今天", "已认证")
RECORD_LISTED = ("https://mp.weixin.qq.com/hd", "企业认证", "石晴", "021-5555")


def begun(desk: Desk, who: str, flow: str, answers: Sequence[str] = ()) -> str:
    """发起, and each thing asked answered in its order; the number."""
    reply = desk.says(who, f"发起 {flow}")
    found = re.search(r"编号 (\d+)", reply)
    assert found, reply
    answered(desk, who, answers)
    return found[1]


def answered(desk: Desk, who: str, answers: Sequence[str]) -> str:
    reply = ""
    for answer in answers:
        reply = desk.sends(who, "image", "scan.png", SCAN) if answer == FILE else desk.says(who, answer)
    return reply


def applied(desk: Desk, who: str = "guoshen", answers: Sequence[str] = OPEN_BROKER) -> str:
    """An opening of the securities company, sent for review."""
    number = begun(desk, who, "开立官方微博、微信公众号", answers)
    desk.taps(who, "送审", number=number)
    return number


def passed(desk: Desk, number: str, *people: str) -> str:
    for person in people:
        desk.taps(person, "同意", number=number)
    return number


def opened(desk: Desk, who: str = "guoshen", answers: Sequence[str] = OPEN_BROKER, leader: str = "zhouzong") -> str:
    """An account in use by its whole flow."""
    number = passed(desk, applied(desk, who, answers), "zhaohe", "sundong", "lixin", leader)
    desk.taps("lixin", "填写结果", number=number)
    answered(desk, "lixin", RECORD_BROKER)
    return number


def opened_listed(desk: Desk, who: str = "yanfa", answers: Sequence[str] = OPEN_LISTED) -> str:
    """An account of the listed company in use; what is left is the report to the supervisor."""
    number = begun(desk, who, "开设账号", answers)
    desk.taps(who, "送审", number=number)
    passed(desk, number, "mishu")
    desk.taps("shiqing", "填写结果", number=number)
    answered(desk, "shiqing", RECORD_LISTED)
    return number


def item(desk: Desk, number: str) -> Item:
    with books(desk) as store:
        found = store.item(int(number))
    assert found is not None
    return found


def register(desk: Desk) -> dict[str, Account]:
    with books(desk) as store:
        return {account.name: account for account in store.accounts()}


def in_use(desk: Desk) -> list[str]:
    return [name for name, account in register(desk).items() if account.state == "在用"]
