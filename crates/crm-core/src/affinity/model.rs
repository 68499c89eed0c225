//! The neighbours of all items as a document: what a fit returns, what a table keeps, what recommendations are made from.

use super::Affinity;
use super::matrix::WEIGHTINGS;
use super::names::{MAX_ITEMS, MAX_NAME_BYTES};
use super::neighbours::{MAX_NEIGHBOURS, MEASURES, Measure, Method};
use crate::codec::Text;
use crate::document::{Node, Object, Problem, check_kind, read_kind};
use crate::error::{Error, Result, SqlState};
use serde_json::{Value, json};

const KIND: &str = "affinity_model";
/// Neighbours that all items of a model together can have: more do not fit into a jsonb.
const MAX_PAIRS: usize = 4_000_000;

/// A neighbour of an item in a model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// Which item: its place in [`AffinityModel::items`].
    pub item: u32,
    /// How near it is, above 0.
    pub score: f64,
}

/// A model as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct AffinityModel {
    /// How it was fitted.
    pub method: Method,
    /// Customers who held an item.
    pub customers: u64,
    /// The items, in the order of their bytes.
    pub items: Vec<String>,
    /// Customers who held each of them.
    pub popularity: Vec<u64>,
    /// The neighbours of each of them, the nearest first.
    pub neighbours: Vec<Vec<Neighbour>>,
}

/// Fits a model: the JSON text of a document of the kind `affinity_model`, version 1. A summary in which nobody holds anything gives
/// a model without items.
///
/// Errors: what [`Affinity::neighbours`] reports, and more than four million neighbours in all (54000).
pub fn fit(affinity: &Affinity, method: Method) -> Result<String> {
    let (mut lists, mut head) = (Text::new(KIND), Text::new(KIND));
    let (mut customers, mut pairs) = (0, 0);
    affinity.neighbours(method, |matrix, item, nearest| {
        if item == 0 {
            customers = matrix.customers;
            head.list("items", &matrix.items, |out, name| out.put(format_args!("{}", json!(name))))?;
            head.put(format_args!(","))?;
            head.list("popularity", &matrix.holders, |out, holders| out.put(format_args!("{holders}")))?;
        }
        pairs += nearest.len();
        if pairs > MAX_PAIRS {
            return Err(Error::new(SqlState::LimitExceeded, format!("the model would have more than {MAX_PAIRS} neighbours"))
                .hint("Give fewer neighbours, or a larger min_customers."));
        }
        lists.put(format_args!("{}[", comma(item)))?;
        nearest.iter().enumerate().try_for_each(|(i, near)| lists.put(format_args!("{}[{},{}]", comma(i), near.item, near.score)))?;
        lists.put(format_args!("]"))
    })?;
    let (mut head, lists) = (head.into_string(), lists.into_string());
    if head.is_empty() {
        customers = affinity.customers() as usize;
        head = "\"items\":[],\"popularity\":[]".to_owned();
    }
    let method = json!({
        "measure": method.measure.name(), "weighting": method.weighting.name(), "neighbours": method.neighbours,
        "min_customers": method.min_customers,
    });
    let mut text = Text::new(KIND);
    text.put(format_args!(
        "{{\"kind\":\"{KIND}\",\"version\":1,\"method\":{method},\"customers\":{customers},{head},\"neighbours\":[{lists}]}}"
    ))?;
    Ok(text.into_string())
}

fn comma(at: usize) -> &'static str {
    if at == 0 { "" } else { "," }
}

impl AffinityModel {
    /// Reads a model; what is wrong is 22023 and names the path.
    pub fn read(document: &Value) -> Result<Self> {
        read_kind(KIND, 1..=1, document, read_fields)
            .map_err(|e| e.hint("select * from crm.affinity_model_check(model) lists every problem."))
    }

    /// Every problem of a model.
    pub fn problems(document: &Value) -> Vec<Problem> {
        check_kind(KIND, 1..=1, document, read_fields).err().unwrap_or_default()
    }

    /// The place of an item.
    pub fn find(&self, item: &str) -> Option<usize> {
        self.items.binary_search_by(|known| known.as_str().cmp(item)).ok()
    }
}

fn read_fields(object: &Object<'_>) -> AffinityModel {
    let method = object.node("method").map(|node| node.object(read_method));
    let customers = object.integer("customers", 0..=i64::MAX).unsigned_abs();
    let items = object.list("items", |node| {
        let name = node.text();
        if name.len() > MAX_NAME_BYTES || name.contains('\0') {
            node.problem(format!("must have at most {MAX_NAME_BYTES} bytes and no NUL character"));
        }
        name
    });
    if items.len() > MAX_ITEMS {
        object.problem("items", format!("must not be more than {MAX_ITEMS}"));
    }
    if let Some(at) = (1..items.len()).find(|at| items[at - 1] >= items[*at]).filter(|_| object.is_clean()) {
        object.problem_at(&format!("items[{at}]"), "is not after the item before it in the order of bytes");
    }
    let most = i64::try_from(customers).unwrap_or(i64::MAX);
    let popularity = object.list("popularity", |node| node.integer(0..=most).unsigned_abs());
    let most = method.map_or(MAX_NEIGHBOURS as usize, |method| method.neighbours);
    let mut place = 0;
    let neighbours = object.list("neighbours", |node| {
        place += 1;
        read_neighbours(node, place - 1, items.len(), most)
    });
    for (key, length) in [("popularity", popularity.len()), ("neighbours", neighbours.len())] {
        if length != items.len() && object.is_clean() {
            object.problem(key, format!("must have {} elements, as many as items, not {length}", items.len()));
        }
    }
    let method = method.unwrap_or(Method { measure: Measure::Cosine, weighting: WEIGHTINGS[0].1, neighbours: 1, min_customers: 1 });
    AffinityModel { method, customers, items, popularity, neighbours }
}

fn read_method(object: &Object<'_>) -> Method {
    let measure = object.choice("measure", &MEASURES).unwrap_or(Measure::Cosine);
    let weighting = object.choice("weighting", &WEIGHTINGS).unwrap_or(WEIGHTINGS[0].1);
    let neighbours = object.integer("neighbours", 1..=MAX_NEIGHBOURS) as usize;
    let min_customers = object.integer("min_customers", 1..=i64::MAX) as u64;
    if measure.is_binary() && weighting != WEIGHTINGS[0].1 {
        object.problem("weighting", format!("must be \"binary\" with the measure \"{}\"", measure.name()));
    }
    Method { measure, weighting, neighbours, min_customers }
}

/// Reads the neighbours of one item: pairs of another item and a score, the nearest first, none twice. A model has very many of them,
/// so they are read without a path for each.
fn read_neighbours(node: &Node<'_>, own: usize, items: usize, most: usize) -> Vec<Neighbour> {
    let Some(pairs) = node.value().as_array() else {
        node.problem("must be a list of pairs of an item's place and a score");
        return Vec::new();
    };
    if pairs.len() > most {
        node.problem(format!("has {} neighbours, the method at most {most}", pairs.len()));
        return Vec::new();
    }
    let mut found: Vec<Neighbour> = Vec::with_capacity(pairs.len());
    for (at, pair) in pairs.iter().enumerate() {
        let Some((item, score)) = read_pair(pair, own, items) else {
            node.problem(format!("[{at}] must be [place of another item, from 0 to {}, score above 0]", items.saturating_sub(1)));
            return Vec::new();
        };
        let neighbour = Neighbour { item, score };
        if found.last().is_some_and(|last| (last.score, neighbour.item) < (neighbour.score, last.item)) {
            node.problem(format!("[{at}] is nearer than the one before it, or as near and before it among the items"));
            return Vec::new();
        }
        found.push(neighbour);
    }
    let mut places: Vec<u32> = found.iter().map(|neighbour| neighbour.item).collect();
    places.sort_unstable();
    if !places.is_sorted_by(|l, r| l < r) {
        node.problem("has a neighbour twice");
    }
    found
}

fn read_pair(pair: &Value, own: usize, items: usize) -> Option<(u32, f64)> {
    let [item, score] = pair.as_array()?.as_slice() else { return None };
    let item = item.as_u64().and_then(|item| usize::try_from(item).ok()).filter(|item| *item < items && *item != own)?;
    let score = score.as_f64().filter(|score| score.is_finite() && *score > 0.0)?;
    Some((u32::try_from(item).ok()?, score))
}
