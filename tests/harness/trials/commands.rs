//! Every command and option, used rightly.

use super::place::{Test, same};
use std::fs;
use taipan_tests::process::End;

/// The trials.
pub const ALL: &[Test] = &[
    ("help", |p| {
        let ran = p.taipan("--help")?.exits(0)?.shows("Usage: taipan <COMMAND>")?;
        let commands = ["build", "run", "bench", "compile", "dis", "check", "cache"];
        commands.iter().try_fold(ran, |ran, command| ran.shows(&format!("  {command} ")))?;
        for command in commands {
            p.taipan(&format!("{command} --help"))?.exits(0)?.shows(&format!("Usage: taipan {command}"))?;
        }
        p.taipan("--version")?.exits(0)?.shows("taipan 0.")?;
        p.taipan("-V")?.exits(0)?.shows("taipan 0.").map(drop)
    }),
    ("build", |p| {
        p.taipan("build hello.py")?.exits(0)?.prints("")?.says("")?;
        p.execute("hello", "")?.exits(0)?.prints("hello world\n")?;
        same(p.made()?, vec!["hello".to_string()], "files")?;
        for level in ["0", "1", "2"] {
            p.taipan(&format!("build hello.py --quiet -o out{level} --opt {level}"))?.exits(0)?.prints("")?.says("")?;
            p.execute(&format!("out{level}"), "")?.exits(0)?.prints("hello world\n")?;
        }
        p.taipan("build hello.py -o /dev/null")?.exits(0)?;
        let device = fs::metadata("/dev/null").map_err(|error| error.to_string())?;
        same(device.is_file(), false, "/dev/null is a file")
    }),
    ("build_symbols", |p| {
        p.taipan("build hello.py -o plain")?.exits(0)?;
        p.taipan("build hello.py -o named --symbols")?.exits(0)?;
        let holds = |name: &str| Ok::<_, String>(p.read(name)?.windows(5).any(|w| w == b"greet"));
        same(p.read("named")?.windows(12).any(|w| w == b".greet.entry"), true, "symbols are there")?;
        same(holds("plain")?, true, "the name of the function")?;
        same(p.read("plain")?.windows(12).any(|w| w == b".greet.entry"), false, "symbols are there")
    }),
    ("build_verbose", |p| {
        let ran = p.taipan("build hello.py -v")?.exits(0)?.prints("")?;
        ran.mentions("translating __main__ (hello.py)")?
            .mentions("1 modules, 0 of them cached")?
            .mentions("linking hello")?;
        p.taipan("build hello.py -v")?.exits(0)?.mentions("1 modules, 1 of them cached").map(drop)
    }),
    ("build_warnings", |p| {
        p.write("warn.py", "x = 1\nprint(x is 1)\n")?;
        let ran = p.taipan("build warn.py -o out")?.exits(0)?;
        ran.says("warn.py:2: SyntaxWarning: \"is\" with 'int' literal. Did you mean \"==\"?\n  print(x is 1)\n")?;
        p.execute("out", "")?.exits(0)?.prints("True\n")?.says("").map(drop)
    }),
    ("build_folder", |p| {
        p.write("app/__main__.py", "import part\nprint(part.X, __name__)\n")?;
        p.write("app/part.py", "X = 7\n")?;
        p.taipan("build app -o out")?.exits(0)?;
        p.execute("out", "")?.exits(0)?.prints("7 __main__\n")?;
        p.taipan("run app")?.exits(0)?.prints("7 __main__\n").map(drop)
    }),
    ("build_module", |p| {
        p.write("pkg/__init__.py", "")?;
        p.write("pkg/other.py", "X = 42\n")?;
        let main = "import sys\nfrom . import other\nfrom .other import X\nprint(__name__, __package__, __spec__.name, X, sys.argv[1:])\n";
        p.write("pkg/__main__.py", main)?;
        p.write("pkg/tool.py", main)?;
        for (module, name) in [("pkg", "pkg.__main__"), ("pkg.tool", "pkg.tool")] {
            let text = format!("__main__ pkg {name} 42 ['a', 'b']\n");
            p.taipan(&format!("run -m {module} a b"))?.exits(0)?.prints(&text)?;
            p.taipan(&format!("build -m {module} -o out"))?.exits(0)?;
            p.execute("out", "a b")?.exits(0)?.prints(&text)?;
        }
        Ok(())
    }),
    ("run", |p| {
        p.write("args.py", "import sys\nprint(sys.argv)\nsys.exit(3)\n")?;
        p.taipan("run args.py -x --help")?.exits(3)?.prints("['args.py', '-x', '--help']\n")?;
        p.taipan("run -c print(6*7)")?.exits(0)?.prints("42\n")?;
        p.taipan("run -c 1/0")?.exits(1)?.mentions("ZeroDivisionError: division by zero").map(drop)
    }),
    ("compile", |p| {
        p.write("broken.py", "x = = 1\n")?;
        p.write("second.py", "print('second')\n")?;
        p.taipan("compile broken.py nofile.py second.py")?.exits(1)?.mentions("SyntaxError")?.mentions("nofile.py")?;
        p.taipan("run __pycache__/second.cpython-314.pyc")?.exits(0)?.prints("second\n")?;
        for (how, flags) in [("timestamp", 0), ("checked-hash", 3), ("unchecked-hash", 1)] {
            p.taipan(&format!("compile hello.py --invalidation {how}"))?.exits(0)?.prints("")?.says("")?;
            same(p.read("__pycache__/hello.cpython-314.pyc")?[4], flags, how)?;
        }
        let pyc = "__pycache__/hello.cpython-314.pyc";
        p.taipan(&format!("build {pyc} -o out"))?.exits(0)?;
        p.execute("out", "")?.prints("hello world\n").map(drop)
    }),
    ("dis", |p| p.taipan("dis hello.py")?.exits(0)?.shows("MAKE_FUNCTION")?.shows("Disassembly of").map(drop)),
    ("check", |p| {
        p.taipan("check hello.py")?.exits(0)?.prints("")?.says("")?;
        let source = "import os.path, json.decoder, here.part, math, gone\n\ntry:\n    import maybe\nexcept ImportError:\n    maybe = None\n\n\ndef gen():\n    from here import nothing\n    import json.nope\n    yield\n";
        p.write("imports.py", source)?;
        p.write("here/__init__.py", "from . import part\nfrom .part import X\nfrom .lost import Y\n")?;
        p.write("here/part.py", "X = 1\n")?;
        let text = "imports.py:1: no module named 'gone'\nimports.py:11: no module named 'json.nope'\nhere/__init__.py:3: no module named 'here.lost'\n";
        p.taipan("check imports.py here/__init__.py here/part.py")?.exits(1)?.prints("")?.says(text).map(drop)
    }),
    ("emit", |p| {
        let all = [
            ("bytecode", "MAKE_FUNCTION"),
            ("ir", "function greet locals="),
            ("clif", "function u0:"),
            ("asm", "; greet"),
        ];
        for (stage, part) in all {
            p.taipan(&format!("build hello.py --emit {stage}"))?.exits(0)?.says("")?.shows(part)?;
            let ran = p.taipan(&format!("build hello.py --emit {stage} --function greet"))?.exits(0)?.says("")?;
            same(ran.stdout.is_empty() || ran.stdout.contains("; <module>"), false, stage)?;
        }
        same(p.made()?, vec![], "files")?;
        p.taipan("build hello.py --emit asm --target x86_64-unknown-linux-gnu")?.exits(0)?.shows("rsp")?;
        p.taipan("build hello.py --emit asm --target aarch64-unknown-linux-gnu")?.exits(0)?.shows("stp fp, lr")?;
        p.taipan("build hello.py --emit pyc,obj,ir -o out")?.exits(0)?.says("")?.shows("function greet")?;
        same(p.made()?, vec!["out.o".to_string(), "out.pyc".to_string()], "files")?;
        same(p.read("out.o")?[..4].to_vec(), b"\x7fELF".to_vec(), "magic")?;
        p.taipan("run out.pyc")?.exits(0)?.prints("hello world\n").map(drop)
    }),
    ("cache", |p| {
        let folder = p.path("cache/taipan");
        p.taipan("cache")?.exits(0)?.prints(&format!("{}: 0 modules, 0.0 MiB\n", folder.display()))?;
        p.taipan("build hello.py --no-cache -o first")?.exits(0)?;
        p.taipan("cache")?.exits(0)?.shows(": 0 modules")?;
        p.taipan("build hello.py -o second")?.exits(0)?;
        p.taipan("cache show")?.exits(0)?.shows(": 1 module, ")?;
        p.taipan("build hello.py -o third")?.exits(0)?;
        // Whatever is wrong with an entry, the build is right.
        for damage in ["", "taipan object 1\n", "nonsense"] {
            p.shell(&format!("for f in cache/taipan/objects/*/*; do printf '{damage}' >$f; done"))?.exits(0)?;
            p.taipan("build hello.py -v -o fourth")?.exits(0)?.mentions(" 0 of them cached")?;
            same(p.read("second")? == p.read("fourth")?, true, "the same executable")?;
        }
        same(p.read("first")? == p.read("third")?, true, "the same executable")?;
        p.taipan("cache clear")?.exits(0)?.shows("removed 1 module, ")?;
        p.taipan("cache")?.exits(0)?.shows(": 0 modules")?;
        p.taipan_with("build hello.py -v", &[("XDG_CACHE_HOME", "/dev/null")])?.exits(0)?.mentions("cannot keep")?;
        p.taipan_with("cache", &[("XDG_CACHE_HOME", ""), ("HOME", "")])?.exits(2)?.mentions("no cache").map(drop)
    }),
    ("builds_at_once", |p| {
        let line = "for i in 1 2 3 4; do $TAIPAN build hello.py -o out$i & done; wait; cmp out1 out2 && cmp out1 out3 && cmp out1 out4";
        p.shell(line)?.exits(0)?.says("")?;
        p.execute("out4", "")?.prints("hello world\n").map(drop)
    }),
    ("builds_are_the_same", |p| {
        // Each time in another folder's cache; the number of threads changes nothing.
        p.write("app.py", "import json, dataclasses\nprint(json.dumps([1]))\n")?;
        p.taipan("build app.py --no-cache -o one")?.exits(0)?;
        p.taipan_with("build app.py --no-cache -o two", &[("RAYON_NUM_THREADS", "1")])?.exits(0)?;
        same(p.read("one")? == p.read("two")?, true, "byte for byte the same")?;
        p.execute("two", "")?.exits(0)?.prints("[1]\n").map(drop)
    }),
    ("bench", |p| {
        p.write("args.py", "import sys\nprint(sys.argv[1:])\n")?;
        let ran = p.taipan("bench args.py --runs 2 --python /bin/true --json r.json --svg r.svg -- a -b")?;
        // /bin/true prints nothing, so the others differ from it.
        let ran = ran.exits(1)?.shows("failed: prints something else")?.shows("true ")?;
        same(ran.status, End::Exit(1), "status")?;
        same(p.read("r.json")?.starts_with(b"{"), true, "JSON")?;
        same(p.read("r.svg")?.starts_with(b"<svg"), true, "SVG")?;
        p.taipan("bench args.py --python nopython")?.exits(2)?.mentions("no such Python: nopython").map(drop)
    }),
    ("colours", |p| {
        // Standard error is a pipe here, so that there must be none.
        let ran = p.taipan("build nofile.py")?.exits(1)?;
        same(ran.stderr.contains('\x1b'), false, "colours in a pipe")
    }),
];
