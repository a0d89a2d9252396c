//! The viewer functions, and the `KeyValueStore` that they read.

use crate::resources::Text;
use crate::resources::function::{
    Function, FunctionConfig, KeyValueStore, KeyValueStoreAssociation,
};
use crate::shared::SharedObjects;
use crate::stack::SharedKind;
use crate::template::{Draft, Template};
use crate::viewer::{CODE_LIMIT, ViewerFunction};

/// What a draft calls a viewer function, before it is known which store a site's data is in.
pub(crate) fn draft_name(function: ViewerFunction) -> String {
    format!("{}-{}", SharedKind::ViewerFunction.label(), function.label())
}

/// The viewer function that a draft calls by that name.
pub(crate) fn by_draft_name(name: &str) -> Option<ViewerFunction> {
    ViewerFunction::ALL.into_iter().find(|function| draft_name(*function) == name)
}

/// The store, without its data: that is written through an API of its own.
pub(crate) fn store() -> Template {
    let mut draft = Draft::new("What the viewer functions know of the sites");
    draft.resource(
        "Store",
        &KeyValueStore { name: Text::STACK_NAME, comment: "Sites and redirects".to_owned() },
    );
    draft.export("Arn", "arn", &Text::Attribute("Store", "Arn"));
    draft.output("Id", &Text::Attribute("Store", "Id"));
    draft.finish()
}

/// Adds a function that reads the store of the stack `store`.
pub(crate) fn add(
    function: ViewerFunction,
    code: &str,
    store: &str,
    objects: &mut SharedObjects,
) -> String {
    debug_assert!(code.len() <= CODE_LIMIT, "a test of the code holds this");
    let arn = Text::Import(format!("{store}:arn"));
    let mut draft = Draft::new(match function {
        ViewerFunction::Pages => "Runs before the cache of pages: redirects, rewrites",
        ViewerFunction::Pictures => "Runs before the cache of pictures: their URLs, signatures",
    });
    draft.resource(
        "Function",
        &Function {
            name: Text::STACK_NAME,
            auto_publish: true,
            function_config: FunctionConfig {
                comment: "docs/viewer-function.md says what it does".to_owned(),
                runtime: "cloudfront-js-2.0",
                key_value_store_associations: vec![KeyValueStoreAssociation {
                    key_value_store_arn: arn,
                }],
            },
            function_code: code.to_owned(),
        },
    );
    draft.export("Arn", "arn", &Text::Attribute("Function", "FunctionARN"));
    objects.add(SharedKind::ViewerFunction, function.label(), draft.finish())
}
