"""Run cell-key-perturbation on records; by a Python of its own, that has the package and not the product.

    cell_key.py RECORDS.csv THRESHOLD FOLDER [PTABLE.csv]

RECORDS.csv has `cell` and `record_key`. Writes into FOLDER counts.csv (`cell`, `count`, empty below the
threshold), noise.csv (`pcv`, `pvalue`: what can be added to a count) and the seconds of CPU. Without a table
of noise it is the one of the package.
"""

import sys
import time
from pathlib import Path

import pandas as pd
from cell_key_perturbation.create_perturbed_table import create_perturbed_table
from cell_key_perturbation.utils.generate_test_ptable import generate_ptable_10_5_rule


def main() -> None:
    """Read the files, run the package, write what it gives."""
    records, threshold, folder, *ptables = sys.argv[1:]
    data = pd.read_csv(records)
    ptable = pd.read_csv(ptables[0]) if ptables else generate_ptable_10_5_rule()
    start = time.process_time()
    table = create_perturbed_table(
        data, ptable, geog=[], tab_vars=["cell"], record_key="record_key", threshold=int(threshold)
    )
    seconds = time.process_time() - start
    table[["cell", "count"]].to_csv(Path(folder, "counts.csv"), index=False)
    ptable[["pcv", "pvalue"]].drop_duplicates().to_csv(Path(folder, "noise.csv"), index=False)
    Path(folder, "seconds.txt").write_text(str(seconds), "ascii")


if __name__ == "__main__":
    main()
