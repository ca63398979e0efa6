"""Many channels: pagers, chat rooms and push services by the library Apprise."""
