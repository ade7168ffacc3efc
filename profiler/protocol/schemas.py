"""Names and versions of the JSON files that kprof writes.

History:
- ``kprof.run/1``, ``kprof.capture/1``, ``kprof.inspect/1``, ``kprof.spec/1``, ``kprof.report/1``,
  ``kprof.environment/1``, ``kprof.comparison/1``, ``kprof.claims/1``, ``kprof.matrix/1``,
  ``kprof.code/1``, ``kprof.outputs/1``, ``kprof.doctor/1``, ``kprof.runs/1``, ``kprof.environments/1``,
  ``kprof.tree/1``: the first.
- ``kprof.foreign/1``, ``kprof.graph/1``, ``kprof.differences/1``: of files that other profilers made.
- ``kprof.growth/1``: what grows from call to call.
- ``kprof.probes/1``: how the functions of a capture were watched.
- ``kprof.scopes/1``, ``kprof.layers/1``: the layers of a model, and their time.
- ``kprof.sweep/1``: sizes, and where lines cross.
- ``kprof.proving/1``, ``kprof.validation/1``, ``kprof.proofs/1``: instruments that were proven.
- ``kprof.gate/1``: conditions on a run or on two.
- ``kprof.candidate/1``, ``kprof.doing/1``, ``kprof.advice/1``: other ways to the same prediction.

A version may gain fields, and readers ignore those that they do not know. A removed or changed
field makes a new version; the reader of the old one stays.
"""

RUN = "kprof.run/1"
CAPTURE = "kprof.capture/1"
INSPECT = "kprof.inspect/1"
OUTPUTS = "kprof.outputs/1"
GROWTH = "kprof.growth/1"
PROBES = "kprof.probes/1"
PROVING = "kprof.proving/1"
VALIDATION = "kprof.validation/1"
PROOFS = "kprof.proofs/1"
CANDIDATE = "kprof.candidate/1"
DOING = "kprof.doing/1"
ADVICE = "kprof.advice/1"
SPEC = "kprof.spec/1"
REPORT = "kprof.report/1"
CODE = "kprof.code/1"
ENVIRONMENT = "kprof.environment/1"
COMPARISON = "kprof.comparison/1"
CLAIMS = "kprof.claims/1"
MATRIX = "kprof.matrix/1"
DOCTOR = "kprof.doctor/1"
RUNS = "kprof.runs/1"
ENVIRONMENTS = "kprof.environments/1"
TREE = "kprof.tree/1"
SCOPES = "kprof.scopes/1"
LAYERS = "kprof.layers/1"
FOREIGN = "kprof.foreign/1"
GRAPH = "kprof.graph/1"
DIFFERENCES = "kprof.differences/1"
GATE = "kprof.gate/1"
SWEEP = "kprof.sweep/1"
