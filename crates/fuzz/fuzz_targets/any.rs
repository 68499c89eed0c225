//! The entry of libFuzzer: the environment variable TARGET says which target of the crate it runs, and SEEDS where to write
//! its first inputs. TARGET=list lists the targets.
#![no_main]

use crm_fuzz::{Target, mutate, named, targets};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use std::sync::LazyLock;

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("TARGET").unwrap_or_default();
    named(&name).unwrap_or_else(|| panic!("TARGET={name} is no target"))
});

fuzz_target!(
    init: {
        if std::env::var("TARGET").as_deref() == Ok("list") {
            targets().for_each(|target| println!("{}", target.name));
            std::process::exit(0);
        }
        if let Ok(folder) = std::env::var("SEEDS") {
            for (i, seed) in (TARGET.seeds)().iter().enumerate() {
                std::fs::write(format!("{folder}/seed{i}"), seed).unwrap_or_else(|e| panic!("{folder}: {e}"));
            }
        }
    },
    |data: &[u8]| (TARGET.run)(data)
);

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
