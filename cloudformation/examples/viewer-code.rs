//! Prints the code of a viewer function as it is deployed: `pages` or `pictures`.

#![expect(clippy::print_stdout, reason = "it is what the example is for")]

use cloudformation::viewer::ViewerFunction;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = std::env::args().nth(1).unwrap_or_default();
    let function = ViewerFunction::ALL.into_iter().find(|function| function.label() == name);
    print!("{}", function.ok_or("which one: pages or pictures?")?.code()?);
    Ok(())
}
