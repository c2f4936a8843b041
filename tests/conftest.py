"""What holds for every test."""

from hypothesis import settings

settings.register_profile("seealso", deadline=None)  # how long an example takes is the machine's doing
settings.load_profile("seealso")
