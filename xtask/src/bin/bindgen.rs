//! `bindgen MODULE FOLDER NAME`: makes of a module what an ES module loads. A program of its own, so
//! that only who builds WASM compiles wasm-bindgen's parser of it.

use anyhow::Context;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, folder, name] =
        arguments.try_into().ok().context("three arguments: MODULE FOLDER NAME")?;
    Bindgen::new()
        .input_path(module)
        .out_name(&name)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .web(true)?
        .generate(folder)
}
