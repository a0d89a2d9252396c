//! Functions that are written otherwise in DataFusion's SQL: each becomes that when the query is
//! planned.

use std::hash::{Hash, Hasher};

use arrow_schema::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::functions_aggregate::count::count;
use datafusion::functions_aggregate::first_last::first_value;
use datafusion::functions_aggregate::min_max::min;
use datafusion::logical_expr::expr::{AggregateFunction, AggregateFunctionParams};
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, Expr, ScalarFunctionArgs,
    ScalarUDF, ScalarUDFImpl, Signature, Volatility, lit, when,
};

pub(super) fn aggregates() -> Vec<AggregateUDF> {
    let signature = |arguments| Signature::any(arguments, Volatility::Immutable);
    let all = [
        // How often something is true.
        Aggregate { name: "count_if", signature: signature(1), to: count_if },
        // The x of the row with the largest or smallest y.
        Aggregate { name: "max_by", signature: signature(2), to: |its| by(its, false) },
        Aggregate { name: "min_by", signature: signature(2), to: |its| by(its, true) },
        // Any of them: here the smallest, so that it is the same one every time.
        Aggregate {
            name: "arbitrary",
            signature: signature(1),
            to: |mut its| Ok(min(its.remove(0))),
        },
    ];
    all.map(AggregateUDF::new_from_impl).into()
}

pub(super) fn scalars() -> Vec<ScalarUDF> {
    let all = [
        Scalar { name: "if", signature: Signature::any(3, Volatility::Immutable), to: if_else },
        Scalar { name: "mod", signature: Signature::any(2, Volatility::Immutable), to: modulo },
        // Nothing here fails on a value.
        Scalar {
            name: "try",
            signature: Signature::any(1, Volatility::Immutable),
            to: |mut its| Ok(its.remove(0)),
        },
    ];
    all.map(ScalarUDF::new_from_impl).into()
}

#[expect(clippy::unnecessary_wraps, reason = "a `Rewrite` may fail")]
fn by(mut arguments: Vec<Expr>, ascending: bool) -> Result<Expr> {
    let order = arguments.remove(1).sort(ascending, false);
    Ok(first_value(arguments.remove(0), vec![order]))
}

fn count_if(mut arguments: Vec<Expr>) -> Result<Expr> {
    Ok(count(when(arguments.remove(0), lit(1)).end()?))
}

fn if_else(mut arguments: Vec<Expr>) -> Result<Expr> {
    let other = arguments.remove(2);
    when(arguments.remove(0), arguments.remove(0)).otherwise(other)
}

#[expect(clippy::unnecessary_wraps, reason = "a `Rewrite` may fail")]
fn modulo(mut arguments: Vec<Expr>) -> Result<Expr> {
    Ok(arguments.remove(0) % arguments.remove(0))
}

/// Functions are the same where their names are.
macro_rules! same_by_name {
    ($($function:ident)*) => {$(
        impl PartialEq for $function {
            fn eq(&self, other: &Self) -> bool {
                self.name == other.name
            }
        }

        impl Eq for $function {}

        impl Hash for $function {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.name.hash(state);
            }
        }
    )*};
}

same_by_name! { Aggregate Scalar }

/// Writes a call otherwise.
type Rewrite = fn(Vec<Expr>) -> Result<Expr>;

#[derive(Debug)]
struct Aggregate {
    name: &'static str,
    signature: Signature,
    to: Rewrite,
}

impl AggregateUDFImpl for Aggregate {
    fn name(&self) -> &'static str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(if self.name == "count_if" { DataType::Int64 } else { arguments[0].clone() })
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        internal_err!("{} is rewritten before it runs", self.name)
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        let to = self.to;
        Some(Box::new(move |call: AggregateFunction, _: &SimplifyContext| {
            let AggregateFunctionParams { args, filter, .. } = call.params;
            match (to(args)?, filter) {
                (Expr::AggregateFunction(mut other), Some(filter)) => {
                    other.params.filter = Some(filter);
                    Ok(Expr::AggregateFunction(other))
                }
                (other, _) => Ok(other),
            }
        }))
    }
}

#[derive(Debug)]
struct Scalar {
    name: &'static str,
    signature: Signature,
    to: Rewrite,
}

impl ScalarUDFImpl for Scalar {
    fn name(&self) -> &'static str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments[usize::from(self.name == "if")].clone())
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        internal_err!("{} is rewritten before it runs", self.name)
    }

    fn simplify(&self, arguments: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        Ok(ExprSimplifyResult::Simplified((self.to)(arguments)?))
    }
}
