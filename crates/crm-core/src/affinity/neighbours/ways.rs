//! For the tests: the neighbours by either way, whichever is the faster.

use super::super::Affinity;
use super::super::matrix::{Matrix, Weighting};
use super::sums::{Weighed, by_blocks, item_by_item};
use super::{Method, Near};
use crate::error::Result;

type Found = Vec<(usize, Vec<Near>)>;

fn keeps(found: &mut Found) -> impl FnMut(&Matrix, usize, &[Near]) -> Result<()> {
    |_, item, nearest| {
        found.push((item, nearest.to_vec()));
        Ok(())
    }
}

/// The neighbours by the one way and by the other.
pub(in super::super) fn both(affinity: &Affinity, method: Method) -> [Found; 2] {
    let matrix = affinity.matrix(method.weighting, method.min_customers).unwrap();
    let (mut blocks, mut items) = (Vec::new(), Vec::new());
    if method.weighting == Weighting::Binary {
        by_blocks::<u32>(&matrix, method, keeps(&mut blocks)).unwrap();
        item_by_item::<u32>(&matrix, method, keeps(&mut items)).unwrap();
    } else {
        by_blocks::<Weighed>(&matrix, method, keeps(&mut blocks)).unwrap();
        item_by_item::<Weighed>(&matrix, method, keeps(&mut items)).unwrap();
    }
    [blocks, items]
}
