//! Summaries to begin with: small, so that changes hit what matters.

use crm_core::affinity::{Affinity, Customer};
use crm_core::balance::{DailyBalance, DailyMovement};
use crm_core::basket::{Basket, Itemset};
use crm_core::book::{Book, IntegerKeys, Keys, Page, TextKeys, Uuid, UuidKeys};
use crm_core::codec::Summary;
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
use crm_core::value::{Names, Standardize};
use crm_core::{Amount, Day, Instant, Result};
use serde_json::json;

/// Takes what cannot fail here.
fn sure<T>(made: Result<T>) -> T {
    made.unwrap_or_else(|e| panic!("a seed: {e}"))
}

pub fn amount(i: i64) -> Amount {
    Amount::new(i128::from(i) * 10_500_000_000, (i % 13) as u8)
}

pub fn day(i: i64) -> Day {
    sure(Day::new(9_497 + i as i32))
}

pub fn instant(i: i64) -> Instant {
    sure(day(i).start())
}

/// One with a few rows, one with more.
fn both<S: Default>(push: impl Fn(&mut S, i64) -> Result<()>) -> Vec<S> {
    [3, 40]
        .map(|rows| {
            let mut made = S::default();
            (0..rows).for_each(|i| sure(push(&mut made, i)));
            made
        })
        .into()
}

pub fn rfms() -> Vec<Rfm> {
    let mut all = both::<Rfm>(|rfm, i| rfm.push(instant(i * i % 97), amount(i)));
    all.push(sure(Rfm::of(5, amount(100), instant(0), instant(50), None)));
    all
}

pub fn rfm_samples() -> Vec<RfmSample> {
    both(|sample: &mut RfmSample, i| {
        let first = amount(12);
        // Purchases that differ, or there is nothing to fit.
        let total = Amount::new(first.units * i128::from(1 + i % 5) + i128::from(i % 5 * (i % 3)) * 9_000_000_000, 12);
        sample.push(&sure(Rfm::of(1 + i % 5, total, instant(i), instant(i + i % 5 * 30), Some(first))))
    })
}

/// One purchase a month.
pub fn monthly() -> RfmSample {
    let mut sample = RfmSample::default();
    for i in 0..30 {
        let first = amount(12);
        let total = Amount::new(first.units * i128::from(1 + i % 5), 12);
        sure(Rfm::of(1 + i % 5, total, instant(0), instant(i % 5 * 62), Some(first)).and_then(|rfm| sample.push(&rfm)));
    }
    sample
}

pub fn settled_affinity() -> Affinity {
    let mut affinity = affinities().swap_remove(1);
    sure(affinity.settle());
    affinity
}

pub fn distributions() -> Vec<Distribution> {
    let mut all = both::<Distribution>(|d, i| d.push((i * i % 31) as f64 / 7.0 - 2.0));
    let mut coarse = sure(Distribution::new(4));
    (0..1200).for_each(|i| sure(coarse.push(f64::from(i) * 1.7 - 30.0)));
    all.push(coarse);
    all
}

pub fn concentrations() -> Vec<Concentration> {
    both(|c: &mut Concentration, i| c.push(Amount::new(i128::from(i * 7 % 11 - 4) * 1_000_000_000_000, 2)))
}

pub fn pnls() -> Vec<Pnl> {
    both(|p: &mut Pnl, i| p.push(["commission", "cost_to_serve", "债券", "x\""][i as usize % 4], amount(i - 5)))
}

pub fn contributions() -> Vec<Contribution> {
    let mut all = both::<Contribution>(|c, i| c.push(["key", "重点"][i as usize % 2], Some(amount(i)), amount(i - 3)));
    all.extend(both::<Contribution>(|c, i| c.push(["key", "重点"][i as usize % 2], None, amount(i - 3))));
    all
}

pub fn bridges() -> Vec<RevenueBridge> {
    both(|b: &mut RevenueBridge, i| b.push(amount(i * 100), amount(i), amount(1), amount(i / 2)))
}

pub fn costs() -> Vec<CostToServe> {
    both(|c: &mut CostToServe, i| c.push(["call", "order"][i as usize % 2], ["app", "branch"].get(i as usize % 3).copied(), amount(i)))
}

pub fn standards() -> Vec<Standardize> {
    let names = sure(Names::new(["a", "b"].map(String::from).into()));
    both(|s: &mut Standardize, i| s.push(&names, [Some(i as f64 / 3.0), (i % 3 > 0).then_some(i as f64)].into_iter()))
}

pub fn balances() -> Vec<DailyBalance> {
    let mut all = both::<DailyBalance>(|b, i| b.push(day(i * i % 50), i % 3, amount(i - 5)));
    all.extend(both::<DailyBalance>(|b, i| b.push_at(instant(i * 3), amount(i))));
    all
}

pub fn movements() -> Vec<DailyMovement> {
    both(|m: &mut DailyMovement, i| m.push(day(i * i % 50), amount(i - 5)))
}

pub fn migrations() -> Vec<Migration> {
    both(|m: &mut Migration, i| m.push(["mass", "silver", "gold"][i as usize % 3], ["mass", "gold"][i as usize % 2], 1 + i))
}

pub fn frequencies() -> Vec<TagFrequency> {
    both(|f: &mut TagFrequency, i| f.push_texts(["a", "b", "债券"][..1 + i as usize % 3].iter().map(|tag| Ok(*tag))))
}

pub fn top_ks() -> Vec<TopK> {
    both(|t: &mut TopK, i| t.push(["a", "b", "债券", "d", "e", "f"][i as usize % 6], i as f64 * 1.5, 4))
}

pub fn baskets() -> Vec<Basket> {
    both(|b: &mut Basket, i| b.push(["a", "b", "债券", "d\"", "e"][i as usize % 5]))
}

pub fn itemsets() -> Vec<Itemset> {
    both(|s: &mut Itemset, i| s.push_list(["a", "b", "债券", "d", "e"][i as usize % 3..3 + i as usize % 3].iter().map(|item| Ok(*item))))
}

pub fn affinities() -> Vec<Affinity> {
    let mut all = both::<Affinity>(|a, i| a.push(Customer::Integer(i % 11), ["a", "b", "c", "d"][i as usize % 4], amount(1 + i)));
    all.extend(both::<Affinity>(|a, i| a.push(Customer::Text(["x", "y", "客户"][i as usize % 3]), ["a", "b"][i as usize % 2], amount(1))));
    all
}

pub fn histories() -> Vec<TierHistory> {
    let mut all = both::<TierHistory>(|h, i| h.push(day(i * 31), None, amount(i * 9000)));
    all.extend(both::<TierHistory>(|h, i| h.push(day(i / 2 * 31), Some(["assets", "orders"][i as usize % 2]), amount(i))));
    all
}

pub fn catalogues() -> Vec<Catalogue> {
    both(|c: &mut Catalogue, i| {
        let grade = format!("R{}", 1 + i % 5);
        c.push(&format!("P{i}"), &json!({ "risk_grade": grade, "open": i % 4 > 0, "min_amount": 1000.5, "tags": ["income", "growth"] }))
    })
}

/// A book of each kind of key.
fn books<K: Keys, P: Page>(
    key: impl for<'k> Fn(i64, &'k mut String) -> K::Key<'k>,
    push: impl Fn(&mut Book<K, P>, K::Key<'_>, i64),
) -> Vec<Book<K, P>> {
    [2, 40]
        .map(|rows| {
            let mut book = Book::default();
            (0..rows).for_each(|i| {
                let mut room = String::new();
                push(&mut book, key(i % 17, &mut room), i);
            });
            book
        })
        .into()
}

fn integer(i: i64, _: &mut String) -> i64 {
    (i - 5) << (i % 50)
}

fn uuid(i: i64, _: &mut String) -> Uuid {
    Uuid([(i as u8).wrapping_mul(37); 16])
}

fn text(i: i64, room: &mut String) -> &str {
    *room = format!("客户{i}");
    room
}

macro_rules! books {
    ($($name:ident $keys:ty, $page:ty, $key:ident: |$book:ident, $customer:ident, $i:ident| $push:expr;)*) => {$(
        pub fn $name() -> Vec<Book<$keys, $page>> {
            books::<$keys, $page>($key, |$book, $customer, $i| sure($push))
        }
    )*};
}

books! {
    integer_books IntegerKeys, Rfm, integer: |book, customer, i| book.push(customer, (instant(i), amount(i)));
    uuid_books UuidKeys, Rfm, uuid: |book, customer, i| book.push(customer, (instant(i), amount(i)));
    text_books TextKeys, Rfm, text: |book, customer, i| book.push(customer, (instant(i), amount(i)));
    daily_books IntegerKeys, Days, integer: |book, customer, i| book.push(customer, (instant(i), amount(i)));
    uuid_daily_books UuidKeys, Days, uuid: |book, customer, i| book.push(customer, (instant(i), amount(i)));
    text_daily_books TextKeys, Days, text: |book, customer, i| book.push(customer, (instant(i), amount(i)));
    pnl_books IntegerKeys, Statement, integer: |book, customer, i| line(book, i).and_then(|line| book.push(customer, (line, amount(i))));
    uuid_pnl_books UuidKeys, Statement, uuid: |book, customer, i| line(book, i).and_then(|line| book.push(customer, (line, amount(i))));
    text_pnl_books TextKeys, Statement, text: |book, customer, i| line(book, i).and_then(|line| book.push(customer, (line, amount(i))));
}

fn line<K: Keys>(book: &mut Book<K, Statement>, i: i64) -> Result<u32> {
    book.shared_mut().id(["commission", "费用", "x"][i as usize % 3])
}
