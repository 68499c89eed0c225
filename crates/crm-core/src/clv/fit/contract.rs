//! The fit of the shifted beta-geometric model: how long contracts last.

use super::{Away, Fit, Stages, check_regularisation, search};
use crate::calendar::Day;
use crate::clv::histories::Histories;
use crate::clv::maximize::Region;
use crate::clv::model::{Kind, document};
use crate::clv::sbg::{Renewals, SbgLikelihood};
use crate::clv::unit::Unit;
use crate::error::Result;
use crate::rfm::RfmSample;
use serde_json::Value;

const NAMES: &[&str; 2] = &["alpha", "beta"];

/// Fits the model to a sample as of a day, with a renewal date at the end of every unit, and returns the model.
///
/// `precision` is that of log-normal priors around 1; 0 for none. Errors: 22023 as of [`Histories::new`] and for a precision
/// that is negative or not finite; 54000 for customers of more than 100,000 units.
pub fn fit_sbg(sample: &RfmSample, as_of: Day, unit: Unit, precision: f64) -> Result<Value> {
    check_regularisation(precision)?;
    let histories = Histories::new(sample, as_of, Some(unit))?;
    let fit = fit(&Renewals::of_histories(&histories)?, precision);
    Ok(document(Kind::Sbg, Some(unit), Some(as_of), &fit))
}

/// Fits the model to one cohort: customers at the start, after the first renewal date, and so on. The unit is whatever lies
/// between the dates.
///
/// Errors: of [`Renewals::of_cohort`]; a precision that is negative or not finite (22023).
pub fn fit_surviving(surviving: &[f64], precision: f64) -> Result<Value> {
    check_regularisation(precision)?;
    let fit = fit(&Renewals::of_cohort(surviving)?, precision);
    Ok(document(Kind::Sbg, None, None, &fit))
}

fn fit(renewals: &Renewals, precision: f64) -> Fit {
    let (customers, lost) = (renewals.customers(), renewals.lost());
    let nothing = if renewals.renewals() == 0.0 && lost == 0.0 {
        Some(("no_renewal_dates", "no customer has had a renewal date yet"))
    } else if lost == 0.0 {
        Some(("nobody_left", "nobody has left: the likelihood is highest where nobody ever does; wait for longer histories"))
    } else if renewals.renewals() == 0.0 {
        Some(("all_left", "everybody left at the first renewal date: the likelihood is highest where everybody does"))
    } else {
        None
    };
    let fit = match nothing {
        Some(why) => Fit::nothing(NAMES, why),
        None => {
            let likelihood = SbgLikelihood::new(renewals);
            let region = Region { low: [-40.0; 2], high: [25.0; 2], centre: [0.0; 2], precision };
            // Shapes at the mean rate of leaving.
            let odds = renewals.renewals() / lost;
            let starts = [0.3, 1.0, 5.0].map(|alpha| [alpha, alpha * odds]);
            let found = search(&Stages { thin: &likelihood, sparse: &likelihood, all: &likelihood }, &region, &starts);
            let mut fit = Fit::of(NAMES, &found, [1.0; 2]);
            match fit.run_away(0, 1) {
                Some(Away::Infinite) => fit.limit(0, 1, "same_dropout", "all customers seem to be equally likely to leave"),
                Some(Away::Zero) => fit.limit(0, 1, "all_or_none", "some customers seem to leave at the first date and the others never"),
                None => {}
            }
            fit
        }
    };
    fit.counted(customers, customers - renewals.lost_at_once(), renewals.distinct(), precision)
}
