//! The processor's instruction to bring memory near without waiting for it.

use crm_core::book::Near;

/// Asks the processor, on architectures where we know how; elsewhere nothing.
#[derive(Clone, Debug, Default)]
pub struct Prefetch;

/// Bytes that come together.
const CACHE_LINE: usize = 64;

impl Near for Prefetch {
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
}
