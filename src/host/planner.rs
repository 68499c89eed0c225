//! What the planner asks about functions that give rows: how many.

use super::{Call, Returned, Value};
use crm_core::Result;
use pgrx::{PgList, pg_sys};

/// The planner's question: the argument of a support function.
pub struct Request(*mut pg_sys::Node);

/// The answer: the node it is in, or none.
pub struct Answer(*mut pg_sys::Node);

impl<'c> Value<'c> for Request {
    fn from_datum(_call: &'c Call, datum: pg_sys::Datum, _position: usize) -> Result<Self> {
        Ok(Request(datum.cast_mut_ptr()))
    }
}

impl Returned for Answer {
    fn give(self, _call: &Call) -> Result<pg_sys::Datum> {
        Ok(self.0.into())
    }
}

impl Request {
    /// For a function that gives a row for each group its argument keeps, where the argument is an aggregate of a subquery
    /// and the aggregate's first argument is the group's key: the number of distinct keys, as the planner estimates it for
    /// `group by`. Nothing is answered where that is not so; the planner then takes the function's `rows`.
    pub fn rows_as_keys_of_aggregate(&self) -> Answer {
        // SAFETY: the planner calls support functions with a node of one of the kinds of requests, alive during the call.
        unsafe {
            if (*self.0).type_ != pg_sys::NodeTag::T_SupportRequestRows {
                return Answer(std::ptr::null_mut());
            }
            let request = self.0.cast::<pg_sys::SupportRequestRows>();
            match first_argument((*request).node).and_then(|argument| keys_of((*request).root, argument)) {
                Some(rows) => {
                    (*request).rows = rows.max(1.0);
                    Answer(self.0)
                }
                None => Answer(std::ptr::null_mut()),
            }
        }
    }

    /// For a function whose argument of type integer says how many rows there will be (k, points, periods): that number, where it
    /// is a constant in the query. Nothing is answered where it is not.
    pub fn rows_as_number(&self) -> Answer {
        // SAFETY: as above; a Const of type integer that is not NULL has its value in the datum.
        unsafe {
            if (*self.0).type_ != pg_sys::NodeTag::T_SupportRequestRows {
                return Answer(std::ptr::null_mut());
            }
            let request = self.0.cast::<pg_sys::SupportRequestRows>();
            if !is((*request).node, pg_sys::NodeTag::T_FuncExpr) {
                return Answer(std::ptr::null_mut());
            }
            let arguments = PgList::<pg_sys::Node>::from_pg((*(*request).node.cast::<pg_sys::FuncExpr>()).args);
            let number = arguments.iter_ptr().find_map(|argument| {
                let constant = argument.cast::<pg_sys::Const>();
                let number = is(argument, pg_sys::NodeTag::T_Const) && (*constant).consttype == pg_sys::INT4OID && !(*constant).constisnull;
                number.then(|| (*constant).constvalue.value() as i32)
            });
            match number {
                Some(rows) => {
                    (*request).rows = f64::from(rows.max(1));
                    Answer(self.0)
                }
                None => Answer(std::ptr::null_mut()),
            }
        }
    }
}

unsafe fn is(node: *mut pg_sys::Node, tag: pg_sys::NodeTag) -> bool {
    // SAFETY: the caller's node is null or alive.
    unsafe { !node.is_null() && (*node).type_ == tag }
}

unsafe fn first_argument(call: *mut pg_sys::Node) -> Option<*mut pg_sys::Node> {
    // SAFETY: a FuncExpr has a list of argument nodes.
    unsafe {
        if !is(call, pg_sys::NodeTag::T_FuncExpr) {
            return None;
        }
        PgList::<pg_sys::Node>::from_pg((*call.cast::<pg_sys::FuncExpr>()).args).get_ptr(0)
    }
}

/// The keys in one value of `argument`, which is a column of a subquery in FROM, or the one value of a subquery.
unsafe fn keys_of(root: *mut pg_sys::PlannerInfo, argument: *mut pg_sys::Node) -> Option<f64> {
    // SAFETY: the planner's structures are alive, and their arrays and lists are as long as they say. What a version of
    // PostgreSQL may leave unset at this stage is checked for null.
    unsafe {
        if root.is_null() {
            return None;
        }
        if is(argument, pg_sys::NodeTag::T_Var) {
            let var = argument.cast::<pg_sys::Var>();
            let relation = usize::try_from((*var).varno).ok()?;
            if (*var).varlevelsup != 0 || (*var).varattno < 1 || relation >= (*root).simple_rel_array_size as usize {
                return None;
            }
            let rel = *(*root).simple_rel_array.add(relation);
            if rel.is_null() || (*rel).subroot.is_null() {
                return None;
            }
            let keys = keys_of_column((*rel).subroot, (*var).varattno as usize - 1)?;
            // A subquery with a grouping has an aggregate for each group; the keys are those of all of them.
            return Some(keys / (*rel).rows.max(1.0));
        }
        if is(argument, pg_sys::NodeTag::T_Param) {
            let wanted = (*argument.cast::<pg_sys::Param>()).paramid;
            let plans = PgList::<pg_sys::SubPlan>::from_pg((*root).init_plans);
            let plan = plans.iter_ptr().find(|plan| {
                let set = (**plan).setParam;
                !set.is_null() && (*set).length == 1 && pg_sys::list_nth_int(set, 0) == wanted
            })?;
            let roots = PgList::<pg_sys::PlannerInfo>::from_pg((*(*root).glob).subroots);
            return keys_of_column(roots.get_ptr(usize::try_from((*plan).plan_id - 1).ok()?)?, 0);
        }
        None
    }
}

/// The distinct keys of the aggregate in a column of a planned subquery, in each group if it has groups.
unsafe fn keys_of_column(root: *mut pg_sys::PlannerInfo, column: usize) -> Option<f64> {
    // SAFETY: as above; the expression and the estimate are of the same planner root.
    unsafe {
        let targets = PgList::<pg_sys::TargetEntry>::from_pg((*(*root).parse).targetList);
        let aggregate = (*targets.get_ptr(column)?).expr.cast::<pg_sys::Node>();
        if !is(aggregate, pg_sys::NodeTag::T_Aggref) {
            return None;
        }
        let arguments = PgList::<pg_sys::TargetEntry>::from_pg((*aggregate.cast::<pg_sys::Aggref>()).args);
        let key = (*arguments.get_ptr(0)?).expr.cast::<pg_sys::Node>();
        if arguments.len() < 2 || pg_sys::contain_volatile_functions(key) {
            return None; // merges have one argument: books, not keys
        }
        // What all is joined to: since 16 outer joins are named among what they join.
        #[cfg(any(feature = "pg14", feature = "pg15"))]
        let all = (*root).all_baserels;
        #[cfg(not(any(feature = "pg14", feature = "pg15")))]
        let all = (*root).all_query_rels;
        let mut only = 0;
        let input = if all.is_null() {
            return None;
        } else if pg_sys::bms_get_singleton_member(all, &mut only) {
            *(*root).simple_rel_array.add(usize::try_from(only).ok()?)
        } else {
            pg_sys::find_join_rel(root, all)
        };
        if input.is_null() {
            return None;
        }
        let grouped = pg_sys::get_sortgrouplist_exprs((*(*root).parse).groupClause, (*(*root).parse).targetList);
        // Groups that a key decides (customer % 16) divide the keys; others (a month) may each have them all.
        let decided = pg_sys::list_difference(pg_sys::pull_var_clause(grouped.cast(), 0), pg_sys::pull_var_clause(key, 0)).is_null();
        let mut keys = PgList::<pg_sys::Node>::from_pg(if decided { std::ptr::null_mut() } else { grouped });
        keys.push(key);
        Some(pg_sys::estimate_num_groups(root, keys.into_pg(), (*input).rows, std::ptr::null_mut(), std::ptr::null_mut()))
    }
}
