//! Parameters and histories at which other libraries give NaN, infinities or wrong numbers.

use super::{golden, near, number};
use crate::clv::bgnbd::{Bg, Dropout};
use crate::clv::histories::Pattern;
use crate::clv::pareto::Pareto;

#[test]
fn stress_points() {
    let Some(points) = golden("btyd_stress_points.json") else { return };
    let points = points.as_array().unwrap();
    assert_eq!(points.len(), 153);
    for point in points {
        let p: Vec<f64> = point["params"].as_array().unwrap().iter().map(number).collect();
        let history = Pattern { x: number(&point["x"]), t_x: number(&point["t_x"]), t: number(&point["T"]), count: 1.0 };
        let dropout = match point["model"].as_str().unwrap() {
            "bg_nbd" => Some(Dropout::AfterRepeat),
            "mbg_nbd" => Some(Dropout::AfterAny),
            _ => None,
        };
        let (ll, alive, purchases) = match dropout {
            Some(dropout) => {
                let model = Bg { dropout, r: p[0], alpha: p[1], a: p[2], b: p[3] };
                (model.log_likelihood(history), model.alive(history), model.purchases(history, 52.0))
            }
            None => {
                let model = Pareto { r: p[0], alpha: p[1], s: p[2], beta: p[3] };
                (model.log_likelihood(history), model.alive(history), model.purchases(history, 52.0))
            }
        };
        let name = format!("{} {:?} {history:?}", point["model"], point["params"]);
        assert!((ll - number(&point["ll"])).abs() <= 1e-11 * ll.abs().max(1.0), "ll {name}: {ll}");
        near(&format!("p_alive {name}"), alive, number(&point["p_alive"]), 1e-9);
        near(&format!("cet {name}"), purchases, number(&point["cet52"]), 1e-9);
    }
}
