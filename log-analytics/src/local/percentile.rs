//! `approx_percentile(x, p)` and `approx_percentile(x, ARRAY[p, …])` as Trino has them, over
//! [`Sketch`].

use std::hash::Hash;
use std::mem;
use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, ListBuilder, PrimitiveBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::arrow::compute::cast;
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};
use datafusion::physical_plan::expressions::Literal;

use super::sketch::Sketch;

/// The function.
pub(super) fn approx_percentile() -> AggregateUDF {
    let signature = Signature::user_defined(Volatility::Immutable);
    AggregateUDF::new_from_impl(ApproxPercentile { signature })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ApproxPercentile {
    signature: Signature,
}

/// What the function was asked for.
#[derive(Clone, Debug)]
struct Asked {
    shares: Vec<f64>,
    is_list: bool,
    is_whole: bool,
}

impl AggregateUDFImpl for ApproxPercentile {
    fn name(&self) -> &'static str {
        "approx_percentile"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let [value, share] = arguments else {
            return plan_err!(
                "approx_percentile takes a number and a share or an array of shares; weights and \
                 accuracies are not supported"
            );
        };
        let value = if value.is_integer() { DataType::Int64 } else { DataType::Float64 };
        let share = match share {
            DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(_, _) => {
                DataType::new_list(DataType::Float64, true)
            }
            _ => DataType::Float64,
        };
        Ok(vec![value, share])
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        let value = arguments[0].clone();
        let is_list = matches!(arguments[1], DataType::List(_));
        Ok(if is_list { DataType::new_list(value, true) } else { value })
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let name = format!("{}[sketch]", args.name);
        Ok(vec![Arc::new(Field::new(name, DataType::Binary, true))])
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(One { asked: Asked::of(&args)?, sketch: Sketch::default() }))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Many { asked: Asked::of(&args)?, sketches: Vec::new() }))
    }
}

impl Asked {
    fn of(args: &AccumulatorArgs<'_>) -> Result<Self> {
        let Some(literal) = args.exprs.get(1).and_then(|it| it.downcast_ref::<Literal>()) else {
            return plan_err!("the share of approx_percentile has to be a constant");
        };
        let (shares, is_list) = match literal.value() {
            ScalarValue::Float64(Some(share)) => (vec![*share], false),
            ScalarValue::List(list) => {
                let values = list.value(0);
                let values = values.as_primitive::<Float64Type>();
                (values.iter().flatten().collect(), true)
            }
            other => return plan_err!("{other} is no share from 0 to 1"),
        };
        if let Some(share) = shares.iter().find(|share| !(0.0..=1.0).contains(*share)) {
            return plan_err!("{share} is no share from 0 to 1");
        }
        let is_whole = args.exprs[0].data_type(args.schema)? == DataType::Int64;
        Ok(Self { shares, is_list, is_whole })
    }

    fn answers(&self, sketches: &mut [Sketch]) -> ArrayRef {
        if self.is_whole {
            #[expect(clippy::cast_possible_truncation, reason = "every number was an integer")]
            self.answers_as::<Int64Type>(sketches, |number| number as i64)
        } else {
            self.answers_as::<Float64Type>(sketches, |number| number)
        }
    }

    fn answers_as<T: ArrowPrimitiveType>(
        &self,
        sketches: &mut [Sketch],
        of: impl Fn(f64) -> T::Native,
    ) -> ArrayRef {
        if !self.is_list {
            let mut out = PrimitiveBuilder::<T>::with_capacity(sketches.len());
            for sketch in sketches {
                out.append_option(sketch.percentile(self.shares[0]).map(&of));
            }
            return Arc::new(out.finish());
        }
        let mut out = ListBuilder::new(PrimitiveBuilder::<T>::new());
        for sketch in sketches {
            let found: Option<Vec<f64>> =
                self.shares.iter().map(|&share| sketch.percentile(share)).collect();
            for number in found.iter().flatten() {
                out.values().append_value(of(*number));
            }
            out.append(found.is_some());
        }
        Arc::new(out.finish())
    }
}

/// The values as doubles.
fn doubles(values: &ArrayRef) -> Result<Float64Array> {
    Ok(cast(values, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
}

/// Without groups.
#[derive(Debug)]
struct One {
    asked: Asked,
    sketch: Sketch,
}

impl Accumulator for One {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        doubles(&values[0])?.iter().flatten().for_each(|number| self.sketch.add(number));
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let sketch = self.sketch.clone();
        ScalarValue::try_from_array(&self.asked.answers(&mut [sketch]), 0)
    }

    fn size(&self) -> usize {
        self.sketch.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Binary(Some(self.sketch.write_bytes()))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let states = states[0].as_binary::<i32>();
        states.iter().flatten().for_each(|bytes| self.sketch.merge(Sketch::of_bytes(bytes)));
        Ok(())
    }
}

/// A sketch for each group.
#[derive(Debug)]
struct Many {
    asked: Asked,
    sketches: Vec<Sketch>,
}

impl Many {
    fn take(&mut self, emit_to: EmitTo) -> Vec<Sketch> {
        match emit_to {
            EmitTo::All => mem::take(&mut self.sketches),
            EmitTo::First(count) => self.sketches.drain(..count).collect(),
        }
    }
}

impl GroupsAccumulator for Many {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        count: usize,
    ) -> Result<()> {
        self.sketches.resize_with(count, Sketch::default);
        let numbers = doubles(&values[0])?;
        for (row, (&group, number)) in groups.iter().zip(numbers.iter()).enumerate() {
            let is_wanted = filter.is_none_or(|it| it.is_valid(row) && it.value(row));
            if let Some(number) = number.filter(|_| is_wanted) {
                self.sketches[group].add(number);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let mut sketches = self.take(emit_to);
        Ok(self.asked.answers(&mut sketches))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let mut out = BinaryBuilder::new();
        for mut sketch in self.take(emit_to) {
            out.append_value(sketch.write_bytes());
        }
        Ok(vec![Arc::new(out.finish())])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], count: usize) -> Result<()> {
        self.sketches.resize_with(count, Sketch::default);
        let states = values[0].as_binary::<i32>();
        for (&group, bytes) in groups.iter().zip(states.iter()) {
            if let Some(bytes) = bytes {
                self.sketches[group].merge(Sketch::of_bytes(bytes));
            }
        }
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let numbers = doubles(&values[0])?;
        if filter.is_some_and(|it| it.len() != numbers.len()) {
            return exec_err!("a filter of another length");
        }
        let mut out = BinaryBuilder::new();
        for (row, number) in numbers.iter().enumerate() {
            let is_wanted = filter.is_none_or(|it| it.is_valid(row) && it.value(row));
            let mut sketch = Sketch::default();
            if let Some(number) = number.filter(|_| is_wanted) {
                sketch.add(number);
            }
            out.append_value(sketch.write_bytes());
        }
        Ok(vec![Arc::new(out.finish())])
    }

    fn size(&self) -> usize {
        let unused = self.sketches.capacity() - self.sketches.len();
        let used: usize = self.sketches.iter().map(Sketch::size).sum();
        used + unused * size_of::<Sketch>()
    }
}
