//! Hostile input for crm-core: what is fed to every reader of text, binary forms and documents, and to every fit.
//!
//! A target takes any bytes and panics when something is wrong: a panic of the kernel, a value that is not read back as it
//! was written, a checker that disagrees with the reader. libFuzzer feeds them (`tests/long/fuzz.sh`), and `cargo test` does
//! with a generator of its own, on a stable compiler.

#![forbid(unsafe_code)]

mod accessors;
mod documents;
mod evaluate;
mod fits;
mod input;
pub mod mutate;
mod seeds;
mod summaries;

/// What is fuzzed: its name, inputs to begin with, and what is done with an input.
pub struct Target {
    /// The name.
    pub name: &'static str,
    /// Inputs that get far.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Panics when something is wrong.
    pub run: fn(&[u8]),
}

/// All targets.
pub fn targets() -> impl Iterator<Item = &'static Target> {
    [summaries::TARGETS, documents::TARGETS, evaluate::TARGETS, fits::TARGETS].into_iter().flatten()
}

/// The target of a name.
pub fn named(name: &str) -> Option<&'static Target> {
    targets().find(|target| target.name == name)
}

/// What is asked for is only to come back.
fn ignore<T>(_: T) {}
