//! The sketch: counts of buckets whose width is a fixed share of the values in them.
//!
//! Every octave (sign and exponent of the IEEE representation) is divided linearly into 2^bits buckets by the first bits
//! of the mantissa, the layout of HdrHistogram (Gil Tene, <https://hdrhistogram.org>); what it promises is what DDSketch
//! promises (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees",
//! PVLDB 12(12), 2019). There is no logarithm, which mathematical libraries round differently, so a value falls into the
//! same bucket on every machine, and finding it costs two shifts and two loads.
//!
//! Buckets are numbered in the order of their values: 0 is the value zero and nothing else, 1 is the first bucket of the
//! positive subnormals, 2047·2^bits the last bucket below infinity, and the bucket of −x has the negative number of that
//! of x. The counters of an octave are one page, allocated when a value falls into it.

use super::exact::Entry;
use crate::error::{Error, Result};

const MANTISSA: u32 = f64::MANTISSA_DIGITS - 1;
/// Sectors: one for each sign and exponent. Those of the negative values are the upper half.
const SECTORS: usize = 4096;
const NEGATIVE: usize = SECTORS / 2;
/// The octaves of one sign; the exponent after the last is that of infinity and NaN.
const OCTAVES: i32 = 2047;
/// A sector without a page: more than there are sectors.
const ABSENT: u16 = u16::MAX;

/// Counters of all buckets that were hit, in pages of one octave.
#[derive(Debug)]
pub(super) struct Buckets {
    bits: u32,
    zero: u64,
    /// The number of each sector's page.
    directory: Vec<u16>,
    /// In the order in which they were needed.
    pages: Vec<Box<[u64]>>,
}

/// The largest bucket number.
pub(super) fn last_index(bits: u8) -> i32 {
    OCTAVES << bits
}

/// The bucket of a finite value.
pub(super) fn index_of(x: f64, bits: u8) -> i32 {
    let number = (x.abs().to_bits() >> (MANTISSA - u32::from(bits))) as i32 + 1;
    match x {
        0.0 => 0,
        _ if x < 0.0 => -number,
        _ => number,
    }
}

/// The value that stands for a bucket: the middle between its edges.
pub(super) fn midpoint(index: i32, bits: u8) -> f64 {
    let shift = MANTISSA - u32::from(bits);
    let from = |number: u32| f64::from_bits((u64::from(number - 1) << shift) | (1 << (shift - 1)));
    match index {
        0 => 0.0,
        1.. => from(index.unsigned_abs()),
        _ => -from(index.unsigned_abs()),
    }
}

/// The largest value that falls into a bucket.
pub(super) fn upper_edge(index: i32, bits: u8) -> f64 {
    let shift = MANTISSA - u32::from(bits);
    let number = u64::from(index.unsigned_abs());
    match index {
        0 => 0.0,
        1.. => f64::from_bits((number << shift) - 1),
        // Zero is not in the bucket of the smallest magnitudes.
        _ => -f64::from_bits(((number - 1) << shift).max(1)),
    }
}

impl Buckets {
    /// No observations, `bits` bits of the mantissa.
    pub(super) fn new(bits: u8) -> Result<Self> {
        let mut directory = Vec::new();
        directory.try_reserve_exact(SECTORS).map_err(|_| out_of_memory())?;
        directory.resize(SECTORS, ABSENT);
        Ok(Buckets { bits: u32::from(bits), zero: 0, directory, pages: Vec::new() })
    }

    /// Adds `times` occurrences of a finite `x`. The caller keeps the total below the limit, so no counter overflows.
    #[inline]
    pub(super) fn add(&mut self, x: f64, times: u64) -> Result<()> {
        if x == 0.0 {
            self.zero += times;
            return Ok(());
        }
        let (sector, slot) = self.place(x);
        let page = self.directory.get(sector).map_or(ABSENT, |page| *page);
        match self.pages.get_mut(usize::from(page)).and_then(|page| page.get_mut(slot)) {
            Some(counter) => {
                *counter += times;
                Ok(())
            }
            None => self.add_to_new_page(sector, slot, times),
        }
    }

    /// Adds `times` to the counter of a bucket.
    pub(super) fn add_index(&mut self, index: i32, times: u64) -> Result<()> {
        self.add(midpoint(index, self.bits as u8), times)
    }

    /// Adds values with their counts; an error leaves all counts as they were.
    pub(super) fn add_all(&mut self, entries: &[Entry]) -> Result<()> {
        for (x, _) in entries {
            self.add(*x, 0)?;
        }
        entries.iter().try_for_each(|(x, times)| self.add(*x, *times))
    }

    /// Adds the counts of another sketch of as many bits; an error leaves all counts as they were.
    pub(super) fn merge(&mut self, other: &Buckets) -> Result<()> {
        for (sector, _) in other.sectors(0..SECTORS) {
            self.page(sector)?;
        }
        for (sector, theirs) in other.sectors(0..SECTORS) {
            let mine = self.page(sector)?;
            mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        }
        self.zero += other.zero;
        Ok(())
    }

    /// The buckets that were hit, ascending, with their counts.
    pub(super) fn iter(&self) -> impl Iterator<Item = (i32, u64)> + '_ {
        let number = |octave: usize, slot: usize| ((octave << self.bits) + slot) as i32 + 1;
        let below = self.sectors((NEGATIVE..SECTORS).rev()).flat_map(move |(sector, page)| {
            page.iter().enumerate().rev().map(move |(slot, count)| (-number(sector - NEGATIVE, slot), *count))
        });
        let above = self
            .sectors(0..NEGATIVE)
            .flat_map(move |(sector, page)| page.iter().enumerate().map(move |(slot, count)| (number(sector, slot), *count)));
        below.chain(std::iter::once((0, self.zero))).chain(above).filter(|(_, count)| *count > 0)
    }

    /// The number of observations in the buckets up to and with that of `x`.
    pub(super) fn count_to(&self, x: f64) -> u64 {
        let (sector, slot) = self.place(x);
        let sum = |counters: Option<&[u64]>| counters.unwrap_or_default().iter().sum::<u64>();
        let sums = |sectors| self.sectors(sectors).map(|(_, page)| sum(Some(page))).sum::<u64>();
        if x < 0.0 {
            return sums(sector + 1..SECTORS) + sum(self.existing(sector).and_then(|page| page.get(slot..)));
        }
        let to_zero = sums(NEGATIVE..SECTORS) + self.zero;
        if x == 0.0 {
            return to_zero;
        }
        to_zero + sums(0..sector) + sum(self.existing(sector).and_then(|page| page.get(..=slot)))
    }

    /// A copy.
    pub(super) fn try_clone(&self) -> Result<Self> {
        let mut copy = Buckets::new(self.bits as u8)?;
        copy.merge(self)?;
        Ok(copy)
    }

    /// Bytes on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        let page = size_of::<u64>() << self.bits;
        self.directory.capacity() * size_of::<u16>() + self.pages.capacity() * size_of::<Box<[u64]>>() + self.pages.len() * page
    }

    /// The sector of a value and its counter there.
    #[inline]
    fn place(&self, x: f64) -> (usize, usize) {
        let key = x.to_bits();
        ((key >> MANTISSA) as usize, (key >> (MANTISSA - self.bits)) as usize & ((1 << self.bits) - 1))
    }

    #[cold]
    fn add_to_new_page(&mut self, sector: usize, slot: usize, times: u64) -> Result<()> {
        if let Some(counter) = self.page(sector)?.get_mut(slot) {
            *counter += times;
        }
        Ok(())
    }

    /// The page of a sector, which is made if it is not there.
    fn page(&mut self, sector: usize) -> Result<&mut [u64]> {
        // A finite value has a sector; no other caller asks.
        let none = || Error::range("a distribution has no bucket for a value that is not finite");
        let number = self.directory.get_mut(sector).ok_or_else(none)?;
        if *number == ABSENT {
            let mut page = Vec::new();
            page.try_reserve_exact(1 << self.bits).map_err(|_| out_of_memory())?;
            page.resize(1 << self.bits, 0);
            self.pages.try_reserve(1).map_err(|_| out_of_memory())?;
            *number = self.pages.len() as u16;
            self.pages.push(page.into_boxed_slice());
        }
        self.pages.get_mut(usize::from(*number)).map(|page| &mut **page).ok_or_else(none)
    }

    fn existing(&self, sector: usize) -> Option<&[u64]> {
        let number = self.directory.get(sector)?;
        self.pages.get(usize::from(*number)).map(|page| &**page)
    }

    fn sectors(&self, sectors: impl Iterator<Item = usize>) -> impl Iterator<Item = (usize, &[u64])> {
        sectors.filter_map(|sector| Some((sector, self.existing(sector)?)))
    }
}

#[cold]
fn out_of_memory() -> Error {
    Error::out_of_memory("a distribution")
}
