#!/usr/bin/env bash
# Runs the standard-library-only benchmarks of pyperformance, interpreted and compiled, with a stand-in for pyperf
# (tests/pyperf_standin), and compares what they print. Fetches the pyperformance wheel once (needs pip and an index).
#
#   tests/pyperformance.sh [NAME...]      default: all of the list below
set -euo pipefail
cd "$(dirname "$0")/.."
taipan=${TAIPAN:-$PWD/target/release/taipan}
place=${PYPERFORMANCE:-$PWD/target/pyperformance}
names=("$@")
[[ ${#names[@]} -gt 0 ]] || names=(chaos comprehensions deepcopy deltablue float generators go hexiom json_dumps json_loads
  logging mdp nqueens pathlib pprint pyflate raytrace regex_compile richards scimark spectral_norm telco unpack_sequence)
if [[ ! -d $place/pyperformance ]]; then
  mkdir -p "$place"
  python3 -m pip download --quiet --no-deps --dest "$place" pyperformance
  python3 -m zipfile -e "$place"/pyperformance-*.whl "$place"
fi
export PYTHONPATH=$PWD/tests/pyperf_standin
passed=0 failed=0
for name in "${names[@]}"; do
  program=$place/pyperformance/data-files/benchmarks/bm_$name/run_benchmark.py
  interpreted=$("$taipan" run "$program" 2>&1) && "$taipan" build "$program" -o "$place/$name" &&
    compiled=$("$place/$name" 2>&1) && [[ $interpreted == "$compiled" && $compiled == *": ok"* ]] &&
    result=ok || result=FAILED
  if [[ $result == ok ]]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  echo "$name: $result"
done
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
