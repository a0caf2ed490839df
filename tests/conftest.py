"""What holds for every ring."""

from hypothesis import settings

# how long one example takes says something about the machine only
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
