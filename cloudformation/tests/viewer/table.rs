//! The function's table of options against the core's.

use edge_resizer::recipe::options;
use rquickjs::{Context, Module, Runtime};

use crate::engine::CLOUDFRONT;

/// The options that the function does not read, and what becomes of a URL with one.
const HANDED_OVER: [&str; 11] = [
    "trim.top",
    "trim.right",
    "trim.bottom",
    "trim.left",
    "trim.width",
    "trim.height",
    "border.color",
    "border.width",
    "border.top",
    "border.right",
    "border.bottom",
];
/// Of no effect, so that they are to the function what it does not know.
const IGNORED: [&str; 1] = ["upscale"];

#[test]
fn every_option_is_read_or_known_not_to_be() {
    let names = evaluate("Object.keys(OPTIONS).join(' ')");
    let want: Vec<_> = options()
        .iter()
        .filter(|row| row.is_supported() && row.name != "preset" && row.name != "border.left")
        .map(|row| row.name)
        .filter(|name| !HANDED_OVER.contains(name) && !IGNORED.contains(name))
        .collect();
    assert_eq!(names.split(' ').collect::<Vec<_>>(), want);
}

#[test]
fn aliases_are_those_of_the_core() {
    let aliases =
        evaluate("Object.keys(ALIASES).map((name) => ALIASES[name] + '=' + name).sort().join(' ')");
    let mut want: Vec<_> = options()
        .iter()
        .filter(|row| row.is_supported())
        .filter_map(|row| Some(format!("{}={}", row.name, row.alias?)))
        .collect();
    want.sort();
    assert_eq!(aliases.split(' ').collect::<Vec<_>>(), want);
}

/// An expression over the tables of the source, which the minified code no longer names.
fn evaluate(expression: &str) -> String {
    let common = include_str!("../../functions/common.js");
    let source = include_str!("../../functions/pictures.js");
    let source = format!("{common}{source}\nglobalThis.result = {expression};");
    let runtime = Runtime::new().unwrap();
    let context = Context::full(&runtime).unwrap();
    context.with(|ctx| {
        Module::declare(ctx.clone(), "cloudfront", CLOUDFRONT).unwrap();
        Module::declare(ctx.clone(), "crypto", "export default {}").unwrap();
        Module::evaluate(ctx.clone(), "viewer", source).unwrap();
        ctx.globals().get("result").unwrap()
    })
}
