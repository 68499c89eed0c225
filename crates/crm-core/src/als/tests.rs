use super::*;
use crate::SqlState;

#[test]
#[ignore]
fn try_online_retail() {
    let text = std::fs::read_to_string("/tmp/or.csv").unwrap();
    let (mut starts, mut columns, mut values) = (vec![0], vec![], vec![]);
    let mut items = 0;
    for line in text.lines() {
        let v: Vec<f64> = line.split(',').map(|x| x.parse().unwrap()).collect();
        while starts.len() < v[0] as usize + 1 { starts.push(columns.len()); }
        columns.push(v[1] as u32);
        values.push(v[2]);
        items = items.max(v[1] as usize + 1);
    }
    starts.push(columns.len());
    for factors in [32] {
    let o = Options { factors, iterations: 15, regularization: 0.1, alpha: 1.0, seed: 0 };
    let t = std::time::Instant::now();
    let f = fit(Sparse { starts: &starts, columns: &columns, values: &values }, items, &o, &|| ()).unwrap();
    eprintln!("{} rows {items} items {} cells {:?} {:?}", starts.len() - 1, columns.len(), t.elapsed(), f.loss);
    }
}
