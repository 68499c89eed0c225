//! Where a text stands in a list that does not change: found by a hash, without a copy of the texts.

use super::catalogue::no_room;
use crate::error::Result;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// The places of texts. Equal texts have the place of the first.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    state: RandomState,
    /// A power of two, at least half of it free.
    table: Vec<u32>,
}

/// No place.
const FREE: u32 = u32::MAX;

impl Places {
    /// The places of `count` texts, where there is one.
    pub(super) fn new<'t>(count: usize, text: impl Fn(u32) -> Option<&'t str>) -> Result<Self> {
        let mut places = Places::default();
        let size = count.saturating_mul(2).max(2).checked_next_power_of_two().unwrap_or(usize::MAX);
        places.table.try_reserve_exact(size).map_err(no_room)?;
        places.table.resize(size, FREE);
        for place in (0..FREE).take(count) {
            if let Some(of_place) = text(place)
                && places.find(of_place, &text).is_none()
                && let Some(free) = places.probe(of_place).find(|slot| places.table.get(*slot) == Some(&FREE))
                && let Some(slot) = places.table.get_mut(free)
            {
                *slot = place;
            }
        }
        Ok(places)
    }

    /// The place of a text; `of` gives the text of a place, as before.
    #[inline]
    pub(super) fn find<'t>(&self, text: &str, of: impl Fn(u32) -> Option<&'t str>) -> Option<u32> {
        for slot in self.probe(text) {
            match self.table.get(slot) {
                None | Some(&FREE) => return None,
                Some(place) if of(*place) == Some(text) => return Some(*place),
                Some(_) => {}
            }
        }
        None
    }

    /// The slots where a text may be, one after the other.
    #[inline]
    fn probe(&self, text: &str) -> impl Iterator<Item = usize> + use<> {
        let (size, first) = (self.table.len(), self.state.hash_one(text) as usize);
        (0..size).map(move |step| first.wrapping_add(step) & (size - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_is_found_where_it_first_stands(texts in prop::collection::vec("[a-c]{0,3}", 0..60), others in prop::collection::vec("[a-d]{0,3}", 0..20)) {
            let of = |place: u32| texts.get(place as usize).map(String::as_str);
            let places = Places::new(texts.len(), of).unwrap();
            for text in texts.iter().chain(&others) {
                prop_assert_eq!(places.find(text, of), texts.iter().position(|known| known == text).map(|at| at as u32));
            }
            // What has no text has no place.
            let odd = |place: u32| of(place).filter(|_| place % 2 == 1);
            let places = Places::new(texts.len(), odd).unwrap();
            for (place, text) in texts.iter().enumerate() {
                let first = texts.iter().enumerate().position(|(at, known)| at % 2 == 1 && known == text);
                prop_assert_eq!(places.find(text, odd), first.map(|at| at as u32), "{}", place);
            }
        }
    }

    #[test]
    fn an_empty_list_has_no_places() {
        assert_eq!(Places::new(0, |_| None).unwrap().find("a", |_| None), None);
        assert_eq!(Places::default().find("a", |_| None), None);
    }
}
