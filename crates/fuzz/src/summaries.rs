//! Every type of summary, in its text form and in its binary form.

use crate::ignore;
use crate::{Target, accessors as read, seeds};
use crm_core::affinity::Affinity;
use crm_core::balance::{DailyBalance, DailyMovement};
use crm_core::basket::{Basket, Itemset};
use crm_core::book::{Book, IntegerKeys, TextKeys, UuidKeys};
use crm_core::codec::{Summary, from_text, from_wire, to_text, to_wire};
use crm_core::concentration::Concentration;
use crm_core::contribution::{Contribution, RevenueBridge};
use crm_core::cost::CostToServe;
use crm_core::distribution::Distribution;
use crm_core::matching::Catalogue;
use crm_core::migration::Migration;
use crm_core::pnl::{Pnl, Statement};
use crm_core::rfm::{Days, Rfm, RfmSample};
use crm_core::tag::TagFrequency;
use crm_core::tier::TierHistory;
use crm_core::top_k::TopK;
use crm_core::value::Standardize;

/// What was accepted is written and read back in both forms without a difference, merges with itself, and can be asked.
fn accepted<S: Summary>(mut value: S, ask: fn(&S)) {
    value.settle().unwrap_or_else(|e| panic!("what was read is not settled: {e}"));
    let wire = to_wire(&value).unwrap_or_else(|e| panic!("what was read is not written: {e}"));
    let text = to_text(&value).unwrap_or_else(|e| panic!("what was read is not printed: {e}"));
    let from_its_text: S = from_text(&text).unwrap_or_else(|e| panic!("its own text is refused: {e}\n{text}"));
    let mut from_its_wire: S = from_wire(&wire).unwrap_or_else(|e| panic!("its own binary form is refused: {e}\n{text}"));
    for (again, from) in [(&from_its_text, "text"), (&from_its_wire, "binary form")] {
        assert_eq!(to_wire(again).as_ref(), Ok(&wire), "another binary form, read from its {from}: {text}");
        assert_eq!(to_text(again).as_ref(), Ok(&text), "another text, read from its {from}");
    }
    ask(&value);
    // Two that may be merged give a value that is as good; sums may overflow.
    if from_its_wire.merge(&value).and_then(|()| from_its_wire.settle()).is_ok() {
        let merged = to_wire(&from_its_wire).unwrap_or_else(|e| panic!("what was merged is not written: {e}"));
        let again: S = from_wire(&merged).unwrap_or_else(|e| panic!("what was merged is refused: {e}\n{text}"));
        assert_eq!(to_wire(&again).as_ref(), Ok(&merged), "what was merged is read as something else: {text}");
        ask(&from_its_wire);
    }
}

fn text<S: Summary>(data: &[u8], ask: fn(&S)) {
    if let Ok(text) = std::str::from_utf8(data) {
        match from_text::<S>(text) {
            Ok(value) => accepted(value, ask),
            Err(e) => assert!(!e.message.is_empty() && e.hint.is_some(), "no hint: {e}"),
        }
    }
}

fn binary<S: Summary>(data: &[u8], ask: fn(&S)) {
    match from_wire::<S>(data) {
        Ok(value) => accepted(value, ask),
        Err(e) => assert!(!e.message.is_empty() && e.hint.is_some(), "no hint: {e}"),
    }
}

fn texts<S: Summary>(values: Vec<S>) -> Vec<Vec<u8>> {
    settled(values).iter().map(|value| to_text(value).unwrap_or_else(|e| panic!("a seed: {e}")).into_bytes()).collect()
}

fn wires<S: Summary>(values: Vec<S>) -> Vec<Vec<u8>> {
    settled(values).iter().map(|value| to_wire(value).unwrap_or_else(|e| panic!("a seed: {e}"))).collect()
}

fn settled<S: Summary>(mut values: Vec<S>) -> Vec<S> {
    values.iter_mut().for_each(|value| value.settle().unwrap_or_else(|e| panic!("a seed: {e}")));
    values
}

macro_rules! targets {
    ($($name:literal $type:ty: $seeds:expr, $ask:expr;)*) => {
        /// Two for each type.
        pub const TARGETS: &[Target] = &[$(
            Target { name: concat!($name, "_text"), seeds: || texts::<$type>($seeds), run: |data| text::<$type>(data, $ask) },
            Target { name: concat!($name, "_binary"), seeds: || wires::<$type>($seeds), run: |data| binary::<$type>(data, $ask) },
        )*];
    };
}

targets! {
    "rfm" Rfm: seeds::rfms(), read::rfm;
    "rfm_sample" RfmSample: seeds::rfm_samples(), read::rfm_sample;
    "distribution" Distribution: seeds::distributions(), read::distribution;
    "concentration" Concentration: seeds::concentrations(), read::concentration;
    "pnl" Pnl: seeds::pnls(), read::pnl;
    "contribution" Contribution: seeds::contributions(), read::contribution;
    "revenue_bridge" RevenueBridge: seeds::bridges(), read::bridge;
    "cost_to_serve" CostToServe: seeds::costs(), read::cost;
    "standardize" Standardize: seeds::standards(), read::standardize;
    "daily_balance" DailyBalance: seeds::balances(), read::balance;
    "daily_movement" DailyMovement: seeds::movements(), read::movement;
    "migration" Migration: seeds::migrations(), read::migration;
    "tag_frequency" TagFrequency: seeds::frequencies(), read::frequency;
    "top_k" TopK: seeds::top_ks(), |top| ignore(top.items());
    "basket" Basket: seeds::baskets(), read::basket;
    "itemset" Itemset: seeds::itemsets(), read::itemset;
    "affinity" Affinity: seeds::affinities(), read::affinity;
    "tier_history" TierHistory: seeds::histories(), read::history;
    "catalogue" Catalogue: seeds::catalogues(), read::catalogue;
    "rfm_book" Book<IntegerKeys, Rfm>: seeds::integer_books(), |book| ignore(book.iter().count());
    "rfm_book_uuid" Book<UuidKeys, Rfm>: seeds::uuid_books(), |book| ignore(book.iter().count());
    "rfm_book_text" Book<TextKeys, Rfm>: seeds::text_books(), |book| ignore(book.iter().count());
    "rfm_daily_book" Book<IntegerKeys, Days>: seeds::daily_books(), |book| book.iter().for_each(|(_, days)| ignore(days.rfm()));
    "rfm_daily_book_uuid" Book<UuidKeys, Days>: seeds::uuid_daily_books(), |book| book.iter().for_each(|(_, days)| ignore(days.rfm()));
    "rfm_daily_book_text" Book<TextKeys, Days>: seeds::text_daily_books(), |book| book.iter().for_each(|(_, days)| ignore(days.rfm()));
    "pnl_book" Book<IntegerKeys, Statement>: seeds::pnl_books(), |book| book.iter().for_each(|(_, page)| ignore(Pnl::of(page, book.shared())));
    "pnl_book_uuid" Book<UuidKeys, Statement>: seeds::uuid_pnl_books(), |book| book.iter().for_each(|(_, page)| ignore(Pnl::of(page, book.shared())));
    "pnl_book_text" Book<TextKeys, Statement>: seeds::text_pnl_books(), |book| book.iter().for_each(|(_, page)| ignore(Pnl::of(page, book.shared())));
}
