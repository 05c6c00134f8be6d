//! Marking: an object is marked when it is first seen and scanned later.
//!
//! Between the stack of marked objects and the scan lies a short queue: an object is prefetched when it
//! enters the queue and has reached the cache when it leaves it.

use super::header::Header;
use super::roots::trace_fn;
use super::space::{Space, heap, space};
use super::sys::SysVec;
use taipan_abi::header::{FLAG_FINALIZED, FLAG_HAS_DEL, FLAG_OLD, Kind};

const QUEUE: usize = 16;

/// The marker, as trace functions see it.
pub struct Tracer {
    base: usize,
    span: usize,
    marks: *mut u64,
    stack: SysVec<usize>,
    queue: [usize; QUEUE],
    head: usize,
    queued: usize,
    /// Flag to set in scanned objects: `FLAG_OLD` in generational mode.
    age: u8,
    /// Collect objects with a pending `__del__` in `found` when they are scanned.
    pub discover: bool,
    pub found: SysVec<usize>,
    /// Objects without a write barrier, to be scanned again by each minor collection.
    pub unprotected: SysVec<usize>,
}

impl Tracer {
    pub(super) const fn new() -> Self {
        Tracer {
            base: 0,
            span: 0,
            marks: std::ptr::null_mut(),
            stack: SysVec::new(),
            queue: [0; QUEUE],
            head: 0,
            queued: 0,
            age: 0,
            discover: false,
            found: SysVec::new(),
            unprotected: SysVec::new(),
        }
    }

    /// Prepares for marking into the space's current `marks`.
    ///
    /// # Safety
    /// Interpreter lock held.
    pub unsafe fn begin(&mut self, generational: bool) {
        // SAFETY: lock held.
        unsafe {
            self.base = (*heap()).base;
            self.span = (*heap()).span;
            self.marks = space().marks;
        }
        self.age = if generational { FLAG_OLD } else { 0 };
        self.discover = false;
    }

    /// Visits a traced word: a value, 0, or raw bits that cannot be a heap address.
    #[inline(always)]
    pub fn value(&mut self, word: u64) {
        let offset = (word as usize).wrapping_sub(self.base);
        if offset < self.span && word & 7 == 0 {
            self.mark(offset);
        }
    }

    /// Visits `n` traced words.
    ///
    /// # Safety
    /// The words are readable.
    #[inline(always)]
    pub unsafe fn range(&mut self, start: *const u64, n: usize) {
        for at in 0..n {
            // SAFETY: the caller's promise.
            self.value(unsafe { *start.add(at) });
        }
    }

    /// Visits a word that may be anything: what it points into is kept, if it is an object.
    #[inline]
    pub fn ambiguous(&mut self, word: u64) {
        let offset = (word as usize).wrapping_sub(self.base);
        if offset < self.span {
            // SAFETY: tracing happens under the lock.
            let start = unsafe { space() }.resolve(offset);
            if start != 0 {
                self.mark(start - self.base);
            }
        }
    }

    /// Visits all words of a memory range that may hold anything.
    ///
    /// # Safety
    /// The range is readable and word-aligned.
    pub unsafe fn ambiguous_range(&mut self, start: *const u64, end: *const u64) {
        let mut at = start;
        while at < end {
            // SAFETY: the caller's promise; volatile because a thread without the lock may write there.
            let word = unsafe { at.read_volatile() };
            self.ambiguous(word);
            at = at.wrapping_add(1);
        }
    }

    #[inline(always)]
    fn mark(&mut self, offset: usize) {
        // SAFETY: the bitmap covers the space.
        unsafe {
            let word = self.marks.add(offset >> 10);
            let bit = 1u64 << (offset >> 4 & 63);
            if *word & bit == 0 {
                *word |= bit;
                self.stack.push(self.base + offset);
            }
        }
    }

    /// Marks an object that is known to be one. True when it was not marked before.
    pub fn mark_object(&mut self, p: usize) -> bool {
        let before = self.stack.len();
        self.value(p as u64);
        self.stack.len() > before
    }

    /// Scans until nothing marked is left unscanned.
    ///
    /// # Safety
    /// Interpreter lock held; the heap is well-formed.
    pub unsafe fn drain(&mut self) {
        loop {
            if self.queued < QUEUE
                && let Some(p) = self.stack.pop()
            {
                prefetch(p);
                self.queue[(self.head + self.queued) % QUEUE] = p;
                self.queued += 1;
                continue;
            }
            if self.queued == 0 {
                return;
            }
            let p = self.queue[self.head];
            self.head = (self.head + 1) % QUEUE;
            self.queued -= 1;
            // SAFETY: marked objects are valid.
            unsafe { self.scan(p) };
        }
    }

    /// Visits the references inside an object.
    ///
    /// # Safety
    /// `p` is an object.
    #[inline]
    pub unsafe fn scan(&mut self, p: usize) {
        // SAFETY: the object's kind describes its layout.
        unsafe {
            let words = p as *const u64;
            let header = &*(p as *const Header);
            let flags = header.flags();
            if flags & (FLAG_HAS_DEL | FLAG_FINALIZED) == FLAG_HAS_DEL && self.discover {
                self.found.push(p);
            }
            let kind = header.kind();
            if kind == Kind::Leaf {
                return;
            }
            if self.age & !flags != 0 && kind != Kind::Conservative {
                header.set_flag(self.age);
            }
            match kind {
                Kind::Leaf => {}
                Kind::Values | Kind::Native => self.range(words.add(1), header.aux() as usize),
                Kind::Tuple => self.range(words.add(2), (*words.add(1) >> 1) as usize),
                Kind::Array => self.range(words.add(2), *words.add(1) as usize),
                Kind::Dict => match trace_fn(Kind::Dict, 0) {
                    Some(trace) => trace(p as *const Header, self),
                    None => self.whole(p),
                },
                Kind::Custom => {
                    self.range(words.add(1), header.aux() as usize);
                    match trace_fn(Kind::Custom, header.shape()) {
                        Some(trace) => trace(p as *const Header, self),
                        None => self.whole(p),
                    }
                }
                Kind::Conservative => {
                    if self.age != 0 {
                        self.unprotected.push(p);
                    }
                    self.whole(p);
                }
            }
        }
    }

    /// Visits all words of an object as ambiguous ones.
    ///
    /// # Safety
    /// `p` is an object.
    pub unsafe fn whole(&mut self, p: usize) {
        let bytes = super::alloc::size_of(p as *const Header);
        // SAFETY: the cell is readable.
        unsafe { self.ambiguous_range((p + 8) as *const u64, (p + bytes) as *const u64) };
    }

    /// Whether the heap object at `p` is marked; objects outside the heap always are.
    #[inline]
    pub fn is_marked(&self, p: usize) -> bool {
        let offset = p.wrapping_sub(self.base);
        // SAFETY: the bitmap covers the space.
        offset >= self.span || unsafe { *self.marks.add(offset >> 10) } >> (offset >> 4 & 63) & 1 != 0
    }

    /// Gives back what a deep heap made the stacks grow to.
    pub fn finish(&mut self) {
        self.stack.shrink(1 << 16);
        self.found.clear();
        self.found.shrink(1 << 12);
    }
}

/// Whether `p` is marked in the last finished collection (or lies outside the heap).
pub fn is_marked(p: *const Header) -> bool {
    // SAFETY: lock held by contract.
    unsafe {
        let space = space();
        let offset = (p as usize).wrapping_sub(space.base);
        if offset >= (*heap()).span {
            return true;
        }
        let words = Space::words(space.marks, space.index_of(p as usize));
        words[offset >> 10 & (words.len() - 1)] >> (offset >> 4 & 63) & 1 != 0
    }
}

#[inline(always)]
fn prefetch(p: usize) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch cannot fault.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(p as *const i8);
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: as above.
    unsafe {
        std::arch::asm!("prfm pldl1keep, [{}]", in(reg) p, options(nostack, preserves_flags));
    }
}
