//! A function of arguments of certain types, which takes what can be made of them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// What a function does with its arguments.
type Run = Arc<dyn Fn(&[ColumnarValue]) -> Result<ColumnarValue> + Send + Sync>;

/// A function. Moments of any precision are moments, and so are dates; numbers are whole where it
/// wants whole ones.
pub(super) fn function(
    name: &'static str,
    types: Vec<DataType>,
    returns: DataType,
    run: impl Fn(&[ColumnarValue]) -> Result<ColumnarValue> + Send + Sync + 'static,
) -> ScalarUDF {
    let signature = Signature::user_defined(Volatility::Immutable);
    ScalarUDF::new_from_impl(Typed { name, types, returns, signature, run: Arc::new(run) })
}

struct Typed {
    name: &'static str,
    types: Vec<DataType>,
    returns: DataType,
    signature: Signature,
    run: Run,
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Functions are the same where their names are.
impl PartialEq for Typed {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Typed {}

impl Hash for Typed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

/// Whether a value of one type can be had as another without a guess.
fn becomes(from: &DataType, to: &DataType) -> bool {
    match to {
        DataType::Utf8View => from.is_string() || from.is_null(),
        DataType::Timestamp(_, _) => from.is_temporal() || from.is_null(),
        DataType::Int64 => from.is_integer() || from.is_null(),
        _ => from == to,
    }
}

impl ScalarUDFImpl for Typed {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let fits = given.len() == self.types.len()
            && given.iter().zip(&self.types).all(|(from, to)| becomes(from, to));
        if fits {
            return Ok(self.types.clone());
        }
        let said = |types: &[DataType]| {
            types.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        plan_err!("{} takes {}, not {}", self.name, said(&self.types), said(given))
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.returns.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        (self.run)(&args.args)
    }
}
