//! How much memory the heap may use, and what happens at the limit.
//!
//! The limit is the least of TAIPAN_GC_HEAP_MAX, the address-space limit, the control group's limit and
//! the machine's memory; it is looked up once the heap has grown past 64 MB. Allocations that can fail
//! stop there; those that cannot may use a reserve beyond it while MemoryError is on its way.

use super::collect::{self, GC};
use super::space::{MALLOCED, OBJECTS, heap, set_poll};
use super::sys::Global;
use taipan_abi::heap::{BLOCK_SIZE, POLL_MEMORY};

/// Blocks beyond the limit for allocations that cannot fail.
const RESERVE: usize = (64 << 20) / BLOCK_SIZE;
/// Below this many blocks only an explicit limit counts.
const UNCHECKED: usize = (64 << 20) / BLOCK_SIZE;

struct Limit {
    /// In blocks; 0 while unknown.
    blocks: usize,
    /// From TAIPAN_GC_HEAP_MAX, in blocks.
    explicit: usize,
}

static LIMIT: Global<Limit> = Global::new(Limit { blocks: 0, explicit: usize::MAX });

/// Sets the explicit limit (once, at start-up).
pub fn set_limit(bytes: usize) {
    // SAFETY: start-up, one thread.
    unsafe { LIMIT.get().explicit = (bytes / BLOCK_SIZE).max(64) };
}

/// # Safety
/// Interpreter lock held.
unsafe fn limit(need: usize) -> usize {
    // SAFETY: lock held.
    let limit = unsafe { LIMIT.get() };
    if need <= UNCHECKED {
        return limit.explicit;
    }
    if limit.blocks == 0 {
        limit.blocks = (system_limit() / BLOCK_SIZE).min(limit.explicit);
    }
    limit.blocks
}

fn system_limit() -> usize {
    let mut least = usize::MAX;
    // SAFETY: plain system queries into local structures.
    unsafe {
        let mut info: libc::sysinfo = std::mem::zeroed();
        if libc::sysinfo(&mut info) == 0 {
            let unit = info.mem_unit.max(1) as usize;
            least = least.min((info.totalram as usize + info.totalswap as usize).saturating_mul(unit));
        }
        let mut rlimit: libc::rlimit = std::mem::zeroed();
        if libc::getrlimit(libc::RLIMIT_DATA, &mut rlimit) == 0 && rlimit.rlim_cur != libc::RLIM_INFINITY {
            least = least.min(rlimit.rlim_cur as usize);
        }
    }
    for path in [c"/sys/fs/cgroup/memory.max", c"/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
        if let Some(n) = read_number(path) {
            least = least.min(n);
        }
    }
    least
}

/// The number that a small file starts with.
fn read_number(path: &std::ffi::CStr) -> Option<usize> {
    let mut buffer = [0u8; 32];
    // SAFETY: reads into a local buffer.
    let n = unsafe {
        let fd = libc::open(path.as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC);
        if fd < 0 {
            return None;
        }
        let n = libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len());
        libc::close(fd);
        n
    };
    let text = std::str::from_utf8(buffer.get(..usize::try_from(n).ok()?)?).ok()?;
    text.trim().parse().ok()
}

/// Blocks for objects: collects when the limit is reached. `urgent` requests may use the reserve.
///
/// # Safety
/// Interpreter lock held, no half-made object in sight.
pub unsafe fn take_blocks(n: u32, urgent: bool) -> Option<u32> {
    // SAFETY: lock held.
    unsafe {
        if let Some(index) = try_take(n, 0) {
            return Some(index);
        }
        if GC.get().worthwhile() {
            collect::emergency();
            if let Some(index) = try_take(n, 0) {
                return Some(index);
            }
        }
        if !urgent {
            return None;
        }
        let index = try_take(n, RESERVE)?;
        set_poll(POLL_MEMORY);
        Some(index)
    }
}

unsafe fn try_take(n: u32, beyond: usize) -> Option<u32> {
    // SAFETY: lock held.
    unsafe {
        let need = OBJECTS.get().used() + MALLOCED.get().used() + n as usize;
        if need > limit(need).saturating_add(beyond) {
            return None;
        }
        let objects = OBJECTS.get();
        let index = objects.take(n)?;
        (*heap()).span = objects.next as usize * BLOCK_SIZE;
        Some(index)
    }
}

/// Blocks for the global allocator; it never collects.
///
/// # Safety
/// Interpreter lock held.
pub unsafe fn take_malloc_blocks(n: u32) -> Option<u32> {
    // SAFETY: lock held.
    unsafe {
        let need = OBJECTS.get().used() + MALLOCED.get().used() + n as usize;
        let beyond = if n < 32 { RESERVE } else { 0 };
        if need > limit(need).saturating_add(beyond) {
            return None;
        }
        MALLOCED.get().take(n)
    }
}
