"""Gates: conditions on what a run or a comparison says, judged as true, false or open."""
