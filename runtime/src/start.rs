//! Start and end of a program: the order in which the runtime comes to life, running `__main__`, the
//! exit status.

use crate::errors::{self, R};
use crate::modules::sys::{self, Config};
use crate::object::Ref;
use crate::object::{call, class, singletons};
use crate::state::state;
use crate::thread::{self, STACK_RESERVE};
use crate::types::code::Code;
use crate::types::exceptions::{self as exc, Exception};
use crate::types::module::Module;
use crate::types::str::Str;
use crate::value::Value;
use crate::{fault, gc, interp, modules, names, ops};

/// Address space of the stack that Python code runs on; committed as it is touched.
const STACK_BYTES: usize = 8 << 30;
/// Brings the runtime to life on the calling thread.
fn init(config: &Config, stack_base: *const u8, stack_bytes: usize) -> R<()> {
    gc::init(stack_base);
    state().init();
    state().stack_base.set(stack_base as usize);
    state().stack_limit.set(stack_base as usize - stack_bytes + STACK_RESERVE);
    gc::set_dict_trace(crate::types::dict::trace_table);
    interp::frame::STACK.init();
    thread::init();
    gc::add_region(shape_classes);
    ops::hash::init(hash_seed());
    class::bootstrap();
    crate::types::str::intern::init();
    names::init();
    singletons::init();
    crate::modules::builtins::init()?;
    sys::init(config)?;
    sys::modules().set_str(Str::intern("builtins"), crate::modules::builtins::module().value());
    for (name, module) in [("sys", sys::module()), ("builtins", crate::modules::builtins::module())] {
        let origin = Str::intern("built-in").value();
        let spec = crate::types::module_spec::ModuleSpec::new(Str::intern(name), origin, false, None);
        module.set("__spec__", spec.value());
    }
    crate::modules::signal::init();
    Ok(())
}

/// Roots of the object model. Asked for at every collection, so the method cache, which is none, is cleared here.
fn shape_classes(visit: &mut dyn FnMut(*const u64, *const u64)) {
    class::clear_method_cache();
    crate::interp::stubs::clear();
    crate::object::shape::for_each_class(|word| {
        let start = &raw const word;
        // SAFETY: one word.
        visit(start, unsafe { start.add(1) });
    });
}

/// `PYTHONHASHSEED`.
fn hash_seed() -> Option<u32> {
    std::env::var("PYTHONHASHSEED").ok()?.parse().ok()
}

/// Runs `program` in a fresh runtime on a large stack; the process's exit status.
pub fn run(config: Config, program: impl FnOnce() -> R<()> + Send + 'static) -> i32 {
    fault::install_hook();
    let mut bytes = STACK_BYTES;
    let mut program = Some(program);
    let mut config = Some(config);
    // Signals are for the program's thread, whose calls they interrupt; this one only waits.
    let mask = block_signals();
    let process = std::process::id();
    loop {
        let (this_program, this_config) = (program.take(), config.take());
        // Both are handed over only if the thread starts; a smaller stack is tried otherwise.
        let shared = std::sync::Arc::new(std::sync::Mutex::new((this_program, this_config)));
        let theirs = shared.clone();
        let spawned = std::thread::Builder::new().stack_size(bytes).spawn(move || {
            restore_signals(&mask);
            let taken = theirs.lock().map(|mut both| (both.0.take(), both.1.take()));
            match taken {
                Ok((Some(program), Some(config))) => {
                    let status = run_here(&config, bytes, program);
                    // In a forked child nobody waits for this thread.
                    if std::process::id() != process {
                        std::process::exit(status);
                    }
                    status
                }
                _ => fault::STATUS,
            }
        });
        match spawned {
            Ok(thread) => return thread.join().unwrap_or(fault::STATUS),
            Err(_) if bytes > 1 << 20 => {
                bytes /= 2;
                if let Ok(mut both) = shared.lock() {
                    program = both.0.take();
                    config = both.1.take();
                }
            }
            Err(error) => {
                fault::complain(&format!("taipan: cannot start a thread: {error}\n"));
                return fault::STATUS;
            }
        }
    }
}

/// Blocks all signals for the calling thread; the mask that it had.
fn block_signals() -> libc::sigset_t {
    // SAFETY: the sets are locals, filled before use.
    unsafe {
        let (mut all, mut old): (libc::sigset_t, libc::sigset_t) = (std::mem::zeroed(), std::mem::zeroed());
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut old);
        old
    }
}

fn restore_signals(mask: &libc::sigset_t) {
    // SAFETY: a mask that the system gave.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, mask, std::ptr::null_mut()) };
}

fn run_here(config: &Config, stack_bytes: usize, program: impl FnOnce() -> R<()>) -> i32 {
    let base = 0u64;
    let result = init(config, &raw const base as *const u8, stack_bytes).and_then(|()| program());
    let mut interrupted = false;
    let status = match result {
        Ok(()) => 0,
        Err(_) => {
            let exception = errors::take();
            interrupted = exception.class().is_subtype(exc::KEYBOARD_INTERRUPT.class());
            report(exception)
        }
    };
    let status = finish(status);
    if interrupted {
        // A shell that runs the program learns of the interrupt by this.
        crate::modules::signal::die_of_interrupt();
    }
    status
}

/// What happens after the program's last statement.
fn finish(status: i32) -> i32 {
    let mut status = status;
    modules::thread::handle::shut_down();
    if let Some(atexit) = sys::modules().get_text("atexit") {
        if let Ok(Some(run)) = crate::object::attr::find(atexit, Str::intern("_run_exitfuncs")) {
            if call::call(run, &[]).is_err() {
                report(errors::take());
            }
        }
    }
    thread::stop_others();
    ops::poll::run_finalizers();
    errors::render::FINALIZING.store(true, std::sync::atomic::Ordering::Relaxed);
    for object in gc::take_all_finalizables() {
        // SAFETY: the collector gives live objects.
        ops::poll::finalize(unsafe { Value::from_bits(object as u64) });
    }
    for stream in ["stdout", "stderr"] {
        if let Some(stream) = sys::get(stream).filter(|s| !s.is_none()) {
            if call::call_method(stream, names::get(names::flush), &[]).is_err() {
                let pending = errors::take();
                sys::write_stderr(&errors::render::print_exception(pending));
                if status == 0 {
                    status = 120;
                }
            }
        }
    }
    crate::modules::io::flush_all();
    status
}

/// Prints an uncaught exception, or obeys SystemExit; the exit status.
fn report(exception: Value) -> i32 {
    if exception.class().is_subtype(exc::SYSTEM_EXIT.class()) {
        let code = exception.cast::<Exception>().and_then(|e| exc::get_field(e, "code"));
        return match code {
            None => 0,
            Some(code) if code.is_none() => 0,
            Some(code) => match code.as_small() {
                Some(n) => (n & 0xff) as i32,
                None if ops::is_int(code) => ops::as_i64(code).map_or(255, |n| (n & 0xff) as i32),
                None => {
                    errors::clear();
                    if let Ok(text) = ops::str_of(code) {
                        sys::write_stderr(&format!("{}\n", text.display()));
                    }
                    1
                }
            },
        };
    }
    flush_stdout();
    let traceback = exception.cast::<Exception>().and_then(|e| e.traceback.get()).unwrap_or_else(singletons::none);
    let hook = sys::get("excepthook");
    let is_ours = hook.is_none_or(|h| {
        h.exact::<crate::types::native::NativeFunction>().is_some_and(|f| f.method().name == "excepthook")
    });
    if is_ours {
        sys::write_stderr(&errors::render::print_exception(exception));
    } else if let Some(hook) = hook {
        if call::call(hook, &[exception.class().value(), exception, traceback]).is_err() {
            let second = errors::take();
            if second.class().is_subtype(exc::SYSTEM_EXIT.class()) {
                return report(second);
            }
            let mut text = String::from("Error in sys.excepthook:\n");
            text += &errors::render::print_exception(second);
            text += "\nOriginal exception was:\n";
            text += &errors::render::print_exception(exception);
            sys::write_stderr(&text);
        }
    }
    if exception.class().is_subtype(exc::KEYBOARD_INTERRUPT.class()) { 130 } else { 1 }
}

fn flush_stdout() {
    if let Some(stdout) = sys::get("stdout").filter(|s| !s.is_none()) {
        if call::call_method(stdout, names::get(names::flush), &[]).is_err() {
            errors::clear();
        }
    }
}

/// Runs code as `__main__`.
pub fn run_main(code: Ref<Code>, file: Option<&str>) -> R<()> {
    let module = main_module(file);
    ops::import::run_module(code, module)
}

/// `-m`: finds a module as `import` would and runs it as `__main__`.
pub fn run_module_as_main(name: &str) -> R<()> {
    let main = ops::import::find_main(name)?;
    run_main_as(main.code, &main.file, &main.name)
}

/// Runs code as `__main__` that is the module `name`: its packages come first, relative imports start from its own.
pub fn run_main_as(code: Ref<Code>, file: &str, name: &str) -> R<()> {
    let package = name.rsplit_once('.').map_or("", |(package, _)| package);
    if !package.is_empty() {
        ops::import::find_and_load(Str::intern(package))?;
    }
    let module = main_module(Some(file));
    let (name, file) = (Str::intern(name), Str::new(file).value());
    let spec = crate::types::module_spec::ModuleSpec::new(name, file, true, None);
    let loader = crate::types::module_spec::Loader::new(name, file);
    spec.set_loader(loader.value());
    module.set("__loader__", loader.value());
    module.set("__package__", Str::intern(package).value());
    module.set("__spec__", spec.value());
    if let Some(argv) = sys::get("argv") {
        ops::subscript::setitem(argv, Value::small(0), file)?;
    }
    ops::import::run_module(code, module)
}

/// Makes the module `__main__`.
pub fn main_module(file: Option<&str>) -> Ref<Module> {
    let module = Module::new("__main__");
    module.set("__builtins__", crate::modules::builtins::module().value());
    if let Some(file) = file {
        module.set("__file__", Str::new(file).value());
        module.set("__cached__", singletons::none());
    }
    sys::modules().set_str(names::get(names::__main__), module.value());
    module
}
