"""The truth of the practice site, spot-checked against values worked out by hand."""

from crawler.practice.truth import truth


def test_an_english_header_is_month_first_and_a_missing_time_leaves_the_day() -> None:
    article = truth().articles["en", "25550"]
    assert article.published_raw == "08/14/2012, 00.00"
    assert (article.published_at, article.published_on, article.published_precision) == ("2012-08-14", "2012-08-14", "day")
