//! The factors of items as a document: what a fit returns and what recommendations are made from.

use super::{FACTORS, ITERATIONS, Meter, Options, SCALES, Sparse, System, Table, WEIGHTINGS, confidence, factorize, padded, whiten};
use crate::affinity::Affinity;
use crate::affinity::matrix::Weighting;
use crate::codec::Text;
use crate::document::{Node, Object, Problem, check_kind, read_kind};
use crate::error::{Error, Result, SqlState};
use crate::pause;
use serde_json::{Value, json};

const KIND: &str = "als_model";
/// Bytes of an item's name.
const MAX_NAME_BYTES: usize = 1000;
/// Factors of all items together: more do not fit into a jsonb.
const MAX_NUMBERS: usize = 8_000_000;
/// What no factor of a fit comes near.
const MAX_FACTOR: f64 = 1e15;

/// A model as it is read.
#[derive(Clone, Debug)]
pub struct AlsModel {
    /// How it was fitted.
    pub options: Options,
    /// Customers who held an item.
    pub customers: u64,
    /// The items, in the order of their bytes.
    pub items: Vec<String>,
    /// Customers who held each of them.
    pub popularity: Vec<u64>,
    /// By item.
    factors: Vec<Vec<f64>>,
}

/// Fits a model: the JSON text of a document of the kind `als_model`, version 1. A summary in which nobody holds anything gives
/// a model without items.
///
/// Errors: confidences above 1e12 (22003), a regularization that is too small for the data (22023), more than eight million
/// numbers in the model (54000), no memory (53200).
pub fn fit(affinity: &Affinity, options: &Options) -> Result<String> {
    let matrix = affinity.matrix(options.weighting, 1)?;
    if matrix.items.len().saturating_mul(options.factors) > MAX_NUMBERS {
        let message = format!("the model would have {} items of {} factors", matrix.items.len(), options.factors);
        return Err(Error::new(SqlState::LimitExceeded, message)
            .detail(format!("All factors together can be {MAX_NUMBERS}."))
            .hint("Give fewer factors, or leave items out that few customers hold."));
    }
    let cells = Sparse { starts: &matrix.starts, columns: &matrix.columns, values: &matrix.values };
    let found = factorize(cells, matrix.items.len(), options)?;
    let head = json!({
        "kind": KIND, "version": 1, "factors": options.factors, "iterations": options.iterations,
        "regularization": options.regularization, "alpha": options.alpha, "weighting": options.weighting.name(), "seed": options.seed,
        "customers": matrix.customers, "loss": found.loss,
    });
    let mut text = Text::new(KIND);
    text.put(format_args!("{},", head.to_string().trim_end_matches('}')))?;
    text.list("items", &matrix.items, |text, name| text.put(format_args!("{}", json!(name))))?;
    text.put(format_args!(","))?;
    text.list("popularity", &matrix.holders, |text, holders| text.put(format_args!("{holders}")))?;
    text.put(format_args!(","))?;
    text.list("item_factors", &found.items, |text, factors| {
        text.put(format_args!("["))?;
        factors.iter().enumerate().try_for_each(|(i, y)| text.put(format_args!("{}{y}", if i == 0 { "" } else { "," })))?;
        text.put(format_args!("]"))
    })?;
    text.put(format_args!("}}"))?;
    Ok(text.into_string())
}

impl AlsModel {
    /// Reads a model; what is wrong is 22023 and names the path.
    pub fn read(document: &Value) -> Result<Self> {
        read_kind(KIND, 1..=1, document, read_fields).map_err(|e| e.hint("select * from crm.als_model_check(model) lists every problem."))
    }

    /// Every problem of a model.
    pub fn problems(document: &Value) -> Vec<Problem> {
        check_kind(KIND, 1..=1, document, read_fields).err().unwrap_or_default()
    }

    /// The factors of the items as [`System`] takes them, multiplied so that all that is asked of them are products of two.
    pub(crate) fn whitened(&self) -> Result<Table> {
        let mut table = Table::new(self.factors.len(), padded(self.options.factors))?;
        for (row, factors) in table.rows_mut().zip(&self.factors) {
            row.iter_mut().zip(factors).for_each(|(to, y)| *to = *y);
        }
        whiten(&mut table, self.options.regularization, &mut Meter::default())?;
        Ok(table)
    }

    /// Prepares to compute with what a customer holds: items by place, ascending, with weights above 0.
    pub(crate) fn fold_in(&self, z: &Table, held: &[(u32, f64)], system: &mut System) -> Result<()> {
        let sure = |(item, weight): &(u32, f64)| Ok((*item, confidence(self.options.weighting, self.options.alpha, *weight)?));
        let sure: Vec<(u32, f64)> = pause::collect(held.iter().map(sure))?;
        if system.take(z, sure.into_iter(), &mut Meter::default())? { Ok(()) } else { Err(super::fit::not_regular()) }
    }
}

fn read_fields(object: &Object<'_>) -> AlsModel {
    let factors = object.integer("factors", FACTORS) as usize;
    let options = Options {
        factors,
        iterations: object.integer("iterations", ITERATIONS) as usize,
        regularization: object.number("regularization", SCALES),
        alpha: object.number("alpha", SCALES),
        weighting: object.choice("weighting", &WEIGHTINGS).unwrap_or(Weighting::Binary),
        seed: object.integer("seed", i64::MIN..=i64::MAX),
    };
    let customers = object.integer("customers", 0..=i64::MAX).unsigned_abs();
    let loss = object.list("loss", |node| node.number(0.0..=f64::MAX));
    if loss.len() != options.iterations && object.is_clean() {
        object.problem("loss", format!("must have {} elements, as many as iterations, not {}", options.iterations, loss.len()));
    }
    let items = object.list("items", read_name);
    if let Some(at) = (1..items.len()).find(|at| items[at - 1] >= items[*at]).filter(|_| object.is_clean()) {
        object.problem_at(&format!("items[{at}]"), "is not after the item before it in the order of bytes");
    }
    let most = i64::try_from(customers).unwrap_or(i64::MAX);
    let popularity = object.list("popularity", |node| node.integer(0..=most).unsigned_abs());
    let rows = object.list("item_factors", |node| read_factors(node, factors));
    for (key, length) in [("popularity", popularity.len()), ("item_factors", rows.len())] {
        if length != items.len() && object.is_clean() {
            object.problem(key, format!("must have {} elements, as many as items, not {length}", items.len()));
        }
    }
    if items.len().saturating_mul(factors) > MAX_NUMBERS {
        object.problem("item_factors", format!("must not be more than {MAX_NUMBERS} numbers"));
    }
    AlsModel { options, customers, items, popularity, factors: rows }
}

fn read_name(node: &Node<'_>) -> String {
    let name = node.text();
    if name.len() > MAX_NAME_BYTES || name.contains('\0') {
        node.problem(format!("must have at most {MAX_NAME_BYTES} bytes and no NUL character"));
    }
    name
}

/// Reads the factors of one item. A model has very many of them, so they are read without a path for each.
fn read_factors(node: &Node<'_>, count: usize) -> Vec<f64> {
    let numbers = node.value().as_array().filter(|numbers| numbers.len() == count);
    let read = |number: &Value| number.as_f64().filter(|y| y.abs() <= MAX_FACTOR);
    let Some(factors) = numbers.and_then(|numbers| numbers.iter().map(read).collect::<Option<Vec<f64>>>()) else {
        node.problem(format!("must be a list of {count} numbers, as many as factors"));
        return Vec::new();
    };
    factors
}
