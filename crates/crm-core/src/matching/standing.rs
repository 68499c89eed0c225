//! The products that are left while gate after gate strikes some off.

use super::catalogue::no_room;
use crate::error::Result;

/// The products that are looked at. Where reasons of all are asked for, those that were struck off are looked at to the end; otherwise
/// they are looked at no more.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    /// Ascending.
    listed: Vec<u32>,
    /// By product, where all are looked at: whether nothing has struck it off. Empty otherwise.
    alive: Vec<bool>,
}

impl Standing {
    /// Begins with the products that are open; all are looked at to the end if so asked.
    pub(super) fn begin(&mut self, open: &[bool], whole: bool) -> Result<()> {
        self.listed.clear();
        self.listed.try_reserve(open.len()).map_err(no_room)?;
        self.alive.clear();
        if whole {
            self.listed.extend((0u32..).take(open.len()));
            self.alive.try_reserve(open.len()).map_err(no_room)?;
            self.alive.extend_from_slice(open);
        } else {
            self.listed.extend((0u32..).zip(open).filter(|(_, open)| **open).map(|(product, _)| product));
        }
        Ok(())
    }

    /// Those that are looked at, ascending.
    pub(super) fn listed(&self) -> &[u32] {
        &self.listed
    }

    /// Strikes off those that do not pass.
    #[inline]
    pub(super) fn keep(&mut self, passes: impl Fn(usize) -> bool) {
        if !self.alive.is_empty() {
            self.alive.iter_mut().enumerate().for_each(|(product, alive)| *alive &= passes(product));
            return;
        }
        // Without a branch that could be guessed wrong: the next one is written over the last that does not pass.
        let mut kept = 0;
        for at in 0..self.listed.len() {
            let product = self.listed[at];
            self.listed[kept] = product;
            kept += usize::from(passes(product as usize));
        }
        self.listed.truncate(kept);
    }

    /// Whether nothing has struck off a product that is looked at.
    pub(super) fn stands(&self, product: u32) -> bool {
        self.alive.get(product as usize).copied().unwrap_or(true)
    }

    /// Those that nothing has struck off, ascending.
    #[inline]
    pub(super) fn standing(&self) -> impl Iterator<Item = u32> + Clone {
        self.listed.iter().copied().filter(|product| self.stands(*product))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_struck_off_is_looked_at_only_where_reasons_of_all_are_asked_for() {
        let mut standing = Standing::default();
        for whole in [false, true, false] {
            standing.begin(&[true, false, true, true, true], whole).unwrap();
            assert_eq!(standing.standing().collect::<Vec<_>>(), [0, 2, 3, 4]);
            standing.keep(|product| product != 2);
            standing.keep(|product| product > 0);
            assert_eq!(standing.standing().collect::<Vec<_>>(), [3, 4]);
            assert_eq!(standing.listed(), if whole { &[0, 1, 2, 3, 4][..] } else { &[3, 4] });
            assert_eq!((standing.stands(3), standing.stands(0)), (true, !whole));
        }
        standing.begin(&[], true).unwrap();
        standing.keep(|_| true);
        assert_eq!(standing.standing().count(), 0);
    }
}
