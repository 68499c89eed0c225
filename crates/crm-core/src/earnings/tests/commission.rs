use super::{amount, day};
use crate::amount::{Amount, UNIT};
use crate::earnings::{FeeSchedule, Order, Side};
use crate::error::SqlState;
use ethnum::U256;
use proptest::prelude::*;
use serde_json::{Value, json};

fn example() -> FeeSchedule {
    FeeSchedule::read(&FeeSchedule::example()).unwrap()
}

fn order(turnover: &str, side: Side, on: &str) -> Order {
    Order { turnover: amount(turnover), side, day: day(on), rate: None, commission: None }
}

fn net(order: &Order) -> String {
    example().net_commission(order).unwrap().to_string()
}

#[test]
fn the_minimum_comes_before_netting() {
    // 10,000: by the rate 2.50, raised to 5; less 0.34 for the exchange and 0.20 for the regulator.
    assert_eq!(net(&order("10000", Side::Buy, "2024-01-02")), "4.46");
    // Stamp duty and transfer fee are not the broker's: both sides bring the same.
    assert_eq!(net(&order("10000", Side::Sell, "2024-01-02")), "4.46");
    assert_eq!(net(&order("1000000.00", Side::Sell, "2024-01-02")), "195.90");
    // At 20,000 the rate gives the minimum itself.
    assert_eq!(net(&order("20000", Side::Buy, "2024-01-02")), "3.92");
    assert_eq!(net(&order("0", Side::Buy, "2024-01-02")), "0.00");
    assert_eq!(net(&order("0.01", Side::Buy, "2024-01-02")), "5.00");
}

#[test]
fn the_day_says_what_is_in_force() {
    assert_eq!(net(&order("1000000", Side::Sell, "2023-08-28")), "195.90");
    assert_eq!(net(&order("1000000", Side::Sell, "2023-08-27")), "181.30");
    assert_eq!(net(&order("1000000", Side::Sell, "2022-04-29")), "181.30");
    let e = example().net_commission(&order("1000000", Side::Sell, "2022-04-28")).unwrap_err();
    assert_eq!(
        (e.state, e.message.as_ref()),
        (SqlState::InvalidParameter, "the day is before 2022-04-29, when the first period of the fee schedule begins")
    );
}

#[test]
fn what_was_agreed_or_charged_counts_instead() {
    let schedule = example();
    let agreed = Order { rate: Some(0.00018), ..order("1000000", Side::Buy, "2024-01-02") };
    assert_eq!(net(&agreed), "125.90");
    assert_eq!(net(&Order { turnover: amount("20000"), ..agreed }), "3.92"); // 3.60 is below the minimum
    assert_eq!(net(&Order { rate: Some(0.0), ..agreed }), "-49.10"); // 5 less 54.10
    let charged = Order { commission: Some(amount("3.6")), ..agreed };
    assert_eq!(net(&Order { turnover: amount("20000"), ..charged }), "2.52"); // no minimum, no rate
    assert_eq!(net(&Order { commission: Some(amount("0")), turnover: amount("0"), ..agreed }), "0.00");
    let items = |order: &Order| {
        schedule.explain(order, None).unwrap().into_iter().map(|p| (p.item.to_string(), p.rate, p.amount.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(items(&charged)[0], ("commission".to_string(), None, "3.6".to_string()));
    assert_eq!(items(&agreed)[0], ("commission".to_string(), Some(amount("0.00018")), "180.00".to_string()));
    let minimum = items(&order("10000", Side::Buy, "2024-01-02"));
    assert_eq!(
        minimum[..2],
        [("commission".to_string(), Some(amount("0.00025")), "2.50".to_string()), ("minimum".to_string(), None, "2.50".to_string())]
    );
}

#[test]
fn fees_round_half_up_each() {
    let schedule = |decimals: Value| {
        let charge = json!({"name": "fee", "rate": "0.5", "borne_by": "broker"});
        let periods = json!([{"from": "2020-01-01", "commission": {"rate": 0.5}, "charges": [charge]}]);
        FeeSchedule::read(&json!({"kind": "fee_schedule", "version": 1, "decimals": decimals, "periods": periods})).unwrap()
    };
    let commission = |decimals: Value, turnover: &str| {
        schedule(decimals).explain(&order(turnover, Side::Buy, "2020-01-01"), None).unwrap()[0].amount.to_string()
    };
    assert_eq!(commission(Value::Null, "0.01"), "0.01");
    assert_eq!(commission(Value::Null, "0.03"), "0.02");
    assert_eq!(commission(Value::Null, "0.009999999999"), "0.00");
    assert_eq!(commission(0.into(), "1"), "1");
    assert_eq!(commission(0.into(), "0.999999999999"), "0");
    assert_eq!(commission(12.into(), "0.000000000001"), "0.000000000001");
    assert_eq!(commission(12.into(), "1.5"), "0.750000000000");
    // Beyond 128 bits on the way.
    assert_eq!(commission(12.into(), "170141183460469231731687303.715884105727"), "85070591730234615865843651.857942052864");
    assert_eq!(commission(2.into(), "170141183460469231731687303.715884105727"), "85070591730234615865843651.86");
}

#[test]
fn what_is_collected_for_others_is_shown_and_does_not_count() {
    let schedule = example();
    let parts = schedule.explain(&order("123456.78", Side::Sell, "2024-01-02"), Some("zh")).unwrap();
    let shown: Vec<_> = parts.iter().map(|p| format!("{} {} {} {}", p.item, p.label, p.amount, p.effect)).collect();
    assert_eq!(
        shown,
        [
            "commission 佣金 30.86 30.86",
            "handling fee 经手费 4.21 -4.21",
            "regulatory fee 证管费 2.47 -2.47",
            "transfer fee 过户费 1.23 0.00",
            "stamp duty 印花税 61.73 0.00",
        ]
    );
    assert_eq!(schedule.explain(&order("1", Side::Buy, "2024-01-02"), None).unwrap().len(), 5);
    let e = schedule.explain(&order("1", Side::Buy, "2024-01-02"), Some("fr")).unwrap_err();
    assert_eq!(e.message, "\"commission\" has no label in language \"fr\"");
}

#[test]
fn what_is_wrong_is_an_error() {
    let good = order("1", Side::Buy, "2024-01-02");
    for (wrong, state, message) in [
        (Order { turnover: amount("-0.01"), ..good }, SqlState::InvalidParameter, "turnover must not be negative"),
        (Order { commission: Some(amount("-1")), ..good }, SqlState::InvalidParameter, "commission must not be negative"),
        (Order { rate: Some(1.5), ..good }, SqlState::InvalidParameter, "rate must be from 0 to 1, not 1.5"),
        (Order { rate: Some(-0.1), ..good }, SqlState::InvalidParameter, "rate must be from 0 to 1, not -0.1"),
        (Order { rate: Some(f64::NAN), ..good }, SqlState::OutOfRange, "rate is NaN"),
    ] {
        for e in [example().net_commission(&wrong).unwrap_err(), example().explain(&wrong, None).unwrap_err()] {
            assert_eq!((e.state, e.message.as_ref()), (state, message));
        }
    }
    assert_eq!(Side::parse("buy"), Ok(Side::Buy));
    assert_eq!(Side::parse("sell"), Ok(Side::Sell));
    assert!(Side::parse("S").unwrap_err().hint.unwrap().contains("'buy' and 'sell'"));
}

#[test]
fn wrong_schedules_name_the_path() {
    let paths = |schedule: Value| FeeSchedule::problems(&schedule).into_iter().map(|p| p.path).collect::<Vec<_>>().join(" ");
    let of = |periods: Value| json!({"kind": "fee_schedule", "version": 1, "periods": periods});
    let period = |from: &str, charges: Value| json!({"from": from, "commission": {"rate": 0.001}, "charges": charges});
    let charge = |name: &str, side: Value| json!({"name": name, "rate": 0.001, "side": side, "borne_by": "broker"});
    assert_eq!(paths(FeeSchedule::example()), "");
    assert_eq!(paths(of(json!([]))), "periods");
    assert_eq!(paths(of(json!([period("2020-01-01", json!([])), period("2020-01-01", json!([]))]))), "periods[1].from");
    assert_eq!(paths(of(json!([period("2020-02-30", json!([]))]))), "periods[0].from");
    assert_eq!(paths(of(json!([{}]))), "periods[0].from periods[0].commission periods[0].charges");
    let twice = |a: Value, b: Value| paths(of(json!([period("2020-01-01", json!([charge("x", a), charge("x", b)]))])));
    assert_eq!(twice("buy".into(), "sell".into()), "");
    assert_eq!(twice("buy".into(), "buy".into()), "periods[0].charges[1].name");
    assert_eq!(twice("buy".into(), Value::Null), "periods[0].charges[1].name");
    assert_eq!(twice(Value::Null, "sell".into()), "periods[0].charges[1].name");
    assert_eq!(paths(of(json!([period("2020-01-01", json!([charge("minimum", "buy".into())]))]))), "periods[0].charges[0].name");
    assert_eq!(twice("short".into(), 1.into()), "periods[0].charges[0].side periods[0].charges[1].side");
    let commission = |commission: Value| paths(of(json!([{"from": "2020-01-01", "commission": commission, "charges": []}])));
    assert_eq!(commission(json!({"rate": 0.1, "minimum": -5})), "periods[0].commission.minimum");
    assert_eq!(commission(json!({"rate": 25})), "periods[0].commission.rate");
    assert_eq!(commission(json!({"rate": "-0.1", "floor": 5})), "periods[0].commission.rate periods[0].commission.floor");
    assert_eq!(paths(json!({"kind": "fee_schedule", "version": 1, "decimals": 13, "periods": 5})), "decimals periods");
    let e = FeeSchedule::read(&of(json!([]))).unwrap_err();
    assert_eq!(e.message, "fee_schedule: periods: must not be empty");
}

proptest! {
    #[test]
    fn effects_add_up_to_the_net_commission(turnover in 0i128..i128::MAX / 2, small in 0i64..10_000_000_000, on in 8_200i32..9_000,
        sells in any::<bool>(), rate in prop::option::of(0.0..=1.0), commission in prop::option::of(0i64..1_000_000)) {
        let schedule = example();
        for turnover in [turnover, i128::from(small) * UNIT / 100] {
            let order = Order {
                turnover: Amount::new(turnover, 2),
                side: if sells { Side::Sell } else { Side::Buy },
                day: crate::Day(on),
                rate,
                commission: commission.map(|cents| Amount::new(i128::from(cents) * UNIT / 100, 2)),
            };
            let parts = schedule.explain(&order, Some("en")).unwrap();
            let sum = parts.iter().try_fold(Amount::ZERO, |sum, part| sum.checked_add(part.effect)).unwrap();
            let net = schedule.net_commission(&order).unwrap();
            prop_assert_eq!((sum.units, sum.scale), (net.units, net.scale));
            prop_assert!(parts.iter().all(|part| part.effect.units.abs() == part.amount.units || part.effect.units == 0));
        }
    }

    /// Against the definition in wide numbers.
    #[test]
    fn a_fee_is_the_product_rounded_half_up(turnover in 0i128..i128::MAX, shift in 0u32..100, rate in 0i64..=1_000_000_000_000, decimals in 0u8..=12) {
        let turnover = turnover >> shift;
        let rate_text = Amount::new(rate.into(), 0).to_string();
        let periods = json!([{"from": "2020-01-01", "commission": {"rate": rate_text}, "charges": []}]);
        let schedule = FeeSchedule::read(&json!({"kind": "fee_schedule", "version": 1, "decimals": decimals, "periods": periods})).unwrap();
        let order = Order { turnover: Amount::new(turnover, 2), ..order("0", Side::Buy, "2020-01-01") };
        let unit = U256::from(10u8).pow(12 - u32::from(decimals));
        let product = U256::from(turnover as u128) * U256::from(rate as u64);
        let divisor = U256::from(UNIT as u128) * unit;
        let expected = (product * 2 + divisor) / (divisor * 2) * unit;
        prop_assert_eq!(schedule.net_commission(&order).map(|net| U256::from(net.units as u128)).ok(), Some(expected).filter(|units| *units <= i128::MAX as u128));
    }
}
