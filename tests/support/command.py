"""The command line in this process."""

from click.testing import CliRunner, Result

from crawler.cli import main


def call(*arguments: object) -> Result:
    """Run a command, whose arguments may be paths and numbers; what it does not handle is raised."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], "", catch_exceptions=False)
