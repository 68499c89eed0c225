//! What the machine's memory is told: what to bring near, and what to keep in large pages.

use crm_core::book::Memory;

/// Tells the processor and the kernel, where we know how; elsewhere nothing.
#[derive(Clone, Debug, Default)]
pub struct Machine;

/// Bytes of a large page, and from where on one asks for them.
#[cfg(target_os = "linux")]
const LARGE_PAGE: usize = 2 * 1024 * 1024;

/// Bytes that come together.
const CACHE_LINE: usize = 64;

impl Memory for Machine {
    #[inline(always)]
    fn near<T>(place: &T) {
        for offset in (0..size_of::<T>()).step_by(CACHE_LINE) {
            let _address = std::ptr::from_ref(place).cast::<i8>().wrapping_add(offset);
            // SAFETY: a hint: it reads nothing, and any address will do.
            #[cfg(target_arch = "x86_64")]
            unsafe {
                use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
                _mm_prefetch::<_MM_HINT_T0>(_address);
            }
            // SAFETY: as above.
            #[cfg(target_arch = "aarch64")]
            unsafe {
                std::arch::asm!("prfm pldl1keep, [{}]", in(reg) _address, options(nostack, preserves_flags, readonly));
            }
        }
    }

    fn large(_start: *const u8, _bytes: usize) {
        #[cfg(target_os = "linux")]
        {
            let skipped = _start.align_offset(LARGE_PAGE);
            let whole = _bytes.saturating_sub(skipped) / LARGE_PAGE * LARGE_PAGE;
            if whole > 0 {
                // SAFETY: whole pages inside an allocation of ours. It is advice: the contents stay, and a kernel that has
                // no large pages, or is set not to give them, does nothing.
                unsafe { libc::madvise(_start.wrapping_add(skipped).cast_mut().cast(), whole, libc::MADV_HUGEPAGE) };
            }
        }
    }
}
