"""平台: what people call the places a channel publishes to. Two channels of one house (腾讯) are told apart."""

from __future__ import annotations

from collections import Counter

from bot.rules.regulation import Channel, Regulation


def platforms_of(channel: Channel) -> tuple[str, ...]:
    """A channel that names no platform is one itself."""
    return channel.platforms or (channel.label,)


def platform_names(regulation: Regulation) -> dict[tuple[str, str], str]:
    """(channel, platform) → the one name it has everywhere: its own, or its channel's where its own is not enough."""
    houses = Counter(p for c in regulation.channel.values() for p in dict.fromkeys(platforms_of(c)))
    return {
        (key, p): p if houses[p] == 1 else channel.label if len(platforms_of(channel)) == 1 else f"{channel.label}{p}"
        for key, channel in regulation.channel.items()
        for p in platforms_of(channel)
    }


def names_of(regulation: Regulation, channel: str) -> tuple[str, ...]:
    """What the links of one channel are called."""
    return tuple(name for (key, _), name in platform_names(regulation).items() if key == channel)


def find(said: str, regulation: Regulation) -> tuple[tuple[str, str], ...]:
    """The (channel, platform) pairs that somebody may mean: 腾讯微博 is the 腾讯 of 官方微博."""
    exact = tuple(pair for pair, name in platform_names(regulation).items() if said == name)
    return exact or tuple(pair for pair in platform_names(regulation) if said in _aliases(*pair, regulation))


def _aliases(key: str, platform: str, regulation: Regulation) -> tuple[str, ...]:
    label = regulation.channel[key].label
    short = label.removeprefix("官方").removeprefix("政务")
    return platform, label, f"{platform}{label}", f"{platform}{short}"
