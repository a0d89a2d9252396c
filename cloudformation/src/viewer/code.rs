//! The functions' code, as small as it is deployed.

use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_compat::EngineTargets;
use oxc_minifier::{CompressOptions, MangleOptions, Minifier, MinifierOptions};
use oxc_parser::Parser;
use oxc_span::SourceType;

/// Bytes that a CloudFront function may have:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>.
pub const CODE_LIMIT: usize = 10_240;

/// The minifier writes nothing that came to the language later: `async` is of this year, and the
/// runtime knows little of what followed.
const LANGUAGE: &str = "es2017";
/// What stands before either function.
const COMMON: &str = include_str!("../../functions/common.js");
const PAGES: &str = include_str!("../../functions/pages.js");
const PICTURES: &str = include_str!("../../functions/pictures.js");
/// The function that CloudFront calls. It finds it by its name and knows no `export`; to the
/// minifier it is exported, or else it would be dropped.
const ENTRY: &str = "async function handler(";
const EXPORT: &str = "export ";

/// A viewer function, by what its behaviors are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViewerFunction {
    /// Everything but pictures: redirects, rewrites, headers about the client.
    Pages,
    /// Pictures: their URLs become keys of variants.
    Pictures,
}

impl ViewerFunction {
    /// Each of them.
    pub const ALL: [Self; 2] = [Self::Pages, Self::Pictures];

    /// The word for it in names of stacks.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::Pictures => "pictures",
        }
    }

    /// Its code, minified; the same at every call.
    ///
    /// # Errors
    /// [`CodeError`] where the source that this crate was built with is broken; a test sees that it is
    /// not.
    pub fn code(self) -> Result<String, CodeError> {
        let source = match self {
            Self::Pages => PAGES,
            Self::Pictures => PICTURES,
        };
        let source = format!("{COMMON}{source}").replacen(ENTRY, &format!("{EXPORT}{ENTRY}"), 1);
        let code = minified(&source)?;
        let exported = format!("{EXPORT}{ENTRY}");
        if !code.contains(&exported) {
            return Err(CodeError::NoEntry);
        }
        Ok(code.replacen(&exported, ENTRY, 1))
    }
}

/// Why there is no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// The source is not JavaScript.
    #[error("parsing a viewer function: {0}")]
    Syntax(String),
    /// There is nothing for CloudFront to call.
    #[error("a viewer function has no `{ENTRY}…)`")]
    NoEntry,
}

fn minified(source: &str) -> Result<String, CodeError> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, SourceType::mjs()).parse();
    if let Some(error) = parsed.diagnostics.first() {
        return Err(CodeError::Syntax(error.to_string()));
    }
    let mut program = parsed.program;
    let target = EngineTargets::from_target(LANGUAGE).map_err(CodeError::Syntax)?;
    let options = MinifierOptions {
        mangle: Some(MangleOptions::default()),
        mangle_properties: None,
        compress: Some(CompressOptions { target, ..CompressOptions::smallest() }),
    };
    let scoping = Minifier::new(options).minify(&allocator, &mut program).scoping;
    let printed =
        Codegen::new().with_options(CodegenOptions::minify()).with_scoping(scoping).build(&program);
    Ok(printed.code)
}
