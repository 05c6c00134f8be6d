//! Threads and the interpreter lock.
//!
//! One thread at a time runs Python or touches the heap: the one that holds the lock. A thread that
//! gives the lock up notes its stack pointer and registers first, so whoever holds it can collect at any
//! moment without stopping anybody. Waiting threads ask for the lock through the poll byte.
//!
//! What else a thread has to itself lies in static words while it runs; it is exchanged when the lock
//! comes into the hands of another thread than before ([`set_switch`]).

use super::malloc;
use super::mark::Tracer;
use super::space::{clear_poll, set_poll};
use super::sys::{Global, fatal};
use std::cell::Cell;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use taipan_abi::heap::POLL_LOCK;

/// Callee-saved registers that may hold references.
#[cfg(target_arch = "x86_64")]
pub const REGISTERS: usize = 6;
#[cfg(target_arch = "aarch64")]
pub const REGISTERS: usize = 20;

/// A thread that runs Python code.
struct ThreadRecord {
    stack_base: usize,
    /// Where the stack ended when the thread gave the lock up.
    saved_sp: usize,
    registers: [u64; REGISTERS],
    /// What [`attach_thread`] was given.
    own: *mut u8,
    next: *mut ThreadRecord,
}

static THREADS: Global<*mut ThreadRecord> = Global::new(null_mut());
/// The thread whose words are in place: the last one that held the lock, unless it is gone.
static IN_PLACE: Global<*mut ThreadRecord> = Global::new(null_mut());
static SWITCH: Global<Option<SwitchFn>> = Global::new(None);

/// Stores what belongs to the thread that held the lock before (null if it is gone) and puts in place what
/// belongs to the one that takes it: both are what [`attach_thread`] was given.
pub type SwitchFn = fn(from: *mut u8, to: *mut u8);

/// Registers what is done when another thread goes on.
pub fn set_switch(switch: SwitchFn) {
    // SAFETY: lock held by contract.
    unsafe { *SWITCH.get() = Some(switch) };
}

thread_local! {
    static CURRENT: Cell<*mut ThreadRecord> = const { Cell::new(null_mut()) };
}

struct LockState {
    held: bool,
    waiting: u32,
    /// Threads that gave the lock up for another's turn and wait for it to begin.
    yielding: u32,
    /// Counts acquisitions, so that a thread that yields can see that another had its turn.
    turns: u64,
    /// The address of the only record that may still take the lock, or 0.
    last: usize,
}

struct Lock {
    state: Mutex<LockState>,
    /// The lock is free.
    freed: Condvar,
    /// Another turn began.
    turned: Condvar,
}

impl Lock {
    const fn new(held: bool) -> Self {
        let state = LockState { held, waiting: 0, yielding: 0, turns: 0, last: 0 };
        Lock { state: Mutex::new(state), freed: Condvar::new(), turned: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, LockState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Behind a cell because a forked child replaces it: other threads may have been waiting at the fork.
struct LockCell(std::cell::UnsafeCell<Lock>);
// SAFETY: replaced only in a forked child, which has one thread; otherwise used through shared references.
unsafe impl Sync for LockCell {}
static LOCK: LockCell = LockCell(std::cell::UnsafeCell::new(Lock::new(false)));

fn lock() -> &'static Lock {
    // SAFETY: see `LockCell`.
    unsafe { &*LOCK.0.get() }
}

static SWITCH_MICROSECONDS: AtomicU64 = AtomicU64::new(5000);

/// How long a waiting thread lets the running one go on (`sys.setswitchinterval`).
pub fn set_switch_interval(microseconds: u64) {
    SWITCH_MICROSECONDS.store(microseconds.max(1), Ordering::Relaxed);
}

pub fn switch_interval() -> u64 {
    SWITCH_MICROSECONDS.load(Ordering::Relaxed)
}

fn acquire(mut state: MutexGuard<'_, LockState>, record: *mut ThreadRecord) {
    loop {
        while state.last != 0 && state.last != record as usize {
            // Nobody ends this wait: the process ends meanwhile.
            state = lock().turned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if !state.held {
            break;
        }
        state.waiting += 1;
        let patience = Duration::from_micros(switch_interval());
        let (back, timeout) = lock().freed.wait_timeout(state, patience).unwrap_or_else(PoisonError::into_inner);
        state = back;
        state.waiting -= 1;
        if timeout.timed_out() && state.held {
            set_poll(POLL_LOCK);
        }
    }
    state.held = true;
    state.turns = state.turns.wrapping_add(1);
    if state.yielding > 0 {
        lock().turned.notify_all();
    }
    drop(state);
    malloc::set_scanned(true);
    // SAFETY: the lock is held now; records in the list are live.
    unsafe {
        let before = std::mem::replace(IN_PLACE.get(), record);
        if before != record && !record.is_null() {
            if let Some(switch) = *SWITCH.get() {
                switch(if before.is_null() { null_mut() } else { (*before).own }, (*record).own);
            }
        }
    }
}

/// Makes the calling thread one that runs Python code, and takes the lock. `stack_base` is an address in the
/// thread's outermost frame: no frame beyond it may hold references. `own` is for the [`SwitchFn`].
pub fn attach_thread(stack_base: *const u8, own: *mut u8) {
    // SAFETY: a zeroed record is valid; the list belongs to the lock's holder.
    unsafe {
        let record = libc::calloc(1, size_of::<ThreadRecord>()) as *mut ThreadRecord;
        if record.is_null() {
            fatal("out of memory for a thread");
        }
        (*record).stack_base = (stack_base as usize + 7) & !7;
        (*record).own = own;
        acquire(lock().state(), record);
        (*record).next = *THREADS.get();
        *THREADS.get() = record;
        CURRENT.set(record);
    }
}

/// Sets what the calling thread gave as `own`.
pub fn set_own(own: *mut u8) {
    // SAFETY: the thread's own record; lock held by contract.
    unsafe { (*CURRENT.get()).own = own };
}

/// What the calling thread gave as `own`.
pub fn own() -> *mut u8 {
    // SAFETY: as above.
    unsafe { (*CURRENT.get()).own }
}

/// From here on no other thread gets the lock: those that wait for it, or will, wait for ever.
pub fn stop_other_threads() {
    lock().state().last = CURRENT.get() as usize;
}

/// Ends what [`attach_thread`] began; gives the lock up.
pub fn detach_thread() {
    let record = CURRENT.replace(null_mut());
    // SAFETY: lock held by contract; the record leaves the list before it is freed.
    unsafe {
        let mut link: *mut *mut ThreadRecord = THREADS.get();
        while !(*link).is_null() {
            if *link == record {
                *link = (*record).next;
                break;
            }
            link = &raw mut (**link).next;
        }
        libc::free(record.cast());
        *IN_PLACE.get() = null_mut();
    }
    unlock();
}

pub fn is_attached() -> bool {
    !CURRENT.get().is_null()
}

fn unlock() {
    malloc::set_scanned(false);
    let mut state = lock().state();
    state.held = false;
    if state.waiting > 0 {
        lock().freed.notify_one();
    }
}

/// Gives the lock up. Until [`acquire_lock`] the thread touches no object and does not return from the
/// function that called this.
#[inline(always)]
pub fn release_lock() {
    // SAFETY: saves registers and calls `unlock_from`.
    unsafe { save_and_unlock() };
}

/// Saves the registers exactly as the caller has them, before any function of ours could have moved
/// them to a stack frame that is gone when the lock is free.
#[unsafe(naked)]
unsafe extern "C" fn save_and_unlock() {
    #[cfg(target_arch = "x86_64")]
    std::arch::naked_asm!(
        "sub rsp, 56",
        "mov [rsp], rbx", "mov [rsp + 8], rbp", "mov [rsp + 16], r12",
        "mov [rsp + 24], r13", "mov [rsp + 32], r14", "mov [rsp + 40], r15",
        "mov rdi, rsp",
        "call {unlock}",
        "add rsp, 56",
        "ret",
        unlock = sym unlock_from
    );
    #[cfg(target_arch = "aarch64")]
    std::arch::naked_asm!(
        "sub sp, sp, #176",
        "stp x19, x20, [sp]", "stp x21, x22, [sp, #16]", "stp x23, x24, [sp, #32]",
        "stp x25, x26, [sp, #48]", "stp x27, x28, [sp, #64]", "stp x29, x30, [sp, #80]",
        "stp d8, d9, [sp, #96]", "stp d10, d11, [sp, #112]",
        "stp d12, d13, [sp, #128]", "stp d14, d15, [sp, #144]",
        "mov x0, sp",
        "bl {unlock}",
        "ldp x29, x30, [sp, #80]",
        "add sp, sp, #176",
        "ret",
        unlock = sym unlock_from
    );
}

unsafe extern "C" fn unlock_from(registers: *const [u64; REGISTERS]) {
    let record = CURRENT.get();
    if !record.is_null() {
        // SAFETY: the record is this thread's own; the registers lie at the end of the caller's frame.
        unsafe {
            (*record).registers = *registers;
            (*record).saved_sp = registers as usize;
        }
    }
    unlock();
}

/// Takes the lock again.
#[inline(never)]
pub fn acquire_lock() {
    acquire(lock().state(), CURRENT.get());
}

/// Runs `f`, which touches no object, without the lock.
#[inline]
pub fn without_lock<R>(f: impl FnOnce() -> R) -> R {
    release_lock();
    let result = f();
    acquire_lock();
    result
}

/// At a poll with `POLL_LOCK`: lets a waiting thread have its turn.
#[inline(never)]
pub fn yield_lock() {
    clear_poll(POLL_LOCK);
    let record = CURRENT.get();
    if record.is_null() {
        return;
    }
    // SAFETY: the record is this thread's own.
    unsafe {
        save_registers(&mut (*record).registers);
        (*record).saved_sp = stack_pointer();
    }
    let mut state = lock().state();
    if state.waiting == 0 {
        return;
    }
    malloc::set_scanned(false);
    state.held = false;
    let turn = state.turns;
    lock().freed.notify_one();
    state.yielding += 1;
    while state.turns == turn && state.waiting > 0 {
        state = lock().turned.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
    state.yielding -= 1;
    acquire(state, record);
}

/// In a forked child: only the calling thread is left, and it holds the lock.
pub fn after_fork_child() {
    let record = CURRENT.get();
    // SAFETY: the child has one thread, which held the lock when it forked.
    unsafe {
        LOCK.0.get().write(Lock::new(true));
        if !record.is_null() {
            (*record).next = null_mut();
            *THREADS.get() = record;
        }
        *IN_PLACE.get() = record;
    }
    clear_poll(POLL_LOCK);
}

/// Marks what the stacks of all threads may name; the running thread's ends at `sp`.
///
/// # Safety
/// Inside a collection on the thread that holds the lock.
pub unsafe fn trace_stacks(tracer: &mut Tracer, sp: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        trace_other_stacks(tracer);
        let current = CURRENT.get();
        tracer.ambiguous_range((sp & !7) as *const u64, (*current).stack_base as *const u64);
    }
}

/// Marks what the stacks and registers of the threads that do not run may name.
///
/// # Safety
/// As [`trace_stacks`].
pub unsafe fn trace_other_stacks(tracer: &mut Tracer) {
    // SAFETY: the other threads are parked beyond their saved stack pointers.
    unsafe {
        let current = CURRENT.get();
        if current.is_null() {
            fatal("collection on a thread that is not attached");
        }
        let mut record = *THREADS.get();
        while !record.is_null() {
            if record != current {
                let from = (*record).saved_sp & !7;
                tracer.ambiguous_range(from as *const u64, (*record).stack_base as *const u64);
                for &word in &(*record).registers {
                    tracer.ambiguous(word);
                }
            }
            record = (*record).next;
        }
    }
}

#[inline(always)]
pub fn stack_pointer() -> usize {
    let sp: usize;
    // SAFETY: reads a register.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        std::arch::asm!("mov {}, rsp", out(reg) sp, options(nomem, nostack, preserves_flags));
        #[cfg(target_arch = "aarch64")]
        std::arch::asm!("mov {}, sp", out(reg) sp, options(nomem, nostack, preserves_flags));
    }
    sp
}

/// Stores the registers that a called function must preserve, which may hold the callers' references.
#[inline(always)]
pub fn save_registers(to: &mut [u64; REGISTERS]) {
    // SAFETY: writes REGISTERS words.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        std::arch::asm!(
            "mov [{0}], rbx", "mov [{0} + 8], rbp", "mov [{0} + 16], r12",
            "mov [{0} + 24], r13", "mov [{0} + 32], r14", "mov [{0} + 40], r15",
            in(reg) to.as_mut_ptr(), options(nostack, preserves_flags)
        );
        #[cfg(target_arch = "aarch64")]
        std::arch::asm!(
            "stp x19, x20, [{0}]", "stp x21, x22, [{0}, #16]", "stp x23, x24, [{0}, #32]",
            "stp x25, x26, [{0}, #48]", "stp x27, x28, [{0}, #64]", "stp x29, x30, [{0}, #80]",
            "stp d8, d9, [{0}, #96]", "stp d10, d11, [{0}, #112]",
            "stp d12, d13, [{0}, #128]", "stp d14, d15, [{0}, #144]",
            in(reg) to.as_mut_ptr(), options(nostack, preserves_flags)
        );
    }
}

/// Overwrites the unused stack below the caller, where dead frames left references that a deeper frame
/// of the collector or of the next call might leave uncovered.
#[inline(never)]
pub fn scrub_stack() {
    let mut below = [0u64; 2048];
    for word in &mut below {
        // SAFETY: a local word.
        unsafe { std::ptr::from_mut(word).write_volatile(0) };
    }
    std::hint::black_box(&mut below);
}
