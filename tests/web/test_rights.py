"""谁能看到什么: who has no right gets the very page of what does not exist."""

from __future__ import annotations

import pytest
from sqlite_utils import Database

from tests.web.conftest import Site
from tests.web.samples import CHEN, HE, LI, LIU, NOW, QIAN, SUN, WANG, WU, XU, ZHAO, ZHOU, filed

ALL, OUTLINE, NOTHING = "all", "outline", "nothing"
SECRETS = ("瞒报", "13812345678", "钱磊", "宣传教育中心")


@pytest.mark.parametrize(
    ("who", "place", "status"),
    [
        (WANG, "/i/123", 200),  # drafter
        (SUN, "/i/123", 200),  # a check of it
        (HE, "/i/123", 200),  # stands in for 李
        (LI, "/i/123", 200),
        (CHEN, "/i/123", 200),  # will publish it
        (LIU, "/i/123", 200),  # oversees
        (XU, "/i/123", 200),  # above, and told of it
        (ZHAO, "/i/123", 404),  # another unit
        (QIAN, "/i/123", 404),
        ("nobody", "/i/123", 404),
        (ZHAO, "/i/123/record", 404),
        (SUN, "/i/123/record", 200),
        (WANG, "/filings", 404),
        (XU, "/filings", 404),
        (WANG, "/filings.xlsx", 404),
        (WANG, "/archive.zip?q=2025", 404),  # nothing is kept here
        (LIU, "/archive.zip", 404),
        (LIU, "/archive?q=2025%20%E5%88%98", 200),
        (LIU, "/filings", 200),
        (ZHOU, "/filings.xlsx", 200),
    ],
)
def test_who_may_open_what(site: Site, who: str, place: str, status: int) -> None:
    assert site.opens(who, place).status_code == status


@pytest.mark.rule("saws-R30")
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (QIAN, ALL),  # registered it
        (LIU, ALL),  # oversees, and has a step
        (WU, ALL),  # holds it
        (ZHOU, OUTLINE),  # oversees without a step
        (XU, OUTLINE),  # told of it, without a step
        (WANG, NOTHING),
        ("nobody", NOTHING),
    ],
)
def test_a_private_item_shows_its_content_to_its_steps_alone(site: Site, who: str, sees: str) -> None:
    """举报、信访: who watches over it gets number, holder and times."""
    answer = site.opens(who, "/i/456")
    assert answer.status_code == (404 if sees == NOTHING else 200)
    assert ("瞒报" in answer.text) is (sees == ALL)
    if sees == OUTLINE:
        assert "0456" in answer.text and "吴刚" in answer.text and "4月2日 24:00" in answer.text
        assert not [secret for secret in SECRETS if secret in answer.text]
        assert site.opens(who, "/i/456/record").status_code == 404


def test_no_right_and_no_item_look_the_same(site: Site) -> None:
    refused, missing = site.opens(ZHAO, "/i/123"), site.opens(ZHAO, "/i/999")
    assert refused.text == missing.text
    kept = [{k: v for k, v in a.headers.items() if k != "set-cookie"} for a in (refused, missing)]
    assert kept[0] == kept[1]


def test_a_private_filing_hides_its_title_from_who_has_no_step(site: Site, db: Database) -> None:
    filed(db, 130, "2025-130", "某化工厂 13812345678", NOW, flow_id="petition")
    for who, shown in ((ZHOU, "（不公开事项）"), (LIU, "某化工厂 138****5678")):
        text = site.opens(who, "/filings").text
        assert shown in text and "13812345678" not in text
