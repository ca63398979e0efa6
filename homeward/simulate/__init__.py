"""A ward in a box: pretend bodies, pretend devices speaking the real protocol, replays."""
