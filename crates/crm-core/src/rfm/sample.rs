//! The multiset of many customers' [`Rfm`] values: what break points and lifetime-value models are fitted to.

use super::Rfm;
use crate::codec::{Json, MAX_FLAT, Reader, Summary, Writer, print_list, too_long};
use crate::document::read_nodes;
use crate::error::{Error, Result};
use crate::pause;

/// Bytes of one customer in the binary form.
const BYTES: usize = 58;

/// Customers' values, in canonical order once settled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RfmSample {
    values: Vec<Rfm>,
}

impl RfmSample {
    /// Adds one customer. More than 1 GB of them is 54000.
    pub fn push(&mut self, rfm: &Rfm) -> Result<()> {
        self.reserve(1)?;
        self.values.push(*rfm);
        Ok(())
    }

    /// Number of customers.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether no customer was added.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The customers.
    pub fn iter(&self) -> impl Iterator<Item = &Rfm> {
        self.values.iter()
    }

    fn reserve(&mut self, more: usize) -> Result<()> {
        if (self.values.len() + more) * BYTES > MAX_FLAT {
            return Err(too_long());
        }
        self.values.try_reserve(more).map_err(|_| Error::out_of_memory("an rfm sample"))
    }
}

impl Summary for RfmSample {
    const TYPE: &'static str = "rfm_sample";
    const VERSION: u16 = 1;

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.reserve(other.values.len())?;
        self.values.extend_from_slice(&other.values);
        Ok(())
    }

    fn settle(&mut self) -> Result<()> {
        // Most are told apart by the first three of what is in a key.
        let head = |rfm: &Rfm| (rfm.first, rfm.last, rfm.frequency);
        pause::sort_by(&mut self.values, |a, b| head(a).cmp(&head(b)).then_with(|| a.key().cmp(&b.key())));
        Ok(())
    }

    fn encode(&self, out: &mut Writer) -> Result<()> {
        out.u64(self.values.len() as u64)?;
        self.values.iter().try_for_each(|rfm| rfm.encode(out))
    }

    fn decode(version: u16, input: &mut Reader<'_>) -> Result<Self> {
        let count = input.count(BYTES)?;
        let mut sample = RfmSample::default();
        sample.reserve(count)?;
        for _ in 0..count {
            sample.values.push(Rfm::decode(version, input)?);
        }
        if count == 0 || !sample.values.is_sorted_by_key(Rfm::key) {
            return Err(input.wrong("customers are missing or not in canonical order"));
        }
        Ok(sample)
    }

    fn print(&self) -> Result<String> {
        print_list::<Self, _>("customers", &self.values, |out, rfm| out.put(format_args!("{}", rfm.to_json()?)))
    }

    fn parse(text: &str) -> Result<Self> {
        let mut sample = RfmSample::default();
        read_nodes(text, "customers", |node| {
            let rfm = node.object(Rfm::from_json)?;
            sample.push(&rfm)
        })?;
        if sample.values.is_empty() {
            return Err(Error::parameter("customers: must not be empty"));
        }
        sample.settle()?;
        Ok(sample)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{events, fold, seen};
    use super::*;
    use crate::codec::{from_text, from_wire, to_text, to_wire};
    use proptest::prelude::*;

    fn sample(rfms: &[Rfm]) -> RfmSample {
        let mut sample = RfmSample::default();
        rfms.iter().for_each(|rfm| sample.push(rfm).unwrap());
        sample.settle().unwrap();
        sample
    }

    #[test]
    fn a_sample_out_of_order_is_refused() {
        let wire = to_wire(&sample(&[seen(&[("2026-01-01", "1")]), seen(&[("2026-01-02", "1")])])).unwrap();
        let (head, customers) = wire.split_at(10);
        let swapped = [head, &customers[BYTES..], &customers[..BYTES]].concat();
        assert!(from_wire::<RfmSample>(&wire).is_ok());
        assert!(from_wire::<RfmSample>(&swapped).unwrap_err().message.contains("canonical"));
        let huge = [&wire[..2], &u64::MAX.to_be_bytes()].concat();
        assert!(from_wire::<RfmSample>(&huge).unwrap_err().message.contains("too early"));
    }

    proptest! {
        #[test]
        fn any_order_and_any_merge_gives_the_same_bytes(lists in prop::collection::vec(events(), 1..12), cut in any::<prop::sample::Index>()) {
            let rfms: Vec<_> = lists.iter().map(|list| fold(list)).collect();
            let whole = sample(&rfms);
            let reversed: Vec<_> = rfms.iter().rev().copied().collect();
            let (left, right) = reversed.split_at(cut.index(reversed.len()));
            let mut merged = sample(left);
            merged.merge(&sample(right)).unwrap();
            merged.settle().unwrap();
            prop_assert_eq!(to_wire(&merged).unwrap(), to_wire(&whole).unwrap());
            prop_assert_eq!(from_wire::<RfmSample>(&to_wire(&whole).unwrap()).unwrap(), whole.clone());
            prop_assert_eq!(from_text::<RfmSample>(&to_text(&whole).unwrap()).unwrap(), whole);
        }

        #[test]
        fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = from_wire::<RfmSample>(&bytes);
        }
    }
}
