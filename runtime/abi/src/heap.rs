//! What compiled code knows of the collector: size classes, where the allocation cursors lie, poll bits.
//!
//! `TAIPAN_HEAP` starts with one `{cur, end}` pair of addresses per size class. Allocating a cell of
//! class `c` is: load `cur`, add the cell's size, compare with `end`, store `cur`; when it does not
//! fit, call `taipan_alloc_slow(c)`. The cell's memory holds old bytes: every word that the collector
//! traces must be stored before the next allocation, poll or call.

/// Cell sizes in bytes, header included. All are multiples of 8 and at least 16.
pub const CELL_SIZES: [u16; CLASS_COUNT] = [
    16, 24, 32, 40, 48, 56, 64, 72, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1024,
    1280, 1536, 1792, 2048, 2720, 3264, 4096, 5456, 6544, 8192, 10912, 16384,
];
pub const CLASS_COUNT: usize = 36;
/// Objects above this size are runs of whole blocks.
pub const MAX_SMALL: usize = 16384;
pub const BLOCK_SIZE: usize = 32768;

/// The smallest class whose cells hold `size` bytes; `size` must not exceed [`MAX_SMALL`].
pub const fn class_of(size: usize) -> usize {
    let mut class = 0;
    while (CELL_SIZES[class] as usize) < size {
        class += 1;
    }
    class
}

/// Offset in `TAIPAN_HEAP` of the cursor of a class; its end is 8 bytes further.
pub const fn cursor_offset(class: usize) -> i32 {
    class as i32 * 16
}
/// Room for cursor pairs, a few more than there are classes.
pub const CURSORS: usize = 40;
/// Offset in `TAIPAN_HEAP` of the byte that loop back-edges and function entries test.
pub const POLL_OFFSET: i32 = CURSORS as i32 * 16;
/// Offset of the byte that is not 0 while an object exists whose end a program would see: one with `__del__`, or with
/// a weak reference that has a callback.
pub const WATCHED_OFFSET: i32 = POLL_OFFSET + 1;

/// Bits of the poll byte: objects wait for their `__del__`.
pub const POLL_FINALIZERS: u8 = 1;
/// Weak references with a callback were cleared.
pub const POLL_CALLBACKS: u8 = 2;
/// Memory ran out in an allocation that could not fail: raise MemoryError.
pub const POLL_MEMORY: u8 = 4;
/// Another thread waits for the interpreter lock.
pub const POLL_LOCK: u8 = 8;
/// A signal arrived (set by the signal handler).
pub const POLL_SIGNAL: u8 = 16;
