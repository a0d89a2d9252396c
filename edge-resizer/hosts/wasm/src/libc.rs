//! What libwebp needs of a C library, for a target that has none: memory, and sorting. Strings and
//! mathematics come from Rust's `compiler_builtins`.
#![expect(unsafe_code, reason = "C's allocator and `qsort` are made of raw pointers")]

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};
use std::ffi::{c_int, c_void};
use std::ptr::{copy_nonoverlapping, null_mut};

/// Bytes in front of a block, in which its whole size stands; keeps blocks aligned for SIMD.
const HEADER: usize = 16;

fn layout(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.checked_add(HEADER)?, HEADER).ok()
}

/// The block behind a header that is written to `start`.
///
/// # Safety
/// `start` is null, or begins an allocation of `layout`.
unsafe fn block(start: *mut u8, layout: Layout) -> *mut c_void {
    if start.is_null() {
        return null_mut();
    }
    // SAFETY: the allocation begins with room for a header, aligned for it.
    unsafe {
        start.cast::<usize>().write(layout.size());
        start.add(HEADER).cast()
    }
}

// SAFETY, for the symbols below: this is the one C library of the module, so that no other of these
// names is linked.

/// C's `malloc`.
#[unsafe(no_mangle)]
extern "C" fn malloc(size: usize) -> *mut c_void {
    let Some(layout) = layout(size) else { return null_mut() };
    // SAFETY: the layout is not empty, a header is in it.
    unsafe { block(alloc(layout), layout) }
}

/// C's `calloc`.
#[unsafe(no_mangle)]
extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    let Some(layout) = count.checked_mul(size).and_then(layout) else { return null_mut() };
    // SAFETY: as in `malloc`.
    unsafe { block(alloc_zeroed(layout), layout) }
}

/// C's `free`.
#[unsafe(no_mangle)]
unsafe extern "C" fn free(memory: *mut c_void) {
    if memory.is_null() {
        return;
    }
    // SAFETY: the caller got it from `malloc` or `calloc`, so that a header stands before it, which
    // has the size that was allocated.
    unsafe {
        let start = memory.cast::<u8>().sub(HEADER);
        let size = start.cast::<usize>().read();
        dealloc(start, Layout::from_size_align_unchecked(size, HEADER));
    }
}

/// C's comparison of two elements.
type Compare = unsafe extern "C" fn(*const c_void, *const c_void) -> c_int;

/// C's `qsort`, by insertion after halving: libwebp sorts some hundreds of elements at most.
#[unsafe(no_mangle)]
unsafe extern "C" fn qsort(base: *mut c_void, count: usize, size: usize, compare: Compare) {
    let base = base.cast::<u8>();
    let mut sorted: Vec<Vec<u8>> = Vec::with_capacity(count);
    for index in 0..count {
        let mut element = vec![0; size];
        // SAFETY: the caller has `count` elements of `size` bytes at `base`.
        unsafe { copy_nonoverlapping(base.add(index * size), element.as_mut_ptr(), size) };
        sorted.push(element);
    }
    // SAFETY: both are elements.
    sorted.sort_by(|a, b| unsafe { compare(a.as_ptr().cast(), b.as_ptr().cast()) }.cmp(&0));
    for (index, element) in sorted.iter().enumerate() {
        // SAFETY: as above.
        unsafe { copy_nonoverlapping(element.as_ptr(), base.add(index * size), size) };
    }
}
