//! One table over another, field by field.

use toml::Spanned;
use toml::de::DeValue;

/// Lays `over` on `under`: tables merge key by key at every depth, anything else in `over`
/// (lists too) takes the place of what is in `under`. Every value keeps its place in the file.
pub(crate) fn merge<'i>(
    under: Option<Spanned<DeValue<'i>>>,
    over: Option<Spanned<DeValue<'i>>>,
) -> Option<Spanned<DeValue<'i>>> {
    match (under, over) {
        (Some(under), Some(over)) => Some(merge_values(under, over)),
        (under, over) => over.or(under),
    }
}

fn merge_values<'i>(
    under: Spanned<DeValue<'i>>,
    over: Spanned<DeValue<'i>>,
) -> Spanned<DeValue<'i>> {
    let span = over.span();
    match (under.into_inner(), over.into_inner()) {
        (DeValue::Table(mut merged), DeValue::Table(over)) => {
            for (key, value) in over {
                let value = match merged.remove(&key) {
                    Some(below) => merge_values(below, value),
                    None => value,
                };
                merged.insert(key, value);
            }
            Spanned::new(span, DeValue::Table(merged))
        }
        (_, over) => Spanned::new(span, over),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Spanned<DeValue<'_>> {
        DeValue::parse(text).unwrap()
    }

    #[test]
    fn tables_merge_and_all_else_replaces() {
        for (under, over, want) in [
            ("{ a = 1, b = 2 }", "{ b = 3 }", "{ a = 1, b = 3 }"),
            ("{ t = { a = 1, b = 2 } }", "{ t = { b = 3 } }", "{ t = { a = 1, b = 3 } }"),
            ("{ list = [1, 2] }", "{ list = [3] }", "{ list = [3] }"),
            ("{ t = { a = 1 } }", "{ t = 5 }", "{ t = 5 }"),
            ("{ t = 5 }", "{ t = { a = 1 } }", "{ t = { a = 1 } }"),
            ("{}", "{ a = 1 }", "{ a = 1 }"),
        ] {
            let merged = merge(Some(value(under)), Some(value(over))).unwrap();
            let read = |value: Spanned<DeValue<'_>>| -> toml::Value {
                serde::Deserialize::deserialize(toml::de::ValueDeserializer::from(value)).unwrap()
            };
            assert_eq!(read(merged), read(value(want)), "{over} over {under}");
        }
        assert!(merge(None, None).is_none());
        assert!(merge(Some(value("{ a = 1 }")), None).is_some());
    }
}
