//! The entry of libFuzzer: the environment variable TARGET says which target of the crate it runs.
#![no_main]

use crm_fuzz::{Target, mutate, named};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use std::sync::LazyLock;

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("TARGET").unwrap_or_default();
    named(&name).unwrap_or_else(|| panic!("TARGET={name} is no target"))
});

fuzz_target!(|data: &[u8]| (TARGET.run)(data));

// Every second input is changed as the document that it is, the others byte by byte.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if seed % 2 == 1 {
        return fuzzer_mutate(data, size, max_size);
    }
    let made = mutate::changed(&data[..size], &mut mutate::Random::new(seed.into()));
    let length = made.len().min(max_size);
    data[..length].copy_from_slice(&made[..length]);
    length
});
