"""What a run stores of the machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional

from .vocabulary import require_printable


@dataclass(frozen=True)
class CpuSeconds:
    """Seconds of all cores since boot: in all, busy, and taken by the hypervisor."""

    total: float
    busy: float
    stolen: float


@dataclass(frozen=True)
class HostState:
    """The machine at one moment; what cannot be read is None.

    Attributes:
        load_1m: runnable processes, mean of a minute.
        cores: cores of the machine.
        affinity: the cores that this process may use, by number.
        quota_cores: what its control group may use; None also where nothing limits it.
        governors: the frequency governors in use.
        throttled: thermal events since boot.
        cpu_s: seconds of all cores since boot.
        own_s: CPU seconds of this process and of its children that have ended.
    """

    load_1m: Optional[float]
    cores: Optional[int]
    affinity: Optional[List[int]]
    quota_cores: Optional[float]
    governors: Optional[List[str]]
    throttled: Optional[int]
    cpu_s: Optional[CpuSeconds]
    own_s: float

    def __post_init__(self) -> None:
        if self.quota_cores is not None and not self.quota_cores > 0:
            raise ValueError(f"quota_cores is {self.quota_cores}, more than 0 is needed")
        for name in self.governors or ():
            require_printable("a governor", name)
