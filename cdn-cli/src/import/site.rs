//! A distribution as a site: the spine of an import.

use anyhow::bail;

use super::documents::{Distribution, Documents};
use super::origins::Origins;
use super::{Fields, Lines, behaviors, viewers};
use crate::hints::Hinted;

/// Reads a distribution as the lines of the site of that name.
pub(crate) fn lines(
    distribution: &Distribution,
    documents: &Documents,
    name: &str,
) -> anyhow::Result<Lines> {
    let mut config = Fields::new("", distribution.config.clone());
    refuse_shared(&mut config, &distribution.id)?;
    let mut lines = Lines::default();
    // A name that is used once, and what follows from other keys.
    config.skip(&["CallerReference", "Staging"]);
    lines.key(&["name"], name);
    viewers::read(&mut config, &mut lines);
    viewers::tags(&distribution.tags, &mut lines);
    // Pictures are delivered as they were: nothing of a distribution says that it makes any.
    lines.key(&["image_shape"], "off");
    let origins = Origins::read(&mut config, documents, &mut lines)?;
    behaviors::read(&mut config, &origins, documents, &mut lines);
    viewers::errors(&mut config, &mut lines);
    root(&mut config, &origins, &mut lines);
    config.left(&mut lines);
    Ok(lines)
}

/// A distribution of tenants has no domains of its own: its tenants are the sites.
fn refuse_shared(config: &mut Fields, id: &str) -> anyhow::Result<()> {
    if config.text("ConnectionMode").as_deref() == Some("tenant-only") {
        return Err(Hinted::error(
            format!("{id} is a distribution of tenants, not of one site"),
            "write its tenants as sites with `mode = \"tenant\"`; `cdn-cli init` begins a file",
        ));
    }
    if !config.has("DefaultCacheBehavior") {
        bail!("{id} has no default behavior: this is not the configuration of a distribution");
    }
    Ok(())
}

/// The file that stands for `/`: a bucket's is `index.html`, a server answers by itself.
fn root(config: &mut Fields, origins: &Origins, lines: &mut Lines) {
    let wanted = origins.is_bucket("default").then_some("index.html");
    let there = config.text("DefaultRootObject");
    let there = there.as_deref().map(|root| root.trim_start_matches('/'));
    match (there, wanted) {
        (there, wanted) if there == wanted => {}
        (Some(root), Some(_)) => lines.not_imported(format!(
            "DefaultRootObject = {root}: the root of a bucket will be index.html"
        )),
        (Some(root), None) => lines
            .not_imported(format!("DefaultRootObject = {root}: a server is asked for / itself")),
        (None, _) => lines.not_imported(
            "DefaultRootObject is not set: the root of a bucket will be index.html".to_owned(),
        ),
    }
}
