//! Every way to use the tool wrongly: one clear error, a status that is not 0, and nothing half written.

use super::place::{Test, same};

/// The trials.
pub const ALL: &[Test] = &[
    ("wrong_options", |p| {
        // Each of these is clap's own message, with status 2.
        for (args, part) in [
            ("build", "required arguments were not provided"),
            ("build hello.py --frob", "unexpected argument '--frob'"),
            ("build hello.py --target riscv", "[possible values: x86_64-unknown-linux-gnu"),
            ("build hello.py --emit ir,frob", "[possible values: pyc, bytecode, ir, clif, asm, obj]"),
            ("build hello.py --opt 3", "3 is not in 0..=2"),
            ("build hello.py --function greet", "--emit"),
            ("build hello.py -m hello", "cannot be used with"),
            ("build hello.py -v -q", "cannot be used with"),
            ("bench hello.py --runs 0", "0 is not in 1.."),
            ("compile hello.py --invalidation never", "possible values"),
            ("compile", "required arguments"),
            ("frob", "unrecognized subcommand 'frob'"),
            ("cache frob", "unrecognized subcommand 'frob'"),
        ] {
            p.taipan(args)?.exits(2)?.prints("")?.mentions(part).map_err(|error| format!("{args}: {error}"))?;
        }
        same(p.made()?, vec![], "files")
    }),
    ("missing_files", |p| {
        let text = "taipan: error: nofile.py: No such file or directory\n";
        for args in ["build", "run", "dis", "check", "compile", "bench"] {
            p.taipan(&format!("{args} nofile.py"))?.exits(1)?.prints("")?.says(text)?;
        }
        p.taipan("run")?.exits(2)?.mentions("taipan: error: a file, -m MODULE or -c CODE is needed")?;
        for command in ["build", "run"] {
            let text = "taipan: error: no module named 'nomodule'\n";
            p.taipan(&format!("{command} -m nomodule"))?.exits(1)?.says(text)?;
        }
        same(p.made()?, vec![], "files")
    }),
    ("directories", |p| {
        p.write("folder/other.py", "")?;
        let text = "taipan: error: folder: Is a directory, and has no __main__.py\n";
        for args in ["build", "run", "bench"] {
            p.taipan(&format!("{args} folder"))?.exits(1)?.says(text)?;
        }
        for args in ["dis", "check", "compile"] {
            p.taipan(&format!("{args} folder"))?.exits(1)?.says("taipan: error: folder: Is a directory\n")?;
        }
        let text = "taipan: error: folder: Is a directory; name another output with -o\n";
        p.taipan("build hello.py -o folder")?.exits(1)?.says(text)?;
        same(p.made()?, vec!["folder".to_string()], "files")
    }),
    ("outputs", |p| {
        p.taipan("build hello.py -o no/where")?
            .exits(1)?
            .says("taipan: error: no/where: No such file or directory\n")?;
        p.taipan("build hello.py -o /dev/full")?
            .exits(1)?
            .says("taipan: error: /dev/full: No space left on device\n")?;
        p.write("script", "print(1)\n")?;
        p.taipan("build script")?.exits(1)?.mentions("script: the output would replace the program itself")?;
        same(p.read("script")?, b"print(1)\n".to_vec(), "the program")?;
        same(p.made()?, vec!["script".to_string()], "files")
    }),
    ("full_disk", |p| {
        p.shell("$TAIPAN dis hello.py >/dev/full")?.exits(1)?.mentions("standard output: No space left on device")?;
        // Nothing can be said, which is no reason to panic.
        p.shell("$TAIPAN build nofile.py 2>/dev/full")?.exits(1)?.says("")?;
        p.shell("$TAIPAN dis hello.py | true")?.exits(0)?.says("").map(drop)
    }),
    ("no_c_compiler", |p| {
        let text = |cc: &str| {
            format!(
                "taipan: error: linking failed: cannot run the C compiler '{cc}' (No such file or directory); install one, or name it in CC\n"
            )
        };
        p.taipan_with("build hello.py", &[("CC", "/nonexistent")])?.exits(1)?.says(&text("/nonexistent"))?;
        p.taipan_with("build hello.py", &[("PATH", "/nonexistent"), ("CC", "")])?.exits(1)?.says(&text("cc"))?;
        same(p.made()?, vec![], "files")
    }),
    ("failing_linker", |p| {
        p.taipan_with("build hello.py", &[("CC", "false")])?.exits(1)?.mentions("linking failed: false failed")?;
        let noisy = "#!/bin/sh\nfor i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do echo line $i >&2; done\nexit 3\n";
        p.write("noisy", noisy)?;
        let ran = p.taipan_with("build hello.py", &[("CC", "sh noisy")])?.exits(1)?;
        ran.mentions("linking failed: sh said:\n    line 1\n")?.mentions("    line 12\n    ... and 3 lines more\n")?;
        same(p.made()?, vec!["noisy".to_string()], "files")
    }),
    ("no_runtime_library", |p| {
        // A tool that was moved away from its library.
        let ran = p.shell("mkdir bin && cp $TAIPAN bin/taipan && bin/taipan build hello.py")?.exits(1)?;
        ran.mentions("taipan: error: no runtime library for ")?.mentions("make runtime TARGET=")?;
        same(p.made()?, vec!["bin".to_string()], "files")
    }),
    ("unknown_function", |p| {
        let text = "taipan: error: hello.py: no function 'meet'; there are <module>, greet\n";
        p.taipan("build hello.py --emit ir --function meet")?.exits(1)?.prints("")?.says(text).map(drop)
    }),
    ("syntax_error", |p| {
        p.write("broken.py", "x = 1\n\tif x = 1:\n        pass\n")?;
        p.write("call.py", "print('a'\n")?;
        p.write("late.py", "def f():\n    return 1\n\n\nreturn f(  1)\n")?;
        let text = "  File \"call.py\", line 1\n    print('a'\n         ^\nSyntaxError: '(' was never closed\n";
        for args in ["build", "dis", "check", "compile"] {
            p.taipan(&format!("{args} call.py"))?.exits(1)?.prints("")?.says(text)?;
        }
        let text = "  File \"broken.py\", line 2\n    \tif x = 1:\n    ^\nIndentationError: unexpected indent\n";
        p.taipan("check broken.py")?.exits(1)?.says(text)?;
        let text = "  File \"late.py\", line 5\n    return f(  1)\n    ^^^^^^^^^^^^^\nSyntaxError: 'return' outside function\n";
        p.taipan("check late.py")?.exits(1)?.says(text)?;
        same(p.made()?, vec![], "files")
    }),
    ("damaged_pyc", |p| {
        p.write("bad.pyc", "not bytecode at all")?;
        for args in ["build", "dis", "run"] {
            p.taipan(&format!("{args} bad.pyc"))?.exits(1)?.mentions("bad.pyc")?;
        }
        same(p.made()?, vec!["bad.pyc".to_string()], "files")
    }),
];
