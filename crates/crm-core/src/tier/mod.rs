//! Tiers as stored policy: which tier a measure reaches, which one a customer has after a history of measures, by rules with
//! hysteresis, and why.

mod distance;
mod example;
mod explain;
mod history;
mod machine;
mod measured;
mod overrides;
mod path;
mod policy;
mod rules;
mod standing;
mod state;
#[cfg(test)]
mod tests;
mod threshold;

pub use crate::period::Period;
pub use distance::{Aim, Distance, distances};
pub use example::{EXAMPLES, example};
pub use explain::{Part, explain};
pub use history::{Entry, MAX_MEASURES, TierHistory};
pub use machine::Event;
pub use overrides::{Force, Override, Overrides};
pub use path::{Position, Step, level_on, path, position};
pub use policy::{Tier, TierPolicy};
pub use rules::{Dormant, Downgrade, Gaps, Landing, NewCustomer, Rules, Several, Upgrade};
pub use standing::Standing;
pub use state::{next, state};
pub use threshold::{Condition, Threshold};
