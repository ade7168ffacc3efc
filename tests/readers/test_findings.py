from profiler.readers.findings import Finding


def test_a_finding_reads_as_the_fault_and_the_remedy():
    assert str(Finding("frames_lost", "frames were lost", "profile under Python 3.11")) == (
        "frames were lost; profile under Python 3.11"
    )
    assert str(Finding("threads", "more time than passed")) == "more time than passed"
