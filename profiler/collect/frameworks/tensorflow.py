"""The measured environment as it sees itself: versions, device, threads, machine."""

from __future__ import annotations

import importlib
import os
import platform
import sys
from typing import Any

from ...protocol.spec import EnvironmentFacts
from .. import selftest


def describe(tensorflow: Any) -> EnvironmentFacts:
    """Return the environment's facts, before any workload is built.

    What cannot be had is None: ``/proc``, ``sched_getaffinity`` and thread settings are not everywhere.
    """
    import numpy

    version = tensorflow.__version__
    return EnvironmentFacts(
        slug=f"tf{version}-py{sys.version_info[0]}.{sys.version_info[1]}",
        python=platform.python_version(),
        executable=sys.executable,
        framework="tensorflow",
        framework_version=version,
        keras=_keras(tensorflow),
        backend=_backend(tensorflow),
        numpy=numpy.__version__,
        device=_device(tensorflow),
        cpu=_cpu(),
        cores=_cores(),
        platform=platform.platform(),
        threads=_threads(tensorflow),
        cprofile_lost_frames=list(selftest.lost_frames()),
    )


def _keras(tensorflow: Any) -> str | None:
    """Return the version of the Keras behind ``tensorflow.keras``, which does not tell it in 2.13 to 2.15."""
    version = getattr(tensorflow.keras, "__version__", None)
    if not version:
        try:
            version = getattr(importlib.import_module("keras"), "__version__", None)
        except ImportError:
            return None
    return str(version) if version else None


def _backend(tensorflow: Any) -> str | None:
    backend = getattr(getattr(tensorflow.keras, "backend", None), "backend", None)
    return str(backend()) if callable(backend) else "tensorflow"


def devices(tensorflow: Any) -> list[str] | None:
    """Return each device beside the processor by kind and model, like ``GPU:0 NVIDIA L4``; None: unknown."""
    found = _accelerators(tensorflow)
    if found is None:
        return None
    experimental = getattr(getattr(tensorflow, "config", None), "experimental", None)
    details = getattr(experimental, "get_device_details", None)
    named = []
    for number, device in enumerate(found):
        model = details(device).get("device_name") if details else None
        named.append(f"{device.device_type}:{number}" + (f" {model}" if model else ""))
    return named


def _device(tensorflow: Any) -> str | None:
    found = _accelerators(tensorflow)
    if found is None:
        return None
    return str(found[0].device_type) if found else "CPU"


def _accelerators(tensorflow: Any) -> list[Any] | None:
    config = getattr(tensorflow, "config", None)
    listing = getattr(config, "list_physical_devices", None)
    if listing is None:
        listing = getattr(getattr(config, "experimental", None), "list_physical_devices", None)
    if listing is None:
        return None
    return [device for device in listing() if device.device_type not in ("CPU", "XLA_CPU", "XLA_GPU")]


def _threads(tensorflow: Any) -> dict[str, int | None]:
    threading = getattr(getattr(tensorflow, "config", None), "threading", None)
    omp = os.environ.get("OMP_NUM_THREADS", "")
    return {
        "intra_op": threading.get_intra_op_parallelism_threads() if threading else None,
        "inter_op": threading.get_inter_op_parallelism_threads() if threading else None,
        "omp": int(omp) if omp.isdigit() else None,
    }


def _cores() -> int | None:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def _cpu() -> str | None:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or None
