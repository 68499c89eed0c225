//! The share of each segment in the profit, and what moved it; a broker's profit over his levers.

use crate::host::{Rows, cells, fixed_type, function, growing_type, transition};
use crm_core::Amount;
use crm_core::contribution::{Contribution, RevenueBridge, bridge, shift};

growing_type!(Contribution, contribution);
fixed_type!(RevenueBridge, revenue_bridge);

transition! {
    contribution_push_volume(contribution: Contribution; segment: &str, volume: Amount, amount: Amount) via push_growing {
        contribution.push(segment, Some(volume), amount)
    }
}
transition! {
    contribution_push_customer(contribution: Contribution; segment: &str, amount: Amount) via push_growing {
        contribution.push(segment, None, amount)
    }
}
transition! {
    revenue_bridge_push(summary: RevenueBridge; turnover: Amount, commission: Amount, other: Amount, cost: Amount) via push_fixed {
        summary.push(turnover, commission, other, cost)
    }
}

function! {
    contribution_share(contribution: &Contribution) -> Rows {
        let mut rows = Rows::default();
        for share in contribution.shares()? {
            let figures = share.figures;
            rows.push(cells![
                share.segment, figures.customers, share.customers, figures.volume, share.volume, figures.amount, share.amount, figures.rate()?
            ]);
        }
        Ok(rows)
    }
}

function! {
    /// No contribution in one period is a period in which there was nothing; in both, there is nothing to say.
    contribution_shift(before: Option<&Contribution>, after: Option<&Contribution>) -> Rows {
        let nothing = Contribution::default();
        let mut rows = Rows::default();
        for s in shift(before.unwrap_or(&nothing), after.unwrap_or(&nothing))? {
            let share_change = s.share_before.zip(s.share_after).map(|(before, after)| after - before);
            rows.push(cells![
                s.segment, s.before.customers, s.after.customers, s.before.amount, s.after.amount, s.share_before, s.share_after, share_change,
                s.before.rate()?, s.after.rate()?, s.change, s.volume, s.mix, s.rate
            ]);
        }
        Ok(rows)
    }
}

function! {
    revenue_levers(summary: &RevenueBridge) -> Rows {
        let levers = summary.levers()?;
        let mut rows = Rows::default();
        rows.push(cells![
            levers.customers, levers.turnover, levers.commission, levers.other, levers.cost, levers.profit, levers.turnover_per_customer,
            levers.commission_rate, levers.other_per_customer, levers.cost_per_customer
        ]);
        Ok(rows)
    }
}

function! {
    /// As contribution_shift, where one is missing.
    revenue_bridge(before: Option<&RevenueBridge>, after: Option<&RevenueBridge>) -> Rows {
        let mut rows = Rows::default();
        if before.is_none() && after.is_none() {
            return Ok(rows);
        }
        let nothing = RevenueBridge::default();
        let (start, steps) = bridge(before.unwrap_or(&nothing), after.unwrap_or(&nothing))?;
        rows.push(cells![0, "before", None::<Amount>, None::<Amount>, None::<Amount>, start]);
        for (step, number) in steps.iter().zip(1..) {
            rows.push(cells![number, step.lever, step.before, step.after, step.effect, step.running]);
        }
        Ok(rows)
    }
}
