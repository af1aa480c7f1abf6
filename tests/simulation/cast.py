"""20 units and 60 people on the shipped first regulation."""

from __future__ import annotations

from bot.rules.roster import Seat

BUREAUS = (
    "办公室", "政策法规司", "规划科技司", "监管一司", "监管二司", "监管三司", "监管四司", "统计司", "职业健康司",
    "应急指挥中心", "信息研究院", "考试中心", "化学品中心", "国际司", "机关党委",
)  # fmt: skip
CENTRAL, MEDIA, PLATFORM, OFFICE, SCENE = "人事司(宣教办)", "宣传教育中心", "通信信息中心", "办公厅", "赴现场工作组"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = ("伟", "芳", "敏")


def seats() -> tuple[Seat, ...]:
    found: list[Seat] = []
    for n, unit in enumerate(BUREAUS):
        informant, secrecy, head = (f"{SURNAMES[n]}{given}" for given in ("敏", "平", "刚"))
        found += [
            Seat(f"i{n:02}", informant, unit, "informant"),
            Seat(f"i{n:02}", informant, unit, "publisher"),
            Seat(f"s{n:02}", secrecy, unit, "secrecy"),
            Seat(f"s{n:02}", secrecy, unit, "handler"),
            Seat(f"h{n:02}", head, unit, "unit_head"),
            Seat(f"l{n // 3}", f"{SURNAMES[n // 3]}副局长", unit, "leader"),
        ]
    found += [
        Seat("officer", "王芳", CENTRAL, "central_officer"),
        Seat("officer2", "李芳", CENTRAL, "central_officer"),
        Seat("central", "周主任", CENTRAL, "central_head"),
        Seat("publisher", "郑丽", CENTRAL, "central_publisher"),
        Seat("collector", "周婷", MEDIA, "collector"),
        Seat("collector2", "吴婷", MEDIA, "collector"),
        Seat("operator", "孙磊", PLATFORM, "operator"),
        Seat("office", "钱科", OFFICE, "office_officer"),
        Seat("scene", "郭亮", SCENE, "scene_staff"),
        Seat("scenehead", "秦总", SCENE, "scene_head"),
    ]
    return tuple(found)


assert len({seat.unit for seat in seats()}) == 20
assert len({seat.userid for seat in seats()}) == 60
