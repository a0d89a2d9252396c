//! Prints the code of the viewer-request function as it is deployed.

#![expect(clippy::print_stdout, reason = "it is what the example is for")]

fn main() -> Result<(), cloudformation::viewer::CodeError> {
    print!("{}", cloudformation::viewer::request_code()?);
    Ok(())
}
