"""Prints what CPython knows about its opcodes, for the test of the opcode table.

Run with CPython 3.14:  python3.14 opcode_facts.py > opcode_facts.txt
"""
import _opcode
import opcode

OPARGS = (0, 1, 2, 3, 5, 8, 0x101)
KINDS = [(k, set(getattr(opcode, "has" + k))) for k in ("arg", "const", "name", "local", "free", "jump", "compare")]

for name, number in sorted(opcode.opmap.items(), key=lambda item: item[1]):
    if number > 255 or "INSTRUMENTED" in name or name == "ENTER_EXECUTOR":
        continue
    kinds = ",".join(kind for kind, members in KINDS if number in members) or "-"
    caches = opcode._inline_cache_entries.get(name, 0)
    def effects(jump):
        if not _opcode.has_arg(number):
            return [_opcode.stack_effect(number, jump=jump)] * len(OPARGS)
        return [_opcode.stack_effect(number, arg, jump=jump) for arg in OPARGS]
    assert effects(True) == effects(False), name
    print("op", name, number, kinds, caches, *effects(False))
for base, family in opcode._specializations.items():
    for name in family:
        print("special", name, opcode._specialized_opmap[name], base)
for name, number in opcode.opmap.items():
    if number < 256 and "INSTRUMENTED" in name and name.removeprefix("INSTRUMENTED_") in opcode.opmap:
        print("special", name, number, name.removeprefix("INSTRUMENTED_"))
for name, sign in opcode._nb_ops:
    print("binary", name, sign)
for name in opcode._intrinsic_1_descs:
    print("intrinsic1", name)
for name in opcode._intrinsic_2_descs:
    print("intrinsic2", name)
for sign in opcode.cmp_op:
    print("compare", sign)
for value in opcode._common_constants:
    print("common", value.__name__)
for name in opcode._special_method_names:
    print("method", name)
