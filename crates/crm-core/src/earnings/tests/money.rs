use super::{amount, day};
use crate::amount::{Amount, UNIT, div_half_even};
use crate::earnings::decimals::{Exact, rate, share};
use crate::earnings::{Fraction, RiskAdjusted, cash_spread, expected_loss, ftp_margin, margin_spread, trail_fee};
use crate::error::SqlState;
use crate::exact::ratio;
use ethnum::I256;
use proptest::prelude::*;

fn year(days: i64, basis: i64) -> Fraction {
    Fraction { days, basis }
}

fn anchor() -> RiskAdjusted {
    let whole = year(360, 360);
    let margin = ftp_margin("loan", amount("1000000.00"), 0.0525, 0.0310, whole).unwrap();
    let loss = expected_loss(0.01, 0.45, amount("1000000")).unwrap();
    let capital = amount("80000");
    RiskAdjusted {
        margin,
        fees: amount("4000"),
        operating_cost: amount("6000"),
        expected_loss: loss,
        economic_capital: capital,
        tax_rate: 0.25,
        capital_benefit: cash_spread(capital, 0.0310, 0.0, whole).unwrap(),
    }
}

#[test]
fn the_return_on_capital_is_that_of_the_anchor() {
    let earned = anchor();
    assert_eq!((earned.margin.to_string(), earned.expected_loss.to_string()), ("21500.00".into(), "4500".into()));
    assert_eq!(earned.raroc().unwrap(), Some(0.163875));
    assert_eq!(earned.eva(0.12).unwrap().to_string(), "3510.00");
    let nothing = Amount::ZERO;
    let without = RiskAdjusted { capital_benefit: nothing, tax_rate: 0.0, ..earned };
    assert_eq!(without.raroc().unwrap(), Some(0.1875));
    let unfunded = RiskAdjusted { economic_capital: nothing, ..without };
    assert_eq!((unfunded.raroc().unwrap(), unfunded.eva(0.12).unwrap()), (None, amount("15000")));
    let loss = RiskAdjusted { margin: amount("-21500"), ..earned };
    assert_eq!(loss.raroc().unwrap(), Some(-0.23925));
}

#[test]
fn amounts_print_no_more_decimals_than_they_need() {
    let quarter = Fraction::of(day("2026-01-01"), day("2026-04-01"), "act/360").unwrap();
    let spread = |balance, client, funding| margin_spread(amount(balance), client, funding, quarter).unwrap().to_string();
    assert_eq!(spread("1000000.00", 0.0835, 0.0235), "15000.00");
    assert_eq!(spread("1000000", 0.0835, 0.0235), "15000");
    assert_eq!(spread("100.00", 0.07, 0.0), "1.75");
    assert_eq!(spread("100", 0.07, 0.0), "1.75");
    assert_eq!(spread("0.00", 0.07, 0.0), "0.00");
    assert_eq!(spread("-1000.00", 0.07, 0.02), "-12.50");
    let day = year(1, 360);
    assert_eq!(margin_spread(amount("1000000.00"), 0.0835, 0.0235, day).unwrap().to_string(), "166.666666666667");
    assert_eq!(cash_spread(amount("1000000.00"), 0.0175, 0.002, day).unwrap().to_string(), "43.055555555556");
    assert_eq!(
        trail_fee(amount("1200.5"), amount("1.2345"), 0.0075, 0.6, year(365, 365)).unwrap().to_string(),
        "6.66907762500".trim_end_matches('0')
    );
    assert_eq!(ftp_margin("deposit", amount("200000.00"), 0.005, 0.021, year(360, 360)).unwrap().to_string(), "3200.00");
    assert_eq!(expected_loss(0.02, 0.45, amount("1234.56")).unwrap().to_string(), "11.11104");
}

#[test]
fn rounding_is_half_to_even_at_the_twelfth_decimal() {
    let half = year(1, 2);
    for (units, rounded) in [(1, 0), (3, 2), (5, 2), (7, 4), (-1, 0), (-3, -2), (-5, -2), (2, 1)] {
        assert_eq!(cash_spread(Amount::new(units, 0), 1.0, 0.0, half).unwrap().units, rounded, "{units}");
    }
}

#[test]
fn results_end_where_amounts_end() {
    let largest = Amount::new(i128::MAX, 0);
    assert_eq!(margin_spread(largest, 1.5, 0.5, year(360, 360)).unwrap(), largest);
    assert_eq!(margin_spread(largest, 0.5, 1.5, year(360, 360)).unwrap().units, -i128::MAX);
    for e in [
        margin_spread(largest, 1.5, 0.0, year(360, 360)).unwrap_err(),
        margin_spread(largest, 1e26, -1e26, year(360, 360)).unwrap_err(),
        trail_fee(largest, largest, 1.0, 1.0, year(1, 365)).unwrap_err(),
        RiskAdjusted { margin: largest, fees: largest, tax_rate: 0.0, ..anchor() }.eva(0.0).unwrap_err(),
    ] {
        assert_eq!(e.state, SqlState::OutOfRange, "{e}");
    }
    // What does not end there is no error on the way: ten million units of 10^14 at a rate of 10^-12.
    assert_eq!(trail_fee(amount("1e7"), amount("1e14"), 1e-12, 1.0, year(1, 1)).unwrap(), amount("1e9"));
    assert_eq!(
        RiskAdjusted { margin: largest, fees: largest, economic_capital: largest, tax_rate: 0.0, ..anchor() }.raroc(),
        Ok(Some(2.0))
    );
}

#[test]
fn what_is_wrong_names_the_argument() {
    let day = year(1, 360);
    let money = amount("100.00");
    for (e, message) in [
        (margin_spread(money, f64::NAN, 0.0, day), "client_rate is NaN"),
        (margin_spread(money, 0.0, f64::INFINITY, day), "funding_rate is infinite or out of range"),
        (cash_spread(money, f64::NEG_INFINITY, 0.0, day), "earned_rate is infinite or out of range"),
        (cash_spread(money, 0.0, 1e300, day), "paid_rate is infinite or out of range"),
        (ftp_margin("loan", money, f64::NAN, 0.0, day), "client_rate is NaN"),
        (ftp_margin("loan", money, 0.0, f64::NAN, day), "ftp_rate is NaN"),
        (trail_fee(money, money, f64::NAN, 0.5, day), "rate is NaN"),
        (trail_fee(money, money, 0.01, f64::NAN, day), "share is NaN"),
        (expected_loss(f64::NAN, 0.4, money), "pd is NaN"),
        (anchor().eva(f64::NAN), "hurdle_rate is NaN"),
        (RiskAdjusted { tax_rate: f64::NAN, ..anchor() }.eva(0.1), "tax_rate is NaN"),
    ] {
        let e = e.unwrap_err();
        assert_eq!((e.state, e.message.as_ref()), (SqlState::OutOfRange, message));
    }
    for (e, message) in [
        (ftp_margin("Loan", money, 0.05, 0.03, day), "the side \"Loan\" is not known"),
        (trail_fee(money, money, 0.01, 60.0, day), "share must be from 0 to 1, not 60"),
        (expected_loss(1.01, 0.4, money), "pd must be from 0 to 1, not 1.01"),
        (expected_loss(0.01, -0.4, money), "lgd must be from 0 to 1, not -0.4"),
        (expected_loss(0.01, 0.4, amount("-1")), "ead must not be negative"),
        (RiskAdjusted { tax_rate: 25.0, ..anchor() }.eva(0.1), "tax_rate must be from 0 to 1, not 25"),
        (RiskAdjusted { operating_cost: amount("-6000"), ..anchor() }.eva(0.1), "operating_cost must not be negative"),
        (RiskAdjusted { expected_loss: amount("-1"), ..anchor() }.eva(0.1), "expected_loss must not be negative"),
        (RiskAdjusted { economic_capital: amount("-1"), ..anchor() }.eva(0.1), "economic_capital must not be negative"),
    ] {
        let e = e.unwrap_err();
        assert_eq!((e.state, e.message.as_ref()), (SqlState::InvalidParameter, message));
    }
}

/// A position of a bank: whether it is a loan, its balance in cents and the client's rate in hundredths of a percent.
type Position = (bool, i64, i32);

fn positions() -> impl Strategy<Value = Vec<Position>> {
    prop::collection::vec((any::<bool>(), 0i64..1_000_000_000_000, -200i32..3_000), 0..40)
}

proptest! {
    /// The margins of all clients and the result of the treasury centre, which lends to the loans and borrows from the deposits
    /// at transfer prices, are the bank's net interest income: exactly, since amounts in cents at rates of 10^-4 over days that
    /// are a multiple of nine have no more than twelve decimals.
    #[test]
    fn transfer_prices_only_move_net_interest_income(positions in positions(), price in -100i32..1_000, spread in 0i32..100, ninths in 0i64..80) {
        let (span, bp) = (year(9 * ninths, 360), |rate: i32| f64::from(rate) / 10_000.0);
        let mut customers = Amount::ZERO;
        let mut treasury = Amount::ZERO;
        let mut income = Amount::ZERO;
        for (is_loan, cents, client) in positions {
            let balance = Amount::new(i128::from(cents) * UNIT / 100, 2);
            // Loans and deposits of other terms have other prices.
            let ftp = bp(if is_loan { price + spread } else { price });
            let (side, sign) = if is_loan { ("loan", 1) } else { ("deposit", -1) };
            let signed = Amount::new(sign * balance.units, 2);
            customers = customers.checked_add(ftp_margin(side, balance, bp(client), ftp, span).unwrap()).unwrap();
            treasury = treasury.checked_add(cash_spread(signed, ftp, 0.0, span).unwrap()).unwrap();
            income = income.checked_add(cash_spread(signed, bp(client), 0.0, span).unwrap()).unwrap();
        }
        prop_assert_eq!(customers.checked_add(treasury).unwrap(), income);
    }

    #[test]
    fn a_rate_is_the_decimal_it_prints_as(any in any::<f64>(), units in -2_000_000_000_000_000i64..2_000_000_000_000_000, decimals in 0i32..14, ulps in -2i64..=2) {
        let typed = units as f64 / 10f64.powi(decimals);
        let near = f64::from_bits((typed.to_bits() as i64 + ulps) as u64);
        for value in [any, typed, near, typed / 1e6] {
            let printed = Amount::from_f64_as_printed(value).map(|amount| amount.units).map_err(|e| e.state);
            prop_assert_eq!(rate("rate", value).map_err(|e| e.state), printed, "{}", value);
            prop_assert_eq!(share("share", value).ok(), printed.ok().filter(|units| (0..=UNIT).contains(units)));
        }
    }

    #[test]
    fn interest_is_the_exact_product_rounded_once(balance in any::<i64>(), earned in -1_000_000i32..1_000_000, paid in -1_000_000i32..1_000_000, days in 0i64..4_000) {
        // In a 128-bit integer: 2^63 · 2^21 · 2^12 · 10^6 < 2^127.
        let product = i128::from(balance) * i128::from(earned - paid) * i128::from(days);
        let of = |rate: i32| f64::from(rate) / 1e6;
        let interest = margin_spread(Amount::new(balance.into(), 2), of(earned), of(paid), year(days, 360)).unwrap();
        prop_assert_eq!(interest.units, div_half_even(product, 1_000_000 * 360));
        let reversed = margin_spread(Amount::new(balance.into(), 2), of(paid), of(earned), year(days, 360)).unwrap();
        prop_assert_eq!(reversed.units, -interest.units);
    }

    #[test]
    fn wide_numbers_round_like_narrow_ones(value in any::<i128>(), divisor in 1i128..i128::MAX / 4, by in 1i128..1 << 60) {
        let narrow = Exact { numerator: value.into(), divisor: divisor.into() }.rounded(0);
        let wide = Exact { numerator: I256::from(value) * I256::from(by), divisor: I256::from(divisor) * I256::from(by) }.rounded(0);
        prop_assert_eq!(&narrow, &wide);
        prop_assume!(value != i128::MIN);
        prop_assert_eq!(narrow.unwrap().units, div_half_even(value, divisor));
    }

    #[test]
    fn a_quotient_is_the_nearest_float8(n in any::<u64>(), d in 1u64..1 << 53, shift in 0u32..120, by in 1i128..1 << 60, whole in any::<i128>()) {
        let (n, d) = (n >> 11, d);
        prop_assert_eq!(ratio(I256::from(n), I256::from(d)), n as f64 / d as f64);
        let (wide, by) = (ratio(I256::from(n) * I256::from(by), I256::from(d) * I256::from(by)), by as f64);
        prop_assert_eq!(wide, n as f64 / d as f64, "{}", by);
        // A division by a power of two is exact, so the conversion is the only rounding.
        prop_assert_eq!(ratio(I256::from(whole), I256::ONE << shift), whole as f64 / 2f64.powi(shift as i32));
    }
}
