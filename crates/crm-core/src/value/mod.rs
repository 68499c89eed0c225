//! A value score that explains itself: several measures of a customer, put on one scale under a stored score card; what the
//! measures are like over all customers; where weights come from.

mod card;
mod curve;
mod entropy;
mod perceived;
mod score;
mod standardize;
mod weights;

pub use card::ScoreCard;
pub use entropy::{EntropyWeight, entropy_weights};
pub use perceived::perceived_value;
pub use score::{Part, Scorer};
pub use standardize::{MAX_MEASURES, Measure, Names, Standardize};
pub use weights::{Comparisons, Consistency};
