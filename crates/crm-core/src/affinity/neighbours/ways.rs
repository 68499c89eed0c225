//! For the tests: the neighbours by either way, whichever is the faster.

use super::super::Affinity;
use super::super::matrix::{Matrix, Weighting};
use super::sums::{Weighed, by_blocks, item_by_item};
use super::{Method, Near};

/// The neighbours by the one way and by the other.
pub(in super::super) fn both(affinity: &Affinity, method: Method) -> [Vec<(usize, Vec<Near>)>; 2] {
    let matrix = affinity.matrix(method.weighting, method.min_customers, &|| ()).unwrap();
    let (mut blocks, mut items) = (Vec::new(), Vec::new());
    let in_blocks = |_: &Matrix, item: usize, nearest: &[Near]| Ok(blocks.push((item, nearest.to_vec())));
    let by_item = |_: &Matrix, item: usize, nearest: &[Near]| Ok(items.push((item, nearest.to_vec())));
    if method.weighting == Weighting::Binary {
        by_blocks::<u32>(&matrix, method, &|| (), in_blocks).unwrap();
        item_by_item::<u32>(&matrix, method, &|| (), by_item).unwrap();
    } else {
        by_blocks::<Weighed>(&matrix, method, &|| (), in_blocks).unwrap();
        item_by_item::<Weighed>(&matrix, method, &|| (), by_item).unwrap();
    }
    [blocks, items]
}
