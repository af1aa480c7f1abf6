"""图片视频: format by content, size by the regulation's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.mediacheck import MB, check_image, check_video, describe_size, sniff
from bot.rules.regulation import MediaLimit

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(64)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)
GIF = b"GIF89a" + bytes(64)
BMP = b"BM" + bytes(64)
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(64)
MOV = b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  " + bytes(64)
AVI = b"RIFF\x24\x00\x00\x00AVI LIST" + bytes(64)
RM = b".RMF\x00\x00\x00\x12\x00\x00" + bytes(64)
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(32)
WMV = ASF + bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
WMA = ASF + bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")
PDF = b"%PDF-1.7\n" + bytes(64)
TEXT = "停水通知".encode()

# company-qiguanbu: 图片 JPEG,大于1MB,小于5MB;视频所列格式,不超过500MB
IMAGE = MediaLimit(formats=("jpg", "jpeg"), over=1, under=5)
VIDEO = MediaLimit(formats=("avi", "wma", "mov", "rm", "rmvb", "3gp", "mp4"), upto=500)


@pytest.mark.parametrize(
    ("head", "kind", "format"),
    [
        (JPEG, "image", "jpg"), (PNG, "image", "png"), (GIF, "image", "gif"), (BMP, "image", "bmp"),
        (MP4, "video", "mp4"), (MOV, "video", "mov"), (AVI, "video", "avi"), (RM, "video", "rm"),
        (WMV, "video", "wmv"), (WMA, "other", "wma"), (PDF, "other", "pdf"), (TEXT, "other", ""), (b"", "other", ""),
    ],
)
def test_the_content_says_what_it_is(head: bytes, kind: str, format: str) -> None:
    """格式按内容认, 不看文件名。"""
    assert tuple(sniff(head)) == (kind, format)


@pytest.mark.rule("company-qiguanbu-R10", "hotel-dali-R10")
@pytest.mark.parametrize(
    ("head", "size", "problem"),
    [
        (JPEG, 2 * MB, None),
        (JPEG, MB + 1, None),
        (JPEG, 5 * MB - 1, None),
        (JPEG, MB, "图片1.00MB，应大于1MB"),
        (JPEG, 5 * MB, "图片5.00MB，应小于5MB"),
        (JPEG, int(0.84 * MB), "图片0.84MB，应大于1MB"),
        (JPEG, MB - 1, "图片0.999999MB，应大于1MB"),
        (JPEG, 5 * MB + 6 * 1024, "图片5.01MB，应小于5MB"),
        (PNG, 2 * MB, "图片是PNG，非JPEG"),
        (PNG, MB // 2, "图片是PNG，非JPEG；图片0.50MB，应大于1MB"),
        (MP4, 2 * MB, "这不是图片（内容是MP4）"),
        (TEXT, 2 * MB, "这不是图片"),
    ],
)
def test_pictures_of_the_company(head: bytes, size: int, problem: str | None) -> None:
    """A16、A17: JPEG, 大于 1MB、小于 5MB, 两端不含; 1 MB = 1024×1024 字节。"""
    assert check_image(head, size, IMAGE) == problem


@pytest.mark.rule("company-qiguanbu-R11", "hotel-dali-R11")
@pytest.mark.parametrize(
    ("head", "size", "problem"),
    [
        (MP4, 500 * MB, None),
        (MP4, 500 * MB + 1, "视频500.000001MB，应不超过500MB"),
        (MOV, MB, None),
        (AVI, MB, None),
        (RM, MB, None),
        (WMA, MB, None),
        (WMV, MB, "视频是WMV，非AVI、WMA、MOV、RM/RMVB、3GP、MP4"),
        (JPEG, MB, "这不是视频（内容是JPEG）"),
    ],
)
def test_videos_of_the_company(head: bytes, size: int, problem: str | None) -> None:
    """A16、A18: 500 MB 正好可以; wma 照原文收, wmv 没有列就不收。"""
    assert check_video(head, size, VIDEO) == problem


@pytest.mark.parametrize(
    ("head", "size", "problem"),
    [
        (JPEG, 1, None), (PNG, 10 * MB, None), (GIF, MB, "图片是GIF，非JPEG、PNG"),
        (JPEG, 11 * MB, "图片11.00MB，应不超过10MB"),
        (BMP, MB, "图片是BMP，非JPEG、PNG"),
    ],
)
def test_without_a_rule_the_platforms_limit_holds(head: bytes, size: int, problem: str | None) -> None:
    """制度没有规定的, 按企业微信的上限。"""
    assert check_image(head, size) == problem


@given(st.integers(1, 8 * MB), st.floats(0.5, 6, allow_nan=False))
def test_the_four_words_mean_what_they_say(size: int, bound: float) -> None:
    """over >, least ≥, under <, upto ≤。"""
    mb = size / MB
    assert (check_image(JPEG, size, MediaLimit(over=bound)) is None) == (mb > bound)
    assert (check_image(JPEG, size, MediaLimit(least=bound)) is None) == (mb >= bound)
    assert (check_image(JPEG, size, MediaLimit(under=bound)) is None) == (mb < bound)
    assert (check_image(JPEG, size, MediaLimit(upto=bound)) is None) == (mb <= bound)


@pytest.mark.parametrize(
    ("size", "words"), [(12, "12 B"), (640 * 1024, "640 KB"), (int(1.8 * MB), "1.8 MB"), (500 * MB, "500.0 MB")]
)
def test_sizes_in_words(size: int, words: str) -> None:
    """大小写成人看得懂的单位。"""
    assert describe_size(size) == words
