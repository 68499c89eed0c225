//! The targets on a stable compiler: their seeds, and inputs made from them, always the same. FUZZ_ROUNDS says how many of
//! each (300), FUZZ_SEED which (1), FUZZ_TARGET runs one target only.

use crm_fuzz::mutate::{Random, changed};
use crm_fuzz::targets;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Longer than this on one input is a failure, whatever the machine does besides.
const LONGEST: Duration = Duration::from_secs(10);

#[test]
fn hostile_input_is_refused_or_read_back_the_same() {
    let (rounds, seed) = (number("FUZZ_ROUNDS", 300), number("FUZZ_SEED", 1));
    let only = std::env::var("FUZZ_TARGET").ok();
    let mut failed = Vec::new();
    for target in targets().filter(|target| only.as_ref().is_none_or(|name| name == target.name)) {
        let mut random = Random::new(seed);
        let mut corpus = (target.seeds)();
        let seeds = corpus.len();
        let began = Instant::now();
        for round in 0..seeds + rounds as usize {
            // Changes pile up on some of the inputs.
            let data = if round < seeds { corpus[round].clone() } else { changed(&corpus[random.below(corpus.len())], &mut random) };
            let started = Instant::now();
            let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(&data)));
            if outcome.is_err() || started.elapsed() > LONGEST {
                failed.push(format!("{} ({:?}): {:?}", target.name, started.elapsed(), String::from_utf8_lossy(&data)));
                break;
            }
            if corpus.len() < 400 && round % 4 == 0 && round >= seeds {
                corpus.push(data);
            }
        }
        if std::env::var("FUZZ_TIMES").is_ok() {
            println!("{:>24} {:?}", target.name, began.elapsed());
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
