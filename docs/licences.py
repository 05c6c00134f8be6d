"""Reads `cargo metadata`: fails if a dependency can only be had under the GPL or LGPL."""
import json, sys

bad = []
for package in json.load(sys.stdin)["packages"]:
    licence = package.get("license") or ""
    choices = [c.strip(" ()") for c in licence.replace("/", " OR ").split(" OR ")]
    if licence and all("GPL" in c for c in choices):
        bad.append(f"{package['name']} {package['version']}: {licence}")
print("\n".join(bad) if bad else "no (L)GPL-only dependency")
sys.exit(bool(bad))
