//! The spine: a fleet becomes stacks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use fleet::delivery::{ImageShape, Mode};
use fleet::{Fleet, Settings, Site};

use crate::asks;
use crate::error::{RenderError, SiteProblem};
use crate::extras;
use crate::link;
use crate::needs;
use crate::places::{self, Givens, Places};
use crate::quota::{Limits, Quota};
use crate::shard::Assignment;
use crate::shared::SharedObjects;
use crate::stack::{CLOUDFRONT_REGION, SharedKind, Stack, StackKind};
use crate::stacks::{edge_function, image_function, logs, originals, site, tenants, warm};
use crate::template::Template;
use crate::viewer::{CodeError, Pair, ViewerFunction};

/// Stacks of a fleet, and what goes with them.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// In an order in which they can be deployed: what sites share, then the sites by wave and name.
    pub stacks: Vec<Stack>,
    /// Who sits where, for the next rendering.
    pub assignment: Assignment,
    /// What is needed of AWS's quotas.
    pub quotas: Vec<Quota>,
    /// The data of each store, by the store's name, which is that of its stack.
    pub pairs: BTreeMap<String, Vec<Pair>>,
}

/// Makes the stacks of a fleet; `previous` is the assignment of what is deployed.
///
/// # Errors
/// [`RenderError`]: sites that CloudFront cannot deliver, and quotas that do not suffice.
///
/// # Example
/// ```
/// use cloudformation::{Assignment, render};
///
/// let text = r#"
/// [[sites]]
/// name = "aurora"
/// domains = ["aurora.example"]
/// origin = { http = { url = "https://shop.aurora.example" } }
/// "#;
/// let fleet = fleet::Fleet::parse(text, "/srv".as_ref(), "fleet.toml")?;
/// let rendered = render(&fleet, &Assignment::default())?;
/// let last = rendered.stacks.last().map(|stack| stack.name.as_str());
/// assert_eq!(last, Some("fleet-site-aurora"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn render(fleet: &Fleet, previous: &Assignment) -> Result<Rendered, RenderError> {
    let settings = &fleet.settings;
    check_name(&settings.name)?;
    let limits = Limits::of(settings)?;
    let givens = Givens { fleet: &settings.name, code: viewer_code()?, limits: &limits, previous };
    let mut objects = SharedObjects::default();
    let drafts = drafts(fleet, &mut objects)?;
    let places = places::find(givens, &drafts, &mut objects);
    let pairs = extras::pairs(fleet, &places)?;
    let mut stacks = shared_stacks(&places, &objects, settings);
    stacks.extend(fixed_stacks(fleet)?);
    stacks.extend(fleet.sites.iter().filter_map(|site| {
        let draft = drafts.get(&places::site_user(&site.name))?;
        Some(site_stack(site, draft.clone(), &places, settings))
    }));
    in_order(&mut stacks, fleet);
    let quotas =
        needs::count(fleet, &stacks, &places.assignment, previous, &pairs).against(&limits);
    if !quotas.iter().all(Quota::suffices) {
        return Err(RenderError::Quotas(quotas));
    }
    Ok(Rendered { stacks, assignment: places.assignment, quotas, pairs })
}

/// The viewer functions' code, which is the same for every fleet: minified once.
fn viewer_code() -> Result<&'static BTreeMap<ViewerFunction, String>, RenderError> {
    static CODE: OnceLock<Result<BTreeMap<ViewerFunction, String>, CodeError>> = OnceLock::new();
    let code = CODE.get_or_init(|| {
        ViewerFunction::ALL.into_iter().map(|function| Ok((function, function.code()?))).collect()
    });
    code.as_ref().map_err(|error| error.clone().into())
}

/// Names of stacks and buckets begin with the fleet's.
fn check_name(name: &str) -> Result<(), RenderError> {
    const LONGEST: usize = 20;
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_name = name.len() <= LONGEST
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('-')
        && name.chars().all(legal);
    if is_name {
        return Ok(());
    }
    Err(RenderError::Settings {
        what: format!("`{name}` cannot be the name of a fleet"),
        hint: format!("a letter, then letters, digits and `-` in lower case, at most {LONGEST}"),
    })
}

/// What each site's stack holds, not yet linked, by who uses shared objects.
fn drafts(
    fleet: &Fleet,
    objects: &mut SharedObjects,
) -> Result<BTreeMap<String, Template>, RenderError> {
    let mut drafts = BTreeMap::new();
    let mut problems: Vec<SiteProblem> = Vec::new();
    for site in &fleet.sites {
        let draft = match site.delivery.mode {
            Mode::Standard => site::standard(site, &fleet.settings, objects),
            Mode::Tenant => tenants::tenant(site, &fleet.settings, objects),
        };
        match draft {
            Ok(draft) => {
                drafts.insert(places::site_user(&site.name), draft);
            }
            Err(more) => problems.extend(more),
        }
    }
    if problems.is_empty() { Ok(drafts) } else { Err(RenderError::Sites(problems)) }
}

/// A stack for each copy of each shared object.
fn shared_stacks(places: &Places<'_>, objects: &SharedObjects, settings: &Settings) -> Vec<Stack> {
    let mut stacks = Vec::new();
    for (name, copies) in places.assignment.copies() {
        let Some(object) = objects.get(name) else { continue };
        for copy in copies.into_keys() {
            let stack = places::stack_name(&settings.name, name, copy);
            let mut template = object.template.clone();
            link::link(template.value_mut(), &|used| places.stack_of(used, name));
            stacks.push(shared_stack(stack, object.kind, template, CLOUDFRONT_REGION, settings));
        }
    }
    stacks
}

/// The stacks that keep their names.
fn fixed_stacks(fleet: &Fleet) -> Result<Vec<Stack>, RenderError> {
    let settings = &fleet.settings;
    let sites = || fleet.sites.iter();
    let of_shape =
        |shape: ImageShape| sites().filter(move |site| site.delivery.image_shape == shape);
    let mut stacks = Vec::new();
    let formats: BTreeSet<_> = sites()
        .filter(|site| site.delivery.logs.enabled)
        .map(|site| logs::format_name(site.delivery.logs.format))
        .collect();
    if !formats.is_empty() {
        let (name, template) = (logs::stack_name(settings), logs::stack(&formats));
        stacks.push(shared_stack(name, SharedKind::Logs, template, CLOUDFRONT_REGION, settings));
    }
    if of_shape(ImageShape::FunctionUrl).next().is_some() {
        let originals = originals::buckets(of_shape(ImageShape::FunctionUrl));
        let template = image_function::stack(settings, &originals);
        let name = image_function::stack_name(settings);
        let kind = SharedKind::ImageFunction;
        stacks.push(shared_stack(name, kind, template, &settings.region, settings));
    }
    if of_shape(ImageShape::LambdaEdge).next().is_some() {
        let originals = originals::buckets(of_shape(ImageShape::LambdaEdge));
        let template = edge_function::stack(settings, &originals);
        let name = edge_function::stack_name(settings);
        let kind = SharedKind::EdgeFunction;
        stacks.push(shared_stack(name, kind, template, CLOUDFRONT_REGION, settings));
    }
    if let Some(warm) = &fleet.warm {
        let (name, template) = (warm::stack_name(settings), warm::stack(fleet, warm)?);
        stacks.push(shared_stack(name, SharedKind::Warm, template, CLOUDFRONT_REGION, settings));
    }
    let tenants = sites().filter(|site| site.delivery.mode == Mode::Tenant);
    for ipv6 in tenants.map(|site| site.delivery.ipv6).collect::<BTreeSet<_>>() {
        let name = tenants::connection_stack(settings, ipv6);
        let (kind, template) = (SharedKind::ConnectionGroup, tenants::connection_group(ipv6));
        stacks.push(shared_stack(name, kind, template, CLOUDFRONT_REGION, settings));
    }
    Ok(stacks)
}

pub(crate) fn shared_stack(
    name: String,
    kind: SharedKind,
    template: Template,
    region: &str,
    settings: &Settings,
) -> Stack {
    let mut stack = stack(name, StackKind::Shared(kind), template, &[], settings);
    region.clone_into(&mut stack.region);
    stack.tags.insert("cdn:kind".to_owned(), kind.label().to_owned());
    stack
}

fn site_stack(
    site: &Site,
    mut template: Template,
    places: &Places<'_>,
    settings: &Settings,
) -> Stack {
    let user = places::site_user(&site.name);
    link::link(template.value_mut(), &|object| places.stack_of(object, &user));
    let name = format!("{}-site-{}", settings.name, site.name);
    let kind = StackKind::Site(site.name.clone());
    let mut stack = stack(name, kind, template, &site.domains, settings);
    stack.tags.extend(site.delivery.tags.clone());
    stack.tags.insert("cdn:kind".to_owned(), "site".to_owned());
    stack.tags.insert("cdn:site".to_owned(), site.name.clone());
    stack.tags.insert("cdn:wave".to_owned(), site.delivery.wave.to_string());
    stack
}

fn stack(
    name: String,
    kind: StackKind,
    template: Template,
    domains: &[String],
    settings: &Settings,
) -> Stack {
    let asks = asks::of(&template, domains, settings);
    let mut after = link::imported_stacks(template.value());
    after.extend(asks.values().filter_map(|ask| match ask {
        crate::stack::Ask::Output { stack, .. } => Some(stack.clone()),
        _ => None,
    }));
    Stack {
        name,
        kind,
        region: CLOUDFRONT_REGION.to_owned(),
        parameters: BTreeMap::new(),
        asks,
        after: after.into_iter().collect(),
        tags: BTreeMap::from([("cdn:fleet".to_owned(), settings.name.clone())]),
        template,
    }
}

/// What sites share comes first, kind after kind; then the sites, by wave.
fn in_order(stacks: &mut [Stack], fleet: &Fleet) {
    let waves: BTreeMap<_, _> =
        fleet.sites.iter().map(|site| (site.name.as_str(), site.delivery.wave)).collect();
    stacks.sort_by_cached_key(|stack| {
        let wave = match &stack.kind {
            StackKind::Shared(_) => 0,
            StackKind::Site(site) => waves.get(site.as_str()).copied().unwrap_or_default(),
        };
        let kind = match &stack.kind {
            StackKind::Shared(kind) => (0, Some(*kind)),
            StackKind::Site(_) => (1, None),
        };
        (kind, wave, stack.name.clone())
    });
}
