"""名册文件: what is taken, what is refused on which line, and that what we write we read back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import roster_file
from bot.roster_file import RosterFile, export_csv, export_xlsx, parse
from bot.rules.regulation import Regulation
from bot.rules.roster import Seat

REGULATION = Regulation.model_validate(
    {
        "schema": 1,
        "slug": "test",
        "title": "试验",
        "unit": {"central": "人事司(宣教办)", "office": "办公厅"},
        "role": {
            "informant": {"label": "信息员", "scope": "own", "seats": [1, 2]},
            "unit_head": {"label": "单位主要负责人", "scope": "own"},
            "central_officer": {"label": "宣教办经办人", "scope": "central", "oversees": True},
            "office_head": {"label": "负责人", "scope": "office"},
            "central_head": {"label": "负责人", "scope": "central"},
        },
    }
)
HEADER = "userid,姓名,单位,角色\n"
WANG = Seat("wangfang", "王芳", "监管一司", "informant")
ZHANG = Seat("zhang", "张伟", "监管一司", "unit_head")


def of(text: str) -> RosterFile:
    return parse(text.encode(), REGULATION)


def xlsx(rows: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        HEADER + "wangfang,王芳,监管一司,informant\nzhang,张伟,监管一司,unit_head\n",
        HEADER + "wangfang,王芳,监管一司,信息员\nzhang,张伟,监管一司,单位主要负责人",
        HEADER + "\r\n WangFang , 王芳\u3000,监管一司,信息员\r\n,,,\r\nzhang,\u200b张伟,监管一司,单位主要负责人\r\n",
        "角色,单位,姓名,UserID\n信息员,监管一司,王芳,wangfang\n单位主要负责人,监管一司,张伟,zhang\n",
        'userid;姓名;单位;角色\n"wangfang";王芳;监管一司;信息员\nzhang;张伟;监管一司;单位主要负责人\n',
        "userid\t姓名\t单位\t角色\nwangfang\t王芳\t监管一司\t信息员\nzhang\t张伟\t监管一司\t单位主要负责人\n",
    ],
)
def test_ways_to_write_the_same_roster(text: str) -> None:
    """Role ids or labels, any order of columns, blanks and empty rows, userids in any case."""
    assert of(text).seats == (WANG, ZHANG)
    assert of(text).refused == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_encodings(encoding: str) -> None:
    """Excel saves UTF-8 with a BOM, or GBK."""
    assert parse((HEADER + "wangfang,王芳,监管一司,信息员\n").encode(encoding), REGULATION).seats == (WANG,)


@pytest.mark.parametrize(
    ("row", "seat"),
    [
        ("li,李敏,监管二司,", Seat("li", "李敏", "监管二司")),
        ("li,李敏,,宣教办经办人", Seat("li", "李敏", "人事司(宣教办)", "central_officer")),
        ("li,李敏,central,宣教办经办人", Seat("li", "李敏", "人事司(宣教办)", "central_officer")),
        ("li,李敏,人事司(宣教办),宣教办经办人", Seat("li", "李敏", "人事司(宣教办)", "central_officer")),
        ("li,李敏,人事司(宣教办),信息员", Seat("li", "李敏", "人事司(宣教办)", "informant")),
        ("li,李敏,办公厅,office_head", Seat("li", "李敏", "办公厅", "office_head")),
        ("a_-.@0,李·敏,监管二司,信息员", Seat("a_-.@0", "李·敏", "监管二司", "informant")),
        ("0" * 64 + ",\ue000,监管二司,信息员", Seat("0" * 64, "\ue000", "监管二司", "informant")),
        ('li,李敏,"监管二司,甲处",信息员', Seat("li", "李敏", "监管二司,甲处", "informant")),
    ],
)
def test_rows_that_are_taken(row: str, seat: Seat) -> None:
    """A role with a fixed unit fills it in; the regulation's units go by id or name, full-width or half-width."""
    assert of(HEADER + row).seats == (seat,)
    assert of(HEADER + row).refused == ()


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("li,李敏,监管二司,信息源", "没有“信息源”这个角色（是不是“信息员”？）"),
        ("li,李敏,监管二司,informer", "没有“informer”这个角色（是不是“informant”？）"),
        ("li,李敏,监管二司,x", "没有“x”这个角色（可用的有：信息员、单位主要负责人、宣教办经办人、负责人）"),
        ("li,李敏,办公厅,负责人", "有 2 个角色都叫“负责人”，请写编号：office_head、central_head"),
        ("li,李敏,监管二司,宣教办经办人", "宣教办经办人只能在“人事司(宣教办)”，这里写的是“监管二司”"),
        ("li,李敏,,信息员", "单位不能是空的"),
        ("li,,监管二司,信息员", "姓名不能是空的"),
        (",李敏,监管二司,信息员", "userid 不能是空的"),
        ("-li,李敏,监管二司,", "userid “-li” 不对：要 1 到 64 个字母、数字或 _-@. ，以字母或数字开头"),
        ("李敏,李敏,监管二司,", "userid “李敏” 不对：要 1 到 64 个字母、数字或 _-@. ，以字母或数字开头"),
        ("a" * 65 + ",李敏,监管二司,", f"userid “{'a' * 65}” 不对：要 1 到 64 个字母、数字或 _-@. ，以字母或数字开头"),
        ("li," + "李" * 65 + ",监管二司,", "姓名超过 64 个字"),
        ("li,=李敏,监管二司,", "姓名“=李敏”不能以 = + - @ 开头"),
        ("li,李敏,@监管二司,", "单位“@监管二司”不能以 = + - @ 开头"),
        ('li,"李\n敏",监管二司,', "姓名里有换行或看不见的字符"),
        ("li,李敏,监\u202e管,", "单位里有换行或看不见的字符"),
        ("WangFang,王方,监管一司,", "wangfang 在第 2 行叫王芳，这里叫王方"),
        ("WANGFANG,王芳,监管一司,informant", "与第 2 行重复"),
    ],
)
def test_rows_that_are_refused(row: str, sentence: str) -> None:
    """By the line of the file, in a sentence that says how to mend it."""
    assert of(HEADER + "wangfang,王芳,监管一司,信息员\n" + row).refused == ((3, sentence),)


def test_every_refused_row_is_listed_by_its_line() -> None:
    """Also behind a cell of two lines, and two faults of one row are two sentences."""
    read = of(HEADER + 'li,李敏,"两\n行",\n,,甲,信息员\nwang,王,甲,无\n')

    assert [line for line, _ in read.refused] == [2, 4, 4, 5]


def test_more_seats_than_the_regulation_allows() -> None:
    """seats = [1, 2]: the third person of one unit is refused, another unit counts for itself."""
    rows = "a,甲,监管一司,信息员\nb,乙,监管一司,信息员\nc,丙,监管二司,信息员\nd,丁,监管一司,信息员\n"

    assert of(HEADER + rows).refused == ((5, "监管一司的信息员最多 2 人，这是第 3 人"),)


def test_fewer_seats_are_a_note() -> None:
    """A roster grows by and by: it may be imported, and says what it still lacks."""
    rows = "a,甲,监管一司,信息员\nb,乙,监管二司,unit_head\n"
    read = of(HEADER.replace("角色", "电话,角色") + rows.replace("司,", "司,1380,"))

    assert read.refused == ()
    assert read.notes == (
        "没有用到的列：电话",
        "监管二司的信息员要 1 到 2 人，名册里只有 0 人",
        "还没有宣教办经办人",
        "还没有负责人",
        "还没有负责人",
    )


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (b"", 1, "表头缺少：userid、姓名、单位、角色（第一行要有 userid,姓名,单位,角色，顺序不限）"),
        ("userid,姓名,部门,角色\n".encode(), 1, "表头缺少：单位（第一行要有 userid,姓名,单位,角色，顺序不限）"),
        ("userid,姓名,单位,角色,姓名\n".encode(), 1, "表头重复：姓名"),
        (HEADER.encode(), 1, "表头下面没有一行人员"),
        ((HEADER + 'a,甲,司,\nb,"乙,司,\nc,丙,司,\n').encode(), 3, "这一行的引号不成对，从这里起读不下去"),
        (b"\xff\xfe" + HEADER.encode("utf-16-le"), 1, "文字编码认不出来；请另存为 .xlsx，或 UTF-8 的 CSV"),
        (b"\xd0\xcf\x11\xe0rest", 1, "这是旧的 .xls 文件，或加了密码；请在 Excel 里另存为不加密的 .xlsx 或 CSV"),
        (b"PK\x03\x04rest", 1, "这个 XLSX 文件坏了，或不是表格"),
        (b" " * (roster_file.MOST_BYTES + 1), 1, "文件超过 20MB"),
    ],
)
def test_files_that_are_no_roster(content: bytes, line: int, sentence: str) -> None:
    assert parse(content, REGULATION) == RosterFile(refused=((line, sentence),))


# ---- XLSX --------------------------------------------------------------------------------------------------------


def test_xlsx_cells_of_any_type() -> None:
    """Excel keeps a userid of digits as a number; empty rows and short rows are no rows."""
    rows: list[list[object]] = [[10086, "王芳", "监管一司", None], [], [None], ["zhang", "张伟", "甲"]]
    read = parse(xlsx([roster_file.COLUMNS, *rows]), REGULATION)

    assert read.seats == (Seat("10086", "王芳", "监管一司"), Seat("zhang", "张伟", "甲"))


def test_xlsx_rows_are_counted_as_excel_counts_them() -> None:
    content = xlsx([["userid", "姓名", "单位", "角色"], [], ["li", "李敏", "甲", "无"]])

    assert [line for line, _ in parse(content, REGULATION).refused] == [3]


def with_part(content: bytes, name: str, text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, text if member == name else old.read(member))
    return out.getvalue()


def test_xlsx_that_would_fill_the_memory() -> None:
    """A small archive of a huge file, and XML that grows by its own entities."""
    small = xlsx([["userid"]])
    bomb = with_part(small, "xl/worksheets/sheet1.xml", b" " * (roster_file.MOST_UNPACKED + 1))
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'

    assert parse(bomb, REGULATION).refused == ((1, "文件解开后太大，不读"),)
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml"):
        assert parse(with_part(small, part, laughs), REGULATION).refused == ((1, "这个 XLSX 文件坏了，或不是表格"),)


WHOLE = export_xlsx([WANG, ZHANG], REGULATION)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_broken_xlsx_never_raises(data: st.DataObject) -> None:
    """Whatever byte is damaged, the answer is a sentence, or the roster if the damage did not matter."""
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    read = parse(bytes(content), REGULATION)

    assert bool(read.refused) != (read.seats == (WANG, ZHANG))


# ---- there and back ----------------------------------------------------------------------------------------------

WORDS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs", "Co"]), min_size=1, max_size=20
).filter(lambda text: text == roster_file._clean(text) and not roster_file._wrong_text("姓名", text))
OWN_UNITS = WORDS.filter(lambda text: roster_file._find_unit(text, "", REGULATION) == text)


@st.composite
def rosters(draw: st.DrawFn) -> tuple[Seat, ...]:
    """Any roster that an import could have made."""
    names = draw(st.dictionaries(st.from_regex(r"\A[0-9a-z][0-9a-z_\-@.]{0,63}\Z"), WORDS, min_size=1, max_size=6))
    seats: dict[Seat, None] = {}
    for userid, name in names.items():
        for role in draw(st.lists(st.sampled_from(["", "unit_head", "central_officer", "office_head"]), min_size=1)):
            unit = {"central_officer": "人事司(宣教办)", "office_head": "办公厅"}.get(role) or draw(OWN_UNITS)
            seats[Seat(userid, name, unit, role)] = None
    return tuple(seats)


@settings(max_examples=80, deadline=None)
@given(rosters())
def test_an_export_is_read_back_unchanged(seats: tuple[Seat, ...]) -> None:
    for content in (export_csv(seats, REGULATION), export_xlsx(seats, REGULATION)):
        read = parse(content, REGULATION)
        assert (read.seats, read.refused) == (seats, ())


def test_exports_are_for_people() -> None:
    """Labels, not ids, where a label says which role; a BOM so that Excel shows Chinese; a lost role by its id."""
    seats = [WANG, Seat("li", "李敏", "办公厅", "office_head"), Seat("zhao", "赵", "甲", "gone")]
    text = export_csv(seats, REGULATION).decode("utf-8")

    assert text.startswith("\ufeff" + HEADER.strip())
    assert text.splitlines()[1:] == ["wangfang,王芳,监管一司,信息员", "li,李敏,办公厅,office_head", "zhao,赵,甲,gone"]


def test_a_roster_against_another_regulation() -> None:
    """What `shenfa check` finds after the regulation changed."""
    assert roster_file.check((WANG, Seat("zhao", "赵", "甲", "gone")), REGULATION).refused == (
        (3, "没有“gone”这个角色（可用的有：信息员、单位主要负责人、宣教办经办人、负责人）"),
    )
    assert roster_file.check((), REGULATION).notes == ("名册是空的",)


def test_progress_is_told() -> None:
    heard: list[int] = []
    parse((HEADER + "a,甲,司,\nb,乙,司,\n").encode(), REGULATION, heard.append)

    assert heard == [2, 3]
