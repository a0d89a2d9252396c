//! Both sides of saved answers, asked for visits.

use std::path::Path;

use cloudflare_zone::{Requests, SavedFile, fleet_text, read, translate};
use fleet::Fleet;
use zone_check::{Check, Report, Visit};

/// What comes of visits to the zones of some files.
pub(crate) fn check(files: &[SavedFile], visits: &[Visit]) -> Report {
    let export = read(files);
    let import = translate(&export, &Requests::new());
    let text = fleet_text(&import.sites);
    let fleet = Fleet::parse(&text, Path::new("/srv"), "fleet.toml")
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    Check::new(&export, &import, &fleet).unwrap().run(visits, &|| ()).unwrap()
}

/// The differences as lines: those that nothing explains first.
pub(crate) fn lines(report: &Report) -> Vec<String> {
    let line = |group: &zone_check::Group| {
        let said = match &group.explained {
            Some(it) => format!("{}: {}", it.label, it.remark),
            None => "NOTHING EXPLAINS IT".to_owned(),
        };
        format!(
            "{} {}: {} ({}: {}, here {}) = {said}",
            group.requests,
            group.aspect.word(),
            group.what,
            group.example,
            group.original,
            group.translated
        )
    };
    report.groups.iter().map(line).collect()
}

/// The same of those that nothing explains.
pub(crate) fn unexplained(report: &Report) -> String {
    let groups = report.groups.iter().filter(|group| group.explained.is_none());
    let count = groups.count();
    lines(report).into_iter().take(count).collect::<Vec<_>>().join("\n")
}
