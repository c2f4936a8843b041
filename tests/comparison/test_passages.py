"""How much of a text stands in another one."""

from __future__ import annotations

from support.tables import check_rows

from crawler.comparison.minhash import Fingerprint, compute_similarity, estimate_overlap, hash_shingles
from crawler.comparison.passages import Overlap, Passages

TEN = "one two three four five six seven eight nine ten"
ZH = "渡轮昨日再次晚点码头上的乘客并不惊讶市长表示将在下月更换新船"


@check_rows(
    ("one", "other", "overlap"),
    [
        (TEN, TEN, Overlap(10, 1.0, 1.0, 10)),
        (TEN, f"before it came {TEN} and went on so", Overlap(10, 1.0, 0.588, 10)),
        ("one two three four five six", TEN, Overlap(6, 1.0, 0.6, 6)),
        (TEN, "One two three “four” five: SIX seven other eight nine ten", Overlap(7, 0.7, 0.636, 7)),
        (
            TEN,
            "one two three four five and six seven eight nine ten",
            Overlap(0, 0.0, 0.0, 0),
        ),  # runs of five are chance
        (TEN, "seven eight nine ten one two three four five six", Overlap(6, 0.6, 0.6, 6)),
        ("one two", "one two", Overlap(0, 0.0, 0.0, 0)),
        ("", TEN, Overlap(0, 0.0, 0.0, 0)),
        ("", "", Overlap(0, 0.0, 0.0, 0)),
        (ZH, f"据本报记者报道，{ZH}。", Overlap(30, 1.0, 0.811, 30)),
        (ZH[:12], ZH, Overlap(12, 1.0, 0.4, 12)),
        (ZH[:11], ZH, Overlap(0, 0.0, 0.0, 0)),
        # Six words of Hindi are a run, whatever vowels are written as marks.
        ("नाव आज फिर देर से आई", "कल की तरह नाव आज फिर देर से आई थी", Overlap(6, 1.0, 0.6, 6)),
        ("नाव आज फिर देर से", "कल की तरह नाव आज फिर देर से चली", Overlap(0, 0.0, 0.0, 0)),
        ("паром сегодня снова опоздал на час", "Паром сегодня снова опоздал на час!", Overlap(6, 1.0, 1.0, 6)),
        ("تأخرت العبارة اليوم مرة أخرى ساعة", "قال الركاب تأخرت العبارة اليوم مرة أخرى ساعة", Overlap(6, 1.0, 0.75, 6)),
    ],
)
def test_words_in_runs_that_both_texts_have_are_counted(one, other, overlap):
    assert Passages(one).measure_overlap(other) == overlap
    mirrored = Passages(other).measure_overlap(one)
    assert (mirrored.share, mirrored.other_share) == (overlap.other_share, overlap.share)


def test_a_long_text_that_is_not_all_in_another_is_never_said_to_be():
    words = [f"w{number}" for number in range(5000)]
    text, other = " ".join(words), " ".join([*words[:-1], "else"])
    overlap = Passages(text).measure_overlap(other)
    assert (overlap.words, overlap.share) == (4999, 0.999)
    assert compute_similarity(hash_shingles(text), hash_shingles(other)) == 0.999


@check_rows(("kept", "of"), [(1000, 1000), (300, 1000), (100, 1000), (60, 100), (20, 50)])
def test_a_text_within_another_has_all_values_that_both_sketches_can_hold(kept, of):
    words = [f"w{number}" for number in range(of)]
    shared, share = estimate_overlap(*(Fingerprint.from_text(" ".join(part)) for part in (words[:kept], words)))
    assert shared >= 2
    assert share == 1.0


def test_the_overlap_of_texts_without_a_word_in_common_is_nothing():
    assert estimate_overlap(Fingerprint.from_text("a b c d"), Fingerprint.from_text("e f g h")) == (0, 0.0)
    assert estimate_overlap(Fingerprint(()), Fingerprint(())) == (0, 0.0)
