"""Keys derived from passwords; faulthandler; names of the library's modules."""
import faulthandler
import hashlib
import hmac
import sys
import weakref

for name in "md5", "sha1", "sha256", "sha512", "sha3_256":
    print(name, hashlib.pbkdf2_hmac(name, b"password", b"salt", 3).hex())
print(hashlib.pbkdf2_hmac("sha1", b"password", b"salt", 4096, 25).hex(), hashlib.pbkdf2_hmac("sha256", b"k" * 100, b"", 1, dklen=70).hex())
print(hashlib.scrypt(b"", salt=b"", n=16, r=1, p=1).hex())
print(hashlib.scrypt(b"password", salt=b"NaCl", n=1024, r=8, p=2, dklen=40).hex())
for bad in (
    lambda: hashlib.pbkdf2_hmac("nope", b"", b"", 1),
    lambda: hashlib.pbkdf2_hmac("sha1", b"", b"", 0),
    lambda: hashlib.pbkdf2_hmac("sha1", b"", b"", 1, 0),
    lambda: hashlib.scrypt(b"", salt=b"", n=3, r=1, p=1),
    lambda: hashlib.new("nope"),
):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
print(hmac.new(b"k", b"m", "sha256").hexdigest(), hmac.digest(b"k", b"m", "sha1").hex(), hmac.new(b"k", b"m", hashlib.sha256).name)
print(hashlib.sha256(b"a").hexdigest() == hashlib.new("sha256", b"a").hexdigest(), hmac.compare_digest(b"a", b"a"))
print(faulthandler.is_enabled(), faulthandler.enable(), faulthandler.is_enabled(), faulthandler.disable())
print({"os", "re", "sqlite3", "tkinter", "__future__"} <= sys.stdlib_module_names, "numpy" in sys.stdlib_module_names)
code = compile("1", "", "eval")
print(weakref.ref(code)() is code)
