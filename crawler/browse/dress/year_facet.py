"""A facet by year, for columns that hold calendar days or instants: ``?_facet_year=published_on``."""

from __future__ import annotations

from typing import Any

from datasette.database import QueryInterrupted
from datasette.facets import Facet
from datasette.utils import escape_sqlite, path_with_added_args, path_with_removed_args


class YearFacet(Facet):  # type: ignore[misc]  # Datasette has no types
    """Counts rows by the first four characters of a column, the newest year first."""

    type = "year"

    async def suggest(self) -> list[dict[str, Any]]:
        """Suggest nothing: ``tables.toml`` names the columns."""
        return []

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Return the years of each column asked for, and the columns that took too long."""
        results: list[dict[str, Any]] = []
        timed_out: list[str] = []
        for config in self.get_configs():
            column = config["config"].get("column") or config["config"].get("simple")
            try:
                results.append(await self._count_years(column, hideable=config["source"] != "metadata"))
            except QueryInterrupted:
                timed_out.append(column)
        return results, timed_out

    async def _count_years(self, column: str, *, hideable: bool) -> dict[str, Any]:
        size = self.get_facet_size()
        name = escape_sqlite(column)
        answer = await self.ds.execute(
            self.database,
            f"select substr({name}, 1, 4) as value, count(*) as count from ({self.sql}) "
            f"where {name} glob '[0-9][0-9][0-9][0-9]*' group by 1 order by 1 desc limit {size + 1}",
            self.params,
            truncate=False,
            custom_time_limit=self.ds.setting("facet_time_limit_ms"),
        )
        return {
            "name": column,
            "type": self.type,
            "results": [self._make_result(column, row["value"], row["count"]) for row in answer.rows[:size]],
            "hideable": hideable,
            "toggle_url": path_with_removed_args(self.request, {"_facet_year": column}),
            "truncated": len(answer.rows) > size,
        }

    def _make_result(self, column: str, year: str, count: int) -> dict[str, Any]:
        key = f"{column}__startswith"
        selected = (key, year) in self.get_querystring_pairs()
        change = path_with_removed_args if selected else path_with_added_args
        return {
            "value": year,
            "label": year,
            "count": count,
            "toggle_url": self.ds.absolute_url(self.request, change(self.request, {key: year})),
            "selected": selected,
        }
