//! What a stack asks of who deploys it: every parameter of a template has a place where its value is
//! to be had.

use std::collections::BTreeMap;

use fleet::Settings;

use crate::stack::{Ask, CLOUDFRONT_REGION};
use crate::stacks::{certificate, edge_function, image_function};
use crate::template::Template;

/// The parameters of a template; `domains` are those of its site.
pub(crate) fn of(
    template: &Template,
    domains: &[String],
    settings: &Settings,
) -> BTreeMap<String, Ask> {
    let parameters = template.value()["Parameters"].as_object();
    let names = parameters.into_iter().flat_map(|parameters| parameters.keys());
    names.filter_map(|name| Some((name.clone(), ask(name, domains, settings)?))).collect()
}

fn ask(parameter: &str, domains: &[String], settings: &Settings) -> Option<Ask> {
    Some(match parameter {
        "ArchiveBucket" => Ask::ArchiveBucket,
        "ArchiveKey" => Ask::ArchiveKey,
        "ArchiveSha256" => Ask::ArchiveSha256,
        certificate::PARAMETER => Ask::Certificate { domains: domains.to_vec() },
        edge_function::PARAMETER => Ask::Output {
            stack: edge_function::stack_name(settings),
            region: CLOUDFRONT_REGION.to_owned(),
            output: edge_function::OUTPUT.to_owned(),
        },
        image_function::HOST_PARAMETER => Ask::Output {
            stack: image_function::stack_name(settings),
            region: settings.region.clone(),
            output: image_function::HOST_OUTPUT.to_owned(),
        },
        _ => return None,
    })
}
