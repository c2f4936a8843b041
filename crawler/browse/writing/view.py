"""The view that takes the forms: token, permission, thread, and where the reader goes next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.archive import Archive
from crawler.browse.executor import TimeLimit, ask
from crawler.browse.form_tokens import is_token
from crawler.browse.gates.csp import make_own_headers
from crawler.browse.notes_desk import format_coder_cookie, open_desk
from crawler.browse.page import READING_TABLES, Page, PageResponse, explain, make_error, read_origin, render
from crawler.browse.serving import archives
from crawler.browse.serving.permissions import may_see
from crawler.browse.serving.rules import find_rules
from crawler.browse.urls import make_links
from crawler.browse.writing.actions import ACTIONS, WriteRequest, Written
from crawler.browse.writing.form import WrittenForm, parse_form
from crawler.browse.writing.gate import MAX_FORM_BYTES, WRITE_PATTERN
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import BadNote, NoSuchNote
from crawler.research.titles import find_archive_title

if TYPE_CHECKING:
    from datasette.app import Datasette

_KEPT_FORMS = ("add", "change")
"""Forms whose text is shown again when they cannot be taken."""


def make_write_route(menu: tuple[Page, ...]) -> tuple[str, Callable[..., Awaitable[Any]]]:
    """Return the route of the forms. Requests for it have passed :mod:`crawler.browse.writing.gate`."""

    async def answer(request: Any, datasette: Datasette) -> Any:
        from datasette import Forbidden, NotFound, Response
        from datasette.utils import tilde_decode

        name = tilde_decode(request.url_vars["archive"])
        rules = find_rules(datasette)
        if name not in archives.list_archives(datasette) or rules is None or rules.notes is None:
            raise NotFound(f"no archive {name}")
        links = make_links(datasette, name, read_origin(datasette, request))
        desk = open_desk(rules.notes, request)
        context = {"here": "", "publication": "", "asked": {}, "desk": desk}
        if request.method != "POST":
            return await render(datasette, request, _refuse_reading(), links, menu, context)
        if not await may_see(datasette, request.actor, name, READING_TABLES):
            raise Forbidden("you are not allowed to see this")
        body = await request.post_body()
        action = request.url_vars["action"]

        def work(archive: Archive, _: TimeLimit) -> tuple[str, PageResponse | Written]:
            title = find_archive_title(archive)
            form = WrittenForm({})
            try:
                form = parse_form(body[: MAX_FORM_BYTES + 1])
                if desk.is_new or not is_token(form.get("token"), desk.cookie):
                    raise BadNote("This form was opened before the server was started anew: send it again.")
                with NotesFile(desk.path, "write") as notes:
                    return title, ACTIONS[action](
                        WriteRequest(
                            archive=archive, notes=notes, form=form, links=links, desk=desk, now=datetime.now(UTC)
                        )
                    )
            except (BadNote, NoSuchNote) as error:
                if action in _KEPT_FORMS and form.get("text"):
                    return title, _show_again(action, form, str(error))
                raise

        try:
            context["publication"], response = await ask(Path(datasette.databases[name].path), work)
        except Exception as error:
            response = explain(error)
        if isinstance(response, Written):
            headers = {**make_own_headers(), "Location": response.to}
            if response.coder:
                headers["Set-Cookie"] = format_coder_cookie(response.coder)
            return Response("", 303, headers, "text/plain; charset=utf-8")
        return await render(datasette, request, response, links, menu, context)

    return WRITE_PATTERN, answer


def _show_again(action: str, form: WrittenForm, message: str) -> PageResponse:
    """Return the page that shows a form once more, with what was written in it and why it could not be taken."""
    return PageResponse(
        template="note_again.html",
        context={
            "heading": "Not kept yet",
            "message": message,
            "current": None,
            "form": form,
            "version": form.get("version"),
            "action": action,
        },
        status=400,
    )


def _refuse_reading() -> PageResponse:
    return make_error(405, "Not like this", "This address takes forms.", {"Allow": "POST"})
