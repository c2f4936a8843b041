"""Engines: run tasks in other processes, here or on other machines. They know no news and no archive.

A task is a small payload that is handed to a function of a module. The function returns nothing: what it finds out it
writes to a file, so that any process may die at any moment and nothing goes through the engine but names.
"""

from crawler.engines.engine import Engine, Task, TaskResult
from crawler.engines.opening import EngineName, open_engine

__all__ = ["Engine", "EngineName", "Task", "TaskResult", "open_engine"]
