//! The collection cycle and its policy.
//!
//! A full collection marks from the roots into the spare bitmap, settles finalizers, weak references and
//! destructors, then classifies blocks by counting their marks; no dead object is touched. A minor one
//! (generational mode, off unless TAIPAN_GC_GENERATIONAL=1) keeps the bitmap: marked objects are old, only what
//! was allocated since the last collection can die, and roots are completed by the remembered objects.

use super::alloc::{CLASSES, ClassState, flush_cursors};
use super::classes::{MARK_WORDS, cells_end};
use super::mark::Tracer;
use super::space::{Bump, NONE, OBJECTS, Run, Space, State, heap, poll_bits, set_watched, space};
use super::sys::{Global, SysVec, fatal};
use super::{barrier, finalize, malloc, roots, threads, verify, weak};
use taipan_abi::heap::{BLOCK_SIZE, CURSORS, POLL_CALLBACKS, POLL_FINALIZERS};

/// Smallest amount of allocation between two collections.
const MIN_TRIGGER: usize = 8 << 20;
const MAX_NURSERY: usize = 32 << 20;
/// How many times in a row `collect_in_case` may find nothing before it looks less often.
const FREE_LOOKS: u32 = 8;

pub struct Gc {
    pub running: bool,
    /// Bytes handed out (as holes and large objects) since the last collection.
    pub since_last: usize,
    trigger: usize,
    /// TAIPAN_GC_STRESS: collect at every n-th slow path; 1 makes every allocation a slow path. 0 is off.
    pub stress: usize,
    stress_count: usize,
    pub poison: bool,
    pub verify: bool,
    pub generational: bool,
    /// Bytes that the last collection found live, and the last full one.
    live: usize,
    live_at_full: usize,
    /// Collections for which generational mode pauses, as survival was high.
    full_only: u32,
    survived_high: bool,
    /// Blocks and large objects allocated into since the last collection.
    pub touched: SysVec<u32>,
    pub young_large: SysVec<u32>,
    pub tracer: Tracer,
    runs: SysVec<Run>,
    collections: usize,
    minor: usize,
    nanoseconds: u64,
    /// Processor time when a budget was first asked for, and what collections within it have taken.
    first_prompt: u64,
    prompt_cost: u64,
    /// How many times in a row `collect_in_case` found nothing, and how many times it is not to look now.
    in_vain: u32,
    skip: u32,
    tells_stack_only: bool,
    /// TAIPAN_GC_PROMPT: collections that a program expects have no budget, so that tests do not depend on time.
    pub unlimited: bool,
}

pub static GC: Global<Gc> = Global::new(Gc {
    running: false,
    since_last: 0,
    trigger: MIN_TRIGGER,
    stress: 0,
    stress_count: 0,
    poison: false,
    verify: false,
    generational: false,
    live: 0,
    live_at_full: 0,
    full_only: 0,
    survived_high: false,
    touched: SysVec::new(),
    young_large: SysVec::new(),
    tracer: Tracer::new(),
    runs: SysVec::new(),
    collections: 0,
    minor: 0,
    nanoseconds: 0,
    first_prompt: 0,
    prompt_cost: 0,
    in_vain: 0,
    skip: 0,
    tells_stack_only: false,
    unlimited: false,
});

/// Figures about the heap.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stats {
    /// Bytes in objects that the last collection left alive.
    pub live_bytes: usize,
    /// Bytes in blocks that hold objects, and blocks of the scanned global allocator.
    pub heap_bytes: usize,
    pub malloc_bytes: usize,
    pub allocated_since_collection: usize,
    pub collections: usize,
    pub minor_collections: usize,
    /// Time spent in all collections.
    pub nanoseconds: u64,
}

pub fn stats() -> Stats {
    // SAFETY: lock held by contract.
    unsafe {
        let gc = GC.get();
        Stats {
            live_bytes: gc.live,
            heap_bytes: OBJECTS.get().used() * BLOCK_SIZE,
            malloc_bytes: super::space::MALLOCED.get().used() * BLOCK_SIZE,
            allocated_since_collection: gc.since_last,
            collections: gc.collections,
            minor_collections: gc.minor,
            nanoseconds: gc.nanoseconds,
        }
    }
}

impl Gc {
    /// Whether to collect before handing out `bytes` more.
    #[inline]
    pub fn due(&mut self, bytes: usize) -> bool {
        if self.running {
            fatal("allocation inside a collection (by a destructor or a trace function)");
        }
        if self.stress != 0 {
            self.stress_count += 1;
            if self.stress_count >= self.stress {
                self.stress_count = 0;
                return true;
            }
        }
        self.since_last + bytes > self.trigger
    }

    /// Whether a collection could free anything worth its time.
    pub fn worthwhile(&self) -> bool {
        !self.running && self.since_last > (self.live / 16).min(MIN_TRIGGER)
    }

    fn wants_full(&mut self) -> bool {
        if !self.generational {
            return true;
        }
        if self.full_only > 0 {
            self.full_only -= 1;
            return true;
        }
        let promoted = self.live.saturating_sub(self.live_at_full);
        promoted > self.live_at_full.max(2 * MIN_TRIGGER) || (self.stress != 0 && self.collections.is_multiple_of(8))
    }
}

/// Charges memory held outside the heap by native objects (negative when it is given back).
pub fn external_bytes(delta: isize) {
    // SAFETY: lock held by contract.
    let gc = unsafe { GC.get() };
    gc.since_last = gc.since_last.saturating_add_signed(delta.max(0));
}

/// Collects now, everything.
#[inline(never)]
pub fn collect() {
    threads::scrub_stack();
    // SAFETY: lock held by contract.
    unsafe { enter(true) }
}

/// The same; quiet finalizable objects that only the running thread's native stack names are flagged `FLAG_STACK_ONLY`.
pub fn collect_telling_stack_only() {
    // SAFETY: lock held by contract.
    unsafe {
        GC.get().tells_stack_only = true;
        enter(true);
        GC.get().tells_stack_only = false;
    }
}

/// Whether to collect where a program may expect a `__del__` or a weakref callback at once (`del x`): while collections made
/// for such reasons have not taken more than 40 ms and a hundredth of the processor time.
pub fn may_collect_promptly() -> bool {
    is_within_budget(1)
}

/// The same where an object may have lost its last owner without a sign: half of the budget is for such places, and the
/// more of them in a row brought nothing, the fewer are used.
pub fn may_collect_in_case() -> bool {
    // SAFETY: lock held by contract.
    let gc = unsafe { GC.get() };
    if gc.skip > 0 {
        gc.skip -= 1;
        return false;
    }
    is_within_budget(2)
}

/// A collection after [`may_collect_in_case`].
#[inline(never)]
pub fn collect_in_case() {
    collect_promptly();
    // SAFETY: lock held by contract.
    let gc = unsafe { GC.get() };
    if poll_bits() & (POLL_FINALIZERS | POLL_CALLBACKS) != 0 {
        gc.in_vain = 0;
    } else {
        gc.in_vain = (gc.in_vain + 1).min(FREE_LOOKS + 10);
        gc.skip = (1 << gc.in_vain.saturating_sub(FREE_LOOKS)) - 1;
    }
}

fn is_within_budget(part: u64) -> bool {
    // SAFETY: lock held by contract.
    let gc = unsafe { GC.get() };
    let now = clock(libc::CLOCK_PROCESS_CPUTIME_ID);
    if gc.first_prompt == 0 {
        gc.first_prompt = now;
    }
    gc.unlimited || gc.prompt_cost <= (40_000_000 + now.saturating_sub(gc.first_prompt) / 100) / part
}

/// A collection after [`may_collect_promptly`].
#[inline(never)]
pub fn collect_promptly() {
    let started = clock(libc::CLOCK_PROCESS_CPUTIME_ID);
    threads::scrub_stack();
    // SAFETY: lock held by contract.
    unsafe {
        enter(true);
        GC.get().prompt_cost += clock(libc::CLOCK_PROCESS_CPUTIME_ID).saturating_sub(started);
    }
}

/// The collection that allocation asks for.
///
/// # Safety
/// Interpreter lock held; every object is fully initialised.
#[cold]
#[inline(never)]
pub unsafe fn automatic() {
    // SAFETY: the caller's promise.
    unsafe {
        let full = GC.get().wants_full();
        enter(full);
    }
}

/// A full collection because memory has run out.
///
/// # Safety
/// As [`automatic`].
#[cold]
#[inline(never)]
pub unsafe fn emergency() {
    // SAFETY: the caller's promise.
    unsafe { enter(true) }
}

/// Saves the registers where the stack scan sees them, then collects.
#[inline(never)]
unsafe fn enter(full: bool) {
    let mut registers = [0u64; threads::REGISTERS];
    threads::save_registers(&mut registers);
    // SAFETY: the caller's promise.
    unsafe { run(full, threads::stack_pointer()) };
    std::hint::black_box(&mut registers);
}

fn now() -> u64 {
    clock(libc::CLOCK_MONOTONIC)
}

/// Nanoseconds of a clock.
fn clock(which: libc::clockid_t) -> u64 {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: writes the local structure.
    unsafe { libc::clock_gettime(which, &mut t) };
    t.tv_sec as u64 * 1_000_000_000 + t.tv_nsec as u64
}

#[inline(never)]
unsafe fn run(full: bool, sp: usize) {
    // SAFETY: lock held; the fields used here are touched by nothing called from here through another path.
    unsafe {
        let gc = GC.get();
        if gc.running {
            return;
        }
        let started = now();
        gc.running = true;
        flush_cursors();
        let space = space();
        if full {
            space.marks = space.spare;
            std::ptr::write_bytes(space.marks, 0, OBJECTS.get().next as usize * MARK_WORDS);
        }
        let tracer = &mut gc.tracer;
        tracer.begin(gc.generational);
        trace_roots(tracer, sp);
        barrier::trace(tracer, full);
        tracer.drain();
        finalize::process(tracer);
        weak::process(tracer);
        finalize::destroy_dead(tracer);
        set_watched(weak::callback_count() != 0 || finalize::any_awaited());
        if gc.verify {
            verify::check(tracer, full, sp);
        }
        tracer.finish();
        if full {
            space.spare = space.valid;
            space.valid = space.marks;
            sweep_full(gc);
        } else {
            sweep_minor(gc);
            gc.minor += 1;
        }
        gc.collections += 1;
        gc.since_last = 0;
        gc.trigger = if gc.generational && gc.full_only == 0 {
            (gc.live / 4).clamp(MIN_TRIGGER, MAX_NURSERY)
        } else {
            gc.live.max(MIN_TRIGGER)
        };
        // Only what the program will hardly reach before the next collection: page faults are dear.
        if full && OBJECTS.get().idle() * BLOCK_SIZE > gc.trigger * 2 {
            OBJECTS.get().trim(gc.trigger / BLOCK_SIZE);
        }
        gc.running = false;
        gc.nanoseconds += now() - started;
    }
}

/// Marks everything that the roots name.
///
/// # Safety
/// Interpreter lock held, inside a collection.
pub unsafe fn trace_roots(tracer: &mut Tracer, sp: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        finalize::trace_pending(tracer);
        weak::trace_pending(tracer);
        roots::trace(tracer);
        malloc::trace(tracer);
        if GC.get().tells_stack_only {
            threads::trace_other_stacks(tracer);
            tracer.drain();
            finalize::note_stack_only(tracer);
        }
        threads::trace_stacks(tracer, sp);
    }
}

/// Counts the marks of a small block and files it as free, partly free or full.
/// Returns whether it is free now.
fn classify(gc: &Gc, index: u32, tails: &mut [u32; CURSORS]) -> bool {
    // SAFETY: inside a collection, lock held.
    unsafe {
        let space = space();
        let block = space.block(index);
        let marks = Space::words(space.valid, index);
        let class = block.class as usize;
        block.live = marks.iter().map(|word| word.count_ones()).sum();
        block.alloc_limit = 0;
        block.touched = false;
        block.next = NONE;
        if gc.poison {
            poison_cells(index);
        }
        if block.live == 0 {
            block.state = State::Free;
            return true;
        }
        if ((block.live * block.cell) as usize) < cells_end(class) {
            let classes = CLASSES.get();
            if tails[class] == NONE {
                block.next = classes[class].partial;
                classes[class].partial = index;
            } else {
                block.next = space.block(tails[class]).next;
                space.block(tails[class]).next = index;
            }
            tails[class] = index;
        }
        false
    }
}

fn poison_cells(index: u32) {
    // SAFETY: unmarked cells are dead after marking.
    unsafe {
        let space = space();
        let block = space.block(index);
        let address = space.block_address(index);
        let marks = Space::words(space.valid, index);
        roots::for_each_start(block.class as usize, |start| {
            if marks[start >> 10] >> (start >> 4 & 63) & 1 == 0 {
                std::ptr::write_bytes((address + start) as *mut u8, 0xDB, block.cell as usize);
            }
        });
    }
}

/// Drops the cursors: holes are found anew in the new bitmap.
unsafe fn reset_cursors(keep_partial: bool) {
    // SAFETY: lock held.
    unsafe {
        for (class, state) in CLASSES.get().iter_mut().enumerate() {
            let partial = if keep_partial { state.partial } else { NONE };
            *state = ClassState { block: NONE, partial };
            (*heap()).bump[class] = Bump { cur: 0, end: 0 };
        }
    }
}

/// Frees the blocks of an unmarked large object.
fn free_large(gc: &Gc, first: u32) -> u32 {
    // SAFETY: inside a collection.
    unsafe {
        let space = space();
        let n = space.block(first).link;
        if gc.poison {
            std::ptr::write_bytes(space.block_address(first) as *mut u8, 0xDB, n as usize * BLOCK_SIZE);
        }
        for index in first..first + n {
            space.block(index).state = State::Free;
        }
        n
    }
}

unsafe fn sweep_full(gc: &mut Gc) {
    // SAFETY: lock held, inside a collection.
    unsafe {
        let space = space();
        reset_cursors(false);
        gc.touched.clear();
        gc.young_large.clear();
        let mut runs = std::mem::replace(&mut gc.runs, SysVec::new());
        runs.clear();
        let mut tails = [NONE; CURSORS];
        let mut live = 0;
        let mut index = 0;
        let end = OBJECTS.get().next;
        while index < end {
            let block = space.block(index);
            let mut len = 1;
            let free = match block.state {
                State::Small => {
                    let free = classify(gc, index, &mut tails);
                    live += (block.live * block.cell) as usize;
                    free
                }
                State::Large => {
                    len = block.link;
                    if Space::words(space.valid, index)[0] & 1 == 0 {
                        free_large(gc, index);
                        true
                    } else {
                        live += len as usize * BLOCK_SIZE;
                        false
                    }
                }
                _ => true,
            };
            if free {
                match runs.last_mut() {
                    Some(run) if run.start + run.len == index => run.len += len,
                    _ => runs.push(Run { start: index, len }),
                }
            }
            index += len;
        }
        OBJECTS.get().replace_runs(&mut runs);
        (*heap()).span = OBJECTS.get().next as usize * BLOCK_SIZE;
        // Blocks given up at the top must have no marks when they come back; and the barrier
        // notes cards in the spare bitmap.
        let clear_from = if gc.generational { 0 } else { OBJECTS.get().next };
        let words = (end - clear_from) as usize * MARK_WORDS;
        std::ptr::write_bytes(space.spare.add(clear_from as usize * MARK_WORDS), 0, words);
        gc.runs = runs;
        gc.live = live;
        gc.live_at_full = live;
    }
}

unsafe fn sweep_minor(gc: &mut Gc) {
    // SAFETY: lock held, inside a collection.
    unsafe {
        let space = space();
        reset_cursors(true);
        let mut tails = [NONE; CURSORS];
        let mut survived = 0;
        let objects = OBJECTS.get();
        for at in 0..gc.touched.len() {
            let index = gc.touched[at];
            let block = space.block(index);
            let before = block.live;
            if classify(gc, index, &mut tails) {
                objects.give(index, 1);
            } else {
                survived += ((block.live - before) * block.cell) as usize;
            }
        }
        gc.touched.clear();
        for at in 0..gc.young_large.len() {
            let first = gc.young_large[at];
            if Space::words(space.valid, first)[0] & 1 == 0 {
                let n = free_large(gc, first);
                objects.give(first, n);
            } else {
                survived += space.block(first).link as usize * BLOCK_SIZE;
            }
        }
        gc.young_large.clear();
        gc.live += survived;
        let high = survived * 10 > gc.since_last.max(MIN_TRIGGER) * 6;
        if high && gc.survived_high {
            gc.full_only = 4;
        }
        gc.survived_high = high;
    }
}
