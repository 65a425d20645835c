//! The guest's allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, UnsafeCell};
use std::mem::MaybeUninit;
use std::ptr;

/// An allocator that hands out one static stretch of `SIZE` bytes from front to back and never takes anything back but
/// the last piece; when the stretch is used up, the default allocator takes over.
///
/// An instance lives for one call, so freeing buys nothing; a static stretch spares the instance growing its memory,
/// which is what an instance per call pays most for. It is the global allocator of every plugin, with 128 KiB.
#[repr(C, align(16))]
pub struct Arena<const SIZE: usize> {
    heap: UnsafeCell<MaybeUninit<[u8; SIZE]>>,
    used: Cell<usize>,
}

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static HEAP: Arena<{ 128 * 1024 }> = Arena::new();

// SAFETY: `wasm32-unknown-unknown` without atomics has one thread; the crate makes a static of it only there.
#[cfg(target_arch = "wasm32")]
#[expect(unsafe_code, reason = "an allocator is a static")]
unsafe impl<const SIZE: usize> Sync for Arena<SIZE> {}

impl<const SIZE: usize> Default for Arena<SIZE> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const SIZE: usize> Arena<SIZE> {
    /// An empty arena.
    pub const fn new() -> Self {
        Self {
            heap: UnsafeCell::new(MaybeUninit::uninit()),
            used: Cell::new(0),
        }
    }

    /// How many bytes are in use.
    pub fn used(&self) -> usize {
        self.used.get()
    }

    fn base(&self) -> *mut u8 {
        self.heap.get().cast()
    }

    /// Where the piece lies in the stretch, or none where it is the default allocator's.
    fn offset(&self, piece: *mut u8) -> Option<usize> {
        (piece as usize)
            .checked_sub(self.base() as usize)
            .filter(|offset| *offset < SIZE)
    }

    /// The next free offset with that alignment, and the end of `size` bytes from there, if they fit.
    fn fit(&self, layout: Layout) -> Option<(usize, usize)> {
        let base = self.base() as usize;
        let start = (base + self.used.get()).checked_next_multiple_of(layout.align())? - base;
        let end = start.checked_add(layout.size())?;
        (end <= SIZE).then_some((start, end))
    }
}

// SAFETY: pieces lie one behind another within `heap`, aligned as asked, so they never overlap; `used` only falls when the
// last piece is given back. Whatever does not fit is the default allocator's, told apart by its address.
#[expect(unsafe_code, reason = "GlobalAlloc is an unsafe trait")]
unsafe impl<const SIZE: usize> GlobalAlloc for Arena<SIZE> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match self.fit(layout) {
            Some((start, end)) if layout.size() > 0 => {
                self.used.set(end);
                // SAFETY: `start` is within `heap`.
                unsafe { self.base().add(start) }
            }
            // SAFETY: the caller's promises are passed on.
            _ => unsafe { System.alloc(layout) },
        }
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        match self.offset(piece) {
            Some(start) if start + layout.size() == self.used.get() => self.used.set(start),
            Some(_) => {}
            // SAFETY: the piece came from `System`, with this layout.
            None => unsafe { System.dealloc(piece, layout) },
        }
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Some(start) = self.offset(piece) else {
            // SAFETY: the piece came from `System`, with this layout.
            return unsafe { System.realloc(piece, layout, size) };
        };
        let is_last = start + layout.size() == self.used.get();
        if is_last && size <= SIZE - start {
            self.used.set(start + size);
            return piece;
        }
        if size <= layout.size() {
            return piece;
        }
        // SAFETY: `realloc`'s caller promises that `size`, rounded up to the alignment, does not overflow; the new piece is
        // not null where the copy is made, and does not overlap the old one.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                ptr::copy_nonoverlapping(piece, new, layout.size());
            }
            new
        }
    }
}

#[cfg(test)]
#[expect(unsafe_code, reason = "calls the allocator by hand")]
mod tests {
    use super::*;

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).unwrap()
    }

    #[test]
    fn pieces_lie_one_behind_another_as_aligned_as_asked() {
        let arena = Arena::<256>::new();
        // SAFETY: sizes are not zero.
        let (a, b) = unsafe { (arena.alloc(layout(3, 1)), arena.alloc(layout(64, 64))) };
        assert!(a < b && (b as usize).is_multiple_of(64));
        assert!(arena.offset(b).unwrap() >= 3);
    }

    #[test]
    fn the_last_piece_grows_in_place_and_others_move_with_their_bytes() {
        let arena = Arena::<256>::new();
        // SAFETY: each piece is used with its own layout and within its size.
        unsafe {
            let a = arena.alloc(layout(8, 1));
            a.write_bytes(7, 8);
            assert_eq!(arena.realloc(a, layout(8, 1), 16), a);
            let b = arena.alloc(layout(8, 1));
            let moved = arena.realloc(a, layout(16, 1), 32);
            assert!(moved > b);
            assert_eq!(*moved.add(7), 7);
            arena.dealloc(moved, layout(32, 1));
            assert_eq!(arena.used(), 24);
        }
    }

    #[test]
    fn what_does_not_fit_comes_from_the_default_allocator() {
        let arena = Arena::<64>::new();
        // SAFETY: each piece is used with its own layout and within its size.
        unsafe {
            let small = arena.alloc(layout(40, 8));
            let large = arena.alloc(layout(1000, 8));
            assert!(arena.offset(large).is_none());
            let grown = arena.realloc(small, layout(40, 8), 400);
            assert!(arena.offset(grown).is_none());
            arena.dealloc(grown, layout(400, 8));
            arena.dealloc(large, layout(1000, 8));
        }
        assert_eq!(arena.used(), 40);
    }
}
