"""Topic filters and what they match (3.1.1 and 5.0, 4.7). Pure."""

SHARE = "$share/"


def is_sound(name: str) -> bool:
    """Whether this is a topic filter: `#` stands last and alone, `+` alone in its level."""
    if name.startswith(SHARE):
        group, _, name = name.removeprefix(SHARE).partition("/")
        if not group or not name or "+" in group or "#" in group:
            return False
    levels = name.split("/")
    return (
        all(level in ("+", "#") or not ("+" in level or "#" in level) for level in levels)
        and "#" not in levels[:-1]
    )


def shared(name: str) -> tuple[str, str]:
    """The group of a shared subscription ("" for another one), and what it matches (5.0, 4.8.2)."""
    if not name.startswith(SHARE):
        return "", name
    group, _, rest = name.removeprefix(SHARE).partition("/")
    return group, rest


def matches(name: str, topic: str) -> bool:
    """Whether this filter, no shared one, matches this topic."""
    if topic.startswith("$") and name[:1] in ("+", "#"):
        return False
    levels, parts = name.split("/"), topic.split("/")
    for place, level in enumerate(levels):
        if level == "#":
            return True
        if place >= len(parts) or level not in ("+", parts[place]):
            return False
    return len(levels) == len(parts)
