//! A gate that compares: the comparisons a product must stand to be offered.

use crate::condition::{Comparison, Datum, Outcome, Vocabulary};
use crate::document::Object;
use crate::error::Result;
use crate::label::Label;
use serde_json::Value;

/// What a missing attribute does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Absent {
    /// The product is excluded.
    Exclude,
    /// The product passes the gate.
    Pass,
    /// In a condition: the gate applies.
    Apply,
}

const OF_TEST: [(&str, Absent); 2] = [("exclude", Absent::Exclude), ("pass", Absent::Pass)];
const OF_CONDITION: [(&str, Absent); 3] = [("exclude", Absent::Exclude), ("pass", Absent::Pass), ("apply", Absent::Apply)];

/// A comparison every product must stand, at least when a condition holds.
#[derive(Clone, Debug)]
pub(in crate::matching) struct Gate {
    /// Its name, in reasons.
    pub id: String,
    /// What must hold.
    pub test: Comparison,
    missing: Absent,
    /// When.
    pub when: Option<Comparison>,
    when_missing: Absent,
    /// What to tell whoever asks why not.
    pub reason: Option<Label>,
}

/// The two operands of a gate's comparisons that one side, the product or the client, has to give.
#[derive(Clone, Debug, Default)]
pub(in crate::matching) struct Operands<'a> {
    pub test: Datum<'a>,
    pub when: Datum<'a>,
}

/// What a gate says of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::matching) enum Ruling {
    /// The comparison holds, or an attribute is missing and may be.
    Passes,
    /// The condition does not hold.
    DoesNotApply,
    /// No.
    Excluded(Ground),
}

/// Why a gate says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::matching) enum Ground {
    /// The comparison fails.
    Comparison,
    /// An attribute is missing, of the comparison or of the condition.
    Missing,
    /// The two do not compare.
    Incomparable,
}

impl Ground {
    /// Its name in reasons.
    pub(in crate::matching) fn name(self) -> &'static str {
        match self {
            Ground::Comparison => "comparison",
            Ground::Missing => "missing",
            Ground::Incomparable => "incomparable",
        }
    }
}

impl Gate {
    /// Reads a gate.
    pub(in crate::matching) fn from_object(object: &Object<'_>, vocabulary: &Vocabulary<'_>) -> Self {
        let absent =
            |object: &Object<'_>, choices| object.optional("missing").and_then(|node| node.choice(choices)).unwrap_or(Absent::Exclude);
        let (id, test, missing) = (object.text("id"), Comparison::from_object(object, vocabulary), absent(object, &OF_TEST));
        let when = object.optional("when");
        let when = when.map(|node| node.object(|when| (Comparison::from_object(when, vocabulary), absent(when, &OF_CONDITION))));
        Gate {
            id,
            test,
            missing,
            when_missing: when.as_ref().map_or(Absent::Exclude, |(_, missing)| *missing),
            when: when.map(|(when, _)| when),
            reason: object.label("reason"),
        }
    }

    /// Its comparisons.
    pub(in crate::matching) fn comparisons(&self) -> impl Iterator<Item = &Comparison> {
        std::iter::once(&self.test).chain(&self.when)
    }

    /// What the client gives to its comparisons.
    pub(in crate::matching) fn operands<'a>(&self, client: &'a Value) -> Result<Operands<'a>> {
        let when = self.when.as_ref().map_or(Ok(Datum::Missing), |when| when.of_client(client))?;
        Ok(Operands { test: self.test.of_client(client)?, when })
    }

    /// What it says of a product to a client.
    pub(in crate::matching) fn ruling(&self, product: &Operands<'_>, client: &Operands<'_>) -> Ruling {
        if let Some(when) = &self.when {
            match (when.outcome(&product.when, &client.when), self.when_missing) {
                (Outcome::Holds, _) | (Outcome::Missing, Absent::Apply) => {}
                (Outcome::Fails, _) | (Outcome::Missing, Absent::Pass) => return Ruling::DoesNotApply,
                (Outcome::Missing, Absent::Exclude) => return Ruling::Excluded(Ground::Missing),
                (Outcome::Incomparable, _) => return Ruling::Excluded(Ground::Incomparable),
            }
        }
        match (self.test.outcome(&product.test, &client.test), self.missing) {
            (Outcome::Holds, _) | (Outcome::Missing, Absent::Pass) => Ruling::Passes,
            (Outcome::Fails, _) => Ruling::Excluded(Ground::Comparison),
            (Outcome::Missing, _) => Ruling::Excluded(Ground::Missing),
            (Outcome::Incomparable, _) => Ruling::Excluded(Ground::Incomparable),
        }
    }
}
