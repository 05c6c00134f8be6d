//! Size classes: constant tables derived from the abi's list of cell sizes.

use taipan_abi::heap::{BLOCK_SIZE, CELL_SIZES, CLASS_COUNT, MAX_SMALL, class_of};

/// Words of mark bits per block, one bit for 16 bytes.
pub const MARK_WORDS: usize = BLOCK_SIZE / 16 / 64;

/// Class for a size in 8-byte units, rounded up.
static CLASS_OF: [u8; MAX_SMALL / 8 + 1] = {
    let mut table = [0; MAX_SMALL / 8 + 1];
    let mut class = 0;
    let mut units = 0;
    while units < table.len() {
        while (CELL_SIZES[class] as usize) < units * 8 {
            class += 1;
        }
        table[units] = class as u8;
        units += 1;
    }
    assert!(class == class_of(MAX_SMALL));
    table
};

/// The class whose cells hold `size` bytes (`size <= MAX_SMALL`).
#[inline(always)]
pub fn class_for(size: usize) -> usize {
    debug_assert!(size <= MAX_SMALL);
    CLASS_OF[(size + 7) >> 3] as usize
}

#[inline(always)]
pub fn cell_size(class: usize) -> usize {
    CELL_SIZES[class] as usize
}

/// End of the last whole cell of a block.
pub const fn cells_end(class: usize) -> usize {
    let cell = CELL_SIZES[class] as usize;
    BLOCK_SIZE / cell * cell
}

/// `offset * reciprocal >> 32` is the index of the cell that `offset` lies in.
pub const fn reciprocal(class: usize) -> u32 {
    (1u64 << 32).div_ceil(CELL_SIZES[class] as u64) as u32
}

/// For each class, the mark bits that stand for a cell's start. Cells are 16 bytes or more, so two
/// starts never share a bit although they may be 8-byte aligned.
pub static STARTS: [[u64; MARK_WORDS]; CLASS_COUNT] = {
    let mut table = [[0; MARK_WORDS]; CLASS_COUNT];
    let mut class = 0;
    while class < CLASS_COUNT {
        let cell = CELL_SIZES[class] as usize;
        let mut start = 0;
        while start < cells_end(class) {
            let bit = start >> 4;
            table[class][bit >> 6] |= 1 << (bit & 63);
            start += cell;
        }
        class += 1;
    }
    table
};
