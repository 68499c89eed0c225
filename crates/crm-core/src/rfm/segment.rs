//! Named segments of the RFM cube, as an editable policy.

use super::Score;
use crate::document::{Object, Problem, check_kind, read_kind, shorten};
use crate::error::{Error, Result};
use crate::label::{Label, labelled};
use serde_json::{Value, json};

const KIND: &str = "rfm_segment_policy";
/// Most bins of a policy: every cell of the cube is checked for a segment.
const MAX_BINS: i64 = 20;

/// One cell of the cube: three scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell([i64; 3]);

impl Cell {
    /// Reads `543` or `10-4-3` (22023).
    pub fn parse(text: &str) -> Result<Self> {
        let scores: Option<Vec<i64>> = if text.contains('-') {
            text.split('-').map(|part| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok()).flatten()).collect()
        } else {
            text.chars().map(|c| c.to_digit(10).map(i64::from)).collect()
        };
        let cell = scores.and_then(|s| <[i64; 3]>::try_from(s).ok()).filter(|s| s.iter().all(|score| *score >= 1));
        cell.map(Cell).ok_or_else(|| {
            Error::parameter(format!("\"{}\" is not an RFM cell", shorten(text))).hint("A cell is three scores, as 543 or as 10-4-3.")
        })
    }
}

impl From<Score> for Cell {
    fn from(score: Score) -> Self {
        Cell([score.recency.into(), score.frequency.into(), score.monetary.into()])
    }
}

/// A named part of the cube: a range of each score.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    name: String,
    label: Option<Label>,
    ranges: [(i64, i64); 3],
}

impl Segment {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its label in a language; its name when no language is asked for or it has no labels.
    pub fn label(&self, language: Option<&str>) -> Result<&str> {
        labelled(&self.name, self.label.as_ref(), language)
    }

    /// Whether each of recency, frequency and monetary lies in its range.
    pub fn met(&self, cell: Cell) -> [bool; 3] {
        let met = |i: usize| self.ranges[i].0 <= cell.0[i] && cell.0[i] <= self.ranges[i].1;
        [met(0), met(1), met(2)]
    }

    fn holds(&self, cell: Cell) -> bool {
        self.met(cell) == [true; 3]
    }
}

/// The segments in order: a cell belongs to the first that holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentPolicy {
    bins: i64,
    segments: Vec<Segment>,
}

impl SegmentPolicy {
    /// Reads a policy (22023 with the path of what is wrong).
    pub fn read(policy: &Value) -> Result<Self> {
        read_kind(KIND, 1..=1, policy, Self::from_object)
            .map_err(|e| e.hint("select * from crm.rfm_segment_policy_check(policy) lists every problem."))
    }

    /// Every problem of a policy.
    pub fn problems(policy: &Value) -> Vec<Problem> {
        check_kind(KIND, 1..=1, policy, Self::from_object).err().unwrap_or_default()
    }

    /// The segment of a cell. A score above the policy's bins is 22023.
    pub fn segment(&self, cell: Cell) -> Result<&Segment> {
        self.fits(cell)?;
        self.segments.iter().find(|s| s.holds(cell)).ok_or_else(|| Error::parameter("the policy has no segment for the cell"))
    }

    /// Every segment, whether each of its three ranges holds the cell, and whether it is the cell's segment.
    pub fn explain(&self, cell: Cell) -> Result<Vec<(&Segment, [bool; 3], bool)>> {
        self.fits(cell)?;
        let chosen = self.segments.iter().position(|s| s.holds(cell));
        Ok(self.segments.iter().enumerate().map(|(i, s)| (s, s.met(cell), chosen == Some(i))).collect())
    }

    fn fits(&self, cell: Cell) -> Result<()> {
        if cell.0.iter().all(|score| *score <= self.bins) {
            return Ok(());
        }
        Err(Error::parameter(format!("the cell has a score above the policy's {} bins", self.bins))
            .hint("Fit the break points with as many bins as the segment policy has."))
    }

    fn from_object(object: &Object<'_>) -> Self {
        let bins = object.integer("bins", 2..=MAX_BINS);
        let range = |segment: &Object<'_>, key| {
            let Some(node) = segment.optional(key) else { return (1, bins) };
            match node.value().as_array().map(|pair| pair.iter().filter_map(Value::as_i64).collect::<Vec<_>>()).as_deref() {
                Some([low, high]) if 1 <= *low && low <= high && *high <= bins => (*low, *high),
                _ => {
                    node.problem(format!("must be [from, to] with 1 <= from <= to <= {bins}"));
                    (1, bins)
                }
            }
        };
        let segments = object.list("segments", |node| {
            node.object(|s| Segment {
                name: s.text("name"),
                label: s.label("label"),
                ranges: [range(s, "r"), range(s, "f"), range(s, "m")],
            })
        });
        let policy = SegmentPolicy { bins, segments };
        if object.is_clean() {
            policy.check_cover(object);
        }
        policy
    }

    /// Every cell must have a segment and every segment a cell, or the policy says something else than it seems to.
    fn check_cover(&self, object: &Object<'_>) {
        let mut used = vec![false; self.segments.len()];
        let mut bare = Vec::new();
        let scores = || 1..=self.bins;
        for cell in scores().flat_map(|r| scores().flat_map(move |f| scores().map(move |m| Cell([r, f, m])))) {
            match self.segments.iter().position(|s| s.holds(cell)) {
                Some(i) => used[i] = true,
                None => bare.push(cell.0.map(|score| score.to_string()).join("-")),
            }
        }
        if let Some(first) = bare.first() {
            object.problem("segments", format!("{} cell(s) have no segment, the first is {first}", bare.len()));
        }
        for (i, _) in used.iter().enumerate().filter(|(_, used)| !**used) {
            object.problem_at(&format!("segments[{i}]"), "is never reached: segments before it hold all its cells");
        }
        object.unique("segments", "name", self.segments.iter().map(|segment| segment.name.as_str()));
    }

    /// The policy that is used when none is given: eleven segments on five bins, in English and Chinese.
    pub fn example() -> Value {
        let segment = |name: &str, en: &str, zh: &str, r: [i64; 2], f: [i64; 2], m: [i64; 2]| json!({"name": name, "label": {"en": en, "zh": zh}, "r": r, "f": f, "m": m});
        json!({
            "kind": KIND,
            "version": 1,
            "bins": 5,
            "segments": [
                segment("champions", "Champions", "核心价值客户", [4, 5], [4, 5], [4, 5]),
                segment("loyal", "Loyal", "忠诚客户", [3, 5], [4, 5], [1, 5]),
                segment("big_tickets", "Big tickets", "大额客户", [4, 5], [1, 3], [5, 5]),
                segment("new", "New", "新近客户", [5, 5], [1, 1], [1, 5]),
                segment("promising", "Promising", "潜力客户", [4, 5], [1, 3], [1, 5]),
                segment("needs_attention", "Needs attention", "需关注客户", [3, 3], [1, 3], [3, 5]),
                segment("about_to_sleep", "About to sleep", "即将沉睡客户", [3, 3], [1, 3], [1, 2]),
                segment("cannot_lose", "Cannot lose", "不容流失客户", [1, 2], [4, 5], [4, 5]),
                segment("at_risk", "At risk", "流失预警客户", [1, 2], [3, 5], [1, 5]),
                segment("hibernating", "Hibernating", "沉睡客户", [2, 2], [1, 2], [1, 5]),
                segment("lost", "Lost", "流失客户", [1, 1], [1, 2], [1, 5]),
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(policy: &SegmentPolicy, cell: &str) -> String {
        policy.segment(Cell::parse(cell).unwrap()).unwrap().name().to_string()
    }

    #[test]
    fn the_example_has_no_problem_and_a_segment_for_every_cell() {
        assert_eq!(SegmentPolicy::problems(&SegmentPolicy::example()), []);
        let policy = SegmentPolicy::read(&SegmentPolicy::example()).unwrap();
        assert_eq!(
            ["555", "515", "511", "155", "133", "211", "111"].map(|c| named(&policy, c)),
            ["champions", "big_tickets", "new", "cannot_lose", "at_risk", "hibernating", "lost"]
        );
        let champions = policy.segment(Cell::parse("5-5-5").unwrap()).unwrap();
        assert_eq!(champions.label(Some("zh")), Ok("核心价值客户"));
        assert!(champions.label(Some("fr")).unwrap_err().hint.unwrap().contains("en, zh"));
    }

    #[test]
    fn a_gap_a_shadow_and_a_double_name_are_problems() {
        let policy = json!({"kind": KIND, "version": 1, "bins": 2, "segments": [
            {"name": "a", "r": [2, 2]}, {"name": "a", "r": [2, 2], "f": [1, 1]}, {"name": "c"}]});
        let paths: Vec<_> = SegmentPolicy::problems(&policy).into_iter().map(|p| p.path).collect();
        assert_eq!(paths, ["segments[1]", "segments[1].name"]);
        for range in [json!([2, 1]), json!([1]), json!([1, 3]), json!([0, 1]), json!("1"), json!([1, 2, 3]), json!([1, "2"])] {
            let wrong = json!({"kind": KIND, "version": 1, "bins": 2, "segments": [{"name": "c", "m": range}]});
            let paths: Vec<_> = SegmentPolicy::problems(&wrong).into_iter().map(|p| p.path).collect();
            assert_eq!(paths, ["segments[0].m"], "{range}");
        }
        let gap = json!({"kind": KIND, "version": 1, "bins": 2, "segments": [{"name": "a", "r": [2, 2]}]});
        assert_eq!(SegmentPolicy::problems(&gap)[0].problem, "4 cell(s) have no segment, the first is 1-1-1");
        assert!(SegmentPolicy::read(&gap).unwrap_err().message.starts_with("rfm_segment_policy: segments: 4 cell(s)"));
    }

    #[test]
    fn cells_that_are_none() {
        for wrong in ["", "55", "5555", "5-5", "0-1-1", "505", "a", "5-5-5-5", "+5-5-5", "五五五"] {
            assert!(Cell::parse(wrong).is_err(), "{wrong}");
        }
        let policy = SegmentPolicy::read(&SegmentPolicy::example()).unwrap();
        assert!(policy.segment(Cell::parse("655").unwrap()).is_err());
    }

    #[test]
    fn an_explanation_shows_every_segment_and_marks_one() {
        let policy = SegmentPolicy::read(&SegmentPolicy::example()).unwrap();
        let rows = policy.explain(Cell::parse("155").unwrap()).unwrap();
        assert_eq!(rows.len(), 11);
        assert_eq!(rows.iter().filter(|(_, _, chosen)| *chosen).map(|(s, _, _)| s.name()).collect::<Vec<_>>(), ["cannot_lose"]);
        assert_eq!(rows[0].1, [false, true, true]);
    }
}
