//! `cdn-cli render` and `cdn-cli quotas`, in-process.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use cdn_cli::{ExitStatus, Io, Stream, run};

/// The fleet whose templates are checked in.
fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../cloudformation/examples")
}

/// How a command line ends, and what it prints: data, and what is for people.
fn answer(arguments: &[&str]) -> (ExitStatus, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut io = Io {
        stdin: &mut std::io::empty(),
        stdout: Stream::plain(&mut out),
        stderr: Stream::plain(&mut err),
    };
    let status = run([&["cdn-cli"], arguments].concat(), &mut io);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status, text(out), text(err))
}

fn names(folder: &Path) -> BTreeSet<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let is_template = |name: &OsString| Path::new(name).extension() == Some(OsStr::new("yaml"));
    names.filter(is_template).map(|name| name.into_string().unwrap()).collect()
}

#[test]
fn a_fleet_is_written_a_file_a_stack() {
    let folder = tempfile::tempdir().unwrap();
    let fleet = examples().join("fleet.toml");
    let output = folder.path().join("templates");
    let (fleet, output) = (fleet.to_str().unwrap(), output.to_str().unwrap());
    let (status, _, err) = answer(&["render", "--fleet", fleet, "-o", output]);
    assert_eq!((status, err.as_str()), (ExitStatus::Done, ""));
    // Tables for Athena are no part of a deploy: `cdn-cli logs setup` makes them.
    let mut checked_in = names(&examples());
    assert!(checked_in.remove("brands-athena.yaml"));
    assert_eq!(names(Path::new(output)), checked_in);
    for name in checked_in {
        let (written, checked_in) = (Path::new(output).join(&name), examples().join(&name));
        assert_eq!(fs::read(written).unwrap(), fs::read(checked_in).unwrap(), "{name}");
    }
}

#[test]
fn a_site_is_written_with_what_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let fleet = examples().join("fleet.toml");
    let (fleet, output) = (fleet.to_str().unwrap(), folder.path().to_str().unwrap());
    let state = folder.path().join("assignment.json");
    let state = state.to_str().unwrap();
    let (status, out, err) =
        answer(&["render", "vega", "--fleet", fleet, "-o", output, "--state", state]);
    assert_eq!((status, err.as_str()), (ExitStatus::Done, ""));
    let sites: Vec<_> =
        names(folder.path()).into_iter().filter(|name| name.contains("-site-")).collect();
    assert_eq!(sites, ["brands-site-vega.yaml"]);
    assert!(out.ends_with("brands-site-vega.yaml\n"), "{out}");
    let first = fs::read(state).unwrap();
    answer(&["render", "vega", "--fleet", fleet, "-o", output, "--state", state]);
    assert_eq!(fs::read(state).unwrap(), first);
}

#[test]
fn a_site_that_is_not_there_is_an_error() {
    let fleet = examples().join("fleet.toml");
    let (status, out, err) = answer(&["render", "nobody", "--fleet", fleet.to_str().unwrap()]);
    assert_eq!((status, out.as_str()), (ExitStatus::Error, ""));
    assert_eq!(
        err,
        "error: there is no site `nobody`\n\nhint: cdn-cli render writes all of them\n"
    );
}

#[test]
fn quotas_that_do_not_suffice_are_a_no() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fleet.toml");
    let text = fs::read_to_string(examples().join("fleet.toml")).unwrap();
    let text = text.replace("[fleet]\n", "[fleet]\nquotas = { distributions = 2 }\n");
    fs::write(&file, text).unwrap();
    let (status, out, err) = answer(&["quotas", "--fleet", file.to_str().unwrap()]);
    assert_eq!((status, err.as_str()), (ExitStatus::No, ""));
    assert_eq!(
        out,
        "\
quota                                   need     after     limit  of AWS
distributions                              3         3         2  cloudfront
tenant-distributions                       1         1        20  cloudfront
tenants                                    1         1     10000  cloudfront
connection-groups                          1         1       100  cloudfront
cache-policies                             4         4        20  cloudfront
origin-request-policies                    1         1        20  cloudfront
response-headers-policies                  2         2        20  cloudfront
origin-access-controls                     2         2       100  cloudfront
vpc-origins                                0         0        25  cloudfront
functions                                  2         2       100  cloudfront
key-value-stores                           1         1        50  cloudfront
functions-per-store                        2         2        10  cloudfront
store-bytes                              522       522   5242880  cloudfront
sites-per-cache-policy                     3         3       100  cloudfront
sites-per-origin-request-policy            1         1       100  cloudfront
sites-per-response-headers-policy          4         4       100  cloudfront
sites-per-origin-access-control            3         3       100  cloudfront
sites-per-vpc-origin                       0         0        50  cloudfront
sites-per-function                         4         4       100  cloudfront
sites-per-web-acl                          3         3       100  cloudfront
domains-per-site                           2         2       100  cloudfront
behaviors-per-site                         7         7        75  cloudfront
origins-per-site                           3         3       100  cloudfront
origin-groups-per-site                     1         1        10  cloudfront
web-acls                                   2         2       100  wafv2
ip-sets                                    0         0       100  wafv2
web-acl-capacity                         229       229      5000  wafv2
certificates                               2         2      2500  acm
domains-per-certificate                    2         2        10  acm
stacks                                    24        24      2000  cloudformation
resources-per-stack                       21        21       500  cloudformation

ask AWS for 3 of \"Distributions per account\" (Service Quotas, cloudfront, code
L-24B04930), then say quotas.distributions = 3 under [fleet]
"
    );
}
