//! One table over another, field by field.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Lays `over` on `under`: tables merge key by key at every depth, anything else in `over`
/// (lists too) takes the place of what is in `under`. Every value keeps its place in the files.
pub(crate) fn merge_tables<'t>(mut under: DeTable<'t>, over: DeTable<'t>) -> DeTable<'t> {
    for (key, value) in over {
        let value = match under.remove(&key) {
            Some(below) => merge_values(below, value),
            None => value,
        };
        under.insert(key, value);
    }
    under
}

fn merge_values<'t>(
    under: Spanned<DeValue<'t>>,
    over: Spanned<DeValue<'t>>,
) -> Spanned<DeValue<'t>> {
    let span = over.span();
    match (under.into_inner(), over.into_inner()) {
        (DeValue::Table(under), DeValue::Table(over)) => {
            Spanned::new(span, DeValue::Table(merge_tables(under, over)))
        }
        (_, over) => Spanned::new(span, over),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table(text: &str) -> DeTable<'_> {
        DeTable::parse(text).unwrap().into_inner()
    }

    fn plain(table: DeTable<'_>) -> toml::Value {
        let value = Spanned::new(0..0, DeValue::Table(table));
        serde::Deserialize::deserialize(toml::de::ValueDeserializer::from(value)).unwrap()
    }

    #[test]
    fn tables_merge_and_all_else_replaces() {
        for (under, over, want) in [
            ("a = 1\nb = 2", "b = 3", "a = 1\nb = 3"),
            ("t = { a = 1, b = 2 }", "t = { b = 3 }", "t = { a = 1, b = 3 }"),
            ("list = [1, 2]", "list = [3]", "list = [3]"),
            ("t = { a = 1 }", "t = 5", "t = 5"),
            ("t = 5", "t = { a = 1 }", "t = { a = 1 }"),
            ("", "a = 1", "a = 1"),
            ("a = 1", "", "a = 1"),
        ] {
            let merged = merge_tables(table(under), table(over));
            assert_eq!(plain(merged), plain(table(want)), "{over} over {under}");
        }
    }

    /// A layer: under each key the same kind of value in every layer, as a schema has it.
    fn layer() -> impl Strategy<Value = String> {
        let leaf = |name: &'static str| {
            proptest::option::of(0_u8..4).prop_map(move |value| {
                value.map_or_else(String::new, |value| format!("{name} = {value}\n"))
            })
        };
        let list =
            proptest::option::of(proptest::collection::vec(0_u8..4, 0..3)).prop_map(|list| {
                list.map_or_else(String::new, |list| format!("t.u.list = {list:?}\n"))
            });
        (leaf("a"), leaf("b"), leaf("t.c"), leaf("t.u.d"), leaf("t.u.e"), list)
            .prop_map(|(a, b, c, d, e, list)| [a, b, c, d, e, list].concat())
    }

    proptest! {
        #[test]
        fn merging_is_associative(a in layer(), b in layer(), c in layer()) {
            let left = merge_tables(merge_tables(table(&a), table(&b)), table(&c));
            let right = merge_tables(table(&a), merge_tables(table(&b), table(&c)));
            prop_assert_eq!(plain(left), plain(right));
        }
    }
}
