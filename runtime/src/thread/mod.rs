//! Threads that run Python code: starting one, what each has to itself, the end of all.
//!
//! The collector's lock ([`crate::gc`]) decides who runs. What belongs to the running thread lies in static
//! words ([`crate::state`], the value stack); what belongs to the others lies in their [`Thread`], and is
//! exchanged when another goes on than before. The running thread's `Thread` holds empty words.

pub mod monitor;
pub mod park;

use crate::gc;
use crate::interp::frame::{Frame, STACK, ValueStack};
use crate::state::{State, state};
use crate::value::Value;
use std::cell::Cell;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// Address space of the native stack that a thread runs on unless the program asks for more.
const STACK_BYTES: usize = 1 << 30;
/// What native code below the limit can still use.
pub const STACK_RESERVE: usize = 512 << 10;

/// What belongs to one thread, while another runs.
pub struct Thread {
    state: State,
    stack: ValueStack,
    next: Cell<*const Thread>,
}

struct Threads {
    /// The main thread at the program's start.
    first: Thread,
    /// All threads but the first.
    started: Cell<*const Thread>,
    /// The last number given.
    number: Cell<u64>,
    /// Bytes of native stack that the program asks for, or 0.
    stack_bytes: Cell<usize>,
    /// In a forked child: the thread that went on in it, and the last number given by then.
    forked: Cell<Option<(u64, u64)>>,
    /// The thread that `finish` runs on has begun to end the program.
    finishing: Cell<bool>,
}

// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Threads {}

static THREADS: Threads = Threads {
    first: Thread::new(ValueStack::EMPTY),
    started: Cell::new(std::ptr::null()),
    number: Cell::new(0),
    stack_bytes: Cell::new(0),
    forked: Cell::new(None),
    finishing: Cell::new(false),
};

impl Thread {
    const fn new(stack: ValueStack) -> Thread {
        Thread { state: State::empty(), stack, next: Cell::new(std::ptr::null()) }
    }

    /// Shows the collector the words in use.
    fn scan(&self, visit: &mut dyn FnMut(*const u64, *const u64)) {
        self.stack.scan(visit);
        let words = std::ptr::from_ref(&self.state);
        // SAFETY: one past the state, which is whole words.
        visit(words.cast(), unsafe { words.add(1) }.cast());
    }
}

/// The number that the system gives to the program's main thread.
static MAIN: AtomicI64 = AtomicI64::new(0);

/// The calling thread's number (`threading.get_ident`).
pub fn ident() -> i64 {
    // SAFETY: no arguments, cannot fail.
    unsafe { libc::pthread_self() as i64 }
}

/// That of the main thread.
pub fn main_ident() -> i64 {
    MAIN.load(Relaxed)
}

/// Whether the calling thread is the one that handles signals.
pub fn is_main() -> bool {
    ident() == main_ident()
}

/// Threads that run beside the main one.
pub fn count() -> usize {
    let mut count = 0;
    each_started(|_| count += 1);
    count
}

pub fn stack_bytes() -> usize {
    THREADS.stack_bytes.get()
}

/// How large the native stacks of threads started from now on shall be, or 0 for the usual size.
pub fn set_stack_bytes(bytes: usize) {
    THREADS.stack_bytes.set(bytes);
}

/// The innermost frames of all threads, with the threads' numbers.
pub fn frames() -> Vec<(i64, *mut Frame)> {
    let mut found = vec![(ident(), state().frame.get())];
    each(|thread| {
        if thread.state.ident.get() != 0 {
            found.push((thread.state.ident.get(), thread.state.frame.get()));
        }
    });
    found
}

/// The exceptions that the threads handle, with the threads' numbers.
pub fn handled() -> Vec<(i64, Option<Value>)> {
    let mut found = vec![(ident(), state().handled())];
    each(|thread| {
        if thread.state.ident.get() != 0 {
            found.push((thread.state.ident.get(), thread.state.handled()));
        }
    });
    found
}

/// Makes the calling thread, which holds the lock, the main one.
pub fn init() {
    MAIN.store(ident(), Relaxed);
    state().ident.set(ident());
    gc::set_own(std::ptr::from_ref(&THREADS.first).cast_mut().cast());
    gc::set_switch(switch);
    gc::add_region(|visit| each(|thread| thread.scan(visit)));
}

/// Visits the threads, the running one included.
fn each(mut visit: impl FnMut(&Thread)) {
    visit(&THREADS.first);
    each_started(visit);
}

fn each_started(mut visit: impl FnMut(&Thread)) {
    let mut next = THREADS.started.get();
    // SAFETY: threads leave the list, under the lock, before they are freed.
    while let Some(thread) = unsafe { next.as_ref() } {
        visit(thread);
        next = thread.next.get();
    }
}

fn switch(from: *mut u8, to: *mut u8) {
    // SAFETY: what `init` and `start` gave to the collector lives as long as its thread.
    unsafe {
        for thread in [from as *const Thread, to as *const Thread] {
            if let Some(thread) = thread.as_ref() {
                state().exchange(&thread.state);
                STACK.exchange(&thread.stack);
            }
        }
    }
    if is_main() {
        crate::modules::signal::look_again();
    }
}

/// What a new thread is given: the function that it runs, under the lock, and the thread.
struct Start<F> {
    body: F,
    thread: Box<Thread>,
}

/// Starts a thread that runs `body` under the lock. False if the system refuses.
///
/// `body` may hold values: it lies in memory that the collector scans until the thread has the lock.
pub fn start<F: FnOnce() + 'static>(body: F) -> bool {
    THREADS.number.set(THREADS.number.get() + 1);
    let thread = Box::new(Thread::new(ValueStack::reserve()));
    thread.state.thread.set(THREADS.number.get());
    thread.state.exc.set(&state().base_exc);
    let start = Box::into_raw(Box::new(Start { body, thread }));
    let address = start as usize;
    let mut bytes = STACK_BYTES.max(THREADS.stack_bytes.get());
    loop {
        let spawned = std::thread::Builder::new().stack_size(bytes).spawn(move || {
            // SAFETY: the box is handed over to this thread alone.
            unsafe { run::<F>(address as *mut Start<F>, bytes) }
        });
        match spawned {
            Ok(_) => return true,
            Err(_) if bytes > 1 << 20 => bytes /= 2,
            Err(_) => {
                // SAFETY: no thread took it.
                let start = unsafe { Box::from_raw(start) };
                start.thread.stack.release();
                return false;
            }
        }
    }
}

/// The life of a thread.
///
/// # Safety
/// `start` is a box that nobody else owns.
unsafe fn run<F: FnOnce()>(start: *mut Start<F>, stack_bytes: usize) {
    let base = 0u64;
    let base = &raw const base as *const u8;
    // SAFETY: the caller's promise; the values in the box are taken out only when the stack is scanned.
    unsafe {
        let own = std::ptr::from_ref::<Thread>(&(*start).thread);
        (*own).state.stack_base.set(base as usize);
        (*own).state.stack_limit.set(base as usize - stack_bytes + STACK_RESERVE);
        (*own).state.ident.set(ident());
        gc::attach_thread(base, own.cast_mut().cast());
        (*own).next.set(THREADS.started.replace(own));
        let start = Box::from_raw(start);
        (start.body)();
        leave(&start.thread);
    }
    gc::detach_thread();
}

/// Takes the running thread out of the list and gives its memory back.
fn leave(thread: &Thread) {
    let own = std::ptr::from_ref(thread);
    let mut link = &THREADS.started;
    // SAFETY: the list holds live threads.
    while let Some(next) = unsafe { link.get().as_ref() } {
        if std::ptr::eq(next, own) {
            link.set(next.next.get());
            break;
        }
        link = &next.next;
    }
    STACK.release();
    state().exchange(&State::empty());
}

/// From here on only the calling thread runs: the program ends.
pub fn stop_others() {
    THREADS.finishing.set(true);
    gc::stop_other_threads();
}

/// Whether the program is ending.
pub fn is_finishing() -> bool {
    THREADS.finishing.get()
}

/// In a forked child: the calling thread is the only one, and the main one from now on.
pub fn after_fork_in_child() {
    gc::after_fork_child();
    MAIN.store(ident(), Relaxed);
    let own = gc::own() as *const Thread;
    let kept = if std::ptr::eq(&THREADS.first, own) { std::ptr::null() } else { own };
    // SAFETY: the running thread's own, or null.
    if let Some(kept) = unsafe { kept.as_ref() } {
        kept.next.set(std::ptr::null());
    }
    THREADS.started.set(kept);
    THREADS.forked.set(Some((state().thread.get(), THREADS.number.get())));
}

/// Whether a thread is not in this process, because another one forked.
pub fn is_gone(number: u64) -> bool {
    THREADS.forked.get().is_some_and(|(kept, last)| number != kept && number <= last)
}
