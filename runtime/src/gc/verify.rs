//! The heap verifier (TAIPAN_GC_VERIFY=1): finds broken heaps where they break.
//!
//! After marking, every mark must stand for the start of a known object; a stray one means that a traced
//! word held something else. After a minor collection all is marked again from the roots alone, and
//! nothing may turn up that the minor one missed: that would be a forgotten write barrier.

use super::classes::{MARK_WORDS, STARTS};
use super::collect::trace_roots;
use super::header::Header;
use super::mark::Tracer;
use super::roots::for_each_object;
use super::space::{OBJECTS, Space, State, space};
use super::sys::fatal;

/// # Safety
/// Inside a collection, after marking and before the sweep.
pub unsafe fn check(tracer: &mut Tracer, full: bool, sp: usize) {
    // SAFETY: lock held.
    unsafe {
        check_marks();
        if full {
            return;
        }
        let space = space();
        let marks = space.marks;
        let words = OBJECTS.get().next as usize * MARK_WORDS;
        let unprotected = tracer.unprotected.len();
        std::ptr::write_bytes(space.spare, 0, words);
        space.marks = space.spare;
        tracer.begin(true);
        trace_roots(tracer, sp);
        tracer.drain();
        space.marks = marks;
        tracer.unprotected.truncate(unprotected);
        for at in 0..words {
            let missed = *space.spare.add(at) & !*marks.add(at);
            if missed != 0 {
                let granule = space.base + (at * 64 + missed.trailing_zeros() as usize) * 16;
                report("reachable object missed by a minor collection (write barrier forgotten?)", granule);
            }
        }
        std::ptr::write_bytes(space.spare, 0, words);
        tracer.begin(true);
    }
}

/// Every mark stands for an object.
unsafe fn check_marks() {
    // SAFETY: lock held.
    unsafe {
        let space = space();
        for index in 0..OBJECTS.get().next {
            let block = space.block(index);
            let marks = *Space::words(space.marks, index);
            for (at, &word) in marks.iter().enumerate() {
                let mut rest = word;
                while rest != 0 {
                    let bit = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    let granule = (at * 64 + bit) * 16;
                    let address = space.block_address(index) + granule;
                    let good = match block.state {
                        State::Small => {
                            let start = granule.next_multiple_of(block.cell as usize);
                            STARTS[block.class as usize][at] >> bit & 1 != 0
                                && (start < block.alloc_limit as usize
                                    || Space::words(space.valid, index)[at] >> bit & 1 != 0)
                        }
                        State::Large => granule == 0,
                        _ => false,
                    };
                    if !good {
                        report("a traced word does not name an object", address);
                    }
                }
            }
        }
    }
}

/// Says what is wrong and which objects hold a word that points there, then ends the process.
fn report(what: &str, granule: usize) -> ! {
    eprintln!("heap verifier: {what}: {granule:#x}");
    let mut shown = 0;
    for_each_object(|p| {
        let words = super::alloc::size_of(p) / 8;
        for at in 1..words {
            // SAFETY: words of an object.
            let word = unsafe { *(p as *const u64).add(at) } as usize;
            if word & !15 == granule && shown < 8 {
                shown += 1;
                // SAFETY: an object.
                let header = unsafe { &*(p as *const Header) };
                eprintln!(
                    "  word {at} of {p:p}: shape {}, kind {:?}, flags {:#x}, aux {}",
                    header.shape(),
                    header.kind(),
                    header.flags(),
                    header.aux()
                );
            }
        }
    });
    fatal("broken heap")
}
