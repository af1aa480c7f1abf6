"""评论的接口和导入: the same road as everything else, beside a running bot; strangers learn nothing."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
from click.testing import CliRunner
from openpyxl import load_workbook

from bot import cli
from bot.app import reading
from bot.clock import BEIJING
from bot.config import Config, InterfaceConfig, Secret
from bot.web import interface
from storage.read import Reader
from tests.walks.company import COMPANY
from tests.walks.desk import AGENT, CORP, KEY, Desk
from tests.walks.test_comments import COMMENT_CAST
from tests.walks.test_comments_arrive import actions, item

TOKEN = "a-token-of-more-than-twenty-characters"
DOCS = Path(__file__).parents[2] / "docs" / "interface.md"
SUNDAY = datetime(2025, 3, 16, 23, 0, tzinfo=BEIJING)
ROWS = [
    {"platform": "微博", "netizen": "网友甲", "text": "小微企业要不要办许可证", "posted_at": "2025-03-16T14:00:00Z"},
    {"platform": "新浪微博", "netizen": "@网友甲", "text": "小微企业 要不要办许可证", "posted_at": "2025-03-16 22:00"},
    {"text": "", "posted_at": "2025-03-16 22:00"},
    {"text": "明天的", "posted_at": "2025-03-17 22:00"},
    {"text": "电话13812345678没人接，怎么回事", "posted_at": 1742135400, "link": "https://weibo.com/1/z"},
    "不是对象",
]


class OpenDesk(Desk):
    """With a connector."""

    def config(self) -> Config:
        return replace(super().config(), interface=InterfaceConfig({"weibo": Secret(TOKEN)}))

    def post(self, body: Any, token: str = TOKEN, **more: Any) -> requests.Response:
        more = more or {"json": body}
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.post(f"{self.url}/api/comments", headers=headers, timeout=30, **more)
        self.bot.settle()
        return answer


def test_a_connector_brings_comments(tmp_path: Path) -> None:
    """接口送来的评论逐条有结果，重送不会登记两条；夜里来的等上班时一起给采集人员分办。"""
    with OpenDesk(tmp_path, seats=COMMENT_CAST, start=SUNDAY) as desk:
        first = desk.post(ROWS)
        assert first.status_code == 200
        assert first.json() == {
            "new": 2, "duplicate": 1, "refused": 3,
            "results": [
                {"row": 1, "status": "new", "number": "0001"},
                {"row": 2, "status": "duplicate", "number": "0001"},
                {"row": 3, "status": "refused", "why": "没有内容"},
                {"row": 4, "status": "refused", "why": "发表时间 3月17日 22:00 还没有到，请写上日期，例如 昨天 22:00"},
                {"row": 5, "status": "new", "number": "0002"},
                {"row": 6, "status": "refused", "why": "要一个对象"},
            ],
        }  # fmt: skip
        again = desk.post(ROWS).json()
        assert (again["new"], again["duplicate"]) == (0, 3)
        assert item(desk, 2).form["平台"] == "新浪网"
        assert item(desk, 1).author == "zhouting"
        assert desk.cards("zhouting") == []
        desk.now(datetime(2025, 3, 17, 8, 31, tzinfo=BEIJING))
        told = "\n".join(desk.texts("zhouting"))
        assert "下班后和休息日收到评论 2 条" in told
        assert "138****5678" in told
        assert "13812345678" not in told
        desk.dies()
        desk.now(datetime(2025, 3, 17, 8, 40, tzinfo=BEIJING))
        assert "\n".join(desk.texts("zhouting")).count("下班后和休息日收到") == 1
        one = {"text": "白天来的一条", "posted_at": "2025-03-17 08:39", "netizen": "乙"}
        assert desk.post(one).json()["results"] == [{"row": 1, "status": "new", "number": "0003"}]
        assert desk.live("zhouting", "0003")


def test_files_limits_and_strangers(tmp_path: Path) -> None:
    """没有令牌的什么也得不到，留痕一分钟一条；太大、太多、读不懂的一句话说明；文件和表单也收。"""
    with OpenDesk(tmp_path, seats=COMMENT_CAST) as desk:
        address, right = f"{desk.url}/api/comments", {"Authorization": f"Bearer {TOKEN}"}
        wrong: list[dict[str, str]] = [{}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {TOKEN}"}]
        for headers in (*wrong, *wrong):
            for answer in (
                requests.post(address, headers=headers, data="{", timeout=9),
                requests.get(f"{desk.url}/api/openapi.json", headers=headers, timeout=9),
            ):
                assert (answer.status_code, answer.content) == (401, b"")
        desk.bot.settle()
        assert actions(desk).count("接口拒绝") == 1
        desk.later(minutes=2)
        desk.post({}, token="wrong")
        assert actions(desk).count("接口拒绝") == 2

        def sent(**more: Any) -> requests.Response:
            headers = {**right, **more.pop("headers", {})}
            return requests.post(address, headers=headers, timeout=30, **more)

        many = [{"text": f"第{n}", "posted_at": "昨天 10:00"} for n in range(interface.MOST_ROWS + 1)]
        assert sent(json=many).status_code == 413
        assert sent(data=b"x" * (interface.MOST_BYTES + 1)).status_code == 413
        broken = sent(data="{", headers={"Content-Type": "application/json"})
        assert (broken.status_code, broken.json()) == (400, {"error": "不是 JSON"})
        assert sent(data="x", headers={"Content-Type": "text/plain"}).status_code == 415
        csv = "昵称,内容,时间\n甲,文件里的一条,昨天 10:00\n乙,,昨天 10:00\n".encode("gb18030")
        assert sent(data=csv, headers={"Content-Type": "text/csv"}).json()["results"] == [
            {"row": 2, "status": "new", "number": "0001"}, {"row": 3, "status": "refused", "why": "没有内容"},
        ]  # fmt: skip
        assert sent(files={"file": ("a.csv", csv)}).json()["duplicate"] == 1
        assert sent(files={"other": ("a.csv", csv)}).status_code == 400
        assert requests.get(address, headers=right, timeout=9).status_code in (404, 405)

        described = requests.get(f"{desk.url}/api/openapi.json", headers=right, timeout=9).json()
        page = DOCS.read_text(encoding="utf-8")
        assert described["paths"].keys() == {interface.COMMENTS, interface.DESCRIPTION}
        assert all(f"{method.upper()} {path}" in page for path, at in described["paths"].items() for method in at)
        fields = described["components"]["schemas"]["Comment"]["properties"]
        assert dict(re.findall(r"^\| `([a-z_]+)` \| (是|)", page, re.MULTILINE)) == {
            name: "是" if name in interface.REQUIRED else "" for name in fields
        }
        codes = described["paths"][interface.COMMENTS]["post"]["responses"].keys()
        assert set(re.findall(r"^\| `(\d{3})`", page, re.MULTILINE)) == codes
        example = re.search(r"-d '(.*?)'", page, re.DOTALL)
        assert example is not None
        assert desk.post(json.loads(example[1])).json()["new"] == 1


def test_nobody_to_collect_is_no_loss(tmp_path: Path) -> None:
    """名册里没有采集人员：一条也不收，请对方稍后再送；不留痕迹。"""
    others = tuple(s for s in COMMENT_CAST if s.role not in ("collector", "handler", "central_officer", "informant"))
    one = {"text": "一条", "posted_at": "今天 08:30"}
    with OpenDesk(tmp_path, seats=others, granted=False) as desk:
        answer = desk.post(one)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert "error" in answer.json()


def configured(desk: Desk) -> Path:
    path = desk.folder / "config.toml"
    path.write_text(
        f'[wecom]\ncorp_id = "{CORP}"\nagent_id = {AGENT}\nsecret = "test-secret"\ntoken = "testtoken"\n'
        f'encoding_aes_key = "{KEY}"\n[server]\npublic_url = "{desk.url}"\n[storage]\npath = "shenfa.db"\n'
        '[regulation]\nslug = "saws"\n'
    )  # fmt: skip
    return path


def run(config: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli.cli, ["--config", str(config), "comments", "import", *words])
    return result.exit_code, result.output


def test_a_file_is_imported_beside_a_running_bot(tmp_path: Path) -> None:
    """导入一个文件：机器人照常运行；有问题的行列出来，其余照登；再导入一次都是已登记过的；登记完了只告诉一次。"""
    with Desk(tmp_path, seats=COMMENT_CAST, threads=True) as desk:
        config, file = configured(desk), tmp_path / "评论.csv"
        rows = [f"微博,网友{n},第{n}条问题怎么办,2025-03-14 {n // 60:02d}:{n % 60:02d}" for n in range(250)]
        file.write_text("\n".join(["来源,昵称,内容,时间", *rows, "微博,没时间的,内容,"]), encoding="utf-8")

        assert run(config, str(file), "--dry-run") == (
            1, "第 252 行：没有发表时间\n检查过 250 条，没有登记；有问题 1 行。\n",
        )  # fmt: skip
        assert run(config, str(file), "--by", "heping") == (1, "heping 没有登记评论的角色。\n")
        desk.says("zhouting", "评论 微博 @网友3 2025-03-14 00:03 第3条问题怎么办")
        code, said = run(config, str(file))
        assert code == 1
        assert "有问题 1 行" in said
        code, said = run(config, str(file))
        assert "新登记 0 条，已登记过 250 条" in said
        with reading(desk.folder / "shenfa.db") as db:
            found = Reader(db, desk.org).items(kind="comment", limit=1000)
        assert len(found) == 250
        assert len({one.form["网民"] for one in found}) == 250
        assert {one.author for one in found} == {"zhouting"}
        assert actions(desk).count("导入评论") == 2


@pytest.mark.rule("weibo-opinion-paper-R7")
def test_opinions_of_an_activity_are_collected_under_it(tmp_path: Path) -> None:
    """“两会议案征集”3月1日至10日：期间带话题的意见归在活动下，结束后213条可以按时间、网民、内容导出。"""
    begins = datetime(2025, 2, 28, 9, 0, tzinfo=BEIJING)
    slug, papers = "company-qiguanbu", ("weibo-opinion-paper",)
    with OpenDesk(tmp_path, slug=slug, add=papers, seats=COMPANY, start=begins) as desk:
        number = re.search(r"编号 (\d+)", desk.says("zhaolei", "发起 网上互动、实时活动"))
        assert number is not None
        for answer in ("两会议案征集", "孙浩", "2025-03-01", "2025-03-10"):
            desk.says("zhaolei", answer)
        desk.taps("zhaolei", "送审", number=number[1])
        desk.taps("xuqiang", "同意", number=number[1])
        desk.now(datetime(2025, 3, 11, 9, 0, tzinfo=BEIJING))
        said = [
            {
                "netizen": f"网友{n}", "platform": "微博", "text": f"#两会议案征集# 建议{n}，电话13812345678",
                "posted_at": f"2025-03-{1 + n % 10:02d} {n // 10:02d}:30",
            }
            for n in range(212)
        ]  # fmt: skip
        said += [
            {"netizen": "早了", "text": "#两会议案征集# 早了", "posted_at": "2025-02-28 09:00"},
            {"netizen": "没写话题", "text": "多修几条自行车道", "posted_at": "2025-03-10 23:59"},
        ]
        assert desk.post(said).json()["new"] == 214
        last = int(number[1]) + 214
        assert "不在活动" in desk.says("zhengjie", f"关联 {last - 1} {number[1]}")
        assert "共 213 条意见" in desk.says("zhengjie", f"关联 {last} {number[1]}")
        assert "收到意见 213 条" in desk.says("zhengjie", f"方案 {number[1]}")

        def download(who: str) -> httpx.Response:
            with httpx.Client(follow_redirects=True, cookies={"sandbox_user": who}, trust_env=False) as browser:
                return browser.get(f"{desk.url}/opinions/{number[1] if number else ''}.xlsx", timeout=30)

        sheet = load_workbook(BytesIO(download("zhengjie").content)).active
        assert sheet is not None
        rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
        assert rows[0][1:5] == ["发表时间", "平台", "网民", "内容"]
        assert len(rows) == 214
        assert rows[1][1:5] == ["2025-03-01 00:30", "微博", "网友0", "#两会议案征集# 建议0，电话138****5678"]
        assert rows[-1][1:5] == ["2025-03-10 23:59", "", "没写话题", "多修几条自行车道"]
        assert download("wumin").status_code == 404
