//! The chart of lines: which lines of a statement are revenue and which are cost, and what is left.

use super::lines::check;
use super::{Pnl, StoredPnl};
use crate::amount::Amount;
use crate::document::{Node, Object, Problem, check_kind, read_kind, shorten};
use crate::error::{Error, Result};
use crate::exact;
use crate::label::{Label, labelled};
use crate::pause;
use ethnum::I256;
use serde_json::{Value, json};

const KIND: &str = "pnl_chart";

/// What a line is to the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What the customer brings.
    Revenue,
    /// What he costs: funds, service, fees passed on.
    Cost,
    /// What the risk of losing money on him costs.
    CreditCost,
    /// Shown and counted nowhere: what is collected for others, turnover, balances.
    Memo,
}

impl Role {
    const ALL: [(&'static str, Role); 4] =
        [("revenue", Role::Revenue), ("cost", Role::Cost), ("credit_cost", Role::CreditCost), ("memo", Role::Memo)];

    /// Its name in a chart.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// A line of the chart, or the rest.
#[derive(Clone, Debug, PartialEq)]
struct ChartLine {
    name: String,
    role: Role,
    label: Option<Label>,
}

impl ChartLine {
    fn read(node: &Node<'_>) -> Self {
        node.object(|line| {
            let name = line.text("name");
            if let (false, Err(e)) = (name.is_empty(), check(&name)) {
                line.problem("name", e.message);
            }
            ChartLine { name, role: line.choice("role", &Role::ALL).unwrap_or(Role::Memo), label: line.label("label") }
        })
    }

    fn label(&self, language: Option<&str>) -> Result<&str> {
        labelled(&self.name, self.label.as_ref(), language)
    }
}

/// What a customer brings and costs under a chart. Each has the decimals of its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The revenue.
    pub revenue: Amount,
    /// What he costs: positive where he costs something.
    pub cost: Amount,
    /// What the risk costs: positive where it costs something.
    pub credit_cost: Amount,
}

impl Figures {
    /// Revenue less cost less credit cost. An overflow is 22003.
    pub fn contribution(&self) -> Result<Amount> {
        self.revenue.checked_sub(self.cost)?.checked_sub(self.credit_cost)
    }

    /// The contribution as a part of the revenue; none where there is no revenue, or less than none.
    pub fn margin(&self) -> Result<Option<f64>> {
        let contribution = self.contribution()?;
        Ok((self.revenue > Amount::ZERO).then(|| exact::ratio(contribution.units.into(), self.revenue.units.into())))
    }
}

/// What a line does to the contribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Part<'a> {
    /// The name of the line.
    pub line: String,
    /// What it is to the result.
    pub role: Role,
    /// Its label, or that of the rest it goes into.
    pub label: &'a str,
    /// Its total as it was posted; none where the customer does not have the line.
    pub amount: Option<Amount>,
    /// What it adds to the contribution.
    pub effect: Amount,
}

/// The lines, in the order in which they are shown, and what becomes of those that are not among them.
#[derive(Clone, Debug, PartialEq)]
pub struct PnlChart {
    lines: Vec<ChartLine>,
    /// The lines in the order of their names' bytes.
    by_name: Vec<usize>,
    costs_negative: bool,
    /// What lines that the chart does not have count as; without it they are an error.
    rest: Option<ChartLine>,
}

/// The total of the lines of each role, as they were posted, in units and with the decimals it prints.
type Tally = [(I256, u8); Role::ALL.len()];

impl PnlChart {
    /// Reads a chart (22023 with the path of what is wrong).
    pub fn read(chart: &Value) -> Result<Self> {
        read_kind(KIND, 1..=1, chart, Self::from_object)
            .map_err(|e| e.hint("select * from crm.pnl_chart_check(chart) lists every problem."))
    }

    /// Number of its lines.
    pub fn lines(&self) -> usize {
        self.lines.len()
    }

    /// Every problem of a chart.
    pub fn problems(chart: &Value) -> Vec<Problem> {
        check_kind(KIND, 1..=1, chart, Self::from_object).err().unwrap_or_default()
    }

    fn from_object(object: &Object<'_>) -> Self {
        // There is no default: a wrong guess would turn every cost into a gain, and nothing would show it.
        let costs_negative = object.choice("costs", &[("negative", true), ("positive", false)]).unwrap_or(true);
        let lines = object.list("lines", ChartLine::read);
        let rest = object.optional("unknown_lines").and_then(|node| match node.value() {
            Value::String(text) if text == "error" => None,
            Value::Object(_) => Some(ChartLine::read(&node)),
            _ => {
                node.problem("must be \"error\", or an object with a name and a role");
                None
            }
        });
        let mut by_name: Vec<usize> = (0..lines.len()).collect();
        by_name.sort_by_key(|line| &lines[*line].name);
        let chart = PnlChart { lines, by_name, costs_negative, rest };
        if object.is_clean() {
            chart.check_names(object);
        }
        chart
    }

    fn check_names(&self, object: &Object<'_>) {
        if self.lines.is_empty() {
            object.problem("lines", "must not be empty");
        }
        object.unique("lines", "name", self.lines.iter().map(|line| line.name.as_str()));
        if self.rest.as_ref().is_some_and(|rest| self.find(rest.name.as_bytes(), &mut 0).is_some()) {
            object.problem_at("unknown_lines.name", "is the name of a line of the chart");
        }
    }

    /// The line of a name. `next` is the place in the order of names where it is looked for first: a statement is in this
    /// order too, and has most lines of its chart.
    #[inline]
    fn find(&self, name: &[u8], next: &mut usize) -> Option<&ChartLine> {
        let at = |place: usize| self.by_name.get(place).map(|line| &self.lines[*line]);
        if let Some(line) = at(*next).filter(|line| line.name.as_bytes() == name) {
            *next += 1;
            return Some(line);
        }
        let place = self.by_name.binary_search_by(|line| self.lines[*line].name.as_bytes().cmp(name)).ok()?;
        *next = place + 1;
        at(place)
    }

    /// What lines count as that the chart does not have (22023 where they are an error).
    fn unknown(&self, name: &[u8]) -> Result<&ChartLine> {
        self.rest.as_ref().ok_or_else(|| unknown_line(name))
    }

    fn tally<'n>(&self, statement: impl Iterator<Item = Result<(&'n [u8], Amount)>>) -> Result<Figures> {
        let mut tally = Tally::default();
        let mut next = 0;
        for line in statement {
            let (name, amount) = line?;
            let role = match self.find(name, &mut next) {
                Some(line) => line.role,
                None => self.unknown(name)?.role,
            };
            let (sum, scale) = &mut tally[role as usize];
            *sum += I256::from(amount.units);
            *scale = amount.scale.max(*scale);
        }
        let posted = |role: Role| {
            let (sum, scale) = tally[role as usize];
            Ok(Amount::new(exact::units(sum)?, scale))
        };
        let cost = |role: Role| Ok::<_, Error>(if self.costs_negative { negative(posted(role)?) } else { posted(role)? });
        Ok(Figures { revenue: posted(Role::Revenue)?, cost: cost(Role::Cost)?, credit_cost: cost(Role::CreditCost)? })
    }

    /// What a customer brings and costs. An unknown line is 22023 unless the chart says otherwise, an overflow is 22003.
    pub fn figures(&self, pnl: &Pnl) -> Result<Figures> {
        let lines: Vec<_> = pnl.iter().collect();
        self.tally(lines.iter().map(|(name, amount)| Ok((name.as_bytes(), *amount))))
    }

    /// [`PnlChart::figures`] of a statement as it is stored.
    pub fn figures_of_stored(&self, pnl: &StoredPnl<'_>) -> Result<Figures> {
        self.tally(pnl.iter())
    }

    /// What an amount on a line of a role adds to the contribution.
    fn effect(&self, role: Role, amount: Amount) -> Amount {
        match role {
            Role::Revenue => amount,
            Role::Cost | Role::CreditCost if self.costs_negative => amount,
            Role::Cost | Role::CreditCost => negative(amount),
            Role::Memo => Amount::new(0, amount.scale),
        }
    }

    /// What each line adds to the contribution, in the order of the chart, and then the lines that it does not have, in the
    /// order of their names: the effects add up to the contribution exactly. Errors: as [`PnlChart::figures`]; a language
    /// that a label lacks (22023).
    pub fn explain<'a>(&'a self, pnl: &Pnl, language: Option<&str>) -> Result<Vec<Part<'a>>> {
        let nothing = Amount::new(0, self.figures(pnl)?.contribution()?.scale);
        let part = |line: &'a ChartLine, name: &str, amount: Option<Amount>| {
            let effect = amount.map_or(nothing, |amount| self.effect(line.role, amount));
            Ok(Part { line: name.to_owned(), role: line.role, label: line.label(language)?, amount, effect })
        };
        let known = self.lines.iter().map(|line| part(line, &line.name, pnl.line_amount(&line.name)));
        let unknown = pnl
            .iter()
            .filter(|(name, _)| self.find(name.as_bytes(), &mut 0).is_none())
            .map(|(name, amount)| part(self.unknown(name.as_bytes())?, &name, Some(amount)));
        pause::collect(known.chain(unknown))
    }

    /// A worked example: a broker's chart in English and Chinese.
    pub fn example() -> Value {
        let line = |name: &str, role: Role, en: &str, zh: &str| json!({"name": name, "role": role.name(), "label": {"en": en, "zh": zh}});
        json!({
            "kind": KIND,
            "version": 1,
            "name": "retail broker, monthly result by client",
            "note": "all amounts are posted as positive; what is collected for others is shown and not counted",
            "costs": "positive",
            "lines": [
                line("commission", Role::Revenue, "Commission, net", "净佣金"),
                line("margin_interest", Role::Revenue, "Margin interest", "融资融券利息"),
                line("cash_spread", Role::Revenue, "Spread on client cash", "客户保证金利差"),
                line("trail_fee", Role::Revenue, "Trail fees on funds", "基金尾随佣金"),
                line("product_fee", Role::Revenue, "Product sales", "产品销售收入"),
                line("cost_of_funds", Role::Cost, "Cost of funds", "资金成本"),
                line("cost_to_serve", Role::Cost, "Cost to serve", "服务成本"),
                line("expected_loss", Role::CreditCost, "Expected credit loss", "预期信用损失"),
                line("stamp_duty", Role::Memo, "Stamp duty, collected for the state", "代收印花税"),
                line("turnover", Role::Memo, "Turnover", "成交额"),
            ],
            "unknown_lines": "error",
        })
    }
}

fn negative(amount: Amount) -> Amount {
    // The range of amounts is symmetric.
    Amount::new(amount.units.saturating_neg(), amount.scale)
}

#[cold]
fn unknown_line(name: &[u8]) -> Error {
    Error::parameter(format!("{KIND}: the line \"{}\" is not in the chart", shorten(&String::from_utf8_lossy(name))))
        .hint("Add it to \"lines\" with its role, or say in \"unknown_lines\" what such lines count as.")
}
