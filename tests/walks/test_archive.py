"""存档: what was published is kept by whom the regulation names, found by time, title and person, and taken away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import quote
from zipfile import ZipFile

import httpx
import pytest
from openpyxl import load_workbook
from sqlite_utils import Database

from bot.clock import BEIJING
from bot.rules.effects import Record, SaveItem
from bot.rules.roster import Seat
from storage.apply import apply
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.flows import books
from tests.walks.neighbours import opened
from tests.walks.posts import item, log, passes, post, published
from tests.walks.robot import Robot
from tests.walks.test_publishing_media import jpeg

FRIDAY = datetime(2025, 3, 14, 9, 0, tzinfo=BEIJING)
COMPANY = (
    Seat("dingli", "丁丽", "销售部", "informant"),
    Seat("luojun", "罗军", "销售部", "unit_head"),
    Seat("qiao", "乔生", "生产部", "informant"),
    Seat("majun", "马军", "生产部", "unit_head"),
    Seat("zhengjie", "郑洁", "企管部", "editor"),
    Seat("heqi", "何企", "企管部", "central_checker"),
    Seat("jiangbu", "蒋部", "企管部", "central_head"),
    Seat("gongzong", "龚总", "公司领导", "leader"),
    Seat("luoping", "罗平", "客服部", "service_officer"),
)
HOTEL = (
    Seat("zhaocan", "赵餐", "餐饮部", "informant"),
    Seat("qiancan", "钱餐", "餐饮部", "unit_head"),
    Seat("sunke", "孙客", "客房部", "informant"),
    Seat("like", "李客", "客房部", "unit_head"),
    Seat("duan", "段小雨", "营销部", "editor"),
    Seat("shen", "沈审", "营销部", "central_checker"),
    Seat("muchun", "木春", "营销部", "central_head"),
)
SCHOOL = (
    Seat("linfang", "林芳", "总务处", "informant"),
    Seat("zhangvice", "张分管", "总务处", "vice_head"),
    Seat("tang", "唐老师", "校办公室", "operator"),
    Seat("zhu", "朱主任", "校办公室", "office_head"),
    Seat("xiao", "肖校长", "学校领导", "principal"),
)
MB = 1024 * 1024


def firm_post(desk: Desk, title: str, who: str = "dingli", head: str = "luojun") -> str:
    """From the draft of a unit to its links on 微博."""
    number = post(desk, who, f"{title}\n订货会周六举行，欢迎参观。", item_source(who), channels="官方微博",
                  内容范围="公司研发产品宣传")  # fmt: skip
    passes(desk, number, head, "heqi", "jiangbu")
    published(desk, number, "zhengjie")
    return number


def item_source(who: str) -> str:
    return {"dingli": "销售部", "qiao": "生产部"}[who]


def many(desk: Desk, number: str, count: int, *, at: datetime, unit: str = "", first: int = 1000) -> None:
    """As many more of the kind, published an hour after each other: what a year leaves behind."""
    model = item(desk, number)
    model = replace(model, unit=unit or model.unit)

    def write(db: Database) -> None:
        for n in range(count):
            when = at + timedelta(hours=n)
            more = replace(model, id=first + n, published_at=when, since=when)
            line = Record("system", "样例", more.id)
            apply(db, [SaveItem(more), line], org=desk.org, cause=f"sample{first + n}", now=when)

    desk.bot.writer.submit(write).result()


def download(desk: Desk, who: str, said: str) -> httpx.Response:
    """As the phone's browser does it: login at the platform, and back."""
    with httpx.Client(follow_redirects=True, cookies={"sandbox_user": who}, trust_env=False, timeout=30) as browser:
        return browser.get(f"{desk.url}/archive.zip?q={quote(said)}")


def pack(answer: httpx.Response) -> ZipFile:
    assert answer.status_code == 200, answer.text
    return ZipFile(BytesIO(answer.content))


def listed(found: ZipFile) -> list[tuple[str, ...]]:
    """The rows of the list inside, without its head."""
    [name] = [n for n in found.namelist() if n.endswith(".xlsx")]
    sheet = load_workbook(BytesIO(found.read(name))).active
    assert sheet is not None
    return [tuple(str(v or "") for v in row) for row in sheet.iter_rows(min_row=2, values_only=True)]


# ---- each unit its own ----------------------------------------------------------------------------------------------


@pytest.mark.rule("company-qiguanbu-R16")
def test_a_unit_s_year_is_taken_away_as_one_file(opens: Opens) -> None:
    """销售部2025年发了47件: 丁丽发“存档 2025”, 下载47件, 只有销售部的; 版本、审核、配图、链接都在里面。"""
    desk = opens(slug="company-qiguanbu", seats=COMPANY, start=FRIDAY)
    desk.sends("dingli", "image", "订货会.jpg", jpeg(2 * MB))
    number = firm_post(desk, "春季订货会")
    firm_post(desk, "车间开放日", "qiao", "majun")
    many(desk, number, 46, at=datetime(2025, 1, 6, 10, tzinfo=BEIJING))
    assert "存档" in log(desk, number)

    said = desk.says("dingli", "存档 2025")
    assert said.startswith("存档 2025：47 件。\n0001 3月14日 销售部《春季订货会》丁丽")
    assert "还有 27 件，请打开网页看。" in said and "生产部" not in said
    assert f'<a href="{desk.url}/archive?q=2025">查看和下载</a>' in said
    status, page = opened(desk, "dingli", "/archive?q=2025")
    assert status == 200 and "47 件" in page and "下载全部" in page and "车间开放日" not in page

    found = pack(download(desk, "dingli", "2025"))
    rows = listed(found)
    assert len(rows) == 47 and {row[2] for row in rows} == {"销售部"}
    [mine] = [row for row in rows if row[0] == number]
    assert mine[3:5] == ("春季订货会", "信息发布") and mine[6] == f"官方微博 https://example.com/{number}/0"
    assert mine[7:9] == ("丁丽", "蒋部") and mine[10] == f"{number} 春季订货会"
    sheet = found.read(f"{number} 春季订货会/{number}.html").decode()
    for part in ("订货会周六举行", "第1版", "罗军", "何企", "蒋部", "审核把关", "统一发布", "信息来源", "销售部",
                 f"https://example.com/{number}/0", "图片1.jpg", "信息员丁丽保管", "2025年3月14日 09:00"):  # fmt: skip
        assert part in sheet, part
    assert found.read(f"{number} 春季订货会/图片1.jpg") == jpeg(2 * MB)
    assert found.testzip() is None


@pytest.mark.rule("company-qiguanbu-R16")
def test_it_is_found_by_time_title_and_person(opens: Opens) -> None:
    """按日期、标题、人员都查得到; 几样写在一起要都符合。"""
    desk = opens(slug="company-qiguanbu", seats=COMPANY, start=FRIDAY)
    first = firm_post(desk, "春季订货会")
    desk.now(datetime(2025, 4, 2, 9, 0, tzinfo=BEIJING))
    second = firm_post(desk, "秋季新品")

    for said, found in {
        "存档": [second, first], "存档 2025-03": [first], "存档 3月14日": [first], "存档 2025年4月": [second],
        "存档 上月": [first], "存档 订货会": [first], "存档 丁丽": [second, first], "存档 2025-04 丁丽": [second],
        "存档 2025-03 秋季": [], "存档 2024": [], "存档 蒋部": [second, first], "存档 郑洁": [second, first],
    }.items():  # fmt: skip
        lines = desk.says("dingli", said).splitlines()
        assert lines[0].endswith(f"：{len(found)} 件。"), said
        assert [line[:4] for line in lines if line[:4].isdigit()] == found, said


@pytest.mark.rule("company-qiguanbu-R16")
def test_the_archive_is_for_whom_it_concerns(opens: Opens) -> None:
    """别的单位的信息员看不到; 本单位负责人看本单位的; 企管部看全部; 没有份的人被告知由谁保管。"""
    desk = opens(slug="company-qiguanbu", seats=COMPANY, start=FRIDAY)
    number = firm_post(desk, "春季订货会")
    firm_post(desk, "车间开放日", "qiao", "majun")

    assert "春季订货会" not in desk.says("qiao", "存档 2025") and "车间开放日" in desk.says("qiao", "存档")
    assert "春季订货会" in desk.says("luojun", "存档") and "车间开放日" not in desk.says("luojun", "存档")
    assert desk.says("zhengjie", "存档").startswith("存档 今年：2 件。")
    assert desk.says("luoping", "存档") == "没有您可以查看的存档，存档由信息员保管。"
    for who, status in (("qiao", 404), ("luoping", 404), ("luojun", 200), ("zhengjie", 200)):
        assert download(desk, who, "春季").status_code == status, who
    _, page = opened(desk, "qiao", f"/archive?q={quote('春季')}")
    assert "没有您可以查看的存档" in page and number not in page


@pytest.mark.rule("company-qiguanbu-R16")
def test_what_is_not_published_is_not_in_the_archive(opens: Opens) -> None:
    """没有发布的不在存档里; 一发布就在。"""
    desk = opens(slug="company-qiguanbu", seats=COMPANY, start=FRIDAY)
    number = post(desk, "dingli", "春季订货会\n周六举行。", "销售部", channels="官方微博", 内容范围="公司研发产品宣传")
    passes(desk, number, "luojun", "heqi", "jiangbu")
    assert desk.says("dingli", "存档").startswith("存档 今年：0 件。")
    published(desk, number, "zhengjie")
    assert desk.says("dingli", "存档").startswith("存档 今年：1 件。")


@pytest.mark.rule("hotel-dali-R16")
def test_the_department_sees_its_month(opens: Opens) -> None:
    """餐饮部发“存档 2025-03”: 只有餐饮部三月发布的。"""
    desk = opens(slug="hotel-dali", seats=HOTEL, start=FRIDAY)
    made = []
    for who, head, title, source in (
        ("zhaocan", "qiancan", "苍山菌菇宴上新", "餐饮部"), ("sunke", "like", "海景房开放预订", "客房部"),
    ):  # fmt: skip
        text, scope = f"{title}\n欢迎品尝和入住。", "公司研发新菜品宣传"
        number = post(desk, who, text, source, channels="官方微博", 内容范围=scope)
        published(desk, passes(desk, number, head, "shen", "muchun"), "duan")
        made.append(number)
    many(desk, made[0], 3, at=datetime(2025, 2, 27, 22, tzinfo=BEIJING))

    said = desk.says("zhaocan", "存档 2025-03")
    assert said.startswith("存档 2025-03：1 件。") and "苍山菌菇宴" in said and "海景房" not in said
    assert [row[0] for row in listed(pack(download(desk, "zhaocan", "2025-03")))] == made[:1]
    assert desk.says("zhaocan", "存档 2025-02").startswith("存档 2025-02：3 件。")


# ---- the office keeps all -------------------------------------------------------------------------------------------


@pytest.mark.rule("dalong-school-R11")
def test_the_office_keeps_everything(opens: Opens) -> None:
    """校办公室保存全部: 本学期31件, 唐老师全部导出, 按部门分开; 林芳不保管, 看得到的只有本部门的。"""
    desk = opens(slug="dalong-school", seats=SCHOOL, start=FRIDAY)
    number = post(desk, "linfang", "食堂招标公告\n本周五开标。", "总务处", channels="", **school_scope(desk))
    robot = Robot(desk, desk.regulation.flow_of("post"), "linfang")
    robot.number = number
    while now := robot.turn():
        robot.act(*now)

    many(desk, number, 20, at=datetime(2025, 3, 3, tzinfo=BEIJING))
    many(desk, number, 10, at=datetime(2025, 2, 24, tzinfo=BEIJING), unit="教导处", first=2000)

    assert desk.says("tang", "存档 2025").startswith("存档 2025：31 件。")
    assert desk.says("linfang", "存档 2025").startswith("存档 2025：21 件。")
    found = pack(download(desk, "tang", "2025"))
    assert [row[2] for row in listed(found)] == [*["总务处"] * 21, *["教导处"] * 10]
    assert f"总务处/{number} 食堂招标公告/{number}.html" in found.namelist()
    assert "教导处/2003 食堂招标公告/2003.html" in found.namelist()
    assert records(desk, number) == ["校办公室专人唐老师保管"]


def school_scope(desk: Desk) -> dict[str, str]:
    return {"内容范围": desk.regulation.content.scope[0].option} if desk.regulation.content.scope else {}


def records(desk: Desk, number: str) -> list[str]:
    with books(desk) as store:
        return [line.detail for line in store.audit(int(number)) if line.action == "存档"]


# ---- much of it -----------------------------------------------------------------------------------------------------


def test_more_than_one_file_holds_is_offered_by_month(opens: Opens) -> None:
    """超过一千件: 网页按月给出, 一次全要的被告知按月下载。"""
    desk = opens(slug="company-qiguanbu", seats=COMPANY, start=FRIDAY)
    many(desk, firm_post(desk, "春季订货会"), 1000, at=datetime(2025, 1, 6, tzinfo=BEIJING))

    said = desk.says("dingli", "存档 2025")
    assert said.startswith("存档 2025：1001 件以上。") and "请打开网页看，或写明年、月再查" in said
    _, page = opened(desk, "dingli", "/archive?q=2025")
    assert "1001 件" in page and "按月下载" in page and 'q=2025-02"' in page and "下载全部" not in page
    refused = download(desk, "dingli", "2025")
    assert refused.status_code == 400 and "请按月下载" in refused.text
    assert len(listed(pack(download(desk, "dingli", "2025-01")))) == 624
